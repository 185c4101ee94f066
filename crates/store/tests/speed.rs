//! How long roots, proofs and verifying take, beside SM3 over the same bytes. As a test it is small, and asserts what holds; to measure:
//! `YIFA_EVENTS=1000000 cargo test --release -p store --test all speed:: -- --nocapture`
#![allow(
    clippy::unwrap_used,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a measurement"
)]

use std::time::Instant;

use crate::common::{Folder, grow};
use ledger::{HashFunction as _, Sm3};
use store::{KeptRoot, events, tree, verify_since};

#[test]
fn roots_proofs_and_verifying() {
    let cases: u32 = std::env::var("YIFA_EVENTS").map_or(2_000, |text| text.parse::<u32>().unwrap()) / 10;
    let folder = Folder::new("speed");
    let store = folder.open();
    store.set_durable(false);
    for from in (0..cases).step_by(1000) {
        let work = move |tx: &mut store::Tx<'_>| {
            (from..cases.min(from + 1000)).try_for_each(|at| grow(tx, &format!("case-{at:08}"), 10))
        };
        store.write(work).unwrap().unwrap();
    }
    let size = u64::from(cases) * 10;
    let began = Instant::now();
    while !store.write(|tx| tree::extend(tx, 64)).unwrap().unwrap() {}
    println!("{size} events; all subtrees kept from nothing: {:?}", began.elapsed());
    let timed = |what: &str, work: &dyn Fn(&mut store::Reader<'_>)| {
        let began = Instant::now();
        store
            .read(|reader| -> store::Result<()> {
                work(reader);
                Ok(())
            })
            .unwrap();
        println!("{what}: {:?}", began.elapsed());
    };
    timed("root", &|reader| {
        tree::root(reader, size - 1).unwrap();
    });
    timed("1000 inclusion proofs", &|reader| {
        for at in 0..1000 {
            tree::inclusion(reader, 1 + at * (size / 1000), size - 1).unwrap();
        }
    });
    timed("1000 consistency proofs", &|reader| {
        for at in 0..1000 {
            tree::consistency(reader, 1 + at * (size / 1001), size - 1).unwrap();
        }
    });
    let root = store.read(|reader| tree::root(reader, size)).unwrap();
    let kept = [KeptRoot { size: i64::try_from(size).unwrap(), root, events: Vec::new() }];
    timed("verify --since, the part of the kept root", &|reader| {
        assert_eq!(verify_since(reader, &kept).unwrap(), []);
    });
    let began = Instant::now();
    assert!(store.verify().unwrap().is_whole());
    let whole = began.elapsed();
    let all = store.read(|reader| events::after(reader, 0, u32::MAX)).unwrap();
    let bytes: Vec<Vec<u8>> = all.iter().map(|entry| entry.event().canonical()).collect();
    drop(all);
    let began = Instant::now();
    let mixed = bytes.iter().fold(0_u8, |mixed, one| mixed ^ Sm3::digest(&[&[2; 33], one]).0[0]);
    let alone = began.elapsed();
    let total: usize = bytes.iter().map(Vec::len).sum();
    println!(
        "verify whole {whole:?}; SM3 alone over {total} bytes {alone:?} ({mixed}); ratio {:.2}",
        alone.as_secs_f64() / whole.as_secs_f64()
    );
}

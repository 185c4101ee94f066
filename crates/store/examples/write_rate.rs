//! How many acts a second the store makes durable: `cargo run --release -p store --example write_rate -- <folder> [seconds]`.
//! An act here is what a use case writes: its key, its event of some 450 bytes with personal fields, the
//! case, two duties, two figures, an outgoing notice.
#![expect(clippy::unwrap_used, reason = "a measurement, not part of the product")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use ledger::{EventKind, Hash, HashFunction as _, Sm3};
use store::cases::{Case, Scope};
use store::due::Due;
use store::events::NewEvent;
use store::person::Whose;
use store::personal::{NewPart, NewPersonal};
use store::tally::Contribution;
use store::{Keyring, Options, Store, StoreError, Tx, cases, command, due, events, outbox, tally};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().unwrap_or_else(|| "write_rate.tmp".to_owned());
    let seconds = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(5);
    let acts: [(&str, Act); 3] = [
        ("whole acts", act),
        ("whole acts without personal fields", open_act),
        ("an event, its case, a duty", lean_act),
    ];
    for (name, act) in acts {
        println!("{name}:");
        for clients in [1, 16, 64, 256] {
            let dir = Path::new(&dir).join(clients.to_string());
            let _ = std::fs::remove_dir_all(&dir);
            measure(&dir, act, clients, Duration::from_secs(seconds));
            std::fs::remove_dir_all(&dir).unwrap();
        }
    }
}

/// One act of a client, by its turn.
type Act = fn(&mut Tx<'_>, u32, u32) -> Result<(), StoreError>;

fn measure(dir: &Path, act: Act, clients: u32, time: Duration) {
    let store = Arc::new(Store::open(dir, &Options::default()).unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let waits = Arc::new(Mutex::new(Vec::new()));
    let begun = Instant::now();
    let threads: Vec<_> = (0..clients)
        .map(|client| {
            let (store, stop, waits) = (Arc::clone(&store), Arc::clone(&stop), Arc::clone(&waits));
            std::thread::spawn(move || {
                let mut own = Vec::new();
                let mut turn = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    store.write(move |tx| act(tx, client, turn)).unwrap().unwrap();
                    own.push(asked.elapsed().as_micros());
                    turn += 1;
                }
                waits.lock().unwrap().append(&mut own);
            })
        })
        .collect();
    std::thread::sleep(time);
    stop.store(true, Ordering::Relaxed);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let spent = begun.elapsed();
    let mut waits = std::mem::take(&mut *waits.lock().unwrap());
    waits.sort_unstable();
    let at = |hundredths: usize| waits.get(waits.len() * hundredths / 100).copied().unwrap_or_default();
    let count = u128::try_from(waits.len()).unwrap();
    let rate = count * 1_000_000 / spent.as_micros().max(1);
    println!("{clients:>4} clients: {rate:>6} acts/s, p50 {} µs, p99 {} µs, {count} acts", at(50), at(99));
    verify_rate(&store);
    read_rate(&store);
}

/// Verifying without the keys of personal data and with them, which opens every part: the shortest of some rounds.
fn verify_rate(store: &Store) {
    let (mut closed, mut opened) = (Duration::MAX, Duration::MAX);
    let mut events = 0;
    for _ in 0..5 {
        for (keys, best) in [(None, &mut closed), (Some(&**KEYS), &mut opened)] {
            let begun = Instant::now();
            let report = store.verify_with(keys).unwrap();
            assert!(report.is_whole(), "{:?}", report.faults);
            *best = begun.elapsed().min(*best);
            events = report.events;
        }
    }
    let (closed, opened) = (closed.as_millis(), opened.as_millis());
    println!(
        "              verified {events} events in {closed} ms, opening their personal fields in {opened} ms"
    );
}

fn read_rate(store: &Store) {
    let begun = Instant::now();
    let mut rounds = 0_u32;
    let scope = Scope::Organ { organ: "organ-1" };
    while begun.elapsed() < Duration::from_millis(500) {
        store.read(|r| cases::page(r, scope, "", None, 20)).unwrap();
        rounds += 1;
    }
    println!("              {} desk pages of 20 cases a second on one thread", rounds * 2);
}

/// The least: what other measurements of databases write.
fn lean_act(tx: &mut Tx<'_>, client: u32, turn: u32) -> Result<(), StoreError> {
    let id = format!("{client:08x}-{:08x}", turn / 5);
    if turn.is_multiple_of(5) {
        let case = open(tx, &id, "organ-1")?;
        due::replace(tx, &id, &[owed(&case, "1", 1)])?;
    }
    events::append(tx, NewEvent { personal: None, ..event(&id, turn) }).map(drop)
}

/// The same acts with nothing to seal, beside which the others are to be seen.
fn open_act(tx: &mut Tx<'_>, client: u32, turn: u32) -> Result<(), StoreError> {
    act_with(tx, client, turn, |event| NewEvent { personal: None, ..event })
}

fn act(tx: &mut Tx<'_>, client: u32, turn: u32) -> Result<(), StoreError> {
    act_with(tx, client, turn, |event| event)
}

/// Five acts make a case.
fn act_with(
    tx: &mut Tx<'_>,
    client: u32,
    turn: u32,
    change: fn(NewEvent) -> NewEvent,
) -> Result<(), StoreError> {
    let id = format!("{client:08x}-{:08x}", turn / 5);
    let key = format!("{client}-{turn}");
    command::once(tx, &key, &Sm3::digest(&[key.as_bytes()]), 0, |tx| {
        let organ = format!("organ-{}", client % 40);
        let mut case = match cases::get(tx, &id)? {
            Some(case) => case,
            None => open(tx, &id, &organ)?,
        };
        let entry = events::append(tx, change(event(&id, turn)))?;
        let number = entry.event().number;
        case.phase = format!("phase-{number}");
        cases::update(tx, &case)?;
        due::replace(tx, &id, &[owed(&case, "1", number), owed(&case, "2", number)])?;
        for figure in ["acts", "reconsideration_accepted"] {
            tally::contribute(tx, &contribution(&case, figure, number))?;
        }
        outbox::add(tx, "index", Some(&id), "{}", 0)?;
        Ok::<_, StoreError>(number.to_string())
    })
    .map(drop)
}

fn open(tx: &mut Tx<'_>, id: &str, organ: &str) -> Result<Case, StoreError> {
    let case = Case {
        id: id.to_owned(),
        division: "350583".to_owned(),
        organ: organ.to_owned(),
        procedure: "reconsideration".to_owned(),
        pack: Hash::default(),
        number: None,
        title: "不服行政处罚决定申请行政复议".to_owned(),
        opened_on: 20_000,
        phase: "申请".to_owned(),
        version: 0,
        closed_on: None,
        handler: Some("u-1".to_owned()),
        party: None,
        receipt_hash: None,
        head: Hash::default(),
        named: Vec::new(),
    };
    cases::add(tx, &case).map(|()| case)
}

fn event(case: &str, turn: u32) -> NewEvent {
    NewEvent {
        case: case.to_owned(),
        legal_day: 20_001,
        recorded_at: i64::from(turn),
        actor: "u-1".to_owned(),
        kind: EventKind::Act,
        act: "accept".to_owned(),
        corrects: None,
        record: format!("{{\"request\":\"{}\"}}", "请求撤销行政处罚决定".repeat(14)),
        personal: Some(applicant(turn)),
    }
}

static KEYS: LazyLock<Arc<Keyring>> = LazyLock::new(|| Arc::new(Keyring::new(&[[1; 16]], &[7; 32]).unwrap()));

/// One of five hundred persons, whose key is there after the first time.
fn applicant(turn: u32) -> NewPersonal {
    let number = format!("350583199003{:06}", turn % 500);
    let data = format!("{{\"applicant\":\"张三\\u001f{number}\"}}");
    let part = NewPart { name: "applicant".to_owned(), whose: Whose::Number(number), data };
    NewPersonal { keys: Arc::clone(&KEYS), parts: vec![part] }
}

fn owed(case: &Case, norm: &str, number: u32) -> Due {
    Due {
        case: case.id.clone(),
        norm: norm.to_owned(),
        acts: "decide,terminate".to_owned(),
        last_day: i32::try_from(20_060 + number).ok(),
        warn_on: Some(20_050),
        organ: case.organ.clone(),
        division: case.division.clone(),
        handler: case.handler.clone(),
        lapses: false,
    }
}

fn contribution(case: &Case, figure: &str, number: u32) -> Contribution {
    Contribution {
        figure: figure.to_owned(),
        legal_day: 20_001,
        case: case.id.clone(),
        number,
        organ: case.organ.clone(),
        division: case.division.clone(),
        recorded_day: 20_001,
        n: 1,
        total: 0,
    }
}

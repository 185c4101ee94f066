//! A county's year at the size that is promised. Run by hand: `cargo test --release -p joint --test speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use joint::made::{Size, county};

#[test]
#[ignore = "measures; in a release build"]
fn a_county() {
    let asked = std::env::var("YIFA_INSPECTORS").unwrap_or_else(|_| "30".to_owned());
    for inspectors in asked.split(',').map(|one| one.parse().unwrap()) {
        let size = Size { departments: 20, enterprises: 30_000, checks: 60_000, inspectors, seed: 1 };
        let problem = county(&size);
        let began = std::time::Instant::now();
        let plan = joint::plan(problem).unwrap();
        let took = began.elapsed();
        let totals = plan.totals();
        let mut why = std::collections::BTreeMap::new();
        plan.unplaced.iter().for_each(|one| *why.entry(one.reason).or_insert(0) += 1);
        println!("{inspectors}: {took:?} {totals:?} above {} {why:?}", totals.above());
        let began = std::time::Instant::now();
        let found = joint::check(&plan);
        println!("check {:?}: {}", began.elapsed(), found.len());
        assert!(found.is_empty(), "{:?}", &found[..found.len().min(5)]);
    }
}

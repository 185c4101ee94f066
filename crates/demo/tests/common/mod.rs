//! A demonstration in a folder of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use calendar::Day;
use demo::{Demonstration, Options};
use packs::Files;

static SERIAL: AtomicU32 = AtomicU32::new(0);

/// A day after the year with known holidays before and after it.
pub fn today() -> Day {
    Day::from_ymd(2025, 11, 19).unwrap()
}

/// A folder that no other test uses.
pub fn folder() -> PathBuf {
    let serial = SERIAL.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("yifa-demo-{}-{serial}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// A demonstration from a seed for a day.
pub fn made(seed: &str, today: Day) -> Demonstration {
    let files = Files::built_in();
    let rules = packs::load(&files).unwrap();
    let options = Options { seed: seed.to_owned(), today, times: 1, volume: demo::Volume::Reduced };
    let store = store::testing::open(&folder(), &store::Options::default()).unwrap();
    demo::build(store, rules, &files, &options).unwrap_or_else(|fault| panic!("{fault}"))
}

//! A demonstration in a folder of its own.

use std::path::PathBuf;
use std::sync::OnceLock;
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

/// One demonstration for all tests that only read it.
pub fn shared() -> &'static Demonstration {
    static MADE: OnceLock<Demonstration> = OnceLock::new();
    MADE.get_or_init(|| made("yifa", today()))
}

/// A demonstration from a seed for a day.
pub fn made(seed: &str, today: Day) -> Demonstration {
    let files = Files::built_in();
    let rules = packs::load(&files).unwrap();
    let options = Options { seed: seed.to_owned(), today, times: 1, volume: demo::Volume::Reduced };
    let store = store::testing::open(&folder(), &store::Options::default()).unwrap();
    demo::build(store, rules, &files, &options).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Compares with the file beside this one; `UPDATE_GOLDEN=1` writes it anew.
pub fn golden(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (line, (own, kept)) in text.lines().zip(kept.lines()).enumerate() {
        assert_eq!(own, kept, "{name}第{}行；确属应当变动的，用 UPDATE_GOLDEN=1 重写", line + 1);
    }
    assert_eq!(text.len(), kept.len(), "{name}的长度不同");
}

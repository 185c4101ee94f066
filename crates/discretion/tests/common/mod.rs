//! What the tests share.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail by panicking; not every test uses all"
)]

use calendar::Day;
use discretion::{Book, Fact, Facts, File, Source, read};

pub fn fixture(name: &str) -> (File, Vec<base::Diagnostic>) {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    read(&Source::new(name, std::fs::read_to_string(path).unwrap()))
}

pub fn examples() -> File {
    let (file, found) = fixture("examples.toml");
    assert_eq!(found, []);
    assert!(file.tables.iter().all(|table| table.edition.example), "no fixture passes for official");
    file
}

pub fn statutes() -> File {
    let mut all = File::default();
    for (name, text) in discretion::STATUTES {
        let (file, found) = read(&Source::new(name, text));
        assert_eq!(found, [], "{name}");
        all.items.extend(file.items);
    }
    all
}

/// The examples with what the statutes say.
pub fn book() -> Book {
    let (examples, statutes) = (examples(), statutes());
    let items = examples.items.into_iter().chain(statutes.items).collect();
    let (book, found) = Book::new(examples.tables, items);
    assert_eq!(found, []);
    book
}

/// Facts written as “name=value”, separated by blanks.
pub fn facts(text: &str) -> Facts {
    let one = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), Fact::parse(value))
    };
    text.split_whitespace().map(one).collect()
}

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn codes(found: &[base::Diagnostic]) -> Vec<&'static str> {
    found.iter().map(|one| one.code).collect()
}

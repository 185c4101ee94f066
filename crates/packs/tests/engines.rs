//! Every engine names tests that are there, and a document that is there; broken files are told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;

use packs::source::Source;
use packs::{Files, engines, load};

#[test]
fn every_engine_names_tests_and_a_document_that_are_there() {
    let rules = load(&Files::built_in()).unwrap_or_else(|found| panic!("{found:?}"));
    assert!(!rules.engines.is_empty());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for engine in &rules.engines {
        assert!(root.join(&engine.docs).is_file(), "{}: no document {}", engine.id, engine.docs);
        for test in &engine.tests {
            let text = fs::read_to_string(root.join(&test.file)).unwrap_or_default();
            let (before, _) = text.split_once(&format!("fn {}(", test.name)).unwrap_or_else(|| {
                panic!("{}: no test {} in {}", engine.id, test.name, test.file);
            });
            let marks = ["#[test]", "#[tokio::test]"];
            let marked = before.trim_end().rsplit('\n').take(4).any(|line| marks.contains(&line.trim()));
            assert!(marked, "{}: {} is no test", engine.id, test.name);
        }
    }
}

#[test]
fn every_mistake_of_engines_is_told_at_once() {
    let text = "[[engine]]\nid = \"a\"\nname = \"甲\"\ndoes = \"算\"\ndocs = \"docs/a.md\"\nwhere = [\"yifa a\"]\nsystems = [\"S001\", \"S002\"]\n\
                [[engine.tests]]\nsystem = \"S001\"\ntest = \"no_file\"\n[[engine]]\nid = \"a\"\nname = \"乙\"\n";
    let (_, found) = engines::read(&Source::new("plans/engines.toml", text));
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    for code in ["bad_test", "engine_untested", "twice", "missing_key"] {
        assert!(codes.contains(&code), "{code}: {found:#?}");
    }
    assert!(
        found.iter().any(|one| one.code == "engine_untested" && one.message.contains("S002")),
        "{found:#?}"
    );
}

//! The registers that are built in, and what is said of broken ones.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

use packs::source::Source;
use packs::{Files, load, registers};

#[test]
fn the_registers_that_are_built_in_load() {
    let rules = load(&Files::built_in()).unwrap_or_else(|found| panic!("{found:?}"));
    let ids: Vec<&str> = rules.registers.iter().map(|one| one.id.as_str()).collect();
    for id in ["officers", "certificates", "posts", "trainings", "powers", "entrustments"] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    let certificates = rules.register("certificates").unwrap();
    let cited = certificates.basis.as_ref().map(|basis| basis.cited.clone());
    assert_eq!(cited.as_deref(), Some("《行政处罚法》第四十二条第一款"));
}

#[test]
fn every_mistake_of_a_register_is_told_at_once() {
    let text = "register = \"x\"\nkey = [\"nmae\", \"title\"]\npublic = true\nwrong = 1\n[fields]\n\
                name = { name = \"姓名\", type = \"words\", required = true }\ntitle = { name = \"职务\", type = \"wrods\" }\n";
    let (made, found) = registers::read(&Source::new("packs/x/x.toml", text), "x", None);
    assert!(made.is_none());
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    for code in ["missing_key", "unknown_field", "bad_key", "unknown_type", "unknown_key"] {
        assert!(codes.contains(&code), "{code}: {found:#?}");
    }
}

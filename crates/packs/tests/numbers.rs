//! Numbers of cases: no two procedures that may be in force on one day write them alike.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use packs::{Files, load};

#[test]
fn no_two_procedures_of_one_day_number_their_cases_alike() {
    let rules = load(&Files::built_in()).unwrap();
    let own: Vec<_> = rules.packs.iter().map(|pack| &pack.file.procedure).collect();
    for (at, one) in own.iter().enumerate() {
        for other in own.iter().skip(at + 1).filter(|other| other.number == one.number) {
            let together =
                one.in_force.covers(other.in_force.from) || other.in_force.covers(one.in_force.from);
            assert!(!together, "{} and {} both write {}", one.id, other.id, one.number);
        }
    }
}

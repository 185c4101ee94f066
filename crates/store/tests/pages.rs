//! Verifying reads the journal in pages: what is wrong on any of them is found, and roots that end anywhere are computed anew.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::{Folder, On, case, event, fresh_keys, grow, keys};
use ledger::{FaultKind, Frontier, Sm3};
use store::events::NewEvent;
use store::person::Whose;
use store::personal::{NewPart, NewPersonal};
use store::tally::{self, Contribution};
use store::tree_head::TreeHead;
use store::{Keyring, Problem, StoreError, Tx, cases, events, tree, tree_head};

const CASES: u32 = 30;
const LENGTH: u32 = 300;
/// Around the ends of pages of 4096.
const SIZES: [usize; 8] = [1, 63, 4095, 4096, 4097, 8192, 8200, 9000];

fn fill(folder: &Folder) {
    let store = folder.open();
    for at in 0..CASES {
        store.write(move |tx| grow(tx, &format!("case-{at:02}"), LENGTH)).unwrap().unwrap();
    }
    let work = |tx: &mut store::Tx<'_>| {
        assert!(tree::extend(tx, 1000)?);
        let hashes = events::hashes_after(tx, 0, u32::MAX)?;
        let mut grown = Frontier::<Sm3>::new();
        for (size, (seq, hash)) in (1..).zip(hashes) {
            grown.append(hash.as_bytes());
            if SIZES.contains(&size) {
                let root = grown.root();
                tree_head::add(tx, &TreeHead { size: seq, root, made_at: 0, signature: None, keys: None })?;
            }
        }
        for (case, recorded_day, n) in
            [("case-00", 5, 1), ("case-00", 5, 1), ("case-01", 6, -1), ("case-02", 6, 1)]
        {
            let contribution = Contribution {
                figure: "accepted".to_owned(),
                legal_day: 5,
                case: case.to_owned(),
                number: 1,
                organ: "justice".to_owned(),
                division: "350583".to_owned(),
                recorded_day,
                n,
                total: 7 * n,
            };
            tally::contribute(tx, &contribution)?;
        }
        Ok::<_, store::StoreError>(())
    };
    store.write(work).unwrap().unwrap();
}

fn chain(case: &str, number: u32, kind: FaultKind) -> Problem {
    Problem::Chain(ledger::Fault { case: case.to_owned(), number, kind })
}

fn tally() -> Problem {
    Problem::Tally { figure: "accepted".to_owned(), organ: "justice".to_owned(), legal_day: 5 }
}

/// A change, what undoes it, and what is found.
fn changes() -> Vec<(&'static str, &'static str, Vec<Problem>)> {
    vec![
        (
            "UPDATE event SET corrects = 7 WHERE seq = 5000",
            "UPDATE event SET corrects = NULL WHERE seq = 5000",
            vec![chain("case-16", 200, FaultKind::Changed)],
        ),
        (
            "INSERT INTO actor (number, id) VALUES (77, 'u-2'); UPDATE event SET actor = 77 WHERE seq IN (1, 9000)",
            "UPDATE event SET actor = 1 WHERE seq IN (1, 9000); DELETE FROM actor WHERE number = 77",
            vec![chain("case-00", 1, FaultKind::Changed), chain("case-29", 300, FaultKind::Changed)],
        ),
        (
            "UPDATE event SET division = 'x' WHERE seq = 4100",
            "UPDATE event SET division = (SELECT max(division) FROM cases) WHERE seq = 4100",
            vec![
                chain("case-13", 200, FaultKind::Missing),
                Problem::Division { case: "case-13".to_owned(), number: 200 },
            ],
        ),
        (
            "UPDATE tree_head SET size = 8201 WHERE size = 8200",
            "UPDATE tree_head SET size = 8200 WHERE size = 8201",
            vec![Problem::Root { size: 8201 }],
        ),
        (
            "UPDATE tree_head SET size = 9001 WHERE size = 9000",
            "UPDATE tree_head SET size = 9000 WHERE size = 9001",
            vec![Problem::Root { size: 9001 }],
        ),
        (
            "UPDATE cases SET version = 299 WHERE id = 'case-07'",
            "UPDATE cases SET version = 300 WHERE id = 'case-07'",
            vec![Problem::Version { case: "case-07".to_owned(), case_has: 299, chain_has: 300 }],
        ),
        (
            "UPDATE personal SET number = 2 WHERE case_id = 'case-09'",
            "UPDATE personal SET number = 1 WHERE case_id = 'case-09'",
            vec![
                Problem::Personal { case: "case-09".to_owned(), number: 2 },
                Problem::PersonalGone { case: "case-09".to_owned(), number: 1 },
            ],
        ),
        (
            "UPDATE tally SET total = 8 WHERE total = 14",
            "UPDATE tally SET total = 14 WHERE total = 8",
            vec![tally(), tally()],
        ),
        // Sums of nothing count too: those that should be there, and those that should not.
        (
            "UPDATE tally SET recorded_day = 7 WHERE n = 0",
            "UPDATE tally SET recorded_day = 6 WHERE n = 0",
            vec![tally(), tally()],
        ),
        (
            "INSERT INTO tally VALUES ('accepted', 'justice', '350583', 5, 9, 0, 0)",
            "DELETE FROM tally WHERE recorded_day = 9",
            vec![tally()],
        ),
    ]
}

fn what_is_wrong_on_any_page_is_found(folder: &Folder) {
    fill(folder);
    let verified = || folder.open().verify_with(Some(&keys())).unwrap();
    let whole = verified();
    assert_eq!(whole.faults, []);
    assert_eq!((whole.events, whole.cases, whole.personal, whole.erased, whole.roots), (9000, 30, 30, 0, 8));
    for (change, undo, problems) in changes() {
        folder.tamper(change);
        assert_eq!(verified().faults, problems, "{change}");
        folder.tamper(undo);
    }
    let without_keys = folder.open().verify().unwrap();
    assert_eq!((without_keys.personal, without_keys.unopened, without_keys.faults), (0, 30, vec![]));
    folder.tamper("UPDATE personal SET data = NULL WHERE case_id IN ('case-03', 'case-04')");
    let erased = verified();
    assert_eq!((erased.personal, erased.erased, erased.faults), (28, 2, vec![]));
    folder.tamper("DELETE FROM personal WHERE case_id IN ('case-05', 'case-06')");
    let gone = verified();
    let missing = |case: &str| Problem::PersonalGone { case: case.to_owned(), number: 1 };
    assert_eq!((gone.personal, gone.erased), (26, 2));
    assert_eq!(gone.faults, [missing("case-05"), missing("case-06")]);
}

/// A case with one event in which two persons are named.
fn name_two(tx: &mut Tx<'_>, id: &str) -> Result<(), StoreError> {
    cases::add(tx, &case(id))?;
    let part = |name: &str| NewPart {
        name: name.to_owned(),
        whose: Whose::Unknown { case: id.to_owned(), group: name.to_owned() },
        data: format!("{{\"{name}\":\"{id}\"}}"),
    };
    let personal = Some(NewPersonal { keys: keys(), parts: vec![part("agent"), part("applicant")] });
    events::append(tx, NewEvent { personal, ..event(id, "accept") }).map(drop)
}

fn personal_fields_on_any_page_of_cases_are_opened(folder: &Folder) {
    let all = |tx: &mut Tx<'_>| (0..1100).try_for_each(|at| name_two(tx, &format!("c-{at:04}")));
    folder.open().write(all).unwrap().unwrap();
    let verified = |keys: Option<&Keyring>| {
        let found = folder.open().verify_with(keys).unwrap();
        ((found.personal, found.erased, found.unopened), found.faults)
    };
    let wrong = |case: &str| Problem::Personal { case: case.to_owned(), number: 1 };
    assert_eq!(verified(Some(&fresh_keys())), ((1100, 0, 0), vec![]));
    assert_eq!(verified(None), ((0, 0, 1100), vec![]));
    folder.tamper(
        "UPDATE personal SET data = NULL WHERE case_id = 'c-0001' AND part = 'agent';
         UPDATE personal SET data = NULL WHERE case_id = 'c-1098'",
    );
    assert_eq!(verified(Some(&fresh_keys())), ((1099, 2, 0), vec![]));
    folder.tamper(
        "UPDATE personal SET digest = (SELECT digest FROM personal WHERE case_id = 'c-0003' AND part = 'agent')
           WHERE case_id IN ('c-0499', 'c-0500') AND part = 'agent';
         DELETE FROM person WHERE id = (SELECT person FROM personal WHERE case_id = 'c-0700' AND part = 'agent');
         UPDATE personal SET data = (SELECT data FROM personal WHERE case_id = 'c-0002' AND part = 'agent')
           WHERE case_id = 'c-1099' AND part = 'agent'",
    );
    let faults = vec![wrong("c-0499"), wrong("c-0500"), wrong("c-0700"), wrong("c-1099")];
    assert_eq!(verified(Some(&fresh_keys())), ((1095, 2, 0), faults));
    assert_eq!(verified(None), ((0, 2, 1097), vec![wrong("c-0499"), wrong("c-0500")]));
}

on_both! { what_is_wrong_on_any_page_is_found, personal_fields_on_any_page_of_cases_are_opened }

/// Places are counted from 1, and nobody looks before them.
#[test]
fn an_event_before_the_first_place_is_found() {
    let folder = Folder::on(On::Sqlite, "before").unwrap();
    fill(&folder);
    for (level, place) in [(6, 100), (12, 1), (13, 0)] {
        folder.tamper(&format!(
            "UPDATE tree_node SET hash = zeroblob(32) WHERE level = {level} AND place = {place}"
        ));
        let found = folder.open().verify_with(Some(&keys())).unwrap().faults;
        assert_eq!(found.last(), Some(&Problem::Node { level, place }), "{found:?}");
    }
    folder.tamper(
        "INSERT INTO event SELECT -5, case_id, 301, division, legal_day, recorded_at, actor, form, corrects, record, \
         personal_digest, prev, hash FROM event WHERE seq = 300",
    );
    let found = folder.open().verify_with(Some(&keys())).unwrap().faults;
    assert_eq!(found.first(), Some(&chain("case-00", 301, FaultKind::Changed)));
}

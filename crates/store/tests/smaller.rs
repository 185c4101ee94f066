//! A store that the program before version 23 wrote is rewritten in the smaller way when it is opened: nothing that is read,
//! proved or hashed changes, and what fails half-way has changed nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::{Folder, apart, assert_whole, case, event, hash, keys};
use store::events::{Entry, NewEvent};
use store::pack::Pack;
use store::tree_head::TreeHead;
use store::{KeptRoot, Options, Store, StoreError, Tx, cases, events, pack, tree, tree_head};

/// Records of all kinds: like each other and unlike, empty, long, with what statements quote.
fn records() -> Vec<String> {
    let mut made = vec!["{}".to_owned(), "{\"note\":\"It's 张三's\\\\\"}".to_owned(), String::new()];
    for number in 0..40 {
        made.push(format!(
            "{{\"respondent\":\"德化县第{number}局\",\"channel\":\"in_person\",\"told_rights\":true,\"days\":{}}}",
            number * 7919
        ));
    }
    made.push(format!("{{\"facts\":\"{}\"}}", "处罚决定认定的事实没有证据。".repeat(2000)));
    made
}

fn fill(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for number in [1, 2] {
        let source = format!("# {number}\n{}", "procedure = 'reconsideration'\n".repeat(200));
        let name = format!("reconsideration_{number}");
        pack::add(tx, &Pack { hash: hash(&name), procedure: name, source, added_at: 5 })?;
    }
    for id in ["a", "b", "c"] {
        cases::add(tx, &case(id))?;
        for (number, record) in (1..).zip(records()) {
            let act = if number % 3 == 0 { "accept" } else { "apply" };
            let personal = if number == 2 { apart(id, None, "{\"applicant\":\"张三\"}") } else { None };
            let corrects = (number == 7).then_some(3);
            let actor = format!("u-{}", number % 5);
            events::append(tx, NewEvent { record, personal, corrects, actor, ..event(id, act) })?;
        }
    }
    tree::extend(tx, 1000)?;
    let size = events::last_seq(tx)?;
    let root = tree::root(tx, u64::try_from(size).unwrap())?;
    tree_head::add(tx, &TreeHead { size, root, made_at: 5, signature: None, keys: None })
}

#[derive(Debug, PartialEq)]
struct Said {
    events: Vec<Entry>,
    of_case: Vec<Entry>,
    packs: Vec<Pack>,
    heads: Vec<TreeHead>,
    canonical: (i64, i64),
}

fn said(store: &Store) -> Said {
    let read = |db: &dyn store::Query| -> store::Result<Said> {
        Ok(Said {
            events: events::after(db, 0, 1000)?,
            of_case: events::of_case(db, "b", 0)?,
            packs: pack::list(db)?,
            heads: tree_head::list(db)?,
            canonical: store::fill::canonical_bytes(db)?,
        })
    };
    store.read(|reader| read(reader)).unwrap()
}

fn holds(store: &Store, before: &Said) {
    let report = store.verify_with(Some(&keys())).unwrap();
    assert_eq!((report.events, report.personal, report.roots, report.faults), (132, 3, 1, vec![]));
    let kept = KeptRoot {
        size: before.heads.last().unwrap().size,
        root: before.heads.last().unwrap().root,
        events: before.events.iter().map(|entry| (entry.seq, entry.chained.hash)).collect(),
    };
    assert_eq!(store.read(|reader| store::verify_since(reader, &[kept])).unwrap(), []);
}

fn what_was_written_before_says_the_same_afterwards(folder: &Folder) {
    let store = folder.open();
    store.write(fill).unwrap().unwrap();
    let before = said(&store);
    assert_eq!(before.events.len(), 132);
    folder.before_forms(store);
    for _ in 0..2 {
        let store = folder.open();
        assert_eq!(said(&store), before);
        holds(&store, &before);
        assert_whole(&store);
    }
    // What comes after goes on where it ended, with the actors and forms that were made.
    let store = folder.open();
    let more =
        |tx: &mut Tx<'_>| events::append(tx, NewEvent { actor: "u-1".to_owned(), ..event("b", "apply") });
    let added = store.write(more).unwrap().unwrap();
    assert_eq!(added.chained.prev, before.of_case.last().unwrap().chained.hash);
    assert_eq!(store.verify_with(Some(&keys())).unwrap().faults, []);
}

/// An event that nobody can read stops the change, and nothing of it is left: put right, the store is opened as ever.
fn what_fails_half_way_has_changed_nothing(folder: &Folder) {
    let store = folder.open();
    store.write(fill).unwrap().unwrap();
    let before = said(&store);
    folder.before_forms(store);
    folder.tamper("UPDATE event SET kind = 'nonsense' WHERE seq = 131");
    for _ in 0..2 {
        let error = Store::open_at(&folder.place(), &Options::default()).err().unwrap();
        assert!(matches!(error, StoreError::Unreadable { .. }), "{error:?}");
    }
    // The columns of before are still there, and so is what stood in them.
    folder.tamper("UPDATE event SET kind = 'act' WHERE seq = 131 AND record LIKE '{%'");
    let store = folder.open();
    assert_eq!(said(&store), before);
    holds(&store, &before);
}

/// Records are not kept twice, and forms do not multiply with events.
#[test]
fn events_of_an_act_share_a_form() {
    let folder = Folder::new("shared");
    let store = folder.open();
    store.write(fill).unwrap().unwrap();
    drop(store);
    let db = rusqlite::Connection::open(folder.join("data/yifa.db")).unwrap();
    let number = |text: &str| db.query_row(text, [], |row| row.get::<_, i64>(0)).unwrap();
    assert!(number("SELECT count(*) FROM act_form") <= 8);
    assert_eq!(number("SELECT count(*) FROM actor"), 5);
    assert_eq!(number("SELECT count(*) FROM event WHERE prev IS NULL"), 3);
    let said: usize = records().iter().map(String::len).sum();
    let kept =
        number("SELECT sum(length(record)) FROM event") + number("SELECT sum(length(record)) FROM act_form");
    assert!(kept * 2 < i64::try_from(said * 3).unwrap(), "{kept} of {said} three times");
}

on_both!(what_was_written_before_says_the_same_afterwards, what_fails_half_way_has_changed_nothing);

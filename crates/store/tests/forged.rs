//! Whoever holds the database can make it whole again after any change: all hashes, the stored roots, signatures by a new key.
//! Nothing in the store tells then; the root that somebody kept does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use crate::common::{Folder, grow};
use ledger::{Event, Frontier, Hash, Head, SecretKeys, Sm3, genesis, link};
use rusqlite::{Connection, params};
use store::tree_head::TreeHead;
use store::{KeptRoot, LOG_ID, Options, Problem, Store, StoreError, events, meta, tree, tree_head};

const LOG: &str = "00112233445566778899aabbccddeeff";

fn keys(seed: u8) -> SecretKeys {
    SecretKeys::new(&[seed; 32], &[seed; 32]).unwrap()
}

fn head(size: u64, root: Hash, seed: u8) -> TreeHead {
    let keys = keys(seed);
    let text = Head { log: LOG.to_owned(), size, root, made_at: 5 }.text();
    let signature = keys.sign(text.as_bytes()).unwrap().to_bytes();
    let size = i64::try_from(size).unwrap();
    TreeHead { size, root, made_at: 5, signature: Some(signature), keys: Some(keys.public().to_bytes()) }
}

/// Four cases of fifty events and two signed roots; what a stranger kept of the second, with an event.
fn filled(folder: &Folder) -> KeptRoot {
    let store = folder.open();
    let work = |tx: &mut store::Tx<'_>| -> Result<KeptRoot, StoreError> {
        meta::set(tx, LOG_ID, LOG)?;
        for id in ["a", "b", "c", "d"] {
            grow(tx, id, 50)?;
            assert!(tree::extend(tx, 1000)?);
            if id == "b" || id == "d" {
                let size = u64::try_from(events::last_seq(tx)?).unwrap();
                tree_head::add(tx, &head(size, tree::root(tx, size)?, 1))?;
            }
        }
        let last = tree_head::last(tx)?.unwrap();
        let event = events::get(tx, "b", 7)?.unwrap();
        Ok(KeptRoot { size: last.size, root: last.root, events: vec![(event.seq, event.chained.hash)] })
    };
    store.write(work).unwrap().unwrap()
}

fn rows(folder: &Folder) -> Vec<(i64, Event)> {
    let options = Options { read_only: true, ..Options::default() };
    let store = Store::open(folder.join("data"), &options).unwrap();
    let found = store.read(|reader| events::after(reader, 0, 1000)).unwrap();
    found.into_iter().map(|entry| (entry.seq, entry.chained.event)).collect()
}

/// Makes everything fit again, as an attacker who knows this program would.
fn rewrite(folder: &Folder, db: &Connection) {
    let mut by_case: BTreeMap<String, Vec<(i64, Event)>> = BTreeMap::new();
    rows(folder)
        .into_iter()
        .for_each(|(seq, event)| by_case.entry(event.case.clone()).or_default().push((seq, event)));
    for (case, mut events) in by_case {
        events.sort_by_key(|(_, event)| event.number);
        let mut prev = genesis(&case);
        for (seq, event) in &events {
            let hash = link(&prev, event);
            let values = params![prev.as_bytes(), hash.as_bytes(), seq];
            db.execute("UPDATE event SET prev = ?1, hash = ?2 WHERE seq = ?3", values).unwrap();
            prev = hash;
        }
        let values = params![i64::try_from(events.len()).unwrap(), prev.as_bytes(), case];
        db.execute("UPDATE cases SET version = ?1, head = ?2 WHERE id = ?3", values).unwrap();
    }
    db.execute_batch("DELETE FROM tree_node").unwrap();
    let mut hashes = db.prepare("SELECT hash FROM event ORDER BY seq").unwrap();
    let hashes: Vec<Vec<u8>> = hashes.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut sizes = db.prepare("SELECT size FROM tree_head").unwrap();
    let sizes: Vec<i64> = sizes.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for old in sizes {
        let size = usize::try_from(old).unwrap();
        if size > hashes.len() {
            db.execute("DELETE FROM tree_head WHERE size = ?1", [old]).unwrap();
            continue;
        }
        let mut frontier = Frontier::<Sm3>::new();
        hashes[..size].iter().for_each(|hash| frontier.append(hash));
        let made = head(u64::try_from(size).unwrap(), frontier.root(), 2);
        let values = params![made.size, made.root.as_bytes(), made.signature, made.keys, old];
        let sql = "UPDATE tree_head SET size = ?1, root = ?2, signature = ?3, keys = ?4 WHERE size = ?5";
        db.execute(sql, values).unwrap();
    }
}

/// What the kept root tells after a change that was made to fit; nothing else tells it.
fn told_after(change: &str) -> Vec<Problem> {
    let folder = Folder::new("forged");
    let kept = filled(&folder);
    let db = Connection::open(folder.join("data/yifa.db")).unwrap();
    db.execute_batch(change).unwrap();
    rewrite(&folder, &db);
    drop(db);
    let store = folder.open();
    assert_eq!(store.verify().unwrap().faults, [], "the store alone tells nothing");
    let found = since(&store, &kept);
    for problem in &found {
        assert!(!problem.to_string().is_ascii(), "{problem}");
    }
    found
}

fn since(store: &Store, kept: &KeptRoot) -> Vec<Problem> {
    store.read(|reader| store::verify_since(reader, std::slice::from_ref(kept))).unwrap()
}

const KEPT: Problem = Problem::KeptRoot { size: 200 };

#[test]
fn what_only_grew_holds() {
    let folder = Folder::new("grew");
    let kept = filled(&folder);
    let store = folder.open();
    assert_eq!(since(&store, &kept), []);
    store.write(|tx| grow(tx, "e", 100)).unwrap().unwrap();
    assert_eq!(since(&store, &kept), []);
    assert_eq!(store.verify().unwrap().faults, []);
}

#[test]
fn a_changed_event_is_found() {
    assert_eq!(told_after("UPDATE event SET record = x'007b7d' WHERE case_id = 'c' AND number = 50"), [KEPT]);
    // The receipt names the one that its holder has.
    let found = told_after("UPDATE event SET record = x'007b7d' WHERE case_id = 'b' AND number = 7");
    assert_eq!(found, [Problem::KeptEvent { place: 57 }, KEPT]);
    assert_eq!(told_after("UPDATE event SET legal_day = 20002 WHERE seq = 200"), [KEPT]);
}

#[test]
fn a_removed_event_is_found() {
    let found = told_after(
        "DELETE FROM event WHERE case_id = 'c' AND number = 20; \
         UPDATE event SET number = -number WHERE case_id = 'c' AND number > 20; \
         UPDATE event SET number = -number - 1 WHERE number < 0; \
         UPDATE event SET seq = -seq WHERE seq > 120; UPDATE event SET seq = -seq - 1 WHERE seq < 0;",
    );
    assert_eq!(found, [Problem::Shorter { size: 200, has: 199 }]);
}

#[test]
fn an_event_put_in_between_is_found() {
    let found = told_after(
        "UPDATE event SET number = -number WHERE case_id = 'c' AND number > 20; \
         UPDATE event SET number = -number + 1 WHERE number < 0; \
         UPDATE event SET seq = -seq WHERE seq > 120; UPDATE event SET seq = -seq + 1 WHERE seq < 0; \
         INSERT INTO event SELECT 121, case_id, 21, division, legal_day, recorded_at, actor, form, corrects, \
         x'007b2261223a317d', NULL, prev, hash FROM event WHERE seq = 120;",
    );
    assert_eq!(found, [KEPT]);
}

#[test]
fn events_in_another_order_are_found() {
    // Two events of one case change places, and two of different cases.
    let in_a_case = "INSERT INTO act_form SELECT number + 1000, procedure, kind, 'examine', serial, record FROM act_form \
         WHERE number = (SELECT form FROM event WHERE seq = 110); UPDATE event SET form = form + 1000 WHERE seq = 110; \
         UPDATE event SET number = 999 WHERE seq = 110; UPDATE event SET number = 10 WHERE seq = 111; \
         UPDATE event SET number = 11 WHERE seq = 110; \
         UPDATE event SET seq = 999 WHERE seq = 110; UPDATE event SET seq = 110 WHERE seq = 111; \
         UPDATE event SET seq = 111 WHERE seq = 999;";
    assert_eq!(told_after(in_a_case), [KEPT]);
    let across = "UPDATE event SET seq = 999 WHERE seq = 60; UPDATE event SET seq = 60 WHERE seq = 160; \
         UPDATE event SET seq = 160 WHERE seq = 999;";
    assert_eq!(told_after(across), [KEPT]);
}

#[test]
fn a_cut_end_is_found() {
    let found = told_after("DELETE FROM event WHERE seq > 190");
    assert_eq!(found, [Problem::Shorter { size: 200, has: 190 }]);
    let found = told_after(
        "DELETE FROM event WHERE seq > 30; DELETE FROM cases WHERE id <> 'a'; DELETE FROM personal WHERE case_id <> 'a'",
    );
    assert_eq!(found, [Problem::Shorter { size: 200, has: 30 }, Problem::KeptEvent { place: 57 }]);
}

#[test]
fn a_journal_written_anew_is_found() {
    let found = told_after("UPDATE event SET recorded_at = recorded_at + 1");
    assert_eq!(found, [Problem::KeptEvent { place: 57 }, KEPT]);
}

#[test]
fn changes_that_were_not_made_to_fit_are_found_without_any_kept_root() {
    let changes = [
        ("UPDATE tree_head SET made_at = 6 WHERE size = 100", Problem::Signature { size: 100 }),
        ("UPDATE tree_head SET signature = NULL WHERE size = 100", Problem::Signature { size: 100 }),
        (
            "UPDATE tree_node SET hash = zeroblob(32) WHERE level = 6 AND place = 1",
            Problem::Node { level: 6, place: 1 },
        ),
    ];
    for (change, problem) in changes {
        let folder = Folder::new("unfit");
        filled(&folder);
        Connection::open(folder.join("data/yifa.db")).unwrap().execute_batch(change).unwrap();
        assert_eq!(folder.open().verify().unwrap().faults, [problem]);
    }
}

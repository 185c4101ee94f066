//! The check of the whole store, and backups: what was changed behind the store's back is named.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common;
use std::path::Path;
use std::time::Duration;

use crate::common::{Folder, On, assert_whole, event, grow, hash, open_case};
use ledger::{FaultKind, Frontier, Sm3};
use store::attachment::{self, Attachment};
use store::tally::Contribution;
use store::tree_head::TreeHead;
use store::{Options, Problem, Store, StoreError, cases, events, personal, restore, tally, tree_head};

on_both! {
    a_whole_store_is_found_whole,
    changed_events_are_named,
    a_cut_end_is_named,
    what_stands_beside_the_chain_is_checked_too,
    a_changed_or_missing_file_is_named,
    the_sweep_takes_only_what_nobody_names,
    counts_that_were_changed_are_found,
}

/// Three cases of four events, a file, a figure and two roots.
fn filled(folder: &Folder) -> Store {
    let store = folder.open();
    let file = store.files().put("申请书.txt", "申请书".as_bytes()).unwrap();
    let work = move |tx: &mut store::Tx<'_>| {
        for id in ["a", "b", "c"] {
            grow(tx, id, 4)?;
            add_root(tx)?;
        }
        attachment::add(tx, &Attachment::new(&file, "a", 1, 0, "u-1"))?;
        let contribution = Contribution {
            figure: "accepted".to_owned(),
            legal_day: 20_001,
            case: "a".to_owned(),
            number: 1,
            organ: "justice".to_owned(),
            division: "350583".to_owned(),
            recorded_day: 20_001,
            n: 1,
            total: 0,
        };
        tally::contribute(tx, &contribution)
    };
    store.write(work).unwrap().unwrap();
    store
}

fn add_root(tx: &mut store::Tx<'_>) -> Result<(), StoreError> {
    let mut tree = Frontier::<Sm3>::new();
    for (_, hash) in events::hashes_after(tx, 0, u32::MAX)? {
        tree.append(hash.as_bytes());
    }
    let size = i64::try_from(tree.size()).unwrap();
    tree_head::add(tx, &TreeHead { size, root: tree.root(), made_at: 0, signature: None, keys: None })
}

/// The problems after a change behind the store's back.
fn problems_after(on: &Folder, change: &str) -> Vec<Problem> {
    let (on, change) = match &on.database {
        None => (On::Sqlite, change.to_owned()),
        Some(_) => {
            let change = change.replace("cast('{}' AS BLOB)", "convert_to('{}', 'UTF8')");
            (On::Postgres, change.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')"))
        }
    };
    let folder = Folder::on(on, "tamper").unwrap();
    drop(filled(&folder));
    folder.tamper(&change);
    let problems = folder.open().verify_with(Some(&common::fresh_keys())).unwrap().faults;
    for problem in &problems {
        assert!(!problem.to_string().is_ascii(), "{problem}");
    }
    problems
}

fn chain(case: &str, number: u32, kind: FaultKind) -> Problem {
    Problem::Chain(ledger::Fault { case: case.to_owned(), number, kind })
}

fn a_whole_store_is_found_whole(folder: &Folder) {
    let store = filled(folder);
    let report = store.verify_with(Some(&common::keys())).unwrap();
    assert_eq!((report.events, report.cases, report.personal, report.erased), (12, 3, 3, 0));
    assert_eq!((report.files, report.roots, report.faults), (1, 3, vec![]));
}

#[test]
fn erasing_personal_data_leaves_the_chain_whole_and_nothing_behind() {
    let folder = Folder::new("erase");
    let store = filled(&folder);
    let keys = common::keys();
    assert_eq!(
        store.read(|r| personal::get(r, Some(&keys), "a", 1)).unwrap().unwrap().data,
        "{\"applicant\":\"张三\"}"
    );
    for id in ["a", "b", "c"] {
        assert_eq!(store.write(move |tx| personal::erase_case(tx, id)), Ok(Ok(1)));
    }
    let report = store.verify().unwrap();
    assert_eq!((report.personal, report.erased, report.faults), (0, 3, vec![]));
    drop(store);
    let bytes = std::fs::read(folder.join("data/yifa.db")).unwrap();
    let name = "张三".as_bytes();
    assert!(!bytes.windows(name.len()).any(|window| window == name), "the name is still in the file");
}

fn changed_events_are_named(folder: &Folder) {
    let record = folder.bytes(b"\0{}");
    let change = format!("UPDATE event SET record = {record} WHERE case_id = 'b' AND number = 2");
    let changed = problems_after(folder, &change);
    assert_eq!(changed, [chain("b", 2, FaultKind::Changed)]);
    let removed = problems_after(folder, "DELETE FROM event WHERE case_id = 'b' AND number = 2");
    assert_eq!(removed[0], chain("b", 2, FaultKind::Missing));
    assert_eq!(removed[1], Problem::Gap { before: 7 });
    assert_eq!(removed[2..], [Problem::Root { size: 8 }, Problem::Root { size: 12 }]);
    let swapped = problems_after(
        folder,
        "UPDATE event SET number = 9 WHERE case_id = 'c' AND number = 2; \
         UPDATE event SET number = 2 WHERE case_id = 'c' AND number = 3; \
         UPDATE event SET number = 3 WHERE case_id = 'c' AND number = 9;",
    );
    assert_eq!(swapped, [chain("c", 2, FaultKind::Changed)]);
}

fn a_cut_end_is_named(folder: &Folder) {
    let cut = problems_after(folder, "DELETE FROM event WHERE case_id = 'c' AND number = 4");
    let version = Problem::Version { case: "c".to_owned(), case_has: 4, chain_has: 3 };
    assert_eq!(cut, [version, Problem::Root { size: 12 }]);
    // Also where the case was made to fit: the published root remembers.
    let fitted = problems_after(
        folder,
        "DELETE FROM event WHERE case_id = 'c' AND number = 4; UPDATE cases SET version = 3, head = \
         (SELECT hash FROM event WHERE case_id = 'c' AND number = 3) WHERE id = 'c';",
    );
    assert_eq!(fitted, [Problem::Root { size: 12 }]);
    let head = problems_after(folder, "UPDATE cases SET head = zeroblob(32) WHERE id = 'a'");
    assert_eq!(head, [Problem::Head { case: "a".to_owned() }]);
    let gone = problems_after(folder, "DELETE FROM cases WHERE id = 'a'");
    assert_eq!(gone, [Problem::NoCase { case: "a".to_owned() }]);
}

fn what_stands_beside_the_chain_is_checked_too(folder: &Folder) {
    let moved =
        problems_after(folder, "UPDATE event SET division = '350525' WHERE case_id = 'a' AND number = 3");
    let astray = Problem::Division { case: "a".to_owned(), number: 3 };
    assert_eq!(moved, [chain("a", 3, FaultKind::Missing), astray]);
    let elsewhere = problems_after(folder, "UPDATE personal SET division = '350525' WHERE case_id = 'b'");
    assert_eq!(elsewhere, [Problem::PersonalGone { case: "b".to_owned(), number: 1 }]);
    let forged = problems_after(folder, "UPDATE personal SET data = cast('{}' AS BLOB) WHERE case_id = 'b'");
    assert_eq!(forged, [Problem::Personal { case: "b".to_owned(), number: 1 }]);
    let tally =
        Problem::Tally { figure: "accepted".to_owned(), organ: "justice".to_owned(), legal_day: 20_001 };
    assert_eq!(problems_after(folder, "UPDATE tally SET n = n + 1"), [tally.clone(), tally.clone()]);
    assert_eq!(problems_after(folder, "DELETE FROM contribution"), std::slice::from_ref(&tally));
    assert_eq!(problems_after(folder, "DELETE FROM tally"), [tally]);
}

fn a_changed_or_missing_file_is_named(folder: &Folder) {
    let store = filled(folder);
    let path = store.files().path(&hash("申请书"));
    assert_eq!(store.files().get(&hash("申请书")).unwrap(), "申请书".as_bytes());
    std::fs::write(&path, "另一份").unwrap();
    assert!(matches!(store.files().get(&hash("申请书")), Err(StoreError::Unreadable { .. })));
    let report = store.verify().unwrap();
    let problem = Problem::File {
        hash: hash("申请书"),
        case: "a".to_owned(),
        number: 1,
        name: "申请书.txt".to_owned(),
    };
    assert_eq!(report.faults, std::slice::from_ref(&problem));
    assert!(problem.to_string().contains("附件“申请书.txt”"));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(store.verify().unwrap().faults, [problem]);
    // Whoever has the file can put it back.
    std::fs::write(&path, "另一份").unwrap();
    store.files().put("申请书.txt", "申请书".as_bytes()).unwrap();
    assert_whole(&store);
}

#[test]
fn a_backup_is_made_while_serving_and_restored() {
    let folder = Folder::new("backup");
    let store = filled(&folder);
    let target = folder.join("backup");
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (0..200).for_each(|n| open_case(&store, &format!("w{n}"))));
        store.backup(&target).unwrap();
        writing.join().unwrap();
    });
    assert!(matches!(store.backup(&target), Err(StoreError::Unwritable { .. })), "it never overwrites");
    open_case(&store, "later");
    assert!(matches!(restore(&target, store.dir()), Err(StoreError::InUse { .. })));
    let dir = store.dir().to_owned();
    drop(store);
    let kept = restore(&target, &dir).unwrap().unwrap();
    let store = folder.open();
    assert_whole(&store);
    assert!(store.read(|r| cases::get(r, "later")).unwrap().is_none());
    assert!(store.read(|r| cases::get(r, "a")).unwrap().is_some());
    assert_eq!(store.files().get(&hash("申请书")).unwrap(), "申请书".as_bytes());
    open_case(&store, "after");
    // What was there before is kept beside.
    let before = Store::open(kept, &Options::default()).unwrap();
    assert!(before.read(|r| cases::get(r, "later")).unwrap().is_some());
}

fn refused_restore(change: impl FnOnce(&Path)) -> String {
    let folder = Folder::new("broken");
    let store = filled(&folder);
    let target = folder.join("backup");
    store.backup(&target).unwrap();
    drop(store);
    change(&target);
    let error = restore(&target, &folder.join("data")).err().unwrap();
    // What was there still is.
    assert_whole(&folder.open());
    assert!(!folder.join("data.part").exists());
    error.to_string()
}

#[test]
fn a_broken_backup_is_refused() {
    let sql = |change: &'static str| {
        move |target: &Path| {
            rusqlite::Connection::open(target.join("yifa.db")).unwrap().execute_batch(change).unwrap();
        }
    };
    let text = refused_restore(sql("UPDATE event SET record = x'007b7d' WHERE case_id = 'b' AND number = 2"));
    assert!(text.contains("第 2 号事项") && text.contains("没有恢复"), "{text}");
    let text = refused_restore(sql("INSERT INTO migration (version, name) VALUES (9999, 'later')"));
    assert!(text.contains("更新版本"), "{text}");
    let text = refused_restore(|target| std::fs::remove_dir_all(target.join("files")).unwrap());
    assert!(text.contains("申请书.txt"), "{text}");
    let text = refused_restore(|target| std::fs::remove_file(target.join("yifa.db")).unwrap());
    assert!(text.contains("没有本平台的数据"), "{text}");
    let text = refused_restore(|target| {
        let path = target.join("yifa.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let length = bytes.len();
        bytes[4096..length / 2].fill(0x55);
        std::fs::write(&path, bytes).unwrap();
    });
    assert!(text.contains("数据无法读取"), "{text}");
}

#[test]
fn a_backup_can_be_restored_where_nothing_was() {
    let folder = Folder::new("fresh");
    let store = filled(&folder);
    store.backup(&folder.join("backup")).unwrap();
    assert_eq!(restore(&folder.join("backup"), &folder.join("new")).unwrap(), None);
    let restored = Store::open(folder.join("new"), &Options::default()).unwrap();
    assert_eq!(restored.verify().unwrap().events, 12);
    restored.write(|tx| events::append(tx, event("a", "decide")).map(drop)).unwrap().unwrap();
    assert_whole(&restored);
}

fn the_sweep_takes_only_what_nobody_names(folder: &Folder) {
    let store = filled(folder);
    let orphan = store.files().put("b.txt", b"orphan").unwrap();
    let torn = store.files().path(&orphan.hash).with_file_name(".torn-1-1");
    std::fs::write(&torn, "half").unwrap();
    assert_eq!(store.sweep(Duration::from_secs(3600)).unwrap(), 0);
    assert_eq!(store.sweep(Duration::ZERO).unwrap(), 2);
    assert!(!torn.exists() && !store.files().is_whole(&orphan.hash));
    assert_eq!(store.sweep(Duration::ZERO).unwrap(), 0);
    assert_whole(&store);
}

fn counts_that_were_changed_are_found(folder: &Folder) {
    drop(filled(folder));
    let folder_with = |change: &str| {
        folder.tamper(change);
        let store = folder.open();
        let found = store.read(|r| {
            let dues = store::due::miscounted(r)?;
            Ok::<_, StoreError>((cases::miscounted(r)?.len(), dues.len(), cases::named_astray(r)?.len()))
        });
        found.unwrap()
    };
    assert_eq!(folder_with("UPDATE case_count SET n = n"), (0, 0, 0));
    assert_eq!(folder_with("UPDATE case_count SET n = n + 1"), (1, 0, 0));
    assert_eq!(folder_with("DELETE FROM case_count"), (1, 0, 0));
    let count = "INSERT INTO due_count (organ, division, last_day, warn_on, n) VALUES ('o', 'd', 1, 1, 1)";
    assert_eq!(folder_with(count), (1, 1, 0));
    let name = "INSERT INTO case_named (name, opened_on, case_id, division) VALUES ('他', 1, 'z', 'd')";
    assert_eq!(folder_with(name), (1, 1, 1));
}

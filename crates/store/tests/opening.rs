//! What is refused at the door, untouched.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;

use crate::common::{BEFORE_LISTS, Folder, On, open_case};
use store::account::{self, Rank};
use store::testing::Database;
use store::{Options, Store, StoreError, audit_log, cases, known_version, meta, session};

fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    let files = files.filter(|file| file.file_type().unwrap().is_file());
    files.map(|file| (file.file_name().display().to_string(), std::fs::read(file.path()).unwrap())).collect()
}

fn refusal(dir: &Path, options: &Options) -> StoreError {
    Store::open(dir, options).err().unwrap()
}

fn read_only() -> Options {
    Options { read_only: true, ..Options::default() }
}

#[test]
fn a_newer_version_is_refused_untouched() {
    let folder = Folder::new("newer");
    open_case(&folder.open(), "a");
    let data = folder.join("data");
    let newer = known_version() + 1;
    let db = rusqlite::Connection::open(data.join("yifa.db")).unwrap();
    db.execute("INSERT INTO migration (version, name) VALUES (?1, 'later')", [newer]).unwrap();
    drop(db);
    let before = contents(&data);
    for options in [Options::default(), read_only()] {
        let error = refusal(&data, &options);
        assert_eq!(error, StoreError::NewerVersion { found: newer, known: known_version() });
        let text = error.to_string();
        assert!(text.contains("更新版本的程序写成") && text.contains("未作任何改动"), "{text}");
        assert!(text.contains("请换用"), "{text}");
    }
    let after = contents(&data);
    for (name, content) in &before {
        assert_eq!(after.get(name), Some(content), "{name}");
    }
}

/// What lists and counts need is there after the change, on either database.
#[test]
fn a_store_of_before_the_lists_gets_their_counts() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(folder) = Folder::on(on, "lists") else { return };
        let store = folder.open();
        open_case(&store, "a");
        let owed = |norm: &str, last_day: Option<i32>| store::due::Due {
            case: "a".to_owned(),
            norm: norm.to_owned(),
            acts: "decide".to_owned(),
            last_day,
            warn_on: None,
            organ: "justice".to_owned(),
            division: "350583".to_owned(),
            handler: None,
            lapses: true,
        };
        let one = store::tally::Contribution {
            figure: "f".to_owned(),
            legal_day: 7,
            case: "a".to_owned(),
            number: 1,
            organ: "justice".to_owned(),
            division: "350583".to_owned(),
            recorded_day: 8,
            n: 1,
            total: 3,
        };
        let added = one.clone();
        let work = move |tx: &mut store::Tx<'_>| {
            store::tally::contribute(tx, &added)?;
            store::due::replace(tx, "a", &[owed("1", Some(99)), owed("2", None)])
        };
        store.write(work).unwrap().unwrap();
        let before = store.read(|r| cases::counts(r, "", "")).unwrap();
        folder.before_forms(store);
        let own = if on == On::Sqlite { "BLOB NOT NULL DEFAULT x''" } else { "BYTEA NOT NULL DEFAULT ''" };
        folder.tamper(&BEFORE_LISTS.replace("BLOB NOT NULL DEFAULT x''", own));
        let store = folder.open();
        assert_eq!(store.read(|r| cases::counts(r, "", "")).unwrap(), before);
        assert_eq!(before.len(), 1);
        let counts = store.read(|r| store::due::counts(r, 100, "justice", "")).unwrap();
        assert_eq!(counts.iter().map(|it| (it.all, it.overdue)).collect::<Vec<_>>(), [(2, 1)]);
        assert_eq!(store.read(|r| store::due::miscounted(r)).unwrap(), Vec::<String>::new());
        assert_eq!(store.read(|r| cases::miscounted(r)).unwrap(), []);
        assert_eq!(store.read(|r| store::tally::every(r, None, 9)).unwrap(), [one]);
        assert_eq!(store.read(|r| store::due::lapsed(r, 100, 9)).unwrap().len(), 1);
    }
}

#[test]
fn an_older_version_is_brought_up_to_date_with_what_is_in_it() {
    let folder = Folder::new("older");
    let store = folder.open();
    open_case(&store, "a");
    folder.before_forms(store);
    let data = folder.join("data");
    let db = rusqlite::Connection::open(data.join("yifa.db")).unwrap();
    db.execute_batch(BEFORE_LISTS).unwrap();
    db.execute_batch("DROP TABLE person; DROP TABLE personal; CREATE TABLE personal (case_id TEXT, number INTEGER, salt BLOB, data BLOB); DROP TABLE kept_audit; DROP TABLE lease; DROP TABLE tree_node; DROP TABLE lost_root; DROP TABLE witness; ALTER TABLE tree_head DROP COLUMN keys; DROP TABLE receiver; DROP TABLE held_message; ALTER TABLE outbox ADD COLUMN attempts INTEGER; ALTER TABLE outbox ADD COLUMN delivered_at INTEGER; CREATE INDEX outbox_waiting ON outbox (id); DELETE FROM migration WHERE version > 1")
        .unwrap();
    for table in ["document", "attachment", "outbox"] {
        db.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN division")).unwrap();
    }
    db.execute_batch(
        "INSERT INTO account (id, login, name, password_hash, rank, failed, created_at)
           VALUES ('1', 'one', '甲', 'x', 'admin', 0, 5), ('2', 'two', '乙', 'y', 'staff', 0, 5);
         INSERT INTO session VALUES (zeroblob(32), '1', 'c', 1, 1, 99);
         INSERT INTO audit_log VALUES (1, 7, '1', 'password_set', ''), (2, 8, '1', 'signed_in', ''),
           (3, 9, '1', 'signed_in', '');",
    )
    .unwrap();
    drop(db);
    let error = refusal(&data, &read_only());
    assert_eq!(error, StoreError::OlderVersion { found: 1, known: known_version() });
    let store = folder.open();
    assert!(store.read(|r| cases::get(r, "a")).unwrap().is_some());
    assert_eq!(store.read(|r| store::kept_audit::page(r, "justice", None, 9)).unwrap(), []);
    accounts_came_along(&store);
}

#[test]
fn other_databases_and_files_are_refused_untouched() {
    let folder = Folder::new("foreign");
    let data = folder.join("data");
    std::fs::create_dir_all(&data).unwrap();
    let db = rusqlite::Connection::open(data.join("yifa.db")).unwrap();
    db.execute_batch("CREATE TABLE migration (version INTEGER); CREATE TABLE cases (id TEXT)").unwrap();
    drop(db);
    let before = std::fs::read(data.join("yifa.db")).unwrap();
    assert!(matches!(refusal(&data, &Options::default()), StoreError::NotOurs { .. }));
    assert_eq!(std::fs::read(data.join("yifa.db")).unwrap(), before);
    std::fs::write(data.join("yifa.db"), "这不是数据库".repeat(1000)).unwrap();
    let error = refusal(&data, &Options::default());
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error:?}");
    assert!(error.to_string().contains("不是本平台的数据库"));
}

#[test]
fn a_second_writer_is_refused_and_a_reader_is_not() {
    let folder = Folder::new("second");
    let store = folder.open();
    open_case(&store, "a");
    let data = folder.join("data");
    let error = refusal(&data, &Options::default());
    assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains("正由另一个程序写入"));
    let reader = Store::open(&data, &read_only()).unwrap();
    assert!(reader.read(|r| cases::get(r, "a")).unwrap().is_some());
    open_case(&store, "b");
    assert!(reader.read(|r| cases::get(r, "b")).unwrap().is_some());
    let refused = reader.write(|tx| meta::set(tx, "a", "b"));
    assert_eq!(refused, Err(StoreError::ReadOnly));
    drop(store);
    open_case(&folder.open(), "c");
}

#[test]
fn reading_where_nothing_is_makes_nothing() {
    let folder = Folder::new("absent");
    let data = folder.join("data");
    assert!(matches!(refusal(&data, &read_only()), StoreError::Absent { .. }));
    assert!(!data.exists());
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let folder = Folder::new("blocked");
    std::fs::write(folder.join("data"), "a file").unwrap();
    let error = refusal(&folder.join("data"), &Options::default());
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = Folder::new("again");
    let store = folder.open();
    store.write(|tx| meta::set(tx, "name", "南安市")).unwrap().unwrap();
    store.write(|tx| meta::set(tx, "name", "永春县")).unwrap().unwrap();
    drop(store);
    let store = folder.open();
    assert_eq!(store.read(|r| meta::get(r, "name")).unwrap(), Some("永春县".to_owned()));
    assert_eq!(store.read(|r| meta::get(r, "other")).unwrap(), None);
}

/// What was known before is known after, and the log of operations is chained by whoever serves first.
fn accounts_came_along(store: &Store) {
    let get = |id: &str| store.read(|r| account::get(r, id)).unwrap().unwrap();
    let one = get("1");
    assert_eq!(one.rank, Rank::SystemAdmin);
    assert_eq!((one.password_at, one.signed_in_at, one.granted_at), (7, Some(9), Some(5)));
    let two = get("2");
    assert_eq!((two.password_at, two.signed_in_at, two.granted_at), (5, None, Some(5)));
    assert!(!two.must_change);
    assert_eq!(store.read(|r| session::of_account(r, "1", 0, 9)).unwrap(), []);
    assert!(store.read(|r| audit_log::is_unchained(r)).unwrap());
    assert_eq!(store.verify().unwrap().faults.len(), 3);
    store.write(audit_log::chain).unwrap().unwrap();
    assert_eq!(store.verify().unwrap().faults, []);
    store.write(|tx| audit_log::add(tx, 10, None, "more", "")).unwrap().unwrap();
    let report = store.verify().unwrap();
    assert_eq!((report.log_lines, report.faults), (4, vec![]));
}

#[test]
fn a_database_that_takes_no_more_connections_is_no_full_disk() {
    let Some(database) = Database::new("crowded").unwrap() else { return };
    let role = format!("crowded_{}", std::process::id());
    database.run(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT 0")).unwrap();
    let address = database.address.replace("//yifa@", &format!("//{role}@"));
    let folder = Folder::new("crowded");
    let place = store::Place::new(Some(&address), &folder.join("files")).unwrap();
    let error = Store::open_at(&place, &Options::default()).err().unwrap();
    database.run(&format!("DROP ROLE {role}")).unwrap();
    assert!(matches!(error, StoreError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().starts_with("连不上数据库"), "{error}");
}

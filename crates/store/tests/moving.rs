//! A store moved between databases, and processes that share one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use crate::common;
use std::sync::Arc;
use std::time::Duration;

use crate::common::{Folder, On, assert_whole, case, event, grow, open_case};
use store::lease::Lease;
use store::{Store, StoreError, Tx, cases, command, copy, counter, events, meta, outbox, restore_into};

/// What an act adds to a figure.
fn counted() -> store::tally::Contribution {
    store::tally::Contribution {
        figure: "accepted".to_owned(),
        legal_day: 20_001,
        case: "c0001".to_owned(),
        number: 1,
        organ: "justice".to_owned(),
        division: "350583".to_owned(),
        recorded_day: 20_002,
        n: 1,
        total: 5,
    }
}

/// A store with something in every kind of column.
fn filled(folder: &Folder) -> Store {
    let store = folder.open();
    let file = store.files().put("申请书.txt", "申请书".as_bytes()).unwrap();
    let work = move |tx: &mut Tx<'_>| {
        for n in 0..1200 {
            grow(tx, &format!("c{n:04}"), 2)?;
        }
        store::attachment::add(tx, &store::attachment::Attachment::new(&file, "c0001", 1, 0, "u-1"))?;
        store::tally::contribute(tx, &counted())?;
        counter::next_number(tx, "justice", "decision", 2026)?;
        outbox::add(tx, "notify", Some("c0001"), "{}", 1)?;
        meta::set(tx, "name", "永春县")?;
        command::once(tx, "k", &common::hash("k"), 1, |_| Ok::<_, StoreError>("done".to_owned())).map(drop)
    };
    store.write(work).unwrap().unwrap();
    store
}

#[test]
fn a_store_moves_there_and_back_and_is_the_same() {
    let Some(there) = Folder::on(On::Postgres, "there") else { return };
    let (first, back) = (Folder::new("first"), Folder::new("back"));
    let source = filled(&first);
    let target = there.open();
    let copied = copy(&source, &target).unwrap();
    let rows = |name: &str| copied.iter().find(|one| one.table == name).unwrap().rows;
    assert_eq!((rows("event"), rows("cases"), rows("attachment"), rows("meta")), (2400, 1200, 1, 1));
    assert_eq!((rows("tally"), rows("tally_year"), rows("tally_reach")), (1, 2, 1));
    assert_whole(&target);
    let returned = back.open();
    assert_eq!(copy(&target, &returned).unwrap(), copied);
    assert_whole(&returned);
    // It goes on where it stopped.
    for store in [&target, &returned] {
        let next = store.write(|tx| counter::next_number(tx, "justice", "decision", 2026)).unwrap();
        assert_eq!(next, Ok(2));
        let entry = store.write(|tx| events::append(tx, event("c0000", "decide"))).unwrap().unwrap();
        assert_eq!((entry.seq, entry.event().number), (2401, 3));
        assert_whole(store);
    }
}

#[test]
fn a_store_that_has_something_is_not_written_over() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(there) = Folder::on(on, "filled") else { return };
        let (first, target) = (Folder::new("first"), there.open());
        let source = filled(&first);
        target.write(|tx| meta::set(tx, "name", "南安市")).unwrap().unwrap();
        assert!(matches!(copy(&source, &target), Err(StoreError::NotEmpty { .. })));
        assert_eq!(target.read(|r| meta::get(r, "name")).unwrap().unwrap(), "南安市");
    }
}

#[test]
fn a_copy_that_broke_off_is_no_store() {
    for on in [On::Sqlite, On::Postgres] {
        let Some(there) = Folder::on(on, "broken") else { return };
        drop(there.open());
        there.tamper("INSERT INTO meta (name, value) VALUES ('copy_unfinished', 'copy')");
        let error = Store::open_at(&there.place(), &store::Options::default()).err().unwrap();
        assert!(matches!(error, StoreError::Unfinished { .. }), "{error:?}");
        assert!(error.to_string().contains("没有搬移完"), "{error}");
    }
}

#[test]
fn a_database_is_backed_up_into_a_folder_and_restored() {
    let Some(there) = Folder::on(On::Postgres, "kept") else { return };
    let store = filled(&there);
    let backup = there.join("backup");
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| (0..50).for_each(|n| open_case(&store, &format!("w{n}"))));
        store.backup(&backup).unwrap();
        writing.join().unwrap();
    });
    open_case(&store, "later");
    let mut names: Vec<_> =
        std::fs::read_dir(&backup).unwrap().map(|it| it.unwrap().file_name().display().to_string()).collect();
    names.sort();
    assert_eq!(names, ["files", "yifa.db"]);
    let again = Folder::on(On::Postgres, "again").unwrap();
    let target = again.open();
    restore_into(&backup, &target).unwrap();
    assert_whole(&target);
    assert!(target.read(|r| cases::get(r, "later")).unwrap().is_none());
    assert!(target.read(|r| cases::get(r, "c0001")).unwrap().is_some());
    // A backup that was changed is refused.
    let db = rusqlite::Connection::open(backup.join("yifa.db")).unwrap();
    db.execute_batch("UPDATE event SET record = x'007b7d' WHERE case_id = 'c0001' AND number = 2").unwrap();
    drop(db);
    let empty = Folder::on(On::Postgres, "empty").unwrap();
    let error = restore_into(&backup, &empty.open()).err().unwrap();
    assert!(error.to_string().contains("没有恢复"), "{error}");
}

/// Each of several writers takes numbers and enters events: no number twice, none left out, one order of entry.
#[test]
fn several_writers_share_one_database() {
    let Some(folder) = Folder::on(On::Postgres, "writers") else { return };
    let stores: Vec<Arc<Store>> = (0..3).map(|_| Arc::new(folder.open())).collect();
    std::thread::scope(|scope| {
        for (who, store) in stores.iter().enumerate() {
            for client in 0..4 {
                scope.spawn(move || {
                    for turn in 0..50 {
                        let id = format!("p{who}-{client}-{turn}");
                        let key = format!("{client}-{turn}");
                        let work = move |tx: &mut Tx<'_>| {
                            let serial = counter::next_number(tx, "justice", "decision", 2026)?;
                            let mut new = case(&id);
                            new.number = Some(format!("{serial}号"));
                            cases::add(tx, &new)?;
                            events::append(tx, event(&id, "apply"))?;
                            // The same case for all processes, and the same key.
                            if cases::get(tx, "shared")?.is_none() {
                                cases::add(tx, &case("shared"))?;
                            }
                            events::append(tx, event("shared", "note"))?;
                            command::once(tx, &key, &common::hash(&key), 1, |tx| {
                                counter::next_number(tx, "justice", "once", 2026).map(|it| it.to_string())
                            })
                        };
                        store.write(work).unwrap().unwrap();
                    }
                });
            }
        }
    });
    assert_whole(&stores[0]);
    stores[1]
        .read(|r| {
            assert_eq!(counter::last_number(r, "justice", "decision", 2026)?, 600);
            // A key is done once, whichever process was first.
            assert_eq!(counter::last_number(r, "justice", "once", 2026)?, 200);
            assert_eq!(cases::get(r, "shared")?.unwrap().version, 600);
            assert_eq!(events::last_seq(r)?, 1200);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

/// Cutting every connection again and again: what was acknowledged is there once, what was not is there once or not.
#[test]
fn a_cut_connection_is_mended() {
    let Some(folder) = Folder::on(On::Postgres, "cut") else { return };
    let store = Arc::new(folder.open());
    let database = folder.database.as_ref().unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|client| {
                let store = Arc::clone(&store);
                scope.spawn(move || {
                    for turn in 0..200 {
                        let id = format!("c{client}-{turn}");
                        let work = move |tx: &mut Tx<'_>| {
                            counter::next_number(tx, "justice", "decision", 2026)?;
                            grow(tx, &id, 1)
                        };
                        store.write(work).unwrap().unwrap();
                    }
                })
            })
            .collect();
        let done = &done;
        scope.spawn(move || {
            while !done.load(std::sync::atomic::Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(40));
                database.cut().unwrap();
            }
        });
        let ended: Vec<_> = clients.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        ended.into_iter().for_each(|it| it.unwrap());
    });
    assert_whole(&store);
    let (number, seq) = store
        .read(|r| {
            Ok::<_, StoreError>((counter::last_number(r, "justice", "decision", 2026)?, events::last_seq(r)?))
        })
        .unwrap();
    assert_eq!((number, seq), (800, 800));
}

#[test]
fn a_lease_passes_on_when_its_holder_is_gone() {
    let Some(folder) = Folder::on(On::Postgres, "lease") else { return };
    let (one, two) = (folder.open(), folder.open());
    let patience = Duration::from_millis(300);
    let (first, second) = (Lease::new("clock", patience).unwrap(), Lease::new("clock", patience).unwrap());
    assert!(first.hold(&one).unwrap());
    assert!(!second.hold(&two).unwrap());
    // As long as it is held on, watching it for long does not help.
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(100));
        assert!(first.hold(&one).unwrap());
        assert!(!second.hold(&two).unwrap());
    }
    // Its holder stops: first it is watched, then taken.
    std::thread::sleep(Duration::from_millis(200));
    assert!(!second.hold(&two).unwrap());
    std::thread::sleep(Duration::from_millis(400));
    assert!(second.hold(&two).unwrap());
    // Who held it before learns so, also inside a transaction.
    assert!(!first.hold(&one).unwrap());
    let (first, place) = (Arc::new(first), one.place().clone());
    let held = Arc::clone(&first);
    assert_eq!(one.write(move |tx| held.is_held(tx, &place)), Ok(Ok(false)));
    // Given back, it is taken at once.
    second.give_back(&two).unwrap();
    assert!(first.hold(&one).unwrap());
    // In a folder there is one process.
    let alone = Folder::new("alone");
    assert!(Lease::new("clock", patience).unwrap().hold(&alone.open()).unwrap());
}

//! The writer: groups, bad commands among good ones, panics, a full disk.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use crate::common;
use std::sync::Arc;
use std::sync::mpsc::channel;

use crate::common::{Folder, assert_whole, case, event, grow, open_case};
use store::{Options, Store, StoreError, cases, command, counter, events};

on_both! {
    bad_commands_do_not_touch_their_neighbours,
    a_key_is_done_once_in_a_group_that_asked_for_it_in_advance,
    a_command_that_swallows_an_error_keeps_what_it_wrote_besides,
    waiting_inside_a_command_is_refused_and_not_deadlocked,
    an_answer_that_panics_does_not_stop_the_writer,
    closing_finishes_what_is_queued,
}

/// What a use case would have: refusals of its own beside the store's trouble.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    Barred,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn bad_commands_do_not_touch_their_neighbours(folder: &Folder) {
    let store = folder.open();
    let (hold, wait) = channel::<()>();
    // While the first command holds the writer, all others gather into one group.
    let mut held = false;
    let holding = store.write_later(move |_| {
        // A group may run anew; it was held already then.
        if !std::mem::replace(&mut held, true) { wait.recv().map_err(|_| StoreError::Closed) } else { Ok(()) }
    });
    let holding = holding.unwrap();
    let pending: Vec<_> = (0..200_u32)
        .map(|n| {
            let work = move |tx: &mut store::Tx<'_>| -> Result<i64, Refusal> {
                let serial = counter::next_number(tx, "justice", "decision", 2026)?;
                let id = format!("c{n}");
                cases::add(tx, &case(&id))?;
                events::append(tx, event(&id, "apply"))?;
                match n % 5 {
                    1 => Err(Refusal::Barred),
                    2 => panic!("a mistake in a use case"),
                    3 => cases::add(tx, &case(&id)).map(|()| serial).map_err(Refusal::from),
                    _ => Ok(serial),
                }
            };
            store.write_later(work).unwrap()
        })
        .collect();
    hold.send(()).unwrap();
    holding.wait().unwrap().unwrap();
    let mut serials = Vec::new();
    for (n, pending) in pending.into_iter().enumerate() {
        match (n % 5, pending.wait()) {
            (1, outcome) => assert_eq!(outcome, Ok(Err(Refusal::Barred))),
            (2, outcome) => assert_eq!(outcome, Err(StoreError::Panicked)),
            (3, outcome) => {
                let what = "cases.id".to_owned();
                assert_eq!(outcome, Ok(Err(Refusal::Store(StoreError::Conflict { what }))));
            }
            (_, outcome) => serials.push(outcome.unwrap().unwrap()),
        }
    }
    // The numbers have no gap although others were taken and given back in between.
    assert_eq!(serials, (1..=80).collect::<Vec<i64>>());
    let report = store.verify().unwrap();
    assert_eq!((report.cases, report.events, report.faults), (80, 80, vec![]));
}

fn a_key_is_done_once_in_a_group_that_asked_for_it_in_advance(folder: &Folder) {
    let store = folder.open();
    let (hold, wait) = channel::<()>();
    let mut held = false;
    let holding = store.write_later(move |_| {
        if !std::mem::replace(&mut held, true) { wait.recv().map_err(|_| StoreError::Closed) } else { Ok(()) }
    });
    let holding = holding.unwrap();
    // Of each key: a refusal that wrote, the same request three times, and another request.
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let send = |key: String, of: u32| {
            let store = &store;
            let digest = common::hash(if of == 4 { "other" } else { "request" });
            scope.spawn(move || {
                let name = key.clone();
                store.write_once(&key, move |tx| {
                    command::once(tx, &name, &digest, 1, |tx| {
                        let id = format!("{name}/{of}");
                        cases::add(tx, &case(&id))?;
                        events::append(tx, event(&id, "apply"))?;
                        if of == 0 { Err(Refusal::Barred) } else { Ok(id) }
                    })
                })
            })
        };
        let sent: Vec<_> = (0..40).map(|n| send(format!("k{}", n / 5), n % 5)).collect();
        std::thread::sleep(std::time::Duration::from_millis(200));
        hold.send(()).unwrap();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    holding.wait().unwrap().unwrap();
    for (n, of_key) in outcomes.chunks(5).enumerate() {
        let key = format!("k{n}");
        let done: Vec<&String> = of_key.iter().filter_map(|it| it.as_ref().unwrap().as_ref().ok()).collect();
        assert!(!done.is_empty() && done.iter().all(|id| *id == done[0]), "{key}: {of_key:?}");
        for refused in of_key.iter().filter_map(|it| it.as_ref().unwrap().as_ref().err()) {
            let reused = Refusal::Store(StoreError::KeyReused { key: key.clone() });
            assert!(*refused == Refusal::Barred || *refused == reused, "{refused:?}");
        }
    }
    // One case for each key, whichever request was the first.
    let report = store.verify().unwrap();
    assert_eq!((report.cases, report.events, report.faults), (8, 8, vec![]));
}

fn a_command_that_swallows_an_error_keeps_what_it_wrote_besides(folder: &Folder) {
    let store = folder.open();
    open_case(&store, "a");
    let outcome = store.write(|tx| {
        let again = cases::add(tx, &case("a")).is_err();
        grow(tx, "b", 2).map(|()| again)
    });
    assert_eq!(outcome, Ok(Ok(true)));
    assert_eq!(store.verify().unwrap().events, 3);
}

fn waiting_inside_a_command_is_refused_and_not_deadlocked(folder: &Folder) {
    let store = Arc::new(folder.open());
    let inner = Arc::clone(&store);
    let outcome: Result<Result<(), StoreError>, _> =
        store.write(move |_| inner.write(|tx| grow(tx, "a", 1)).and_then(|it| it));
    assert!(matches!(outcome, Ok(Err(StoreError::Internal { .. }))), "{outcome:?}");
    open_case(&store, "b");
}

fn an_answer_that_panics_does_not_stop_the_writer(folder: &Folder) {
    let store = folder.open();
    store.write_with(|tx| grow(tx, "a", 1), |_| panic!("a mistake in an answer")).unwrap();
    open_case(&store, "b");
    assert_eq!(store.verify().unwrap().cases, 2);
}

fn closing_finishes_what_is_queued(folder: &Folder) {
    let store = folder.open();
    let pending: Vec<_> =
        (0..100).map(|n| store.write_later(move |tx| grow(tx, &format!("c{n}"), 2)).unwrap()).collect();
    drop(store);
    for pending in pending {
        assert_eq!(pending.wait(), Ok(Ok(())));
    }
    let store = folder.open();
    assert_eq!(store.verify().unwrap().events, 200);
    // What SQLite keeps beside its database is tidied away.
    assert!(!folder.join("data/yifa.db-wal").metadata().is_ok_and(|it| it.len() > 0));
}

/// Fills the store until it refuses; how many commands were kept.
fn fill(store: &Store) -> (u32, StoreError) {
    let record = "满".repeat(3000);
    for n in 0..100_000 {
        let mut new = event(&format!("c{n}"), "apply");
        new.record.clone_from(&record);
        let outcome = store.write(move |tx| {
            cases::add(tx, &case(&new.case))?;
            events::append(tx, new.clone()).map(drop)
        });
        match outcome {
            Ok(Ok(())) => {}
            Err(error) | Ok(Err(error)) => return (n, error),
        }
    }
    panic!("it never filled up");
}

fn assert_refuses_and_recovers(store: &Store) -> u32 {
    let (kept, error) = fill(store);
    assert!(kept > 5, "{kept}");
    assert!(matches!(error, StoreError::Unwritable { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("磁盘已满或无法写入，本次办理没有保存"), "{text}");
    assert!(text.contains("请清理磁盘空间"), "{text}");
    // Nothing of the refused command is there, everything before it is, and reading goes on.
    let report = store.verify().unwrap();
    assert_eq!((report.cases, report.events), (kept.into(), kept.into()));
    assert_eq!(report.faults, []);
    // A group of several is refused as one that is.
    let pending: Vec<_> = (0..20)
        .map(|n| {
            let mut new = event("c1", "note");
            new.record = "满".repeat(3000 + n);
            store.write_later(move |tx| events::append(tx, new.clone()).map(drop)).unwrap()
        })
        .collect();
    let refused =
        pending.into_iter().map(store::Pending::wait).filter(|it| !matches!(it, Ok(Ok(())))).count();
    assert!(refused > 10, "{refused}");
    assert_whole(store);
    kept
}

#[test]
fn a_full_database_leaves_the_store_whole() {
    let folder = Folder::new("pages");
    let options = Options { max_pages: Some(200), ..Options::default() };
    let store = Store::open(folder.join("data"), &options).unwrap();
    let kept = assert_refuses_and_recovers(&store);
    // What makes room helps at once: here, a larger ceiling.
    drop(store);
    let store = folder.open();
    open_case(&store, "after");
    assert!(store.verify().unwrap().cases > u64::from(kept));
    assert_whole(&store);
}

#[test]
fn a_full_disk_leaves_the_store_whole() {
    let folder = Folder::new("disk");
    let disk = folder.join("disk");
    std::fs::create_dir_all(&disk).unwrap();
    let mount = |arguments: &[&str]| {
        std::process::Command::new(arguments[0])
            .args(&arguments[1..])
            .arg(&disk)
            .output()
            .is_ok_and(|it| it.status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs"]) {
        println!("skipped: this account may not mount a small disk");
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        let ballast = disk.join("ballast");
        std::fs::write(&ballast, vec![0; 1 << 20]).unwrap();
        let store = Store::open(disk.join("data"), &Options::default()).unwrap();
        assert_refuses_and_recovers(&store);
        // Room is made while the store is open, and it goes on by itself.
        std::fs::remove_file(&ballast).unwrap();
        open_case(&store, "after");
        assert_whole(&store);
        drop(store);
        assert_whole(&Store::open(disk.join("data"), &Options::default()).unwrap());
    });
    assert!(mount(&["umount"]));
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn what_was_written_unforced_is_there_once_durability_is_set_again() {
    let folder = Folder::new("unforced");
    {
        let store = folder.open();
        store.set_durable(false);
        for n in 0..50_u32 {
            open_case(&store, &format!("c{n}"));
        }
        store.set_durable(true);
        open_case(&store, "last");
        let log = std::fs::metadata(store.dir().join("yifa.db-wal")).unwrap().len();
        // The log was emptied into the database; only the last command is in it.
        assert!(log < 100_000, "{log}");
    }
    let store = folder.open();
    assert_whole(&store);
    assert_eq!(store.verify().unwrap().cases, 51);
}

//! Readers: a reading inside a reading must not wait for those that wait likewise.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use crate::common::Folder;
use store::{Store, meta};

on_both! {
    readings_inside_readings_of_all_readers_at_once_end,
    a_thread_that_holds_no_reader_waits_for_one,
    the_writer_reads_though_all_readers_wait_for_it,
}

/// The readers of a store that is opened as usual.
const READERS: usize = 4;

fn read(store: &Store, work: impl FnOnce()) {
    let found: store::Result<_> = store.read(|reader| {
        work();
        meta::get(reader, "nothing")
    });
    assert_eq!(found.unwrap(), None);
}

fn readings_inside_readings_of_all_readers_at_once_end(folder: &Folder) {
    let store = folder.open();
    let all_hold = Barrier::new(READERS);
    let (told, done) = channel();
    thread::scope(|scope| {
        for _ in 0..READERS {
            let (store, all_hold, told) = (&store, &all_hold, told.clone());
            scope.spawn(move || {
                read(store, || {
                    all_hold.wait();
                    read(store, || read(store, || ()));
                });
                told.send(()).unwrap();
            });
        }
        for _ in 0..READERS {
            // A deadlock would hold the scope for ever: end the process instead.
            if done.recv_timeout(Duration::from_secs(60)).is_err() {
                eprintln!("readers wait for each other");
                std::process::exit(1);
            }
        }
    });
    // What was opened beyond the number was closed: the usual number is there and works.
    thread::scope(|scope| (0..20).for_each(|_| drop(scope.spawn(|| read(&store, || ())))));
}

fn the_writer_reads_though_all_readers_wait_for_it(folder: &Folder) {
    let store = Arc::new(folder.open());
    let all_hold = Arc::new(Barrier::new(READERS));
    let (told, done) = channel();
    for _ in 0..READERS {
        let (store, all_hold, told) = (Arc::clone(&store), Arc::clone(&all_hold), told.clone());
        thread::spawn(move || {
            read(&store, || {
                all_hold.wait();
                let beside = Arc::clone(&store);
                let work = move |_: &mut store::Tx<'_>| -> store::Result<()> {
                    read(&beside, || ());
                    Ok(())
                };
                store.write(work).unwrap().unwrap();
            });
            told.send(()).unwrap();
        });
    }
    for _ in 0..READERS {
        assert!(
            done.recv_timeout(Duration::from_secs(60)).is_ok(),
            "the writer waits for those who wait for it"
        );
    }
}

fn a_thread_that_holds_no_reader_waits_for_one(folder: &Folder) {
    let store = folder.open();
    let all_hold = Barrier::new(READERS + 1);
    let (told, done) = channel();
    thread::scope(|scope| {
        let mut free = Vec::new();
        for _ in 0..READERS {
            let (release, wait) = channel::<()>();
            free.push(release);
            let (store, all_hold) = (&store, &all_hold);
            scope.spawn(move || {
                read(store, || {
                    all_hold.wait();
                    wait.recv().unwrap();
                });
            });
        }
        all_hold.wait();
        let store = &store;
        scope.spawn(move || {
            read(store, || ());
            told.send(()).unwrap();
        });
        assert!(done.recv_timeout(Duration::from_millis(200)).is_err(), "it was given a fifth reader");
        free.pop().unwrap().send(()).unwrap();
        done.recv_timeout(Duration::from_secs(60)).unwrap();
        free.iter().for_each(|release| release.send(()).unwrap());
    });
}

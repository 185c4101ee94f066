//! The log of operations: what was changed, taken out or put in is found, and what is young is not removed.
#![allow(clippy::unwrap_used, reason = "tests")]

use crate::common::Folder;
use store::audit_log::{self, KEPT_AT_LEAST, NewLine};
use store::{Problem, Store, StoreError, Tx};

on_both! {
    a_changed_line_is_found,
    a_line_that_was_taken_out_is_found,
    only_what_is_old_is_removed,
    a_chain_goes_on_after_a_command_that_failed,
}

const DAY: i64 = 86_400_000_000;

fn write<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.write(work).and_then(|it| it)
}

/// Six lines, one a day.
fn filled(folder: &Folder) -> Store {
    let store = folder.open();
    for at in 1..=6 {
        let line = NewLine {
            at: at * DAY,
            account: Some("1"),
            what: "signed_in",
            detail: "",
            address: Some("10.0.0.1"),
            ok: at != 3,
        };
        write(&store, move |tx| audit_log::add_line(tx, &line)).unwrap();
    }
    store
}

/// What is found wrong after a change in the database itself.
fn faults_after(folder: &Folder, change: &str) -> Vec<Problem> {
    drop(filled(folder));
    folder.tamper(change);
    folder.open().verify().unwrap().faults
}

fn a_changed_line_is_found(folder: &Folder) {
    let store = filled(folder);
    let report = store.verify().unwrap();
    assert_eq!((report.log_lines, report.faults), (6, vec![]));
    drop(store);
    for (at, (change, back)) in [
        ("ok = 1", "ok = 0"),
        ("address = '10.0.0.2'", "address = '10.0.0.1'"),
        ("account = NULL", "account = '1'"),
        ("detail = '1signed_in'", "detail = ''"),
    ]
    .into_iter()
    .enumerate()
    {
        folder.tamper(&format!("UPDATE audit_log SET {change} WHERE id = 3"));
        assert_eq!(folder.open().verify().unwrap().faults, [Problem::LogLine { id: 3 }], "{at}");
        folder.tamper(&format!("UPDATE audit_log SET {back} WHERE id = 3"));
    }
    folder.tamper("UPDATE audit_log SET prev = NULL, hash = NULL");
    assert_eq!(folder.open().verify().unwrap().faults.len(), 6);
}

fn a_line_that_was_taken_out_is_found(folder: &Folder) {
    assert_eq!(faults_after(folder, "DELETE FROM audit_log WHERE id = 3"), [Problem::LogLine { id: 4 }]);
    folder.tamper("DELETE FROM audit_log WHERE id <= 4");
    assert_eq!(folder.open().verify().unwrap().faults, [Problem::LogLine { id: 5 }]);
}

fn only_what_is_old_is_removed(folder: &Folder) {
    let store = filled(folder);
    let now = 3 * DAY + KEPT_AT_LEAST;
    let refused = write(&store, move |tx| audit_log::clean(tx, 3 * DAY + 1, now, Some("9"), None));
    assert!(matches!(refused, Err(StoreError::Internal { .. })));
    assert_eq!(write(&store, move |tx| audit_log::clean(tx, 3 * DAY, now, Some("9"), None)), Ok(2));
    assert_eq!(write(&store, move |tx| audit_log::clean(tx, 3 * DAY, now, Some("9"), None)), Ok(0));
    let left = store.read(|r| audit_log::after_line(r, 0, 99)).unwrap();
    assert_eq!(left.iter().map(|line| line.id).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    assert_eq!(left.last().unwrap().what, "audit_log_cleaned");
    assert!(left.iter().all(audit_log::Line::is_whole));
    assert_eq!(store.verify().unwrap().faults, []);
    drop(store);
    folder.tamper("DELETE FROM audit_log WHERE id = 3");
    assert_eq!(folder.open().verify().unwrap().faults, [Problem::LogLine { id: 4 }]);
}

fn a_chain_goes_on_after_a_command_that_failed(folder: &Folder) {
    let store = filled(folder);
    let failed = write(&store, |tx| {
        audit_log::add(tx, 7 * DAY, None, "lost", "")?;
        Err::<(), _>(StoreError::Closed)
    });
    assert_eq!(failed, Err(StoreError::Closed));
    write(&store, |tx| {
        audit_log::add(tx, 7 * DAY, None, "kept", "")?;
        audit_log::add(tx, 8 * DAY, None, "kept too", "")
    })
    .unwrap();
    let report = store.verify().unwrap();
    assert_eq!((report.log_lines, report.faults), (8, vec![]));
}

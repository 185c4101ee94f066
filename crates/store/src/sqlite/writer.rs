//! How SQLite commits a group. The commands run one after another without savepoints, which would copy every page that a
//! command touches. Where a command that wrote is not to be kept, the whole group runs anew, carefully: each command
//! between savepoints, so that a bad one does not touch its neighbours. One that is refused before it writes costs nothing.

use std::path::Path;

use super::Sqlite;
use crate::notes::Group;
use crate::store::Options;
use crate::trace::Trace;
use crate::writer::{Command, Ran, Sequencer, run_one, unwritable};
use crate::{Result, StoreError};

/// The connection that writes.
pub(crate) struct SqliteWriter(Sqlite);

impl SqliteWriter {
    pub fn open(path: &Path, options: &Options) -> Result<Self> {
        super::open_writer(path, options).map(Self)
    }
}

impl Sequencer for SqliteWriter {
    fn force(&mut self, durable: bool) -> Result<()> {
        let db = &self.0;
        roll_back(db);
        db.batch(if durable { "PRAGMA synchronous=FULL" } else { "PRAGMA synchronous=OFF" })
            .map_err(unwritable)?;
        if durable {
            db.batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(unwritable)?;
        }
        Ok(())
    }

    fn commit(
        &mut self,
        group: &mut [Box<dyn Command>],
        trace: Option<&Trace>,
    ) -> Result<Vec<Option<StoreError>>> {
        let db = &self.0;
        let traced = trace.map_or(0, Trace::length);
        let made = match commit(db, group, false, trace) {
            Ok(None) => {
                if let Some(trace) = trace {
                    trace.cut(traced);
                }
                commit(db, group, true, trace)
            }
            made => made,
        };
        if made.is_err() {
            roll_back(db);
        }
        made?.ok_or(StoreError::Panicked)
    }
}

/// Runs the group once; nothing when it must run anew, carefully.
fn commit(
    db: &Sqlite,
    group: &mut [Box<dyn Command>],
    careful: bool,
    trace: Option<&Trace>,
) -> Result<Option<Vec<Option<StoreError>>>> {
    roll_back(db);
    db.run("BEGIN IMMEDIATE").map_err(unwritable)?;
    let known = Group::default();
    let mut troubles = Vec::with_capacity(group.len());
    for command in group {
        let command = command.as_mut();
        if careful {
            troubles.push(run_between_savepoints(db, command, &known, trace)?);
            continue;
        }
        let before = db.0.total_changes();
        let ran = run(db, command, &known, trace)?;
        if !ran.keep && db.0.total_changes() != before {
            return Ok(None);
        }
        troubles.push(ran.trouble);
    }
    db.run("COMMIT").map_err(unwritable)?;
    if let Some(trace) = trace {
        trace.commit();
    }
    Ok(Some(troubles))
}

/// An error means that the whole transaction is lost.
fn run(db: &Sqlite, command: &mut dyn Command, known: &Group, trace: Option<&Trace>) -> Result<Ran> {
    let ran = run_one(db, command, known, trace);
    if db.0.is_autocommit() {
        // The database gave the transaction up by itself, as it does on some errors of the disk.
        return Err(unwritable(ran.trouble.unwrap_or(StoreError::Panicked)));
    }
    Ok(ran)
}

/// The same between savepoints, which undo what is not to be kept.
fn run_between_savepoints(
    db: &Sqlite,
    command: &mut dyn Command,
    known: &Group,
    trace: Option<&Trace>,
) -> Result<Option<StoreError>> {
    db.run("SAVEPOINT command").map_err(unwritable)?;
    let ran = run(db, command, known, trace)?;
    if !ran.keep {
        db.run("ROLLBACK TO command").map_err(unwritable)?;
    }
    db.run("RELEASE command").map_err(unwritable)?;
    Ok(ran.trouble)
}

fn roll_back(db: &Sqlite) {
    if !db.0.is_autocommit() {
        // Where even this fails, the next group's BEGIN fails and says so.
        let _ = db.run("ROLLBACK");
    }
}

//! How SQLite commits a group: the commands run one after another, each between savepoints.

use std::path::Path;

use super::Sqlite;
use crate::notes::Group;
use crate::store::Options;
use crate::trace::Trace;
use crate::writer::{Command, Sequencer, run_one, unwritable};
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
        let made = commit(&self.0, group, trace);
        if made.is_err() {
            roll_back(&self.0);
        }
        made
    }
}

fn commit(
    db: &Sqlite,
    group: &mut [Box<dyn Command>],
    trace: Option<&Trace>,
) -> Result<Vec<Option<StoreError>>> {
    roll_back(db);
    db.run("BEGIN IMMEDIATE").map_err(unwritable)?;
    let known = Group::default();
    let mut troubles = Vec::with_capacity(group.len());
    for command in group {
        troubles.push(run_between_savepoints(db, command.as_mut(), &known, trace)?);
    }
    db.run("COMMIT").map_err(unwritable)?;
    if let Some(trace) = trace {
        trace.commit();
    }
    Ok(troubles)
}

/// An error means that the whole transaction is lost.
fn run_between_savepoints(
    db: &Sqlite,
    command: &mut dyn Command,
    known: &Group,
    trace: Option<&Trace>,
) -> Result<Option<StoreError>> {
    db.run("SAVEPOINT command").map_err(unwritable)?;
    let ran = run_one(db, command, known, trace);
    if db.0.is_autocommit() {
        // The database gave the transaction up by itself, as it does on some errors of the disk.
        return Err(unwritable(ran.trouble.unwrap_or(StoreError::Panicked)));
    }
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

//! How SQLite commits a group. The commands run one after another without savepoints, which would copy every page that a
//! command touches. Where a command that wrote is not to be kept, the whole group runs anew, carefully: each command
//! between savepoints, so that a bad one does not touch its neighbours. One that is refused before it writes costs nothing.
//!
//! Where forcing the log to the disk fails, the frames of the group, its commit mark among them, stand in the log's file
//! all the same, and nobody knows which of them reached the disk: the kernel may have dropped what it could not write, and
//! says so once. SQLite itself does not count them, but whoever opens the database next and recovers it by the log
//! would. So nothing more is written until the connection was made anew and a transaction of its own, which changes a
//! counter in the file's header, was forced over the place where they begin: every later frame is chained to the one
//! before by its checksum, so none of them counts any more. What stood in the log before was forced by its own commit, and
//! what a checkpoint could not force into the database it copies from the log again.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use rusqlite::ffi::SQLITE_IOERR_WRITE;

use super::Sqlite;
use crate::form::Known;
use crate::notes::Group;
use crate::store::Options;
use crate::trace::Trace;
use crate::writer::{Command, Ran, Sequencer, run_one, unwritable};
use crate::{Result, StoreError};

/// The connection that writes.
pub(crate) struct SqliteWriter {
    path: PathBuf,
    options: Options,
    db: Sqlite,
    /// After a commit that failed at its very end, until that is covered.
    in_doubt: bool,
    durable: bool,
    names: Known,
}

impl SqliteWriter {
    pub fn open(path: &Path, options: &Options) -> Result<Self> {
        let db = super::open_writer(path, options)?;
        Ok(Self {
            path: path.to_owned(),
            options: options.clone(),
            db,
            in_doubt: false,
            durable: true,
            names: Known::default(),
        })
    }

    /// The connection; a new one where the last one's commit was in doubt and is now covered for good. The old one stays
    /// until then: whoever opened the database alone would recover it by the log and count what is in doubt.
    fn ready(&mut self) -> Result<&Sqlite> {
        if self.in_doubt {
            let db = super::open_writer(&self.path, &self.options)?;
            set_durable(&db, self.durable)?;
            cover(&db)?;
            self.db = db;
            self.in_doubt = false;
        }
        Ok(&self.db)
    }
}

impl Sequencer for SqliteWriter {
    fn force(&mut self, durable: bool) -> Result<()> {
        self.durable = durable;
        let db = self.ready().map_err(unwritable)?;
        roll_back(db);
        set_durable(db, durable).map_err(unwritable)?;
        if durable {
            // With something new in the log, the database is forced too, also when all was copied to it unforced.
            cover(db).and_then(|()| empty_log(db)).map_err(unwritable)?;
        }
        Ok(())
    }

    fn commit(
        &mut self,
        group: &mut [Box<dyn Command>],
        trace: Option<&Trace>,
    ) -> Result<Vec<Option<StoreError>>> {
        let mut names = self.names.begin();
        let db = self.ready().map_err(unwritable)?;
        let traced = trace.map_or(0, Trace::length);
        let made = match commit(db, group, false, trace, &mut names) {
            Ok(None) => {
                if let Some(trace) = trace {
                    trace.cut(traced);
                }
                commit(db, group, true, trace, &mut names)
            }
            made => made,
        };
        let error = match made {
            Ok(troubles) => {
                self.names = names;
                return troubles.ok_or(StoreError::Panicked);
            }
            Err(error) => error,
        };
        roll_back(db);
        if let StoreError::Unsure { detail } = error {
            self.in_doubt = true;
            // Once it is covered it is certain that nothing of it was saved.
            return Err(match self.ready() {
                Ok(_) => StoreError::Unwritable { detail },
                Err(_) => StoreError::Unsure { detail },
            });
        }
        Err(error)
    }
}

fn set_durable(db: &Sqlite, durable: bool) -> Result<()> {
    db.batch(if durable { "PRAGMA synchronous=FULL" } else { "PRAGMA synchronous=OFF" })
}

/// A transaction that changes nothing but a counter, which nothing else uses. It forces all that stands in the log.
pub(super) fn cover(db: &Sqlite) -> Result<()> {
    let next = db.number("PRAGMA user_version")?.wrapping_add(1) & i64::from(i32::MAX);
    db.batch(&format!("PRAGMA user_version={next}"))
}

/// Copies the whole log into the database and forces that.
fn empty_log(db: &Sqlite) -> Result<()> {
    match db.number("PRAGMA wal_checkpoint(TRUNCATE)")? {
        0 => Ok(()),
        _ => Err(StoreError::Unwritable {
            detail: "日志正被读取，没有能够并入数据库".to_owned()
        }),
    }
}

/// Runs the group once; nothing when it must run anew, carefully. `names` are those known before, and afterwards those that
/// were committed.
fn commit(
    db: &Sqlite,
    group: &mut [Box<dyn Command>],
    careful: bool,
    trace: Option<&Trace>,
    names: &mut Known,
) -> Result<Option<Vec<Option<StoreError>>>> {
    roll_back(db);
    db.run("BEGIN IMMEDIATE").map_err(unwritable)?;
    let known = Group { names: names.begin().into(), ..Group::default() };
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
    end(db)?;
    db.1.committed();
    *names = known.names.take();
    if let Some(trace) = trace {
        trace.commit();
    }
    Ok(Some(troubles))
}

/// Commits. Where every frame was written and something failed after that, it is in doubt.
fn end(db: &Sqlite) -> Result<()> {
    let done = db.0.prepare_cached("COMMIT").and_then(|mut it| it.execute([]));
    let Err(error) = done else { return Ok(()) };
    let in_doubt = error.sqlite_error().is_some_and(|it| match it.code {
        ErrorCode::SystemIoFailure => it.extended_code != SQLITE_IOERR_WRITE,
        ErrorCode::OutOfMemory => true,
        _ => false,
    });
    match unwritable(super::fault(error)) {
        StoreError::Unwritable { detail } if in_doubt => Err(StoreError::Unsure { detail }),
        other => Err(other),
    }
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
        db.1.taken_back();
    }
    db.run("RELEASE command").map_err(unwritable)?;
    Ok(ran.trouble)
}

fn roll_back(db: &Sqlite) {
    db.1.all_taken_back();
    if !db.0.is_autocommit() {
        // Where even this fails, the next group's BEGIN fails and says so.
        let _ = db.run("ROLLBACK");
    }
}

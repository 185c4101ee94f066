//! The one writer: it drains a queue and commits what it finds there as a group.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::sqlite::Sqlite;
use crate::trace::Trace;
use crate::value::{Connection, EachRow, Query, Statement, Value};
use crate::{Result, StoreError};

/// How many commands are committed together at most.
const GROUP: usize = 512;

/// A transaction, in which one command reads and writes.
pub struct Tx<'a> {
    connection: &'a dyn Connection,
    /// The first trouble with the disk; the command cannot be kept, whatever it answers.
    broken: RefCell<Option<StoreError>>,
    trace: Option<&'a Trace>,
}

impl Tx<'_> {
    /// Runs a statement that gives no rows; how many rows it changed.
    pub fn execute(&mut self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64> {
        let done = self.noting(self.connection.execute(statement, values));
        if let (Some(trace), Ok(_)) = (self.trace, &done) {
            trace.write(statement, values);
        }
        done
    }

    fn noting<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error @ (StoreError::Unwritable { .. } | StoreError::Unreadable { .. })) = &result {
            self.broken.borrow_mut().get_or_insert_with(|| error.clone());
        }
        result
    }
}

impl Query for Tx<'_> {
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        self.noting(self.connection.query(statement, values, each))
    }
}

/// A command on its way through the writer.
pub(crate) trait Command: Send {
    /// Does the work; whether what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller: the work's own answer, or the trouble.
    fn answer(self: Box<Self>, trouble: Option<StoreError>);
}

/// A command made of two functions.
pub(crate) struct Job<W, A, T, E> {
    pub work: Option<W>,
    pub answer: A,
    pub outcome: Option<std::result::Result<T, E>>,
}

impl<W, A, T, E> Command for Job<W, A, T, E>
where
    W: FnOnce(&mut Tx<'_>) -> std::result::Result<T, E> + Send,
    A: FnOnce(Result<std::result::Result<T, E>>) + Send,
    T: Send,
    E: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.outcome = self.work.take().map(|work| work(tx));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, trouble: Option<StoreError>) {
        let Self { answer, outcome, .. } = *self;
        answer(match (trouble, outcome) {
            (Some(trouble), _) => Err(trouble),
            (None, Some(outcome)) => Ok(outcome),
            (None, None) => Err(StoreError::Panicked),
        });
    }
}

pub(crate) type Queue = SyncSender<Box<dyn Command>>;

/// The queue into the writer; a full one makes callers wait.
pub(crate) fn queue(length: usize) -> (Queue, Receiver<Box<dyn Command>>) {
    sync_channel(length)
}

/// Serves the queue until every sender is gone.
pub(crate) fn serve(
    db: &Sqlite,
    queue: &Receiver<Box<dyn Command>>,
    trace: Option<&Trace>,
    durable: &AtomicBool,
) {
    let mut forced = true;
    while let Ok(first) = queue.recv() {
        let wanted = durable.load(Ordering::SeqCst);
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            group.push(next);
        }
        let made = force(db, &mut forced, wanted).and_then(|()| commit(db, &mut group, trace));
        let troubles = match made {
            Ok(troubles) => troubles,
            Err(error) => {
                roll_back(db);
                group.iter().map(|_| Some(error.clone())).collect()
            }
        };
        for (command, trouble) in group.into_iter().zip(troubles) {
            // A caller's mistake in taking the answer is no reason to stop writing.
            let _ = catch_unwind(AssertUnwindSafe(|| command.answer(trouble)));
        }
    }
}

/// Changes whether commits are forced to the disk; what was written unforced is forced then.
fn force(db: &Sqlite, forced: &mut bool, wanted: bool) -> Result<()> {
    if *forced == wanted {
        return Ok(());
    }
    roll_back(db);
    db.batch(if wanted { "PRAGMA synchronous=FULL" } else { "PRAGMA synchronous=OFF" })
        .map_err(unwritable)?;
    if wanted {
        db.batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(unwritable)?;
    }
    *forced = wanted;
    Ok(())
}

/// Runs the commands of a group in one transaction; the trouble of each, if any.
fn commit(
    db: &Sqlite,
    group: &mut [Box<dyn Command>],
    trace: Option<&Trace>,
) -> Result<Vec<Option<StoreError>>> {
    roll_back(db);
    db.run("BEGIN IMMEDIATE").map_err(unwritable)?;
    let mut troubles = Vec::with_capacity(group.len());
    for command in group {
        troubles.push(run_one(db, command.as_mut(), trace)?);
    }
    db.run("COMMIT").map_err(unwritable)?;
    if let Some(trace) = trace {
        trace.commit();
    }
    Ok(troubles)
}

/// Runs one command between savepoints. An error means that the whole transaction is lost.
fn run_one(db: &Sqlite, command: &mut dyn Command, trace: Option<&Trace>) -> Result<Option<StoreError>> {
    let traced = trace.map_or(0, Trace::length);
    db.run("SAVEPOINT command").map_err(unwritable)?;
    let mut tx = Tx { connection: db, broken: RefCell::new(None), trace };
    let kept = catch_unwind(AssertUnwindSafe(|| command.run(&mut tx)));
    let broken = tx.broken.into_inner();
    if db.0.is_autocommit() {
        // The database gave the transaction up by itself, as it does on some errors of the disk.
        return Err(unwritable(broken.unwrap_or(StoreError::Panicked)));
    }
    let (keep, trouble) = match kept {
        Ok(keep) => (keep && broken.is_none(), broken),
        Err(_) => (false, Some(broken.unwrap_or(StoreError::Panicked))),
    };
    if !keep {
        if let Some(trace) = trace {
            trace.cut(traced);
        }
        db.run("ROLLBACK TO command").map_err(unwritable)?;
    }
    db.run("RELEASE command").map_err(unwritable)?;
    Ok(trouble)
}

fn roll_back(db: &Sqlite) {
    if !db.0.is_autocommit() {
        // Where even this fails, the next group's BEGIN fails and says so.
        let _ = db.run("ROLLBACK");
    }
}

/// Whatever keeps a group from being committed: nothing of it was saved.
fn unwritable(error: StoreError) -> StoreError {
    match error {
        StoreError::Unwritable { .. } => error,
        StoreError::Unreadable { detail } | StoreError::Internal { detail } => {
            StoreError::Unwritable { detail }
        }
        other => StoreError::Unwritable { detail: other.code().to_owned() },
    }
}

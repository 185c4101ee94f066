//! What the writer wrote, statement by statement, so that the same rows in the same groups can be written again by
//! the database alone: the limit that the benchmarks compare with.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::sqlite::open_writer;
use crate::store::{DATABASE, Options, Store};
use crate::value::{Connection, Kept, Statement, Value};
use crate::{Address, Result, StoreError, postgres};

/// A record of everything that was written. 写入记录
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Vec<Step>>>);

#[derive(Clone, Debug)]
pub(crate) enum Step {
    Write(&'static Statement, Vec<Kept>),
    /// The end of a command that is kept.
    Kept,
    Commit,
}

impl Trace {
    pub(crate) fn length(&self) -> usize {
        self.0.lock().map_or(0, |steps| steps.len())
    }

    pub(crate) fn write(&self, statement: &'static Statement, values: &[Value<'_>]) {
        let kept = values.iter().map(Kept::from);
        if let Ok(mut steps) = self.0.lock() {
            steps.push(Step::Write(statement, kept.collect()));
        }
    }

    /// What a command wrote did not last.
    pub(crate) fn cut(&self, length: usize) {
        if let Ok(mut steps) = self.0.lock() {
            steps.truncate(length);
        }
    }

    pub(crate) fn kept(&self) {
        if let Ok(mut steps) = self.0.lock() {
            steps.push(Step::Kept);
        }
    }

    pub(crate) fn commit(&self) {
        if let Ok(mut steps) = self.0.lock() {
            steps.push(Step::Commit);
        }
    }

    /// How many statements and how many groups it holds.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let Ok(steps) = self.0.lock() else { return (0, 0) };
        let commits = steps.iter().filter(|step| matches!(step, Step::Commit)).count();
        let writes = steps.iter().filter(|step| matches!(step, Step::Write(..))).count();
        (writes, commits)
    }

    /// Writes everything again into a new store in `dir`, in the same groups, by the database alone; how long it took.
    ///
    /// # Errors
    /// The folder holds a store already, or cannot be written.
    pub fn replay(&self, dir: &Path) -> Result<Duration> {
        drop(Store::open(dir, &Options::default())?);
        let db = open_writer(&dir.join(DATABASE), &Options::default())?;
        let steps = self.0.lock().map_err(|_| StoreError::Panicked)?;
        let began = Instant::now();
        db.run("BEGIN IMMEDIATE")?;
        for step in steps.iter() {
            match step {
                Step::Write(statement, kept) => {
                    let values: Vec<Value<'_>> = kept.iter().map(Kept::value).collect();
                    db.execute(statement, &values)?;
                }
                Step::Kept => {}
                Step::Commit => {
                    db.run("COMMIT")?;
                    db.run("BEGIN IMMEDIATE")?;
                }
            }
        }
        db.run("COMMIT")?;
        Ok(began.elapsed())
    }

    /// The same in an empty PostgreSQL database: in the same groups over one connection, or, with a number of
    /// connections, each command a transaction of its own and each row a statement; how long it took.
    ///
    /// # Errors
    /// The database is not empty, or cannot be written.
    pub fn replay_in(&self, address: &Address, connections: Option<usize>) -> Result<Duration> {
        let steps = self.0.lock().map_err(|_| StoreError::Panicked)?;
        match connections {
            None => postgres::replay::in_groups(address, &steps),
            Some(connections) => postgres::replay::one_by_one(address, &steps, connections),
        }
    }
}

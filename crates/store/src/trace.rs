//! What the writer wrote, statement by statement, so that the same rows in the same groups can be written again by
//! the database alone: the limit that the benchmarks compare with.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::store::{DATABASE, Options, Store, open_writer};
use crate::value::{Connection, Statement, Value};
use crate::{Result, StoreError};

/// A record of everything that was written. 写入记录
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Vec<Step>>>);

#[derive(Clone, Debug)]
enum Step {
    Write(&'static Statement, Vec<Kept>),
    Commit,
}

#[derive(Clone, Debug)]
enum Kept {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Trace {
    pub(crate) fn length(&self) -> usize {
        self.0.lock().map_or(0, |steps| steps.len())
    }

    pub(crate) fn write(&self, statement: &'static Statement, values: &[Value<'_>]) {
        let kept = values.iter().map(|value| match value {
            Value::Null => Kept::Null,
            Value::Int(number) => Kept::Int(*number),
            Value::Text(text) => Kept::Text((*text).to_owned()),
            Value::Bytes(bytes) => Kept::Bytes(bytes.to_vec()),
        });
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
        (steps.len() - commits, commits)
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
                Step::Commit => {
                    db.run("COMMIT")?;
                    db.run("BEGIN IMMEDIATE")?;
                }
            }
        }
        db.run("COMMIT")?;
        Ok(began.elapsed())
    }
}

impl Kept {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

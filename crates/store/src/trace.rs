//! What the writer wrote, statement by statement, so that the same rows in the same groups can be written again by
//! the database alone: the limit that the benchmarks compare with.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ledger::Hash;

use crate::sqlite::open_writer;
use crate::store::{DATABASE, Options, Store};
use crate::value::{Connection, Statement, Value};
use crate::{Address, Result, StoreError, postgres};

/// A record of everything that was written. 写入记录
///
/// It is kept while the writer is being measured, so it costs little: the texts of all values stand in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Steps>>);

#[derive(Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    values: Vec<Written>,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A statement and where its values stand.
    Write(&'static Statement, Range<usize>),
    /// The end of a command that is kept.
    Kept,
    Commit,
}

/// A value that was written; of a text or of bytes, where they stand.
#[derive(Clone, Debug)]
enum Written {
    Null,
    Int(i64),
    Text(Range<usize>),
    Bytes(Range<usize>),
    Case(Range<usize>),
    Name(Range<usize>),
    NamedHash(Hash),
    Names(Range<usize>),
}

impl Steps {
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    fn write(&mut self, statement: &'static Statement, values: &[Value<'_>]) {
        let first = self.values.len();
        for value in values {
            let written = match value {
                Value::Null => Written::Null,
                Value::Int(it) => Written::Int(*it),
                Value::Text(it) => Written::Text(self.put(it.as_bytes())),
                Value::Bytes(it) => Written::Bytes(self.put(it)),
                Value::Case(it) => Written::Case(self.put(it.as_bytes())),
                Value::Name(it) => Written::Name(self.put(it.as_bytes())),
                Value::NamedHash(it) => Written::NamedHash(**it),
                Value::Names(it) => Written::Names(self.put(it.as_bytes())),
            };
            self.values.push(written);
        }
        self.steps.push(Step::Write(statement, first..self.values.len()));
    }

    fn put(&mut self, bytes: &[u8]) -> Range<usize> {
        let first = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        first..self.bytes.len()
    }

    /// The values of a statement, into a buffer.
    pub fn values<'a>(&'a self, of: &Range<usize>, into: &mut Vec<Value<'a>>) {
        let bytes = |at: &Range<usize>| self.bytes.get(at.clone()).unwrap_or_default();
        let text = |at| std::str::from_utf8(bytes(at)).unwrap_or_default();
        into.clear();
        into.extend(self.values.get(of.clone()).unwrap_or_default().iter().map(|value| match value {
            Written::Null => Value::Null,
            Written::Int(it) => Value::Int(*it),
            Written::Text(at) => Value::Text(text(at)),
            Written::Bytes(at) => Value::Bytes(bytes(at)),
            Written::Case(at) => Value::Case(text(at)),
            Written::Name(at) => Value::Name(text(at)),
            Written::NamedHash(hash) => Value::NamedHash(hash),
            Written::Names(at) => Value::Names(text(at)),
        }));
    }
}

impl Trace {
    /// A record with room for that many acts, in memory that was touched already, so that keeping it costs the writer
    /// little more than the copying.
    #[must_use]
    pub fn with_room(acts: usize) -> Self {
        let mut room = Steps {
            steps: vec![Step::Commit; acts * 16],
            values: vec![Written::Int(1); acts * 128],
            bytes: vec![1; acts * 3072],
        };
        room.steps.clear();
        room.values.clear();
        room.bytes.clear();
        Self(Arc::new(Mutex::new(room)))
    }

    pub(crate) fn length(&self) -> usize {
        self.0.lock().map_or(0, |trace| trace.steps.len())
    }

    pub(crate) fn write(&self, statement: &'static Statement, values: &[Value<'_>]) {
        if let Ok(mut trace) = self.0.lock() {
            trace.write(statement, values);
        }
    }

    /// What a command wrote did not last.
    pub(crate) fn cut(&self, length: usize) {
        if let Ok(mut trace) = self.0.lock() {
            trace.steps.truncate(length);
        }
    }

    pub(crate) fn kept(&self) {
        if let Ok(mut trace) = self.0.lock() {
            trace.steps.push(Step::Kept);
        }
    }

    pub(crate) fn commit(&self) {
        if let Ok(mut trace) = self.0.lock() {
            trace.steps.push(Step::Commit);
        }
    }

    /// How many statements and how many groups it holds.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        let Ok(trace) = self.0.lock() else { return (0, 0) };
        let commits = trace.steps.iter().filter(|step| matches!(step, Step::Commit)).count();
        let writes = trace.steps.iter().filter(|step| matches!(step, Step::Write(..))).count();
        (writes, commits)
    }

    /// Writes everything again into a new store in `dir`, in the same groups, by the database alone; how long it took.
    ///
    /// # Errors
    /// The folder holds a store already, or cannot be written.
    pub fn replay(&self, dir: &Path) -> Result<Duration> {
        drop(Store::open(dir, &Options::default())?);
        let db = open_writer(&dir.join(DATABASE), &Options::default())?;
        let trace = self.0.lock().map_err(|_| StoreError::Panicked)?;
        let mut values = Vec::new();
        let began = Instant::now();
        db.run("BEGIN IMMEDIATE")?;
        for step in trace.all() {
            match step {
                Step::Write(statement, at) => {
                    trace.values(at, &mut values);
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
        let trace = self.0.lock().map_err(|_| StoreError::Panicked)?;
        match connections {
            None => postgres::replay::in_groups(address, &trace),
            Some(connections) => postgres::replay::one_by_one(address, &trace, connections),
        }
    }
}

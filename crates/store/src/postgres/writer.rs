//! How PostgreSQL commits a group. Several processes may write to one database: each group takes its turn by locking
//! one row for as long as its transaction lasts, so what is read in it stays true until it is committed. The lock is
//! taken once for a group, not once for an act.
//!
//! A group runs without savepoints, its writes held back to its end. Where a statement fails, the whole group runs anew,
//! carefully: every command and every write between savepoints, so that a bad command does not touch its neighbours.
//! A group whose connection breaks runs anew too, unless it was committed, which the writer's own row tells.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use super::held::{Touched, Write, flush};
use super::{Address, PATIENCE, Postgres};
use crate::form::Known;
use crate::notes::Group;
use crate::trace::Trace;
use crate::value::{Connection, EachRow, Statement, Value, not_one};
use crate::writer::{Command, Sequencer, run_one, unwritable};
use crate::{Result, StoreError};

/// How often a group runs anew because others were in its way. One whose connection breaks does so for a while.
const TRIES: u32 = 10;

/// The connection that writes.
pub(crate) struct PostgresWriter {
    address: Address,
    /// The name under which it notes its groups, new for each process.
    id: String,
    db: Option<Postgres>,
    /// Known as long as the connection lasts: whoever answers after it was lost may lack the last commits.
    names: Known,
}

type Troubles = Vec<Option<StoreError>>;

/// What an attempt came to that did not succeed.
enum Failed {
    /// Nothing was saved.
    Before(StoreError),
    /// The connection broke while the group with this number was being committed.
    InDoubt(i64, StoreError, Troubles),
}

impl PostgresWriter {
    pub fn new(address: Address, db: Postgres) -> Result<Self> {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes)
            .map_err(|error| StoreError::Internal { detail: format!("取不到随机数：{error}") })?;
        let id = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { address, id, db: Some(db), names: Known::default() })
    }

    fn connected(&mut self) -> Result<&Postgres> {
        if self.db.is_none() {
            self.db = Some(self.address.connect_patiently()?);
        }
        self.db.as_ref().ok_or(StoreError::Closed)
    }

    /// Runs the group once.
    fn attempt(
        &mut self,
        group: &mut [Box<dyn Command>],
        careful: bool,
        trace: Option<&Trace>,
    ) -> Result<Troubles, Failed> {
        let id = self.id.clone();
        let names = if self.db.is_some() { self.names.begin() } else { Known::default() };
        let db = self.connected().map_err(Failed::Before)?;
        let epoch = take_turn(db).map_err(Failed::Before)? + 1;
        let turn = Turn::new(db, careful);
        let known = Group { names: names.into(), ..Group::default() };
        let keys: Vec<&str> = group.iter().filter_map(|command| command.key()).collect();
        *known.commands.borrow_mut() = db.done(&keys).map_err(Failed::Before)?;
        let mut troubles = Vec::with_capacity(group.len());
        for command in group {
            troubles.push(turn.run(command.as_mut(), &known, trace).map_err(Failed::Before)?);
        }
        turn.finish().map_err(Failed::Before)?;
        let end = format!(
            "UPDATE lease SET holder = '{id}', epoch = {epoch} WHERE name = 'turn'; \
             INSERT INTO lease (name, holder, epoch) VALUES ('writer/{id}', '{id}', {epoch}) \
             ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch; COMMIT"
        );
        match db.batch(&end) {
            Ok(()) => {
                self.names = known.names.take();
                Ok(troubles)
            }
            Err(error @ StoreError::Unreachable { .. }) => Err(Failed::InDoubt(epoch, error, troubles)),
            Err(error) => Err(Failed::Before(error)),
        }
    }

    /// Whether the group with this number was committed. Whoever still commits it holds the turn, so this waits.
    fn was_committed(&mut self, epoch: i64) -> Result<bool> {
        let id = self.id.clone();
        let db = self.connected()?;
        take_turn(db)?;
        let last = db.texts(&format!("SELECT epoch FROM lease WHERE name = 'writer/{id}'"))?;
        db.batch("ROLLBACK")?;
        Ok(last.first().is_some_and(|last| *last == epoch.to_string()))
    }

    /// The same, with a new connection as often as one breaks.
    fn resolve(&mut self, epoch: i64) -> Result<bool> {
        let began = Instant::now();
        loop {
            self.db = None;
            match self.was_committed(epoch) {
                Err(StoreError::Unreachable { .. } | StoreError::Busy { .. })
                    if began.elapsed() < PATIENCE => {}
                other => return other,
            }
        }
    }
}

/// Begins a transaction and waits for the turn; how many groups there have been.
fn take_turn(db: &Postgres) -> Result<i64> {
    db.number("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT epoch FROM lease WHERE name = 'turn' FOR UPDATE")
}

impl Sequencer for PostgresWriter {
    fn force(&mut self, durable: bool) -> Result<()> {
        let set = if durable { "SET synchronous_commit = on" } else { "SET synchronous_commit = off" };
        self.connected().and_then(|db| db.batch(set)).map_err(unwritable)
    }

    fn commit(&mut self, group: &mut [Box<dyn Command>], trace: Option<&Trace>) -> Result<Troubles> {
        let traced = trace.map_or(0, Trace::length);
        let (mut careful, mut tries) = (false, 0);
        let began = Instant::now();
        loop {
            let error = match self.attempt(group, careful, trace) {
                Ok(troubles) => {
                    if let Some(trace) = trace {
                        trace.commit();
                    }
                    return Ok(troubles);
                }
                Err(Failed::Before(error)) => error,
                Err(Failed::InDoubt(epoch, error, troubles)) => match self.resolve(epoch) {
                    Ok(true) => return Ok(troubles),
                    Ok(false) => error,
                    Err(_) => return Err(StoreError::Unsure { detail: error.to_string() }),
                },
            };
            if let Some(trace) = trace {
                trace.cut(traced);
            }
            tries += 1;
            match error {
                StoreError::Unreachable { .. } if began.elapsed() < PATIENCE => self.db = None,
                StoreError::Busy { .. } if tries < TRIES => {
                    self.roll_back();
                    std::thread::sleep(Duration::from_millis(u64::from(tries) * 5));
                }
                StoreError::Unreachable { .. } | StoreError::Busy { .. } => {
                    self.db = None;
                    return Err(unwritable(error));
                }
                _ if !careful => {
                    self.roll_back();
                    careful = true;
                }
                error => {
                    self.roll_back();
                    return Err(unwritable(error));
                }
            }
        }
    }
}

impl PostgresWriter {
    fn roll_back(&mut self) {
        if self.db.as_ref().is_some_and(|db| db.batch("ROLLBACK").is_err()) {
            self.db = None;
        }
    }
}

impl Drop for PostgresWriter {
    /// Its row was for itself alone.
    fn drop(&mut self) {
        if let Some(db) = &self.db {
            // One that stays behind does no harm.
            let _ = db.batch(&format!("DELETE FROM lease WHERE name = 'writer/{}'", self.id));
        }
    }
}

/// The connection while a group has its turn.
struct Turn<'a> {
    db: &'a Postgres,
    careful: bool,
    /// The writes of commands that are kept.
    earlier: RefCell<Vec<Write>>,
    /// Those of the command in hand.
    own: RefCell<Vec<Write>>,
    touched: RefCell<Touched>,
    /// Whether the command in hand can be undone in the database.
    savepoint: Cell<bool>,
    /// What ends the attempt.
    trouble: RefCell<Option<StoreError>>,
}

impl<'a> Turn<'a> {
    fn new(db: &'a Postgres, careful: bool) -> Self {
        Self {
            db,
            careful,
            earlier: RefCell::default(),
            own: RefCell::default(),
            touched: RefCell::default(),
            savepoint: Cell::new(false),
            trouble: RefCell::default(),
        }
    }

    /// Runs one command; its trouble, if it has any of its own.
    fn run(
        &self,
        command: &mut dyn Command,
        known: &Group,
        trace: Option<&Trace>,
    ) -> Result<Option<StoreError>> {
        if self.careful {
            self.set_savepoint()?;
        }
        let ran = run_one(self, command, known, trace);
        if let Some(trouble) = self.trouble.take() {
            return Err(trouble);
        }
        if ran.keep {
            self.earlier.borrow_mut().append(&mut self.own.borrow_mut());
        } else {
            self.own.borrow_mut().clear();
        }
        if self.savepoint.replace(false) {
            let end = if ran.keep { "RELEASE command" } else { "ROLLBACK TO command; RELEASE command" };
            self.db.batch(end)?;
        }
        Ok(ran.trouble)
    }

    fn finish(&self) -> Result<()> {
        flush(self.db, &mut self.earlier.borrow_mut())
    }

    fn set_savepoint(&self) -> Result<()> {
        if !self.savepoint.replace(true) {
            self.db.batch("SAVEPOINT command")?;
        }
        Ok(())
    }

    /// Does all that is held back. From then on the command in hand needs its savepoint.
    fn flush(&self, needs_savepoint: bool) -> Result<()> {
        flush(self.db, &mut self.earlier.borrow_mut())?;
        let mut own = self.own.borrow_mut();
        if needs_savepoint || !own.is_empty() {
            self.set_savepoint()?;
        }
        flush(self.db, &mut own)?;
        self.touched.borrow_mut().clear();
        Ok(())
    }

    /// Where a statement failed without a savepoint of its own, the attempt is over.
    fn ending<T>(&self, outcome: Result<T>) -> Result<T> {
        if let Err(error) = &outcome {
            self.trouble.borrow_mut().get_or_insert_with(|| error.clone());
        }
        outcome
    }

    /// One statement between savepoints: a failure is its own.
    fn carefully<T>(&self, run: impl FnOnce() -> Result<T>) -> Result<T> {
        self.ending(self.db.batch("SAVEPOINT statement"))?;
        let done = run();
        let lost = matches!(done, Err(StoreError::Unreachable { .. } | StoreError::Busy { .. }));
        if lost {
            return self.ending(done);
        }
        let end = if done.is_ok() { "RELEASE statement" } else { "ROLLBACK TO statement; RELEASE statement" };
        self.ending(self.db.batch(end))?;
        done
    }
}

impl Connection for Turn<'_> {
    fn execute(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64> {
        if self.careful {
            return self.carefully(|| self.db.execute(statement, values));
        }
        self.ending(self.flush(true).and_then(|()| self.db.execute(statement, values)))
    }

    fn put(&self, statement: &'static Statement, values: &[Value<'_>], one: bool) -> Result<()> {
        if self.careful {
            let changed = self.carefully(|| self.db.execute(statement, values))?;
            return if one && changed != 1 { Err(not_one(statement, changed)) } else { Ok(()) };
        }
        let write = Write::new(statement, values, one);
        self.touched.borrow_mut().note(&write);
        self.own.borrow_mut().push(write);
        Ok(())
    }

    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        if self.careful {
            return self.carefully(|| self.db.query(statement, values, each));
        }
        if self.touched.borrow().concerns(statement, values) {
            self.ending(self.flush(false))?;
        }
        let mut own = None;
        let done = self.db.query(statement, values, &mut |row| {
            let more = each(row);
            if let Err(error) = &more {
                own = Some(error.clone());
            }
            more
        });
        // What the caller makes of a row is no trouble of the connection.
        if own.is_some() { done } else { self.ending(done) }
    }
}

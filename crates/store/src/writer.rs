//! The one writer of a process: it drains a queue and commits what it finds there as a group. How a group is committed
//! is each database's own: [`Sequencer`].

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::form::{Form, FormKey};
use crate::notes::{Done, Group, Notes, Serials, Undo};
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
    group: &'a Group,
    undo: Undo,
    notes: Notes,
}

impl Tx<'_> {
    /// Runs a statement that gives no rows; how many rows it changed.
    pub fn execute(&mut self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64> {
        let done = storable(values).and_then(|()| self.noting(self.connection.execute(statement, values)));
        self.traced(statement, values, done)
    }

    /// Runs a statement whose outcome nobody waits for: it may be held back until something asks for what it wrote.
    pub(crate) fn put(&mut self, statement: &'static Statement, values: &[Value<'_>]) -> Result<()> {
        let done = storable(values).and_then(|()| self.noting(self.connection.put(statement, values, false)));
        self.traced(statement, values, done)
    }

    /// The same for a statement that must change one row.
    pub(crate) fn put_one(&mut self, statement: &'static Statement, values: &[Value<'_>]) -> Result<()> {
        let done = storable(values).and_then(|()| self.noting(self.connection.put(statement, values, true)));
        self.traced(statement, values, done)
    }

    fn traced<T>(&self, statement: &'static Statement, values: &[Value<'_>], done: Result<T>) -> Result<T> {
        if let (Some(trace), Ok(_)) = (self.trace, &done) {
            trace.write(statement, values);
        }
        done
    }

    fn noting<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result
            && error.is_of_the_machine()
        {
            self.broken.borrow_mut().get_or_insert_with(|| error.clone());
        }
        result
    }

    pub(crate) fn notes_of(&self) -> &Notes {
        &self.notes
    }

    pub(crate) fn serials(&self) -> Serials {
        self.group.serials.get()
    }

    pub(crate) fn note_serials(&self, serials: Serials) {
        self.group.serials.set(serials);
    }

    /// The last number of a series, if this group gave or asked for one.
    pub(crate) fn last_number(&self, organ: &str, kind: &str, year: i32) -> Option<i64> {
        self.group.counters.borrow().get(&(organ.to_owned(), kind.to_owned(), year)).copied()
    }

    pub(crate) fn note_number(&mut self, organ: &str, kind: &str, year: i32, last: i64) {
        let series = (organ.to_owned(), kind.to_owned(), year);
        let before = self.group.counters.borrow_mut().insert(series.clone(), last);
        self.undo.counters.push((series, before));
    }

    /// The number of who acted, if this group gave or asked for it.
    pub(crate) fn known_actor(&self, id: &str) -> Option<i64> {
        self.group.names.borrow().actors.get(id).copied()
    }

    pub(crate) fn note_actor(&mut self, id: &str, number: i64) {
        self.undo.names = true;
        self.group.names.borrow_mut().actors.insert(id.to_owned(), number);
    }

    /// The last form of an act, if this group made or asked for it.
    pub(crate) fn known_form(&self, key: &FormKey) -> Option<Arc<Form>> {
        self.group.names.borrow().forms.get(key).cloned()
    }

    pub(crate) fn note_form(&mut self, key: FormKey, form: Arc<Form>) {
        self.undo.names = true;
        self.group.names.borrow_mut().forms.insert(key, form);
    }

    /// What was done under a key, if this group asked for the key in advance.
    pub(crate) fn known_command(&self, key: &str) -> Option<Option<Done>> {
        self.group.commands.borrow().get(key).cloned()
    }

    pub(crate) fn note_command(&mut self, key: &str, done: Done) {
        if let Some(known) = self.group.commands.borrow_mut().get_mut(key) {
            *known = Some(done);
            self.undo.commands.push(key.to_owned());
        }
    }
}

/// PostgreSQL keeps no text with a null character, so none is kept anywhere.
fn storable(values: &[Value<'_>]) -> Result<()> {
    if values.iter().any(Value::has_null_character) { Err(StoreError::NullCharacter) } else { Ok(()) }
}

impl Query for Tx<'_> {
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        self.noting(self.connection.query(statement, values, each))
    }

    fn notes(&self) -> Option<&Notes> {
        Some(&self.notes)
    }
}

/// A command on its way through the writer.
pub(crate) trait Command: Send {
    /// Does the work, each time anew; whether what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// The key that it goes by, if it said so in advance.
    fn key(&self) -> Option<&str>;
    /// Tells the caller: the work's own answer, or the trouble.
    fn answer(self: Box<Self>, trouble: Option<StoreError>);
}

/// A command made of two functions.
pub(crate) struct Job<W, A, T, E> {
    pub key: Option<String>,
    pub work: W,
    pub answer: A,
    pub outcome: Option<std::result::Result<T, E>>,
}

impl<W, A, T, E> Command for Job<W, A, T, E>
where
    W: FnMut(&mut Tx<'_>) -> std::result::Result<T, E> + Send,
    A: FnOnce(Result<std::result::Result<T, E>>) + Send,
    T: Send,
    E: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        self.outcome = None;
        self.outcome = Some((self.work)(tx));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    fn answer(self: Box<Self>, trouble: Option<StoreError>) {
        let Self { work, answer, outcome, .. } = *self;
        // What the work holds on to, perhaps the store itself, is let go before the caller goes on.
        drop(work);
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

/// How a database commits groups.
pub(crate) trait Sequencer: Send {
    /// Changes whether commits are forced to the disk; what was written unforced is forced then.
    fn force(&mut self, durable: bool) -> Result<()>;

    /// Runs the commands of a group in one transaction; the trouble of each, if any. An error means that nothing of
    /// the group was saved, or says otherwise.
    fn commit(
        &mut self,
        group: &mut [Box<dyn Command>],
        trace: Option<&Trace>,
    ) -> Result<Vec<Option<StoreError>>>;
}

/// Serves the queue until every sender is gone.
pub(crate) fn serve(
    mut sequencer: Box<dyn Sequencer>,
    queue: &Receiver<Box<dyn Command>>,
    trace: Option<&Trace>,
    (durable, moved): (&AtomicBool, &AtomicU64),
) {
    // Commands may read beside their transaction, while those who hold all the readers wait for this very thread.
    crate::pool::never_wait();
    let mut forced = true;
    while let Ok(first) = queue.recv() {
        let wanted = durable.load(Ordering::SeqCst);
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = queue.try_recv()
        {
            group.push(next);
        }
        let ready = if forced == wanted { Ok(()) } else { sequencer.force(wanted) };
        if ready.is_ok() {
            forced = wanted;
        }
        let troubles = match ready.and_then(|()| sequencer.commit(&mut group, trace)) {
            Ok(troubles) => troubles,
            Err(error) => group.iter().map(|_| Some(error.clone())).collect(),
        };
        // Before anybody is answered: whoever asks after an answer finds another state. Also where it is not sure whether
        // anything was saved.
        moved.fetch_add(1, Ordering::SeqCst);
        for (command, trouble) in group.into_iter().zip(troubles) {
            // A caller's mistake in taking the answer is no reason to stop writing.
            let _ = catch_unwind(AssertUnwindSafe(|| command.answer(trouble)));
        }
    }
}

/// What became of a command.
pub(crate) struct Ran {
    /// Whether what it wrote is to be kept; otherwise what the group knows is as it was before.
    pub keep: bool,
    pub trouble: Option<StoreError>,
}

/// Runs one command.
pub(crate) fn run_one(
    connection: &dyn Connection,
    command: &mut dyn Command,
    group: &Group,
    trace: Option<&Trace>,
) -> Ran {
    let traced = trace.map_or(0, Trace::length);
    let undo = Undo { serials: group.serials.get(), ..Undo::default() };
    let broken = RefCell::new(None);
    let mut tx = Tx { connection, broken, trace, group, undo, notes: Notes::default() };
    let kept = catch_unwind(AssertUnwindSafe(|| command.run(&mut tx)));
    let broken = tx.broken.into_inner();
    let (keep, trouble) = match kept {
        Ok(keep) => (keep && broken.is_none(), broken),
        Err(_) => (false, Some(broken.unwrap_or(StoreError::Panicked))),
    };
    if keep {
        if let Some(trace) = trace {
            trace.kept();
        }
    } else {
        group.undo(tx.undo);
        if let Some(trace) = trace {
            trace.cut(traced);
        }
    }
    Ran { keep, trouble }
}

/// Whatever keeps a group from being committed: nothing of it was saved.
pub(crate) fn unwritable(error: StoreError) -> StoreError {
    match error {
        StoreError::Unwritable { .. } | StoreError::Unsure { .. } => error,
        StoreError::Unreadable { detail }
        | StoreError::Internal { detail }
        | StoreError::Unreachable { detail }
        | StoreError::Busy { detail } => StoreError::Unwritable { detail },
        other => StoreError::Unwritable { detail: other.code().to_owned() },
    }
}

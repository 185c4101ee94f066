//! The readers: a few connections that cannot write.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::value::{Connection, EachRow, Query, Statement, Value};
use crate::{Result, StoreError};

/// A view of the data as they were at one moment, for reading.
pub struct Reader<'a> {
    connection: &'a dyn Connection,
}

/// A connection that reads, and that may be lent to another thread.
pub(crate) trait ReadConnection: Connection + Send {
    /// Begins a reading of one moment.
    fn begin(&self) -> Result<()>;
    /// Ends it.
    fn end(&self);
    /// Which transactions can be seen, as text, where other processes write too: equal texts, equal data.
    fn seen(&self) -> Result<Option<String>>;
}

pub(crate) type Lendable = Box<dyn ReadConnection>;

/// Opens one more of a pool's connections.
pub(crate) type Opener = Box<dyn Fn() -> Result<Lendable> + Send + Sync>;

thread_local! {
    /// How many connections this thread holds, of whatever pool; one more for the writer's thread.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

impl Query for Reader<'_> {
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        self.connection.query(statement, values, each)
    }
}

/// Says of this thread that it waits for no reader: others may hold all of them while they wait for it.
pub(crate) fn never_wait() {
    HELD.set(HELD.get() + 1);
}

pub(crate) struct Pool {
    idle: Mutex<Vec<Lendable>>,
    returned: Condvar,
    open: Opener,
}

impl Pool {
    /// A pool of that many connections.
    pub fn new(size: u32, open: Opener) -> Result<Self> {
        let connections = (0..size.max(1)).map(|_| open()).collect::<Result<_>>()?;
        Ok(Self { idle: Mutex::new(connections), returned: Condvar::new(), open })
    }

    /// Closes the idle connections, so that the writer is the last one and tidies the database up.
    pub fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs `work` on a free connection, inside a reading transaction.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Reader<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let lent = self.borrow()?;
        let connection = lent.connection().ok_or(StoreError::Closed)?;
        connection.begin()?;
        let _end = End(connection);
        work(&mut Reader { connection })
    }

    /// Which transactions can be seen just now; nothing where no other process writes.
    pub fn seen(&self) -> Result<Option<String>> {
        let lent = self.borrow()?;
        let connection = lent.connection().ok_or(StoreError::Closed)?;
        connection.begin()?;
        let _end = End(connection);
        connection.seen()
    }

    /// A free connection; waits for one. A thread that holds one already does not wait, as all others might be held by
    /// threads that wait likewise: it is given one more, which is closed afterwards.
    fn borrow(&self) -> Result<Lent<'_>> {
        let is_nested = HELD.get() > 0;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Ok(Lent::new(self, connection, false));
            }
            if is_nested {
                drop(idle);
                return Ok(Lent::new(self, (self.open)()?, true));
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Ends the reading transaction, also when the work panics.
struct End<'a>(&'a dyn ReadConnection);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// A connection that goes back to the pool by itself.
struct Lent<'a> {
    pool: &'a Pool,
    connection: Option<Lendable>,
    /// Opened beyond the pool's number: closed, not given back.
    is_extra: bool,
}

impl<'a> Lent<'a> {
    fn new(pool: &'a Pool, connection: Lendable, is_extra: bool) -> Self {
        HELD.set(HELD.get() + 1);
        Self { pool, connection: Some(connection), is_extra }
    }

    fn connection(&self) -> Option<&dyn ReadConnection> {
        self.connection.as_deref()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        HELD.set(HELD.get().saturating_sub(1));
        if let Some(connection) = self.connection.take().filter(|_| !self.is_extra) {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            self.pool.returned.notify_one();
        }
    }
}

/// A connection of its own, outside the pool.
impl<T: Connection> Query for T {
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        Connection::query(self, statement, values, each)
    }
}

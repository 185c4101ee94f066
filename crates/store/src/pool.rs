//! The readers: a few connections that cannot write.

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
}

type Lendable = Box<dyn ReadConnection>;

impl Query for Reader<'_> {
    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        self.connection.query(statement, values, each)
    }
}

pub(crate) struct Pool {
    idle: Mutex<Vec<Lendable>>,
    returned: Condvar,
}

impl Pool {
    pub fn new(connections: Vec<Lendable>) -> Self {
        Self { idle: Mutex::new(connections), returned: Condvar::new() }
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
        let lent = self.borrow();
        let connection = lent.connection().ok_or(StoreError::Closed)?;
        connection.begin()?;
        let _end = End(connection);
        work(&mut Reader { connection })
    }

    fn borrow(&self) -> Lent<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.pop() {
                return Lent { pool: self, connection: Some(connection) };
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
}

impl Lent<'_> {
    fn connection(&self) -> Option<&dyn ReadConnection> {
        self.connection.as_deref()
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
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

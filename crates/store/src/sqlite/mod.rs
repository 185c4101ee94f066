//! SQLite behind [`Connection`].

mod names;
pub(crate) mod schema;
mod writer;

use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, OpenFlags};

use crate::compact::{CaseKept, kept};
use crate::pool::ReadConnection;
use crate::schema::{Found, known_version};
use crate::store::Options;
use crate::value::{Columns, Connection, EachRow, LastName, Row, Statement, Value};
use crate::{Result, StoreError};

use names::Names;
pub(crate) use writer::SqliteWriter;

/// A connection to a SQLite file, and the names that it knows.
pub(crate) struct Sqlite(pub rusqlite::Connection, Names);

/// Statements that stay prepared on a connection; there are fewer.
const PREPARED: usize = 256;

/// How long a statement waits for a lock of another connection.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);

impl Sqlite {
    /// Sets what every connection needs. `cache_kib` is the size of its page cache.
    pub fn prepare_connection(connection: rusqlite::Connection, cache_kib: u32) -> Result<Self> {
        connection.set_prepared_statement_cache_capacity(PREPARED);
        connection.busy_timeout(PATIENCE).map_err(fault)?;
        // Plans do not hang on the values bound, so that prepared statements stay prepared.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault)?;
        connection.pragma_update(None, "mmap_size", 0).map_err(fault)?;
        connection.pragma_update(None, "cache_size", -i64::from(cache_kib)).map_err(fault)?;
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(fault)?;
        connection.pragma_update(None, "trusted_schema", false).map_err(fault)?;
        Ok(Self(connection, Names::default()))
    }

    /// Runs statements without values or rows.
    pub fn batch(&self, text: &str) -> Result<()> {
        self.0.execute_batch(text).map_err(fault)
    }

    /// Runs a short fixed statement, such as `BEGIN`, and keeps it prepared.
    pub fn run(&self, text: &str) -> Result<()> {
        self.0.prepare_cached(text).and_then(|mut it| it.execute([])).map(drop).map_err(fault)
    }

    /// A pragma or a query with one number.
    pub fn number(&self, text: &str) -> Result<i64> {
        self.0.query_row(text, [], |row| row.get(0)).map_err(fault)
    }
}

impl ReadConnection for Sqlite {
    fn begin(&self) -> Result<()> {
        self.run("BEGIN")
    }

    fn end(&self) {
        // Nothing was written; where this fails, the next BEGIN on the connection says so.
        let _ = self.run("ROLLBACK");
    }

    /// The one process that writes tells by itself.
    fn seen(&self) -> Result<Option<String>> {
        Ok(None)
    }
}

/// An empty store in memory, for looking at statements and tables.
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail loudly")]
pub(crate) fn in_memory() -> Sqlite {
    let db = Sqlite::prepare_connection(rusqlite::Connection::open_in_memory().unwrap(), 1024).unwrap();
    schema::migrate(&db, Found::Empty).unwrap();
    db
}

/// A look at a store that this opening must not change.
pub(crate) fn examine_read_only(path: &Path, cache_kib: u32) -> Result<()> {
    if !path.exists() {
        return Err(StoreError::Absent { path: path.to_owned() });
    }
    let known = known_version();
    match schema::examine(&open_reader(path, cache_kib)?, path)? {
        Found::Empty => Err(StoreError::Absent { path: path.to_owned() }),
        Found::Version(found) if found < known => Err(StoreError::OlderVersion { found, known }),
        Found::Version(_) => Ok(()),
    }
}

pub(crate) fn open_reader(path: &Path, cache_kib: u32) -> Result<Sqlite> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(fault)?;
    schema::count_tables(&connection, path)?;
    Sqlite::prepare_connection(connection, cache_kib)
}

pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Sqlite> {
    let has_log = log_of(path).metadata().is_ok_and(|it| it.len() > 0);
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(fault)?;
    schema::count_tables(&connection, path)?;
    let db = Sqlite::prepare_connection(connection, options.cache_kib / 2)?;
    let found = schema::examine(&db, path)?;
    // Erased personal data must not stay behind in free space.
    db.0.pragma_update(None, "secure_delete", true).map_err(fault)?;
    db.0.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
        .map_err(fault)?;
    db.0.pragma_update(None, "synchronous", "FULL").map_err(fault)?;
    // A page that many groups change goes to the database once in 32 MiB of log, not once in 4.
    db.0.pragma_update(None, "wal_autocheckpoint", 8192).map_err(fault)?;
    db.0.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024).map_err(fault)?;
    schema::migrate(&db, found)?;
    if let Some(pages) = options.max_pages {
        db.0.pragma_update(None, "max_page_count", pages).map_err(fault)?;
    }
    if has_log {
        // Whoever wrote it may have been killed before the last of it was forced; a retry of that would be answered by
        // reading alone.
        writer::cover(&db)?;
    }
    Ok(db)
}

/// Writes the whole file anew and empties its log. Erased rows are overwritten where they stood (`secure_delete`), but a
/// page that was split before may hold a copy in its unused part.
pub(crate) fn rewrite(path: &Path) -> Result<()> {
    let db = open_writer(path, &Options::default())?;
    db.batch("VACUUM")?;
    match db.number("PRAGMA wal_checkpoint(TRUNCATE)")? {
        0 => Ok(()),
        _ => Err(StoreError::Busy {
            detail: "另有程序正在读取数据，没有能够重写文件".to_owned()
        }),
    }
}

/// The log beside a database.
fn log_of(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn no_name(index: usize) -> StoreError {
    StoreError::Internal { detail: format!("第 {} 列不是名称", index + 1) }
}

/// A row with the connection that knows its names.
struct Here<'a> {
    row: &'a rusqlite::Row<'a>,
    db: &'a Sqlite,
}

impl Columns for Here<'_> {
    fn column(&self, index: usize) -> Result<Value<'_>> {
        match self.row.get_ref(index).map_err(fault)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(it) => Ok(Value::Int(it)),
            ValueRef::Blob(it) => Ok(Value::Bytes(it)),
            ValueRef::Text(it) => std::str::from_utf8(it)
                .map(Value::Text)
                .map_err(|_| StoreError::Unreadable { detail: "文字不是 UTF-8".to_owned() }),
            ValueRef::Real(_) => Err(StoreError::Internal { detail: "列是小数".to_owned() }),
        }
    }

    fn name(&self, index: usize) -> Result<Option<Arc<str>>> {
        match self.column(index)? {
            Value::Null => Ok(None),
            Value::Int(number) => self.db.1.text(&self.db.0, number).map(Some),
            Value::Text(text) => Ok(Some(text.into())),
            _ => Err(no_name(index)),
        }
    }

    fn name_again(&self, index: usize, last: &mut LastName) -> Result<()> {
        match self.column(index)? {
            Value::Int(number) if last.number == Some(number) => {}
            Value::Int(number) => {
                *last = LastName { number: Some(number), text: self.db.1.text(&self.db.0, number)? };
            }
            Value::Text(text) => *last = LastName { number: None, text: text.into() },
            _ => return Err(no_name(index)),
        }
        Ok(())
    }

    fn names(&self, index: usize) -> Result<String> {
        let Value::Text(kept) = self.column(index)? else { return Ok(String::new()) };
        let one = |line: &str| match line.parse() {
            Ok(number) => self.db.1.text(&self.db.0, number),
            Err(_) => Ok(line.into()),
        };
        let names = kept.split('\n').filter(|line| !line.is_empty()).map(one).collect::<Result<Vec<_>>>()?;
        Ok(names.join("\n"))
    }
}

impl Sqlite {
    /// The prepared statement with its values; where it writes, names that are new get numbers.
    fn bound(
        &self,
        statement: &'static Statement,
        values: &[Value<'_>],
        writes: bool,
    ) -> Result<rusqlite::CachedStatement<'_>> {
        let mut prepared =
            self.0.prepare_cached(statement.question_marks()).map_err(|e| named(statement, e))?;
        let wanted = prepared.parameter_count();
        if wanted != values.len() {
            let detail = format!("{} 有 {wanted} 个参数，给了 {} 个值", statement.name, values.len());
            return Err(StoreError::Internal { detail });
        }
        let name = |text: &str| self.1.number(&self.0, text, writes);
        for (at, value) in (1..).zip(values) {
            let (bytes, numbers);
            let value = match value {
                Value::Null => ValueRef::Null,
                Value::Int(it) => ValueRef::Integer(*it),
                Value::Text(it) => ValueRef::Text(it.as_bytes()),
                Value::Bytes(it) => ValueRef::Blob(it),
                Value::Name(it) => ValueRef::Integer(name(it)?),
                Value::NamedHash(it) => ValueRef::Integer(name(&it.hex())?),
                Value::Names(it) => {
                    let each = it
                        .split('\n')
                        .filter(|line| !line.is_empty())
                        .map(|line| name(line).map(|number| number.to_string()));
                    numbers = each.collect::<Result<Vec<_>>>()?.join("\n");
                    ValueRef::Text(numbers.as_bytes())
                }
                Value::Case(it) => match kept(it) {
                    CaseKept::Text(it) => ValueRef::Text(it.as_bytes()),
                    CaseKept::Bytes(it) => {
                        bytes = it;
                        ValueRef::Blob(&bytes)
                    }
                },
            };
            prepared.raw_bind_parameter(at, ToSqlOutput::Borrowed(value)).map_err(|e| named(statement, e))?;
        }
        Ok(prepared)
    }
}

impl Connection for Sqlite {
    fn execute(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64> {
        let mut prepared = self.bound(statement, values, true)?;
        let changed = prepared.raw_execute().map_err(|e| named(statement, e))?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        let mut prepared = self.bound(statement, values, false)?;
        let mut rows = prepared.raw_query();
        while let Some(row) = rows.next().map_err(|e| named(statement, e))? {
            if !each(&mut Row::new(&Here { row, db: self }))? {
                break;
            }
        }
        Ok(())
    }

    fn is_one_file(&self) -> bool {
        true
    }
}

fn named(statement: &Statement, error: rusqlite::Error) -> StoreError {
    match fault(error) {
        StoreError::Internal { detail } => {
            StoreError::Internal { detail: format!("{}：{detail}", statement.name) }
        }
        other => other,
    }
}

/// SQLite's error in the store's words.
pub(crate) fn fault(error: rusqlite::Error) -> StoreError {
    let detail = error.to_string();
    let rusqlite::Error::SqliteFailure(code, message) = &error else {
        return StoreError::Internal { detail };
    };
    match code.code {
        ErrorCode::ConstraintViolation => StoreError::Conflict {
            what: message
                .as_deref()
                .map_or(detail.as_str(), |text| {
                    text.strip_prefix("UNIQUE constraint failed: ").unwrap_or(text)
                })
                .to_owned(),
        },
        ErrorCode::DiskFull
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen
        | ErrorCode::PermissionDenied
        | ErrorCode::OutOfMemory
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked => StoreError::Unwritable { detail },
        ErrorCode::SystemIoFailure => {
            // SQLITE_IOERR_READ, _SHORT_READ, _CORRUPTFS: reading; every other one concerns writing.
            if matches!(code.extended_code >> 8, 1 | 2 | 33) {
                StoreError::Unreadable { detail }
            } else {
                StoreError::Unwritable { detail }
            }
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Unreadable { detail },
        _ => StoreError::Internal { detail },
    }
}

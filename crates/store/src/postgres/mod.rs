//! PostgreSQL behind [`Connection`], and whatever speaks its protocol and its SQL.

mod held;
pub(crate) mod replay;
pub(crate) mod schema;
mod tls;
mod writer;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error as _;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use postgres::config::{Host, SslMode};
use postgres::error::{DbError, Severity};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{Format, IsNull, ToSql, Type};
use postgres::{Client, Config, NoTls, SimpleQueryMessage};

use crate::notes::Done;
use crate::pool::ReadConnection;
use crate::shape;
use crate::value::{Columns, Connection, EachRow, Kept, Row, Statement, Value};
use crate::{Result, StoreError};

pub(crate) use writer::PostgresWriter;

/// How long a connection that was lost is sought again before whoever waits is told.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(100);

/// How the writer's session is set. A transaction that nobody goes on with must not hold the right to write: a process
/// that was stopped, or a machine that is gone.
const WRITING: &str = "SET client_min_messages = warning; SET timezone = 'UTC'; \
                       SET idle_in_transaction_session_timeout = 15000";
const READING: &str = "SET client_min_messages = warning; SET timezone = 'UTC'; \
                       SET default_transaction_read_only = on";

/// Apart from the statements of both databases: SQLite has no arrays, and does not need to ask for many at once.
static COMMANDS_DONE: Statement =
    Statement::new("COMMANDS_DONE", "SELECT key, digest, result FROM command WHERE key = ANY($1)");

/// The address of a database: `postgres://user:password@host:port/name`, with `?sslmode=` and its companions as libpq
/// means them. 数据库地址
#[derive(Clone)]
pub struct Address {
    config: Box<Config>,
    security: tls::Security,
    shown: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Address {
    /// Reads an address. Without a password in it, `PGPASSWORD` is used, as by PostgreSQL's own programs.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: String| StoreError::WrongAddress { why };
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(wrong("地址应当写成 postgres://用户:口令@主机:端口/数据库".to_owned()));
        }
        let (rest, said) = tls::taken_out(text)?;
        let mut config = Config::from_str(&rest).map_err(|error| wrong(told(&error)))?;
        let security = tls::Security::new(said)?;
        // Nobody listens in on a socket of this machine, and there is no TLS there.
        let is_local = config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)));
        config.ssl_mode(if is_local { SslMode::Disable } else { security.asked() });
        // A password in the call would be seen by everybody on the machine.
        if let (None, Ok(password)) = (config.get_password(), std::env::var("PGPASSWORD")) {
            config.password(password);
        }
        config.application_name("yifa");
        config.connect_timeout(Duration::from_secs(10));
        config.keepalives_idle(Duration::from_secs(10));
        config.keepalives_interval(Duration::from_secs(5));
        config.keepalives_retries(3);
        config.tcp_user_timeout(Duration::from_secs(30));
        Ok(Self { config: Box::new(config), security, shown: without_password(text) })
    }

    /// The address without its password.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    fn open(&self, session: &str) -> Result<Client> {
        let connected = match self.security.connector() {
            None => self.config.connect(NoTls),
            Some(tls) => self.config.connect(tls),
        };
        let connected = match connected {
            Err(error) if self.security.is_dispensable() && tls::behind(&error).is_some() => {
                self.config.clone().ssl_mode(SslMode::Disable).connect(NoTls)
            }
            other => other,
        };
        let mut client = connected.map_err(fault)?;
        client.batch_execute(session).map_err(fault)?;
        Ok(client)
    }

    pub(crate) fn connect(&self) -> Result<Postgres> {
        Postgres::connect(self.clone(), WRITING)
    }

    pub(crate) fn connect_reader(&self) -> Result<Postgres> {
        Postgres::connect(self.clone(), READING)
    }

    /// Connects, or goes on trying for a while where the database is not there.
    pub(crate) fn connect_patiently(&self) -> Result<Postgres> {
        let began = Instant::now();
        loop {
            match self.connect() {
                Err(StoreError::Unreachable { .. }) if began.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                other => return other,
            }
        }
    }
}

fn without_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let rest = rest.split('?').next().unwrap_or(rest);
    match rest.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}@{host}", user.split(':').next().unwrap_or(user)),
        None => format!("{scheme}://{rest}"),
    }
}

/// A connection to PostgreSQL.
pub(crate) struct Postgres {
    address: Address,
    session: &'static str,
    /// Nothing only while it is being dropped.
    client: RefCell<Option<Client>>,
    prepared: RefCell<BTreeMap<(&'static str, bool), postgres::Statement>>,
}

impl Drop for Postgres {
    /// The client waits for its goodbye, which a thread that serves requests must not do.
    fn drop(&mut self) {
        if let Some(client) = self.client.borrow_mut().take() {
            // Where there is no thread, the operating system closes it.
            drop(std::thread::Builder::new().spawn(move || drop(client)));
        }
    }
}

impl Postgres {
    fn connect(address: Address, session: &'static str) -> Result<Self> {
        let client = address.open(session)?;
        Ok(Self {
            address,
            session,
            client: RefCell::new(Some(client)),
            prepared: RefCell::new(BTreeMap::new()),
        })
    }

    /// Connects anew.
    fn reconnect(&self) -> Result<()> {
        let client = self.address.open(self.session)?;
        self.prepared.borrow_mut().clear();
        self.client.replace(Some(client));
        Ok(())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Client) -> Result<T, postgres::Error>) -> Result<T> {
        let mut client = self.client.borrow_mut();
        let client = client.as_mut().ok_or(StoreError::Closed)?;
        work(client).map_err(fault)
    }

    /// Runs statements without values.
    pub fn batch(&self, text: &str) -> Result<()> {
        self.with(|client| client.batch_execute(text))
    }

    /// Runs statements without values; the first column of every row.
    pub fn texts(&self, text: &str) -> Result<Vec<String>> {
        let found = self.with(|client| client.simple_query(text))?;
        let rows = found.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
            _ => None,
        });
        Ok(rows.collect())
    }

    /// A query with one number.
    pub fn number(&self, text: &str) -> Result<i64> {
        let found = self.texts(text)?;
        let number = found.first().and_then(|text| text.parse().ok());
        number.ok_or_else(|| StoreError::Internal { detail: format!("没有得到一个数：{text}") })
    }

    fn prepare(&self, statement: &'static Statement) -> Result<postgres::Statement> {
        if let Some(found) = self.prepared.borrow().get(&(statement.name, false)) {
            return Ok(found.clone());
        }
        let made = self.with(|client| client.prepare(statement.text)).map_err(|e| named(statement, e))?;
        self.prepared.borrow_mut().insert((statement.name, false), made.clone());
        Ok(made)
    }

    /// The statement that takes many rows at once.
    fn prepare_many(&self, statement: &'static Statement) -> Result<postgres::Statement> {
        if let Some(found) = self.prepared.borrow().get(&(statement.name, true)) {
            return Ok(found.clone());
        }
        let one = self.prepare(statement)?;
        let types: Vec<&str> = one.params().iter().map(type_name).collect();
        let text = shape::of_arrays(statement.text, &types)
            .ok_or_else(|| StoreError::Internal { detail: format!("{}：不能成批", statement.name) })?;
        let made = self.with(|client| client.prepare(&text)).map_err(|e| named(statement, e))?;
        self.prepared.borrow_mut().insert((statement.name, true), made.clone());
        Ok(made)
    }

    /// Runs a statement for many rows at once; how many rows it changed.
    pub fn execute_many(&self, statement: &'static Statement, rows: &[&[Kept]]) -> Result<u64> {
        let prepared = self.prepare_many(statement)?;
        let columns: Vec<Array<'_>> = (0..prepared.params().len()).map(|at| Array { rows, at }).collect();
        let values: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|it| it as &(dyn ToSql + Sync)).collect();
        self.with(|client| client.execute(&prepared, &values)).map_err(|e| named(statement, e))
    }

    /// What was done under each of these keys, asked for at once.
    pub fn done(&self, keys: &[&str]) -> Result<BTreeMap<String, Option<Done>>> {
        // Such a key is nowhere, and PostgreSQL does not even compare with it.
        let keys: Vec<&str> = keys.iter().filter(|key| !key.contains('\0')).copied().collect();
        let mut found: BTreeMap<String, Option<Done>> =
            keys.iter().map(|key| ((*key).to_owned(), None)).collect();
        if keys.is_empty() {
            return Ok(found);
        }
        let prepared = self.prepare(&COMMANDS_DONE)?;
        let rows = self.with(|client| client.query(&prepared, &[&keys]))?;
        for row in &rows {
            let mut row = Row::new(row);
            found.insert(row.text()?, Some((row.hash()?, row.text()?)));
        }
        Ok(found)
    }

    /// Prepares a statement in both its forms: for the test of all statements.
    #[cfg(test)]
    pub fn check(&self, statement: &'static Statement) -> Result<usize> {
        let parameters = self.prepare(statement)?.params().len();
        if statement.shape().kind != shape::Kind::Read && parameters > 0 {
            self.prepare_many(statement)?;
        }
        Ok(parameters)
    }

    /// The database's own clock, in microseconds since the epoch.
    pub fn now(&self) -> Result<i64> {
        self.number("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)")
    }
}

fn type_name(of: &Type) -> &'static str {
    match *of {
        Type::INT8 => "BIGINT",
        Type::INT4 => "INTEGER",
        Type::BYTEA => "BYTEA",
        _ => "TEXT",
    }
}

type Told = Box<dyn std::error::Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Told> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(it) if *of == Type::INT4 => i32::try_from(*it)?.to_sql(of, out),
            Self::Int(it) => it.to_sql(of, out),
            Self::Text(it) | Self::Case(it) | Self::Name(it) | Self::Names(it) => it.to_sql(of, out),
            Self::Bytes(it) => it.to_sql(of, out),
            Self::NamedHash(it) => it.as_bytes().to_sql(of, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Binary
    }

    fn to_sql_checked(&self, of: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Told> {
        let fits = match self {
            Self::Null => true,
            Self::Int(_) => matches!(*of, Type::INT8 | Type::INT4),
            Self::Text(_) | Self::Case(_) | Self::Name(_) | Self::Names(_) => <&str as ToSql>::accepts(of),
            Self::Bytes(_) | Self::NamedHash(_) => *of == Type::BYTEA,
        };
        if fits { self.to_sql(of, out) } else { Err(format!("a value does not fit {of}").into()) }
    }
}

/// One column of many rows, as an array.
#[derive(Debug)]
struct Array<'a> {
    rows: &'a [&'a [Kept]],
    at: usize,
}

impl ToSql for Array<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Told> {
        let values: Vec<Value<'_>> =
            self.rows.iter().map(|row| row.get(self.at).map_or(Value::Null, Kept::value)).collect();
        values.to_sql_checked(of, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(&self, of: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Told> {
        self.to_sql(of, out)
    }
}

impl Columns for postgres::Row {
    fn column(&self, index: usize) -> Result<Value<'_>> {
        let absent = || StoreError::Internal { detail: format!("没有第 {} 列", index + 1) };
        let of = self.columns().get(index).ok_or_else(absent)?.type_();
        let value = match *of {
            Type::INT8 => self.try_get::<_, Option<i64>>(index).map(Value::from),
            Type::INT4 => self.try_get::<_, Option<i32>>(index).map(Value::from),
            Type::BYTEA => self.try_get::<_, Option<&[u8]>>(index).map(Value::from),
            _ => self.try_get::<_, Option<&str>>(index).map(Value::from),
        };
        value.map_err(fault)
    }

    fn name(&self, index: usize) -> Result<Option<Arc<str>>> {
        match self.column(index)? {
            Value::Text(text) => Ok(Some(text.into())),
            Value::Null => Ok(None),
            _ => Err(StoreError::Internal { detail: format!("第 {} 列不是文字", index + 1) }),
        }
    }

    fn names(&self, index: usize) -> Result<String> {
        Ok(self.name(index)?.map_or(String::new(), |names| names.as_ref().to_owned()))
    }
}

impl Connection for Postgres {
    fn execute(&self, statement: &'static Statement, values: &[Value<'_>]) -> Result<u64> {
        let prepared = self.prepare(statement)?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|it| it as &(dyn ToSql + Sync)).collect();
        self.with(|client| client.execute(&prepared, &values)).map_err(|e| named(statement, e))
    }

    fn query(&self, statement: &'static Statement, values: &[Value<'_>], each: EachRow<'_>) -> Result<()> {
        // Such a text is nowhere, and PostgreSQL does not even compare with it.
        if values.iter().any(Value::has_null_character) {
            return Ok(());
        }
        let prepared = self.prepare(statement)?;
        let mut client = self.client.borrow_mut();
        let client = client.as_mut().ok_or(StoreError::Closed)?;
        let failed = |error| named(statement, fault(error));
        let mut rows = client.query_raw(&prepared, values.iter()).map_err(failed)?;
        let failed = |error| named(statement, fault(error));
        while let Some(row) = rows.next().map_err(failed)? {
            if !each(&mut Row::new(&row))? {
                break;
            }
        }
        Ok(())
    }
}

impl ReadConnection for Postgres {
    /// A connection that was lost since the last reading is made anew.
    fn begin(&self) -> Result<()> {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        let began = Instant::now();
        let mut outcome = self.batch(BEGIN);
        while matches!(outcome, Err(StoreError::Unreachable { .. })) && began.elapsed() < PATIENCE {
            outcome = self.reconnect().and_then(|()| self.batch(BEGIN));
            if outcome.is_err() {
                std::thread::sleep(PAUSE);
            }
        }
        outcome
    }

    fn end(&self) {
        // Nothing was written; where this fails, the next BEGIN on the connection says so.
        let _ = self.batch("ROLLBACK");
    }

    /// A transaction that wrote is in the snapshot's text from when it can be seen.
    fn seen(&self) -> Result<Option<String>> {
        let found = self.texts("SELECT CAST(pg_current_snapshot() AS TEXT)")?;
        Ok(found.into_iter().next())
    }
}

fn named(statement: &Statement, error: StoreError) -> StoreError {
    match error {
        StoreError::Internal { detail } => {
            StoreError::Internal { detail: format!("{}：{detail}", statement.name) }
        }
        other => other,
    }
}

/// An error with what is behind it.
fn told(error: &postgres::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        let more = cause.to_string();
        if !text.contains(&more) {
            text.push('：');
            text.push_str(&more);
        }
        behind = cause.source();
    }
    text
}

/// PostgreSQL's error in the store's words, by its SQLSTATE.
pub(crate) fn fault(error: postgres::Error) -> StoreError {
    let detail = told(&error);
    if let Some(behind) = tls::behind(&error) {
        return tls::refused(&behind)
            .map_or(StoreError::Unreachable { detail }, |why| StoreError::NotTrusted { why });
    }
    if detail.contains("server does not support TLS") {
        let why = "数据库没有开启加密，而地址要求加密。请在数据库设置ssl = on，或者改写地址中的sslmode";
        return StoreError::NotTrusted { why: why.to_owned() };
    }
    let Some(db) = error.as_db_error() else {
        let of_value = detail.contains("serializing") || detail.contains("deserializing");
        return if of_value { StoreError::Internal { detail } } else { StoreError::Unreachable { detail } };
    };
    // Whoever says this closes the connection with it. In the middle of a commit it does not tell whether that was saved: a log
    // that could not be forced, or had no room, may be found whole when the database recovers.
    if matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)) {
        return StoreError::Unreachable { detail };
    }
    match db.code().code() {
        "23505" => StoreError::Conflict { what: columns(db) },
        "40001" | "40P01" | "55P03" | "57014" => StoreError::Busy { detail },
        "25P03" | "25P04" | "57P01" | "57P02" | "57P03" | "57P04" | "57P05" => {
            StoreError::Unreachable { detail }
        }
        "25006" | "42501" => StoreError::Unwritable { detail },
        "XX001" | "XX002" => StoreError::Unreadable { detail },
        code => match code.get(..2) {
            Some("23") => StoreError::Conflict { what: db.constraint().unwrap_or_default().to_owned() },
            Some("08" | "28" | "3D") => StoreError::Unreachable { detail },
            Some("53" | "58") => StoreError::Unwritable { detail },
            _ => StoreError::Internal { detail },
        },
    }
}

/// What was to be unique, as `table.column`. The detail names the columns in brackets, whatever the server's language.
fn columns(db: &DbError) -> String {
    let table = db.table().unwrap_or_default();
    let detail = db.detail().unwrap_or_default();
    let listed = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")="));
    let Some((listed, _)) = listed else { return table.to_owned() };
    let names = listed.split(", ").filter(|name| *name != "division");
    names.map(|name| format!("{table}.{name}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_do_not_show_their_password() {
        let address =
            Address::parse("postgres://yifa:secret@db.example:5432/county?connect_timeout=3").unwrap();
        assert_eq!(address.shown(), "postgres://yifa@db.example:5432/county");
        assert!(!format!("{address:?}").contains("secret"));
        assert!(Address::parse("mysql://x").is_err());
    }
}

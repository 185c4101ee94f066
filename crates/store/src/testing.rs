//! A database for one test: a schema of its own in the PostgreSQL that `YIFA_TEST_POSTGRES` names, which `bin/test` starts.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use ledger::Sm3;

use crate::{Address, Options, Place, Result, Store, StoreError};

/// The variable that holds the address.
pub const VARIABLE: &str = "YIFA_TEST_POSTGRES";

/// The variable that says `postgres` where all tests of the use cases are to run on it.
pub const ON: &str = "YIFA_TEST_ON";

/// The store of a test's folder: in the folder, or, where the tests run on PostgreSQL, in a schema of its own that is
/// known by the folder and begins anew with it.
///
/// # Errors
/// The PostgreSQL that was given cannot be reached, or none was given.
pub fn open(folder: &Path, options: &Options) -> Result<Store> {
    if std::env::var(ON).is_ok_and(|on| on == "postgres") {
        let given = std::env::var(VARIABLE).unwrap_or_default();
        let mut stream = Sm3::stream();
        stream.update(folder.as_os_str().as_encoded_bytes());
        let schema = format!("f_{}_{}", stream.finish().short(), std::process::id());
        if !folder.exists() {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::unwritable(folder, &error))?;
            make_schema(&Address::parse(&given)?, &schema)?;
        }
        return Store::open_at(&Place::new(Some(&in_schema(&given, &schema)), folder)?, options);
    }
    Store::open(folder, options)
}

/// The version of the SQLite that is built in.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

fn make_schema(whole: &Address, schema: &str) -> Result<()> {
    whole.connect()?.batch(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))
}

fn in_schema(given: &str, schema: &str) -> String {
    let mark = if given.contains('?') { '&' } else { '?' };
    format!("{given}{mark}options=-c%20search_path%3D{schema}")
}

/// Every row of every table as text, where the store is in PostgreSQL: there its folder does not show what it keeps.
///
/// # Errors
/// The database cannot be reached.
pub fn rows(store: &Store) -> Result<Vec<String>> {
    let Place::Database { address, .. } = store.place() else { return Ok(Vec::new()) };
    let db = address.connect()?;
    let tables = db.texts(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name",
    )?;
    let mut rows = Vec::new();
    for table in tables {
        let own = db.texts(&format!("SELECT CAST(it AS TEXT) FROM {table} it ORDER BY 1"))?;
        rows.extend(own.into_iter().map(|row| format!("{table} {row}")));
    }
    Ok(rows)
}

/// Every row of every table as text, by table, but of the tables named: two of these show what was written between them.
///
/// # Errors
/// The database cannot be read.
pub fn tables(store: &Store, but: &[&str]) -> Result<BTreeMap<String, Vec<String>>> {
    match store.place() {
        Place::Folder(folder) => tables_of_file(&folder.join("yifa.db"), but),
        Place::Database { address, .. } => {
            let db = address.connect()?;
            let names = db.texts(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
            )?;
            let kept: Vec<String> = names.into_iter().filter(|name| !but.contains(&name.as_str())).collect();
            // One question for all tables: asked one by one they take longest of all that a test does.
            let of_table = |name: &String| format!("SELECT '{name} ' || CAST(it AS TEXT) FROM {name} it");
            let rows = db.texts(&kept.iter().map(of_table).collect::<Vec<_>>().join(" UNION ALL "))?;
            let mut found: BTreeMap<String, Vec<String>> =
                kept.into_iter().map(|name| (name, Vec::new())).collect();
            for (name, row) in rows.iter().filter_map(|row| row.split_once(' ')) {
                found.entry(name.to_owned()).or_default().push(row.to_owned());
            }
            found.values_mut().for_each(|rows| rows.sort_unstable());
            Ok(found)
        }
    }
}

/// The same of a SQLite database that another process may have open.
///
/// # Errors
/// The database cannot be read.
pub fn tables_of_file(path: &Path, but: &[&str]) -> Result<BTreeMap<String, Vec<String>>> {
    let read = || -> rusqlite::Result<_> {
        let db = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut listed = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'")?;
        let names =
            listed.query_map([], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut found = BTreeMap::new();
        for name in names.into_iter().filter(|name| !but.contains(&name.as_str())) {
            let mut asked = db.prepare(&format!("SELECT * FROM {name}"))?;
            let width = asked.column_count();
            let text = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
                let cells = (0..width).map(|at| row.get_ref(at).map(|value| format!("{value:?}")));
                Ok(cells.collect::<rusqlite::Result<Vec<_>>>()?.join(" | "))
            };
            let mut rows = asked.query_map([], text)?.collect::<rusqlite::Result<Vec<_>>>()?;
            rows.sort_unstable();
            found.insert(name, rows);
        }
        Ok(found)
    };
    read().map_err(crate::sqlite::fault)
}

/// A schema that goes away. 测试用数据库
#[derive(Debug)]
pub struct Database {
    whole: Address,
    schema: String,
    /// The address of the schema.
    pub address: String,
}

impl Database {
    /// A new one, empty; nothing, and a message, where no PostgreSQL was given.
    ///
    /// # Errors
    /// The PostgreSQL that was given cannot be reached.
    pub fn new(name: &str) -> Result<Option<Self>> {
        let Some(given) = std::env::var(VARIABLE).ok().filter(|given| !given.is_empty()) else {
            println!("skipped on PostgreSQL: {VARIABLE} is not set; bin/test sets it");
            return Ok(None);
        };
        Self::at(&given, name).map(Some)
    }

    /// A new one, empty, in a given PostgreSQL.
    ///
    /// # Errors
    /// It cannot be reached.
    pub fn at(given: &str, name: &str) -> Result<Self> {
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let schema = format!("t_{}_{}_{serial}", plain.to_lowercase(), std::process::id());
        let whole = Address::parse(given)?;
        make_schema(&whole, &schema)?;
        let address = in_schema(given, &schema);
        Ok(Self { whole, schema, address })
    }

    /// The store in it, with its attachments in a folder.
    ///
    /// # Errors
    /// The address is none.
    pub fn place(&self, files: &Path) -> Result<Place> {
        Place::new(Some(&self.address), files)
    }

    /// Does something behind the store's back.
    ///
    /// # Errors
    /// The database does not accept it.
    pub fn run(&self, text: &str) -> Result<()> {
        Address::parse(&self.address)?.connect()?.batch(text)
    }

    /// Cuts the connections of all who are in this schema, as a network or an administrator might.
    ///
    /// # Errors
    /// The database does not accept it.
    pub fn cut(&self) -> Result<()> {
        self.whole.connect()?.batch(&format!(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{}' AND l.pid <> pg_backend_pid()",
            self.schema
        ))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What is left behind goes away with the whole.
        let _ = self
            .whole
            .connect()
            .and_then(|db| db.batch(&format!("DROP SCHEMA IF EXISTS {} CASCADE", self.schema)));
    }
}

//! The migrations: numbered SQL files, each applied once, each in a transaction of its own.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::sqlite::Sqlite;
use crate::{Result, StoreError};

/// A numbered SQL file.
struct Migration {
    version: i64,
    name: &'static str,
    text: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "start", text: include_str!("../migrations/0001_start.sql") },
    Migration { version: 2, name: "kept_audit", text: include_str!("../migrations/0002_kept_audit.sql") },
    Migration { version: 4, name: "signed_roots", text: include_str!("../migrations/0004_signed_roots.sql") },
];

/// `yifa` in ASCII, by which the file is known as ours.
const APPLICATION_ID: i64 = 0x7969_6661;

/// The version that this program writes. 数据版本
#[must_use]
pub fn known_version() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// What a database file is, found without changing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Empty,
    Version(i64),
}

/// Refuses a file that is no database at all, before SQLite touches it. An absent or empty one is fine.
pub(crate) fn examine_file(path: &Path) -> Result<()> {
    let Ok(file) = File::open(path) else { return Ok(()) };
    let mut start = Vec::new();
    file.take(16).read_to_end(&mut start).map_err(|error| StoreError::unreadable(path, &error))?;
    if start.is_empty() || start == b"SQLite format 3\0" {
        Ok(())
    } else {
        Err(StoreError::NotOurs { path: path.to_owned() })
    }
}

/// Looks at a database, and refuses one of something else or of a newer program.
pub(crate) fn examine(db: &Sqlite, path: &Path) -> Result<Found> {
    let not_ours = || StoreError::NotOurs { path: path.to_owned() };
    let tables = db.number("SELECT count(*) FROM sqlite_schema")?;
    if tables == 0 {
        return Ok(Found::Empty);
    }
    if db.number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(not_ours());
    }
    let found = db.number("SELECT coalesce(max(version), 0) FROM migration")?;
    let known = known_version();
    if found > known { Err(StoreError::NewerVersion { found, known }) } else { Ok(Found::Version(found)) }
}

/// Brings a database to the known version.
pub(crate) fn migrate(db: &Sqlite, found: Found) -> Result<()> {
    let from = match found {
        Found::Empty => 0,
        Found::Version(version) => version,
    };
    for migration in MIGRATIONS.iter().filter(|migration| migration.version > from) {
        let Migration { version, name, .. } = migration;
        let start = if from == 0 && *version == 1 {
            format!(
                "PRAGMA application_id = {APPLICATION_ID}; \
                 CREATE TABLE migration (version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT;"
            )
        } else {
            String::new()
        };
        let text = for_sqlite(migration.text);
        let done = format!("INSERT INTO migration (version, name) VALUES ({version}, '{name}');");
        let applied = db.batch(&format!("BEGIN IMMEDIATE; {start} {text} {done} COMMIT;"));
        if applied.is_err() && !db.0.is_autocommit() {
            db.run("ROLLBACK")?;
        }
        applied?;
    }
    Ok(())
}

/// The migration in SQLite's words.
fn for_sqlite(text: &str) -> String {
    let text = text.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB");
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split("/*sqlite:").enumerate() {
        match part.split_once("*/") {
            Some((ours, rest)) if index > 0 => {
                out.push_str(ours);
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}

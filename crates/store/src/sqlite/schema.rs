//! SQLite's files: known as ours, and brought up to date.

use std::path::Path;

use super::{Sqlite, fault};
use crate::schema::{Found, Migration, for_sqlite, known_version};
use crate::{Result, StoreError};

/// `yifa` in ASCII, by which the file is known as ours.
const APPLICATION_ID: i64 = 0x7969_6661;

/// How many tables there are; refuses a file that is no database at all. It is looked at through SQLite alone: a file that
/// this process opened besides would, when it is closed, take away the locks of all its connections, and a database browser
/// that comes and goes could then remove the log that is still being written.
pub(crate) fn count_tables(connection: &rusqlite::Connection, path: &Path) -> Result<i64> {
    let count = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    count.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::NotOurs { path: path.to_owned() },
        _ => fault(error),
    })
}

/// Looks at a database, and refuses one of something else or of a newer program.
pub(crate) fn examine(db: &Sqlite, path: &Path) -> Result<Found> {
    let not_ours = || StoreError::NotOurs { path: path.to_owned() };
    let tables = count_tables(&db.0, path)?;
    if tables == 0 {
        return Ok(Found::Empty);
    }
    if db.number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(not_ours());
    }
    let found = db.number("SELECT coalesce(max(version), 0) FROM migration")?;
    let known = known_version();
    if found > known { Err(StoreError::NewerVersion { found, known }) } else { Ok(Found::of(&applied(db)?)) }
}

fn applied(db: &Sqlite) -> Result<Vec<i64>> {
    let mut prepared = db.0.prepare("SELECT version FROM migration").map_err(fault)?;
    let rows = prepared.query_map([], |row| row.get(0)).map_err(fault)?;
    rows.collect::<rusqlite::Result<_>>().map_err(fault)
}

/// Brings a database to the known version.
pub(crate) fn migrate(db: &Sqlite, found: Found) -> Result<()> {
    let already = if found == Found::Empty { Vec::new() } else { applied(db)? };
    for Migration { version, name, text, rewrite, after } in found.lacks() {
        if already.contains(version) {
            continue;
        }
        let start = if found == Found::Empty && *version == 1 {
            format!(
                "PRAGMA application_id = {APPLICATION_ID}; \
                 CREATE TABLE migration (version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT;"
            )
        } else {
            String::new()
        };
        let text = for_sqlite(text);
        let done = format!("INSERT INTO migration (version, name) VALUES ({version}, '{name}');");
        let applied = db
            .batch(&format!("BEGIN IMMEDIATE; {start} {text}"))
            .and_then(|()| rewrite.map_or(Ok(()), |rewrite| rewrite(db)))
            .and_then(|()| db.batch(&for_sqlite(after)))
            .and_then(|()| db.batch(&format!("{done} COMMIT;")));
        if applied.is_err() && !db.0.is_autocommit() {
            db.run("ROLLBACK")?;
        }
        applied?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::MIGRATIONS;

    /// A store of the first version gets the divisions of what it has.
    #[test]
    fn the_first_version_is_brought_up_to_date() {
        let db = Sqlite::prepare_connection(rusqlite::Connection::open_in_memory().unwrap(), 1024).unwrap();
        let first = for_sqlite(MIGRATIONS.first().unwrap().text);
        db.batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; \
             CREATE TABLE migration (version INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL) STRICT; {first} \
             INSERT INTO migration (version, name) VALUES (1, 'start'); \
             INSERT INTO cases VALUES ('a', '350583', 'o', 'p', x'00', '1', 't', 1, '', 0, NULL, NULL, NULL, NULL, x'00', x''); \
             INSERT INTO personal VALUES ('a', 1, x'00', x'00'); \
             INSERT INTO contribution VALUES ('f', 7, 'a', 1, 'o', '350583', 8, 2, 3); \
             INSERT INTO due VALUES ('a', 'n', 'x', NULL, 5, 'o', '350583', NULL, 1); \
             INSERT INTO document VALUES ('a', 1, 'decision', '1', 1); \
             INSERT INTO attachment VALUES (x'00', 'a', 1, 'n', 'm', 1, 1, 'u'); \
             INSERT INTO outbox VALUES (1, 'notify', 'a', '', 1, 0, NULL), (2, 'notify', NULL, '', 1, 0, NULL);"
        ))
        .unwrap();
        let found = examine(&db, Path::new("here")).unwrap();
        assert_eq!(found, Found::Version(1));
        migrate(&db, found).unwrap();
        assert_eq!(examine(&db, Path::new("here")).unwrap(), Found::Version(known_version()));
        for table in ["personal", "document", "attachment", "outbox"] {
            let of = if table == "outbox" {
                "'350583'"
            } else {
                "(SELECT number FROM word WHERE text = '350583')"
            };
            let told = db.number(&format!("SELECT count(*) FROM {table} WHERE division = {of}")).unwrap();
            assert_eq!(told, 1, "{table}");
        }
        assert_eq!(db.number("SELECT count(*) FROM outbox WHERE division = ''").unwrap(), 1);
        let of =
            "case_id = 'a' AND legal_day = 7 AND number = 1 AND recorded_day = 8 AND n = 2 AND total = 3";
        assert_eq!(db.number(&format!("SELECT count(*) FROM contribution WHERE {of}")).unwrap(), 1);
        assert_eq!(db.number("SELECT n FROM case_count WHERE organ = (SELECT number FROM word WHERE text = 'o') AND open = 1").unwrap(), 1);
        assert_eq!(
            db.number("SELECT n FROM due_count WHERE warn_on = 5 AND last_day = 2147483647").unwrap(),
            1
        );
    }
}

//! A database's tables: known as ours, made, and brought up to date. Several processes may begin at once.

use super::Postgres;
use crate::schema::{Found, Migration, for_postgres, known_version};
use crate::{Result, StoreError};

/// Looks at a database, and refuses one of something else or of a newer program.
pub(crate) fn examine(db: &Postgres, shown: &str) -> Result<Found> {
    let tables =
        db.texts("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")?;
    if tables.is_empty() {
        return Ok(Found::Empty);
    }
    // The row of version 0 is our mark, and what several beginners wait for.
    let ours = tables.iter().any(|table| table == "migration")
        && db.texts("SELECT name FROM migration WHERE version = 0")?.iter().all(|name| name == "yifa");
    if !ours {
        return Err(StoreError::NotOurs { path: shown.into() });
    }
    let found = db.number("SELECT coalesce(max(version), 0) FROM migration")?;
    let known = known_version();
    match found {
        0 => Ok(Found::Empty),
        found if found > known => Err(StoreError::NewerVersion { found, known }),
        _ => Ok(Found::of(&applied(db)?)),
    }
}

fn applied(db: &Postgres) -> Result<Vec<i64>> {
    let versions = db.texts("SELECT CAST(version AS TEXT) FROM migration WHERE version > 0")?;
    Ok(versions.iter().filter_map(|version| version.parse().ok()).collect())
}

/// Brings a database to the known version.
pub(crate) fn migrate(db: &Postgres, shown: &str) -> Result<()> {
    const START: &str = "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL); \
                         INSERT INTO migration (version, name) VALUES (0, 'yifa') ON CONFLICT (version) DO NOTHING";
    if examine(db, shown)?.lacks().next().is_none() {
        return Ok(());
    }
    // Two that begin at once may both make the table; the second is told so and looks again.
    let mut begun = db.batch(START);
    for _ in 0..10 {
        if begun.is_ok() {
            break;
        }
        std::thread::sleep(super::PAUSE);
        begun = db.batch(START);
    }
    begun?;
    db.batch("BEGIN; SELECT name FROM migration WHERE version = 0 FOR UPDATE")?;
    let applied = examine(db, shown).and_then(|found| {
        let already = applied(db)?;
        found.lacks().filter(|it| !already.contains(&it.version)).try_for_each(|migration| {
            let Migration { version, name, text, rewrite, after } = migration;
            db.batch(&for_postgres(text))?;
            rewrite.map_or(Ok(()), |rewrite| rewrite(db))?;
            db.batch(&for_postgres(after))?;
            db.batch(&format!("INSERT INTO migration (version, name) VALUES ({version}, '{name}')"))
        })
    });
    let turn = "INSERT INTO lease (name, holder, epoch) VALUES ('turn', '', 0) ON CONFLICT (name) DO NOTHING";
    let applied = applied.and_then(|()| db.batch(turn)).and_then(|()| db.batch("COMMIT"));
    if applied.is_err() {
        db.batch("ROLLBACK")?;
    }
    applied
}

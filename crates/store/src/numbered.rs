//! What the change to version 28 cannot say in SQL: the rows of a file are moved into tables that keep names by their numbers
//! and ids of cases in bytes ([`crate::compact`]). It runs in the change's own transaction.

use crate::Result;
use crate::compact::{self, As};
use crate::copy::{read_row, with_values};
use crate::value::{Connection, Statement, Value};

/// Moves the rows of every such table into its new one; a database that keeps texts has nothing to move.
///
/// # Errors
/// A row cannot be read or written: then nothing is changed.
pub(crate) fn rewrite(db: &dyn Connection) -> Result<()> {
    if !db.is_one_file() {
        return Ok(());
    }
    compact::tables().try_for_each(|table| move_rows(db, table))
}

static NAMED: Statement = Statement::new(
    "NUMBERED_NAMED",
    "SELECT id, named FROM cases WHERE named GLOB '*[^0-9' || char(10) || ']*'",
);
static NAMED_SET: Statement =
    Statement::new("NUMBERED_NAMED_SET", "UPDATE cases SET named = $2 WHERE id = $1");

/// The same for the tallies, which followed later, and for the organs that a case names.
///
/// # Errors
/// A row cannot be read or written: then nothing is changed.
pub(crate) fn rewrite_tallies(db: &dyn Connection) -> Result<()> {
    if !db.is_one_file() {
        return Ok(());
    }
    compact::tallies().try_for_each(|table| move_rows(db, table))?;
    let mut waiting: Vec<(String, String)> = Vec::new();
    db.query(&NAMED, &[], &mut |row| {
        waiting.push((row.case()?, row.names()?));
        Ok(true)
    })?;
    waiting.iter().try_for_each(|(case, names)| {
        db.execute(&NAMED_SET, &[Value::Case(case), Value::Names(names)]).map(drop)
    })
}

/// The same for kinds of documents and series of numbers.
///
/// # Errors
/// A row cannot be read or written: then nothing is changed.
pub(crate) fn rewrite_documents(db: &dyn Connection) -> Result<()> {
    if !db.is_one_file() {
        return Ok(());
    }
    compact::documents().try_for_each(|table| move_rows(db, table))
}

/// A statement that is made once and lasts as long as the program.
fn made(name: &str, text: String) -> &'static Statement {
    Box::leak(Box::new(Statement::new(name.to_owned().leak(), text.leak())))
}

fn move_rows(db: &dyn Connection, table: &str) -> Result<()> {
    // The columns that there were at that version, whatever the program keeps today; those that take anything are kept in
    // another way.
    let asked = format!("SELECT name, type FROM pragma_table_info('{table}_numbered') ORDER BY cid");
    let (mut columns, mut ways): (Vec<String>, Vec<As>) = Default::default();
    db.query(made("NUMBERED_COLUMNS", asked), &[], &mut |row| {
        let (column, kind) = (row.text()?, row.text()?);
        ways.push(if kind == "ANY" { compact::way(table, &column) } else { As::Plain });
        columns.push(column);
        Ok(true)
    })?;
    let listed = columns.join(", ");
    let order = if table == "event" { " ORDER BY seq" } else { "" };
    let values: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
    let read = made("NUMBERED_FROM", format!("SELECT {listed} FROM {table}{order}"));
    let add = format!("INSERT INTO {table}_numbered ({listed}) VALUES ({})", values.join(", "));
    let add = made("NUMBERED_TO", add);
    db.query(read, &[], &mut |row| {
        let row = read_row(row, &ways)?;
        with_values(&row, &ways, |values| db.execute(add, values)).map(|_| true)
    })
}

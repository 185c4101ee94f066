//! Adding up and counting the rows of a table.
//!
//! A row is one text, its cells in the order of the columns with [`COLUMN`] between them. What was recorded without rows has
//! none; an empty cell is nought; a cell that cannot be read makes the whole sum unknown, because leaving it out would make it
//! too small.

use super::eval::Scene;
use super::lexer::parts;
use super::{Cell, Column, Table};
use crate::Value;
use crate::value::{COLUMN, PARTS};

impl Scene<'_> {
    /// The rows of a table; `None` where its act was not done or its content was erased.
    fn rows(&self, table: Table) -> Option<&[String]> {
        match self.records.value(table.act, table.field) {
            Some(Value::List(rows)) => Some(rows),
            Some(_) => None,
            None if table.personal => None,
            None => self.records.of(table.act).map(|_| &[][..]),
        }
    }

    pub(super) fn total(&self, column: Column) -> Option<Value> {
        let unit = if column.money { PARTS / 100 } else { 1 };
        let mut cells = self.rows(column.table)?.iter().map(|row| cell(row, column.at));
        let sum = cells.try_fold(0i64, |sum, cell| sum.checked_add(number(cell)? / unit))?;
        Some(if column.money { Value::Money(sum) } else { Value::Number(sum) })
    }

    pub(super) fn lines(&self, table: Table, of: Option<&Cell>) -> Option<Value> {
        let says = |row: &&String| {
            of.is_none_or(|of| {
                let cell = cell(row, of.at);
                cell == of.id || cell == of.label
            })
        };
        let count = self.rows(table)?.iter().filter(says).count();
        i64::try_from(count).ok()?.checked_mul(PARTS).map(Value::Number)
    }
}

/// A cell of a row; empty where the row is shorter.
fn cell(row: &str, at: u16) -> &str {
    row.split(COLUMN).nth(usize::from(at)).map_or("", str::trim)
}

/// A cell as a number in ten-thousandths: as fields take it, with thousands separators and without a sign. Of parts of a fen
/// each amount loses its own, as in a field.
fn number(cell: &str) -> Option<i64> {
    if cell.is_empty() {
        return Some(0);
    }
    let plain = cell.replace([',', '，', '_'], "");
    if plain.chars().all(|c| c.is_ascii_digit() || c == '.') { parts(&plain) } else { None }
}

//! Number series without gaps.

use crate::value::{Value, first};
use crate::{Query, Result, Tx, sql};

/// The next number of a series, from 1. The series has no gap: a command that is undone gives its number back.
pub fn next_number(tx: &mut Tx<'_>, organ: &str, kind: &str, year: i32) -> Result<i64> {
    let last = match tx.last_number(organ, kind, year) {
        Some(last) => last,
        None => last_number(tx, organ, kind, year)?,
    };
    let number = last + 1;
    tx.put(&sql::COUNTER_SET, &[Value::Name(organ), Value::Name(kind), year.into(), number.into()])?;
    tx.note_number(organ, kind, year, number);
    Ok(number)
}

/// The last number given in a series, 0 when there is none.
pub fn last_number(db: &dyn Query, organ: &str, kind: &str, year: i32) -> Result<i64> {
    let values = [Value::Name(organ), Value::Name(kind), year.into()];
    Ok(first(db, &sql::COUNTER_LAST, &values, |row| row.int())?.unwrap_or(0))
}

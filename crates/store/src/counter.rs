//! Number series without gaps.

use crate::value::first;
use crate::{Query, Result, StoreError, Tx, sql};

/// The next number of a series, from 1. The series has no gap: a command that is undone gives its number back.
pub fn next_number(tx: &mut Tx<'_>, organ: &str, kind: &str, year: i32) -> Result<i64> {
    let values = [organ.into(), kind.into(), year.into()];
    first(tx, &sql::COUNTER_NEXT, &values, |row| row.int())?
        .ok_or_else(|| StoreError::Internal { detail: "编号没有返回".to_owned() })
}

/// The last number given in a series, 0 when there is none.
pub fn last_number(db: &dyn Query, organ: &str, kind: &str, year: i32) -> Result<i64> {
    let values = [organ.into(), kind.into(), year.into()];
    Ok(first(db, &sql::COUNTER_LAST, &values, |row| row.int())?.unwrap_or(0))
}

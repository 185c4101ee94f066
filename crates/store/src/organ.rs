//! The organs, each with the days between which its entry holds.

use crate::value::{all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

/// An organ as it is between two days. 行政机关
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organ {
    pub id: String,
    pub name: String,
    /// The short form in document numbers.
    pub short: String,
    pub kind: String,
    /// The division's code.
    pub division: String,
    pub credit_code: Option<String>,
    /// The organ above it.
    pub parent: Option<String>,
    pub valid_from: i32,
    /// The last day on which it holds.
    pub valid_until: Option<i32>,
}

fn read(row: &mut Row<'_>) -> Result<Organ> {
    Ok(Organ {
        id: row.text()?,
        name: row.text()?,
        short: row.text()?,
        kind: row.text()?,
        division: row.text()?,
        credit_code: row.opt_text()?,
        parent: row.opt_text()?,
        valid_from: row.day()?,
        valid_until: row.opt_day()?,
    })
}

/// Enters an organ, or changes the entry that begins on the same day. Entries of an organ must not overlap.
pub fn put(tx: &mut Tx<'_>, organ: &Organ) -> Result<()> {
    let until = organ.valid_until.unwrap_or(i32::MAX);
    let others = [(&organ.id).into(), organ.valid_from.into(), until.into()];
    if first(tx, &sql::ORGAN_OVERLAP, &others, |row| row.day())?.is_some() {
        return Err(StoreError::Conflict {
            what: format!("机关 {} 的有效期间与已有的重叠", organ.id)
        });
    }
    let values = [
        (&organ.id).into(),
        (&organ.name).into(),
        (&organ.short).into(),
        (&organ.kind).into(),
        (&organ.division).into(),
        (&organ.credit_code).into(),
        (&organ.parent).into(),
        organ.valid_from.into(),
        organ.valid_until.into(),
    ];
    tx.put(&sql::ORGAN_PUT, &values)
}

/// The organ as it is on a day.
pub fn get(db: &dyn Query, id: &str, day: i32) -> Result<Option<Organ>> {
    first(db, &sql::ORGAN_ON, &[id.into(), day.into()], read)
}

/// The organ as it is on a day, or as it was last: an organ that has ended keeps its name on what it did.
pub fn known(db: &dyn Query, id: &str, day: i32) -> Result<Option<Organ>> {
    match get(db, id, day)? {
        Some(found) => Ok(Some(found)),
        None => first(db, &sql::ORGAN_LAST, &[id.into()], read),
    }
}

/// All organs as they are on a day, by id.
pub fn list(db: &dyn Query, day: i32) -> Result<Vec<Organ>> {
    all(db, &sql::ORGANS_ON, &[day.into()], read)
}

/// All entries of all times, by id and day.
pub fn history(db: &dyn Query) -> Result<Vec<Organ>> {
    all(db, &sql::ORGANS_ALL, &[], read)
}

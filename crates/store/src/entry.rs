//! Entries of registers, with the days between which they hold and everything that was ever entered.

use std::collections::BTreeMap;

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// An entry as it was entered. 条目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub register: String,
    /// Id of the organ whose register it is in, and its division.
    pub organ: String,
    pub division: String,
    pub key: String,
    pub valid_from: i32,
    /// The last day on which it holds.
    pub valid_until: Option<i32>,
    /// The record as canonical JSON.
    pub record: String,
    /// Taken back: it should never have been there.
    pub withdrawn: bool,
    pub entered_at: i64,
    pub entered_by: String,
    pub reason: String,
    /// Which one it is of those with the same key and beginning; the store gives it.
    pub number: u32,
    /// The case and the number of its event that wrote it, where no keeper did.
    pub case: Option<String>,
    pub event: Option<u32>,
}

fn read(row: &mut Row<'_>) -> Result<Entry> {
    Ok(Entry {
        register: row.text()?,
        organ: row.text()?,
        division: row.text()?,
        key: row.text()?,
        valid_from: row.day()?,
        valid_until: row.opt_day()?,
        record: row.text()?,
        withdrawn: row.flag()?,
        entered_at: row.int()?,
        entered_by: row.text()?,
        reason: row.text()?,
        number: row.number()?,
        case: row.opt_text()?,
        event: row.opt_number()?,
    })
}

/// Enters an entry. With the key and the beginning of another it takes that one's place; whoever enters it has looked
/// for overlaps in this same transaction.
pub fn put(tx: &mut Tx<'_>, entry: &Entry) -> Result<u32> {
    let known =
        [(&entry.register).into(), (&entry.organ).into(), (&entry.key).into(), entry.valid_from.into()];
    let number = first(tx, &sql::ENTRY_LAST, &known, |row| row.number())?.unwrap_or(0) + 1;
    let values = [
        (&entry.register).into(),
        (&entry.organ).into(),
        (&entry.division).into(),
        (&entry.key).into(),
        entry.valid_from.into(),
        entry.valid_until.into(),
        (&entry.record).into(),
        entry.withdrawn.into(),
        entry.entered_at.into(),
        (&entry.entered_by).into(),
        (&entry.reason).into(),
        number.into(),
        entry.case.as_deref().into(),
        entry.event.map(i64::from).into(),
    ];
    tx.put(&sql::ENTRY_ADD, &values)?;
    Ok(number)
}

/// All entries of a register that count: of each key and beginning the last one entered, unless it was taken back; by
/// organ, key and beginning.
pub fn all_of(db: &dyn Query, register: &str) -> Result<Vec<Entry>> {
    all(db, &sql::ENTRIES_OF, &[register.into()], read)
}

/// Everything that was ever entered in a register, by organ, key and beginning, and then in the order of entering.
pub fn ever(db: &dyn Query, register: &str) -> Result<Vec<Entry>> {
    all(db, &sql::ENTRIES_EVER, &[register.into()], read)
}

/// Hands over the entries of a register one by one, those of one organ or, where none is named, of all: those that count, as
/// [`all_of`] reads them, or all that were ever entered, as [`ever`] does.
pub fn each(
    db: &dyn Query,
    register: &str,
    organ: &str,
    ever: bool,
    each: &mut dyn FnMut(Entry) -> Result<()>,
) -> Result<()> {
    let which = match (organ.is_empty(), ever) {
        (true, false) => &sql::ENTRIES_OF,
        (true, true) => &sql::ENTRIES_EVER,
        (false, false) => &sql::ENTRIES_OF_ORGAN,
        (false, true) => &sql::ENTRIES_EVER_OF_ORGAN,
    };
    let all = [register.into(), organ.into()];
    let values = if organ.is_empty() { &all[..1] } else { &all[..] };
    db.query(which, values, &mut |row| each(read(row)?).map(|()| true))
}

/// Whether a register has more rows than so many, all that was ever entered counted.
pub fn is_longer_than(db: &dyn Query, register: &str, many: u32) -> Result<bool> {
    let values = [register.into(), (many + 1).into()];
    let found = first(db, &sql::ENTRIES_FIRST, &values, |row| row.int())?;
    Ok(found.is_some_and(|found| found > i64::from(many)))
}

/// Those of one organ and key.
pub fn of_key(db: &dyn Query, register: &str, organ: &str, key: &str) -> Result<Vec<Entry>> {
    all(db, &sql::ENTRIES_OF_KEY, &[register.into(), organ.into(), key.into()], read)
}

/// A page of an organ's entries in force on a day, by key; `after` is the key that the page before ended with.
pub fn page(
    db: &dyn Query,
    register: &str,
    organ: &str,
    day: i32,
    after: &str,
    limit: u32,
) -> Result<Vec<Entry>> {
    let values = [register.into(), organ.into(), day.into(), after.into(), limit.into()];
    all(db, &sql::ENTRIES_PAGE, &values, read)
}

/// An organ's entries that hold on one of two days and not on the other, by key.
pub fn changed(db: &dyn Query, register: &str, organ: &str, days: (i32, i32)) -> Result<Vec<Entry>> {
    let values = [register.into(), organ.into(), days.0.into(), days.1.into()];
    all(db, &sql::ENTRIES_CHANGED, &values, read)
}

/// How many entries are in force on a day, over all organs, in each register that has any.
pub fn counts(db: &dyn Query, day: i32) -> Result<BTreeMap<String, i64>> {
    let counted = all(db, &sql::ENTRIES_COUNTED, &[day.into()], |row| Ok((row.text()?, row.int()?)))?;
    Ok(counted.into_iter().collect())
}

/// Whether a case wrote an entry of an organ's that counts.
pub fn is_of_case(db: &dyn Query, register: &str, organ: &str) -> Result<bool> {
    Ok(first(db, &sql::ENTRY_OF_CASE, &[register.into(), organ.into()], |row| row.int())?.is_some())
}

/// Everything that was ever entered under a key, in order.
pub fn history(db: &dyn Query, register: &str, organ: &str, key: &str) -> Result<Vec<Entry>> {
    all(db, &sql::ENTRY_HISTORY, &[register.into(), organ.into(), key.into()], read)
}

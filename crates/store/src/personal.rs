//! The personal fields of events, apart from the journal, so that they can be erased.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

/// The personal fields of an event. 个人信息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// The event's number in its case.
    pub number: u32,
    pub(crate) salt: Vec<u8>,
    /// The fields as canonical JSON.
    pub data: String,
}

impl Personal {
    /// The digest that the event must have.
    #[must_use]
    pub fn digest(&self) -> Hash {
        ledger::personal_digest(&self.salt, self.data.as_bytes())
    }
}

fn read(row: &mut Row<'_>) -> Result<Personal> {
    let (number, salt) = (row.number()?, row.bytes()?);
    let data = String::from_utf8(row.bytes()?)
        .map_err(|_| StoreError::Unreadable { detail: "个人信息不是 UTF-8".to_owned() })?;
    Ok(Personal { number, salt, data })
}

/// Keeps the personal fields of an event under a new random salt; their digest.
pub(crate) fn add(tx: &mut Tx<'_>, division: &str, case: &str, number: u32, data: &str) -> Result<Hash> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt)
        .map_err(|error| StoreError::Internal { detail: format!("取不到随机数：{error}") })?;
    let values =
        [case.into(), number.into(), salt.as_slice().into(), data.as_bytes().into(), division.into()];
    tx.put(&sql::PERSONAL_ADD, &values)?;
    Ok(ledger::personal_digest(&salt, data.as_bytes()))
}

/// The personal fields of an event; nothing when it has none or they were erased.
pub fn get(db: &dyn Query, case: &str, number: u32) -> Result<Option<Personal>> {
    first(db, &sql::PERSONAL_GET, &[case.into(), number.into()], read)
}

/// The personal fields of all events of a case.
pub fn of_case(db: &dyn Query, case: &str) -> Result<Vec<Personal>> {
    all(db, &sql::PERSONAL_OF_CASE, &[case.into()], read)
}

/// The personal fields of the cases from after an id up to another, each with its case, by case and number.
pub fn of_cases(db: &dyn Query, after: &str, until: &str) -> Result<Vec<(String, Personal)>> {
    all(db, &sql::PERSONAL_OF_CASES, &[after.into(), until.into()], |row| Ok((row.text()?, read(row)?)))
}

/// Hands over the personal fields of all events as [`Kept`], in whatever order the database has them.
pub(crate) fn each(db: &dyn Query, each: &mut dyn FnMut(&Kept<'_>) -> Result<()>) -> Result<()> {
    db.query(&sql::PERSONAL_ALL, &[], &mut |row| {
        let (case, number) = (row.text_here()?, row.number()?);
        each(&Kept { case, number, salt: row.bytes_here()?, data: row.bytes_here()? }).map(|()| true)
    })
}

/// The personal fields of an event in the row that is being read. 个人信息
pub(crate) struct Kept<'a> {
    pub case: &'a str,
    pub number: u32,
    salt: &'a [u8],
    data: &'a [u8],
}

impl Kept<'_> {
    /// Adds what [`Personal::digest`] hashes to other messages.
    pub fn add_to(&self, batch: &mut ledger::Batch) {
        batch.add_personal(self.salt, self.data);
    }
}

/// Erases the personal fields of an event with their salt; whether there were any. The chain stays whole.
pub fn erase(tx: &mut Tx<'_>, case: &str, number: u32) -> Result<bool> {
    tx.execute(&sql::PERSONAL_ERASE, &[case.into(), number.into()]).map(|gone| gone == 1)
}

/// Erases the personal fields of all events of a case; of how many.
pub fn erase_case(tx: &mut Tx<'_>, case: &str) -> Result<u64> {
    tx.execute(&sql::PERSONAL_ERASE_CASE, &[case.into()])
}

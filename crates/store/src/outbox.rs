//! What is still to be passed on after a transaction: notices, indexing, other systems.

use crate::value::{all, first};
use crate::{Query, Result, Tx, cases, sql};

/// Something to be passed on. 待发事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its place in the order of sending.
    pub id: i64,
    pub topic: String,
    pub case: Option<String>,
    pub payload: String,
    pub created_at: i64,
    /// How often it was tried.
    pub attempts: u32,
    pub delivered_at: Option<i64>,
}

/// Puts something in; its id.
pub fn add(tx: &mut Tx<'_>, topic: &str, case: Option<&str>, payload: &str, created_at: i64) -> Result<i64> {
    let mut serials = tx.serials();
    let last = match serials.outbox {
        Some(last) => last,
        None => first(tx, &sql::OUTBOX_LAST, &[], |row| row.int())?.unwrap_or(0),
    };
    let id = last + 1;
    let division = case.map_or(Ok(String::new()), |case| cases::division_of(tx, case))?;
    let values =
        [id.into(), topic.into(), case.into(), payload.into(), created_at.into(), (&division).into()];
    tx.put(&sql::OUTBOX_ADD, &values)?;
    serials.outbox = Some(id);
    tx.note_serials(serials);
    Ok(id)
}

/// What waits, in order, after an id (0 for the first page).
pub fn waiting(db: &dyn Query, after: i64, limit: u32) -> Result<Vec<Item>> {
    all(db, &sql::OUTBOX_WAITING, &[after.into(), limit.into()], |row| {
        Ok(Item {
            id: row.int()?,
            topic: row.text()?,
            case: row.opt_text()?,
            payload: row.text()?,
            created_at: row.int()?,
            attempts: row.number()?,
            delivered_at: row.opt_int()?,
        })
    })
}

/// Notes that it was delivered; whether it was still waiting.
pub fn delivered(tx: &mut Tx<'_>, id: i64, at: i64) -> Result<bool> {
    tx.execute(&sql::OUTBOX_DELIVERED, &[id.into(), at.into()]).map(|changed| changed == 1)
}

/// Notes that it could not be delivered; whether it is still waiting.
pub fn failed(tx: &mut Tx<'_>, id: i64) -> Result<bool> {
    tx.execute(&sql::OUTBOX_FAILED, &[id.into()]).map(|changed| changed == 1)
}

/// Removes what was delivered before an instant.
pub fn clean(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    tx.execute(&sql::OUTBOX_CLEAN, &[before.into()])
}

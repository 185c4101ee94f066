//! What one administrator asked to have reset of an account, and what became of it.

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, Value, sql};

/// A reset that was asked for. 重设申请
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reset {
    pub account: String,
    pub asked_at: i64,
    /// What is reset: the word of the program.
    pub what: String,
    pub asked_by: String,
    pub reason: String,
    /// What whoever asked was told of the code, sealed under the operator's key with this mark; gone once it is decided.
    pub key_mark: String,
    pub sealed: Option<Vec<u8>>,
    /// The word for what became of it; none as long as it waits.
    pub outcome: Option<String>,
    pub decided_by: Option<String>,
    pub decided_at: Option<i64>,
}

fn read(row: &mut Row<'_>) -> Result<Reset> {
    Ok(Reset {
        account: row.text()?,
        asked_at: row.int()?,
        what: row.text()?,
        asked_by: row.text()?,
        reason: row.text()?,
        key_mark: row.text()?,
        sealed: row.opt_bytes()?,
        outcome: row.opt_text()?,
        decided_by: row.opt_text()?,
        decided_at: row.opt_int()?,
    })
}

/// Enters what was asked, decided or not.
pub fn add(tx: &mut Tx<'_>, one: &Reset) -> Result<()> {
    let values = [
        (&one.account).into(),
        one.asked_at.into(),
        (&one.what).into(),
        (&one.asked_by).into(),
        (&one.reason).into(),
        (&one.key_mark).into(),
        one.sealed.as_deref().map_or(Value::Null, Value::Bytes),
        one.outcome.as_deref().map_or(Value::Null, Into::into),
        one.decided_by.as_deref().map_or(Value::Null, Into::into),
        one.decided_at.map_or(Value::Null, Into::into),
    ];
    tx.put(&sql::RESET_ADD, &values)
}

/// Decides what waits; whether it did. What was told of the code is gone with it.
pub fn decide(tx: &mut Tx<'_>, one: &Reset, outcome: &str, by: &str, at: i64) -> Result<bool> {
    let values = [(&one.account).into(), one.asked_at.into(), outcome.into(), by.into(), at.into()];
    tx.execute(&sql::RESET_DECIDE, &values).map(|changed| changed == 1)
}

/// What waits for a decision, the oldest first.
pub fn waiting(db: &dyn Query, limit: u32) -> Result<Vec<Reset>> {
    all(db, &sql::RESETS_WAITING, &[limit.into()], read)
}

/// What waits for a decision of an account.
pub fn waiting_of(db: &dyn Query, account: &str) -> Result<Option<Reset>> {
    first(db, &sql::RESET_WAITING_OF, &[account.into()], read)
}

/// What was asked of an account, the newest first.
pub fn of_account(db: &dyn Query, account: &str, limit: u32) -> Result<Vec<Reset>> {
    all(db, &sql::RESETS_OF, &[account.into(), limit.into()], read)
}

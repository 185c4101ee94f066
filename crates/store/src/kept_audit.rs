//! Audits of reports that were kept because an officer asked for it.

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// An audit in a list. 保存的审核
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAudit {
    pub id: String,
    pub organ: String,
    /// Who kept it.
    pub account: String,
    pub name: String,
    pub errors: i64,
    pub warnings: i64,
    pub notes: i64,
    pub kept_at: i64,
}

/// What an audit was of, and what came of it. 审核内容
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// What was read.
    pub content: String,
    /// What was found.
    pub result: String,
}

fn read(row: &mut Row<'_>) -> Result<KeptAudit> {
    Ok(KeptAudit {
        id: row.text()?,
        organ: row.text()?,
        account: row.text()?,
        name: row.text()?,
        errors: row.int()?,
        warnings: row.int()?,
        notes: row.int()?,
        kept_at: row.int()?,
    })
}

/// Keeps an audit.
pub fn add(tx: &mut Tx<'_>, one: &KeptAudit, body: &Body) -> Result<()> {
    let values = [
        (&one.id).into(),
        (&one.organ).into(),
        (&one.account).into(),
        (&one.name).into(),
        (&body.content).into(),
        (&body.result).into(),
        one.errors.into(),
        one.warnings.into(),
        one.notes.into(),
        one.kept_at.into(),
    ];
    tx.execute(&sql::KEPT_AUDIT_ADD, &values).map(drop)
}

/// The audit of an id that an organ keeps, with its body.
pub fn get(db: &dyn Query, organ: &str, id: &str) -> Result<Option<(KeptAudit, Body)>> {
    first(db, &sql::KEPT_AUDIT_GET, &[organ.into(), id.into()], |row| {
        let one = read(row)?;
        Ok((one, Body { content: row.text()?, result: row.text()? }))
    })
}

/// A page of the audits that an organ keeps, the newest first, after a key (`None` for the first page).
pub fn page(db: &dyn Query, organ: &str, after: Option<(i64, &str)>, limit: u32) -> Result<Vec<KeptAudit>> {
    let (kept_at, id) = after.unwrap_or((i64::MAX, ""));
    all(db, &sql::KEPT_AUDITS_OF, &[organ.into(), kept_at.into(), id.into(), limit.into()], read)
}

/// Deletes an audit that an organ keeps; whether there was one.
pub fn delete(tx: &mut Tx<'_>, organ: &str, id: &str) -> Result<bool> {
    tx.execute(&sql::KEPT_AUDIT_DELETE, &[organ.into(), id.into()]).map(|changed| changed == 1)
}

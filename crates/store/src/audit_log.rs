//! What was done to the system itself: logins, views of personal data, settings.

use crate::value::{all, first};
use crate::{Query, Result, Tx, sql};

/// A line of the log. 操作日志
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: i64,
    pub at: i64,
    pub account: Option<String>,
    pub what: String,
    pub detail: String,
}

/// Writes a line.
pub fn add(tx: &mut Tx<'_>, at: i64, account: Option<&str>, what: &str, detail: &str) -> Result<()> {
    let mut serials = tx.serials();
    let last = match serials.audit_log {
        Some(last) => last,
        None => first(tx, &sql::AUDIT_LOG_LAST, &[], |row| row.int())?.unwrap_or(0),
    };
    let id = last + 1;
    tx.put(&sql::AUDIT_LOG_ADD, &[id.into(), at.into(), account.into(), what.into(), detail.into()])?;
    serials.audit_log = Some(id);
    tx.note_serials(serials);
    Ok(())
}

/// A page of lines before a line (`None` for the first page), the newest first, of one account or of all.
pub fn page(db: &dyn Query, account: Option<&str>, before: Option<i64>, limit: u32) -> Result<Vec<Line>> {
    let mut values = vec![before.unwrap_or(i64::MAX).into(), limit.into()];
    values.extend(account.map(crate::Value::from));
    let statement = if account.is_some() { &sql::AUDIT_LOG_OF } else { &sql::AUDIT_LOG_PAGE };
    all(db, statement, &values, |row| {
        Ok(Line {
            id: row.int()?,
            at: row.int()?,
            account: row.opt_text()?,
            what: row.text()?,
            detail: row.text()?,
        })
    })
}

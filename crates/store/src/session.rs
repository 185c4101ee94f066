//! Who is logged in. The token itself is not kept, only its hash.

use ledger::Hash;

use crate::value::first;
use crate::{Query, Result, Tx, sql};

/// A login. 登录会话
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Hash,
    pub account: String,
    /// What forms must carry, against forged requests.
    pub csrf: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
}

/// Begins a session.
pub fn add(tx: &mut Tx<'_>, session: &Session) -> Result<()> {
    let values = [
        (&session.token_hash).into(),
        (&session.account).into(),
        (&session.csrf).into(),
        session.created_at.into(),
        session.seen_at.into(),
        session.expires_at.into(),
    ];
    tx.put(&sql::SESSION_ADD, &values)
}

/// The session of a token, unless it has expired by `now`.
pub fn get(db: &dyn Query, token_hash: &Hash, now: i64) -> Result<Option<Session>> {
    first(db, &sql::SESSION_GET, &[token_hash.into(), now.into()], |row| {
        Ok(Session {
            token_hash: row.hash()?,
            account: row.text()?,
            csrf: row.text()?,
            created_at: row.int()?,
            seen_at: row.int()?,
            expires_at: row.int()?,
        })
    })
}

/// Notes that a session was used, and until when it now lasts.
pub fn seen(tx: &mut Tx<'_>, token_hash: &Hash, seen_at: i64, expires_at: i64) -> Result<()> {
    tx.execute(&sql::SESSION_SEEN, &[token_hash.into(), seen_at.into(), expires_at.into()]).map(drop)
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, token_hash: &Hash) -> Result<()> {
    tx.execute(&sql::SESSION_END, &[token_hash.into()]).map(drop)
}

/// Ends all sessions of an account, as after a change of password.
pub fn end_all(tx: &mut Tx<'_>, account: &str) -> Result<u64> {
    tx.execute(&sql::SESSION_END_ALL, &[account.into()])
}

/// Removes the sessions that have expired by `now`.
pub fn expire(tx: &mut Tx<'_>, now: i64) -> Result<u64> {
    tx.execute(&sql::SESSION_EXPIRE, &[now.into()])
}

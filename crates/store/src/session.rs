//! Who is logged in. The token itself is not kept, only its hash.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// A login. 登录会话
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub token_hash: Hash,
    pub account: String,
    /// What forms must carry, against forged requests.
    pub csrf: String,
    pub created_at: i64,
    pub seen_at: i64,
    /// When it ends unless it is used; never after `ends_at`.
    pub expires_at: i64,
    /// When it ends however it is used.
    pub ends_at: i64,
    /// The second factor was shown too.
    pub passed: bool,
    /// From where.
    pub address: Option<String>,
    /// With which program, as that program says.
    pub agent: String,
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
        session.ends_at.into(),
        session.passed.into(),
        (&session.address).into(),
        (&session.agent).into(),
    ];
    tx.put(&sql::SESSION_ADD, &values)
}

fn read(row: &mut Row<'_>) -> Result<Session> {
    Ok(Session {
        token_hash: row.hash()?,
        account: row.text()?,
        csrf: row.text()?,
        created_at: row.int()?,
        seen_at: row.int()?,
        expires_at: row.int()?,
        ends_at: row.int()?,
        passed: row.flag()?,
        address: row.opt_text()?,
        agent: row.text()?,
    })
}

/// The session of a token, unless it has expired by `now`.
pub fn get(db: &dyn Query, token_hash: &Hash, now: i64) -> Result<Option<Session>> {
    first(db, &sql::SESSION_GET, &[token_hash.into(), now.into()], read)
}

/// The sessions of an account that last at `now`, the latest first.
pub fn of_account(db: &dyn Query, account: &str, now: i64, limit: u32) -> Result<Vec<Session>> {
    all(db, &sql::SESSIONS_OF, &[account.into(), now.into(), limit.into()], read)
}

/// Notes that a session was used, and until when it now lasts.
pub fn seen(tx: &mut Tx<'_>, token_hash: &Hash, seen_at: i64, expires_at: i64) -> Result<()> {
    tx.execute(&sql::SESSION_SEEN, &[token_hash.into(), seen_at.into(), expires_at.into()]).map(drop)
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, token_hash: &Hash) -> Result<()> {
    tx.execute(&sql::SESSION_END, &[token_hash.into()]).map(drop)
}

/// Ends a session if it is that account's; whether it was there.
pub fn end_of(tx: &mut Tx<'_>, token_hash: &Hash, account: &str) -> Result<bool> {
    tx.execute(&sql::SESSION_END_OF, &[token_hash.into(), account.into()]).map(|ended| ended == 1)
}

/// Ends all sessions of an account, as after a change of password.
pub fn end_all(tx: &mut Tx<'_>, account: &str) -> Result<u64> {
    tx.execute(&sql::SESSION_END_ALL, &[account.into()])
}

/// Removes the sessions that have expired by `now`.
pub fn expire(tx: &mut Tx<'_>, now: i64) -> Result<u64> {
    tx.execute(&sql::SESSION_EXPIRE, &[now.into()])
}

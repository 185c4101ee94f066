//! What everybody does with their own account: another password, and the list of their sessions.

use ledger::Hash;
use store::{account, session};

use super::signing::{Attempt, lock_or_count};
use super::{Origin, password, replace_password};
use crate::error::{AppError, Result};
use crate::platform::Platform;

/// A session as its owner sees it. 我的登录
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// By which it can be ended; it opens nothing.
    pub id: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub ends_at: i64,
    pub address: Option<String>,
    pub agent: String,
    /// The one in which this is asked.
    pub is_own: bool,
}

/// How many sessions are listed.
const MOST: u32 = 50;

impl Platform {
    /// Gives whoever has signed in another password. All their sessions end; the token of a new one.
    ///
    /// # Errors
    /// The present password is wrong; the new one is too weak or one of the last five.
    pub fn change_password(&self, token: &str, old: &str, new: &str, origin: &Origin) -> Result<String> {
        let (row, asked_in) = self.signed_in_row(token)?;
        let right = password::matches(old, &row.password_hash);
        if !right || row.locked_until.is_some_and(|until| self.now() < until) {
            return Err(self.wrong_old_password(&row.id, origin)?);
        }
        let organ = row.organ.as_deref().and_then(|id| self.organ(id).ok());
        password::check(new, &row.login, &super::about(&row.name, organ.as_ref()))?;
        let mut used =
            self.store().read(|reader| account::old_passwords(reader, &row.id, password::REMEMBERED))?;
        used.push(row.password_hash.clone());
        if used.iter().any(|kept| password::matches(new, kept)) {
            return Err(AppError::field("password", "密码", "与最近五次用过的相同，请换一个"));
        }
        let hash = password::hashed(new)?;
        let (fresh, session) = self.fresh_session(&row.id, origin, asked_in.passed)?;
        let (origin, now) = (origin.clone(), self.now());
        let changed = self.store().write(move |tx| -> store::Result<bool> {
            let Some(mut now_row) = account::get(tx, &row.id)? else { return Ok(false) };
            if now_row.password_hash != row.password_hash {
                return Ok(false);
            }
            replace_password(tx, &mut now_row, &hash, false, now)?;
            account::update(tx, &now_row)?;
            session::add(tx, &session)?;
            origin.note_done(tx, now, &row.id, "password_changed", "")?;
            Ok(true)
        })??;
        if changed { Ok(fresh) } else { Err(changed_meanwhile()) }
    }

    /// Counts a wrong present password; what to say of it.
    fn wrong_old_password(&self, id: &str, origin: &Origin) -> Result<AppError> {
        let (id, origin, now) = (id.to_owned(), origin.clone(), self.now());
        let attempt = self.store().write(move |tx| -> store::Result<Attempt> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(Attempt::Wrong) };
            let attempt = lock_or_count(&mut row, now, false);
            if attempt == Attempt::Locked {
                session::end_all(tx, &id)?;
            }
            account::update(tx, &row)?;
            origin.note_failed(tx, now, &id, "password_changed")?;
            Ok(attempt)
        })??;
        Ok(match attempt {
            Attempt::Locked => AppError::wrong(
                "locked",
                "现在的密码连续输错五次，账号已锁定15分钟",
                "请15分钟以后重新登录，或者请本单位的安全管理员解除锁定。",
            ),
            _ => AppError::field("old", "现在的密码", "不对，请核对后再输；连续输错五次，账号锁定15分钟"),
        })
    }

    /// The sessions of whoever has signed in, the latest first.
    ///
    /// # Errors
    /// Nobody has signed in with this token.
    pub fn sessions(&self, token: &str) -> Result<Vec<SessionLine>> {
        let (row, own) = self.signed_in_row(token)?;
        let now = self.now();
        let found = self.store().read(|reader| session::of_account(reader, &row.id, now, MOST))?;
        let line = |one: session::Session| SessionLine {
            id: one.token_hash.hex(),
            created_at: one.created_at,
            seen_at: one.seen_at,
            ends_at: one.ends_at,
            address: one.address,
            agent: one.agent,
            is_own: one.token_hash == own.token_hash,
        };
        Ok(found.into_iter().map(line).collect())
    }

    /// Ends one of the own sessions.
    ///
    /// # Errors
    /// Nobody has signed in with this token; it is no session of theirs.
    pub fn end_session(&self, token: &str, id: &str, origin: &Origin) -> Result<()> {
        let (row, _) = self.signed_in_row(token)?;
        let missing = || AppError::not_found("这次登录：可能已经结束");
        let hash = Hash::parse(id).ok_or_else(missing)?;
        let (origin, now) = (origin.clone(), self.now());
        let ended = self.store().write(move |tx| -> store::Result<bool> {
            let ended = session::end_of(tx, &hash, &row.id)?;
            if ended {
                origin.note_done(tx, now, &row.id, "session_ended", "")?;
            }
            Ok(ended)
        })??;
        if ended { Ok(()) } else { Err(missing()) }
    }

    /// Ends all own sessions but the one in which this is asked.
    ///
    /// # Errors
    /// Nobody has signed in with this token.
    pub fn end_other_sessions(&self, token: &str, origin: &Origin) -> Result<()> {
        let (row, own) = self.signed_in_row(token)?;
        let (origin, now) = (origin.clone(), self.now());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            session::end_all(tx, &row.id)?;
            session::add(tx, &own)?;
            origin.note_done(tx, now, &row.id, "other_sessions_ended", "")
        })??)
    }
}

fn changed_meanwhile() -> AppError {
    AppError::wrong("changed", "密码刚刚在别处改过，这一次没有改", "请用新密码重新登录。")
}

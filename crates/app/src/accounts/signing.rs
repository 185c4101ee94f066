//! Signing in and out, and who a token belongs to.

use store::account::{self, Account};
use store::session::{self, Session};

use super::rules::AccountRules;
use super::{LOCKED_FOR, MINUTE, MOST_FAILED, Noted, Origin, normal_login, password};
use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::platform::Platform;

/// Somebody who has signed in. 登录状态
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    /// What every form must carry.
    pub csrf: String,
    /// What is still to be done before anything else may be.
    pub need: Option<Need>,
}

/// What somebody who gave a right password must still do. 登录未完事项
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Show the second factor.
    SecondFactor,
    /// Choose another password: this one was handed out, or is too old.
    NewPassword,
    /// Put a second factor into use, which the rules demand.
    Enrolment,
}

/// What became of a password or a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Right,
    Wrong,
    Locked,
}

/// Counts a wrong password or code; the fifth in a row locks the account.
pub(super) fn lock_or_count(row: &mut Account, now: i64, is_code: bool) -> Attempt {
    let failed = if is_code { &mut row.code_failed } else { &mut row.failed };
    *failed += 1;
    if *failed < MOST_FAILED {
        return Attempt::Wrong;
    }
    *failed = 0;
    row.locked_until = Some(now + LOCKED_FOR);
    Attempt::Locked
}

/// What became of a sign-in.
enum Outcome {
    In,
    /// Wrong name, wrong password or locked: nobody is told which.
    Wrong,
    /// The password was right, so its owner may know.
    Closed,
    Waiting,
}

impl Platform {
    /// Signs in with name and password; the token that the browser keeps. [`Platform::session`] tells what is still to
    /// be done.
    ///
    /// # Errors
    /// Wrong name or password or locked (which of them is not told); closed; not granted yet.
    pub fn sign_in(&self, login: &str, password: &str, origin: &Origin) -> Result<String> {
        let login = normal_login(login);
        let found = self.store().read(|reader| account::by_login(reader, &login))?;
        // An unknown name costs the same time as a known one: a hash, a session that is thrown away, a line of the log.
        let kept = found.as_ref().map_or(password::NOBODY, |account| account.password_hash.as_str());
        let right = password::matches(password, kept);
        let now = self.now();
        let passed = found.as_ref().is_none_or(|account| account.totp_at.is_none());
        let id = found.as_ref().map_or("", |account| account.id.as_str());
        let (token, session) = self.fresh_session(id, origin, passed)?;
        let Some(account) = found else {
            self.note_unknown(&login, origin)?;
            return Err(wrong_password());
        };
        let origin = origin.clone();
        let outcome = self.store().write(move |tx| -> store::Result<Outcome> {
            // Others may have tried meanwhile: what counts is how the account stands now.
            let Some(mut row) = account::get(tx, &account.id)? else { return Ok(Outcome::Wrong) };
            let is_locked = row.locked_until.is_some_and(|until| now < until);
            if is_locked || !right || row.password_hash != account.password_hash {
                if !is_locked {
                    lock_or_count(&mut row, now, false);
                }
                account::update(tx, &row)?;
                origin.note_failed(tx, now, &row.id, if is_locked { "sign_in_locked" } else { "sign_in" })?;
                return Ok(Outcome::Wrong);
            }
            if row.disabled_at.is_some() || row.granted_at.is_none() {
                origin.note_failed(tx, now, &row.id, "sign_in_closed")?;
                return Ok(if row.disabled_at.is_some() { Outcome::Closed } else { Outcome::Waiting });
            }
            (row.failed, row.locked_until) = (0, None);
            if passed {
                row.signed_in_at = Some(now);
            }
            account::update(tx, &row)?;
            session::expire(tx, now)?;
            session::add(tx, &session)?;
            origin.note_done(tx, now, &row.id, if passed { "signed_in" } else { "password_right" }, "")?;
            Ok(Outcome::In)
        })??;
        match outcome {
            Outcome::In => Ok(token),
            Outcome::Wrong => Err(wrong_password()),
            Outcome::Closed => Err(AppError::wrong("closed", "账号已停用", "请联系本单位的系统管理员。")),
            Outcome::Waiting => Err(AppError::wrong(
                "waiting",
                "账号还没有授权，暂时不能登录",
                "请联系本单位的安全管理员授权。",
            )),
        }
    }

    /// A line for a name that nobody has: not the name itself, for people type passwords there by mistake.
    fn note_unknown(&self, login: &str, origin: &Origin) -> Result<()> {
        let (now, origin) = (self.now(), origin.clone());
        let begins: String = login.chars().take(2).collect();
        let detail = format!("{begins}…（{}个字符）", login.chars().count().min(999));
        Ok(self.store().write(move |tx| -> store::Result<()> {
            origin.note(tx, now, Noted { account: None, what: "sign_in", detail: &detail, ok: false })
        })??)
    }

    /// A session that is to begin: its token is new, whatever the browser had.
    pub(crate) fn fresh_session(
        &self,
        account: &str,
        origin: &Origin,
        passed: bool,
    ) -> Result<(String, Session)> {
        let (token, now, rules) = (Ids::token(), self.now(), self.account_rules()?);
        let ends_at = now + rules.longest();
        let session = Session {
            token_hash: token_hash(&token),
            account: account.to_owned(),
            csrf: Ids::token(),
            created_at: now,
            seen_at: now,
            expires_at: (now + rules.idle()).min(ends_at),
            ends_at,
            passed,
            address: origin.address.clone(),
            agent: origin.agent.chars().filter(|c| !c.is_control()).take(200).collect(),
        };
        Ok((token, session))
    }

    /// Who a token belongs to, if it is still good. Using it keeps it alive, but not beyond its end.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        Ok(self.session_of(token)?.map(|(signed_in, _)| signed_in))
    }

    /// The same with the session, as it stands now.
    pub(super) fn session_of(&self, token: &str) -> Result<Option<(SignedIn, Session)>> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|reader| -> Result<_> {
            let Some(session) = session::get(reader, &hash, now)? else { return Ok(None) };
            let account = account::get(reader, &session.account)?;
            let account = account.filter(|one| one.disabled_at.is_none() && one.granted_at.is_some());
            let Some(account) = account else { return Ok(None) };
            Ok(Some((session, account, AccountRules::of(reader)?)))
        })?;
        let Some((mut session, account, rules)) = found else { return Ok(None) };
        if now - session.seen_at > MINUTE {
            let until = (now + rules.idle()).min(session.ends_at);
            self.store().write(move |tx| session::seen(tx, &hash, now, until))??;
            (session.seen_at, session.expires_at) = (now, until);
        }
        let need = need(&account, &session, &rules, now);
        // Whoever's organ has ended is signed out until the administrator has moved the account.
        match self.actor(&account) {
            Ok(actor) => Ok(Some((SignedIn { actor, csrf: session.csrf.clone(), need }, session))),
            Err(AppError::NotFound { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// The account and the session of a token, whatever is still to be done.
    pub(super) fn any_session(&self, token: &str) -> Result<(Account, Session)> {
        let (now, hash) = (self.now(), token_hash(token));
        let found = self.store().read(|reader| -> store::Result<_> {
            let Some(session) = session::get(reader, &hash, now)? else { return Ok(None) };
            Ok(account::get(reader, &session.account)?.map(|account| (account, session)))
        })?;
        let found = found.filter(|(one, _)| one.disabled_at.is_none() && one.granted_at.is_some());
        found.ok_or_else(|| {
            AppError::wrong("signed_out", "登录已经过期", "请重新登录，再办一次；没有改动任何内容。")
        })
    }

    /// The same for whoever has shown all factors that they have.
    pub(crate) fn signed_in_row(&self, token: &str) -> Result<(Account, Session)> {
        let (account, session) = self.any_session(token)?;
        if account.totp_at.is_some() && !session.passed {
            let help = "请先输入验证码。";
            return Err(AppError::wrong("second_factor", "登录还没有完成", help));
        }
        Ok((account, session))
    }

    /// Signs out.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn sign_out(&self, token: &str, origin: &Origin) -> Result<()> {
        let (hash, now, origin) = (token_hash(token), self.now(), origin.clone());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            if let Some(session) = session::get(tx, &hash, now)? {
                session::end(tx, &hash)?;
                origin.note_done(tx, now, &session.account, "signed_out", "")?;
            }
            Ok(())
        })??)
    }
}

fn need(account: &Account, session: &Session, rules: &AccountRules, now: i64) -> Option<Need> {
    if account.totp_at.is_some() && !session.passed {
        Some(Need::SecondFactor)
    } else if account.must_change || rules.is_too_old(account.rank, account.password_at, now) {
        Some(Need::NewPassword)
    } else if account.totp_at.is_none()
        && (rules.second_factor.contains(&account.rank) || account.totp_step == super::second::WANTED)
    {
        Some(Need::Enrolment)
    } else {
        None
    }
}

pub(super) fn token_hash(token: &str) -> ledger::Hash {
    crate::ids::sm3(token.as_bytes())
}

fn wrong_password() -> AppError {
    let help = "请核对后再输。连续输错五次，账号锁定15分钟，期间输对也不能登录；忘记密码的，请联系本单位的安全管理员。";
    AppError::wrong("wrong_password", "账号或者密码不对，或者账号已临时锁定", help)
}

pub(super) fn locked() -> AppError {
    let why = "验证码连续输错五次，账号已锁定15分钟";
    AppError::wrong("locked", why, "请15分钟以后重新登录，或者请本单位的安全管理员解除锁定。")
}

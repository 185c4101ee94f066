//! Accounts: making them, signing in and out, second factors, and what the three administrators do with them.
//! Passwords are kept as argon2id; of a session's token and of a recovery code only the hash is kept.

mod admin;
mod clients;
mod guessing;
mod identities;
mod log;
mod own;
mod password;
mod present;
mod resets;
mod rules;
mod scope;
mod second;
pub(crate) mod secret;
mod signing;
mod stale;

use store::account::{Account, Rank};
use store::audit_log::{self, NewLine};
use store::{Tx, account, session};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::Platform;

pub use admin::{AccountLine, AccountState, Asked};
pub use clients::{API_TOKEN_SECONDS, ApiCaller, ApiToken, ClientLine};
pub use log::{LogAsked, LogLine, LogPage, operation_name, operations};
pub use own::SessionLine;
#[doc(hidden)]
pub use password::argon2id_once;
pub use present::Present;
pub(crate) use present::Sessions;
pub use resets::{ResetDone, ResetLine, ResetWhat};
pub use rules::AccountRules;
pub use scope::{Asks, Reach, Scope};
pub use second::{Enrolment, SecondFactor};
pub use signing::{Need, SignedIn};
pub use stale::StaleSoon;

pub(crate) const MINUTE: i64 = 60_000_000;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;
/// So many wrong passwords or codes in a row lock an account for so long.
const MOST_FAILED: u32 = 5;
const LOCKED_FOR: i64 = 15 * MINUTE;

/// An account to be made. 新账号
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub login: String,
    pub name: String,
    pub password: String,
    pub organ: Option<String>,
    pub rank: Rank,
}

/// From where somebody asks for something. 操作来源
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address; nothing on the machine itself.
    pub address: Option<String>,
    /// The program, as it calls itself.
    pub agent: String,
}

/// What is written of an operation beside its instant.
#[derive(Clone, Copy)]
struct Noted<'a> {
    account: Option<&'a str>,
    what: &'a str,
    detail: &'a str,
    ok: bool,
}

impl Origin {
    fn note(&self, tx: &mut Tx<'_>, at: i64, noted: Noted<'_>) -> store::Result<()> {
        let Noted { account, what, detail, ok } = noted;
        let line = NewLine { at, account, what, detail, address: self.address.as_deref(), ok };
        audit_log::add_line(tx, &line)
    }

    pub(crate) fn note_done(
        &self,
        tx: &mut Tx<'_>,
        at: i64,
        account: &str,
        what: &str,
        detail: &str,
    ) -> store::Result<()> {
        self.note(tx, at, Noted { account: Some(account), what, detail, ok: true })
    }

    /// A line for somebody who was not let in.
    pub(crate) fn note_refused(
        &self,
        tx: &mut Tx<'_>,
        at: i64,
        account: &str,
        what: &str,
    ) -> store::Result<()> {
        self.note_failed(tx, at, account, what)
    }

    fn note_failed(&self, tx: &mut Tx<'_>, at: i64, account: &str, what: &str) -> store::Result<()> {
        self.note(tx, at, Noted { account: Some(account), what, detail: "", ok: false })
    }
}

/// A login name as it is kept and looked up.
fn normal_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// A new account with a password that its owner chose, ready to be used.
fn new_account(id: String, new: NewAccount, hash: String, now: i64) -> Account {
    Account {
        id,
        login: normal_login(&new.login),
        name: new.name.trim().to_owned(),
        password_hash: hash,
        organ: new.organ,
        rank: new.rank,
        number_masked: None,
        failed: 0,
        locked_until: None,
        disabled_at: None,
        created_at: now,
        password_at: now,
        must_change: false,
        signed_in_at: None,
        granted_at: Some(now),
        totp: None,
        totp_at: None,
        totp_step: 0,
        code_failed: 0,
    }
}

impl Platform {
    /// Makes an account whose password its owner knows; its id.
    ///
    /// # Errors
    /// The login exists or cannot be one, the password is too weak, the organ does not exist.
    pub fn add_account(&self, new: NewAccount) -> Result<String> {
        self.put_account(new, false)
    }

    /// Makes an account with a password that is handed out: its owner must choose another one at the first sign-in.
    ///
    /// # Errors
    /// As for [`Platform::add_account`].
    pub fn hand_out_account(&self, new: NewAccount) -> Result<String> {
        self.put_account(new, true)
    }

    fn put_account(&self, new: NewAccount, must_change: bool) -> Result<String> {
        let login = normal_login(&new.login);
        check_login(&login)?;
        let organ = new.organ.as_deref().map(|id| self.organ(id)).transpose()?;
        password::check(&new.password, &login, &about(&new.name, organ.as_ref()))?;
        let now = self.now();
        let hash = password::hashed(&new.password)?;
        let row = Account { must_change, ..new_account(self.inner().ids.id(now), new, hash, now) };
        let id = row.id.clone();
        self.add_row(row, &Origin::default(), None)?;
        Ok(id)
    }

    /// Makes a citizen's account that another program vouches for: its password is random and told to nobody. Its id.
    pub(crate) fn add_citizen(&self, login: &str, name: &str, origin: &Origin) -> Result<String> {
        let now = self.now();
        let password = crate::ids::Ids::token();
        let hash = password::hashed(&password)?;
        let (login, name) = (login.to_owned(), name.to_owned());
        let new = NewAccount { login, name, password, organ: None, rank: Rank::Citizen };
        let row = new_account(self.inner().ids.id(now), new, hash, now);
        let id = row.id.clone();
        self.add_row(row, origin, None)?;
        Ok(id)
    }

    /// Adds an account; a login that exists is the caller's mistake.
    fn add_row(&self, row: Account, origin: &Origin, by: Option<&Actor>) -> Result<()> {
        let now = self.now();
        let known = self.store().read(|reader| account::by_login(reader, &row.login))?;
        if known.is_some() {
            return Err(AppError::field("login", "登录名", format!("“{}”已经有人使用，请换一个", row.login)));
        }
        let origin = origin.clone();
        let by = by.map_or_else(|| row.id.clone(), |actor| actor.account.clone());
        Ok(self.store().write(move |tx| -> store::Result<()> {
            account::add(tx, &row)?;
            origin.note_done(tx, now, &by, "account_added", &format!("{} {}", row.login, row.rank.id()))
        })??)
    }

    /// Gives an account a new password that its owner knows, and ends its sessions; the account's name.
    ///
    /// # Errors
    /// There is no such account; the password is too weak.
    pub fn set_password(&self, login: &str, password: &str) -> Result<String> {
        self.put_password(login, password, false)
    }

    /// The same with a password that is handed out: its owner must choose another one at the next sign-in.
    ///
    /// # Errors
    /// As for [`Platform::set_password`].
    pub fn hand_out_password(&self, login: &str, password: &str) -> Result<String> {
        self.put_password(login, password, true)
    }

    fn put_password(&self, login: &str, password: &str, must_change: bool) -> Result<String> {
        let login = normal_login(login);
        let row = self.account_named(&login)?;
        let organ = row.organ.as_deref().and_then(|id| self.organ(id).ok());
        password::check(password, &login, &about(&row.name, organ.as_ref()))?;
        let id = row.id;
        let hash = password::hashed(password)?;
        let now = self.now();
        self.change_account(&id, move |tx, row| {
            replace_password(tx, row, &hash, must_change, now)?;
            Origin::default().note_done(tx, now, &row.id, "password_set", "")
        })
        .map(|row| row.name)
    }

    /// Unlocks an account, grants its rights and opens it if it is closed, for the operator of the machine; its name.
    ///
    /// # Errors
    /// There is no such account.
    pub fn open_account(&self, login: &str) -> Result<String> {
        let id = self.account_named(&normal_login(login))?.id;
        let now = self.now();
        self.change_account(&id, move |tx, row| {
            (row.failed, row.code_failed, row.locked_until, row.disabled_at) = (0, 0, None, None);
            row.granted_at = Some(now);
            Origin::default().note_done(tx, now, &row.id, "account_reopened", &row.login)
        })
        .map(|row| row.name)
    }

    /// Takes the second factor away, for the operator of the machine; the account's name.
    ///
    /// # Errors
    /// There is no such account.
    pub fn drop_second_factor(&self, login: &str) -> Result<String> {
        let id = self.account_named(&normal_login(login))?.id;
        let now = self.now();
        self.change_account(&id, move |tx, row| {
            second::take_away(tx, row)?;
            Origin::default().note_done(tx, now, &row.id, "second_factor_reset", &row.login)
        })
        .map(|row| row.name)
    }

    fn account_named(&self, login: &str) -> Result<Account> {
        let found = self.store().read(|reader| account::by_login(reader, login))?;
        found.ok_or_else(|| AppError::not_found(format!("账号“{login}”")))
    }

    /// Changes an account as it is inside the transaction, so that nothing that others changed meanwhile is lost; the
    /// account as it is then.
    fn change_account(
        &self,
        id: &str,
        mut change: impl FnMut(&mut Tx<'_>, &mut Account) -> store::Result<()> + Send + 'static,
    ) -> Result<Account> {
        let id = id.to_owned();
        let done = self.store().write(move |tx| -> store::Result<Option<Account>> {
            let Some(mut row) = account::get(tx, &id)? else { return Ok(None) };
            change(tx, &mut row)?;
            account::update(tx, &row)?;
            Ok(Some(row))
        })??;
        done.ok_or_else(|| AppError::not_found("这个账号"))
    }

    /// The actor of a login name, for the command line of an operator.
    ///
    /// # Errors
    /// There is no such account.
    pub fn actor_of(&self, login: &str) -> Result<Actor> {
        self.actor(&self.account_named(&normal_login(login))?)
    }

    pub(crate) fn actor(&self, account: &Account) -> Result<Actor> {
        let organ = match &account.organ {
            Some(id) => Some((id.clone(), self.organ(id)?.name)),
            None => None,
        };
        Ok(Actor { account: account.id.clone(), name: account.name.clone(), organ, rank: account.rank })
    }
}

/// What colleagues know of an account.
fn about<'a>(name: &'a str, organ: Option<&'a crate::organs::Organ>) -> Vec<&'a str> {
    let of_organ = organ.map(|organ| [organ.id.as_str(), &organ.name, &organ.short]);
    std::iter::once(name).chain(of_organ.into_iter().flatten()).collect()
}

/// Gives an account another password: the old one is remembered, nobody stays signed in.
fn replace_password(
    tx: &mut Tx<'_>,
    row: &mut Account,
    hash: &str,
    must_change: bool,
    now: i64,
) -> store::Result<()> {
    account::add_old_password(tx, &row.id, &row.password_hash, password::REMEMBERED)?;
    hash.clone_into(&mut row.password_hash);
    (row.failed, row.locked_until) = (0, None);
    (row.password_at, row.must_change) = (now, must_change);
    session::end_all(tx, &row.id).map(drop)
}

/// Whether a text can be a login name: short, and nothing that looks like something else.
fn check_login(login: &str) -> Result<()> {
    let is_fit = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    let length = login.chars().count();
    if (2..=40).contains(&length) && login.chars().all(is_fit) {
        return Ok(());
    }
    let rule = "登录名用2至40个字母、汉字、数字，可以有 . - _ @，不能有空格";
    Err(AppError::field("login", "登录名", rule))
}

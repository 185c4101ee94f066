//! Accounts, signing in and out. Passwords are kept as argon2id; only the hash of a session's token is kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use store::account::{Account, Rank};
use store::session::Session;
use store::{account, audit_log, session};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::ids::Ids;
use crate::platform::Platform;

const MINUTE: i64 = 60_000_000;
/// An idle session ends after this long.
const IDLE: i64 = 30 * MINUTE;
/// So many wrong passwords in a row lock an account for so long.
const MOST_FAILED: u32 = 5;
const LOCKED_FOR: i64 = 15 * MINUTE;
const SHORTEST: usize = 10;

/// An account to be made. 新账号
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub login: String,
    pub name: String,
    pub password: String,
    pub organ: Option<String>,
    pub rank: Rank,
}

/// Somebody who has signed in. 登录状态
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    /// What every form must carry.
    pub csrf: String,
}

impl Platform {
    /// Makes an account; its id.
    ///
    /// # Errors
    /// The login exists, the password is too weak, the organ does not exist.
    pub fn add_account(&self, new: NewAccount) -> Result<String> {
        if new.password.chars().count() < SHORTEST {
            return Err(AppError::field("password", "密码", format!("至少{SHORTEST}个字符")));
        }
        if let Some(organ) = &new.organ {
            self.organ(organ)?;
        }
        let now = self.now();
        let id = self.inner().ids.id(now);
        let account = Account {
            id: id.clone(),
            login: new.login.trim().to_lowercase(),
            name: new.name,
            password_hash: hashed(&new.password)?,
            organ: new.organ,
            rank: new.rank,
            number_masked: None,
            failed: 0,
            locked_until: None,
            disabled_at: None,
            created_at: now,
        };
        self.store().write(move |tx| -> store::Result<()> {
            account::add(tx, &account)?;
            audit_log::add(tx, now, Some(&account.id), "account_added", &account.login)
        })??;
        Ok(id)
    }

    /// Gives an account a new password and ends its sessions; the account's name.
    ///
    /// # Errors
    /// There is no such account; the password is too weak.
    pub fn set_password(&self, login: &str, password: &str) -> Result<String> {
        if password.chars().count() < SHORTEST {
            return Err(AppError::field("password", "密码", format!("至少{SHORTEST}个字符")));
        }
        let login = login.trim().to_lowercase();
        let now = self.now();
        let found = self.store().read(|reader| account::by_login(reader, &login))?;
        let old = found.ok_or_else(|| AppError::not_found(format!("账号“{login}”")))?;
        let name = old.name.clone();
        let row = Account { password_hash: hashed(password)?, failed: 0, locked_until: None, ..old };
        self.store().write(move |tx| -> store::Result<()> {
            account::update(tx, &row)?;
            session::end_all(tx, &row.id)?;
            audit_log::add(tx, now, Some(&row.id), "password_set", "")
        })??;
        Ok(name)
    }

    /// Signs in; the token that the browser keeps.
    ///
    /// # Errors
    /// Wrong name or password (which of them is not told), locked, closed.
    pub fn sign_in(&self, login: &str, password: &str) -> Result<String> {
        let login = login.trim().to_lowercase();
        let now = self.now();
        let found = self.store().read(|reader| account::by_login(reader, &login))?;
        // An unknown name costs the same time as a known one.
        let kept = found.as_ref().map_or(NOBODY, |account| account.password_hash.as_str());
        let right = matches(password, kept);
        let Some(account) = found else { return Err(wrong_password()) };
        if account.locked_until.is_some_and(|until| now < until) {
            let why = "密码连续输错次数过多，账号已临时锁定";
            return Err(AppError::wrong("locked", why, "请15分钟以后再试，或者联系本单位管理员。"));
        }
        if account.disabled_at.is_some() {
            return Err(AppError::wrong("closed", "账号已停用", "请联系本单位管理员。"));
        }
        if !right {
            let failed = account.failed + 1;
            let locked = failed >= MOST_FAILED;
            let row = Account {
                failed: if locked { 0 } else { failed },
                locked_until: locked.then_some(now + LOCKED_FOR),
                ..account
            };
            self.store().write(move |tx| -> store::Result<()> {
                account::update(tx, &row)?;
                audit_log::add(tx, now, Some(&row.id), "sign_in_failed", "")
            })??;
            return Err(wrong_password());
        }
        self.begin_session(account, now)
    }

    fn begin_session(&self, account: Account, now: i64) -> Result<String> {
        let token = Ids::token();
        let session = Session {
            token_hash: token_hash(&token),
            account: account.id.clone(),
            csrf: Ids::token(),
            created_at: now,
            seen_at: now,
            expires_at: now + IDLE,
        };
        let row = Account { failed: 0, locked_until: None, ..account };
        self.store().write(move |tx| -> store::Result<()> {
            account::update(tx, &row)?;
            session::expire(tx, now)?;
            session::add(tx, &session)?;
            audit_log::add(tx, now, Some(&row.id), "signed_in", "")
        })??;
        Ok(token)
    }

    /// Who a token belongs to, if it is still good. Using it keeps it alive.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        let now = self.now();
        let hash = token_hash(token);
        let found = self.store().read(|reader| -> Result<_> {
            let Some(session) = session::get(reader, &hash, now)? else { return Ok(None) };
            let account = account::get(reader, &session.account)?;
            Ok(account.filter(|account| account.disabled_at.is_none()).map(|account| (session, account)))
        })?;
        let Some((session, account)) = found else { return Ok(None) };
        if now - session.seen_at > MINUTE {
            self.store().write(move |tx| session::seen(tx, &hash, now, now + IDLE))??;
        }
        Ok(Some(SignedIn { actor: self.actor(&account)?, csrf: session.csrf }))
    }

    /// Signs out.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn sign_out(&self, token: &str) -> Result<()> {
        let hash = token_hash(token);
        Ok(self.store().write(move |tx| session::end(tx, &hash))??)
    }

    /// The actor of a login name, for the command line of an operator.
    ///
    /// # Errors
    /// There is no such account.
    pub fn actor_of(&self, login: &str) -> Result<Actor> {
        let found = self.store().read(|reader| account::by_login(reader, &login.trim().to_lowercase()))?;
        self.actor(&found.ok_or_else(|| AppError::not_found(format!("账号“{login}”")))?)
    }

    fn actor(&self, account: &Account) -> Result<Actor> {
        let organ = match &account.organ {
            Some(id) => Some((id.clone(), self.organ(id)?.name)),
            None => None,
        };
        Ok(Actor { account: account.id.clone(), name: account.name.clone(), organ, rank: account.rank })
    }
}

/// A hash that no password has, against which unknown names are checked.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn token_hash(token: &str) -> ledger::Hash {
    crate::ids::sm3(token.as_bytes())
}

fn wrong_password() -> AppError {
    AppError::wrong("wrong_password", "账号或者密码不对", "请核对后再输；忘记密码的，请联系本单位管理员。")
}

fn hashed(password: &str) -> Result<String> {
    let made: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    let made =
        made.map_err(|_| AppError::wrong("no_random", "密码没有保存：取不到随机数", "请稍后再试。"))?;
    Ok(made.to_string())
}

fn matches(password: &str, kept: &str) -> bool {
    let parsed = PasswordHash::new(kept);
    parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

//! Identities that a provider of single sign-on vouches for, and sign-ons that are under way there.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Tx, sql};

/// Binds an identity to an account; whoever had it before has it no longer.
pub fn bind(tx: &mut Tx<'_>, issuer: &str, subject: &str, account: &str, at: i64) -> Result<()> {
    tx.execute(&sql::IDENTITY_PUT, &[issuer.into(), subject.into(), account.into(), at.into()]).map(drop)
}

/// The account that an identity is bound to.
pub fn account_of(db: &dyn Query, issuer: &str, subject: &str) -> Result<Option<String>> {
    first(db, &sql::IDENTITY_GET, &[issuer.into(), subject.into()], |row| row.text())
}

/// The identities bound to an account: issuer and subject.
pub fn of_account(db: &dyn Query, account: &str) -> Result<Vec<(String, String)>> {
    all(db, &sql::IDENTITY_OF, &[account.into()], |row| Ok((row.text()?, row.text()?)))
}

/// Unbinds all identities of an account; how many there were.
pub fn unbind_all(tx: &mut Tx<'_>, account: &str) -> Result<u64> {
    tx.execute(&sql::IDENTITIES_END, &[account.into()])
}

/// A sign-on that is under way. 单点登录请求
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOn {
    pub provider: String,
    /// What the provider must put into its token.
    pub nonce: String,
    /// What proves to the provider that the same program asks (RFC 7636).
    pub verifier: String,
    /// The hash of what only the browser that began it holds.
    pub visit: Hash,
    /// Where the browser wanted to go.
    pub next: String,
    /// The account that the identity is to be bound to, where its owner asked for that.
    pub binds: Option<String>,
    pub ends_at: i64,
}

/// Notes a sign-on that begins under the hash of its state, and forgets those that were never finished.
pub fn begin(tx: &mut Tx<'_>, state: &Hash, sign_on: &SignOn, now: i64) -> Result<()> {
    tx.execute(&sql::SIGN_ON_EXPIRE, &[now.into()])?;
    let values = [
        state.into(),
        (&sign_on.provider).into(),
        (&sign_on.nonce).into(),
        (&sign_on.verifier).into(),
        (&sign_on.visit).into(),
        (&sign_on.next).into(),
        (&sign_on.binds).into(),
        sign_on.ends_at.into(),
    ];
    tx.execute(&sql::SIGN_ON_ADD, &values).map(drop)
}

/// Takes a sign-on out: whatever becomes of it, its state is used up.
pub fn take(tx: &mut Tx<'_>, state: &Hash, now: i64) -> Result<Option<SignOn>> {
    let found = first(tx, &sql::SIGN_ON_TAKE, &[state.into()], |row| {
        Ok(SignOn {
            provider: row.text()?,
            nonce: row.text()?,
            verifier: row.text()?,
            visit: row.hash()?,
            next: row.text()?,
            binds: row.opt_text()?,
            ends_at: row.int()?,
        })
    })?;
    Ok(found.filter(|sign_on| sign_on.ends_at > now))
}

//! The one place where the secret of a second factor goes into the store and comes out of it: sealed under the operator's
//! key of personal data, for one account.

use store::account::{self, Account};
use store::{Keyring, StoreError, Tx};

use crate::personal_key::Held;
use crate::root_key::{hex, unhex};

const PLACE: &str = "second factor";

/// As the store keeps it: the mark of the key, and what is sealed.
pub(super) fn wrapped(keys: &Keyring, account: &str, secret: &[u8]) -> store::Result<String> {
    let (mark, made) = keys.seal(&[PLACE, account], secret)?;
    Ok(format!("{mark} {}", hex(&made)))
}

fn opened(keys: &Keyring, row: &Account) -> Option<Vec<u8>> {
    let (mark, made) = row.totp.as_deref()?.split_once(' ')?;
    keys.open(&[PLACE, &row.id], mark, &unhex(made)?)
}

/// As it is used; why it cannot be read otherwise.
pub(super) fn unwrapped(keys: &Held, row: &Account) -> store::Result<Vec<u8>> {
    let keys = keys.needed()?;
    opened(&keys, row).ok_or_else(|| StoreError::PersonalKey {
        why: "这个账号的验证程序是用另一把管理者密钥封存的，可以用恢复码登录，或者重置验证程序".to_owned(),
    })
}

/// Seals the secrets of the next accounts under the key in use; the login of the last, nothing when there are no more.
/// What cannot be opened stays as it is.
pub(crate) fn rewrap(
    tx: &mut Tx<'_>,
    keys: &Keyring,
    after: &str,
    limit: u32,
) -> store::Result<Option<String>> {
    let mut rows = account::page(tx, after, limit)?;
    for row in &mut rows {
        if let Some(secret) = opened(keys, row) {
            row.totp = Some(wrapped(keys, &row.id, &secret)?);
            account::update(tx, row)?;
        }
    }
    Ok(rows.last().map(|row| row.login.clone()))
}

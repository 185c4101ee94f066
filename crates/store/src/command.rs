//! Commands that were done, by their keys, so that a retry is not done twice.

use ledger::Hash;

use crate::notes::Done;
use crate::value::first;
use crate::{Query, Result, StoreError, Tx, sql};

/// The result of the command with a key, if it was done; a key that was used for another request is an error.
pub fn done(db: &dyn Query, key: &str, digest: &Hash) -> Result<Option<String>> {
    let found = first(db, &sql::COMMAND_GET, &[key.into()], |row| Ok((row.hash()?, row.text()?)))?;
    same_request(found, key, digest)
}

/// Whether a command with a key was done, whatever it asked for.
pub fn is_known(db: &dyn Query, key: &str) -> Result<bool> {
    Ok(first(db, &sql::COMMAND_GET, &[key.into()], |row| row.hash())?.is_some())
}

fn same_request(found: Option<Done>, key: &str, digest: &Hash) -> Result<Option<String>> {
    match found {
        Some((known, _)) if known != *digest => Err(StoreError::KeyReused { key: key.to_owned() }),
        other => Ok(other.map(|(_, result)| result)),
    }
}

/// Keeps the result of a command, in the transaction that does it.
pub fn keep(tx: &mut Tx<'_>, key: &str, digest: &Hash, result: &str, done_at: i64) -> Result<()> {
    let values = [key.into(), digest.into(), result.into(), done_at.into()];
    tx.put(&sql::COMMAND_ADD, &values)
}

/// Does a command once: gives the kept result of its key, or does the work and keeps its result.
pub fn once<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    key: &str,
    digest: &Hash,
    now: i64,
    work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<String, E>,
) -> std::result::Result<String, E> {
    let found = match tx.known_command(key) {
        Some(known) => same_request(known, key, digest)?,
        None => done(tx, key, digest)?,
    };
    if let Some(result) = found {
        return Ok(result);
    }
    let result = work(tx)?;
    keep(tx, key, digest, &result, now)?;
    tx.note_command(key, (*digest, result.clone()));
    Ok(result)
}

/// Forgets commands done before an instant.
pub fn clean(tx: &mut Tx<'_>, before: i64) -> Result<u64> {
    tx.execute(&sql::COMMAND_CLEAN, &[before.into()])
}

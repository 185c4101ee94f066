//! The texts of the packs that cases follow, so that a case can be read by the text it was opened under.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// A procedure's text as it was when the first case followed it. 规程文本
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// The hash of the text.
    pub hash: Hash,
    pub procedure: String,
    /// The text itself.
    pub source: String,
    pub added_at: i64,
}

fn read(row: &mut Row<'_>) -> Result<Pack> {
    Ok(Pack { hash: row.hash()?, procedure: row.text()?, source: row.text()?, added_at: row.int()? })
}

/// Keeps a text; one that is there already stays as it is.
pub fn add(tx: &mut Tx<'_>, pack: &Pack) -> Result<()> {
    let Pack { hash, procedure, source, added_at } = pack;
    tx.put(&sql::PACK_ADD, &[hash.into(), procedure.into(), source.into(), (*added_at).into()])
}

/// The text with a hash.
pub fn get(db: &dyn Query, hash: &Hash) -> Result<Option<Pack>> {
    first(db, &sql::PACK_GET, &[hash.into()], read)
}

/// All texts of a procedure, the newest first.
pub fn of_procedure(db: &dyn Query, procedure: &str) -> Result<Vec<Pack>> {
    all(db, &sql::PACK_OF, &[procedure.into()], read)
}

/// All texts.
pub fn list(db: &dyn Query) -> Result<Vec<Pack>> {
    all(db, &sql::PACK_ALL, &[], read)
}

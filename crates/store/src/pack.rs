//! The texts of the packs that cases follow, so that a case can be read by the text it was opened under.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, StoreError, Tx, sql};

/// No procedure's text is longer: what claims to be is read no further.
const LONGEST: u64 = 64 * 1024 * 1024;

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
    let (hash, procedure) = (row.hash()?, row.text()?);
    Ok(Pack { hash, procedure, source: plain(row.bytes_here()?)?, added_at: row.int()? })
}

/// A text as it is kept.
pub(crate) fn compressed(source: &str) -> Result<Vec<u8>> {
    let mut to = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = to.write_all(source.as_bytes()).and_then(|()| to.finish());
    written.map_err(|error| StoreError::Internal { detail: error.to_string() })
}

fn plain(compressed: &[u8]) -> Result<String> {
    let mut source = String::new();
    let read = DeflateDecoder::new(compressed).take(LONGEST).read_to_string(&mut source);
    read.map_err(|error| StoreError::Unreadable { detail: format!("规程文本无法还原：{error}") })?;
    Ok(source)
}

/// Keeps a text; one that is there already stays as it is.
pub fn add(tx: &mut Tx<'_>, pack: &Pack) -> Result<()> {
    let Pack { hash, procedure, source, added_at } = pack;
    let source = compressed(source)?;
    tx.put(&sql::PACK_ADD, &[hash.into(), procedure.into(), (&source).into(), (*added_at).into()])
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

//! The roots of the Merkle tree over the journal, as they were made and signed.

use ledger::Hash;

use crate::value::{all, first};
use crate::{Query, Result, Row, Tx, sql};

/// The root over the first `size` events of the journal. 日志树根
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    pub size: i64,
    pub root: Hash,
    pub made_at: i64,
    /// Both signatures, SM2's first.
    pub signature: Option<Vec<u8>>,
    /// The public keys that they are by, SM2's first.
    pub keys: Option<Vec<u8>>,
}

fn read(row: &mut Row<'_>) -> Result<TreeHead> {
    Ok(TreeHead {
        size: row.int()?,
        root: row.hash()?,
        made_at: row.int()?,
        signature: row.opt_bytes()?,
        keys: row.opt_bytes()?,
    })
}

/// Keeps a root; a size has one root for ever.
pub fn add(tx: &mut Tx<'_>, head: &TreeHead) -> Result<()> {
    let TreeHead { size, root, made_at, signature, keys } = head;
    let values =
        [(*size).into(), root.into(), (*made_at).into(), signature.as_ref().into(), keys.as_ref().into()];
    tx.put(&sql::TREE_HEAD_ADD, &values)
}

/// The last root.
pub fn last(db: &dyn Query) -> Result<Option<TreeHead>> {
    first(db, &sql::TREE_HEAD_LAST, &[], read)
}

/// The smallest root over at least the first `seq` events.
pub fn covering(db: &dyn Query, seq: i64) -> Result<Option<TreeHead>> {
    first(db, &sql::TREE_HEAD_COVERING, &[seq.into()], read)
}

/// The roots below a size, the largest first.
pub fn page(db: &dyn Query, below: i64, limit: u32) -> Result<Vec<TreeHead>> {
    all(db, &sql::TREE_HEADS_PAGE, &[below.into(), limit.into()], read)
}

/// All roots, by size.
pub fn list(db: &dyn Query) -> Result<Vec<TreeHead>> {
    all(db, &sql::TREE_HEADS, &[], read)
}

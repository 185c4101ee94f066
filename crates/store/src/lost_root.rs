//! Roots that were published and that the journal no longer gives.

use crate::tree_head::TreeHead;
use crate::value::all;
use crate::{Query, Result, Row, Tx, meta, sql, tree, tree_head, verify_tree};

/// A published root of a journal that a restore replaced. 丢失的根
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRoot {
    pub head: TreeHead,
    /// The id of the journal that it is of.
    pub log: String,
    /// When it was found lost.
    pub lost_at: i64,
    /// Why, in the operator's words.
    pub note: String,
}

fn read(row: &mut Row<'_>) -> Result<LostRoot> {
    let root = row.hash()?;
    let size = row.int()?;
    let log = row.text()?;
    let head =
        TreeHead { size, root, made_at: row.int()?, signature: row.opt_bytes()?, keys: row.opt_bytes()? };
    Ok(LostRoot { head, log, lost_at: row.int()?, note: row.text()? })
}

/// All of them, the latest loss first.
pub fn list(db: &dyn Query) -> Result<Vec<LostRoot>> {
    all(db, &sql::LOST_ROOTS, &[], read)
}

fn add(tx: &mut Tx<'_>, lost: &LostRoot) -> Result<()> {
    let LostRoot { head, log, lost_at, note } = lost;
    let values = [
        (&head.root).into(),
        head.size.into(),
        log.into(),
        head.made_at.into(),
        head.signature.as_ref().into(),
        head.keys.as_ref().into(),
        (*lost_at).into(),
        note.into(),
    ];
    tx.execute(&sql::LOST_ROOT_ADD, &values).map(drop)
}

/// Takes over roots that were published of the journal which this one replaces. Those that the journal still gives count
/// among its own again; the others are kept as lost, and given back. A root that is there already is passed over.
pub fn take_over(tx: &mut Tx<'_>, published: &[LostRoot]) -> Result<Vec<LostRoot>> {
    if let Some(first) = published.first()
        && meta::get(tx, verify_tree::LOG_ID)?.is_none()
    {
        meta::set(tx, verify_tree::LOG_ID, &first.log)?;
    }
    let length = crate::events::last_seq(tx)?;
    let known = list(tx)?;
    let mut gone = Vec::new();
    for one in published {
        let own = tree_head::covering(tx, one.head.size)?.filter(|own| own.size == one.head.size);
        if own.as_ref().is_some_and(|own| own.root == one.head.root) {
            continue;
        }
        let size = u64::try_from(one.head.size).unwrap_or(u64::MAX);
        if one.head.size <= length && tree::root(tx, size)? == one.head.root {
            tree_head::add(tx, &one.head)?;
        } else if known.iter().all(|known| known.head.root != one.head.root) {
            add(tx, one)?;
            gone.push(one.clone());
        }
    }
    Ok(gone)
}

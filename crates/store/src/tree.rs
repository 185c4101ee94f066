//! The Merkle tree over the journal: roots and proofs from the complete subtrees that are kept.
//!
//! Subtrees of 64 events and more are kept, about one row for 32 events; what is below comes from the events
//! themselves. So a root or a proof costs a few dozen look-ups, however long the journal is.

use std::ops::Range;

use ledger::{
    Batch, Hash, Tree, consistency_ranges, cover_ranges, inclusion_ranges, leaf_hash, node_hash, subtree_hash,
};

use crate::value::first;
use crate::{Query, Result, StoreError, Tx, events, sql};

/// The lowest level that is kept: subtrees of 2^6 events.
pub(crate) const LOWEST: u32 = 6;
const BLOCK: i64 = 1 << LOWEST;

/// Keeps the subtrees that the journal has completed since, at most `blocks` of 64 events; whether all are kept now.
pub fn extend(tx: &mut Tx<'_>, blocks: u32) -> Result<bool> {
    let length = events::last_seq(tx)?;
    let last = first(tx, &sql::TREE_NODE_LAST, &[LOWEST.into()], |row| row.int())?;
    let mut block = last.map_or(0, |last| last + 1);
    for _ in 0..blocks {
        if (block + 1) * BLOCK > length {
            return Ok(true);
        }
        let mut hash = block_hash(tx, block)?;
        let (mut level, mut place) = (LOWEST, block);
        add(tx, level, place, &hash)?;
        while place % 2 == 1 {
            let left = kept(tx, level, place - 1)?.ok_or_else(|| lost(level, place - 1))?;
            hash = node_hash(&left, &hash);
            (level, place) = (level + 1, place / 2);
            add(tx, level, place, &hash)?;
        }
        block += 1;
    }
    Ok((block + 1) * BLOCK > length)
}

fn lost(level: u32, place: i64) -> StoreError {
    StoreError::Unreadable { detail: format!("日志树第{level}层第{place}个节点不见了") }
}

fn add(tx: &mut Tx<'_>, level: u32, place: i64, hash: &Hash) -> Result<()> {
    tx.execute(&sql::TREE_NODE_ADD, &[level.into(), place.into(), hash.into()]).map(drop)
}

fn block_hash(db: &dyn Query, block: i64) -> Result<Hash> {
    leaves(db, block * BLOCK, BLOCK).map(|hashes| root_over(&hashes))
}

fn root_over(hashes: &[Hash]) -> Hash {
    Tree::of(hashes, &mut Batch::new()).root()
}

/// The hashes of events from after a place: all that many, or the journal has a hole.
fn leaves(db: &dyn Query, after: i64, count: i64) -> Result<Vec<Hash>> {
    let limit = u32::try_from(count).unwrap_or(u32::MAX);
    let found = events::hashes_after(db, after, limit)?;
    let whole = found.iter().zip(after + 1..).filter(|((seq, _), expected)| seq == expected).count();
    if i64::try_from(whole) != Ok(count) {
        let detail = format!("日志第{}条之后缺少事项", after + i64::try_from(whole).unwrap_or(0));
        return Err(StoreError::Unreadable { detail });
    }
    Ok(found.into_iter().map(|(_, hash)| hash).collect())
}

pub(crate) fn kept(db: &dyn Query, level: u32, place: i64) -> Result<Option<Hash>> {
    first(db, &sql::TREE_NODE_GET, &[level.into(), place.into()], |row| row.hash())
}

/// The hash of a complete subtree: kept, or from what is below it.
fn complete(db: &dyn Query, level: u32, place: u64) -> Result<Hash> {
    let at = i64::try_from(place).unwrap_or(i64::MAX);
    if level == 0 {
        let found = leaves(db, at, 1)?;
        return found.first().map(|hash| leaf_hash(hash.as_bytes())).ok_or_else(|| lost(0, at));
    }
    if level < LOWEST {
        return leaves(db, at << level, 1 << level).map(|hashes| root_over(&hashes));
    }
    if let Some(hash) = kept(db, level, at)? {
        return Ok(hash);
    }
    if level == LOWEST {
        return block_hash(db, at);
    }
    let (left, right) = (complete(db, level - 1, place * 2)?, complete(db, level - 1, place * 2 + 1)?);
    Ok(node_hash(&left, &right))
}

fn hash_of(db: &dyn Query, range: Range<u64>) -> Result<Hash> {
    subtree_hash(range, &mut |level, place| complete(db, level, place))
}

fn hashes(db: &dyn Query, ranges: Option<Vec<Range<u64>>>) -> Result<Vec<Hash>> {
    let none =
        || StoreError::Internal { detail: "要证明的事项不在根所覆盖的范围内".to_owned() };
    ranges.ok_or_else(none)?.into_iter().map(|range| hash_of(db, range)).collect()
}

/// The root over the first `size` events.
pub fn root(db: &dyn Query, size: u64) -> Result<Hash> {
    hash_of(db, 0..size)
}

/// The audit path of the event at a place (from 1) to the root over the first `size`.
pub fn inclusion(db: &dyn Query, seq: u64, size: u64) -> Result<Vec<Hash>> {
    hashes(db, seq.checked_sub(1).and_then(|index| inclusion_ranges(index, size)))
}

/// The proof that the root over the first `new` events begins with that over the first `old`.
pub fn consistency(db: &dyn Query, old: u64, new: u64) -> Result<Vec<Hash>> {
    hashes(db, consistency_ranges(old, new))
}

/// What leads from events at some places (from 1, in order) together to the root over the first `size`.
pub fn cover(db: &dyn Query, seqs: &[u64], size: u64) -> Result<Vec<Hash>> {
    let places: Option<Vec<u64>> = seqs.iter().map(|seq| seq.checked_sub(1)).collect();
    hashes(db, places.and_then(|places| cover_ranges(&places, size)))
}

//! Which subtrees a root or a proof is made of, and their hashes from what somebody keeps.
//!
//! A tree in a database keeps only its complete subtrees; whoever has them by level and place gets any root and any
//! proof of any size that the tree ever had, in log² n look-ups.

use std::ops::Range;

use crate::HashFunction;
use crate::merkle::node;
use crate::{Hash, Sm3};

/// The entries whose subtrees are the audit path of `index` in the first `size` entries, from the leaf upwards
/// (RFC 9162 section 2.1.3.1).
#[must_use]
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let mut made = Vec::new();
    let (mut from, mut until) = (0, size);
    while until - from > 1 {
        let middle = from + split(until - from);
        if index < middle {
            made.push(middle..until);
            until = middle;
        } else {
            made.push(from..middle);
            from = middle;
        }
    }
    made.reverse();
    Some(made)
}

/// The entries whose subtrees prove that the first `new` entries begin with the first `old` (RFC 9162 section 2.1.4.1).
#[must_use]
pub fn consistency_ranges(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let mut made = Vec::new();
    if old == 0 || old == new {
        return Some(made);
    }
    let (mut from, mut until) = (0, new);
    let mut known = true;
    while old != until {
        let middle = from + split(until - from);
        if old <= middle {
            made.push(middle..until);
            until = middle;
        } else {
            made.push(from..middle);
            from = middle;
            known = false;
        }
    }
    if !known {
        made.push(from..until);
    }
    made.reverse();
    Some(made)
}

/// The Merkle tree hash of entries that are a subtree, from its complete subtrees: `kept(level, at)` gives the hash
/// over the entries `at · 2^level` and on, 2^level of them.
///
/// # Errors
/// What `kept` says.
pub fn subtree_hash<E>(
    range: Range<u64>,
    kept: &mut dyn FnMut(u32, u64) -> Result<Hash, E>,
) -> Result<Hash, E> {
    let length = range.end.saturating_sub(range.start);
    if length == 0 {
        return Ok(Sm3::digest(&[]));
    }
    if length.is_power_of_two() {
        let level = length.trailing_zeros();
        return kept(level, range.start >> level);
    }
    let middle = range.start + split(length);
    let left = subtree_hash(range.start..middle, kept)?;
    let right = subtree_hash(middle..range.end, kept)?;
    Ok(node::<Sm3>(&left, &right))
}

/// The largest power of two smaller than `length`, which is at least 2.
fn split(length: u64) -> u64 {
    length.next_power_of_two() >> 1
}

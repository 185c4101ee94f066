//! One proof for many entries: what leads from all of them to the root, each hash once.

use std::ops::Range;

use crate::merkle::{leaf_hash, node};
use crate::{Hash, Sm3};

/// The subtrees without any of these entries, from left to right: with the entries themselves they make the root. The places
/// count from 0, are in order and each is there once; none else.
#[must_use]
pub fn cover_ranges(places: &[u64], size: u64) -> Option<Vec<Range<u64>>> {
    let ordered = places.windows(2).all(|pair| pair.first() < pair.last());
    if !ordered || places.last().is_some_and(|last| *last >= size) {
        return None;
    }
    let mut made = Vec::new();
    if size > 0 {
        collect(places, 0..size, &mut made);
    }
    Some(made)
}

fn collect(places: &[u64], range: Range<u64>, made: &mut Vec<Range<u64>>) {
    if places.is_empty() {
        made.push(range);
    } else if range.end - range.start > 1 {
        let middle = middle(&range);
        let (left, right) = places.split_at(places.partition_point(|place| *place < middle));
        collect(left, range.start..middle, made);
        collect(right, middle..range.end, made);
    }
}

/// The root over `size` entries from some of them, with their places from 0, and the subtrees between them; none where what is
/// given is not exactly that.
#[must_use]
pub fn cover_root(entries: &[(u64, Hash)], size: u64, rest: &[Hash]) -> Option<Hash> {
    let places: Vec<u64> = entries.iter().map(|(place, _)| *place).collect();
    let ranges = cover_ranges(&places, size)?;
    if ranges.len() != rest.len() || size == 0 {
        return None;
    }
    let mut rest = rest.iter();
    let root = hashed(entries, 0..size, &mut rest)?;
    rest.next().is_none().then_some(root)
}

fn hashed(entries: &[(u64, Hash)], range: Range<u64>, rest: &mut std::slice::Iter<'_, Hash>) -> Option<Hash> {
    if entries.is_empty() {
        return rest.next().copied();
    }
    if range.end - range.start == 1 {
        return entries.first().map(|(_, hash)| leaf_hash(hash.as_bytes()));
    }
    let middle = middle(&range);
    let (left, right) = entries.split_at(entries.partition_point(|(place, _)| *place < middle));
    let left = hashed(left, range.start..middle, rest)?;
    let right = hashed(right, middle..range.end, rest)?;
    Some(node::<Sm3>(&left, &right))
}

fn middle(range: &Range<u64>) -> u64 {
    range.start + ((range.end - range.start).next_power_of_two() >> 1)
}

//! The Merkle tree of RFC 9162 section 2.1 over the journal, with its proofs.
//! The hash is a type parameter: SM3 in the product, SHA-256 in the tests with the published vectors.

use std::marker::PhantomData;
use std::ops::Range;

use crate::paths::{consistency_ranges, inclusion_ranges};
use crate::{Batch, Hash, HashFunction, Sm3};

/// `HASH(00 ‖ entry)`, RFC 9162 section 2.1.1.
pub(crate) fn leaf<H: HashFunction>(entry: &[u8]) -> Hash {
    H::digest(&[&[0], entry])
}

/// `HASH(01 ‖ left ‖ right)`, RFC 9162 section 2.1.1.
pub(crate) fn node<H: HashFunction>(left: &Hash, right: &Hash) -> Hash {
    H::digest(&[&[1], left.as_bytes(), right.as_bytes()])
}

/// The leaf of an entry; for the journal, of the 32 bytes of an event's hash.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    leaf::<Sm3>(entry)
}

/// The node over two subtrees.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    node::<Sm3>(left, right)
}

/// A tree that only grows. It keeps the hash of every complete subtree, so that an entry is added
/// in at most log n steps and a root or a proof of any size it ever had is found in log² n. 默克尔树
#[derive(Clone, Debug)]
pub struct Tree<H = Sm3> {
    /// `levels[k]` has the complete subtrees of 2^k entries, left to right.
    levels: Vec<Vec<Hash>>,
    function: PhantomData<fn() -> H>,
}

impl<H: HashFunction> Default for Tree<H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<H: HashFunction> Tree<H> {
    #[must_use]
    pub fn new() -> Self {
        Self { levels: Vec::new(), function: PhantomData }
    }

    /// How many entries it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.levels.first().map_or(0, Vec::len)
    }

    /// Adds an entry at the end; for the journal, the 32 bytes of an event's hash.
    pub fn append(&mut self, entry: &[u8]) {
        let mut carry = leaf::<H>(entry);
        for level in &mut self.levels {
            level.push(carry);
            match level.as_slice() {
                [.., left, right] if level.len() % 2 == 0 => carry = node::<H>(left, right),
                _ => return,
            }
        }
        self.levels.push(vec![carry]);
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.range(0, self.size())
    }

    /// The root when the tree had `size` entries.
    #[must_use]
    pub fn root_at(&self, size: usize) -> Option<Hash> {
        (size <= self.size()).then(|| self.range(0, size))
    }

    /// The audit path of the entry `index` in the tree of the first `size` entries (RFC 9162 section 2.1.3.1).
    #[must_use]
    pub fn inclusion_proof(&self, index: usize, size: usize) -> Option<Vec<Hash>> {
        if size > self.size() {
            return None;
        }
        self.hashes(inclusion_ranges(count(index), count(size))?)
    }

    /// The proof that the tree of the first `new` entries begins with the tree of the first `old` (RFC 9162 section 2.1.4.1).
    #[must_use]
    pub fn consistency_proof(&self, old: usize, new: usize) -> Option<Vec<Hash>> {
        if new > self.size() {
            return None;
        }
        self.hashes(consistency_ranges(count(old), count(new))?)
    }

    fn hashes(&self, ranges: Vec<Range<u64>>) -> Option<Vec<Hash>> {
        let place = |at: u64| usize::try_from(at).ok();
        ranges.into_iter().map(|range| Some(self.range(place(range.start)?, place(range.end)?))).collect()
    }

    /// The Merkle tree hash of the entries `from..until`, which are a subtree of the tree.
    fn range(&self, from: usize, until: usize) -> Hash {
        let length = until - from;
        if length == 0 {
            return H::digest(&[]);
        }
        if length.is_power_of_two() {
            let level = usize::try_from(length.trailing_zeros()).unwrap_or(usize::MAX);
            let kept = self.levels.get(level).and_then(|nodes| nodes.get(from >> level));
            if let Some(hash) = kept {
                return *hash;
            }
        }
        let middle = from + split(length);
        node::<H>(&self.range(from, middle), &self.range(middle, until))
    }
}

impl Tree<Sm3> {
    /// The tree of these entries, a level at a time.
    #[must_use]
    pub fn of(entries: &[Hash], batch: &mut Batch) -> Self {
        let mut levels: Vec<Vec<Hash>> = Vec::new();
        for entry in entries {
            batch.add(|out| {
                out.push(0);
                out.extend_from_slice(entry.as_bytes());
            });
        }
        while !batch.is_empty() {
            let level = batch.digests().to_vec();
            for [left, right] in level.as_chunks().0 {
                batch.add(|out| {
                    out.push(1);
                    out.extend_from_slice(left.as_bytes());
                    out.extend_from_slice(right.as_bytes());
                });
            }
            levels.push(level);
        }
        Self { levels, function: PhantomData }
    }
}

impl<H: HashFunction> Tree<H> {
    /// The complete subtrees of a level, left to right; that at place p covers the entries from p · 2^level on.
    #[must_use]
    pub fn level(&self, level: u32) -> &[Hash] {
        let at = usize::try_from(level).unwrap_or(usize::MAX);
        self.levels.get(at).map_or(&[], Vec::as_slice)
    }

    /// The largest complete subtrees that the first `size` entries are made of, left to right, each with its level: what
    /// [`Frontier::append_subtree`] takes.
    #[must_use]
    pub fn subtrees(&self, size: usize) -> Vec<(u32, Hash)> {
        let mut from = 0;
        let mut made = Vec::new();
        for level in (0..usize::BITS).rev().filter(|level| size >> level & 1 == 1) {
            made.extend(self.level(level).get(from >> level).map(|hash| (level, *hash)));
            from += 1 << level;
        }
        made
    }
}

/// A growing tree of which only the right edge is kept: log n hashes give the root of any number of
/// entries, without proofs. 默克尔树右缘
#[derive(Clone, Debug)]
pub struct Frontier<H = Sm3> {
    size: u64,
    /// The complete subtrees from left to right, each smaller than the one before.
    subtrees: Vec<Hash>,
    function: PhantomData<fn() -> H>,
}

impl<H: HashFunction> Default for Frontier<H> {
    fn default() -> Self {
        Self::new()
    }
}

impl<H: HashFunction> Frontier<H> {
    #[must_use]
    pub fn new() -> Self {
        Self { size: 0, subtrees: Vec::new(), function: PhantomData }
    }

    /// How many entries it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry at the end; for the journal, the 32 bytes of an event's hash.
    pub fn append(&mut self, entry: &[u8]) {
        self.append_with(entry, &mut |_, _, _| ());
    }

    /// Adds an entry, and tells each subtree that it completes: its level, its place in the level, its hash.
    pub fn append_with(&mut self, entry: &[u8], completed: &mut dyn FnMut(u32, u64, Hash)) {
        self.append_subtree(0, leaf::<H>(entry), completed);
    }

    /// Adds 2^level entries at once by the hash of their subtree, and tells the same as [`Frontier::append_with`]. The size
    /// must be a multiple of 2^level.
    pub fn append_subtree(&mut self, level: u32, hash: Hash, completed: &mut dyn FnMut(u32, u64, Hash)) {
        let mut carry = hash;
        // Each trailing one bit of the size is a subtree that the new one completes to the next.
        for level in level + 1..=level + (self.size >> level).trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                carry = node::<H>(&left, &carry);
                completed(level, self.size >> level, carry);
            }
        }
        self.subtrees.push(carry);
        self.size += 1 << level;
    }

    /// The root over all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        let from_right = self.subtrees.iter().rev().copied();
        from_right.reduce(|right, left| node::<H>(&left, &right)).unwrap_or_else(|| H::digest(&[]))
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The largest power of two smaller than `length`, which is at least 2.
fn split(length: usize) -> usize {
    length.next_power_of_two() >> 1
}

/// Checks that `entry` is number `index` (from 0) of the tree of `size` entries with that root (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn verify_inclusion<H: HashFunction>(
    entry: &[u8],
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> bool {
    if index >= size {
        return false;
    }
    let (mut here, mut last) = (index, size - 1);
    let mut hash = leaf::<H>(entry);
    for step in proof {
        if last == 0 {
            return false;
        }
        if here % 2 == 1 || here == last {
            hash = node::<H>(step, &hash);
            while here % 2 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            hash = node::<H>(&hash, step);
        }
        here >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Checks that the tree of `new` entries begins with the tree of `old` (RFC 9162 section 2.1.4.2).
#[must_use]
pub fn verify_consistency<H: HashFunction>(
    old: u64,
    new: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == H::digest(&[]);
    }
    let mut steps = proof.iter();
    let Some(first) = (if old.is_power_of_two() { Some(old_root) } else { steps.next() }) else {
        return false;
    };
    let (mut here, mut last) = (old - 1, new - 1);
    while here % 2 == 1 {
        here >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*first, *first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if here % 2 == 1 || here == last {
            from_old = node::<H>(step, &from_old);
            from_new = node::<H>(step, &from_new);
            while here % 2 == 0 && here != 0 {
                here >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node::<H>(&from_new, step);
        }
        here >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *new_root
}

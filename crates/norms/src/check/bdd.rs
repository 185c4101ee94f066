//! Binary decision diagrams: sets of states far too many to list, held as one shared graph.
//!
//! Bryant's reduced ordered diagrams with one cache for all operations.

use std::collections::{BTreeMap, BTreeSet};

/// A set of states (a boolean function of the bits), by its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set(u32);

impl Set {
    pub fn number(self) -> u32 {
        self.0
    }
}

pub(super) const NONE: Set = Set(0);
pub(super) const ALL: Set = Set(1);

#[derive(Clone, Copy)]
struct Node {
    bit: u32,
    low: u32,
    high: u32,
}

const LEAF_NODE: Node = Node { bit: LEAF, low: 0, high: 0 };
/// Node of the constants lies below every bit.
const LEAF: u32 = u32::MAX;
/// No space grows past this many nodes (twelve bytes each, and as much again for finding them).
pub(super) const MOST_NODES: usize = 6_000_000;
/// The cache grows with the space, up to this many entries.
const MOST_CACHE: usize = 1 << 20;

/// If-then-else, in the cache; other operations are numbered by those who have them.
const CHOOSE: u32 = 0;

/// The space in which sets live.
pub(super) struct Space {
    nodes: Vec<Node>,
    /// Open addressing over `nodes`; 0 is an empty place.
    places: Vec<u32>,
    /// Operation, three operands, result.
    cache: Vec<[u32; 5]>,
    /// It does not grow past this many nodes.
    most: usize,
    overflow: bool,
}

impl Space {
    /// The level of what hangs on no bit.
    pub const BELOW: u32 = LEAF >> 1;
    /// Operations from here on are those of others.
    pub const OPERATIONS: u32 = CHOOSE + 1;

    pub fn new() -> Self {
        Self::of(MOST_NODES)
    }

    /// A space of at most so many nodes.
    pub fn of(most: usize) -> Self {
        Self {
            nodes: vec![LEAF_NODE, LEAF_NODE],
            places: vec![0; 1 << 12],
            cache: vec![[u32::MAX; 5]; 1 << 12],
            most,
            overflow: false,
        }
    }

    /// Whether the space is full: nothing that it says holds any more.
    pub fn is_full(&self) -> bool {
        self.overflow
    }

    fn node(&self, set: u32) -> Node {
        index(set).and_then(|at| self.nodes.get(at)).copied().unwrap_or(LEAF_NODE)
    }

    fn make(&mut self, bit: u32, low: u32, high: u32) -> u32 {
        if low == high {
            return low;
        }
        if self.nodes.len() >= self.most {
            self.overflow = true;
            return 0;
        }
        if self.nodes.len() * 2 > self.places.len() {
            self.grow();
        }
        let mut place = self.first_place(bit, low, high);
        loop {
            let held = self.places.get(place).copied().unwrap_or(0);
            if held == 0 {
                let made = u32::try_from(self.nodes.len()).unwrap_or(0);
                self.nodes.push(Node { bit, low, high });
                if let Some(slot) = self.places.get_mut(place) {
                    *slot = made;
                }
                return made;
            }
            let node = self.node(held);
            if (node.bit, node.low, node.high) == (bit, low, high) {
                return held;
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    fn first_place(&self, bit: u32, low: u32, high: u32) -> usize {
        mix(bit, low, high) & (self.places.len() - 1)
    }

    fn grow(&mut self) {
        let size = self.places.len() * 2;
        self.places.clear();
        self.places.resize(size, 0);
        for at in 2..self.nodes.len() {
            let Some(node) = self.nodes.get(at).copied() else { continue };
            let mut place = self.first_place(node.bit, node.low, node.high);
            while self.places.get(place).is_some_and(|held| *held != 0) {
                place = (place + 1) & (size - 1);
            }
            if let (Some(slot), Ok(at)) = (self.places.get_mut(place), u32::try_from(at)) {
                *slot = at;
            }
        }
        let entries = size.min(MOST_CACHE);
        if entries > self.cache.len() {
            self.cache = vec![[u32::MAX; 5]; entries];
        }
    }

    /// The states in which a bit is set.
    pub fn bit(&mut self, bit: u32) -> Set {
        Set(self.make(bit, 0, 1))
    }

    /// The states in which a bit has a value.
    pub fn literal(&mut self, bit: u32, value: bool) -> Set {
        Set(if value { self.make(bit, 0, 1) } else { self.make(bit, 1, 0) })
    }

    /// The states in which all of some bits are set.
    pub fn cube(&mut self, bits: &[u32]) -> Set {
        let mut sorted = bits.to_vec();
        sorted.sort_unstable();
        Set(sorted.into_iter().rev().fold(1, |below, bit| self.make(bit, 0, below)))
    }

    pub fn not(&mut self, set: Set) -> Set {
        self.choose(set, NONE, ALL)
    }

    pub fn and(&mut self, a: Set, b: Set) -> Set {
        let (a, b) = (a.min(b), a.max(b));
        self.choose(a, b, NONE)
    }

    pub fn or(&mut self, a: Set, b: Set) -> Set {
        let (a, b) = (a.min(b), a.max(b));
        self.choose(a, ALL, b)
    }

    /// The states of `a` that are not in `b`.
    pub fn minus(&mut self, a: Set, b: Set) -> Set {
        self.choose(b, NONE, a)
    }

    /// If-then-else.
    pub fn choose(&mut self, test: Set, then: Set, other: Set) -> Set {
        Set(self.ite(test.0, then.0, other.0))
    }

    fn known(&self, key: [u32; 4]) -> (usize, Option<u32>) {
        let [op, a, b, c] = key;
        let slot = mix(a ^ op.rotate_right(9), b, c) & (self.cache.len() - 1);
        let known = self.cache.get(slot).filter(|[o, x, y, z, _]| [*o, *x, *y, *z] == key);
        (slot, known.map(|[.., made]| *made))
    }

    fn keep(&mut self, key: [u32; 4], made: u32) {
        let (slot, _) = self.known(key);
        let [op, a, b, c] = key;
        if let Some(entry) = self.cache.get_mut(slot) {
            *entry = [op, a, b, c, made];
        }
    }

    fn ite(&mut self, f: u32, g: u32, h: u32) -> u32 {
        match (f, g, h) {
            (1, _, _) => return g,
            (0, _, _) => return h,
            (_, 1, 0) => return f,
            _ if g == h => return g,
            _ => {}
        }
        let key = [CHOOSE, f, g, h];
        if let (_, Some(made)) = self.known(key) {
            return made;
        }
        let (nf, ng, nh) = (self.node(f), self.node(g), self.node(h));
        let bit = nf.bit.min(ng.bit).min(nh.bit);
        let split = |node: Node, own: u32| if node.bit == bit { (node.low, node.high) } else { (own, own) };
        let ((f0, f1), (g0, g1), (h0, h1)) = (split(nf, f), split(ng, g), split(nh, h));
        let low = self.ite(f0, g0, h0);
        let high = self.ite(f1, g1, h1);
        let made = self.make(bit, low, high);
        self.keep(key, made);
        made
    }

    /// The level of a set's first bit. A level has two bits: one before a transition and one after it.
    pub fn level(&self, set: Set) -> u32 {
        self.node(set.0).bit >> 1
    }

    /// What a set is where a level's bit is off and where it is on; nothing above hangs on it.
    pub fn halves(&self, set: Set, level: u32) -> (Set, Set) {
        self.split(set, level << 1)
    }

    fn split(&self, set: Set, bit: u32) -> (Set, Set) {
        let node = self.node(set.0);
        if node.bit == bit { (Set(node.low), Set(node.high)) } else { (set, set) }
    }

    /// A relation at a level: off before and after, on before and after, goes on, goes off.
    pub fn parts(&self, relates: Set, level: u32, moved: bool) -> [Set; 4] {
        let (off, on) = self.halves(relates, level);
        if !moved {
            return [off, on, NONE, NONE];
        }
        let ((stays_off, on_then), (off_then, stays_on)) =
            (self.split(off, level << 1 | 1), self.split(on, level << 1 | 1));
        [stays_off, stays_on, on_then, off_then]
    }

    /// The set of two halves at a level.
    pub fn joined(&mut self, level: u32, halves: (Set, Set)) -> Set {
        Set(self.make(level << 1, halves.0.0, halves.1.0))
    }

    /// What another operation has found.
    pub fn recall(&self, key: [u32; 4]) -> Option<Set> {
        self.known(key).1.map(Set)
    }

    pub fn remember(&mut self, key: [u32; 4], made: Set) {
        self.keep(key, made.0);
    }

    /// A simpler set that differs only outside `care` (Coudert and Madre).
    pub fn simplified(&mut self, set: Set, care: Set, known: &mut BTreeMap<(Set, Set), Set>) -> Set {
        if care == ALL || care == NONE || set == ALL || set == NONE {
            return set;
        }
        if let Some(made) = known.get(&(set, care)) {
            return *made;
        }
        let (own, other) = (self.node(set.0), self.node(care.0));
        let (low, high) = self.split(care, own.bit.min(other.bit));
        let made = if other.bit < own.bit {
            let either = self.or(low, high);
            self.simplified(set, either, known)
        } else if low == NONE {
            self.simplified(Set(own.high), high, known)
        } else if high == NONE {
            self.simplified(Set(own.low), low, known)
        } else {
            let low = self.simplified(Set(own.low), low, known);
            let high = self.simplified(Set(own.high), high, known);
            Set(self.make(own.bit, low.0, high.0))
        };
        known.insert((set, care), made);
        made
    }

    /// Copies a set of another space into this one; `to` names the set that each bit becomes.
    pub fn copied(&mut self, from: &Self, set: Set, to: &[Set], known: &mut BTreeMap<u32, Set>) -> Set {
        if set.0 < 2 {
            return set;
        }
        if let Some(made) = known.get(&set.0) {
            return *made;
        }
        let node = from.node(set.0);
        let low = self.copied(from, Set(node.low), to, known);
        let high = self.copied(from, Set(node.high), to, known);
        let test = index(node.bit).and_then(|at| to.get(at)).copied().unwrap_or(NONE);
        let made = self.choose(test, high, low);
        known.insert(set.0, made);
        made
    }

    /// The bits that a set hangs on.
    pub fn support(&self, set: Set) -> BTreeSet<u32> {
        let (mut seen, mut bits) = (BTreeSet::new(), BTreeSet::new());
        let mut left = vec![set.0];
        while let Some(at) = left.pop() {
            if at > 1 && seen.insert(at) {
                let node = self.node(at);
                bits.insert(node.bit);
                left.extend([node.low, node.high]);
            }
        }
        bits
    }

    /// How many states a set has over the first `levels` levels, at most `u64::MAX`.
    pub fn count(&self, set: Set, levels: usize) -> u64 {
        let levels = u32::try_from(levels).unwrap_or(Self::BELOW);
        self.count_from(set, 0, levels, &mut BTreeMap::new())
    }

    fn count_from(&self, set: Set, from: u32, levels: u32, known: &mut BTreeMap<Set, u64>) -> u64 {
        if set == NONE {
            return 0;
        }
        let own = self.level(set).min(levels);
        let below = if own == levels {
            1
        } else if let Some(made) = known.get(&set) {
            *made
        } else {
            let (low, high) = self.halves(set, own);
            let low = self.count_from(low, own + 1, levels, known);
            let high = self.count_from(high, own + 1, levels, known);
            let made = low.saturating_add(high);
            known.insert(set, made);
            made
        };
        let free = own.saturating_sub(from);
        if free >= 64 { u64::MAX } else { below.saturating_mul(1 << free) }
    }
}

fn index(set: u32) -> Option<usize> {
    usize::try_from(set).ok()
}

fn mix(a: u32, b: u32, c: u32) -> usize {
    let mixed = (u64::from(a) << 40 ^ u64::from(b) << 20 ^ u64::from(c)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    usize::try_from((mixed ^ mixed >> 32) & 0xFFFF_FFFF).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_what_boolean_algebra_says() {
        let mut space = Space::new();
        let (a, b, c) = (space.bit(0), space.bit(1), space.bit(2));
        let ab = space.and(a, b);
        let either = space.or(ab, c);
        let not = space.not(either);
        let (na, nb) = (space.not(a), space.not(b));
        let nab = space.or(na, nb);
        let nc = space.not(c);
        let other = space.and(nab, nc);
        assert_eq!(not, other);
        assert_eq!(space.support(either), BTreeSet::from([0, 1, 2]));
    }

    #[test]
    fn states_are_counted_over_the_first_bits_of_levels() {
        let mut space = Space::new();
        let (a, b, c) = (space.bit(0), space.bit(2), space.bit(4));
        let ab = space.and(a, b);
        let either = space.or(ab, c);
        assert_eq!(space.count(either, 3), 5);
        assert_eq!(space.count(ALL, 3), 8);
        assert_eq!(space.count(ALL, 70), u64::MAX);
        assert_eq!(space.halves(either, 0), (c, space.or(b, c)));
        assert_eq!(space.halves(c, 0), (c, c));
    }

    #[test]
    fn what_is_simplified_is_the_same_where_it_matters() {
        let mut space = Space::new();
        let (a, b, c) = (space.bit(0), space.bit(1), space.bit(2));
        let either = space.or(a, b);
        let asked = space.and(either, c);
        let simple = space.simplified(asked, either, &mut BTreeMap::new());
        assert_eq!(simple, c);
        let other = space.and(a, c);
        let simple = space.simplified(other, b, &mut BTreeMap::new());
        assert_eq!(space.and(simple, b), space.and(other, b));
    }

    #[test]
    fn a_space_that_is_full_says_so() {
        let mut space = Space::of(4);
        let (a, b) = (space.bit(0), space.bit(1));
        assert!(!space.is_full());
        space.and(a, b);
        assert!(space.is_full());
    }

    #[test]
    fn a_copy_follows_its_bits() {
        let mut from = Space::new();
        let (a, b) = (from.bit(0), from.bit(1));
        let set = from.minus(a, b);
        let mut to = Space::new();
        let (x, y) = (to.bit(4), to.bit(3));
        let made = to.copied(&from, set, &[x, y], &mut BTreeMap::new());
        assert_eq!(made, to.minus(x, y));
        let never = to.copied(&from, set, &[x, x], &mut BTreeMap::new());
        assert_eq!(never, NONE);
    }
}

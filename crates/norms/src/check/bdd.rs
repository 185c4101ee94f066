//! Binary decision diagrams: sets of states far too many to list, held as one shared graph.
//!
//! Bryant's reduced ordered diagrams with one cache for all operations. A node lies behind its children, so that
//! `collect` can drop in one pass what no living set needs.

use std::collections::BTreeMap;

/// A set of states (a boolean function of the bits), by its node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Set(u32);

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
/// A space does not grow past this many nodes (twelve bytes each, and as much again for finding them).
const MOST_NODES: usize = 6_000_000;
/// The cache grows with the space, up to this many entries.
const MOST_CACHE: usize = 1 << 20;

/// What the cache keeps results of.
const CHOOSE: u32 = 0;
const PROJECT: u32 = 1;

/// The space in which sets live.
pub(super) struct Space {
    nodes: Vec<Node>,
    /// Open addressing over `nodes`; 0 is an empty place.
    places: Vec<u32>,
    /// Operation, three operands, result.
    cache: Vec<[u32; 5]>,
    /// Nodes that were alive after the last collection.
    alive: usize,
    overflow: bool,
}

impl Space {
    pub fn new() -> Self {
        Self {
            nodes: vec![LEAF_NODE, LEAF_NODE],
            places: vec![0; 1 << 12],
            cache: vec![[u32::MAX; 5]; 1 << 12],
            alive: 0,
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
        if self.nodes.len() >= MOST_NODES {
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
        self.place_all(size);
        let entries = size.min(MOST_CACHE);
        if entries > self.cache.len() {
            self.cache = vec![[u32::MAX; 5]; entries];
        }
    }

    fn place_all(&mut self, size: usize) {
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
    }

    /// Whether so much has been made since the last collection that another one pays.
    pub fn is_littered(&self) -> bool {
        self.nodes.len() > (self.alive * 4).max(100_000)
    }

    /// Drops every node that the given sets do not need; they are given their new numbers.
    pub fn collect(&mut self, living: Vec<&mut Set>) {
        let mut needed = vec![false; self.nodes.len()];
        let need = |needed: &mut Vec<bool>, set: u32| {
            if let Some(place) = index(set).and_then(|at| needed.get_mut(at)) {
                *place = true;
            }
        };
        living.iter().for_each(|set| need(&mut needed, set.0));
        for at in (2..self.nodes.len()).rev() {
            if let (Some(true), Some(node)) = (needed.get(at).copied(), self.nodes.get(at).copied()) {
                need(&mut needed, node.low);
                need(&mut needed, node.high);
            }
        }
        let mut moved: Vec<u32> = vec![0, 1];
        let mut kept = vec![LEAF_NODE, LEAF_NODE];
        for (node, needed) in self.nodes.iter().zip(&needed).skip(2) {
            let to = |set: u32| index(set).and_then(|at| moved.get(at)).copied().unwrap_or(0);
            let node = Node { bit: node.bit, low: to(node.low), high: to(node.high) };
            moved.push(u32::try_from(kept.len()).unwrap_or(0));
            if *needed {
                kept.push(node);
            }
        }
        for set in living {
            set.0 = index(set.0).and_then(|at| moved.get(at)).copied().unwrap_or(0);
        }
        self.nodes = kept;
        self.alive = self.nodes.len();
        self.place_all(self.places.len());
        self.cache.fill([u32::MAX; 5]);
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
        let slot = mix(a ^ op << 31, b, c) & (self.cache.len() - 1);
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

    /// The states of both sets, whatever the bits of a cube are, in one pass.
    pub fn project(&mut self, a: Set, b: Set, cube: Set) -> Set {
        Set(self.and_any(a.0, b.0, cube.0))
    }

    fn and_any(&mut self, a: u32, b: u32, cube: u32) -> u32 {
        if a == 0 || b == 0 {
            return 0;
        }
        let (a, b) = (a.min(b), a.max(b));
        if b == 1 {
            return 1;
        }
        let (na, nb) = (self.node(a), self.node(b));
        let bit = na.bit.min(nb.bit);
        let mut cube = cube;
        let mut asked = self.node(cube);
        while asked.bit < bit {
            cube = asked.high;
            asked = self.node(cube);
        }
        if cube == 1 {
            return self.ite(a, b, 0);
        }
        let key = [PROJECT, a, b, cube];
        if let (_, Some(made)) = self.known(key) {
            return made;
        }
        let split = |node: Node, own: u32| if node.bit == bit { (node.low, node.high) } else { (own, own) };
        let ((a0, a1), (b0, b1)) = (split(na, a), split(nb, b));
        let made = if asked.bit == bit {
            let low = self.and_any(a0, b0, asked.high);
            if low == 1 {
                1
            } else {
                let high = self.and_any(a1, b1, asked.high);
                self.ite(low.min(high), 1, low.max(high))
            }
        } else {
            let low = self.and_any(a0, b0, cube);
            let high = self.and_any(a1, b1, cube);
            self.make(bit, low, high)
        };
        self.keep(key, made);
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

    /// The bits that a set hangs on, in their order.
    pub fn support(&self, set: Set) -> Vec<u32> {
        let mut seen = std::collections::BTreeSet::new();
        let mut bits = std::collections::BTreeSet::new();
        let mut left = vec![set.0];
        while let Some(at) = left.pop() {
            if at > 1 && seen.insert(at) {
                let node = self.node(at);
                bits.insert(node.bit);
                left.extend([node.low, node.high]);
            }
        }
        bits.into_iter().collect()
    }

    /// One state of a set that is not empty: the bits that are set in it.
    pub fn one_of(&self, set: Set) -> Vec<u32> {
        let mut bits = Vec::new();
        let mut at = set.0;
        while at > 1 {
            let node = self.node(at);
            if node.low == 0 {
                bits.push(node.bit);
                at = node.high;
            } else {
                at = node.low;
            }
        }
        bits
    }

    /// Whether a state (its set bits) belongs to a set.
    pub fn holds(&self, set: Set, state: &[u32]) -> bool {
        let mut at = set.0;
        while at > 1 {
            let node = self.node(at);
            at = if state.contains(&node.bit) { node.high } else { node.low };
        }
        at == 1
    }

    /// How many states a set has over the first `bits` bits, at most `u64::MAX`.
    pub fn count(&self, set: Set, bits: u32) -> u64 {
        self.count_from(set.0, 0, bits, &mut BTreeMap::new())
    }

    fn count_from(&self, set: u32, from: u32, bits: u32, known: &mut BTreeMap<u32, u64>) -> u64 {
        if set == 0 {
            return 0;
        }
        let node = self.node(set);
        let own = node.bit.min(bits);
        let below = if own == bits {
            1
        } else if let Some(made) = known.get(&set) {
            *made
        } else {
            let low = self.count_from(node.low, own + 1, bits, known);
            let high = self.count_from(node.high, own + 1, bits, known);
            let made = low.saturating_add(high);
            known.insert(set, made);
            made
        };
        let free = own.saturating_sub(from);
        if free >= 64 { u64::MAX } else { below.saturating_mul(1 << free) }
    }

    /// How many nodes the space holds.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.nodes.len()
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
        assert_eq!(space.count(either, 3), 5);
        assert_eq!(space.count(ALL, 3), 8);
        let first = space.cube(&[0]);
        assert_eq!(space.project(ab, ALL, first), b);
        assert_eq!(space.project(either, nc, first), space.and(b, nc));
        assert_eq!(space.one_of(ab), [0, 1]);
        assert!(space.holds(either, &[2]) && !space.holds(either, &[0]));
        assert_eq!(space.support(either), [0, 1, 2]);
    }

    #[test]
    fn collecting_keeps_the_living_sets() {
        let mut space = Space::new();
        let (a, b, c) = (space.bit(0), space.bit(1), space.bit(2));
        let ab = space.and(a, b);
        let mut either = space.or(ab, c);
        space.collect(vec![&mut either]);
        assert_eq!(space.len(), 5);
        let (a, b, c) = (space.bit(0), space.bit(1), space.bit(2));
        let ab = space.and(a, b);
        assert_eq!(space.or(ab, c), either);
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

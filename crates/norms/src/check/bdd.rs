//! Binary decision diagrams: sets of states far too many to list, held as one shared graph.
//!
//! Bryant's reduced ordered diagrams with one cache for if-then-else. There is no garbage collection: a space lives
//! for one proof and refuses to grow past its bound.

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

/// Node of the constants lies below every bit.
const LEAF: u32 = u32::MAX;
/// A space does not grow past this many nodes.
const MOST_NODES: usize = 6_000_000;
const CACHE: usize = 1 << 18;

/// The space in which sets live.
pub(super) struct Space {
    nodes: Vec<Node>,
    /// Open addressing over `nodes`; 0 is an empty place.
    places: Vec<u32>,
    cache: Vec<[u32; 4]>,
    overflow: bool,
}

impl Space {
    pub fn new() -> Self {
        let leaf = Node { bit: LEAF, low: 0, high: 0 };
        Self {
            nodes: vec![leaf, leaf],
            places: vec![0; 1 << 16],
            cache: vec![[u32::MAX; 4]; CACHE],
            overflow: false,
        }
    }

    /// Whether the space is full: nothing that it says holds any more.
    pub fn is_full(&self) -> bool {
        self.overflow
    }

    fn node(&self, set: u32) -> Node {
        index(set).and_then(|at| self.nodes.get(at)).copied().unwrap_or(Node { bit: LEAF, low: 0, high: 0 })
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
        self.places = vec![0; size];
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

    /// The states in which a bit is set.
    pub fn bit(&mut self, bit: u32) -> Set {
        Set(self.make(bit, 0, 1))
    }

    pub fn not(&mut self, set: Set) -> Set {
        self.choose(set, NONE, ALL)
    }

    pub fn and(&mut self, a: Set, b: Set) -> Set {
        self.choose(a, b, NONE)
    }

    pub fn or(&mut self, a: Set, b: Set) -> Set {
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

    fn ite(&mut self, f: u32, g: u32, h: u32) -> u32 {
        match (f, g, h) {
            (1, _, _) => return g,
            (0, _, _) => return h,
            (_, 1, 0) => return f,
            _ if g == h => return g,
            _ => {}
        }
        let slot = mix(f, g, h) & (CACHE - 1);
        if let Some([a, b, c, made]) = self.cache.get(slot)
            && (*a, *b, *c) == (f, g, h)
        {
            return *made;
        }
        let (nf, ng, nh) = (self.node(f), self.node(g), self.node(h));
        let bit = nf.bit.min(ng.bit).min(nh.bit);
        let split = |node: Node, own: u32| if node.bit == bit { (node.low, node.high) } else { (own, own) };
        let ((f0, f1), (g0, g1), (h0, h1)) = (split(nf, f), split(ng, g), split(nh, h));
        let low = self.ite(f0, g0, h0);
        let high = self.ite(f1, g1, h1);
        let made = self.make(bit, low, high);
        if let Some(entry) = self.cache.get_mut(slot) {
            *entry = [f, g, h, made];
        }
        made
    }

    /// The states that become states of the set when a bit is given a value.
    fn fixed(&mut self, set: u32, bit: u32, value: bool, seen: &mut Seen) -> u32 {
        let node = self.node(set);
        if node.bit > bit {
            return set;
        }
        if node.bit == bit {
            return if value { node.high } else { node.low };
        }
        if let Some(made) = seen.get(set) {
            return made;
        }
        let low = self.fixed(node.low, bit, value, seen);
        let high = self.fixed(node.high, bit, value, seen);
        let made = self.make(node.bit, low, high);
        seen.put(set, made);
        made
    }

    /// The set with a bit given a value.
    pub fn with(&mut self, set: Set, bit: u32, value: bool) -> Set {
        Set(self.fixed(set.0, bit, value, &mut Seen::default()))
    }

    /// The set whatever a bit is.
    pub fn any(&mut self, set: Set, bit: u32) -> Set {
        let (low, high) = (self.with(set, bit, false), self.with(set, bit, true));
        self.or(low, high)
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

    /// How many states a set has over the first `bits` bits, at most `u64::MAX`.
    pub fn count(&self, set: Set, bits: u32) -> u64 {
        let mut known = Seen64::default();
        self.count_from(set.0, 0, bits, &mut known)
    }

    fn count_from(&self, set: u32, from: u32, bits: u32, known: &mut Seen64) -> u64 {
        if set == 0 {
            return 0;
        }
        let node = self.node(set);
        let own = node.bit.min(bits);
        let below = if own == bits {
            1
        } else {
            known.get(set).unwrap_or_else(|| {
                let low = self.count_from(node.low, own + 1, bits, known);
                let high = self.count_from(node.high, own + 1, bits, known);
                let made = low.saturating_add(high);
                known.put(set, made);
                made
            })
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

/// What a pass has made of each node.
#[derive(Default)]
struct Seen(std::collections::BTreeMap<u32, u32>);

impl Seen {
    fn get(&self, set: u32) -> Option<u32> {
        self.0.get(&set).copied()
    }

    fn put(&mut self, set: u32, made: u32) {
        self.0.insert(set, made);
    }
}

#[derive(Default)]
struct Seen64(std::collections::BTreeMap<u32, u64>);

impl Seen64 {
    fn get(&self, set: u32) -> Option<u64> {
        self.0.get(&set).copied()
    }

    fn put(&mut self, set: u32, made: u64) {
        self.0.insert(set, made);
    }
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
        let whatever = space.any(ab, 0);
        assert_eq!(whatever, b);
        assert_eq!(space.with(either, 2, false), ab);
        assert_eq!(space.one_of(ab), [0, 1]);
    }
}

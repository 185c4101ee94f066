//! Two sets that must be the same, compared in passing, whatever order they come in.
//!
//! What one side gives is added up and what the other takes is subtracted, each item as a number that a keyed function
//! (SipHash) makes of it under a key drawn anew each time. Sets that differ come to zero by chance in one of 2^64
//! checks, and nobody can prepare for a key that is not drawn yet. The sums are kept in buckets, by case, so that it is
//! known where to look.

use std::hash::{BuildHasher as _, DefaultHasher, Hash, Hasher as _, RandomState};

/// The keys of a check, and how many buckets it has.
#[derive(Clone)]
pub(crate) struct Keys {
    random: RandomState,
    buckets: u64,
}

/// Cases that share a bucket, on average and at most: the more there are, the longer it takes to look at one of them.
const SHARE: u64 = 8;
const MOST: u64 = 1 << 20;

impl Keys {
    /// Keys for a check of about that many cases.
    pub fn draw(cases: u64) -> Self {
        Self { random: RandomState::new(), buckets: (cases / SHARE).clamp(64, MOST) }
    }

    /// An item that begins with a case, and the case's bucket.
    pub fn of(&self, case: &str) -> (usize, Begun) {
        let mut begun = self.random.build_hasher();
        case.hash(&mut begun);
        // The upper half of the product is below the number of buckets; dividing takes longer.
        let bucket = (u128::from(begun.finish()) * u128::from(self.buckets)) >> 64;
        let bucket = usize::try_from(bucket).unwrap_or(0);
        (bucket, Begun(begun))
    }

    /// An item of which the rest is not known yet.
    pub fn begin(&self, item: impl Hash) -> Begun {
        let mut begun = self.random.build_hasher();
        item.hash(&mut begun);
        Begun(begun)
    }

    /// Something for each bucket.
    pub fn each_bucket<T: Clone>(&self, of: T) -> Vec<T> {
        vec![of; usize::try_from(self.buckets).unwrap_or(0)]
    }
}

/// An item so far. 未完项
#[derive(Clone)]
pub(crate) struct Begun(DefaultHasher);

impl Begun {
    /// The number of the item that ends with this.
    fn end(&self, rest: impl Hash) -> u64 {
        let mut hasher = self.0.clone();
        rest.hash(&mut hasher);
        hasher.finish()
    }
}

/// The rest of an item of a case: a number, a hash and a division, end to end, so that the keyed function is called once.
/// The first two are always as long, so that no two items have the same bytes.
pub(crate) struct Link {
    bytes: [u8; Self::MOST],
    length: usize,
    /// A division longer than any that there is.
    longer: Option<String>,
}

impl Link {
    const FIXED: usize = 40;
    const MOST: usize = 64;

    pub fn new(number: u64, hash: &ledger::Hash, division: &str) -> Self {
        let mut link = Self { bytes: [0; Self::MOST], length: Self::FIXED + division.len(), longer: None };
        let (head, rest) = link.bytes.split_at_mut(8);
        let (middle, tail) = rest.split_at_mut(Self::FIXED - 8);
        head.copy_from_slice(&number.to_le_bytes());
        middle.copy_from_slice(hash.as_bytes());
        match tail.get_mut(..division.len()) {
            Some(place) => place.copy_from_slice(division.as_bytes()),
            None => (link.length, link.longer) = (Self::FIXED, Some(division.to_owned())),
        }
        link
    }
}

impl Hash for Link {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write(self.bytes.get(..self.length).unwrap_or_default());
        if let Some(longer) = &self.longer {
            state.write(longer.as_bytes());
        }
    }
}

/// What one side gave and the other did not take yet.
pub(crate) struct Balance(Vec<u64>);

impl Balance {
    pub fn new(keys: &Keys) -> Self {
        Self(keys.each_bucket(0))
    }

    /// With a single bucket.
    pub fn one() -> Self {
        Self(vec![0])
    }

    pub fn give(&mut self, bucket: usize, begun: &Begun, rest: impl Hash) {
        self.add(bucket, begun.end(rest));
    }

    pub fn take(&mut self, bucket: usize, begun: &Begun, rest: impl Hash) {
        self.add(bucket, begun.end(rest).wrapping_neg());
    }

    /// Gives an item so many times, or takes it where that is less than nothing: quantities that add up to the same are even,
    /// in however many portions they come.
    pub fn give_times(&mut self, bucket: usize, begun: &Begun, rest: impl Hash, times: i64) {
        self.add(bucket, begun.end(rest).wrapping_mul(times.cast_unsigned()));
    }

    fn add(&mut self, bucket: usize, number: u64) {
        if let Some(sum) = self.0.get_mut(bucket) {
            *sum = sum.wrapping_add(number);
        }
    }

    /// Adds what another reader found.
    pub fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
    }

    /// The buckets in which the sides differ.
    pub fn uneven(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, sum)| **sum != 0).map(|(at, _)| at)
    }
}

/// Which buckets must be looked at. 待查范围
pub(crate) struct Suspects {
    keys: Keys,
    marked: Vec<bool>,
    any: bool,
}

impl Suspects {
    pub fn new(keys: &Keys) -> Self {
        Self { keys: keys.clone(), marked: keys.each_bucket(false), any: false }
    }

    pub fn mark(&mut self, bucket: usize) {
        if let Some(marked) = self.marked.get_mut(bucket) {
            *marked = true;
            self.any = true;
        }
    }

    pub fn join(&mut self, other: &Self) {
        other.marked.iter().enumerate().filter(|(_, marked)| **marked).for_each(|(at, _)| self.mark(at));
    }

    pub fn any(&self) -> bool {
        self.any
    }

    pub fn has(&self, bucket: usize) -> bool {
        self.marked.get(bucket).copied().unwrap_or(false)
    }

    pub fn has_case(&self, case: &str) -> bool {
        self.any && self.has(self.keys.of(case).0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_even_in_any_portions() {
        let keys = Keys::draw(100);
        let mut one = Balance::one();
        for times in [3, 4, -2] {
            one.give_times(0, &keys.begin("a"), "n", times);
        }
        assert_eq!(one.uneven().count(), 1);
        one.give_times(0, &keys.begin("b"), "n", -5);
        assert_eq!(one.uneven().count(), 1);
        one.give_times(0, &keys.begin("b"), "n", 5);
        one.give_times(0, &keys.begin("a"), "n", -5);
        assert_eq!(one.uneven().count(), 0);
    }

    #[test]
    fn links_are_even_where_all_their_parts_are() {
        let keys = Keys::draw(100);
        let item = keys.begin("a");
        let (one, other) = (ledger::Hash([1; 32]), ledger::Hash([2; 32]));
        let long = "区".repeat(30);
        let links = [(1, one, ""), (2, one, ""), (1, other, ""), (1, one, "350526"), (1, one, &long)];
        for (at, (number, hash, division)) in links.iter().enumerate() {
            for (beside, (its_number, its_hash, its_division)) in links.iter().enumerate() {
                let mut balance = Balance::one();
                balance.give(0, &item, Link::new(*number, hash, division));
                balance.take(0, &item, Link::new(*its_number, its_hash, its_division));
                assert_eq!(balance.uneven().count() == 0, at == beside, "{at} {beside}");
            }
        }
    }

    #[test]
    fn what_was_given_and_taken_in_any_order_is_even() {
        // Two of the cases must not share a bucket by chance.
        let mut keys = Keys::draw(100);
        while keys.of("b").0 == keys.of("c").0 {
            keys = Keys::draw(100);
        }
        let (bucket, item) = (|case| keys.of(case).0, |case| keys.of(case).1);
        let (mut one, mut other) = (Balance::new(&keys), Balance::new(&keys));
        for number in 0..500_u32 {
            one.give(bucket("a"), &item("a"), number);
            other.take(bucket("a"), &item("a"), 499 - number);
        }
        one.join(&other);
        assert_eq!(one.uneven().count(), 0);
        // One thing for another, one too many, and one for each of two that changed places.
        one.give(bucket("b"), &item("b"), 1);
        one.take(bucket("b"), &item("b"), 2);
        assert_eq!(one.uneven().collect::<Vec<_>>(), [bucket("b")]);
        one.give(bucket("b"), &item("b"), 2);
        one.take(bucket("b"), &item("b"), 1);
        assert_eq!(one.uneven().count(), 0);
        one.give(bucket("b"), &item("b"), 2);
        one.give(bucket("b"), &item("b"), 2);
        assert_eq!(one.uneven().count(), 1);
        for (case, link) in [("c", 1), ("d", 2)] {
            one.give(bucket("c"), &item(case), link);
            one.take(bucket("c"), &item(case), 3 - link);
        }
        assert_eq!(one.uneven().count(), 2);
    }
}

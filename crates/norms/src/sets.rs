//! Sets of acts and the truth of guards, as bits: a decision must not allocate.

/// The most acts that one procedure may have.
pub const MOST: usize = 128;

/// An act of a procedure, by its place in the file. 事项
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActId(pub u8);

impl ActId {
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The id of a place in the file; `None` past the most that a procedure may have.
    #[must_use]
    pub fn new(index: usize) -> Option<Self> {
        u8::try_from(index).ok().filter(|_| index < MOST).map(Self)
    }
}

/// A set of acts. 事项集合
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActSet(pub u128);

impl ActSet {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn one(act: ActId) -> Self {
        Self(1 << act.0)
    }

    /// The first `count` acts.
    #[must_use]
    pub fn first(count: usize) -> Self {
        if count >= MOST { Self(u128::MAX) } else { Self((1 << count) - 1) }
    }

    #[must_use]
    pub fn has(self, act: ActId) -> bool {
        self.0 >> act.0 & 1 == 1
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    #[must_use]
    pub fn with(self, act: ActId) -> Self {
        self | Self::one(act)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The acts of the set, in the order of the file.
    pub fn iter(self) -> impl Iterator<Item = ActId> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let bit = left.trailing_zeros();
                left &= left - 1;
                ActId(u8::try_from(bit).unwrap_or(u8::MAX))
            })
        })
    }
}

impl std::ops::BitOr for ActSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::ops::BitOrAssign for ActSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl std::ops::BitAnd for ActSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl FromIterator<ActId> for ActSet {
    fn from_iter<I: IntoIterator<Item = ActId>>(acts: I) -> Self {
        acts.into_iter().fold(Self::NONE, Self::with)
    }
}

/// The most guards that one procedure may have: two words of bits, whose places are numbered by a `u8`.
pub const MOST_GUARDS: usize = 256;

/// A set of guards, by their places in the file. 条件集合
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct GuardSet([u128; 2]);

impl GuardSet {
    #[must_use]
    pub fn has(&self, guard: u8) -> bool {
        let [low, high] = self.0;
        (if guard < 128 { low } else { high }) >> (guard & 127) & 1 == 1
    }

    pub fn put(&mut self, guard: u8) {
        *self.word(guard) |= 1 << (guard & 127);
    }

    pub fn take(&mut self, guard: u8) {
        *self.word(guard) &= !(1 << (guard & 127));
    }

    fn word(&mut self, guard: u8) -> &mut u128 {
        let [low, high] = &mut self.0;
        if guard < 128 { low } else { high }
    }
}

/// What is known of every guard: true, false, or neither. 条件真值
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Truths {
    yes: GuardSet,
    no: GuardSet,
}

impl Truths {
    pub fn set(&mut self, guard: u8, truth: Option<bool>) {
        self.yes.take(guard);
        self.no.take(guard);
        match truth {
            Some(true) => self.yes.put(guard),
            Some(false) => self.no.put(guard),
            None => {}
        }
    }

    #[must_use]
    pub fn get(&self, guard: u8) -> Option<bool> {
        if self.yes.has(guard) {
            Some(true)
        } else if self.no.has(guard) {
            Some(false)
        } else {
            None
        }
    }

    /// Whether an `if` lets a restriction apply: it does unless it is known to be false.
    #[must_use]
    pub fn restrains(&self, guard: Option<u8>) -> bool {
        guard.is_none_or(|guard| !self.no.has(guard))
    }

    /// Whether an `if` lets an effect happen (a duty, a closing, an opening) or a `with` is met: known to be true.
    #[must_use]
    pub fn acts(&self, guard: Option<u8>) -> bool {
        guard.is_none_or(|guard| self.yes.has(guard))
    }
}

#[cfg(test)]
mod tests {
    use super::{GuardSet, MOST_GUARDS, Truths};

    #[test]
    fn every_guard_has_a_place_of_its_own() {
        assert_eq!(usize::from(u8::MAX) + 1, MOST_GUARDS);
        for guard in 0..=u8::MAX {
            let (mut set, mut truths) = (GuardSet::default(), Truths::default());
            set.put(guard);
            truths.set(guard, Some(guard % 2 == 0));
            for other in 0..=u8::MAX {
                assert_eq!(set.has(other), other == guard, "{guard} {other}");
                assert_eq!(truths.get(other), (other == guard).then_some(guard % 2 == 0), "{guard} {other}");
            }
            set.take(guard);
            truths.set(guard, None);
            assert_eq!((set, truths), (GuardSet::default(), Truths::default()));
        }
    }
}

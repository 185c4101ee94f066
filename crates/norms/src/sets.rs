//! Sets of acts and the truth of guards, as bits: a decision must not allocate.

/// The most acts (and the most guards) that one procedure may have.
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

/// What is known of every guard: true, false, or neither. 条件真值
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Truths {
    yes: u128,
    no: u128,
}

impl Truths {
    pub fn set(&mut self, guard: u8, truth: Option<bool>) {
        let bit = 1u128 << guard;
        self.yes &= !bit;
        self.no &= !bit;
        match truth {
            Some(true) => self.yes |= bit,
            Some(false) => self.no |= bit,
            None => {}
        }
    }

    #[must_use]
    pub fn get(&self, guard: u8) -> Option<bool> {
        if self.yes >> guard & 1 == 1 {
            Some(true)
        } else if self.no >> guard & 1 == 1 {
            Some(false)
        } else {
            None
        }
    }

    /// Whether an `if` lets a restriction apply: it does unless it is known to be false.
    #[must_use]
    pub fn restrains(&self, guard: Option<u8>) -> bool {
        guard.is_none_or(|guard| self.no >> guard & 1 == 0)
    }

    /// Whether an `if` lets an effect happen (a duty, a closing, an opening) or a `with` is met: known to be true.
    #[must_use]
    pub fn acts(&self, guard: Option<u8>) -> bool {
        guard.is_none_or(|guard| self.yes >> guard & 1 == 1)
    }
}

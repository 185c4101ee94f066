//! Sets of the plan's working days, by their place in the plan.

use std::ops::{BitAnd, BitOr};

const WORDS: usize = 6;

/// How many working days a plan has at most.
pub const MOST_DAYS: usize = WORDS * 64;

/// A set of days. 日期集
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Days([u64; WORDS]);

pub fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

pub fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Days {
    pub fn of(places: impl IntoIterator<Item = usize>) -> Self {
        let mut made = Self::default();
        for at in places {
            made.set(at);
        }
        made
    }

    pub fn set(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub fn clear(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
    }

    pub fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    pub fn is_empty(&self) -> bool {
        self.0 == [0; WORDS]
    }

    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    pub fn first(&self) -> Option<usize> {
        self.iter().next()
    }

    pub fn last(&self) -> Option<usize> {
        let (at, word) = self.0.iter().enumerate().rev().find(|(_, word)| **word != 0)?;
        Some(at * 64 + 63 - wide(word.leading_zeros()))
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(at, word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let place = (left != 0).then(|| wide(left.trailing_zeros()))?;
                left &= left - 1;
                Some(at * 64 + place)
            })
        })
    }

    pub fn minus(self, other: Self) -> Self {
        self & Self(other.0.map(|word| !word))
    }
}

impl BitAnd for Days {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let mut made = self;
        made.0.iter_mut().zip(other.0).for_each(|(word, more)| *word &= more);
        made
    }
}

impl BitOr for Days {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let mut made = self;
        made.0.iter_mut().zip(other.0).for_each(|(word, more)| *word |= more);
        made
    }
}

/// Days on which at least so many of some sets are there.
pub fn at_least(count: u32, sets: impl Iterator<Item = Days>) -> Days {
    let mut levels = vec![Days::default(); wide(count)];
    for set in sets {
        let mut carry = set;
        for level in &mut levels {
            let both = *level & carry;
            *level = *level | carry;
            carry = both;
        }
    }
    levels.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_many_have() {
        let sets = [Days::of([1, 2, 70]), Days::of([2, 70, 300]), Days::of([70, 300])];
        assert_eq!(at_least(1, sets.into_iter()), Days::of([1, 2, 70, 300]));
        assert_eq!(at_least(2, sets.into_iter()), Days::of([2, 70, 300]));
        assert_eq!(at_least(3, sets.into_iter()), Days::of([70]));
        assert_eq!(at_least(4, sets.into_iter()), Days::default());
        assert_eq!(Days::of([3, 299]).last(), Some(299));
        assert_eq!(Days::of([3, 299]).iter().collect::<Vec<_>>(), [3, 299]);
    }
}

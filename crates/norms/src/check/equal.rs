//! Bits that are always equal, opposite or constant: one bit is enough for all of them.
//!
//! The classes are found by induction (van Eijk's method). All bits, each taken against its first value, begin in one
//! class with the constant; whatever a transition could tear apart, the others being equal, is torn apart, until no
//! transition tears anything. Then the equalities hold at the start and every transition keeps them.

use std::collections::BTreeMap;

use super::bdd::{ALL, NONE, Set, Space};
use super::paths::Path;
use super::symbolic::Model;

/// The classes of the bits. Class 0 is that of the bits that never move.
pub(super) struct Classes {
    pub of: Vec<usize>,
    /// The values before the first act: a bit is its class's bit, turned where it starts set.
    pub first: Vec<bool>,
    pub count: usize,
}

/// What a bit (against its first value) is after a transition.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Constant(bool),
    /// What the bits of its class were before.
    Before,
    /// Anything.
    Free(usize),
}

impl Classes {
    pub fn of(model: &Model<'_>, paths: &[Path]) -> Self {
        let first: Vec<bool> = (0..model.bits).map(|bit| model.starts_as(bit)).collect();
        let mut classes = Self { of: vec![0; first.len()], first, count: 1 };
        loop {
            let before = classes.count;
            let mut space = Space::new();
            for path in paths {
                classes.refine(model, path, &mut space);
            }
            if classes.count == before {
                return classes;
            }
        }
    }

    /// For every class its place in the order of the file; class 0 has none.
    pub fn numbers(&self) -> Vec<Option<usize>> {
        let mut made = vec![None; self.count];
        let mut next = 0..;
        for class in self.of.iter().filter(|class| **class > 0) {
            if let Some(place @ None) = made.get_mut(*class) {
                *place = next.next();
            }
        }
        made
    }

    /// For every bit: the set of states in which it is set, by the bits that stand for the classes in a space.
    pub fn sets(&self, space: &mut Space, stands: impl Fn(usize) -> Option<u32>) -> Vec<Set> {
        let of = self.of.iter().zip(&self.first);
        of.map(|(class, first)| match stands(*class) {
            Some(bit) if *class > 0 => space.literal(bit, !first),
            _ if *first => ALL,
            _ => NONE,
        })
        .collect()
    }

    fn refine(&mut self, model: &Model<'_>, path: &Path, space: &mut Space) {
        let to = self.sets(space, |class| u32::try_from(class).ok());
        let guard = space.copied(&model.space, path.guard, &to, &mut BTreeMap::new());
        if guard == NONE {
            return;
        }
        let mut after = vec![After::Before; self.of.len()];
        for (bit, value) in &path.puts {
            let first = self.first_of(*bit);
            if let Some(place) = place(*bit).and_then(|at| after.get_mut(at)) {
                *place = After::Constant(*value != first);
            }
        }
        for bit in path.free.keys().filter_map(|variable| model.values.get(*variable)).flatten() {
            if let Some((at, place)) = place(*bit).and_then(|at| Some((at, after.get_mut(at)?))) {
                *place = After::Free(at);
            }
        }
        for bit in path.lost.iter().filter_map(|duty| model.owed.get(*duty)) {
            if let Some((at, place)) = place(*bit).and_then(|at| Some((at, after.get_mut(at)?))) {
                *place = After::Free(at);
            }
        }
        let mut groups: BTreeMap<(usize, After), usize> = BTreeMap::from([((0, After::Constant(false)), 0)]);
        let mut kept = vec![false; self.count];
        if let Some(constant) = kept.first_mut() {
            *constant = true;
        }
        let known: Vec<Option<bool>> = self.known_before(guard, &after, space);
        for (class, after) in self.of.iter_mut().zip(after) {
            let after = match known.get(*class).copied().flatten() {
                Some(value) if after == After::Before => After::Constant(value),
                _ => after,
            };
            let (old, count) = (*class, &mut self.count);
            *class = *groups.entry((old, after)).or_insert_with(|| match kept.get_mut(old) {
                Some(kept) if !*kept => {
                    *kept = true;
                    old
                }
                _ => {
                    *count += 1;
                    *count - 1
                }
            });
        }
    }

    /// For every class some of whose bits a transition moves: the value that its guard gives it.
    fn known_before(&self, guard: Set, after: &[After], space: &mut Space) -> Vec<Option<bool>> {
        let mut moved = vec![false; self.count];
        for (class, after) in self.of.iter().zip(after) {
            if let Some(place) = moved.get_mut(*class).filter(|_| *after != After::Before) {
                *place = true;
            }
        }
        let numbered = (0u32..).zip(moved);
        let value = |(class, moved): (u32, bool)| {
            if class == 0 {
                return Some(false);
            }
            let mut never = |value: bool| {
                let set = space.literal(class, value);
                space.and(guard, set) == NONE
            };
            match moved {
                true if never(true) => Some(false),
                true if never(false) => Some(true),
                _ => None,
            }
        };
        numbered.map(value).collect()
    }

    fn first_of(&self, bit: u32) -> bool {
        place(bit).and_then(|at| self.first.get(at)).copied().unwrap_or(false)
    }

    /// The class of a bit.
    pub fn class(&self, bit: u32) -> usize {
        place(bit).and_then(|at| self.of.get(at)).copied().unwrap_or(0)
    }

    /// The value of its class's bit when a bit has a value.
    pub fn put(&self, bit: u32, value: bool) -> bool {
        value != self.first_of(bit)
    }
}

fn place(bit: u32) -> Option<usize> {
    usize::try_from(bit).ok()
}

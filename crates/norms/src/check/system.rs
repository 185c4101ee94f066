//! A procedure ready to be explored: its transitions over as few bits as possible.

use std::collections::{BTreeMap, BTreeSet};

use super::bdd::{ALL, Set, Space};
use super::equal::Classes;
use super::paths::Path;
use super::symbolic::Model;
use crate::{ActId, ActSet};

/// A transition: from the states of `guard`, the bits of `moved` become anything that `becomes` allows.
pub(super) struct Step {
    pub act: ActId,
    pub guard: Set,
    moved: Set,
    becomes: Set,
    /// Duties that fall away after it where none of their acts is open.
    lost: Vec<usize>,
}

/// A duty as sets.
pub(super) struct Owing {
    pub owed: Set,
    /// Owed, and none of its acts is open.
    lost: Set,
    /// Its bit alone.
    bit: Set,
}

/// The transitions of a procedure and what is asked of its states.
pub(super) struct System {
    pub space: Space,
    pub bits: u32,
    pub start: Set,
    pub closed: Set,
    pub steps: Vec<Step>,
    pub owed: Vec<Owing>,
    /// Where each act is done.
    pub done: Vec<Set>,
}

impl System {
    pub fn of(model: &mut Model<'_>) -> Self {
        let paths = model.paths();
        let classes = Classes::of(model, &paths);
        let numbers = classes.numbers();
        let mut space = Space::new();
        let to = classes.sets(&mut space, &numbers);
        let closed = model.closed();
        let owed: Vec<Set> = (0..model.duties.len()).map(|duty| model.is_owed(duty)).collect();
        let lost: Vec<Set> = (0..model.duties.len()).map(|duty| model.is_lost(duty)).collect();
        let done: Vec<Set> = model.index.all.iter().map(|act| model.is_done(act)).collect();
        let mut copy = |set: Set| space.copied(&model.space, set, &to, &mut BTreeMap::new());
        let closed = copy(closed);
        let done = done.into_iter().map(&mut copy).collect();
        let lost: Vec<Set> = lost.into_iter().map(&mut copy).collect();
        let owed: Vec<Set> = owed.into_iter().map(&mut copy).collect();
        let own = |(owed, lost): (Set, Set)| {
            let bits = space.support(owed);
            Owing { owed, lost, bit: space.cube(&bits) }
        };
        let owed = owed.into_iter().zip(lost).map(own).collect();
        let count = u32::try_from(classes.count).unwrap_or(u32::MAX) - 1;
        let mut start = ALL;
        for bit in 0..count {
            let off = space.literal(bit, false);
            start = space.and(start, off);
        }
        let mut made = Self { space, bits: count, start, closed, steps: Vec::new(), owed, done };
        for path in &paths {
            made.add(model, path, &classes, &numbers, &to);
        }
        made
    }

    fn add(&mut self, model: &mut Model<'_>, path: &Path, classes: &Classes, numbers: &[u32], to: &[Set]) {
        let guard = self.space.copied(&model.space, path.guard, to, &mut BTreeMap::new());
        let (mut moved, mut becomes) = (BTreeSet::new(), ALL);
        for (bit, value) in &path.puts {
            let (class, value) = classes.put(*bit, *value);
            if let Some(number) = numbers.get(class).filter(|_| class > 0) {
                moved.insert(*number);
                let literal = self.space.literal(*number, value);
                becomes = self.space.and(becomes, literal);
            }
        }
        for (variable, mask) in &path.free {
            let allowed = model.has_value(*variable, *mask);
            let allowed = self.space.copied(&model.space, allowed, to, &mut BTreeMap::new());
            becomes = self.space.and(becomes, allowed);
            for bit in model.values.get(*variable).into_iter().flatten() {
                let (class, _) = classes.put(*bit, false);
                moved.extend(numbers.get(class).filter(|_| class > 0));
            }
        }
        let moved: Vec<u32> = moved.into_iter().collect();
        let moved = self.space.cube(&moved);
        let lost = path.lost.iter().copied().collect();
        self.steps.push(Step { act: path.act, guard, moved, becomes, lost });
    }

    /// Where a step leads from a set.
    pub fn after(&mut self, set: Set, at: usize) -> Set {
        let Some(step) = self.steps.get(at) else { return set };
        let freed = self.space.project(set, step.guard, step.moved);
        let mut made = self.space.and(freed, step.becomes);
        for duty in step.lost.iter().filter_map(|duty| self.owed.get(*duty)) {
            let kept = self.space.minus(made, duty.lost);
            let freed = self.space.project(made, duty.lost, duty.bit);
            let lost = self.space.minus(freed, duty.owed);
            made = self.space.or(kept, lost);
        }
        made
    }

    /// From where a step leads into a set.
    pub fn before(&mut self, set: Set, at: usize) -> Set {
        let Some(step) = self.steps.get(at) else { return set };
        let mut set = set;
        for duty in step.lost.iter().rev().filter_map(|duty| self.owed.get(*duty)) {
            let kept = self.space.minus(set, duty.lost);
            let free = self.space.minus(set, duty.owed);
            let freed = self.space.project(free, ALL, duty.bit);
            let lost = self.space.and(freed, duty.lost);
            set = self.space.or(kept, lost);
        }
        let freed = self.space.project(set, step.becomes, step.moved);
        self.space.and(freed, step.guard)
    }

    /// Drops what neither the procedure nor the sets given need.
    pub fn tidy<'s>(&'s mut self, more: impl IntoIterator<Item = &'s mut Set>) {
        if !self.space.is_littered() {
            return;
        }
        let mut living: Vec<&mut Set> = vec![&mut self.start, &mut self.closed];
        living.extend(self.done.iter_mut().chain(more));
        living.extend(self.owed.iter_mut().flat_map(|duty| [&mut duty.owed, &mut duty.lost, &mut duty.bit]));
        let steps = self.steps.iter_mut();
        living.extend(steps.flat_map(|step| [&mut step.guard, &mut step.moved, &mut step.becomes]));
        self.space.collect(living);
    }

    /// The acts that are done in a state, and the places of the duties owed in it, from its set bits.
    pub fn reading(&self, state: &[u32]) -> (ActSet, Vec<usize>) {
        let acts = self.done.iter().enumerate().filter(|(_, set)| self.space.holds(**set, state));
        let owed = self.owed.iter().enumerate().filter(|(_, set)| self.space.holds(set.owed, state));
        (acts.filter_map(|(at, _)| ActId::new(at)).collect(), owed.map(|(at, _)| at).collect())
    }
}

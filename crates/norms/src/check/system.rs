//! A procedure ready to be explored: its transitions over as few bits as possible.
//!
//! A bit has a level of a space of sets; of the two bits of a level the first says what holds before a transition and
//! the second what holds after it. Sets of states are over first bits alone.

use std::collections::{BTreeMap, BTreeSet};

use super::bdd::{ALL, NONE, Set, Space};
use super::equal::Classes;
use super::order::Levels;
use super::paths::Path;
use super::saturate::Relation;
use super::symbolic::Model;
use crate::{ActId, ActSet};

/// A transition of an act: from the states of `guard`, to where its relation leads.
pub(super) struct Step {
    pub act: ActId,
    pub guard: Set,
    pub relation: Relation,
}

/// The transitions of a procedure and what is asked of its states.
pub(super) struct System {
    pub space: Space,
    /// The levels in the order of the file.
    pub levels: Vec<u32>,
    pub start: Set,
    pub closed: Set,
    /// Where an act was done that opens a case.
    pub opened: Set,
    pub steps: Vec<Step>,
    /// Where each duty is owed.
    pub owed: Vec<Set>,
    /// Where each act is done.
    pub done: Vec<Set>,
}

/// How the bits of a model are found in a system.
struct Places<'a> {
    classes: &'a Classes,
    levels: &'a Levels,
    /// Where each bit is set before a transition, and after it.
    before: Vec<Set>,
    after: Vec<Set>,
}

impl Places<'_> {
    fn level(&self, bit: u32) -> Option<u32> {
        self.levels.of(self.classes.class(bit))
    }
}

/// A relation that is being made: the levels that it moves, and what it allows.
struct Draft {
    moved: BTreeSet<u32>,
    relates: Set,
}

impl System {
    /// With sets in a space of at most so many nodes.
    pub fn of(
        model: &mut Model<'_>,
        paths: &[Path],
        classes: &Classes,
        levels: &Levels,
        most: usize,
    ) -> Self {
        let mut space = Space::of(most);
        let before = classes.sets(&mut space, |class| levels.of(class).map(|level| level << 1));
        let after = classes.sets(&mut space, |class| levels.of(class).map(|level| level << 1 | 1));
        let closed = model.closed();
        let opened = model.some(model.index.opens, Model::is_done);
        let owed: Vec<Set> = (0..model.duties.len()).map(|duty| model.is_owed(duty)).collect();
        let done: Vec<Set> = model.index.all.iter().map(|act| model.is_done(act)).collect();
        let mut copy = |set: Set| space.copied(&model.space, set, &before, &mut BTreeMap::new());
        let (closed, opened) = (copy(closed), copy(opened));
        let done = done.into_iter().map(&mut copy).collect();
        let owed = owed.into_iter().map(&mut copy).collect();
        let mut start = ALL;
        for level in (0u32..).zip(&levels.in_file).map(|(level, _)| level) {
            let off = space.literal(level << 1, false);
            start = space.and(start, off);
        }
        let levels_in_file = levels.in_file.clone();
        let mut made =
            Self { space, levels: levels_in_file, start, closed, opened, steps: Vec::new(), owed, done };
        let places = Places { classes, levels, before, after };
        for path in paths {
            made.add(model, path, &places);
        }
        made
    }

    fn add(&mut self, model: &mut Model<'_>, path: &Path, places: &Places<'_>) {
        let guard = self.space.copied(&model.space, path.guard, &places.before, &mut BTreeMap::new());
        if guard == NONE {
            return;
        }
        let mut draft = Draft { moved: BTreeSet::new(), relates: guard };
        self.moves(model, path, places, &mut draft);
        self.losses(model, path, places, &mut draft);
        let moved: Vec<u32> = draft.moved.into_iter().map(|level| level << 1).collect();
        let relation = Relation { relates: draft.relates, moves: self.space.cube(&moved) };
        self.steps.push(Step { act: path.act, guard, relation });
    }

    /// What a path moves, whatever the state is.
    fn moves(&mut self, model: &mut Model<'_>, path: &Path, places: &Places<'_>, draft: &mut Draft) {
        let lost: Vec<u32> = path.lost.iter().filter_map(|duty| model.owed.get(*duty)).copied().collect();
        for (bit, value) in path.puts.iter().filter(|(bit, _)| !lost.contains(bit)) {
            if let Some(level) = places.level(*bit) {
                draft.moved.insert(level);
                let literal = self.space.literal(level << 1 | 1, places.classes.put(*bit, *value));
                draft.relates = self.space.and(draft.relates, literal);
            }
        }
        for (variable, mask) in &path.free {
            let allowed = model.has_value(*variable, *mask);
            let allowed = self.space.copied(&model.space, allowed, &places.after, &mut BTreeMap::new());
            draft.relates = self.space.and(draft.relates, allowed);
            let bits = model.values.get(*variable).into_iter().flatten();
            draft.moved.extend(bits.filter_map(|bit| places.level(*bit)));
        }
    }

    /// Duties that fall away after a path where none of their acts is open: each is owed then if it was owed before,
    /// or arises, and one of its acts is open.
    fn losses(&mut self, model: &mut Model<'_>, path: &Path, places: &Places<'_>, draft: &mut Draft) {
        let is_moved = |bit: u32| places.level(bit).is_some_and(|level| draft.moved.contains(&level));
        let both = (0u32..).zip(places.before.iter().zip(&places.after));
        let then: Vec<Set> =
            both.map(|(bit, (before, after))| if is_moved(bit) { *after } else { *before }).collect();
        for duty in path.lost.iter().copied() {
            let Some(bit) = model.owed.get(duty).copied() else { continue };
            let (open, owed) = (model.is_open_for(duty), model.is_owed(duty));
            let mut copy =
                |set: Set, to: &[Set]| self.space.copied(&model.space, set, to, &mut BTreeMap::new());
            let open = copy(open, &then);
            let was = if path.puts.get(&bit) == Some(&true) { ALL } else { copy(owed, &places.before) };
            let will = copy(owed, &places.after);
            let stays = self.space.and(was, open);
            let wont = self.space.not(will);
            let agrees = self.space.choose(stays, will, wont);
            draft.relates = self.space.and(draft.relates, agrees);
            draft.moved.extend(places.level(bit));
        }
    }

    /// The acts that are done in some state of a set, and the places of the duties owed in it: of the states in which
    /// as little as possible happened, in the order of the file.
    pub fn reading(&mut self, set: Set) -> (ActSet, Vec<usize>) {
        let mut state = set;
        for level in self.levels.clone() {
            let off = self.space.literal(level << 1, false);
            let left = self.space.and(state, off);
            state = if left == NONE { state } else { left };
        }
        let mut meets = |set: Set| self.space.and(set, state) != NONE;
        let acts = self.done.iter().enumerate().filter(|(_, set)| meets(**set));
        let acts = acts.filter_map(|(at, _)| ActId::new(at)).collect();
        let owed = self.owed.iter().enumerate().filter(|(_, set)| meets(**set));
        (acts, owed.map(|(at, _)| at).collect())
    }
}

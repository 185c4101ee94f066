//! Closes a set of states under transitions by saturation (Ciardo, Lüttgen and Siminiceanu; within a constraint: Zhao
//! and Ciardo).
//!
//! A transition is fired at the first bit that it reads or moves, and only where everything below that bit is closed
//! already under the transitions that begin lower. So sets grow from below and what lies between the first states and
//! all states stays small; going through all transitions round after round makes sets many times as large.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::bdd::{ALL, NONE, Set, Space};

/// A transition: a relation between the bits of a state and those after it, and the cube of the bits that it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    pub relates: Set,
    pub moves: Set,
}

/// In which direction transitions are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    On,
    Back,
}

/// What a set is where a bit is off and where it is on.
type Halves = (Set, Set);

/// Transitions, followed in one direction.
pub(super) struct Saturation {
    way: Way,
    /// The transitions that begin at each level.
    levels: Vec<Rc<[Relation]>>,
    /// For each level: the first one, from it down, at which a transition begins.
    next: Vec<u32>,
    /// What a set becomes, from a level down, when it is closed within a constraint.
    closed: BTreeMap<(u32, Set, Set), Set>,
}

impl Saturation {
    pub fn of(space: &Space, relations: impl IntoIterator<Item = Relation>, way: Way) -> Self {
        let mut levels: Vec<Vec<Relation>> = Vec::new();
        for relation in relations {
            let top = space.level(relation.relates).min(space.level(relation.moves));
            let Some(at) = place(top).filter(|_| relation.relates != NONE && top != Space::BELOW) else {
                continue;
            };
            if levels.len() <= at {
                levels.resize(at + 1, Vec::new());
            }
            levels.get_mut(at).into_iter().for_each(|level| level.push(relation));
        }
        let mut first = Space::BELOW;
        let mut next: Vec<u32> = Vec::new();
        for (level, own) in levels.iter().enumerate().rev() {
            first = if own.is_empty() { first } else { u32::try_from(level).unwrap_or(first) };
            next.push(first);
        }
        next.reverse();
        let levels = levels.into_iter().map(Rc::from).collect();
        Self { way, levels, next, closed: BTreeMap::new() }
    }

    /// A set with all states to which its transitions lead from it, through states of `within` alone.
    pub fn close(&mut self, space: &mut Space, set: Set, within: Set) -> Set {
        self.close_from(space, 0, set, within)
    }

    fn first(&self, from: u32) -> u32 {
        place(from).and_then(|from| self.next.get(from)).copied().unwrap_or(Space::BELOW)
    }

    fn close_from(&mut self, space: &mut Space, from: u32, set: Set, within: Set) -> Set {
        let first = self.first(from);
        if set == NONE || set == ALL || within == NONE || first == Space::BELOW || space.is_full() {
            return set;
        }
        let level = first.min(space.level(set)).min(space.level(within));
        if let Some(made) = self.closed.get(&(level, set, within)) {
            return *made;
        }
        let (halves, withins) = (space.halves(set, level), space.halves(within, level));
        let low = self.close_from(space, level + 1, halves.0, withins.0);
        let high = self.close_from(space, level + 1, halves.1, withins.1);
        let made = self.fire(space, level, (low, high), within);
        self.closed.insert((level, set, within), made);
        made
    }

    /// The set of two halves, each closed, closed under the transitions that begin at its level too.
    fn fire(&mut self, space: &mut Space, level: u32, halves: Halves, within: Set) -> Set {
        let mut halves = halves;
        if self.first(level) == Space::BELOW {
            return space.joined(level, halves);
        }
        let own = place(level).and_then(|at| self.levels.get(at)).cloned();
        loop {
            let before = halves;
            for relation in own.iter().flat_map(|own| own.iter()) {
                halves = self.follow(space, level, *relation, halves, halves, within);
            }
            if halves == before || space.is_full() {
                break;
            }
        }
        let made = space.joined(level, halves);
        let level = self.first(level).min(space.level(made)).min(space.level(within));
        self.closed.insert((level, made, within), made);
        made
    }

    /// The halves of `to` with what a relation leads to from the halves of `from`.
    fn follow(
        &mut self,
        space: &mut Space,
        level: u32,
        relation: Relation,
        from: Halves,
        to: Halves,
        within: Set,
    ) -> Halves {
        let withins = space.halves(within, level);
        let moved = space.level(relation.moves) == level;
        let moves = if moved { space.halves(relation.moves, level).1 } else { relation.moves };
        let [stays_off, stays_on, on, off] = space.parts(relation.relates, level, moved);
        let (on, off) = if self.way == Way::On { (on, off) } else { (off, on) };
        let mut to = to;
        let parts =
            [(from.0, stays_off, false), (from.1, stays_on, true), (from.0, on, true), (from.1, off, false)];
        for (from, relates, goes_on) in parts {
            let within = if goes_on { withins.1 } else { withins.0 };
            let piece = self.image(space, from, Relation { relates, moves }, within);
            let piece = self.close_from(space, level + 1, piece, within);
            let half = if goes_on { &mut to.1 } else { &mut to.0 };
            *half = space.or(*half, piece);
        }
        to
    }

    /// Where a relation leads from a set, within a constraint; closed under what begins at the first bit that any of
    /// them hangs on, or lower.
    pub fn image(&mut self, space: &mut Space, set: Set, relation: Relation, within: Set) -> Set {
        let Relation { relates, moves } = relation;
        if set == NONE || relates == NONE || within == NONE {
            return NONE;
        }
        if relates == ALL && moves == ALL {
            let both = space.and(set, within);
            let level = space.level(both).min(space.level(within));
            return self.close_from(space, level, both, within);
        }
        let key = [self.operation(moves), set.number(), relates.number(), within.number()];
        if let Some(made) = space.recall(key) {
            return made;
        }
        let level =
            space.level(set).min(space.level(relates)).min(space.level(moves)).min(space.level(within));
        let halves = self.follow(space, level, relation, space.halves(set, level), (NONE, NONE), within);
        let made = self.fire(space, level, halves, within);
        space.remember(key, made);
        made
    }

    /// What the space's cache keeps an image by: the bits moved, the direction, and whether it is closed.
    fn operation(&self, moves: Set) -> u32 {
        let closes = u32::from(!self.levels.is_empty());
        let back = u32::from(self.way == Way::Back);
        Space::OPERATIONS + (moves.number() << 2 | closes << 1 | back)
    }
}

fn place(level: u32) -> Option<usize> {
    usize::try_from(level).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const BITS: u32 = 5;

    /// An act on five bits: it may be done where some bits have a value, sets others, and drops one unless another
    /// stays or becomes set.
    struct Act {
        reads: Vec<(u32, bool)>,
        puts: Vec<(u32, bool)>,
        drops: Option<(u32, u32)>,
    }

    /// Numbers that look random, the same in every run.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: u32) -> u32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(self.0 >> 33).unwrap() % most
        }

        fn act(&mut self) -> Act {
            let mut some =
                |most| (0..self.below(most)).map(|_| (self.below(BITS), self.below(2) == 1)).collect();
            let (reads, puts): (Vec<_>, Vec<_>) = (some(3), some(3));
            let drops = (self.below(BITS), self.below(BITS));
            let moved = |bit| puts.iter().any(|(put, _)| *put == bit);
            let drops = Some(drops).filter(|(bit, unless)| bit != unless && !moved(*bit));
            Act { reads, puts, drops }
        }
    }

    impl Act {
        fn relation(&self, space: &mut Space) -> Relation {
            let (mut relates, mut moved) = (ALL, BTreeSet::new());
            for (bit, value) in &self.reads {
                let literal = space.literal(bit << 1, *value);
                relates = space.and(relates, literal);
            }
            let mut then = |space: &mut Space, bit: u32, value: bool| {
                moved.insert(bit << 1);
                space.literal(bit << 1 | 1, value)
            };
            // The last of two values of a bit counts.
            for (at, (bit, value)) in self.puts.iter().enumerate() {
                if self.puts.iter().skip(at + 1).all(|(later, _)| later != bit) {
                    let literal = then(space, *bit, *value);
                    relates = space.and(relates, literal);
                }
            }
            if let Some((bit, unless)) = self.drops {
                let put = self.puts.iter().any(|(put, _)| *put == unless);
                let unless = space.bit(unless << 1 | u32::from(put));
                let before = space.bit(bit << 1);
                let stays = space.and(before, unless);
                let (on, off) = (then(space, bit, true), then(space, bit, false));
                let agrees = space.choose(stays, on, off);
                relates = space.and(relates, agrees);
            }
            let moved: Vec<u32> = moved.into_iter().collect();
            Relation { relates, moves: space.cube(&moved) }
        }

        fn done(&self, state: u32) -> Option<u32> {
            let is = |state: u32, bit: u32| state >> bit & 1 == 1;
            self.reads.iter().all(|(bit, value)| is(state, *bit) == *value).then(|| {
                let put = |state, (bit, value): &(u32, bool)| state & !(1 << bit) | u32::from(*value) << bit;
                let made = self.puts.iter().fold(state, put);
                match self.drops {
                    Some((bit, unless)) if !is(made, unless) => made & !(1 << bit),
                    _ => made,
                }
            })
        }
    }

    fn set(space: &mut Space, states: &BTreeSet<u32>) -> Set {
        states.iter().fold(NONE, |set, state| {
            let one = (0..BITS).fold(ALL, |one, bit| {
                let literal = space.literal(bit << 1, state >> bit & 1 == 1);
                space.and(one, literal)
            });
            space.or(set, one)
        })
    }

    fn listed(acts: &[Act], from: &BTreeSet<u32>, within: &BTreeSet<u32>, way: Way) -> BTreeSet<u32> {
        let mut made = from.clone();
        loop {
            let pairs = (0..1 << BITS)
                .flat_map(|from| acts.iter().filter_map(move |act| Some((from, act.done(from)?))));
            let pairs = pairs.map(|(from, to)| if way == Way::On { (from, to) } else { (to, from) });
            let more: BTreeSet<u32> = pairs
                .filter(|(from, to)| made.contains(from) && within.contains(to))
                .map(|(_, to)| to)
                .collect();
            if more.is_subset(&made) {
                return made;
            }
            made.extend(more);
        }
    }

    #[test]
    fn what_is_closed_is_what_listing_finds() {
        let mut dice = Dice(2026);
        for _ in 0..400 {
            let acts: Vec<Act> = (0..4).map(|_| dice.act()).collect();
            let from: BTreeSet<u32> = (0..2).map(|_| dice.below(1 << BITS)).collect();
            let within: BTreeSet<u32> = (0..1 << BITS).filter(|_| dice.below(4) > 0).collect();
            for way in [Way::On, Way::Back] {
                let mut space = Space::new();
                let relations: Vec<Relation> = acts.iter().map(|act| act.relation(&mut space)).collect();
                let (start, limits) = (set(&mut space, &from), set(&mut space, &within));
                let closed = Saturation::of(&space, relations, way).close(&mut space, start, limits);
                let expected = listed(&acts, &from, &within, way);
                assert_eq!(closed, set(&mut space, &expected), "from {from:?} within {within:?}, {way:?}");
            }
        }
    }

    #[test]
    fn an_image_is_one_transition() {
        let mut space = Space::new();
        let act = Act { reads: vec![(0, true)], puts: vec![(1, true)], drops: Some((2, 3)) };
        let relation = act.relation(&mut space);
        let from = BTreeSet::from([0b00101, 0b01101, 0b00100]);
        let to: BTreeSet<u32> = from.iter().filter_map(|state| act.done(*state)).collect();
        assert_eq!(to, BTreeSet::from([0b00011, 0b01111]));
        let start = set(&mut space, &from);
        let made = Saturation::of(&space, [], Way::On).image(&mut space, start, relation, ALL);
        assert_eq!(made, set(&mut space, &to));
    }
}

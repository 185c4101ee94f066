//! The acts of a procedure as transitions: from which states, and what they make of which bits.
//!
//! An act is taken apart into cases until each case gives constants to the bits that it moves. What its record says
//! and nobody asks later becomes a case and needs no bit; a condition on the state becomes a part of the case's guard.

use std::collections::{BTreeMap, BTreeSet};

use super::bdd::{ALL, NONE, Set};
use super::symbolic::{Doing, Model};
use crate::{ActId, Form};

/// One case of an act.
#[derive(Clone)]
pub(super) struct Path {
    pub act: ActId,
    /// The states in which it may be taken.
    pub guard: Set,
    /// The bits that it moves, and to what.
    pub puts: BTreeMap<u32, bool>,
    /// Variables that may become anything in a mask, by their place.
    pub free: BTreeMap<usize, u32>,
    /// Duties that fall away after it where none of their acts is open.
    pub lost: BTreeSet<usize>,
}

/// How a variable comes out of the record of an act: where that may be, and its value or what it may be.
type Outcome = (Set, Decided);

#[derive(Clone, Copy)]
enum Decided {
    Value(u8),
    Within(u32),
}

impl Model<'_> {
    /// All transitions: what persons may do, and what the lapse of each duty does.
    pub fn paths(&mut self) -> Vec<Path> {
        let mut made = Vec::new();
        for act in self.index.all.iter() {
            let candidate = self.candidate(act);
            for (path, doing) in self.records(act, candidate, false) {
                let barred = self.barred(act, &doing);
                let guard = self.space.minus(path.guard, barred);
                let path = Path { guard, ..path };
                made.extend(self.effects(path, &doing, None));
            }
        }
        for (at, (_, duty)) in self.duties.clone().into_iter().enumerate() {
            let Some(lapse) = duty.lapse.filter(|_| duty.within.is_some()) else { continue };
            let owed = self.is_owed(at);
            for (path, doing) in self.records(lapse.act, owed, true) {
                made.extend(self.effects(path, &doing, Some(at)));
            }
        }
        self.merged(made)
    }

    /// Cases by what the record of an act decides; a deemed act records nothing.
    fn records(&mut self, act: ActId, guard: Set, empty: bool) -> Vec<(Path, Doing)> {
        let path = Path { act, guard, puts: BTreeMap::new(), free: BTreeMap::new(), lost: BTreeSet::new() };
        let mut cases = vec![(path, Doing { act: Some(act), values: BTreeMap::new() })];
        let asked = self.asked_at(act);
        for place in 0..self.variables.all.len() {
            let transient = self.transient.get(place) == Some(&true);
            let is_asked = asked.contains(&place);
            let own = self.variables.all.get(place).is_some_and(|variable| variable.acts.has(act));
            if !own || (transient && !is_asked) {
                continue;
            }
            let outcomes = self.outcomes(place, act, empty, is_asked);
            let mut next = Vec::new();
            for (path, doing) in &cases {
                for (set, decided) in &outcomes {
                    let guard = self.space.and(path.guard, *set);
                    if guard == NONE {
                        continue;
                    }
                    let (mut path, mut doing) = (Path { guard, ..path.clone() }, doing.clone());
                    match decided {
                        Decided::Value(value) => {
                            doing.values.insert(place, *value);
                            self.put_value(&mut path, place, *value);
                        }
                        Decided::Within(mask) => {
                            path.free.insert(place, *mask);
                        }
                    }
                    next.push((path, doing));
                }
            }
            cases = next;
        }
        cases
    }

    fn put_value(&self, path: &mut Path, place: usize, value: u8) {
        for (at, bit) in self.values.get(place).into_iter().flatten().enumerate() {
            path.puts.insert(*bit, value >> at & 1 == 1);
        }
    }

    fn outcomes(&mut self, place: usize, act: ActId, empty: bool, asked: bool) -> Vec<Outcome> {
        let Some(variable) = self.variables.all.get(place).cloned() else { return Vec::new() };
        let counts_rows = variable.asks.counts_rows();
        if empty && !counts_rows {
            return vec![(ALL, Decided::Value(0))];
        }
        if let Some(value) = variable.asks.without_rows(act).filter(|_| empty) {
            return vec![(ALL, Decided::Value(value))];
        }
        let mut decided = ALL;
        for other in variable.acts.iter().filter(|other| *other != act) {
            let done = self.is_done(other);
            decided = self.space.and(decided, done);
        }
        let undecided = self.space.not(decided);
        if !asked {
            let least = u32::from(!(variable.optional || empty));
            let mask = (1u32 << (u32::from(variable.values) + 1).min(31)) - 1;
            let outcomes = [(decided, Decided::Within(mask & !least)), (undecided, Decided::Value(0))];
            return outcomes.into_iter().filter(|(set, _)| *set != NONE).collect();
        }
        let unknown = if variable.optional || empty { ALL } else { undecided };
        let values = (1..=variable.values).map(|value| (decided, Decided::Value(value)));
        let outcomes = values.chain([(unknown, Decided::Value(0))]);
        outcomes.filter(|(set, _)| *set != NONE).collect()
    }

    /// Done, discharged, closed, opened, owed anew, extinguished.
    fn effects(&mut self, path: Path, doing: &Doing, lapsed: Option<usize>) -> Vec<Path> {
        let mut path = path;
        let act = path.act;
        if let Some(bit) = self.acts.get(act.index()).and_then(|own| own.done) {
            path.puts.insert(bit, true);
        }
        for ((at, (_, duty)), bit) in self.duties.iter().enumerate().zip(&self.owed) {
            if duty.must.has(act) || lapsed == Some(at) {
                path.puts.insert(*bit, false);
            }
        }
        let mut paths = vec![path];
        for close in [true, false] {
            for norm in &self.procedure.norms {
                let acts = match &norm.form {
                    Form::Closing { when, close: acts } if close && when.has(act) => *acts,
                    Form::Opening { when, open } if !close && when.has(act) => *open,
                    _ => continue,
                };
                let bits = acts.iter().filter_map(|act| self.acts.get(act.index())?.open).collect::<Vec<_>>();
                paths = self.put_if(paths, norm.guard, doing, &bits, !close);
            }
        }
        for (at, (norm, duty)) in self.duties.clone().into_iter().enumerate() {
            if duty.when.has(act) {
                let guard = self.procedure.norms.get(norm).and_then(|norm| norm.guard);
                let bit = self.owed.get(at).copied().unwrap_or(0);
                paths = self.put_if(paths, guard, doing, &[bit], true);
            }
        }
        for path in &mut paths {
            (0..self.duties.len()).for_each(|at| self.extinguish(path, at));
        }
        paths
    }

    /// Gives bits a value where a guard holds, and leaves them where it does not.
    fn put_if(
        &mut self,
        paths: Vec<Path>,
        guard: Option<u8>,
        doing: &Doing,
        bits: &[u32],
        value: bool,
    ) -> Vec<Path> {
        let (on, _) = self.guard(guard, doing);
        let mut made = Vec::new();
        for path in paths {
            let mut taken = Path { guard: self.space.and(path.guard, on), ..path.clone() };
            taken.puts.extend(bits.iter().map(|bit| (*bit, value)));
            let left = Path { guard: self.space.minus(path.guard, on), ..path };
            made.extend([taken, left].into_iter().filter(|path| path.guard != NONE));
        }
        made
    }

    /// A duty all of whose acts are closed falls away. It can only happen where one of them is closed now, or where
    /// it arises: what was owed before had an open act. Where the state decides, the path notes it for later.
    fn extinguish(&mut self, path: &mut Path, at: usize) {
        let (Some((_, duty)), Some(bit)) = (self.duties.get(at).copied(), self.owed.get(at).copied()) else {
            return;
        };
        let opens = duty.must.iter().map(|act| self.acts.get(act.index()).and_then(|own| own.open));
        let opens: Vec<Option<u32>> = opens.collect();
        let arises = path.puts.get(&bit) == Some(&true);
        let falls = path.puts.get(&bit) == Some(&false);
        let closes = opens.iter().flatten().any(|bit| path.puts.get(bit) == Some(&false));
        if falls || !(arises || closes) {
            return;
        }
        let mut open = NONE;
        for one in opens {
            let own = match one.map(|bit| (bit, path.puts.get(&bit))) {
                None | Some((_, Some(true))) => ALL,
                Some((_, Some(false))) => NONE,
                Some((bit, None)) => self.space.bit(bit),
            };
            open = self.space.or(open, own);
        }
        let owed = if arises { ALL } else { self.space.bit(bit) };
        let concerned = self.space.and(path.guard, owed);
        if self.space.and(concerned, open) == NONE {
            path.puts.insert(bit, false);
        } else if self.space.minus(concerned, open) != NONE {
            path.lost.insert(at);
        }
    }

    /// Without moves that move nothing; cases of one act that do the same are one.
    fn merged(&mut self, paths: Vec<Path>) -> Vec<Path> {
        let mut made: Vec<Path> = Vec::new();
        for mut path in paths.into_iter().filter(|path| path.guard != NONE) {
            let space = &mut self.space;
            path.puts.retain(|bit, value| {
                let other = space.literal(*bit, !*value);
                space.and(path.guard, other) != NONE
            });
            let same = |other: &&mut Path| {
                other.act == path.act
                    && other.puts == path.puts
                    && other.free == path.free
                    && other.lost == path.lost
            };
            match made.iter_mut().find(same) {
                Some(other) => other.guard = self.space.or(other.guard, path.guard),
                None => made.push(path),
            }
        }
        made
    }
}

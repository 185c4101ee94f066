//! A procedure without its days as bits and small operations on sets of states.
//!
//! Each act becomes a list of operations that carry a set of states forward (`after`) or backward (`before`):
//! keep those that satisfy something, give a bit a value, let what the record says be anything it may be.

use super::bdd::{ALL, NONE, Set, Space};
use super::variables::{Formula, Variables};
use crate::{ActId, ActSet, Condition, Duty, Form, Index, Procedure, RoleKind};

/// One small operation.
pub(super) enum Op {
    /// Only the states of the set go on.
    Keep(Set),
    /// The bit gets the truth of the set.
    Put(u32, Set),
    /// The bits may become anything that the set allows.
    Choose(Vec<u32>, Set),
}

/// One step that a case may take.
pub(super) struct Step {
    pub act: ActId,
    pub ops: Vec<Op>,
}

/// The bits of an act, where they matter.
#[derive(Clone, Copy, Default)]
struct ActBits {
    open: Option<u32>,
    done: Option<u32>,
}

/// The procedure as sets.
pub(super) struct Model<'a> {
    pub procedure: &'a Procedure,
    pub index: Index,
    pub space: Space,
    pub variables: Variables,
    /// Places of the duties among the norms.
    pub duties: Vec<(usize, &'a Duty)>,
    /// The bit of each duty.
    pub owed: Vec<u32>,
    pub bits: u32,
    acts: Vec<ActBits>,
    values: Vec<Vec<u32>>,
    transient: Vec<bool>,
    by_clock: ActSet,
    relevant: ActSet,
}

impl<'a> Model<'a> {
    pub fn of(procedure: &'a Procedure) -> Self {
        let variables = Variables::of(procedure, used_guards(procedure));
        let duties = procedure.norms.iter().enumerate().filter_map(|(at, norm)| match &norm.form {
            Form::Duty(duty) => Some((at, duty)),
            _ => None,
        });
        let duties: Vec<(usize, &Duty)> = duties.collect();
        let clock = procedure.roles.iter().position(|role| role.kind == RoleKind::Clock);
        let mut model = Self {
            procedure,
            index: Index::of(procedure),
            space: Space::new(),
            duties,
            owed: Vec::new(),
            bits: 0,
            acts: vec![ActBits::default(); procedure.acts.len()],
            values: Vec::new(),
            transient: Vec::new(),
            by_clock: procedure.acts_where(|act| act.by.iter().all(|role| Some(*role) == clock)),
            relevant: ActSet::NONE,
            variables,
        };
        model.transient = (0..model.variables.all.len()).map(|at| model.is_transient(at)).collect();
        model.relevant = model.relevant_acts();
        model.number_bits();
        model
    }

    /// Bits in the order of the file: an act, what its record decides, the duties that it begins.
    fn number_bits(&mut self) {
        let moved = self.procedure.norms.iter().fold(self.index.waiting, |set, norm| match &norm.form {
            Form::Closing { close, .. } => set | *close,
            Form::Opening { open, .. } => set | *open,
            _ => set,
        });
        self.values = vec![Vec::new(); self.variables.all.len()];
        self.owed = vec![0; self.duties.len()];
        let mut next = 0..;
        for act in self.index.all.iter() {
            let mut own = ActBits::default();
            if moved.has(act) {
                own.open = next.next();
            }
            if self.relevant.has(act) {
                own.done = next.next();
            }
            if let Some(place) = self.acts.get_mut(act.index()) {
                *place = own;
            }
            for (variable, bits) in self.variables.all.iter().zip(&mut self.values) {
                if last(variable.acts) == Some(act) {
                    let width = u32::from(variable.values).ilog2() + 1;
                    *bits = next.by_ref().take(usize::try_from(width).unwrap_or(0)).collect();
                }
            }
            for ((_, duty), bit) in self.duties.iter().zip(&mut self.owed) {
                if last(duty.when) == Some(act) {
                    *bit = next.next().unwrap_or(0);
                }
            }
        }
        self.bits = next.next().unwrap_or(0);
    }

    /// The state before the first act.
    pub fn start(&mut self) -> Set {
        let mut set = ALL;
        for bit in 0..self.bits {
            let open = self
                .index
                .all
                .iter()
                .find(|act| self.acts.get(act.index()).and_then(|own| own.open) == Some(bit));
            let value = open.is_some_and(|act| !self.index.waiting.has(act));
            let bit = self.space.bit(bit);
            let bit = if value { bit } else { self.space.not(bit) };
            set = self.space.and(set, bit);
        }
        set
    }

    fn is_open(&mut self, act: ActId) -> Set {
        match self.acts.get(act.index()).and_then(|own| own.open) {
            Some(bit) => self.space.bit(bit),
            None => ALL,
        }
    }

    fn is_done(&mut self, act: ActId) -> Set {
        match self.acts.get(act.index()).and_then(|own| own.done) {
            Some(bit) => self.space.bit(bit),
            None => NONE,
        }
    }

    /// One of the acts satisfies something.
    fn some(&mut self, acts: ActSet, test: impl Fn(&mut Self, ActId) -> Set) -> Set {
        acts.iter().fold(NONE, |set, act| {
            let one = test(self, act);
            self.space.or(set, one)
        })
    }

    pub fn is_owed(&mut self, duty: usize) -> Set {
        match self.owed.get(duty) {
            Some(bit) => self.space.bit(*bit),
            None => NONE,
        }
    }

    /// The closed cases: ended, and nothing owed.
    pub fn closed(&mut self) -> Set {
        let mut set = self.some(self.index.ends, Self::is_done);
        for duty in 0..self.duties.len() {
            let owed = self.is_owed(duty);
            set = self.space.minus(set, owed);
        }
        set
    }

    /// The states in which a variable has one of the values (bit n of the mask for value n).
    fn has_value(&mut self, place: usize, mask: u32) -> Set {
        let bits = self.values.get(place).cloned().unwrap_or_default();
        let mut set = NONE;
        for value in 0..1u32 << bits.len().min(5) {
            if mask >> value & 1 == 0 {
                continue;
            }
            let mut one = ALL;
            for (at, bit) in bits.iter().enumerate() {
                let bit = self.space.bit(*bit);
                let bit = if value >> at & 1 == 1 { bit } else { self.space.not(bit) };
                one = self.space.and(one, bit);
            }
            set = self.space.or(set, one);
        }
        set
    }

    /// Where a formula is known to be true, and where it is known to be false. `doing` counts as done.
    fn truth(&mut self, formula: &Formula, doing: Option<ActId>) -> (Set, Set) {
        match formula {
            Formula::Known(true) => (ALL, NONE),
            Formula::Known(false) => (NONE, ALL),
            Formula::Done(act) => {
                let done = if Some(*act) == doing { ALL } else { self.is_done(*act) };
                (done, self.space.not(done))
            }
            Formula::Is(place, mask) => {
                let yes = self.has_value(*place, *mask);
                let unknown = self.has_value(*place, 1);
                let known = self.space.not(unknown);
                (yes, self.space.minus(known, yes))
            }
            Formula::Not(inner) => {
                let (yes, no) = self.truth(inner, doing);
                (no, yes)
            }
            Formula::And(a, b) => {
                let ((ya, na), (yb, nb)) = (self.truth(a, doing), self.truth(b, doing));
                (self.space.and(ya, yb), self.space.or(na, nb))
            }
            Formula::Or(a, b) => {
                let ((ya, na), (yb, nb)) = (self.truth(a, doing), self.truth(b, doing));
                (self.space.or(ya, yb), self.space.and(na, nb))
            }
        }
    }

    fn guard(&mut self, guard: Option<u8>, doing: Option<ActId>) -> (Set, Set) {
        let Some(guard) = guard else { return (ALL, NONE) };
        match self.variables.formulas.get(usize::from(guard)).cloned() {
            Some(formula) => self.truth(&formula, doing),
            None => (NONE, ALL),
        }
    }

    /// Where the norms bar an act that is being done.
    fn barred(&mut self, act: ActId) -> Set {
        let mut barred = NONE;
        for norm in &self.procedure.norms {
            let bars = match &norm.form {
                Form::Condition(condition) if condition.before.has(act) => self.unmet(condition, act),
                Form::While { owed, not } if not.has(act) => self.some_owed(*owed),
                _ => continue,
            };
            let (_, off) = self.guard(norm.guard, Some(act));
            let bars = self.space.minus(bars, off);
            barred = self.space.or(barred, bars);
        }
        barred
    }

    fn unmet(&mut self, condition: &Condition, doing: ActId) -> Set {
        let have = self.some(condition.need, Self::is_done);
        let lacking = |model: &mut Self, act: ActId| {
            let (open, done) = (model.is_open(act), model.is_done(act));
            model.space.minus(open, done)
        };
        let open_undone = self.some(condition.need, lacking);
        let missing = if condition.any { self.space.minus(open_undone, have) } else { open_undone };
        if condition.with.is_none() {
            return missing;
        }
        let (met, _) = self.guard(condition.with, Some(doing));
        let failed = self.space.minus(have, met);
        self.space.or(missing, failed)
    }

    /// Some duty is owed whose open acts are among these.
    fn some_owed(&mut self, acts: ActSet) -> Set {
        let mut set = NONE;
        for (at, (_, duty)) in self.duties.clone().into_iter().enumerate() {
            let open = self.some(duty.must & acts, Self::is_open);
            let owed = self.is_owed(at);
            let both = self.space.and(owed, open);
            set = self.space.or(set, both);
        }
        set
    }

    /// Where a person may turn to an act, the norms aside.
    fn candidate(&mut self, act: ActId) -> Set {
        if self.by_clock.has(act) {
            return NONE;
        }
        let started = self.some(self.index.opens, Self::is_done);
        let mut set = self.is_open(act);
        if self.index.opens.has(act) && !self.index.repeats.has(act) {
            set = self.space.minus(set, started);
        } else if self.index.opens.has(act) {
            let own = self.is_done(act);
            let not_started = self.space.not(started);
            let may = self.space.or(own, not_started);
            set = self.space.and(set, may);
        } else {
            set = self.space.and(set, started);
        }
        if !self.index.repeats.has(act) {
            let done = self.is_done(act);
            set = self.space.minus(set, done);
        }
        if self.index.extends.has(act) {
            let mut useful = NONE;
            for (at, (_, duty)) in self.duties.clone().into_iter().enumerate() {
                if duty.extends.iter().any(|rule| rule.by.has(act)) {
                    let owed = self.is_owed(at);
                    useful = self.space.or(useful, owed);
                }
            }
            set = self.space.and(set, useful);
        }
        let closed = self.closed();
        self.space.minus(set, closed)
    }

    /// All steps: what persons may do, and what the lapse of each duty does.
    pub fn steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        for act in self.index.all.iter() {
            let candidate = self.candidate(act);
            let mut ops = vec![Op::Keep(candidate)];
            self.record(act, &mut ops, false);
            let barred = self.barred(act);
            ops.push(Op::Keep(self.space.not(barred)));
            self.effects(act, None, &mut ops);
            steps.push(Step { act, ops });
        }
        for (at, (_, duty)) in self.duties.clone().into_iter().enumerate() {
            let Some(lapse) = duty.lapse else { continue };
            let owed = self.is_owed(at);
            let mut ops = vec![Op::Keep(owed)];
            self.record(lapse.act, &mut ops, true);
            self.effects(lapse.act, Some(at), &mut ops);
            steps.push(Step { act: lapse.act, ops });
        }
        steps
    }

    /// What the record of an act may decide; a deemed act records nothing.
    fn record(&mut self, act: ActId, ops: &mut Vec<Op>, empty: bool) {
        for (place, variable) in self.variables.all.clone().into_iter().enumerate() {
            if !variable.acts.has(act) {
                continue;
            }
            let zero = self.has_value(place, 1);
            let mut allowed = zero;
            if !empty {
                let mut decided = ALL;
                for other in variable.acts.iter().filter(|other| *other != act) {
                    let done = self.is_done(other);
                    decided = self.space.and(decided, done);
                }
                let least = u32::from(!variable.optional);
                let mask = (1u32 << (u32::from(variable.values) + 1).min(31)) - 1;
                let mask = mask & !least;
                let range = self.has_value(place, mask);
                allowed = self.space.choose(decided, range, zero);
            }
            let bits = self.values.get(place).cloned().unwrap_or_default();
            ops.push(Op::Choose(bits, allowed));
        }
    }

    /// Done, discharged, closed, opened, owed anew, extinguished; then what no longer matters is forgotten.
    fn effects(&mut self, act: ActId, lapsed: Option<usize>, ops: &mut Vec<Op>) {
        if let Some(bit) = self.acts.get(act.index()).and_then(|own| own.done) {
            ops.push(Op::Put(bit, ALL));
        }
        for (at, (_, duty)) in self.duties.iter().enumerate() {
            if duty.must.has(act) || lapsed == Some(at) {
                ops.extend(self.owed.get(at).map(|bit| Op::Put(*bit, NONE)));
            }
        }
        for close in [true, false] {
            for norm in &self.procedure.norms {
                let acts = match &norm.form {
                    Form::Closing { when, close: acts } if close && when.has(act) => *acts,
                    Form::Opening { when, open } if !close && when.has(act) => *open,
                    _ => continue,
                };
                let (on, _) = self.guard(norm.guard, Some(act));
                for moved in acts.iter() {
                    let Some(bit) = self.acts.get(moved.index()).and_then(|own| own.open) else { continue };
                    let open = self.space.bit(bit);
                    let value = if close { self.space.minus(open, on) } else { self.space.or(open, on) };
                    ops.push(Op::Put(bit, value));
                }
            }
        }
        for (at, (norm, duty)) in self.duties.clone().into_iter().enumerate() {
            if duty.when.has(act) {
                let guard = self.procedure.norms.get(norm).and_then(|norm| norm.guard);
                let (on, _) = self.guard(guard, Some(act));
                let owed = self.is_owed(at);
                let value = self.space.or(owed, on);
                ops.extend(self.owed.get(at).map(|bit| Op::Put(*bit, value)));
            }
        }
        for (at, (_, duty)) in self.duties.clone().into_iter().enumerate() {
            let open = self.some(duty.must, Self::is_open);
            if open != ALL {
                let owed = self.is_owed(at);
                let value = self.space.and(owed, open);
                ops.extend(self.owed.get(at).map(|bit| Op::Put(*bit, value)));
            }
        }
        for place in 0..self.values.len() {
            let own = self.variables.all.get(place).is_some_and(|variable| variable.acts.has(act));
            if own && self.transient.get(place) == Some(&true) {
                let zero = self.has_value(place, 1);
                ops.push(Op::Choose(self.values.get(place).cloned().unwrap_or_default(), zero));
            }
        }
    }

    /// Where a step leads from a set.
    pub fn after(&mut self, set: Set, ops: &[Op]) -> Set {
        let mut set = set;
        for op in ops {
            if set == NONE {
                return NONE;
            }
            set = match op {
                Op::Keep(kept) => self.space.and(set, *kept),
                Op::Put(bit, value) => {
                    let (on, off) = (self.space.and(set, *value), self.space.minus(set, *value));
                    let (on, off) = (self.space.any(on, *bit), self.space.any(off, *bit));
                    let bit = self.space.bit(*bit);
                    self.space.choose(bit, on, off)
                }
                Op::Choose(bits, allowed) => {
                    let free = bits.iter().fold(set, |set, bit| self.space.any(set, *bit));
                    self.space.and(free, *allowed)
                }
            };
        }
        set
    }

    /// From where a step leads into a set.
    pub fn before(&mut self, set: Set, ops: &[Op]) -> Set {
        let mut set = set;
        for op in ops.iter().rev() {
            if set == NONE {
                return NONE;
            }
            set = match op {
                Op::Keep(kept) => self.space.and(set, *kept),
                Op::Put(bit, value) => {
                    let (on, off) = (self.space.with(set, *bit, true), self.space.with(set, *bit, false));
                    self.space.choose(*value, on, off)
                }
                Op::Choose(bits, allowed) => {
                    let inside = self.space.and(set, *allowed);
                    bits.iter().fold(inside, |set, bit| self.space.any(set, *bit))
                }
            };
        }
        set
    }

    /// The acts that are done in a state, and the places of the duties owed in it, from its set bits.
    pub fn reading(&self, bits: &[u32]) -> (ActSet, Vec<usize>) {
        let done = self.index.all.iter().filter(|act| {
            self.acts.get(act.index()).and_then(|own| own.done).is_some_and(|bit| bits.contains(&bit))
        });
        let owed = self.owed.iter().enumerate().filter(|(_, bit)| bits.contains(bit));
        (done.collect(), owed.map(|(at, _)| at).collect())
    }
}

/// The last act of a set, in the order of the file.
fn last(acts: ActSet) -> Option<ActId> {
    acts.iter().last()
}

/// The guards that norms use (figures ask others).
fn used_guards(procedure: &Procedure) -> u128 {
    let bit = |guard: Option<u8>| guard.map_or(0u128, |guard| 1 << guard);
    procedure.norms.iter().fold(0, |used, norm| {
        let with = match &norm.form {
            Form::Condition(condition) => bit(condition.with),
            _ => 0,
        };
        used | bit(norm.guard) | with
    })
}

//! A procedure without its days as bits and sets of states: what is open, done and owed, and what guards hang on.

use std::collections::BTreeMap;

use super::bdd::{ALL, NONE, Set, Space};
use super::variables::{Formula, Variables};
use crate::{ActId, ActSet, Condition, Duty, Form, GuardSet, Index, Procedure, RoleKind};

/// The bits of an act, where they matter.
#[derive(Clone, Copy, Default)]
pub(super) struct ActBits {
    pub open: Option<u32>,
    pub done: Option<u32>,
}

/// The act that is being done, and what its record says of the variables that are asked at that moment.
#[derive(Clone, Default)]
pub(super) struct Doing {
    pub act: Option<ActId>,
    pub values: BTreeMap<usize, u8>,
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
    pub acts: Vec<ActBits>,
    pub values: Vec<Vec<u32>>,
    pub transient: Vec<bool>,
    by_clock: ActSet,
    relevant: ActSet,
}

impl<'a> Model<'a> {
    pub fn of(procedure: &'a Procedure) -> Self {
        let variables = Variables::of(procedure, &used_guards(procedure));
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
            let kept = self.variables.all.iter().zip(&mut self.values).zip(&self.transient);
            for ((variable, bits), transient) in kept {
                if !transient && last(variable.acts) == Some(act) {
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

    /// The value of a bit before the first act.
    pub fn starts_as(&self, bit: u32) -> bool {
        let mut acts = self.acts.iter().zip(&self.procedure.acts);
        acts.any(|(bits, act)| bits.open == Some(bit) && !act.closed_at_start)
    }

    pub fn is_open(&mut self, act: ActId) -> Set {
        match self.acts.get(act.index()).and_then(|own| own.open) {
            Some(bit) => self.space.bit(bit),
            None => ALL,
        }
    }

    pub fn is_done(&mut self, act: ActId) -> Set {
        match self.acts.get(act.index()).and_then(|own| own.done) {
            Some(bit) => self.space.bit(bit),
            None => NONE,
        }
    }

    /// One of the acts satisfies something.
    pub fn some(&mut self, acts: ActSet, test: impl Fn(&mut Self, ActId) -> Set) -> Set {
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

    /// Where some act that a duty asks for is open.
    pub fn is_open_for(&mut self, duty: usize) -> Set {
        let must = self.duties.get(duty).map_or(ActSet::NONE, |(_, duty)| duty.must);
        self.some(must, Self::is_open)
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
    pub fn has_value(&mut self, place: usize, mask: u32) -> Set {
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
    fn truth(&mut self, formula: &Formula, doing: &Doing) -> (Set, Set) {
        match formula {
            Formula::Known(true) => (ALL, NONE),
            Formula::Known(false) => (NONE, ALL),
            Formula::Done(act) => {
                let done = if Some(*act) == doing.act { ALL } else { self.is_done(*act) };
                (done, self.space.not(done))
            }
            Formula::Is(place, mask) if doing.values.contains_key(place) => {
                let value = doing.values.get(place).copied().unwrap_or(0);
                let truth = |is: bool| if is { ALL } else { NONE };
                let (known, yes) = (value > 0, mask >> value & 1 == 1);
                (truth(yes), truth(known && !yes))
            }
            Formula::Recorded(place) => match doing.values.get(place) {
                Some(0) => (NONE, ALL),
                Some(_) => (ALL, NONE),
                None => {
                    let unknown = self.has_value(*place, 1);
                    (self.space.not(unknown), unknown)
                }
            },
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

    pub fn guard(&mut self, guard: Option<u8>, doing: &Doing) -> (Set, Set) {
        let Some(guard) = guard else { return (ALL, NONE) };
        match self.variables.formulas.get(usize::from(guard)).cloned() {
            Some(formula) => self.truth(&formula, doing),
            None => (NONE, ALL),
        }
    }

    /// Where the norms bar an act that is being done.
    pub fn barred(&mut self, act: ActId, doing: &Doing) -> Set {
        let mut barred = NONE;
        for norm in &self.procedure.norms {
            let bars = match &norm.form {
                Form::Condition(condition) if condition.before.has(act) => self.unmet(condition, doing),
                Form::While { owed, not } if not.has(act) => self.some_owed(*owed),
                _ => continue,
            };
            let (_, off) = self.guard(norm.guard, doing);
            let bars = self.space.minus(bars, off);
            barred = self.space.or(barred, bars);
        }
        barred
    }

    fn unmet(&mut self, condition: &Condition, doing: &Doing) -> Set {
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
        let (met, _) = self.guard(condition.with, doing);
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
    pub fn candidate(&mut self, act: ActId) -> Set {
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
        set
    }
}

/// The last act of a set, in the order of the file.
fn last(acts: ActSet) -> Option<ActId> {
    acts.iter().last()
}

/// The guards that norms use (figures ask others).
fn used_guards(procedure: &Procedure) -> GuardSet {
    procedure.norms.iter().fold(GuardSet::default(), |mut used, norm| {
        let with = match &norm.form {
            Form::Condition(condition) => condition.with,
            _ => None,
        };
        [norm.guard, with].into_iter().flatten().for_each(|guard| used.put(guard));
        used
    })
}

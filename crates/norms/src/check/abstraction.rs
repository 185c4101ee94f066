//! A procedure without its days: which acts matter, what they do to a state.

use crate::decision::unmet;
use crate::{ActId, ActSet, Form, Index, Procedure, Truths};

use super::variables::{Variables, value_of, with_value};

/// A state without days. Only what can make a difference is kept in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub open: ActSet,
    pub done: ActSet,
    /// Bit n for the nth duty.
    pub owed: u128,
    pub values: u128,
}

/// The procedure as the exploration sees it.
pub(super) struct Abstraction<'a> {
    pub procedure: &'a Procedure,
    pub index: Index,
    pub variables: Variables,
    /// Places of the duties among the norms.
    pub duties: Vec<usize>,
    /// Acts that only the clock does.
    pub by_clock: ActSet,
    /// Acts that make a difference to others.
    pub relevant: ActSet,
    /// Acts that may be done at once without hiding anything.
    pub eager: ActSet,
    /// Variables that matter only while their act is being done.
    transient: Vec<bool>,
}

impl<'a> Abstraction<'a> {
    pub fn of(procedure: &'a Procedure) -> Self {
        let used = used_guards(procedure);
        let variables = Variables::of(procedure, used);
        let duties: Vec<usize> = (0..procedure.norms.len())
            .filter(|at| matches!(procedure.norms.get(*at).map(|norm| &norm.form), Some(Form::Duty(_))))
            .collect();
        let clock = procedure.roles.iter().position(|role| role.kind == crate::RoleKind::Clock);
        let by_clock = procedure.acts_where(|act| act.by.iter().all(|role| Some(*role) == clock));
        let mut made = Self {
            procedure,
            index: Index::of(procedure),
            transient: Vec::new(),
            variables,
            duties,
            by_clock,
            relevant: ActSet::NONE,
            eager: ActSet::NONE,
        };
        made.transient = (0..made.variables.all.len()).map(|at| made.is_transient(at)).collect();
        made.relevant = made.relevant_acts();
        made.eager = made.eager_acts();
        made
    }

    pub fn start(&self) -> State {
        State { open: self.index.all.without(self.index.waiting), done: ActSet::NONE, owed: 0, values: 0 }
    }

    pub fn truths(&self, state: &State) -> Truths {
        let mut truths = Truths::default();
        for (at, formula) in (0u8..128).zip(&self.variables.formulas) {
            truths.set(at, self.variables.truth(formula, state.values, state.done));
        }
        truths
    }

    pub fn is_closed(&self, state: &State) -> bool {
        state.done.meets(self.index.ends) && self.owed_acts(state).is_empty()
    }

    fn owed_acts(&self, state: &State) -> ActSet {
        let duties = self.owed_duties(state);
        duties.fold(ActSet::NONE, |set, (_, duty)| set | duty.must) & state.open
    }

    /// The duties that are owed: their place among the duties, and what they say.
    pub fn owed_duties(&self, state: &State) -> impl Iterator<Item = (usize, &'a crate::Duty)> {
        let (owed, procedure) = (state.owed, self.procedure);
        self.duties.iter().enumerate().filter(move |(at, _)| owed >> at & 1 == 1).filter_map(move |(at, norm)| {
            match &procedure.norms.get(*norm)?.form {
                Form::Duty(duty) => Some((at, duty)),
                _ => None,
            }
        })
    }

    /// The acts that a person may do, restrictions that depend on the act's own record aside.
    pub fn candidates(&self, state: &State) -> ActSet {
        if self.is_closed(state) {
            return ActSet::NONE;
        }
        let started = !state.done.is_empty();
        let fresh = if started {
            self.index.all.without(state.done.without(self.index.repeats))
                .without(self.index.opens.without(state.done & self.index.repeats))
        } else {
            self.index.opens
        };
        let extends = self.owed_duties(state).flat_map(|(_, duty)| &duty.extends);
        let extends = extends.fold(ActSet::NONE, |set, rule| set | rule.by);
        (fresh & state.open).without(self.by_clock).without(self.index.extends.without(extends))
    }

    /// What the conditions and whiles bar under given truths.
    pub fn barred(&self, state: &State, truths: &Truths) -> ActSet {
        let owed = self.owed_acts(state);
        let mut barred = ActSet::NONE;
        for at in &self.index.restrictions {
            let Some(norm) = self.procedure.norms.get(usize::from(*at)) else { continue };
            if !truths.restrains(norm.guard) {
                continue;
            }
            match &norm.form {
                Form::Condition(condition) if unmet(condition, state.open, state.done, truths).is_some() => {
                    barred |= condition.before;
                }
                Form::While { owed: acts, not } if owed.meets(*acts) => barred |= *not,
                _ => {}
            }
        }
        barred
    }

    /// Every way in which the record of an act may decide the variables.
    pub fn choices(&self, state: &State, act: ActId) -> Vec<u128> {
        let done = state.done.with(act);
        let mut ways = vec![state.values];
        for (place, variable) in self.variables.all.iter().enumerate() {
            if !variable.acts.has(act) {
                continue;
            }
            let decided = variable.acts.without(done).is_empty();
            let least = u8::from(decided && !variable.optional);
            let most = if decided { variable.values } else { 0 };
            ways = ways
                .iter()
                .flat_map(|values| (least..=most).map(move |value| with_value(*values, place, value)))
                .collect();
        }
        ways
    }

    /// The state after an act, with the truths of its record; `lapsed` is the place of the duty whose time ran out.
    pub fn after(&self, state: &State, act: ActId, values: u128, lapsed: Option<usize>) -> State {
        let mut next = State { done: state.done.with(act), values, ..*state };
        let truths = self.truths(&next);
        for (at, duty) in self.owed_duties(state) {
            if duty.must.has(act) || lapsed == Some(at) {
                next.owed &= !(1 << at);
            }
        }
        let mut opened = ActSet::NONE;
        for norm in &self.procedure.norms {
            match &norm.form {
                Form::Closing { when, close } if when.has(act) && truths.acts(norm.guard) => {
                    next.open = next.open.without(*close);
                }
                Form::Opening { when, open } if when.has(act) && truths.acts(norm.guard) => opened |= *open,
                _ => {}
            }
        }
        next.open |= opened;
        for (at, norm) in self.duties.iter().enumerate() {
            let Some(norm) = self.procedure.norms.get(*norm) else { continue };
            if let Form::Duty(duty) = &norm.form
                && duty.when.has(act)
                && truths.acts(norm.guard)
            {
                next.owed |= 1 << at;
            }
        }
        let reached = next;
        for (at, duty) in self.owed_duties(&reached) {
            if !duty.must.meets(next.open) {
                next.owed &= !(1 << at);
            }
        }
        self.tidy(next)
    }

    /// Forgets what can make no difference any more.
    fn tidy(&self, mut state: State) -> State {
        state.done = state.done & (self.relevant | self.index.opens | self.index.ends);
        for (place, transient) in self.transient.iter().enumerate() {
            if *transient && value_of(state.values, place) > 0 {
                state.values = with_value(state.values, place, 0);
            }
        }
        state
    }

    /// A variable is transient when every norm that asks for it asks at the moment its act is done.
    fn is_transient(&self, place: usize) -> bool {
        let Some(variable) = self.variables.all.get(place) else { return false };
        self.procedure.norms.iter().all(|norm| {
            let asks = |guard: Option<u8>| {
                let formula = guard.and_then(|guard| self.variables.formulas.get(usize::from(guard)));
                formula.is_some_and(|formula| formula.asks(place))
            };
            match &norm.form {
                Form::Duty(duty) => !asks(norm.guard) || at_once(duty.when, variable.acts),
                Form::Closing { when, .. } | Form::Opening { when, .. } => {
                    !asks(norm.guard) || at_once(*when, variable.acts)
                }
                Form::Condition(condition) => {
                    !asks(condition.with) && (!asks(norm.guard) || at_once(condition.before, variable.acts))
                }
                Form::While { not, .. } => !asks(norm.guard) || at_once(*not, variable.acts),
            }
        })
    }

    fn relevant_acts(&self) -> ActSet {
        let mut made = self.index.ends | self.index.opens;
        for norm in &self.procedure.norms {
            made |= match &norm.form {
                Form::Duty(duty) => {
                    let lapse = duty.lapse.map_or(ActSet::NONE, |lapse| ActSet::one(lapse.act));
                    duty.when | duty.must | lapse
                }
                Form::Condition(condition) => condition.need,
                Form::While { .. } => ActSet::NONE,
                Form::Closing { when, .. } | Form::Opening { when, .. } => *when,
            };
        }
        for (place, variable) in self.variables.all.iter().enumerate() {
            if self.transient.get(place) == Some(&false) {
                made |= variable.acts;
            }
        }
        self.variables.formulas.iter().fold(made, |made, formula| made | formula.done())
    }

    /// Acts whose doing only helps and that nothing can take away: doing them at once hides no fault.
    fn eager_acts(&self) -> ActSet {
        let mut not = self.index.ends | self.index.opens | self.by_clock;
        for norm in &self.procedure.norms {
            not |= match &norm.form {
                Form::Duty(duty) if duty.lapse.is_some() || !duty.extends.is_empty() => duty.when | duty.must,
                Form::Duty(duty) => duty.when,
                Form::Condition(_) => ActSet::NONE,
                Form::While { not, .. } => *not,
                Form::Closing { when, close } => *when | *close,
                Form::Opening { when, .. } => *when,
            };
        }
        for variable in &self.variables.all {
            not |= variable.acts;
        }
        let asked = self.variables.formulas.iter().fold(ActSet::NONE, |set, formula| set | formula.done());
        self.relevant.without(not | asked)
    }
}

/// Whether a question about `about` is asked at the very moment when it is decided.
fn at_once(moment: ActSet, about: ActSet) -> bool {
    moment == about && moment.len() == 1
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

impl super::variables::Formula {
    /// Whether it asks for a variable.
    fn asks(&self, place: usize) -> bool {
        match self {
            Self::Is(at, _) => *at == place,
            Self::Not(inner) => inner.asks(place),
            Self::And(a, b) | Self::Or(a, b) => a.asks(place) || b.asks(place),
            Self::Known(_) | Self::Done(_) => false,
        }
    }

    /// The acts of whose doing it asks.
    fn done(&self) -> ActSet {
        match self {
            Self::Done(act) => ActSet::one(*act),
            Self::Not(inner) => inner.done(),
            Self::And(a, b) | Self::Or(a, b) => a.done() | b.done(),
            Self::Known(_) | Self::Is(..) => ActSet::NONE,
        }
    }
}

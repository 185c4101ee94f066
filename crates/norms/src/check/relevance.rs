//! What of a procedure can make a difference to later acts; the rest is not kept in a state.

use std::collections::BTreeSet;

use super::symbolic::Model;
use super::variables::Formula;
use crate::{ActId, ActSet, Form};

impl Model<'_> {
    /// A variable is transient when every norm that asks for it asks at the moment its act is done.
    pub(super) fn is_transient(&self, place: usize) -> bool {
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

    /// The variables that norms ask for at the moment an act is done.
    pub(super) fn asked_at(&self, act: ActId) -> BTreeSet<usize> {
        let mut asked = BTreeSet::new();
        for norm in &self.procedure.norms {
            let (now, with) = match &norm.form {
                Form::Duty(duty) => (duty.when.has(act), None),
                Form::Condition(condition) => (condition.before.has(act), condition.with),
                Form::While { not, .. } => (not.has(act), None),
                Form::Closing { when, .. } | Form::Opening { when, .. } => (when.has(act), None),
            };
            for guard in [norm.guard, with].into_iter().flatten().filter(|_| now) {
                if let Some(formula) = self.variables.formulas.get(usize::from(guard)) {
                    formula.gather(&mut asked);
                }
            }
        }
        asked
    }

    /// The acts whose being done can make a difference.
    pub(super) fn relevant_acts(&self) -> ActSet {
        let mut made = self.index.ends | self.index.opens;
        for norm in &self.procedure.norms {
            made |= match &norm.form {
                Form::Duty(duty) => {
                    let lapse = duty.lapse.map_or(ActSet::NONE, |lapse| ActSet::one(lapse.act));
                    (duty.when | duty.must | lapse).without(self.index.repeats)
                }
                Form::Condition(condition) => condition.need,
                Form::While { .. } => ActSet::NONE,
                Form::Closing { when, .. } | Form::Opening { when, .. } => when.without(self.index.repeats),
            };
        }
        for (variable, transient) in self.variables.all.iter().zip(&self.transient) {
            if variable.acts.len() > 1 {
                made |= variable.acts;
            } else if !transient {
                made |= variable.acts.without(self.index.repeats);
            }
        }
        self.variables.formulas.iter().fold(made, |made, formula| made | formula.done())
    }
}

/// Whether a question about `about` is asked at the very moment when it is decided.
fn at_once(moment: ActSet, about: ActSet) -> bool {
    moment == about && moment.len() == 1
}

impl Formula {
    /// Whether it asks for a variable.
    fn asks(&self, place: usize) -> bool {
        match self {
            Self::Is(at, _) | Self::Recorded(at) => *at == place,
            Self::Not(inner) => inner.asks(place),
            Self::And(a, b) | Self::Or(a, b) => a.asks(place) || b.asks(place),
            Self::Known(_) | Self::Done(_) => false,
        }
    }

    /// The variables that it asks for.
    fn gather(&self, asked: &mut BTreeSet<usize>) {
        match self {
            Self::Is(at, _) | Self::Recorded(at) => {
                asked.insert(*at);
            }
            Self::Not(inner) => inner.gather(asked),
            Self::And(a, b) | Self::Or(a, b) => {
                a.gather(asked);
                b.gather(asked);
            }
            Self::Known(_) | Self::Done(_) => {}
        }
    }

    /// The acts of whose doing it asks.
    fn done(&self) -> ActSet {
        match self {
            Self::Done(act) => ActSet::one(*act),
            Self::Not(inner) => inner.done(),
            Self::And(a, b) | Self::Or(a, b) => a.done() | b.done(),
            Self::Known(_) | Self::Is(..) | Self::Recorded(_) => ActSet::NONE,
        }
    }
}

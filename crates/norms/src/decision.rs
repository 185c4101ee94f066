//! What may, must and must not be done: a pass over bit sets, without allocation.

use calendar::Day;

use crate::sets::MOST;
use crate::{ActId, ActSet, Condition, Form, Marking, Procedure, Truths};

/// The answer for one case on one day. Reused from call to call. 办理判断
#[derive(Clone, Debug)]
pub struct Decision {
    /// 可以: what may be done now.
    pub may: ActSet,
    /// 可以, depending on what will be recorded: barred only by norms whose `if` speaks of the act's own record.
    pub may_depending: ActSet,
    /// 应当: what discharges an owed duty, enabled or not.
    pub must: ActSet,
    /// 不得: the first bar of every act that is in neither.
    bars: [Option<Bar>; MOST],
}

/// Why an act is barred. The number is the place of the norm. 不得办的原因
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// The case is closed.
    Closed,
    /// Nothing has opened the case yet.
    NotOpened,
    /// Another act has opened the case.
    Opened,
    /// Done, and may be done once.
    Spent,
    /// Closed from the start and not opened yet.
    Waiting,
    /// Closed by a norm.
    ClosedBy(u16),
    /// Something needed is not done.
    Needs(u16),
    /// Something needed was done, but not as it must be.
    Falls(u16),
    /// The lead has not run: the first day on which it may be done.
    Early(u16, Day),
    /// Something owed bars it.
    While(u16),
    /// Nothing is owed that it could extend.
    NothingToExtend,
}

impl Default for Decision {
    fn default() -> Self {
        Self { may: ActSet::NONE, may_depending: ActSet::NONE, must: ActSet::NONE, bars: [None; MOST] }
    }
}

impl Decision {
    /// The first bar of an act, in the file's order; `None` where it may be done.
    #[must_use]
    pub fn bar(&self, act: ActId) -> Option<Bar> {
        self.bars.get(act.index()).copied().flatten()
    }

    fn bar_all(&mut self, acts: ActSet, bar: Bar) {
        for act in acts.iter() {
            if let Some(place @ None) = self.bars.get_mut(act.index()) {
                *place = Some(bar);
            }
        }
    }
}

/// What a procedure's acts are in general, as sets; made once when it is loaded. 事项索引
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub all: ActSet,
    pub opens: ActSet,
    pub ends: ActSet,
    pub repeats: ActSet,
    pub waiting: ActSet,
    pub extends: ActSet,
    /// For every act: the guards that speak of its record.
    pub own_guards: Vec<u128>,
    /// Places of the conditions and whiles among the norms.
    pub restrictions: Vec<u16>,
}

impl Index {
    #[must_use]
    pub fn of(procedure: &Procedure) -> Self {
        let mut index = Self {
            all: ActSet::first(procedure.acts.len()),
            opens: procedure.acts_where(|act| act.opens_case),
            ends: procedure.acts_where(|act| act.ends_case),
            repeats: procedure.acts_where(|act| act.repeats),
            waiting: procedure.acts_where(|act| act.closed_at_start),
            own_guards: vec![0; procedure.acts.len()],
            ..Self::default()
        };
        for (at, norm) in (0u16..).zip(&procedure.norms) {
            match &norm.form {
                Form::Condition(_) | Form::While { .. } => index.restrictions.push(at),
                Form::Duty(duty) => {
                    index.extends = duty.extends.iter().fold(index.extends, |set, rule| set | rule.by);
                }
                Form::Closing { .. } | Form::Opening { .. } => {}
            }
        }
        for (at, guard) in (0u8..128).zip(&procedure.guards) {
            for act in guard.mentions().iter() {
                if let Some(own) = index.own_guards.get_mut(act.index()) {
                    *own |= 1 << at;
                }
            }
        }
        index
    }
}

impl Procedure {
    /// Answers what may, must and must not be done in a case on a day.
    pub fn decide(&self, index: &Index, marking: &Marking, day: Day, out: &mut Decision) {
        if let Some(bars) = out.bars.get_mut(..self.acts.len()) {
            bars.fill(None);
        }
        out.may_depending = ActSet::NONE;
        out.must = marking.owed_acts();
        let mut barred = self.plain_bars(index, marking, day, out);
        let mut depending = ActSet::NONE;
        for at in &index.restrictions {
            let Some(norm) = self.norms.get(usize::from(*at)) else { continue };
            if !marking.truths.restrains(norm.guard) {
                continue;
            }
            let Some((acts, bar)) = restriction(&norm.form, marking, day, *at) else { continue };
            let unsure = match norm.guard {
                Some(guard) if marking.truths.get(guard).is_none() => own_acts(index, acts, guard),
                _ => ActSet::NONE,
            };
            depending |= unsure;
            barred |= acts.without(unsure);
            out.bar_all(acts, bar);
        }
        out.may = index.all.without(barred | depending);
        out.may_depending = depending.without(barred);
    }

    /// The bars that come from the state alone.
    fn plain_bars(&self, index: &Index, marking: &Marking, day: Day, out: &mut Decision) -> ActSet {
        if marking.closed_on.is_some() {
            out.bar_all(index.all, Bar::Closed);
            return index.all;
        }
        let mut barred = ActSet::NONE;
        let mut bar = |acts: ActSet, bar: Bar| {
            out.bar_all(acts, bar);
            barred |= acts;
        };
        if marking.opened_on.is_none() {
            bar(index.all.without(index.opens), Bar::NotOpened);
        } else {
            bar((marking.done & index.all).without(index.repeats), Bar::Spent);
            bar(index.opens.without(marking.done & index.repeats), Bar::Opened);
        }
        for act in index.all.without(marking.open).iter() {
            let by = marking.closed_by.get(act.index()).copied().flatten();
            bar(ActSet::one(act), by.map_or(Bar::Waiting, Bar::ClosedBy));
        }
        let useless = index.extends.without(self.extensions_left(marking, day));
        bar(useless, Bar::NothingToExtend);
        barred
    }

    /// The acts that can still extend something owed.
    fn extensions_left(&self, marking: &Marking, day: Day) -> ActSet {
        let mut left = ActSet::NONE;
        for owed in &marking.owed {
            let Some(duty) = Marking::duty_of(self, owed) else { continue };
            if owed.is_overdue(day) {
                continue;
            }
            for (at, rule) in duty.extends.iter().enumerate() {
                let used = owed.extended_by.iter().filter(|by| **by == at).count();
                if used < rule.times {
                    left |= rule.by;
                }
            }
        }
        left
    }
}

/// Those of `acts` whose own record the guard speaks of.
fn own_acts(index: &Index, acts: ActSet, guard: u8) -> ActSet {
    let own = |act: &ActId| index.own_guards.get(act.index()).is_some_and(|guards| guards >> guard & 1 == 1);
    acts.iter().filter(own).collect()
}

/// The acts that a restriction bars at present, and why.
fn restriction(form: &Form, marking: &Marking, day: Day, at: u16) -> Option<(ActSet, Bar)> {
    match form {
        Form::Condition(condition) => {
            condition_bar(condition, marking, day, at).map(|bar| (condition.before, bar))
        }
        Form::While { owed, not } => marking.owed_acts().meets(*owed).then_some((*not, Bar::While(at))),
        Form::Duty(_) | Form::Closing { .. } | Form::Opening { .. } => None,
    }
}

fn condition_bar(condition: &Condition, marking: &Marking, day: Day, at: u16) -> Option<Bar> {
    match unmet(condition, marking.open, marking.done, &marking.truths) {
        Some(Unmet::Undone) => Some(Bar::Needs(at)),
        Some(Unmet::Failed) => Some(Bar::Falls(at)),
        None => {
            let ready = marking.ready.get(usize::from(at)).copied().flatten();
            ready.filter(|ready| day < *ready).map(|ready| Bar::Early(at, ready))
        }
    }
}

/// What a condition lacks, its lead aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmet {
    Undone,
    /// Done, but the `with` is not known to be met.
    Failed,
}

/// What a condition lacks. A needed act that is closed does not hold anything up.
pub(crate) fn unmet(condition: &Condition, open: ActSet, done: ActSet, truths: &Truths) -> Option<Unmet> {
    let have = condition.need & done;
    let open_undone = (condition.need & open).without(done);
    if have.is_empty() && open_undone.is_empty() {
        return None;
    }
    let missing = if condition.any { have.is_empty() } else { !open_undone.is_empty() };
    if missing {
        return Some(Unmet::Undone);
    }
    (condition.with.is_some() && !truths.acts(condition.with)).then_some(Unmet::Failed)
}

impl Procedure {
    /// Whether one restriction (the place of a condition or a while) bars an act at present.
    pub(crate) fn restriction_on(&self, marking: &Marking, act: ActId, day: Day, at: u16) -> Option<Bar> {
        let norm = self.norms.get(usize::from(at))?;
        if !marking.truths.restrains(norm.guard) {
            return None;
        }
        restriction(&norm.form, marking, day, at).filter(|(acts, _)| acts.has(act)).map(|(_, bar)| bar)
    }
}

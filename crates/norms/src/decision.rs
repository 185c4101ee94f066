//! What may, must and must not be done: a pass over bit sets, without allocation.

use calendar::Day;

use crate::sets::MOST;
use crate::{ActId, ActSet, Condition, Form, Marking, Norm, Procedure, Truths};

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
    /// The conditions and whiles, in the order of the file, close together in memory.
    pub restrictions: Vec<Restriction>,
}

/// A condition or a while as a decision needs it. 限制
#[derive(Clone, Copy, Debug)]
pub struct Restriction {
    /// Place of the norm.
    pub at: u16,
    /// What it bars.
    acts: ActSet,
    /// What is needed; of a while, what must not be owed.
    need: ActSet,
    any: bool,
    is_while: bool,
    guard: Option<u8>,
    with: Option<u8>,
}

impl Restriction {
    fn of(at: u16, norm: &Norm) -> Option<Self> {
        let guard = norm.guard;
        match &norm.form {
            Form::Condition(Condition { before, need, any, with, .. }) => {
                Some(Self { at, acts: *before, need: *need, any: *any, is_while: false, guard, with: *with })
            }
            Form::While { owed, not } => {
                Some(Self { at, acts: *not, need: *owed, any: false, is_while: true, guard, with: None })
            }
            Form::Duty(_) | Form::Closing { .. } | Form::Opening { .. } => None,
        }
    }

    /// Why it bars its acts at present, its guard aside; `None` where it does not.
    fn bar(&self, marking: &Marking, owed: ActSet, day: Day) -> Option<Bar> {
        if self.is_while {
            return owed.meets(self.need).then_some(Bar::While(self.at));
        }
        match lacks(self.need, self.any, self.with, marking.open, marking.done, &marking.truths) {
            Some(Unmet::Undone) => Some(Bar::Needs(self.at)),
            Some(Unmet::Failed) => Some(Bar::Falls(self.at)),
            None => {
                let ready = marking.ready.get(usize::from(self.at)).copied().flatten();
                ready.filter(|ready| day < *ready).map(|ready| Bar::Early(self.at, ready))
            }
        }
    }
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
            index.restrictions.extend(Restriction::of(at, norm));
            if let Form::Duty(duty) = &norm.form {
                index.extends = duty.extends.iter().fold(index.extends, |set, rule| set | rule.by);
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
        for restriction in &index.restrictions {
            if !marking.truths.restrains(restriction.guard) {
                continue;
            }
            let Some(bar) = restriction.bar(marking, out.must, day) else { continue };
            let acts = restriction.acts;
            let unsure = match restriction.guard {
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

/// What a condition lacks, its lead aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unmet {
    Undone,
    /// Done, but the `with` is not known to be met.
    Failed,
}

/// What a condition lacks. A needed act that is closed does not hold anything up.
fn lacks(
    need: ActSet,
    any: bool,
    with: Option<u8>,
    open: ActSet,
    done: ActSet,
    truths: &Truths,
) -> Option<Unmet> {
    let have = need & done;
    let open_undone = (need & open).without(done);
    if have.is_empty() && open_undone.is_empty() {
        return None;
    }
    let missing = if any { have.is_empty() } else { !open_undone.is_empty() };
    if missing {
        return Some(Unmet::Undone);
    }
    (with.is_some() && !truths.acts(with)).then_some(Unmet::Failed)
}

impl Restriction {
    /// Whether it bars an act at present, its guard included.
    pub(crate) fn bars(&self, marking: &Marking, act: ActId, day: Day) -> Option<Bar> {
        let applies = self.acts.has(act) && marking.truths.restrains(self.guard);
        applies.then(|| self.bar(marking, marking.owed_acts(), day)).flatten()
    }
}

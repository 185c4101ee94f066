//! What may, must and must not be done: a pass over bit sets, without allocation.

use calendar::Day;

use crate::{ActId, ActSet, Condition, Form, GuardSet, Marking, Norm, Procedure, Truths};

/// The answer for one case on one day; why an act is barred is told by `Procedure::bar`. 办理判断
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// 可以: what may be done now.
    pub may: ActSet,
    /// 可以, depending on what will be recorded: barred only by norms whose `if` speaks of the act's own record.
    pub may_depending: ActSet,
    /// 应当: what discharges an owed duty, enabled or not.
    pub must: ActSet,
    /// 不得: everything else.
    pub must_not: ActSet,
}

/// What of a decision does not hang on the day: worked out when the marking moves. 不因日期而变的判断
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    barred: ActSet,
    depending: ActSet,
    must: ActSet,
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

/// What a procedure's acts are in general, as sets; made once when it is loaded. 事项索引
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub all: ActSet,
    pub opens: ActSet,
    pub ends: ActSet,
    pub repeats: ActSet,
    pub waiting: ActSet,
    pub extends: ActSet,
    /// What may be done in a closed case too.
    pub after_end: ActSet,
    /// For every act: the guards that speak of its record.
    pub own_guards: Vec<GuardSet>,
    /// The conditions and whiles, in the order of the file, close together in memory.
    pub restrictions: Vec<Restriction>,
    /// Those conditions that have a lead.
    pub leads: Vec<Restriction>,
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

    /// Whether it bars its acts, its guard and its lead aside.
    fn holds_up(&self, marking: &Marking, owed: ActSet) -> bool {
        if self.is_while { owed.meets(self.need) } else { self.lacks(marking).is_some() }
    }

    /// What the condition lacks, its lead aside.
    fn lacks(&self, marking: &Marking) -> Option<Unmet> {
        lacks(self.need, self.any, self.with, marking.open, marking.done, &marking.truths)
    }

    /// Those of its acts whose own record decides whether it applies, while that is not known.
    fn unsure(&self, index: &Index, marking: &Marking) -> ActSet {
        match self.guard {
            Some(guard) if marking.truths.get(guard).is_none() => own_acts(index, self.acts, guard),
            _ => ActSet::NONE,
        }
    }

    /// Why it bars an act at present, its guard included.
    pub(crate) fn bars(&self, marking: &Marking, act: ActId, day: Day) -> Option<Bar> {
        if !self.acts.has(act) || !marking.truths.restrains(self.guard) {
            return None;
        }
        if self.is_while {
            return marking.owed_acts().meets(self.need).then_some(Bar::While(self.at));
        }
        match self.lacks(marking) {
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
            after_end: procedure.acts_where(|act| act.after_end),
            own_guards: vec![GuardSet::default(); procedure.acts.len()],
            ..Self::default()
        };
        for (at, norm) in (0u16..).zip(&procedure.norms) {
            index.restrictions.extend(Restriction::of(at, norm));
            if matches!(&norm.form, Form::Condition(condition) if condition.lead.is_some()) {
                index.leads.extend(Restriction::of(at, norm));
            }
            if let Form::Duty(duty) = &norm.form {
                index.extends = duty.extends.iter().fold(index.extends, |set, rule| set | rule.by);
            }
        }
        for (at, guard) in (0u8..=u8::MAX).zip(&procedure.guards) {
            for act in guard.mentions().iter() {
                if let Some(own) = index.own_guards.get_mut(act.index()) {
                    own.put(at);
                }
            }
        }
        index
    }
}

impl Procedure {
    /// Answers what may, must and must not be done in a case on a day.
    #[must_use]
    pub fn decide(&self, index: &Index, marking: &Marking, day: Day) -> Decision {
        let is_closed = marking.closed_on.is_some();
        if is_closed && index.after_end.is_empty() {
            return Decision { must_not: index.all, ..Decision::default() };
        }
        let standing = marking.standing.unwrap_or_else(|| standing(index, marking));
        let mut barred = standing.barred;
        let mut depending = standing.depending;
        for lead in &index.leads {
            let ready = marking.ready.get(usize::from(lead.at)).copied().flatten();
            if ready.is_some_and(|ready| day < ready) && marking.truths.restrains(lead.guard) {
                let unsure = lead.unsure(index, marking);
                depending |= unsure;
                barred |= lead.acts.without(unsure);
            }
        }
        if !index.extends.is_empty() {
            barred |= index.extends.without(self.extensions_left(marking, day));
        }
        if is_closed {
            barred |= index.all.without(index.after_end);
        }
        Decision {
            may: index.all.without(barred | depending),
            may_depending: depending.without(barred),
            must: standing.must,
            must_not: barred,
        }
    }

    /// The first bar of an act on a day, in the file's order; `None` where it may be done.
    #[must_use]
    pub fn bar(&self, index: &Index, marking: &Marking, act: ActId, day: Day) -> Option<Bar> {
        if marking.closed_on.is_some() && !index.after_end.has(act) {
            return Some(Bar::Closed);
        }
        let started = marking.opened_on.is_some();
        if !started && !index.opens.has(act) {
            return Some(Bar::NotOpened);
        }
        if started && marking.done.has(act) && !index.repeats.has(act) {
            return Some(Bar::Spent);
        }
        if started && index.opens.has(act) && !marking.done.has(act) {
            return Some(Bar::Opened);
        }
        if !marking.open.has(act) {
            let by = marking.closed_by.get(act.index()).copied().flatten();
            return Some(by.map_or(Bar::Waiting, Bar::ClosedBy));
        }
        if index.extends.has(act) && !self.extensions_left(marking, day).has(act) {
            return Some(Bar::NothingToExtend);
        }
        index.restrictions.iter().find_map(|restriction| restriction.bars(marking, act, day))
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

/// What bars acts whatever the day: what is closed, spent, and lacks what it needs.
pub(crate) fn standing(index: &Index, marking: &Marking) -> Standing {
    let must = marking.owed_acts();
    let mut barred = index.all.without(marking.open);
    if marking.opened_on.is_none() {
        barred |= index.all.without(index.opens);
    } else {
        let again = marking.done & index.repeats;
        barred |= (marking.done & index.all).without(index.repeats) | index.opens.without(again);
    }
    let mut depending = ActSet::NONE;
    for restriction in &index.restrictions {
        if marking.truths.restrains(restriction.guard) && restriction.holds_up(marking, must) {
            let unsure = restriction.unsure(index, marking);
            depending |= unsure;
            barred |= restriction.acts.without(unsure);
        }
    }
    Standing { barred, depending, must }
}

/// Those of `acts` whose own record the guard speaks of.
fn own_acts(index: &Index, acts: ActSet, guard: u8) -> ActSet {
    let own = |act: &ActId| index.own_guards.get(act.index()).is_some_and(|guards| guards.has(guard));
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

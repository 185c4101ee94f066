//! Doing an act: the marking moves, duties arise and fall, clocks are counted.

use calendar::{Calendar, Day, Pause, Unit};

use crate::guard::Scene;
use crate::marking::Owed;
use crate::refusal::Refusal;
use crate::{
    ActId, ActSet, Amount, Bar, Condition, Decision, Duty, Form, Index, LapseDay, Marking, Procedure, Record,
    Records, Truths, Value,
};

/// A procedure with its index and the calendar: all that deciding and acting need. 运行环境
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    pub procedure: &'a Procedure,
    pub index: &'a Index,
    pub calendar: &'a Calendar,
}

/// What doing an act did to the duties. 办理的效果
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    pub discharged: Vec<Discharge>,
}

/// A duty that was discharged. 义务的履行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discharge {
    pub norm: u16,
    pub since: Day,
    pub last_day: Option<Day>,
    pub on: Day,
    /// Discharged by the law's deeming, not by an act of the organ.
    pub lapsed: bool,
}

impl Discharge {
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        !self.lapsed && self.last_day.is_none_or(|last| self.on <= last)
    }
}

/// A deemed act that is due: the time of a duty has run out. 应视为之事
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LapseDue {
    pub norm: u16,
    pub act: ActId,
    /// The legal day that the law gives it.
    pub on: Day,
    /// The day from which it holds: the one after the last day.
    pub since: Day,
}

impl Engine<'_> {
    /// Answers what may, must and must not be done on a day.
    #[must_use]
    pub fn decide(&self, marking: &Marking, day: Day) -> Decision {
        self.procedure.decide(self.index, marking, day)
    }

    /// The first bar of an act on a day; `None` where it may be done.
    #[must_use]
    pub fn bar(&self, marking: &Marking, act: ActId, day: Day) -> Option<Bar> {
        self.procedure.bar(self.index, marking, act, day)
    }

    /// The first deemed act that is due before `day` begins: its duty's last day is over.
    #[must_use]
    pub fn lapse_due(&self, marking: &Marking, day: Day) -> Option<LapseDue> {
        let due = marking.owed.iter().filter_map(|owed| {
            let lapse = Marking::duty_of(self.procedure, owed)?.lapse?;
            let last = owed.last_day.filter(|last| *last < day)?;
            let on = match lapse.on {
                LapseDay::Last => last,
                LapseDay::First => owed.from,
                LapseDay::Next => last.next(),
            };
            Some(LapseDue { norm: owed.norm, act: lapse.act, on, since: last.next() })
        });
        due.min_by_key(|due| (due.since, due.norm))
    }

    /// Does an act of a person on a day, or refuses it with all its reasons; refused, nothing has changed.
    ///
    /// # Errors
    /// The reasons for which the act must not be done.
    pub fn act(
        &self,
        marking: &mut Marking,
        records: &mut Records,
        act: ActId,
        on: Day,
        record: Record,
    ) -> Result<Effects, Box<Refusal>> {
        let before = records.put(act, Some((on, record)));
        let truths = std::mem::replace(&mut marking.truths, self.truths(records, on));
        if self.bar(marking, act, on).is_some() {
            let refusal = Refusal::of(self, marking, act, on);
            records.put(act, before);
            marking.truths = truths;
            return Err(Box::new(refusal));
        }
        Ok(self.done(marking, records, act, on, None))
    }

    /// Does what the law deems done. The engine asks for it by `lapse_due`; no bar holds it up.
    pub fn lapse(&self, marking: &mut Marking, records: &mut Records, due: LapseDue) -> Effects {
        records.put(due.act, Some((due.on, Record::default())));
        marking.truths = self.truths(records, due.on);
        self.done(marking, records, due.act, due.on, Some(due.norm))
    }

    fn truths(&self, records: &Records, day: Day) -> Truths {
        let scene = Scene { calendar: self.calendar, records, parameters: &self.procedure.parameters, day };
        let mut truths = Truths::default();
        for (at, guard) in (0u8..=u8::MAX).zip(&self.procedure.guards) {
            truths.set(at, guard.truth(&scene));
        }
        truths
    }

    /// The order of norms.md: done, discharged, closings, openings, new duties.
    fn done(
        &self,
        marking: &mut Marking,
        records: &Records,
        act: ActId,
        on: Day,
        lapsed: Option<u16>,
    ) -> Effects {
        marking.steps += 1;
        marking.done = marking.done.with(act);
        if let Some(last) = marking.last.get_mut(act.index()) {
            *last = Some((on, marking.steps));
        }
        if marking.opened_on.is_none() {
            marking.opened_on = Some(on);
        }
        if let Some(phase) = self.procedure.act_of(act).and_then(|act| act.phase) {
            marking.phase = Some(phase);
        }
        let effects = discharge(marking, act, on, lapsed);
        self.shift(marking, records, act, on);
        self.close_and_open(marking, act);
        self.add_duties(marking, records, act, on);
        self.extinguish(marking);
        self.count_leads(marking);
        marking.closed_on =
            if marking.is_finished(self.procedure) { marking.closed_on.or(Some(on)) } else { None };
        marking.standing = Some(crate::decision::standing(self.index, marking));
        effects
    }

    /// Pauses and extensions of what is owed.
    fn shift(&self, marking: &mut Marking, records: &Records, act: ActId, on: Day) {
        for owed in &mut marking.owed {
            let Some(duty) = Marking::duty_of(self.procedure, owed) else { continue };
            let mut moved = false;
            for (at, rule) in duty.pauses.iter().enumerate() {
                let running = owed.paused_by.iter().rposition(|by| *by == at);
                let open = running.and_then(|i| owed.pauses.get_mut(i)).filter(|pause| pause.until.is_none());
                match open {
                    Some(pause) if rule.until.has(act) => {
                        pause.until = Some(on);
                        moved = true;
                    }
                    None if rule.from.has(act) => {
                        owed.pauses.push(Pause { from: on, until: None });
                        owed.paused_by.push(at);
                        moved = true;
                    }
                    _ => {}
                }
            }
            for (at, rule) in duty.extends.iter().enumerate() {
                let used = owed.extended_by.iter().filter(|by| **by == at).count();
                let Some(most) = self.procedure.limit(rule.add, on) else { continue };
                if !rule.by.has(act) || used >= rule.times {
                    continue;
                }
                let chosen = rule.days.iter().find(|(of, _)| *of == act);
                let asked = chosen.and_then(|(of, field)| whole(records.value(*of, *field)?));
                let length = asked.map_or(most.length, |asked| asked.min(most.length));
                owed.extensions.push(calendar::Limit::new(length, most.unit));
                owed.extended_by.push(at);
                moved = true;
            }
            if moved {
                self.count(owed, duty);
            }
        }
    }

    fn close_and_open(&self, marking: &mut Marking, act: ActId) {
        let mut opened = ActSet::NONE;
        for (at, norm) in (0u16..).zip(&self.procedure.norms) {
            let in_effect = || marking.truths.acts(norm.guard);
            match &norm.form {
                Form::Closing { when, close } if when.has(act) && in_effect() => {
                    marking.open = marking.open.without(*close);
                    for act in close.iter() {
                        if let Some(by) = marking.closed_by.get_mut(act.index()) {
                            *by = Some(at);
                        }
                    }
                }
                Form::Opening { when, open } if when.has(act) && in_effect() => opened |= *open,
                _ => {}
            }
        }
        marking.open |= opened;
    }

    fn add_duties(&self, marking: &mut Marking, records: &Records, act: ActId, on: Day) {
        for (at, norm) in (0u16..).zip(&self.procedure.norms) {
            let Form::Duty(duty) = &norm.form else { continue };
            let stands = marking.owed.iter().any(|owed| owed.norm == at);
            if !duty.when.has(act) || !marking.truths.acts(norm.guard) || stands {
                continue;
            }
            let named = duty.from.iter().find(|(of, _)| *of == act);
            let named = named.and_then(|(of, field)| match records.value(*of, *field) {
                Some(Value::Day(day)) => Some(*day),
                _ => None,
            });
            let limit = duty.within.and_then(|within: Amount| self.procedure.limit(within, on));
            let mut owed = Owed {
                norm: at,
                must: duty.must,
                by: act,
                since: on,
                from: named.unwrap_or(on),
                limit,
                pauses: Vec::new(),
                paused_by: Vec::new(),
                extensions: Vec::new(),
                extended_by: Vec::new(),
                last_day: None,
                unrolled: None,
                warn_on: None,
                provisional: false,
            };
            running_pauses(marking, duty, &mut owed);
            self.count(&mut owed, duty);
            marking.owed.push(owed);
        }
    }

    /// Counts the last day of what is owed, and from when it warns.
    fn count(&self, owed: &mut Owed, duty: &Duty) {
        let Some(limit) = owed.limit else { return };
        let count = calendar::Count {
            from: owed.from,
            limit,
            pauses: &owed.pauses,
            extensions: &owed.extensions,
            rolls: duty.rolls,
        };
        let counted = self.calendar.last_day(&count);
        owed.last_day = counted.last_day;
        owed.unrolled = counted.unrolled;
        owed.provisional = counted.provisional;
        let ahead = duty.warn.unwrap_or_else(|| calendar::Limit::new((limit.length / 5).max(1), limit.unit));
        owed.warn_on = counted.unrolled.map(|last| self.before(last, ahead));
    }

    /// A day that lies a length before another.
    fn before(&self, last: Day, ahead: calendar::Limit) -> Day {
        let length = i32::try_from(ahead.length).unwrap_or(i32::MAX);
        match ahead.unit {
            Unit::Days => last.plus_days(-length),
            Unit::Months => last.plus_days(-length.saturating_mul(30)),
            Unit::Years => last.plus_days(-length.saturating_mul(365)),
            Unit::Hours => last.plus_days(-(length / 24)),
            Unit::WorkingDays => {
                let mut day = last;
                let mut left = length.min(366);
                while left > 0 {
                    day = day.previous();
                    left -= i32::from(self.calendar.is_working_day(day));
                }
                day
            }
        }
    }

    /// Duties all of whose acts are closed fall away.
    fn extinguish(&self, marking: &mut Marking) {
        let open = marking.open;
        marking.owed.retain(|owed| owed.must.meets(open));
    }

    fn count_leads(&self, marking: &mut Marking) {
        for (at, norm) in self.procedure.norms.iter().enumerate() {
            let Form::Condition(condition) = &norm.form else { continue };
            let ready = condition.lead.and_then(|lead| self.ready(marking, condition, lead));
            if let Some(place) = marking.ready.get_mut(at) {
                *place = ready;
            }
        }
    }

    /// From when a condition's lead has run: after the last of all needed acts, or the first of any.
    fn ready(&self, marking: &Marking, condition: &Condition, lead: Amount) -> Option<Day> {
        let days = (condition.need & marking.done).iter().filter_map(|act| marking.done_on(act));
        let ready = days.filter_map(|day| {
            let lead = self.procedure.limit(lead, day)?;
            Some(self.calendar.earliest(day, lead).0)
        });
        if condition.any { ready.min() } else { ready.max() }
    }
}

fn discharge(marking: &mut Marking, act: ActId, on: Day, lapsed: Option<u16>) -> Effects {
    let mut effects = Effects::default();
    marking.owed.retain(|owed| {
        let falls = owed.must.has(act) || lapsed == Some(owed.norm);
        if falls {
            effects.discharged.push(Discharge {
                norm: owed.norm,
                since: owed.since,
                last_day: owed.last_day,
                on,
                lapsed: lapsed == Some(owed.norm),
            });
        }
        !falls
    });
    effects
}

/// A pause that began before the duty arose counts from the day it arose.
fn running_pauses(marking: &Marking, duty: &Duty, owed: &mut Owed) {
    for (at, rule) in duty.pauses.iter().enumerate() {
        let Some((_, began)) = marking.last_step(rule.from) else { continue };
        let ended = marking.last_step(rule.until).map_or(0, |(_, step)| step);
        if began > ended {
            owed.pauses.push(Pause { from: owed.from.max(owed.since), until: None });
            owed.paused_by.push(at);
        }
    }
}

fn whole(value: &Value) -> Option<u32> {
    match value {
        Value::Number(parts) => u32::try_from(parts / crate::value::PARTS).ok(),
        _ => None,
    }
}

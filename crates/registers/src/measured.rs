//! What the figures of a register come to: computed from its entries whenever they are asked, and kept nowhere.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{Calendar, Day};
use figures::{Counted, Figure, Measure, Tally, Which};
use norms::guard::Scene;
use norms::{ActId, Records, Value};

use crate::{Entry, Register};

/// Over which days a figure is asked, and the calendar that its conditions count by. 指标期间
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    pub from: Day,
    /// The last day, on which entries that are in force count.
    pub to: Day,
    pub calendar: &'a Calendar,
}

/// An entry that a figure counts. 指标明细
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub entry: &'a Entry,
    /// The day for which it counts.
    pub on: Day,
    /// 0 where its value was counted with an entry before it.
    pub n: i64,
    pub total: i64,
}

/// The entries that a figure counts, in the order in which they were given; none for a share, whose sides have their own.
#[must_use]
pub fn parts<'a>(
    register: &Register,
    figure: &Figure,
    entries: &'a [Entry],
    asked: &Counting<'_>,
) -> Vec<Part<'a>> {
    let by_key = by_key(entries);
    let mut seen = BTreeSet::new();
    let mut made = Vec::new();
    for entry in entries {
        let same = by_key.get(&(entry.organ.as_str(), entry.key.as_str())).map_or(&[][..], Vec::as_slice);
        made.extend(part(register, figure, entry, same, asked, &mut |value| seen.insert(value)));
    }
    made
}

/// What an entry is to a figure, beside the other versions of its key; `is_new` says of a value whether no entry before had it.
fn part<'a>(
    register: &Register,
    figure: &Figure,
    entry: &'a Entry,
    same: &[&Entry],
    asked: &Counting<'_>,
    is_new: &mut dyn FnMut(&'a Value) -> bool,
) -> Option<Part<'a>> {
    let Measure::Entries { which, counted } = &figure.measure else { return None };
    let on = counts_on(*which, entry, same, asked)?;
    if !meets(register, figure, entry, asked) {
        return None;
    }
    let (n, total) = match counted {
        Counted::Entries => (1, 1),
        Counted::Sum(field) => match entry.record.get(*field)? {
            Value::Number(amount) | Value::Money(amount) => (1, *amount),
            _ => return None,
        },
        Counted::Different(field) => {
            let n = i64::from(is_new(entry.record.get(*field)?));
            (n, n)
        }
    };
    Some(Part { entry, on, n, total })
}

/// What all figures of a register come to, key by key: a register of a million entries fits into no memory.
#[derive(Debug)]
pub struct Sums<'a> {
    register: &'a Register,
    asked: Counting<'a>,
    /// For each figure what it comes to, how many entries it counts, and the values that it met where it counts different ones.
    sums: Vec<(Tally, i64, BTreeSet<Value>)>,
}

impl<'a> Sums<'a> {
    #[must_use]
    pub fn new(register: &'a Register, asked: Counting<'a>) -> Self {
        let sums = register.figures.iter().map(|_| Default::default()).collect();
        Self { register, asked, sums }
    }

    /// Adds the entries of one key, which are all handed over together.
    pub fn add(&mut self, versions: &[Entry]) {
        let same: Vec<&Entry> = versions.iter().collect();
        for (figure, (tally, entries, seen)) in self.register.figures.iter().zip(&mut self.sums) {
            for entry in versions {
                let mut is_new = |value: &Value| !seen.contains(value) && seen.insert(value.clone());
                if let Some(one) = part(self.register, figure, entry, &same, &self.asked, &mut is_new) {
                    *tally = Tally { n: tally.n + one.n, total: tally.total + one.total };
                    *entries += 1;
                }
            }
        }
    }

    /// What each figure comes to, by its id, and how many entries it counts.
    #[must_use]
    pub fn told(self) -> BTreeMap<String, (Tally, i64)> {
        let ids = self.register.figures.iter().map(|figure| figure.id.clone());
        ids.zip(self.sums.into_iter().map(|(tally, entries, _)| (tally, entries))).collect()
    }
}

/// What parts come to.
#[must_use]
pub fn tally(parts: &[Part<'_>]) -> Tally {
    let add = |sum: Tally, one: &Part<'_>| Tally { n: sum.n + one.n, total: sum.total + one.total };
    parts.iter().fold(Tally::default(), add)
}

/// The versions of each key.
fn by_key(entries: &[Entry]) -> BTreeMap<(&str, &str), Vec<&Entry>> {
    let mut made: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        made.entry((&entry.organ, &entry.key)).or_default().push(entry);
    }
    made
}

/// The day for which an entry counts, beside the other versions of its key; none where it does not.
fn counts_on(which: Which, entry: &Entry, same: &[&Entry], asked: &Counting<'_>) -> Option<Day> {
    let within = |day: Day| asked.from <= day && day <= asked.to;
    match which {
        Which::InForce => entry.is_in_force(asked.to).then_some(entry.from),
        Which::Entered => {
            let before = entry.from.previous();
            let went_on = same.iter().any(|one| one.is_in_force(before));
            (within(entry.from) && !went_on).then_some(entry.from)
        }
        Which::Ended => {
            let until = entry.until.filter(|until| within(*until))?;
            let after = until.next();
            let goes_on = same.iter().any(|one| one.is_in_force(after));
            (!goes_on).then_some(until)
        }
        Which::Dated(field) => {
            let Some(Value::Day(day)) = entry.record.get(field) else { return None };
            let is_last = same.iter().all(|one| one.from <= entry.from);
            (within(*day) && is_last).then_some(*day)
        }
    }
}

/// Whether the figure's condition is known to be true of an entry.
fn meets(register: &Register, figure: &Figure, entry: &Entry, asked: &Counting<'_>) -> bool {
    let Some(at) = figure.guard else { return true };
    let (Some(guard), Some(act)) = (register.guards.get(usize::from(at)), ActId::new(0)) else {
        return false;
    };
    let mut records = Records::default();
    records.put(act, Some((entry.from, entry.record.clone())));
    let scene = Scene { calendar: asked.calendar, records: &records, parameters: &[], day: asked.to };
    guard.truth(&scene) == Some(true)
}

//! Cases of a register: entries that are made, what holds on a day then, and what must be refused.

use base::Place;
use calendar::{Calendar, Day};
use figures::{Figure, Measure, Tally, value_of};
use norms::Record;

use crate::{Counting, Entry, Register, as_of, overlaps, parts, tally};

/// A case that stands beside a register's file. 台账案例
#[derive(Clone, Debug)]
pub struct Case {
    pub title: String,
    pub place: Place,
    /// The concrete systems of the plan that it shows being carried.
    pub systems: Vec<String>,
    pub enters: Vec<Try>,
    pub asof: Day,
    /// Keys in force on `asof`, all of them, in any order; nothing where it is not asked.
    pub holds: Option<Vec<String>>,
    pub refused: Vec<Refused>,
    /// What figures come to over the days from `since` until `asof`: id and value as people read it.
    pub counts: Vec<(String, String)>,
    /// The beginning of the year of `asof`, where the case says nothing.
    pub since: Day,
}

/// An entry that somebody tries to make. 拟登记条目
#[derive(Clone, Debug)]
pub struct Try {
    pub from: Day,
    pub until: Option<Day>,
    pub record: Record,
}

/// An entry that must be refused, and by what: a field's id, or `overlap` or `until`. 应拒条目
#[derive(Clone, Debug)]
pub struct Refused {
    pub entry: Try,
    pub by: String,
}

/// Runs a case; what came out otherwise, in words.
#[must_use]
pub fn run(register: &Register, case: &Case, calendar: &Calendar) -> Vec<String> {
    let mut failures = Vec::new();
    let mut entries = Vec::new();
    for one in &case.enters {
        match admit(register, &entries, one) {
            Ok(entry) => entries.push(entry),
            Err(by) => failures.push(format!("自{}起的条目本应登记，却因“{by}”被拒", one.from.chinese())),
        }
    }
    if let Some(expected) = &case.holds {
        let mut held: Vec<&str> = as_of(&entries, case.asof).map(|entry| entry.key.as_str()).collect();
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        held.sort_unstable();
        expected.sort_unstable();
        if held != expected {
            let (held, expected) = (held.join("、"), expected.join("、"));
            failures.push(format!("{}在册的应为“{expected}”，实为“{held}”", case.asof.chinese()));
        }
    }
    let counting = Counting { from: case.since, to: case.asof, calendar };
    for (id, expected) in &case.counts {
        let found = register.figures.iter().find(|figure| figure.id == *id);
        let value = found.map(|figure| valued(register, figure, &entries, &counting));
        let Some(value) = value else { continue };
        if value != *expected {
            failures.push(format!("指标“{id}”应为{expected}，实为{value}"));
        }
    }
    for one in &case.refused {
        match admit(register, &entries, &one.entry) {
            Ok(entry) => failures.push(format!("“{}”本应因“{}”被拒，却登记了", entry.key, one.by)),
            Err(by) if by != one.by => failures.push(format!("应因“{}”被拒，实因“{by}”被拒", one.by)),
            Err(_) => {}
        }
    }
    failures
}

/// A figure's value as people read it; a dash where there is nothing to divide by.
fn valued(register: &Register, figure: &Figure, entries: &[Entry], asked: &Counting<'_>) -> String {
    let of = |id: &str| register.figures.iter().find(|other| other.id == id);
    let sum = |figure: Option<&Figure>| {
        figure.map_or_else(Tally::default, |figure| tally(&parts(register, figure, entries, asked)))
    };
    let (part, whole) = match &figure.measure {
        Measure::Share { part, whole } => (sum(of(part)), sum(of(whole))),
        _ => Default::default(),
    };
    value_of(figure, sum(Some(figure)), part, whole).map_or_else(|| "—".to_owned(), |value| value.text())
}

/// The entry, or what bars it: the first required field that is empty, `until` before `from`, or an `overlap`.
fn admit(register: &Register, entries: &[Entry], one: &Try) -> Result<Entry, String> {
    let empty = register.fields.iter().enumerate().find(|(at, field)| {
        let value = u16::try_from(*at).ok().and_then(|at| one.record.get(at));
        field.required && value.is_none()
    });
    if let Some((_, field)) = empty {
        return Err(field.id.clone());
    }
    if one.until.is_some_and(|until| until < one.from) {
        return Err("until".to_owned());
    }
    let key = register.key_of(&one.record).unwrap_or_default();
    let entry =
        Entry { organ: String::new(), key, from: one.from, until: one.until, record: one.record.clone() };
    let together: Vec<Entry> = entries.iter().chain([&entry]).cloned().collect();
    if overlaps(&together).is_empty() { Ok(entry) } else { Err("overlap".to_owned()) }
}

//! What each event of a case adds to each figure.

use calendar::Day;
use norms::{ActSet, Deed, Engine, Form, History, Value};

use crate::{Figure, Measure};

/// What one event adds to one figure. 指标贡献
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// Place of the figure in the list that was given.
    pub figure: usize,
    /// Number of the event in the case.
    pub number: u32,
    /// Legal day of the event: the period that it counts in.
    pub on: Day,
    pub n: i64,
    pub total: i64,
}

/// All that a case adds to the figures of its procedure, from its whole history.
#[must_use]
pub fn contributions(engine: &Engine<'_>, figures: &[Figure], history: &History) -> Vec<Contribution> {
    let mut made = Vec::new();
    for (at, deed) in history.deeds.iter().enumerate() {
        for (index, figure) in figures.iter().enumerate() {
            let truths = history.truths.get(at).copied().unwrap_or_default();
            if !truths.acts(figure.guard) {
                continue;
            }
            if let Some((n, total)) = adds(engine, figure, history, at, deed) {
                made.push(Contribution { figure: index, number: deed.number, on: deed.on, n, total });
            }
        }
    }
    made
}

fn adds(
    engine: &Engine<'_>,
    figure: &Figure,
    history: &History,
    at: usize,
    deed: &Deed,
) -> Option<(i64, i64)> {
    match &figure.measure {
        Measure::Count { acts } => acts.has(deed.act).then_some((1, 1)),
        Measure::Sum { act, field } if *act == deed.act => match deed.record.get(*field)? {
            Value::Money(amount) | Value::Number(amount) => Some((1, *amount)),
            _ => None,
        },
        Measure::Duration { from, to, working } if to.has(deed.act) => {
            let began = began(history, at, *from)?;
            let days = if *working {
                i64::from(engine.calendar.working_days(began, deed.on))
            } else {
                i64::from(deed.on.days_since(began))
            };
            Some((1, days))
        }
        Measure::Punctual { duty, late } if duty.has(deed.act) => {
            let discharged = history.discharged.get(at)?;
            let mut own =
                discharged.iter().filter(|one| !one.lapsed && owes(engine, one.norm, *duty)).peekable();
            own.peek()?;
            let in_time = own.all(norms::Discharge::is_in_time);
            (in_time != *late).then_some((1, 1))
        }
        Measure::Share { .. }
        | Measure::Sum { .. }
        | Measure::Duration { .. }
        | Measure::Punctual { .. }
        | Measure::Entries { .. } => None,
    }
}

/// The day of the last of `from` before a deed.
fn began(history: &History, at: usize, from: ActSet) -> Option<Day> {
    history.deeds.get(..at)?.iter().rev().find(|deed| from.has(deed.act)).map(|deed| deed.on)
}

/// Whether a norm is a duty with a limit that one of these acts discharges.
fn owes(engine: &Engine<'_>, norm: u16, acts: ActSet) -> bool {
    let form = engine.procedure.norms.get(usize::from(norm)).map(|norm| &norm.form);
    matches!(form, Some(Form::Duty(duty)) if duty.within.is_some() && duty.must.meets(acts))
}

//! Figures of registers: computed from what had been entered by a day, whenever they are asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use figures::{Figure, Measure, Tally, Which};
use registers::{Counting, Entry, Part, Register};
use store::entry;

use crate::authority::person_of;
use crate::clock::day_of;
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureRecord, SeenEntry};
use crate::platform::Platform;
use crate::registers::{from_row, kept};
use crate::visible::Viewer;

/// What the figures of a register are asked over: the entries that count for somebody, and on which last day.
pub(crate) struct Scope {
    pub register: Arc<Register>,
    entries: Arc<Vec<Entry>>,
}

/// How many records of a figure are shown at a time.
const PAGE: usize = 200;

impl Platform {
    /// The register whose figure this is.
    #[must_use]
    pub fn register_of_figure(&self, id: &str) -> Option<&Arc<Register>> {
        self.rules().registers.iter().find(|register| register.figures.iter().any(|own| own.id == id))
    }

    /// The entries of a register that a question is about, as they had been entered by its day.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) fn scope(&self, register: &Arc<Register>, asked: &FigureAsked) -> Result<Scope> {
        let register = Arc::clone(register);
        let all = if asked.as_of >= self.today() {
            self.entries(&register.id)?
        } else {
            let rows = self.store().read(|reader| entry::ever(reader, &register.id))?;
            let known = known_by(rows, asked.as_of);
            Arc::new(known.iter().filter_map(|row| from_row(&register, row)).collect())
        };
        if asked.organ.is_empty() && asked.division.is_empty() {
            return Ok(Scope { register, entries: all });
        }
        let mut divisions = BTreeMap::new();
        if !asked.division.is_empty() {
            let organs = self.store().read(|reader| store::organ::history(reader))?;
            divisions.extend(organs.into_iter().map(|organ| (organ.id, organ.division)));
        }
        let in_area = |organ: &String| {
            asked.division.is_empty()
                || divisions.get(organ).is_some_and(|own: &String| own.starts_with(&asked.division))
        };
        let is_asked =
            |one: &&Entry| (asked.organ.is_empty() || one.organ == asked.organ) && in_area(&one.organ);
        let own = all.iter().filter(is_asked).cloned().collect();
        Ok(Scope { register, entries: Arc::new(own) })
    }

    /// What a figure of a register comes to, and how many entries it looked at.
    pub(crate) fn measured(&self, scope: &Scope, figure: &Figure, asked: &FigureAsked) -> (Tally, i64) {
        let parts = self.parts(scope, figure, asked);
        (registers::tally(&parts), i64::try_from(parts.len()).unwrap_or(i64::MAX))
    }

    fn parts<'s>(&self, scope: &'s Scope, figure: &Figure, asked: &FigureAsked) -> Vec<Part<'s>> {
        let counting =
            Counting { from: asked.from, to: asked.to.min(asked.as_of), calendar: &self.rules().calendar };
        registers::parts(&scope.register, figure, &scope.entries, &counting)
    }

    /// A page of the entries behind a figure. What counts is public; which entry it is, only for those who may read the
    /// register.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) fn entry_records(
        &self,
        viewer: Viewer<'_>,
        figure: &Figure,
        register: &Arc<Register>,
        asked: &FigureAsked,
        after: Option<&str>,
    ) -> Result<(Vec<FigureRecord>, Option<String>)> {
        let scope = self.scope(register, asked)?;
        let parts = self.parts(&scope, figure, asked);
        let first: usize = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let next = (parts.len() > first + PAGE).then(|| (first + PAGE).to_string());
        let page: Vec<&Part<'_>> = parts.iter().skip(first).take(PAGE).collect();
        let entered = self.entered_on(register, asked.as_of)?;
        let organs = self.organs_of_today()?;
        let mut readable: BTreeMap<&str, bool> = BTreeMap::new();
        let mut made = Vec::with_capacity(page.len());
        for part in page {
            let own = part.entry;
            let organ = organs.organs.iter().find(|organ| organ.id == own.organ);
            let is_readable = *readable.entry(&own.organ).or_insert_with(|| match viewer {
                Viewer::Keeper => true,
                Viewer::Public => register.public,
                Viewer::Account(actor) => organ.map_or(register.public, |organ| {
                    let person = person_of(actor);
                    self.inner().policies.may_consult(&person, kept(register, organ)).is_allowed()
                }),
            });
            let place = (own.organ.clone(), own.key.clone(), own.from.number());
            made.push(FigureRecord {
                seen: None,
                entry: is_readable.then(|| SeenEntry {
                    register: register.id.clone(),
                    organ: own.organ.clone(),
                    key: own.key.clone(),
                    from: own.from,
                    until: own.until,
                }),
                organ: organ.map_or_else(|| own.organ.clone(), |organ| organ.name.clone()),
                number: 0,
                on: part.on,
                recorded_on: entered.get(&place).copied().unwrap_or(part.on),
                n: part.n,
                total: part.total,
            });
        }
        Ok((made, next))
    }

    /// On which day each entry that had been entered by a day was entered: by organ, key and beginning.
    fn entered_on(&self, register: &Register, as_of: Day) -> Result<BTreeMap<(String, String, i32), Day>> {
        let rows = self.store().read(|reader| entry::ever(reader, &register.id))?;
        let known = known_by(rows, as_of);
        Ok(known
            .into_iter()
            .map(|row| ((row.organ, row.key, row.valid_from), day_of(row.entered_at)))
            .collect())
    }

    /// A figure of a register over time, for charts: what came or went day by day, or how many were in force at the end of
    /// each month.
    pub(crate) fn entries_by_day(
        &self,
        figure: &Figure,
        register: &Arc<Register>,
        asked: &FigureAsked,
    ) -> Result<Vec<(Day, i64)>> {
        let scope = self.scope(register, asked)?;
        if !matches!(figure.measure, Measure::Entries { which: Which::InForce, .. }) {
            let mut days: BTreeMap<Day, i64> = BTreeMap::new();
            for part in self.parts(&scope, figure, asked) {
                *days.entry(part.on).or_default() += part.n;
            }
            return Ok(days.into_iter().collect());
        }
        let (mut made, mut on) = (Vec::new(), asked.from);
        let last = asked.to.min(asked.as_of);
        // More than the charts show is not computed.
        while on <= last && made.len() < 400 {
            let next = on.plus_months(1);
            let first = Day::from_ymd(next.year(), next.month(), 1).unwrap_or(next);
            let end = first.previous().min(last);
            let then = FigureAsked { to: end, ..asked.clone() };
            made.push((end, self.measured(&scope, figure, &then).0.n));
            on = first;
        }
        Ok(made)
    }
}

/// Of each organ, key and beginning the last that had been entered by the end of a day, unless that took it back.
fn known_by(rows: Vec<entry::Entry>, as_of: Day) -> Vec<entry::Entry> {
    let mut made: Vec<entry::Entry> = Vec::new();
    for row in rows.into_iter().filter(|row| day_of(row.entered_at) <= as_of) {
        let same = |last: &entry::Entry| {
            (&last.organ, &last.key, last.valid_from) == (&row.organ, &row.key, row.valid_from)
        };
        if made.last().is_some_and(same) {
            made.pop();
        }
        made.push(row);
    }
    made.retain(|row| !row.withdrawn);
    made
}

//! Figures of registers: computed from what had been entered by a day, whenever they are asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use figures::{Figure, Measure, Tally, Which};
use registers::{Counting, Entry, Part, Register, Sums};
use store::entry;

use crate::authority::person_of;
use crate::clock::day_of;
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureRecord, SeenEntry};
use crate::platform::Platform;
use crate::registers::{from_row, kept};
use crate::visible::Viewer;

/// What the figures of a register come to over the entries that count for somebody.
pub(crate) struct Told {
    pub register: Arc<Register>,
    /// By the figure's id: its sum, and how many entries it looked at.
    sums: BTreeMap<String, (Tally, i64)>,
}

impl Told {
    /// What a figure comes to, and how many entries it counts.
    pub fn of(&self, figure: &str) -> (Tally, i64) {
        self.sums.get(figure).copied().unwrap_or_default()
    }
}

/// The entries that count for somebody.
struct Scope {
    register: Arc<Register>,
    entries: Arc<Vec<Entry>>,
}

/// How many records of a figure are shown at a time.
const PAGE: usize = 200;
/// A register with more rows is not taken into memory for its figures.
const MANY: u32 = 20_000;

impl Platform {
    /// The register whose figure this is.
    #[must_use]
    pub fn register_of_figure(&self, id: &str) -> Option<&Arc<Register>> {
        self.rules().registers.iter().find(|register| register.figures.iter().any(|own| own.id == id))
    }

    /// What all figures of a register come to, by the entries as they had been entered by the day of the question.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(crate) fn counted(&self, register: &Arc<Register>, asked: &FigureAsked) -> Result<Told> {
        let mut sums = Sums::new(register, self.counting(asked));
        let area = self.area(asked)?;
        if asked.as_of >= self.today() && !self.is_long(register)? {
            let all = self.entries(&register.id)?;
            let own = all.chunk_by(|a, b| (&a.organ, &a.key) == (&b.organ, &b.key));
            own.filter(|same| same.first().is_some_and(|one| area.has(&one.organ)))
                .for_each(|same| sums.add(same));
        } else {
            self.add_key_by_key(register, asked, &area, &mut sums)?;
        }
        Ok(Told { register: Arc::clone(register), sums: sums.told() })
    }

    /// Whether a register is too long to be taken into memory.
    fn is_long(&self, register: &Register) -> Result<bool> {
        Ok(self.store().read(|reader| entry::is_longer_than(reader, &register.id, MANY))?)
    }

    /// Adds the entries of a register from the store, those of one key at a time.
    fn add_key_by_key(
        &self,
        register: &Register,
        asked: &FigureAsked,
        area: &Area,
        sums: &mut Sums<'_>,
    ) -> Result<()> {
        let is_past = asked.as_of < self.today();
        let mut settle = |rows: &mut Vec<entry::Entry>| {
            let rows = std::mem::take(rows);
            let known = if is_past { known_by(rows, asked.as_of) } else { rows };
            let same: Vec<Entry> = known.iter().filter_map(|row| from_row(register, row)).collect();
            sums.add(&same);
        };
        let mut rows: Vec<entry::Entry> = Vec::new();
        self.store().read(|reader| {
            entry::each(reader, &register.id, &asked.organ, is_past, &mut |row| {
                if rows.last().is_some_and(|last| (&last.organ, &last.key) != (&row.organ, &row.key)) {
                    settle(&mut rows);
                }
                if area.has(&row.organ) {
                    rows.push(row);
                }
                Ok(())
            })
        })?;
        settle(&mut rows);
        Ok(())
    }

    /// The organs that a question is about.
    fn area(&self, asked: &FigureAsked) -> Result<Area> {
        let mut divisions = BTreeMap::new();
        if !asked.division.is_empty() {
            let organs = self.store().read(|reader| store::organ::history(reader))?;
            divisions.extend(organs.into_iter().map(|organ| (organ.id, organ.division)));
        }
        Ok(Area { organ: asked.organ.clone(), division: asked.division.clone(), divisions })
    }

    /// The entries of a register that a question is about, as they had been entered by its day.
    ///
    /// # Errors
    /// The store cannot be read.
    fn scope(&self, register: &Arc<Register>, asked: &FigureAsked) -> Result<Scope> {
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
        let area = self.area(asked)?;
        let own = all.iter().filter(|one| area.has(&one.organ)).cloned().collect();
        Ok(Scope { register, entries: Arc::new(own) })
    }

    fn parts<'s>(&self, scope: &'s Scope, figure: &Figure, asked: &FigureAsked) -> Vec<Part<'s>> {
        registers::parts(&scope.register, figure, &scope.entries, &self.counting(asked))
    }

    fn counting(&self, asked: &FigureAsked) -> Counting<'_> {
        Counting { from: asked.from, to: asked.to.min(asked.as_of), calendar: &self.rules().calendar }
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
            made.push((end, registers::tally(&self.parts(&scope, figure, &then)).n));
            on = first;
        }
        Ok(made)
    }
}

/// Organs that a question is about.
struct Area {
    /// One organ; empty for all.
    organ: String,
    /// The beginning of the divisions' codes; empty for all.
    division: String,
    /// Of each organ its division, where that matters.
    divisions: BTreeMap<String, String>,
}

impl Area {
    fn has(&self, organ: &str) -> bool {
        let is_there = || self.divisions.get(organ).is_some_and(|own| own.starts_with(&self.division));
        (self.organ.is_empty() || self.organ == organ) && (self.division.is_empty() || is_there())
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

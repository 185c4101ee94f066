//! One figure read once for many: over periods, and over the organs that it counts for, compared as all others are.

use std::collections::BTreeMap;

use assessment::{Measured, Observation, Ratio, Refusal, Span, compare};
use calendar::Day;
use figures::{Figure, Measure, Tally, ValueOf, value_of};
use store::tally::{self, Sum};

use crate::assess::blank;
use crate::error::{AppError, Result};
use crate::figures_view::{FigureAsked, range};
use crate::organs::Organ;
use crate::platform::Platform;

/// A figure in a period. 各期数值
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodValue {
    pub from: Day,
    pub to: Day,
    /// None where there is nothing to divide by.
    pub value: Option<ValueOf>,
    /// How many records stand behind it (behind the whole, for a share).
    pub records: i64,
}

/// A figure in an organ. 各机关数值
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganValue {
    /// Id of the organ.
    pub organ: String,
    pub name: String,
    /// The kind of organ, as `norms::ORGAN_KINDS` lists them; empty for one that is no more.
    pub kind: String,
    pub value: Option<ValueOf>,
    pub records: i64,
    /// What it is over, as people read it; empty for a count.
    pub over: String,
    /// So few stand behind it that it moves by chance.
    pub is_small: bool,
}

/// A figure in all organs. 各机关并列
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgansBeside {
    pub rows: Vec<OrganValue>,
    /// Why they say how much falls to each and not who is better: counts without a base.
    pub refused: Option<String>,
}

/// What a figure is computed from: its own sum, or part and whole of a share.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    own: Tally,
    part: Tally,
    whole: Tally,
}

impl Sums {
    fn of(&mut self, side: usize) -> &mut Tally {
        match side {
            0 => &mut self.own,
            1 => &mut self.part,
            _ => &mut self.whole,
        }
    }

    fn value(&self, figure: &Figure) -> Option<ValueOf> {
        value_of(figure, self.own, self.part, self.whole)
    }

    fn records(&self, figure: &Figure) -> i64 {
        if matches!(figure.measure, Measure::Share { .. }) { self.whole.n } else { self.own.n }
    }
}

/// Ids of the figures whose tallies are read, with the side each is.
fn sides(figure: &Figure) -> Vec<(usize, &str)> {
    match &figure.measure {
        Measure::Share { part, whole } => vec![(1, part), (2, whole)],
        _ => vec![(0, &figure.id)],
    }
}

fn add(tally: &mut Tally, sum: Sum) {
    tally.n = tally.n.saturating_add(sum.n);
    tally.total = tally.total.saturating_add(sum.total);
}

impl Platform {
    fn figure_known(&self, id: &str) -> Result<&Figure> {
        self.figure(id).ok_or_else(|| AppError::not_found(format!("指标“{id}”")))
    }

    /// A figure in each of several periods, in their order; of what is asked, organ, division and the day of knowledge
    /// count, its own days do not.
    ///
    /// # Errors
    /// There is no such figure; the store cannot be read.
    pub fn figure_trend(
        &self,
        id: &str,
        asked: &FigureAsked,
        periods: &[(Day, Day)],
    ) -> Result<Vec<PeriodValue>> {
        let figure = self.figure_known(id)?;
        let mut sums = vec![Sums::default(); periods.len()];
        self.store().read(|reader| -> store::Result<()> {
            for (side, id) in sides(figure) {
                for ((from, to), sums) in periods.iter().zip(&mut sums) {
                    let asked = FigureAsked { from: *from, to: *to, ..asked.clone() };
                    add(sums.of(side), tally::sum(reader, &range(id, &asked))?);
                }
            }
            Ok(())
        })?;
        let made = periods.iter().zip(&sums).map(|((from, to), sums)| PeriodValue {
            from: *from,
            to: *to,
            value: sums.value(figure),
            records: sums.records(figure),
        });
        Ok(made.collect())
    }

    /// A figure in each organ that has records behind it, those with the most first; an organ that is asked for does not
    /// count.
    ///
    /// # Errors
    /// There is no such figure; the store cannot be read.
    pub fn figure_by_organ(&self, id: &str, asked: &FigureAsked) -> Result<OrgansBeside> {
        let figure = self.figure_known(id)?;
        let all = FigureAsked { organ: String::new(), ..asked.clone() };
        let mut sums: BTreeMap<String, Sums> = BTreeMap::new();
        self.store().read(|reader| -> store::Result<()> {
            for (side, id) in sides(figure) {
                for (organ, sum) in tally::by_organ(reader, &range(id, &all))? {
                    add(sums.entry(organ).or_default().of(side), sum);
                }
            }
            Ok(())
        })?;
        let at_hand = self.organs_of_today()?;
        let organs: BTreeMap<&str, &Organ> =
            at_hand.organs.iter().map(|organ| (organ.id.as_str(), organ)).collect();
        let (kind, definition) = self.measured_as(figure);
        let blank = blank("", asked.as_of.year(), asked.as_of);
        let like = Observation { name: figure.name.clone(), definition, kind, ..blank };
        let mut observed: Vec<Observation> = Vec::new();
        let mut rows: Vec<OrganValue> = Vec::new();
        for (id, sums) in sums.into_iter().filter(|(_, sums)| sums.records(figure) > 0) {
            let organ = organs.get(id.as_str());
            let value = sums.value(figure);
            let ratio = value.and_then(|value| Ratio::new(value.numerator.into(), value.denominator.into()));
            let whole =
                value.filter(|_| kind != Measured::Count).map(|value| Ratio::whole(value.denominator));
            observed.push(Observation {
                who: id.clone(),
                value: ratio.map(Span::of),
                denominator: whole,
                ..like.clone()
            });
            rows.push(OrganValue {
                name: organ.map_or_else(|| id.clone(), |one| one.name.clone()),
                kind: organ.map_or_else(String::new, |one| one.kind.clone()),
                organ: id,
                value,
                records: sums.records(figure),
                over: String::new(),
                is_small: false,
            });
        }
        let compared = compare(&observed);
        let lines: BTreeMap<&str, _> = compared.lines.iter().map(|line| (line.who.as_str(), line)).collect();
        for row in &mut rows {
            let Some(line) = lines.get(row.organ.as_str()) else { continue };
            row.is_small = line.is_small;
            row.over = line.denominator.map_or_else(String::new, |many| many.text(2));
        }
        rows.sort_by_key(|one| std::cmp::Reverse(one.records));
        let is_baseless = compared.refused.iter().any(|(_, refusal)| *refusal == Refusal::NoBase);
        let refused = is_baseless.then(|| Refusal::NoBase.told());
        Ok(OrgansBeside { rows, refused })
    }
}

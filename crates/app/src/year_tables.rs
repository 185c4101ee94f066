//! Yearly tables in a set form, from the figures' tallies: a row an organ, a column a sum of figures.

use std::collections::BTreeMap;

use calendar::Day;
use packs::tables::{Column, Of, YearTable};
use store::tally::{self, Range};

use crate::error::{AppError, Result};
use crate::figures_view::FigureAsked;
use crate::platform::Platform;
use crate::report;

/// A yearly table filled in. 年度统计
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledTable {
    pub form: YearTable,
    pub year: i32,
    pub as_of: Day,
    /// Over whom is counted, in words.
    pub scope: String,
    /// In the order of the organs' names.
    pub rows: Vec<TableRow>,
    pub total: Vec<i64>,
    /// Balances that do not come out, in words.
    pub unbalanced: Vec<String>,
}

/// What one organ did. 一个机关的一行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Id and name.
    pub organ: (String, String),
    /// A number of acts, or fen.
    pub values: Vec<i64>,
}

/// A value as it is told: acts, or ten thousand yuan to the fen.
#[must_use]
pub fn shown(column: &Column, value: i64) -> String {
    if !column.is_money() {
        return value.to_string();
    }
    let sign = if value < 0 { "-" } else { "" };
    let fen = value.unsigned_abs();
    format!("{sign}{}.{:06}", fen / 1_000_000, fen % 1_000_000)
}

impl Platform {
    /// A form of yearly table filled in for an organ and, where it is a government, its whole area.
    ///
    /// # Errors
    /// There is no such organ or year; the store cannot be read.
    pub fn year_table(&self, form: &YearTable, organ: &str, year: i32, as_of: Day) -> Result<FilledTable> {
        if !form.covers(year) {
            let message = format!("表“{}”不适用于{year}年", form.name);
            return Err(AppError::wrong("table_year", message, "核对年度。"));
        }
        let organ = self.organ(organ)?;
        let (asked, scope) = report::asked(&organ, year, as_of)?;
        let sums = self.sums(form, &asked)?;
        let names: BTreeMap<String, String> =
            self.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect();
        let mut rows: Vec<TableRow> = sums
            .into_iter()
            .map(|(id, figures)| {
                let name = names.get(&id).cloned().unwrap_or_else(|| id.clone());
                TableRow { organ: (id, name), values: values(form, &figures) }
            })
            .filter(|row| row.values.iter().any(|value| *value != 0))
            .collect();
        rows.sort_by(|one, next| one.organ.1.cmp(&next.organ.1));
        let mut total = vec![0i64; form.columns.len()];
        for row in &rows {
            total.iter_mut().zip(&row.values).for_each(|(sum, value)| *sum = sum.saturating_add(*value));
        }
        let mut unbalanced: Vec<String> =
            rows.iter().flat_map(|row| unbalanced(form, &row.organ.1, &row.values)).collect();
        unbalanced.sort();
        Ok(FilledTable { form: form.clone(), year, as_of, scope, rows, total, unbalanced })
    }

    /// What each organ has of each figure: a number of acts, or a total.
    fn sums(&self, form: &YearTable, asked: &FigureAsked) -> Result<BTreeMap<String, BTreeMap<String, i64>>> {
        let ids = form.columns.iter().flat_map(|column| match &column.of {
            Of::Figures(ids) => ids.as_slice(),
            Of::Columns(_) => &[],
        });
        let mut ids: Vec<&String> = ids.collect();
        ids.sort();
        ids.dedup();
        let mut made: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
        self.store().read(|reader| {
            for id in ids {
                let is_sum = self
                    .figure(id)
                    .is_some_and(|figure| matches!(figure.measure, figures::Measure::Sum { .. }));
                let range = Range {
                    figure: id,
                    from: asked.from.number(),
                    until: asked.to.number(),
                    as_of: asked.as_of.number(),
                    division: &asked.division,
                    organ: "",
                };
                let found = if asked.organ.is_empty() {
                    tally::by_organ(reader, &range)?
                } else {
                    let organ = asked.organ.as_str();
                    vec![(organ.to_owned(), tally::sum(reader, &Range { organ, ..range })?)]
                };
                for (organ, sum) in found {
                    let value = if is_sum { sum.total } else { sum.n };
                    made.entry(organ).or_default().insert(id.clone(), value);
                }
            }
            Ok(made)
        })
    }
}

fn values(form: &YearTable, figures: &BTreeMap<String, i64>) -> Vec<i64> {
    let mut made: Vec<i64> = Vec::with_capacity(form.columns.len());
    for column in &form.columns {
        let value = match &column.of {
            Of::Figures(ids) => ids.iter().filter_map(|id| figures.get(id)).sum(),
            Of::Columns(ids) => ids.iter().filter_map(|id| made.get(form.place_of(id)?)).sum(),
        };
        made.push(value);
    }
    made
}

/// The balances that do not come out for an organ.
fn unbalanced(form: &YearTable, organ: &str, values: &[i64]) -> Vec<String> {
    let sum = |ids: &[String]| ids.iter().filter_map(|id| values.get(form.place_of(id)?)).sum::<i64>();
    let names = |ids: &[String]| {
        let own = ids.iter().filter_map(|id| form.columns.iter().find(|column| column.id == *id));
        own.map(|column| column.name.as_str()).collect::<Vec<_>>().join("＋")
    };
    let wrong = form.equals.iter().filter(|own| sum(&own.left) != sum(&own.right));
    wrong
        .map(|own| {
            let (left, right) = (sum(&own.left), sum(&own.right));
            format!("{organ}：{}是{left}，{}是{right}", names(&own.left), names(&own.right))
        })
        .collect()
}

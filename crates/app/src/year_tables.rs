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
    /// The beginning of the codes of the divisions that it covers; empty for the organ alone.
    pub division: String,
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
    /// What each figure of the form comes to; those that come to nothing are left out.
    pub figures: BTreeMap<String, i64>,
}

/// A filled table as its page shows it: beside the year before, each column with how it counts. 年度统计页
#[derive(Clone, Debug)]
pub struct TablePage {
    pub own: FilledTable,
    /// The same over the year before; none where the form is not that year's.
    pub before: Option<FilledTable>,
    pub columns: Vec<ColumnPage>,
    /// The year is not over on the day of the table.
    pub is_unfinished: bool,
}

/// A column with how it counts. 栏的口径
#[derive(Clone, Debug)]
pub struct ColumnPage {
    /// The figures that it adds up; none where it adds up other columns.
    pub figures: Vec<ColumnFigure>,
    /// Names of the columns that it adds up.
    pub sum: Vec<String>,
}

/// A figure that a column adds up. 栏的指标
#[derive(Clone, Debug)]
pub struct ColumnFigure {
    pub id: String,
    pub name: String,
    /// What it counts, in words.
    pub definition: String,
    pub weakness: Option<String>,
}

impl FilledTable {
    /// What a figure comes to over all rows, or over one organ's.
    #[must_use]
    pub fn figure(&self, id: &str, organ: Option<&str>) -> i64 {
        let own = self.rows.iter().filter(|row| organ.is_none_or(|organ| row.organ.0 == organ));
        own.filter_map(|row| row.figures.get(id)).sum()
    }

    /// The values of an organ's row, noughts where it has none; the totals where no organ is named.
    #[must_use]
    pub fn values_of(&self, organ: Option<&str>) -> Vec<i64> {
        let Some(organ) = organ else { return self.total.clone() };
        let row = self.rows.iter().find(|row| row.organ.0 == organ);
        row.map_or_else(|| vec![0; self.form.columns.len()], |row| row.values.clone())
    }

    /// The lines above the table: which form, over whom, on what it rests.
    #[must_use]
    pub fn title(&self) -> Vec<String> {
        let unverified = if self.form.unverified { "（未核实）" } else { "" };
        vec![
            format!("表{} {}年{}", self.form.number, self.year, self.form.name),
            format!("{}，截至{}登记的", self.scope, self.as_of.chinese()),
            format!("依据：{}{unverified}", self.form.basis),
        ]
    }

    /// The table as a sheet; with the totals of the year before and the difference where that is given.
    #[must_use]
    pub fn sheet(&self, before: Option<&Self>) -> sheets::Page {
        let cell = |(column, value): (&Column, &i64)| {
            if column.is_money() { sheets::Cell::Decimal(*value, 6) } else { sheets::Cell::Number(*value) }
        };
        let row = |name: &str, values: &[i64]| {
            let cells = self.form.columns.iter().zip(values).map(cell);
            std::iter::once(sheets::Cell::from(name)).chain(cells).collect::<Vec<_>>()
        };
        let mut rows: Vec<_> = self.rows.iter().map(|one| row(&one.organ.1, &one.values)).collect();
        rows.push(row("合计", &self.total));
        if let Some(before) = before {
            let more = self.total.iter().zip(&before.total).map(|(now, then)| now.saturating_sub(*then));
            rows.push(row("上年合计", &before.total));
            rows.push(row("比上年增减", &more.collect::<Vec<_>>()));
        }
        let heading = |column: &Column| format!("{}（{}）", column.name, column.unit);
        sheets::Page {
            name: self.form.name.clone(),
            above: self.title(),
            headings: std::iter::once("单位名称".to_owned())
                .chain(self.form.columns.iter().map(heading))
                .collect(),
            rows,
            below: self.form.rules.clone(),
        }
    }
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
            .map(|(id, mut figures)| {
                figures.retain(|_, value| *value != 0);
                let name = names.get(&id).cloned().unwrap_or_else(|| id.clone());
                TableRow { organ: (id, name), values: values(form, &figures), figures }
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
        let (form, division) = (form.clone(), asked.division);
        Ok(FilledTable { form, year, as_of, scope, division, rows, total, unbalanced })
    }

    /// The forms of a year, by their number.
    #[must_use]
    pub fn year_tables(&self, year: i32) -> Vec<&YearTable> {
        self.rules().year_tables.iter().filter(|form| form.covers(year)).collect()
    }

    /// The form of an id for a year.
    fn year_form(&self, id: &str, year: i32) -> Result<&YearTable> {
        let forms = self.year_tables(year);
        let missing = || AppError::not_found(format!("{year}年的年度统计表“{id}”"));
        forms.into_iter().find(|form| form.id == id).ok_or_else(missing)
    }

    /// A yearly table for its page: filled in, beside the year before, with how each column counts.
    ///
    /// # Errors
    /// There is no such form, organ or year; the store cannot be read.
    pub fn year_table_page(&self, id: &str, organ: &str, year: i32, as_of: Day) -> Result<TablePage> {
        let form = self.year_form(id, year)?;
        let own = self.year_table(form, organ, year, as_of)?;
        let before = match self.year_form(id, year - 1) {
            Ok(form) => Some(self.year_table(form, organ, year - 1, as_of)?),
            Err(AppError::NotFound { .. }) => None,
            Err(other) => return Err(other),
        };
        // Another form counts something else.
        let before = before.filter(|other| other.form.columns == form.columns);
        let columns = form.columns.iter().map(|column| self.column_page(form, column)).collect();
        let is_unfinished = Day::from_ymd(year, 12, 31).is_some_and(|last| as_of < last);
        Ok(TablePage { own, before, columns, is_unfinished })
    }

    fn column_page(&self, form: &YearTable, column: &Column) -> ColumnPage {
        let name_of = |id: &String| {
            let found = form.place_of(id).and_then(|at| form.columns.get(at));
            found.map_or_else(|| id.clone(), |own| own.name.clone())
        };
        let figure_of = |id: &String| {
            let figure = self.figure(id)?;
            let definition = report::definition(self.rules(), id)?;
            let (id, name) = (id.clone(), figure.name.clone());
            Some(ColumnFigure { id, name, definition, weakness: figure.weakness.clone() })
        };
        match &column.of {
            Of::Figures(ids) => {
                ColumnPage { figures: ids.iter().filter_map(figure_of).collect(), sum: Vec::new() }
            }
            Of::Columns(ids) => ColumnPage { figures: Vec::new(), sum: ids.iter().map(name_of).collect() },
        }
    }

    /// A yearly table as a spreadsheet: its name and its bytes.
    ///
    /// # Errors
    /// There is no such form, organ or year; the store cannot be read; the file cannot be made.
    pub fn year_table_book(&self, id: &str, organ: &str, year: i32, as_of: Day) -> Result<(String, Vec<u8>)> {
        let page = self.year_table_page(id, organ, year, as_of)?;
        let sheet = page.own.sheet(page.before.as_ref());
        let bytes = sheets::write_book(&[sheet]).map_err(|found| AppError::Unfit(vec![found]))?;
        Ok((format!("{year}年{}.xlsx", page.own.form.name), bytes))
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

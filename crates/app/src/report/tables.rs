//! The fixed tables of a report, filled in: each cell is what figures come to, a number that somebody states, or nothing yet.

use std::collections::{BTreeMap, BTreeSet};

use audit::Decimal;
use calendar::Day;
use packs::procedures::report_form::{
    CellOf, FormColumn, FormEqual, FormRow, Over, ReportForm, ReportTable, RowOf, TableForm,
};
use packs::source::At;
use packs::tables::{Of, YearTable};

use super::carried::{self, Carried};
use super::{Piece, Section, Stated, link, used};
use crate::error::Result;
use crate::figures_view::{FigureAsked, FigureLine};
use crate::platform::Platform;

/// The column of a yearly table that stands in a report with its columns as rows.
const AMOUNT: &str = "amount";
/// Sums of money are counted in yuan and told in ten thousand yuan.
const YUAN: &str = "元";
const TEN_THOUSAND_YUAN: &str = "万元";

/// A fixed table of a report, filled in. 固定表格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTable {
    pub id: String,
    pub name: String,
    pub unit: String,
    pub columns: Vec<FormTableColumn>,
    pub rows: Vec<FormTableRow>,
    /// What does not come out, in words: balances, numbers below nought, a form that there is not.
    pub faults: Vec<String>,
}

/// A column of a fixed table. 栏
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTableColumn {
    pub id: String,
    pub name: String,
    /// The heading over this and its neighbours.
    pub under: Option<String>,
}

/// A row of a fixed table. 行
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTableRow {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// In the order of the columns; none in a heading.
    pub cells: Vec<FormCell>,
}

/// A cell of a fixed table. 格
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormCell {
    /// Digits; none where nobody has told yet.
    pub value: Option<String>,
    pub of: CellSource,
}

/// Where the number in a cell comes from. 数字来源
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellSource {
    /// Nothing is recorded, and nobody has stated it.
    Missing,
    /// What these figures come to.
    Counted(Vec<CellFigure>),
    /// Somebody answers for it; beside it what the platform's figures come to, where they do.
    Stated(Stated, Option<String>),
    /// What the public report of the year before told as left over: its title, where it stands, and what the platform's
    /// figures come to, where they do.
    Carried { title: String, link: String, counted: Option<String> },
    /// Other cells added up.
    Sum,
}

/// A figure in a cell. 格中指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFigure {
    pub id: String,
    pub name: String,
    pub shown: String,
    pub link: String,
    pub is_taken_off: bool,
    /// It counts over the report's year, as the figures of the report do.
    pub is_of_year: bool,
}

impl FormTable {
    /// How many cells have no number.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.cells().filter(|cell| cell.of == CellSource::Missing).count()
    }

    pub fn cells(&self) -> impl Iterator<Item = &FormCell> {
        self.rows.iter().flat_map(|row| &row.cells)
    }

    /// The cells that several figures make, each with these: `行政处罚，本年处理决定数量：17＝…12＋…5`.
    #[must_use]
    pub fn notes(&self) -> Vec<Vec<Piece>> {
        let words = |text: String| Piece::Words(text);
        let mut made = Vec::new();
        for row in &self.rows {
            for (at, cell) in row.cells.iter().enumerate() {
                let CellSource::Counted(figures) = &cell.of else { continue };
                if figures.len() < 2 {
                    continue;
                }
                let mut pieces =
                    vec![words(format!("{}，{}：{}＝", row.name, self.column_name(at), cell.shown()))];
                for (place, one) in figures.iter().enumerate() {
                    let sign = if one.is_taken_off { "－" } else { "＋" };
                    let sign = if place == 0 && !one.is_taken_off { "" } else { sign };
                    pieces.push(words(format!("{sign}{}", one.name)));
                    pieces.push(one.piece(one.shown.clone()));
                }
                made.push(pieces);
            }
        }
        made
    }

    /// The title of a column with the heading over it.
    #[must_use]
    pub fn column_name(&self, at: usize) -> String {
        let Some(column) = self.columns.get(at) else { return String::new() };
        match &column.under {
            Some(under) => format!("{under}：{}", column.name),
            None => column.name.clone(),
        }
    }

    /// The table in words: a line for each row.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let row = |row: &FormTableRow| {
            if row.cells.is_empty() {
                return row.name.clone();
            }
            let cells = row.cells.iter().enumerate();
            let cells = cells.map(|(at, cell)| format!("{}{}", self.column_name(at), cell.shown()));
            format!("{}：{}", row.name, cells.collect::<Vec<_>>().join("，"))
        };
        let unit = if self.unit.is_empty() { String::new() } else { format!("（单位：{}）", self.unit) };
        std::iter::once(format!("{}{unit}", self.name)).chain(self.rows.iter().map(row)).collect()
    }
}

impl CellFigure {
    /// The figure with what is shown of it: in the report's list, or at its own page.
    fn piece(&self, shown: String) -> Piece {
        if self.is_of_year {
            Piece::Value(self.id.clone(), shown)
        } else {
            Piece::Linked(shown, self.link.clone())
        }
    }
}

impl FormCell {
    /// The cell as a piece of text: a number made of one figure leads to it.
    #[must_use]
    pub fn piece(&self) -> Piece {
        match &self.of {
            CellSource::Counted(figures) => match figures.as_slice() {
                [one] => one.piece(self.shown().to_owned()),
                _ => Piece::Derived(self.shown().to_owned()),
            },
            CellSource::Stated(stated, _) => Piece::Stated(stated.clone()),
            CellSource::Carried { link, .. } => Piece::Linked(self.shown().to_owned(), link.clone()),
            CellSource::Missing => Piece::Words(self.shown().to_owned()),
            CellSource::Sum => Piece::Derived(self.shown().to_owned()),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.value.as_deref().unwrap_or("未提供")
    }
}

/// A number that somebody states for a cell, by row and column.
pub(super) type StatedCells = BTreeMap<(String, String), Stated>;

/// The figures that tables are filled from, by the time that they count over.
pub(super) struct CellFigures {
    year: BTreeMap<String, (FigureLine, String)>,
    before: BTreeMap<String, (FigureLine, String)>,
    until_end: BTreeMap<String, (FigureLine, String)>,
    year_tables: Vec<YearTable>,
    carried: Carried,
    number: i32,
}

impl CellFigures {
    /// Reads what the tables of a form need; of each time only procedures and registers with a record in it.
    pub fn read(
        platform: &Platform,
        form: &ReportForm,
        (kind, organ, year): (&str, &str, i32),
        asked: &FigureAsked,
    ) -> Result<Self> {
        let mut wanted: BTreeSet<Over> = BTreeSet::new();
        for (_, table) in form.tables() {
            wanted.extend(overs(table));
        }
        let lines = |asked: FigureAsked| -> Result<BTreeMap<String, (FigureLine, String)>> {
            let lines = used(platform.figures(None, &asked)?).0;
            let one = |line: FigureLine| {
                let link = link(&line.id, &asked);
                (line.id.clone(), (line, link))
            };
            Ok(lines.into_iter().map(one).collect())
        };
        let first = Day::from_ymd(1949, 10, 1).unwrap_or(asked.from);
        let last = Day::from_number(asked.from.number() - 1).unwrap_or(asked.from);
        let over = |over, from, to| {
            if wanted.contains(&over) {
                lines(FigureAsked { from, to, ..asked.clone() })
            } else {
                Ok(BTreeMap::new())
            }
        };
        Ok(Self {
            year: over(Over::Year, asked.from, asked.to)?,
            before: over(Over::Before, first, last)?,
            until_end: over(Over::UntilEnd, first, asked.to)?,
            year_tables: platform.rules().year_tables.clone(),
            carried: carried::read(platform, form, (kind, organ, year), asked)?,
            number: year,
        })
    }

    fn over(&self, over: Over) -> &BTreeMap<String, (FigureLine, String)> {
        match over {
            Over::Year => &self.year,
            Over::Before => &self.before,
            Over::UntilEnd => &self.until_end,
        }
    }

    /// What the figures of a cell come to; none where nothing of them is recorded.
    fn counted(&self, cell: &CellOf, unit: &str) -> Option<(Decimal, Vec<CellFigure>)> {
        let known = self.over(cell.over);
        let (mut sum, mut made, mut is_known) = (Decimal::integer(0), Vec::new(), false);
        let signed = cell.figures.iter().map(|at| (at, false)).chain(cell.less.iter().map(|at| (at, true)));
        for (at, is_taken_off) in signed {
            let Some((line, link)) = known.get(&at.value) else { continue };
            is_known |= !is_taken_off;
            let value = line.value.and_then(|value| decimal(&value.text()))?;
            let value =
                if line.unit == YUAN && unit == TEN_THOUSAND_YUAN { value.divided_by_ten(4) } else { value };
            sum = if is_taken_off { sum.minus(value)? } else { sum.plus(value)? };
            made.push(CellFigure {
                id: line.id.clone(),
                name: line.name.clone(),
                shown: line.shown(),
                link: link.clone(),
                is_taken_off,
                is_of_year: cell.over == Over::Year,
            });
        }
        is_known.then_some((sum, made))
    }

    /// Fills in the tables of a report's sections; `stated` is by table.
    pub fn fill(&self, form: &ReportForm, sections: &mut [Section], stated: &BTreeMap<String, StatedCells>) {
        let nothing = StatedCells::new();
        for (own, section) in form.sections.iter().zip(sections) {
            let filled = |table: &ReportTable| self.filled(table, stated.get(&table.id).unwrap_or(&nothing));
            section.tables = own.tables.iter().map(filled).collect();
        }
    }

    /// Where the report of the year before told another number than is in this one, or than the figures come to.
    fn carried_otherwise(
        &self,
        table: &ReportTable,
        columns: &[FormColumn],
        rows: &[FormTableRow],
    ) -> Vec<String> {
        let mut made = Vec::new();
        for row in rows {
            for (column, cell) in columns.iter().zip(&row.cells) {
                let key = (table.id.clone(), row.id.clone(), column.id.clone());
                let Some(told) = self.carried.get(&key) else { continue };
                let (what, other) = match &cell.of {
                    CellSource::Stated(stated, _) => ("这里自报的", Some(&stated.number)),
                    CellSource::Carried { counted, .. } => ("平台的指标算出的", counted.as_ref()),
                    _ => continue,
                };
                let Some(other) = other else { continue };
                if decimal(other).is_none_or(|other| !other.equals(told.value)) {
                    let (row, column, value) = (&row.name, &column.name, printed(told.value));
                    made.push(format!(
                        "“{row}”的“{column}”，上年公开的《{}》结转的是{value}，{what}是{other}",
                        told.title
                    ));
                }
            }
        }
        made
    }

    /// A table with what is recorded and what is stated.
    pub fn filled(&self, table: &ReportTable, stated: &StatedCells) -> FormTable {
        let own;
        let (columns, rows, equals) = match &table.form {
            TableForm::Own { columns, rows, equals } => (columns, rows, equals),
            TableForm::Yearly(id) => {
                let form =
                    self.year_tables.iter().find(|form| form.id == id.value && form.covers(self.number));
                own = form.map(|form| turned(form, id)).unwrap_or_default();
                (&own.0, &own.1, &own.2)
            }
        };
        let filling = Filling { figures: self, table, columns, stated };
        let mut values: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        let made: Vec<FormTableRow> = rows.iter().map(|row| filling.row(row, &mut values)).collect();
        let mut faults = faults(columns, rows, equals, &values);
        if rows.is_empty() {
            faults.push(format!("没有适用于{}年的表式", self.number));
        }
        faults.extend(self.carried_otherwise(table, columns, &made));
        let column = |one: &FormColumn| FormTableColumn {
            id: one.id.clone(),
            name: one.name.clone(),
            under: one.under.clone(),
        };
        FormTable {
            id: table.id.clone(),
            name: table.name.clone(),
            unit: table.unit.clone(),
            columns: columns.iter().map(column).collect(),
            rows: made,
            faults,
        }
    }
}

/// The times that the cells of a table count over.
fn overs(table: &ReportTable) -> BTreeSet<Over> {
    let TableForm::Own { rows, .. } = &table.form else { return [Over::Year].into() };
    let of_row = |row: &FormRow| match &row.of {
        RowOf::Each(cell) => vec![cell.over],
        RowOf::Cells(cells) => cells.iter().map(|(_, cell)| cell.over).collect(),
        RowOf::Heading | RowOf::Sum { .. } => Vec::new(),
    };
    rows.iter().flat_map(of_row).collect()
}

/// A yearly table with its columns as rows.
fn turned(form: &YearTable, id: &At<String>) -> (Vec<FormColumn>, Vec<FormRow>, Vec<FormEqual>) {
    let column =
        FormColumn { id: AMOUNT.to_owned(), name: "数量".to_owned(), under: None, sum: Vec::new() };
    let at = |figure: &String| At { value: figure.clone(), place: id.place.clone() };
    let row = |column: &packs::tables::Column| FormRow {
        id: column.id.clone(),
        name: format!("{}（{}）", column.name, column.unit),
        unit: Some(column.unit.clone()),
        of: match &column.of {
            Of::Figures(figures) => {
                let figures = figures.iter().map(at).collect();
                RowOf::Cells(vec![(AMOUNT.to_owned(), CellOf { figures, ..CellOf::default() })])
            }
            Of::Columns(plus) => RowOf::Sum { plus: plus.clone(), less: Vec::new() },
        },
        carries: None,
    };
    let equal = |one: &packs::tables::Equal| FormEqual { left: one.left.clone(), right: one.right.clone() };
    (vec![column], form.columns.iter().map(row).collect(), form.equals.iter().map(equal).collect())
}

/// A table being filled in.
struct Filling<'a> {
    figures: &'a CellFigures,
    table: &'a ReportTable,
    columns: &'a [FormColumn],
    stated: &'a StatedCells,
}

impl Filling<'_> {
    fn row(&self, row: &FormRow, values: &mut BTreeMap<(String, String), Decimal>) -> FormTableRow {
        let unit = row.unit.clone().unwrap_or_else(|| self.table.unit.clone());
        let mut cells = Vec::new();
        if row.of != RowOf::Heading {
            for column in self.columns {
                let (value, of) = self.cell(row, column, &unit, values);
                if let Some(value) = value {
                    values.insert((row.id.clone(), column.id.clone()), value);
                }
                cells.push(FormCell { value: value.map(printed), of });
            }
        }
        FormTableRow { id: row.id.clone(), name: row.name.clone(), unit, cells }
    }

    fn cell(
        &self,
        row: &FormRow,
        column: &FormColumn,
        unit: &str,
        values: &BTreeMap<(String, String), Decimal>,
    ) -> (Option<Decimal>, CellSource) {
        let sum_of =
            |parts: Vec<(String, String, bool)>| {
                let mut sum = Some(Decimal::integer(0));
                for (row, column, is_taken_off) in parts {
                    let value = values.get(&(row, column)).copied();
                    sum = sum.zip(value).and_then(|(sum, value)| {
                        if is_taken_off { sum.minus(value) } else { sum.plus(value) }
                    });
                }
                (sum, CellSource::Sum)
            };
        if !column.sum.is_empty() {
            let parts = column.sum.iter().map(|other| (row.id.clone(), other.clone(), false));
            return sum_of(parts.collect());
        }
        let asked = match &row.of {
            RowOf::Heading => return (None, CellSource::Missing),
            RowOf::Sum { plus, less } => {
                let part = |is_taken_off| move |one: &String| (one.clone(), column.id.clone(), is_taken_off);
                return sum_of(plus.iter().map(part(false)).chain(less.iter().map(part(true))).collect());
            }
            RowOf::Each(cell) => Some(cell.of_column(&column.id)),
            RowOf::Cells(cells) => {
                cells.iter().find(|(id, _)| *id == column.id).map(|(_, cell)| cell.clone())
            }
        };
        let counted = asked.and_then(|cell| self.figures.counted(&cell, unit));
        if let Some(stated) = self.stated.get(&(row.id.clone(), column.id.clone())) {
            let beside = counted.map(|(value, _)| printed(value));
            return (decimal(&stated.number), CellSource::Stated(stated.clone(), beside));
        }
        let key = (self.table.id.clone(), row.id.clone(), column.id.clone());
        if let Some(told) = self.figures.carried.get(&key) {
            let (title, link) = (told.title.clone(), told.link.clone());
            let counted = counted.map(|(value, _)| printed(value));
            return (Some(told.value), CellSource::Carried { title, link, counted });
        }
        match counted {
            Some((value, figures)) => (Some(value), CellSource::Counted(figures)),
            None => (None, CellSource::Missing),
        }
    }
}

/// What does not come out: balances, and numbers below nought.
fn faults(
    columns: &[FormColumn],
    rows: &[FormRow],
    equals: &[FormEqual],
    values: &BTreeMap<(String, String), Decimal>,
) -> Vec<String> {
    let name = |id: &String| {
        rows.iter().find(|row| row.id == *id).map_or_else(|| id.clone(), |row| row.name.clone())
    };
    let names = |ids: &[String]| ids.iter().map(name).collect::<Vec<_>>().join("＋");
    let mut made = Vec::new();
    for column in columns {
        let value = |id: &String| values.get(&(id.clone(), column.id.clone())).copied();
        for row in rows {
            if let Some(low) = value(&row.id).filter(|value| value.mantissa() < 0) {
                made.push(format!("“{}”的“{}”是{low}，小于零", row.name, column.name));
            }
        }
        for equal in equals {
            let sum = |ids: &[String]| {
                ids.iter().map(value).try_fold(Decimal::integer(0), |sum, value| sum.plus(value?))
            };
            if let (Some(left), Some(right)) = (sum(&equal.left), sum(&equal.right))
                && !left.equals(right)
            {
                let (first, second) = (names(&equal.left), names(&equal.right));
                made.push(format!("“{}”一栏不平衡：{first}为{left}，{second}为{right}", column.name));
            }
        }
    }
    made
}

/// Without noughts at the end of a fraction.
fn printed(value: Decimal) -> String {
    let text = value.to_string();
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A number as it is printed: digits, with a point at most.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(part) || digits.len() > 20 {
        return None;
    }
    let mantissa: i128 = format!("{whole}{part}").parse().ok()?;
    Some(Decimal::new(mantissa.checked_mul(sign)?, u32::try_from(part.len()).ok()?))
}

/// Cells as they are kept: a line for each, `row/column = number|who|why`.
pub(super) fn stated_cells(text: &str) -> StatedCells {
    let one = |line: &str| {
        let (place, rest) = line.split_once(" = ")?;
        let (row, column) = place.split_once('/')?;
        let mut parts = rest.splitn(3, '|').map(|part| part.trim().to_owned());
        let (number, who, why) = (parts.next()?, parts.next()?, parts.next()?);
        decimal(&number)?;
        Some(((row.to_owned(), column.to_owned()), Stated { number, who, why }))
    };
    text.lines().filter_map(one).collect()
}

/// The same the other way round.
pub(super) fn stated_text(cells: &StatedCells) -> String {
    let line = |((row, column), one): (&(String, String), &Stated)| {
        format!("{row}/{column} = {}|{}|{}", one.number, one.who, one.why)
    };
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{decimal, stated_cells, stated_text};

    #[test]
    fn stated_cells_are_read_as_they_are_written() {
        let text = "carried/natural_person = 3|县政府办|2023年报告\nfees/amount = 0.52|财政局|收费台账";
        let read = stated_cells(text);
        assert_eq!(read.len(), 2);
        assert_eq!(stated_text(&read), text);
        assert_eq!(read[&("fees".to_owned(), "amount".to_owned())].number, "0.52");
        assert!(stated_cells("a/b = x|y|z\na = 1|y|z\na/b = 1|y").is_empty());
    }

    #[test]
    fn numbers_are_digits_with_a_point_at_most() {
        assert_eq!(decimal("12.50").unwrap().to_string(), "12.50", "as it was stated");
        assert_eq!(decimal("-3").unwrap().to_string(), "-3");
        for text in ["", ".5", "1.2.3", "1,000", "一", "1e3", "999999999999999999999"] {
            assert!(decimal(text).is_none(), "{text}");
        }
    }
}

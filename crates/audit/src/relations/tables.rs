//! Sums of a table's rows and columns. (表内合计)

use std::collections::BTreeMap;

use crate::chars::Chars;
use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{Relation, RelationKind, Verdict};
use crate::numbers;
use crate::relations::disclosure;
use crate::tables::{Cell, Table};

/// Words that head a total.
const TOTALS: &[&str] = &["合计", "总计", "总数", "共计", "小计"];

/// A table read as numbers. (表)
pub(crate) struct Grid<'t> {
    pub table: &'t Table,
    pub values: Vec<Vec<Option<Decimal>>>,
    labels: Vec<String>,
    pub heads: Vec<String>,
}

/// Checks all tables.
pub fn check(context: &mut Context) {
    let text = context.text;
    for table in &text.tables {
        let grid = read(context.chars, table);
        if disclosure::check(context, &grid) {
            continue;
        }
        let mended = rows(context, &grid);
        columns(context, &grid, &mended);
    }
}

fn value(chars: &Chars, cell: Cell) -> Option<Decimal> {
    if !chars.at(cell.start).is_ascii_digit() {
        return None;
    }
    let numeral = numbers::arabic(chars, cell.start)?;
    (numeral.end == cell.end && !numeral.more).then_some(numeral.value)
}

/// Reads a table's numbers, the labels of its rows and the heads of its columns.
pub(crate) fn read<'t>(chars: &Chars, table: &'t Table) -> Grid<'t> {
    let values: Vec<Vec<Option<Decimal>>> =
        table.rows.iter().map(|row| row.iter().map(|cell| value(chars, *cell)).collect()).collect();
    let word = |cell: &Cell| {
        chars.slice(cell.start, cell.end).iter().filter(|c| !c.is_whitespace()).collect::<String>()
    };
    // A first column that only numbers the rows is no number of the row.
    let serial = |row: &[Cell]| match row {
        [first, second, ..] => value(chars, *first).is_some() && value(chars, *second).is_none(),
        _ => false,
    };
    let labels = table
        .rows
        .iter()
        .map(|row| {
            row.iter()
                .skip(usize::from(serial(row)))
                .take_while(|c| value(chars, **c).is_none())
                .map(word)
                .filter(|w| !w.is_empty())
                .last()
                .unwrap_or_default()
        })
        .collect();
    let is_head = |row: &&Vec<Cell>| row.len() >= 2 && row.iter().all(|c| value(chars, *c).is_none());
    let heads = table
        .rows
        .iter()
        .take(4)
        .rfind(is_head)
        .map(|row| row.iter().map(word).collect())
        .unwrap_or_default();
    Grid { table, values, labels, heads }
}

/// Whether a label or a head names a total.
pub(super) fn is_total(label: &str) -> bool {
    TOTALS.iter().any(|t| label.ends_with(t) || label.starts_with(t))
}

impl Grid<'_> {
    pub fn at(&self, row: usize, column: usize) -> Option<Decimal> {
        self.values.get(row)?.get(column).copied().flatten()
    }

    pub fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        self.table.rows.get(row)?.get(column).copied()
    }

    pub fn label(&self, row: usize) -> &str {
        self.labels.get(row).map_or("", String::as_str)
    }

    pub fn width(&self) -> usize {
        self.values.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Whether a column only numbers the rows.
    pub fn is_serial(&self, column: usize) -> bool {
        let head = self.heads.get(column).map_or("", String::as_str);
        let rate = ["率", "占比", "比重", "同比", "平均", "增长", "排名", "年份", "编号", "均"]
            .iter()
            .any(|w| head.contains(w));
        head.contains("序号") || rate
    }
}

/// Cells of a total column whose own row gives another value: row, column, that value.
type Mended = BTreeMap<(usize, usize), Decimal>;

/// A total row: the sum of the rows above it, back to the total before; of the subtotals; or of all rows above.
fn columns(context: &mut Context, grid: &Grid, mended: &Mended) {
    let mut first = 0;
    let mut subtotals: Vec<usize> = Vec::new();
    let width = grid.width();
    let mut above: Vec<Decimal> = vec![Decimal::integer(0); width];
    for row in 0..grid.values.len() {
        let label = grid.label(row);
        if !is_total(label) {
            if is_plain(grid, row) {
                add_row(grid, row, &mut above);
            }
            continue;
        }
        let grand = !label.contains("小计");
        let plain: Vec<usize> = (first..row).filter(|r| is_plain(grid, *r)).collect();
        let members = if grand && plain.is_empty() { std::mem::take(&mut subtotals) } else { plain };
        let below = || (row + 1..grid.values.len()).take(BELOW).filter(|r| is_plain(grid, *r)).collect();
        let members = if members.is_empty() && first == 0 { below() } else { members };
        for column in 0..width {
            if !grid.is_serial(column) {
                let all = above.get(column).copied().unwrap_or(Decimal::integer(0));
                total(context, grid, (row, column), &members, all, mended);
            }
        }
        if !grand {
            subtotals.push(row);
        }
        first = row + 1;
    }
}

/// Rows that a total at the head of a table may sum.
const BELOW: usize = 2000;

fn add_row(grid: &Grid, row: usize, above: &mut [Decimal]) {
    for (column, sum) in above.iter_mut().enumerate() {
        if let Some(more) = grid.at(row, column).and_then(|v| sum.plus(v)) {
            *sum = more;
        }
    }
}

/// A row that is neither a total nor a part of another row.
fn is_plain(grid: &Grid, row: usize) -> bool {
    let label = grid.label(row);
    !is_total(label) && !label.starts_with("其中") && !label.contains("其中:")
}

fn total(
    context: &mut Context,
    grid: &Grid,
    at: (usize, usize),
    members: &[usize],
    all: Decimal,
    mended: &Mended,
) {
    let (row, column) = at;
    let (Some(stated), Some(cell)) = (grid.at(row, column), grid.cell(row, column)) else { return };
    let same_width = |r: &usize| grid.values.get(*r).map(Vec::len) == grid.values.get(row).map(Vec::len);
    if !members.iter().all(same_width) {
        return;
    }
    let parts =
        |rows: &[usize]| -> Vec<Decimal> { rows.iter().filter_map(|r| grid.at(*r, column)).collect() };
    let figures = parts(members);
    if figures.len() < 2 {
        return;
    }
    let sum = |figures: &[Decimal]| figures.iter().try_fold(Decimal::integer(0), |t, v| t.plus(*v));
    let right = |r: &usize| mended.get(&(*r, column)).copied().or_else(|| grid.at(*r, column));
    let explained =
        sum(&members.iter().filter_map(right).collect::<Vec<_>>()).is_some_and(|s| s.equals(stated));
    let other = explained || all.equals(stated);
    let Some(made) = sum(&figures) else { return };
    settle(context, cell, &figures, stated, made, other || made.equals(stated), grid.label(row));
}

fn settle(
    context: &mut Context,
    cell: Cell,
    figures: &[Decimal],
    stated: Decimal,
    made: Decimal,
    agrees: bool,
    label: &str,
) {
    let shown: Vec<String> = figures.iter().take(12).map(Decimal::to_string).collect();
    let more = if figures.len() > 12 { "＋…" } else { "" };
    let computation = format!("{}{more}＝{made}，{label}写作{stated}", shown.join("＋"));
    let verdict = if agrees { Verdict::Agrees } else { Verdict::Differs };
    context.relations.push(Relation {
        kind: RelationKind::Table,
        verdict,
        start: cell.start,
        end: cell.end,
        with: Vec::new(),
        computation: computation.clone(),
    });
    if !agrees {
        context.report(
            "table_sum",
            cell.start,
            cell.end,
            Words::new(format!("表中“{label}”写作{stated}，各项相加为{made}"))
                .computed(computation)
                .help("核对表中各数和合计"),
        );
    }
}

/// A head without its unit in brackets.
pub(super) fn bare(head: &str) -> &str {
    head.split('(').next().unwrap_or(head)
}

/// A total column: the sum of the columns before it, or of those after it when it comes first.
fn rows(context: &mut Context, grid: &Grid) -> Mended {
    let mut mended = Mended::new();
    let Some(column) = grid.heads.iter().position(|h| matches!(bare(h), "合计" | "总计" | "共计"))
    else {
        return mended;
    };
    let head = grid.heads.get(column).map_or(String::new(), |h| bare(h).to_owned());
    for row in 0..grid.values.len() {
        let (Some(stated), Some(cell)) = (grid.at(row, column), grid.cell(row, column)) else { continue };
        if grid.values.get(row).map(Vec::len) != Some(grid.heads.len()) {
            continue;
        }
        let (before, after) =
            (members(grid, row, 0..column), members(grid, row, column + 1..grid.heads.len()));
        let figures = if before.is_empty() { after } else { before };
        let Some(made) = figures.iter().try_fold(Decimal::integer(0), |t, v| t.plus(*v)) else { continue };
        if figures.len() >= 2 {
            settle(context, cell, &figures, stated, made, made.equals(stated), &head);
            mended.insert((row, column), made);
        }
    }
    mended
}

/// The numbers of a row that a total column may sum; none when one of the columns is a total or counts another thing.
fn members(grid: &Grid, row: usize, columns: std::ops::Range<usize>) -> Vec<Decimal> {
    let head = |column: usize| grid.heads.get(column).map_or("", String::as_str);
    let foreign = |column: usize| {
        is_total(head(column)) || ["元", "金额", "其中"].iter().any(|w| head(column).contains(w))
    };
    if columns.clone().any(|c| grid.at(row, c).is_some() && foreign(c)) {
        return Vec::new();
    }
    columns.filter(|c| !grid.is_serial(*c)).filter_map(|c| grid.at(row, c)).collect()
}

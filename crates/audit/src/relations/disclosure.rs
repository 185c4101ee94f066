//! The fixed identities of the tables of the yearly report on disclosure. (政府信息公开年报表格)
//!
//! Table three: in each column, new and carried in make the results and what is carried on; the results make their
//! total; in each row the kinds of applicants make the total. Table four: in each group the four outcomes make the
//! total. The forms are those that the General Office's department prescribes for reports by art. 50 of the
//! Regulation on Disclosure.

use crate::chars::Chars;
use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{Relation, RelationKind, Verdict};
use crate::relations::tables::Grid;
use crate::tables::Cell;

/// The outcomes of a group of table four, its total last.
const OUTCOMES: [&str; 5] = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"];

/// The numbers of a row, with their cells.
type Numbers = Vec<(Decimal, Cell)>;

/// Checks a table if it is one of the two; whether it is.
pub(super) fn check(context: &mut Context, grid: &Grid) -> bool {
    if let Some(requests) = Requests::find(context.chars, grid) {
        requests.check(context);
        return true;
    }
    is_reviews(grid) && reviews(context, grid)
}

/// The rows of table three. (收到和处理政府信息公开申请情况)
pub(crate) struct Requests {
    new: Numbers,
    carried: Numbers,
    results: Vec<Numbers>,
    made: Numbers,
    on: Numbers,
}

impl Requests {
    /// The rows, if the table is the third.
    pub(crate) fn find(chars: &Chars, grid: &Grid) -> Option<Self> {
        let words = |row: usize| -> String {
            let cells = grid.table.rows.get(row).map_or(&[][..], Vec::as_slice);
            cells.iter().map(|c| chars.text(c.start, c.end)).collect()
        };
        let find = |word: &str| (0..grid.values.len()).find(|r| words(*r).contains(word));
        let (new, carried, on) = (find("本年新收")?, find("上年结转")?, find("结转下年度")?);
        let done = (carried + 1..on).rev().find(|r| words(*r).contains("总计"))?;
        let numbers = |row: usize| -> Numbers {
            let values = grid.values.get(row).map_or(&[][..], Vec::as_slice);
            values.iter().enumerate().filter_map(|(c, v)| Some(((*v)?, grid.cell(row, c)?))).collect()
        };
        let results = (carried + 1..done).map(numbers).filter(|n| !n.is_empty()).collect();
        Some(Self {
            new: numbers(new),
            carried: numbers(carried),
            results,
            made: numbers(done),
            on: numbers(on),
        })
    }

    /// What was carried in, all applicants together.
    pub(crate) fn carried_in(&self) -> Option<(Decimal, Cell)> {
        self.carried.last().copied()
    }

    /// What is carried on to the next year, all applicants together.
    pub(crate) fn carried_on(&self) -> Option<(Decimal, Cell)> {
        self.on.last().copied()
    }

    fn check(&self, context: &mut Context) {
        let width = self.made.len();
        let rows = [&self.new, &self.carried, &self.made, &self.on];
        for row in rows.into_iter().chain(&self.results) {
            applicants(context, row);
        }
        if rows.iter().any(|row| row.len() != width) {
            return;
        }
        for column in 0..width {
            if !(column + 1 == width && self.is_mended()) {
                self.stock(context, column);
            }
        }
        if self.results.len() >= 2 && self.results.iter().all(|row| row.len() == width) {
            for column in 0..width {
                self.sum(context, column);
            }
        }
    }

    /// Whether the totals balance once each is the sum of its row: then the row was told, and the column is not.
    fn is_mended(&self) -> bool {
        let rows = [&self.new, &self.carried, &self.made, &self.on];
        let stated: Vec<Decimal> = rows.iter().filter_map(|r| r.last().map(|(v, _)| *v)).collect();
        let summed: Vec<Decimal> = rows.iter().filter_map(|r| row_sum(r)).collect();
        let balances = |v: &[Decimal]| match v {
            [new, carried, made, on] => {
                matches!((new.plus(*carried), made.plus(*on)), (Some(a), Some(b)) if a.equals(b))
            }
            _ => false,
        };
        rows.iter().all(|r| r.len() >= 3) && balances(&summed) && !balances(&stated)
    }

    fn stock(&self, context: &mut Context, column: usize) -> Option<()> {
        let at = |row: &Numbers| row.get(column).copied();
        let (new, carried) = (at(&self.new)?.0, at(&self.carried)?.0);
        let ((made, cell), on) = (at(&self.made)?, at(&self.on)?.0);
        let (left, right) = (new.plus(carried)?, made.plus(on)?);
        let computation =
            format!("本年新收{new}＋上年结转{carried}＝{left}；总计{made}＋结转下年度{on}＝{right}");
        let message = "新收加结转，不等于办理结果总计加结转下年度";
        identity(context, cell, left.equals(right), computation, message);
        Some(())
    }

    fn sum(&self, context: &mut Context, column: usize) -> Option<()> {
        let parts: Vec<Decimal> =
            self.results.iter().filter_map(|r| r.get(column).map(|(v, _)| *v)).collect();
        let total = parts.iter().try_fold(Decimal::integer(0), |t, v| t.plus(*v))?;
        let (made, cell) = self.made.get(column).copied()?;
        let shown: Vec<String> = parts.iter().filter(|v| !v.is_zero()).map(Decimal::to_string).collect();
        let shown = if shown.is_empty() { "0".to_owned() } else { shown.join("＋") };
        let computation = format!("各类办理结果相加{shown}＝{total}，总计写作{made}");
        identity(context, cell, total.equals(made), computation, "各类办理结果相加不等于总计");
        Some(())
    }
}

/// The sum of the kinds of applicants in a row.
fn row_sum(row: &Numbers) -> Option<Decimal> {
    let (_, parts) = row.split_last()?;
    parts.iter().try_fold(Decimal::integer(0), |t, (v, _)| t.plus(*v))
}

/// The kinds of applicants make the total at the end of the row.
fn applicants(context: &mut Context, row: &Numbers) {
    let Some(((total, cell), parts)) = row.split_last() else { return };
    if parts.len() < 2 {
        return;
    }
    let Some(sum) = row_sum(row) else { return };
    let computation = format!("各类申请人相加为{sum}，总计写作{total}");
    identity(context, *cell, sum.equals(*total), computation, "各类申请人相加不等于总计");
}

/// Table four: heads in groups of five.
fn is_reviews(grid: &Grid) -> bool {
    let groups = grid.heads.chunks(OUTCOMES.len());
    grid.heads.len() >= OUTCOMES.len()
        && groups.into_iter().all(|g| g.iter().map(String::as_str).eq(OUTCOMES))
}

fn reviews(context: &mut Context, grid: &Grid) -> bool {
    for row in 0..grid.values.len() {
        let values = grid.values.get(row).map_or(&[][..], Vec::as_slice);
        if values.len() != grid.heads.len() || values.iter().any(Option::is_none) {
            continue;
        }
        for (group, five) in values.chunks(OUTCOMES.len()).enumerate() {
            let five: Vec<Decimal> = five.iter().copied().flatten().collect();
            let Some((total, parts)) = five.split_last() else { continue };
            let Some(cell) = grid.cell(row, group * OUTCOMES.len() + OUTCOMES.len() - 1) else { continue };
            let Some(sum) = parts.iter().try_fold(Decimal::integer(0), |t, v| t.plus(*v)) else { continue };
            let shown: Vec<String> = parts.iter().map(Decimal::to_string).collect();
            let computation = format!("{}＝{sum}，总计写作{total}", shown.join("＋"));
            identity(
                context,
                cell,
                sum.equals(*total),
                computation,
                "维持、纠正、其他、未审结相加不等于总计",
            );
        }
    }
    true
}

fn identity(context: &mut Context, cell: Cell, holds: bool, computation: String, message: &str) {
    context.relations.push(Relation {
        kind: RelationKind::Table,
        verdict: if holds { Verdict::Agrees } else { Verdict::Differs },
        start: cell.start,
        end: cell.end,
        with: Vec::new(),
        computation: computation.clone(),
    });
    if !holds {
        let words =
            Words::new(message).computed(computation).help("对照政府信息公开工作年度报告的表格逐栏核对");
        context.report("disclosure_identity", cell.start, cell.end, words);
    }
}

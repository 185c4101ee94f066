//! Rows of tables whose first cell names a figure and whose next one has its value.

use super::labels::has_unit;
use super::phrases::Phrases;
use super::{KnownFigure, Platform};
use crate::context::Context;
use crate::quantities::{self, Day, Kind, Quantity};
use crate::tables::{Cell, Table};
use crate::text::Text;

/// The numbers of tables that state a figure, each with the figure's place.
pub fn read(context: &Context, platform: &Platform, phrases: &Phrases, year: u32) -> Vec<(Quantity, usize)> {
    let mut found = Vec::new();
    for table in &context.text.tables {
        let Some(column) = column(context, table, year) else { continue };
        for row in table.rows.iter().skip(1) {
            let (Some(name), Some(cell)) = (row.first(), row.get(column)) else { continue };
            let name = phrases.stripped(&context.chars.text(name.start, name.end), true);
            let Some(figures) = phrases.find(&name, &[]) else { continue };
            let [figure] = figures.as_slice() else { continue };
            let known = platform.figures.get(*figure);
            if let Some(number) = known.and_then(|known| number(context, *cell, known)) {
                found.push((number, *figure));
            }
        }
    }
    found
}

/// The column next to the names, unless its head is of another year or tells a change.
fn column(context: &Context, table: &Table, year: u32) -> Option<usize> {
    let head = table.rows.first()?.get(1)?;
    let other = ["上年", "去年", "同比", "增", "减", "计划", "目标"];
    let text = Text::new(context.text.original(head.start, head.end));
    let named = quantities::find(&text).into_iter().find_map(|q| match q.kind {
        Kind::Date(Day { year, .. }) => year,
        _ => None,
    });
    let is_other = context.chars.has_any(head.start, head.end, other.iter().copied());
    (!is_other && named.is_none_or(|named| named == year)).then_some(1)
}

/// The number of a cell that holds nothing else, at its place in the text.
fn number(context: &Context, cell: Cell, known: &KnownFigure) -> Option<Quantity> {
    let text = Text::new(context.text.original(cell.start, cell.end));
    let found = quantities::find(&text);
    let [one] = found.as_slice() else { return None };
    let is_all = one.start == 0 && one.end == text.chars.len();
    (is_all && has_unit(one, &known.units)).then(|| Quantity {
        start: one.start + cell.start,
        number_end: one.number_end + cell.start,
        end: one.end + cell.start,
        before: one.before + cell.start,
        after: one.after + cell.start,
        ..*one
    })
}

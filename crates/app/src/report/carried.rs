//! What a report of the year before, that is public, told as left over: the same numbers are carried into this year's.

use std::collections::BTreeMap;

use audit::Decimal;
use packs::procedures::report_form::{ReportForm, ReportTable, RowOf, TableForm};

use super::tables::decimal;
use crate::error::Result;
use crate::figures_view::FigureAsked;
use crate::platform::Platform;
use crate::{PublicPiece, PublicTable};

/// A number that a public report told. 上年报告的数
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub value: Decimal,
    pub title: String,
    pub link: String,
}

/// By table, row and column of this year's report.
pub(super) type Carried = BTreeMap<(String, String, String), Told>;

/// Reads them, where the platform holds a report of the organ on the year before that was public on the day of the report.
pub(super) fn read(
    platform: &Platform,
    form: &ReportForm,
    (kind, organ, year): (&str, &str, i32),
    asked: &FigureAsked,
) -> Result<Carried> {
    let mut made = Carried::new();
    let carries = |table: &ReportTable| match &table.form {
        TableForm::Own { rows, .. } => rows.iter().any(|row| row.carries.is_some()),
        TableForm::Yearly(_) => false,
    };
    if !form.tables().any(|(_, table)| carries(table)) {
        return Ok(made);
    }
    let Some(last) = platform.published_tables(kind, organ, year - 1, asked.as_of)? else { return Ok(made) };
    let link = format!("/reports/{organ}/{}/{kind}", year - 1);
    for (_, table) in form.tables() {
        let Some(then) = last.tables.iter().find(|one| one.name == table.name) else { continue };
        for (row, column, value) in of_table(table, then) {
            let told = Told { value, title: last.title.clone(), link: link.clone() };
            made.insert((table.id.clone(), row, column), told);
        }
    }
    Ok(made)
}

/// The cells of a table that are carried over, from the same table of the year before. Rows and columns are known by their
/// names, which is all that a public report keeps of them; what was named otherwise then is not carried.
fn of_table(table: &ReportTable, then: &PublicTable) -> Vec<(String, String, Decimal)> {
    let TableForm::Own { columns, rows, .. } = &table.form else { return Vec::new() };
    let mut made = Vec::new();
    for row in rows.iter().filter(|row| !matches!(row.of, RowOf::Heading)) {
        let from = row.carries.as_ref().and_then(|id| rows.iter().find(|other| other.id == *id));
        let cells = from.and_then(|from| then.rows.iter().find(|(name, _)| *name == from.name));
        let Some((_, cells)) = cells else { continue };
        for column in columns.iter().filter(|column| column.sum.is_empty()) {
            let own = (column.name.clone(), column.under.clone());
            let at = then.columns.iter().position(|one| *one == own);
            let value = at.and_then(|at| cells.get(at)).and_then(|piece| decimal(shown(piece)));
            made.extend(value.map(|value| (row.id.clone(), column.id.clone(), value)));
        }
    }
    made
}

fn shown(piece: &PublicPiece) -> &str {
    match piece {
        PublicPiece::Words(shown)
        | PublicPiece::Figure(_, shown)
        | PublicPiece::Linked(shown, _)
        | PublicPiece::Stated(shown, ..) => shown,
    }
}

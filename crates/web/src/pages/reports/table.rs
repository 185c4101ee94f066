//! A fixed table of a draft: what the records come to, and the cells that somebody states.

use app::{CellPosted, CellSource, FormCell, FormTable, FormTableRow, Piece, TablePosted, TableSheet};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::design::field::{Field, Need};
use crate::design::shown;
use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What a page of a table is asked for.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    /// `1`: cells that the records fill may be stated too.
    #[serde(default)]
    all: u8,
    /// The version that was just saved.
    #[serde(default)]
    saved: i64,
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, table)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let actor = visitor.actor()?;
    let sheet = site.ask(move |platform| platform.report_table(&actor, &case, &table)).await?;
    let first = if asked.saved > 0 {
        shown::notice(shown::Tone::Good, &html! { p { "已保存，现在是第" (asked.saved) "稿。" } })
    } else {
        html! {}
    };
    let posted = TablePosted::default();
    Ok(visitor.page(&sheet.table.name, render(&visitor, &sheet, asked.all == 1, &posted, &first)))
}

pub(super) async fn save(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, table)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let is_all = posted.get("all") == "1";
    let own = format!("/reports/drafts/{case}/tables/{table}");
    let done = site
        .ask(move |platform| {
            let sheet = platform.report_table(&actor, &case, &table)?;
            let filled = filled(&sheet.table, &posted);
            let saved = platform.save_report_table(&actor, &case, &table, &filled);
            Ok(saved.map_err(|error| (error, sheet, filled)))
        })
        .await?;
    match done {
        Ok(number) => {
            let all = if is_all { "&all=1" } else { "" };
            Ok(Redirect::to(&format!("{own}?saved={number}{all}")).into_response())
        }
        Err((error, sheet, filled)) => {
            let first = html! { div role="alert" { (parts::findings(&told(&error))) } };
            let page = render(&visitor, &sheet, is_all, &filled, &first);
            let status: StatusCode = status_of(&error);
            Ok(visitor.page_with(status, &sheet.table.name, page))
        }
    }
}

/// What was typed, cell by cell.
fn filled(table: &FormTable, posted: &Posted) -> TablePosted {
    let mut cells = Vec::new();
    for row in &table.rows {
        for (column, cell) in table.columns.iter().zip(&row.cells) {
            if cell.of != CellSource::Sum {
                let number = posted.get(&field(&row.id, &column.id)).to_owned();
                cells.push(CellPosted { row: row.id.clone(), column: column.id.clone(), number });
            }
        }
    }
    TablePosted {
        base: posted.get("base").parse().unwrap_or(0),
        cells,
        who: posted.get("who").to_owned(),
        why: posted.get("why").to_owned(),
    }
}

fn field(row: &str, column: &str) -> String {
    format!("cell.{row}.{column}")
}

fn render(
    visitor: &Visitor,
    sheet: &TableSheet,
    is_all: bool,
    posted: &TablePosted,
    first: &Markup,
) -> Markup {
    let (draft, table) = (format!("/reports/drafts/{}", sheet.case), &sheet.table);
    let section = format!("{draft}/sections/{}", sheet.section.0);
    let own = format!("{draft}/tables/{}", table.id);
    let base =
        if posted.cells.is_empty() { sheet.last.as_ref().map_or(0, |last| last.number) } else { posted.base };
    let filling = Filling { table, is_all, posted };
    html! {
        (shown::crumbs(&[("/reports", "年度报告"), (&draft, &format!("报告稿 {}", sheet.number)), (&section, &sheet.section.1), ("", "填表")]))
        h1 { (table.name) }
        (first)
        p { "带链接的数由办理记录算出。平台上没有记录的格，由您填写，并写明谁提供的、来源和理由；没有填的显示“未提供”，不当作零。" }
        (faults(table))
        @if sheet.may_write {
            form method="post" action=(own) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="base" value=(base);
                @if is_all { input type="hidden" name="all" value="1"; }
                (grid(table, &filling))
                div.sheet {
                    (Field::new("who", "这次填的数是谁提供的").need(Need::Optional).hint("填了或者改了数的，要写明；以前填的保留原来的说明。").longest(60).line("who", &posted.who))
                    (Field::new("why", "来源和理由").need(Need::Optional).hint("怎样得来，为什么平台上没有。").longest(300).line("why", &posted.why))
                    p.actions {
                        button type="submit" { "保存" } " "
                        @if !is_all { a.button.second href=(format!("{own}?all=1")) { "有记录的格也要自报" } }
                    }
                }
            }
        } @else { (grid(table, &filling)) }
        (notes(table))
        p { @if let Some(last) = &sheet.last { "自报的格现在是第" (last.number) "稿，" (last.by) "于" (last.at) "保存。"
            a href=(format!("{draft}/sections/table.{}/versions", table.id)) { "历次修改" } } @else { "还没有自报的格。" } }
        p { a href=(section) { "回到章节：" (sheet.section.1) } }
    }
}

/// A table that is being filled in.
struct Filling<'a> {
    table: &'a FormTable,
    is_all: bool,
    posted: &'a TablePosted,
}

impl Filling<'_> {
    /// The input of a cell, where it has one.
    fn input(&self, row: &FormTableRow, at: usize, cell: &FormCell) -> Option<Markup> {
        let column = self.table.columns.get(at)?;
        let standing = match &cell.of {
            CellSource::Sum => return None,
            CellSource::Counted(_) | CellSource::Carried { .. } if !self.is_all => return None,
            CellSource::Counted(_) | CellSource::Carried { .. } | CellSource::Missing => "",
            CellSource::Stated(stated, _) => stated.number.as_str(),
        };
        let typed = self.posted.cells.iter().find(|one| one.row == row.id && one.column == column.id);
        let value = typed.map_or(standing, |one| one.number.as_str());
        let label = format!("{}，{}", row.name, self.table.column_name(at));
        Some(html! {
            input.cell type="text" inputmode="decimal" autocomplete="off" maxlength="16" size="5"
                name=(field(&row.id, &column.id)) aria-label=(label) value=(value);
        })
    }
}

/// The table with inputs in cells that are to be filled in.
fn grid(table: &FormTable, filling: &Filling<'_>) -> Markup {
    rows(table, |row, at, cell| {
        html! {
            @let input = filling.input(row, at, cell);
            @if input.is_none() || matches!(cell.of, CellSource::Counted(_) | CellSource::Carried { .. }) { (shown_cell(cell)) }
            @if let Some(input) = input { (input) }
        }
    })
}

fn rows(table: &FormTable, cell: impl Fn(&FormTableRow, usize, &FormCell) -> Markup) -> Markup {
    let unit = if table.unit.is_empty() { String::new() } else { format!("（{}）", table.unit) };
    let names: Vec<String> = (0..table.columns.len()).map(|at| table.column_name(at)).collect();
    let head = format!("项目{unit}");
    let head: Vec<&str> = std::iter::once(head.as_str()).chain(names.iter().map(String::as_str)).collect();
    let body = html! {
        @for row in &table.rows {
            tr {
                th.wide scope="row" { (row.name) }
                @for (at, one) in row.cells.iter().enumerate() { td.value { (cell(row, at, one)) } }
                @if row.cells.is_empty() { @for _ in &table.columns { td {} } }
            }
        }
    };
    let columns = table.columns.iter().map(|column| (column.name.as_str(), column.under.as_deref()));
    let first = format!("项目{unit}");
    let bands = app::head_rows(std::iter::once((first.as_str(), None)).chain(columns));
    parts::headed_table(&table.name, &head, &bands, &body)
}

fn shown_cell(cell: &FormCell) -> Markup {
    html! {
        @match cell.piece() {
            Piece::Value(id, shown) => {
                @let link = match &cell.of { CellSource::Counted(figures) => figures.first().map(|one| one.link.clone()), _ => None };
                a href=(link.unwrap_or_else(|| format!("/figures/{id}"))) { (shown) }
            },
            Piece::Linked(shown, link) => { a href=(link) { (shown) } },
            Piece::Stated(stated) => { (stated.number) span.stated title=(format!("{}：{}", stated.who, stated.why)) { "［自报］" } },
            Piece::Words(words) | Piece::Derived(words) => { (words) },
            Piece::Figure(_) => {},
        }
    }
}

/// A table as it reads now, with the way to fill it in.
pub(super) fn reads(case: &str, table: &FormTable, may_write: bool) -> Markup {
    let missing = table.missing();
    html! {
        section.breadth aria-labelledby=(format!("table-{}", table.id)) {
            div.row {
                h2 id=(format!("table-{}", table.id)) { "表：" (table.name) }
                a.button.second href=(format!("/reports/drafts/{case}/tables/{}", table.id)) { @if may_write { "填表" } @else { "看来源" } }
            }
            @if missing > 0 { p { (shown::tag(shown::Tone::Warn, &format!("{missing}格未提供"))) } }
            (faults(table))
            (rows(table, |_, _, cell| shown_cell(cell)))
            (notes(table))
        }
    }
}

fn faults(table: &FormTable) -> Markup {
    html! {
        @if !table.faults.is_empty() {
            div.notice.warn { @for fault in &table.faults { p { (fault) "。" } } }
        }
    }
}

/// The cells that several figures make, and who states the others.
fn notes(table: &FormTable) -> Markup {
    let counted: Vec<(&FormTableRow, usize, &FormCell)> = table
        .rows
        .iter()
        .flat_map(|row| row.cells.iter().enumerate().map(move |(at, cell)| (row, at, cell)))
        .collect();
    let several = counted.iter().filter_map(|(row, at, cell)| match &cell.of {
        CellSource::Counted(figures) if figures.len() > 1 => Some((row, *at, cell, figures)),
        _ => None,
    });
    let stated = counted.iter().filter_map(|(row, at, cell)| match &cell.of {
        CellSource::Stated(stated, counted) => Some((row, *at, stated, counted)),
        _ => None,
    });
    let carried = counted.iter().find_map(|(row, _, cell)| match &cell.of {
        CellSource::Carried { title, link, .. } => Some((row, title, link)),
        _ => None,
    });
    let (several, stated): (Vec<_>, Vec<_>) = (several.collect(), stated.collect());
    html! {
        @if !several.is_empty() || !stated.is_empty() || carried.is_some() {
            ul.notes {
                @if let Some((row, title, link)) = carried {
                    li { (row.name) "：取自上年公开的" a href=(link) { "《" (title) "》" } "结转下年度的数。" }
                }
                @for (row, at, cell, figures) in several {
                    li {
                        (row.name) "，" (table.column_name(at)) "：" (cell.shown()) "＝"
                        @for (place, one) in figures.iter().enumerate() {
                            @if one.is_taken_off { "－" } @else if place > 0 { "＋" }
                            (one.name) a href=(one.link) { (one.shown) }
                        }
                    }
                }
                @for (row, at, stated, counted) in stated {
                    li {
                        (row.name) "，" (table.column_name(at)) "：" (stated.number) "，" (stated.who) "提供；" (stated.why)
                        @if let Some(counted) = counted { "（平台的指标是" (counted) "）" }
                    }
                }
            }
        }
    }
}

//! One figure: what it means, month by month, and the records that it counts.

use app::{Actor, FigureAsked, FigureLine, FigureRecord, Platform, Table, Viewer};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::chart;
use crate::design::shown;
use crate::pages::figures::{Asked, filters};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

struct Page {
    line: FigureLine,
    read: FigureAsked,
    today: Day,
    by_day: Vec<(Day, i64)>,
    records: Vec<FigureRecord>,
    next: Option<String>,
    organs: Vec<(String, String)>,
    /// Part and whole of a share: id, name, value.
    sides: Vec<FigureLine>,
}

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let own = asked.clone();
    let who = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let page = site.ask(move |platform| gather(platform, viewer(who.as_ref()), &id, &own)).await?;
    Ok(visitor.page(&page.line.name, render(&visitor, &asked, &page)))
}

fn viewer(actor: Option<&Actor>) -> Viewer<'_> {
    actor.map_or(Viewer::Public, Viewer::Account)
}

/// The records as a table for a spreadsheet.
pub(crate) async fn export(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let who = visitor.signed_in.as_ref().map(|one| one.actor.clone());
    let name = format!("明细-{id}");
    let work = move |platform: &Platform| {
        let read = asked.read(platform.today());
        let line = figure_line(platform, &id, &read)?;
        let counted = line.parts.as_ref().map_or(id.as_str(), |(_, whole)| whole.as_str());
        platform.record_table(viewer(who.as_ref()), counted, &read, Table::Csv)
    };
    Ok(parts::spreadsheet(&name, site.ask(work).await?))
}

fn figure_line(platform: &Platform, id: &str, read: &FigureAsked) -> app::Result<FigureLine> {
    let missing = || app::AppError::NotFound { what: format!("指标“{id}”") };
    platform.figures(Some(id), read)?.into_iter().next().ok_or_else(missing)
}

fn gather(platform: &Platform, viewer: Viewer<'_>, id: &str, asked: &Asked) -> app::Result<Page> {
    let today = platform.today();
    let read = asked.read(today);
    let line = figure_line(platform, id, &read)?;
    // A share's records are those of its whole.
    let counted = line.parts.as_ref().map_or(id, |(_, whole)| whole.as_str()).to_owned();
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let (records, next) = platform.figure_records(viewer, &counted, &read, after)?;
    let by_day = platform.figure_by_day(&counted, &read)?;
    let mut sides = Vec::new();
    for side in line.parts.iter().flat_map(|(part, whole)| [part, whole]) {
        sides.extend(platform.figures(Some(side), &read)?);
    }
    let organs = platform.organs()?.into_iter().map(|organ| (organ.id, organ.name)).collect();
    Ok(Page { line, read, today, by_day, records, next, organs, sides })
}

fn render(visitor: &Visitor, asked: &Asked, page: &Page) -> Markup {
    let next = page.next.as_ref().map(|after| asked.link(&format!("/figures/{}", page.line.id), after));
    html! {
        (shown::crumbs(&[(&asked.link("/figures", ""), "统计数据"), ("", &page.line.procedure)]))
        h1 { (page.line.name) }
        (filters(asked, &page.read, &page.organs, page.today))
        p.number { (page.line.shown()) }
        (definition(asked, page))
        (months(page))
        section aria-labelledby="records" {
            div.row {
                h2 id="records" { "所数的记录" }
                a.button.second href=(asked.link(&format!("/figures/{}/export", page.line.id), "")) { "导出表格" }
            }
            @if page.records.is_empty() { (shown::empty("这一期间没有记录。", None)) } @else { (records(visitor, page)) }
            (parts::next_page(next.as_deref()))
        }
    }
}

fn definition(asked: &Asked, page: &Page) -> Markup {
    html! {
        dl.facts {
            @let (home, folder) = if page.line.is_of_register { ("名册、清单", "registers") } else { ("程序", "procedures") };
            div { dt { (home) } dd { a href=(format!("/{folder}/{}", page.line.procedure_id)) { (page.line.procedure) } } }
            div { dt { "单位" } dd { (page.line.unit) } }
            @for (side, name) in page.sides.iter().zip(["分子", "分母"]) {
                div { dt { (name) } dd { a href=(asked.link(&format!("/figures/{}", side.id), "")) { (side.name) } " " (side.shown()) } }
            }
            @if let Some(basis) = &page.line.basis { div { dt { "依据" } dd { (basis) } } }
            @if let Some(weakness) = &page.line.weakness { div { dt { "局限" } dd { (weakness) } } }
            @if !page.line.systems.is_empty() { div { dt { "对应制度" } dd { (page.line.systems.join("、")) } } }
            @if !page.line.measures.is_empty() { div { dt { "对应举措" } dd { (page.line.measures.join("、")) } } }
        }
    }
}

/// The records of each month of the period, at most the last three years of it.
fn by_month(page: &Page) -> Vec<(String, i64)> {
    let place = |day: Day| day.year() * 12 + i32::from(day.month()) - 1;
    let (first, last) = (place(page.read.from), place(page.read.to.min(page.today)));
    let is_one_year = page.read.from.year() == page.read.to.year();
    let mut made = Vec::new();
    for month in first.max(last - 35)..=last {
        let own = page.by_day.iter().filter(|(day, _)| place(*day) == month).map(|(_, number)| number);
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let label = if is_one_year { format!("{month}月") } else { format!("{}.{month}", year % 100) };
        made.push((label, own.sum()));
    }
    made
}

fn months(page: &Page) -> Markup {
    let bars = by_month(page);
    let what = if page.line.is_of_register { "各月条目数" } else { "各月记录数" };
    let title = format!("{}：{what}", page.line.name);
    let rows =
        html! { @for (month, number) in &bars { tr { th scope="row" { (month) } td.value { (number) } } } };
    html! {
        @if !bars.is_empty() {
            section aria-labelledby="months" {
                h2 id="months" { (what) }
                (chart::bars(&title, &bars))
                details { summary { "看表格" } (parts::table(&title, &["年月", "记录数"], &rows)) }
            }
        }
    }
}

/// The event in its case, as of the same day.
fn case_link(page: &Page, case: &str, number: u32) -> String {
    let as_of = if page.read.as_of < page.today { page.read.as_of.to_string() } else { String::new() };
    let path = parts::query(&format!("/cases/{}", case), &[("as_of", as_of.as_str())]);
    format!("{path}#event-{}", number)
}

/// Titles name parties: only those who may see a case see which one it is.
fn records(visitor: &Visitor, page: &Page) -> Markup {
    if page.line.is_of_register {
        return entries(page);
    }
    let is_officer = visitor.is_officer();
    let rows = html! {
        @for one in &page.records {
            tr {
                td.day { (parts::day(one.on)) }
                td.some { (one.organ) }
                td.day {
                    @if let Some(seen) = &one.seen { a href=(case_link(page, &seen.case, one.number)) { (seen.case_number) } " " }
                    "第" (one.number) "号事项"
                }
                @if is_officer { td.wide { @if let Some(seen) = &one.seen { (seen.title) } @else { "（其他机关的案件）" } } }
                td.day { (parts::day(one.recorded_on)) }
                td.value { (one.n) }
            }
        }
    };
    let head: &[&str] = if is_officer {
        &["日期", "机关", "案件", "当事人和事由", "记录日", "计数"]
    } else {
        &["日期", "机关", "案件", "记录日", "计数"]
    };
    parts::table("所数的记录", head, &rows)
}

/// The entries behind a figure of a register: which ones, for those who may read it.
fn entries(page: &Page) -> Markup {
    let rows = html! {
        @for one in &page.records {
            tr {
                td.day { (parts::day(one.on)) }
                td.some { (one.organ) }
                td.wide {
                    @if let Some(seen) = &one.entry {
                        a href=(parts::query(&format!("/registers/{}", seen.register), &[("organ", seen.organ.as_str()), ("on", seen.from.to_string().as_str())])) { (seen.key) }
                        span.sub { (parts::day(seen.from)) "起" @if let Some(until) = seen.until { "，至" (parts::day(until)) } }
                    } @else { "（不公开的条目）" }
                }
                td.day { (parts::day(one.recorded_on)) }
                td.value { (one.n) }
            }
        }
    };
    parts::table("所数的条目", &["日期", "机关", "条目", "登记日", "计数"], &rows)
}

//! One figure: what it means, how it went over months, quarters and years, how the organs compare, and the records that it
//! counts.

use app::{
    Actor, FigureAsked, FigureLine, FigureRecord, OrganValue, OrgansBeside, PeriodValue, Platform, Table,
    Viewer, is_township,
};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::chart::{self, Bar};
use crate::design::shown;
use crate::pages::figures::{Asked, filters, of};
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
    years: Vec<PeriodValue>,
    quarters: Vec<PeriodValue>,
    by_organ: OrgansBeside,
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
    let last = read.to.min(today);
    let years = platform.figure_trend(id, &read, &periods(last, YEARS, 12))?;
    let quarters = platform.figure_trend(id, &read, &periods(last, QUARTERS, 3))?;
    let by_organ = platform.figure_by_organ(id, &read)?;
    Ok(Page { line, read, today, by_day, records, next, organs, sides, years, quarters, by_organ })
}

/// How many years and quarters a trend goes back.
const YEARS: i32 = 5;
pub(crate) const QUARTERS: i32 = 8;

/// The last `count` periods of so many months, the last one that in which `last` lies, whole.
pub(crate) fn periods(last: Day, count: i32, months: i32) -> Vec<(Day, Day)> {
    let place = last.year() * 12 + i32::from(last.month()) - 1;
    let first = place - place.rem_euclid(months) - (count - 1) * months;
    let begins = |place: i32| {
        let month = u8::try_from(place.rem_euclid(12) + 1).unwrap_or(1);
        Day::from_ymd(place.div_euclid(12), month, 1)
    };
    let starts = (0..count).map(|at| first + at * months);
    starts.filter_map(|place| Some((begins(place)?, begins(place + months)?.plus_days(-1)))).collect()
}

fn render(visitor: &Visitor, asked: &Asked, page: &Page) -> Markup {
    let next = page.next.as_ref().map(|after| asked.link(&format!("/figures/{}", page.line.id), after));
    html! {
        (shown::crumbs(&[(&asked.link("/figures", ""), "统计数据"), (&of(asked, &page.line.procedure_id), &page.line.procedure)]))
        h1 { (page.line.name) }
        (filters(asked, &page.read, &page.organs, page.today, ""))
        p.number { (page.line.shown()) }
        (definition(asked, page))
        (months(page))
        // Entries of registers last: they are counted for a period, not day by day.
        @if !page.line.is_of_register {
            (trend(asked, page))
            (comparison(asked, page))
        }
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
fn by_month(page: &Page) -> Vec<Bar> {
    let place = |day: Day| day.year() * 12 + i32::from(day.month()) - 1;
    let (first, last) = (place(page.read.from), place(page.read.to.min(page.today)));
    let is_one_year = page.read.from.year() == page.read.to.year();
    let mut made = Vec::new();
    for month in first.max(last - 35)..=last {
        let own = page.by_day.iter().filter(|(day, _)| place(*day) == month).map(|(_, number)| number);
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let label = if is_one_year { format!("{month}月") } else { format!("{}.{month}", year % 100) };
        made.push(Bar::count(label, own.sum()));
    }
    made
}

fn months(page: &Page) -> Markup {
    let bars = by_month(page);
    let what = if page.line.is_of_register { "各月条目数" } else { "各月记录数" };
    html! {
        @if !bars.is_empty() {
            section aria-labelledby="months" {
                h2 id="months" { (what) }
                (pictured(&format!("{}：{what}", page.line.name), &bars, ["年月", "记录数"]))
            }
        }
    }
}

/// Bars, and their table behind them.
fn pictured(title: &str, bars: &[Bar], head: [&str; 2]) -> Markup {
    let rows = html! { @for bar in bars { tr { th scope="row" { (bar.label) } td.value { (bar.shown) } } } };
    html! {
        (chart::bars(title, bars))
        details { summary { "看表格" } (parts::table(title, &head, &rows)) }
    }
}

/// The figure over years and over quarters, each a link to its own period in the table.
fn trend(asked: &Asked, page: &Page) -> Markup {
    let year = |one: &PeriodValue| format!("{}年", one.from.year());
    let quarter =
        |one: &PeriodValue| format!("{}年{}季", one.from.year() % 100, (i32::from(one.from.month()) + 2) / 3);
    let unit = if page.line.unit.is_empty() { String::new() } else { format!("（{}）", page.line.unit) };
    let rows = |periods: &[PeriodValue], name: &dyn Fn(&PeriodValue) -> String| {
        html! {
            @for one in periods.iter().rev() {
                @let own = Asked { year: String::new(), from: one.from.to_string(), to: one.to.to_string(), ..asked.clone() };
                tr {
                    th scope="row" { a href=(own.link(&format!("/figures/{}", page.line.id), "")) { (name(one)) } }
                    td.value { (one.value.map_or_else(|| "—".to_owned(), |value| value.text())) }
                    td.value { (one.records) }
                }
            }
        }
    };
    let bars = |periods: &[PeriodValue], name: &dyn Fn(&PeriodValue) -> String| -> Vec<Bar> {
        periods.iter().map(|one| Bar::value(name(one), one.value)).collect()
    };
    let head = ["期间", "数值", "所数记录"];
    html! {
        section aria-labelledby="trend" {
            h2 id="trend" { "趋势" (unit) }
            div.trends {
                @for (title, periods, name) in [("近五年", &page.years, &year as &dyn Fn(&PeriodValue) -> String), ("近八季", &page.quarters, &quarter as &dyn Fn(&PeriodValue) -> String)] {
                    div {
                        h3 { (title) }
                        (chart::bars(&format!("{}：{title}", page.line.name), &bars(periods, name)))
                        details { summary { "看表格" } (parts::table(title, &head, &rows(periods, name))) }
                    }
                }
            }
        }
    }
}

/// Townships beside each other, and so the others: each leads to its own records. Counts without a base are not compared: what
/// falls to each is said, and where to compare them.
fn comparison(asked: &Asked, page: &Page) -> Markup {
    let (townships, others): (Vec<&OrganValue>, Vec<&OrganValue>) =
        page.by_organ.rows.iter().partition(|one| is_township(&one.kind));
    let refused = page.by_organ.refused.as_ref();
    let year = page.read.from.year().to_string();
    let link = parts::query("/figures/compare", &[("begin", &page.line.id), ("year", &year)]);
    let heading = if refused.is_some() { "各机关办了多少" } else { "各机关比较" };
    html! {
        @if page.by_organ.rows.len() > 1 {
            section aria-labelledby="comparison" {
                div.row { h2 id="comparison" { (heading) } a.button.second href=(link) { "选机关、年度比较" } }
                @if let Some(why) = refused { p.hint { (why) "。这里只列各机关办了多少，不比高低。" } }
                @for (title, organs) in [("乡镇和街道", &townships), ("部门和其他机关", &others)] {
                    @if !organs.is_empty() {
                        h3 { (title) }
                        (beside(asked, page, title, organs))
                    }
                }
            }
        }
    }
}

fn beside(asked: &Asked, page: &Page, title: &str, organs: &[&OrganValue]) -> Markup {
    let is_compared = page.by_organ.refused.is_none();
    let size = |one: &OrganValue| one.value.map_or(0, chart::size);
    let most = organs.iter().map(|one| size(one)).max().unwrap_or(0);
    let rows = html! {
        @for one in organs {
            @let own = Asked { organ: one.organ.clone(), ..asked.clone() };
            @let shown = one.value.map_or_else(|| "—".to_owned(), |value| format!("{}{}", value.text(), page.line.unit));
            tr {
                td.some { (one.name) }
                td.value { a href=(own.link(&format!("/figures/{}", page.line.id), "")) aria-label=(format!("{}：{shown}", one.name)) { (shown) } }
                @if is_compared {
                    td.wide { (chart::lying(size(one), most)) }
                    td.value { (one.over) @if one.is_small { span.sub { "数量少，易受偶然影响" } } }
                } @else {
                    td.value { (one.records) }
                }
            }
        }
    };
    let head: &[&str] = if is_compared {
        &["机关", "数值", "比较", "分母"]
    } else {
        &["机关", "数值", "所数记录"]
    };
    parts::table(title, head, &rows)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_whole_and_follow_each_other() {
        let day = |text| Day::parse(text).unwrap();
        let quarters = periods(day("2026-02-10"), 3, 3);
        assert_eq!(
            quarters,
            [
                (day("2025-07-01"), day("2025-09-30")),
                (day("2025-10-01"), day("2025-12-31")),
                (day("2026-01-01"), day("2026-03-31"))
            ]
        );
        assert_eq!(periods(day("2026-12-31"), 2, 12).first(), Some(&(day("2025-01-01"), day("2025-12-31"))));
    }
}

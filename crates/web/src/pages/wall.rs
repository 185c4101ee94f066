//! The dashboard for a screen on a wall: the plan's systems, what is late, the figures that move, the townships beside each
//! other. Every number leads to its records. 大屏

use std::collections::BTreeMap;

use app::{FigureAsked, FigureLine, MeasureState, OrganValue, Picture, PlanPart, Platform, is_township};
use axum::extract::{Query, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{AppendHeaders, IntoResponse};
use calendar::Day;
use maud::{Markup, html};

use crate::chart;
use crate::layout;
use crate::pages::figure::{QUARTERS, periods};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many figures there are, how many of the most told are looked through for one that townships share, and how many
/// organs are compared.
const FIGURES: usize = 8;
const TRIED: usize = 150;
const ORGANS: usize = 12;
/// Seconds after which the screen asks anew.
const AGAIN: u32 = 60;

/// Whether the page stands still; it asks anew by itself where nobody says so.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    still: Option<String>,
    #[serde(default)]
    year: String,
}

struct Wall {
    picture: std::sync::Arc<Picture>,
    /// Each with its numbers of the last quarters.
    figures: Vec<(FigureLine, Vec<i64>)>,
    townships: Option<(FigureLine, Vec<OrganValue>)>,
    others: Option<(FigureLine, Vec<OrganValue>)>,
    /// By figure: whether its organs cannot be compared, for want of a base.
    is_refused: BTreeMap<String, bool>,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let today = site.platform().today();
    let year = asked.year.parse().ok().filter(|year| (1949..=9999).contains(year));
    let year: i32 = year.unwrap_or_else(|| today.year());
    let wall = site.ask(move |platform| gather(platform, year)).await?;
    let is_still = asked.still.is_some();
    let page = layout::bare(&visitor, "大屏", &render(&visitor, &wall, is_still));
    if is_still {
        return Ok((StatusCode::OK, page).into_response());
    }
    let again = [(HeaderName::from_static("refresh"), AGAIN.to_string())];
    Ok((AppendHeaders(again), page).into_response())
}

fn gather(platform: &Platform, year: i32) -> app::Result<Wall> {
    let picture = platform.plan_picture("", year)?;
    let today = platform.today();
    let edge = |month, day| Day::from_ymd(year, month, day).unwrap_or(today);
    let (organ, division) = (String::new(), String::new());
    let asked = FigureAsked { organ, division, from: edge(1, 1), to: edge(12, 31), as_of: today };
    let mut told: Vec<&FigureLine> =
        picture.figures().iter().filter(|line| line.records > 0 && !line.is_of_register).collect();
    told.sort_by_key(|line| std::cmp::Reverse(line.records));
    let mut figures: Vec<(FigureLine, Vec<i64>)> = Vec::new();
    for line in &told {
        // One figure of a procedure stands for it.
        if figures.len() < FIGURES && figures.iter().all(|(own, _)| own.procedure_id != line.procedure_id) {
            let last = asked.to.min(today);
            let trend = platform.figure_trend(&line.id, &asked, &periods(last, QUARTERS, 3))?;
            let sizes = trend.iter().map(|one| one.value.map_or(0, chart::size)).collect();
            figures.push(((*line).clone(), sizes));
        }
    }
    let (mut townships, mut others) = (None, None);
    let mut is_refused = BTreeMap::new();
    let has_townships = platform.organs()?.iter().any(|organ| is_township(&organ.kind));
    for line in told.iter().take(TRIED) {
        let by_organ = platform.figure_by_organ(&line.id, &asked)?;
        is_refused.insert(line.id.clone(), by_organ.refused.is_some());
        let (mut own, mut rest): (Vec<OrganValue>, Vec<OrganValue>) =
            by_organ.rows.into_iter().partition(|one| is_township(&one.kind));
        own.truncate(ORGANS);
        rest.truncate(ORGANS);
        if townships.is_none() && own.len() > 1 {
            townships = Some(((*line).clone(), own));
        }
        if others.is_none() && rest.len() > 1 {
            others = Some(((*line).clone(), rest));
        }
        if (townships.is_some() || !has_townships) && others.is_some() {
            break;
        }
    }
    Ok(Wall { picture, figures, townships, others, is_refused })
}

fn render(visitor: &Visitor, wall: &Wall, is_still: bool) -> Markup {
    let picture = &wall.picture;
    let year = picture.year.to_string();
    let owner = visitor.owner.as_deref().unwrap_or("本级");
    let way = if is_still {
        parts::query("/wall", &[("year", &year)])
    } else {
        parts::query("/wall", &[("year", &year), ("still", "1")])
    };
    html! {
        div.row {
            h1 { (owner) "法治政府建设 " (year) "年" }
            p.row-actions {
                span.sub { (parts::day(visitor.today)) "　" @if is_still { "不自动刷新" } @else { "每" (AGAIN) "秒刷新" } }
                " " a href=(way) { @if is_still { "自动刷新" } @else { "停止刷新" } }
                " " a href="/plan" { "退出大屏" }
            }
        }
        div.wall-grid {
            section aria-labelledby="plan" {
                h2 id="plan" { "方案落实" }
                (legend(picture))
                @for part in &picture.parts { (system(part, &year)) }
            }
            section aria-labelledby="figures" {
                h2 id="figures" { "办理数和近八季走势" }
                ul.wall-figures { @for (line, trend) in &wall.figures { (figure(line, trend, &year)) } }
            }
            section aria-labelledby="beside" {
                h2 id="beside" { "比较" }
                @for (title, found) in [("乡镇和街道", &wall.townships), ("部门和其他机关", &wall.others)] {
                    @if let Some((line, organs)) = found { (beside(title, line, organs, &year, wall.is_refused.get(&line.id) == Some(&true))) }
                }
                @if wall.townships.is_none() && wall.others.is_none() { p { "本年还没有可以比较的数。" } }
            }
        }
    }
}

fn legend(picture: &Picture) -> Markup {
    html! {
        div.tiles {
            @for state in MeasureState::ALL {
                div class=(format!("tile {}", state.id())) { span.big { (picture.count(state)) } span { (state.name()) } }
            }
            div.tile.late { span.big { (picture.overdue) } span { "已经逾期" } }
            div.tile.soon { span.big { (picture.warned) } span { "临近期限" } }
        }
    }
}

/// A system: how many of its measures stand in each state, each measure a square.
fn system(part: &PlanPart, year: &str) -> Markup {
    let cells: Vec<_> = part.heads.iter().flat_map(|(_, cells)| cells).collect();
    let done = cells.iter().filter(|cell| cell.state == MeasureState::Done).count();
    html! {
        div.wall-system {
            h3 { (part.name) span.sub { "有办理记录 " (done) "／" (cells.len()) } }
            ul.squares {
                @for cell in &cells {
                    @let told = format!("{}　{}：{}", cell.reference, cell.title, cell.state.name());
                    li { a class=(cell.state.id()) href=(parts::query(&format!("/plan/{}", cell.reference), &[("year", year)])) title=(told) aria-label=(told) { (cell.reference) } }
                }
            }
        }
    }
}

fn figure(line: &FigureLine, trend: &[i64], year: &str) -> Markup {
    let link = parts::query(&format!("/figures/{}", line.id), &[("year", year)]);
    html! {
        li {
            span { (line.name) }
            a.big href=(link) aria-label=(format!("{}：{}", line.name, line.shown())) { (line.shown()) }
            (chart::spark(&format!("{}：近八季走势", line.name), trend))
        }
    }
}

fn beside(title: &str, line: &FigureLine, organs: &[OrganValue], year: &str, is_refused: bool) -> Markup {
    let last = if is_refused { "多少" } else { "比较" };
    let size = |one: &OrganValue| one.value.map_or(0, chart::size);
    let most = organs.iter().map(size).max().unwrap_or(0);
    let rows = html! {
        @for one in organs {
            @let shown = one.value.map_or_else(|| "—".to_owned(), |value| format!("{}{}", value.text(), line.unit));
            @let link = parts::query(&format!("/figures/{}", line.id), &[("year", year), ("organ", &one.organ)]);
            tr {
                td { (one.name) }
                td.value { a href=(link) aria-label=(format!("{}：{shown}", one.name)) { (shown) } }
                td.wide { (chart::lying(size(one), most)) }
            }
        }
    };
    html! {
        h3 { (title) span.sub { (line.name) } }
        (parts::table(title, &["机关", "数值", last], &rows))
        @if is_refused { p.sub { "数量没有基数，只列各机关办了多少。" } }
    }
}

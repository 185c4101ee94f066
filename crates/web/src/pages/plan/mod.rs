//! The plan as one picture, the page of each measure, its tasks, and taking another plan over from its text.

mod entering;
mod import;
mod measure;
mod points;

use app::{MeasureCell, MeasureState, Picture, PlanChoice, TaskBoard, Viewer};
use axum::extract::{Query, State};
use maud::{Markup, html};
use plan::{Progress, Tasks};

use crate::design::field::Field;
use crate::parts;
use crate::routes::{self, Row};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        routes::page("/plan", show),
        routes::page("/plan/points", points::show),
        routes::page("/plan/points/sheet", points::sheet).taken_away(),
        routes::form("/plan/tasks", entering::form, entering::enter),
        routes::page("/plan/tasks/sheet", entering::blank).taken_away(),
        routes::form("/plan/import", import::form, import::read),
        routes::takes("/plan/adopt", import::adopt),
        routes::page("/plan/{reference}", measure::show),
    ]
}

/// Which plan and year are asked for; the built-in one and this year where none is.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub plan: String,
    #[serde(default)]
    pub year: String,
    #[serde(default)]
    pub lead: String,
}

impl Asked {
    pub fn year(&self, site: &Site) -> i32 {
        let given = self.year.parse().ok().filter(|year| (1949..=9999).contains(year));
        given.unwrap_or_else(|| site.platform().today().year())
    }

    /// A link that asks for the same plan and year.
    pub fn link(&self, path: &str, year: i32) -> String {
        parts::query(path, &[("plan", &self.plan), ("year", &year.to_string())])
    }
}

/// Who is shown what: officers the tasks, everybody else their numbers alone.
fn viewer(visitor: &Visitor) -> Viewer<'_> {
    visitor.signed_in.as_ref().map_or(Viewer::Public, |one| Viewer::Account(&one.actor))
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let year = asked.year(&site);
    let (own, who) = (asked.clone(), visitor.clone());
    let (picture, board, plans) = site
        .ask(move |platform| {
            let picture = platform.plan_picture(&own.plan, year)?;
            let board = platform.tasks(viewer(&who), &picture.plan, Some(year))?;
            Ok((picture, board, platform.plan_choices()?))
        })
        .await?;
    Ok(visitor.page("方案落实", render(&visitor, &asked, &picture, &board, &plans)))
}

fn render(
    visitor: &Visitor,
    asked: &Asked,
    picture: &Picture,
    board: &TaskBoard,
    plans: &[PlanChoice],
) -> Markup {
    let year = picture.year.to_string();
    let choices: Vec<(String, String)> = plans.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
    let tasks = board.all();
    html! {
        div.row {
            h1 { "方案落实" }
            p.row-actions { a.button.second href=(parts::query("/wall", &[("year", &year)])) { "大屏" } }
        }
        p { (picture.name) @if !picture.document.is_empty() { "（" (picture.document) "）" } "，" (picture.first_year) "年至" (picture.last_year) "年" }
        form.filters method="get" action="/plan" {
            @if choices.len() > 1 { (Field::new("plan", "方案").choice("plan", "", &choices, &picture.plan)) }
            div.field { label for="year" { "年度" } input id="year" name="year" type="number" min="1949" max="9999" value=(year); }
            button.second type="submit" { "查看" }
        }
        p.actions {
            a.button.second href=(asked.link("/plan/points", picture.year)) { (year) "年工作要点" }
            " " a.button.second href="/assessments" { "考核评估" }
            @if visitor.is_officer() {
                " " a.button.second href="/plan/tasks" { "用表格下达任务" }
                " " a.button.second href="/plan/import" { "读入方案文本" }
            }
        }
        @if tasks.total() > 0 {
            h2 { (year) "年的任务" }
            (tiles(&tasks))
        }
        h2 { "办理记录" }
        div.tiles {
            @for state in MeasureState::ALL {
                div class=(format!("tile {}", state.id())) {
                    span.big { (picture.count(state)) }
                    span { (state.name()) }
                }
            }
            div.tile { span.big { (picture.overdue) } span { "全部机关现在超期的事项" } }
            div.tile { span.big { (picture.warned) } span { "全部机关现在快到期的事项" } }
        }
        p.hint {
            "颜色只由记录算出：办理记录来自办理日志，名册登记来自名册。没有记录不等于没有做，可能是在平台以外做的。"
            @if tasks.total() > 0 { "分解了任务的措施，按任务中最差的一项着色；自己说完成、没有证明的，不算完成。" }
        }
        @for part in &picture.parts {
            section.system {
                h2 { (part.name) }
                div.heads {
                    @for (head, cells) in &part.heads {
                        div { h3 { (head) } ul.measures { @for cell in cells { (measure(asked, picture.year, cell, board)) } } }
                    }
                }
            }
        }
    }
}

/// How many tasks stand where.
fn tiles(tasks: &Tasks) -> Markup {
    html! {
        div.tiles {
            @for progress in Progress::ALL {
                div class=(format!("tile {}", progress.id())) {
                    span.big { (tasks.count(progress)) }
                    span { "任务" (progress.name()) }
                }
            }
        }
    }
}

fn measure(asked: &Asked, year: i32, cell: &MeasureCell, board: &TaskBoard) -> Markup {
    let tasks = board.sums(&cell.reference.to_string());
    let colour = tasks.worst().map_or(cell.state.id(), Progress::id);
    html! {
        li class=(colour) {
            a href=(asked.link(&format!("/plan/{}", cell.reference), year)) { span.number { (cell.reference) } " " (cell.title) }
            @if tasks.total() > 0 { span.sub { "任务" (tasks.total()) "项：" (words(&tasks)) } }
            span.sub { (cell.state.name()) @if cell.records > 0 { "：" (cell.records) "条" } }
        }
    }
}

/// “已完成2，推进中1”.
fn words(tasks: &Tasks) -> String {
    let there = Progress::ALL.into_iter().filter(|one| tasks.count(*one) > 0);
    there.map(|one| format!("{}{}", one.name(), tasks.count(one))).collect::<Vec<_>>().join("，")
}

//! The points of a year (要点): the plan's tasks of that year by system, with who leads; for officers as a list and a sheet.

use app::{TaskBoard, TaskLine};
use axum::extract::{Query, State};
use maud::{Markup, html};
use plan::{MeasureRef, Plan, Tasks};

use super::measure::table;
use super::{Asked, tiles, viewer, words};
use crate::design::field::Field;
use crate::design::shown;
use crate::pages::registers::as_file;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let year = asked.year(&site);
    let (own, who) = (asked.clone(), visitor.clone());
    let (plan, board) = site
        .ask(move |platform| {
            let plan = platform.plan_of(&own.plan)?.into_owned();
            let board = platform.tasks(viewer(&who), &plan.id, Some(year))?;
            Ok((plan, board))
        })
        .await?;
    let title = format!("{year}年工作要点");
    Ok(visitor.page(&title, render(&visitor, &asked, year, &plan, &board)))
}

fn render(visitor: &Visitor, asked: &Asked, year: i32, plan: &Plan, board: &TaskBoard) -> Markup {
    let mut leads: Vec<(String, String)> =
        board.lines.iter().map(|line| (line.lead.clone(), line.lead.clone())).collect();
    leads.sort();
    leads.dedup();
    let is_asked = |line: &&TaskLine| asked.lead.is_empty() || line.lead == asked.lead;
    let lines: Vec<&TaskLine> = board.lines.iter().filter(is_asked).collect();
    let sums = Tasks::of(lines.iter().map(|line| line.progress));
    let sheet = parts::query(
        "/plan/points/sheet",
        &[("plan", &asked.plan), ("year", &year.to_string()), ("lead", &asked.lead)],
    );
    html! {
        (shown::crumbs(&[(&asked.link("/plan", year), "方案落实")]))
        h1 { (year) "年工作要点" }
        p { "由《" (plan.name) "》这一年的任务列出，按体系排列。进展按记录计算。" }
        form.filters method="get" action="/plan/points" {
            input type="hidden" name="plan" value=(asked.plan);
            div.field { label for="year" { "年度" } input id="year" name="year" type="number" min="1949" max="9999" value=(year); }
            @if visitor.is_officer() { (Field::new("lead", "牵头单位").choice("lead", "全部", &leads, &asked.lead)) }
            button.second type="submit" { "查看" }
        }
        @if lines.is_empty() {
            (shown::empty("这一年没有下达任务。在措施页面逐项下达，或者用表格一次下达。", Some((asked.link("/plan", year).as_str(), "方案落实"))))
        } @else {
            (tiles(&sums))
            @if visitor.is_officer() { p.actions { a.button.second href=(sheet) { "导出表格（XLSX）" } } }
        }
        @if board.dropped > 0 { p.hint { "另有" (board.dropped) "项任务已经撤销，不在内。" } }
        @for (name, own) in by_part(plan, &lines) {
            section {
                h2 { (name) }
                @if visitor.is_officer() { (table(&own)) } @else { p { "任务" (own.len()) "项：" (words(&Tasks::of(own.iter().map(|line| line.progress)))) "。" } }
            }
        }
    }
}

/// The tasks under the parts of the plan in its order; those of measures that the plan does not have come last.
fn by_part(plan: &Plan, lines: &[&TaskLine]) -> Vec<(String, Vec<TaskLine>)> {
    let part = |line: &TaskLine| {
        let measure = MeasureRef::parse(&line.measure).and_then(|number| plan.measure(number));
        measure.map(|measure| measure.part)
    };
    let mut made = Vec::new();
    for system in &plan.systems {
        let wanted = plan::Part::System(system.number);
        made.push((system.name.clone(), Some(wanted)));
    }
    made.push(("组织保障".to_owned(), Some(plan::Part::Organisation)));
    made.push(("编号不在方案里的任务".to_owned(), None));
    let of = |(name, wanted): (String, Option<plan::Part>)| {
        let own = lines.iter().filter(|line| part(line) == wanted);
        (name, own.map(|line| (*line).clone()).collect::<Vec<_>>())
    };
    made.into_iter().map(of).filter(|(_, own)| !own.is_empty()).collect()
}

pub(super) async fn sheet(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let year = asked.year(&site);
    let sheet = site.ask(move |platform| platform.task_sheet(&actor, &asked.plan, year, &asked.lead)).await?;
    Ok(as_file(sheet))
}

//! Lists of cases: an officer's organ's, or a citizen's own.

use app::CaseLine;
use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What the list is narrowed to.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    phase: String,
    #[serde(default)]
    after: String,
}

/// A procedure to choose from: id, name, phases.
type Choice = (String, String, Vec<String>);

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let (procedure, phase, after) = (asked.procedure.clone(), asked.phase.clone(), asked.after.clone());
    let (lines, next) = site
        .ask(move |platform| platform.case_list(&actor, given(&procedure), given(&phase), given(&after)))
        .await?;
    let platform = site.platform();
    let packs = platform.rules().in_force(platform.today()).map(|pack| &pack.file.procedure);
    let choices: Vec<Choice> =
        packs.map(|one| (one.id.clone(), one.name.clone(), one.phases.clone())).collect();
    let title = if visitor.is_officer() { "案件" } else { "我的办件" };
    let content = render(title, visitor.is_officer(), &asked, &choices, &lines, next.as_deref());
    Ok(visitor.page(title, content))
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn render(
    title: &str,
    is_officer: bool,
    asked: &Asked,
    choices: &[Choice],
    lines: &[CaseLine],
    next: Option<&str>,
) -> Markup {
    let next = next.map(|after| {
        let pairs = [("procedure", asked.procedure.as_str()), ("phase", &asked.phase), ("after", after)];
        parts::query("/cases", &pairs)
    });
    html! {
        div.row {
            h1 { (title) }
            @if is_officer { a.button href="/cases/new" { "新办案件" } } @else { a.button href="/apply" { "网上申请" } }
        }
        @if is_officer { (filters(asked, choices)) }
        @if lines.is_empty() { p { "没有符合条件的案件。" } } @else { (table(lines)) }
        (parts::next_page(next.as_deref()))
    }
}

/// Phases belong to a procedure: they can be chosen once one is.
fn filters(asked: &Asked, choices: &[Choice]) -> Markup {
    let phases = choices.iter().find(|(id, ..)| *id == asked.procedure).map(|(_, _, phases)| phases);
    html! {
        form.filters method="get" action="/cases" {
            div.field {
                label for="procedure" { "程序" }
                select id="procedure" name="procedure" {
                    option value="" { "全部" }
                    @for (id, name, _) in choices {
                        option value=(id) selected[*id == asked.procedure] { (name) }
                    }
                }
            }
            @if let Some(phases) = phases {
                div.field {
                    label for="phase" { "阶段" }
                    select id="phase" name="phase" {
                        option value="" { "全部" }
                        @for phase in phases { option value=(phase) selected[*phase == asked.phase] { (phase) } }
                    }
                }
            }
            button.second type="submit" { "筛选" }
        }
    }
}

fn table(lines: &[CaseLine]) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.day { a href=(format!("/cases/{}", line.case)) { (line.number) } }
                td.wide { (line.title) }
                td.some { (line.procedure) }
                td.day { (line.phase) }
                td.day { (parts::day(line.opened_on)) }
                td.day { @if let Some(day) = line.closed_on { (parts::day(day)) } @else { "在办" } }
            }
        }
    };
    parts::table("案件", &["编号", "当事人和事由", "程序", "阶段", "立案", "结案"], &rows)
}

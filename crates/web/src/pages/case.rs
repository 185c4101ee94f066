//! The page of a case: what may, must and must not be done, and all that was done.

use app::{CaseView, Covered};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::pages::{case_panels, receipt};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let (view, covered) = site
        .ask(move |platform| Ok((platform.case_view(&actor, &id)?, platform.receipt(&actor, &id).ok())))
        .await?;
    Ok(visitor.page(&view.number, render(&view, covered.as_ref(), visitor.is_officer())))
}

fn render(view: &CaseView, covered: Option<&Covered>, is_officer: bool) -> Markup {
    html! {
        div.case-head {
            p.sub { (view.procedure) "　" (view.organ) }
            h1 { (view.number) }
            p.title { (view.title) }
            p.sub {
                (parts::day(view.opened_on)) "开始"
                @if let Some(day) = view.closed_on { "，" (parts::day(day)) "结案" }
                "　" a href=(format!("/procedures/{}", view.procedure_id)) { "办事指南" }
            }
        }
        (case_panels::phases(view))
        div.panels {
            (case_panels::may(view))
            (case_panels::must(view))
            (case_panels::must_not(view))
        }
        (case_panels::documents(view, true))
        (case_panels::public(view))
        @if let Some(covered) = covered { (receipt::section(covered, &receipt::links(&view.id))) }
        (case_panels::timeline(view, is_officer))
    }
}

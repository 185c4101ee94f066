//! The page of a case: what may, must and must not be done, and all that was done.

use app::{AppError, CaseView, Covered};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::pages::{case_panels, receipt};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let (view, covered) = site
        .ask(move |platform| Ok((platform.case_view(&actor, &id)?, platform.receipt(&actor, &id))))
        .await?;
    Ok(visitor.page(&view.number, render(&view, &covered, visitor.is_officer())))
}

fn render(view: &CaseView, covered: &app::Result<Covered>, is_officer: bool) -> Markup {
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
        @match covered {
            Ok(covered) => (receipt::section(covered, &receipt::links(&view.id))),
            // Whoever may see the case without a receipt is not told of one.
            Err(AppError::NotFound { .. }) => {},
            Err(why) => (receipt::refused(why)),
        }
        (case_panels::timeline(view, is_officer))
    }
}

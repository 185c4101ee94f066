//! The page of a case: what may, must and must not be done, and all that was done.

use app::CaseView;
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::pages::case_panels;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let view = site.ask(move |platform| platform.case_view(&actor, &id)).await?;
    Ok(visitor.page(&view.number, render(&view, visitor.is_officer())))
}

fn render(view: &CaseView, is_officer: bool) -> Markup {
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
        (case_panels::timeline(view, is_officer))
    }
}

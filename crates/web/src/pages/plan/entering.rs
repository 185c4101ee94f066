//! Tasks by a sheet: the empty one, and one that was filled in, whole or with everything that is wrong with it.

use app::AppError;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::design::shown;
use crate::fault::{Fault, status_of, told};
use crate::pages::registers::as_file;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How many were assigned just now.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Done {
    #[serde(default)]
    assigned: String,
}

pub(super) async fn form(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    if !visitor.actor()?.is_officer() {
        return Err(Fault::of_status(StatusCode::FORBIDDEN));
    }
    let assigned = done.assigned.parse::<usize>().ok();
    Ok(visitor.page("用表格下达任务", render(&visitor, assigned, None)))
}

pub(super) async fn blank(State(site): State<Site>, visitor: Visitor) -> Answer {
    let actor = visitor.actor()?;
    Ok(as_file(site.ask(move |platform| platform.task_form_sheet(&actor)).await?))
}

pub(super) async fn enter(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let content = posted.take_files("sheet").into_iter().next().map(|file| file.content).unwrap_or_default();
    match site.ask(move |platform| platform.enter_tasks(&actor, &content)).await {
        Ok(count) => Ok(Redirect::to(&format!("/plan/tasks?assigned={count}")).into_response()),
        Err(error @ AppError::Unfit(_)) => {
            Ok(visitor.page_with(status_of(&error), "用表格下达任务", render(&visitor, None, Some(&error))))
        }
        Err(error) => Err(error.into()),
    }
}

fn render(visitor: &Visitor, assigned: Option<usize>, error: Option<&AppError>) -> Markup {
    html! {
        (shown::crumbs(&[("/plan", "方案落实")]))
        h1 { "用表格下达任务" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        @if let Some(count) = assigned {
            div.notice.good role="status" { p { "已下达" (count) "项任务。" a href="/plan/points" { "看工作要点" } } }
        }
        p { "一行一项任务，各有任务单，由牵头单位报告进展。措施、指标、名册写得不对的，整张表都不收，逐格说明；改好再交。同一天交同样的一行，不会下达两次。" }
        p.actions { a.button.second href="/plan/tasks/sheet" { "空表（XLSX，有填写说明）" } }
        form.sheet.act method="post" action="/plan/tasks" enctype="multipart/form-data" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            div.field { label for="sheet" { "填好的表格（XLSX）" } input id="sheet" name="sheet" type="file" accept=".xlsx" required; }
            p.actions { button type="submit" { "核对并下达" } }
        }
    }
}

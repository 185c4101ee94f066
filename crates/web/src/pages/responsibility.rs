//! Who decided what on which papers: one page of a case, to be printed, and the case as one sealed file.

use app::{AppError, Read, Responsibility, ResponsibleStep};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use maud::{Markup, html};

use crate::design::shown;
use crate::fault::status_of;
use crate::pages::reveal::{self, Asked};
use crate::parts::{self, quoted};
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let told = site
        .ask(move |platform| {
            let told = platform.responsibility(&actor, &id)?;
            platform.note_reading(&actor, &id, Read::Case, &origin)?;
            Ok(told)
        })
        .await?;
    Ok(visitor.page(&format!("{}责任清单", told.view.number), render(&told, visitor.is_officer())))
}

fn render(told: &Responsibility, is_officer: bool) -> Markup {
    let view = &told.view;
    let case = format!("/cases/{}", view.id);
    let people = html! {
        @for one in &told.people {
            tr {
                td { (one.name) @if one.decided { " " (shown::tag(shown::Tone::Blue, "作出决定")) } }
                td { (one.organ) @for post in &one.posts { span.sub { (post) } } }
                td.wide { @for (number, act) in &one.acts { a href=(format!("#e{number}")) { "第" (number) "号" (act) } " " } }
            }
        }
    };
    html! {
        (shown::crumbs(&[(&case, &view.number)]))
        h1 { (view.number) "　责任清单" }
        p.title { (view.title) }
        p { "谁在哪一天根据哪些材料办了什么。姓名、职务是办理之日名册所记的；不同意见、审核意见按登记的原样列出；更正过的保留原来的。" }
        p.actions.unprinted {
            a.button.second href=(case) { "返回案件" }
            @if is_officer { " " a.button.second href=(format!("{case}/bundle")) { "下载案卷封存包" } }
        }
        h2 { "谁办了什么" }
        @if told.people.is_empty() { p { "还没有工作人员办理过。" } }
        @else { (parts::table("谁办了什么", &["姓名", "机关、职务", "办理的事项"], &people)) }
        h2 { "办理经过" }
        @for step in &told.steps { (one_step(step)) }
        p { "以上事项都在办理日志里，可以用凭证或者案卷封存包核验：" code { "yifa verify --bundle 案卷.zip" } "。" }
    }
}

fn one_step(step: &ResponsibleStep) -> Markup {
    let event = &step.event;
    html! {
        section id=(format!("e{}", event.number)) {
            h3 {
                "第" (event.number) "号　" (event.act)
                @if step.is_decision { " " (shown::tag(shown::Tone::Blue, "决定")) }
                @if event.is_superseded { " " (shown::tag(shown::Tone::Warn, "已更正")) }
            }
            p.sub {
                (parts::day(event.on)) "，" (event.actor) "办理"
                @if !step.posts.is_empty() { "（" (step.posts.join("，")) "）" }
                "，" (event.recorded_at) "登记" @if !step.basis.is_empty() { "　" (step.basis) }
            }
            dl.facts {
                @for (label, text) in &event.fields { div { dt { (label) } dd { (text) } } }
                @for (name, number) in &step.documents { div { dt { "文书" } dd { (name) "　" (number) } } }
                @for (hash, name) in &event.files { div { dt { "材料" } dd { (name) " " span.sub { "SM3 " code.hash { (hash) } } } } }
                @if !step.papers.is_empty() {
                    div { dt { "作出时在案的材料" } dd { @for (number, name) in &step.papers { div { "第" (number) "号《" (name) "》" } } } }
                }
                div { dt { "日志校验值" } dd { code.hash { (event.hash) } } }
            }
        }
    }
}

pub(crate) async fn bundle(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    sealed(site, visitor, id, None).await
}

pub(crate) async fn take(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    posted: Posted,
) -> Answer {
    sealed(site, visitor, id, Some(reveal::reason(&posted))).await
}

/// The case as one file, or the question why its papers are taken away.
async fn sealed(site: Site, visitor: Visitor, id: String, reason: Option<String>) -> Answer {
    const TITLE: &str = "下载案卷封存包";
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (back, action) = (format!("/cases/{id}/responsibility"), format!("/cases/{id}/bundle"));
    let is_first = reason.is_none();
    let made = site
        .ask(move |platform| {
            let made = platform.case_bundle(&actor, &id)?;
            platform.note_bundle(&actor, &id, reason.as_deref(), &origin)?;
            Ok(made)
        })
        .await;
    let (name, bytes) = match made {
        Ok(made) => made,
        Err(error @ AppError::Invalid(_)) => {
            let asked = Asked {
                title: TITLE,
                what: "封存包里有全部材料的原件，可能有个人信息。请说明理由；谁在什么时候因为什么取走，记入操作日志。本案承办人不用说明。",
                action: &action,
                back: &back,
                submit: "下载",
            };
            let content = asked.form(&visitor, (!is_first).then_some(&error));
            if is_first {
                return Ok(visitor.page(TITLE, content));
            }
            return Ok(visitor.page_with(status_of(&error), TITLE, content));
        }
        Err(error) => return Err(error.into()),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", quoted(&name))),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

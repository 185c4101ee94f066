//! The audits that an officer's organ keeps: keeping one, looking at it, deleting it.

use app::{KeepAudit, KeptAudit, local_time};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use calendar::Day;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::{Carried, again, outcome, page, told};
use crate::auditing::{Auditing, Task};
use crate::fault::Fault;
use crate::held::{Held, Wire};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Where a page of the list begins.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct From {
    #[serde(default)]
    after: String,
}

/// What was audited, as it is kept.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Content {
    report: Wire,
    previous: Option<Wire>,
    year: Option<u32>,
    published_on: Option<String>,
}

fn content(task: &Task) -> String {
    let content = Content {
        report: task.report.wire(),
        previous: task.previous.as_ref().map(Held::wire),
        year: task.year,
        published_on: task.published_on.map(|day| day.to_string()),
    };
    serde_json::to_string(&content).unwrap_or_default()
}

fn task(text: &str) -> Option<Task> {
    let content: Content = serde_json::from_str(text).ok()?;
    Some(Task {
        report: Held::from_wire(content.report)?,
        previous: content.previous.and_then(Held::from_wire),
        year: content.year,
        published_on: content.published_on.and_then(|day| Day::parse(&day).ok()),
    })
}

/// The text of a report that is kept.
pub(super) fn text(content: &str) -> Option<String> {
    task(content).map(|task| task.report.reading.text.source().to_owned())
}

/// A report that is kept as it was read, and the year that was said of it.
pub(super) fn reading(content: &str) -> Option<(::audit::Text, Option<u32>)> {
    task(content).map(|task| (task.report.reading.text, task.year))
}

/// Keeps what the page of a result carries, with the result as it is now.
pub(super) async fn keep(State(site): State<Site>, visitor: Visitor, mut posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let (key, name) = (posted.get("key").to_owned(), posted.get("name").to_owned());
    if !(8..=100).contains(&key.len()) {
        return Err(Fault::of_status(StatusCode::BAD_REQUEST));
    }
    let asked = Asked::of(&mut posted, site.platform().today());
    let done = Auditing::run(&site, true, move |rules, packs| {
        let task = asked.task()?;
        let report = task.audit(rules, packs);
        let counts = task.shown(&report, |shown| shown.counts());
        let (content, result) = (content(&task), outcome::json(&task, &report));
        let name = if name.trim().is_empty() { task.report.name.clone() } else { name };
        Ok::<_, Box<super::Form>>(KeepAudit { key, name, content, result, counts })
    });
    let keep = match done.await {
        Ok(Ok(keep)) => keep,
        Ok(Err(form)) => return again(&site, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &form).await,
        Err(unfinished) => return Err(Fault::busy(&told(unfinished).message)),
    };
    let id = site.ask(move |platform| platform.keep_audit(&actor, keep)).await?;
    Ok(Redirect::to(&format!("/audit/kept/{id}")).into_response())
}

/// What the officer's organ keeps; nothing for anybody else.
pub(super) async fn list(site: &Site, visitor: &Visitor, from: &From) -> app::Result<Markup> {
    let Some(signed_in) = visitor.signed_in.as_ref().filter(|one| one.actor.is_officer()) else {
        return Ok(html! {});
    };
    let (actor, after) = (signed_in.actor.clone(), from.after.clone());
    let after = move || Some(after).filter(|after| !after.is_empty());
    let (kept, next) = site.ask(move |platform| platform.kept_audits(&actor, after().as_deref())).await?;
    let next = next.map(|next| parts::query("/audit", &[("after", &next)]));
    Ok(html! {
        section aria-labelledby="kept" {
            h2 id="kept" { "本机关存下来的审核" }
            @if kept.is_empty() { p.hint { "还没有存下来的。" } } @else { (lines(visitor, &kept)) }
            (parts::next_page(next.as_deref()))
        }
    })
}

fn lines(visitor: &Visitor, kept: &[KeptAudit]) -> Markup {
    html! {
        ul.lines.kept {
            @for line in kept {
                li {
                    a href=(format!("/audit/kept/{}", line.id)) { (line.name) }
                    span.sub { (counts(line.counts)) "　" (line.by) "于" (local_time(line.kept_at)) "存下来" }
                    (delete_form(visitor, line))
                }
            }
        }
    }
}

fn counts((errors, warnings, notes): (i64, i64, i64)) -> String {
    format!("错误{errors}处、警告{warnings}处、提示{notes}处")
}

fn delete_form(visitor: &Visitor, line: &KeptAudit) -> Markup {
    html! {
        details {
            summary aria-label=(format!("删除“{}”", line.name)) { "删除" }
            form method="post" action=(format!("/audit/kept/{}/delete", line.id)) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                p.hint { "报告文字和结果都会删去，不能恢复。" }
                button.second type="submit" { "确定删除" }
            }
        }
    }
}

/// A kept audit, made again by the rules of today; if something else comes out than then, it is said.
pub(super) async fn show(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let (line, text, then) = site.ask(move |platform| platform.kept_audit(&actor, &id)).await?;
    let (carried, asker) = (Carried { is_officer: false, ..Carried::of(&visitor) }, visitor.clone());
    let title = format!("审核结果：{}", line.name);
    let done = Auditing::run(&site, true, move |rules, packs| {
        let task = task(&text)?;
        let report = task.audit(rules, packs);
        let is_other = outcome::json(&task, &report) != then;
        let result = task.shown(&report, |shown| audit_report::result(shown, rules));
        Some(html! {
            h1 { "审核结果：" (line.name) }
            p.sub { (line.by) "于" (local_time(line.kept_at)) "存下来，本机关的人都能看到。" }
            @if is_other {
                div.notice.warn {
                    p { "程序的规则在存下来以后有改动，下面是按现在的规则审核的结果。存下来时是" (counts(line.counts)) "，"
                        a href=(format!("/audit/kept/{}/then", line.id)) { "下载当时的结果（JSON）" } "。" }
                }
            }
            (outcome::take_away(&carried, &task))
            (result)
            div.row.unprinted { a.button.second href="/audit" { "审核报告" } (delete_form(&asker, &line)) }
        })
    });
    match done.await {
        Ok(Some(content)) => Ok(page(&visitor, StatusCode::OK, &title, &content)),
        Ok(None) => Err(Fault::internal()),
        Err(unfinished) => Err(Fault::busy(&told(unfinished).message)),
    }
}

/// What was found when it was kept, as it was kept.
pub(super) async fn then(State(site): State<Site>, visitor: Visitor, Path(id): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let (line, _, then) = site.ask(move |platform| platform.kept_audit(&actor, &id)).await?;
    Ok(outcome::file(&format!("审核结果-{}.json", line.name), "application/json", then))
}

pub(super) async fn delete(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    site.ask(move |platform| platform.delete_audit(&actor, &id)).await?;
    Ok(Redirect::to("/audit").into_response())
}

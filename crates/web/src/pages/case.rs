//! The page of a case: what may, must and must not be done, and all that was done; now, or as it was known on a day.

use app::{AppError, CaseView, Covered, Platform, Read};
use axum::extract::{Path, Query, State};
use calendar::Day;
use maud::{Markup, html};

use crate::fault::{Fault, status_of, told};
use crate::pages::{alike, case_panels, enterprises, notes, receipt};
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};
use crate::way;

/// The day as of which a case is asked for; empty asks for it as it stands today.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    as_of: String,
}

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let actor = visitor.actor()?;
    if !asked.as_of.is_empty() {
        return past(&site, &visitor, id, &asked.as_of).await;
    }
    let (today, origin) = (site.platform().today(), visitor.origin());
    let (view, covered, beside, (has_report, like)) = site
        .ask(move |platform| {
            let view = platform.case_view(&actor, &id)?;
            platform.note_reading(&actor, &id, Read::Case, &origin)?;
            let beside = actor.is_officer().then(|| notes::beside(platform, &actor, &view)).transpose()?;
            let covered = platform.receipt(&actor, &id);
            let has_report = actor.is_officer() && platform.has_report(&actor, &id)?;
            let like = platform.alike_of(&actor, &id)?;
            Ok((view, covered, beside, (has_report, like)))
        })
        .await?;
    let more = html! {
        @if let Some(like) = &like { (alike::of_case(like)) }
        @if has_report {
            div.notice { p { "本案的报告在平台上起草：" a href=(format!("/reports/drafts/{}", view.id)) { "打开报告稿" } "。" } }
        }
        @if let Some(beside) = &beside { (notes::section(&visitor, &view, beside)) }
    };
    let content = render(&view, Some(&covered), visitor.is_officer(), today, &more);
    Ok(visitor.page(&view.number, content))
}

/// The case as it was known at the end of a day.
async fn past(site: &Site, visitor: &Visitor, id: String, day: &str) -> Answer {
    let (actor, today) = (visitor.actor()?, site.platform().today());
    let (case, origin) = (id.clone(), visitor.origin());
    let viewed = match Day::parse(day) {
        Ok(day) => {
            let read = move |platform: &Platform| {
                let view = platform.case_view_as_of(&actor, &id, day)?;
                platform.note_reading(&actor, &id, Read::Past(&day.to_string()), &origin)?;
                Ok(view)
            };
            site.ask(read).await
        }
        Err(_) => Err(AppError::Wrong {
            code: "day",
            why: format!("“{day}”不是日期"),
            help: "写成 2026-03-01 的样子。".to_owned(),
        }),
    };
    match viewed {
        Ok(view) => {
            Ok(visitor.page(&view.number, render(&view, None, visitor.is_officer(), today, &html! {})))
        }
        Err(error @ AppError::Wrong { .. }) => {
            let content = html! {
                h1 { "按日期查看" }
                (parts::findings(&told(&error)))
                (by_day(&case, None, today))
                p { a href=(format!("/cases/{case}")) { "看现在的情况" } }
            };
            Ok(visitor.page_with(status_of(&error), "按日期查看", content))
        }
        Err(error) => Err(Fault::from(error)),
    }
}

fn render(
    view: &CaseView,
    covered: Option<&app::Result<Covered>>,
    is_officer: bool,
    today: Day,
    more: &Markup,
) -> Markup {
    html! {
        @if let Some(day) = view.as_of { (banner(view, day)) }
        div.case-head {
            p.sub { (view.procedure) "　" (view.organ) }
            h1 { (view.number) }
            p.title { (view.title) }
            p.sub {
                (parts::day(view.opened_on)) "开始"
                @if let Some(day) = view.closed_on { "，" (parts::day(day)) "结案" }
                "　" a href=(format!("/procedures/{}", view.procedure_id)) { "办事指南" }
                (own_page(view))
            }
        }
        (case_panels::phases(view))
        div.panels {
            (case_panels::may(view))
            (case_panels::must(view))
            (case_panels::must_not(view))
        }
        (case_panels::links(view))
        @if is_officer && view.as_of.is_none() { (enforcement(view)) }
        (more)
        (way::of_case(&view.way))
        (case_panels::documents(view, view.as_of.is_none()))
        (case_panels::public(view))
        @match covered {
            Some(Ok(covered)) => (receipt::section(covered, &receipt::links(&view.id))),
            // Whoever may see the case without a receipt is not told of one, nor whoever looks at the past.
            None | Some(Err(AppError::NotFound { .. })) => {},
            Some(Err(why)) => (receipt::refused(why)),
        }
        (case_panels::timeline(view, is_officer))
        @if view.as_of.is_none() {
            p.unprinted { a href=(format!("/cases/{}/responsibility", view.id)) { "责任清单：谁根据哪些材料办了什么" } }
        }
        (by_day(&view.id, view.as_of, today))
    }
}

/// Where officers look before they go: the enterprise's page, and the code of an approved visit.
fn enforcement(view: &CaseView) -> Markup {
    let is_visit = view.way.pack.file.visits.is_some();
    html! {
        @if is_visit || !view.enterprises.is_empty() {
            ul.lines.unprinted {
                @if is_visit { li { a href=(format!("/cases/{}/entry", view.id)) { "入企检查码" } } }
                @for (code, name) in &view.enterprises {
                    li { a href=(enterprises::path(code)) { (name) "的企业档案" } }
                }
            }
        }
    }
}

/// The way to the page that shows what an engine made of the case: a draw, a joint plan.
fn own_page(view: &CaseView) -> Markup {
    let acts = &view.way.pack.file.procedure.acts;
    let was_done = |wanted: &dyn Fn(&norms::Act) -> bool| {
        let of = |id: &str| acts.iter().find(|act| act.id == id);
        view.events.iter().any(|event| of(&event.act_id).is_some_and(wanted))
    };
    html! {
        @if was_done(&|act| act.draw.is_some()) { "　" a href=(format!("/draws/{}", view.id)) { "抽取的公开页面" } }
        @if was_done(&|act| act.draw == Some(norms::DrawStep::Files)) { "　" a href="/file-review" { "案卷评查" } }
        @if acts.iter().any(|act| act.review == Some(norms::ReviewStep::Score)) { "　" a href=(format!("/file-review/{}", view.id)) { "评查表" } }
        @if was_done(&|act| act.joint) { "　" a href=(format!("/joint/{}", view.id)) { "看计划" } }
    }
}

/// That this is the past, and the way back.
fn banner(view: &CaseView, day: Day) -> Markup {
    html! {
        div.notice.warn role="status" {
            p { strong { "这是截至" (parts::day(day)) "所知的情况，不是现在的。" } }
            p {
                "后来登记的事项和更正都不在内，期限按那一天计算。不能据此办理。"
                a href=(format!("/cases/{}", view.id)) { "看现在的情况" }
            }
        }
    }
}

/// The choice of a day.
fn by_day(case: &str, day: Option<Day>, today: Day) -> Markup {
    html! {
        form.filters.unprinted method="get" action=(format!("/cases/{case}")) {
            div.field {
                label for="as_of" { "按日期查看" }
                input id="as_of" name="as_of" type="date" required max=(today.to_string()) value=(day.unwrap_or(today).to_string());
            }
            button.second type="submit" { "查看那一天所知的" }
        }
    }
}

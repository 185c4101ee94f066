//! The acts that take over the draft: the form asks only what the draft does not say.

use app::{Actor, AppError, Platform, TakeReport};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use maud::html;

use super::with_rules;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, act)): Path<(String, String)>,
) -> Answer {
    let actor = visitor.actor()?;
    let sheet = site.ask(move |platform| sheet(platform, &actor, &case, &act)).await?;
    Ok(sheet.page(&visitor))
}

pub(super) async fn deal(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, act)): Path<(String, String)>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (asker, id, name) = (actor.clone(), case.clone(), act.clone());
    let mut sheet = site.ask(move |platform| sheet(platform, &asker, &id, &name)).await?;
    drop(sheet.fill(&mut posted));
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let domain = visitor.facts.domain.as_ref().map(|domain| format!("https://{domain}"));
    let (key, version, form) = (sheet.key.clone(), sheet.version, sheet.form.clone());
    let take = TakeReport { key, case, version, act, on, form, site: domain };
    let done = with_rules(&site, move |platform, rules| platform.take_report(&actor, take, rules)).await;
    match done {
        Ok(done) => Ok(Redirect::to(&format!("/reports/drafts/{}", done.case)).into_response()),
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

fn sheet(platform: &Platform, actor: &Actor, case: &str, act: &str) -> app::Result<Sheet> {
    let spec = platform.report_act_form(actor, case, act)?;
    let view = platform.report_draft(actor, case)?;
    let version = platform.case_view(actor, case)?.version;
    let step = view.steps.iter().find(|step| step.act == act);
    let step = step.ok_or_else(|| AppError::NotFound { what: "这一步".to_owned() })?;
    let mut sheet =
        Sheet::new(spec.name.clone(), spec, format!("/reports/drafts/{case}/acts/{act}"), platform.today());
    sheet.version = Some(version);
    let last = view.begun.as_ref().and_then(|begun| begun.editions.first());
    sheet.lead = html! {
        p { "报告稿：" a href=(format!("/reports/drafts/{case}")) { (view.title) } }
        div.notice {
            @if let Some(last) = last {
                p { "最近的送审稿是第" (last.number) "稿，" (last.by) "于" (last.at) "送审，SM3 " code { (last.hash) } "。" }
            }
            p { "文字和文件从报告稿取，不用再填。送审取现在的各章节；审定、报送和公开取最近的送审稿，文本、排版文件和封存包由平台生成，随本次办理存下来。" }
        }
    };
    if let Some(why) = &step.barred {
        sheet.warning = html! { div.notice.warn { p { strong { "现在不得办理：" (why) "。" } } } };
    }
    Ok(sheet)
}

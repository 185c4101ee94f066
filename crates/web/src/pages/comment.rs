//! Drafts that are open for comment, and saying something of one, with an account or without. 征求意见

use app::{Deal, OpenDraft, Platform};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::design::shown;
use crate::parts;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor) -> Answer {
    let drafts = site.ask(Platform::open_drafts).await?;
    Ok(visitor.page("征求意见", render(&drafts)))
}

fn render(drafts: &[OpenDraft]) -> Markup {
    html! {
        h1 { "征求意见" }
        p.lead { "下面的草案正在公开征求意见，谁都可以说，不用登录。提出的意见记入办理日志，采纳情况由起草单位公布。" }
        @if drafts.is_empty() { (shown::empty("现在没有公开征求意见的草案。", Some(("/published", "看全部公开信息")))) }
        ul.lines {
            @for draft in drafts {
                li {
                    a href=(published(draft)) { (draft.published.title) }
                    span.sub {
                        (draft.published.organ) "　" (draft.published.procedure) "　" (parts::day(draft.published.published_on)) "公布"
                        @if let Some(until) = draft.until { "，" strong { "征求意见到" (parts::day(until)) } }
                    }
                    p.actions { a.button.second href=(address(draft)) aria-label=(format!("提出意见：{}", draft.published.title)) { "提出意见" } }
                }
            }
        }
    }
}

fn published(draft: &OpenDraft) -> String {
    let one = &draft.published;
    format!("/published/{}/{}/{}", one.case, one.number, one.act)
}

fn address(draft: &OpenDraft) -> String {
    let one = &draft.published;
    format!("/comment/{}/{}/{}", one.case, one.number, one.act)
}

type Place = (String, u32, String);

pub(crate) async fn form(State(site): State<Site>, visitor: Visitor, Path(place): Path<Place>) -> Answer {
    let (_, sheet) = site.ask(move |platform| sheet(platform, &place)).await?;
    Ok(sheet.page(&visitor))
}

fn sheet(platform: &Platform, (case, number, act): &Place) -> app::Result<(OpenDraft, Sheet)> {
    let (draft, spec) = platform.open_draft(case, *number, act)?;
    let title = format!("提出意见：{}", draft.published.title);
    let mut sheet = Sheet::new(title, spec, address(&draft), platform.today());
    sheet.offer(platform, false)?;
    // What is said here is said today.
    sheet.on = None;
    "提交意见".clone_into(&mut sheet.submit);
    sheet.lead = html! {
        (shown::crumbs(&[("/comment", "征求意见"), (&published(&draft), "草案和说明")]))
        p {
            (draft.published.organ) "公开征求意见" @if let Some(until) = draft.until { "，到" (parts::day(until)) "为止" } "。"
            "可以不写姓名；写了的，只有办理的工作人员看得到。"
        }
    };
    Ok((draft, sheet))
}

pub(crate) async fn comment(
    State(site): State<Site>,
    visitor: Visitor,
    Path(place): Path<Place>,
    mut posted: Posted,
) -> Answer {
    let (draft, mut sheet) = site.ask(move |platform| sheet(platform, &place)).await?;
    let files = sheet.fill(&mut posted);
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let deal = Deal {
        key: sheet.key.clone(),
        case: draft.published.case.clone(),
        // Others may comment at the same time; none stands in the way of another.
        version: None,
        act: draft.act.clone(),
        on,
        form: sheet.form.clone(),
        files,
    };
    let actor = visitor.commenter();
    match site.ask(move |platform| platform.act(&actor, deal)).await {
        Ok(done) => Ok(visitor.page("意见已经提交", receipt(&draft, &done.hash))),
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

fn receipt(draft: &OpenDraft, hash: &str) -> Markup {
    html! {
        div.receipt {
            h1 { "意见已经提交" }
            p.good role="status" { "您对“" (draft.published.title) "”的意见已经记入办理日志。" }
            dl.facts {
                div { dt { "收到的机关" } dd { (draft.published.organ) } }
                div { dt { "日志校验值" } dd { code.hash { (hash) } } }
            }
            p { "意见的采纳情况和不采纳的理由，由起草单位公布在" a href="/published" { "公开信息" } "。" }
            p.actions.unprinted { a.button href="/comment" { "看其他草案" } }
        }
    }
}

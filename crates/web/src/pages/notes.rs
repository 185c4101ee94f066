//! What officers say to each other about a case, and handing it over.

use app::{Actor, CaseView, NoteLine, Platform};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What stands beside a case for officers. 案件协作
pub(crate) struct Beside {
    notes: Vec<NoteLine>,
    colleagues: Vec<(String, String)>,
    /// Those of them to whom the case can be handed over: all but whoever has it.
    others: Vec<(String, String)>,
    hands_over: bool,
}

pub(crate) fn beside(platform: &Platform, actor: &Actor, view: &CaseView) -> app::Result<Beside> {
    let handler = view.handler.as_ref().map(|(id, _)| id.as_str());
    let colleagues = platform.colleagues(actor, &view.id)?;
    let others = colleagues.iter().filter(|(id, _)| Some(id.as_str()) != handler).cloned().collect();
    Ok(Beside {
        notes: platform.notes(actor, &view.id)?,
        colleagues,
        others,
        hands_over: !view.is_closed() && platform.may_hand_over(actor, &view.organ_id, handler),
    })
}

pub(crate) async fn write(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    posted: Posted,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (id, text, to) = (case.clone(), posted.get("text").to_owned(), posted.get("to").to_owned());
    site.ask(move |platform| {
        platform.write_note(&actor, &id, &text, Some(to.as_str()).filter(|to| !to.is_empty()), &origin)
    })
    .await?;
    Ok(Redirect::to(&format!("/cases/{case}#notes")).into_response())
}

pub(crate) async fn done(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, note)): Path<(String, String)>,
    _: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    site.ask(move |platform| platform.end_reminder(&actor, &case, &note)).await?;
    Ok(Redirect::to("/desk").into_response())
}

pub(crate) async fn hand_over(
    State(site): State<Site>,
    visitor: Visitor,
    Path(case): Path<String>,
    posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (id, to, reason) = (case.clone(), posted.get("to").to_owned(), posted.get("reason").to_owned());
    site.ask(move |platform| platform.hand_over(&actor, &id, &to, &reason)).await?;
    Ok(Redirect::to(&format!("/cases/{case}")).into_response())
}

/// The part of a case's page.
pub(crate) fn section(visitor: &Visitor, view: &CaseView, beside: &Beside) -> Markup {
    let case = view.id.as_str();
    html! {
        section.unprinted aria-labelledby="notes" {
            h2 id="notes" { "承办和留言" }
            p { "承办人：" @if let Some((_, name)) = &view.handler { (name) } @else { "还没有" } }
            @if beside.hands_over { (hand_over_form(visitor, case, beside)) }
            p.hint { "留言是工作人员之间的商量，不是办理事项，不进入案卷和办理日志，只有能查阅本案的工作人员看得到；留过言会记入操作日志。" }
            @if !beside.notes.is_empty() {
                ul.notes {
                    @for note in &beside.notes {
                        li {
                            p { @if let Some(to) = &note.to { span.badge { "提醒" (to) @if note.is_done { "（已处理）" } } " " } (note.text) }
                            p.sub { (note.by) "　" (note.at) }
                            @if note.is_mine {
                                form method="post" action=(format!("/cases/{case}/notes/{}/done", note.id)) {
                                    input type="hidden" name="csrf" value=(visitor.csrf);
                                    button.link type="submit" { "已经处理" }
                                }
                            }
                        }
                    }
                }
            }
            (note_form(visitor, case, beside))
        }
    }
}

fn note_form(visitor: &Visitor, case: &str, beside: &Beside) -> Markup {
    html! {
        details {
            summary { "写一条留言，或者提醒别人" }
            form.sheet method="post" action=(format!("/cases/{case}/notes")) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                div.field { label for="note-text" { "留言" } textarea id="note-text" name="text" rows="3" maxlength="1000" required {} }
                div.field {
                    label for="note-to" { "提醒谁（选了的，出现在对方的工作台上）" }
                    select id="note-to" name="to" {
                        option value="" { "不提醒，只留言" }
                        @for (id, name) in &beside.colleagues { option value=(id) { (name) } }
                    }
                }
                p.actions { button.second type="submit" { "留言" } }
            }
        }
    }
}

fn hand_over_form(visitor: &Visitor, case: &str, beside: &Beside) -> Markup {
    html! {
        details {
            summary { "把本案移交给别人承办" }
            form.sheet method="post" action=(format!("/cases/{case}/hand-over")) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                div.field {
                    label for="hand-to" { "移交给" }
                    select id="hand-to" name="to" required {
                        option value="" { "请选择" }
                        @for (id, name) in &beside.others { option value=(id) { (name) } }
                    }
                }
                div.field { label for="hand-reason" { "理由" } input id="hand-reason" name="reason" type="text" maxlength="200" required; }
                p.hint { "变更承办人记入本案的办理日志。" }
                p.actions { button.second type="submit" { "移交" } }
            }
        }
    }
}

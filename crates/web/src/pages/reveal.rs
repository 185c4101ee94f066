//! The personal data of one event, for whoever says why.

use app::{AppError, EventView, REVEAL_REASONS};
use axum::extract::{Path, State};
use maud::{Markup, html};

use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const TITLE: &str = "查看个人信息";

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number)): Path<(String, u32)>,
) -> Answer {
    let actor = visitor.actor()?;
    let (id, view) = (case.clone(), site.ask(move |platform| platform.case_view(&actor, &case)).await?);
    let event = view.events.iter().find(|event| event.number == number);
    let event = event.ok_or_else(|| crate::fault::Fault::missing("这个事项"))?;
    Ok(visitor.page(TITLE, asking(&visitor, &id, number, &event.act, None)))
}

pub(crate) async fn reveal(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number)): Path<(String, u32)>,
    posted: Posted,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let reason = reason(&posted);
    let id = case.clone();
    match site.ask(move |platform| platform.reveal(&actor, &case, number, &reason, &origin)).await {
        Ok(event) => Ok(visitor.page(TITLE, shown(&id, &event))),
        Err(error @ AppError::Invalid(_)) => {
            let content = asking(&visitor, &id, number, "", Some(&error));
            Ok(visitor.page_with(status_of(&error), TITLE, content))
        }
        Err(error) => Err(error.into()),
    }
}

fn asking(visitor: &Visitor, case: &str, number: u32, act: &str, error: Option<&AppError>) -> Markup {
    let act = if act.is_empty() { String::new() } else { format!("“{act}”") };
    let asked = Asked {
        title: TITLE,
        what: &format!(
            "第{number}号事项{act}记有个人信息，平时遮盖显示。办案需要查看全部内容的，请说明理由；谁在什么时候因为什么看过，记入操作日志。"
        ),
        action: &format!("/cases/{case}/reveal/{number}"),
        back: &format!("/cases/{case}#event-{number}"),
        submit: "查看",
    };
    asked.form(visitor, error)
}

/// The reason that a form of this kind was sent with.
pub(crate) fn reason(posted: &Posted) -> String {
    let written = posted.get("other").trim();
    if written.is_empty() { posted.get("reason") } else { written }.to_owned()
}

/// Why somebody is asked for a reason, and where the answer goes.
pub(crate) struct Asked<'a> {
    pub title: &'a str,
    pub what: &'a str,
    pub action: &'a str,
    pub back: &'a str,
    pub submit: &'a str,
}

impl Asked<'_> {
    /// The form that asks for it.
    pub fn form(&self, visitor: &Visitor, error: Option<&AppError>) -> Markup {
        html! {
            h1 { (self.title) }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            p { (self.what) }
            form.sheet method="post" action=(self.action) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                fieldset.field {
                    legend { "理由" }
                    div.choices {
                        @for (at, reason) in REVEAL_REASONS.iter().enumerate() {
                            label.choice { input type="radio" name="reason" value=(reason) checked[at == 0]; (reason) }
                        }
                    }
                }
                div.field {
                    label for="other" { "其他理由" }
                    p.hint id="other-hint" { "填写了的，以这里为准" }
                    input id="other" name="other" type="text" maxlength="200" autocomplete="off" aria-describedby="other-hint";
                }
                p.actions { button type="submit" { (self.submit) } a.button.second href=(self.back) { "返回案件" } }
            }
        }
    }
}

fn shown(case: &str, event: &EventView) -> Markup {
    html! {
        h1 { "第" (event.number) "号事项：" (event.act) }
        dl.record { @for (label, text) in &event.fields { div { dt { (label) } dd.text { (text) } } } }
        p.hint { "已经记入操作日志。离开本页以后，恢复遮盖显示。" }
        p.actions { a.button href=(format!("/cases/{case}#event-{}", event.number)) { "返回案件" } }
    }
}

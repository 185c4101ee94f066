//! Correcting an event: taking it back, or recording what should have been recorded.

use app::{Actor, AppError, Correct, FieldFault, Platform};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number)): Path<(String, u32)>,
) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    let (sheet, _) = site
        .ask(move |platform| {
            let sheet = sheet(platform, &actor, &case, number)?;
            platform.note_reading(&actor, &case, app::Read::Recorded(number), &origin)?;
            Ok(sheet)
        })
        .await?;
    Ok(sheet.page(&visitor))
}

pub(crate) async fn correct(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number)): Path<(String, u32)>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (asker, id) = (actor.clone(), case.clone());
    let (mut sheet, is_lapse) = site.ask(move |platform| sheet(platform, &asker, &id, number)).await?;
    let takes_back = posted.get("how") == "withdraw" || is_lapse;
    sheet.fill(&mut posted);
    sheet.lead = choice(&case, number, is_lapse, takes_back);
    let made = correction(&sheet, case, number, takes_back);
    let correct = match made {
        Ok(correct) => correct,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    match site.ask(move |platform| platform.correct(&actor, correct)).await {
        Ok(done) => Ok(Redirect::to(&format!("/cases/{}#event-{}", done.case, done.number)).into_response()),
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

fn correction(sheet: &Sheet, case: String, number: u32, takes_back: bool) -> Result<Correct, AppError> {
    let reason = sheet.reason.clone().unwrap_or_default();
    if reason.trim().is_empty() {
        let (field, name) = ("reason".to_owned(), "更正理由".to_owned());
        return Err(AppError::Invalid(vec![FieldFault { field, name, message: "必须填写".to_owned() }]));
    }
    let instead = if takes_back { None } else { Some((sheet.day()?, sheet.form.clone())) };
    Ok(Correct { key: sheet.key.clone(), case, version: sheet.version, number, reason, instead })
}

/// The form with what stands recorded, and whether the law deemed the event done.
fn sheet(platform: &Platform, actor: &Actor, case: &str, number: u32) -> app::Result<(Sheet, bool)> {
    let recorded = platform.recorded(actor, case, number)?;
    let view = platform.case_view(actor, case)?;
    let action = format!("/cases/{case}/correct/{number}");
    let title = format!("更正第{number}号事项“{}”", recorded.act.name);
    let mut sheet = Sheet::new(title, recorded.act, action, platform.today());
    sheet.version = Some(view.version);
    sheet.on = Some(recorded.on.to_string());
    sheet.form = recorded.form;
    sheet.keeps_files = true;
    sheet.reason = Some(String::new());
    sheet.offer(platform, true)?;
    "确认更正".clone_into(&mut sheet.submit);
    sheet.lead = choice(case, number, recorded.is_lapse, recorded.is_lapse);
    if recorded.is_lapse {
        sheet.act.fields.clear();
        sheet.on = None;
    }
    Ok((sheet, recorded.is_lapse))
}

/// What a correction is. The choice belongs to the form by its name: the sheet's inputs follow it.
fn choice(case: &str, number: u32, is_lapse: bool, takes_back: bool) -> Markup {
    html! {
        div.notice {
            p {
                "更正不抹去原来的记录：原第" (number) "号事项和更正都留在"
                a href=(format!("/cases/{case}")) { "办理经过" } "里，期限、文书和统计按更正以后的重新计算。"
            }
        }
        @if !is_lapse {
            fieldset.field {
                legend { "怎样更正" }
                div.choices {
                    label.choice {
                        input type="radio" name="how" value="replace" form="sheet" checked[!takes_back];
                        " 改为下面填写的内容"
                    }
                    label.choice {
                        input type="radio" name="how" value="withdraw" form="sheet" checked[takes_back];
                        " 撤回这一事项（下面只看更正理由）"
                    }
                }
            }
        }
    }
}

//! Doing an act in a case.

use std::collections::BTreeMap;

use app::{Actor, CaseView, Deal, Platform};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use store::account::Rank;

use crate::pages::advice;
use crate::parts;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, act)): Path<(String, String)>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let actor = visitor.actor()?;
    let drafted = format!("/reports/drafts/{case}/acts/{act}");
    let sheet = site
        .ask(move |platform| {
            if platform.report_takes(&actor, &case, &act)? {
                return Ok(None);
            }
            let mut sheet = sheet(platform, &actor, &case, &act)?;
            sheet.restore(platform, &actor)?;
            sheet.propose(&asked);
            advise(platform, &actor, (&case, &act), &mut sheet)?;
            Ok(Some(sheet))
        })
        .await?;
    // What takes over a drafted report asks only what the draft does not say.
    Ok(sheet.map_or_else(|| Redirect::to(&drafted).into_response(), |sheet| sheet.page(&visitor)))
}

pub(crate) async fn deal(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, act)): Path<(String, String)>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let (asker, id, name) = (actor.clone(), case.clone(), act.clone());
    let mut sheet = site.ask(move |platform| sheet(platform, &asker, &id, &name)).await?;
    if posted.get("draft") == "1" {
        return keep(&site, &visitor, &sheet, &posted).await;
    }
    let asks = posted.get(advice::ASKS) == "1";
    let files = sheet.fill(&mut posted);
    let (asker, id, name) = (actor.clone(), case.clone(), act.clone());
    let mut sheet = site
        .ask(move |platform| {
            advise(platform, &asker, (&id, &name), &mut sheet)?;
            Ok(sheet)
        })
        .await?;
    if asks {
        sheet.warning = advice::above();
        return Ok(sheet.page(&visitor));
    }
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let (asker, (place, _)) = (actor.clone(), sheet.draft_of());
    let (key, version, form) = (sheet.key.clone(), sheet.version, sheet.form.clone());
    let deal = Deal { key, case, version, act, on, form, files };
    match site.ask(move |platform| platform.act(&actor, deal)).await {
        Ok(done) => {
            site.ask(move |platform| platform.drop_draft(&asker, &place)).await?;
            let event = || format!("/cases/{}#event-{}", done.case, done.number);
            Ok(Redirect::to(&sheet.back.clone().unwrap_or_else(event)).into_response())
        }
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

/// Shows what the benchmarks say of what is filled in so far.
fn advise(
    platform: &Platform,
    actor: &Actor,
    (case, act): (&str, &str),
    sheet: &mut Sheet,
) -> app::Result<()> {
    let Some(found) = platform.advice(actor, case, act, &sheet.form)? else { return Ok(()) };
    if !found.matter.is_empty() {
        sheet.form.entry(found.matter_field.clone()).or_insert_with(|| vec![found.matter.clone()]);
        sheet.replaced = Some((found.facts_field.clone(), advice::facts(&found)));
    }
    sheet.confirm = advice::told(&found);
    sheet.beside = advice::button();
    Ok(())
}

/// Keeps the form unsent, and shows it again.
pub(crate) async fn keep(site: &Site, visitor: &Visitor, sheet: &Sheet, posted: &Posted) -> Answer {
    let (account, (place, title), content) = (visitor.actor()?.account, sheet.draft_of(), posted.written());
    let back = place.clone();
    site.ask(move |platform| platform.save_draft(&account, &place, &title, &content)).await?;
    Ok(Redirect::to(&back).into_response())
}

fn sheet(platform: &Platform, actor: &Actor, case: &str, act: &str) -> app::Result<Sheet> {
    let spec = platform.act_form(actor, case, act)?;
    let view = platform.case_view(actor, case)?;
    let today = platform.today();
    let action = format!("/cases/{case}/acts/{act}");
    let title = spec.name.clone();
    let mut sheet = Sheet::new(title, spec, action, today);
    sheet.draft_title = Some(format!("{}：{}", view.number, sheet.title));
    sheet.version = Some(view.version);
    sheet.keeps_draft = true;
    sheet.offer(platform, actor.rank != Rank::Citizen)?;
    // What a citizen does here is done today.
    if actor.rank == Rank::Citizen {
        sheet.on = None;
    }
    sheet.lead = lead(&view, act);
    sheet.warning = warning(&view, act);
    Ok(sheet)
}

/// The case it is done in, and what it discharges.
fn lead(view: &CaseView, act: &str) -> Markup {
    let owed = view.must.iter().find(|owed| owed.must.iter().any(|(id, _)| id == act));
    html! {
        p { "案件：" a href=(format!("/cases/{}", view.id)) { (view.number) } "　" (view.title) }
        @if let Some(owed) = owed {
            div.notice {
                p {
                    "办理本事项，即履行应当办理的义务"
                    @if let Some(last) = owed.last_day { "，最后一日是" strong { (parts::day(last)) } }
                    "。依据：" (parts::cited(&owed.cited, owed.unverified))
                }
            }
        }
    }
}

/// Why it might be barred.
fn warning(view: &CaseView, act: &str) -> Markup {
    let barred = view.must_not.iter().find(|barred| barred.id == act);
    let depends = view.may.iter().find(|may| may.id == act).and_then(|may| may.depends.as_ref());
    html! {
        @if let Some(barred) = barred {
            div.notice.warn {
                p {
                    strong { "现在不得办理：" (barred.why) "。" } " 依据："
                    (parts::cited(&barred.cited, barred.unverified))
                }
                p { (barred.help) }
            }
        }
        @if let Some(depends) = depends {
            div.notice { p { "能不能办，要看填写的内容：" (depends) "。" } }
        }
    }
}

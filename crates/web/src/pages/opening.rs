//! Opening a case at the counter or of one's own motion: an officer chooses the procedure and fills in its form.

use std::collections::BTreeMap;

use app::{Actor, AppError, Open, Organ, Platform};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use norms::{Act, Procedure, RoleKind};

use crate::design::shown;
use crate::pages::act::keep;
use crate::pages::alike;
use crate::pages::apply::receipt;
use crate::parts;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which opening act is asked for.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub act: String,
}

/// The act asked for among several; the first where none is.
pub(crate) fn chosen<'a>(acts: &[&'a Act], id: &str) -> Option<&'a Act> {
    let named = acts.iter().find(|act| act.id == id);
    named.or_else(|| acts.first().filter(|_| id.is_empty())).copied()
}

/// The other ways to begin.
pub(crate) fn others(acts: &[&Act], chosen: &Act, path: &str) -> Markup {
    let tabs: Vec<(String, String, bool)> = acts
        .iter()
        .map(|act| (parts::query(path, &[("act", &act.id)]), act.name.clone(), act.id == chosen.id))
        .collect();
    html! { @if tabs.len() > 1 { (shown::tabs("申请种类", &tabs)) } }
}

pub(crate) async fn choose(State(site): State<Site>, visitor: Visitor) -> Answer {
    let organ = own_organ(&visitor.actor()?)?;
    let mine = site.ask(move |platform| {
        let kind = platform.organ(&organ)?.kind;
        let packs = platform.rules().in_force(platform.today());
        let able = packs.map(|pack| &pack.file.procedure).filter(|one| one.held_by.contains(&kind));
        Ok(able.map(|one| (one.id.clone(), one.name.clone())).collect::<Vec<_>>())
    });
    let content = choices(&mine.await?);
    Ok(visitor.page("新办案件", content))
}

fn choices(procedures: &[(String, String)]) -> Markup {
    html! {
        h1 { "新办案件" }
        @if procedures.is_empty() { (shown::empty("本机关没有可以受理的程序。", None)) }
        ul.cards {
            @for (id, name) in procedures {
                li {
                    h2 { a href=(format!("/cases/new/{id}")) { (name) } }
                    p { a href=(format!("/procedures/{id}")) { "办事指南" } }
                }
            }
        }
    }
}

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(procedure): Path<String>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Answer {
    let actor = visitor.actor()?;
    let sheet = site
        .ask(move |platform| {
            let act = asked.get("act").map_or("", String::as_str);
            let mut sheet = sheet(platform, &actor, &procedure, act)?;
            sheet.restore(platform, &actor)?;
            sheet.propose(&asked);
            if let Some(document) = asked.get("document").filter(|document| !document.is_empty()) {
                sheet.form.extend(platform.form_about(&actor, &sheet.act, document)?);
            }
            Ok(sheet)
        })
        .await?;
    Ok(sheet.page(&visitor))
}

pub(crate) async fn open(
    State(site): State<Site>,
    visitor: Visitor,
    Path(procedure): Path<String>,
    mut posted: Posted,
) -> Answer {
    let actor = visitor.actor()?;
    let organ = own_organ(&actor)?;
    let (asker, id, act) = (actor.clone(), procedure.clone(), posted.get("act").to_owned());
    let mut sheet = site.ask(move |platform| sheet(platform, &asker, &id, &act)).await?;
    if posted.get("draft") == "1" {
        return keep(&site, &visitor, &sheet, &posted).await;
    }
    let files = sheet.fill(&mut posted);
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let (asker, (place, _)) = (actor.clone(), sheet.draft_of());
    let (key, act, form) = (sheet.key.clone(), sheet.act.id.clone(), sheet.form.clone());
    let has_files = !files.is_empty();
    let open = Open { key, procedure, organ, act, on, form, files };
    let shown = posted.get("alike").to_owned();
    let opened = site.ask(move |platform| platform.open_after_looking(&actor, open, Some(&shown))).await;
    if opened.is_ok() {
        site.ask(move |platform| platform.drop_draft(&asker, &place)).await?;
    }
    match opened {
        Ok(done) if done.receipt.is_some() => {
            Ok(visitor.page("申请回执", receipt(&visitor, &done, &sheet.title)))
        }
        Ok(done) => Ok(Redirect::to(&format!("/cases/{}", done.case)).into_response()),
        Err(AppError::Alike(found)) => Ok(alike::first(sheet, &visitor, &found, has_files)),
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

fn own_organ(actor: &Actor) -> app::Result<String> {
    let organ = actor.organ.as_ref().filter(|_| actor.is_officer()).map(|(id, _)| id.clone());
    organ.ok_or_else(|| AppError::Forbidden {
        why: "新办案件供机关工作人员使用".to_owned(),
        help: "申请人请使用“网上申请”。".to_owned(),
    })
}

fn sheet(platform: &Platform, actor: &Actor, id: &str, act: &str) -> app::Result<Sheet> {
    let organ: Organ = platform.organ(&own_organ(actor)?)?;
    let today = platform.today();
    let missing = || AppError::NotFound { what: "本机关可以办理的这个程序".to_owned() };
    let pack = platform.rules().pack_on(id, today);
    let procedure = pack.map(|pack| &pack.file.procedure);
    let procedure = procedure.ok_or_else(missing)?;
    if !procedure.held_by.contains(&organ.kind) {
        return Err(not_held(&organ, procedure));
    }
    let acts = open_to_officers(procedure);
    let chosen = chosen(&acts, act).ok_or_else(missing)?;
    let path = format!("/cases/new/{id}");
    let title = format!("{}：{}", procedure.name, chosen.name);
    let mut sheet = Sheet::new(title, chosen.clone(), path.clone(), today);
    sheet.offer(platform, true)?;
    sheet.keeps_draft = true;
    sheet.lead = html! {
        p { "承办机关：" (organ.name) "。" a href=(format!("/procedures/{id}")) { "办事指南" } }
        (others(&acts, chosen, &path))
    };
    Ok(sheet)
}

/// Why an officer does not open what the portal offers to citizens: the law gives it to organs of another kind.
fn not_held(organ: &Organ, procedure: &Procedure) -> AppError {
    AppError::Forbidden {
        why: format!("“{}”不由{}这一类机关受理，没有登记", procedure.name, organ.name),
        help: format!(
            "哪些机关受理，见办事指南“{}”；当事人要办的，请他到受理机关提出，或者不用登录在“网上申请”里填写。",
            procedure.name
        ),
    }
}

fn open_to_officers(procedure: &Procedure) -> Vec<&Act> {
    let kinds = [RoleKind::Officer, RoleKind::Organ, RoleKind::Outside];
    let is_ours = |at: &usize| procedure.roles.get(*at).is_some_and(|role| kinds.contains(&role.kind));
    procedure.acts.iter().filter(|act| act.opens_case && act.by.iter().any(is_ours)).collect()
}

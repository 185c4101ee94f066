//! Applying on the portal, with an account or without.

use app::{AppError, Done, Open, Platform};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use norms::{Act, Procedure, RoleKind};

use crate::pages::alike;
use crate::pages::home::by_field;
use crate::pages::opening::{Asked, chosen, others};
use crate::parts::quoted;
use crate::posted::Posted;
use crate::sheet::Sheet;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// A procedure that citizens may begin. 网上服务
pub(crate) struct Service {
    pub id: String,
    pub name: String,
    /// The field that it belongs to, by its folder.
    pub system: String,
}

/// The opening acts that are a party's to do.
pub(crate) fn open_to_parties(procedure: &Procedure) -> Vec<&Act> {
    let is_party = |at: &usize| procedure.roles.get(*at).is_some_and(|role| role.kind == RoleKind::Party);
    procedure.acts.iter().filter(|act| act.opens_case && act.by.iter().any(is_party)).collect()
}

pub(crate) fn services(platform: &Platform) -> Vec<Service> {
    let packs = platform.rules().in_force(platform.today());
    let procedures = packs.map(|pack| &pack.file.procedure);
    let open = procedures.filter(|procedure| !open_to_parties(procedure).is_empty());
    open.map(|one| Service { id: one.id.clone(), name: one.name.clone(), system: one.system.clone() })
        .collect()
}

pub(crate) async fn choose(State(site): State<Site>, visitor: Visitor) -> Answer {
    let services = site.platform().rules().by_system(services(site.platform()), |one| one.system.as_str());
    Ok(visitor.page("网上申请", choices(&services)))
}

pub(crate) async fn form(
    State(site): State<Site>,
    visitor: Visitor,
    Path(procedure): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    if visitor.is_officer() {
        return Ok(Redirect::to(&format!("/cases/new/{}", quoted(&procedure))).into_response());
    }
    let sheet = site.ask(move |platform| sheet(platform, &procedure, &asked.act)).await?;
    Ok(sheet.page(&visitor))
}

pub(crate) async fn apply(
    State(site): State<Site>,
    visitor: Visitor,
    Path(procedure): Path<String>,
    mut posted: Posted,
) -> Answer {
    let (id, act) = (procedure.clone(), posted.get("act").to_owned());
    let mut sheet = site.ask(move |platform| sheet(platform, &id, &act)).await?;
    let files = sheet.fill(&mut posted);
    let on = match sheet.day() {
        Ok(on) => on,
        Err(error) => return Ok(sheet.again(&visitor, &error)),
    };
    let (key, organ, form) = (sheet.key.clone(), sheet.holder.clone(), sheet.form.clone());
    let open = Open { key, procedure, organ, act: sheet.act.id.clone(), on, form, files };
    let (actor, has_files) = (visitor.applicant(), !open.files.is_empty());
    let shown = posted.get("alike").to_owned();
    match site.ask(move |platform| platform.open_after_looking(&actor, open, Some(&shown))).await {
        Ok(done) => Ok(visitor.page("申请回执", receipt(&visitor, &done, &sheet.title))),
        Err(AppError::Alike(found)) => Ok(alike::first(sheet, &visitor, &found, has_files)),
        Err(error) => Ok(sheet.again(&visitor, &error)),
    }
}

fn sheet(platform: &Platform, id: &str, act: &str) -> app::Result<Sheet> {
    let today = platform.today();
    let pack = platform.rules().pack_on(id, today);
    let procedure = pack.map(|pack| &pack.file.procedure).ok_or_else(missing)?;
    let acts = open_to_parties(procedure);
    let chosen = chosen(&acts, act).ok_or_else(missing)?;
    let path = format!("/apply/{id}");
    let title = format!("{}：{}", procedure.name, chosen.name);
    let mut sheet = Sheet::new(title, chosen.clone(), path.clone(), today);
    let organs = platform.organs()?;
    let able = organs.iter().filter(|organ| procedure.held_by.contains(&organ.kind));
    sheet.holders = able.map(|organ| (organ.id.clone(), organ.name.clone())).collect();
    if let [(only, _)] = sheet.holders.as_slice() {
        sheet.holder.clone_from(only);
    }
    sheet.offer(platform, false)?;
    // Online, the day of the application is the day it arrives.
    sheet.on = None;
    "提交申请".clone_into(&mut sheet.submit);
    sheet.lead = html! {
        p { "提交之日为" (today.chinese()) "。提交以后会得到编号和查询码，凭它们随时可以查看办理情况。"
            a href=(format!("/procedures/{id}")) { "办事指南" } }
        (others(&acts, chosen, &path))
    };
    Ok(sheet)
}

fn missing() -> AppError {
    AppError::NotFound { what: "可以在网上申请的这个事项".to_owned() }
}

fn choices(services: &[(String, Vec<Service>)]) -> Markup {
    html! {
        h1 { "网上申请" }
        p.lead { "选一件事开始填写。不用先注册；办理要多久、要什么材料，表里都写明。" }
        h2.unseen { "可以申请的事项" }
        (by_field(services))
        p { "有账号的，登录后提交可以在“我的办件”里继续办理；没有账号的，凭回执上的编号和查询码查询。" }
    }
}

/// What the applicant keeps. The code is shown here and nowhere else.
pub(crate) fn receipt(visitor: &Visitor, done: &Done, title: &str) -> Markup {
    html! {
        div.receipt {
            h1 { "申请回执" }
            p.good role="status" { "已经提交：" (title) "。" }
            dl.facts {
                div { dt { "编号" } dd.big { (done.case_number.as_deref().unwrap_or("")) } }
                @if let Some(code) = &done.receipt { div { dt { "查询码" } dd.big { code { (code) } } } }
                div { dt { "日志校验值" } dd { code.hash { (done.hash) } } }
            }
            div.notice {
                p { strong { "请打印、截屏或者抄下编号和查询码。" } "查询码只在这里显示一次，凭编号和查询码可以查看办理情况，请不要告诉无关的人。" }
            }
            p.actions.unprinted {
                a.button href="/follow" { "去查办件" }
                @if visitor.signed_in.is_some() { " " a.button.second href=(format!("/cases/{}", done.case)) { "打开案件" } }
            }
        }
    }
}

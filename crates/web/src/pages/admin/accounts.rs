//! The list of accounts, and a new one.

use app::{
    AccountLine, AccountState, AccountsAsked, AppError, NewAccount, Organ, ResetLine, StaleSoon, local_time,
};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use store::account::Rank;

use crate::design::field::Field;
use crate::design::shown::{Tone, crumbs, empty, tabs, tag};
use crate::fault::{Fault, status_of, told};
use crate::parts::{self, quoted};
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which accounts, and from where on.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    after: String,
}

const TABS: [(&str, &str); 4] =
    [("", "全部"), ("waiting", "等待授权"), ("idle", "将要停用"), ("admins", "管理员")];

pub(super) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let actor = visitor.actor()?;
    let which = match asked.show.as_str() {
        "waiting" => AccountsAsked::Waiting,
        "idle" => AccountsAsked::Idle,
        "admins" => AccountsAsked::Admins,
        _ => AccountsAsked::All,
    };
    let after = asked.after.clone();
    let ((lines, next), soon, resets) = site
        .ask(move |platform| {
            let is_system = actor.rank == Rank::SystemAdmin;
            let resets = if is_system { platform.resets_waiting(&actor)? } else { Vec::new() };
            Ok((platform.accounts(&actor, which, &after)?, platform.stale_soon()?, resets))
        })
        .await?;
    let next = next.map(|after| parts::query("/admin/accounts", &[("show", &asked.show), ("after", &after)]));
    Ok(visitor.page("账号", render(&visitor, &asked.show, (&lines, &resets), next.as_deref(), soon)))
}

fn render(
    visitor: &Visitor,
    show: &str,
    (lines, resets): (&[AccountLine], &[ResetLine]),
    next: Option<&str>,
    soon: StaleSoon,
) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td.some { a href=(format!("/admin/accounts/{}", quoted(&line.login))) { (line.login) } }
                td.some { (line.name) }
                td.wide { (line.organ) }
                td.standing { (line.rank.name()) }
                td.standing { (badge(line.state)) }
                td.some { (line.signed_in_at.map_or("从未登录".to_owned(), local_time)) }
                td.standing { @if line.has_second_factor { "已绑定" } @else { "没有" } }
                td.some { (line.stale_at.map_or(String::new(), local_time)) }
            }
        }
    };
    let head = ["登录名", "姓名", "单位", "级别", "状态", "最近登录", "验证程序", "不登录即停用"];
    html! {
        div.row {
            h1 { "账号" }
            @if is_system(visitor) { a.button href="/admin/accounts/new" { "新建账号" } }
        }
        @if !resets.is_empty() {
            div.notice.warn {
                p { "有重设等待您同意：" }
                ul { @for one in resets { li { a href=(format!("/admin/accounts/{}", quoted(&one.login))) { (one.name) "（" (one.login) "）" } "重设" (one.what.name()) "，" (one.asked_by) (local_time(one.asked_at)) "提出" } } }
            }
        }
        @if soon.count > 0 {
            div.notice.warn {
                p { (soon.count) @if soon.or_more { "个以上" } @else { "个" } "账号长期没有登录，两周以内将自动停用。" a href="/admin/accounts?show=idle" { "查看" } }
            }
        }
        (tabs("账号范围", &TABS.map(|(id, name)| (parts::query("/admin/accounts", &[("show", id)]), name.to_owned(), id == show))))
        @if lines.is_empty() { (empty("没有这样的账号。", Some(("/admin/accounts", "看全部账号")))) } @else { (parts::table("账号", &head, &rows)) }
        (parts::next_page(next))
    }
}

fn is_system(visitor: &Visitor) -> bool {
    visitor.signed_in.as_ref().is_some_and(|one| one.actor.rank == Rank::SystemAdmin)
}

pub(super) fn badge(state: AccountState) -> Markup {
    match state {
        AccountState::Open => tag(Tone::Good, "可以登录"),
        AccountState::Waiting => tag(Tone::Warn, "等待授权"),
        AccountState::Locked => tag(Tone::Bad, "锁定中"),
        AccountState::Closed => tag(Tone::Plain, "已停用"),
    }
}

/// What was typed for a new account.
#[derive(Debug, Default)]
struct Typed {
    login: String,
    name: String,
    organ: String,
    rank: String,
}

pub(super) async fn new_form(State(site): State<Site>, visitor: Visitor) -> Answer {
    page(&site, &visitor, &Typed::default(), None).await
}

async fn page(site: &Site, visitor: &Visitor, typed: &Typed, error: Option<&AppError>) -> Answer {
    let organs = site.ask(app::Platform::organs).await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, "新建账号", new_page(visitor, &organs, typed, error)))
}

/// Only these fields count: whatever else a form brings is not looked at.
pub(super) async fn add(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let actor = visitor.actor()?;
    let text = |name: &str| posted.get(name).trim().to_owned();
    let typed = Typed { login: text("login"), name: text("name"), organ: text("organ"), rank: text("rank") };
    let Some(rank) = Rank::parse(&typed.rank) else { return Err(Fault::of_status(StatusCode::BAD_REQUEST)) };
    let new = NewAccount {
        login: typed.login.clone(),
        name: typed.name.clone(),
        password: String::new(),
        organ: Some(typed.organ.clone()).filter(|organ| !organ.is_empty()),
        rank,
    };
    let origin = visitor.origin();
    match site.ask(move |platform| platform.admin_add_account(&actor, new, &origin)).await {
        Ok(password) => Ok(told_once(&visitor, "新建账号", &typed.login, &password)),
        Err(error @ (AppError::Wrong { .. } | AppError::Invalid(_) | AppError::NotFound { .. })) => {
            page(&site, &visitor, &typed, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page that tells a password, once.
pub(super) fn told_once(visitor: &Visitor, title: &str, login: &str, password: &str) -> Response {
    let content = html! {
        div.narrow {
            h1 { (title) }
            div.notice.warn { p { "密码只显示这一次。请当面或者用密封的方式交给本人；本人第一次登录时必须换成自己的密码。" } }
            dl.facts {
                div { dt { "登录名" } dd { code { (login) } } }
                div { dt { "密码" } dd { code.big { (password) } } }
            }
            p.actions { a.button href=(format!("/admin/accounts/{}", quoted(login))) { "记好了" } }
        }
    };
    visitor.page(title, content)
}

fn new_page(visitor: &Visitor, organs: &[Organ], typed: &Typed, error: Option<&AppError>) -> Markup {
    let choices: Vec<(String, String)> =
        organs.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
    html! {
        div.narrow {
            (crumbs(&[("/admin/accounts", "账号")]))
            h1 { "新建账号" }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            form.sheet method="post" action="/admin/accounts/new" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                (Field::new("login", "登录名").hint("2至40个字母、汉字、数字").required().line("login", &typed.login))
                (Field::new("name", "姓名").required().line("name", &typed.name))
                (Field::new("organ", "单位").choice("organ", "没有（申请人）", &choices, &typed.organ))
                (rank_choice(Rank::parse(&typed.rank).unwrap_or(Rank::Staff)))
                p.actions { button type="submit" { "新建" } }
            }
            p.hint { "新建的账号要由安全管理员授权以后才能登录。" }
        }
    }
}

/// The ranks that are given on pages.
pub(super) fn rank_choice(chosen: Rank) -> Markup {
    let ranks = [Rank::Citizen, Rank::Staff, Rank::Head];
    let choices: Vec<(String, String)> =
        ranks.map(|rank| (rank.id().to_owned(), rank.name().to_owned())).into();
    Field::new("rank", "级别").choice("rank", "", &choices, chosen.id())
}

//! One's own account: password, second factor, sessions.

mod data;
mod password;
mod programs;
mod second;
mod sessions;

use app::{ResetLine, SecondFactor, SessionLine, local_time};
use axum::extract::State;
use maud::{Markup, html};

pub(crate) use self::programs::reach;
use crate::routes::{Row, Who, form, page, takes};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    let rows = [
        page("/account", show),
        page("/account/data", data::show),
        page("/account/data/file", data::file).taken_away(),
        form("/account/password", password::form, password::change),
        form("/account/second", second::form, second::confirm),
        takes("/account/second/recovery", second::recovery),
        takes("/account/second/leave", second::leave),
        takes("/account/bind/{provider}", crate::pages::sign_on::bind),
        takes("/account/unbind", unbind),
        takes("/account/programs/agree", programs::agree),
        takes("/account/programs/end", programs::end),
        takes("/account/sessions/end", sessions::end),
        takes("/account/sessions/end-others", sessions::end_others),
    ];
    rows.into_iter().map(|row| row.who(Who::Account)).collect()
}

async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let (token, actor) = (visitor.session()?, visitor.actor()?);
    let (second, sessions, bound, programs, resets) = site
        .ask(move |platform| {
            let (second, sessions) = (platform.second_factor(&token)?, platform.sessions(&token)?);
            let (bound, programs) = (platform.identities(&token)?.len(), platform.own_clients(&actor)?);
            Ok((second, sessions, bound, programs, platform.own_resets(&actor)?))
        })
        .await?;
    let content = html! {
        (render(&visitor, &second, &sessions))
        (resets_of(&resets))
        (programs::section(&visitor, &programs))
        (identities(&site, &visitor, bound))
    };
    Ok(visitor.page("我的账号", content))
}

async fn unbind(State(site): State<Site>, visitor: Visitor, _: crate::posted::Posted) -> Answer {
    let (token, origin) = (visitor.session()?, visitor.origin());
    site.ask(move |platform| platform.unbind_identities(&token, &origin)).await?;
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to("/account")))
}

/// What administrators reset of this account: its owner sees each of them.
fn resets_of(resets: &[ResetLine]) -> Markup {
    let rows = html! {
        @for one in resets {
            tr {
                td.some { (local_time(one.asked_at)) }
                td.some { (one.what.name()) }
                td.wide { (one.reason) }
                td.some { (one.asked_by) @if let Some(by) = one.decided_by.as_ref().filter(|by| **by != one.asked_by) { "、" (by) } }
                td.standing { (one.outcome) }
            }
        }
    };
    html! {
        @if !resets.is_empty() {
            h2 { "管理员办理的重设" }
            p { "有不是您要求的，请立即告诉本单位负责人和审计管理员。" }
            (crate::parts::table("管理员办理的重设", &["时间", "内容", "理由", "办理人", "结果"], &rows))
        }
    }
}

/// Binding this account to identities elsewhere, and unbinding them.
fn identities(site: &Site, visitor: &Visitor, bound: usize) -> Markup {
    let is_admin = visitor.signed_in.as_ref().is_some_and(|one| one.actor.rank.is_admin());
    html! {
        @if !site.providers().is_empty() && !is_admin {
            h2 { "统一身份认证" }
            p { @if bound == 0 { "还没有绑定。绑定以后，可以不用密码，从认证方登录。" } @else { "已绑定" (bound) "个身份。" } }
            @for one in site.providers() {
                form method="post" action=(format!("/account/bind/{}", one.id)) {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    p.actions { button.second type="submit" { "绑定" (one.name) } }
                }
            }
            @if bound > 0 {
                form method="post" action="/account/unbind" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    p.actions { button.second type="submit" { "全部解除" } }
                }
            }
        }
    }
}

fn render(visitor: &Visitor, second: &SecondFactor, sessions: &[SessionLine]) -> Markup {
    html! {
        h1 { "我的账号" }
        @if let Some(signed_in) = &visitor.signed_in {
            dl.facts {
                div { dt { "姓名" } dd { (signed_in.actor.name) } }
                @if let Some((_, organ)) = &signed_in.actor.organ { div { dt { "单位" } dd { (organ) } } }
                div { dt { "级别" } dd { (signed_in.actor.rank.name()) } }
                div { dt { "个人信息" } dd { a href="/account/data" { "查看和下载" } } }
                div { dt { "密码" } dd { a href="/account/password" { "修改密码" } } }
                div { dt { "验证程序" } dd { (second::state(second)) " " a href="/account/second" { @if second.since.is_some() { "管理" } @else { "绑定" } } } }
            }
        }
        (sessions::section(visitor, sessions))
    }
}

/// An input with its label.
fn input(id: &str, label: &str, kind: &str, autocomplete: &str) -> Markup {
    crate::design::field::Field::new(id, label).required().input(id, "", kind, autocomplete)
}

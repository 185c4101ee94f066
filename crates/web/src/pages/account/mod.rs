//! One's own account: password, second factor, sessions.

mod password;
mod second;
mod sessions;

use app::{SecondFactor, SessionLine};
use axum::extract::State;
use maud::{Markup, html};

use crate::routes::{Row, Who, form, page, takes};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    let rows = [
        page("/account", show),
        form("/account/password", password::form, password::change),
        form("/account/second", second::form, second::confirm),
        takes("/account/second/recovery", second::recovery),
        takes("/account/second/leave", second::leave),
        takes("/account/sessions/end", sessions::end),
        takes("/account/sessions/end-others", sessions::end_others),
    ];
    rows.into_iter().map(|row| row.who(Who::Account)).collect()
}

async fn show(State(site): State<Site>, visitor: Visitor) -> Answer {
    let token = visitor.session()?;
    let (second, sessions) =
        site.ask(move |platform| Ok((platform.second_factor(&token)?, platform.sessions(&token)?))).await?;
    Ok(visitor.page("我的账号", render(&visitor, &second, &sessions)))
}

fn render(visitor: &Visitor, second: &SecondFactor, sessions: &[SessionLine]) -> Markup {
    html! {
        h1 { "我的账号" }
        @if let Some(signed_in) = &visitor.signed_in {
            dl.facts {
                div { dt { "姓名" } dd { (signed_in.actor.name) } }
                @if let Some((_, organ)) = &signed_in.actor.organ { div { dt { "单位" } dd { (organ) } } }
                div { dt { "级别" } dd { (signed_in.actor.rank.name()) } }
                div { dt { "密码" } dd { a href="/account/password" { "修改密码" } } }
                div { dt { "验证程序" } dd { (second::state(second)) " " a href="/account/second" { @if second.since.is_some() { "管理" } @else { "绑定" } } } }
            }
        }
        (sessions::section(visitor, sessions))
    }
}

/// An input with its label.
fn input(id: &str, label: &str, kind: &str, autocomplete: &str) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) name=(id) type=(kind) autocomplete=(autocomplete) required;
        }
    }
}

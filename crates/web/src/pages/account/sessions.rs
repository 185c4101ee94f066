//! One's own sessions: where one is signed in, and how to end it.

use app::{SessionLine, local_time};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn end(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (token, id, origin) = (visitor.session()?, posted.get("session").to_owned(), visitor.origin());
    site.ask(move |platform| platform.end_session(&token, &id, &origin)).await?;
    Ok(Redirect::to("/account").into_response())
}

pub(super) async fn end_others(State(site): State<Site>, visitor: Visitor, _: Posted) -> Answer {
    let (token, origin) = (visitor.session()?, visitor.origin());
    site.ask(move |platform| platform.end_other_sessions(&token, &origin)).await?;
    Ok(Redirect::to("/account").into_response())
}

pub(super) fn section(visitor: &Visitor, sessions: &[SessionLine]) -> Markup {
    let rows = html! {
        @for one in sessions {
            tr {
                td.some { (local_time(one.created_at)) @if one.is_own { " " span.badge.blue { "这一次" } } }
                td.some { (local_time(one.seen_at)) }
                td.standing { (one.address.as_deref().unwrap_or("没有记录")) }
                td.wide { (one.agent) }
                td {
                    @if !one.is_own {
                        form method="post" action="/account/sessions/end" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            input type="hidden" name="session" value=(one.id);
                            button.second type="submit" { "结束" }
                        }
                    }
                }
            }
        }
    };
    html! {
        section aria-labelledby="sessions" {
            h2 id="sessions" { "我的登录" }
            p { "不是您自己登录的，请立即结束，并修改密码，告诉本单位的安全管理员。" }
            (parts::table("我的登录", &["登录时间", "最近使用", "地址", "浏览器", "操作"], &rows))
            @if sessions.len() > 1 {
                form method="post" action="/account/sessions/end-others" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    button type="submit" { "结束其他全部登录" }
                }
            }
        }
    }
}

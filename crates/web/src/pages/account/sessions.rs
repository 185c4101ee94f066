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
                td.wide { (browser(&one.agent)) }
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

/// What a browser says of itself, in the words by which people know it; what none of them is, as it says it.
fn browser(agent: &str) -> String {
    // The order matters: most browsers also name those that they came from.
    let kinds = [
        ("MicroMessenger", "微信"),
        ("DingTalk", "钉钉"),
        ("Edg", "Edge 浏览器"),
        ("360SE", "360浏览器"),
        ("QQBrowser", "QQ浏览器"),
        ("Firefox", "火狐浏览器"),
        ("Chrome", "Chrome 浏览器"),
        ("Safari", "Safari 浏览器"),
    ];
    let systems = [
        ("HarmonyOS", "鸿蒙"),
        ("Android", "安卓"),
        ("iPhone", "苹果手机"),
        ("iPad", "苹果平板"),
        ("Windows", "Windows"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux"),
    ];
    let among = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (among(&kinds), among(&systems)) {
        (Some(kind), Some(system)) => format!("{kind}，{system}"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_called_by_their_names() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0";
        assert_eq!(browser(edge), "Edge 浏览器，Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/604.1";
        assert_eq!(browser(phone), "Safari 浏览器，苹果手机");
        assert_eq!(browser("curl/8.5"), "curl/8.5");
    }
}

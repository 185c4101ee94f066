//! The programs that act in one's own name: agreeing to them and ending them.

use app::{ClientLine, local_time};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn agree(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, id, origin) = (visitor.actor()?, posted.get("program").to_owned(), visitor.origin());
    site.ask(move |platform| platform.agree_client(&actor, &id, &origin)).await?;
    Ok(Redirect::to("/account#programs").into_response())
}

pub(super) async fn end(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, id, origin) = (visitor.actor()?, posted.get("program").to_owned(), visitor.origin());
    site.ask(move |platform| platform.end_own_client(&actor, &id, &origin)).await?;
    Ok(Redirect::to("/account#programs").into_response())
}

/// How far a program reaches, in words.
pub(crate) fn reach(line: &ClientLine) -> Markup {
    let reach = line.scope.reach;
    html! {
        (reach.name()) @if let Some(procedure) = &line.procedure { "，限于" (procedure) }
        span.sub { (reach.told()) }
    }
}

pub(super) fn section(visitor: &Visitor, lines: &[ClientLine]) -> Markup {
    let button = |path: &str, id: &str, label: &str, class: &str| {
        html! {
            form method="post" action=(path) {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="program" value=(id);
                button class=(class) type="submit" { (label) }
            }
        }
    };
    let rows = html! {
        @for line in lines {
            tr {
                td.wide { (line.name) }
                td.wide { (reach(line)) }
                td.day { @match line.agreed_at { Some(at) => (local_time(at)), None => span.badge.amber { "等您同意" } } }
                td.day { (line.used_at.map_or("没有用过".to_owned(), local_time)) }
                td {
                    @if line.agreed_at.is_none() { (button("/account/programs/agree", &line.id, "同意", "")) }
                    (button("/account/programs/end", &line.id, if line.agreed_at.is_none() { "不同意" } else { "停用" }, "second"))
                }
            }
        }
    };
    html! {
        @if !lines.is_empty() {
            section aria-labelledby="programs" {
                h2 id="programs" { "以我的名义办事的程序" }
                p { "安全管理员登记的程序，您同意以后，可以在下面写明的范围里用您的权限；它办的事，案卷里记在您名下。范围不能再改，要改的另行登记、重新同意；您随时可以停用。不知道它是做什么的，不要同意。" }
                (parts::table("以我的名义办事的程序", &["名称", "可以", "同意", "最近使用", "操作"], &rows))
            }
        }
    }
}

//! The rules of all accounts.

use app::{AccountRules, AppError};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use store::account::Rank;

use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

const NUMBERS: [(&str, &str, &str); 4] = [
    ("password_days", "工作人员的密码最长使用（天）", "0 表示不限，最多 365"),
    ("stale_days", "工作人员多少天不登录，自动停用（天）", "0 表示不停用，最多 365；停用前两周列出"),
    ("idle_minutes", "多少分钟不操作，自动退出（分钟）", "5 至 60"),
    ("session_hours", "一次登录最长（小时）", "1 至 24，到时即使一直在用也要重新登录"),
];

pub(super) async fn form(State(site): State<Site>, visitor: Visitor) -> Answer {
    let rules = site.ask(app::Platform::account_rules).await?;
    Ok(visitor.page("账号规则", render(&visitor, &rules, None)))
}

pub(super) async fn change(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    // What is no number is out of bounds.
    let number = |name: &str| posted.get(name).trim().parse().unwrap_or(u32::MAX);
    let ranks: Vec<Rank> = posted.all("second_factor").filter_map(Rank::parse).collect();
    let rules = AccountRules {
        password_days: number("password_days"),
        stale_days: number("stale_days"),
        idle_minutes: number("idle_minutes"),
        session_hours: number("session_hours"),
        second_factor: ranks,
    };
    let kept = rules.clone();
    match site.ask(move |platform| platform.change_account_rules(&actor, &rules, &origin)).await {
        Ok(()) => Ok((StatusCode::SEE_OTHER, Redirect::to("/admin/security")).into_response()),
        Err(error @ AppError::Invalid(_)) => {
            let content = render(&visitor, &kept, Some(&error));
            Ok(visitor.page_with(status_of(&error), "账号规则", content))
        }
        Err(error) => Err(error.into()),
    }
}

fn render(visitor: &Visitor, rules: &AccountRules, error: Option<&AppError>) -> Markup {
    let value = |name: &str| match name {
        "password_days" => rules.password_days,
        "stale_days" => rules.stale_days,
        "idle_minutes" => rules.idle_minutes,
        _ => rules.session_hours,
    };
    html! {
        h1 { "账号规则" }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        form.sheet method="post" action="/admin/security" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            @for (id, label, hint) in NUMBERS {
                div.field {
                    label for=(id) { (label) }
                    p.hint id=(format!("{id}-hint")) { (hint) }
                    input id=(id) name=(id) type="number" min="0" max="365" value=(value(id)) aria-describedby=(format!("{id}-hint")) required;
                }
            }
            fieldset.field {
                legend { "哪些级别必须绑定验证程序" }
                div.choices {
                    @for rank in Rank::ALL {
                        label.choice {
                            input type="checkbox" name="second_factor" value=(rank.id()) checked[rules.second_factor.contains(&rank)];
                            (rank.name())
                        }
                    }
                }
            }
            p.actions { button type="submit" { "保存" } }
        }
        p.hint { "立即生效，记入操作日志。密码本身的要求（10个字符以上、三种字符、不重复最近五次）和锁定（连续输错五次，15分钟）不能放宽。" }
    }
}

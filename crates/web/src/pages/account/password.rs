//! Another password for one's own account.

use app::{AppError, Need};
use axum::extract::State;
use maud::{Markup, html};

use super::input;
use crate::fault::{status_of, told};
use crate::pages::sign_in::signed_in;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn form(visitor: Visitor) -> Answer {
    Ok(visitor.page("修改密码", page(&visitor, None)))
}

pub(super) async fn change(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (old, new) = (posted.get("old").to_owned(), posted.get("password").to_owned());
    if new != posted.get("again") {
        let error = AppError::Wrong {
            code: "not_the_same",
            why: "两次输入的新密码不一样".to_owned(),
            help: "请重新输入。".to_owned(),
        };
        return Ok(visitor.page_with(status_of(&error), "修改密码", page(&visitor, Some(&error))));
    }
    let (token, origin) = (visitor.session()?, visitor.origin());
    match site.ask(move |platform| platform.change_password(&token, &old, &new, &origin)).await {
        Ok(token) => Ok(signed_in(&site, &visitor, &token, "/account").await),
        Err(error @ (AppError::Wrong { .. } | AppError::Invalid(_))) => {
            Ok(visitor.page_with(status_of(&error), "修改密码", page(&visitor, Some(&error))))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visitor: &Visitor, error: Option<&AppError>) -> Markup {
    let must = visitor.waiting.as_ref().is_some_and(|one| one.need == Some(Need::NewPassword));
    html! {
        div.narrow {
            h1 { "修改密码" }
            @if let Some(error) = error { (parts::findings(&told(error))) } @else if must {
                div.notice.warn { p { "现在的密码是别人发给您的，或者已经用得太久。请换一个只有您知道的密码，再办别的事。" } }
            }
            form.sheet method="post" action="/account/password" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                (input("old", "现在的密码", "password", "current-password"))
                (input("password", "新密码", "password", "new-password"))
                (input("again", "再输一次新密码", "password", "new-password"))
                p.actions { button type="submit" { "修改" } }
            }
            p.hint { "10至128个字符；大写字母、小写字母、数字、其他符号，至少要有其中三种；不能含有登录名，不能是常见的密码，不能与最近五次用过的相同。改好以后，您在别处的登录都会结束。" }
        }
    }
}

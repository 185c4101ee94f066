//! Signing in and out.

use app::AppError;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::fault::{status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::secure::local_path;
use crate::site::Site;
use crate::visitor::{Answer, SESSION, Visitor, cookie, set_cookie};

/// Where to go afterwards.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

pub(crate) async fn form(visitor: Visitor, Query(next): Query<Next>) -> Answer {
    let next = local_path(&next.next).unwrap_or("/");
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    Ok(visitor.page("登录", page(&visitor, next, "", None)))
}

pub(crate) async fn sign_in(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (login, password) = (posted.get("login").to_owned(), posted.get("password").to_owned());
    let next = local_path(posted.get("next")).unwrap_or("/").to_owned();
    let asked = login.clone();
    let token = site.ask(move |platform| platform.sign_in(&asked, &password)).await;
    match token {
        Ok(token) => Ok(signed_in(&site, &visitor, &token, &next).await),
        Err(error @ AppError::Wrong { .. }) => {
            let content = page(&visitor, &next, &login, Some(&error));
            Ok(visitor.page_with(status_of(&error), "登录", content))
        }
        Err(error) => Err(error.into()),
    }
}

/// An officer who wanted nothing in particular goes to the desk, a citizen to their cases.
async fn signed_in(site: &Site, visitor: &Visitor, token: &str, next: &str) -> Response {
    let kept = token.to_owned();
    let found = site.ask(move |platform| platform.session(&kept)).await.ok().flatten();
    let is_officer = found.is_some_and(|one| one.actor.is_officer());
    let home = if is_officer { "/desk" } else { "/cases" };
    let next = if next == "/" { home } else { next };
    let cookie = set_cookie(SESSION, token, None, visitor.secure);
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    (StatusCode::SEE_OTHER, headers, Redirect::to(next)).into_response()
}

pub(crate) async fn sign_out(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    _: Posted,
) -> Answer {
    if let Some(token) = cookie(&headers, SESSION).map(str::to_owned) {
        site.ask(move |platform| platform.sign_out(&token)).await?;
    }
    let gone = AppendHeaders([(header::SET_COOKIE, set_cookie(SESSION, "", Some(0), visitor.secure))]);
    Ok((gone, Redirect::to("/")).into_response())
}

fn page(visitor: &Visitor, next: &str, login: &str, error: Option<&AppError>) -> Markup {
    html! {
        div.narrow {
            h1 { "登录" }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            form.sheet method="post" action="/sign-in" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="login" { "账号" }
                    input id="login" name="login" type="text" value=(login) autocomplete="username" required;
                }
                div.field {
                    label for="password" { "密码" }
                    input id="password" name="password" type="password" autocomplete="current-password" required;
                }
                p.actions { button type="submit" { "登录" } }
            }
            p.hint { "没有账号也可以在网上提出申请、凭回执查询办件。忘记密码的，请联系本单位管理员。" }
        }
    }
}

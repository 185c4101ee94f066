//! Signing in, in one step or two, and out.

use app::{AppError, Need};
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use maud::{Markup, html};
use store::account::Rank;

use crate::design::field::Field;
use crate::edge::{Limit, whose};
use crate::fault::{Fault, status_of, told};
use crate::pages::sign_on;
use crate::parts;
use crate::posted::Posted;
use crate::secure::local_path;
use crate::site::Site;
use crate::visitor::{Answer, Cookie, Visitor, set_cookie};

/// Where to go afterwards.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// A place on this site.
    pub fn place(&self) -> &str {
        local_path(&self.next).unwrap_or("/")
    }
}

pub(crate) async fn form(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Next>) -> Answer {
    let next = asked.place();
    if let Some(first) = visitor.first() {
        return Ok(Redirect::to(&with_next(first, next)).into_response());
    }
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let content = html! {
        (page(&visitor, (next, ""), "", None))
        @if !site.providers().is_empty() { div.narrow { (sign_on::choices(&site, &asked)) } }
    };
    Ok(visitor.page("登录", content))
}

pub(crate) async fn sign_in(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (login, password) = (posted.get("login").to_owned(), posted.get("password").to_owned());
    let next = local_path(posted.get("next")).unwrap_or("/").to_owned();
    let bucket = login.trim().to_lowercase();
    let kept = posted.get("kept").to_owned();
    site.limits().take(Limit::Account, &bucket).map_err(Fault::TooMany)?;
    let (asked, origin, old) = (login.clone(), visitor.origin(), visitor.token.clone());
    let token = site
        .ask(move |platform| {
            let token = platform.sign_in(&asked, &password, &origin)?;
            // Whoever was signed in with this browser is so no longer.
            if let Some(old) = old {
                platform.sign_out(old.text(), &origin)?;
            }
            Ok(token)
        })
        .await;
    match token {
        Ok(token) => {
            keep(&site, &token, &next, &kept).await?;
            // What was right counts for nothing: many people may come from one address.
            site.limits().give_back(Limit::SignIn, &whose(visitor.address));
            site.limits().give_back(Limit::Account, &bucket);
            Ok(signed_in(&site, &visitor, &token, &next).await)
        }
        Err(error @ AppError::Wrong { .. }) => {
            let content = page(&visitor, (&next, &kept), &login, Some(&error));
            Ok(visitor.page_with(status_of(&error), "登录", content))
        }
        Err(error) => Err(error.into()),
    }
}

/// The browser gets its new token, and goes where there is something to do first, or where its owner wanted.
pub(crate) async fn signed_in(site: &Site, visitor: &Visitor, token: &str, next: &str) -> Response {
    let kept = token.to_owned();
    let found = site.ask(move |platform| platform.session(&kept)).await.ok().flatten();
    let first = found.as_ref().and_then(|one| one.need).map(|need| match need {
        Need::SecondFactor => with_next("/sign-in/code", next),
        Need::NewPassword => "/account/password".to_owned(),
        Need::Enrolment => "/account/second".to_owned(),
    });
    let home = match found.map(|one| one.actor.rank) {
        Some(Rank::Staff | Rank::Head) => "/desk",
        Some(Rank::SystemAdmin | Rank::SecurityAdmin) => "/admin/accounts",
        Some(Rank::AuditAdmin) => "/admin/audit",
        _ => "/cases",
    };
    let next = first.unwrap_or_else(|| if next == "/" { home } else { next }.to_owned());
    let cookie = set_cookie(Cookie::Session, token, None, visitor.secure);
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    (StatusCode::SEE_OTHER, headers, Redirect::to(&next)).into_response()
}

fn with_next(path: &str, next: &str) -> String {
    parts::query(path, &[("next", if next == "/" { "" } else { next })])
}

pub(crate) async fn code_form(visitor: Visitor, Query(next): Query<Next>) -> Answer {
    let next = local_path(&next.next).unwrap_or("/");
    if !needs_code(&visitor) {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    Ok(visitor.page("验证码", code_page(&visitor, next, None)))
}

fn needs_code(visitor: &Visitor) -> bool {
    visitor.waiting.as_ref().is_some_and(|one| one.need == Some(Need::SecondFactor))
}

pub(crate) async fn code(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let Some(waiting) = visitor.waiting.as_ref().filter(|_| needs_code(&visitor)) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let next = local_path(posted.get("next")).unwrap_or("/").to_owned();
    let bucket = waiting.actor.account.clone();
    site.limits().take(Limit::Account, &bucket).map_err(Fault::TooMany)?;
    let (token, code, origin) = (visitor.session()?, posted.get("code").to_owned(), visitor.origin());
    match site.ask(move |platform| platform.pass_second_factor(&token, &code, &origin)).await {
        Ok(token) => {
            site.limits().give_back(Limit::SignIn, &whose(visitor.address));
            site.limits().give_back(Limit::Account, &bucket);
            Ok(signed_in(&site, &visitor, &token, &next).await)
        }
        Err(error @ AppError::Wrong { code: "wrong_code", .. }) => {
            let content = code_page(&visitor, &next, Some(&error));
            Ok(visitor.page_with(status_of(&error), "验证码", content))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn sign_out(State(site): State<Site>, visitor: Visitor, _: Posted) -> Answer {
    if let Ok(token) = visitor.session() {
        let origin = visitor.origin();
        site.ask(move |platform| platform.sign_out(&token, &origin)).await?;
    }
    let gone = set_cookie(Cookie::Session, "", Some(0), visitor.secure);
    Ok((AppendHeaders([(header::SET_COOKIE, gone)]), Redirect::to("/")).into_response())
}

/// What was filled in when the session ended becomes a draft of whoever signs in, and the form shows it again.
async fn keep(site: &Site, token: &str, place: &str, kept: &str) -> Result<(), Fault> {
    let is_form = place.starts_with("/cases/") || place.starts_with("/reports/drafts/");
    if kept.is_empty() || !is_form || Posted::from_written(kept).is_none() {
        return Ok(());
    }
    let (token, place, kept) = (token.to_owned(), place.to_owned(), kept.to_owned());
    site.ask(move |platform| match platform.session(&token)? {
        Some(one) => platform.save_draft(&one.actor.account, &place, "登录过期前填写的表单", &kept),
        None => Ok(()),
    })
    .await?;
    Ok(())
}

/// Whoever sent a form after the session had ended signs in and goes on; nothing is lost but chosen files.
pub(crate) fn lapsed(visitor: &Visitor, place: &str, kept: &str) -> Response {
    let content = html! {
        div.notice.warn role="alert" {
            p { strong { "登录已经过期，刚才提交的没有办理。" } "您填写的内容还在：重新登录后回到原来的表单，核对以后再提交；选过的附件要重新选。" }
        }
        (page(visitor, (place, kept), "", None))
    };
    visitor.page_with(StatusCode::FORBIDDEN, "登录已经过期", content)
}

fn page(visitor: &Visitor, (next, kept): (&str, &str), login: &str, error: Option<&AppError>) -> Markup {
    html! {
        div.narrow {
            h1 { "登录" }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            form.sheet method="post" action="/sign-in" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="next" value=(next);
                @if !kept.is_empty() { input type="hidden" name="kept" value=(kept); }
                (Field::new("login", "账号").required().input("login", login, "text", "username"))
                (Field::new("password", "密码").required().input("password", "", "password", "current-password"))
                p.actions { button type="submit" { "登录" } }
            }
            p.hint { "没有账号也可以在网上提出申请、凭回执查询办件。忘记密码的，请联系本单位的安全管理员。" }
        }
    }
}

fn code_page(visitor: &Visitor, next: &str, error: Option<&AppError>) -> Markup {
    html! {
        div.narrow {
            h1 { "验证码" }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            form.sheet method="post" action="/sign-in/code" {
                input type="hidden" name="csrf" value=(visitor.csrf);
                input type="hidden" name="next" value=(next);
                (Field::new("code", "手机上身份验证程序显示的六位数字，或者一个恢复码").required().input("code", "", "text", "one-time-code"))
                p.actions { button type="submit" { "继续" } }
            }
            p.hint { "手机丢失、恢复码也没有的，请联系本单位的安全管理员重置。" }
        }
    }
}

//! The second factor: putting it into use with a picture to scan, recovery codes, giving it up.

use app::{AppError, Enrolment, SecondFactor, local_time};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use maud::{Markup, html};

use super::input;
use crate::csrf::Csrf;
use crate::edge::Limit;
use crate::fault::{Fault, status_of, told};
use crate::parts;
use crate::posted::Posted;
use crate::qr;
use crate::site::Site;
use crate::visitor::{Answer, Cookie, Visitor, set_cookie};

const TITLE: &str = "验证程序";

/// What the page is about: a secret to be put in, or a factor in use.
enum Standing {
    New(Enrolment),
    InUse(SecondFactor),
}

pub(super) async fn form(State(site): State<Site>, visitor: Visitor) -> Answer {
    let standing = standing(&site, &visitor).await?;
    Ok(visitor.page(TITLE, page(&visitor, &standing, None)))
}

async fn standing(site: &Site, visitor: &Visitor) -> Result<Standing, Fault> {
    let token = visitor.session()?;
    let found = site.ask(move |platform| {
        let second = platform.second_factor(&token)?;
        if second.since.is_some() {
            return Ok(Standing::InUse(second));
        }
        platform.begin_enrolment(&token).map(Standing::New)
    });
    Ok(found.await?)
}

/// The page again, with what is wrong.
async fn again(site: &Site, visitor: &Visitor, error: AppError) -> Answer {
    if !matches!(error, AppError::Wrong { code: "wrong_code", .. }) {
        return Err(error.into());
    }
    let standing = standing(site, visitor).await?;
    Ok(visitor.page_with(status_of(&error), TITLE, page(visitor, &standing, Some(&error))))
}

/// Codes are guessed here as little as at the sign-in.
fn take_turn(site: &Site, visitor: &Visitor) -> Result<(), Fault> {
    let known = visitor.signed_in.as_ref().or(visitor.waiting.as_ref());
    let account = known.map(|one| one.actor.account.as_str()).unwrap_or_default();
    site.limits().take(Limit::Account, account).map_err(Fault::TooMany)
}

pub(super) async fn confirm(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    take_turn(&site, &visitor)?;
    let (token, code, origin) = (visitor.session()?, posted.get("code").to_owned(), visitor.origin());
    match site.ask(move |platform| platform.confirm_enrolment(&token, &code, &origin)).await {
        Ok((token, codes)) => {
            let kept = token.clone();
            let signed_in = site.ask(move |platform| platform.session(&kept)).await?;
            let csrf = signed_in.as_ref().map_or(visitor.csrf.clone(), |one| Csrf::new(one.csrf.clone()));
            let now = Visitor { csrf, signed_in, waiting: None, ..visitor };
            let cookie = set_cookie(Cookie::Session, &token, None, now.secure);
            let page = now.page("恢复码", codes_page(&codes));
            Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
        }
        Err(error) => again(&site, &visitor, error).await,
    }
}

pub(super) async fn recovery(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    take_turn(&site, &visitor)?;
    let (token, code, origin) = (visitor.session()?, posted.get("code").to_owned(), visitor.origin());
    match site.ask(move |platform| platform.renew_recovery_codes(&token, &code, &origin)).await {
        Ok(codes) => Ok(visitor.page("恢复码", codes_page(&codes))),
        Err(error) => again(&site, &visitor, error).await,
    }
}

pub(super) async fn leave(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    take_turn(&site, &visitor)?;
    let (token, code, origin) = (visitor.session()?, posted.get("code").to_owned(), visitor.origin());
    match site.ask(move |platform| platform.leave_second_factor(&token, &code, &origin)).await {
        Ok(()) => {
            let gone = set_cookie(Cookie::Session, "", Some(0), visitor.secure);
            let headers = AppendHeaders([(header::SET_COOKIE, gone)]);
            Ok((StatusCode::SEE_OTHER, headers, Redirect::to("/sign-in")).into_response())
        }
        Err(error) => again(&site, &visitor, error).await,
    }
}

/// How it stands, in a few words.
pub(super) fn state(second: &SecondFactor) -> Markup {
    html! {
        @if let Some(since) = second.since {
            (local_time(since)) "绑定，恢复码还有" (second.codes_left) "个。"
        } @else if second.is_demanded { "还没有绑定；按规定应当绑定。" } @else { "还没有绑定。" }
    }
}

fn page(visitor: &Visitor, standing: &Standing, error: Option<&AppError>) -> Markup {
    html! {
        div.narrow {
            h1 { (TITLE) }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            @match standing {
                Standing::New(enrolment) => (enrol(visitor, enrolment)),
                Standing::InUse(second) => (in_use(visitor, second)),
            }
        }
    }
}

fn enrol(visitor: &Visitor, enrolment: &Enrolment) -> Markup {
    html! {
        p { "绑定以后，登录时除了密码，还要输入手机上身份验证程序显示的六位数字。任何一种按 RFC 6238 计算的程序都可以，不需要联网。" }
        ol {
            li { "用手机上的身份验证程序扫这个图案；扫不了的，把图案下面的密钥输入程序。" }
            li { "把程序显示的六位数字填在下面。" }
        }
        @if let Some(picture) = qr::picture(&enrolment.uri, "绑定用的二维码") { (picture) }
        dl.facts { div { dt { "密钥" } dd { code.hash { (enrolment.secret) } } } }
        form.sheet method="post" action="/account/second" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            (input("code", "六位数字", "text", "one-time-code"))
            p.actions { button type="submit" { "绑定" } }
        }
        p.hint { "图案和密钥不要给别人看，不要截图留存。" }
    }
}

fn in_use(visitor: &Visitor, second: &SecondFactor) -> Markup {
    html! {
        p { (state(second)) }
        form.sheet method="post" action="/account/second/recovery" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { "重新生成恢复码" }
            p { "原来的恢复码全部作废。" }
            (input("code", "六位数字，或者一个恢复码", "text", "one-time-code"))
            p.actions { button type="submit" { "重新生成" } }
        }
        form.sheet method="post" action="/account/second/leave" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { "解除绑定" }
            p { "换手机的，先解除，再用新手机绑定。" @if second.is_demanded { "按规定您的账号应当绑定，重新登录以后要先绑定再办事。" } }
            div.field {
                label for="leave-code" { "六位数字，或者一个恢复码" }
                input id="leave-code" name="code" type="text" autocomplete="one-time-code" required;
            }
            p.actions { button.second type="submit" { "解除" } }
        }
    }
}

fn codes_page(codes: &[String]) -> Markup {
    html! {
        div.narrow {
            h1 { "恢复码" }
            div.notice.warn { p { "手机不在的时候，用一个恢复码代替六位数字，每个只能用一次。只显示这一次：请抄下来或者打印出来，放在安全的地方。" } }
            ol.sheet.codes { @for code in codes { li { code { (code) } } } }
            p.actions { a.button href="/account" { "记好了" } }
        }
    }
}

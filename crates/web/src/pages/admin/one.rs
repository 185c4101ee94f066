//! One account, and what an administrator does with it.

use app::{AccountLine, AccountState, AppError, ResetDone, ResetLine, ResetWhat, local_time};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use store::account::Rank;

use super::accounts::{badge, rank_choice, told_once};
use crate::design::field::Field;
use crate::design::shown::crumbs;
use crate::fault::{Fault, status_of, told};
use crate::parts::{self, quoted};
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(super) async fn show(State(site): State<Site>, visitor: Visitor, Path(login): Path<String>) -> Answer {
    page(&site, &visitor, login, None).await
}

async fn page(site: &Site, visitor: &Visitor, login: String, error: Option<&AppError>) -> Answer {
    let actor = visitor.actor()?;
    let (line, waiting) = site
        .ask(move |platform| {
            let line = platform.account_line(&actor, &login)?;
            let is_system = actor.rank == Rank::SystemAdmin;
            let waiting = if is_system { platform.resets_waiting(&actor)? } else { Vec::new() };
            let waiting = waiting.into_iter().find(|one| one.login == line.login);
            Ok((line, waiting))
        })
        .await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, &line.login, render(visitor, &line, waiting.as_ref(), error)))
}

/// Does what the pressed button says; the use case asks whether this administrator may.
pub(super) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Path(login): Path<String>,
    posted: Posted,
) -> Answer {
    let (actor, origin, asked) = (visitor.actor()?, visitor.origin(), login.clone());
    let (act, reason) = (posted.get("act").to_owned(), posted.get("reason").to_owned());
    let rank = Rank::parse(posted.get("rank"));
    let done = site.ask(move |platform| {
        let login = asked.as_str();
        match act.as_str() {
            "close" => platform.close_account(&actor, login, &reason, &origin)?,
            "reopen" => platform.reopen_account(&actor, login, &reason, &origin)?,
            "unlock" => platform.unlock_account(&actor, login, &origin)?,
            "reset_password" | "reset_second" | "reset_identities" => {
                let what = match act.as_str() {
                    "reset_password" => ResetWhat::Password,
                    "reset_second" => ResetWhat::SecondFactor,
                    _ => ResetWhat::Identities,
                };
                let done = platform.ask_reset(&actor, login, what, &reason, &origin)?;
                return Ok(Some(Some(Told::Asked(what, done))));
            }
            "agree" | "refuse" => {
                let half = platform.decide_reset(&actor, login, act == "agree", &origin)?;
                return Ok(Some(half.map(Told::Second)));
            }
            "grant" => {
                let Some(rank) = rank else { return Ok(None) };
                platform.grant_account(&actor, login, rank, &origin)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(None))
    });
    match done.await {
        Ok(None) => Err(Fault::of_status(StatusCode::BAD_REQUEST)),
        Ok(Some(Some(Told::Asked(_, ResetDone::Done(Some(password)))))) => {
            Ok(told_once(&visitor, "重设密码", &login, &password))
        }
        Ok(Some(Some(Told::Asked(what, ResetDone::Waiting(half))))) => {
            Ok(asked_another(&visitor, &login, what, half.as_deref()))
        }
        Ok(Some(Some(Told::Second(half)))) => Ok(second_half(&visitor, &login, &half)),
        Ok(Some(Some(Told::Asked(_, ResetDone::Done(None))))) => {
            Ok(Redirect::to(&format!("/admin/accounts/{}", quoted(&login))).into_response())
        }
        Ok(Some(None)) => Ok(Redirect::to(&format!("/admin/accounts/{}", quoted(&login))).into_response()),
        Err(error @ AppError::Invalid(_)) => page(&site, &visitor, login, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

/// What is to be told once of a reset.
enum Told {
    Asked(ResetWhat, ResetDone),
    /// The second half of a password.
    Second(String),
}

/// What whoever asked for a reset that takes two is told.
fn asked_another(visitor: &Visitor, login: &str, what: ResetWhat, half: Option<&str>) -> Response {
    let title = "重设，等待同意";
    let content = html! {
        div.narrow {
            h1 { (title) }
            p { "重设" (what.name()) "以后，知道密码的人就能登录这个账号，所以要由两个人办理：您已经提出，请系统管理员在三天以内到“账号”里决定。" }
            @if let Some(half) = half {
                div.notice.warn { p { "密码的前一半只显示这一次，请交给本人；系统管理员同意以后，后一半由系统管理员交给本人。谁都不要把自己的一半告诉另一名管理员。" } }
                dl.facts {
                    div { dt { "登录名" } dd { code { (login) } } }
                    div { dt { "密码的前一半" } dd { code.big { (half) } } }
                }
            }
            p.actions { a.button href=(format!("/admin/accounts/{}", quoted(login))) { "记好了" } }
        }
    };
    visitor.page(title, content)
}

/// What whoever agreed to a reset is told.
fn second_half(visitor: &Visitor, login: &str, half: &str) -> Response {
    let title = "已同意重设密码";
    let content = html! {
        div.narrow {
            h1 { (title) }
            div.notice.warn { p { "密码的后一半只显示这一次，请交给本人。本人把前一半（安全管理员给的）、一个连字符和后一半连起来输入；登录以后必须换成自己的密码。" } }
            dl.facts {
                div { dt { "登录名" } dd { code { (login) } } }
                div { dt { "密码的后一半" } dd { code.big { (half) } } }
            }
            p.actions { a.button href="/admin/accounts" { "记好了" } }
        }
    };
    visitor.page(title, content)
}

fn render(
    visitor: &Visitor,
    line: &AccountLine,
    waiting: Option<&ResetLine>,
    error: Option<&AppError>,
) -> Markup {
    let own = visitor.signed_in.as_ref().map(|one| one.actor.rank);
    html! {
        (crumbs(&[("/admin/accounts", "账号")]))
        h1 { (line.login) }
        @if let Some(error) = error { (parts::findings(&told(error))) }
        dl.facts {
            div { dt { "姓名" } dd { (line.name) } }
            @if !line.organ.is_empty() { div { dt { "单位" } dd { (line.organ) } } }
            div { dt { "级别" } dd { (line.rank.name()) } }
            div { dt { "状态" } dd { (badge(line.state)) } }
            div { dt { "新建" } dd { (local_time(line.created_at)) } }
            div { dt { "最近登录" } dd { (line.signed_in_at.map_or("从未登录".to_owned(), local_time)) } }
            div { dt { "验证程序" } dd { @if line.has_second_factor { "已绑定" } @else { "没有绑定" } } }
            @if let Some(stale) = line.stale_at { div { dt { "不登录即停用" } dd { (local_time(stale)) } } }
        }
        @if own == Some(Rank::SecurityAdmin) && line.state == AccountState::Locked {
            (act(visitor, line, "unlock", "解除锁定", "密码或者验证码连续输错五次，锁定15分钟；核实本人以后可以提前解除。", html! {}))
        }
        @if line.rank.is_admin() {
            p.hint { "管理员的账号由运行平台的人员在服务器上用 yifa account 办理。" }
        } @else if own == Some(Rank::SystemAdmin) {
            @if let Some(one) = waiting {
                section.sheet.act aria-labelledby="reset" {
                    h2 id="reset" { "重设" (one.what.name()) "，等待您同意" }
                    p { (one.asked_by) (local_time(one.asked_at)) "提出，理由：" (one.reason) "。请向本人核实确实要重设，再决定。" }
                    form method="post" action=(format!("/admin/accounts/{}", quoted(&line.login))) {
                        input type="hidden" name="csrf" value=(visitor.csrf);
                        p.actions {
                            button type="submit" name="act" value="agree" { "同意" }
                            button.second type="submit" name="act" value="refuse" { "不同意" }
                        }
                    }
                }
            }
            @if line.state == AccountState::Closed {
                (act(visitor, line, "reopen", "启用", "启用以后还要由安全管理员授权。", reason("reopen")))
            } @else {
                (act(visitor, line, "close", "停用", "停用以后不能登录，正在进行的登录结束；办过的事项不受影响。", reason("close")))
            }
        } @else {
            @if line.state != AccountState::Closed {
                @let button = if line.state == AccountState::Waiting { "授权" } else { "改变级别" };
                (act(visitor, line, "grant", button, "请对照任职文件核实单位和级别。", rank_choice(line.rank)))
            }
            (act(visitor, line, "reset_password", "重设密码", "随机生成一个密码，只显示一次；本人登录以后必须换掉。没有绑定验证程序的、七天以内重置过验证程序的，还要系统管理员同意，您只看到密码的前一半。", reason("password")))
            @if line.has_second_factor {
                (act(visitor, line, "reset_second", "重置验证程序", "手机丢失、恢复码也没有的，核实本人以后重置；本人重新绑定以后才能办理。密码刚刚重设过的，还要系统管理员同意。", reason("second")))
            }
            (act(visitor, line, "reset_identities", "解除统一身份认证", "绑定错了、认证方的账号换了人的，全部解除；本人用密码登录以后重新绑定。", reason("identities")))
        }
    }
}

fn act(visitor: &Visitor, line: &AccountLine, id: &str, name: &str, what: &str, more: Markup) -> Markup {
    html! {
        form.sheet.act method="post" action=(format!("/admin/accounts/{}", quoted(&line.login))) {
            input type="hidden" name="csrf" value=(visitor.csrf);
            h2 { (name) }
            p { (what) }
            (more)
            p.actions { button type="submit" name="act" value=(id) { (name) } }
        }
    }
}

fn reason(of: &str) -> Markup {
    Field::new(&format!("reason-{of}"), "理由")
        .hint("记入操作日志")
        .longest(200)
        .required()
        .line("reason", "")
}

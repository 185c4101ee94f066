//! One account, and what an administrator does with it.

use app::{AccountLine, AccountState, AppError, local_time};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
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
    let line = site.ask(move |platform| platform.account_line(&actor, &login)).await?;
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(status, &line.login, render(visitor, &line, error)))
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
            "reset_second" => platform.reset_second_factor(&actor, login, &reason, &origin)?,
            "reset_password" => {
                return platform.reset_password(&actor, login, &reason, &origin).map(Some).map(Some);
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
        Ok(Some(Some(password))) => Ok(told_once(&visitor, "重设密码", &login, &password)),
        Ok(Some(None)) => Ok(Redirect::to(&format!("/admin/accounts/{}", quoted(&login))).into_response()),
        Err(error @ AppError::Invalid(_)) => page(&site, &visitor, login, Some(&error)).await,
        Err(error) => Err(error.into()),
    }
}

fn render(visitor: &Visitor, line: &AccountLine, error: Option<&AppError>) -> Markup {
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
            (act(visitor, line, "reset_password", "重设密码", "随机生成一个密码，只显示一次；本人登录以后必须换掉。", reason("password")))
            @if line.has_second_factor {
                (act(visitor, line, "reset_second", "重置验证程序", "手机丢失、恢复码也没有的，核实本人以后重置；本人重新绑定。", reason("second")))
            }
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

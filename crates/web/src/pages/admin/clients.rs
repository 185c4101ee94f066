//! The programs of others that use the API: letting one in, ending it.

use app::{AppError, ClientLine, Reach, Scope, local_time};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown::empty;
use crate::fault::{status_of, told};
use crate::pages::account::reach;
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Where the list goes on.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
}

/// What was filled in, shown again when it was wrong.
#[derive(Debug)]
struct Typed {
    name: String,
    login: String,
    scope: Scope,
}

impl Default for Typed {
    fn default() -> Self {
        Self { name: String::new(), login: String::new(), scope: Scope::all(Reach::Read) }
    }
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    page(&site, &visitor, &asked.after, &Typed::default(), None).await
}

async fn page(
    site: &Site,
    visitor: &Visitor,
    after: &str,
    typed: &Typed,
    error: Option<&AppError>,
) -> Answer {
    let (actor, after) = (visitor.actor()?, after.to_owned());
    let (lines, next) = site.ask(move |platform| platform.clients(&actor, &after)).await?;
    let next = next.map(|next| parts::query("/admin/clients", &[("after", &next)]));
    let platform = site.platform();
    let packs = platform.rules().in_force(platform.today());
    let procedures: Vec<(String, String)> =
        packs.map(|pack| (pack.file.procedure.id.clone(), pack.file.procedure.name.clone())).collect();
    let status = error.map_or(StatusCode::OK, status_of);
    Ok(visitor.page_with(
        status,
        "接入程序",
        render(visitor, &lines, next.as_deref(), &procedures, typed, error),
    ))
}

pub(super) async fn add(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (actor, origin) = (visitor.actor()?, visitor.origin());
    if !posted.get("end").is_empty() {
        let id = posted.get("end").to_owned();
        site.ask(move |platform| platform.end_client(&actor, &id, &origin)).await?;
        return Ok(Redirect::to("/admin/clients").into_response());
    }
    let typed = Typed {
        name: posted.get("name").to_owned(),
        login: posted.get("login").to_owned(),
        scope: Scope {
            reach: Reach::parse(posted.get("scope")).unwrap_or(Reach::Read),
            procedure: Some(posted.get("procedure").to_owned()).filter(|id| !id.is_empty()),
        },
    };
    let (name, login, scope) = (typed.name.clone(), typed.login.clone(), typed.scope.clone());
    let made = site.ask(move |platform| platform.add_client(&actor, &name, &login, &scope, &origin)).await;
    match made {
        Ok((id, secret)) => Ok(visitor.page("接入程序已登记", told_once(&typed.name, &id, &secret))),
        Err(error @ (AppError::Invalid(_) | AppError::NotFound { .. } | AppError::Forbidden { .. })) => {
            // Whoever may not come here at all gets the plain refusal.
            page(&site, &visitor, "", &typed, Some(&error)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn told_once(name: &str, id: &str, secret: &str) -> Markup {
    html! {
        h1 { "接入程序已登记" }
        p { "密钥只显示这一次，请当面或者用加密的方式交给" (name) "的管理人员。" }
        dl.facts {
            div { dt { "编号" } dd { code { (id) } } }
            div { dt { "密钥" } dd { code.hash { (secret) } } }
        }
        p { "怎样使用，见" a href="/api/v1" { "接口说明" } "。" }
        p.actions { a.button href="/admin/clients" { "返回" } }
    }
}

fn render(
    visitor: &Visitor,
    lines: &[ClientLine],
    next: Option<&str>,
    procedures: &[(String, String)],
    typed: &Typed,
    error: Option<&AppError>,
) -> Markup {
    let rows = html! {
        @for line in lines {
            tr {
                td { (line.name) br; code.sub { (line.id) } }
                td { (line.login) @if line.agreed_at.is_none() && line.ended_at.is_none() { br; span.badge.amber { "等本人同意" } } }
                td.wide { (reach(line)) }
                td.day { (local_time(line.made_at)) }
                td.day { (line.used_at.map_or("没有用过".to_owned(), local_time)) }
                td {
                    @if let Some(ended) = line.ended_at { (local_time(ended)) "停用" } @else {
                        form method="post" action="/admin/clients" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            button.second type="submit" name="end" value=(line.id) { "停用" }
                        }
                    }
                }
            }
        }
    };
    html! {
        h1 { "接入程序" }
        p { "别的系统通过" a href="/api/v1" { "接口" } "查看和办理，先在这里登记。它以一个账号的名义办事，权限不超过这个账号；账号停用，它也不能用。账号的本人在“我的账号”里看到它的范围，同意以后，它才能用；它办的每一件都记入操作日志。范围给它需要的，登记以后不能改。" }
        @if lines.is_empty() { (empty("还没有登记接入程序。", None)) } @else {
            (parts::table("接入程序", &["名称", "账号", "可以", "登记", "最近取令牌", "停用"], &rows))
        }
        (parts::next_page(next))
        form.sheet method="post" action="/admin/clients" {
            h2 { "登记" }
            @if let Some(error) = error { (parts::findings(&told(error))) }
            input type="hidden" name="csrf" value=(visitor.csrf);
            (Field::new("name", "名称").hint("哪个单位的什么系统").longest(60).required().line("name", &typed.name))
            (Field::new("login", "账号").hint("请系统管理员专门为它新建一个工作人员账号，不要借用某个人的").longest(40).required().line("login", &typed.login))
            fieldset.field {
                legend { "可以" }
                div.choices {
                    @for reach in Reach::ALL {
                        label.choice {
                            input type="radio" name="scope" value=(reach.id()) checked[typed.scope.reach == reach];
                            (reach.name()) span.sub { (reach.told()) }
                        }
                    }
                }
            }
            (Field::new("procedure", "限于程序")
                .hint("选了的，只看、只办这个程序的案件，名册、指标明细和文件库都不给")
                .choice("procedure", "不限", procedures, typed.scope.procedure.as_deref().unwrap_or_default()))
            p.actions { button type="submit" { "登记" } }
        }
    }
}

//! Single sign-on: off to a provider and back.

use app::{AppError, Provider, Returned};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::edge::{Limit, whose};
use crate::fault::{Fault, status_of, told};
use crate::pages::sign_in::{Next, signed_in};
use crate::parts;
use crate::posted::Posted;
use crate::secure::local_path;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What the provider sends back.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
}

fn provider(site: &Site, id: &str) -> Result<Provider, Fault> {
    let found = site.providers().iter().find(|one| one.id == id).cloned();
    found.ok_or_else(|| Fault::missing("这个认证方"))
}

/// Off to the provider. It is a link, for the policy of the pages lets no form lead away from this site.
pub(crate) async fn off(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(next): Query<Next>,
) -> Answer {
    site.limits().take(Limit::SignIn, &whose(visitor.address)).map_err(Fault::TooMany)?;
    match begin(&site, &visitor, &id, next.place().to_owned(), None).await? {
        Ok(place) => Ok(Redirect::to(&place).into_response()),
        Err(error) => Ok(refused(&visitor, &error)),
    }
}

/// The same, to bind the identity to the account that has signed in: a form, so that nobody else begins it, and then a
/// link.
pub(crate) async fn bind(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Posted,
) -> Answer {
    let account = visitor.actor()?.account;
    match begin(&site, &visitor, &id, "/account".to_owned(), Some(account)).await? {
        Ok(place) => {
            let name = provider(&site, &id)?.name;
            let content = html! {
                h1 { "绑定" (name) }
                p { "下一步到" (name) "登录；登录的是谁，这个账号就绑定谁。请在10分钟内完成。" }
                p.actions { a.button href=(place) { "去登录" } a.button.second href="/account" { "不绑定" } }
            };
            Ok(visitor.page("绑定统一身份认证", content))
        }
        Err(error) => Ok(refused(&visitor, &error)),
    }
}

async fn begin(
    site: &Site,
    visitor: &Visitor,
    id: &str,
    next: String,
    binds: Option<String>,
) -> Result<Result<String, AppError>, Fault> {
    let (provider, visit) = (provider(site, id)?, visitor.csrf.token().to_owned());
    let begun =
        site.ask(move |platform| platform.begin_sign_on(&provider, &visit, &next, binds.as_deref())).await;
    match begun {
        Err(error) if !matches!(error, AppError::Wrong { .. }) => Err(error.into()),
        begun => Ok(begun),
    }
}

/// Back from the provider.
pub(crate) async fn back(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(back): Query<Back>,
) -> Answer {
    let from = whose(visitor.address);
    site.limits().take(Limit::SignIn, &from).map_err(Fault::TooMany)?;
    let (provider, visit, origin) =
        (provider(&site, &id)?, visitor.csrf.token().to_owned(), visitor.origin());
    let returned = Returned { state: back.state, code: back.code, error: back.error };
    let old = visitor.token.clone();
    let done = site
        .ask(move |platform| {
            let done = platform.finish_sign_on(&provider, &visit, &returned, &origin)?;
            if let Some(old) = old {
                platform.sign_out(old.text(), &origin)?;
            }
            Ok(done)
        })
        .await;
    match done {
        Ok((token, next)) => {
            site.limits().give_back(Limit::SignIn, &from);
            Ok(signed_in(&site, &visitor, &token, local_path(&next).unwrap_or("/")).await)
        }
        Err(error @ AppError::Wrong { .. }) => Ok(refused(&visitor, &error)),
        Err(error) => Err(error.into()),
    }
}

fn refused(visitor: &Visitor, error: &AppError) -> axum::response::Response {
    let content = html! {
        h1 { "没有登录" }
        (parts::findings(&told(error)))
        p.actions { a.button href="/sign-in" { "回登录页" } }
    };
    visitor.page_with(status_of(error), "没有登录", content)
}

/// The ways to sign in without a password.
pub(crate) fn choices(site: &Site, next: &Next) -> Markup {
    html! {
        @for one in site.providers() {
            @let next = if next.place() == "/" { "" } else { next.place() };
            p.actions { a.button.second href=(parts::query(&format!("/sign-in/with/{}", one.id), &[("next", next)])) { "用" (one.name) "登录" } }
        }
    }
}

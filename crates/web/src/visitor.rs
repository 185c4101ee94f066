//! Who is there: the account that has signed in or an anonymous visitor, and what their forms must carry.

use app::{Actor, Ids, SignedIn};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;
use store::account::Rank;

use crate::fault::Fault;
use crate::layout;
use crate::site::Site;

pub(crate) const SESSION: &str = "yifa_session";
pub(crate) const VISIT: &str = "yifa_visit";
pub(crate) const DISPLAY: &str = "yifa_display";

/// What a handler gives: a page, or why there is none.
pub(crate) type Answer = Result<Response, Fault>;

/// Who asks for a page. 访问者
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub signed_in: Option<SignedIn>,
    /// What every form of theirs must carry.
    pub csrf: String,
    /// A cookie that is to be set, for a visitor who came without one.
    pub fresh: bool,
    /// Larger letters and targets.
    pub large: bool,
    /// The request came over TLS.
    pub secure: bool,
    /// Path and query of the page asked for.
    pub path: String,
    pub demonstration: bool,
    pub owner: Option<String>,
}

impl Visitor {
    /// Looks at the cookies of a request.
    pub async fn of(site: &Site, parts: &Parts) -> app::Result<Self> {
        let session = cookie(&parts.headers, SESSION).map(str::to_owned);
        let asker = site.clone();
        let (signed_in, owner) = site
            .ask(move |platform| {
                let signed_in = session.map_or(Ok(None), |token| platform.session(&token))?;
                Ok((signed_in, asker.owner()))
            })
            .await?;
        let visit = cookie(&parts.headers, VISIT).filter(|token| is_token(token)).map(str::to_owned);
        let fresh = signed_in.is_none() && visit.is_none();
        let csrf = signed_in.as_ref().map(|one| one.csrf.clone()).or(visit).unwrap_or_else(Ids::token);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self {
            signed_in,
            csrf,
            fresh,
            large: cookie(&parts.headers, DISPLAY) == Some("large"),
            secure: parts.headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https"),
            path,
            demonstration: site.platform().is_demonstration(),
            owner,
        })
    }

    /// The account that has signed in; anybody else is sent to the page where they can.
    pub fn actor(&self) -> Result<Actor, Fault> {
        let signed_in = self.signed_in.as_ref().ok_or_else(|| Fault::SignIn(self.path.clone()))?;
        Ok(signed_in.actor.clone())
    }

    /// The account, or a citizen without one.
    pub fn applicant(&self) -> Actor {
        self.signed_in.as_ref().map_or_else(
            || Actor {
                account: format!("visitor:{}", Ids::token()),
                name: "网上申请人".to_owned(),
                organ: None,
                rank: Rank::Citizen,
            },
            |signed_in| signed_in.actor.clone(),
        )
    }

    pub fn is_officer(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|one| one.actor.is_officer())
    }

    /// A page for this visitor.
    pub fn page(&self, title: &str, content: Markup) -> Response {
        self.page_with(StatusCode::OK, title, content)
    }

    pub fn page_with(&self, status: StatusCode, title: &str, content: Markup) -> Response {
        (status, layout::page(self, title, &content)).into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Fault::internal)
    }
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The text that sets a cookie no script can read; `age` in seconds, 0 takes it away, none keeps it for the visit.
pub(crate) fn set_cookie(name: &str, value: &str, age: Option<u32>, secure: bool) -> String {
    let age = age.map_or(String::new(), |age| format!("; Max-Age={age}"));
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

//! Who is there: the account that has signed in or an anonymous visitor, and what their forms must carry.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use app::{Actor, Ids, Need, Origin, Present, SignedIn};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use calendar::Day;
use maud::Markup;
use store::State;
use store::account::Rank;

use crate::csrf::Csrf;
use crate::design::look::Look;
use crate::edge::{SiteFacts, Source};
use crate::fault::Fault;
use crate::layout;
use crate::site::Site;

/// What the browser keeps. Over TLS the names begin with `__Host-`: then no other site of the domain, and nobody in
/// between, can have set them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    Session,
    Visit,
    Display,
}

impl Cookie {
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, false) => "yifa_session",
            (Self::Session, true) => "__Host-yifa_session",
            (Self::Visit, false) => "yifa_visit",
            (Self::Visit, true) => "__Host-yifa_visit",
            (Self::Display, false) => "yifa_display",
            (Self::Display, true) => "__Host-yifa_display",
        }
    }
}

/// The token of a session, which no log and no message shows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(String);

impl Token {
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a handler gives: a page, or why there is none.
pub(crate) type Answer = Result<Response, Fault>;

/// Who asks for a page. 访问者
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub signed_in: Option<SignedIn>,
    /// Whoever has given a right password and must do something else first. They see what a stranger sees.
    pub waiting: Option<SignedIn>,
    /// The token of either.
    pub token: Option<Token>,
    /// What every form of theirs must carry.
    pub csrf: Csrf,
    /// A cookie that is to be set, for a visitor who came without one.
    pub fresh: bool,
    /// How the pages are shown.
    pub look: Look,
    /// The request came over TLS.
    pub secure: bool,
    pub address: Option<IpAddr>,
    /// The browser, as it calls itself.
    pub agent: String,
    /// Path and query of the page asked for.
    pub path: String,
    pub demonstration: bool,
    pub owner: Option<String>,
    /// How many messages whoever has signed in has not read, counted up to a hundred.
    pub unread: i64,
    pub facts: Arc<SiteFacts>,
    pub today: Day,
}

impl Visitor {
    /// Looks at the cookies of a request. Whoever only reads is known as they are in a state of the store; without one the
    /// store is asked.
    pub async fn of(site: &Site, parts: &Parts, source: Source, state: Option<&State>) -> app::Result<Self> {
        let secure = source.is_secure;
        let session = cookie(&parts.headers, Cookie::Session.name(secure)).map(str::to_owned);
        let token = session.clone().map(Token);
        let present = match &session {
            Some(token) => present(site, token, state).await?,
            None => None,
        };
        let owner = match site.owner_at_hand() {
            Some(owner) => owner,
            None => asked_owner(site).await?,
        };
        let unread = present.as_ref().map_or(0, |present| present.unread);
        let signed_in = present.map(|present| present.signed_in);
        let (signed_in, waiting) = match signed_in {
            Some(one) if one.need.is_some() => (None, Some(one)),
            other => (other, None),
        };
        let known = signed_in.as_ref().or(waiting.as_ref());
        let token = token.filter(|_| known.is_some());
        let visit = cookie(&parts.headers, Cookie::Visit.name(secure))
            .filter(|token| is_token(token))
            .map(str::to_owned);
        let fresh = known.is_none() && visit.is_none();
        let csrf = Csrf::new(known.map(|one| one.csrf.clone()).or(visit).unwrap_or_else(Ids::token));
        let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self {
            signed_in,
            waiting,
            token,
            csrf,
            fresh,
            look: cookie(&parts.headers, Cookie::Display.name(secure)).map_or(Look::default(), Look::parse),
            secure,
            address: source.address,
            agent: agent.unwrap_or_default().to_owned(),
            path,
            demonstration: site.platform().is_demonstration(),
            owner,
            unread,
            facts: site.facts(),
            today: site.platform().today(),
        })
    }

    /// The account that has signed in; anybody else is sent to the page where they can.
    pub fn actor(&self) -> Result<Actor, Fault> {
        let signed_in = self.signed_in.as_ref().ok_or_else(|| Fault::SignIn(self.path.clone()))?;
        Ok(signed_in.actor.clone())
    }

    /// From where this request came.
    pub fn origin(&self) -> Origin {
        Origin { address: self.address.map(|address| address.to_string()), agent: self.agent.clone() }
    }

    /// The token of the session, for what is done with the account itself.
    pub fn session(&self) -> Result<String, Fault> {
        let token = self.token.as_ref().map(|token| token.text().to_owned());
        token.ok_or_else(|| Fault::SignIn(self.path.clone()))
    }

    /// Where somebody who has not finished signing in must go first.
    pub fn first(&self) -> Option<&'static str> {
        self.waiting.as_ref().and_then(|one| one.need).map(|need| match need {
            Need::SecondFactor => "/sign-in/code",
            Need::NewPassword => "/account/password",
            Need::Enrolment => "/account/second",
        })
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

    /// Whoever says something of a draft: a citizen's account, else somebody who does not say who they are. Officers speak
    /// as citizens here, not for their organ.
    pub fn commenter(&self) -> Actor {
        let own = self.signed_in.as_ref().map(|one| &one.actor).filter(|actor| actor.rank == Rank::Citizen);
        own.cloned().unwrap_or_else(|| Actor {
            account: format!("visitor:{}", Ids::token()),
            name: "提出意见的人".to_owned(),
            organ: None,
            rank: Rank::Citizen,
        })
    }

    pub fn is_officer(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|one| one.actor.is_officer())
    }

    /// Whether this is somebody who comes from outside: they read, and officers and administrators work.
    pub fn is_public(&self) -> bool {
        self.signed_in.as_ref().is_none_or(|one| one.actor.rank == Rank::Citizen)
    }

    /// The organ of an officer.
    pub fn organ(&self) -> Option<&str> {
        let actor = self.signed_in.as_ref().map(|one| &one.actor).filter(|actor| actor.is_officer());
        actor.and_then(|actor| actor.organ.as_ref()).map(|(id, _)| id.as_str())
    }

    /// A page for this visitor.
    pub fn page(&self, title: &str, content: Markup) -> Response {
        self.page_with(StatusCode::OK, title, content)
    }

    pub fn page_with(&self, status: StatusCode, title: &str, content: Markup) -> Response {
        (status, layout::page(self, title, &content)).into_response()
    }
}

/// Who has a session: as it is at hand in a state, else as the store says. Many requests of one session wait for the one that
/// asks.
async fn present(site: &Site, token: &str, state: Option<&State>) -> app::Result<Option<Present>> {
    let at_hand = || state.and_then(|state| site.platform().present_at_hand(token, state));
    if let Some(present) = at_hand() {
        return Ok(Some(present));
    }
    let _turn = match state {
        Some(_) => Some(site.turn(token).lock().await),
        None => None,
    };
    if let Some(present) = at_hand() {
        return Ok(Some(present));
    }
    let token = token.to_owned();
    site.ask(move |platform| platform.present(&token)).await
}

/// Whose site this is.
async fn asked_owner(site: &Site) -> app::Result<Option<String>> {
    let asker = site.clone();
    site.ask(move |_| Ok(asker.owner())).await
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
pub(crate) fn set_cookie(cookie: Cookie, value: &str, age: Option<u32>, secure: bool) -> String {
    let name = cookie.name(secure);
    let age = age.map_or(String::new(), |age| format!("; Max-Age={age}"));
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}")
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

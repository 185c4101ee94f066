//! Who calls: the account for which the token of a program stands. No cookie counts here, so that no page of another site
//! can make a browser call.

use app::{Actor, Asks, Origin, Platform, Reach, Scope};
use axum::extract::{FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};

use super::problem::Problem;
use crate::edge::Source;
use crate::site::Site;

/// A caller whose program may do what the operation asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub actor: Actor,
    pub origin: Origin,
    /// Id of the program.
    pub client: String,
    scope: Scope,
}

/// What each operation that wants a token asks of a program's scope; one that is not here is let to none.
const ASKED: [(&str, &str, Asks); 19] = [
    ("GET", "/desk", Asks::Cases),
    ("GET", "/cases", Asks::Cases),
    ("GET", "/cases.csv", Asks::Cases),
    ("GET", "/cases.xlsx", Asks::Cases),
    ("POST", "/cases", Asks::Submit),
    ("GET", "/cases/{id}", Asks::Case),
    ("GET", "/cases/{id}/files/{hash}", Asks::Case),
    ("GET", "/cases/{id}/receipt", Asks::Case),
    ("POST", "/cases/{id}/acts/{act}", Asks::Act),
    ("POST", "/cases/{id}/corrections/{number}", Asks::Act),
    ("GET", "/figures/{id}/records", Asks::Facts),
    ("GET", "/figures/{id}/records.xlsx", Asks::Facts),
    ("GET", "/registers", Asks::Facts),
    ("GET", "/registers/{id}/entries", Asks::Facts),
    ("GET", "/registers/{id}/entries.xlsx", Asks::Facts),
    ("POST", "/registers/{id}/entries", Asks::Enter),
    ("GET", "/documents", Asks::Facts),
    ("GET", "/documents/{id}", Asks::Document),
    ("GET", "/organs", Asks::Facts),
];

/// What an operation asks, by its method and its path as the router knows it.
fn asks(method: &Method, path: &str) -> Option<Asks> {
    let path = path.strip_prefix(super::ROOT)?;
    let found = ASKED.iter().find(|(verb, own, _)| *verb == method.as_str() && *own == path);
    found.map(|(.., asks)| *asks)
}

impl Caller {
    /// The only procedure of which its program may see and open cases.
    pub fn procedure(&self) -> Option<&str> {
        self.scope.procedure.as_deref()
    }

    /// That its program may see and open cases of a procedure.
    pub fn covers(&self, procedure: &str) -> Result<(), Problem> {
        if self.scope.covers(procedure) { Ok(()) } else { Err(self.out_of_scope()) }
    }

    /// That a case is of the procedure to which its program is bound: another one is not there.
    pub fn within(&self, platform: &Platform, case: &str) -> app::Result<()> {
        let Some(procedure) = self.procedure() else { return Ok(()) };
        let view = platform.case_view(&self.actor, case)?;
        if view.procedure_id == procedure {
            return Ok(());
        }
        Err(app::AppError::NotFound { what: "这个案件".to_owned() })
    }

    /// What is told where the owner of the account did not agree to so much.
    pub fn out_of_scope(&self) -> Problem {
        let reach = self.scope.reach;
        if self.procedure().is_none() && matches!(reach, Reach::Read) {
            let help =
                "取得令牌时不要只要 read；接入程序登记为只读的，请安全管理员重新登记，账号本人重新同意。";
            return Problem::new(StatusCode::FORBIDDEN, "read_only", "这个令牌只能读", help);
        }
        let bound = self.procedure().map_or_else(String::new, |own| format!("，限于程序 {own}"));
        let title = format!("这个令牌{}{bound}", reach.name());
        let help = format!(
            "令牌的范围是 {}：{}。要别的，由安全管理员另行登记接入程序，账号本人同意以后再用。",
            self.scope.words(),
            reach.told()
        );
        Problem::new(StatusCode::FORBIDDEN, "out_of_scope", &title, &help)
    }
}

/// From where the request came, for operations that need no token.
pub(super) fn origin(parts: &Parts, site: &Site) -> Origin {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let source = Source::of(parts, site.trusted());
    Origin {
        address: source.address.map(|address| address.to_string()),
        agent: agent.unwrap_or_default().to_owned(),
    }
}

fn unauthorised(code: &str, title: &str) -> Problem {
    let help = "先用接入程序的编号和密钥在 /api/v1/token 取得令牌，再写在 Authorization: Bearer 后面。";
    Problem::new(StatusCode::UNAUTHORIZED, code, title, help)
        .with(header::WWW_AUTHENTICATE, "Bearer realm=\"yifa\"".to_owned())
}

impl FromRequestParts<Site> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = given.and_then(|text| text.strip_prefix("Bearer ").or(text.strip_prefix("bearer ")));
        let token = token.map(|token| token.trim().to_owned());
        let token = token.ok_or_else(|| unauthorised("no_token", "没有令牌"))?;
        let found = site.ask(move |platform| platform.api_caller(&token)).await?;
        let found = found.ok_or_else(|| unauthorised("bad_token", "令牌不对、已经过期或者已经停用"))?;
        site.limits().read(Some(&found.actor.account), None, false).map_err(Problem::too_many)?;
        let mut origin = origin(parts, site);
        origin.agent = format!("接口 {}", found.client);
        let caller = Self { actor: found.actor, origin, client: found.client, scope: found.scope };
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let asked = path.and_then(|path| asks(&parts.method, path));
        if asked.is_some_and(|asked| caller.scope.lets(asked)) {
            Ok(caller)
        } else {
            Err(caller.out_of_scope())
        }
    }
}

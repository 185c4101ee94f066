//! Who calls: the account for which the token of a program stands. No cookie counts here, so that no page of another site
//! can make a browser call.

use app::{Actor, Origin};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use super::problem::Problem;
use crate::edge::Source;
use crate::site::Site;

/// A caller that may read.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub actor: Actor,
    pub origin: Origin,
    /// Id of the program.
    pub client: String,
    may_write: bool,
}

/// A caller that may write.
#[derive(Clone, Debug)]
pub(crate) struct Writer(pub Caller);

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
        let mut origin = origin(parts, site);
        origin.agent = format!("接口 {}", found.client);
        Ok(Self { actor: found.actor, origin, client: found.client, may_write: found.may_write })
    }
}

impl FromRequestParts<Site> for Writer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let caller = Caller::from_request_parts(parts, site).await?;
        if caller.may_write {
            return Ok(Self(caller));
        }
        let help = "取得令牌时不要只要 read；接入程序登记为只读的，请安全管理员重新登记。";
        Err(Problem::new(StatusCode::FORBIDDEN, "read_only", "这个令牌只能读", help))
    }
}

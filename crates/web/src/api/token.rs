//! A token for a program of others: OAuth 2.0, client credentials (RFC 6749, 4.4).

use app::{API_TOKEN_SECONDS, AppError, Reach};
use axum::Form;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller;
use super::problem::Problem;
use super::shape::{GrantType, TokenAsked, TokenShape};
use super::told::json;
use crate::edge::{Limit, Source, whose};
use crate::site::Site;

/// 没有给令牌的原因（RFC 6749 第5.2节）
#[derive(Debug, Serialize, ToSchema)]
#[schema(title = "没有给令牌的原因")]
pub(super) struct TokenError {
    /// invalid_request、invalid_client、unsupported_grant_type、invalid_scope
    error: &'static str,
    /// 原因和怎么办
    error_description: String,
}

fn refused(status: StatusCode, error: &'static str, why: &str) -> Response {
    let body = json(&TokenError { error, error_description: why.to_owned() });
    let mut answer = (status, body).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let basic = header::HeaderValue::from_static("Basic realm=\"yifa\"");
        answer.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    }
    answer
}

/// The id and the secret of the header `Authorization: Basic`.
fn basic(header: Option<&str>) -> Option<(String, String)> {
    let text = header?.strip_prefix("Basic ")?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// 凭接入程序的编号和密钥取得令牌，一小时有效
#[utoipa::path(post, path = "/token", tag = "令牌", operation_id = "getToken", security((), ("program" = [])),
    request_body(content = TokenAsked, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "令牌", body = TokenShape),
        (status = 400, description = "请求不对", body = TokenError),
        (status = 401, description = "编号或者密钥不对", body = TokenError)))]
pub(super) async fn give(State(site): State<Site>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let origin = caller::origin(&parts, &site);
    let from = whose(Source::of(&parts, site.trusted()).address);
    if let Err(seconds) = site.limits().take(Limit::SignIn, &from) {
        return Problem::too_many(seconds).into_response();
    }
    let given = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let header = basic(given);
    let read = Form::<TokenAsked>::from_request(Request::from_parts(parts, body), &site).await;
    let Ok(Form(asked)) = read else {
        let why = "写成 application/x-www-form-urlencoded，其中 grant_type=client_credentials。";
        return refused(StatusCode::BAD_REQUEST, "invalid_request", why);
    };
    let GrantType::ClientCredentials = asked.grant_type;
    let scope = match asked.scope.trim() {
        "" => None,
        "write read" | "write" => Some(Reach::Write),
        words => match Reach::ALL.into_iter().find(|reach| reach.words() == words) {
            Some(reach) => Some(reach),
            None => return refused(StatusCode::BAD_REQUEST, "invalid_scope", SCOPES),
        },
    };
    let (id, secret) = header.unwrap_or((asked.client_id, asked.client_secret));
    match site.ask(move |platform| platform.api_token(&id, &secret, scope, &origin)).await {
        Ok(token) => {
            site.limits().give_back(Limit::SignIn, &from);
            let shape = TokenShape {
                access_token: token.token,
                token_type: "Bearer",
                expires_in: API_TOKEN_SECONDS,
                scope: token.scope.words(),
            };
            ([(header::CACHE_CONTROL, "no-store")], json(&shape)).into_response()
        }
        Err(AppError::Wrong { code: "invalid_client", why, help }) => {
            refused(StatusCode::UNAUTHORIZED, "invalid_client", &format!("{why}。{help}"))
        }
        Err(AppError::Wrong { code: "invalid_scope", why, help }) => {
            refused(StatusCode::BAD_REQUEST, "invalid_scope", &format!("{why}。{help}"))
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// What may be asked for.
const SCOPES: &str =
    "scope 不写，或者写 lists、read、submit、read write 里的一个；限于一个程序的，登记时已经限定。";

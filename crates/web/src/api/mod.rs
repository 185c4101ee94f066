//! The API for programs of others: REST under `/api/v1`, described by an OpenAPI document that is made from the code.
//! It asks the same use cases as the pages, so that the same rules decide.

mod asked;
mod caller;
mod cases;
mod documents;
mod facts;
mod links;
mod page;
mod problem;
mod shape;
mod token;
mod told;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{OpenApi, RefOr, ResponseBuilder, SecurityRequirement};
use utoipa::{PartialSchema as _, ToSchema as _};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::problem::{KIND, Problem};
use crate::edge::{Limit, Source, whose};
use crate::posted::LARGEST_BODY;
use crate::secure;
use crate::site::Site;

/// Under which all of it stands.
pub(crate) const ROOT: &str = "/api/v1";

fn operations() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(token::give))
        .routes(routes!(cases::desk))
        .routes(routes!(cases::list, cases::open))
        .routes(routes!(cases::export))
        .routes(routes!(cases::export_sheet))
        .routes(routes!(cases::one))
        .routes(routes!(cases::act))
        .routes(routes!(cases::correct))
        .routes(routes!(cases::file))
        .routes(routes!(cases::receipt))
        .routes(routes!(facts::procedures))
        .routes(routes!(facts::procedure))
        .routes(routes!(facts::figures))
        .routes(routes!(facts::figure_records))
        .routes(routes!(facts::figure_sheet))
        .routes(routes!(facts::registers))
        .routes(routes!(facts::entries, facts::enter))
        .routes(routes!(facts::entries_sheet))
        .routes(routes!(documents::list))
        .routes(routes!(documents::one))
        .routes(routes!(facts::organs))
        .routes(routes!(facts::published))
        .routes(routes!(facts::published_one))
        .routes(routes!(facts::roots))
}

/// The description of the API, made from the code once.
static DESCRIPTION: LazyLock<OpenApi> = LazyLock::new(|| {
    let mut api = operations().into_openapi();
    api.info.title = "依法：接口".to_owned();
    api.info.version = "1".to_owned();
    api.info.description = Some(ABOUT.to_owned());
    api.info.contact = None;
    api.servers = Some(vec![utoipa::openapi::Server::new(ROOT)]);
    let tags = [
        ("令牌", "取得和使用令牌"),
        ("案件", "查看和办理案件"),
        ("程序", "有哪些程序，各有哪些事项"),
        ("指标", "从办理日志数出来的指标"),
        ("名册", "机关、名册和清单"),
        ("文件库", "规章和规范性文件，各引用什么，变动时要看哪些"),
        ("公开", "依法公开的内容，不要令牌"),
    ];
    api.tags = Some(
        tags.iter()
            .map(|(name, about)| {
                utoipa::openapi::tag::TagBuilder::new().name(*name).description(Some(*about)).build()
            })
            .collect(),
    );
    secured(&mut api);
    told(&mut api);
    for item in api.paths.paths.values_mut() {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete, &mut item.patch];
        methods.into_iter().flatten().for_each(with_problems);
    }
    api
});

const ABOUT: &str = "机关之间、系统之间的接口，办的是页面上同样的事，受同样的规则约束。\n\n\
    先由安全管理员在“接入程序”里登记，得到编号和密钥；用它们在 /token 取得令牌（OAuth 2.0 的 client credentials），\
    写在请求头 Authorization: Bearer 里。接入程序以登记的那个账号的名义查看和办理，\
    权限不超过那个账号；登记时可以只给一部分（lists、read、submit），或者限于一个程序，账号本人照此同意。\n\n\
    列表一页一页给：答复里的 next 写进下一次的参数 after。办理要写 Idempotency-Key，同一个键只办一次；\
    写上 If-Match，其间有人办过的不办。没有办成的，按 RFC 9457 说明原因、依据的条文和怎么办。\n\n\
    有新的事项要通知的，由发件箱推送（签名、重试），见运行手册。";

/// How a caller shows who it is.
fn secured(api: &mut OpenApi) {
    let scopes = Scopes::from_iter([
        ("lists", "案件、名册、指标明细的列表"),
        ("read", "查看"),
        ("submit", "开始案件、提出申请"),
        ("write", "办理、登记"),
    ]);
    let flow = Flow::ClientCredentials(ClientCredentials::new(format!("{ROOT}/token"), scopes));
    let components = api.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::OAuth2(OAuth2::new([flow])));
    let basic = HttpBuilder::new().scheme(HttpAuthScheme::Basic).build();
    components.add_security_scheme("program", SecurityScheme::Http(basic));
    api.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
}

/// The form of every refusal.
fn told(api: &mut OpenApi) {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    api.components.get_or_insert_default().schemas.extend(schemas);
}

/// Every operation can be refused, and is so in one form.
fn with_problems(operation: &mut utoipa::openapi::path::Operation) {
    use utoipa::openapi::content::ContentBuilder;
    let content =
        || ContentBuilder::new().schema(Some(utoipa::openapi::Ref::from_schema_name("Problem"))).build();
    let common = [
        ("400", "请求不对"),
        ("401", "没有令牌，或者令牌不对、已经过期"),
        ("403", "无权查看或者办理"),
        ("404", "没有找到，或者不是调用方可以看的"),
        ("409", "依法不能办理，或者其间有人办过"),
        ("413", "内容太大"),
        ("415", "请求体不是 JSON"),
        ("422", "填写的内容有误"),
        ("429", "请求太多"),
        ("500", "系统出了问题"),
    ];
    for (status, about) in common {
        if operation.responses.responses.contains_key(status) {
            continue;
        }
        let response = ResponseBuilder::new().description(about).content(KIND, content()).build();
        operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
    }
}

/// The description as JSON.
pub(crate) async fn description() -> Response {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut value = serde_json::to_value(&*DESCRIPTION).unwrap_or_default();
        if let Some(info) = value.get_mut("info").and_then(serde_json::Value::as_object_mut) {
            let terms = serde_json::json!({ "name": "Apache-2.0", "identifier": "Apache-2.0" });
            info.insert("license".to_owned(), terms);
        }
        without_null(&mut value);
        serde_json::to_string_pretty(&value).unwrap_or_default()
    });
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str()).into_response()
}

/// Parameters are texts: one that may be left out is not sent, and never null.
fn without_null(api: &mut serde_json::Value) {
    let paths = api.get_mut("paths").and_then(serde_json::Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut());
    let operations =
        operations.filter_map(serde_json::Value::as_object_mut).flat_map(|item| item.values_mut());
    for operation in operations {
        let parameters = operation.get_mut("parameters").and_then(serde_json::Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let Some(kind) = parameter.pointer_mut("/schema/type") else { continue };
            let own = kind.as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"));
            if let Some(own) = own.cloned() {
                *kind = own;
            }
        }
    }
}

/// The operations: method and path with variables, for tests that try every one.
pub(crate) fn paths() -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (path, item) in &DESCRIPTION.paths.paths {
        let methods =
            [("GET", &item.get), ("POST", &item.post), ("PUT", &item.put), ("DELETE", &item.delete)];
        for (method, _) in methods.into_iter().filter(|(_, operation)| operation.is_some()) {
            found.push((method, format!("{ROOT}{path}")));
        }
    }
    found
}

/// The API over a site.
pub(crate) fn router(site: &Site) -> Router<Site> {
    let (operations, _) = operations().split_for_parts();
    let operations = operations
        .fallback(|| async { Problem::of_status(StatusCode::NOT_FOUND) })
        .method_not_allowed_fallback(|| async { Problem::of_status(StatusCode::METHOD_NOT_ALLOWED) })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(site.clone(), guard));
    Router::new().nest(ROOT, operations)
}

pub(crate) use page::show;

/// Around every request: not too often, and every refusal in one form.
async fn guard(State(site): State<Site>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let source = Source::of(&parts, site.trusted());
    let answer = match site.limits().take(Limit::Api, &whose(source.address)) {
        Err(seconds) => Problem::too_many(seconds).into_response(),
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
    };
    let status = answer.status();
    let is_told = answer
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("application/")));
    let is_fault = status.is_client_error() || status.is_server_error();
    let answer = if is_fault && !is_told {
        let allow = answer.headers().get(header::ALLOW).cloned();
        let mut told = Problem::of_status(status).into_response();
        if let Some(allow) = allow {
            told.headers_mut().insert(header::ALLOW, allow);
        }
        told
    } else {
        answer
    };
    secure::with_headers(answer, true, source.is_secure)
}

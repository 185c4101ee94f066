//! What a request says: parameters, bodies, conditions; whatever is wrong with them is a problem in Chinese.

use std::time::Duration;

use app::{Form, Upload};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use calendar::Day;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::fields::COLUMN;
use crate::site::Site;

/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(300);
/// The largest file, in bytes.
const LARGEST_FILE: usize = 25 << 20;

/// Parameters of the query, none of which may be unknown.
pub(super) struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Site> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Self::Rejection> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(params)| Self(params)).map_err(|fault| {
            let why = format!("网址里的参数不对：{}", fault.body_text());
            let help = "参数的名称和写法见 /api/v1；不认识的参数不接受，每个参数只写一次。";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "parameter", &why, help)
        })
    }
}

/// The variables of a path.
pub(super) struct Named<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Site> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Self::Rejection> {
        let read = Path::<T>::from_request_parts(parts, site).await;
        read.map(|Path(named)| Self(named)).map_err(|_| {
            let help = "编号用十进制整数；路径里的文字用 UTF-8 编码。";
            Problem::new(StatusCode::NOT_FOUND, "not_found", "没有找到：网址里的编号不对", help)
        })
    }
}

/// A body of JSON.
pub(super) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Site> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).map(|kind| kind.trim().to_lowercase());
        if kind.as_deref() != Some("application/json") {
            let help = "请求体写成 JSON，并写明 Content-Type: application/json。";
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            return Err(Problem::new(status, "media_type", "请求体不是 JSON", help));
        }
        let read = tokio::time::timeout(PATIENCE, Bytes::from_request(request, site)).await;
        let read = read.map_err(|_| Problem::of_status(StatusCode::REQUEST_TIMEOUT))?;
        let bytes = read.map_err(|fault| Problem::of_status(fault.status()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|fault| {
            let why = format!("请求体读不出来（第{}行第{}列）：{fault}", fault.line(), fault.column());
            let help = "请对照 /api/v1 里的格式；不认识的字段不接受。";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "body", &why, help)
        })
    }
}

/// 一个附件
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(title = "附件")]
pub(crate) struct ApiFile {
    /// 属于哪个字段
    field: String,
    /// 文件名
    #[schema(max_length = 200)]
    name: String,
    /// 内容，base64；最大 25 兆
    #[schema(content_encoding = "base64", content_media_type = "application/octet-stream")]
    content: String,
}

/// 字段填写的内容：文字、数、真假，或者它们的列表；表格写成行的列表，行写成各格的列表
#[derive(Debug, ToSchema)]
#[schema(title = "填写的内容")]
#[allow(dead_code, reason = "it stands for the shape in the description alone")]
#[serde(untagged)]
pub(crate) enum Filled {
    Text(String),
    Number(f64),
    YesNo(bool),
    List(Vec<FilledOne>),
}

/// 列表里的一项，或者表格的一行
#[derive(Debug, ToSchema)]
#[schema(title = "填写的一项")]
#[allow(dead_code, reason = "it stands for the shape in the description alone")]
#[serde(untagged)]
pub(crate) enum FilledOne {
    Text(String),
    Number(f64),
    YesNo(bool),
    Row(Vec<String>),
}

/// The record of a request as the form that a page would send: texts as they are, numbers and yes or no in words.
pub(super) fn form_of(record: Map<String, Value>) -> Result<Form, Problem> {
    let mut form = Form::new();
    for (name, value) in record {
        let texts = match value {
            Value::Array(items) => items.iter().map(|item| text_of(&name, item)).collect::<Result<_, _>>()?,
            Value::Null => Vec::new(),
            value => vec![text_of(&name, &value)?],
        };
        form.insert(name, texts);
    }
    Ok(form)
}

fn text_of(name: &str, value: &Value) -> Result<String, Problem> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(if *flag { "yes" } else { "no" }.to_owned()),
        // A row of a table is the list of its cells.
        Value::Array(cells) => {
            let cells: Vec<String> =
                cells.iter().map(|cell| text_of(name, cell)).collect::<Result<_, _>>()?;
            Ok(cells
                .iter()
                .map(|cell| cell.replace(COLUMN, "|"))
                .collect::<Vec<_>>()
                .join(&COLUMN.to_string()))
        }
        _ => Err(Problem::parameter(
            name,
            &value.to_string(),
            "写成文字、数、真假，或者它们的列表；表格的一行写成各格的列表。",
        )),
    }
}

/// The files of a request.
pub(super) fn files_of(files: Vec<ApiFile>) -> Result<Vec<Upload>, Problem> {
    let mut uploads = Vec::with_capacity(files.len());
    for file in files {
        let content = base64::engine::general_purpose::STANDARD.decode(&file.content);
        let content = content
            .map_err(|_| Problem::parameter("files", &file.name, "附件的内容用带填充的标准 base64 编码。"))?;
        if content.len() > LARGEST_FILE {
            return Err(Problem::parameter(
                "files",
                &file.name,
                "一个附件最大 25 兆；请压缩，或者分成几个。",
            ));
        }
        uploads.push(Upload { field: file.field, name: file.name, content });
    }
    Ok(uploads)
}

/// A day of a request.
pub(super) fn day_of(name: &str, text: &str) -> Result<Day, Problem> {
    Day::parse(text).map_err(|_| Problem::parameter(name, text, "写成 2026-03-01 的样子，并且是有的日子。"))
}

/// The key under which a command is done once, of the sender's making.
pub(super) fn idempotency_key(headers: &HeaderMap, account: &str) -> Result<String, Problem> {
    let given = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_fit = (8..=100).contains(&given.len()) && given.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_fit {
        let help = "每一次办理自己定一个不重复的键（8至100个可见的 ASCII 字符），写在请求头 Idempotency-Key 里；\
                    重发时用同一个键，只会办一次。";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "idempotency_key", "没有合格的幂等键", help));
    }
    // The keys of one caller are no matter of another's.
    Ok(format!("api:{account}:{given}"))
}

/// The version of the case that the sender saw, where `If-Match` says one.
pub(super) fn version_of(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let Some(given) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = given.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.trim_matches('"').split('-').next().and_then(|text| text.parse().ok());
    let help = "照抄查看案件时答复头里的 ETag。";
    version.map(Some).ok_or_else(|| Problem::parameter("If-Match", text, help))
}

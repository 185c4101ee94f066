//! Why the API did not do what it was asked: problem details after RFC 9457, in the words of the pages.

use app::AppError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Diagnostic;
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::fault::{status_of, told};

pub(super) const KIND: &str = "application/problem+json";

/// 没有办成的原因（RFC 9457）
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(title = "原因")]
pub(crate) struct Problem {
    /// 原因的种类，`urn:yifa:problem:` 加上种类的标识
    #[serde(rename = "type")]
    kind: String,
    /// 一句话的原因
    title: String,
    /// HTTP 状态码
    status: u16,
    /// 怎么办
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// 逐项的原因：一次说全
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<ProblemItem>,
    /// 比对结果（种类为 alike 的）：核对以后，写进 alike 再提交
    #[serde(skip_serializing_if = "Option::is_none")]
    alike: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    header: Option<(header::HeaderName, String)>,
}

/// 一项原因
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(title = "一项原因")]
pub(crate) struct ProblemItem {
    /// 种类的标识
    code: String,
    /// 哪个字段（表单有误的）
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// 原因
    message: String,
    /// 依据的条文
    #[serde(skip_serializing_if = "Option::is_none")]
    article: Option<String>,
    /// 怎么办
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, title: &str, help: &str) -> Self {
        Self {
            kind: format!("urn:yifa:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: Some(help.to_owned()).filter(|help| !help.is_empty()),
            errors: Vec::new(),
            alike: None,
            header: None,
        }
    }

    pub fn with(mut self, name: header::HeaderName, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    /// A parameter whose value is not what it should be.
    pub fn parameter(name: &str, value: &str, help: &str) -> Self {
        let shown: String = value.chars().take(60).collect();
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "parameter",
            &format!("参数 {name} 不能是“{shown}”"),
            help,
        )
    }

    /// What a bare refusal of the machinery means.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(status, "not_found", "没有这个接口", "接口的说明见 /api/v1。"),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method", "这个接口不接受这种方法", "接口的说明见 /api/v1。")
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(
                status,
                "too_large",
                "一次提交的内容超过上限 64 兆，没有办理",
                "请压缩附件，或者分成几次提交。",
            ),
            status if status.is_client_error() => {
                Self::new(status, "malformed", "请求读不出来，没有办理", "接口的说明见 /api/v1。")
            }
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "系统出了问题，这一次没有完成，已有的数据不受影响",
                "请稍后再试；仍然不行的，请把时间和请求告诉系统管理员。",
            ),
        }
    }

    /// Too many in too short a time.
    pub fn too_many(seconds: u64) -> Self {
        let help = format!("请等{seconds}秒再试。");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many", "短时间内请求的次数太多，这一次没有办理", &help)
            .with(header::RETRY_AFTER, seconds.to_string())
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let lines = told(&error);
        // A day on which there was no case yet: it is not there, whoever asks.
        let is_before = matches!(error, AppError::Wrong { code: "not_yet", .. });
        let status = if is_before { StatusCode::NOT_FOUND } else { status_of(&error) };
        let (code, title) = match &error {
            AppError::Refused(_) => ("refused", "依法不能办理"),
            AppError::Changed { .. } => ("changed", "您查看以后，已经有人办理过本案"),
            AppError::Alike(_) => ("alike", "以前登记的有相近的，还没有登记"),
            AppError::Invalid(_) => ("invalid", "填写的内容有误"),
            AppError::Unfit(_) => ("unfit", "文件的内容有误"),
            AppError::Forbidden { .. } | AppError::Unauthorised(_) => ("forbidden", "无权办理"),
            AppError::NotFound { .. } => ("not_found", "没有找到"),
            AppError::Wrong { code, .. } => (*code, "没有办理"),
            AppError::Store(StoreError::KeyReused { .. }) => ("key_reused", "同一个幂等键已经用于别的内容"),
            AppError::Store(_) => ("internal", "系统暂时不能办理"),
        };
        let first = lines.first();
        let title = match (&error, first) {
            (
                AppError::NotFound { .. } | AppError::Wrong { .. } | AppError::Forbidden { .. },
                Some(first),
            ) => first.message.clone(),
            _ => title.to_owned(),
        };
        let help = if lines.len() == 1 { first.and_then(|first| first.help.clone()) } else { None };
        let errors = match &error {
            AppError::Invalid(faults) => faults.iter().map(of_field).collect(),
            _ => lines.iter().map(item).collect(),
        };
        Self {
            kind: format!("urn:yifa:problem:{code}"),
            title,
            status: status.as_u16(),
            detail: help,
            errors,
            alike: match &error {
                AppError::Alike(alike) => Some(alike.stamp.clone()),
                _ => None,
            },
            header: None,
        }
    }
}

fn item(line: &Diagnostic) -> ProblemItem {
    ProblemItem {
        code: line.code.to_owned(),
        field: None,
        message: line.message.clone(),
        article: line.article.clone(),
        help: line.help.clone(),
    }
}

fn of_field(fault: &app::FieldFault) -> ProblemItem {
    ProblemItem {
        code: "field".to_owned(),
        field: Some(fault.field.clone()),
        message: format!("{}：{}", fault.name, fault.message),
        article: None,
        help: None,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = serde_json::to_string(&self).unwrap_or_default();
        let mut answer = (status, [(header::CONTENT_TYPE, KIND)], text).into_response();
        if let Some((name, value)) = self.header
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

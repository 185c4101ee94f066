//! Why there is no page: in Chinese, with what to do, and with nothing of the machine's insides.

use app::AppError;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use base::Diagnostic;
use maud::html;
use store::StoreError;

use crate::pages::sign_in;
use crate::parts;
use crate::visitor::Visitor;

/// The title of the answer to a form that is not this site's.
const FORGED: &str = "没有办理";

/// Why a request is not answered with what was asked for. 请求未成的原因
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Who is there must sign in first; where they wanted to go.
    SignIn(String),
    /// The session ended while a form was filled in: its address, and what was filled in.
    Lapsed {
        place: String,
        kept: String,
    },
    /// Whoever has given a right password must do something there first.
    First(&'static str),
    /// Too many in too short a time; after how many seconds there may be another.
    TooMany(u64),
    /// Too much was read in a short time; after so many seconds there may be more.
    ReadTooMuch(u64),
    Page {
        status: StatusCode,
        title: &'static str,
        lines: Vec<Diagnostic>,
    },
}

impl Fault {
    fn new(status: StatusCode, title: &'static str, why: &str, help: &str) -> Self {
        Self::Page { status, title, lines: vec![Diagnostic::error("fault", why).help(help)] }
    }

    pub fn internal() -> Self {
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub fn missing(what: &str) -> Self {
        AppError::NotFound { what: what.to_owned() }.into()
    }

    /// A form that does not carry what this site gave it.
    pub fn forged() -> Self {
        let why = "提交的表单不是由本站刚刚打开的页面发出的，没有办理";
        let help = "可能是页面打开太久或者登录已经过期。请返回上一页刷新，登录后重新提交。";
        Self::new(StatusCode::FORBIDDEN, FORGED, why, help)
    }

    /// Whether somebody is told that it is not theirs; a form from another site is nobody's doing.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Page { status: StatusCode::FORBIDDEN, title, .. } if *title != FORGED)
    }

    pub fn too_large(limit: usize) -> Self {
        let why = format!("一次提交的内容超过上限 {} 兆，没有办理", limit >> 20);
        let help = "请压缩附件，或者分成几次提交。";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "提交的内容太大", &why, help)
    }

    /// Work that did not come to its end.
    pub fn busy(why: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "没有完成", why, "返回上一页，过一会儿再试。")
    }

    /// The page of a bare status.
    pub fn of_status(status: StatusCode) -> Self {
        let (title, why, help) = match status {
            StatusCode::NOT_FOUND => {
                ("没有这个页面", "没有找到您要的页面", "请核对网址，或者从首页重新进入。")
            }
            StatusCode::FORBIDDEN => {
                ("不能访问", "您没有权限访问这个页面", "确属您的职责的，请联系本单位管理员。")
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                ("不能这样访问", "这个网址不能这样访问", "请从页面上的链接或者按钮进入。")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("提交的内容太大", "一次提交的内容超过上限，没有办理", "请压缩附件，或者分成几次提交。")
            }
            status if status.is_client_error() => {
                ("请求有误", "提交的内容读不出来，没有办理", "请返回上一页刷新后重新提交。")
            }
            _ => (
                "系统暂时不能办理",
                "系统出了问题，这一次没有完成，已有的数据不受影响",
                "请稍后再试；仍然不行的，请把时间和您办理的事项告诉系统管理员。",
            ),
        };
        Self::new(status, title, why, help)
    }

    /// The page that tells it.
    pub fn page(&self, visitor: &Visitor) -> Response {
        match self {
            Self::SignIn(path) => {
                let next = if path == "/" { String::new() } else { format!("?next={}", parts::quoted(path)) };
                Redirect::to(&format!("/sign-in{next}")).into_response()
            }
            Self::Lapsed { place, kept } => sign_in::lapsed(visitor, place, kept),
            Self::First(path) => Redirect::to(path).into_response(),
            Self::TooMany(seconds) => too_many(*seconds, SENT, visitor),
            Self::ReadTooMuch(seconds) => too_many(*seconds, READ, visitor),
            Self::Page { status, title, lines } => {
                let content = html! {
                    h1 { (title) }
                    (parts::findings(lines))
                    p.actions {
                        @if visitor.is_officer() { a.button href="/desk" { "回工作台" } " " a.button.second href="/" { "回首页" } }
                        @else { a.button href="/" { "回首页" } }
                    }
                };
                visitor.page_with(*status, title, content)
            }
        }
    }

    /// The same where even the visitor is not known.
    pub fn plain(&self) -> Response {
        let content = html! {
            (maud::DOCTYPE)
            html lang="zh-CN" {
                head { meta charset="utf-8"; title { "系统暂时不能办理" } }
                body {
                    h1 { "系统暂时不能办理" }
                    p { "已有的数据不受影响。请稍后再试；仍然不行的，请告诉系统管理员。" }
                }
            }
        };
        (StatusCode::SERVICE_UNAVAILABLE, Html(content.into_string())).into_response()
    }
}

/// Title, what happened, and what to do then: of a form, and of a page or a file.
const SENT: [&str; 3] =
    ["请稍等再提交", "短时间内提交的次数太多，这一次没有办理", "再提交，已经办好的不受影响"];
const READ: [&str; 3] = ["请稍等再打开", "短时间内打开、下载的次数太多，这一次没有给出", "再打开"];

fn too_many(seconds: u64, [title, why, then]: [&str; 3], visitor: &Visitor) -> Response {
    let help = format!(
        "请等{seconds}秒以后{then}。同一单位许多人共用一个网络地址也会这样，经常出现的请告诉系统管理员。"
    );
    let lines = [Diagnostic::error("too_many", why).help(help)];
    let content = html! {
        h1 { (title) }
        (parts::findings(&lines))
        p.actions { a.button href="/" { "回首页" } }
    };
    let mut answer = visitor.page_with(StatusCode::TOO_MANY_REQUESTS, title, content);
    answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    answer
}

/// The fault itself travels to the guard, which knows the visitor and makes the page.
impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::SignIn(_) | Self::First(_) => StatusCode::SEE_OTHER,
            Self::TooMany(_) | Self::ReadTooMuch(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Lapsed { .. } => StatusCode::FORBIDDEN,
            Self::Page { status, .. } => *status,
        };
        let mut answer = (status, [(header::CONTENT_TYPE, "text/plain")]).into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

impl From<AppError> for Fault {
    fn from(error: AppError) -> Self {
        Self::Page { status: status_of(&error), title: title_of(&error), lines: told(&error) }
    }
}

/// The status of an answer that tells this error.
pub(crate) fn status_of(error: &AppError) -> StatusCode {
    match error {
        AppError::Refused(_) | AppError::Changed { .. } | AppError::Alike(_) => StatusCode::CONFLICT,
        AppError::Invalid(_) | AppError::Unfit(_) | AppError::Wrong { .. } => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        AppError::Forbidden { .. } | AppError::Unauthorised(_) => StatusCode::FORBIDDEN,
        AppError::NotFound { .. } => StatusCode::NOT_FOUND,
        AppError::Store(StoreError::KeyReused { .. }) => StatusCode::CONFLICT,
        AppError::Store(StoreError::FileRefused { .. }) => StatusCode::UNPROCESSABLE_ENTITY,
        AppError::Store(StoreError::Closed) => StatusCode::SERVICE_UNAVAILABLE,
        AppError::Store(StoreError::Unwritable { .. }) => StatusCode::INSUFFICIENT_STORAGE,
        AppError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn title_of(error: &AppError) -> &'static str {
    match error {
        AppError::NotFound { .. } => "没有找到",
        AppError::Forbidden { .. } | AppError::Unauthorised(_) => "不能办理",
        AppError::Store(_) => "系统暂时不能办理",
        _ => "没有办理",
    }
}

/// The error in words for the public: of the machine's troubles only what the reader can use.
pub(crate) fn told(error: &AppError) -> Vec<Diagnostic> {
    let AppError::Store(fault) = error else { return error.diagnostics() };
    let (why, help) = match fault {
        StoreError::KeyReused { .. } => (
            "这张表单已经提交并办理过一次，这次填写的内容与上次不同，没有重复办理",
            "请先看办理经过；确实需要再办的，请重新打开表单。",
        ),
        StoreError::Unwritable { .. } => (
            "磁盘已满或者无法写入，本次办理没有保存，已有的数据完好",
            "请告诉系统管理员；恢复以后重新提交，您填写的内容还在本页。",
        ),
        StoreError::Unsure { .. } => (
            "保存的最后一刻出了故障，是否已经保存还不能确定",
            "请稍后先查看是否已经办成；没有办成的，原样重新提交，只会办一次。",
        ),
        StoreError::Closed => ("系统正在停止服务，本次办理没有保存", "请稍后重新提交。"),
        StoreError::FileRefused { .. } => return error.diagnostics(),
        _ => (
            "系统出了问题，本次没有完成，已有的数据不受影响",
            "请稍后再试；仍然不行的，请把时间和您办理的事项告诉系统管理员。",
        ),
    };
    vec![Diagnostic::error(fault.code(), why).help(help)]
}

//! Whether the server is well, the stylesheet, the choice of larger letters, and what is not there.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use crate::fault::Fault;
use crate::layout::{ICON, STYLESHEET, stylesheet_name};
use crate::pages::audit;
use crate::site::Site;
use crate::visitor::{Answer, Cookie, Visitor, set_cookie};

/// Whether pages can be served: the store can be read.
pub(crate) async fn health(State(site): State<Site>) -> Response {
    match site.ask(app::Platform::organs).await {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "unwell\n").into_response(),
    }
}

pub(crate) async fn nothing() -> Fault {
    Fault::of_status(StatusCode::NOT_FOUND)
}

pub(crate) async fn asset(Path(name): Path<String>) -> Answer {
    let (kind, text) = match name.as_str() {
        "icon.svg" => ("image/svg+xml", ICON),
        name if name == stylesheet_name() => ("text/css; charset=utf-8", STYLESHEET),
        name if name == audit::style_name() => ("text/css; charset=utf-8", audit_report::STYLE),
        name if name == audit::script_name() => ("text/javascript; charset=utf-8", audit::SCRIPT),
        _ => return Err(Fault::of_status(StatusCode::NOT_FOUND)),
    };
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text).into_response())
}

/// Larger letters and targets, or the usual ones.
pub(crate) async fn display(visitor: Visitor, Path(mode): Path<String>) -> Answer {
    let cookie = match mode.as_str() {
        "large" => set_cookie(Cookie::Display, "large", Some(31_536_000), visitor.secure),
        "normal" => set_cookie(Cookie::Display, "", Some(0), visitor.secure),
        _ => return Err(Fault::of_status(StatusCode::NOT_FOUND)),
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to("/")).into_response())
}

//! Whether the server is well, the stylesheet, the choice of how pages are shown, and what is not there.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use crate::design::style::stylesheet;
use crate::fault::Fault;
use crate::layout::{ICON, stylesheet_name};
use crate::pages::audit;
use crate::secure::local_path;
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
        name if name == stylesheet_name() => ("text/css; charset=utf-8", stylesheet()),
        name if name == audit::style_name() => ("text/css; charset=utf-8", audit_report::STYLE),
        name if name == audit::script_name() => ("text/javascript; charset=utf-8", audit::SCRIPT),
        _ => return Err(Fault::of_status(StatusCode::NOT_FOUND)),
    };
    let kept = "public, max-age=31536000, immutable";
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)], text).into_response())
}

/// Chooses a way of showing the pages and goes back to where one was.
pub(crate) async fn display(visitor: Visitor, Path(mode): Path<String>, headers: HeaderMap) -> Answer {
    let look = visitor.look.with(&mode).ok_or_else(|| Fault::of_status(StatusCode::NOT_FOUND))?;
    let kept = look.written();
    let age = if kept.is_empty() { 0 } else { 31_536_000 };
    let cookie = set_cookie(Cookie::Display, &kept, Some(age), visitor.secure);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&came_from(&headers))).into_response())
}

/// The page of this site from which a request came; the first one where that is not known.
fn came_from(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let place = || {
        let (_, rest) = text(header::REFERER)?.split_once("://")?;
        let (host, path) = rest.split_once('/')?;
        let path = format!("/{}", path.split('#').next()?);
        (Some(host) == text(header::HOST)).then_some(path)
    };
    let place = place().filter(|path| local_path(path).is_some() && !path.starts_with("/display/"));
    place.unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_pages_of_this_site_alone() {
        let from = |host: &'static str, referer: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            headers.insert(header::REFERER, HeaderValue::from_static(referer));
            came_from(&headers)
        };
        assert_eq!(
            from("fz.example.gov.cn", "https://fz.example.gov.cn/cases?whose=held"),
            "/cases?whose=held"
        );
        for other in [
            "https://evil.example/cases",
            "https://fz.example.gov.cn//evil.example",
            "https://fz.example.gov.cn/display/large",
            "https://fz.example.gov.cn",
            "about:blank",
        ] {
            assert_eq!(from("fz.example.gov.cn", other), "/", "{other}");
        }
        assert_eq!(came_from(&HeaderMap::new()), "/");
    }
}

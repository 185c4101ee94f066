//! How the API answers.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::shape::Page;
use crate::parts::quoted;

/// What an operation gives, or why it gives nothing.
pub(super) type Answer = Result<Response, Problem>;

/// A body of JSON.
pub(super) fn json<T: Serialize>(value: &T) -> ([(HeaderName, &'static str); 1], String) {
    let text = serde_json::to_string(value).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text)
}

/// A page of a list.
pub(super) fn page<T: Serialize + ToSchema>(items: Vec<T>, next: Option<String>) -> Response {
    json(&Page { items, next }).into_response()
}

/// An answer with its tag; nothing but the tag for whoever has it already.
pub(super) fn tagged<T: Serialize>(headers: &HeaderMap, version: &str, value: &T) -> Response {
    let text = serde_json::to_string(value).unwrap_or_default();
    let tag = format!("\"{version}-{}\"", app::short_hash(text.as_bytes()));
    let given = headers.get(header::IF_NONE_MATCH).and_then(|given| given.to_str().ok()).unwrap_or_default();
    let is_same = given.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    let tag = [(header::ETAG, tag)];
    if is_same {
        return (StatusCode::NOT_MODIFIED, tag).into_response();
    }
    (tag, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// The type of a file of a spreadsheet.
pub(super) const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file of a spreadsheet.
pub(super) fn sheet(name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", quoted(name));
    ([(header::CONTENT_TYPE, SHEET.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

//! The description of the API as a page to browse.

use std::collections::BTreeMap;

use maud::{Markup, html};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{RefOr, Required};

use super::{DESCRIPTION, ROOT};
use crate::visitor::{Answer, Visitor};

/// The page `/api/v1`.
pub(crate) async fn show(visitor: Visitor) -> Answer {
    Ok(visitor.page("接口", render()))
}

type Listed<'a> = BTreeMap<&'a str, Vec<(&'static str, &'a str, &'a Operation)>>;

fn render() -> Markup {
    let mut by_tag: Listed<'_> = BTreeMap::new();
    for (path, item) in &DESCRIPTION.paths.paths {
        for (method, operation) in [("GET", &item.get), ("POST", &item.post)] {
            let Some(operation) = operation else { continue };
            let tag = operation.tags.as_ref().and_then(|tags| tags.first()).map_or("", String::as_str);
            by_tag.entry(tag).or_default().push((method, path, operation));
        }
    }
    let about = DESCRIPTION.info.description.as_deref().unwrap_or_default();
    html! {
        h1 { "接口" }
        @for paragraph in about.split("\n\n") { p { (paragraph) } }
        p { a href=(format!("{ROOT}/openapi.json")) download { "下载接口说明（OpenAPI 3.1）" } "，可以据此生成调用的程序。" }
        @for tag in DESCRIPTION.tags.iter().flatten() {
            h2 { (tag.name) }
            @for (method, path, operation) in by_tag.get(tag.name.as_str()).into_iter().flatten() {
                (one(method, path, operation))
            }
        }
    }
}

fn one(method: &str, path: &str, operation: &Operation) -> Markup {
    let all = operation.parameters.iter().flatten();
    let parameters = all.filter_map(|one| if let RefOr::T(one) = one { Some(one) } else { None });
    html! {
        details.operation {
            summary { code { (method) " " (ROOT) (path) } " " (operation.summary.as_deref().unwrap_or_default()) }
            @if operation.parameters.as_ref().is_some_and(|all| !all.is_empty()) {
                dl.facts {
                    @for parameter in parameters {
                        div {
                            dt { code { (parameter.name) } }
                            dd {
                                (parameter.description.as_deref().unwrap_or_default())
                                span.sub { "（" (place(&parameter.parameter_in)) @if matches!(parameter.required, Required::True) { "，必填" } "）" }
                            }
                        }
                    }
                }
            }
            @if let Some(RefOr::T(body)) = &operation.request_body {
                p { "请求体：" @for kind in body.content.keys() { code { (kind) } } }
            }
            ul {
                @for (status, response) in &operation.responses.responses {
                    @if let RefOr::T(response) = response { li { code { (status) } " " (response.description) } }
                }
            }
        }
    }
}

fn place(place: &ParameterIn) -> &'static str {
    match place {
        ParameterIn::Query | ParameterIn::QueryString => "参数",
        ParameterIn::Path => "路径",
        ParameterIn::Header => "请求头",
        ParameterIn::Cookie => "cookie",
    }
}

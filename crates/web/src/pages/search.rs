//! Search on the portal. 搜索

use std::collections::BTreeSet;

use app::Found;
use axum::extract::{Query, State};
use maud::{Markup, html};

use crate::design::shown;
use crate::pages::apply::services;
use crate::pages::published;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// What is looked for.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

pub(crate) async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let text = asked.q.trim().to_owned();
    let own = text.clone();
    let found = site.ask(move |platform| platform.find(&own)).await?;
    let online: BTreeSet<String> = services(site.platform()).into_iter().map(|one| one.id).collect();
    Ok(visitor.page("搜索", render(&text, &found, &online)))
}

/// The input for words, as the first page and this one show it.
pub(crate) fn input(text: &str) -> Markup {
    html! {
        form.search method="get" action="/search" role="search" {
            div.field {
                label for="q" { "找事项、指南、公开信息" }
                input id="q" name="q" type="text" maxlength="60" value=(text);
            }
            button type="submit" { "搜索" }
        }
    }
}

fn render(text: &str, found: &Found, online: &BTreeSet<String>) -> Markup {
    let (apply, guides): (Vec<_>, Vec<_>) = found.procedures.iter().partition(|(id, _)| online.contains(id));
    let is_empty = found.procedures.is_empty()
        && found.figures.is_empty()
        && found.registers.is_empty()
        && found.published.is_empty();
    html! {
        h1 { "搜索" }
        (input(text))
        @if text.is_empty() { p { "写一两个词，例如“复议”“低保”，或者一份文件的文号。" } }
        @else if is_empty {
            (shown::empty(&format!("没有找到“{text}”。换一个短一些的词，或者到办事指南里找。"), Some(("/procedures", "办事指南"))))
        }
        @if !apply.is_empty() {
            section aria-labelledby="apply" {
                h2 id="apply" { "可以在网上申请" }
                ul.lines { @for (id, name) in &apply { li { a href=(format!("/apply/{id}")) { (name) } span.sub { a href=(format!("/procedures/{id}")) aria-label=(format!("办事指南：{name}")) { "办事指南" } } } } }
            }
        }
        @if !guides.is_empty() {
            section aria-labelledby="guides" {
                h2 id="guides" { "办事指南" }
                ul.lines { @for (id, name) in &guides { li { a href=(format!("/procedures/{id}")) { (name) } } } }
            }
        }
        @if !found.published.is_empty() {
            section aria-labelledby="published" {
                h2 id="published" { "公开信息" }
                (published::lines(&found.published))
            }
        }
        @if let Some(looked) = found.looked.filter(|_| !text.is_empty()) {
            p.hint { "公开信息只找了最近的" (looked) "条；更早的，按文号找，或者到" a href="/published" { "公开信息" } "按程序翻看。" }
        }
        @if !found.registers.is_empty() {
            section aria-labelledby="registers" {
                h2 id="registers" { "名册和清单" }
                ul.lines { @for (id, name) in &found.registers { li { a href=(format!("/registers/{id}")) { (name) } } } }
            }
        }
        @if !found.figures.is_empty() {
            section aria-labelledby="figures" {
                h2 id="figures" { "统计数据" }
                ul.lines { @for (id, name, procedure) in &found.figures { li { a href=(parts::query(&format!("/figures/{id}"), &[])) { (name) } span.sub { (procedure) } } } }
            }
        }
    }
}

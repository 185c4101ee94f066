//! What is public: the list and the page of one act.

use app::{Published, PublishedPage};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use maud::{Markup, html};

use crate::design::field::Field;
use crate::design::shown;
use crate::layout::{self, meta};
use crate::pages::files;
use crate::parts;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Which part of the list is asked for.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    procedure: String,
    #[serde(default)]
    after: String,
}

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (procedure, after) = (asked.procedure.clone(), asked.after.clone());
    let (lines, next) = site
        .ask(move |platform| {
            platform.published(&procedure, Some(after.as_str()).filter(|after| !after.is_empty()))
        })
        .await?;
    let today = site.platform().today();
    let procedures: Vec<(String, String)> = site
        .platform()
        .rules()
        .in_force(today)
        .map(|pack| (pack.file.procedure.id.clone(), pack.file.procedure.name.clone()))
        .collect();
    Ok(visitor.page("公开信息", render(&lines, next.as_deref(), &asked.procedure, &procedures)))
}

fn render(lines: &[Published], next: Option<&str>, own: &str, procedures: &[(String, String)]) -> Markup {
    let next = next.map(|after| parts::query("/published", &[("procedure", own), ("after", after)]));
    html! {
        div.row {
            h1 { "公开信息" }
            p.row-actions { a.button.second href="/comment" { "正在征求意见的草案" } }
        }
        form.filters method="get" action="/published" role="search" {
            (Field::new("procedure", "程序").choice("procedure", "全部", procedures, own))
            button.second type="submit" { "查看" }
        }
        @if lines.is_empty() { (shown::empty("这里还没有公开的信息。", None)) }
        (self::lines(lines))
        (parts::next_page(next.as_deref()))
    }
}

/// Published acts as a list.
pub(crate) fn lines(lines: &[Published]) -> Markup {
    html! {
        ul.lines {
            @for line in lines {
                li {
                    a href=(format!("/published/{}/{}/{}", line.case, line.number, line.act)) { (line.title) }
                    span.sub { (line.organ) "　" (line.procedure) "　" (parts::day(line.published_on)) }
                }
            }
        }
    }
}

pub(crate) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((case, number, act)): Path<(String, u32, String)>,
) -> Answer {
    let page = site.ask(move |platform| platform.published_page(&case, number, &act)).await?;
    let head = &page.head;
    let about = meta::of_article(&visitor.facts, &head.title, head.published_on, &head.organ, &visitor.path);
    Ok(layout::response(&visitor, StatusCode::OK, &head.title, &about, &one(&page)))
}

/// A file that is public with the act.
pub(crate) async fn file(
    State(site): State<Site>,
    Path((case, number, act, hash)): Path<(String, u32, String, String)>,
) -> Answer {
    let content = site.ask(move |platform| platform.public_file(&case, number, &act, &hash)).await?;
    Ok(files::sent(content))
}

fn one(page: &PublishedPage) -> Markup {
    let place = format!("/published/{}/{}/{}", page.head.case, page.head.number, page.head.act);
    html! {
        (shown::crumbs(&[("/published", "公开信息"), ("", &page.head.organ)]))
        article.paper {
            h1 { (page.head.title) }
            dl.facts {
                div { dt { "公开机关" } dd { (page.head.organ) } }
                @if let Some(number) = &page.doc_number { div { dt { "文号" } dd { (number) } } }
                div { dt { "公开日期" } dd { (parts::day(page.head.published_on)) } }
                @if let Some(day) = page.shown_until { div { dt { "公示至" } dd { (parts::day(day)) } } }
                @if !page.cited.is_empty() { div { dt { "公开依据" } dd { (page.cited) } } }
            }
            @if let Some(day) = page.withdrawn_on {
                div.notice.warn { p { "本条信息已于" (parts::day(day)) "撤下，不再公开内容。" } }
            }
            @for (label, text) in &page.fields {
                section { h2 { (label) } p.text { (text) } }
            }
            @if !page.files.is_empty() {
                section {
                    h2 { "文件" }
                    ul.files { @for (hash, name) in &page.files { li { a href=(format!("{place}/files/{hash}")) { (name) } } } }
                }
            }
        }
        @if page.is_open {
            p.actions.unprinted { a.button href=(format!("/comment/{}/{}/{}", page.head.case, page.head.number, page.head.act)) { "提出意见" } }
        }
    }
}

//! A document or a law of the library with its citations both ways, and what a change of it means.

use app::{
    AffectedLine, CitedLine, Fallout, Leads, LibraryDocument, LibraryLaw, ReviewPlace, ReviewWay, Supposed,
};
use axum::extract::{Path, Query, State};
use calendar::Day;
use citations::{Consequence, How, Role};
use law::Article;
use maud::{Markup, html};

use super::{ROOT, not_yet, reader, viewer, why};
use crate::design::field::Field;
use crate::design::shown;
use crate::parts::{self, query};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// How something is thought to change.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    on: String,
    #[serde(default)]
    how: String,
    #[serde(default)]
    article: String,
}

impl Asked {
    fn supposed(&self) -> Supposed {
        Supposed {
            on: Day::parse(&self.on).ok(),
            how: How::ALL.into_iter().find(|how| how.id() == self.how),
            article: Article::parse(&self.article).ok(),
        }
    }
}

pub(super) async fn document(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (who, wanted) = (reader(&visitor), asked.clone());
    let found = site
        .ask(move |platform| {
            let found = platform.library_document(viewer(who.as_ref()), &id, &wanted.supposed())?;
            let Some(found) = found else { return Ok(None) };
            let ways = who.as_ref().map_or(Ok(Vec::new()), |actor| platform.review_ways(actor, &found))?;
            Ok(Some((found, ways)))
        })
        .await?;
    let Some((found, ways)) = found else { return Ok(visitor.page("文件库", not_yet())) };
    Ok(visitor.page(&found.line.title, document_page(&found, &ways, &asked)))
}

fn document_page(found: &LibraryDocument, ways: &[ReviewWay], asked: &Asked) -> Markup {
    let line = &found.line;
    let path = format!("{ROOT}/{}", line.id);
    let day = |day: Option<Day>| html! { @match day { Some(day) => (parts::day(day)), None => "没有登记" } };
    let until = html! { @match line.until { Some(day) => (parts::day(day)), None => "没有写明" } };
    let number = html! { (line.number.as_deref().unwrap_or("没有登记")) };
    let organ = html! { a href=(query(ROOT, &[("organ", &found.organ_id)])) { (line.organ) } };
    let facts = [
        ("文号", number),
        ("制定机关", organ),
        ("施行日", day(line.from)),
        ("有效期至", until),
        ("效力", html! { (line.standing) @if !line.is_public { "（未公布，只有能查看案卷的人看得到）" } }),
    ];
    html! {
        (shown::crumbs(&[(ROOT, "文件库")]))
        h1 { (line.title) }
        (shown::facts(&facts))
        @if line.lapses_on.is_some() || !line.basis_changed.is_empty() || !line.cites_ended.is_empty() || line.fault.is_some() {
            section.notice.warn aria-labelledby="look" { h2 id="look" { "要看的" } (why(line)) }
        }
        @if let Some(case) = &found.case { p.actions { a.button.second href=(format!("/cases/{case}")) { "打开案卷" } } }
        @if !ways.is_empty() {
            section aria-labelledby="ways" {
                h2 id="ways" { "启动清理、评估" }
                ul.lines { @for one in ways { li { a href=(way(one, &line.id)) { (one.name) } } } }
            }
        }
        (cited_list("cites", "它引用的", &found.cites, false))
        (cited_list("cited-by", "引用它的", &found.cited_by, true))
        (fallout_section(&path, &found.fallout, asked))
    }
}

/// Where a look at the document begins.
fn way(one: &ReviewWay, document: &str) -> String {
    match &one.place {
        ReviewPlace::Act { case, act } => format!("/cases/{case}/acts/{act}"),
        ReviewPlace::Opening { procedure, act } => {
            query(&format!("/cases/new/{procedure}"), &[("act", act), ("document", document)])
        }
    }
}

pub(super) async fn law(
    State(site): State<Site>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let (who, wanted) = (reader(&visitor), asked.clone());
    let found =
        site.ask(move |platform| platform.library_law(viewer(who.as_ref()), &id, &wanted.supposed())).await?;
    let Some(found) = found else { return Ok(visitor.page("文件库", not_yet())) };
    Ok(visitor.page(&found.title, law_page(&found, &asked)))
}

fn law_page(found: &LibraryLaw, asked: &Asked) -> Markup {
    let path = format!("{ROOT}/laws/{}", found.id);
    html! {
        (shown::crumbs(&[(ROOT, "文件库")]))
        h1 { (found.title) }
        h2 { "法律库里的版本" }
        ul.lines {
            @for (from, until) in &found.versions {
                li { (parts::day(*from)) "施行" @if let Some(until) = until { "，至" (parts::day(*until)) } }
            }
        }
        (cited_list("cited-by", "引用它的文件", &found.cited_by, true))
        (fallout_section(&path, &found.fallout, asked))
    }
}

pub(super) async fn changes(
    State(site): State<Site>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Answer {
    let (who, on) = (reader(&visitor), Day::parse(&asked.on).ok());
    let found = site.ask(move |platform| platform.library_changes(viewer(who.as_ref()), on)).await?;
    let Some((first, changes)) = found else { return Ok(visitor.page("文件库", not_yet())) };
    let quarter = format!("{}年第{}季度", first.year(), (first.month() - 1) / 3 + 1);
    let content = html! {
        (shown::crumbs(&[(ROOT, "文件库")]))
        h1 { (quarter) "的变动" }
        p { "法律库里的新版本、废止，文件库里的到期、废止，各要看哪些文件。没有文件引用的变动不列。" }
        form.filters method="get" action="/documents/changes" {
            (Field::new("on", "哪一天所在的季度").day("on", &first.to_string()))
            button.second type="submit" { "查看" }
        }
        @if changes.is_empty() { (shown::empty("这一季度没有要看的文件。", None)) }
        @for change in &changes { section { h2 { (told(change)) } (affected(&change.affected)) } }
    };
    Ok(visitor.page("本季度的变动", content))
}

/// 2025年1月1日起《行政处罚法》修改
fn told(change: &Fallout) -> String {
    let article = change.article.map_or(String::new(), |article| article.to_string());
    format!(
        "{}起{}{article}{}，要看{}个文件",
        change.on.chinese(),
        change.of,
        change.how.label(),
        change.affected.len()
    )
}

/// What a change would mean, and the choice of the change.
fn fallout_section(path: &str, fallout: &Fallout, asked: &Asked) -> Markup {
    let ways: Vec<(String, String)> =
        How::ALL.map(|how| (how.id().to_owned(), how.label().to_owned())).to_vec();
    html! {
        section aria-labelledby="fallout" {
            h2 id="fallout" { "它变动时要看哪些文件" }
            form.filters method="get" action=(path) {
                (Field::new("on", "从哪一天起").day("on", &fallout.on.to_string()))
                (Field::new("how", "怎样变动").choice("how", "", &ways, fallout.how.id()))
                (Field::new("article", "只变动这一条（如30、30.1）").longest(12).line("article", &asked.article))
                button.second type="submit" { "查看" }
            }
            p { (told(fallout)) "。" }
            (affected(&fallout.affected))
        }
    }
}

/// The documents that must be looked at, the gravest first.
fn affected(lines: &[AffectedLine]) -> Markup {
    html! {
        @for consequence in Consequence::ALL {
            @let some: Vec<&AffectedLine> = lines.iter().filter(|line| line.consequence == consequence).collect();
            @if !some.is_empty() {
                h3 { (consequence.label()) "：" (some.len()) "个" }
                ul.lines {
                    @for line in some {
                        li {
                            a href=(format!("{ROOT}/{}", line.id)) { (line.name) }
                            span.sub { (line.organ) }
                            @for cited in &line.why { div.sub { (cited.from.1) "第" (cited.line) "行：" (cited.role.label()) (cited.to) } }
                        }
                    }
                }
            }
        }
    }
}

/// Citations as a list: those of a document with what they lead to, or those of others with who they are.
fn cited_list(id: &str, name: &str, lines: &[CitedLine], by_others: bool) -> Markup {
    let roles = [Role::Basis, Role::Mention, Role::Repeals];
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (name) span.count { (lines.len()) } }
            @if lines.is_empty() { p { "没有。" } }
            @for role in roles {
                @let some: Vec<&CitedLine> = lines.iter().filter(|line| line.role == role).collect();
                @if !some.is_empty() {
                    h3 { (role.label()) }
                    ul.lines {
                        @for line in some {
                            li {
                                @if by_others { a href=(format!("{ROOT}/{}", line.from.0)) { (line.from.1) } "：" (line.to) }
                                @else { (lead(line)) }
                                span.sub { "第" (line.line) "行" @if let Some(remark) = &line.remark { "；" (remark) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn lead(line: &CitedLine) -> Markup {
    html! {
        @match &line.leads {
            Leads::Law(id) => a href=(format!("{ROOT}/laws/{id}")) { (line.to) },
            Leads::Document(id) => a href=(format!("{ROOT}/{id}")) { (line.to) },
            Leads::Nowhere => (line.to),
        }
    }
}

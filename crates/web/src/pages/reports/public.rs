//! Public reports: the list, and each with the way from its numbers to their definitions and records, and its files.

use app::{DraftLine, PublicFigure, PublicLine, PublicPage, PublicPiece, PublicSection, PublicTable};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use maud::{Markup, html};

use crate::design::shown;
use crate::fault::Fault;
use crate::layout::{self, meta};
use crate::parts::{self, quoted};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// Where the list begins.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: String,
}

pub(super) async fn list(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let officer = visitor.signed_in.as_ref().map(|one| one.actor.clone()).filter(app::Actor::is_officer);
    let is_officer = officer.is_some();
    let after = asked.after;
    let (lines, next, drafts) = site
        .ask(move |platform| {
            let after = Some(after.as_str()).filter(|after| !after.is_empty());
            let (lines, next) = platform.public_reports(after)?;
            let drafts = officer.map_or(Ok(Vec::new()), |actor| platform.report_drafts(&actor))?;
            Ok((lines, next, drafts))
        })
        .await?;
    let procedures = site.platform().rules().in_force(site.platform().today());
    let opens: Vec<(String, String)> = procedures
        .filter(|pack| pack.file.report.is_some())
        .map(|pack| (pack.file.procedure.id.clone(), pack.file.procedure.name.clone()))
        .collect();
    let next = next.map(|after| parts::query("/reports", &[("after", &after)]));
    let content = html! {
        h1 { "年度报告" }
        @if is_officer { (drafts_of(&drafts, &opens)) }
        section aria-labelledby="public" {
            h2 id="public" { "已经公开的" }
            @if lines.is_empty() { (shown::empty("还没有公开的年度报告。", None)) } @else { (public_lines(&lines)) }
            (parts::next_page(next.as_deref()))
        }
    };
    Ok(visitor.page("年度报告", content))
}

/// The page of a public report.
fn address(line: &PublicLine) -> String {
    format!("/reports/{}/{}/{}", line.organ, line.year, line.kind)
}

fn public_lines(lines: &[PublicLine]) -> Markup {
    html! {
        ul.lines {
            @for line in lines {
                li {
                    a href=(address(line)) { (line.title) }
                    span.sub { (line.organ_name) "　" (parts::day(line.published_on)) "公开" }
                }
            }
        }
    }
}

fn drafts_of(drafts: &[DraftLine], opens: &[(String, String)]) -> Markup {
    html! {
        section aria-labelledby="drafts" {
            h2 id="drafts" { "起草" }
            @if drafts.is_empty() { p.hint { "还没有启动过年度报告。先启动，再起草。" } } @else {
                ul.lines {
                    @for one in drafts {
                        li {
                            a href=(format!("/reports/drafts/{}", one.case)) { (one.number) " " (one.title) }
                            span.sub { (one.phase) @if !one.is_begun { "　报告稿还没有建立" } }
                        }
                    }
                }
            }
            @for (id, name) in opens { p.actions { a.button.second href=(format!("/cases/new/{id}")) { "启动：" (name) } } }
        }
    }
}

/// The reports of an organ on a year, of every kind.
pub(super) async fn of_year(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organ, year)): Path<(String, i64)>,
) -> Answer {
    let lines = site.ask(move |platform| platform.public_reports_of(&organ, year)).await?;
    let Some(first) = lines.first() else {
        return Err(Fault::missing("这个机关这一年公开的报告"));
    };
    let title = format!("{}{year}年的年度报告", first.organ_name);
    let content = html! {
        (shown::crumbs(&[("/reports", "年度报告"), ("", &first.organ_name)]))
        h1 { (title) }
        (public_lines(&lines))
    };
    Ok(visitor.page(&title, content))
}

pub(super) async fn show(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organ, year, kind)): Path<(String, i64, String)>,
) -> Answer {
    let page = site.ask(move |platform| platform.public_report(&kind, &organ, year)).await?;
    let line = &page.line;
    let about =
        meta::of_article(&visitor.facts, &line.title, line.published_on, &line.organ_name, &visitor.path);
    Ok(layout::response(&visitor, StatusCode::OK, &line.title, &about, &one(&page)))
}

pub(super) async fn download(
    State(site): State<Site>,
    Path((organ, year, kind, file)): Path<(String, i64, String, String)>,
) -> Answer {
    let content = site.ask(move |platform| platform.public_report_file((&kind, &organ, year), &file)).await?;
    let headers = [
        (header::CONTENT_TYPE, content.media_type),
        (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", quoted(&content.name))),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, content.bytes).into_response())
}

fn one(page: &PublicPage) -> Markup {
    let line = &page.line;
    html! {
        (shown::crumbs(&[("/reports", "年度报告"), ("", &line.organ_name)]))
        article.paper {
            h1 { (line.title) }
            dl.facts {
                div { dt { "公开机关" } dd { (line.organ_name) } }
                @if let Some(number) = &page.doc_number { div { dt { "文号" } dd { (number) } } }
                div { dt { "公开日期" } dd { (parts::day(line.published_on)) "　" a href=(page.publication) { "公开的办理" } } }
                // At the head too: whoever uses the keyboard would pass every figure of the report on the way to its end.
                div { dt { "核验" } dd { a href="#files" { "下载报告和封存包" } "，到" a href="/verify" { "核验凭证和文件" } "页核验" } }
            }
            @if page.is_demonstration { p { "演示：以下数据和人员都是为演示而编的，不是真实的办理情况。" } }
            p.hint { "带链接的数字由办理记录算出，点开是本页后面的计算方法，再点开是平台上的记录；标“自报”的由写明的机构提供。" }
            (body(&page.sections, Some(&page.figures)))
            @if let Some(dated) = &page.dated { p { (line.organ_name) "　" (dated) } }
        }
        (files(page))
        (figures(page))
    }
}

/// The sections; figures lead to where they are defined, where these stand on the same page.
pub(super) fn body(sections: &[PublicSection], figures: Option<&[PublicFigure]>) -> Markup {
    html! {
        @for section in sections {
            @if section.level == 1 { h2 { (section.heading) } } @else { h3 { (section.heading) } }
            @for paragraph in &section.paragraphs {
                p { @for piece in paragraph { (piece_shown(piece, figures)) } }
            }
            @for table in &section.tables { (table_shown(table, figures)) }
        }
    }
}

/// A fixed table; the cells that several figures make are told below it.
fn table_shown(table: &PublicTable, figures: Option<&[PublicFigure]>) -> Markup {
    let unit = if table.unit.is_empty() { String::new() } else { format!("（{}）", table.unit) };
    let name = |(name, under): &(String, Option<String>)| match under {
        Some(under) => format!("{under}：{name}"),
        None => name.clone(),
    };
    let names: Vec<String> =
        std::iter::once(format!("项目{unit}")).chain(table.columns.iter().map(name)).collect();
    let head: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = table.columns.iter().map(|(name, under)| (name.as_str(), under.as_deref()));
    let first = head.first().copied().map(|name| (name, None));
    let bands = app::head_rows(first.into_iter().chain(columns));
    let rows = html! {
        @for (name, cells) in &table.rows {
            tr {
                th.wide scope="row" { (name) }
                @for cell in cells { td.value { (piece_shown(cell, figures)) } }
                @if cells.is_empty() { @for _ in &table.columns { td {} } }
            }
        }
    };
    html! {
        p { strong { (table.name) } }
        (parts::headed_table(&table.name, &head, &bands, &rows))
        @if !table.notes.is_empty() {
            ul.notes { @for note in &table.notes { li { @for piece in note { (piece_shown(piece, figures)) } } } }
        }
    }
}

fn piece_shown(piece: &PublicPiece, figures: Option<&[PublicFigure]>) -> Markup {
    html! {
        @match piece {
            PublicPiece::Words(words) => { (words) },
            PublicPiece::Figure(id, shown) => {
                @if figures.is_some() { a href=(format!("#figure-{id}")) { (shown) } } @else { a href=(format!("/figures/{id}")) { (shown) } }
            },
            PublicPiece::Linked(shown, link) => { a href=(link) { (shown) } },
            PublicPiece::Stated(shown, who, why) => { (shown) span.stated title=(format!("{who}：{why}")) { "［自报］" } },
        }
    }
}

fn files(page: &PublicPage) -> Markup {
    let line = &page.line;
    let name = |file: &str| match file {
        "report.md" => "文本（Markdown）",
        "report.html" => "网页",
        "report.docx" => "文档（DOCX）",
        "report.pdf" => "版式文件（PDF）",
        _ => "封存包（ZIP）",
    };
    let rows = html! {
        @for file in &page.files {
            tr {
                th scope="row" { a href=(format!("{}/{}", address(line), file.name)) { (name(&file.name)) } }
                td.value { (size(file.size)) }
                td { span.hash { (file.hash) } }
            }
        }
    };
    html! {
        section aria-labelledby="files" {
            h2 id="files" { "下载和核验" }
            (parts::table("报告的文件", &["文件", "大小", "SM3"], &rows))
            p { "封存包里有报告的各种文本、每项指标由哪些记录得来、这些记录在日志里的证明和封签。下载以后可以在" a href="/verify" { "核验凭证和文件" } "页核验；不相信本站的，在自己的电脑上用 "
                code { "yifa verify --bundle 封存包.zip" } " 核验，不联网，也不需要平台的数据。" }
        }
    }
}

fn size(bytes: i64) -> String {
    if bytes < 1 << 10 { format!("{bytes} 字节") } else { format!("{} KB", (bytes + 1023) >> 10) }
}

fn figures(page: &PublicPage) -> Markup {
    let rows = html! {
        @for one in &page.figures {
            tr id=(format!("figure-{}", one.id)) {
                th scope="row" { (one.name) }
                td.value { a href=(one.link) { (one.shown) } }
                td.value { (one.records) }
                td { (one.definition) @if let Some(weakness) = &one.weakness { span.sub { "局限：" (weakness) } } }
            }
        }
    };
    html! {
        section aria-labelledby="figures" {
            h2 id="figures" { "指标及其办理记录" }
            p { "统计范围：" (page.scope) "。只含截至" (page.as_of) "登记的办理记录。" (page.rests_on) }
            @if page.figures.is_empty() { p.hint { "报告没有引用平台的指标。" } } @else { (parts::table("指标", &["指标", "数值", "记录数", "计算方法"], &rows)) }
            @if !page.unused.is_empty() { p.hint { "平台上没有这一年度办理记录的，不列指标，也不等于没有发生：" (page.unused.join("、")) "。" } }
        }
    }
}

//! The receipt that proves a case's events: as a file to check offline, and as a page to print.

use app::{AppError, Covered, Receipt, local_time};
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use maud::{Markup, html};
use store::StoreError;

use crate::edge::Limit;
use crate::fault::{Fault, told};
use crate::pages::{follow, journal};
use crate::parts;
use crate::posted::Posted;
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

/// For whoever has the number and the code of a case.
pub(crate) async fn by_code(State(site): State<Site>, visitor: Visitor, posted: Posted) -> Answer {
    let (number, code) = (posted.get("number").trim().to_owned(), posted.get("code").to_owned());
    site.limits().take(Limit::Number, &number).map_err(Fault::TooMany)?;
    let asked = number.clone();
    let covered = site.ask(move |platform| platform.receipt_by_code(&asked, &code)).await?;
    follow::right(&site, &visitor, &number);
    given(&visitor, covered, posted.get("as") == "page")
}

/// For those who may read the case.
pub(crate) async fn of_case(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let covered = site.ask(move |platform| platform.receipt(&actor, &case)).await?;
    given(&visitor, covered, false)
}

/// The same to print.
pub(crate) async fn printed(State(site): State<Site>, visitor: Visitor, Path(case): Path<String>) -> Answer {
    let actor = visitor.actor()?;
    let covered = site.ask(move |platform| platform.receipt(&actor, &case)).await?;
    given(&visitor, covered, true)
}

fn given(visitor: &Visitor, covered: Covered, as_page: bool) -> Answer {
    let next = next_root(covered.next_root_at);
    let receipt =
        covered.receipt.ok_or_else(|| Fault::missing(&format!("凭证：还没有根覆盖本案的事项，{next}")))?;
    if as_page {
        return Ok(visitor.page("日志凭证", render(&receipt)));
    }
    let name = format!("凭证-{}-{}.json", receipt.case_number, receipt.root.size());
    Ok(journal::as_json(&receipt.file(), Some(&name)).into_response())
}

fn render(receipt: &Receipt) -> Markup {
    let root = &receipt.root;
    html! {
        article.paper {
            h1 { "日志凭证" }
            p.sub { (receipt.case_number) }
            p { "下列事项在" (local_time(root.made_at())) "以前已经记入办理日志，并由下面的根覆盖。核验要用凭证文件，本页供存档时对照。" }
            h2 { "事项" }
            ol.timeline {
                @for event in &receipt.events {
                    li {
                        h3 { span.number { (event.number) } (event.act) }
                        p.sub { "日志第" (event.place) "条，到根的证明共" (event.steps()) "步" }
                        p.hash { code { (event.hash()) } }
                    }
                }
            }
            h2 { "根" }
            dl.facts {
                div { dt { "覆盖事项" } dd { (root.size()) "条" } }
                div { dt { "根" } dd { code.hash { (root.root()) } } }
                div { dt { "作出时间" } dd { (local_time(root.made_at())) } }
                div { dt { "SM2签名" } dd { code.hash { (root.sm2()) } } }
                div { dt { "Ed25519签名" } dd { code.hash { (root.ed25519()) } } }
                div { dt { "公钥指纹" } dd { code.hash { (root.keys().grouped()) } } }
            }
            (journal::witnesses(root))
        }
        p.hint.unprinted { "用浏览器的打印功能可以打印或者存为 PDF。公钥指纹公布在" a href="/journal" { "办理日志的根" } "。" }
    }
}

/// What a case's page says of its receipt, with `download` where there is one.
pub(crate) fn section(covered: &Covered, download: &Markup) -> Markup {
    html! {
        section.unprinted aria-labelledby="receipt" {
            h2 id="receipt" { "日志凭证" }
            @if let Some(receipt) = &covered.receipt {
                p { "凭证证明本案已经办理的" (receipt.events.len()) "项在日志里，以后没有改动。下载后可以不联网核验，方法见" a href="/journal" { "办理日志的根" } "。" }
                (download)
            }
            @if !covered.waiting.is_empty() {
                p { "第" (numbers(&covered.waiting)) "号事项还没有被根覆盖：" (next_root(covered.next_root_at)) "，以后可以下载包含它的凭证。" }
            }
        }
    }
}

/// When the next root is made, as a reason.
fn next_root(at: i64) -> String {
    format!("下一次根预计在{}左右作出（日志有增加时每小时至多一次，每天零时后必作一次）", local_time(at))
}

/// What a case's page says where the journal does not give a receipt at all.
pub(crate) fn refused(why: &AppError) -> Markup {
    html! {
        section.unprinted aria-labelledby="receipt" {
            h2 id="receipt" { "日志凭证" }
            @if matches!(why, AppError::Store(StoreError::Unreadable { .. })) {
                p { "现在给不出凭证：现有日志与已经公布的根对不上。请保留以前下载的凭证，并向办理机关反映；管理员要立即核验日志。" }
            } @else {
                p { "现在给不出凭证。" }
                (parts::findings(&told(why)))
            }
        }
    }
}

fn numbers(waiting: &[u32]) -> String {
    waiting.iter().map(u32::to_string).collect::<Vec<_>>().join("、")
}

/// The links of a case's page.
pub(crate) fn links(case: &str) -> Markup {
    let case = parts::quoted(case);
    html! {
        p.actions {
            a.button.second href=(format!("/cases/{case}/receipt")) download { "下载凭证" }
            " " a href=(format!("/cases/{case}/receipt/print")) { "打印" }
        }
    }
}

/// The buttons of the page of whoever follows a case: number and code stay in the body.
pub(crate) fn buttons(visitor: &Visitor, number: &str, code: &str) -> Markup {
    html! {
        form method="post" action="/follow/receipt" {
            input type="hidden" name="csrf" value=(visitor.csrf);
            input type="hidden" name="number" value=(number);
            input type="hidden" name="code" value=(code);
            button type="submit" name="as" value="file" { "下载凭证" }
            " " button.second type="submit" name="as" value="page" { "打印" }
        }
    }
}

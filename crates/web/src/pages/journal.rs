//! The roots of the journal as everybody may read them, and the proofs that one grew from another.

use app::{AppError, LostRoot, RootKeys, SignedRoot, local_time, roots_file};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::parts;
use crate::routes::{Row, page};
use crate::site::Site;
use crate::visitor::{Answer, Visitor};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        page("/journal", show).kept(),
        page("/journal/roots.json", roots),
        page("/journal/keys.json", keys),
        page("/journal/roots/{size}", one),
        page("/journal/lost/{root}", lost),
        page("/journal/proof", proof),
    ]
}

/// How many roots a page has, and a file.
const PAGE: u32 = 50;
pub(crate) const FILE: u32 = 1000;

/// Where the list goes on.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
}

/// The sizes of two roots.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Sizes {
    from: u64,
    to: u64,
}

pub(crate) async fn listed(
    site: &Site,
    before: Option<u64>,
    limit: u32,
) -> app::Result<(Vec<SignedRoot>, Vec<RootKeys>)> {
    site.ask(move |platform| {
        let roots = platform.roots(before, limit)?;
        let mut keys: Vec<RootKeys> = roots.iter().map(SignedRoot::keys).collect();
        keys.extend(platform.root_keys()?);
        keys.sort();
        keys.dedup();
        Ok((roots, keys))
    })
    .await
}

async fn show(State(site): State<Site>, visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let (roots, keys) = listed(&site, asked.before, PAGE).await?;
    let lost = site.ask(move |platform| platform.lost_roots()).await?;
    Ok(visitor.page("办理日志的根", render(&roots, &keys, &lost)))
}

fn render(roots: &[SignedRoot], keys: &[RootKeys], lost: &[LostRoot]) -> Markup {
    let full = roots.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = roots.last().filter(|_| full).map(|last| format!("/journal?before={}", last.size()));
    let rows = html! {
        @for root in roots {
            tr {
                td { (root.size()) }
                td { (local_time(root.made_at())) }
                td { code.hash { (root.root()) } (witnesses(root)) }
                td { a href=(format!("/journal/roots/{}", root.size())) download { "下载" } }
            }
        }
    };
    html! {
        h1 { "办理日志的根" }
        p { "本站办过的每一步都记入日志。“根”是由日志全部事项算出的一串数字，由本站签名并公布在这里：已经被根覆盖的事项，以后有一条被改动、删去、插入或者调换次序，就再也算不出同样的根。" }
        p { "日志有增加时，每小时至多作一次根，每天零时后必作一次。任何人都可以把根下载留存，以后据此核验。" }
        (announced(lost))
        h2 { "公钥" }
        @if keys.is_empty() { p { "还没有签名密钥：第一次作根时产生。" } }
        @for key in keys {
            dl.facts {
                div { dt { "指纹" } dd { code.hash { (key.grouped()) } } }
                div { dt { "SM2公钥" } dd { code.hash { (key.sm2()) } } }
                div { dt { "Ed25519公钥" } dd { code.hash { (key.ed25519()) } } }
            }
        }
        @if !keys.is_empty() { p { a href="/journal/keys.json" download { "下载公钥文件" } "。请把指纹与机关在别处公布的比对，例如办事大厅的公告。" } }
        h2 { "根" }
        @if roots.is_empty() { p { "还没有作出根。" } } @else {
            (parts::table("办理日志的根", &["覆盖事项（条）", "作出时间", "根", "文件"], &rows))
            p { a href="/journal/roots.json" { "全部根和签名（JSON）" } }
        }
        (parts::next_page(next.as_deref()))
        (how())
    }
}

/// Who else signed a root.
pub(crate) fn witnesses(root: &SignedRoot) -> Markup {
    html! {
        @for one in root.witnesses() {
            p.sub { "见证：" (one.name) "，" (local_time(one.signed_at())) "，指纹 " code.hash { (one.keys().grouped()) } }
        }
    }
}

/// The roots that no longer hold: whoever kept one must be told why.
fn announced(lost: &[LostRoot]) -> Markup {
    html! {
        @if !lost.is_empty() {
            h2 { "已经不再成立的根" }
            p { "下列根曾经公布过，现有日志算不出来：数据恢复时丢失了其中的事项。留存过这些根或者据此开出的凭证的，核验不会通过；对本办件有疑问的，请持凭证向办理机关查询。" }
            @for one in lost {
                dl.facts {
                    div { dt { "理由" } dd { (one.note) } }
                    div { dt { "公告时间" } dd { (local_time(one.lost_at)) } }
                    div { dt { "覆盖事项" } dd { (one.root.size()) "条，" (local_time(one.root.made_at())) "作出" } }
                    div {
                        dt { "根" }
                        dd {
                            code.hash { (one.root.root()) }
                            " " a href=(format!("/journal/lost/{}", one.root.root())) download { "下载" }
                            (witnesses(&one.root))
                        }
                    }
                }
            }
        }
    }
}

fn how() -> Markup {
    html! {
        h2 { "怎样核验" }
        p { "最省事的：到" a href="/verify" { "核验凭证和文件" } "页把文件放进来。下面的办法不需要相信本站。" }
        ul {
            li { "有办件的：在" a href="/follow" { "查办件" } "页面下载凭证，用 " code { "yifa verify --receipt 凭证文件 --key 指纹" } " 核验，不需要联网，也不需要本站配合。" }
            li { "留存过根的：下载从留存的根到最新的根的只增证明 " code { "/journal/proof?from=留存的条数&to=最新的条数" } "，用 " code { "yifa verify --receipt 证明文件 --since 留存的根" } " 核验日志只增未改。" }
            li { "愿意见证的单位：用 " code { "yifa witness" } " 核对日志只增未改以后签名，交回本站，签名显示在根的旁边。" }
            li { "审计、监督机关：在数据所在的机器上用 " code { "yifa verify --since 留存的根" } " 逐条重算全部日志。" }
        }
        p { "凭证证明事项在某个时间以前已经记入日志，以后没有改动；它不证明事项的内容真实，也不证明没有应当记入而没有记入的事项。" }
    }
}

async fn roots(State(site): State<Site>, Query(asked): Query<Asked>) -> Answer {
    let (roots, keys) = listed(&site, asked.before, FILE).await?;
    let lost = site.ask(move |platform| platform.lost_roots()).await?;
    let mut value = roots_file(&roots, &keys, &lost);
    let full = roots.len() >= usize::try_from(FILE).unwrap_or(usize::MAX);
    let next =
        roots.last().filter(|_| full).map(|last| format!("/journal/roots.json?before={}", last.size()));
    if let Some(object) = value.as_object_mut() {
        object.insert("next".to_owned(), json!(next));
    }
    Ok(as_json(&value, None))
}

async fn keys(State(site): State<Site>) -> Answer {
    let (_, keys) = listed(&site, None, FILE).await?;
    let keys: Vec<Value> = keys.iter().map(RootKeys::json).collect();
    let value = json!({ "format_version": app::PROOF_FORMAT, "kind": "yifa_keys", "keys": keys });
    Ok(as_json(&value, Some("公钥.json")))
}

async fn one(State(site): State<Site>, Path(size): Path<u64>) -> Answer {
    let found = site.ask(move |platform| platform.roots(size.checked_add(1), 1)).await?;
    let root = found.into_iter().find(|root| root.size() == size);
    let root = root.ok_or_else(|| Fault::missing("这个根"))?;
    Ok(as_json(&root.file(), Some(&format!("根-{size}.json"))))
}

async fn lost(State(site): State<Site>, Path(root): Path<String>) -> Answer {
    let found = site.ask(move |platform| platform.lost_roots()).await?;
    let found = found.into_iter().find(|one| one.root.root() == root);
    let found = found.ok_or_else(|| Fault::missing("这个根"))?;
    Ok(as_json(&found.file(), Some(&format!("不再成立的根-{}.json", found.root.size()))))
}

async fn proof(State(site): State<Site>, Query(sizes): Query<Sizes>) -> Answer {
    let growth = site.ask(move |platform| platform.growth(sizes.from, sizes.to)).await;
    let growth = growth.map_err(|fault: AppError| Fault::from(fault))?;
    let name = format!("只增证明-{}-{}.json", growth.from.size(), growth.to.size());
    Ok(as_json(&growth.file(), Some(&name)))
}

/// JSON as an answer, under a name where it is to be kept.
pub(crate) fn as_json(value: &Value, name: Option<&str>) -> Response {
    let text = serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    let kind = (header::CONTENT_TYPE, "application/json; charset=utf-8".to_owned());
    let kept = (header::CACHE_CONTROL, "no-store".to_owned());
    match name {
        None => ([kind, kept], text).into_response(),
        Some(name) => {
            let disposition = format!("attachment; filename*=UTF-8''{}", parts::quoted(name));
            ([kind, kept, (header::CONTENT_DISPOSITION, disposition)], text).into_response()
        }
    }
}

//! The frame of every page: banner, head, navigation, foot.

mod foot;
pub(crate) mod meta;

use std::sync::LazyLock;

use app::Actor;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use store::account::Rank;

use crate::design::style::stylesheet;
use crate::visitor::Visitor;

/// The name of the platform. 平台名称
const NAME: &str = "依法行政平台";

/// A whole page.
pub(crate) fn page(visitor: &Visitor, title: &str, content: &Markup) -> Markup {
    page_with_links(visitor, title, &html! {}, content)
}

/// A whole page that needs more than the stylesheet of all pages, as an answer.
pub(crate) fn response(
    visitor: &Visitor,
    status: StatusCode,
    title: &str,
    links: &Markup,
    content: &Markup,
) -> Response {
    (status, page_with_links(visitor, title, links, content)).into_response()
}

/// A page for a screen on a wall: no head, no navigation, no foot, only who shows it.
pub(crate) fn bare(visitor: &Visitor, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=(format!("wall {}", visitor.look.classes(visitor.is_public()))) {
            (html_head(visitor, title, &html! {}))
            body {
                (demonstration(visitor))
                main id="content" { div.inner { (content) } }
            }
        }
    }
}

fn html_head(visitor: &Visitor, title: &str, links: &Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="format-detection" content="telephone=no";
            title { (title) "－" (name(visitor)) }
            (meta::of_site(&visitor.facts, &visitor.path))
            link rel="stylesheet" href=(format!("/assets/{}", stylesheet_name()));
            (links)
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
        }
    }
}

fn demonstration(visitor: &Visitor) -> Markup {
    html! {
        @if visitor.demonstration {
            aside.demonstration aria-label="演示数据" {
                strong { "演示数据" } "　本站的机关、人员、案件均为演示，不是真实办件。"
            }
        }
    }
}

fn page_with_links(visitor: &Visitor, title: &str, links: &Markup, content: &Markup) -> Markup {
    let name = name(visitor);
    html! {
        (DOCTYPE)
        html lang="zh-CN" class=(visitor.look.classes(visitor.is_public())) {
            (html_head(visitor, title, links))
            body {
                a.skip href="#content" { "跳到正文" }
                (demonstration(visitor))
                (head(visitor))
                main id="content" tabindex="-1" {
                    div.inner {
                        (content)
                        p.printed { (visitor.today.chinese()) "打印自" (name) @if let Some(domain) = &visitor.facts.domain { "（" (domain) "）" } "，网址 " (visitor.path) }
                    }
                }
                (foot::foot(visitor))
            }
        }
    }
}

/// The name of the site: its operator's, else the platform's.
fn name(visitor: &Visitor) -> &str {
    visitor.facts.name.as_deref().unwrap_or(NAME)
}

fn head(visitor: &Visitor) -> Markup {
    html! {
        header.top {
            div.inner {
                a.brand href="/" {
                    svg.emblem viewBox="0 0 32 32" aria-hidden="true" focusable="false" {
                        rect width="32" height="32" rx="5" {}
                        path d="M16 6v20M9 26h14M7 10h18M7 10l-3 8h6zM25 10l-3 8h6z" {}
                    }
                    span {
                        span.name { (name(visitor)) }
                        @if let Some(owner) = foot::host(visitor) { span.owner { (owner) } }
                    }
                }
                (account(visitor))
            }
        }
        nav.main aria-label="主导航" {
            div.inner {
                ul {
                    @for (path, name) in entries(visitor) {
                        @let here = is_here(&visitor.path, path);
                        li { a href=(path) aria-current=[here.then_some("page")] { (name) } }
                    }
                }
            }
        }
    }
}

fn account(visitor: &Visitor) -> Markup {
    html! {
        div.account {
            @if visitor.look.large { a href="/display/normal" { "标准版" } } @else { a href="/display/large" { "长辈版" } }
            @if let Some(signed_in) = &visitor.signed_in {
                a.inbox href="/messages" {
                    "消息"
                    @if visitor.unread > 0 {
                        " " span.badge.red { (unread(visitor.unread)) }
                    }
                }
                a.who href="/account" { (titled(&signed_in.actor)) }
                form method="post" action="/sign-out" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    button.link type="submit" { "退出" }
                }
            } @else if let Some(first) = visitor.first() {
                a href=(first) { "登录还没有完成" }
                form method="post" action="/sign-out" {
                    input type="hidden" name="csrf" value=(visitor.csrf);
                    button.link type="submit" { "退出" }
                }
            } @else {
                a href="/sign-in" { "登录" }
            }
        }
    }
}

/// The office and, set apart from it, the name: run together one is read as part of the other.
fn titled(actor: &Actor) -> String {
    let title = actor.title();
    match title.strip_suffix(&actor.name) {
        Some(office) if !office.is_empty() => format!("{office}　{}", actor.name),
        _ => title,
    }
}

/// How many messages wait to be read, as far as they are counted.
fn unread(count: i64) -> String {
    if count < 100 { format!("{count}条未看") } else { "99条以上未看".to_owned() }
}

/// Where the navigation leads: what is one's own first.
fn entries(visitor: &Visitor) -> Vec<(&'static str, &'static str)> {
    let mut made = Vec::new();
    if visitor.look.large && visitor.is_public() {
        return simple_entries(visitor);
    }
    if visitor.is_officer() {
        made.extend([("/desk", "工作台"), ("/cases", "案件"), ("/calendar", "日历")]);
    } else if let Some(rank) = visitor.signed_in.as_ref().map(|one| one.actor.rank).filter(|it| it.is_admin())
    {
        made.extend(match rank {
            Rank::AuditAdmin => vec![("/admin/audit", "操作日志")],
            Rank::SecurityAdmin => vec![
                ("/admin/accounts", "账号"),
                ("/admin/security", "账号规则"),
                ("/admin/clients", "接入程序"),
            ],
            _ => {
                vec![
                    ("/admin/accounts", "账号"),
                    ("/admin/organs", "机关"),
                    ("/admin/procedures", "程序"),
                    ("/admin/messages", "消息发送"),
                    ("/admin/jobs", "后台工作"),
                ]
            }
        });
    } else {
        made.push(("/", "首页"));
        if visitor.signed_in.is_some() {
            made.push(("/cases", "我的办件"));
        }
        made.extend([("/apply", "网上申请"), ("/follow", "查办件")]);
    }
    made.extend([
        ("/published", "公开信息"),
        ("/figures", "统计数据"),
        ("/plan", "方案落实"),
        ("/reports", "年度报告"),
        ("/procedures", "办事指南"),
        ("/audit", "审核报告"),
    ]);
    made
}

/// The same in the elderly version: fewer, and in the words of whoever comes to have something done.
fn simple_entries(visitor: &Visitor) -> Vec<(&'static str, &'static str)> {
    let mut made = vec![("/", "首页"), ("/apply", "我要办事"), ("/follow", "查进度")];
    if visitor.signed_in.is_some() {
        made.push(("/cases", "我办过的事"));
    }
    made.extend([("/procedures", "怎么办"), ("/published", "公开的事")]);
    made
}

fn is_here(path: &str, entry: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    path == entry || (entry != "/" && path.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/')))
}

/// The name of the stylesheet of all pages, made once.
pub(crate) fn stylesheet_name() -> &'static str {
    static NAME: LazyLock<String> = LazyLock::new(|| marked_name("site", "css", stylesheet()));
    &NAME
}

/// The name of a text that is sent out: it holds a mark of its content, so that it may be kept for ever.
pub(crate) fn marked_name(stem: &str, ending: &str, text: &str) -> String {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let mark =
        text.bytes().fold(start, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{stem}-{mark:016x}.{ending}")
}

pub(crate) const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="5" fill="#0b4a86"/><path d="M16 6v20M9 26h14M7 10h18M7 10l-3 8h6zM25 10l-3 8h6z" fill="none" stroke="#fff" stroke-width="2"/></svg>"##;

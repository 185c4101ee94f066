//! How pages are shown and sent: the look that a visitor chose, what the operator says of the site, answers that are packed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::io::Read as _;

use crate::browse::Site;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use flate2::read::GzDecoder;
use tower::ServiceExt as _;

const DAY: &str = "2025-03-03";

#[tokio::test]
async fn a_look_is_kept_and_leads_back_to_where_one_was() {
    let site = Site::new(DAY);
    let mut browser = site.browser();
    browser.get("/").await.says("<html lang=\"zh-CN\" class=\"public\">");
    let from = |mode: &str, referer: &str| {
        let request = Request::get(format!("/display/{mode}")).header(header::HOST, "fz.example.gov.cn");
        request.header(header::REFERER, referer).body(Body::empty()).unwrap()
    };
    let page = browser.ask(from("large", "http://fz.example.gov.cn/figures?year=2024")).await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/figures?year=2024"));
    let page = browser.ask(from("dark", "http://evil.example/figures")).await;
    assert_eq!(page.location(), "/");
    browser.get("/figures").await.says("class=\"public large dark\"");
    browser.get("/").await.says("您要办什么");
    browser.ask(from("normal", "")).await;
    browser.get("/").await.says("class=\"public dark\"");
    browser.ask(from("device", "")).await;
    browser.get("/").await.says("class=\"public\"");
    browser.get("/display/huge").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn officers_work_with_smaller_letters_and_their_own_ways() {
    let site = Site::new(DAY);
    let mut officer = site.signed_in("officer").await;
    officer.get("/desk").await.says("<html lang=\"zh-CN\" class=\"\">");
    officer.get("/display/large").await.is(StatusCode::SEE_OTHER);
    let page = officer.get("/desk").await;
    page.says("class=\"large\"");
    page.says("工作台");
}

#[tokio::test]
async fn what_the_operator_says_is_shown_and_nothing_else() {
    let text = "host = \"某县人民政府\"\ncode = \"3505260000\"\npolice = \"闽公网安备35052600000000号\"\n";
    let facts = web::SiteFacts::read("site.toml".to_owned(), text.to_owned()).unwrap();
    let site = Site::on(DAY, &web::Edge { facts, ..web::Edge::default() });
    let page = site.browser().get("/registers").await;
    for piece in [
        "主办单位：某县人民政府",
        "网站标识码：3505260000",
        "beian.mps.gov.cn/#/query/webSearch?code=35052600000000",
        "<meta name=\"SiteName\" content=\"某县人民政府\">",
        "<meta name=\"ColumnName\" content=\"名册和清单\">",
    ] {
        page.says(piece);
    }
    assert!(!page.text.contains("承办单位") && !page.text.contains("beian.miit.gov.cn"));
    let plain = Site::new(DAY).browser().get("/registers").await;
    for absent in ["网站标识码", "公网安备", "SiteName", "适老化及无障碍标识"] {
        assert!(!plain.text.contains(absent), "{absent}");
    }
}

/// Asks for a path as a browser that takes `encoding`: how it came, and what it says.
async fn asked(site: &Site, path: &str, encoding: &str) -> (axum::http::HeaderMap, Vec<u8>) {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, encoding).body(Body::empty()).unwrap();
    let (parts, body) = site.router.clone().oneshot(request).await.unwrap().into_parts();
    (parts.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

#[tokio::test]
async fn pages_go_out_packed_where_the_browser_takes_it() {
    let site = Site::new(DAY);
    let (headers, packed) = asked(&site, "/procedures/reconsideration", "gzip, br").await;
    assert_eq!(headers[header::CONTENT_ENCODING], "gzip");
    assert_eq!(headers[header::VARY], "accept-encoding");
    let mut text = String::new();
    GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let (plain_headers, plain) = asked(&site, "/procedures/reconsideration", "br").await;
    assert!(!plain_headers.contains_key(header::CONTENT_ENCODING));
    assert_eq!(plain_headers[header::VARY], "accept-encoding");
    assert_eq!(text, String::from_utf8(plain.clone()).unwrap());
    assert!(packed.len() * 3 < plain.len(), "{} of {}", packed.len(), plain.len());
    let (headers, _) = asked(&site, "/healthz", "gzip").await;
    assert!(!headers.contains_key(header::CONTENT_ENCODING), "three bytes are not worth it");
}

#[tokio::test]
async fn a_token_is_never_written_the_same_twice_and_always_taken() {
    let site = Site::new(DAY);
    let mut browser = site.browser();
    let (one, other) = (browser.get("/sign-in").await, browser.get("/sign-in").await);
    let (first, second) = (one.hidden("csrf").unwrap(), other.hidden("csrf").unwrap());
    assert_ne!(first, second);
    for page in [&one, &other] {
        let answer = browser.send(page, "/follow", &[("number", "1"), ("code", "2")], &[]).await;
        answer.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn the_page_of_the_design_shows_every_component() {
    let site = Site::new(DAY);
    let page = site.browser().get("/design").await;
    page.is(StatusCode::OK);
    for name in [
        "按钮",
        "表单项",
        "错误汇总",
        "提示块",
        "状态标签",
        "表格",
        "面板",
        "办理经过",
        "步骤",
        "翻页",
        "位置导航",
        "空状态",
        "要素表",
        "要数",
    ] {
        page.says(&format!("<h3>{name} "));
    }
    page.says("4.5:1");
}

//! The edge towards the network: whom a proxy names, what goes over TLS, how often one may ask, how the routes are kept.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use std::sync::Arc;

use crate::browse::{Browser, PASSWORD, Page, Site, apply, own_case, receipt};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use web::{Edge, Net, TlsFiles};

fn behind_proxy() -> Edge {
    Edge { trusted: vec![Net::parse("10.0.0.0/8").unwrap()], tls: None, ..Edge::default() }
}

async fn forwarded(browser: &mut Browser, path: &str) -> Page {
    let request = Request::get(path)
        .header("x-forwarded-proto", "https")
        .header("x-forwarded-for", "203.0.113.9")
        .body(Body::empty())
        .unwrap();
    browser.ask(request).await
}

#[tokio::test]
async fn over_tls_cookies_are_the_hosts_own_and_the_browser_keeps_to_tls() {
    let site = Site::on("2025-03-03", &behind_proxy());
    let page = forwarded(&mut site.browser_at("10.1.2.3"), "/sign-in").await;
    let cookie = page.is(StatusCode::OK).headers[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-yifa_visit=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    assert_eq!(page.headers[header::STRICT_TRANSPORT_SECURITY], "max-age=31536000");
    for mut stranger in [site.browser_at("192.0.2.1"), site.browser()] {
        let page = forwarded(&mut stranger, "/sign-in").await;
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("yifa_visit=") && !cookie.contains("Secure"), "{cookie}");
        assert!(!page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}

/// Over TLS a cookie of the plain name, which anybody in between may have set, counts for nothing.
#[tokio::test]
async fn a_plain_cookie_opens_nothing_over_tls() {
    let site = Site::on("2025-03-03", &behind_proxy());
    let mut officer = site.signed_in("officer").await;
    let token = officer.cookies["yifa_session"].clone();
    officer.get("/desk").await.is(StatusCode::OK);
    let mut proxied = site.browser_at("10.1.2.3");
    proxied.cookies.insert("yifa_session".to_owned(), token.clone());
    forwarded(&mut proxied, "/desk").await.is(StatusCode::SEE_OTHER);
    proxied.cookies.insert("__Host-yifa_session".to_owned(), token);
    forwarded(&mut proxied, "/desk").await.is(StatusCode::OK);
}

#[tokio::test]
async fn the_address_that_counts_is_the_one_that_a_trusted_proxy_names() {
    let site = Site::on("2025-03-03", &behind_proxy());
    let addresses = |site: &Site| -> Vec<String> {
        let lines =
            site.with(|platform| platform.store().read(|r| store::audit_log::after_line(r, 0, 99))).unwrap();
        let signed_in = lines.into_iter().filter(|line| line.what == "signed_in");
        signed_in.map(|line| line.address.unwrap_or_default()).collect()
    };
    for (peer, told) in [("10.1.2.3", "203.0.113.9"), ("192.0.2.1", "203.0.113.9")] {
        let mut browser = site.browser_at(peer);
        let page = browser.get("/sign-in").await;
        let token = page.hidden("csrf").unwrap();
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-forwarded-for", format!("6.6.6.6, {told}"))
            .body(Body::from(format!("csrf={token}&login=officer&password={PASSWORD}")))
            .unwrap();
        browser.ask(request).await.is(StatusCode::SEE_OTHER);
    }
    assert_eq!(addresses(&site), ["203.0.113.9", "192.0.2.1"]);
}

async fn guess(browser: &mut Browser, login: &str) -> Page {
    let page = browser.get("/sign-in").await;
    browser.send(&page, "/sign-in", &[("login", login), ("password", "Wrong-guess-1")], &[]).await
}

#[track_caller]
fn told_to_wait(page: &Page) {
    page.is(StatusCode::TOO_MANY_REQUESTS).says("请稍等再提交");
    page.says("<html lang=\"zh-CN\"");
    let seconds: u32 = page.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn guessing_from_one_address_is_stopped_and_others_go_on() {
    let site = Site::new("2025-03-03");
    let mut guesser = site.browser_at("192.0.2.1");
    let mut stopped = None;
    for at in 0..40 {
        let page = guess(&mut guesser, &format!("name-{at}")).await;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            told_to_wait(&page);
            stopped = Some(at);
            break;
        }
        page.is(StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(stopped.is_some_and(|at| at >= 30), "{stopped:?}");
    guess(&mut site.browser_at("192.0.2.2"), "name-1").await.is(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn guessing_one_account_from_many_addresses_is_stopped() {
    let site = Site::new("2025-03-03");
    let mut answers = Vec::new();
    for at in 1..=12 {
        answers.push(guess(&mut site.browser_at(&format!("192.0.2.{at}")), " Nobody").await.status);
    }
    assert_eq!(answers[..10], [StatusCode::UNPROCESSABLE_ENTITY; 10]);
    assert_eq!(answers[10..], [StatusCode::TOO_MANY_REQUESTS; 2]);
}

#[tokio::test]
async fn whoever_signs_in_rightly_is_never_told_to_wait() {
    let site = Site::new("2025-03-03");
    for _ in 0..35 {
        site.signed_in("officer").await;
    }
}

#[tokio::test]
async fn codes_of_a_case_are_not_guessed_and_right_ones_are_not_counted() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let page = apply(&mut citizen, &[], &[]).await;
    let (number, code) = receipt(page.is(StatusCode::OK));
    own_case(&mut citizen).await;
    let mut visitor = site.browser();
    let form = visitor.get("/follow").await;
    for _ in 0..15 {
        visitor.send(&form, "/follow", &[("number", &number), ("code", &code)], &[]).await.is(StatusCode::OK);
    }
    let wrong = [("number", number.as_str()), ("code", "AAAAA-AAAAA")];
    let mut last = None;
    for _ in 0..11 {
        last = Some(visitor.send(&form, "/follow", &wrong, &[]).await);
    }
    told_to_wait(&last.unwrap());
    let page = visitor.send(&form, "/follow/receipt", &wrong, &[]).await;
    told_to_wait(&page);
}

#[tokio::test]
async fn a_form_of_endless_fields_is_not_read() {
    let site = Site::new("2025-03-03");
    let mut visitor = site.browser();
    let page = visitor.get("/follow").await;
    let token = page.hidden("csrf").unwrap();
    let many = "&a=1".repeat(6000);
    let request = Request::post("/follow")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf={token}{many}")))
        .unwrap();
    visitor.ask(request).await.is(StatusCode::BAD_REQUEST);
    let fields: Vec<(String, String)> = std::iter::once(("csrf".to_owned(), token))
        .chain((0..6000).map(|at| (at.to_string(), "1".to_owned())))
        .collect();
    visitor.post("/follow", &fields, &[]).await.is(StatusCode::BAD_REQUEST);
}

/// A new address that is not in the table would escape the limits, the question of who may come, and the tests.
#[test]
fn every_address_stands_in_the_table() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let count = text.matches(".route(").count() + text.matches(".route_service(").count();
                found.extend((count > 0).then(|| (path.file_name().unwrap().to_owned(), count)));
            }
        }
    }
    assert!(!found.is_empty());
    found.retain(|(name, _)| name != "routes.rs" && name != "secure.rs");
    assert!(found.is_empty(), "routes outside routes.rs: {found:?}");
    let mut paths: Vec<&str> = web::routes().iter().map(|route| route.path).collect();
    let all = paths.len();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), all);
}

fn tls_file(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_site_speaks_tls_itself() {
    let site = Site::new("2025-03-03");
    let edge = Edge {
        tls: Some(TlsFiles { certificate: tls_file("cert.pem"), key: tls_file("key.pem") }),
        ..Edge::default()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let platform = site.platform.clone();
    let serving = tokio::spawn(async move {
        web::serve_until(platform, listener, &edge, async { drop(stopped.await) }).await
    });
    // Whoever connects and says nothing holds nobody up.
    let silent = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(tls_file("cert.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    let request =
        "GET /sign-in HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 6.6.6.6\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("set-cookie: __Host-yifa_visit="), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    // In the clear there is nothing to be had at this port.
    let mut plain = tokio::net::TcpStream::connect(address).await.unwrap();
    plain.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    drop(plain.read_to_end(&mut answer).await);
    assert!(!String::from_utf8_lossy(&answer).contains("HTTP/1.1 200"));
    drop(silent);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_missing_or_wrong_certificate_is_told() {
    let site = Site::new("2025-03-03");
    for (certificate, key, why) in [
        ("nope.pem", "key.pem", "读不了证书"),
        ("cert.pem", "nope.pem", "读不了私钥"),
        ("key.pem", "key.pem", "证书和私钥不能用"),
        ("cert.pem", "cert.pem", "读不了私钥"),
    ] {
        let tls = Some(TlsFiles { certificate: tls_file(certificate), key: tls_file(key) });
        let edge = Edge { tls, ..Edge::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let end = std::future::pending();
        let fault = web::serve_until(site.platform.clone(), listener, &edge, end).await.unwrap_err();
        assert!(fault.to_string().contains(why), "{certificate} {key}: {fault}");
    }
}

//! What somebody who means ill would try: each attempt, and that nothing came of it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, reason = "tests")]

use crate::browse;
use crate::browse::{APPLICATION, Browser, PASSWORD, Page, Site, apply, own_case};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use store::account::Rank;
use web::{Route, Who};

const SCRIPT: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

/// What pages are asked for in their addresses.
const ASKED: [&str; 41] = [
    "next",
    "login",
    "what",
    "show",
    "after",
    "before",
    "procedure",
    "phase",
    "organ",
    "year",
    "years",
    "q",
    "act",
    "article",
    "as_of",
    "base",
    "channel",
    "check",
    "code",
    "division",
    "figure",
    "find",
    "from",
    "to",
    "how",
    "lead",
    "month",
    "name",
    "need",
    "on",
    "plan",
    "row",
    "saved",
    "site",
    "standing",
    "state",
    "take",
    "tested",
    "view",
    "whose",
    "two",
];

#[track_caller]
fn is_text_only(page: &Page, of: &str) {
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{of}: {}", page.text);
}

/// A path with something in the place of each of its variables.
fn filled(path: &str, with: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { with } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// One browser for each rank that a route may be for.
struct Ranks {
    system: Browser,
    security: Browser,
    audit: Browser,
    officer: Browser,
}

impl Ranks {
    async fn of(site: &Site) -> Self {
        Self {
            system: site.signed_in(site.admin(Rank::SystemAdmin)).await,
            security: site.signed_in(site.admin(Rank::SecurityAdmin)).await,
            audit: site.signed_in(site.admin(Rank::AuditAdmin)).await,
            officer: site.signed_in("officer").await,
        }
    }

    /// Somebody whom a route is for.
    fn fitting(&mut self, who: Who) -> &mut Browser {
        match who {
            Who::Anyone | Who::Account => &mut self.officer,
            Who::Admin(Rank::SecurityAdmin) => &mut self.security,
            Who::Admin(Rank::AuditAdmin) => &mut self.audit,
            Who::Admin(_) | Who::AccountAdmins => &mut self.system,
        }
    }
}

fn lines(site: &Site) -> usize {
    site.with(|platform| platform.store().read(|r| store::audit_log::after_line(r, 0, 9999))).unwrap().len()
}

#[tokio::test]
async fn forms_of_other_sites_are_refused_at_every_address_that_takes_one() {
    // There are more addresses than one visitor may send forms to in so short a time.
    let site = Site::on("2025-03-03", &web::Edge { limit_times: 5, ..web::Edge::default() });
    let mut ranks = Ranks::of(&site).await;
    let theirs = site.signed_in("head").await.get("/account").await.hidden("csrf").unwrap();
    let before = lines(&site);
    let takers: Vec<Route> = web::routes().into_iter().filter(|route| route.takes).collect();
    assert!(takers.len() > 15, "{takers:?}");
    for route in takers {
        let path = filled(route.path, "1");
        let browser = ranks.fitting(route.who);
        let own = browser.get("/about").await.hidden("csrf").unwrap();
        for (csrf, from) in [
            ("", None),
            ("0".repeat(64).as_str(), None),
            (theirs.as_str(), None),
            (&own[..63], None),
            (own.as_str(), Some("cross-site")),
            (own.as_str(), Some("same-site")),
        ] {
            let mut request = Request::post(&path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(format!("csrf={csrf}&act=close&reason=x&number=1&code=1")))
                .unwrap();
            if let Some(from) = from {
                request.headers_mut().insert("sec-fetch-site", from.parse().unwrap());
            }
            let page = browser.ask(request).await;
            page.is(StatusCode::FORBIDDEN).says("不是由本站");
        }
        let fields = [("csrf".to_owned(), "0".repeat(64))];
        let files: [browse::File<'_>; 1] = [("report", "a.txt", b"text")];
        browser.post(&path, &fields, &files).await.is(StatusCode::FORBIDDEN).says("不是由本站");
    }
    assert_eq!(lines(&site), before, "nothing was done, and nothing noted");
    assert_eq!(site.events(), 0);
}

#[tokio::test]
async fn an_address_that_shows_takes_nothing_and_the_other_way_round() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    for route in web::routes() {
        let (path, browser) = (filled(route.path, "1"), ranks.fitting(route.who));
        if !route.takes {
            let request = Request::post(&path).body(Body::empty()).unwrap();
            browser.ask(request).await.is(StatusCode::METHOD_NOT_ALLOWED);
        }
        if !route.shows {
            browser.get(&path).await.is(StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}

#[tokio::test]
async fn nobody_comes_where_they_have_no_business() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    let mut citizen = site.signed_in("citizen").await;
    for route in web::routes().into_iter().filter(|route| route.who != Who::Anyone) {
        let path = filled(route.path, "officer");
        let page = site.browser().get(&path).await;
        assert!(page.location().starts_with("/sign-in?next="), "{path}: {}", page.status);
        let (Who::Admin(_) | Who::AccountAdmins) = route.who else { continue };
        citizen.get(&path).await.is(StatusCode::FORBIDDEN);
        ranks.officer.get(&path).await.is(StatusCode::FORBIDDEN);
        let strangers = match route.who {
            Who::Admin(Rank::SystemAdmin) => vec![&mut ranks.security, &mut ranks.audit],
            Who::Admin(Rank::SecurityAdmin) => vec![&mut ranks.system, &mut ranks.audit],
            Who::Admin(_) => vec![&mut ranks.system, &mut ranks.security],
            _ => vec![&mut ranks.audit],
        };
        for other in strangers {
            let own = other.get("/about").await.hidden("csrf").unwrap();
            other.get(&path).await.is(StatusCode::FORBIDDEN);
            if route.takes {
                let fields = [("csrf".to_owned(), own)];
                other.post(&path, &fields, &[]).await.is(StatusCode::FORBIDDEN);
            }
        }
    }
}

#[tokio::test]
async fn no_administrator_sees_or_opens_a_case() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    apply(&mut citizen, &[], &[]).await.is(StatusCode::OK);
    let case = own_case(&mut citizen).await;
    let mut ranks = Ranks::of(&site).await;
    for admin in [&mut ranks.system, &mut ranks.security, &mut ranks.audit] {
        admin.get("/desk").await.is(StatusCode::FORBIDDEN);
        admin.get(&format!("/cases/{case}")).await.is(StatusCode::NOT_FOUND);
        let page = apply(admin, &[], &[]).await;
        page.is(StatusCode::FORBIDDEN);
    }
    assert_eq!(site.events(), 1);
}

#[tokio::test]
async fn a_session_that_was_made_up_or_is_over_opens_nothing() {
    let site = Site::new("2025-03-03");
    let mut officer = site.signed_in("officer").await;
    let token = officer.cookies["yifa_session"].clone();
    let hash = site.with(|platform| platform.sessions(&token)).unwrap()[0].id.clone();
    let mut changed = token.clone();
    let last = if changed.pop() == Some('0') { '1' } else { '0' };
    changed.push(last);
    let made_up =
        ["0".repeat(64), hash, changed, token.to_uppercase(), String::new(), "' OR 1=1 --".to_owned()];
    for forged in made_up {
        let mut browser = site.browser();
        browser.cookies.insert("yifa_session".to_owned(), forged.clone());
        let page = browser.get("/desk").await;
        assert_eq!(page.location(), "/sign-in?next=%2Fdesk", "{forged}");
    }
    let desk = officer.get("/desk").await;
    officer.send(&desk, "/sign-out", &[], &[]).await.is(StatusCode::SEE_OTHER);
    let mut thief = site.browser();
    thief.cookies.insert("yifa_session".to_owned(), token);
    thief.get("/desk").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_the_one_that_is_signed_in() {
    let site = Site::new("2025-03-03");
    let mut victim = site.browser();
    let planted = "f".repeat(64);
    victim.cookies.insert("yifa_session".to_owned(), planted.clone());
    let page = victim.get("/sign-in").await;
    let fields = [("login", "officer"), ("password", PASSWORD)];
    victim.send(&page, "/sign-in", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    assert_ne!(victim.cookies["yifa_session"], planted);
    let mut thief = site.browser();
    thief.cookies.insert("yifa_session".to_owned(), planted);
    thief.get("/desk").await.is(StatusCode::SEE_OTHER);

    // A session of the thief's own, planted: it ends when the victim signs in over it.
    let mut thief = site.signed_in("citizen").await;
    let mut victim = site.browser();
    victim.cookies = thief.cookies.clone();
    let token = victim.get("/account").await.hidden("csrf").unwrap();
    let fields = [("csrf", token.as_str()), ("login", "officer"), ("password", PASSWORD)];
    let page = victim.get("/about").await;
    victim.send(&page, "/sign-in", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    victim.get("/desk").await.is(StatusCode::OK);
    thief.get("/account").await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn brute_force_ends_at_the_fifth_guess_even_with_the_right_password() {
    let site = Site::new("2025-03-03");
    let mut answers = Vec::new();
    let guesses =
        ["Wrong-guess-1", "Wrong-guess-2", "Wrong-guess-3", "Wrong-guess-4", "Wrong-guess-5", PASSWORD];
    for (login, guesses) in
        [("officer", &guesses[..]), ("nobody", &guesses[..1]), ("' OR '1'='1", &guesses[..1])]
    {
        for guess in guesses {
            let mut browser = site.browser();
            let page = browser.get("/sign-in").await;
            let page = browser.send(&page, "/sign-in", &[("login", login), ("password", guess)], &[]).await;
            let alert = page.text.split_once("role=\"alert\"").unwrap().1.split_once("</div>").unwrap().0;
            answers.push((page.status, alert.to_owned(), browser.cookies.len()));
        }
    }
    assert!(answers.iter().all(|one| *one == answers[0]), "nobody learns which name there is: {answers:?}");
    let log =
        site.with(|platform| platform.store().read(|r| store::audit_log::after_line(r, 0, 99))).unwrap();
    let failed = log.iter().filter(|line| !line.ok).count();
    assert_eq!(failed, 8, "each attempt is one line, whoever it was for");
}

#[tokio::test]
async fn script_in_any_address_or_query_comes_out_as_text() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    let escaped: String = SCRIPT.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let names = ASKED;
    let query: Vec<String> = names.iter().map(|name| format!("{name}={escaped}")).collect();
    for route in web::routes().into_iter().filter(|route| route.shows) {
        for path in [filled(route.path, &escaped), filled(route.path, "1")] {
            let path = format!("{path}?{}", query.join("&"));
            for mut browser in [site.browser(), ranks.fitting(route.who).again()] {
                is_text_only(&browser.get(&path).await, &path);
            }
        }
    }
}

/// Keys of pages, days, numbers and places that nobody was given: an answer, and never one of a fault in the program.
#[tokio::test]
async fn made_up_keys_and_headers_are_answered_in_words() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    let odd = [
        "%00",
        "99999999999999999999|x|1|apply",
        "-1|%27%20OR%201=1--|4294967296|x",
        "2025-02-30",
        "%FF%FE",
        "..%2F..%2Fetc%2Fpasswd",
        "%27%3B%20DROP%20TABLE%20event%3B--",
        "%F0%9F%92%A3",
    ];
    let names = ASKED;
    for route in web::routes().into_iter().filter(|route| route.shows) {
        for value in odd {
            let query: Vec<String> = names.iter().map(|name| format!("{name}={value}")).collect();
            let path = format!("{}?{}", filled(route.path, value), query.join("&"));
            let page = ranks.fitting(route.who).again().get(&path).await;
            assert!(!page.status.is_server_error(), "{path}: {}", page.text);
        }
    }
    for header in ["x-forwarded-for", "x-forwarded-proto", "forwarded", "if-none-match", "range", "cookie"] {
        for value in ["", ",", "999.999.999.999", "::::", "\"", "a=b; yifa=; yifa", "bytes=9-1"] {
            let request = Request::get("/").header(header, value).body(Body::empty()).unwrap();
            let page = site.browser().ask(request).await;
            assert!(!page.status.is_server_error(), "{header}: {value}: {}", page.text);
        }
    }
}

#[tokio::test]
async fn script_that_is_kept_comes_out_as_text() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    let form = ranks.system.get("/admin/accounts/new").await;
    let name: String = SCRIPT.chars().take(38).collect();
    let fields = [("login", "new-one"), ("name", name.as_str()), ("organ", "county"), ("rank", "staff")];
    let page = ranks.system.send(&form, "/admin/accounts/new", &fields, &[]).await;
    page.is(StatusCode::OK).says("密码只显示这一次");
    let page = ranks.system.get("/admin/accounts/new-one").await;
    is_text_only(&page, "account");
    let close = [("act", "close"), ("reason", SCRIPT)];
    ranks.system.send(&page, "/admin/accounts/new-one", &close, &[]).await.is(StatusCode::SEE_OTHER);
    for path in ["/admin/accounts", "/admin/accounts?show=waiting"] {
        is_text_only(&ranks.system.get(path).await, path);
    }
    let log = ranks.audit.get("/admin/audit").await;
    log.says("&lt;script&gt;");
    is_text_only(&log, "log");
    // The browser's own name for itself is shown too.
    let mut odd = site.browser();
    let page = odd.get("/sign-in").await;
    let csrf = page.hidden("csrf").unwrap();
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::USER_AGENT, SCRIPT)
        .body(Body::from(format!("csrf={csrf}&login=officer&password={PASSWORD}")))
        .unwrap();
    odd.ask(request).await.is(StatusCode::SEE_OTHER);
    let page = odd.get("/account").await;
    page.says("&lt;script&gt;");
    is_text_only(&page, "sessions");
}

#[tokio::test]
async fn no_path_leads_out_of_the_case_or_the_folder() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let mut stranger = site.signed_in("stranger").await;
    let paper = ("f.application", "申请书.pdf", &b"%PDF-1.4 mine"[..]);
    apply(&mut citizen, &[], &[paper]).await.is(StatusCode::OK);
    let mine = own_case(&mut citizen).await;
    let other = ("f.application", "申请书.pdf", &b"%PDF-1.4 theirs"[..]);
    apply(&mut stranger, &[], &[other]).await.is(StatusCode::OK);
    let theirs = own_case(&mut stranger).await;
    let page = stranger.get(&format!("/cases/{theirs}")).await;
    let hash = page.text.split_once(&format!("/cases/{theirs}/files/")).unwrap().1[..64].to_owned();
    stranger.get(&format!("/cases/{theirs}/files/{hash}")).await.is(StatusCode::OK);
    for attempt in [
        hash.clone(),
        "..%2F..%2Fyifa.db".to_owned(),
        "%2e%2e%2f%2e%2e%2fyifa.db".to_owned(),
        "..%5C..%5Cyifa.db".to_owned(),
        format!("{}%2F..%2F..%2F..%2Fyifa.db", &hash[..2]),
        "%2Fetc%2Fpasswd".to_owned(),
        "%00".to_owned(),
        "0".repeat(64),
        String::new(),
    ] {
        let page = citizen.get(&format!("/cases/{mine}/files/{attempt}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{attempt}: {}", page.text);
        assert!(!page.text.contains("SQLite") && !page.text.contains("root:"), "{attempt}");
    }
    for asset in ["..%2Fsite.css", "..%2F..%2FCargo.toml", "%2Fetc%2Fpasswd"] {
        citizen.get(&format!("/assets/{asset}")).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_looks_like_another_kind_of_file_goes_out_as_what_it_is() {
    let site = Site::new("2025-03-03");
    let mut citizen = site.signed_in("citizen").await;
    let page = b"<html><script>alert(1)</script></html>";
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &page[..]].concat();
    let refused: [(&str, &[u8]); 3] = [
        ("照片.png", b"MZ\x90\x00\x03"),
        ("照片.jpg", b"#!\x00/bin/sh"),
        ("说明.docx", b"PK\x03\x04 no zip"),
    ];
    for (name, content) in refused {
        let answer = apply(&mut citizen, &[], &[("f.application", name, content)]).await;
        answer.is(StatusCode::UNPROCESSABLE_ENTITY).says("改扩展名不起作用");
    }
    for (login, name, content, kind, kept) in [
        ("stranger", "页面.html", &page[..], "text/plain; charset=utf-8", "txt"),
        ("citizen", "图.svg", picture.as_slice(), "image/png", "png"),
    ] {
        let mut sender = site.signed_in(login).await;
        apply(&mut sender, &[], &[("f.application", name, content)]).await.is(StatusCode::OK);
        let case = own_case(&mut sender).await;
        let shown = sender.get(&format!("/cases/{case}")).await;
        let start = format!("/cases/{case}/files/");
        let hash = &shown.text.split_once(&start).unwrap().1[..64];
        let file = sender.get(&format!("{start}{hash}")).await;
        assert_eq!(file.headers[header::CONTENT_TYPE], kind);
        assert_eq!(file.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename*=UTF-8''"), "{disposition}");
        assert!(disposition.ends_with(&format!(".{kept}")), "{disposition}");
        assert!(file.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sandbox"));
    }
}

#[tokio::test]
async fn fields_that_no_form_has_change_nothing() {
    let site = Site::new("2025-03-03");
    let mut ranks = Ranks::of(&site).await;
    // A new account asks for more than its form offers.
    let form = ranks.system.get("/admin/accounts/new").await;
    let base = [("login", "new-one"), ("name", "新人"), ("organ", "county")];
    for rank in ["security_admin", "system_admin", "audit_admin"] {
        let fields = [&base[..], &[("rank", rank)]].concat();
        ranks.system.send(&form, "/admin/accounts/new", &fields, &[]).await.is(StatusCode::FORBIDDEN);
    }
    let more = [
        ("rank", "staff"),
        ("granted_at", "1"),
        ("must_change", "0"),
        ("password", "Chosen-by-me-77"),
        ("id", "1"),
        ("totp_at", "1"),
    ];
    let fields = [&base[..], &more[..]].concat();
    ranks.system.send(&form, "/admin/accounts/new", &fields, &[]).await.is(StatusCode::OK);
    let row = site
        .with(|platform| platform.store().read(|r| store::account::by_login(r, "new-one")))
        .unwrap()
        .unwrap();
    assert!(row.must_change && row.granted_at.is_none() && row.totp_at.is_none() && row.id != "1");
    site.with(|platform| platform.sign_in("new-one", "Chosen-by-me-77", &app::Origin::default()))
        .unwrap_err();
    // One's own password, with another's name beside it.
    let page = ranks.officer.get("/account/password").await;
    let fields = [
        ("old", PASSWORD),
        ("password", "Another-good-one-7"),
        ("again", "Another-good-one-7"),
        ("login", "head"),
        ("account", "head"),
        ("rank", "head"),
    ];
    ranks.officer.send(&page, "/account/password", &fields, &[]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(site.with(|platform| platform.actor_of("officer")).unwrap().rank, Rank::Staff);
    site.signed_in("head").await;
    // An application in another's name, on another day, with a number of its own choice.
    let mut citizen = site.signed_in("citizen").await;
    let more = [
        ("party", "stranger"),
        ("number", "德政复〔2025〕99号"),
        ("handler", "officer"),
        ("on", "2020-01-01"),
    ];
    let page = apply(&mut citizen, &more, &[]).await;
    page.is(StatusCode::OK).says("德政复〔2025〕1号");
    let case = own_case(&mut citizen).await;
    site.signed_in("stranger").await.get(&format!("/cases/{case}")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(APPLICATION.len(), 15);
}

#[tokio::test]
async fn a_session_of_somebody_else_cannot_be_ended() {
    let site = Site::new("2025-03-03");
    let (mut officer, mut head) = (site.signed_in("officer").await, site.signed_in("head").await);
    let id = site.with(|platform| platform.sessions(&head.cookies["yifa_session"])).unwrap()[0].id.clone();
    let page = officer.get("/account").await;
    let answer = officer.send(&page, "/account/sessions/end", &[("session", &id)], &[]).await;
    answer.is(StatusCode::NOT_FOUND);
    head.get("/desk").await.is(StatusCode::OK);
}

//! A browser without a screen: keeps cookies, opens pages, fills in and sends their forms.
#![allow(dead_code, reason = "each user of the browser uses another part of it")]
#![allow(clippy::unwrap_used, reason = "what sets the stage may stop the show")]

#[path = "../town/mod.rs"]
mod town;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use app::{Platform, SetClock};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use store::account::Rank;
use tempfile::TempDir;
use tower::ServiceExt as _;

pub use town::{PASSWORD, day};

/// The town with its pages.
pub struct Site {
    pub router: Router,
    pub platform: Platform,
    pub clock: Arc<SetClock>,
    _dir: Arc<TempDir>,
}

/// On a thread of its own: the store's client of PostgreSQL waits, which a thread of asynchronous tasks may not.
fn beside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| scope.spawn(work).join()).unwrap()
}

impl Site {
    pub fn new(today: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock::at(day(today), 9));
        let platform = beside(|| town::town(&dir.path().join("data"), Arc::clone(&clock) as _, true));
        Self { router: web::router(platform.clone()), platform, clock, _dir: Arc::new(dir) }
    }

    /// The same, as it stands on the network.
    pub fn on(today: &str, edge: &web::Edge) -> Self {
        let site = Self::new(today);
        Self { router: web::router_on(site.platform.clone(), edge), ..site }
    }

    /// The same as another server shows it, which has opened the store by itself.
    pub fn by(&self, platform: Platform) -> Self {
        Self {
            router: web::router(platform.clone()),
            platform,
            clock: Arc::clone(&self.clock),
            _dir: Arc::clone(&self._dir),
        }
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), peer: None }
    }

    /// A browser at an address.
    pub fn browser_at(&self, address: &str) -> Browser {
        let peer = web::Peer::new(format!("{address}:4711").parse().unwrap(), false);
        Browser { peer: Some(peer), ..self.browser() }
    }

    /// Makes the account of an administrator.
    pub fn admin(&self, rank: Rank) -> &'static str {
        let new = app::NewAccount {
            login: rank.id().to_owned(),
            name: rank.name().to_owned(),
            password: PASSWORD.to_owned(),
            organ: None,
            rank,
        };
        self.with(|platform| platform.add_account(new)).unwrap();
        rank.id()
    }

    pub async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/sign-in").await;
        let fields = [("login", login), ("password", PASSWORD)];
        let page = browser.send(&page, "/sign-in", &fields, &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
        browser
    }

    /// How many events the journal holds.
    pub fn events(&self) -> u64 {
        self.with(|platform| platform.verify(true).unwrap().journal.events)
    }

    /// Asks the platform without its pages.
    pub fn with<T: Send>(&self, work: impl FnOnce(&Platform) -> T + Send) -> T {
        beside(|| work(&self.platform))
    }
}

/// One visitor's browser.
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    /// The other end of the connection, where it is known.
    peer: Option<web::Peer>,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub text: String,
}

/// A file to send: field, name, content.
pub type File<'a> = (&'a str, &'a str, &'a [u8]);

impl Page {
    /// The value of a hidden input.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let start = self.text.find(&format!("type=\"hidden\" name=\"{name}\" value=\""))?;
        let rest = &self.text[start..].split_once("value=\"")?.1;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(self.text.contains(text), "“{text}” is not in {} {}", self.status, body(&self.text));
    }

    #[track_caller]
    pub fn is(&self, status: StatusCode) -> &Self {
        assert_eq!(self.status, status, "{}", body(&self.text));
        self
    }
}

/// The main part of a page, so that a failing test can be read.
fn body(text: &str) -> &str {
    text.split_once("<main").map_or(text, |(_, rest)| rest)
}

const EDGE: &str = "----------edge";

impl Browser {
    /// Another window of the same browser.
    pub fn again(&self) -> Self {
        Self { router: self.router.clone(), cookies: self.cookies.clone(), peer: self.peer }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form of a page with its hidden inputs, the fields and the files given.
    pub async fn send(
        &mut self,
        page: &Page,
        path: &str,
        fields: &[(&str, &str)],
        files: &[File<'_>],
    ) -> Page {
        let mut all: Vec<(String, String)> = Vec::new();
        for name in ["csrf", "key", "act", "version", "next"] {
            if let Some(value) = page.hidden(name).filter(|_| fields.iter().all(|(own, _)| *own != name)) {
                all.push((name.to_owned(), value));
            }
        }
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(path, &all, files).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(String, String)], files: &[File<'_>]) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        for (name, file, content) in files {
            let head = format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{EDGE}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.ask(Request::post(path).header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()).await
    }

    pub async fn ask(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        for set in headers.get_all(header::SET_COOKIE) {
            let (pair, _) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        Page { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Opens the form of an act of a case and sends it.
    pub async fn act(&mut self, case: &str, act: &str, fields: &[(&str, &str)], files: &[File<'_>]) -> Page {
        let path = format!("/cases/{case}/acts/{act}");
        let page = self.get(&path).await;
        page.is(StatusCode::OK);
        let named: Vec<(String, &str)> = fields
            .iter()
            .map(|(name, value)| {
                let own = if *name == "on" { "on".to_owned() } else { format!("f.{name}") };
                (own, *value)
            })
            .collect();
        let mut fields: Vec<(&str, &str)> =
            named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let today = page.text.split_once("name=\"on\" type=\"date\" value=\"").map(|(_, rest)| &rest[..10]);
        if let Some(today) = today.filter(|_| fields.iter().all(|(name, _)| *name != "on")) {
            fields.push(("on", today));
        }
        self.send(&page, &path, &fields, files).await
    }

    /// The same, done without an objection.
    pub async fn does(&mut self, case: &str, act: &str, fields: &[(&str, &str)], files: &[File<'_>]) -> Page {
        let page = self.act(case, act, fields, files).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{act}: {}", body(&page.text));
        page
    }
}

/// What an application for reconsideration states.
pub const APPLICATION: [(&str, &str); 15] = [
    ("f.applicant", "演示申请人"),
    ("f.applicant.code", "11010519491231002X"),
    ("f.applicant_kind", "citizen"),
    ("f.respondent", "德化县公安局"),
    ("f.channel", "portal"),
    ("f.submitted_on", "2025-03-03"),
    ("f.act_title", "行政处罚决定"),
    ("f.act_kind", "penalty"),
    ("f.learned_on", "2025-02-20"),
    ("f.told_rights", "yes"),
    ("f.counts_from", "2025-02-20"),
    ("f.real_property", "no"),
    ("f.request", "撤销该处罚决定"),
    ("f.facts", "当日并未到过现场"),
    ("f.reasons", "认定事实不清"),
];

/// Applies on the portal; the page of the receipt.
pub async fn apply(browser: &mut Browser, more: &[(&str, &str)], files: &[File<'_>]) -> Page {
    let form = browser.get("/apply/reconsideration").await;
    let own = APPLICATION.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let mut fields: Vec<(&str, &str)> = own.copied().collect();
    if more.iter().all(|(name, _)| *name != "organ") {
        fields.push(("organ", "county"));
    }
    fields.extend_from_slice(more);
    browser.send(&form, "/apply/reconsideration", &fields, files).await
}

/// The id of the only case in a citizen's list.
pub async fn own_case(browser: &mut Browser) -> String {
    let list = browser.get("/cases").await;
    let mut ids = list.text.split("href=\"/cases/").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    ids.find(|id| id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()))
        .unwrap()
        .to_owned()
}

/// The number and the code on a receipt.
pub fn receipt(page: &Page) -> (String, String) {
    let number = page.text.split_once("<dt>编号</dt><dd class=\"big\">").unwrap().1;
    let code = page.text.split_once("<dt>查询码</dt><dd class=\"big\"><code>").unwrap().1;
    let until = |text: &str| text.split_once('<').unwrap().0.to_owned();
    (until(number), until(code))
}

/// What each row of `table` says against the file of that name beside the tests; `YIFA_UPDATE=1` rewrites the file.
pub fn expect_table(name: &str, table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name);
    if std::env::var_os("YIFA_UPDATE").is_some() {
        std::fs::write(&file, table).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let differing: Vec<&str> =
        table.lines().filter(|line| !expected.lines().any(|own| own == *line)).collect();
    assert!(differing.is_empty(), "{name} says otherwise of:\n{}", differing.join("\n"));
    assert_eq!(expected.lines().count(), table.lines().count(), "{name} has rows of what is gone");
}

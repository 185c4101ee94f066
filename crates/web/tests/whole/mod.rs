//! Whole forms: what somebody entitled would send, filled in from the form of the page itself, so that whoever sends it is
//! stopped by who they are and by nothing else; and what came of it in the store.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what sets the stage may stop the show"
)]

mod accounts;
mod cases;
mod form;
mod officers;
mod reports;

use std::collections::BTreeMap;

use app::Platform;

use crate::browse::{Browser, File, Page};
use crate::scene::Scene;
use form::inputs;

/// Tables that say nothing of what was done: sessions are counted instead, the log by what succeeded; a lease says which
/// server works.
const BESIDE: [&str; 5] = ["session", "audit_log", "pack", "meta", "lease"];

/// A form with all that it needs. 整张表单
#[derive(Default)]
pub struct Whole {
    /// Where it is sent.
    pub path: String,
    /// Whose page shows it, and which page; with an empty login everybody's own.
    shown: Option<(&'static str, String)>,
    /// A page that was already got.
    page: Option<Page>,
    set: Vec<(String, String)>,
    files: Vec<(&'static str, &'static str, Vec<u8>)>,
    /// Sent by somebody who has not signed in yet.
    pub is_fresh: bool,
}

impl Whole {
    /// A form that a page shows to a login, sent to where the page is.
    pub fn shown(login: &'static str, page: &str) -> Self {
        Self { path: page.to_owned(), shown: Some((login, page.to_owned())), ..Self::default() }
    }

    /// A form that needs no page.
    pub fn to(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// A form on a page that was already got.
    pub fn on(page: Page, path: &str) -> Self {
        Self { page: Some(page), ..Self::to(path) }
    }

    pub fn sent_to(self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self }
    }

    pub fn with(mut self, fields: &[(&str, &str)]) -> Self {
        self.set.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    pub fn file(mut self, field: &'static str, name: &'static str, content: Vec<u8>) -> Self {
        self.files.push((field, name, content));
        self
    }

    pub fn fresh(self) -> Self {
        Self { is_fresh: true, ..self }
    }
}

/// What is in the store, so that two of these tell what was done in between.
#[derive(PartialEq, Eq)]
pub struct Held {
    tables: BTreeMap<String, Vec<String>>,
    sessions: usize,
    noted: usize,
    /// How many refusals are in the log of operations.
    pub refused: usize,
}

impl Held {
    pub fn of(platform: &Platform) -> Self {
        let mut tables = store::testing::tables(platform.store(), &BESIDE[1..]).unwrap();
        let sessions = tables.remove("session").map_or(0, |rows| rows.len());
        let log = platform.store().read(|r| store::audit_log::after_line(r, 0, 99_999)).unwrap();
        // What was refused and read is no change; what was done is.
        let noted = log.iter().filter(|line| line.ok).count();
        Self { tables, sessions, noted, refused: log.len() - noted }
    }

    /// The tables that are other than before.
    pub fn differs(&self, before: &Self) -> Vec<String> {
        let names = self.tables.keys().chain(before.tables.keys());
        let mut other: Vec<String> =
            names.filter(|name| self.tables.get(*name) != before.tables.get(*name)).cloned().collect();
        other.sort();
        other.dedup();
        if self.sessions != before.sessions {
            other.push("session".to_owned());
        }
        if self.noted != before.noted {
            other.push("audit_log".to_owned());
        }
        other
    }
}

/// The fields that are sent, but for the token of the sender's own pages.
pub async fn filled(whole: &Whole, scene: &Scene, sender: &mut Browser) -> Vec<(String, String)> {
    let page = match (&whole.page, &whole.shown) {
        (Some(page), _) => Some(page.text.clone()),
        (None, Some(("", path))) => Some(sender.get(path).await.text),
        (None, Some((login, path))) => {
            let page = scene.browser_of(login).get(path).await;
            assert!(
                page.status.is_success(),
                "{login} does not see {path}: {} {}",
                page.status,
                page.location()
            );
            Some(page.text)
        }
        (None, None) => None,
    };
    let mut fields = page.map_or_else(Vec::new, |text| inputs(&text, &whole.path));
    if !matches!(whole.shown, None | Some(("", _))) {
        assert!(!fields.is_empty(), "the page shows no form that goes to {}", whole.path);
    }
    fields.retain(|(name, _)| name != "csrf" && whole.set.iter().all(|(own, _)| own != name));
    fields.extend(whole.set.iter().cloned());
    fields
}

/// Sends it with the sender's own token.
pub async fn send(whole: &Whole, mut fields: Vec<(String, String)>, sender: &mut Browser, at: usize) -> Page {
    for (name, value) in &mut fields {
        if name == "key" {
            *value = format!("whole-form-{at:06}");
        }
    }
    // Whoever has signed in is led away from the first.
    let csrf = match sender.get("/sign-in").await.hidden("csrf") {
        Some(csrf) => csrf,
        None => sender.get("/about").await.hidden("csrf").unwrap_or_default(),
    };
    fields.push(("csrf".to_owned(), csrf));
    let files: Vec<File<'_>> =
        whole.files.iter().map(|(field, name, content)| (*field, *name, content.as_slice())).collect();
    sender.post(&whole.path, &fields, &files).await
}

/// What an answer comes to, in words: done, shown without doing anything, or why not.
pub fn outcome(page: &Page, is_changed: bool) -> String {
    if page.location().starts_with("/sign-in") && page.location().contains("next=") {
        return "login".to_owned();
    }
    let refused = page.text.contains("role=\"alert\"") || page.text.contains(">没有办理</span>");
    if page.status.as_u16() == 404 {
        return "404".to_owned();
    }
    if page.status.as_u16() < 400 && (is_changed || !refused) {
        return if is_changed { "done" } else { "shown" }.to_owned();
    }
    format!("refused:{} {}", page.status.as_u16(), why(&page.text))
}

/// The article of a refusal, else its words.
fn why(text: &str) -> String {
    let told = [">没有办理</span>", "role=\"alert\""].iter().find_map(|mark| text.split_once(mark));
    let told = told.map_or(text, |(_, rest)| rest);
    // Without markup, and without the heading that every refusal has.
    let told: String =
        told.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    let told = told.trim_start().trim_start_matches("没有办理");
    let until = |text: &str, end: &[char]| text.split(end).next().unwrap().to_owned();
    let by_words = told.split_once("依据：").map(|(_, rest)| until(rest, &['。', '；']));
    let article =
        by_words.or_else(|| told.split_once("（《").map(|(_, rest)| format!("《{}", until(rest, &['）']))));
    let shown = article.filter(|text| text.contains('第')).unwrap_or_else(|| told.to_owned());
    // An id of a case is another one each time; it is all that is written in capital letters and digits here.
    let of_id = |c: &char| c.is_ascii_digit() || c.is_ascii_uppercase();
    let plain: String = shown.chars().filter(|c| !c.is_whitespace() && !of_id(c)).collect();
    plain.split('。').next().unwrap().chars().take(60).collect()
}

/// What of an address can be done; each is a row of the table.
pub fn variants(path: &str) -> &'static [&'static str] {
    match path {
        "/admin/accounts/{login}" => &[
            "close",
            "reopen",
            "unlock",
            "grant",
            "reset_password",
            "reset_second",
            "reset_identities",
            "agree",
            "refuse",
        ],
        "/admin/jobs" => &["verify", "backup"],
        "/admin/clients" => &["add", "end"],
        "/admin/messages" => &["test"],
        "/messages/settings/address" => &["ask", "confirm", "drop"],
        "/cases/{id}/correct/{number}" => &["replace", "withdraw"],
        _ => &[""],
    }
}

/// Addresses whose forms ask and write nothing.
pub const ASKS: [&str; 8] = [
    "/audit",
    "/audit/result",
    "/draws/check",
    "/follow",
    "/follow/receipt",
    "/plan/import",
    "/verify",
    "/sign-out",
];

/// Addresses that cannot be driven here, and where they are.
pub const ELSEWHERE: [(&str, &str); 3] = [
    ("/account/bind/{provider}", "with a real provider of identities in tests/browser/beyond.mjs"),
    ("/exams/{case}", "sat and marked in crates/app/tests/exams.rs, which sets the days of an examination"),
    ("/file-review/{case}", "scored in crates/app/tests/file_review.rs, after a draw of files"),
];

/// The whole form of a row, on a stage that is set for it anew.
pub async fn whole(scene: &mut Scene, path: &'static str, variant: &str, who: &'static str) -> Whole {
    let found = match path {
        path if path.starts_with("/account/")
            || path.starts_with("/admin/")
            || path.starts_with("/sign-") =>
        {
            accounts::whole(scene, path, variant, who).await
        }
        path if path.starts_with("/reports/") => reports::whole(scene, path, who),
        path if path.starts_with("/cases/")
            || path.starts_with("/apply/")
            || path.starts_with("/comment/") =>
        {
            cases::whole(scene, path, variant)
        }
        path => officers::whole(scene, path, variant, who).await,
    };
    found.unwrap_or_else(|| panic!("{path}: say what a whole form is (crates/web/tests/whole)"))
}

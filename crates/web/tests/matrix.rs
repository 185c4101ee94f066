//! Every address by everybody: what each gets who has no session, is the party, somebody else, an officer of the organ
//! that holds the case, of the one that its record names, of one above, of one below, or one of the administrators.
//! The addresses come from the table of routes. `matrix.tsv` says what each page answers; `forms.tsv` what comes of the whole
//! form of each, filled in from the page of somebody entitled and sent by everybody: done, or why not, and then the store
//! is as it was. Both are written anew by `YIFA_UPDATE=1`. An address that is not in them, or that has no whole form
//! (`whole`), fails.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use crate::browse;
use crate::drawn;
use crate::gateway;
use crate::scene;
use crate::whole;
use std::fmt::Write as _;

use crate::browse::{Page, expect_table};
use crate::scene::{Scene, WHO};
use crate::whole::{ASKS, ELSEWHERE, Held, filled, outcome, send, variants};

/// A path of the table with what there is in the place of its variables.
fn path_of(scene: &Scene, path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            return part.to_owned();
        };
        let value = match (name, path) {
            ("id", path) if path.starts_with("/cases/") => &scene.case,
            ("id", path) if path.starts_with("/figures/") => "reconsideration_received",
            ("id", path) if path.starts_with("/procedures/") || path.starts_with("/admin/procedures/") => {
                "reconsideration"
            }
            ("id", path) if path.starts_with("/registers/") => "officers",
            ("id", path) if path.starts_with("/documents/laws/") => "penalty_law",
            ("id", path) if path.starts_with("/documents/") => &scene.document,
            ("id", path) if path.starts_with("/audit/kept/") => "0000",
            ("case", _) => &scene.case,
            ("scheme", _) => "own@2024",
            ("sheet", _) => "penalty_files@2026",
            ("code", path) if path.starts_with("/entry/") => "0000",
            ("code", _) => "91350526MA00000001",
            ("table" | "export", _) => "penalties",
            ("organ", _) => "county",
            ("year", _) => "2024",
            ("file", _) => "bundle.zip",
            ("kind", _) => "annual_report",
            ("section", _) => "other",
            ("procedure", _) => "reconsideration",
            ("act", _) => "examine",
            ("number" | "size", _) => "1",
            ("hash", _) => &scene.file,
            ("root" | "token" | "note" | "comment", _) => "0000",
            ("login", _) => "officer",
            ("mode", _) => "large",
            ("page", _) => "officer",
            ("reference", _) => "61",
            ("provider", _) => "province",
            ("name", _) => "icon.svg",
            (name, path) => panic!("{path}: say what stands for {{{name}}}"),
        };
        value.to_owned()
    });
    let asks = ["/registers/{id}/sheet", "/registers/{id}/changes", "/registers/{id}/changes/sheet"];
    let query = if asks.contains(&path) { "?organ=county" } else { "" };
    parts.collect::<Vec<_>>().join("/") + query
}

/// What an answer comes to: its number; that it asks for signing in.
fn told(page: &Page) -> String {
    if page.location().starts_with("/sign-in") {
        return "sign-in".to_owned();
    }
    page.status.as_u16().to_string()
}

#[tokio::test]
async fn every_page_answers_everybody_as_the_table_says() {
    let scene = Scene::new().await;
    let mut browsers: Vec<_> = WHO.map(|who| scene.browser_of(who)).into();
    let mut routes = web::routes();
    routes.sort_by_key(|route| route.path);
    let mut table = format!("method\tpath\t{}\n", WHO.join("\t"));
    for route in routes.iter().filter(|route| route.shows) {
        let path = path_of(&scene, route.path);
        write!(table, "GET\t{}", route.path).unwrap();
        for browser in &mut browsers {
            let page = browser.get(&path).await;
            assert!(!page.status.is_server_error(), "{path}: {}", page.text);
            write!(table, "\t{}", told(&page)).unwrap();
        }
        table.push('\n');
    }
    expect_table("matrix.tsv", &table);
}

/// The addresses that take a form, in the order in which they are tried: the second factor step by step, and last the
/// passwords, by which everybody signs in before.
fn takers() -> Vec<&'static str> {
    let step = |path: &str| match path {
        "/account/second" => 1,
        "/account/second/recovery" => 2,
        "/sign-in/code" => 3,
        "/account/second/leave" => 4,
        "/account/password" => 6,
        "/sign-out" => 5,
        _ => 0,
    };
    let mut paths: Vec<&'static str> =
        web::routes().into_iter().filter(|route| route.takes).map(|route| route.path).collect();
    paths.sort_by_key(|path| (step(path), *path));
    paths
}

/// One row: what comes of the form by everybody.
async fn row(scene: &mut Scene, path: &'static str, variant: &str) -> Vec<String> {
    let mut cells = Vec::new();
    for who in WHO {
        scene.at += 1;
        let whole = whole::whole(scene, path, variant, who).await;
        let mut sender = scene.browser_of(who);
        if whole.is_fresh {
            sender = arrived(scene, path, who).await;
        }
        let fields = filled(&whole, scene, &mut sender).await;
        let before = scene.site.with(Held::of);
        let page = send(&whole, fields.clone(), &mut sender, scene.at).await;
        assert!(!page.status.is_server_error(), "{path} {variant}: {}", page.text);
        let after = scene.site.with(Held::of);
        let differs = after.differs(&before);
        let cell = outcome(&page, !differs.is_empty());
        let is_quiet = differs.is_empty() || page.status.as_u16() < 400 && cell != "login";
        assert!(is_quiet, "{path} {variant} by {who}: {cell}, and yet {differs:?} changed");
        // What is not there is not refused.
        let is_refused = cell.starts_with("refused:403") || cell.starts_with("refused:200");
        let is_theirs = !is_refused || cell.contains("没有找到");
        let is_noted = is_theirs || who == "nobody" || after.refused > before.refused;
        assert!(is_noted, "{path} {variant} by {who}: {cell}, and the log of operations does not say so");
        if cell.starts_with("refused:422") || cell.starts_with("refused:400") {
            println!("{path} {variant} by {who}: {cell}\n  {fields:?}\n  {}", main_of(&page));
        }
        if !whole.is_fresh {
            scene.came_back(who, sender).await;
        }
        cells.push(cell);
    }
    cells
}

/// A browser in which nobody has signed in, or, where the code is asked for, in which the password was right.
async fn arrived(scene: &Scene, path: &str, who: &'static str) -> browse::Browser {
    let mut browser = scene.site.browser();
    if path == "/sign-in/code" && who != "nobody" {
        let page = browser.get("/sign-in").await;
        let fields = [("login", scene::login_of(who)), ("password", browse::PASSWORD)];
        browser.send(&page, "/sign-in", &fields, &[]).await;
    }
    browser
}

/// The words of a page, so that a form that is refused can be read.
fn main_of(page: &Page) -> String {
    let main = page.text.split_once("role=\"alert\"").map_or("", |(_, rest)| rest);
    main.chars().take(600).collect()
}

/// Everybody, and a gateway of text messages.
async fn stage() -> Scene {
    let mut scene = Scene::new().await;
    let (url, told) = gateway::gateway();
    scene.told = told;
    gateway::use_gateway(&scene.site, &url);
    gateway::work(&scene.site);
    // Before other stages put objects into the list that is drawn from.
    let drawn = drawn::file(&scene.site);
    scene.secrets.insert("draw", drawn);
    scene
}

#[tokio::test]
async fn every_whole_form_does_what_the_table_says_and_nothing_where_it_is_refused() {
    let mut scene = stage().await;
    let mut table = format!("path\tvariant\t{}\n", WHO.join("\t"));
    let mut idle = Vec::new();
    for path in takers() {
        if let Some((_, where_)) = ELSEWHERE.iter().find(|(own, _)| *own == path) {
            writeln!(table, "{path}\t\t{where_}").unwrap();
            continue;
        }
        for variant in variants(path) {
            let cells = row(&mut scene, path, variant).await;
            let good = if ASKS.contains(&path) { "shown" } else { "done" };
            if !cells.iter().any(|cell| cell == good) {
                idle.push(format!("{path} {variant}: {cells:?}"));
            }
            writeln!(table, "{path}\t{variant}\t{}", cells.join("\t")).unwrap();
        }
    }
    assert!(idle.is_empty(), "nobody gets these done, so their forms are not whole:\n{}", idle.join("\n"));
    expect_table("forms.tsv", &table);
}

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>'); DROP TABLE event;--";

#[track_caller]
fn is_text_only(page: &Page, of: &str) {
    assert!(!page.status.is_server_error(), "{of}: {}", page.text);
    // A table or a calendar to keep holds what was written, and no browser shows it as a page.
    let kind = page.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") {
        return;
    }
    assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{of}: {}", page.text);
}

/// By the table, who gets the form of a row done.
fn entitled(table: &str, path: &str, variant: &str) -> Option<&'static str> {
    let own = table.lines().find(|line| line.starts_with(&format!("{path}\t{variant}\t")))?;
    let cells = own.split('\t').skip(2);
    cells.zip(WHO).find(|(cell, _)| ["done", "shown"].contains(cell)).map(|(_, who)| who)
}

/// Markup, quotes and SQL in every field of every form, one at a time, by somebody who may send it: what is taken comes out as
/// the text that went in, on the page that follows and on all others, and the journal is whole.
#[tokio::test]
async fn words_in_every_form_come_out_as_the_text_that_went_in() {
    let mut scene = stage().await;
    let table = include_str!("forms.tsv");
    let mut tried = 0;
    for path in takers() {
        let by_codes = path.starts_with("/account/second") || path.starts_with("/sign-");
        if by_codes || path == "/account/password" || ELSEWHERE.iter().any(|(own, _)| *own == path) {
            continue;
        }
        for variant in variants(path) {
            let who = entitled(table, path, variant).unwrap_or_else(|| panic!("{path} {variant}"));
            for place in 0.. {
                scene.at += 1;
                let whole = whole::whole(&mut scene, path, variant, who).await;
                let mut sender = scene.browser_of(who);
                let mut fields = filled(&whole, &scene, &mut sender).await;
                let Some((name, value)) = fields.get_mut(place) else { break };
                let of = format!("{path} {variant} {name}");
                HOSTILE.clone_into(value);
                let page = send(&whole, fields, &mut sender, scene.at).await;
                is_text_only(&page, &of);
                if !page.location().is_empty() {
                    is_text_only(&sender.get(page.location()).await, &of);
                }
                scene.came_back(who, sender).await;
                tried += 1;
            }
        }
    }
    assert!(tried > 150, "{tried} fields were tried");
    for route in web::routes().iter().filter(|route| route.shows) {
        for who in ["officer", "head", "system", "security", "audit", "party", "nobody"] {
            is_text_only(&scene.browser_of(who).get(&path_of(&scene, route.path)).await, route.path);
        }
    }
    let verified = scene.site.with(|platform| platform.verify(true).unwrap());
    assert!(verified.journal.is_whole() && verified.faults.is_empty(), "{:?}", verified.faults);
}

//! One broken file for each finding, with what is said of it: `fixtures/<finding>.toml` and `.txt` beside it.
//!
//! A line `#: <path>` in a fixture begins another file. With `UPDATE=1` in the environment the expected texts are
//! written anew; the commit must say why they changed.
#![expect(clippy::expect_used, reason = "shared steps of tests fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base::Diagnostic;
use packs::{Files, check_all};

/// The law that the fixtures rest on: twenty articles, five days are working days, decisions are public.
const LAW: &str = r#"law   = "trial_law"
title = "试验法"
rank  = "law"
since = 2020-01-01

[[version]]
id         = "2023"
adopted_on = 2023-01-01
in_force   = { from = 2023-06-01 }
articles   = 20
counting   = { working_days = [5], article = "18" }
public     = [{ document = "decision", article = "19" }]
"#;

/// A law whose text was not seen.
const UNSEEN: &str = r#"law   = "unseen_law"
title = "未见法"
rank  = "law"
since = 2020-01-01

[[version]]
id         = "2020"
adopted_on = 2019-12-01
in_force   = { from = 2020-01-01 }
unverified = true
note       = "没有见到正文"
"#;

/// Codes that no fixture of a readable size can bring about.
const WITHOUT: [&str; 1] = ["not_explored"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixtures() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of fixtures");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut stems: Vec<String> =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    stems.sort();
    stems
}

/// The files of a fixture: its own, those it holds besides, and the laws.
fn files(stem: &str) -> Files {
    let text = std::fs::read_to_string(folder().join(format!("{stem}.toml"))).expect(stem);
    let mut made: BTreeMap<String, String> = BTreeMap::new();
    let mut path = "packs/trial/t.toml".to_owned();
    for line in text.lines() {
        if let Some(next) = line.strip_prefix("#: ") {
            next.clone_into(&mut path);
        } else {
            let file = made.entry(path.clone()).or_default();
            file.push_str(line);
            file.push('\n');
        }
    }
    made.insert("laws/trial_law.toml".to_owned(), LAW.to_owned());
    made.insert("laws/unseen_law.toml".to_owned(), UNSEEN.to_owned());
    let calendar = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../calendars/2024.toml");
    let calendar = std::fs::read_to_string(calendar).expect("a calendar");
    made.insert("calendars/2024.toml".to_owned(), calendar);
    Files::of(made)
}

/// What is found in a fixture; that it has no plans is no matter.
fn findings(stem: &str) -> Vec<Diagnostic> {
    let mut found = check_all(&files(stem)).findings;
    found.retain(|one| one.code != "no_catalogue");
    found
}

fn said(found: &[Diagnostic]) -> String {
    found.iter().fold(String::new(), |mut text, one| {
        let _ = writeln!(text, "[{}] {one}\n", one.code);
        text
    })
}

#[test]
fn every_broken_file_is_told_what_is_wrong() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for stem in fixtures() {
        let found = said(&findings(&stem));
        let path = folder().join(format!("{stem}.txt"));
        if update {
            std::fs::write(&path, &found).expect("the expected text");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            wrong.push(format!("{stem}: expected\n{expected}\nfound\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fixture_shows_the_finding_that_it_is_named_after() {
    for stem in fixtures() {
        let found = findings(&stem);
        let codes: BTreeSet<&str> = found.iter().map(|one| one.code).collect();
        assert!(!codes.is_empty(), "{stem} is not broken");
        assert!(found.iter().all(|one| one.place.is_some()), "{stem}: a finding without a place");
        let named = codes.iter().any(|code| stem.starts_with(code));
        let other = ["two_forms", "bad_limit", "no_such_date", "ten_mistakes"].contains(&stem.as_str());
        assert!(named || other, "{stem}: {codes:?}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let found = findings("ten_mistakes");
    assert!(found.len() >= 10, "{}", said(&found));
}

/// The codes that stand in the sources, except those of the plans, the engines, the exports, the schemes, the sheets, the tables and the
/// templates, whose tests stand in files of their names.
fn codes_of(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            codes_of(&path, codes);
        } else if path.file_name().is_some_and(|name| {
            [
                "plans.rs",
                "engines.rs",
                "exports.rs",
                "schemes.rs",
                "review_sheets.rs",
                "tables.rs",
                "templates.rs",
            ]
            .iter()
            .all(|own| name != *own)
        }) {
            let text = std::fs::read_to_string(&path).expect("a source");
            for call in ["Diagnostic::error(", "Diagnostic::warning(", "unknown("] {
                for rest in text.split(call).skip(1) {
                    let rest = rest.trim_start().trim_start_matches("table,").trim_start();
                    let Some(quoted) = rest.strip_prefix('"') else { continue };
                    let code: String = quoted.chars().take_while(|c| *c != '"').collect();
                    let is_code = code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
                    codes.extend(Some(code).filter(|_| is_code));
                }
            }
        }
    }
}

#[test]
fn every_code_of_the_sources_has_a_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    codes_of(&root.join("src"), &mut codes);
    codes_of(&root.join("../norms/src"), &mut codes);
    assert!(codes.len() > 40, "{codes:?}");
    let mut shown = BTreeSet::new();
    for stem in fixtures() {
        shown.extend(findings(&stem).iter().map(|one| one.code.to_owned()));
    }
    let missing: Vec<&String> =
        codes.iter().filter(|code| !shown.contains(*code) && !WITHOUT.contains(&code.as_str())).collect();
    assert!(missing.is_empty(), "without a fixture: {missing:?}");
}

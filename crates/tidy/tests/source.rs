//! The order of the source: lengths, lints, names, what the kernel must not touch.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use tidy::{code_only, files, identifiers, read, root, words};
use toml::{Table, Value};

/// Lines of a Rust file at most.
const MOST_LINES: usize = 600;

/// The crates that know no clock, no file, no network and no order by chance.
const KERNEL: [&str; 17] = [
    "assessment",
    "base",
    "calendar",
    "codes",
    "law",
    "norms",
    "registers",
    "ledger",
    "figures",
    "picture",
    "plan",
    "draw",
    "joint",
    "likeness",
    "citations",
    "audit",
    "discretion",
];

fn rust_files() -> Vec<String> {
    let mut made = files().unwrap();
    made.retain(|path| path.starts_with("crates/") && path.ends_with(".rs"));
    assert!(made.len() > 50, "only {} Rust files were found", made.len());
    made
}

fn table(path: &str) -> Table {
    read(path).parse().unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn files_are_short() {
    let mut wrong = Vec::new();
    for path in rust_files() {
        let lines = read(&path).lines().count();
        if lines > MOST_LINES {
            wrong.push(format!("{path} has {lines} lines, more than {MOST_LINES}: split it"));
        }
    }
    none(&wrong);
}

#[test]
fn lints_are_on() {
    let workspace = table("Cargo.toml");
    let lints = workspace["workspace"]["lints"]["clippy"].as_table().unwrap();
    let denied =
        ["unwrap_used", "expect_used", "panic", "todo", "unimplemented", "dbg_macro", "indexing_slicing"];
    let casts = ["cast_possible_truncation", "cast_sign_loss", "cast_possible_wrap", "float_arithmetic"];
    for lint in denied.iter().chain(&casts).chain(&["too_many_lines"]) {
        assert_eq!(lints.get(*lint).and_then(Value::as_str), Some("deny"), "clippy::{lint}");
    }
    assert_eq!(workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert_eq!(table("clippy.toml")["too-many-lines-threshold"].as_integer(), Some(70));
}

#[test]
fn every_crate_obeys_the_lints_of_the_workspace() {
    let mut wrong = Vec::new();
    for path in
        files().unwrap().iter().filter(|path| path.starts_with("crates/") && path.ends_with("/Cargo.toml"))
    {
        let manifest = table(path);
        let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        if lints.and_then(Value::as_bool) != Some(true) {
            wrong.push(format!("{path}: write `[lints] workspace = true`"));
        }
        if manifest["package"].get("publish").is_none() {
            wrong.push(format!("{path}: write `publish.workspace = true`"));
        }
    }
    none(&wrong);
}

#[test]
fn the_kernel_touches_no_clock_file_network_or_hash_order() {
    let banned = [
        ("std::time", "the day comes in as a value"),
        ("std::fs", "texts come in as values"),
        ("std::env", "settings come in as values"),
        ("std::net", "the kernel knows no network"),
        ("std::process", "the kernel starts nothing"),
        ("std::thread", "the kernel knows no threads"),
        ("SystemTime", "the day comes in as a value"),
        ("Instant", "the day comes in as a value"),
        ("HashMap", "use BTreeMap or a sorted Vec"),
        ("HashSet", "use BTreeSet or a sorted Vec"),
        ("println!", "give back what is to be told"),
        ("eprintln!", "give back what is to be told"),
        ("dbg!", "take it out"),
    ];
    let mut wrong = Vec::new();
    for path in rust_files().iter().filter(|path| KERNEL.iter().any(|name| in_source(path, name))) {
        let code = code_only(&read(path));
        let code = code.split("#[cfg(test)]").next().unwrap();
        for (at, line) in code.lines().enumerate() {
            for (word, instead) in banned.iter().filter(|(word, _)| has_word(line, word)) {
                wrong.push(format!("{path}:{}: {word}: {instead}", at + 1));
            }
        }
    }
    none(&wrong);
}

fn in_source(path: &str, name: &str) -> bool {
    path.strip_prefix("crates/")
        .and_then(|rest| rest.strip_prefix(name))
        .is_some_and(|rest| rest.starts_with("/src/"))
}

/// Whether a word stands in a line and is not a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let before = line[..at].chars().next_back().is_some_and(is_part);
        let after = line[at + word.len()..].chars().next().is_some_and(is_part);
        !before && !after
    })
}

#[test]
fn texts_name_no_place_of_a_machine() {
    let folders = ["home", "Users", "root", "work", "farm", "mnt"].map(|folder| format!("/{folder}/"));
    let mut wrong = Vec::new();
    for path in files().unwrap() {
        for (at, line) in read(&path).lines().enumerate() {
            for folder in &folders {
                let found = line.match_indices(folder.as_str()).any(|(start, _)| {
                    let before = line[..start].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || "_.-/})>".contains(c))
                });
                if found {
                    wrong.push(format!("{path}:{}: {folder}…", at + 1));
                }
            }
        }
    }
    none(&wrong);
}

/// One entry of the glossary.
struct Term {
    term: String,
    id: String,
    banned: Vec<Vec<String>>,
}

fn glossary() -> Vec<Term> {
    let read = table("glossary.toml");
    let terms = read["term"].as_array().unwrap();
    terms
        .iter()
        .map(|one| {
            let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            assert!(!text("term").is_empty() && !text("meaning").is_empty(), "{one}");
            let banned = one.get("not").and_then(Value::as_array).cloned().unwrap_or_default();
            let banned = banned.iter().map(|word| words(word.as_str().unwrap())).collect();
            Term { term: text("term"), id: text("id"), banned }
        })
        .collect()
}

#[test]
fn the_glossary_has_one_word_for_one_thing() {
    let (mut ids, mut terms) = (BTreeMap::new(), BTreeMap::new());
    let glossary = glossary();
    for one in &glossary {
        let plain = one.id.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        assert!(plain && !one.id.is_empty(), "{}: {} is no identifier", one.term, one.id);
        assert_eq!(ids.insert(one.id.clone(), one.term.clone()), None, "{} stands twice", one.id);
        assert_eq!(terms.insert(one.term.clone(), one.id.clone()), None, "{} stands twice", one.term);
    }
    for one in &glossary {
        for banned in &one.banned {
            let banned = banned.join("_");
            assert!(!ids.contains_key(&banned), "{}: {banned} is banned and an identifier", one.term);
        }
    }
}

#[test]
fn no_identifier_uses_a_banned_synonym() {
    /// Names of a library's interface, where they are called or implemented: by file, so that a name of our own is found
    /// anywhere else. Axum's extractors, Cedar's effects, the writer of sheets.
    const DICTATED: [(&str, &str); 4] = [
        ("crates/web/src/", "Rejection"),
        ("crates/authority/src/policies.rs", "Permit"),
        ("crates/sheets/src/write.rs", "set_freeze_panes"),
        ("crates/sheets/src/book.rs", "set_freeze_panes"),
    ];
    let glossary = glossary();
    let mut wrong = Vec::new();
    for path in rust_files() {
        for (line, identifier) in identifiers(&code_only(&read(&path))) {
            if DICTATED.iter().any(|(place, name)| path.starts_with(place) && *name == identifier) {
                continue;
            }
            let own = words(identifier);
            for one in &glossary {
                let found =
                    one.banned.iter().find(|banned| own.windows(banned.len()).any(|part| part == **banned));
                if let Some(banned) = found {
                    let (id, term, banned) = (&one.id, &one.term, banned.join("_"));
                    wrong.push(format!("{path}:{line}: {identifier}: say {id} ({term}), not {banned}"));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn articles_of_the_glossary_are_of_laws_that_are_held() {
    let titles: Vec<String> = files()
        .unwrap()
        .iter()
        .filter(|path| path.starts_with("laws/"))
        .map(|path| table(path)["title"].as_str().unwrap().trim_start_matches("中华人民共和国").to_owned())
        .collect();
    for one in table("glossary.toml")["term"].as_array().unwrap() {
        let Some(article) = one.get("article").and_then(Value::as_str) else { continue };
        let title = article.strip_prefix('《').and_then(|rest| rest.split('》').next()).unwrap_or_default();
        let known = titles.iter().any(|known| known == title.trim_start_matches("中华人民共和国"));
        assert!(known, "{}: {article}: no such law in laws/", one["term"]);
        assert!(article.contains("》第"), "{}: {article} names no article", one["term"]);
    }
}

#[test]
fn scripts_are_well_formed_and_may_be_run() {
    for path in ["bin/run", "bin/test", ".ci/run"] {
        let whole = root().join(path);
        let read = std::process::Command::new("bash").arg("-n").arg(&whole).output().unwrap();
        assert!(read.status.success(), "{path}: {}", String::from_utf8_lossy(&read.stderr));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&whole).unwrap().permissions().mode();
            assert_ne!(mode & 0o111, 0, "{path} may not be run");
        }
    }
}

//! The order of the documents: no dead paths, no word about how they were made, the architecture as it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tidy::{files, read, root};

fn documents() -> Vec<String> {
    let mut made = files().unwrap();
    made.retain(|path| path.ends_with(".md") && !path.contains("/vendor/") && !path.contains("/tests/"));
    assert!(made.iter().any(|path| path == "README.md"));
    made
}

fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

/// The pieces of a line between backticks.
fn ticked(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The targets of links that are no addresses.
fn linked(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let parts = parts.map(|target| target.split('#').next().unwrap_or_default());
    parts.filter(|target| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:"))
}

/// Whether a piece between backticks looks like a path of the repository.
fn is_path(piece: &str) -> bool {
    let plain = piece.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let (first, rest) = piece.split_once('/').unwrap_or_default();
    if !plain || first.is_empty() || rest.is_empty() && !piece.ends_with('/') {
        return false;
    }
    let extension = Path::new(piece).extension().and_then(|extension| extension.to_str());
    let is_source = extension.is_some_and(|own| ["rs", "toml", "md", "tsv", "txt", "sh"].contains(&own));
    root().join(first).is_dir() || is_source
}

#[test]
fn documents_name_no_dead_path() {
    let mut wrong = Vec::new();
    for path in documents() {
        let folder = Path::new(&path).parent().unwrap().to_path_buf();
        for (at, line) in read(&path).lines().enumerate() {
            for piece in ticked(line).filter(|piece| is_path(piece)) {
                if !root().join(piece).exists() && !root().join(&folder).join(piece).exists() {
                    wrong.push(format!("{path}:{}: {piece} is not there", at + 1));
                }
            }
            for target in linked(line) {
                if !root().join(&folder).join(target).exists() {
                    wrong.push(format!("{path}:{}: the link to {target} is dead", at + 1));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn documents_tell_nothing_of_their_making() {
    let banned = [
        "subagent",
        "this session",
        "previous session",
        "earlier session",
        "next session",
        "the prompt",
        "the brief",
        "language model",
        "co-authored-by",
        "coding assistant",
        "as instructed",
        "the assignment",
    ];
    let mut wrong = Vec::new();
    for path in documents() {
        for (at, line) in read(&path).lines().enumerate() {
            let line = line.to_lowercase();
            for word in banned.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("{path}:{}: {word}", at + 1));
            }
        }
    }
    none(&wrong);
}

#[test]
fn the_readmes_start_the_platform_in_two_commands() {
    for path in ["README.md", "README.zh-CN.md"] {
        let text = read(path);
        let block = text.split("```").nth(1).unwrap_or_default();
        let commands = block.lines().skip(1).filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        assert_eq!(commands.count(), 2, "{path}: its first block has other than two commands");
    }
}

/// The rows of the table under a heading: cells without white space.
fn rows(text: &str, heading: &str) -> Vec<Vec<String>> {
    let after = text.split(heading).nth(1).unwrap_or_else(|| panic!("no {heading}"));
    let lines =
        after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    lines.skip(2).map(cells).collect()
}

fn architecture() -> String {
    read("ARCHITECTURE.md")
}

#[test]
fn the_architecture_is_short_and_names_every_crate() {
    let text = architecture();
    assert!(text.lines().count() <= 300, "ARCHITECTURE.md has {} lines", text.lines().count());
    let told: BTreeSet<String> = rows(&text, "## Code map")
        .iter()
        .flat_map(|row| ticked(&row[0]).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let manifests = files().unwrap();
    let manifests =
        manifests.iter().filter_map(|path| path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml"));
    let there: BTreeSet<String> = manifests.map(str::to_owned).collect();
    assert_eq!(told, there, "the code map (left) is not the folder crates/ (right)");
}

/// What cargo knows: for each package of the workspace its direct normal dependencies, and for every package of the
/// graph those that it reaches.
struct Graph {
    direct: BTreeMap<String, BTreeSet<String>>,
    reached: BTreeMap<String, BTreeSet<String>>,
}

fn graph() -> Graph {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told =
        Command::new(cargo).args(["metadata", "--format-version", "1"]).current_dir(root()).output().unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let metadata: Value = serde_json::from_slice(&told.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeMap<String, String> =
        packages.iter().map(|package| (text(&package["id"]), text(&package["name"]))).collect();
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let own = uses.entry(text(&node["id"])).or_default();
        for dependency in node["deps"].as_array().unwrap() {
            let normal =
                dependency["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
            own.extend(normal.then(|| text(&dependency["pkg"])));
        }
    }
    let (mut direct, mut reached) = (BTreeMap::new(), BTreeMap::new());
    for member in metadata["workspace_members"].as_array().unwrap() {
        let id = text(member);
        let named = |ids: &BTreeSet<String>| ids.iter().map(|id| names[id].clone()).collect::<BTreeSet<_>>();
        let mut all = BTreeSet::new();
        let mut open: Vec<String> = uses[&id].iter().cloned().collect();
        while let Some(next) = open.pop() {
            if all.insert(next.clone()) {
                open.extend(uses[&next].iter().cloned());
            }
        }
        direct.insert(names[&id].clone(), named(&uses[&id]));
        reached.insert(names[&id].clone(), named(&all));
    }
    Graph { direct, reached }
}

#[test]
fn crates_know_only_what_the_architecture_allows() {
    let graph = graph();
    let mut wrong = Vec::new();
    for row in rows(&architecture(), "## Code map") {
        let crates: Vec<&str> = ticked(&row[0]).collect();
        let allowed: BTreeSet<&str> = ticked(&row[2]).collect();
        for name in crates {
            // A crate that is not there is told by the other test.
            let uses = graph.direct.get(name).into_iter().flatten();
            for used in uses.filter(|used| graph.direct.contains_key(*used)) {
                if !allowed.contains(used.as_str()) {
                    wrong.push(format!("{name} builds on {used}, which the code map does not allow"));
                }
            }
        }
    }
    for row in rows(&architecture(), "## What must not be known") {
        let how_far = |name: &str| match row[1].as_str() {
            "even through others" => graph.reached.get(name),
            "directly" => graph.direct.get(name),
            other => panic!("{other}: write “directly” or “even through others”"),
        };
        for name in ticked(&row[0]) {
            let known = how_far(name);
            for banned in ticked(&row[2]).filter(|banned| known.is_some_and(|known| known.contains(*banned)))
            {
                wrong.push(format!("{name} must not know {banned}"));
            }
        }
    }
    none(&wrong);
}

//! docs/reference is what the rules say. YIFA_UPDATE=1 writes it anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The files of a folder by their path in it.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), text);
            }
        }
    }
    found
}

fn write(folder: &Path) {
    let made = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(["procedure", "reference"])
        .arg(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// A folder of its own, empty.
fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn the_reference_is_what_the_rules_say() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    if std::env::var_os("YIFA_UPDATE").is_some() {
        return write(&kept);
    }
    let folder = fresh("reference");
    write(&folder);
    let (kept, made) = (files(&kept), files(&folder));
    let differing: Vec<&PathBuf> =
        made.iter().filter(|(path, text)| kept.get(*path) != Some(text)).map(|(path, _)| path).collect();
    assert!(
        differing.is_empty(),
        "docs/reference says otherwise: {differing:?}; YIFA_UPDATE=1 writes it anew"
    );
    assert_eq!(kept.len(), made.len(), "docs/reference has pages of what is gone");
}

#[test]
fn every_act_norm_document_and_figure_stands_on_its_page() {
    let folder = fresh("reference_whole");
    std::fs::create_dir_all(folder.join("disputes")).unwrap();
    std::fs::write(folder.join("disputes/gone.md"), "of a procedure that is no more").unwrap();
    std::fs::write(folder.join("own.md"), "somebody's own").unwrap();
    write(&folder);
    let pages = files(&folder);
    assert!(!pages.contains_key(Path::new("disputes/gone.md")), "the page of what is gone stays");
    assert!(pages.contains_key(Path::new("own.md")), "what is no page was taken away");
    let listed = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(["procedure", "list", "--format", "json"])
        .output()
        .unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let procedures = listed["procedures"].as_array().unwrap();
    assert!(procedures.len() > 50);
    for one in procedures {
        let file = one["file"].as_str().unwrap().strip_prefix("packs/").unwrap().replace(".toml", ".md");
        let page = pages.get(Path::new(&file)).unwrap_or_else(|| panic!("no page {file}"));
        for act in one["acts"].as_array().unwrap() {
            let head =
                format!("\n### {}\n\n`{}`", act["name"].as_str().unwrap(), act["id"].as_str().unwrap());
            assert!(page.contains(&head), "{file}: {head}");
            for field in act["record"].as_array().unwrap() {
                assert!(
                    page.contains(&format!("\n| {} | ", field["name"].as_str().unwrap().replace('|', "\\|"))),
                    "{file}: {field}"
                );
            }
        }
        for norm in one["norms"].as_array().unwrap() {
            let (told, cited) = (norm["text"].as_str().unwrap(), norm["cited"].as_str().unwrap());
            assert!(page.contains(told) && page.contains(&format!("依据：{cited}")), "{file}: {told}");
        }
        for document in one["documents"].as_array().unwrap() {
            assert!(
                page.contains(&format!("| {} | ", document["name"].as_str().unwrap())),
                "{file}: {document}"
            );
        }
        for figure in one["figures"].as_array().unwrap() {
            let head =
                format!("* **{}**（`{}`）", figure["name"].as_str().unwrap(), figure["id"].as_str().unwrap());
            assert!(page.contains(&head), "{file}: {head}");
        }
    }
}

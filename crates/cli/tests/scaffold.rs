//! What `yifa new` writes passes `yifa check` as it is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn yifa(args: &[&str], root: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).arg("--root").arg(root).output().unwrap()
}

/// A root with the laws, calendars and plans of the repository and no procedure.
fn empty_root(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(fs::remove_dir_all(&root));
    for folder in ["laws", "calendars", "plans"] {
        fs::create_dir_all(root.join(folder)).unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
            fs::copy(entry.path(), root.join(folder).join(entry.file_name())).unwrap();
        }
    }
    root
}

#[test]
fn a_new_procedure_passes_the_check_as_it_is() {
    let root = empty_root("scaffold");
    let made = yifa(&["new", "procedure", "disputes/people_mediation", "--name", "人民“调解”\"一\""], &root);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let checked = yifa(&["check", "--format", "json"], &root);
    let text = String::from_utf8(checked.stdout).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["procedures"], 1, "{text}");
    assert_eq!(answer["cases"], 3, "{text}");
    let findings = answer["findings"].as_array().unwrap();
    let graver = findings.iter().filter(|one| one["severity"] != "note" && one["code"] != "untested");
    assert_eq!(graver.count(), 0, "{text}");
}

#[test]
fn every_law_of_the_library_can_be_the_default_law() {
    let root = empty_root("scaffold_law");
    let args = ["new", "procedure", "supervision/disclosure", "--law", "disclosure_regulation@2019"];
    assert!(yifa(&args, &root).status.success());
    let checked = yifa(&["check"], &root);
    let text = String::from_utf8(checked.stdout).unwrap();
    assert!(!text.contains("错误["), "{text}");
}

#[test]
fn nothing_is_written_over() {
    let root = empty_root("scaffold_twice");
    let args = ["new", "procedure", "digital/catalogue"];
    assert!(yifa(&args, &root).status.success());
    let file = root.join("packs/digital/catalogue.toml");
    fs::write(&file, "# mine\n").unwrap();
    let again = yifa(&args, &root);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\n");
    assert!(String::from_utf8(again.stderr).unwrap().contains("已经存在"));
}

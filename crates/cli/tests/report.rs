//! The annual report in its forms, and sealed: what anyone can check later without the store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use crate::demonstration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

fn yifa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yifa")).args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const WHICH: [&str; 6] = ["--organ", "county", "--year", "2024", "--as-of", "2025-02-20"];

/// The demonstration's folder with its report in every form and the sealed bundle.
fn made() -> &'static PathBuf {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| demonstration::made("report", make))
}

fn make(folder: &Path) {
    let data = folder.join("data");
    let of_data = ["--data", data.to_str().unwrap()];
    let run = |args: &[&str]| {
        let output = yifa(&[args, &of_data].concat());
        assert!(output.status.success(), "{args:?}: {}", text(&output));
    };
    demonstration::copy(&data);
    for form in ["md", "html", "docx", "pdf"] {
        let out = folder.join(format!("report.{form}"));
        let to = ["report", "build", "--to", form, "--dated", "2025-02-20", "--out", out.to_str().unwrap()];
        run(&[&to[..], &WHICH].concat());
    }
    let out = folder.join("bundle.zip");
    run(&[&["report", "bundle", "--dated", "2025-02-20", "--out", out.to_str().unwrap()][..], &WHICH]
        .concat());
}

fn read(form: &str) -> String {
    let path = made().join(format!("report.{form}"));
    let reading = reading::read(path.to_str().unwrap(), &fs::read(&path).unwrap()).unwrap();
    let whole = reading.text.chars.text(0, reading.text.chars.len());
    whole.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The sentences with figures stand in every form, word for word.
#[test]
fn every_form_says_the_same() {
    let markdown = read("md");
    let from = markdown.find("全年收到行政复议申请").unwrap();
    let sentence: String = markdown[from..].chars().take_while(|c| *c != '。').collect();
    assert!(sentence.contains('件'), "{sentence}");
    for form in ["html", "docx", "pdf"] {
        let said = read(form);
        assert!(said.contains(&sentence), "{form}: {sentence}");
        assert!(said.contains("2025年2月20日"), "{form} has no date");
    }
}

/// What the audit reads back of the official forms is what the records say.
#[test]
fn the_official_forms_agree_with_the_records() {
    let data = made().join("data");
    for form in ["docx", "pdf"] {
        let path = made().join(format!("report.{form}"));
        let call = ["audit", path.to_str().unwrap(), "--data", data.to_str().unwrap(), "--format", "json"];
        // Of a PDF the place of the signature does not tell whose report it is.
        let output = yifa(&[&call[..], &["--organ", "county"]].concat());
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let relations = answer.pointer("/files/0/relations").unwrap().as_array().unwrap();
        let of = |verdict: &str| {
            let own = relations.iter().filter(|one| one["kind"] == "platform" && one["verdict"] == verdict);
            own.map(Value::to_string).collect::<Vec<_>>()
        };
        assert!(of("agrees").len() > 20, "{form}: {} agree", of("agrees").len());
        let differs: Vec<String> =
            relations.iter().filter(|one| one["verdict"] == "differs").map(Value::to_string).collect();
        assert!(differs.is_empty(), "{form}: {differs:?}");
    }
}

#[test]
fn a_bundle_verifies_without_the_store() {
    let bundle = made().join("bundle.zip");
    let output = yifa(&["verify", "--bundle", bundle.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("核验通过"));
    let answer = yifa(&["--format", "json", "verify", "--bundle", bundle.to_str().unwrap()]);
    let answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert!(answer["figures"].as_u64().unwrap() > 30 && answer["events"].as_u64().unwrap() > 500, "{answer}");
    let names = answer["files"].as_array().unwrap();
    for name in
        ["report.md", "report.html", "report.docx", "report.pdf", "figures.json", "root.json", "proof.json"]
    {
        assert!(names.iter().any(|one| one == name), "no {name} in {names:?}");
    }
    // Any program opens it.
    let mut zip = zip::ZipArchive::new(fs::File::open(&bundle).unwrap()).unwrap();
    assert_eq!(
        zip.by_name("report.md").unwrap().size(),
        fs::metadata(made().join("report.md")).unwrap().len()
    );
    let fingerprint = answer["root"]["keys"]["fingerprint"].as_str().unwrap();
    assert!(yifa(&["verify", "--bundle", bundle.to_str().unwrap(), "--key", fingerprint]).status.success());
    let other = "0".repeat(64);
    let output = yifa(&["verify", "--bundle", bundle.to_str().unwrap(), "--key", &other]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

/// A byte of each part, and many more all over the file.
#[test]
fn any_changed_byte_is_found() {
    let whole = fs::read(made().join("bundle.zip")).unwrap();
    assert!(app::unseal(&whole, None).faults.is_empty());
    let step = (whole.len() / 16).max(1);
    for at in (0..whole.len()).step_by(step) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(!app::unseal(&changed, None).faults.is_empty(), "byte {at} of {}", whole.len());
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |state: u32, byte: &u8| {
        (0..8).fold(state ^ u32::from(*byte), |state, _| (state >> 1) ^ (0xedb8_8320 * (state & 1)))
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// Whoever changes a file inside and makes the container fit again is found by the manifest, the seal or the root.
#[test]
fn a_changed_file_in_a_mended_container_is_found() {
    let path = made().join("bundle.zip");
    let whole = fs::read(&path).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
    for at in (0..zip.len()).step_by(3) {
        let (name, start, size, old) = {
            let file = zip.by_index(at).unwrap();
            let start = usize::try_from(file.data_start().unwrap()).unwrap();
            (file.name().unwrap().into_owned(), start, usize::try_from(file.size()).unwrap(), file.crc32())
        };
        for place in [size * (at % 7) / 7, size - 2] {
            let mut changed = whole.clone();
            changed[start + place] ^= 1;
            let new = crc(&changed[start..start + size]);
            assert_eq!(crc(&whole[start..start + size]), old);
            let heads: Vec<usize> = changed
                .windows(4)
                .enumerate()
                .filter(|(_, w)| *w == old.to_le_bytes())
                .map(|(at, _)| at)
                .collect();
            assert!(heads.len() >= 2, "{name}");
            for head in heads {
                changed[head..head + 4].copy_from_slice(&new.to_le_bytes());
            }
            let faults = app::unseal(&changed, None).faults;
            assert!(!faults.is_empty(), "{name} at {place}");
            assert!(!faults[0].contains("字节不是原来的"), "{name} at {place}: the container was not mended");
        }
    }
}

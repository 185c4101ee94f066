//! Runs the built binary over the folders of `tests/golden` and compares what it prints, byte for byte.
//!
//! A folder has `args` (one argument a line), perhaps `stdin` and input files, and what is expected: `out`, `err`,
//! `status`. `YIFA_UPDATE=1` rewrites what is expected; the commit then says why it changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn run(folder: &Path) -> Output {
    let args = read(&folder.join("args"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_yifa"))
        .args(args.lines())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = fs::read(folder.join("stdin")).unwrap_or_default();
    let mut stdin = child.stdin.take().unwrap();
    // A command that reads no standard input may have ended before.
    drop(stdin.write_all(&input));
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[test]
fn every_call_prints_what_is_expected() {
    let update = std::env::var_os("YIFA_UPDATE").is_some();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut wrong = Vec::new();
    for folder in &folders {
        let output = run(folder);
        let got = [
            ("out", String::from_utf8(output.stdout).unwrap()),
            ("err", String::from_utf8(output.stderr).unwrap()),
            ("status", format!("{}\n", output.status.code().unwrap())),
        ];
        for (name, text) in got {
            let path = folder.join(name);
            if update && text.is_empty() {
                drop(fs::remove_file(&path));
            } else if update {
                fs::write(&path, &text).unwrap();
            } else if read(&path) != text {
                wrong.push(format!("{}: expected\n{}\ngot\n{text}", path.display(), read(&path)));
            }
        }
    }
    assert!(folders.len() >= 40, "only {} folders were found", folders.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_message_of_a_wrong_call_is_chinese_and_names_no_type() {
    for folder in fs::read_dir(golden()).unwrap().map(|entry| entry.unwrap().path()) {
        let told = read(&folder.join("err"));
        for line in told.lines().filter(|line| !line.trim_start().starts_with("位置：")) {
            let is_chinese = line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(is_chinese, "{}: {line}", folder.display());
            assert!(
                !["Error", "Some(", "None", "unwrap", "::"].iter().any(|word| line.contains(word)),
                "{line}"
            );
        }
    }
}

#[test]
fn the_rows_of_a_batch_stay_in_their_order_and_number() {
    let mut table = String::from("n\tfrom\tlimit\tpauses\textend\n");
    for n in 0..100_000 {
        let (month, day, length) = (n % 12 + 1, n % 28 + 1, n % 60 + 1);
        table.push_str(&format!("{n}\t2024-{month:02}-{day:02}\t{length} working days\t\t10日\n"));
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("many.tsv");
    fs::write(&file, table).unwrap();
    let before = std::time::Instant::now();
    let output =
        Command::new(env!("CARGO_BIN_EXE_yifa")).args(["clock", "--batch"]).arg(&file).output().unwrap();
    println!("100,000 rows in {:?}", before.elapsed());
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 100_001);
    for (n, line) in text.lines().skip(1).enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.first().copied(), Some(n.to_string().as_str()));
        assert_eq!(cells.get(5).map(|cell| cell.len()), Some("2024-01-01".len()), "{line}");
    }
}

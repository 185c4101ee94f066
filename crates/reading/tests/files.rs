//! Small files of real kinds, and the text they must give. `UPDATE=1` writes what came out.
#![allow(clippy::unwrap_used, reason = "a test stops where its input is broken")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use reading::{Reading, read};

/// Each line with its place; then the tables cell by cell.
fn shown(reading: &Reading) -> String {
    let mut out = String::new();
    let mut at = 0;
    for line in reading.text.source().trim_end_matches('\n').split('\n') {
        let place = reading.place(reading.text.chars.of_source_index(at));
        let page = place.page.map(|p| format!("{p}页")).unwrap_or_default();
        writeln!(out, "{page}{}行 {}", place.line, line.trim_end()).unwrap();
        at += line.chars().count() + 1;
    }
    for table in &reading.text.tables {
        out.push_str("表\n");
        for row in &table.rows {
            let cells: Vec<&str> = row.iter().map(|c| reading.text.original(c.start, c.end)).collect();
            writeln!(out, "  {}", cells.join(" | ")).unwrap();
        }
    }
    if !reading.pictures.is_empty() {
        writeln!(out, "图片页 {:?}", reading.pictures).unwrap();
    }
    out
}

#[test]
fn real_kinds_of_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut names: Vec<String> =
        fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let mut wrong = Vec::new();
    for name in names.iter().filter(|n| !n.ends_with(".golden")) {
        let bytes = fs::read(folder.join(name)).unwrap();
        let got = match read(name, &bytes) {
            Ok(reading) => shown(&reading),
            Err(why) => format!("读不了：{why}\n"),
        };
        let golden = folder.join(format!("{name}.golden"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, got).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != got {
            wrong.push(format!("{name}:\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "not as in the golden texts:\n{}", wrong.join("\n"));
}

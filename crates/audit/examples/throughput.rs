//! Audits all texts of a folder and prints how fast, and the findings by rule.
//! `cargo run --release -p audit --example throughput -- FOLDER [RULE]`: with a rule, prints its findings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use audit::{Beside, Options, Text, audit};

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "txt") {
            files.push(path);
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        eprintln!("用法：throughput 文件夹 [规则]");
        return;
    };
    let rules = match audit_report::load(&audit_report::BUILT_IN) {
        Ok(rules) => rules,
        Err(faults) => {
            faults.iter().for_each(|f| eprintln!("{f}"));
            return;
        }
    };
    let mut files = Vec::new();
    collect(Path::new(folder), &mut files);
    files.sort();
    let mut bytes = 0;
    let mut spent = Duration::ZERO;
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut relations: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for file in &files {
        let Ok(source) = std::fs::read_to_string(file) else { continue };
        bytes += source.len();
        let started = Instant::now();
        let text = Text::new(source);
        let report = audit(&text, &rules, &Options::default(), &Beside::default());
        spent += started.elapsed();
        for relation in &report.relations {
            *relations.entry((relation.kind.id(), relation.verdict.id())).or_default() += 1;
        }
        for finding in &report.findings {
            *by_rule.entry(finding.rule).or_default() += 1;
            if arguments.get(1).is_some_and(|r| r == finding.rule || r == "all") {
                let (line, _) = text.line_column(finding.start);
                let around =
                    text.chars.text(finding.start.saturating_sub(25), finding.end + 25).replace('\n', "⏎");
                println!(
                    "{}:{line} {} {} … {around} … {}",
                    file.display(),
                    finding.rule,
                    finding.message,
                    finding.computation.clone().unwrap_or_default()
                );
            }
        }
    }
    let micros = spent.as_micros().max(1);
    let per_second = (bytes as u128) * 1_000_000 / micros / 1000;
    println!(
        "{} 个文件，{} 字节，{} 毫秒，每秒 {}.{:03} MB",
        files.len(),
        bytes,
        spent.as_millis(),
        per_second / 1000,
        per_second % 1000
    );
    for ((kind, verdict), count) in relations {
        println!("关系 {kind} {verdict}: {count}");
    }
    for (rule, count) in by_rule {
        println!("{rule}: {count}");
    }
}

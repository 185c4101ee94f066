//! Precision and recall by rule on the small reports with their truth. The table stands in docs/audit.md:
//! run with UPDATE=1 to write it anew.
#![allow(clippy::expect_used, reason = "a test stops where its input is broken")]

use crate::score;
use std::fmt::Write;

use crate::common::rules;
use crate::score::{Table, read, share};

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/audit.md");
const BEGIN: &str = "<!-- table: begin -->\n";
const END: &str = "<!-- table: end -->";

fn measured(source: &str) -> (usize, Table) {
    let rules = rules();
    let cases = read(source);
    let mut table = Table::default();
    for case in &cases {
        table.add(&rules, case);
    }
    (cases.len(), table)
}

fn rendered(tuned: &(usize, Table), apart: &(usize, Table)) -> String {
    let mut out = String::new();
    writeln!(
        out,
        "| 规则或者关系 | 调试用（{}篇）：找到/漏/误 | 另存（{}篇）：找到/漏/误 | 另存：准 | 另存：全 |",
        tuned.0, apart.0
    )
    .expect("a string");
    out.push_str("|---|---|---|---|---|\n");
    let mut names: Vec<&String> = tuned.1.rows.keys().chain(apart.1.rows.keys()).collect();
    names.sort();
    names.dedup();
    let row = |name: &str, a: score::Score, b: score::Score| {
        let cell = |s: score::Score| format!("{}/{}/{}", s.found, s.missed, s.false_alarms);
        let precise = share(b.found, b.found + b.false_alarms);
        let whole = share(b.found, b.found + b.missed);
        format!("| {name} | {} | {} | {precise} | {whole} |\n", cell(a), cell(b))
    };
    for name in names {
        let of = |table: &Table| table.rows.get(name).copied().unwrap_or_default();
        let shown = name.strip_prefix("= ").map_or(format!("`{name}`"), |kind| format!("相符：{kind}"));
        out.push_str(&row(&shown, of(&tuned.1), of(&apart.1)));
    }
    out.push_str(&row("**合计**", tuned.1.total(), apart.1.total()));
    out
}

#[test]
fn precision_and_recall() {
    let tuned = measured(include_str!("reports/tuned.txt"));
    let apart = measured(include_str!("reports/apart.txt"));
    for line in tuned.1.log.iter().chain(&apart.1.log) {
        println!("{line}");
    }
    let total = apart.1.total();
    assert!(tuned.0 + apart.0 >= 40, "at least forty small reports");
    assert!(
        total.found * 100 >= (total.found + total.false_alarms) * 97,
        "precision under 0.97: {:#?}",
        apart.1.log
    );
    assert!(total.found * 100 >= (total.found + total.missed) * 95, "recall under 0.95: {:#?}", apart.1.log);
    let table = rendered(&tuned, &apart);
    let document = std::fs::read_to_string(DOCUMENT).expect("docs/audit.md");
    let (head, rest) = document.split_once(BEGIN).expect("the table's beginning");
    let (old, tail) = rest.split_once(END).expect("the table's end");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(DOCUMENT, format!("{head}{BEGIN}{table}{END}{tail}"))
            .expect("docs/audit.md is written");
    } else {
        assert!(old == table, "the table of docs/audit.md is stale: run the test with UPDATE=1");
    }
}

/// Scores a batch named in AUDIT_BATCH, for looking at before it is joined to the others.
#[test]
fn scores_a_named_batch() {
    let Ok(path) = std::env::var("AUDIT_BATCH") else { return };
    let (count, table) = measured(&std::fs::read_to_string(path).expect("a batch"));
    for line in &table.log {
        println!("{line}");
    }
    let total = table.total();
    println!(
        "{count} reports: {} found, {} missed, {} false; precision {}, recall {}",
        total.found,
        total.missed,
        total.false_alarms,
        share(total.found, total.found + total.false_alarms),
        share(total.found, total.found + total.missed)
    );
}

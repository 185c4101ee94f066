//! The texts of laws hold no sums that are wrong: the rules that compute raise nothing over them.

use crate::common;
use std::fs;

use audit::{Beside, Options, Text, audit};

const LAWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/laws");

/// Rules that compute.
const ARITHMETIC: &[&str] = &[
    "rate_mismatch",
    "rate_truncated",
    "rate_impossible",
    "rate_base",
    "percent_over",
    "parts_sum",
    "parts_near",
    "part_over_whole",
    "growth_mismatch",
    "percent_or_point",
    "average_mismatch",
    "list_count",
    "repeated_value",
    "funnel",
    "shares_sum",
    "stock_balance",
    "table_sum",
    "text_table",
    "disclosure_identity",
    "date_invalid",
];

#[test]
fn laws_raise_no_arithmetic_alarm() {
    let Ok(folder) = fs::read_dir(LAWS) else {
        println!("skipped: the texts of laws are not beside this tree");
        return;
    };
    let rules = common::rules();
    let mut read = 0;
    for entry in folder.flatten().filter(|e| e.path().extension().is_some_and(|x| x == "txt")) {
        let Ok(source) = fs::read_to_string(entry.path()) else { continue };
        read += 1;
        let text = Text::new(source);
        let report = audit(&text, &rules, &Options::default(), &Beside::default());
        for finding in &report.findings {
            let (line, _) = text.line_column(finding.start);
            assert!(
                !ARITHMETIC.contains(&finding.rule),
                "{}:{line} {}: {}",
                entry.path().display(),
                finding.rule,
                finding.message
            );
        }
    }
    assert!(read > 40, "only {read} laws were read");
}

//! The two real reports against the list made by hand: what agrees, what is never an error, what is wrong.

use crate::common;
use audit::{Beside, Options, Report, Text, audit};

const SEEDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/seeds/");

fn read(name: &str) -> Option<(Text, Report)> {
    let Ok(source) = std::fs::read_to_string(format!("{SEEDS}{name}")) else {
        println!("skipped: the real reports are not beside this tree");
        return None;
    };
    let text = Text::new(source);
    let report = audit(&text, &common::rules(), &Options::default(), &Beside::default());
    Some((text, report))
}

/// Line, kind of relation, the number that it is about.
const DEHUA_AGREES: &[(usize, &str, &str)] = &[
    (26, "rate", "99.8%"),                  // A01
    (9, "parts", "137件"),                  // A02
    (17, "repeat", "72个"),                 // A14
    (17, "list", "5方面"),                  // A15
    (27, "repeat", "56个"),                 // A16
    (37, "statutory_day", "2025年2月20日"), // A23
    (5, "list", "四落实"),                  // N01
    (9, "list", "三级"),                    // N02, N04
    (28, "list", "四项内容"),               // N14
];

const NANPING_AGREES: &[(usize, &str, &str)] = &[
    (30, "rate", "13.87%"),             // A25
    (48, "repeat", "142个"),            // A32
    (12, "funnel", "116项"),            // A36
    (2, "statutory_day", "2024-02-21"), // A45
    (26, "list", "三级"),               // N19
];

/// Line, rule, a piece of the place. The numbers are those of the list.
const DEHUA_DEFECTS: &[(usize, &str, &str)] = &[
    (5, "repeated_phrase", "全会会议"),         // D001
    (11, "mojibake", "???"),                    // D002
    (28, "mojibake", "?"),                      // D003
    (13, "confusion", "关节"),                  // D004
    (22, "measure_word", "39个公职律师"),       // D008
    (27, "missing_separator", "222个"),         // D009
    (10, "listed_again", "审批服务帮办代办制"), // D010
    (10, "name_variant", "帮代办"),             // D011
    (9, "name_variant", "单体验收"),            // D012
    (9, "same_opening", "探索推行"),            // D013
    (15, "said_twice", "严格把关"),             // D014
    (28, "name_variant", "一地区一品牌"),       // D018
    (11, "state_conflict", "快速维权中心建设"), // D019
    (14, "mixed_terms", "合法性审查"),          // D021
    (1, "no_title", "泉州市人民政府"),          // D024
    (40, "web_residue", "主办"),                // D025
    (41, "web_residue", "IE浏览器"),            // D026
];

const NANPING_DEFECTS: &[(usize, &str, &str)] = &[
    (18, "missing_heading_stop", "加速度深化"), // D049
    (20, "missing_heading_stop", "赋新能制定"), // D050
    (22, "missing_heading_stop", "新格局突出"), // D051
    (26, "missing_heading_stop", "水平公布"),   // D052
    (32, "confusion", "合格达率"),              // D053
    (60, "confusion", "上偏薄弱"),              // D054
    (2, "web_residue", "评论:0"),               // D068
    (72, "web_residue", "分享到"),              // D069
    (68, "no_signature", ""),                   // D070
];

/// Rules that speak of numbers. None of the relations marked incomparable or uncheckable may raise one of them.
const ARITHMETIC: &[&str] = &[
    "rate_mismatch",
    "rate_truncated",
    "rate_impossible",
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
    "disclosure_identity",
    "date_invalid",
    "late_report",
    "late_publication",
];

fn agree(text: &Text, report: &Report, wanted: &[(usize, &str, &str)]) {
    for (line, kind, quote) in wanted {
        let hit = report.relations.iter().any(|r| {
            text.line_column(r.start).0 == *line
                && r.kind.id() == *kind
                && r.verdict.id() == "agrees"
                && text.original(r.start, r.end).contains(quote)
        });
        assert!(hit, "line {line}: the relation {kind} on {quote} was not found to agree");
    }
}

fn defective(text: &Text, report: &Report, wanted: &[(usize, &str, &str)]) {
    for (line, rule, quote) in wanted {
        let hit = report.findings.iter().any(|f| {
            text.line_column(f.start).0 == *line
                && f.rule == *rule
                && text.original(f.start, f.end).contains(quote)
        });
        assert!(hit, "line {line}: {rule} on {quote} was not found");
    }
}

fn no_arithmetic(text: &Text, report: &Report) {
    for finding in &report.findings {
        let place = text.original(finding.start, finding.end);
        assert!(!ARITHMETIC.contains(&finding.rule), "{} on {place}: {}", finding.rule, finding.message);
    }
}

#[test]
fn dehua_2024() {
    let Some((text, report)) = read("report_dehua_2024.txt") else { return };
    agree(&text, &report, DEHUA_AGREES);
    defective(&text, &report, DEHUA_DEFECTS);
    no_arithmetic(&text, &report);
}

#[test]
fn nanping_2023() {
    let Some((text, report)) = read("report_nanping_2023.txt") else { return };
    agree(&text, &report, NANPING_AGREES);
    defective(&text, &report, NANPING_DEFECTS);
    no_arithmetic(&text, &report);
    // A28: the rate of attendance has no base, and neither base at hand gives it.
    let base = report.findings.iter().find(|f| f.rule == "rate_base").expect("A28");
    let computation = base.computation.as_deref().unwrap_or("");
    assert!(
        computation.contains("367÷375＝97.87%") && computation.contains("397÷405＝98.02%"),
        "{computation}"
    );
    assert!(!computation.contains("241"), "the base of another matter: {computation}");
    // A37: the numerator that the printed rate allows.
    let allowed = report.relations.iter().any(|r| r.computation.contains("41458至41461"));
    assert!(allowed, "the range of successful mediations");
}

#[test]
fn every_figure_of_the_list_is_read() {
    let Ok(list) = std::fs::read_to_string(format!("{SEEDS}../reference/figures.md")) else {
        println!("skipped: the list of figures is not beside this tree");
        return;
    };
    let reports = [("000", read("report_dehua_2024.txt")), ("002", read("report_nanping_2023.txt"))];
    let mut missed = Vec::new();
    let mut count = 0;
    for row in list.lines().filter(|l| l.starts_with("| F00")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let [_, id, seed, _, line, quote, value, unit, ..] = cells.as_slice() else { continue };
        let Some((_, Some((text, report)))) = reports.iter().find(|(s, _)| s == seed) else { continue };
        let number = (*value).to_owned();
        if number.trim_start_matches('-').chars().any(|c| !c.is_ascii_digit() && c != '.') {
            continue;
        }
        count += 1;
        let line: usize = line.parse().expect("a line number");
        let hit = report.figures.iter().any(|q| {
            let printed = text.original(q.start, q.end);
            text.line_column(q.start).0 == line && printed.contains(number.trim_start_matches('-'))
        });
        if !hit {
            missed.push(format!("{id} {quote} {value}{unit}"));
        }
    }
    assert!(count > 150, "only {count} rows of the list were read");
    assert!(missed.is_empty(), "not read: {missed:#?}");
}

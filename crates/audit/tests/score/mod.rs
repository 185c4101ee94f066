//! Fixtures with their truth: reading them, and judging an audit against them.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop on a broken fixture")]

use std::collections::BTreeMap;

use audit::{Beside, Options, Report, Rules, Text, audit};

/// A small report with what is wrong in it and what agrees.
pub struct Case {
    pub name: String,
    pub text: String,
    /// Rule and quotation of each finding that must come.
    pub findings: Vec<(String, String)>,
    /// Kind and quotation of each relation that must be found to agree.
    pub agreeing: Vec<(String, String)>,
}

pub fn read(source: &str) -> Vec<Case> {
    source.split("==== ").skip(1).map(case).collect()
}

fn case(block: &str) -> Case {
    let (name, rest) = block.split_once('\n').expect("a name line");
    let (text, truth) = rest.split_once("----\n").expect("a line of dashes before the truth");
    let mut case =
        Case { name: name.to_owned(), text: text.trim_end().to_owned(), findings: vec![], agreeing: vec![] };
    for line in truth.lines().filter(|l| !l.trim().is_empty()) {
        let (left, quote) = line.split_once(" | ").expect("rule | quotation");
        assert!(case.text.contains(quote), "{name}: “{quote}” is not in the text");
        match left.strip_prefix("= ") {
            Some(kind) => case.agreeing.push((kind.to_owned(), quote.to_owned())),
            None => case.findings.push((left.to_owned(), quote.to_owned())),
        }
    }
    case
}

#[derive(Default, Clone, Copy)]
pub struct Score {
    pub found: usize,
    pub missed: usize,
    pub false_alarms: usize,
}

/// Precision and recall by rule (and by kind of relation, prefixed with "=").
#[derive(Default)]
pub struct Table {
    pub rows: BTreeMap<String, Score>,
    pub log: Vec<String>,
}

/// Whether a range of characters and some place of the quotation overlap.
pub fn overlaps(text: &str, quote: &str, start: usize, end: usize) -> bool {
    text.match_indices(quote).any(|(at, _)| {
        let from = text[..at].chars().count();
        let to = from + quote.chars().count();
        start < to && from < end
    })
}

impl Table {
    pub fn add(&mut self, rules: &Rules, case: &Case) {
        let text = Text::new(case.text.clone());
        let mut report = audit(&text, rules, &Options::default(), &Beside::default());
        // Characters of the source, which the quotations count.
        let place = |index: &mut usize| *index = text.chars.source_index(*index);
        report.findings.iter_mut().for_each(|f| (place(&mut f.start), place(&mut f.end)).0);
        report.relations.iter_mut().for_each(|r| (place(&mut r.start), place(&mut r.end)).0);
        self.findings(case, &report);
        for (kind, quote) in &case.agreeing {
            let hit = report.relations.iter().any(|r| {
                r.kind.id() == kind
                    && r.verdict.id() == "agrees"
                    && overlaps(&case.text, quote, r.start, r.end)
            });
            let row = self.rows.entry(format!("= {kind}")).or_default();
            if hit {
                row.found += 1;
            } else {
                row.missed += 1;
                self.log.push(format!("{}: relation {kind} “{quote}” not found to agree", case.name));
            }
        }
    }

    fn findings(&mut self, case: &Case, report: &Report) {
        let mut matched = vec![false; report.findings.len()];
        for (rule, quote) in &case.findings {
            let hit = report.findings.iter().enumerate().position(|(i, f)| {
                !matched[i] && f.rule == rule && overlaps(&case.text, quote, f.start, f.end)
            });
            let row = self.rows.entry(rule.clone()).or_default();
            match hit {
                Some(index) => {
                    matched[index] = true;
                    row.found += 1;
                }
                None => {
                    row.missed += 1;
                    self.log.push(format!("{}: {rule} “{quote}” missed", case.name));
                }
            }
        }
        for (finding, _) in report.findings.iter().zip(&matched).filter(|(_, m)| !**m) {
            self.rows.entry(finding.rule.to_owned()).or_default().false_alarms += 1;
            let quote: String =
                case.text.chars().skip(finding.start).take(finding.end - finding.start).collect();
            let note = finding.computation.clone().unwrap_or_default();
            self.log
                .push(format!("{}: false {} “{quote}” {} {note}", case.name, finding.rule, finding.message));
        }
    }

    pub fn total(&self) -> Score {
        self.rows.values().fold(Score::default(), |a, b| Score {
            found: a.found + b.found,
            missed: a.missed + b.missed,
            false_alarms: a.false_alarms + b.false_alarms,
        })
    }
}

/// A share of a whole in hundredths of a per cent, for printing: "97.50%".
pub fn share(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "—".to_owned();
    }
    let hundredths = part * 10_000 / whole;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

//! For programs: the JSON of the command line, and SARIF 2.1.0 for editors and code review.

use audit::{Decimal, Finding, Kind, Quantity, RelationKind, Rules};
use base::Severity;
use serde_json::{Value, json};

use crate::shown::Shown;

/// One file of the answer.
#[must_use]
pub fn file(shown: &Shown) -> Value {
    let figures: Vec<Value> = shown.report.figures.iter().map(|q| figure(shown, q)).collect();
    let relations: Vec<Value> = shown
        .report
        .relations
        .iter()
        .map(|r| {
            let spot = (shown.place)(r.start);
            let of_platform = r.kind == RelationKind::Platform;
            let compared = shown.report.compared.iter().find(|c| of_platform && c.start == r.start);
            json!({
                "kind": r.kind.id(),
                "verdict": r.verdict.id(),
                "page": spot.page,
                "line": spot.line,
                "column": spot.column,
                "quote": shown.quote(r.start, r.end),
                "with": r.with.iter().map(|(a, b)| shown.quote(*a, *b)).collect::<Vec<_>>(),
                "computation": r.computation,
                "figure": compared.map(|c| &c.figure),
                "link": compared.map(|c| &c.link),
            })
        })
        .collect();
    json!({
        "file": shown.file,
        "year": shown.report.profile.year,
        "notes": shown.notes,
        "figures": figures,
        "relations": relations,
        "findings": shown.open().map(|f| finding(shown, f, None)).collect::<Vec<_>>(),
        "accepted": shown.report.findings.iter()
            .filter_map(|f| shown.acceptance(f).map(|reason| finding(shown, f, Some(reason))))
            .collect::<Vec<_>>(),
    })
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Count => "count",
        Kind::Percent => "percent",
        Kind::Point => "point",
        Kind::Permille => "permille",
        Kind::Times => "times",
        Kind::Ordinal => "ordinal",
        Kind::Date(_) => "date",
        Kind::Range => "range",
        Kind::Name => "name",
        Kind::Bare => "bare",
    }
}

fn figure(shown: &Shown, quantity: &Quantity) -> Value {
    let spot = (shown.place)(quantity.start);
    let counted = matches!(
        quantity.kind,
        Kind::Count
            | Kind::Percent
            | Kind::Point
            | Kind::Permille
            | Kind::Times
            | Kind::Bare
            | Kind::Ordinal
            | Kind::Range
    );
    json!({
        "quote": shown.quote(quantity.start, quantity.end),
        "value": counted.then(|| plain(quantity.value)),
        "unit": quantity.unit,
        "kind": kind(quantity.kind),
        "bound": quantity.bound.label(),
        "label": shown.quote(quantity.before.max(quantity.start.saturating_sub(30)), quantity.start),
        "year": quantity.year,
        "page": spot.page,
        "line": spot.line,
        "column": spot.column,
    })
}

/// A number as a string of digits: no precision is lost on the way.
fn plain(value: Decimal) -> String {
    value.to_string()
}

fn finding(shown: &Shown, finding: &Finding, reason: Option<&str>) -> Value {
    let from = (shown.place)(finding.start);
    let to = (shown.place)(finding.end.saturating_sub(1).max(finding.start));
    let mut value = json!({
        "rule": finding.rule,
        "severity": finding.severity.id(),
        "page": from.page,
        "line": from.line,
        "column": from.column,
        "end_line": to.line,
        "end_column": to.column + 1,
        "quote": shown.quote(finding.start, finding.end),
        "message": finding.message,
        "computation": finding.computation,
        "help": finding.help,
        "basis": finding.basis,
        "link": finding.link,
    });
    if let (Some(reason), Value::Object(object)) = (reason, &mut value) {
        object.insert("reason".to_owned(), json!(reason));
    }
    value
}

/// The findings of one file as SARIF results.
#[must_use]
pub fn sarif_results(shown: &Shown) -> Vec<Value> {
    shown.open().map(|f| result(shown, f)).collect()
}

/// The results of all files as one SARIF log.
#[must_use]
pub fn sarif(results: Vec<Value>, rules: &Rules) -> Value {
    let catalogue: Vec<Value> = rules
        .catalogue
        .iter()
        .map(|r| {
            json!({
                "id": r.id,
                "shortDescription": { "text": r.title },
                "fullDescription": { "text": r.explanation },
                "help": { "text": format!("不要：{}\n要：{}", r.bad, r.good) },
                "defaultConfiguration": { "level": level(r.severity) },
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "yifa", "rules": catalogue } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    severity.id()
}

fn result(shown: &Shown, finding: &Finding) -> Value {
    let from = (shown.place)(finding.start);
    let to = (shown.place)(finding.end.saturating_sub(1).max(finding.start));
    let computation = finding.computation.as_ref().map_or_else(String::new, |c| format!("（{c}）"));
    let records = finding.link.as_ref().map_or_else(String::new, |link| format!("。记录：{link}"));
    let mut made = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": format!("{}{computation}{records}", finding.message) },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": shown.file },
                "region": {
                    "startLine": from.line,
                    "startColumn": from.column,
                    "endLine": to.line,
                    "endColumn": to.column + 1,
                    "snippet": { "text": shown.quote(finding.start, finding.end) },
                },
            },
        }],
    });
    if let (Some(link), Value::Object(object)) = (&finding.link, &mut made) {
        object.insert("properties".to_owned(), json!({ "link": link, "help": finding.help }));
    }
    made
}

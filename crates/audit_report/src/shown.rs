//! One audited file, with what every form of output needs.

use audit::{Finding, Report, Text};
use base::{Diagnostic, Place, Severity};
use serde::Deserialize;

/// A place in the original file: page (of a PDF), line, column, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    pub page: Option<usize>,
    pub line: usize,
    pub column: usize,
}

/// A finding that someone accepted, and why. (已接受的问题)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub rule: String,
    /// A piece of the place; empty for all findings of the rule.
    pub quote: String,
    pub reason: String,
}

/// A file with what the audit found in it.
pub struct Shown<'a> {
    pub file: &'a str,
    pub text: &'a Text,
    pub report: &'a Report,
    pub accepted: &'a [Accepted],
    /// What people have to know of the audit itself.
    pub notes: &'a [String],
    /// From a character of the text to its place in the original.
    pub place: &'a dyn Fn(usize) -> Spot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sidecar {
    #[serde(default)]
    accept: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    rule: String,
    #[serde(default)]
    quote: String,
    reason: String,
}

/// Reads the file that stands beside a report and lists what was accepted in it.
///
/// # Errors
///
/// A mistake in the file; an acceptance without a reason.
pub fn accepted(file: &str, source: &str) -> Result<Vec<Accepted>, Vec<Diagnostic>> {
    let place = |line| Place { file: file.to_owned(), line, column: 1 };
    let sidecar: Sidecar = toml::from_str(source).map_err(|error| {
        let before = error.span().and_then(|s| source.get(..s.start)).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let example =
            "每一项写作：[[accept]]，rule = \"规则\"，quote = \"原文片段\"，reason = \"接受的理由\"";
        vec![Diagnostic::error("accept_file", "接受清单写法不对").at(place(line)).help(example)]
    })?;
    let bare = sidecar.accept.iter().filter(|row| row.reason.trim().is_empty());
    let faults: Vec<Diagnostic> = bare
        .map(|row| {
            Diagnostic::error("accept_reason", format!("接受“{}”没有写理由", row.rule))
                .at(place(1))
                .help("在reason中写明为什么可以接受")
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let made = |row: Row| Accepted { rule: row.rule, quote: row.quote, reason: row.reason };
    Ok(sidecar.accept.into_iter().map(made).collect())
}

impl Shown<'_> {
    /// The characters that a finding is about.
    #[must_use]
    pub fn quote(&self, start: usize, end: usize) -> &str {
        self.text.original(start, end)
    }

    /// Why a finding was accepted, if it was.
    #[must_use]
    pub fn acceptance(&self, finding: &Finding) -> Option<&str> {
        let around = self.text.original(finding.start.saturating_sub(20), finding.end + 20);
        let fits = |a: &&Accepted| a.rule == finding.rule && around.contains(&a.quote);
        self.accepted.iter().find(fits).map(|a| a.reason.as_str())
    }

    /// The findings that count.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter().filter(|f| self.acceptance(f).is_none())
    }

    /// Errors, warnings and notes that count.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let of = |severity| self.open().filter(|f| f.severity == severity).count();
        (of(Severity::Error), of(Severity::Warning), of(Severity::Note))
    }

    /// File, line and column, as editors understand them; a PDF's page in words.
    #[must_use]
    pub fn address(&self, at: usize) -> String {
        let spot = (self.place)(at);
        match spot.page {
            Some(page) => format!("{} 第{page}页第{}行", self.file, spot.line),
            None => format!("{}:{}:{}", self.file, spot.line, spot.column),
        }
    }
}

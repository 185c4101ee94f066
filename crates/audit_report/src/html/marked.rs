//! The report's own text with its marks: what was found, and every number that was checked.

use std::fmt::Write;

use base::Severity;
use maud::{Escaper, PreEscaped};

use crate::shown::Shown;

/// A stretch that is marked: where it begins and ends, what opens it and what closes it.
struct Stretch {
    start: usize,
    end: usize,
    open: String,
    close: String,
}

/// Goes through the text from its beginning to its end and marks it on the way.
pub(super) struct Marker<'a> {
    shown: &'a Shown<'a>,
    stretches: Vec<Stretch>,
    next: usize,
}

/// The sign by which a finding is cited: how grave it is, and its number.
pub(super) fn sign(severity: Severity, number: usize) -> String {
    let word = match severity {
        Severity::Error => "错",
        Severity::Warning => "警",
        Severity::Note => "提",
    };
    format!("{word}{number}")
}

fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    // Writing into a text cannot fail.
    let _ = Escaper::new(&mut out).write_str(words);
    out
}

impl<'a> Marker<'a> {
    pub fn new(shown: &'a Shown<'a>) -> Self {
        let findings = shown.open().enumerate().map(|(at, finding)| {
            let number = at + 1;
            let sign = sign(finding.severity, number);
            Stretch {
                start: finding.start,
                end: finding.end,
                open: format!("<mark id=\"place-{number}\" class=\"{}\">", finding.severity.id()),
                close: format!("<a href=\"#finding-{number}\">{sign}</a></mark>"),
            }
        });
        let checked = shown.report.relations.iter().map(|relation| {
            let (class, verdict) = (relation.verdict.id(), relation.verdict.label());
            let why = escaped(&relation.computation);
            Stretch {
                start: relation.start,
                end: relation.end,
                open: format!("<u class=\"{class}\" title=\"{verdict}：{why}\">"),
                close: "</u>".to_owned(),
            }
        });
        let mut stretches: Vec<Stretch> = findings.chain(checked).collect();
        stretches.sort_by_key(|one| (one.start, std::cmp::Reverse(one.end)));
        Self { shown, stretches, next: 0 }
    }

    /// The characters of a range with their marks, and with those that begin behind it but before `limit`.
    /// A stretch that would cross another is cut off where that one ends.
    pub fn piece(&mut self, from: usize, to: usize, limit: usize) -> PreEscaped<String> {
        let mut out = String::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut at = from;
        loop {
            let begin = self.stretches.get(self.next).map(|one| one.start).filter(|start| *start < limit);
            let finish = open.last().map(|(_, end)| *end);
            let stop = begin.unwrap_or(to).min(finish.unwrap_or(to)).max(at).min(to);
            out.push_str(&escaped(self.shown.quote(at, stop)));
            at = stop;
            if let Some((ended, _)) = open.pop_if(|(_, end)| *end <= at) {
                self.close(ended, &mut out);
            } else if begin.is_some_and(|begin| begin <= at || at >= to) {
                let Some(stretch) = self.stretches.get(self.next) else { break };
                out.push_str(&stretch.open);
                open.push((self.next, stretch.end.min(finish.unwrap_or(to)).min(to)));
                self.next += 1;
            } else {
                break;
            }
        }
        while let Some((ended, _)) = open.pop() {
            self.close(ended, &mut out);
        }
        PreEscaped(out)
    }

    fn close(&self, ended: usize, out: &mut String) {
        if let Some(stretch) = self.stretches.get(ended) {
            out.push_str(&stretch.close);
        }
    }
}

//! For the terminal: the line with the place underlined, the computation, the rule.

use std::fmt::Write;

use audit::{Finding, Verdict};
use base::Severity;

use crate::shown::Shown;

/// Characters shown on each side of a place.
const AROUND: usize = 22;

/// How to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// Colours, for a terminal.
    pub colour: bool,
    /// Also what agrees and what cannot be checked.
    pub all: bool,
}

fn paint(look: Look, code: &str, words: &str) -> String {
    if look.colour { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
}

/// Columns of a terminal: Chinese characters take two.
fn width(words: &str) -> usize {
    words.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// All findings of a file, then a summary.
#[must_use]
pub fn text(shown: &Shown, look: Look) -> String {
    let mut out = String::new();
    for finding in shown.open() {
        out.push_str(&one(shown, finding, look));
        out.push('\n');
    }
    if look.all {
        relations(shown, &mut out);
    }
    let (errors, warnings, notes) = shown.counts();
    let accepted = shown.report.findings.len() - (errors + warnings + notes);
    let of = |verdict| shown.report.relations.iter().filter(|r| r.verdict == verdict).count();
    let (agree, differ, open) = (of(Verdict::Agrees), of(Verdict::Differs), of(Verdict::NotCheckable));
    let numbers = shown.report.figures.len();
    let kept = if accepted > 0 { format!("，另有{accepted}处已接受") } else { String::new() };
    let found = if errors + warnings + notes == 0 {
        "没有发现问题".to_owned()
    } else {
        format!("错误{errors}处、警告{warnings}处、提示{notes}处")
    };
    let _ = writeln!(
        out,
        "{}：{found}{kept}。读到数字{numbers}个，核算{}处：相符{agree}、不符{differ}、无法核对{open}。",
        shown.file,
        agree + differ + open
    );
    for note in shown.notes {
        let _ = writeln!(out, "{note}");
    }
    out
}

fn one(shown: &Shown, finding: &Finding, look: Look) -> String {
    let colour = match finding.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    };
    let label = paint(look, colour, &format!("{}[{}]", finding.severity.label(), finding.rule));
    let mut out = format!("{label}：{}\n", finding.message);
    let line = (shown.place)(finding.start).line;
    let gutter = line.to_string().len().max(2);
    let (before, quote, after) = excerpt(shown, finding);
    let pad = " ".repeat(gutter);
    let under = " ".repeat(width(&before)) + &"^".repeat(width(&quote).max(1));
    let _ = writeln!(out, "{pad}--> {}", shown.address(finding.start));
    let _ = writeln!(out, "{line:>gutter$} | {before}{quote}{after}");
    let _ = writeln!(out, "{pad} | {}", paint(look, colour, &under));
    if let Some(computation) = &finding.computation {
        let _ = writeln!(out, "{pad} = 核算：{computation}");
    }
    if let Some(basis) = &finding.basis {
        let _ = writeln!(out, "{pad} = 依据：{basis}");
    }
    if let Some(link) = &finding.link {
        let _ = writeln!(out, "{pad} = 记录：{link}");
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(out, "{pad} = 怎么改：{help}");
    }
    out
}

/// The place with a little of its line on both sides; a long place is cut.
fn excerpt(shown: &Shown, finding: &Finding) -> (String, String, String) {
    let chars = &shown.text.chars;
    let mut start = finding.start;
    while start > 0 && finding.start - start < AROUND && chars.before(start) != '\n' {
        start -= 1;
    }
    let shown_end = finding.end.min(finding.start + 60);
    let mut end = shown_end;
    while end < chars.len() && end - shown_end < AROUND && chars.at(end) != '\n' {
        end += 1;
    }
    let clean = |words: &str| words.replace(['\n', '\t', '\r'], " ");
    let head = if start > 0 && chars.before(start) != '\n' { "…" } else { "" };
    let tail = if end < chars.len() && chars.at(end) != '\n' { "…" } else { "" };
    let before = format!("{head}{}", clean(shown.quote(start, finding.start)));
    let quote = clean(shown.quote(finding.start, shown_end));
    (before, quote, format!("{}{tail}", clean(shown.quote(shown_end, end))))
}

fn relations(shown: &Shown, out: &mut String) {
    for verdict in [Verdict::Agrees, Verdict::NotCheckable] {
        let _ = writeln!(out, "【{}】", verdict.label());
        for relation in shown.report.relations.iter().filter(|r| r.verdict == verdict) {
            let quote = shown.quote(relation.start, relation.end);
            let address = shown.address(relation.start);
            let _ = writeln!(out, "  {address} {} {quote}：{}", relation.kind.label(), relation.computation);
        }
        out.push('\n');
    }
}

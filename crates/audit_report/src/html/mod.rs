//! A page to read and print: the report's text, the findings beside it, every checked number marked.

mod beside;
mod marked;

use audit::text::Paragraph;
use audit::{Relation, Rules, Verdict};
use base::Severity;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::shown::Shown;
use beside::{Numbered, VERDICTS, notes, place, title};
use marked::{Marker, sign};

/// What the result looks like, wherever it stands. It says nothing of the page around it.
pub const STYLE: &str = include_str!("result.css");
/// The page of a result that stands alone.
const PAGE: &str = include_str!("page.css");
/// A numbered paragraph that is no longer than this is a heading.
const LONGEST_HEADING: usize = 40;

/// The whole page, which needs nothing beside itself.
#[must_use]
pub fn html(shown: &Shown, rules: &Rules) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "审核结果：" (shown.file) }
                style { (PreEscaped(PAGE)) (PreEscaped(STYLE)) }
            }
            body { main { h1 { "审核结果：" (shown.file) } (result(shown, rules)) } }
        }
    };
    format!("{}\n", page.into_string())
}

/// The result as a part of a page, under its heading: how much was found, then the text with all of it.
#[must_use]
pub fn result(shown: &Shown, rules: &Rules) -> Markup {
    html! {
        div.audit {
            (summary(shown))
            (list(shown, rules))
            h2 id="audited-text" { "全文和问题" }
            (legend())
            (body(shown, rules))
        }
    }
}

fn summary(shown: &Shown) -> Markup {
    let (errors, warnings, notes) = shown.counts();
    let accepted = shown.report.findings.len() - (errors + warnings + notes);
    let count = |verdict| shown.report.relations.iter().filter(|one| one.verdict == verdict).count();
    html! {
        dl.counts aria-label="问题" {
            div.error { dt { "错误" } dd { (errors) } }
            div.warning { dt { "警告" } dd { (warnings) } }
            div.note { dt { "提示" } dd { (notes) } }
        }
        p {
            @if errors + warnings + notes == 0 { strong { "没有发现问题。" } }
            "读到数字" (shown.report.figures.len()) "个，核算" (shown.report.relations.len()) "处："
            @for (at, verdict) in VERDICTS.into_iter().enumerate() {
                @if at > 0 { "、" } (verdict.label()) (count(verdict)) "处"
            }
            "。"
            @if accepted > 0 { "另有" (accepted) "处问题已经说明理由、予以接受。" }
        }
        @for note in shown.notes { p { (note) } }
    }
}

/// All findings in short, the gravest first.
fn list(shown: &Shown, rules: &Rules) -> Markup {
    let mut all: Vec<Numbered> = numbered(shown);
    all.sort_by_key(|(number, finding)| (finding.severity, *number));
    html! {
        @if !all.is_empty() {
            details.list open {
                summary { "问题一览（" (all.len()) "处）" }
                ul {
                    @for (number, finding) in all {
                        li.(finding.severity.id()) {
                            a href=(format!("#finding-{number}")) {
                                span.sign { (sign(finding.severity, number)) }
                                span { (title(rules, finding)) " " span.where { (place(shown, finding.start)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn legend() -> Markup {
    let marks = [(Severity::Error, "实线"), (Severity::Warning, "双线"), (Severity::Note, "虚线")];
    let signs = [(Verdict::Agrees, "✓"), (Verdict::Differs, "✗"), (Verdict::NotCheckable, "？")];
    html! {
        p.legend {
            "标记："
            @for (severity, line) in marks { mark.(severity.id()) { (severity.label()) } "（" (line) "）　" }
            @for (verdict, sign) in signs {
                u.(verdict.id()) { "数字" } " 核算" (verdict.label()) "（" (sign) "）"
                @if verdict != Verdict::NotCheckable { "　" }
            }
        }
    }
}

fn numbered<'a>(shown: &'a Shown) -> Vec<Numbered<'a>> {
    shown.open().enumerate().map(|(at, finding)| (at + 1, finding)).collect()
}

/// A piece of the text that its notes stand beside: a paragraph, or the rows of a table.
struct Block<'a> {
    paragraphs: &'a [Paragraph],
    findings: Vec<Numbered<'a>>,
    sums: Vec<&'a Relation>,
}

impl Block<'_> {
    fn is_bare(&self) -> bool {
        self.findings.is_empty() && self.sums.is_empty()
    }
}

fn blocks<'a>(shown: &'a Shown) -> Vec<Block<'a>> {
    let mut findings: Vec<Numbered> = numbered(shown);
    findings.sort_by_key(|(number, finding)| (finding.start, *number));
    let mut sums: Vec<&Relation> = shown.report.relations.iter().collect();
    sums.sort_by_key(|one| one.start);
    let (mut findings, mut sums) = (findings.into_iter().peekable(), sums.into_iter().peekable());
    let mut made = Vec::new();
    for paragraphs in shown.text.paragraphs.chunk_by(|one, next| one.in_table && next.in_table) {
        let end = paragraphs.last().map_or(0, |last| last.end);
        let own = std::iter::from_fn(|| findings.next_if(|(_, finding)| finding.start <= end)).collect();
        let computed = std::iter::from_fn(|| sums.next_if(|one| one.start <= end)).collect();
        made.push(Block { paragraphs, findings: own, sums: computed });
    }
    made
}

/// The text in rows: a block with its notes, and below it the blocks of which nothing is said.
fn body(shown: &Shown, rules: &Rules) -> Markup {
    let blocks = blocks(shown);
    let (mut marker, grid) = (Marker::new(shown), grid(shown));
    html! {
        div.report {
            @for row in blocks.chunk_by(|_, next| next.is_bare()) {
                div.passage {
                    @for block in row {
                        (words(&grid, block.paragraphs, &mut marker))
                        @if !block.is_bare() { (notes(shown, rules, &block.findings, &block.sums)) }
                    }
                }
            }
        }
    }
}

fn words(grid: &[(usize, usize)], paragraphs: &[Paragraph], marker: &mut Marker) -> Markup {
    html! {
        @if paragraphs.iter().any(|one| one.in_table) {
            (table(grid, paragraphs, marker))
        } @else {
            @for one in paragraphs {
                @let piece = marker.piece(one.start, one.end, one.end + 1);
                @if one.start < one.end || !piece.0.is_empty() { p class=[is_heading(one).then_some("heading")] { (piece) } }
            }
        }
    }
}

fn is_heading(paragraph: &Paragraph) -> bool {
    let is_short = paragraph.end - paragraph.start <= LONGEST_HEADING;
    is_short && paragraph.mark.is_some_and(|mark| mark.level <= 2)
}

/// The rows of a table, each cell with its marks. A line that is no row stays one cell; the line of strokes under a
/// Markdown head says nothing and is left out.
fn table(grid: &[(usize, usize)], paragraphs: &[Paragraph], marker: &mut Marker) -> Markup {
    html! {
        div.cells role="region" aria-label="报告中的表" tabindex="0" {
            table {
                @for line in paragraphs {
                    @let cells = row(grid, line, marker);
                    @if cells.iter().any(|cell| cell.0.contains(says_something)) {
                        tr { @for cell in cells { td { (cell) } } }
                    }
                }
            }
        }
    }
}

fn row(grid: &[(usize, usize)], line: &Paragraph, marker: &mut Marker) -> Vec<PreEscaped<String>> {
    let cells = cells(grid, line);
    let limit = |at: usize| cells.get(at + 1).map_or(line.end + 1, |(next, _)| *next);
    cells.iter().enumerate().map(|(at, (start, end))| marker.piece(*start, *end, limit(at))).collect()
}

/// Whether a character is more than the strokes of a table.
fn says_something(c: char) -> bool {
    !c.is_whitespace() && !"|-:─=┼├┤".contains(c)
}

/// The cells of all tables as ranges of characters, in the order of the text.
fn grid(shown: &Shown) -> Vec<(usize, usize)> {
    let cells = shown.text.tables.iter().flat_map(|table| &table.rows).flatten();
    let mut all: Vec<(usize, usize)> = cells.map(|cell| (cell.start, cell.end)).collect();
    all.sort_unstable();
    all
}

/// Those of one line; the whole line where it has none.
fn cells(grid: &[(usize, usize)], line: &Paragraph) -> Vec<(usize, usize)> {
    let from = grid.partition_point(|(start, _)| *start < line.start);
    let to = grid.partition_point(|(start, _)| *start <= line.end);
    let own = grid.get(from..to).unwrap_or_default();
    if own.is_empty() {
        return vec![(line.start, line.end)];
    }
    own.iter().map(|(start, end)| (*start, (*end).min(line.end))).collect()
}

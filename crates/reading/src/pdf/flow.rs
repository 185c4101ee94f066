//! Lines of pages as paragraphs and tables.

use std::collections::BTreeMap;

use crate::builder::{Builder, Cells, Place};
use crate::pdf::Placed;
use crate::pdf::notes::{is_note_start, note_text};

/// Left edges nearer than this belong to columns of the same kind, in hundredths of a point.
const BUCKET: i32 = 1500;
/// Lines whose ends are nearer than this end at the same place.
const SAME: i32 = 150;

/// The edges of a column.
#[derive(Clone, Debug)]
struct Edges {
    left: i32,
    right: i32,
    /// Where several lines end: they are set to the same width, which is less than that of a heading above.
    ends: Vec<i32>,
    /// The usual way from line to line.
    leading: i32,
}

/// Joins the lines of paragraphs; the notes come after the text.
pub fn assemble(lines: &[Placed], notes: &[Placed]) -> Builder {
    let mut builder = Builder::default();
    let edges = edges(lines);
    let mut table: Cells = Vec::new();
    let mut columns = 0;
    // Whether the last line was the first of its paragraph.
    let mut first = true;
    for (index, placed) in lines.iter().enumerate() {
        if !placed.line.cells.is_empty() {
            builder.end_line();
            let same = table.is_empty() || columns == placed.line.cells.len();
            if !same {
                builder.add_table(std::mem::take(&mut table));
            }
            columns = placed.line.cells.len();
            table.push(row(&mut builder, placed));
            first = true;
            continue;
        }
        builder.add_table(std::mem::take(&mut table));
        push(&mut builder, &placed.line.text, placed);
        let next = lines.get(index + 1).filter(|n| n.line.cells.is_empty());
        let edge = |p: &Placed| edges.get(&(p.page, p.line.flow));
        let goes_on = next.is_some_and(|next| goes_on(placed, next, (edge(placed), edge(next)), first));
        if !goes_on {
            builder.end_line();
        }
        first = !goes_on;
    }
    builder.add_table(table);
    builder.end_line();
    for (index, note) in notes.iter().enumerate() {
        if index == 0 || is_note_start(note) {
            builder.end_line();
            builder.mark("脚注：", place(note));
        }
        push(&mut builder, note_text(&note.line.text), note);
    }
    builder.end_line();
    builder
}

const fn place(placed: &Placed) -> Place {
    Place { page: Some(placed.page), line: placed.number, column: 1 }
}

/// Adds a line to what stands before it.
fn push(builder: &mut Builder, text: &str, placed: &Placed) {
    let before = builder.text().chars().last();
    if before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ',' | ';'))
        && needs_blank(before, text.chars().next())
    {
        builder.add(' ');
    }
    builder.push(text, place(placed));
}

/// Words of Latin letters are parted by the end of a line; figures and Chinese characters are not.
fn needs_blank(before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    let letters = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
    before.is_ascii() && after.is_ascii_alphanumeric() && letters
}

/// A row of a table with the places of its cells.
fn row(builder: &mut Builder, placed: &Placed) -> Vec<(usize, usize)> {
    let mut cells = Vec::with_capacity(placed.line.cells.len());
    for (index, cell) in placed.line.cells.iter().enumerate() {
        if index > 0 {
            builder.add('\t');
        }
        let start = builder.bytes();
        builder.push(cell, place(placed));
        cells.push((start, builder.bytes()));
    }
    builder.add('\n');
    cells
}

/// The edges of each column of each page. The last page has short lines only: columns that begin at the same place
/// reach as far.
fn edges(lines: &[Placed]) -> BTreeMap<(usize, usize), Edges> {
    let mut out: BTreeMap<(usize, usize), Edges> = BTreeMap::new();
    let mut gaps: BTreeMap<(usize, usize), Vec<i32>> = BTreeMap::new();
    let mut last: Option<&Placed> = None;
    for placed in lines.iter().filter(|l| l.line.cells.is_empty()) {
        let key = (placed.page, placed.line.flow);
        let (left, right) = (placed.line.left, placed.line.right);
        let edge = out.entry(key).or_insert(Edges { left, right, ends: Vec::new(), leading: 0 });
        edge.left = edge.left.min(left);
        edge.right = edge.right.max(right);
        edge.ends.push(right);
        if let Some(before) = last.filter(|l| (l.page, l.line.flow) == key) {
            gaps.entry(key).or_default().push(before.line.y - placed.line.y);
        }
        last = Some(placed);
    }
    let mut furthest: BTreeMap<i32, i32> = BTreeMap::new();
    for edge in out.values() {
        let right = furthest.entry(edge.left / BUCKET).or_insert(edge.right);
        *right = (*right).max(edge.right);
    }
    for (key, edge) in &mut out {
        edge.ends = common(std::mem::take(&mut edge.ends));
        edge.right = furthest.get(&(edge.left / BUCKET)).copied().unwrap_or(edge.right);
        if let Some(gaps) = gaps.get_mut(key) {
            gaps.sort_unstable();
            // Most steps are from line to line within a paragraph; the smaller half is used.
            edge.leading = gaps.get(gaps.len() / 3).copied().unwrap_or(0);
        }
    }
    out
}

/// The places that at least three lines and a quarter of all share.
fn common(mut ends: Vec<i32>) -> Vec<i32> {
    ends.sort_unstable();
    let enough = (ends.len() / 4).max(3);
    let groups = ends.chunk_by(|a, b| b - a <= SAME);
    groups.filter(|group| group.len() >= enough).filter_map(|group| group.last().copied()).collect()
}

/// Whether a line goes on in the next.
fn goes_on(line: &Placed, next: &Placed, edges: (Option<&Edges>, Option<&Edges>), first: bool) -> bool {
    let (Some(edge), Some(next_edge)) = edges else { return false };
    let (text, size) = (&line.line, line.line.size);
    if (size - next.line.size).abs() * 8 > size {
        return false;
    }
    // A line that ends before the edge is the last of its paragraph; a long mark that would not fit may be two wide.
    let full = text.right + size * 5 / 2 >= edge.right;
    let set = text.right - text.left > size * 12
        && edge.ends.iter().any(|end| (end - text.right).abs() <= size * 2)
        && !text.text.ends_with(['。', '：', '；']);
    // Latin text is not set to one width: it goes on where a word begins small.
    let latin = next.line.text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ',');
    let open = text.text.ends_with(['，', '、']) && !is_marked(&next.line.text);
    if !full && !set && !latin && !open {
        return false;
    }
    let same_flow = line.page == next.page && text.flow == next.line.flow;
    let step = text.y - next.line.y;
    if same_flow && edge.leading > 0 && step * 10 > edge.leading * 14 && step * 10 > size * 17 {
        return false;
    }
    let ends = text.text.ends_with(['。', '；', '！', '？', '：', ':', ';', '”', '）']);
    let marked = is_marked(&next.line.text);
    let indent = next.line.left - next_edge.left;
    let own_indent = text.left - edge.left;
    let list = first && is_marked(&text.text) && own_indent < indent;
    if indent * 10 > size * 12 && !list {
        // Indented as the first line of a paragraph is: unless the line before is indented as much and goes on.
        return (own_indent - indent).abs() * 2 < size && !ends && !first && !marked;
    }
    !(marked && (ends || is_heading(&text.text)))
}

/// Whether a line begins with the number of an item.
fn is_marked(text: &str) -> bool {
    let numeral = |c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit();
    let mut chars = text.chars();
    match chars.next() {
        Some('①'..='⑳' | '•' | '●' | '■' | '◆' | '➢' | '✓' | '\u{f000}'..='\u{f0ff}') => true,
        Some('（' | '(') => {
            let inner = text.chars().skip(1).take_while(|c| numeral(*c)).count();
            (1..=3).contains(&inner) && matches!(text.chars().nth(1 + inner), Some('）' | ')'))
        }
        Some('第') => {
            let inner = text.chars().skip(1).take_while(|c| numeral(*c)).count();
            inner > 0 && matches!(text.chars().nth(1 + inner), Some('条' | '章' | '节'))
        }
        Some(c) if numeral(c) => {
            let inner = text.chars().take_while(|c| numeral(*c)).count();
            let after = text.chars().nth(inner);
            let digit = text.chars().nth(inner + 1).is_some_and(|c| c.is_ascii_digit());
            inner <= 3 && (after == Some('、') || matches!(after, Some('.' | '．')) && !digit)
        }
        _ => false,
    }
}

/// Whether a line is a heading that has no stop.
fn is_heading(text: &str) -> bool {
    is_marked(text) && !text.contains(['，', '。', '；'])
}

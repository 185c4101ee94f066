//! PDF with a text layer: pages, page numbers, repeated heads and feet, hard line breaks. (文字层)

use std::collections::BTreeMap;

use lopdf::Document;

use crate::builder::{Builder, Place};

use crate::Unreadable;
mod page;

/// A line of a page.
struct Line {
    page: usize,
    number: usize,
    text: String,
}

/// Reads a document.
pub fn read(bytes: &[u8]) -> Result<Builder, Unreadable> {
    let document = Document::load_mem(bytes).map_err(|e| failure(&e))?;
    if document.is_encrypted() {
        return Err(Unreadable::EncryptedPdf);
    }
    let pages: Vec<lopdf::ObjectId> = document.get_pages().values().copied().collect();
    if pages.is_empty() {
        return Err(Unreadable::BrokenPdf);
    }
    let mut lines = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        for (number, line) in page::lines(&document, *page).iter().enumerate() {
            lines.push(Line { page: index + 1, number: number + 1, text: clean(line) });
        }
    }
    let words = lines.iter().flat_map(|l| l.text.chars()).filter(|c| c.is_alphanumeric()).count();
    if words < 8 {
        return Err(Unreadable::NoTextLayer);
    }
    Ok(assemble(&without_margins(lines, pages.len())))
}

fn failure(error: &lopdf::Error) -> Unreadable {
    let said = format!("{error:?}").to_ascii_lowercase();
    if said.contains("encrypt") || said.contains("decrypt") || said.contains("password") {
        Unreadable::EncryptedPdf
    } else {
        Unreadable::BrokenPdf
    }
}

/// Radicals to characters; no blanks between Chinese characters.
fn clean(line: &str) -> String {
    let chars: Vec<char> = line.trim().chars().map(|c| c).collect();
    let wide = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii());
    let mut out = String::with_capacity(line.len());
    for (index, c) in chars.iter().enumerate() {
        if c.is_whitespace() {
            let before = index.checked_sub(1).and_then(|i| chars.get(i));
            let after = chars.get(index + 1);
            let gap = after.is_some_and(|c| c.is_whitespace());
            if !gap && (wide(before) || wide(after)) {
                continue;
            }
        }
        out.push(*c);
    }
    out
}

/// Leaves out page numbers, and lines that most pages repeat at their head or foot.
fn without_margins(lines: Vec<Line>, pages: usize) -> Vec<Line> {
    let mut last_of: BTreeMap<usize, usize> = BTreeMap::new();
    for line in &lines {
        last_of.insert(line.page, line.number);
    }
    let at_margin = |line: &Line| {
        let last = last_of.get(&line.page).copied().unwrap_or(0);
        line.number <= 2 || line.number + 1 >= last
    };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines.iter().filter(|l| at_margin(l)) {
        *seen.entry(without_digits(&line.text)).or_default() += 1;
    }
    let keep = |line: &Line| {
        let bare = without_digits(&line.text);
        let number = bare.chars().all(|c| c.is_whitespace() || "-—–第页共/·".contains(c));
        let repeated =
            pages >= 3 && seen.get(&bare).is_some_and(|n| *n * 2 > pages) && bare.chars().count() < 60;
        !(at_margin(line) && (number || repeated))
    };
    lines.into_iter().filter(|l| !l.text.is_empty()).filter(keep).collect()
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>().trim().to_owned()
}

/// Joins the lines of a paragraph.
fn assemble(lines: &[Line]) -> Builder {
    let full = lines.iter().map(|l| l.text.chars().count()).max().unwrap_or(0);
    let mut builder = Builder::default();
    for (index, line) in lines.iter().enumerate() {
        let place = Place { page: Some(line.page), line: line.number, column: 1 };
        builder.push(&line.text, place);
        let next = lines.get(index + 1).map_or("", |l| l.text.as_str());
        if ends_paragraph(&line.text, next, full) {
            builder.end_line();
        }
    }
    builder.end_line();
    builder
}

fn ends_paragraph(line: &str, next: &str, full: usize) -> bool {
    let length = line.chars().count();
    let stops = line.ends_with(['。', '：', ':', '；', '！', '？', '”', '）']);
    let short = length * 10 < full * 8;
    let marked = next.starts_with(|c: char| "一二三四五六七八九十（(①".contains(c) || c.is_ascii_digit())
        && next.chars().take(5).any(|c| matches!(c, '、' | '）' | ')' | '.' | '．'));
    short || (stops && marked)
}

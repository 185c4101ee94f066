//! HTML: the text of a page with its tables. Scripts, styles and comments are left out.

use crate::builder::{Builder, Cells, Place};

/// Elements whose content is no text.
const SILENT: &[&str] =
    &["script", "style", "head", "noscript", "template", "svg", "select", "iframe", "object"];
/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "nav",
    "aside",
    "main",
    "blockquote",
    "pre",
    "hr",
    "dl",
    "dt",
    "dd",
    "form",
    "center",
    "title",
];

/// Reads a page.
pub fn read(source: &str) -> Builder {
    let mut reader =
        Html { source, at: 0, line: 1, line_start: 0, builder: Builder::default(), tables: Vec::new() };
    reader.run();
    reader.builder
}

/// A table that is open.
#[derive(Default)]
struct Open {
    rows: Cells,
    cell: Option<usize>,
}

struct Html<'s> {
    source: &'s str,
    at: usize,
    line: usize,
    /// Where the line begins, in bytes.
    line_start: usize,
    builder: Builder,
    tables: Vec<Open>,
}

impl<'s> Html<'s> {
    fn run(&mut self) {
        while self.at < self.source.len() {
            let rest = self.rest();
            if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(rest.len(), |e| e + 3);
                self.skip(end);
            } else if rest.starts_with('<') && rest.get(1..).is_some_and(|r| r.starts_with(tag_start)) {
                self.tag();
            } else {
                let after = rest.char_indices().nth(1).map_or(rest.len(), |(i, _)| i);
                let end = rest.get(after..).and_then(|r| r.find('<')).map_or(rest.len(), |e| after + e);
                self.words(end);
            }
        }
        while let Some(open) = self.tables.pop() {
            self.close_table(open);
        }
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or("")
    }

    /// Moves on, counting lines.
    fn skip(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or("");
        for (index, _) in passed.match_indices('\n') {
            self.line += 1;
            self.line_start = self.at + index + 1;
        }
        self.at += bytes.max(1);
    }

    fn place(&self) -> Place {
        let before = self.source.get(self.line_start..self.at).unwrap_or("");
        // A line of a minified page is not counted anew for each piece.
        let column = if before.len() > 20_000 { before.len() } else { before.chars().count() } + 1;
        Place { page: None, line: self.line, column }
    }

    fn words(&mut self, end: usize) {
        let raw = self.rest().get(..end).unwrap_or("");
        let place = self.place();
        if !raw.trim().is_empty() {
            let text = unescape(raw);
            let joined = collapse(&text);
            self.builder.push(&joined, place);
        }
        self.skip(end);
    }

    fn tag(&mut self) {
        let rest = self.rest();
        let end = rest.find('>').map_or(rest.len(), |e| e + 1);
        let inner = rest.get(1..end).unwrap_or("");
        let closing = inner.starts_with('/');
        let name: String = inner
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(12)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        if !closing && SILENT.contains(&name.as_str()) && !inner.ends_with("/>") {
            let close = format!("</{name}");
            let body = rest.get(end..).unwrap_or("");
            let stop = find_ignoring_case(body, &close).map_or(rest.len(), |s| end + s);
            self.skip(stop);
            return;
        }
        self.skip(end);
        self.structure(&name, closing);
    }

    fn structure(&mut self, name: &str, closing: bool) {
        match (name, closing) {
            ("table", false) => {
                self.builder.end_line();
                self.tables.push(Open::default());
            }
            ("table", true) => {
                if let Some(open) = self.tables.pop() {
                    self.close_table(open);
                }
            }
            ("tr", false) => {
                self.end_cell();
                self.builder.end_line();
                if let Some(open) = self.tables.last_mut() {
                    open.rows.push(Vec::new());
                }
            }
            ("td" | "th", false) => {
                self.end_cell();
                let start = self.builder.bytes();
                if let Some(open) = self.tables.last_mut() {
                    open.cell = Some(start);
                }
            }
            ("td" | "th", true) => self.end_cell(),
            _ if BLOCKS.contains(&name) && self.tables.last().is_none_or(|t| t.cell.is_none()) => {
                self.builder.end_line();
            }
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let end = self.builder.bytes();
        let Some(open) = self.tables.last_mut() else { return };
        let Some(start) = open.cell.take() else { return };
        if open.rows.is_empty() {
            open.rows.push(Vec::new());
        }
        if let Some(row) = open.rows.last_mut() {
            row.push((start, end));
        }
        self.builder.add('\t');
    }

    fn close_table(&mut self, mut open: Open) {
        if let Some(start) = open.cell.take() {
            let end = self.builder.bytes();
            if let Some(row) = open.rows.last_mut() {
                row.push((start, end));
            }
        }
        self.builder.end_line();
        open.rows.retain(|row| !row.is_empty());
        let numbers = self.builder.text();
        let tabular = open.rows.iter().filter(|r| r.len() >= 2).count() >= 2;
        let long =
            open.rows.iter().flatten().any(|(a, b)| numbers.get(*a..*b).is_some_and(|c| c.len() > 600));
        if tabular && !long && self.tables.is_empty() {
            self.builder.add_table(open.rows);
        }
    }
}

fn tag_start(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')
}

/// The first place of an ASCII word, whatever its case.
fn find_ignoring_case(text: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find('<') {
        let start = from + at;
        if text.get(start..start + word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word)) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

/// Runs of blanks and line breaks become one blank; between Chinese characters none.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if c.is_whitespace() && c != '\u{3000}' {
            blank = true;
            continue;
        }
        if blank && c.is_ascii() && out.ends_with(|p: char| p.is_ascii()) {
            out.push(' ');
        }
        blank = false;
        out.push(c);
    }
    out
}

/// Character references.
fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(i, _)| i);
        let known = end.and_then(|e| rest.get(1..e)).and_then(reference);
        match (known, end) {
            (Some(c), Some(e)) => {
                out.push(c);
                rest = rest.get(e + 1..).unwrap_or("");
            }
            _ => {
                out.push('&');
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out.push_str(rest);
    out
}

/// The character that a reference names.
pub fn reference(name: &str) -> Option<char> {
    if let Some(code) = name.strip_prefix('#') {
        let hex = code.strip_prefix(['x', 'X']);
        let value = hex.map_or_else(|| code.parse().ok(), |h| u32::from_str_radix(h, 16).ok())?;
        return char::from_u32(value);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "middot" => '·',
        "ldquo" => '“',
        "rdquo" => '”',
        "lsquo" => '‘',
        "rsquo" => '’',
        "mdash" => '—',
        "ndash" => '–',
        "hellip" => '…',
        "times" => '×',
        "permil" => '‰',
        "bull" => '•',
        "copy" => '©',
        _ => return None,
    })
}

//! HTML: the text of a page with its tables. Scripts, styles and comments are left out.

use crate::builder::{Builder, Cells, Place};
use crate::counting::written;

/// Elements whose content is no text.
const SILENT: &[&str] =
    &["script", "style", "head", "noscript", "template", "svg", "select", "iframe", "object"];
/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "li",
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

/// Elements that pages hide.
const HIDEABLE: &[&str] =
    &["div", "span", "p", "ul", "li", "section", "table", "tr", "td", "a", "dl", "h1", "h2", "h3"];

/// Reads a page.
pub fn read(source: &str) -> Builder {
    let mut reader = Html {
        source,
        at: 0,
        line: 1,
        line_start: 0,
        builder: Builder::default(),
        tables: Vec::new(),
        lists: Vec::new(),
        number: None,
        link: None,
        room: 1_000_000,
        endless: Vec::new(),
    };
    reader.run();
    reader.builder
}

/// A table that is open.
#[derive(Default)]
struct Open {
    rows: Cells,
    cell: Option<usize>,
    /// Over how many columns the open cell reaches.
    span: usize,
    /// Columns that cells of earlier rows take in the next rows: how many rows more.
    taken: Vec<usize>,
    /// Blanks between the paragraphs of a cell.
    seams: Vec<usize>,
    parted: bool,
    /// Its last row is not over.
    in_row: bool,
    /// It is there for the layout of another table.
    holds_table: bool,
}

/// No cell reaches over more columns or rows than this.
const WIDEST: usize = 100;

struct Html<'s> {
    source: &'s str,
    at: usize,
    line: usize,
    /// Where the line begins, in bytes.
    line_start: usize,
    builder: Builder,
    tables: Vec<Open>,
    lists: Vec<List>,
    /// The number that the next words begin with.
    number: Option<(String, Place)>,
    /// The link that is open: where its words begin, and where it leads.
    link: Option<(usize, String)>,
    /// How many cells may still be made that are not in the file.
    room: usize,
    /// Elements of which one has no end.
    endless: Vec<String>,
}

/// A list that is open.
struct List {
    numbered: bool,
    format: &'static str,
    next: usize,
}

impl List {
    fn of(name: &str, tag: &str) -> Self {
        let plain = tag.contains("none");
        let format = match tag.split_once("type=").map(|(_, t)| t.trim_start_matches(['"', '\''])) {
            Some(t) if t.starts_with('a') => "lowerLetter",
            Some(t) if t.starts_with('A') => "upperLetter",
            Some(t) if t.starts_with('i') => "lowerRoman",
            Some(t) if t.starts_with('I') => "upperRoman",
            _ => "decimal",
        };
        let next = attribute_number(tag, "start").unwrap_or(1);
        Self { numbered: name == "ol" && !plain, format, next }
    }
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
        self.end_link();
        while let Some(open) = self.tables.pop() {
            self.close_table(open);
        }
    }

    /// A link begins; one does not stand in another.
    fn begin_link(&mut self, tag: &str) {
        self.end_link();
        self.link = address(tag).map(|target| (self.builder.length(), target));
    }

    fn end_link(&mut self) {
        if let Some((start, target)) = self.link.take() {
            self.builder.link(start, &target);
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
            if let Some(open) = self.tables.last_mut().filter(|t| t.cell.is_some())
                && std::mem::take(&mut open.parted)
            {
                open.seams.push(self.builder.seam());
            }
            if let Some((number, place)) = self.number.take() {
                self.builder.mark(&number, place);
            }
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
        if !closing && let Some(length) = self.unseen(&name, inner, end) {
            self.skip(length);
            return;
        }
        self.skip(end);
        self.structure(&name, closing, inner);
    }

    /// How far an element reaches that nobody sees, or that is the raised number of a note.
    fn unseen(&mut self, name: &str, tag: &str, end: usize) -> Option<usize> {
        let body = self.rest().get(end..)?;
        if name == "sup" {
            let length = body.char_indices().take(300).map(|(at, _)| at).last().unwrap_or(0);
            let content = body.get(..find_ignoring_case(body.get(..length)?, "</sup")?)?;
            let unit = self.builder.text().ends_with(|c: char| c.is_ascii_alphabetic());
            return (is_note_number(content) && !unit).then_some(end + content.len());
        }
        if !HIDEABLE.contains(&name) || !is_hidden(tag) || self.endless.iter().any(|n| n == name) {
            return None;
        }
        let close = end_of(body, name);
        if close.is_none() {
            self.endless.push(name.to_owned());
        }
        close.map(|close| end + close)
    }

    fn structure(&mut self, name: &str, closing: bool, tag: &str) {
        match (name, closing) {
            ("table", false) => {
                if let Some(outer) = self.tables.last_mut() {
                    outer.holds_table = true;
                }
                self.builder.end_line();
                self.tables.push(Open::default());
            }
            ("table", true) => {
                if let Some(open) = self.tables.pop() {
                    self.close_table(open);
                }
            }
            ("tr", false) => self.begin_row(),
            ("tr", true) => {
                self.end_row();
                self.builder.end_line();
            }
            ("td" | "th", false) => self.begin_cell(tag),
            ("td" | "th", true) => self.end_cell(),
            ("ol" | "ul", false) => {
                self.builder.end_line();
                self.lists.push(List::of(name, tag));
            }
            ("ol" | "ul", true) => {
                self.builder.end_line();
                self.lists.pop();
            }
            ("li", false) => self.begin_item(tag),
            ("a", false) => self.begin_link(tag),
            ("a", true) => self.end_link(),
            _ if BLOCKS.contains(&name) => {
                let bytes = self.builder.bytes();
                match self.tables.last_mut().and_then(|t| t.cell.map(|start| (t, start))) {
                    Some((open, start)) => open.parted = bytes > start,
                    None => self.builder.end_line(),
                }
            }
            _ => {}
        }
    }

    /// An item of a numbered list begins with its number, which is not in the source.
    fn begin_item(&mut self, tag: &str) {
        let in_cell = self.tables.last().is_some_and(|t| t.cell.is_some());
        if !in_cell {
            self.builder.end_line();
        }
        let place = self.place();
        let Some(list) = self.lists.last_mut().filter(|l| l.numbered) else { return };
        list.next = attribute_number(tag, "value").unwrap_or(list.next);
        let number = written(list.format, u32::try_from(list.next).unwrap_or(0));
        list.next = list.next.saturating_add(1);
        if !in_cell {
            self.number = Some((format!("{number}. "), place));
        }
    }

    fn begin_row(&mut self) {
        self.end_row();
        self.builder.end_line();
        if let Some(open) = self.tables.last_mut() {
            open.rows.push(Vec::new());
            open.in_row = true;
        }
    }

    /// The rest of a row: cells of earlier rows that reach down beside it.
    fn end_row(&mut self) {
        self.end_cell();
        if !self.tables.last_mut().is_some_and(|t| std::mem::take(&mut t.in_row)) {
            return;
        }
        self.fill_taken();
        if let Some(open) = self.tables.last_mut() {
            let length = open.rows.last().map_or(0, Vec::len);
            open.taken.iter_mut().skip(length).for_each(|left| *left = left.saturating_sub(1));
        }
    }

    fn begin_cell(&mut self, tag: &str) {
        self.end_cell();
        self.fill_taken();
        let start = self.builder.bytes();
        let Some(open) = self.tables.last_mut() else { return };
        open.cell = Some(start);
        open.in_row = true;
        open.span = number_in(tag, "colspan").min(self.room + 1);
        self.room = self.room.saturating_sub(open.span - 1);
        let rows = number_in(tag, "rowspan") - 1;
        let column = open.rows.last().map_or(0, Vec::len);
        if rows > 0 && column < WIDEST {
            let end = (column + open.span).max(open.taken.len());
            open.taken.resize(end, 0);
            open.taken.iter_mut().skip(column).take(open.span).for_each(|left| *left = rows + 1);
        }
    }

    /// Empty cells where a cell of an earlier row reaches down.
    fn fill_taken(&mut self) {
        loop {
            let at = self.builder.bytes();
            let Some(open) = self.tables.last_mut() else { return };
            let Some(row) = open.rows.last_mut() else { return };
            let Some(left) = open.taken.get_mut(row.len()).filter(|left| **left > 0) else { return };
            let Some(room) = self.room.checked_sub(1) else { return };
            self.room = room;
            *left -= 1;
            row.push((at, at));
            self.builder.add('\t');
        }
    }

    fn end_cell(&mut self) {
        let end = self.builder.bytes();
        let Some(open) = self.tables.last_mut() else { return };
        let Some(start) = open.cell.take() else { return };
        open.parted = false;
        if open.rows.is_empty() {
            open.rows.push(Vec::new());
        }
        let span = open.span.max(1);
        for index in 0..span {
            let at = self.builder.bytes();
            let Some(open) = self.tables.last_mut() else { return };
            let Some(row) = open.rows.last_mut() else { return };
            if let Some(left) = open.taken.get_mut(row.len()) {
                *left = left.saturating_sub(1);
            }
            row.push(if index == 0 { (start, end) } else { (at, at) });
            self.builder.add('\t');
        }
    }

    fn close_table(&mut self, open: Open) {
        self.tables.push(open);
        self.end_row();
        let Some(mut open) = self.tables.pop() else { return };
        self.builder.end_line();
        open.rows.retain(|row| !row.is_empty());
        let tabular = open.rows.iter().filter(|r| r.len() >= 2).count() >= 2;
        let long = open.rows.iter().flatten().any(|(start, end)| end - start > 600);
        if tabular && !long && !open.holds_table {
            self.builder.add_table(open.rows);
        } else {
            self.builder.open_seams(open.seams);
        }
    }
}

/// Over how many columns or rows a cell reaches; 1 when it does not say.
fn number_in(tag: &str, attribute: &str) -> usize {
    attribute_number(tag, attribute).unwrap_or(1).clamp(1, WIDEST)
}

/// Where an element leads, if it says so; an address longer than any of ours is none.
fn address(tag: &str) -> Option<String> {
    const LONGEST: usize = 2000;
    let tag = tag.get(..tag.len().min(LONGEST)).unwrap_or("");
    let lower = tag.to_ascii_lowercase();
    let (before, _) = lower.split_once("href").filter(|(before, _)| before.ends_with(char::is_whitespace))?;
    let rest = tag.get(before.len() + "href".len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest.get(1..)?.split(quote).next()?,
        _ => rest.split(|c: char| c.is_whitespace() || c == '>').next()?,
    };
    Some(unescape(value)).filter(|target| !target.is_empty())
}

/// A whole number that an attribute has.
fn attribute_number(tag: &str, attribute: &str) -> Option<usize> {
    let lower = tag.get(..tag.len().min(2000)).unwrap_or("").to_ascii_lowercase();
    let (_, value) = lower.split_once(attribute)?;
    let digits: String = value
        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''))
        .chars()
        .take_while(char::is_ascii_digit)
        .take(4)
        .collect();
    digits.parse().ok()
}

/// Whether an element says that it is not shown.
fn is_hidden(tag: &str) -> bool {
    let style: String =
        tag.chars().take(400).filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden") || style.contains("mso-hide:all")
}

/// Whether a raised piece is the number of a note and nothing else.
fn is_note_number(content: &str) -> bool {
    let mut words = String::new();
    let mut inside = false;
    for c in content.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside && !c.is_whitespace() => words.push(c),
            _ => {}
        }
    }
    let numeral = |c: char| c.is_ascii_digit() || "[]〔〕（）()*".contains(c) || ('①'..='⑳').contains(&c);
    let linked = content.contains("<a") && words.chars().all(|c| c.is_ascii_alphanumeric() || numeral(c));
    !words.is_empty() && words.len() <= 12 && (linked || words.chars().all(numeral))
}

/// Where the end tag of an element begins, past elements of the same name within it.
fn end_of(body: &str, name: &str) -> Option<usize> {
    let (open, close) = (format!("<{name}"), format!("</{name}"));
    let mut depth = 1_usize;
    for (at, _) in body.match_indices('<') {
        let starts = |word: &str| {
            body.get(at..at + word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word))
                && !body
                    .get(at + word.len()..)
                    .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        if starts(&close) {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if starts(&open) {
            depth += 1;
        }
    }
    None
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
pub fn unescape(text: &str) -> String {
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

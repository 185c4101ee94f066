//! A document on pages: the grid of 22 lines of 28 characters, the red head, headings, annexes, the signature.

use std::collections::BTreeMap;

use crate::face::Measure;
use crate::lines::{Line, Piece, broken};
use crate::model::{Annex, Block, Document, Head, Inline, Target};
use crate::page::{Area, Glyph, LEFT, Page, Rule, Run, TOP, WIDTH, base_line, folio};
use crate::sheet::{self, BODY, CELL, LINES, MARK_LARGEST, MARK_MM, PITCH, RULE_MM, Role, TITLE, mm};

/// A document in pages, with where its headings and anchors are.
pub(crate) struct Laid {
    pub pages: Vec<Page>,
    /// Level, text, page from 0, height from the top.
    pub headings: Vec<(u8, String, usize, i32)>,
    /// Page from 0 and height from the top.
    pub anchors: BTreeMap<String, (usize, i32)>,
}

/// How a line is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub role: Role,
    pub size: i32,
    pub is_red: bool,
}

impl Style {
    pub(crate) const fn plain(role: Role, size: i32) -> Self {
        Self { role, size, is_red: false }
    }
}

pub(crate) struct Setter<'m, 'f> {
    pub measure: &'m mut Measure<'f>,
    pub pages: Vec<Page>,
    /// From the top of the type area.
    pub y: i32,
    pub headings: Vec<(u8, String, usize, i32)>,
    pub anchors: BTreeMap<String, (usize, i32)>,
}

pub(crate) fn laid(document: &Document, measure: &mut Measure<'_>) -> Laid {
    let mut setter = Setter {
        measure,
        pages: vec![Page::default()],
        y: 0,
        headings: Vec::new(),
        anchors: BTreeMap::new(),
    };
    if let Some(head) = &document.head {
        setter.head(head);
    }
    setter.title(&document.title);
    if let Some(addressee) = &document.addressee {
        setter.flush(&format!("{addressee}："));
    }
    setter.blocks(&document.blocks, closing_lines(document));
    setter.close(document);
    for (at, annex) in document.annexes.iter().enumerate() {
        setter.annex(&document.annex_mark(at), annex);
    }
    for (at, page) in setter.pages.iter_mut().enumerate() {
        folio(page, at + 1, setter.measure);
    }
    Laid { pages: setter.pages, headings: setter.headings, anchors: setter.anchors }
}

/// Lines that stay together with the end of the text.
fn closing_lines(document: &Document) -> i32 {
    let annexes = i32::try_from(document.annex_lines().len()).unwrap_or(0);
    let annexes = if annexes > 0 { annexes + 1 } else { 0 };
    annexes + if document.signed.is_some() { 4 } else { 0 } + i32::from(document.note.is_some())
}

impl Setter<'_, '_> {
    pub(crate) fn pieces(&mut self, inlines: &[Inline], style: Style) -> Vec<Piece> {
        let mut made = Vec::new();
        for (at, inline) in inlines.iter().enumerate() {
            let link = matches!(inline, Inline::Link(..)).then_some(at);
            let role = match inline {
                Inline::Strong(_) => Role::Strong,
                _ => style.role,
            };
            for character in inline.text().chars().filter(|c| *c != '\n') {
                let (_, _, width) = self.measure.glyph(role, character);
                let full = style.size == BODY && width >= 900;
                let width = if full { CELL } else { width * style.size / 1000 };
                made.push(Piece { character, width, role, link });
            }
        }
        made
    }

    /// Puts a line down at a height from the top of the type area, `left` from its edge.
    pub(crate) fn put(&mut self, line: &Line, left: i32, y: i32, style: Style, links: &[Inline]) {
        let mut x = LEFT + left + line.indent;
        let base = TOP + y + base_line(style.size);
        let mut runs: Vec<Run> = Vec::new();
        let mut areas: Vec<(usize, Area)> = Vec::new();
        for piece in &line.pieces {
            let (face, glyph, natural) = self.measure.glyph(piece.role, piece.character);
            let one = Glyph { character: piece.character, glyph, natural, width: piece.width };
            match runs.last_mut() {
                Some(run) if run.face == face => run.glyphs.push(one),
                _ => runs.push(Run {
                    x,
                    y: base,
                    face,
                    size: style.size,
                    is_red: style.is_red,
                    glyphs: vec![one],
                }),
            }
            if let Some(link) = piece.link {
                match areas.last_mut() {
                    Some((known, area)) if *known == link => area.2 = x + piece.width - area.0,
                    _ => areas.push((link, Area(x, TOP + y, piece.width, style.size))),
                }
            }
            x += piece.width;
        }
        let Some(page) = self.pages.last_mut() else { return };
        page.runs.extend(runs);
        for (at, area) in areas {
            if let Some(Inline::Link(_, target)) = links.get(at) {
                page.links.push((area, target.clone()));
            }
        }
    }

    pub(crate) fn new_page(&mut self) {
        self.pages.push(Page::default());
        self.y = 0;
    }

    /// The next line of the grid.
    pub(crate) fn snap(&mut self) {
        self.y = (self.y + PITCH - 1) / PITCH * PITCH;
    }

    /// Whether so many lines more fit on the page.
    pub(crate) fn has_room(&self, lines: i32) -> bool {
        self.y / PITCH + i32::from(self.y % PITCH != 0) + lines <= LINES
    }

    fn head(&mut self, head: &Head) {
        let letters = i32::try_from(head.mark.chars().count()).unwrap_or(1).max(1);
        let size = MARK_LARGEST.min(WIDTH / letters);
        let style = Style { role: Role::Title, size, is_red: true };
        self.centred(&head.mark, mm(MARK_MM), style);
        self.y = mm(MARK_MM) + size + 2 * (PITCH - BODY) + 2 * BODY;
        self.centred(&head.number, self.y, Style::plain(Role::Body, BODY));
        self.y += BODY + mm(RULE_MM);
        let area = Area(LEFT, TOP + self.y, WIDTH, 1_300);
        if let Some(page) = self.pages.last_mut() {
            page.rules.push(Rule { area, is_red: true });
        }
        self.y += 2 * PITCH;
        self.snap();
    }

    pub(crate) fn centred(&mut self, text: &str, y: i32, style: Style) {
        let text = [Inline::Text(text.to_owned())];
        let pieces = self.pieces(&text, style);
        let mut line = Line { indent: 0, pieces };
        line.indent = (WIDTH - line.width()) / 2;
        self.put(&line, 0, y, style, &[]);
    }

    fn title(&mut self, lines: &[String]) {
        for line in lines.iter().flat_map(|line| balanced(line)) {
            self.centred(&line, self.y, Style::plain(Role::Title, TITLE));
            self.y += PITCH;
        }
        self.y += PITCH;
    }

    fn flush(&mut self, text: &str) {
        self.paragraph(&[Inline::Text(text.to_owned())], Style::plain(Role::Body, BODY), 0, 0);
    }

    /// Lines of a paragraph; where it ends the text, the last two go along with the `closing` lines after it.
    fn paragraph(&mut self, inlines: &[Inline], style: Style, first: i32, closing: i32) {
        let pieces = self.pieces(inlines, style);
        let lines = broken(&pieces, WIDTH, first, 0);
        let count = lines.len();
        for (at, line) in lines.iter().enumerate() {
            let left = count - at;
            let goes_along = closing > 0 && (left == 2 || count == 1);
            let needed = if goes_along { closing + i32::try_from(left).unwrap_or(0) } else { 1 };
            if !self.has_room(needed) {
                self.new_page();
            }
            self.put(line, 0, self.y, style, inlines);
            self.y += PITCH;
        }
    }

    fn heading(&mut self, level: u8, text: &str) {
        if !self.has_room(2) {
            self.new_page();
        }
        self.headings.push((level, text.to_owned(), self.pages.len() - 1, TOP + self.y));
        let style = Style::plain(Role::of_heading(level), BODY);
        self.paragraph(&[Inline::Text(text.to_owned())], style, 2 * CELL, 0);
    }

    fn blocks(&mut self, blocks: &[Block], closing: i32) {
        for (at, block) in blocks.iter().enumerate() {
            let closing = if at + 1 == blocks.len() { closing } else { 0 };
            match block {
                Block::Heading(level, text) => self.heading(*level, text),
                Block::Paragraph(inlines) => {
                    self.paragraph(inlines, Style::plain(Role::Body, BODY), 2 * CELL, closing);
                }
                Block::Table(table) => self.table(table),
            }
        }
    }

    /// The list of annexes, who signs, the date, the remark.
    fn close(&mut self, document: &Document) {
        let annexes = document.annex_lines();
        if !annexes.is_empty() {
            self.y += PITCH;
        }
        for line in annexes {
            self.text_line(&line, 2 * CELL);
        }
        if let Some(signed) = &document.signed {
            if !self.has_room(4) {
                self.new_page();
            }
            self.y += 2 * PITCH;
            // The date ends four characters from the right; who signs stands over its middle, and inside the type area.
            let date = self.line_of(&signed.on);
            let right = WIDTH - 4 * CELL;
            let middle = right - date.width() / 2;
            let by = self.line_of(&signed.by);
            let left = (middle - by.width() / 2).min(WIDTH - by.width()).max(0);
            self.put(&by, left, self.y, Style::plain(Role::Body, BODY), &[]);
            self.y += PITCH;
            self.put(&date, right - date.width(), self.y, Style::plain(Role::Body, BODY), &[]);
            self.y += PITCH;
        }
        if let Some(note) = &document.note {
            self.text_line(&format!("（{note}）"), 2 * CELL);
        }
    }

    fn line_of(&mut self, text: &str) -> Line {
        let text = [Inline::Text(text.to_owned())];
        Line { indent: 0, pieces: self.pieces(&text, Style::plain(Role::Body, BODY)) }
    }

    fn text_line(&mut self, text: &str, indent: i32) {
        let style = Style::plain(Role::Body, BODY);
        self.paragraph(&[Inline::Text(text.to_owned())], style, indent, 0);
    }

    /// On a new page: the mark in the first line, the title in the third.
    fn annex(&mut self, mark: &str, annex: &Annex) {
        self.new_page();
        self.headings.push((1, annex.title.clone(), self.pages.len() - 1, TOP));
        let style = Style::plain(Role::Black, BODY);
        self.paragraph(&[Inline::Text(mark.to_owned())], style, 0, 0);
        self.y += PITCH;
        self.title(std::slice::from_ref(&annex.title));
        self.blocks(&annex.blocks, 0);
    }

    pub(crate) fn anchor(&mut self, id: &str, y: i32) {
        self.anchors.insert(id.to_owned(), (self.pages.len() - 1, TOP + y));
    }
}

/// A title's line in lines that are about as long as each other.
fn balanced(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let count = characters.len().div_ceil(sheet::TITLE_CHARACTERS).max(1);
    let each = characters.len().div_ceil(count).max(1);
    characters.chunks(each).map(|part| part.iter().collect()).collect()
}

/// Where a target of the document itself is.
pub(crate) fn place<'a>(laid: &'a Laid, target: &Target) -> Option<&'a (usize, i32)> {
    match target {
        Target::Anchor(id) => laid.anchors.get(id),
        Target::Url(_) => None,
    }
}

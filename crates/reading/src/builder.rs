//! Building a text piece by piece, each with its place in the original.

use crate::normal::{Normal, is_normal, normal};

/// A place in the original: a line and a column, from 1; in a PDF also the page.
/// In a DOCX the line is the number of the paragraph. (原文位置)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub page: Option<usize>,
    pub line: usize,
    pub column: usize,
}

/// From this character on the text comes from this place.
#[derive(Clone, Copy, Debug)]
pub struct Anchor {
    pub at: usize,
    pub place: Place,
    /// All characters from here stand at one place: what a program numbers or adds is not in the original.
    pub still: bool,
}

/// A table: for each row its cells as byte ranges.
pub type Cells = Vec<Vec<(usize, usize)>>;

/// A text in the making.
#[derive(Debug, Default)]
pub struct Builder {
    text: String,
    length: usize,
    anchors: Vec<Anchor>,
    tables: Vec<Cells>,
    /// Blanks that are to be line breaks, as byte offsets.
    seams: Vec<usize>,
    /// Words that lead somewhere, as ranges of characters, with where.
    links: Vec<(usize, usize, String)>,
    /// Pages of pictures.
    pub pictures: Vec<usize>,
}

impl Builder {
    /// Adds a piece that comes from a place. Radicals, ligatures and invisible characters are put in order.
    pub fn push(&mut self, piece: &str, place: Place) {
        if piece.is_empty() {
            return;
        }
        self.anchors.push(Anchor { at: self.length, place, still: false });
        if is_normal(piece) {
            self.text.push_str(piece);
            self.length += piece.chars().count();
            return;
        }
        for (index, c) in piece.chars().enumerate() {
            match normal(c) {
                Normal::Same(c) => {
                    self.text.push(c);
                    self.length += 1;
                }
                Normal::Other(words) => {
                    self.text.push_str(words);
                    self.length += words.chars().count();
                    let next = Place { column: place.column + index + 1, ..place };
                    self.anchors.push(Anchor { at: self.length, place: next, still: false });
                }
            }
        }
    }

    /// Adds a piece that is not written in the original but belongs to a place in it: the number of an item.
    pub fn mark(&mut self, piece: &str, place: Place) {
        self.anchors.push(Anchor { at: self.length, place, still: true });
        self.text.push_str(piece);
        self.length += piece.chars().count();
    }

    /// Adds what another builder holds.
    pub fn append(&mut self, other: Self) {
        let (bytes, length) = (self.text.len(), self.length);
        self.text.push_str(&other.text);
        self.length += other.length;
        self.anchors.extend(other.anchors.into_iter().map(|a| Anchor { at: a.at + length, ..a }));
        self.seams.extend(other.seams.into_iter().map(|seam| seam + bytes));
        self.links.extend(other.links.into_iter().map(|(start, end, to)| (start + length, end + length, to)));
        for mut rows in other.tables {
            for (start, end) in rows.iter_mut().flatten() {
                *start += bytes;
                *end += bytes;
            }
            self.tables.push(rows);
        }
    }

    /// A blank that may become a line break: see [`Builder::open_seams`].
    #[must_use]
    pub fn seam(&mut self) -> usize {
        self.add(' ');
        self.text.len() - 1
    }

    /// Makes blanks into line breaks when the text is taken out.
    pub fn open_seams(&mut self, seams: Vec<usize>) {
        self.seams.extend(seams);
    }

    /// Adds a character of our own: a line break, a tab.
    pub fn add(&mut self, c: char) {
        self.text.push(c);
        self.length += 1;
    }

    /// Ends a line, unless it is empty.
    pub fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.add('\n');
        }
    }

    /// Whether there are more than so many characters.
    #[must_use]
    pub fn is_over(&self, most: usize) -> bool {
        self.length > most
    }

    #[must_use]
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many characters there are.
    #[must_use]
    pub fn length(&self) -> usize {
        self.length
    }

    /// The characters from `start` on lead to an address.
    pub fn link(&mut self, start: usize, target: &str) {
        if start < self.length && !target.is_empty() {
            self.links.push((start, self.length, target.to_owned()));
        }
    }

    /// Takes the links out, in the order of the text.
    #[must_use]
    pub fn take_links(&mut self) -> Vec<(usize, usize, String)> {
        let mut links = std::mem::take(&mut self.links);
        links.sort();
        links
    }

    pub fn add_table(&mut self, rows: Cells) {
        if !rows.is_empty() {
            self.tables.push(rows);
        }
    }

    #[must_use]
    pub fn parts(self) -> (String, Vec<Cells>, Vec<Anchor>) {
        let mut bytes = self.text.into_bytes();
        for seam in self.seams {
            if let Some(byte) = bytes.get_mut(seam).filter(|b| **b == b' ') {
                *byte = b'\n';
            }
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        let mut tables = self.tables;
        tables.sort_by_key(|rows| rows.iter().flatten().map(|cell| cell.0).min());
        (text, tables, self.anchors)
    }
}

/// The place of a character.
#[must_use]
pub fn place(anchors: &[Anchor], index: usize) -> Place {
    let next = anchors.partition_point(|a| a.at <= index);
    match next.checked_sub(1).and_then(|i| anchors.get(i)).or(anchors.first()) {
        Some(anchor) => {
            let further = if anchor.still { 0 } else { index.saturating_sub(anchor.at) };
            let column = anchor.place.column + further;
            Place { column, ..anchor.place }
        }
        None => Place { page: None, line: 1, column: 1 },
    }
}

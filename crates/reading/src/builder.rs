//! Building a text piece by piece, each with its place in the original.

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
}

impl Builder {
    /// Adds a piece that comes from a place.
    pub fn push(&mut self, piece: &str, place: Place) {
        if piece.is_empty() {
            return;
        }
        self.anchors.push(Anchor { at: self.length, place });
        self.text.push_str(piece);
        self.length += piece.chars().count();
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

    pub fn add_table(&mut self, rows: Cells) {
        if !rows.is_empty() {
            self.tables.push(rows);
        }
    }

    #[must_use]
    pub fn parts(self) -> (String, Vec<Cells>, Vec<Anchor>) {
        (self.text, self.tables, self.anchors)
    }
}

/// The place of a character.
#[must_use]
pub fn place(anchors: &[Anchor], index: usize) -> Place {
    let next = anchors.partition_point(|a| a.at <= index);
    match next.checked_sub(1).and_then(|i| anchors.get(i)).or(anchors.first()) {
        Some(anchor) => {
            let column = anchor.place.column + index.saturating_sub(anchor.at);
            Place { column, ..anchor.place }
        }
        None => Place { page: None, line: 1, column: 1 },
    }
}

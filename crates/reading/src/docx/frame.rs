//! One flow of text: the body, a text box, a table within a table, a note.

use crate::builder::{Builder, Cells, Place};

/// A cell with more bytes than this holds prose: the table is there for the layout.
const LONG_CELL: usize = 600;

/// A table that is open.
#[derive(Debug, Default)]
struct Open {
    rows: Cells,
    /// Where the open cell begins, in bytes.
    cell: Option<usize>,
    /// Over how many columns it reaches.
    span: usize,
    /// Blanks between the paragraphs of a cell.
    seams: Vec<usize>,
    /// A paragraph of the cell is over: the next is parted from it.
    parted: bool,
}

/// A flow of text with what waits to be put after it.
#[derive(Debug, Default)]
pub struct Frame {
    builder: Builder,
    table: Option<Open>,
    /// What stands beside the text and comes after the paragraph or row that holds it.
    beside: Vec<Builder>,
}

impl Frame {
    /// Whether the text so far has more than so many characters.
    pub fn is_over(&self, most: usize) -> bool {
        self.builder.is_over(most)
    }

    pub fn in_table(&self) -> bool {
        self.table.is_some()
    }

    fn in_cell(&self) -> bool {
        self.table.as_ref().is_some_and(|t| t.cell.is_some())
    }

    pub fn push(&mut self, piece: &str, place: Place) {
        self.part_paragraphs();
        self.builder.push(piece, place);
    }

    pub fn mark(&mut self, piece: &str, place: Place) {
        self.part_paragraphs();
        self.builder.mark(piece, place);
    }

    fn part_paragraphs(&mut self) {
        let Some(open) = &mut self.table else { return };
        if std::mem::take(&mut open.parted) {
            open.seams.push(self.builder.seam());
        }
    }

    pub fn add_beside(&mut self, other: Builder) {
        self.beside.push(other);
    }

    /// Ends a line of text, or a paragraph within a cell.
    pub fn end_line(&mut self) {
        let bytes = self.builder.bytes();
        match &mut self.table {
            Some(open) => open.parted = open.cell.is_some_and(|start| bytes > start),
            None => {
                self.builder.end_line();
                self.flush();
            }
        }
    }

    fn flush(&mut self) {
        for other in std::mem::take(&mut self.beside) {
            self.builder.end_line();
            self.builder.append(other);
            self.builder.end_line();
        }
    }

    pub fn open_table(&mut self) {
        self.end_line();
        self.table = Some(Open::default());
    }

    pub fn open_row(&mut self) {
        self.close_cell();
        self.builder.end_line();
        self.flush();
        if let Some(open) = &mut self.table {
            open.rows.push(Vec::new());
        }
    }

    pub fn open_cell(&mut self) {
        self.close_cell();
        let start = self.builder.bytes();
        if let Some(open) = &mut self.table {
            open.cell = Some(start);
            open.span = 1;
        }
    }

    /// The open cell reaches over several columns.
    pub fn span(&mut self, columns: usize) {
        if let Some(open) = &mut self.table {
            open.span = columns.max(1);
        }
    }

    /// Columns that a row leaves out at its beginning.
    pub fn leave_out(&mut self, columns: usize) {
        if self.in_cell() {
            return;
        }
        for _ in 0..columns {
            self.open_cell();
            self.close_cell();
        }
    }

    pub fn close_cell(&mut self) {
        let end = self.builder.bytes();
        let Some(open) = &mut self.table else { return };
        let Some(start) = open.cell.take() else { return };
        open.parted = false;
        if open.rows.is_empty() {
            open.rows.push(Vec::new());
        }
        let Some(row) = open.rows.last_mut() else { return };
        row.push((start, end));
        self.builder.add('\t');
        for _ in 1..open.span {
            let empty = self.builder.bytes();
            row.push((empty, empty));
            self.builder.add('\t');
        }
    }

    pub fn close_row(&mut self) {
        self.close_cell();
        self.builder.end_line();
        self.flush();
    }

    pub fn close_table(&mut self) {
        self.close_row();
        let Some(mut open) = self.table.take() else { return };
        open.rows.retain(|row| !row.is_empty());
        let tabular = open.rows.iter().filter(|r| r.len() >= 2).count() >= 2;
        let long = open.rows.iter().flatten().any(|(start, end)| end - start > LONG_CELL);
        if tabular && !long {
            self.builder.add_table(open.rows);
        } else {
            self.builder.open_seams(open.seams);
        }
    }

    /// Whether nothing was written since the last line ended.
    pub fn at_line_start(&self) -> bool {
        let text = self.builder.text();
        match self.table.as_ref().and_then(|t| t.cell) {
            Some(start) => text.len() <= start,
            None => text.is_empty() || text.ends_with('\n'),
        }
    }

    /// Whether a raised piece is the number of a note that was written by hand: not the power of a unit.
    pub fn is_note_number(&self, piece: &str) -> bool {
        let numeral = |c: char| c.is_ascii_digit() || "[]〔〕①②③④⑤⑥⑦⑧⑨⑩".contains(c);
        let unit = self.builder.text().ends_with(|c: char| c.is_ascii_alphabetic());
        piece.chars().all(numeral) && !unit && !self.at_line_start()
    }

    pub fn finish(mut self) -> Builder {
        if self.in_table() {
            self.close_table();
        }
        self.builder.end_line();
        self.flush();
        self.builder
    }
}

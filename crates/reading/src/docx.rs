//! DOCX: paragraphs, tables and footnotes. A place is the number of the paragraph and the character in it.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::builder::{Builder, Cells, Place};
use crate::{Unreadable, html};

/// More unpacked text than this is not read.
const LARGEST_PART: u64 = 128 * 1024 * 1024;

/// Reads a document, up to so many characters.
pub fn read(bytes: &[u8], most: usize) -> Result<Builder, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenDocx)?;
    let body = part(&mut archive, "word/document.xml").ok_or(Unreadable::BrokenDocx)?;
    let mut reader = Docx::default();
    reader.run(&body, most)?;
    if let Some(notes) = part(&mut archive, "word/footnotes.xml") {
        reader.run(&notes, most)?;
    }
    if reader.builder.text().trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(reader.builder)
}

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let file = archive.by_name(name).ok()?;
    let mut text = String::new();
    file.take(LARGEST_PART).read_to_string(&mut text).ok()?;
    Some(text)
}

#[derive(Default)]
struct Docx {
    builder: Builder,
    paragraph: usize,
    column: usize,
    /// Within a run of text.
    in_text: bool,
    /// Within text that was deleted but is tracked.
    deleted: usize,
    tables: Vec<Cells>,
    cell: Option<usize>,
}

impl Docx {
    fn run(&mut self, xml: &str, most: usize) -> Result<(), Unreadable> {
        let mut reader = Reader::from_str(xml);
        while !self.builder.is_over(most) {
            match reader.read_event().map_err(|_| Unreadable::BrokenDocx)? {
                Event::Start(element) => self.open(&element),
                Event::Empty(element) => self.single(&element),
                Event::End(element) => self.close(element.local_name().as_ref()),
                Event::Text(text) if self.in_text && self.deleted == 0 => self.push(&text.into_inner()),
                Event::GeneralRef(name) if self.in_text && self.deleted == 0 => {
                    if let Some(c) = html::reference(&name.into_inner()) {
                        self.push(&c.to_string());
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        self.builder.end_line();
        Ok(())
    }

    fn open(&mut self, element: &BytesStart) {
        match element.local_name().as_ref() {
            "p" => {
                self.paragraph += 1;
                self.column = 1;
            }
            "t" => self.in_text = true,
            "del" | "moveFrom" => self.deleted += 1,
            "tbl" => {
                self.builder.end_line();
                self.tables.push(Cells::default());
            }
            "tr" => {
                self.builder.end_line();
                if let Some(table) = self.tables.last_mut() {
                    table.push(Vec::new());
                }
            }
            "tc" if self.tables.len() == 1 => self.cell = Some(self.builder.bytes()),
            _ => {}
        }
    }

    fn single(&mut self, element: &BytesStart) {
        match element.local_name().as_ref() {
            "p" => self.paragraph += 1,
            "tab" if self.deleted == 0 && self.cell.is_none() => self.push(" "),
            "br" | "cr" if self.cell.is_none() => self.builder.end_line(),
            "noBreakHyphen" => self.push("-"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" if self.cell.is_none() => self.builder.end_line(),
            "t" => self.in_text = false,
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "tc" if self.tables.len() == 1 => {
                let end = self.builder.bytes();
                let start = self.cell.take().unwrap_or(end);
                if let Some(row) = self.tables.last_mut().and_then(|t| t.last_mut()) {
                    row.push((start, end));
                }
                self.builder.add('\t');
            }
            "tbl" => {
                self.builder.end_line();
                if let Some(rows) = self.tables.pop() {
                    let tabular = rows.iter().filter(|r| r.len() >= 2).count() >= 2;
                    if self.tables.is_empty() && tabular {
                        self.builder.add_table(rows);
                    }
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, piece: &str) {
        let place = Place { page: None, line: self.paragraph.max(1), column: self.column.max(1) };
        self.builder.push(piece, place);
        self.column += piece.chars().count();
    }
}

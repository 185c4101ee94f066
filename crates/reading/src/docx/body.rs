//! The elements of a document, its footnotes and endnotes.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use crate::builder::{Builder, Place};
use crate::docx::frame::Frame;
use crate::docx::numbering::Numbering;
use crate::docx::package::{attribute, is_on, number};
use crate::html;

/// No cell reaches over more columns than this.
const WIDEST: usize = 60;
/// What numbers and empty cells may take: a few bytes of a file must not make many of text.
const ROOM: usize = 32 * 1024 * 1024;

/// What an open element is, as far as it matters to those within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Other,
    Run,
    ParagraphProperties,
    RunProperties,
    RowProperties,
    Numbering,
    Text,
    Instruction,
    /// A choice between ways to show the same; whether one was taken.
    Alternatives(bool),
    /// A text box.
    Box,
    /// A footnote or an endnote.
    Note,
    Table,
    /// A table within a cell of another.
    InnerTable,
    Row,
    Paragraph,
}

/// The paragraph that is open.
#[derive(Clone, Debug, Default)]
struct Paragraph {
    style: Option<String>,
    list: Option<String>,
    level: Option<usize>,
    /// Its number was written, or it has none.
    started: bool,
    hidden: bool,
    /// Its end was deleted: the next goes on in the same line.
    joined: bool,
    line: usize,
    column: usize,
}

/// A field: what it computes and whether its result is being read.
#[derive(Debug, Default)]
struct Field {
    instruction: String,
    in_result: bool,
}

/// A reader of the body and the notes.
pub struct Body {
    numbering: Numbering,
    without_contents: bool,
    frame: Frame,
    /// The flows that hold this one.
    outer: Vec<Frame>,
    path: Vec<Kind>,
    /// Everything is left out until the path is as short as this.
    skip: Option<usize>,
    paragraphs: usize,
    open: Vec<Paragraph>,
    fields: Vec<Field>,
    /// How many of the open fields are tables of contents.
    contents: usize,
    hidden_run: bool,
    /// The run is raised above the line.
    raised: bool,
    leave_out_content: bool,
    /// Notes in the order in which the text names them.
    named: Vec<(bool, String)>,
    notes: BTreeMap<(bool, String), Builder>,
    note: Option<(bool, String)>,
    /// What begins the first paragraph of a note.
    prefix: Option<&'static str>,
    /// Blanks that follow it are left out.
    trim: bool,
    /// How many bytes may still be made that are not in the file.
    room: usize,
}

impl Body {
    /// Whether the text so far has more than so many characters.
    pub fn is_over(&self, most: usize) -> bool {
        self.frame.is_over(most)
    }

    pub fn new(numbering: Numbering, without_contents: bool) -> Self {
        Self {
            numbering,
            without_contents,
            frame: Frame::default(),
            outer: Vec::new(),
            path: Vec::new(),
            skip: None,
            paragraphs: 0,
            open: Vec::new(),
            fields: Vec::new(),
            contents: 0,
            hidden_run: false,
            raised: false,
            leave_out_content: false,
            named: Vec::new(),
            notes: BTreeMap::new(),
            note: None,
            prefix: None,
            trim: false,
            room: ROOM,
        }
    }

    /// Whether a table of contents is still open.
    pub fn is_within_contents(&self) -> bool {
        self.contents > 0
    }

    pub fn visit(&mut self, event: &Event) {
        match event {
            Event::Start(element) => self.start(element),
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.skip.is_none() => self.text(text),
            Event::CData(text) if self.skip.is_none() => self.text(text),
            Event::GeneralRef(name) if self.skip.is_none() => {
                if let Some(c) = html::reference(name) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.path.last() {
            Some(Kind::Text) => self.push(text),
            Some(Kind::Instruction) => {
                if let Some(field) = self.fields.last_mut().filter(|f| f.instruction.len() < 40) {
                    field.instruction.push_str(text);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart) {
        let kind = if self.skip.is_some() { Kind::Other } else { self.begin(element) };
        self.path.push(kind);
    }

    /// What an element begins.
    fn begin(&mut self, element: &BytesStart) -> Kind {
        let name = element.local_name();
        let name = name.as_ref();
        if let Some(length) = self.left_out(name, element) {
            self.skip = Some(length);
            return Kind::Other;
        }
        match name {
            "p" => self.begin_paragraph(),
            "r" => {
                self.hidden_run = false;
                self.raised = false;
                return Kind::Run;
            }
            "pPr" => return Kind::ParagraphProperties,
            "rPr" => return Kind::RunProperties,
            "trPr" => return Kind::RowProperties,
            "numPr" => return Kind::Numbering,
            "t" => return Kind::Text,
            "instrText" => return Kind::Instruction,
            "AlternateContent" => return Kind::Alternatives(false),
            "txbxContent" => {
                self.begin_flow();
                return Kind::Box;
            }
            "footnote" | "endnote" => {
                self.begin_note(name, element);
                return Kind::Note;
            }
            "tbl" => return self.begin_table(),
            "tr" => {
                self.frame.open_row();
                return Kind::Row;
            }
            "tc" => self.frame.open_cell(),
            "gridSpan" | "gridBefore" => self.empty_cells(name, element),
            _ => self.property(name, element),
        }
        if name == "p" { Kind::Paragraph } else { Kind::Other }
    }

    /// Elements that are not read, with all that is in them: until the path is as short as this.
    fn left_out(&mut self, name: &str, element: &BytesStart) -> Option<usize> {
        let here = self.path.len();
        let within = match name {
            "del" | "moveFrom" => {
                let row = self.deleted(here);
                return Some(row.unwrap_or(here));
            }
            "rPrChange" | "pPrChange" | "tblPrChange" | "trPrChange" | "tcPrChange" | "sectPrChange"
            | "numberingChange" | "rt" | "delText" | "delInstrText" => true,
            "Fallback" => matches!(self.path.last(), Some(Kind::Alternatives(true))),
            "Choice" => match self.path.last_mut() {
                Some(Kind::Alternatives(taken)) => std::mem::replace(taken, true),
                _ => false,
            },
            "sdt" => {
                self.leave_out_content = false;
                false
            }
            "sdtContent" => std::mem::take(&mut self.leave_out_content),
            "fldSimple" => {
                self.without_contents && attribute(element, "instr").is_some_and(|i| is_contents(&i))
            }
            // The lines that part notes from text.
            "footnote" | "endnote" => attribute(element, "type").is_some_and(|t| t != "normal"),
            _ => false,
        };
        within.then_some(here)
    }

    /// What a mark of deletion deletes besides its content: the end of a paragraph, or a row, whose place is returned.
    fn deleted(&mut self, here: usize) -> Option<usize> {
        match (self.path.iter().rev().nth(1), self.path.last()) {
            (Some(Kind::ParagraphProperties), Some(Kind::RunProperties)) => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.joined = true;
                }
                None
            }
            (Some(Kind::Row), Some(Kind::RowProperties)) => here.checked_sub(2),
            _ => None,
        }
    }

    /// Properties, and single characters of a run.
    fn property(&mut self, name: &str, element: &BytesStart) {
        let parent = self.path.last().copied();
        match (parent, name) {
            (Some(Kind::ParagraphProperties), "pStyle") => {
                let style = attribute(element, "val");
                let hidden = style.as_deref().is_some_and(|s| self.numbering.hides(s));
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.style = style;
                    paragraph.hidden = hidden;
                }
            }
            (Some(Kind::Numbering), "numId") => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.list = attribute(element, "val");
                }
            }
            (Some(Kind::Numbering), "ilvl") => {
                if let Some(paragraph) = self.open.last_mut() {
                    paragraph.level = number(element, "val");
                }
            }
            (Some(Kind::RunProperties), "vanish" | "rStyle") if self.is_run_property() => {
                let hides = || attribute(element, "val").is_some_and(|s| self.numbering.hides(&s));
                self.hidden_run = if name == "vanish" { is_on(element) } else { hides() };
            }
            (Some(Kind::RunProperties), "vertAlign") if self.is_run_property() => {
                self.raised = attribute(element, "val").is_some_and(|v| v == "superscript");
            }
            (Some(Kind::Run), _) => self.character(name, element),
            (_, "showingPlcHdr") => self.leave_out_content = true,
            (_, "docPartGallery") if self.without_contents => {
                self.leave_out_content |= attribute(element, "val").is_some_and(|v| v == "Table of Contents");
            }
            _ => {}
        }
    }

    fn is_run_property(&self) -> bool {
        self.path.iter().rev().nth(1) == Some(&Kind::Run)
    }

    fn character(&mut self, name: &str, element: &BytesStart) {
        match name {
            "tab" | "ptab" if !self.frame.at_line_start() => self.push(" "),
            "br" | "cr" if self.is_read() => self.frame.end_line(),
            "noBreakHyphen" => self.push("-"),
            "sym" => {
                let code = attribute(element, "char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                let font = attribute(element, "font").unwrap_or_default();
                if let Some(c) = code.and_then(|code| symbol(&font, code)) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
            "fldChar" => self.field(&attribute(element, "fldCharType").unwrap_or_default()),
            "footnoteReference" | "endnoteReference" if self.is_read() => {
                if let Some(id) = attribute(element, "id") {
                    self.named.push((name == "endnoteReference", id));
                }
            }
            _ => {}
        }
    }

    fn field(&mut self, part: &str) {
        match part {
            "begin" => self.fields.push(Field::default()),
            "separate" => {
                let Some(field) = self.fields.last_mut().filter(|f| !f.in_result) else { return };
                field.in_result = true;
                self.contents += usize::from(self.without_contents && is_contents(&field.instruction));
            }
            "end" => {
                let Some(field) = self.fields.pop() else { return };
                let ends = field.in_result && self.without_contents && is_contents(&field.instruction);
                self.contents -= usize::from(ends);
            }
            _ => {}
        }
    }

    fn begin_paragraph(&mut self) {
        self.paragraphs += 1;
        // What was open is either an outer paragraph of a text box, or one whose end was deleted.
        self.open.push(Paragraph { line: self.paragraphs, column: 1, ..Paragraph::default() });
    }

    fn begin_flow(&mut self) {
        self.outer.push(std::mem::take(&mut self.frame));
    }

    fn begin_table(&mut self) -> Kind {
        let inner = self.frame.in_table();
        if inner {
            self.begin_flow();
        }
        self.frame.open_table();
        if inner { Kind::InnerTable } else { Kind::Table }
    }

    /// Cells that are not written but have their place in the row.
    fn empty_cells(&mut self, name: &str, element: &BytesStart) {
        let cells = number(element, "val").unwrap_or(0).min(WIDEST);
        let Some(left) = self.room.checked_sub(cells * 32) else { return };
        self.room = left;
        if name == "gridSpan" {
            self.frame.span(cells);
        } else {
            self.frame.leave_out(cells);
        }
    }

    fn begin_note(&mut self, name: &str, element: &BytesStart) {
        self.begin_flow();
        let endnote = name == "endnote";
        self.note = attribute(element, "id").map(|id| (endnote, id));
        self.prefix = Some(if endnote { "尾注：" } else { "脚注：" });
    }

    /// What the flow that ends holds; the outer one goes on.
    fn end_flow(&mut self) -> Builder {
        let outer = self.outer.pop().unwrap_or_default();
        std::mem::replace(&mut self.frame, outer).finish()
    }

    fn end(&mut self, name: &str) {
        let Some(kind) = self.path.pop() else { return };
        if let Some(length) = self.skip {
            if self.path.len() <= length {
                self.skip = None;
                if name == "tr" {
                    self.frame.close_row();
                }
            }
            return;
        }
        match kind {
            Kind::Paragraph => self.end_paragraph(),
            Kind::Run => self.hidden_run = false,
            Kind::Row => self.frame.close_row(),
            Kind::Table => self.frame.close_table(),
            Kind::Box | Kind::InnerTable => {
                let beside = self.end_flow();
                self.frame.add_beside(beside);
            }
            Kind::Note => self.end_note(),
            _ if name == "tc" => self.frame.close_cell(),
            _ => {}
        }
    }

    fn end_note(&mut self) {
        self.prefix = None;
        let words = self.end_flow();
        match self.note.take() {
            Some(note) => drop(self.notes.insert(note, words)),
            None => self.frame.add_beside(words),
        }
    }

    fn end_paragraph(&mut self) {
        // The number of an empty paragraph is printed too.
        let empty = self.open.last().is_some_and(|p| !p.started && !p.joined);
        if empty && self.is_read() {
            self.begin_text();
        }
        let Some(paragraph) = self.open.pop() else { return };
        if !paragraph.joined {
            self.frame.end_line();
        }
    }

    /// Before the first words of a paragraph comes its number.
    fn begin_text(&mut self) {
        let Some(paragraph) = self.open.last_mut().filter(|p| !p.started) else { return };
        paragraph.started = true;
        let place = Place { page: None, line: paragraph.line, column: 1 };
        if let Some(prefix) = self.prefix.take() {
            self.frame.mark(prefix, place);
            self.trim = true;
        }
        let goes_on = !self.frame.at_line_start();
        let own = (paragraph.list.as_deref(), paragraph.level);
        let number = if goes_on { None } else { self.numbering.next(own, paragraph.style.as_deref()) };
        if let Some(number) = number
            && let Some(left) = self.room.checked_sub(number.len())
        {
            self.room = left;
            self.frame.mark(&number, place);
        }
    }

    fn is_read(&self) -> bool {
        self.contents == 0 && !self.hidden_run && !self.open.last().is_some_and(|p| p.hidden)
    }

    fn push(&mut self, piece: &str) {
        if !self.is_read() || piece.is_empty() || self.raised && self.frame.is_note_number(piece) {
            return;
        }
        self.begin_text();
        if self.trim && piece.trim().is_empty() {
            return;
        }
        let piece = if std::mem::take(&mut self.trim) { piece.trim_start() } else { piece };
        let Some(paragraph) = self.open.last_mut() else { return };
        let place = Place { page: None, line: paragraph.line, column: paragraph.column };
        paragraph.column += piece.chars().count();
        self.frame.push(piece, place);
    }

    /// Ends what a part left open.
    pub fn end_part(&mut self) {
        self.path.clear();
        self.skip = None;
        self.open.clear();
        while !self.outer.is_empty() {
            let beside = self.end_flow();
            self.frame.add_beside(beside);
        }
        if self.frame.in_table() {
            self.frame.close_table();
        }
        self.frame.end_line();
    }

    /// The text with its notes after it.
    pub fn finish(mut self) -> Builder {
        let mut builder = self.frame.finish();
        for note in self.named {
            if let Some(words) = self.notes.remove(&note) {
                builder.append(words);
                builder.end_line();
            }
        }
        builder
    }
}

/// Whether a field makes a table of contents.
fn is_contents(instruction: &str) -> bool {
    instruction.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("toc"))
}

/// The character that a symbol font shows for a code.
fn symbol(font: &str, code: u32) -> Option<char> {
    let low = code & 0xff;
    match font {
        _ if !(0xf000..=0xf0ff).contains(&code) => char::from_u32(code).filter(|c| !c.is_control()),
        "Wingdings" => match low {
            0xfc => Some('✓'),
            0xfb => Some('✗'),
            0xfe | 0x52 => Some('☑'),
            0xa8 | 0x6f => Some('☐'),
            0xfd => Some('☒'),
            0x6c => Some('●'),
            0x6e => Some('■'),
            _ => None,
        },
        "Symbol" => match low {
            0xb3 => Some('≥'),
            0xa3 => Some('≤'),
            0xb1 => Some('±'),
            0xb4 => Some('×'),
            0xb0 => Some('°'),
            0xb7 => Some('•'),
            0x20..=0x3f => char::from_u32(low),
            _ => None,
        },
        _ => char::from_u32(low).filter(|c| c.is_ascii_graphic()),
    }
}

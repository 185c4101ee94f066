//! Reads the text of any implementation plan into systems, heads and measures.
//!
//! Plans are numbered 一、 （一） 1. (1) and differ in which level is what. The outline is read first; then the levels
//! are told from how the sections are named and how deep they go. Slips of numbering are noted and not fatal.

mod furniture;
mod marker;
mod numbers;
mod outline;
mod rows;
mod sections;

use base::{Diagnostic, Place, Severity};

use outline::Outline;
use sections::Sections;

/// What was read from the text of a plan (读入结果).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub title: Option<String>,
    /// The number of the document, where it stands before the first section (发文字号).
    pub document: Option<String>,
    pub systems: Vec<ReadSystem>,
    pub heads: Vec<ReadHead>,
    pub measures: Vec<ReadMeasure>,
    pub organisation_heads: Vec<ReadHead>,
    pub organisation: Vec<ReadMeasure>,
    /// What was read and what was not, in the order of the lines; the summary first.
    pub notes: Vec<Note>,
}

/// A system as it stands in the text (体系).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadSystem {
    pub number: u32,
    /// Its number as it stands in the text.
    pub written: Option<u32>,
    pub title: String,
    /// The text between its title and its first item (目标).
    pub goal: String,
    pub line: usize,
}

/// A heading as it stands in the text (目).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadHead {
    /// Counted through the plan where the text begins anew under each system.
    pub number: u32,
    pub written: Option<u32>,
    /// None for the headings of organisation.
    pub system: Option<u32>,
    pub title: String,
    pub line: usize,
}

/// A measure as it stands in the text (措施).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMeasure {
    /// Counted through the plan where the text begins anew under each heading.
    pub number: u32,
    pub written: Option<u32>,
    /// None for the measures of organisation.
    pub system: Option<u32>,
    /// None where the plan has no headings between systems and measures.
    pub head: Option<u32>,
    /// Its first sentence, or the beginning of it.
    pub title: String,
    pub text: String,
    pub line: usize,
}

/// Something that the reader of a plan should know about the reading (读入说明).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable identifier, such as `number_skipped`.
    pub code: &'static str,
    pub severity: Severity,
    /// The lines it is about, counted from 1.
    pub first_line: usize,
    pub last_line: usize,
    pub message: String,
}

impl Note {
    fn new(code: &'static str, severity: Severity, line: usize, message: impl Into<String>) -> Self {
        Self { code, severity, first_line: line, last_line: line, message: message.into() }
    }

    fn to(mut self, last_line: usize) -> Self {
        self.last_line = last_line;
        self
    }

    /// The note as a finding about a file.
    #[must_use]
    pub fn diagnostic(&self, file: &str) -> Diagnostic {
        let place = Place { file: file.to_owned(), line: self.first_line, column: 1 };
        Diagnostic::new(self.code, self.severity, &self.message).at(place)
    }
}

/// Reads the text of a plan. A text in which nothing is numbered gives nothing but a note that says so.
#[must_use]
pub fn import(text: &str) -> Imported {
    let mut outline = outline::read(text);
    let mut made = Imported::default();
    read_preface(&outline, &mut made);
    let sections = Sections::find(&mut outline, &mut made.notes);
    rows::fill(&outline, &sections, &mut made);
    note_aside(&outline, &mut made.notes);
    for (line, written, meant) in &outline.mended {
        let message = format!("第{line}行的序号写作“{written}”，按前后顺序作“{meant}”读入");
        made.notes.push(Note::new("brackets_mended", Severity::Warning, *line, message));
    }
    made.notes.sort_by_key(|note| (note.first_line, note.last_line));
    let summary = summary(&made);
    made.notes.insert(0, summary);
    made
}

fn summary(made: &Imported) -> Note {
    if made.measures.is_empty() && made.organisation.is_empty() {
        let message = "没有读到措施：文中没有按“一、（一）1.（1）”编号的任务";
        return Note::new("nothing_read", Severity::Error, 1, message);
    }
    let message = format!(
        "读入{}个体系、{}目、{}条措施，组织保障{}条",
        made.systems.len(),
        made.heads.len(),
        made.measures.len(),
        made.organisation.len()
    );
    Note::new("summary", Severity::Note, 1, message)
}

/// The title and the document number from the lines before the first item.
fn read_preface(outline: &Outline, made: &mut Imported) {
    let words = ["方案", "规划", "意见", "纲要", "计划", "要点"];
    let is_title = |line: &&outline::Line| {
        let count = line.text.chars().count();
        let named = words.iter().any(|word| line.text.contains(word)) && !line.text.contains("通知");
        named && (6..=60).contains(&count) && !line.text.ends_with(['。', '，', ',', ':', '：'])
    };
    made.title = outline.before.iter().rfind(is_title).map(|line| line.text.clone());
    let is_document = |line: &&outline::Line| {
        line.text.chars().count() <= 30 && line.text.contains('〔') && line.text.ends_with('号')
    };
    made.document = outline.before.iter().find(is_document).map(|line| line.text.clone());
    if let (Some(first), Some(last)) = (outline.before.first(), outline.before.last()) {
        let message = format!("第{}至{}行是标题、通知或者导语，不含措施", first.number, last.number);
        let note = Note::new("preface", Severity::Note, first.number, message);
        made.notes.push(note.to(last.number));
    }
}

/// One note for each run of neighbouring lines of a kind that were put aside.
fn note_aside(outline: &Outline, notes: &mut Vec<Note>) {
    let mut runs: Vec<(usize, usize, &str)> = Vec::new();
    for (line, kind) in &outline.aside {
        match runs.last_mut() {
            Some((_, last, known)) if known == kind && *last + 1 == *line => *last = *line,
            _ => runs.push((*line, *line, kind)),
        }
    }
    for (first, last, kind) in runs {
        let lines = if first == last { format!("第{first}行") } else { format!("第{first}至{last}行") };
        let message = format!("{lines}是{kind}，未读入");
        notes.push(Note::new("not_read", Severity::Note, first, message).to(last));
    }
}

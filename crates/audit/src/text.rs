//! A report as an auditor sees it: paragraphs, headings, sentences, clauses, quotations, tables. (文本)

use crate::chars::Chars;
use crate::spans::{self, Span, Unmatched};
use crate::tables::{self, Table};

/// What numbers a paragraph: "一、", "(一)", "1.", "(1)", "①". (层次序数)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// 1 to 5, as the standard of official documents ranks them (GB/T 9704-2012, 7.3.3).
    pub level: u8,
    pub number: u32,
    /// The first character after the mark.
    pub end: usize,
}

/// A line of the report. (段落)
#[derive(Clone, Debug)]
pub struct Paragraph {
    pub start: usize,
    pub end: usize,
    pub mark: Option<Mark>,
    /// Whether it is a row of a table.
    pub in_table: bool,
    /// The sentences in it, as a range of indices.
    pub sentences: (usize, usize),
}

/// From one full stop to the next. (句)
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    pub start: usize,
    /// Before the stop.
    pub end: usize,
    pub paragraph: usize,
    pub clauses: (usize, usize),
    /// The stop; NUL when the line ends without one.
    pub stop: char,
}

/// From one comma to the next. (分句)
#[derive(Clone, Copy, Debug)]
pub struct Clause {
    pub start: usize,
    pub end: usize,
    pub sentence: usize,
    /// What ends it: `,` `、` `;` `:` `(` `)` or the stop; NUL at the end of a line.
    pub separator: char,
}

/// A text ready to be audited.
#[derive(Clone, Debug, Default)]
pub struct Text {
    source: String,
    pub chars: Chars,
    pub paragraphs: Vec<Paragraph>,
    pub sentences: Vec<Sentence>,
    pub clauses: Vec<Clause>,
    /// Quotations, titles and brackets, by their start.
    pub spans: Vec<Span>,
    pub unmatched: Vec<Unmatched>,
    pub tables: Vec<Table>,
    /// For each character, whether it is inside a title, a short quotation or a bracket without digits.
    inside: Vec<bool>,
}

impl Text {
    /// Reads a text; rows of tabs or bars become tables.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        Self::with_tables(source, &[])
    }

    /// Reads a text whose tables are known: for each table its rows, for each row its cells as byte ranges.
    #[must_use]
    pub fn with_tables(source: impl Into<String>, known: &[Vec<Vec<(usize, usize)>>]) -> Self {
        let source = source.into();
        let chars = Chars::new(&source);
        let mut text = Self { source, chars, ..Self::default() };
        text.find_paragraphs();
        let lines: Vec<(usize, usize)> = text.paragraphs.iter().map(|p| (p.start, p.end)).collect();
        text.tables = if known.is_empty() {
            tables::detect(&text.chars, &lines)
        } else {
            tables::known(&text.chars, known)
        };
        text.mark_tables();
        let (spans, unmatched) = spans::find(&text.chars, &lines);
        text.inside = spans::inside(&text.chars, &spans);
        text.spans = spans;
        text.unmatched = unmatched;
        text.find_sentences();
        text
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The original characters of a range.
    #[must_use]
    pub fn original(&self, start: usize, end: usize) -> &str {
        // A space left out after the last character is not part of the range.
        let last = self.chars.offset(end.saturating_sub(1));
        let length = self.source.get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        if end <= start { "" } else { self.source.get(self.chars.offset(start)..last + length).unwrap_or("") }
    }

    /// Whether a character is inside a title, a short quotation or a bracket without digits.
    #[must_use]
    pub fn is_inside(&self, index: usize) -> bool {
        self.inside.get(index).copied().unwrap_or(false)
    }

    #[must_use]
    pub fn clauses_of(&self, sentence: &Sentence) -> &[Clause] {
        self.clauses.get(sentence.clauses.0..sentence.clauses.1).unwrap_or(&[])
    }

    #[must_use]
    pub fn sentences_of(&self, paragraph: &Paragraph) -> &[Sentence] {
        self.sentences.get(paragraph.sentences.0..paragraph.sentences.1).unwrap_or(&[])
    }

    /// Line and column, from 1, of a character.
    #[must_use]
    pub fn line_column(&self, index: usize) -> (usize, usize) {
        self.chars.line_column(index)
    }

    fn find_paragraphs(&mut self) {
        let length = self.chars.len();
        let mut start = 0;
        for index in 0..=length {
            if index < length && self.chars.at(index) != '\n' {
                continue;
            }
            let mark = mark_at(&self.chars, start, index);
            self.paragraphs.push(Paragraph { start, end: index, mark, in_table: false, sentences: (0, 0) });
            start = index + 1;
        }
    }

    fn mark_tables(&mut self) {
        for table in &self.tables {
            let (Some(first), Some(last)) = (table.start(), table.end()) else { continue };
            let from = self.paragraphs.partition_point(|p| p.end < first);
            for paragraph in self.paragraphs.iter_mut().skip(from) {
                if paragraph.start > last {
                    break;
                }
                paragraph.in_table = true;
            }
        }
    }

    fn find_sentences(&mut self) {
        for number in 0..self.paragraphs.len() {
            let Some(paragraph) = self.paragraphs.get(number).cloned() else { continue };
            let first = self.sentences.len();
            let begin = paragraph.mark.map_or(paragraph.start, |m| m.end);
            let mut start = begin;
            for index in begin..=paragraph.end {
                let c = if index == paragraph.end { '\0' } else { self.chars.at(index) };
                let stops = matches!(c, '。' | '！' | '？') && !self.is_inside(index);
                if (stops || index == paragraph.end) && index > start {
                    self.add_sentence(start, index, number, c);
                }
                if stops {
                    start = index + 1;
                }
            }
            let range = (first, self.sentences.len());
            if let Some(paragraph) = self.paragraphs.get_mut(number) {
                paragraph.sentences = range;
            }
        }
    }

    /// Whether a comma stands within a number such as 1,234.
    fn parts_thousands(&self, comma: usize) -> bool {
        let digit = |at: usize| self.chars.at(at).is_ascii_digit();
        let before = (1..=4).take_while(|i| comma.checked_sub(*i).is_some_and(digit)).count();
        (1..=3).contains(&before) && (1..=3).all(|i| digit(comma + i)) && !digit(comma + 4)
    }

    fn add_sentence(&mut self, start: usize, end: usize, paragraph: usize, stop: char) {
        let sentence = self.sentences.len();
        let first = self.clauses.len();
        let mut from = start;
        for index in start..=end {
            let c = if index == end { stop } else { self.chars.at(index) };
            let cuts = matches!(c, ',' | '、' | ';' | ':' | '(' | ')' | '\t' | '|')
                && !self.is_inside(index)
                && !(c == ',' && self.parts_thousands(index));
            if index == end || cuts {
                self.clauses.push(Clause { start: from, end: index, sentence, separator: c });
                from = index + 1;
            }
        }
        let clauses = (first, self.clauses.len());
        self.sentences.push(Sentence { start, end, paragraph, clauses, stop });
    }
}

/// The value of a short Chinese ordinal (一 to 九十九).
fn ordinal(chars: &[char]) -> Option<u32> {
    let digit =
        |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).and_then(|p| u32::try_from(p).ok());
    match chars {
        ['十'] => Some(10),
        [a] => digit(*a),
        ['十', b] => Some(10 + digit(*b)?),
        [a, '十'] => Some(digit(*a)? * 10),
        [a, '十', b] => Some(digit(*a)? * 10 + digit(*b)?),
        _ => None,
    }
    .filter(|n| *n > 0)
}

/// Reads the mark that numbers a paragraph.
fn mark_at(chars: &Chars, start: usize, end: usize) -> Option<Mark> {
    let mut at = start;
    while at < end && matches!(chars.at(at), ' ' | '\t' | '#' | '*') {
        at += 1;
    }
    let circled = u32::from(chars.at(at));
    if (0x2460..=0x2473).contains(&circled) {
        return Some(Mark { level: 5, number: circled - 0x2460 + 1, end: at + 1 });
    }
    let bracketed = chars.at(at) == '(';
    let from = if bracketed { at + 1 } else { at };
    let mut to = from;
    while to < end && to < from + 4 && "0123456789一二三四五六七八九十".contains(chars.at(to)) {
        to += 1;
    }
    let body = chars.slice(from, to);
    let arabic = body.first().is_some_and(char::is_ascii_digit);
    let number = if arabic { body.iter().collect::<String>().parse().ok()? } else { ordinal(body)? };
    let closing = chars.at(to);
    let level = match (bracketed, arabic, closing) {
        (false, false, '、' | '.') => 1,
        (true, false, ')') => 2,
        (false, true, '、') => 3,
        (false, true, '.') if !chars.at(to + 1).is_ascii_digit() => 3,
        (true, true, ')') => 4,
        _ => return None,
    };
    let mut finish = to + 1;
    while chars.at(finish) == ' ' || (bracketed && chars.at(finish) == '、') {
        finish += 1;
    }
    Some(Mark { level, number, end: finish.min(end) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_marks_in_all_widths() {
        let levels = |s: &str| Text::new(s).paragraphs[0].mark.map(|m| (m.level, m.number));
        assert_eq!(levels("一、主要做法"), Some((1, 1)));
        assert_eq!(levels("（十二）监督"), Some((2, 12)));
        assert_eq!(levels("3．推进"), Some((3, 3)));
        assert_eq!(levels("(4)推进"), Some((4, 4)));
        assert_eq!(levels("3.5万人"), None);
        assert_eq!(levels("一是推进"), None);
    }

    #[test]
    fn cuts_sentences_and_clauses_outside_titles() {
        let text = Text::new("出台《甲、乙办法》，办理案件（含旧案）5件、咨询3次。完成（其中甲2件，乙3件）");
        assert_eq!(text.sentences.len(), 2);
        let clauses: Vec<String> = text.clauses.iter().map(|c| text.chars.text(c.start, c.end)).collect();
        assert_eq!(
            clauses,
            ["出台《甲、乙办法》", "办理案件(含旧案)5件", "咨询3次", "完成", "其中甲2件", "乙3件", ""]
        );
    }

    #[test]
    fn a_place_has_line_and_column() {
        let text = Text::new("甲\n乙丙");
        assert_eq!(text.line_column(3), (2, 2));
    }
}

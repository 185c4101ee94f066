//! The characters of a text, folded to half width, each with its place in bytes.

use crate::lines;

/// A text as folded characters. Every index of this crate counts these characters.
#[derive(Clone, Debug, Default)]
pub struct Chars {
    folded: Vec<char>,
    /// Byte offset of each character and, last, the length of the text.
    offsets: Vec<usize>,
    /// For each space or line break that was left out, the index of the character after it.
    left_out: Vec<usize>,
    /// The places of all line breaks, counted in characters of the source.
    breaks: Vec<usize>,
}

/// The half-width twin of a full-width character; other characters stay.
/// The full-width question and exclamation marks stay too: a half-width one in Chinese text is a sign of damage.
#[must_use]
pub fn fold(c: char) -> char {
    match c {
        '？' | '！' => c,
        '\u{3000}' | '\u{a0}' | '\u{2002}' | '\u{2003}' | '\u{2009}' | '\u{feff}' | '\u{200b}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '﹪' => '%',
        '〇' | '○' => '〇',
        '\r' => ' ',
        '–' | '—' | '―' => '-',
        _ => c,
    }
}

impl Chars {
    /// Folds a text. A single space between a number and its words ("受理 12 件") says nothing and is left out; in
    /// lines that are rows of a table it stays.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let mut made = Self {
            folded: Vec::with_capacity(source.len() / 2),
            offsets: Vec::with_capacity(source.len() / 2),
            left_out: Vec::new(),
            breaks: Vec::new(),
        };
        let broken = lines::broken(source);
        let mut broken = broken.iter().peekable();
        let mut offset = 0;
        let mut counted = 0;
        for (number, line) in source.split_inclusive('\n').enumerate() {
            made.line(line, offset);
            offset += line.len();
            counted += line.chars().count();
            if line.ends_with('\n') {
                made.breaks.push(counted - 1);
            }
            if broken.next_if(|n| **n == number).is_some() {
                made.join();
            }
        }
        made.offsets.push(source.len());
        made
    }

    fn line(&mut self, line: &str, start: usize) {
        let begun = self.folded.len();
        let mut run = 0;
        let mut is_row = false;
        for (offset, c) in line.char_indices() {
            let c = fold(c);
            is_row |= matches!(c, '\t' | '|')
                || run >= 2 && c != ' ' && c != '\n' && self.folded.len() > begun + run;
            run = if c == ' ' { run + 1 } else { 0 };
            self.folded.push(c);
            self.offsets.push(start + offset);
        }
        if !is_row {
            self.close_up(begun);
        }
    }

    /// Leaves out the line break at the end, with the spaces before it.
    fn join(&mut self) {
        while self.folded.last().is_some_and(|c| matches!(c, '\n' | ' ')) {
            self.folded.pop();
            self.offsets.pop();
            let at = self.folded.len();
            // Spaces of this line that were left out before stand earlier.
            self.left_out.push(at);
        }
    }

    /// Line and column of the source, from 1, of a character.
    #[must_use]
    pub fn line_column(&self, index: usize) -> (usize, usize) {
        let at = self.source_index(index);
        let line = self.breaks.partition_point(|b| *b < at);
        let start = line.checked_sub(1).and_then(|i| self.breaks.get(i)).map_or(0, |b| b + 1);
        (line + 1, at - start + 1)
    }

    /// Leaves out the single spaces of a line between a digit and an ideograph, a per cent sign or a mark of Chinese.
    fn close_up(&mut self, begun: usize) {
        let is_idle = |at: usize| {
            let (before, after) = (at.checked_sub(1).map_or('\0', |i| self.at(i)), self.at(at + 1));
            self.at(at) == ' '
                && at > begun
                && (before.is_ascii_digit() && (is_han(after) || "%‰℃㎡,;、。)(”".contains(after))
                    || after.is_ascii_digit() && (is_han(before) || ",;、。)(“:".contains(before)))
        };
        let idle: Vec<usize> = (begun..self.folded.len()).filter(|at| is_idle(*at)).collect();
        let (Some(first), false) = (idle.first(), idle.is_empty()) else { return };
        let mut next = idle.iter().peekable();
        let mut to = *first;
        for from in *first..self.folded.len() {
            if next.peek() == Some(&&from) {
                next.next();
                self.left_out.push(to);
                continue;
            }
            let (c, offset) = (self.at(from), self.offset(from));
            if let (Some(cell), Some(place)) = (self.folded.get_mut(to), self.offsets.get_mut(to)) {
                (*cell, *place) = (c, offset);
            }
            to += 1;
        }
        self.folded.truncate(to);
        self.offsets.truncate(to);
    }

    /// How many characters of the source stand before a character.
    #[must_use]
    pub fn source_index(&self, index: usize) -> usize {
        index + self.left_out.partition_point(|at| *at <= index)
    }

    /// The character for the nth one of the source.
    #[must_use]
    pub fn of_source_index(&self, source: usize) -> usize {
        let mut low = source.saturating_sub(self.left_out.len());
        let mut high = source;
        while low < high {
            let middle = (low + high) / 2;
            if self.source_index(middle) < source {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.folded.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folded.is_empty()
    }

    /// The character at an index; NUL beyond the end.
    #[must_use]
    pub fn at(&self, index: usize) -> char {
        self.folded.get(index).copied().unwrap_or('\0')
    }

    /// The character before an index; NUL at the start.
    #[must_use]
    pub fn before(&self, index: usize) -> char {
        index.checked_sub(1).map_or('\0', |i| self.at(i))
    }

    /// The characters of a range, cut to the text.
    #[must_use]
    pub fn slice(&self, start: usize, end: usize) -> &[char] {
        let end = end.min(self.folded.len());
        self.folded.get(start.min(end)..end).unwrap_or(&[])
    }

    /// The folded text of a range.
    #[must_use]
    pub fn text(&self, start: usize, end: usize) -> String {
        self.slice(start, end).iter().collect()
    }

    /// The byte offset of a character.
    #[must_use]
    pub fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).or(self.offsets.last()).copied().unwrap_or(0)
    }

    /// The character that begins at a byte offset, or the one that holds it.
    #[must_use]
    pub fn index_of(&self, offset: usize) -> usize {
        match self.offsets.binary_search(&offset) {
            Ok(index) => index,
            Err(next) => next.saturating_sub(1),
        }
    }

    /// Whether the text at an index begins with a word.
    #[must_use]
    pub fn starts(&self, index: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(i, c)| self.at(index + i) == c)
    }

    /// Whether the text before an index ends with a word.
    #[must_use]
    pub fn ends(&self, index: usize, word: &str) -> bool {
        let mut at = index;
        for c in word.chars().rev() {
            let Some(before) = at.checked_sub(1) else { return false };
            if self.at(before) != c {
                return false;
            }
            at = before;
        }
        true
    }

    /// How many characters of a word the text at an index begins with, if it begins with the whole word.
    fn matched(&self, index: usize, word: &str) -> Option<usize> {
        let mut at = index;
        for c in word.chars() {
            if self.folded.get(at) != Some(&c) {
                return None;
            }
            at += 1;
        }
        Some(at - index)
    }

    /// The first place of a word within a range.
    #[must_use]
    pub fn find(&self, start: usize, end: usize, word: &str) -> Option<usize> {
        let first = word.chars().next()?;
        let range = self.slice(start, end);
        let places = range.iter().enumerate().filter(|(_, c)| **c == first).map(|(i, _)| start + i);
        let end = end.min(self.len());
        places.into_iter().find(|i| self.matched(*i, word).is_some_and(|n| i + n <= end))
    }

    /// The last place of a word within a range.
    #[must_use]
    pub fn rfind(&self, start: usize, end: usize, word: &str) -> Option<usize> {
        let first = word.chars().next()?;
        let range = self.slice(start, end);
        let places = range.iter().enumerate().rev().filter(|(_, c)| **c == first).map(|(i, _)| start + i);
        let end = end.min(self.len());
        places.into_iter().find(|i| self.matched(*i, word).is_some_and(|n| i + n <= end))
    }

    /// The text of a range without some words; the first of the list that fits a place is left out there.
    #[must_use]
    pub fn without(&self, start: usize, end: usize, words: &[&str]) -> String {
        let end = end.min(self.len());
        let mut left = String::new();
        let mut at = start;
        while at < end {
            let c = self.at(at);
            let length = words
                .iter()
                .filter(|w| w.starts_with(c))
                .find_map(|w| self.matched(at, w).filter(|n| at + n <= end));
            match length {
                Some(length) => at += length,
                None => {
                    left.push(c);
                    at += 1;
                }
            }
        }
        left
    }

    /// Whether a range holds one of the words.
    pub fn has_any<'w>(&self, start: usize, end: usize, words: impl IntoIterator<Item = &'w str>) -> bool {
        words.into_iter().any(|word| self.find(start, end, word).is_some())
    }
}

/// Whether a character is a Chinese ideograph.
#[must_use]
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{20000}'..='\u{2ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_between_numbers_and_words_are_left_out() {
        let source = "受理 12 件，占 5 %。\n甲  3 件  4\n2024 年";
        let chars = Chars::new(source);
        assert_eq!(chars.text(0, chars.len()), "受理12件,占5%。\n甲  3 件  4\n2024年");
        let year = chars.find(0, chars.len(), "2024年").unwrap();
        assert_eq!(source.get(chars.offset(year)..), Some("2024 年"));
        assert_eq!(source.chars().nth(chars.source_index(year + 4)), Some('年'));
        for index in 0..chars.len() {
            assert_eq!(chars.of_source_index(chars.source_index(index)), index);
        }
    }

    #[test]
    fn folds_width_and_keeps_the_way_back() {
        let chars = Chars::new("共１２件，占５％");
        assert_eq!(chars.text(0, chars.len()), "共12件,占5%");
        assert_eq!(chars.offset(1), "共".len());
        assert_eq!(chars.index_of("共１".len()), 2);
        assert!(chars.starts(4, ",占"));
        assert!(chars.ends(4, "12件"));
        assert_eq!(chars.find(0, 9, "占"), Some(5));
    }
}

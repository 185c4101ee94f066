//! The characters of a text, folded to half width, each with its place in bytes.

/// A text as folded characters. Every index of this crate counts these characters.
#[derive(Clone, Debug, Default)]
pub struct Chars {
    folded: Vec<char>,
    /// Byte offset of each character and, last, the length of the text.
    offsets: Vec<usize>,
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
    #[must_use]
    pub fn new(source: &str) -> Self {
        let mut folded = Vec::with_capacity(source.len() / 2);
        let mut offsets = Vec::with_capacity(source.len() / 2);
        for (offset, c) in source.char_indices() {
            folded.push(fold(c));
            offsets.push(offset);
        }
        offsets.push(source.len());
        Self { folded, offsets }
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

    /// The first place of a word within a range.
    #[must_use]
    pub fn find(&self, start: usize, end: usize, word: &str) -> Option<usize> {
        let length = word.chars().count();
        let first = word.chars().next()?;
        let last = end.min(self.len()).checked_sub(length)?;
        (start..=last).find(|&i| self.at(i) == first && self.starts(i, word))
    }

    /// The last place of a word within a range.
    #[must_use]
    pub fn rfind(&self, start: usize, end: usize, word: &str) -> Option<usize> {
        let length = word.chars().count();
        let first = word.chars().next()?;
        let last = end.min(self.len()).checked_sub(length)?;
        (start..=last).rev().find(|&i| self.at(i) == first && self.starts(i, word))
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

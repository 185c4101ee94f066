//! A cursor over a text's characters, and the small pieces that citations are made of.

use crate::numeral::{is_numeral, read_numeral};

/// The characters of a text with their byte offsets.
pub(crate) struct Text<'t> {
    pub text: &'t str,
    chars: Vec<(usize, char)>,
}

/// Longest numeral that is read, in characters.
const LONGEST_NUMERAL: usize = 9;
/// White space that may stand between the pieces of one citation (a line break of a page, say).
const LONGEST_SPACE: usize = 4;

impl<'t> Text<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, chars: text.char_indices().collect() }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn at(&self, place: usize) -> Option<char> {
        self.chars.get(place).map(|(_, letter)| *letter)
    }

    /// Byte offset of a character; the length of the text at its end.
    pub fn byte(&self, place: usize) -> usize {
        self.chars.get(place).map_or(self.text.len(), |(byte, _)| *byte)
    }

    pub fn slice(&self, from: usize, to: usize) -> &'t str {
        self.text.get(self.byte(from)..self.byte(to)).unwrap_or("")
    }

    /// The place after `word`, if it stands at `place`.
    pub fn word(&self, place: usize, word: &str) -> Option<usize> {
        let mut next = place;
        for letter in word.chars() {
            if self.at(next) != Some(letter) {
                return None;
            }
            next += 1;
        }
        Some(next)
    }

    /// The place after one of the words, the first that fits.
    pub fn any(&self, place: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| self.word(place, word))
    }

    /// The place after white space with at most one line break; `place` where there is none or too much.
    pub fn space(&self, place: usize) -> usize {
        let mut next = place;
        let mut breaks = 0;
        while let Some(letter) = self.at(next).filter(|letter| letter.is_whitespace()) {
            breaks += usize::from(letter == '\n');
            next += 1;
            if next - place > LONGEST_SPACE || breaks > 1 {
                return place;
            }
        }
        next
    }

    /// A numeral at `place`: its value and the place after it.
    pub fn numeral(&self, place: usize) -> Option<(u16, usize)> {
        let mut next = place;
        let mut word = String::new();
        while let Some(letter) = self.at(next).filter(|letter| is_numeral(*letter)) {
            word.push(letter);
            next += 1;
            if next - place > LONGEST_NUMERAL {
                return None;
            }
        }
        let value = u16::try_from(read_numeral(&word)?).ok()?;
        (value > 0).then_some((value, next))
    }

    /// `（二）` in brackets of either width, or one sign such as ㈡ or ⑵: the value and the place after it.
    pub fn bracketed(&self, place: usize) -> Option<(u16, usize)> {
        let letter = self.at(place)?;
        for (first, last) in [('㈠', '㈩'), ('⑴', '⒇'), ('①', '⑳')] {
            if (first..=last).contains(&letter) {
                let value = u32::from(letter) - u32::from(first) + 1;
                return Some((u16::try_from(value).ok()?, place + 1));
            }
        }
        let start = self.space(self.any(place, &["（", "("])?);
        let (value, next) = self.numeral(start)?;
        Some((value, self.any(self.space(next), &["）", ")"])?))
    }

    /// The title in 《…》 at `place`, with nested brackets: the title without white space and the place after it.
    pub fn title(&self, place: usize, longest: usize) -> Option<(String, usize)> {
        let mut next = self.any(place, &["《", "〈"])?;
        let mut depth = 1_usize;
        let mut title = String::new();
        while next - place <= longest {
            let letter = self.at(next)?;
            next += 1;
            match letter {
                '《' | '〈' => depth += 1,
                '》' | '〉' => {
                    depth -= 1;
                    if depth == 0 {
                        return (!title.is_empty()).then_some((title, next));
                    }
                }
                '。' | '；' | '！' | '？' => return None,
                _ if letter.is_whitespace() => continue,
                _ => {}
            }
            title.push(letter);
        }
        None
    }
}

//! The characters of a code as somebody typed it, brought to one form: what had to be changed is a fault.

use crate::Fault;

/// A character with its place in what was typed (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub at: usize,
    pub letter: char,
}

/// The characters of a code, upper-cased, in half width and without spaces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Letters {
    pub letters: Vec<Letter>,
    pub faults: Vec<Fault>,
}

impl Letters {
    /// Reads a code that consists of ASCII characters alone.
    pub fn read(value: &str) -> Self {
        let mut made = Self::default();
        for (index, typed) in value.trim().chars().enumerate() {
            made.take(index + 1, typed);
        }
        made
    }

    fn take(&mut self, at: usize, typed: char) {
        if typed.is_whitespace() || is_invisible(typed) {
            let what = if is_invisible(typed) { "看不见的字符" } else { "空格" };
            self.faults.push(Fault::error("inner_space", format!("第{at}位是{what}，代码中间不能有")).at(at));
            return;
        }
        let letter = match half_width(typed) {
            Some(half) => {
                let message = format!("第{at}位“{typed}”是全角字符，应写半角“{half}”");
                self.faults.push(Fault::error("full_width", message).at(at));
                half
            }
            None => typed,
        };
        self.letters.push(Letter { at, letter: letter.to_ascii_uppercase() });
    }

    pub fn text(&self) -> String {
        self.letters.iter().map(|l| l.letter).collect()
    }

    /// Whether the number of characters is right; a fault where it is not.
    pub fn need_length(&mut self, length: usize, what: &str) -> bool {
        let count = self.letters.len();
        if count == length {
            return true;
        }
        let message = if count == 0 {
            format!("{what}是空的")
        } else if count < length {
            format!("{what}应为{length}位，只有{count}位，少了{}位", length - count)
        } else {
            format!("{what}应为{length}位，写了{count}位，多了{}位", count - length)
        };
        self.faults.push(Fault::error("length", message));
        false
    }

    /// Ends a check: gives the probable code to the first fault when one was found.
    pub fn end(mut self, likely: Option<String>) -> Vec<Fault> {
        if let Some(first) = self.faults.first_mut()
            && first.likely.is_none()
        {
            first.likely = likely;
        }
        self.faults
    }
}

/// The half-width form of a full-width character (U+FF01 to U+FF5E).
pub(crate) fn half_width(letter: char) -> Option<char> {
    let code = u32::from(letter);
    (0xFF01..=0xFF5E).contains(&code).then(|| char::from_u32(code - 0xFEE0)).flatten()
}

/// Characters that show nothing and are no white space: zero-width ones, the byte-order mark.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}

/// The digit that a letter is commonly mistaken for.
pub(crate) fn digit_meant(letter: char) -> Option<char> {
    match letter {
        'O' | 'Q' | 'D' => Some('0'),
        'I' | 'L' => Some('1'),
        'Z' => Some('2'),
        'S' => Some('5'),
        'B' => Some('8'),
        _ => None,
    }
}

//! What messages are made of, and the small forms that several places check.

use base::Diagnostic;
use calendar::Day;
use ledger::Hash;

/// A fault with its remedy.
pub fn fault(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).help(help)
}

/// A word of the specification: not empty, no control character, no white space around it.
pub fn is_word(text: &str) -> bool {
    let edge = |c: char| c == ' ' || c == '\u{3000}';
    !text.is_empty()
        && !text.bytes().fold(false, |bad, byte| bad | (byte < 0x20) | (byte == 0x7f))
        && !text.starts_with(edge)
        && !text.ends_with(edge)
}

/// A day in the only form that is read: `2026-11-28`.
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && has_shape(text, "0000-00-00") && Day::parse(text).is_ok()
}

/// An instant in the only form that is read: `2026-11-28T09:00:00+08:00`.
#[must_use]
pub fn is_instant(text: &str) -> bool {
    let below = |from: usize, most: &str| text.get(from..from + 2).is_some_and(|part| part <= most);
    has_shape(text, "0000-00-00T00:00:00+08:00")
        && text.ends_with("+08:00")
        && text.get(..10).is_some_and(is_day)
        && below(11, "23")
        && below(14, "59")
        && below(17, "59")
}

fn has_shape(text: &str, shape: &str) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit();
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(own, want)| if digit(want) { digit(own) } else { own == want })
}

/// A hash in the only form that is read: 64 lower-case digits.
pub fn hash_of(text: &str) -> Option<Hash> {
    Hash::parse(text).filter(|hash| hash.hex() == text)
}

/// A text as messages show it: short enough to read.
pub fn shown(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_form_of_each_is_read() {
        assert!(is_instant("2026-11-28T09:00:00+08:00"));
        for wrong in [
            "",
            "2026-11-28T09:00:00Z",
            "2026-11-28T24:00:00+08:00",
            "2026-11-28T09:60:00+08:00",
            "2026-02-30T09:00:00+08:00",
            "2026-11-28 09:00:00+08:00",
            "2026-11-28T09:00:00+09:00",
        ] {
            assert!(!is_instant(wrong), "{wrong}");
        }
        assert!(
            is_day("2028-02-29") && !is_day("2026-02-29") && !is_day("2026-2-9") && !is_day("2026年2月9日")
        );
        assert!(is_word("甲 乙") && is_word("é"));
        for wrong in ["", " 甲", "甲 ", "\u{3000}甲", "甲\t乙", "甲\n", "\u{7f}"] {
            assert!(!is_word(wrong), "{wrong:?}");
        }
        assert!(hash_of(&"a".repeat(64)).is_some());
        assert!(hash_of(&"A".repeat(64)).is_none());
        assert_eq!(shown("甲乙"), "甲乙");
        assert_eq!(shown(&"甲".repeat(61)).chars().count(), 61);
    }
}

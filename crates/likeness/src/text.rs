//! Texts made comparable: width, case, pairs of neighbouring characters.

/// A character in half width and lower case.
fn plain(letter: char) -> char {
    let code = u32::from(letter);
    let half = if (0xff01..=0xff5e).contains(&code) {
        char::from_u32(code - 0xfee0).unwrap_or(letter)
    } else {
        letter
    };
    half.to_ascii_lowercase()
}

/// A name or a word of a place: no white space, half width, lower case, one kind of dot.
pub(crate) fn word(text: &str) -> String {
    let dot = |letter| if "•・‧∙".contains(letter) { '·' } else { letter };
    text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| dot(plain(letter))).collect()
}

/// The different pairs of neighbouring characters, in order. White space is passed over, marks part; a character that
/// stands alone is a pair with nothing.
pub(crate) fn pairs(text: &str) -> Vec<u64> {
    let (mut made, mut before, mut length) = (Vec::new(), '\0', 0_usize);
    let pair = |first: char, second: char| u64::from(u32::from(first)) << 32 | u64::from(u32::from(second));
    for letter in text.chars().filter(|letter| !letter.is_whitespace()).map(plain).chain(['.']) {
        if letter.is_alphanumeric() {
            if length > 0 {
                made.push(pair(before, letter));
            }
            before = letter;
            length += 1;
        } else {
            if length == 1 {
                made.push(pair(before, '\0'));
            }
            length = 0;
        }
    }
    made.sort_unstable();
    made.dedup();
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_do_not_cross_marks_and_are_there_once() {
        assert_eq!(pairs("欠薪，欠薪。"), pairs("欠薪"));
        assert_eq!(pairs("欠 薪\n不给").len(), 3);
        assert_eq!(pairs("欠薪。不给").len(), 2);
        assert_eq!(pairs("水").len(), 1);
        assert_eq!(pairs("水，火").len(), 2);
        assert!(pairs("，。 ！").is_empty() && pairs("").is_empty());
    }

    #[test]
    fn width_and_case_make_no_difference() {
        assert_eq!(pairs("Ａ１２０号"), pairs("a120号"));
        assert_eq!(word(" 阿卜杜・买买提 "), "阿卜杜·买买提");
        assert_eq!(word("示例（福建）公司"), "示例(福建)公司");
    }
}

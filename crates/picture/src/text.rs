//! Texts in a picture: how wide they are, where they break, how they are written in XML.

/// Marks that do not begin a line.
const NOT_FIRST: [char; 10] = ['，', '。', '、', '；', '：', '）', '”', '》', '〕', '？'];

/// The width of a text of a size, near enough: letters and digits take little more than half of a Chinese character.
pub(crate) fn width(text: &str, size: i64) -> i64 {
    text.chars().map(|one| if one.is_ascii() { size * 3 / 5 } else { size }).sum()
}

/// The lines into which a text breaks.
pub(crate) fn wrapped(text: &str, size: i64, most: i64) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut wide) = (String::new(), 0);
    for piece in pieces(text) {
        let own = width(piece, size);
        if wide + own > most && !line.is_empty() && !piece.starts_with(NOT_FIRST) {
            lines.push(std::mem::take(&mut line));
            wide = 0;
        }
        if line.is_empty() && piece == " " {
            continue;
        }
        line.push_str(piece);
        wide += own;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// What does not break: single characters, and numbers or words of letters as wholes.
fn pieces(text: &str) -> Vec<&str> {
    let mut made = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|one: char| !one.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(if word > 0 { word } else { first.len_utf8() });
        made.push(piece);
        rest = after;
    }
    made
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_they_are_full_and_begin_with_no_mark() {
        assert_eq!(wrapped("甲乙丙丁", 10, 20), ["甲乙", "丙丁"]);
        assert_eq!(wrapped("甲乙、丙丁", 10, 20), ["甲乙、", "丙丁"]);
        assert_eq!(wrapped("甲乙 123", 10, 26), ["甲乙 ", "123"]);
        assert_eq!(wrapped("", 10, 20), Vec::<String>::new());
        assert_eq!(width("甲a", 10), 16);
        assert_eq!(escaped("<a&\">"), "&lt;a&amp;&quot;&gt;");
    }
}

//! Quotations, titles and brackets, and those that lack their other half.

use crate::chars::Chars;

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// “…” or ‘…’ or "…". (引语)
    Quote,
    /// 《…》 or 〈…〉. (书名)
    Title,
    /// (…). (括注)
    Bracket,
    /// 〔…〕 or 【…】 or […]. (六角括号等)
    Other,
}

/// A pair of marks with what is between. (成对标点)
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub kind: SpanKind,
    /// The opening mark.
    pub start: usize,
    /// The closing mark.
    pub end: usize,
}

/// A mark without its other half. (不成对标点)
#[derive(Clone, Copy, Debug)]
pub struct Unmatched {
    pub at: usize,
    pub mark: char,
}

/// A quotation longer than this is a passage, not a name.
const LONGEST_NAME: usize = 40;
/// Deeper nesting than this is not followed.
const DEEPEST: usize = 64;

fn opening(c: char) -> Option<(char, SpanKind)> {
    Some(match c {
        '“' => ('”', SpanKind::Quote),
        '‘' => ('’', SpanKind::Quote),
        '「' => ('」', SpanKind::Quote),
        '《' => ('》', SpanKind::Title),
        '〈' => ('〉', SpanKind::Title),
        '(' => (')', SpanKind::Bracket),
        '〔' => ('〕', SpanKind::Other),
        '【' => ('】', SpanKind::Other),
        '[' => (']', SpanKind::Other),
        _ => return None,
    })
}

fn is_closing(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '》' | '〉' | ')' | '〕' | '】' | ']')
}

struct Open {
    at: usize,
    mark: char,
    closing: char,
    kind: SpanKind,
}

/// Finds all pairs, line by line; a mark that its line does not close is unmatched.
#[must_use]
pub fn find(chars: &Chars, lines: &[(usize, usize)]) -> (Vec<Span>, Vec<Unmatched>) {
    let mut spans = Vec::new();
    let mut unmatched = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for &(start, end) in lines {
        open.clear();
        for at in start..end {
            let c = chars.at(at);
            if let Some((closing, kind)) = opening(c) {
                if open.len() < DEEPEST {
                    open.push(Open { at, mark: c, closing, kind });
                }
            } else if is_closing(c) {
                close(chars, &mut open, at, c, start, &mut spans, &mut unmatched);
            }
        }
        orphans(&open, &mut unmatched);
    }
    spans.sort_by_key(|s| s.start);
    unmatched.sort_by_key(|u| u.at);
    let mut unmatched = over_lines(chars, &unmatched);
    unmatched.retain(|mark| !is_continued(chars, mark));
    (spans, unmatched)
}

/// Whether a quotation that a line does not close goes on in the next: a passage of several paragraphs opens each of
/// them with the mark and closes only the last.
fn is_continued(chars: &Chars, mark: &Unmatched) -> bool {
    if mark.mark != '“' || !matches!(chars.before(mark.at), '\n' | '\0' | ':' | ' ') {
        return false;
    }
    let line = (mark.at..chars.len()).find(|at| chars.at(*at) == '\n').unwrap_or(chars.len());
    (line..chars.len().min(line + 8))
        .find(|at| !chars.at(*at).is_whitespace())
        .is_some_and(|at| chars.at(at) == '“')
}

/// Takes out quotations that run over several lines: opened at a line's start or after a colon, closed at a line's end;
/// each line between them may open with a mark of its own.
fn over_lines(chars: &Chars, unmatched: &[Unmatched]) -> Vec<Unmatched> {
    let mut kept: Vec<Unmatched> = Vec::new();
    for mark in unmatched {
        let next = chars.at(mark.at + 1);
        let ends = matches!(next, '\n' | '\0' | ' ' | '。' | ';' | ',' | ')');
        if mark.mark != '”' || !ends {
            kept.push(*mark);
            continue;
        }
        let opened = |u: &Unmatched| {
            u.mark == '“' && matches!(chars.before(u.at), '\n' | '\0' | ':' | ' ') && mark.at - u.at < 20_000
        };
        let mut found = false;
        while kept.last().is_some_and(opened) {
            kept.pop();
            found = true;
        }
        if !found {
            kept.push(*mark);
        }
    }
    kept
}

/// What stays open at the end of a line. A wrong closing mark right after it is the same slip, and is told once.
fn orphans(open: &[Open], unmatched: &mut Vec<Unmatched>) {
    for orphan in open {
        if let Some(wrong) = unmatched.iter().rposition(|u| u.at > orphan.at && is_closing(u.mark)) {
            unmatched.remove(wrong);
        }
        unmatched.push(Unmatched { at: orphan.at, mark: orphan.mark });
    }
}

fn close(
    chars: &Chars,
    open: &mut Vec<Open>,
    at: usize,
    c: char,
    line: usize,
    spans: &mut Vec<Span>,
    unmatched: &mut Vec<Unmatched>,
) {
    let Some(depth) = open.iter().rposition(|o| o.closing == c) else {
        if !numbers_an_item(chars, at, line) {
            unmatched.push(Unmatched { at, mark: c });
        }
        return;
    };
    for orphan in open.drain(depth + 1..) {
        unmatched.push(Unmatched { at: orphan.at, mark: orphan.mark });
    }
    if let Some(pair) = open.pop() {
        spans.push(Span { kind: pair.kind, start: pair.at, end: at });
    }
}

/// Whether a closing bracket only numbers an item, as in "1)".
fn numbers_an_item(chars: &Chars, at: usize, line: usize) -> bool {
    if chars.at(at) != ')' {
        return false;
    }
    let mut from = at;
    while from > line && at - from < 4 && (chars.before(from).is_alphanumeric()) {
        from -= 1;
    }
    from < at
        && at - from <= 2
        && (from == line || matches!(chars.before(from), ' ' | ';' | '。' | ',' | ':'))
        && chars
            .slice(from, at)
            .iter()
            .all(|c| c.is_ascii_alphanumeric() || "一二三四五六七八九十".contains(*c))
}

/// For each character whether it is inside a title, a name in quotes, or a bracket without digits.
#[must_use]
pub fn inside(chars: &Chars, spans: &[Span]) -> Vec<bool> {
    let mut mask = vec![false; chars.len()];
    let mut covered = 0;
    for span in spans {
        let long = span.end - span.start > LONGEST_NAME;
        let opaque = match span.kind {
            SpanKind::Title => span.end - span.start <= 4 * LONGEST_NAME,
            SpanKind::Quote | SpanKind::Other => !long,
            SpanKind::Bracket => !long && !chars.slice(span.start, span.end).iter().any(char::is_ascii_digit),
        };
        if !opaque || span.end < covered {
            continue;
        }
        for cell in mask.iter_mut().take(span.end + 1).skip(span.start.max(covered)) {
            *cell = true;
        }
        covered = span.end + 1;
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(source: &str) -> (usize, Vec<(usize, char)>) {
        let chars = Chars::new(source);
        let (spans, unmatched) = find(&chars, &[(0, chars.len())]);
        (spans.len(), unmatched.iter().map(|u| (u.at, u.mark)).collect())
    }

    #[test]
    fn pairs_and_orphans() {
        assert_eq!(look("“甲（乙）”《丙》"), (3, vec![]));
        assert_eq!(look("“甲（乙”丙"), (1, vec![(2, '(')]));
        assert_eq!(look("甲）乙"), (0, vec![(1, ')')]));
        assert_eq!(look("1)甲；2)乙"), (0, vec![]));
    }
}

//! Characters side by side as text.

use crate::pdf::walk::Spot;

/// Characters without a wide gap between them.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    pub text: String,
    pub left: i32,
    pub right: i32,
    pub y: i32,
    pub size: i32,
    /// It begins with the raised number of a note.
    pub note: bool,
}

/// Cuts the characters of one line where they stand apart; they come from left to right.
pub fn segments(spots: &[Spot], cut_at: impl Fn(&Spot, &Spot) -> bool) -> Vec<Segment> {
    let mut out = Vec::new();
    let mut current: Vec<Spot> = Vec::new();
    for spot in spots {
        if spot.c.is_whitespace() {
            // Its width is part of the gap; within a segment it still parts words.
            if let Some(last) = current.last().filter(|l| !l.c.is_whitespace()) {
                current.push(Spot { c: ' ', left: last.right, right: last.right, ..*last });
            }
            continue;
        }
        if let Some(last) = current.iter().rev().find(|s| !s.c.is_whitespace()) {
            if last.c == spot.c && spot.left - last.left < spot.size / 8 {
                // Printed twice to look bold.
                continue;
            }
            if cut_at(last, spot) {
                out.extend(segment(&current));
                current.clear();
            }
        }
        current.push(*spot);
    }
    out.extend(segment(&current));
    out
}

/// Whether two neighbours stand as far apart as cells or columns do.
pub fn is_wide(left: &Spot, right: &Spot) -> bool {
    right.left - left.right > left.size.max(right.size) * 6 / 5
}

fn segment(spots: &[Spot]) -> Option<Segment> {
    let solid: Vec<&Spot> = spots.iter().filter(|s| !s.c.is_whitespace()).collect();
    let (first, size) = (solid.first()?, usual(solid.iter().map(|s| s.size))?);
    let base = solid.iter().filter(|s| s.size == size).map(|s| s.y).min()?;
    let raised = |s: &Spot| s.size * 4 < size * 3 && s.y > base + size / 8;
    let mut text = String::new();
    let mut last: Option<&Spot> = None;
    let mut blank = false;
    for spot in spots {
        if spot.c.is_whitespace() {
            blank = true;
            continue;
        }
        let before = text.chars().last();
        let unit = before.is_some_and(|c| c.is_ascii_alphabetic());
        if raised(spot) && is_note_mark(spot.c) && !unit {
            continue;
        }
        let apart = std::mem::take(&mut blank) || last.is_some_and(|l| spot.left - l.right > size / 5);
        let narrow = |c: char| c.is_ascii() || ('\u{a0}'..'\u{2000}').contains(&c);
        if apart && before.is_some_and(narrow) && narrow(spot.c) {
            text.push(' ');
        }
        text.push(spot.c);
        last = Some(spot);
    }
    let note = raised(first) && is_note_mark(first.c);
    let right = solid.iter().map(|s| s.right).max()?;
    (!text.is_empty()).then_some(Segment { text, left: first.left, right, y: base, size, note })
}

/// The size of most characters.
fn usual(sizes: impl Iterator<Item = i32>) -> Option<i32> {
    let mut sizes: Vec<i32> = sizes.collect();
    sizes.sort_unstable();
    sizes.chunk_by(|a, b| a == b).max_by_key(|group| group.len())?.first().copied()
}

fn is_note_mark(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '①'..='⑳' | '[' | ']' | '〔' | '〕' | '*' | '⁰' | '¹' | '²' | '³' | '⁴'..='⁹')
}

//! Text into lines: what may begin and end a line, numbers and words kept whole, lines filled to the edge.

use crate::sheet::Role;

/// A character on its way into a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub character: char,
    /// In thousandths of a point.
    pub width: i32,
    pub role: Role,
    /// Which link of the block it belongs to.
    pub link: Option<usize>,
}

/// A line with the place of each character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// From the left edge.
    pub indent: i32,
    pub pieces: Vec<Piece>,
}

impl Line {
    pub(crate) fn width(&self) -> i32 {
        self.pieces.iter().map(|piece| piece.width).sum()
    }
}

/// Marks that never begin a line.
const CLOSING: &str = "、，。；：？！）〕】》〉」』”’％%…—·,.;:!?)]}";
/// Marks that never end one.
const OPENING: &str = "（〔【《〈「『“‘([{";

fn is_word(character: char) -> bool {
    character.is_ascii_graphic() && !OPENING.contains(character) && !"?!;".contains(character)
}

/// Where each part begins that is not broken: a character, or a whole word or number.
fn units(pieces: &[Piece], width: i32) -> Vec<usize> {
    let mut made = Vec::new();
    let mut at = 0;
    while let Some(first) = pieces.get(at) {
        let rest = pieces.get(at..).unwrap_or_default();
        let length = rest.iter().take_while(|piece| is_word(piece.character)).count();
        let wide: i32 = rest.iter().take(length).map(|piece| piece.width).sum();
        made.push(at);
        let whole = length > 1 && wide <= width && is_word(first.character);
        at += if whole { length } else { 1 };
    }
    made
}

/// Lines of at most `width`, the first one set in by `first`, the others by `hanging`.
pub(crate) fn broken(pieces: &[Piece], width: i32, first: i32, hanging: i32) -> Vec<Line> {
    let starts = units(pieces, width);
    let end_of = |unit: usize| starts.get(unit + 1).copied().unwrap_or(pieces.len());
    let wide = |unit: usize| -> i32 {
        let from = starts.get(unit).copied().unwrap_or(pieces.len());
        pieces.get(from..end_of(unit)).unwrap_or_default().iter().map(|piece| piece.width).sum()
    };
    let may_break = |unit: usize| -> bool {
        let at = starts.get(unit).copied().unwrap_or(pieces.len());
        let next = pieces.get(at).map(|piece| piece.character);
        let previous = at.checked_sub(1).and_then(|at| pieces.get(at)).map(|piece| piece.character);
        !next.is_some_and(|c| CLOSING.contains(c)) && !previous.is_some_and(|c| OPENING.contains(c))
    };
    let mut made = Vec::new();
    let mut unit = 0;
    while unit < starts.len() {
        let indent = if made.is_empty() { first } else { hanging };
        let room = width - indent;
        let (mut until, mut used) = (unit, 0);
        while until < starts.len() && (until == unit || used + wide(until) <= room) {
            used += wide(until);
            until += 1;
        }
        let is_last = until == starts.len();
        if !is_last {
            until = (unit + 1..=until).rev().find(|at| may_break(*at)).unwrap_or(until);
        }
        let from = starts.get(unit).copied().unwrap_or(pieces.len());
        let to = starts.get(until).copied().unwrap_or(pieces.len());
        let mut line = Line { indent, pieces: pieces.get(from..to).unwrap_or_default().to_vec() };
        while line.pieces.last().is_some_and(|piece| piece.character == ' ') {
            line.pieces.pop();
        }
        if !is_last {
            fill(&mut line, room);
        }
        made.push(line);
        unit = until;
    }
    made
}

/// Spreads what is left of a line over the gaps between its characters.
fn fill(line: &mut Line, room: i32) {
    let left = room - line.width();
    let last = line.pieces.len().saturating_sub(1);
    let is_gap = |at: usize, line: &Line| {
        let [one, next] = line.pieces.get(at..at + 2).unwrap_or_default() else { return false };
        !(is_word(one.character) && is_word(next.character))
    };
    let gaps: Vec<usize> = (0..last).filter(|at| is_gap(*at, line)).collect();
    let Ok(count) = i32::try_from(gaps.len()) else { return };
    if count == 0 || left <= 0 || left > room / 4 {
        return;
    }
    let (each, more) = (left / count, left % count);
    for (number, at) in (0i32..).zip(gaps) {
        if let Some(piece) = line.pieces.get_mut(at) {
            piece.width += each + i32::from(number < more);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
    use super::*;
    use crate::sheet::CELL;

    fn pieces(text: &str) -> Vec<Piece> {
        let one = |character: char| {
            let width = if character.is_ascii() { CELL / 2 } else { CELL };
            Piece { character, width, role: Role::Body, link: None }
        };
        text.chars().map(one).collect()
    }

    fn set(text: &str, cells: i32) -> Vec<String> {
        let lines = broken(&pieces(text), cells * CELL, 0, 0);
        lines.iter().map(|line| line.pieces.iter().map(|piece| piece.character).collect()).collect()
    }

    #[test]
    fn a_line_takes_as_many_as_fit_and_nothing_is_lost() {
        assert_eq!(set("一二三四五六七八九", 4), ["一二三四", "五六七八", "九"]);
        let lines = broken(&pieces("一二三四五六"), 4 * CELL, 2 * CELL, 0);
        assert_eq!(lines.iter().map(|line| line.pieces.len()).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn marks_do_not_begin_or_end_a_line() {
        assert_eq!(set("一二三四，五六", 4), ["一二三", "四，五六"]);
        assert_eq!(set("一二三（四五）", 4), ["一二三", "（四五）"]);
        assert_eq!(set("一二三四”。五六", 4), ["一二三", "四”。五", "六"]);
    }

    #[test]
    fn numbers_are_not_torn() {
        assert_eq!(set("共办理1234件", 4), ["共办理", "1234件"]);
        assert_eq!(set("率为98.76%。", 4), ["率为", "98.76%。"]);
        assert!(set(&"x".repeat(40), 4).len() >= 5);
    }

    #[test]
    fn a_full_line_reaches_the_edge_and_the_last_does_not() {
        let lines = broken(&pieces("共办理了1234件共办理"), 5 * CELL, 0, 0);
        assert_eq!(lines[0].width(), 5 * CELL);
        assert_eq!(lines.last().unwrap().width(), lines.last().unwrap().pieces.iter().map(|p| p.width).sum());
        assert!(lines.last().unwrap().width() < 5 * CELL);
    }
}

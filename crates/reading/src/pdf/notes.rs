//! Notes at the foot of pages.

use std::collections::BTreeMap;

use crate::pdf::Placed;

/// The text, and the notes at the foot of pages.
pub fn part(lines: Vec<Placed>) -> (Vec<Placed>, Vec<Placed>) {
    let body = usual_size(&lines);
    let mut text: Vec<Placed> = Vec::with_capacity(lines.len());
    let mut notes = Vec::new();
    let mut page: Vec<Placed> = Vec::new();
    let mut close = |page: &mut Vec<Placed>| {
        let small = |l: &Placed| l.line.cells.is_empty() && l.line.size * 100 <= body * 93;
        let count = page.iter().rev().take_while(|l| small(l)).count();
        let first = page.len() - count;
        let marked = page.get(first..).unwrap_or(&[]).iter().any(is_note_start);
        if marked && first > 0 {
            notes.extend(page.drain(first..));
        }
        text.append(page);
    };
    for line in lines {
        if page.last().is_some_and(|l| l.page != line.page) {
            close(&mut page);
        }
        page.push(line);
    }
    close(&mut page);
    (text, notes)
}

/// The size of most characters.
fn usual_size(lines: &[Placed]) -> i32 {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(line.line.size / 10).or_default() += line.line.text.len();
    }
    counts.iter().max_by_key(|(_, count)| **count).map_or(0, |(size, _)| size * 10)
}

/// Whether a line begins a note: a raised number, ①, [1], 注.
pub fn is_note_start(line: &Placed) -> bool {
    line.line.note || line.line.text.len() > note_text(&line.line.text).len()
}

/// A note without the mark that numbers it.
pub fn note_text(text: &str) -> &str {
    let bare = text.trim_start_matches(|c: char| matches!(c, '①'..='⑳' | '*' | '[' | '〔'));
    let digits = bare.chars().take_while(char::is_ascii_digit).count();
    let rest = bare.get(digits..).unwrap_or(bare).trim_start_matches([']', '〕', ' ']);
    let numbered = (1..=2).contains(&digits)
        && !rest.starts_with(['.', '．', '、', '%', '年', '月', '日', '件', '个', '，']);
    if numbered || (digits == 0 && bare.len() < text.len()) { rest } else { text }
}

#[cfg(test)]
mod tests {
    use super::note_text;

    #[test]
    fn a_note_loses_its_mark() {
        assert_eq!(note_text("1办结率按审结件数计算"), "办结率按审结件数计算");
        assert_eq!(note_text("① 含上年"), "含上年");
        assert_eq!(note_text("[2]含上年"), "含上年");
        assert_eq!(note_text("12件中有5件"), "12件中有5件");
        assert_eq!(note_text("2024年"), "2024年");
    }
}

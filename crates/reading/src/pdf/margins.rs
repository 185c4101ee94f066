//! What is on a page but not in the text: page numbers, running heads and feet, tables of contents; and notes.

use std::collections::{BTreeMap, BTreeSet};

use crate::pdf::Placed;

/// Lines so near to the top or the foot of a page may be running heads or feet.
const OUTER: usize = 3;
/// Heights nearer than this are the same, in hundredths of a point.
const SAME: i32 = 400;

/// Leaves out page numbers, and lines that pages repeat at the same place at their head or foot.
pub fn without(lines: Vec<Placed>) -> Vec<Placed> {
    let mut pages: Vec<Vec<Placed>> = Vec::new();
    for line in lines {
        match pages.last_mut().filter(|p| p.first().is_some_and(|f| f.page == line.page)) {
            Some(page) => page.push(line),
            None => pages.push(vec![line]),
        }
    }
    let mut seen: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for page in &pages {
        let keys: BTreeSet<(String, i32)> = outer(page).into_iter().map(|index| key(page, index)).collect();
        for key in keys {
            *seen.entry(key).or_default() += 1;
        }
    }
    let enough = if pages.len() <= 6 { 2 } else { 3 };
    for page in &mut pages {
        let order = outer(page);
        let half = order.len() / 2;
        let mut drop: Vec<usize> = Vec::new();
        for side in [order.get(..half), order.get(half..)] {
            for index in side.unwrap_or(&[]) {
                let Some(line) = page.get(*index) else { continue };
                let repeated = seen.get(&key(page, *index)).is_some_and(|n| *n >= enough);
                // What stands between the text and the margin ends the search from outside.
                if !(is_page_number(&line.line.text) || repeated && line.line.text.chars().count() < 80) {
                    break;
                }
                drop.push(*index);
            }
        }
        let mut index = 0;
        page.retain(|line| {
            index += 1;
            !drop.contains(&(index - 1)) && !is_contents_line(&line.line.text)
        });
    }
    pages.into_iter().flatten().collect()
}

/// The outermost lines: from the top down, then from the foot up.
fn outer(page: &[Placed]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    let height = |index: &usize| page.get(*index).map_or(0, |l| l.line.y);
    order.sort_by_key(|index| std::cmp::Reverse(height(index)));
    let count = OUTER.min(order.len().div_ceil(2));
    let top = order.iter().take(count).copied();
    let foot = order.iter().rev().take(count).copied();
    // Both halves have the same length, so that they can be told apart.
    top.chain(foot).collect()
}

fn key(page: &[Placed], index: usize) -> (String, i32) {
    let Some(line) = page.get(index).map(|p| &p.line) else { return (String::new(), 0) };
    let bare: String = line.text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    (bare, line.y / SAME)
}

/// As `3`, `— 3 —`, `第3页`, `3/12`, `第 3 页 共 12 页`, `Page 3 of 12`, `iv`.
fn is_page_number(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let bare = text.replace("page", "").replace("of", "");
    let roman = !bare.is_empty() && bare.len() <= 6 && bare.chars().all(|c| "ivxl".contains(c));
    let digits = bare.chars().filter(char::is_ascii_digit).count();
    let marks = bare.chars().all(|c| c.is_ascii_digit() || "-—–―－·•~～第页共/,，()（）|".contains(c));
    is_of_browser(&text) || roman || (marks && (1..=10).contains(&digits)) || text.is_empty()
}

/// What a browser prints on each page: the address with the page, the day and the title.
fn is_of_browser(text: &str) -> bool {
    let pages = text.rsplit(|c: char| !c.is_ascii_digit() && c != '/').next().unwrap_or("");
    let address = text.starts_with("http") || text.starts_with("file:");
    let day: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '/').collect();
    let time = text.chars().skip(day.len()).take(8).filter(|c| *c == ':' || *c == '：').count() == 1;
    (address && pages.contains('/')) || (day.matches('/').count() == 2 && time)
}

/// A line of a table of contents: leading dots and a page number.
fn is_contents_line(text: &str) -> bool {
    let dots = text.chars().filter(|c| matches!(c, '.' | '…' | '·' | '．' | '⋯')).count();
    let wide = text.chars().filter(|c| matches!(c, '…' | '⋯')).count();
    dots + 2 * wide >= 6 && text.trim_end().ends_with(|c: char| c.is_ascii_digit() || "-—".contains(c))
}

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
    use super::*;

    #[test]
    fn page_numbers_are_told_from_text() {
        for number in
            ["3", "— 3 —", "-3-", "第3页", "第 3 页 共 12 页", "3/12", "Page 3 of 12", "iv", "· 3 ·"]
        {
            assert!(is_page_number(number), "{number}");
        }
        for text in ["3件", "一、概况", "2024年", "（三）", "第三页", "合计 12"] {
            assert!(!is_page_number(text), "{text}");
        }
        assert!(is_contents_line("一、主要做法............3"));
        assert!(!is_contents_line("增长6.5%，达到1.2.3版"));
    }

    #[test]
    fn a_note_loses_its_mark() {
        assert_eq!(note_text("1办结率按审结件数计算"), "办结率按审结件数计算");
        assert_eq!(note_text("① 含上年"), "含上年");
        assert_eq!(note_text("[2]含上年"), "含上年");
        assert_eq!(note_text("12件中有5件"), "12件中有5件");
        assert_eq!(note_text("2024年"), "2024年");
    }
}

//! What is on a page but not in the text: page numbers, running heads and feet, tables of contents.

use std::collections::{BTreeMap, BTreeSet};

use crate::pdf::Placed;

/// Lines so near to the top or the foot of a page may be running heads or feet.
const OUTER: usize = 3;
/// Heights nearer than this are the same, in hundredths of a point.
const SAME: i32 = 400;

/// What pages have at their edges: the words without figures, and the height.
type Key = (String, i32);

/// Leaves out page numbers, and lines that pages repeat at the same place at their head or foot.
pub fn without(lines: Vec<Placed>) -> Vec<Placed> {
    let mut pages: Vec<Vec<Placed>> = Vec::new();
    for line in lines {
        match pages.last_mut().filter(|p| p.first().is_some_and(|f| f.page == line.page)) {
            Some(page) => page.push(line),
            None => pages.push(vec![line]),
        }
    }
    let mut seen: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        let keys: BTreeSet<Key> = by_height(page).edges().filter_map(|i| page.get(i)).map(key).collect();
        for key in keys {
            seen.entry(key).or_default().push(number);
        }
    }
    let total = pages.len();
    for (number, page) in pages.iter_mut().enumerate() {
        let heights = by_height(page);
        let kind = |index: usize| {
            page.get(index).map_or(Kind::Text, |line| Kind::of(line, seen.get(&key(line)), number, total))
        };
        let drop: Vec<usize> = [heights.running(false, kind), heights.running(true, kind)].concat();
        let mut index = 0;
        page.retain(|line| {
            index += 1;
            !drop.contains(&(index - 1)) && !is_contents_line(&line.line.text)
        });
    }
    pages.into_iter().flatten().collect()
}

/// What a line at the edge of a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A page number, or what most pages repeat.
    Running,
    /// What some neighbouring pages repeat: a running head if it stands apart from the text.
    Perhaps,
    Text,
}

impl Kind {
    fn of(line: &Placed, pages: Option<&Vec<usize>>, page: usize, total: usize) -> Self {
        // Rows of a table are alike but for their figures; a head of two rows is known by its repetition.
        if !line.line.cells.is_empty() {
            return Self::Text;
        }
        if is_page_number(&line.line.text) {
            return Self::Running;
        }
        let pages = pages.map_or(&[][..], Vec::as_slice);
        let enough = if total <= 6 { 2 } else { 3 };
        let from = pages.partition_point(|p| p + 2 < page);
        let near = pages.iter().skip(from).take_while(|p| **p <= page + 2).count() >= 2;
        if !near || pages.len() < enough || line.line.text.chars().count() >= 80 {
            Self::Text
        } else if pages.len() * 2 > total {
            Self::Running
        } else {
            Self::Perhaps
        }
    }
}

/// The lines of a page from top to foot, with their heights.
struct Heights {
    order: Vec<(usize, i32)>,
    /// The usual way from line to line.
    leading: i32,
}

fn by_height(page: &[Placed]) -> Heights {
    let mut order: Vec<(usize, i32)> = page.iter().map(|l| l.line.y).enumerate().collect();
    order.sort_by_key(|(_, y)| std::cmp::Reverse(*y));
    let mut gaps: Vec<i32> = order.windows(2).filter_map(|w| Some(w.first()?.1 - w.last()?.1)).collect();
    gaps.sort_unstable();
    let leading = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    Heights { order, leading }
}

impl Heights {
    /// The outermost lines at both ends.
    fn edges(&self) -> impl Iterator<Item = usize> {
        let top = self.order.iter().take(OUTER);
        top.chain(self.order.iter().rev().take(OUTER)).map(|(index, _)| *index)
    }

    /// The lines at one end that are no text, from outside: as far as the last that surely is none, or is set apart.
    fn running(&self, foot: bool, kind: impl Fn(usize) -> Kind) -> Vec<usize> {
        let count = OUTER.min(self.order.len().div_ceil(2));
        let mut order: Vec<(usize, i32)> = self.order.clone();
        if foot {
            order.reverse();
        }
        let mut sure = 0;
        for (at, (index, y)) in order.iter().take(count).enumerate() {
            let next = order.get(at + 1).map_or(i32::MAX, |(_, next)| (next - y).abs());
            match kind(*index) {
                Kind::Running => sure = at + 1,
                Kind::Perhaps if next > self.leading * 5 / 4 => sure = at + 1,
                Kind::Perhaps => {}
                Kind::Text => break,
            }
        }
        order.into_iter().take(sure).map(|(index, _)| index).collect()
    }
}

fn key(line: &Placed) -> Key {
    let text = &line.line.text;
    let bare: String = text.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    (bare, line.line.y / SAME)
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
}

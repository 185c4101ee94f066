//! Lines that a program broke at a fixed width: where the break is no end of a paragraph. (硬换行)

use crate::chars::{fold, is_han};

/// A text is broken at a width when at least this many lines reach it,
const FEWEST: usize = 5;
/// and they are at least this part of its lines, in per cent.
const PART: usize = 35;
/// Widths that are looked for, in characters.
const NARROWEST: usize = 20;
const WIDEST: usize = 60;
/// A broken line is at most the widest divided by this narrower: a number, a word or a mark is kept whole.
const SLACK: usize = 4;

/// The lines whose break is to be left out, by their number from 0.
pub fn broken(source: &str) -> Vec<usize> {
    let lines: Vec<&str> = source.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    // Some programs count characters, others half an ideograph for a letter or digit.
    let shown: Vec<usize> = lines.iter().map(|line| width(line)).collect();
    let counted: Vec<usize> = lines.iter().map(|line| line.chars().count()).collect();
    let filled = counted.iter().filter(|w| **w > 0).count();
    let Some((_, full, widths)) = [shown, counted]
        .into_iter()
        .filter_map(|widths| widest(&widths, filled).map(|(near, full)| (near, full, widths)))
        .max_by_key(|(near, ..)| *near)
    else {
        return Vec::new();
    };
    let reaches = |n: usize| widths.get(n).is_some_and(|w| *w + full / SLACK >= full);
    (0..lines.len().saturating_sub(1))
        .filter(|n| reaches(*n))
        .filter(|n| match (lines.get(*n), lines.get(n + 1)) {
            (Some(line), Some(next)) => goes_on(line, next),
            _ => false,
        })
        .collect()
}

/// The width of a line: an ideograph is one, two letters or digits are one.
fn width(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>().div_ceil(2)
}

/// How many lines end near the widest, and how wide it is, when the text is broken at a width.
fn widest(widths: &[usize], filled: usize) -> Option<(usize, usize)> {
    let full = widths.iter().copied().max().filter(|w| (NARROWEST..=WIDEST).contains(w))?;
    let near = widths.iter().filter(|w| **w + full / SLACK >= full).count();
    (near >= FEWEST && near * 100 >= filled * PART).then_some((near, full))
}

/// Whether a line goes on in the next: it ends in the middle of a sentence, and nothing new begins.
fn goes_on(line: &str, next: &str) -> bool {
    let last = line.trim_end().chars().last().map_or(' ', fold);
    let stops = matches!(last, '。' | '！' | '？' | ';' | ':' | '|' | '\t' | ' ' | '.');
    let first = next.chars().next().unwrap_or(' ');
    let begins = first.is_whitespace() || matches!(first, '#' | '|' | '-' | '*' | '•' | '●' | '·');
    !stops
        && !begins
        && !is_mark(next)
        && (is_han(last) || last.is_ascii_alphanumeric() || ",、)”》(“《%‰".contains(last))
}

/// Whether a line begins with a number of the outline.
fn is_mark(line: &str) -> bool {
    let head: String = line.chars().take(6).map(fold).collect();
    let body = head.trim_start_matches('(');
    let numeral = |c: char| "一二三四五六七八九十".contains(c);
    let count = body.chars().take_while(|c| numeral(*c)).count();
    let digits = body.chars().take_while(char::is_ascii_digit).count();
    let after = |n: usize| body.chars().nth(n).unwrap_or(' ');
    let bracket = head.starts_with('(');
    count > 0 && (after(count) == '、' || bracket && after(count) == ')')
        || (1..=2).contains(&digits)
            && (after(digits) == '、'
                || bracket && after(digits) == ')'
                || after(digits) == '.' && !after(digits + 1).is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_of_one_width_are_joined() {
        let broken_text = "某县报告\n\n　　全年受理行政复议申请一百二十件，其中维持八十\n件，撤销十件，其他三十件，法定期限内审结率百分之\n百。组织开展执法人员培训二十期，培训执法人员两千\n余人次，执法水平不断提高，群众满意度有较大的提升\n，有效化解了一批矛盾纠纷，维护了社会稳定和谐局面\n一、下一步\n";
        assert_eq!(broken(broken_text), [2, 3, 4, 5]);
        assert!(broken("一段长长的话，没有断开。\n又一段。\n").is_empty());
        assert!(is_mark("（二）健全") && is_mark("3.推进") && !is_mark("3.5万人") && !is_mark("一是"));
    }
}

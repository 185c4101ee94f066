//! Punctuation and damaged characters. (标点与乱码)

use crate::chars::is_han;
use crate::context::{Context, Words};

/// Checks marks and damage.
pub fn check(context: &mut Context) {
    unpaired(context);
    for index in 0..context.text.paragraphs.len() {
        let Some(paragraph) = context.text.paragraphs.get(index) else { continue };
        let (start, end) = (paragraph.start, paragraph.end);
        damaged(context, start, end);
        doubled(context, start, end);
    }
    missing_stops(context);
}

fn unpaired(context: &mut Context) {
    for unmatched in &context.text.unmatched {
        let mark = context.text.original(unmatched.at, unmatched.at + 1).to_owned();
        let what =
            if "“”‘’「」".contains(unmatched.mark) { "引号" } else { "括号或书名号" };
        let message = format!("{what}“{mark}”没有配对");
        let words = Words::new(message).help("补上另一半，或者删去");
        context.report("unpaired_mark", unmatched.at, unmatched.at + 1, words);
    }
}

fn damaged(context: &mut Context, start: usize, end: usize) {
    let mut at = start;
    while at < end {
        let c = context.chars.at(at);
        let length = match c {
            '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => 1,
            '锟' if context.chars.starts(at, "锟斤拷") => 3,
            '烫' if context.chars.starts(at, "烫烫") => 2,
            '?' => question_marks(context, at, start),
            _ => 0,
        };
        if length == 0 {
            at += 1;
            continue;
        }
        let mut stop = at + length;
        while stop < end && context.chars.at(stop) == c && c != '锟' {
            stop += 1;
        }
        let shown = context.text.original(at, stop).to_owned();
        let message = format!("“{shown}”像是乱码：原来的字或者标点丢了");
        // A mark lost between two characters is most often the interpunct of a name or a day.
        let (before, after) = (context.chars.before(at), context.chars.at(stop));
        let within = before.is_alphanumeric() && after.is_alphanumeric() && c == '?';
        let help = if within {
            let (from, to) = (at.saturating_sub(3).max(start), (stop + 3).min(end));
            let guess = format!("{}·{}", context.chars.text(from, at), context.chars.text(stop, to));
            format!("疑为“{guess}”，对照原稿改正")
        } else {
            "对照原稿补上原来的字".to_owned()
        };
        context.report("mojibake", at, stop, Words::new(message).help(help));
        at = stop;
    }
}

/// Half-width question marks in the middle of Chinese text: how many, zero when they may be meant.
fn question_marks(context: &Context, at: usize, start: usize) -> usize {
    let mut length = 0;
    while context.chars.at(at + length) == '?' {
        length += 1;
    }
    let before = if at > start { context.chars.before(at) } else { ' ' };
    let after = context.chars.at(at + length);
    let solid = |c: char| is_han(c) || c.is_ascii_digit() || matches!(c, '“' | '”' | '《' | '》');
    let inner = solid(before) && (is_han(after) || after.is_ascii_digit());
    if inner || (length >= 2 && is_han(before)) { length } else { 0 }
}

/// 。。 or ，，.
fn doubled(context: &mut Context, start: usize, end: usize) {
    let mut at = start;
    while at + 1 < end {
        let c = context.chars.at(at);
        let next = context.chars.at(at + 1);
        let stops = |c: char| matches!(c, '。' | ',' | '、' | ';' | ':');
        let dots = c == '。' && next == '。' && context.chars.at(at + 2) == '。';
        let clash =
            stops(c) && stops(next) && !(c == ':' && next == ':') && is_chinese_pair(context, at, start);
        if dots || !clash {
            at += if dots { 6 } else { 1 };
            continue;
        }
        let mut stop = at + 2;
        while stop < end && stops(context.chars.at(stop)) {
            stop += 1;
        }
        let shown = context.text.original(at, stop).to_owned();
        let words = Words::new(format!("标点“{shown}”重复或者连用")).help("只留一个");
        context.report("repeated_stop", at, stop, words);
        at = stop;
    }
}

/// Marks after Chinese text, not dotted leaders or code.
fn is_chinese_pair(context: &Context, at: usize, start: usize) -> bool {
    let before = if at > start { context.chars.before(at) } else { ' ' };
    is_han(before) || before.is_ascii_digit() || matches!(before, '”' | '》' | ')' | '%')
}

/// Prose that ends without a stop. Where many lines do, lines are broken by hand and nothing is said.
fn missing_stops(context: &mut Context) {
    let text = context.text;
    let mut open = Vec::new();
    let mut prose = 0;
    for paragraph in &text.paragraphs {
        let end = last_filled(context, paragraph.start, paragraph.end);
        let body = context.chars.slice(paragraph.start, end);
        let stops = body.iter().filter(|c| matches!(c, '。' | '；')).count();
        let commas = body.iter().filter(|c| **c == ',').count();
        let is_prose = stops >= 1 || (commas >= 2 && body.len() >= 40 && paragraph.mark.is_none());
        if paragraph.in_table || body.len() < 16 || !is_prose {
            continue;
        }
        prose += 1;
        let last = context.chars.before(end);
        if is_han(last) && !residue(context, paragraph.start, paragraph.end) {
            open.push((end - 1, end));
        }
    }
    if open.len() * 5 > prose.max(5) * 2 {
        return;
    }
    for (at, end) in open {
        let from = at.saturating_sub(7);
        let from = (from..at).rev().take_while(|i| is_han(context.chars.at(*i))).last().unwrap_or(at);
        let words = Words::new("这一段末尾没有句号").help("补上句号；如果话没有说完，补全");
        context.report("missing_stop", from, end, words);
    }
}

fn residue(context: &Context, start: usize, end: usize) -> bool {
    context.chars.has_any(start, end.min(start + 400), context.rules.residues.iter().map(String::as_str))
}

fn last_filled(context: &Context, start: usize, mut end: usize) -> usize {
    while end > start && context.chars.before(end).is_whitespace() {
        end -= 1;
    }
    end
}

//! Document numbers in the wrong form, and titles of well-known documents that are slightly off. (文号与文件名)

use std::collections::BTreeMap;

use crate::chars::is_han;
use crate::context::{Context, Words};
use crate::spans::SpanKind;

/// Checks numbers and titles.
pub fn check(context: &mut Context) {
    for at in 0..context.chars.len() {
        if matches!(context.chars.at(at), '〔' | '[' | '(' | '【') {
            number(context, at);
        }
    }
    titles(context);
}

/// "云政[2024]12号", "云政〔2024〕第15号", "云政〔2024〕05号": GB/T 9704-2012, 7.2.5.
fn number(context: &mut Context, open: usize) {
    let digits = |from: usize| (0..6).take_while(|i| context.chars.at(from + i).is_ascii_digit()).count();
    let year = digits(open + 1);
    let close = open + 1 + year;
    let closing = context.chars.at(close);
    if !matches!(closing, '〕' | ']' | ')' | '】')
        || !(year == 4 || year == 2)
        || !is_han(context.chars.before(open))
    {
        return;
    }
    let ordinal = context.chars.at(close + 1) == '第';
    let from = if ordinal { close + 2 } else { close + 1 };
    let length = digits(from);
    if length == 0 || context.chars.at(from + length) != '号' {
        return;
    }
    let end = from + length + 1;
    let notice = ["公告", "通告", "令", "告", "函字", "批字"].iter().any(|w| context.chars.ends(open, w));
    let shape = context.chars.at(open);
    let faults: Vec<&str> = [
        (shape != '〔', "年份应当用六角括号“〔〕”括起"),
        (year != 4, "年份应当写全四位"),
        (ordinal && !notice, "发文顺序号不加“第”字"),
        (context.chars.at(from) == '0', "发文顺序号不编虚位（1不写作01）"),
    ]
    .into_iter()
    .filter_map(|(is_wrong, words)| is_wrong.then_some(words))
    .collect();
    if faults.is_empty() {
        return;
    }
    let (written, serial) = (context.chars.text(open + 1, close), context.chars.text(from, from + length));
    let serial = serial.trim_start_matches('0');
    let century = if year == 2 { "20" } else { "" };
    let help = format!("改为“〔{century}{written}〕{serial}号”");
    let words = Words::new(format!("发文字号写法不规范：{}", faults.join("；"))).help(help);
    context.report("document_number", open, end, words);
}

fn titles(context: &mut Context) {
    let text = context.text;
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    for span in text.spans.iter().filter(|s| s.kind == SpanKind::Title) {
        if span.end - span.start > 40 {
            continue;
        }
        let title = bare(&context.chars.text(span.start + 1, span.end));
        let nearest = known.entry(title).or_insert_with_key(|t| nearest(&context.rules.titles, t)).clone();
        if let Some(right) = nearest {
            let message = format!("文件名与《{right}》只差一两个字，可能写错");
            let words = Words::new(message).help(format!("核对是不是《{right}》"));
            context.report("document_title", span.start, span.end + 1, words);
        }
    }
}

/// A title without its period and without the name of the state.
fn bare(title: &str) -> String {
    let title = title.strip_prefix("中华人民共和国").unwrap_or(title);
    let title = title.strip_suffix(')').and_then(|t| t.rsplit_once('(')).map_or(title, |(head, _)| head);
    title.trim().to_owned()
}

/// The well-known title that this one misses by one or two characters.
fn nearest(known: &[String], title: &str) -> Option<String> {
    let length = title.chars().count();
    if length < 7 || known.iter().any(|k| k == title) {
        return None;
    }
    let tail = |t: &str| t.chars().rev().take(2).collect::<String>();
    known
        .iter()
        .filter(|k| k.chars().count().abs_diff(length) <= 2)
        .filter(|k| tail(k) == tail(title) || is_one_off(k, title))
        .filter(|k| k.chars().next() == title.chars().next())
        .find(|k| {
            let alike = k.chars().zip(title.chars()).take(2).all(|(a, b)| a == b);
            let most = if alike { 2 } else { 1 };
            (1..=most).contains(&distance(k, title)) && k.chars().count() >= 7
        })
        .cloned()
}

/// Whether two titles of one length begin with the same six characters and differ in one.
fn is_one_off(known: &str, title: &str) -> bool {
    let same = |(a, b): &(char, char)| a == b;
    known.chars().count() == title.chars().count()
        && known.chars().zip(title.chars()).take(6).all(|pair| same(&pair))
        && known.chars().zip(title.chars()).filter(|pair| !same(pair)).count() == 1
}

/// Levenshtein distance.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut last = i + 1;
        let mut next = vec![last];
        for (window, b) in row.windows(2).zip(&right) {
            if let [diagonal, above] = window {
                last = (diagonal + usize::from(a != *b)).min(above + 1).min(last + 1);
                next.push(last);
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

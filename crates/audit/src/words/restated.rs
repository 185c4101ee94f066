//! The same thing said twice in other order, or listed again. (重复表述)

use crate::chars::is_han;
use crate::context::{Context, Words};
use crate::text::Sentence;

/// Official phrases that recur in one sentence without fault.
const FORMULAE: &[&str] = &[
    "习近平",
    "新时代",
    "中国特色社会主义",
    "法治政府建设",
    "依法行政",
    "法治思想",
    "第一责任人",
    "行政执法",
    "规范性文件",
    "人民政府",
    "领导干部",
    "党政主要负责人",
    "公共法律服务",
    "矛盾纠纷",
    "重大行政决策",
    "营商环境",
    "政府信息",
];

/// Checks each sentence.
pub fn check(context: &mut Context) {
    let text = context.text;
    for (index, sentence) in text.sentences.iter().enumerate() {
        turned_round(context, sentence);
        listed_again(context, sentence);
        if let Some(next) = text.sentences.get(index + 1).filter(|n| n.paragraph == sentence.paragraph) {
            same_opening(context, sentence, next);
        }
    }
}

/// "严格把关甲，……，对甲进行严格把关".
fn turned_round(context: &mut Context, sentence: &Sentence) {
    for clause in context.text.clauses_of(sentence) {
        let Some(at) = context.chars.find(clause.start, clause.end.min(clause.start + 40), "进行") else {
            continue;
        };
        let Some(to) = context.chars.find(clause.start, at, "对") else { continue };
        let (object, action) = ((to + 1, at), (at + 2, clause.end.min(at + 10)));
        if !(4..=20).contains(&(object.1 - object.0)) || !(3..=8).contains(&(action.1 - action.0)) {
            continue;
        }
        let phrase = context.chars.text(action.0, action.1) + &context.chars.text(object.0, object.1);
        let from = sentence.start.max(clause.start.saturating_sub(300));
        if context.chars.find(from, clause.start, &phrase).is_some() {
            let message = format!("同一句里已经写了“{phrase}”，这里又说一遍");
            context.report("said_twice", clause.start, clause.end, Words::new(message).help("删去其中一处"));
        }
    }
}

/// "……、审批服务帮办代办制……，同时，推行审批服务帮办代办制".
fn listed_again(context: &mut Context, sentence: &Sentence) {
    let clauses = context.text.clauses_of(sentence);
    for (index, clause) in clauses.iter().enumerate().skip(1) {
        let lead = ["同时", "此外", "另外"].iter().find(|w| context.chars.starts(clause.start, w));
        let Some(lead) = lead else { continue };
        let alone = clause.end - clause.start == lead.chars().count();
        let Some(told) = (if alone { clauses.get(index + 1) } else { Some(clause) }) else { continue };
        let end = told.end.min(told.start + 30);
        let from = sentence.start.max(clause.start.saturating_sub(300));
        let known = longest_known(context, (told.start, end), (from, clause.start))
            .or_else(|| item_known(context, (told.start, told.end), (from, clause.start)));
        let Some((start, stop)) = known else { continue };
        let head = if alone { told.start } else { told.start + lead.chars().count() };
        if !context
            .rules
            .verbs
            .iter()
            .any(|v| context.chars.starts(head, v) && start <= head + v.chars().count() + 1)
        {
            continue;
        }
        let phrase = context.chars.text(start, stop);
        let message = format!("“{phrase}”在同一句里已经列过，这里又列一次");
        context.report(
            "listed_again",
            start,
            stop,
            Words::new(message).help("删去其中一处，或者写明两处的区别"),
        );
    }
}

/// "优化预约服务、延时服务等举措，同时，推行延时服务": what follows the verb is an item of the list before.
fn item_known(context: &Context, told: (usize, usize), earlier: (usize, usize)) -> Option<(usize, usize)> {
    let lead = ["同时", "此外", "另外"].iter().find(|w| context.chars.starts(told.0, w));
    let begins = told.0 + lead.map_or(0, |w| w.chars().count());
    let verb = context.rules.verbs.iter().find(|v| context.chars.starts(begins, v))?;
    let start = begins + verb.chars().count();
    // “一业一证”改革, after “一业一证”等改革.
    let close = (start..told.1).find(|at| context.chars.at(*at) == '”');
    if let Some(close) = close.filter(|_| context.chars.at(start) == '“') {
        let quoted = context.chars.text(start, close + 1);
        return context.chars.find(earlier.0, earlier.1, &quoted).map(|_| (start, told.1));
    }
    let plain = context.chars.slice(start, told.1).iter().all(|c| is_han(*c));
    if !plain || !(4..=12).contains(&told.1.saturating_sub(start)) {
        return None;
    }
    let words = context.chars.text(start, told.1);
    let at = context.chars.find(earlier.0, earlier.1, &words)?;
    let ends = matches!(context.chars.at(at + words.chars().count()), '、' | '等');
    (ends && context.chars.before(at) == '、').then_some((start, told.1))
}

/// The longest run of at least seven ideographs of a clause that stands in an earlier stretch too.
fn longest_known(
    context: &Context,
    clause: (usize, usize),
    earlier: (usize, usize),
) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize)> = None;
    let mut start = clause.0;
    while start + 7 <= clause.1 {
        let mut stop = start + 7;
        let known = |from: usize, to: usize| {
            context.chars.slice(from, to).iter().all(|c| is_han(*c))
                && context.chars.find(earlier.0, earlier.1, &context.chars.text(from, to)).is_some()
        };
        while stop <= clause.1 && known(start, stop) {
            stop += 1;
        }
        let length = stop - 1 - start;
        if length >= 7 && best.is_none_or(|(a, b)| length > b - a) {
            best = Some((start, stop - 1));
        }
        start += 1;
    }
    best.filter(|(a, b)| {
        let text = context.chars.text(*a, *b);
        let rest = FORMULAE.iter().fold(text, |t, f| t.replace(f, ""));
        rest.chars().count() >= 6
    })
}

/// "三是推行甲。推行甲和乙……": a headline sentence that the next begins with again.
fn same_opening(context: &mut Context, sentence: &Sentence, next: &Sentence) {
    let start = after_ordinal(context, sentence.start);
    let short = sentence.end.saturating_sub(start) <= 30;
    let same = (0..12).take_while(|i| {
        let c = context.chars.at(start + i);
        is_han(c) && start + i < sentence.end && c == context.chars.at(next.start + i)
    });
    let length = same.count();
    let opens = context.rules.verbs.iter().any(|v| context.chars.starts(start, v));
    // "三是受理申请。受理申请32件": a headline and its figure, as many write them.
    let figure = start + length == sentence.end && {
        let next = context.chars.at(next.start + length);
        next.is_ascii_digit()
    };
    if short && length >= 4 && opens && !figure {
        let phrase = context.chars.text(next.start, next.start + length);
        let message = format!("“{phrase}”在前后两句的开头连用");
        context.report(
            "same_opening",
            next.start,
            next.start + length,
            Words::new(message).help("后一句换个说法，或者并成一句"),
        );
    }
}

fn after_ordinal(context: &Context, start: usize) -> usize {
    let mut at = start;
    while "一二三四五六七八九十".contains(context.chars.at(at)) && at < start + 3 {
        at += 1;
    }
    if at > start && context.chars.at(at) == '是' { at + 1 } else { start }
}

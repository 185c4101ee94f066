//! Carried in and new make done and carried on: 上年结转＋新收＝办结＋结转下年. (结转)

use crate::context::{Context, Words};
use crate::finding::{RelationKind, Verdict};
use crate::quantities::Quantity;

const CARRIED_ON: &[&str] = &[
    "结转下年",
    "结转至",
    "结转到",
    "转入下年",
    "未审结",
    "未办结",
    "未结",
    "尚未办结",
    "尚在办理",
    "正在审理",
    "正在办理",
    "下年度继续",
    "结存",
    "结转次年",
    "尚未审结",
    "待办结",
    "留待下年",
    "留存",
    "年末在",
    "期末在",
    "期末",
    "年末",
    "结转20",
    "转入20",
];
const CARRIED_IN: &[&str] = &[
    "上年结转",
    "上年度结转",
    "上年末结转",
    "旧存",
    "去年结转",
    "往年结转",
    "上年转入",
    "上年未结",
    "上年旧存",
    "上年未办结",
    "年初在",
    "期初",
    "年初",
];
/// The surer words first.
const NEW: &[&[&str]] =
    &[&["新收", "新受理", "新接收", "新立案", "新登记", "新增"], &["受理", "收到", "接收"]];
const DONE: &[&[&str]] = &[
    &["审执结", "审结", "办结", "结案", "办理完毕", "办理答复"],
    &["已办", "执结", "答复"],
    &["解除", "终止", "销号"],
];

/// Checks the stock of a sentence when all four numbers are there. A number that only the sentence before has may
/// make the stock agree, never differ.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    let counts: Vec<&Quantity> = plain(numbers);
    let Some(on) = pick(context, &counts, CARRIED_ON, &["上年", "去年", "旧存"]) else { return };
    let carried = pick(context, &counts, CARRIED_IN, &[]);
    let new = NEW.iter().find_map(|words| pick(context, &counts, words, &["结转", "不予受理", "未", "旧存"]));
    let not_done = ["结转", "未办结", "未审结", "未结", "旧存"];
    let done = DONE.iter().find_map(|words| pick(context, &counts, words, &not_done));
    match (carried, new, done) {
        (Some(carried), Some(new), Some(done)) => judge(context, [carried, new, done, on], true),
        (Some(carried), None, Some(done)) => {
            let named = |q: &&&Quantity| NEW.iter().any(|w| context.labelled(q, w.iter().copied()));
            let own = counts.iter().filter(named).copied().filter(|q| q.start != carried.start);
            let own: Vec<&Quantity> = own.collect();
            let before = earlier(context, on, NEW);
            // What was newly received, and nothing else, in the sentence before: the four belong together.
            let fresh = before
                .iter()
                .filter(|q| context.labelled(q, NEW.first().copied().unwrap_or(&[]).iter().copied()));
            let fresh: Vec<&Quantity> = fresh.copied().collect();
            if let ([new], true) = (fresh.as_slice(), own.is_empty()) {
                judge(context, [carried, new, done, on], true);
                return;
            }
            for new in own.into_iter().chain(before) {
                judge(context, [carried, new, done, on], false);
            }
        }
        _ => {}
    }
}

fn plain(numbers: &[Quantity]) -> Vec<&Quantity> {
    numbers.iter().take(64).filter(|q| q.is_count() && q.is_exact() && !q.is_coarse()).collect()
}

/// The one number that the words name; none when they name several.
fn pick<'q>(
    context: &Context,
    counts: &[&'q Quantity],
    words: &[&str],
    not: &[&str],
) -> Option<&'q Quantity> {
    let fits = |q: &&&Quantity| {
        context.labelled(q, words.iter().copied()) && !context.labelled(q, not.iter().copied())
    };
    let mut found = counts.iter().filter(fits);
    let first = found.next().copied();
    if found.next().is_some() { None } else { first }
}

/// The numbers of the sentence before that the words name.
fn earlier<'a>(context: &Context<'a>, on: &Quantity, words: &[&[&str]]) -> Vec<&'a Quantity> {
    let Some(before) = on.sentence.checked_sub(1) else { return Vec::new() };
    let counts: Vec<&Quantity> = plain(context.of_sentence(before));
    let named = |q: &&Quantity| {
        q.paragraph == on.paragraph && words.iter().any(|w| context.labelled(q, w.iter().copied()))
    };
    counts.into_iter().filter(named).collect()
}

fn judge(context: &mut Context, all: [&Quantity; 4], sure: bool) {
    let [carried, new, done, on] = all;
    if all.iter().any(|q| q.family() != new.family()) {
        return;
    }
    // "受理28件，其中上年结转1件": what was carried in is among them.
    let (start, end) = context.lead(carried, 12);
    let among = context.chars.has_any(start, end, ["其中", "含", "包括"]) && new.start < carried.start;
    let left = if among { Some(new.value) } else { carried.value.plus(new.value) };
    let (Some(left), Some(right)) = (left, done.value.plus(on.value)) else { return };
    let figure = |q: &Quantity| context.figure(q);
    let came = if among {
        format!("受理{}（含上年结转{}）", figure(new), figure(carried))
    } else {
        format!("上年结转{}＋新收{}＝{left}", figure(carried), figure(new))
    };
    let computation = format!("{came}；办结{}＋结转下年{}＝{right}", figure(done), figure(on));
    if left.equals(right) {
        context.relate(RelationKind::Stock, Verdict::Agrees, on, &all, computation);
    } else if sure {
        context.relate(RelationKind::Stock, Verdict::Differs, on, &all, computation.clone());
        let words = Words::new("上年结转加新收，不等于办结加结转下年").computed(computation);
        context.report("stock_balance", on.start, on.end, words.help("核对四个数"));
    }
}

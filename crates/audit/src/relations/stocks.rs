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
];
const CARRIED_IN: &[&str] =
    &["上年结转", "上年度结转", "上年末结转", "旧存", "去年结转", "往年结转", "上年转入"];
const NEW: &[&str] = &["新收", "新受理", "新接收", "受理", "收到", "接收"];
const DONE: &[&str] = &["办结", "审结", "结案", "办理完毕", "已办"];

/// Checks the stock of a sentence when all four numbers (or three, nothing carried in) are there.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    let counts: Vec<&Quantity> =
        numbers.iter().take(64).filter(|q| q.is_count() && q.is_exact() && !q.is_coarse()).collect();
    let pick = |words: &[&str], not: &[&str]| {
        let fits = |q: &&&Quantity| {
            context.labelled(q, words.iter().copied()) && !context.labelled(q, not.iter().copied())
        };
        let mut found = counts.iter().filter(fits);
        let first = found.next().copied();
        if found.next().is_some() { None } else { first }
    };
    let on = pick(CARRIED_ON, &[]);
    let carried = pick(CARRIED_IN, &[]);
    let new = pick(NEW, &["结转", "不予受理", "未"]);
    let done = pick(DONE, &["结转", "未办结", "未审结", "未结"]);
    let (Some(on), Some(new), Some(done), Some(carried)) = (on, new, done, carried) else { return };
    let all = [carried, new, done, on];
    if all.iter().any(|q| q.family() != new.family()) {
        return;
    }
    let (Some(left), Some(right)) = (carried.value.plus(new.value), done.value.plus(on.value)) else {
        return;
    };
    let figure = |q: &Quantity| context.figure(q);
    let computation = format!(
        "上年结转{}＋新收{}＝{left}；办结{}＋结转下年{}＝{right}",
        figure(carried),
        figure(new),
        figure(done),
        figure(on)
    );
    if left.equals(right) {
        context.relate(RelationKind::Stock, Verdict::Agrees, on, &all, computation);
        return;
    }
    context.relate(RelationKind::Stock, Verdict::Differs, on, &all, computation.clone());
    context.report(
        "stock_balance",
        on.start,
        on.end,
        Words::new("上年结转加新收，不等于办结加结转下年").computed(computation).help("核对四个数"),
    );
}

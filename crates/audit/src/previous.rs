//! The same quantities across two years' reports. (与上年比较)

use std::collections::BTreeMap;

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{Relation, RelationKind, Verdict};
use crate::quantities::{self, Kind, Quantity};
use crate::ratio::{self, Interval, Judgement};
use crate::relations::disclosure::Requests;
use crate::relations::growth;
use crate::relations::tables;
use crate::text::Text;

/// The words of the clause before a number, without the year and the words that every number may have.
fn key(text: &Text, quantities: &[Quantity], index: usize) -> Option<String> {
    let quantity = quantities.get(index)?;
    let clause = text.clauses.get(quantity.clause)?;
    let before = index.checked_sub(1).and_then(|i| quantities.get(i)).filter(|b| b.clause == quantity.clause);
    let first = before.is_none_or(|b| matches!(b.kind, Kind::Date(_)));
    if quantity.start - clause.start > 40 || !first || !quantity.is_count() {
        return None;
    }
    let words: String = text
        .chars
        .slice(quantity.before, quantity.start)
        .iter()
        .filter(|c| !c.is_ascii_digit() && !" 年共已的了“”".contains(**c))
        .collect();
    let common = ["全年", "累计", "全县", "全市", "全区", "本年度", "一年来", "我县", "我市", "我区", "今"];
    let words = common.iter().fold(words, |words, word| words.replace(word, ""));
    (words.chars().count() >= 4 && !words.contains("其中")).then(|| format!("{words}|{}", quantity.family()))
}

/// Compares the numbers of this report with those of the year before.
pub fn check(context: &mut Context, previous: &Text) {
    carried(context, previous);
    let earlier = quantities::find(previous);
    let mut known: BTreeMap<String, Option<Quantity>> = BTreeMap::new();
    for (index, quantity) in earlier.iter().enumerate().filter(|(_, q)| q.is_exact()) {
        if let Some(key) = key(previous, &earlier, index) {
            // A label that stands twice names nothing for sure.
            known.entry(key).and_modify(|k| *k = None).or_insert(Some(*quantity));
        }
    }
    let numbers = context.quantities;
    for (index, quantity) in numbers.iter().enumerate().filter(|(_, q)| q.is_exact()) {
        let found = key(context.text, numbers, index).and_then(|k| known.get(&k).copied().flatten());
        if let Some(before) = found {
            compare(context, previous, quantity, &before);
        }
    }
}

/// Table three of two years' reports on disclosure: what the one carried on, the other carries in.
fn carried(context: &mut Context, previous: &Text) {
    let requests = |text: &Text| {
        text.tables.iter().find_map(|table| Requests::find(&text.chars, &tables::read(&text.chars, table)))
    };
    let (Some(now), Some(before)) = (requests(context.text), requests(previous)) else { return };
    let (Some((carried, cell)), Some((on, _))) = (now.carried_in(), before.carried_on()) else { return };
    let holds = carried.equals(on);
    let computation = format!("上年报告结转下年度{on}，本年报告上年结转{carried}");
    context.relations.push(Relation {
        kind: RelationKind::Stock,
        verdict: if holds { Verdict::Agrees } else { Verdict::Differs },
        start: cell.start,
        end: cell.end,
        with: Vec::new(),
        computation: computation.clone(),
    });
    if !holds {
        let words = Words::new("上年结转的件数，与上年报告结转下年度的件数不同").computed(computation);
        context.report("previous_mismatch", cell.start, cell.end, words.help("核对两年报告的表三"));
    }
}

fn compare(context: &mut Context, previous: &Text, now: &Quantity, before: &Quantity) {
    let earlier = previous.original(before.start, before.end).to_owned();
    let printed = context.printed(now);
    let line = previous.line_column(before.start).0;
    let computation = format!("上年报告第{line}行写作{earlier}，本年写作{printed}");
    let tenfold = |a: Decimal, b: Decimal| b.times(Decimal::integer(10)).is_some_and(|t| !t.exceeds(a));
    let leap = tenfold(now.value, before.value) || tenfold(before.value, now.value);
    if leap && !before.value.is_zero() && !now.value.is_zero() {
        let words = Words::new("与上年报告中同样一句话的数相差十倍以上").computed(computation.clone());
        context.report("changed_value", now.start, now.end, words.help("核对单位和小数点；属实的，说明原因"));
    }
    stated(context, now, before, &computation);
    let numbers = context.of_sentence(now.sentence);
    let next =
        numbers.iter().find(|q| q.start > now.start && q.clause - now.clause <= 1 && q.kind == Kind::Percent);
    let stated = next.filter(|q| q.is_exact()).and_then(|q| direction(context, q).map(|up| (q, up)));
    match stated {
        Some((percent, up)) => growth(context, (now, before), percent, up, &computation),
        None => context.relate(RelationKind::Repeat, Verdict::NotCheckable, now, &[], computation),
    }
}

/// "480件，比上年的600件……", "480件，比上年减少120件": what the report says of last year, against last year's report.
fn stated(context: &mut Context, now: &Quantity, before: &Quantity, computation: &str) {
    let numbers = context.of_sentence(now.sentence);
    let near = |q: &&Quantity| {
        q.start != now.start
            && q.is_count()
            && q.is_exact()
            && q.family() == now.family()
            && q.clause.abs_diff(now.clause) <= 2
    };
    let gap = |up: bool| if up { now.value.minus(before.value) } else { before.value.minus(now.value) };
    for quantity in numbers.iter().filter(near) {
        let (wanted, what) = match growth::change(context, quantity) {
            Some(up) if compared(context, quantity) => (gap(up), "增减的数"),
            None if growth::is_earlier(context, quantity) => (Some(before.value), "上年的数"),
            _ => continue,
        };
        let (Some(wanted), Some(stated)) = (wanted, Interval::of(quantity)) else { continue };
        let known = Interval::of(before).is_some_and(Interval::is_point) && !now.is_coarse();
        if !stated.low.exceeds(wanted) && !wanted.exceeds(stated.high) {
            context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &[now], computation.to_owned());
        } else if known {
            context.relate(RelationKind::Growth, Verdict::Differs, quantity, &[now], computation.to_owned());
            let printed = context.printed(quantity);
            let message = format!("{what}写作{printed}，按上年报告应为{wanted}");
            let words = Words::new(message).computed(computation).help("核对上年的数；口径有变化的，说明");
            context.report("previous_mismatch", quantity.start, quantity.end, words);
        }
    }
}

/// Whether the words before a number compare it with the year before.
fn compared(context: &Context, quantity: &Quantity) -> bool {
    let (start, end) = context.lead(quantity, 12);
    context.chars.has_any(start, end, ["同比", "比上年", "较上年", "比去年", "较去年"])
}

/// Whether the words before a percentage say it went up or down against the year before.
fn direction(context: &Context, percent: &Quantity) -> Option<bool> {
    let (start, end) = context.lead(percent, 12);
    let has = |words: &[&str]| context.chars.has_any(start, end, words.iter().copied());
    if !has(&["同比", "比上年", "较上年", "比去年", "较去年"]) {
        None
    } else if has(&["增长", "上升", "增加", "提高"]) {
        Some(true)
    } else if has(&["下降", "减少", "降低"]) {
        Some(false)
    } else {
        None
    }
}

fn growth(
    context: &mut Context,
    pair: (&Quantity, &Quantity),
    percent: &Quantity,
    up: bool,
    computation: &str,
) {
    let (now, before) = pair;
    let (Some(to), Some(from)) = (Interval::of(now), Interval::of(before)) else { return };
    let Some(gap) = (if up { to.minus(from) } else { from.minus(to) }) else { return };
    let judged = ratio::judge(gap, from, Decimal::integer(100), percent.value);
    let nominal = if up { now.value.minus(before.value) } else { before.value.minus(now.value) };
    let rate = nominal.and_then(|n| ratio::rate(n, before.value, percent.value.scale()));
    let shown = rate.map_or_else(String::new, |r| format!("，按此计算为{r}%"));
    let computation = format!("{computation}{shown}");
    match judged {
        Judgement::Unknown => {}
        Judgement::Differs => {
            context.relate(RelationKind::Growth, Verdict::Differs, percent, &[now], computation.clone());
            let message = format!("同比幅度写作{}，与上年报告的数不符", context.printed(percent));
            let words = Words::new(message).computed(computation).help("核对上年的数；口径有变化的，说明");
            context.report("previous_mismatch", percent.start, percent.end, words);
        }
        _ => context.relate(RelationKind::Growth, Verdict::Agrees, percent, &[now], computation),
    }
}

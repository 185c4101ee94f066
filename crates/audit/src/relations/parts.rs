//! Parts and their whole: 其中, 分别为, 合计, lists in brackets. (分项与合计)

use crate::context::{Context, WINDOW, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Bound, Quantity};

/// Words of a stage of work: numbers so labelled may overlap and are not added.
const STAGES: &[&str] = &[
    "受理", "办结", "审结", "结案", "立案", "移送", "成功", "化解", "整改", "完成", "解决", "答复", "整治",
    "修复", "反馈", "通过", "回复", "采纳", "查处", "处罚", "罚款", "涉及", "参与", "参加", "出庭", "满意",
    "当场", "及时", "优秀", "合格", "新增", "达标", "获评", "入选", "上线", "网上", "线上",
];
/// Groups of people that one person may belong to several of.
const GROUPS: &[&str] = &[
    "妇女",
    "女性",
    "老年人",
    "农民工",
    "残疾人",
    "未成年人",
    "青少年",
    "军人",
    "低保",
    "党员",
    "少数民族",
    "本科",
    "法律职业资格",
];
/// How cases end.
const OUTCOMES: &[&str] =
    &["维持", "驳回", "撤销", "变更", "确认违法", "终止", "责令履行", "裁决", "撤诉", "改判"];
const RESTS: &[&str] = &["其他", "其它", "其余", "剩余", "余下"];

/// Numbers after a trigger, with the whole before it.
struct Group<'q> {
    whole: &'q Quantity,
    /// The greatest number that may be the whole.
    greatest: Decimal,
    parts: Vec<&'q Quantity>,
    /// 等 or a number that is not exact: more parts than are named.
    open: bool,
}

/// Checks the wholes and parts of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    let Some(first) = numbers.first() else { return };
    let Some(sentence) = context.sentence(first.sentence) else { return };
    let mut from = sentence.start;
    for _ in 0..64 {
        let Some(at) = context.chars.find(from, sentence.end, "其中") else { break };
        from = at + 2;
        if !context.text.is_inside(at) {
            after_trigger(context, numbers, at, true);
        }
    }
    for clause in sentence.clauses.0..sentence.clauses.1 {
        opened(context, numbers, clause);
        within(context, numbers, clause);
    }
    for index in 0..numbers.len() {
        complete(context, numbers, index);
    }
    for (index, total) in numbers.iter().enumerate() {
        before_total(context, numbers, index, total);
    }
}

/// A whole with its parts in brackets or after a colon, without 其中.
fn opened(context: &mut Context, numbers: &[Quantity], clause: usize) {
    let Some(end) = context.text.clauses.get(clause).map(|c| c.end) else { return };
    if !matches!(context.separator(clause), '(' | ':') {
        return;
    }
    let after = numbers.partition_point(|q| q.clause <= clause);
    let last = after.checked_sub(1).and_then(|i| numbers.get(i));
    let closed_by_number = last.is_some_and(|q| q.clause == clause && end.saturating_sub(q.end) <= 8);
    if closed_by_number && !context.chars.starts(end + 1, "其中") {
        after_trigger(context, numbers, end, false);
    }
}

/// "清理86件，保留50件，修改20件，废止16件": a known complete set of three or more right after its whole.
fn complete(context: &mut Context, numbers: &[Quantity], index: usize) {
    two_ways(context, numbers, index);
    made_by_next(context, numbers, index);
    let Some(whole) = numbers.get(index).filter(|q| q.is_count() && q.is_exact() && !q.is_coarse()) else {
        return;
    };
    let rules = context.rules;
    let mut next: Vec<&Quantity> = Vec::new();
    for quantity in numbers.iter().skip(index + 1).take(6) {
        let follows = quantity.clause == whole.clause + 1 + next.len();
        let alike =
            quantity.is_exact() && quantity.family() == whole.family() && quantity.is_seen_from(whole);
        if !follows || !alike || quantity.value.exceeds(whole.value) {
            break;
        }
        next.push(quantity);
    }
    for set in rules.complements.iter().filter(|set| set.len() >= 3 && set.len() <= next.len()) {
        let parts = next.get(..set.len()).unwrap_or(&[]).to_vec();
        let fits = set.iter().zip(&parts).all(|(word, q)| context.labelled(q, [word.as_str()]));
        if let (true, Some(total)) = (fits, sum(&parts)) {
            if total.equals(whole.value) {
                let computation = addition(context, &parts);
                context.relate(RelationKind::Parts, Verdict::Agrees, whole, &parts, computation);
            } else if !counted_twice(context, whole) {
                differs(context, whole, &parts, total.exceeds(whole.value), total);
            }
            return;
        }
    }
}

/// A number and the two to six right after it that make it, with nothing said of it: only ever found to agree.
fn made_by_next(context: &mut Context, numbers: &[Quantity], index: usize) {
    let Some(whole) = numbers.get(index).filter(|q| q.is_count() && q.is_exact()) else { return };
    let next = numbers.get(index + 1..(index + 9).min(numbers.len())).unwrap_or(&[]);
    let mut parts: Vec<&Quantity> = Vec::new();
    for quantity in next.iter().filter(|q| q.is_count()) {
        let last = parts.last().map_or(whole.clause, |q| q.clause);
        let fits = quantity.is_exact() && quantity.family() == whole.family() && quantity.clause - last <= 2;
        if !fits || parts.len() == 6 || !whole.value.exceeds(quantity.value) {
            return;
        }
        parts.push(quantity);
        if parts.len() >= 2 && sum(&parts).is_some_and(|total| total.equals(whole.value)) {
            let computation = addition(context, &parts);
            context.relate(RelationKind::Parts, Verdict::Agrees, whole, &parts, computation);
            return;
        }
    }
}

/// What was done and what was not: together all that came in.
const WAYS: &[(&str, &str)] = &[
    ("办结", "正在"),
    ("办结", "未办结"),
    ("办结", "在办"),
    ("审结", "未审结"),
    ("审结", "未结"),
    ("合格", "不合格"),
    ("整改", "未整改"),
    ("整改", "正在整改"),
    ("化解", "未化解"),
    ("成功", "不成功"),
    ("通过", "未通过"),
];

/// "受理1245件，办结1198件，正在办理47件": two numbers that make the one before, unless something was carried over.
fn two_ways(context: &mut Context, numbers: &[Quantity], index: usize) {
    let Some([whole, done, rest]) = numbers.get(index..index + 3) else { return };
    let placed = done.clause == whole.clause + 1 && rest.clause == done.clause + 1;
    let plain = placed && [whole, done, rest].iter().all(|q| q.is_count() && q.is_exact() && !q.is_coarse());
    let kinds =
        done.family() == whole.family() && rest.family() == whole.family() && whole.bracket == done.bracket;
    if !plain || !placed || !kinds {
        return;
    }
    let named = WAYS.iter().any(|(a, b)| {
        context.labelled_plainly(done, [*a]) && context.labelled(rest, [*b]) && !context.labelled(whole, [*a])
    });
    let Some(sentence) = context.sentence(whole.sentence).filter(|_| named) else {
        return;
    };
    let came = [
        "受理", "收到", "接收", "抽检", "抽查", "检查", "评查", "排查", "发现", "立案", "收案", "交办",
        "转办", "申请", "移送", "线索",
    ];
    if !context.labelled_plainly(whole, came) {
        return;
    }
    let carried = ["结转", "旧存", "上年", "往年", "历年", "其中", "去年"];
    if context.chars.has_any(sentence.start, whole.start, carried)
        || context.chars.has_any(whole.end, rest.end, carried)
    {
        return;
    }
    let parts = [done, rest];
    let Some(total) = sum(&parts) else { return };
    if total.equals(whole.value) {
        let computation = addition(context, &parts);
        context.relate(RelationKind::Parts, Verdict::Agrees, whole, &parts, computation);
    } else {
        differs(context, whole, &parts, total.exceeds(whole.value), total);
    }
}

/// "审结的964件中，维持410件、……": the parts follow what is named as their whole.
fn within(context: &mut Context, numbers: &[Quantity], clause: usize) {
    let Some(end) = context.text.clauses.get(clause).map(|c| c.end) else { return };
    let after = numbers.partition_point(|q| q.clause <= clause);
    let last = after.checked_sub(1).and_then(|i| numbers.get(i));
    let whole = last.is_some_and(|q| q.clause == clause && end.saturating_sub(q.end) <= 16 && q.is_count());
    let first = numbers.first().is_some_and(|q| q.clause == clause + 1);
    if !whole && first && context.separator(clause) == ',' && context.chars.before(end) == '中' {
        after_trigger(context, numbers, end, true);
        return;
    }
    if whole && context.separator(clause) == ',' && context.chars.before(end) == '中' {
        after_trigger(context, numbers, end, true);
    }
}

/// The numbers after a trigger that may be parts: up to a full list of 、 or ; and never past the next 其中.
fn after_trigger(context: &mut Context, numbers: &[Quantity], at: usize, among: bool) {
    let split = numbers.partition_point(|q| q.start < at);
    let mut before = numbers.get(split.saturating_sub(WINDOW)..split).unwrap_or(&[]);
    if before.is_empty() && among {
        before = sentence_before(context, numbers);
    }
    let after = numbers.get(split..(split + WINDOW).min(numbers.len())).unwrap_or(&[]);
    let Some(first) = after.iter().find(|q| q.is_count() && same_kind_before(before, q)) else { return };
    let fits = |q: &&Quantity| {
        q.is_count() && q.family() == first.family() && first.clause - q.clause <= 8 && q.is_seen_from(first)
    };
    let wholes: Vec<&Quantity> = before.iter().rev().filter(fits).take(4).collect();
    let Some(whole) = wholes.first().copied() else { return };
    if !among && first.clause > whole.clause + 1 {
        return;
    }
    let bracketed = context.separator(whole.clause) == '(';
    let limit = end_of_parts(context, at, first, bracketed);
    // What stands in a bracket after a part is a part of that part.
    let parts: Vec<&Quantity> = after
        .iter()
        .filter(|q| q.is_count() && q.family() == first.family() && q.start < limit)
        .filter(|q| q.bracket == first.bracket && !is_average(context, q))
        .collect();
    let whole = likeliest(context, &wholes, &parts).unwrap_or(whole);
    let greatest = wholes.iter().map(|w| w.value).fold(whole.value, |a, b| if b.exceeds(a) { b } else { a });
    let open = is_open(context, &parts, limit);
    judge(context, &Group { whole, greatest, open, parts }, among);
}

/// 日均, 人均, 平均每: a number that is no part.
fn is_average(context: &Context, quantity: &Quantity) -> bool {
    let (start, end) = context.lead(quantity, 10);
    context.chars.has_any(
        start,
        end,
        ["日均", "月均", "人均", "案均", "件均", "户均", "场均", "平均", "年均"],
    )
}

/// Of the numbers before the parts: the one that they make; else, of complete parts, the one that they miss by least;
/// else the nearest that is no later stage of the work.
fn likeliest<'q>(context: &Context, wholes: &[&'q Quantity], parts: &[&Quantity]) -> Option<&'q Quantity> {
    // "审结案件中，维持……" and outcomes of cases are of what was closed.
    let told = parts.first().and_then(|q| q.clause.checked_sub(1)).and_then(|c| context.text.clauses.get(c));
    let told = told.filter(|c| context.chars.before(c.end) == '中');
    let told = told.map_or_else(String::new, |c| context.chars.text(c.start, c.end.min(c.start + 2)));
    let outcomes = parts.iter().filter(|q| context.labelled(q, OUTCOMES.iter().copied())).count() >= 2;
    let closed = |q: &Quantity| {
        told.chars().count() == 2 && context.labelled(q, [told.as_str()])
            || outcomes && context.labelled_plainly(q, ["审结", "办结", "结案", "审执结"])
    };
    let own: Vec<&Quantity> = wholes.iter().filter(|w| closed(w)).copied().collect();
    let wholes = if own.is_empty() { wholes } else { own.as_slice() };
    let made = |whole: &&&Quantity| prefix_sum(parts, whole.value).is_some();
    let staged = |whole: &&&Quantity| context.labelled(whole, STAGES.iter().copied());
    if let Some(whole) = wholes.iter().find(made) {
        return Some(whole);
    }
    if let (true, Some(total)) = (is_exhaustive(context, parts), sum(parts)) {
        let gap = |whole: &Quantity| {
            let (high, low) =
                if total.exceeds(whole.value) { (total, whole.value) } else { (whole.value, total) };
            high.minus(low)
        };
        let mut best: Option<(Decimal, &Quantity)> = None;
        for whole in wholes.iter().copied() {
            let Some(missed) = gap(whole) else { continue };
            if best.is_none_or(|(least, _)| least.exceeds(missed)) {
                best = Some((missed, whole));
            }
        }
        return best.map(|(_, whole)| whole);
    }
    wholes.iter().find(|w| !staged(w)).or(wholes.first()).copied()
}

/// How many of the first parts make a whole.
fn prefix_sum(parts: &[&Quantity], whole: Decimal) -> Option<usize> {
    (2..=parts.len()).find(|n| parts.get(..*n).and_then(sum).is_some_and(|total| total.equals(whole)))
}

/// The numbers of the sentence before, for one that begins with 其中.
fn sentence_before<'a>(context: &Context<'a>, numbers: &[Quantity]) -> &'a [Quantity] {
    let Some(first) = numbers.first() else { return &[] };
    let Some(earlier) = first.sentence.checked_sub(1).map(|s| context.of_sentence(s)) else { return &[] };
    let same = earlier.last().is_some_and(|q| q.paragraph == first.paragraph);
    if same { earlier.get(earlier.len().saturating_sub(WINDOW)..).unwrap_or(&[]) } else { &[] }
}

fn same_kind_before(before: &[Quantity], quantity: &Quantity) -> bool {
    before.iter().any(|q| q.is_count() && q.family() == quantity.family())
}

/// Where the parts end: a bracket's end, the next 其中, the sentence's end.
fn end_of_parts(context: &Context, at: usize, first: &Quantity, bracketed: bool) -> usize {
    let end = context.sentence(first.sentence).map_or(first.end, |s| s.end);
    let next = context.chars.find(first.end, end.min(first.end + 400), "其中").unwrap_or(end);
    let close = if bracketed { (at..next.min(at + 400)).find(|i| context.chars.at(*i) == ')') } else { None };
    close.unwrap_or(next)
}

/// Whether the numbers follow one another with nothing but 、 between their clauses.
fn listed(context: &Context, parts: &[&Quantity]) -> bool {
    parts.len() >= 2
        && parts.windows(2).all(|pair| match pair {
            [a, b] => {
                (a.clause == b.clause || (a.clause + 1 == b.clause && context.separator(a.clause) == '、'))
                    && a.after + 1 >= b.before
            }
            _ => false,
        })
}

fn is_open(context: &Context, parts: &[&Quantity], limit: usize) -> bool {
    let vague = parts.iter().any(|q| q.bound != Bound::Exact);
    let last = parts.last().map_or(limit, |q| q.end);
    vague || context.chars.slice(last, (last + 8).min(limit)).contains(&'等')
}

fn sum(parts: &[&Quantity]) -> Option<Decimal> {
    parts.iter().try_fold(Decimal::integer(0), |total, q| total.plus(q.value))
}

fn addition(context: &Context, parts: &[&Quantity]) -> String {
    let figures: Vec<String> = parts.iter().map(|q| context.figure(q)).collect();
    sum(parts).map_or_else(|| figures.join("＋"), |total| format!("{}＝{total}", figures.join("＋")))
}

fn judge(context: &mut Context, group: &Group, among: bool) {
    let exact = group.whole.is_exact() && group.parts.iter().all(|q| q.is_exact());
    if let (Some(count), true) = (prefix_sum(&group.parts, group.whole.value), exact) {
        let parts = group.parts.get(..count).unwrap_or(&[]);
        let computation = addition(context, parts);
        context.relate(RelationKind::Parts, Verdict::Agrees, group.whole, parts, computation);
        return;
    }
    if among && greater_part(context, group) {
        return;
    }
    let parts = first_run(context, group);
    let (Some(total), true) = (sum(&parts), parts.len() >= 2 && exact && !rounded(group, &parts)) else {
        return;
    };
    let exhaustive = is_exhaustive(context, &parts) && !group.open && !counted_twice(context, group.whole);
    let overlapping = overlaps(context, group.whole, &parts);
    let over = total.exceeds(group.whole.value);
    let listed = listed(context, &parts);
    if exhaustive || (over && listed && !overlapping) {
        differs(context, group.whole, &parts, over, total);
    } else {
        near(context, group, &parts, total, listed && !overlapping && !group.open);
        let computation = format!("{}，总数{}", addition(context, &parts), context.figure(group.whole));
        context.relate(RelationKind::Parts, Verdict::NotCheckable, group.whole, &parts, computation);
    }
}

/// Whether parts may overlap: they are several stages of one work, or the sentence says so.
fn overlaps(context: &Context, whole: &Quantity, parts: &[&Quantity]) -> bool {
    let stage =
        |q: &Quantity| STAGES.iter().filter(|w| context.labelled(q, [**w])).max_by_key(|w| w.len()).copied();
    let mut stages: Vec<&str> = parts.iter().filter_map(|q| stage(q)).collect();
    stages.sort_unstable();
    stages.dedup();
    let groups = parts.iter().filter(|q| context.labelled(q, GROUPS.iter().copied())).count();
    stages.len() >= 2 || groups >= 2 || counted_twice(context, whole)
}

/// "同一案件符合多种情形的重复统计": the sentence, or the next one, says that parts overlap.
fn counted_twice(context: &Context, whole: &Quantity) -> bool {
    let Some(sentence) = context.sentence(whole.sentence) else { return false };
    let words =
        ["重复统计", "重复计", "交叉", "同时属于", "同时符合", "多种情形", "可兼", "有重叠", "存在重叠"];
    context.chars.has_any(
        sentence.start.max(whole.start.saturating_sub(40)),
        sentence.end.min(whole.end + 240),
        words,
    )
}

/// Whether rounding may explain that parts miss the whole: half a last place for each number.
fn rounded(group: &Group, parts: &[&Quantity]) -> bool {
    let all = || parts.iter().copied().chain([group.whole]);
    if !all().any(|q| q.is_coarse()) {
        return false;
    }
    let gap = sum(parts).and_then(|total| {
        let (high, low) = if total.exceeds(group.whole.value) {
            (total, group.whole.value)
        } else {
            (group.whole.value, total)
        };
        high.minus(low)
    });
    let reach = all().try_fold(Decimal::integer(0), |t, q| t.plus(q.place));
    gap.zip(reach).is_none_or(|(gap, reach)| !gap.exceeds(reach))
}

/// The parts up to the first semicolon when at least two stand there, else all.
fn first_run<'q>(context: &Context, group: &Group<'q>) -> Vec<&'q Quantity> {
    let Some(first) = group.parts.first() else { return Vec::new() };
    let segment = context.segment_start(first.clause);
    let near: Vec<&Quantity> =
        group.parts.iter().filter(|q| context.segment_start(q.clause) == segment).copied().collect();
    if near.len() >= 2 { near } else { group.parts.clone() }
}

/// A part greater than its whole.
fn greater_part(context: &mut Context, group: &Group) -> bool {
    let run = first_run(context, group);
    let head = group.parts.first().map(|q| q.start);
    let exceeding = |q: &&&Quantity| {
        let nearest = || group.whole.clause + 1 == q.clause && context.labelled(q, STAGES.iter().copied());
        let greater = q.value.exceeds(group.greatest) || q.value.exceeds(group.whole.value) && nearest();
        greater && q.is_exact() && (Some(q.start) == head || listed(context, &run))
    };
    let Some(part) = run.iter().find(exceeding).copied() else { return false };
    if !group.whole.is_exact() || group.whole.unit != part.unit && group.whole.family() == "个" {
        return false;
    }
    let computation = format!("{}＞{}", context.printed(part), context.printed(group.whole));
    context.relate(RelationKind::Parts, Verdict::Differs, part, &[group.whole], computation.clone());
    let message = format!("“其中”的{}大于总数{}", context.printed(part), context.printed(group.whole));
    context.report(
        "part_over_whole",
        part.start,
        part.end,
        Words::new(message).computed(computation).help("核对两个数；如果不是同一口径，不要用“其中”"),
    );
    true
}

/// Whether the parts must make the whole: the last is the rest, or they are a known complete set.
fn is_exhaustive(context: &Context, parts: &[&Quantity]) -> bool {
    let rest = parts.last().is_some_and(|q| context.labelled(q, RESTS.iter().copied()));
    let set = context.rules.complements.iter().any(|set| {
        set.len() == parts.len()
            && set.iter().zip(parts).all(|(word, q)| context.labelled(q, [word.as_str()]))
            || set.len() == parts.len()
                && set.iter().rev().zip(parts).all(|(word, q)| context.labelled(q, [word.as_str()]))
    });
    rest || set
}

fn differs(context: &mut Context, whole: &Quantity, parts: &[&Quantity], over: bool, total: Decimal) {
    let computation = format!("{}，总数{}", addition(context, parts), context.figure(whole));
    context.relate(RelationKind::Parts, Verdict::Differs, whole, parts, computation.clone());
    let gap = if over { total.minus(whole.value) } else { whole.value.minus(total) };
    let way = if over { "多" } else { "少" };
    let gap = gap.map_or_else(String::new, |g| g.to_string());
    let printed = context.printed(whole);
    context.report(
        "parts_sum",
        whole.start,
        whole.end,
        Words::new(format!("各分项相加为{total}，比总数{printed}{way}{gap}"))
            .computed(computation)
            .help("核对总数和每个分项；分项有交叉的，写明"),
    );
}

/// Parts that miss the whole by a hair without being declared complete.
fn near(context: &mut Context, group: &Group, parts: &[&Quantity], total: Decimal, fit: bool) {
    let Some(gap) = group.whole.value.minus(total) else { return };
    let hundredfold = gap.times(Decimal::integer(100));
    let close = hundredfold.is_some_and(|h| !h.exceeds(group.whole.value));
    if !fit || parts.len() < 3 || !close || !gap.exceeds(Decimal::integer(0)) {
        return;
    }
    let computation = format!("{}，总数{}", addition(context, parts), context.figure(group.whole));
    let message = format!("各分项相加为{total}，与总数{}只差{gap}", context.printed(group.whole));
    context.report(
        "parts_near",
        group.whole.start,
        group.whole.end,
        Words::new(message)
            .computed(computation)
            .help("如果没有列全，写“等”或者补上其他；如果列全了，核对数字"),
    );
}

/// "甲8个、乙12个，共计20个": parts before their total.
fn before_total(context: &mut Context, numbers: &[Quantity], index: usize, total: &Quantity) {
    if !total.is_count() || !total.is_exact() {
        return;
    }
    if total.start - total.before > 10 {
        return;
    }
    let lead = context.chars.text(total.before, total.start);
    let lead = lead.trim();
    let surely = ["共计", "合计", "总计", "总数", "一共", "总共"]
        .iter()
        .any(|w| lead.starts_with(w) || lead.ends_with(w) && lead.chars().count() <= 4);
    if context.chars.at(total.start.saturating_sub(1)) == '占' || lead.contains('占') {
        return;
    }
    let after_noun = lead.ends_with('共') && lead.chars().count() <= 6;
    let yearly = lead.starts_with("全年");
    if !surely && !after_noun && !yearly && !matches!(lead, "累计共" | "共有") {
        return;
    }
    let window = numbers.get(index.saturating_sub(WINDOW)..index).unwrap_or(&[]);
    let mut run: Vec<&Quantity> = Vec::new();
    // "三类合计": the number of kinds is no part.
    let parts = window.iter().filter(|q| !(q.hanzi && q.clause == total.clause));
    for quantity in parts.rev() {
        let next = run.last().map_or(total.clause, |q| q.clause);
        let fits = quantity.is_count() && quantity.is_exact() && quantity.family() == total.family();
        if !fits || next - quantity.clause > 1 {
            break;
        }
        run.push(quantity);
    }
    run.reverse();
    let equal = (0..run.len().saturating_sub(1))
        .find(|from| run.get(*from..).and_then(sum).is_some_and(|s| s.equals(total.value)));
    if let Some(from) = equal {
        let parts = run.get(from..).unwrap_or(&[]);
        let computation = addition(context, parts);
        context.relate(RelationKind::Parts, Verdict::Agrees, total, parts, computation);
        return;
    }
    let others = window.len() > run.len()
        && window
            .iter()
            .any(|q| q.is_count() && q.family() == total.family() && !run.iter().any(|r| r.start == q.start));
    let plain = surely && run.len() >= 2 && run.iter().all(|q| q.unit == total.unit);
    // Halves of a year make the year.
    let plain = plain || yearly && is_exhaustive(context, &run);
    let sure =
        !yearly && lead.chars().count() <= 2 && listed(context, &run) || plain && one_each(&run, total);
    let group = Group { whole: total, greatest: total.value, parts: run.clone(), open: false };
    if let (Some(made), true) = (sum(&run), sure && !others && !rounded(&group, &run)) {
        let over = made.exceeds(total.value);
        differs(context, total, &run, over, made);
    }
}

/// Whether each clause before the total has one number.
fn one_each(run: &[&Quantity], total: &Quantity) -> bool {
    let clauses: Vec<usize> = run.iter().map(|q| q.clause).chain([total.clause]).collect();
    clauses.windows(2).all(|pair| matches!(pair, [a, b] if a + 1 == *b))
}

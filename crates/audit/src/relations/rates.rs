//! Rates and their parts: which numbers of the sentence make the printed rate. (比率核算)

use crate::context::{Context, WINDOW, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio::{self, Interval, Judgement};
use crate::relations::grim;
use crate::rule::RateRule;

/// What a percentage says of itself.
#[derive(Clone, Debug)]
pub enum Claim {
    /// "…率为": the name from the start of its words to 率.
    Rate { start: usize, end: usize },
    /// "占…的".
    Share { start: usize },
}

/// Words that a level may stand behind: 率达, 率保持在, 占比提升至.
const LEVEL_TAIL: &str = "为达到至是约均高在保持稳定持续仍均已就仅:了 也全部的分别别超不";
/// Qualities of a rate that narrow its numerator or its base.
const NARROW: &[&str] = &[
    "按时", "按期", "及时", "限时", "限期", "法定", "提前", "网上", "一次", "首次", "当场", "现场", "实质",
    "综合", "平均", "有效", "诉前", "庭前", "初次", "即时", "当年", "规范", "主动", "自动",
];

/// Reads what a percentage claims from the words before it.
pub fn claim(context: &Context, quantity: &Quantity) -> Option<Claim> {
    let (start, end) = context.lead(quantity, 40);
    let chars = context.chars;
    let tail = |from: usize| chars.slice(from, end).iter().all(|c| LEVEL_TAIL.contains(*c) || is_raise(*c));
    let changed = |from: usize| {
        let raised = chars.slice(from, end).iter().any(|c| is_raise(*c));
        raised && !chars.has_any(from, end, ["到", "至", "为", "达"])
    };
    for word in ["占比", "率", "满意度", "比例", "比重"] {
        let Some(at) = chars.rfind(start, end, word) else { continue };
        let after = at + word.chars().count();
        if end - after <= 8 && tail(after) && !changed(after) {
            let name_start = name_start(context, start, at);
            return Some(Claim::Rate { start: name_start, end: after });
        }
    }
    let share = chars.rfind(start, end, "占")?;
    let share_tail = chars.slice(share, end);
    let closes = share_tail.len() <= 14 && !share_tail.iter().any(|c| is_raise(*c));
    closes.then_some(Claim::Share { start: share })
}

fn is_raise(c: char) -> bool {
    "提升高上下降增长减少加".contains(c)
}

/// A rate's name goes back at most ten ideographs from 率.
fn name_start(context: &Context, start: usize, at: usize) -> usize {
    let mut from = at;
    while from > start && at - from < 10 && crate::chars::is_han(context.chars.before(from)) {
        from -= 1;
    }
    from
}

/// A lone percentage: only its size can be judged, and a base in the sentence before.
pub fn alone(context: &mut Context, numbers: &[Quantity]) {
    for quantity in numbers {
        if quantity.kind == Kind::Percent {
            over_hundred(context, quantity);
            if let Some(Claim::Rate { start, end }) = claim(context, quantity) {
                let earlier = previous_sentence(context, quantity);
                rate(context, earlier, quantity, start, end, true);
            }
        }
    }
}

fn previous_sentence<'a>(context: &Context<'a>, quantity: &Quantity) -> &'a [Quantity] {
    let Some(before) = quantity.sentence.checked_sub(1) else { return &[] };
    let numbers = context.of_sentence(before);
    if numbers.first().is_some_and(|q| q.paragraph == quantity.paragraph) { numbers } else { &[] }
}

/// Checks every percentage of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for (index, quantity) in numbers.iter().enumerate() {
        if quantity.kind != Kind::Percent {
            continue;
        }
        over_hundred(context, quantity);
        let window = numbers.get(index.saturating_sub(WINDOW)..index).unwrap_or(&[]);
        let window = &with_whole(context, window, quantity)[..];
        match claim(context, quantity) {
            Some(Claim::Rate { start, end }) if context.chars.text(start, end).ends_with("占比") => {
                share(context, window, quantity, start);
            }
            Some(Claim::Rate { start, end }) => {
                if window.iter().any(Quantity::is_count) {
                    rate(context, window, quantity, start, end, false);
                } else {
                    let later = numbers.get(index + 1..(index + 3).min(numbers.len())).unwrap_or(&[]);
                    let mut all = previous_sentence(context, quantity).to_vec();
                    all.extend_from_slice(later);
                    rate(context, &all, quantity, start, end, true);
                }
            }
            Some(Claim::Share { start }) => share(context, window, quantity, start),
            None => {}
        }
    }
}

/// The window, with the numbers of the sentence before when this one begins with 其中.
fn with_whole(context: &Context, window: &[Quantity], quantity: &Quantity) -> Vec<Quantity> {
    let start = context.sentence(quantity.sentence).map_or(0, |s| s.start);
    let mut all = Vec::new();
    if context.chars.starts(start, "其中") {
        let earlier = previous_sentence(context, quantity);
        all.extend_from_slice(earlier.get(earlier.len().saturating_sub(WINDOW)..).unwrap_or(&[]));
    }
    all.extend_from_slice(window);
    all
}

/// A rate over 100 % that cannot be. (超过百分之百)
fn over_hundred(context: &mut Context, quantity: &Quantity) {
    const MAY_PASS: &[&str] = &[
        "增长",
        "完成",
        "计划",
        "目标",
        "任务",
        "超额",
        "较",
        "比上",
        "同比",
        "执行率",
        "投资",
        "增幅",
        "负债",
        "杠杆",
        "倍",
        "收益",
        "回报",
        "周转",
        "入库",
        "到账",
        "进度",
        "增速",
        "增加",
        "提高",
        "达产",
        "预算",
        "拨备",
        "替代",
    ];
    if !quantity.value.exceeds(Decimal::integer(100)) {
        return;
    }
    let Some(claimed) = claim(context, quantity) else { return };
    let (start, end) = context.lead(quantity, 40);
    let clause = context.text.clauses.get(quantity.clause).map_or(start, |c| c.start);
    if context.chars.has_any(clause.min(start), end, MAY_PASS.iter().copied()) {
        return;
    }
    let name = match claimed {
        Claim::Rate { start, end } => context.chars.text(start, end),
        Claim::Share { .. } => "占比".to_owned(),
    };
    if name.ends_with("比例") || rule_for(context, &name).is_some_and(|r| r.can_pass) {
        return;
    }
    let printed = context.printed(quantity);
    context.report(
        "percent_over",
        quantity.start,
        quantity.end,
        Words::new(format!("“{name}”写作{printed}，超过了100%，部分不可能大于全部"))
            .help("核对分子和分母；如果比的是计划数，写明“完成计划的……”"),
    );
}

/// The rule for a rate's name: the longest known name that ends it.
pub fn rule_for<'a>(context: &Context<'a>, name: &str) -> Option<&'a RateRule> {
    let length =
        |rule: &RateRule| rule.names.iter().filter(|n| name.ends_with(n.as_str())).map(String::len).max();
    context
        .rules
        .rates
        .iter()
        .filter_map(|r| length(r).map(|l| (l, r)))
        .max_by_key(|(l, _)| *l)
        .map(|(_, r)| r)
}

/// The words that mark the numerator of a rate without a rule of its own: the two characters before 率.
fn stem(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let body = chars.strip_suffix(&['率']).or(chars.strip_suffix(&['满', '意', '度'])).unwrap_or(&chars);
    let word: String = body.iter().rev().take(2).rev().collect();
    if word.chars().count() == 2 { vec![word] } else { Vec::new() }
}

/// A numerator and a denominator with how sure they are.
struct Pair<'q> {
    part: &'q Quantity,
    whole: &'q Quantity,
    /// The part is the whole less this number.
    less: bool,
    named: bool,
}

fn rate(
    context: &mut Context,
    window: &[Quantity],
    printed: &Quantity,
    start: usize,
    end: usize,
    apart: bool,
) {
    if !printed.is_exact() || context.chars.has_any(end, printed.start, ["分别", "超", "不"]) {
        return;
    }
    let name = context.chars.text(start, end);
    let rule = rule_for(context, &name);
    let stems = rule.map_or_else(|| stem(&name), |r| r.numerator.clone());
    let segment = context.segment_start(printed.clause);
    let counts: Vec<&Quantity> = window.iter().filter(|q| q.is_count() && q.is_exact()).collect();
    let near: Vec<&Quantity> = counts.iter().filter(|q| q.clause >= segment).copied().collect();
    let counts = if near.len() >= 2 { near } else { counts };
    let marks = |q: &Quantity| context.labelled_plainly(q, stems.iter().map(String::as_str));
    let part = counts.iter().rev().find(|q| marks(q)).copied();
    let bases: Vec<&Quantity> =
        counts.iter().filter(|q| is_base(context, rule, q) && !marks(q)).copied().collect();
    let narrow = NARROW.iter().any(|w| name.contains(w) && part.is_none_or(|p| !context.labelled(p, [*w])));
    let pairs = pairs(context, &counts, part, &bases, rule);
    if settle(context, &pairs, printed, &name) {
        return;
    }
    if part.is_some_and(|part| over_sum(context, part, &counts, printed)) {
        return;
    }
    // A rate that no rule describes is only ever found to agree.
    let sure = !narrow && !apart && rule.is_some();
    match (part, pairs.iter().find(|p| p.named).or(if pairs.len() == 1 { pairs.first() } else { None })) {
        (_, Some(pair)) if sure && far_less_than_three(printed, pair) => {
            mismatch(context, &pairs, pair, printed, &name);
        }
        (None, _) if sure => grim::check(context, &counts, printed, &name, rule),
        _ => {}
    }
}

/// "刑事300件、民事500件，审结780件，结案率97.5%": the base is the sum of the numbers before the numerator.
fn over_sum(context: &mut Context, part: &Quantity, counts: &[&Quantity], printed: &Quantity) -> bool {
    let before: Vec<&Quantity> =
        counts.iter().filter(|q| q.start < part.start && q.family() == part.family()).copied().collect();
    for from in 0..before.len().saturating_sub(1) {
        let run = before.get(from..).unwrap_or(&[]);
        let Some(total) = run.iter().try_fold(Decimal::integer(0), |t, q| t.plus(q.value)) else {
            return false;
        };
        let Some(interval) = Interval::of(part) else { return false };
        let judged = ratio::judge(interval, Interval::exact(total), Decimal::integer(100), printed.value);
        if judged != Judgement::Agrees || run.iter().any(|q| q.is_coarse()) {
            continue;
        }
        let figures: Vec<String> = run.iter().map(|q| context.figure(q)).collect();
        let computation = format!("{}÷（{}）", context.figure(part), figures.join("＋"));
        let mut with = vec![part];
        with.extend(run);
        context.relate(RelationKind::Rate, Verdict::Agrees, printed, &with, computation);
        return true;
    }
    false
}

/// A pair that stands more than four clauses away belongs to another matter.
fn far_less_than_three(printed: &Quantity, pair: &Pair) -> bool {
    printed.clause.saturating_sub(pair.part.clause.max(pair.whole.clause)) <= 4
}

fn is_base(context: &Context, rule: Option<&RateRule>, quantity: &Quantity) -> bool {
    rule.is_some_and(|r| context.labelled(quantity, r.base.iter().chain(&r.weak_base).map(String::as_str)))
}

/// The pairs to try, the likeliest first.
fn pairs<'q>(
    context: &Context,
    counts: &[&'q Quantity],
    part: Option<&'q Quantity>,
    bases: &[&'q Quantity],
    rule: Option<&RateRule>,
) -> Vec<Pair<'q>> {
    let mut pairs = Vec::new();
    if let Some(part) = part {
        let fits = |q: &Quantity| q.start != part.start && q.family() == part.family();
        let nearest = bases.iter().rev().filter(|q| fits(q));
        pairs.extend(nearest.map(|whole| Pair { part, whole, less: false, named: true }));
        let others = counts.iter().rev().filter(|q| fits(q) && !bases.iter().any(|b| b.start == q.start));
        pairs.extend(others.map(|whole| Pair { part, whole, less: false, named: false }));
    }
    if let Some(rule) = rule {
        let against = |q: &&&Quantity| context.labelled(q, rule.complement.iter().map(String::as_str));
        if let Some(part) = counts.iter().rev().find(against) {
            let wholes = bases.iter().rev().filter(|q| q.start != part.start && q.family() == part.family());
            pairs.extend(wholes.map(|whole| Pair { part, whole, less: true, named: true }));
        }
    }
    pairs
}

fn judge(pair: &Pair, printed: Decimal) -> Judgement {
    let (Some(part), Some(whole)) = (Interval::of(pair.part), Interval::of(pair.whole)) else {
        return Judgement::Unknown;
    };
    let part = if pair.less { whole.minus(part) } else { Some(part) };
    part.map_or(Judgement::Unknown, |part| ratio::judge(part, whole, Decimal::integer(100), printed))
}

fn computed(context: &Context, pair: &Pair, digits: u32) -> String {
    let (part, whole) = (pair.part.value, pair.whole.value);
    let value = if pair.less { whole.minus(part) } else { Some(part) };
    let shown = if pair.less {
        format!("（{}-{}）", context.figure(pair.whole), context.figure(pair.part))
    } else {
        context.figure(pair.part)
    };
    let rate = value.and_then(|v| ratio::rate(v, whole, digits));
    ratio::division(&shown, &context.figure(pair.whole), rate, "%")
}

/// Settles a rate with the first pair that gives it. True when one does, also with a cut last digit.
fn settle(context: &mut Context, pairs: &[Pair], printed: &Quantity, name: &str) -> bool {
    let digits = printed.value.scale();
    for wanted in [Judgement::Agrees, Judgement::Truncated, Judgement::Raised] {
        let Some(pair) = pairs.iter().find(|p| judge(p, printed.value) == wanted) else { continue };
        let computation = computed(context, pair, digits);
        context.relate(
            RelationKind::Rate,
            Verdict::Agrees,
            printed,
            &[pair.part, pair.whole],
            computation.clone(),
        );
        if wanted != Judgement::Agrees {
            let way = if wanted == Judgement::Truncated {
                "直接截去了后面的数字"
            } else {
                "向上进了一位"
            };
            context.report(
                "rate_truncated",
                printed.start,
                printed.end,
                Words::new(format!("“{name}”的末位{way}，没有四舍五入"))
                    .computed(computation)
                    .help("按四舍五入改写末位，或者全文统一写法"),
            );
        }
        return true;
    }
    false
}

fn mismatch(context: &mut Context, pairs: &[Pair], first: &Pair, printed: &Quantity, name: &str) {
    let turned = first.part.value.exceeds(first.whole.value) && !printed.value.exceeds(Decimal::integer(100));
    if judge(first, printed.value) != Judgement::Differs || turned {
        return;
    }
    let digits = printed.value.scale();
    let mut lines: Vec<String> = vec![computed(context, first, digits)];
    for pair in pairs.iter().filter(|p| p.whole.start != first.whole.start).take(3) {
        lines.push(computed(context, pair, digits));
    }
    let computation = lines.join("；");
    let what = if lines.len() > 1 {
        "句中能作分母的数都得不出它"
    } else {
        "与句中的分子、分母不符"
    };
    let (part, whole) = (context.printed(first.part), context.printed(first.whole));
    context.relate(
        RelationKind::Rate,
        Verdict::Differs,
        printed,
        &[first.part, first.whole],
        computation.clone(),
    );
    let text = context.printed(printed);
    context.report(
        "rate_mismatch",
        printed.start,
        printed.end,
        Words::new(format!("“{name}”写作{text}，{what}（{part}、{whole}）"))
            .computed(computation)
            .help("核对三个数，改正错的一个；如果另有分母，在句中写明"),
    );
}

/// "其中……件，占…%": the number right before over one of the greater ones. (占比)
fn share(context: &mut Context, window: &[Quantity], printed: &Quantity, start: usize) {
    if !printed.is_exact() {
        return;
    }
    let counts: Vec<&Quantity> = window.iter().filter(|q| q.is_count() && q.is_exact()).collect();
    let respectively = context.chars.find(start.saturating_sub(2), printed.start, "分别").is_some()
        || window.last().is_some_and(|q| q.kind == Kind::Percent && printed.before == q.end);
    let adjacent = |q: &&&Quantity| printed.clause - q.clause <= 1;
    let Some(part) = counts.last().filter(adjacent).copied().filter(|_| !respectively) else {
        respective_share(context, window, printed);
        return;
    };
    // A number with a share of its own is a sibling, not the whole.
    let sibling = |q: &Quantity| {
        let next = window.iter().find(|n| n.start > q.start);
        next.is_some_and(|n| {
            n.kind == Kind::Percent
                && n.clause - q.clause <= 1
                && matches!(claim(context, n), Some(Claim::Share { .. })) | is_share_name(context, n)
        })
    };
    let greater = |q: &&&Quantity| {
        q.family() == part.family() && q.start != part.start && !part.value.exceeds(q.value) && !sibling(q)
    };
    let wholes: Vec<&Quantity> = counts.iter().filter(greater).copied().collect();
    let pairs: Vec<Pair> =
        wholes.iter().rev().map(|whole| Pair { part, whole, less: false, named: true }).collect();
    if settle(context, &pairs, printed, "占比") {
        return;
    }
    let own_subject = context.chars.has_any(start.saturating_sub(12).max(printed.before), start, ["率"]);
    let bridged = context.chars.has_any(start, printed.start, ["总", "全", "比", "同", "占"]);
    if let (Some(pair), true, false) = (pairs.last(), bridged, own_subject) {
        let bound = is_whole_of(context, pair.whole, part);
        if bound
            && wholes.len() <= 3
            && printed.clause.saturating_sub(part.clause) <= 1
            && !is_named_elsewhere(context, start, printed)
        {
            mismatch(context, &pairs, pair, printed, "占比");
        }
    }
}

/// Whether a percentage is named 占比.
fn is_share_name(context: &Context, quantity: &Quantity) -> bool {
    match claim(context, quantity) {
        Some(Claim::Rate { start, end }) => context.chars.text(start, end).ends_with("占比"),
        _ => false,
    }
}

/// Whether the words say that one number is the whole of another: 其中 or a bracket between them, or a total.
fn is_whole_of(context: &Context, whole: &Quantity, part: &Quantity) -> bool {
    let between =
        context.chars.text(whole.end.max(part.start.saturating_sub(400)), part.start.max(whole.end));
    between.contains("其中") || between.contains('(') || context.labelled(whole, ["共", "总"])
}

/// "占全省的", "占规上企业": a base that the sentence does not count.
fn is_named_elsewhere(context: &Context, start: usize, printed: &Quantity) -> bool {
    let words = context.chars.text(start, printed.start);
    let body =
        words.trim_start_matches('占').trim_start_matches('比').trim_end_matches(['的', '约', '达', '为']);
    !(body.is_empty() || body.contains("总数") || body.contains("全部") || body.contains("总量"))
}

/// "甲3件、乙5件，分别占30%和50%": the nth share belongs to the nth number.
fn respective_share(context: &mut Context, window: &[Quantity], printed: &Quantity) {
    let shares = window.iter().rev().take_while(|q| q.kind == Kind::Percent).count();
    let counts: Vec<&Quantity> =
        window.iter().filter(|q| q.is_count() && q.is_exact() && printed.clause - q.clause <= 12).collect();
    for place in 0..counts.len() {
        let Some(part) = counts.get(place) else { continue };
        let wholes = counts.iter().filter(|q| q.start < part.start && q.family() == part.family());
        for whole in wholes {
            let pair = Pair { part, whole, less: false, named: true };
            let aligned = counts.len() - place > shares.min(counts.len() - 1) || shares == 0;
            if aligned && judge(&pair, printed.value) == Judgement::Agrees {
                let computation = computed(context, &pair, printed.value.scale());
                context.relate(RelationKind::Rate, Verdict::Agrees, printed, &[part, whole], computation);
                return;
            }
        }
    }
}

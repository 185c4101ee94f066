//! Changes against an earlier value: per cent, points, times. (增减)

use crate::context::{Context, WINDOW, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio::{self, Interval, Judgement};

const UP: &[&str] = &["增长", "上升", "提高", "提升", "增加", "增幅", "增速", "上涨", "扩大", "新增", "增"];
const DOWN: &[&str] =
    &["下降", "减少", "降低", "压减", "压缩", "缩短", "缩减", "下滑", "回落", "降幅", "降", "减"];
/// What may stand between the verb of change and its number.
const FILLER: &str = "了约近达为幅度率的";
const EARLIER: &[&str] = &["上年", "去年", "上一年", "同期", "前一年", "年初", "此前", "原来", "原先"];

/// Which way a number changes, when a verb of change stands right before it.
fn change(context: &Context, quantity: &Quantity) -> Option<bool> {
    let (start, mut end) = context.lead(quantity, 8);
    while end > start && FILLER.contains(context.chars.before(end)) {
        end -= 1;
    }
    let ends =
        |words: &[&str]| words.iter().any(|w| end >= start + w.chars().count() && context.chars.ends(end, w));
    if ends(UP) {
        Some(true)
    } else if ends(DOWN) {
        Some(false)
    } else {
        None
    }
}

/// A value before and the value now.
struct Change<'q> {
    from: Interval,
    to: Interval,
    from_words: String,
    to_words: String,
    with: Vec<&'q Quantity>,
}

/// Checks the changes of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for (index, quantity) in numbers.iter().enumerate() {
        if !matches!(quantity.kind, Kind::Percent | Kind::Point | Kind::Times) || !quantity.is_exact() {
            continue;
        }
        let Some(up) = change(context, quantity) else { continue };
        let window = numbers.get(index.saturating_sub(WINDOW)..index).unwrap_or(&[]);
        let found = from_to(context, window, quantity)
            .or_else(|| against_earlier(context, window, quantity))
            .or_else(|| by_difference(context, window, quantity, up));
        if let Some(found) = found {
            judge(context, quantity, up, &found);
        }
    }
}

fn made<'q>(context: &Context, from: &'q Quantity, to: &'q Quantity) -> Option<Change<'q>> {
    Some(Change {
        from: Interval::of(from)?,
        to: Interval::of(to)?,
        from_words: context.figure(from),
        to_words: context.figure(to),
        with: vec![from, to],
    })
}

fn is_level(context: &Context, quantity: &Quantity) -> bool {
    matches!(quantity.kind, Kind::Count | Kind::Percent) && change(context, quantity).is_none()
}

fn comparable(a: &Quantity, b: &Quantity) -> bool {
    a.kind == b.kind && a.family() == b.family()
}

/// "由…件增加到…件": two levels with 到 or 至 between them.
fn from_to<'q>(context: &Context, window: &'q [Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let levels: Vec<&Quantity> = window.iter().filter(|q| is_level(context, q)).collect();
    let [.., from, to] = levels.as_slice() else { return None };
    let between = context.chars.text(from.end, to.start);
    let joined = between.chars().count() <= 14
        && (between.ends_with(['到', '至', '为']) || between.ends_with("到了") || between.ends_with("成了"));
    let opened =
        context.chars.has_any(from.before.max(from.start.saturating_sub(12)), from.start, ["由", "从"])
            || ["增", "升", "提", "降", "减", "压", "缩"].iter().any(|w| between.contains(w));
    let near = quantity.clause - to.clause <= 1;
    (joined && opened && near && comparable(from, to)).then(|| made(context, from, to)).flatten()
}

/// "480件，比上年的600件下降", "今年…件，去年同期…件".
fn against_earlier<'q>(context: &Context, window: &'q [Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let near = |q: &&Quantity| quantity.clause - q.clause <= 2 && is_level(context, q);
    let named = |q: &Quantity| {
        let (start, _) = context.lead(q, 16);
        let clause =
            context.text.clauses.get(q.clause).map_or(start, |c| c.start.max(start.saturating_sub(16)));
        let from = clause.min(q.start);
        context.chars.has_any(from, q.start, EARLIER.iter().copied()) || is_compared(context, from, q.start)
    };
    let from = window.iter().rev().filter(near).find(|q| named(q));
    if let Some(from) = from {
        let to =
            window.iter().rev().find(|q| q.start < from.start && is_level(context, q) && comparable(q, from));
        let to = to.filter(|q| !named(q) && from.clause - q.clause <= 3)?;
        return made(context, from, to);
    }
    let to = window.iter().rev().filter(near).find(|q| q.is_count())?;
    let from = window.iter().rev().find(|q| {
        q.start < to.start
            && is_level(context, q)
            && comparable(q, to)
            && q.year.is_some()
            && q.year < to.year
    })?;
    (to.clause - from.clause <= 3).then(|| made(context, from, to)).flatten()
}

/// "较2022年的", "比": not 同比, 环比, 占比.
fn is_compared(context: &Context, start: usize, end: usize) -> bool {
    (start..end).any(|at| match context.chars.at(at) {
        '较' => context.chars.before(at) != '比',
        '比' => {
            !matches!(context.chars.before(at), '同' | '环' | '占' | '对' | '可')
                && context.chars.at(at + 1) != '例'
        }
        _ => false,
    })
}

/// "1860件，同比减少140件，下降7%": the earlier value is the sum or the difference.
fn by_difference<'q>(
    context: &Context,
    window: &'q [Quantity],
    quantity: &Quantity,
    up: bool,
) -> Option<Change<'q>> {
    let [.., to, by] = window else { return None };
    let near = quantity.clause - by.clause <= 1 && by.clause - to.clause <= 2;
    if !near
        || !by.is_count()
        || !comparable(to, by)
        || change(context, by) != Some(up)
        || !is_level(context, to)
    {
        return None;
    }
    let listed = context.separator(to.clause.saturating_sub(1)) == '、' && window.len() > 2;
    let words = context.chars.text(by.before.max(by.start.saturating_sub(12)), by.start);
    if listed || words.contains("新增") || words.contains("其中") {
        return None;
    }
    let now = Interval::of(to)?;
    let difference = Interval::of(by)?;
    let from = if up { now.minus(difference)? } else { now.plus(difference)? };
    let sign = if up { "-" } else { "+" };
    Some(Change {
        from,
        to: now,
        from_words: format!("（{}{sign}{}）", context.figure(to), context.figure(by)),
        to_words: context.figure(to),
        with: vec![to, by],
    })
}

fn judge(context: &mut Context, quantity: &Quantity, up: bool, change: &Change) {
    match quantity.kind {
        Kind::Point => points(context, quantity, up, change),
        Kind::Times => times(context, quantity, change),
        _ => percent(context, quantity, up, change),
    }
}

/// The difference of two intervals, the way the verb says.
fn difference(change: &Change, up: bool) -> Option<Interval> {
    if up { change.to.minus(change.from) } else { change.from.minus(change.to) }
}

fn middle(interval: Interval) -> Option<Decimal> {
    let two = interval.low.plus(interval.high)?;
    Some(two.quotient(Decimal::integer(2), two.scale() + 1)?.down)
}

fn percent(context: &mut Context, quantity: &Quantity, up: bool, change: &Change) {
    let Some(gap) = difference(change, up) else { return };
    let judged = ratio::judge(gap, change.from, Decimal::integer(100), quantity.value);
    let nominal = nominal_rate(change, up, quantity.value.scale());
    let (big, small) =
        if up { (&change.to_words, &change.from_words) } else { (&change.from_words, &change.to_words) };
    let shown = nominal.map_or_else(String::new, |n| format!("＝{n}%"));
    let computation = format!("（{big}-{small}）÷{}{shown}", change.from_words);
    let levels_are_rates = change.with.iter().all(|q| q.kind == Kind::Percent);
    let is_points = levels_are_rates && nominal_gap(change, up).is_some_and(|g| g.equals(quantity.value));
    match judged {
        Judgement::Unknown => {}
        Judgement::Differs if is_points => {
            let printed = context.printed(quantity);
            context.relate(
                RelationKind::Growth,
                Verdict::Differs,
                quantity,
                &change.with,
                computation.clone(),
            );
            context.report(
                "percent_or_point",
                quantity.start,
                quantity.end,
                Words::new(format!("两个百分率相减是百分点，不能写作{printed}"))
                    .computed(format!("{big}-{small}＝{}个百分点；{computation}", quantity.value))
                    .help("改为“个百分点”"),
            );
        }
        Judgement::Differs => mismatch(context, quantity, change, &computation),
        _ => context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &change.with, computation),
    }
}

fn nominal_gap(change: &Change, up: bool) -> Option<Decimal> {
    let (from, to) = (middle(change.from)?, middle(change.to)?);
    if up { to.minus(from) } else { from.minus(to) }
}

fn nominal_rate(change: &Change, up: bool, digits: u32) -> Option<Decimal> {
    ratio::rate(nominal_gap(change, up)?, middle(change.from)?, digits)
}

fn points(context: &mut Context, quantity: &Quantity, up: bool, change: &Change) {
    if !change.with.iter().all(|q| q.kind == Kind::Percent) {
        return;
    }
    let Some(gap) = nominal_gap(change, up) else { return };
    let (big, small) =
        if up { (&change.to_words, &change.from_words) } else { (&change.from_words, &change.to_words) };
    let fine = change.with.iter().map(|q| q.value.scale()).max().unwrap_or(0);
    let rounded =
        gap.quotient(Decimal::integer(1), quantity.value.scale().min(fine)).map_or(gap, |q| q.nearest);
    let shown = gap.quotient(Decimal::integer(1), fine).map_or(gap, |q| q.nearest);
    let computation = format!("{big}-{small}＝{shown}个百分点");
    if gap.equals(quantity.value) || rounded.equals(quantity.value) {
        context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &change.with, computation);
    } else {
        mismatch(context, quantity, change, &computation);
    }
}

fn times(context: &mut Context, quantity: &Quantity, change: &Change) {
    let (Some(from), Some(to)) = (middle(change.from), middle(change.to)) else { return };
    let digits = quantity.value.scale();
    let (Some(fold), Some(gap)) = (to.quotient(from, digits), to.minus(from)) else { return };
    let Some(grown) = gap.quotient(from, digits) else { return };
    let computation = format!("{}÷{}-1＝{}", change.to_words, change.from_words, grown.nearest);
    if grown.nearest.equals(quantity.value) || grown.down.equals(quantity.value) {
        context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &change.with, computation);
    } else if fold.exact && fold.nearest.equals(quantity.value) {
        mismatch(context, quantity, change, &computation);
    }
}

fn mismatch(context: &mut Context, quantity: &Quantity, change: &Change, computation: &str) {
    context.relate(RelationKind::Growth, Verdict::Differs, quantity, &change.with, computation);
    let printed = context.printed(quantity);
    let message =
        format!("增减写作{printed}，与前后两个数（{}、{}）不符", change.from_words, change.to_words);
    context.report(
        "growth_mismatch",
        quantity.start,
        quantity.end,
        Words::new(message).computed(computation).help("核对前后两个数和增减幅度，改正错的一个"),
    );
}

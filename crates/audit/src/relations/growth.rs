//! Changes against an earlier value: per cent, points, times. (增减)

use crate::context::{Context, WINDOW, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio::{self, Interval, Judgement};
use crate::relations::folds::{folds, is_fold, times};
use crate::relations::repeats::share_word;

const UP: &[&str] = &[
    "增长", "上升", "提高", "提升", "增加", "增幅", "增速", "上涨", "扩大", "新增", "净增", "增收", "增支",
    "增发", "多收", "多支", "多了", "高了", "涨了", "增",
];
const DOWN: &[&str] = &[
    "下降", "减少", "降低", "压减", "压缩", "缩短", "缩减", "下滑", "回落", "降幅", "精简", "压降", "削减",
    "减幅", "减收", "减支", "少收", "少支", "少了", "低了", "降", "减",
];
/// What may stand between the verb of change and its number.
const FILLER: &str = "了约近达为幅度率的";
const EARLIER: &[&str] =
    &["上年", "去年", "上一年", "同期", "前一年", "年初", "此前", "原来", "原先", "原有"];

/// Which way a number changes, when a verb of change stands right before it.
pub fn change(context: &Context, quantity: &Quantity) -> Option<bool> {
    let at = context.quantities.partition_point(|q| q.start < quantity.start);
    context.changes.get(at).copied().flatten()
}

/// Reads from the words before a number which way it changes.
pub fn read_change(context: &Context, quantity: &Quantity) -> Option<bool> {
    if !matches!(quantity.kind, Kind::Count | Kind::Percent | Kind::Point | Kind::Times | Kind::Bare) {
        return None;
    }
    let (start, mut end) = context.lead(quantity, 8);
    // 降为337件 is a level.
    if quantity.kind == Kind::Count && matches!(context.chars.before(end), '为' | '达') {
        return None;
    }
    while end > start && FILLER.contains(context.chars.before(end)) {
        end -= 1;
    }
    let told = context.chars.slice(start, end);
    let last = told.last().copied().unwrap_or(' ');
    let ends = |words: &[&str]| {
        let fits = |w: &&&str| w.ends_with(last) && w.chars().count() <= told.len();
        words.iter().filter(fits).any(|w| context.chars.ends(end, w))
    };
    let clause = context.text.clauses.get(quantity.clause).map_or(start, |c| c.start);
    let alone = |words: &str| end == clause + 1 && words.contains(last);
    if ends(UP) || alone("多高涨") {
        Some(true)
    } else if ends(DOWN) || alone("少低") {
        Some(false)
    } else {
        more_or_less(context, clause, start, end)
    }
}

/// "比去年多办612封", "较上年少1320起": 多 or 少 with a verb of at most three characters, after 比 or 较.
fn more_or_less(context: &Context, clause: usize, start: usize, end: usize) -> Option<bool> {
    let from = end.saturating_sub(4).max(start);
    let at = (from..end).rev().find(|at| matches!(context.chars.at(*at), '多' | '少'))?;
    let compared = is_compared(context, at.saturating_sub(20).max(clause), at);
    let plain = context.chars.slice(at, end).iter().all(|c| crate::chars::is_han(*c));
    (compared && plain && !matches!(context.chars.before(at), '不' | '至' | '许' | '众'))
        .then(|| context.chars.at(at) == '多')
}

/// A value before and the value now.
#[derive(Clone)]
pub struct Change<'q> {
    pub from: Interval,
    pub to: Interval,
    pub from_words: String,
    pub to_words: String,
    pub with: Vec<&'q Quantity>,
    /// The difference, where the text gives it itself.
    pub gap: Option<Interval>,
    /// Whether the words leave no other reading, so that a difference is a mistake.
    pub sure: bool,
}

/// Checks the changes of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for (index, quantity) in numbers.iter().enumerate() {
        if !matches!(quantity.kind, Kind::Percent | Kind::Point | Kind::Times) || !quantity.is_exact() {
            continue;
        }
        let window = numbers.get(index.saturating_sub(WINDOW)..index).unwrap_or(&[]);
        let seen: Vec<&Quantity> = window
            .iter()
            .filter(|q| {
                matches!(q.kind, Kind::Count | Kind::Percent | Kind::Bare) && q.is_seen_from(quantity)
            })
            .collect();
        if quantity.kind == Kind::Times && is_fold(context, quantity) {
            folds(context, &seen, quantity);
            continue;
        }
        let Some(up) = change(context, quantity) else { continue };
        let (start, end) = context.lead(quantity, 10);
        if context.chars.has_any(start, end, ["年均", "平均", "复合"]) {
            continue;
        }
        let later = numbers.get(index + 1..(index + 3).min(numbers.len())).unwrap_or(&[]);
        let mut readings = readings(context, &seen, quantity, up);
        readings.extend(afterwards(context, &seen, later, quantity, up));
        let agrees = |r: &&Change| is_given(r, quantity, up);
        let chosen = readings.iter().find(agrees).or_else(|| readings.iter().find(|r| r.sure));
        if let Some(found) = chosen.cloned() {
            judge(context, quantity, up, &found);
        }
    }
}

/// All that the words may mean, the plainest first.
fn readings<'q>(
    context: &Context<'q>,
    seen: &[&'q Quantity],
    quantity: &Quantity,
    up: bool,
) -> Vec<Change<'q>> {
    let mut found: Vec<Change> = Vec::new();
    if let Some(plain) = from_to(context, seen, quantity) {
        // "由8.2万个增加到9.6万个，增加1.4万个，增长…": the difference may be the exacter number.
        let by = last_difference(context, seen, quantity, up).and_then(Interval::of);
        let finer = by.map(|gap| Change { gap: Some(gap), ..plain.clone() });
        return [Some(plain), finer].into_iter().flatten().collect();
    }
    found.extend(earlier_and_difference(context, seen, quantity, up));
    found.extend(against_earlier(context, seen, quantity));
    found.extend(by_difference(context, seen, quantity, up));
    found.extend(year_before(context, seen, quantity));
    found.extend(level_before(context, seen, quantity));
    found.extend(in_a_row(context, seen, quantity));
    found
}

/// What stands after a change: "同比下降15%，由400批减少到340批", "同比上升8.6%（去年同期942件）", "减少12件，下降9.2%，
/// 共计118件", "新增35名，总数达到320名". Only ever found to agree.
fn afterwards<'q>(
    context: &Context,
    seen: &[&'q Quantity],
    later: &'q [Quantity],
    quantity: &Quantity,
    up: bool,
) -> Vec<Change<'q>> {
    let mut found = Vec::new();
    let near: Vec<&Quantity> =
        later.iter().filter(|q| q.clause - quantity.clause <= 2 && is_level(context, q)).collect();
    if let [from, to] = near.as_slice()
        && comparable(context, from, to)
    {
        found.extend(made(context, from, to, false));
    }
    let level = |q: &&&Quantity| q.is_count() && is_level(context, q);
    if let (Some(to), Some(from)) = (seen.iter().rev().find(level), near.first())
        && comparable(context, to, from)
        && is_earlier(context, from)
    {
        let close = from.clause - quantity.clause <= 1 && quantity.clause - to.clause <= 1;
        let alone = seen.iter().filter(|q| q.clause == to.clause).count() == 1;
        found.extend(made(context, from, to, close && alone && !is_listed(context, to)));
    }
    let added = |q: &Quantity| {
        let (start, end) = context.lead(q, 14);
        up && context.chars.has_any(start, end, ["新增", "净增"])
    };
    let is_difference = |q: &&&Quantity| q.is_count() && (change(context, q) == Some(up) || added(q));
    let differences = seen.iter().rev().filter(is_difference).take(2);
    for by in differences {
        let between = seen.iter().copied().filter(|q| q.start > by.start);
        let levels = near
            .iter()
            .copied()
            .chain(between)
            .filter(|q| comparable(context, q, by) && is_level(context, q));
        for to in levels {
            let (Some(now), Some(gap)) = (Interval::of(to), Interval::of(by)) else { continue };
            let Some(from) = (if up { now.minus(gap) } else { now.plus(gap) }) else { continue };
            let sign = if up { "-" } else { "+" };
            found.push(Change {
                from,
                to: now,
                from_words: format!("（{}{sign}{}）", context.figure(to), context.figure(by)),
                to_words: context.figure(to),
                with: vec![to, by],
                gap: Some(gap),
                sure: false,
            });
        }
    }
    found
}

/// Whether a reading gives the printed change.
fn is_given(reading: &Change, quantity: &Quantity, up: bool) -> bool {
    match quantity.kind {
        Kind::Point => nominal_gap(reading, up).is_some_and(|gap| {
            let digits = quantity.value.scale();
            gap.equals(quantity.value)
                || gap.quotient(Decimal::integer(1), digits).is_some_and(|q| q.nearest.equals(quantity.value))
        }),
        Kind::Percent if is_points(reading, quantity, up) => false,
        Kind::Percent => difference(reading, up).is_some_and(|gap| {
            let judged = ratio::judge(gap, reading.from, Decimal::integer(100), quantity.value);
            !matches!(judged, Judgement::Differs | Judgement::Unknown)
        }),
        _ => false,
    }
}

/// Whether the difference of two rates was written as a percentage: it is the difference, and not what the
/// difference is of the earlier rate.
fn is_points(reading: &Change, quantity: &Quantity, up: bool) -> bool {
    reading.with.iter().all(|q| q.kind == Kind::Percent)
        && nominal_gap(reading, up).is_some_and(|gap| gap.equals(quantity.value))
        && nominal_rate(reading, up, quantity.value.scale()).is_some_and(|rate| {
            let printed = rate.quotient(Decimal::integer(1), quantity.value.scale());
            printed.is_none_or(|p| !p.nearest.equals(quantity.value))
        })
}

fn made<'q>(context: &Context, from: &'q Quantity, to: &'q Quantity, sure: bool) -> Option<Change<'q>> {
    Some(Change {
        from: Interval::of(from)?,
        to: Interval::of(to)?,
        from_words: context.figure(from),
        to_words: context.figure(to),
        with: vec![from, to],
        gap: None,
        sure,
    })
}

fn is_level(context: &Context, quantity: &Quantity) -> bool {
    matches!(quantity.kind, Kind::Count | Kind::Percent | Kind::Bare) && change(context, quantity).is_none()
}

/// Whether two numbers are of one kind. Numbers without a known measure word are when the same word follows both.
fn comparable(context: &Context, a: &Quantity, b: &Quantity) -> bool {
    let word = |q: &Quantity| context.chars.text(q.end, q.end + 2);
    let bare = a.kind == Kind::Bare && (word(a) != word(b) || !context.chars.at(a.end).is_alphabetic());
    a.kind == b.kind && a.family() == b.family() && !bare
}

/// "由…件增加到…件": two levels with 到 or 至 between them.
pub fn from_to<'q>(context: &Context, seen: &[&'q Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let levels: Vec<&Quantity> = seen.iter().filter(|q| is_level(context, q)).copied().collect();
    let [.., from, to] = levels.as_slice() else { return None };
    let between = context.chars.text(from.end, to.start);
    let joined = between.chars().count() <= 14
        && (between.ends_with(['到', '至', '为']) || between.ends_with("到了") || between.ends_with("成了"));
    let opened =
        context.chars.has_any(from.before.max(from.start.saturating_sub(12)), from.start, ["由", "从"])
            || ["增", "升", "提", "降", "减", "压", "缩"].iter().any(|w| between.contains(w));
    let told = seen.last().is_some_and(|q| q.start > to.start && change(context, q).is_some());
    let near = quantity.clause - to.clause <= if told { 2 } else { 1 };
    (joined && opened && near && comparable(context, from, to))
        .then(|| made(context, from, to, true))
        .flatten()
}

/// Whether the words before a level say that it is an earlier one.
pub fn is_earlier(context: &Context, level: &Quantity) -> bool {
    let (start, _) = context.lead(level, 16);
    let clause = context.text.clauses.get(level.clause).map_or(start, |c| c.start);
    let from = clause.max(level.start.saturating_sub(16)).min(level.start);
    // 比上年增收1,284万元: what stands after the year is a verb of change.
    let last = EARLIER.iter().filter_map(|w| context.chars.rfind(from, level.start, w)).max();
    let moved = last
        .is_some_and(|at| context.chars.slice(at, level.start).iter().any(|c| "增减多少升降涨".contains(*c)));
    if moved {
        return false;
    }
    last.is_some() || is_compared(context, from, level.start)
}

fn earlier<'q>(context: &Context, seen: &[&'q Quantity], quantity: &Quantity) -> Option<&'q Quantity> {
    let near = |q: &&&Quantity| context.apart(q, quantity) <= 2 && is_level(context, q);
    seen.iter().rev().filter(near).find(|q| is_earlier(context, q)).copied()
}

/// "比2023年的67起增加16起，增幅…": the earlier level and the difference.
fn earlier_and_difference<'q>(
    context: &Context,
    seen: &[&'q Quantity],
    quantity: &Quantity,
    up: bool,
) -> Option<Change<'q>> {
    let by = last_difference(context, seen, quantity, up)?;
    let from =
        earlier(context, seen, quantity).filter(|q| q.start < by.start && comparable(context, q, by))?;
    let (before, gap) = (Interval::of(from)?, Interval::of(by)?);
    let to = if up { before.plus(gap)? } else { before.minus(gap)? };
    let sign = if up { "＋" } else { "-" };
    Some(Change {
        from: before,
        to,
        from_words: context.figure(from),
        to_words: format!("（{}{sign}{}）", context.figure(from), context.figure(by)),
        with: vec![from, by],
        gap: Some(gap),
        sure: by.clause - from.clause <= 1,
    })
}

/// "480件，比上年的600件下降", "今年…件，去年同期…件".
pub fn against_earlier<'q>(context: &Context, seen: &[&'q Quantity], quantity: &Quantity) -> Vec<Change<'q>> {
    let near = |q: &&&Quantity| quantity.clause - q.clause <= 2 && is_level(context, q);
    if let Some(from) = earlier(context, seen, quantity) {
        let difference = last_difference(context, seen, quantity, true)
            .or_else(|| last_difference(context, seen, quantity, false));
        let fits = |q: &&&Quantity| {
            q.start < from.start
                && is_level(context, q)
                && comparable(context, q, from)
                && !is_earlier(context, q)
        };
        let to: Vec<&Quantity> =
            seen.iter().rev().filter(fits).filter(|q| context.apart(q, from) <= 6).copied().collect();
        let sure = to.len() == 1 && difference.is_none();
        let nearest = to.first().filter(|q| from.clause - q.clause <= 3).map(|q| q.start);
        return to
            .into_iter()
            .filter_map(|q| {
                let first = nearest == Some(q.start) && difference.is_none();
                made(context, from, q, sure || first && !is_listed(context, q))
            })
            .collect();
    }
    let Some(to) = seen.iter().rev().filter(near).find(|q| q.is_count()).copied() else { return Vec::new() };
    let fits = |q: &&&Quantity| {
        q.start < to.start
            && is_level(context, q)
            && comparable(context, q, to)
            && q.year.is_some()
            && q.year < to.year
    };
    let from = seen.iter().rev().find(fits).filter(|q| to.clause - q.clause <= 3);
    from.and_then(|from| made(context, from, to, true)).into_iter().collect()
}

/// Whether a number stands in a list of parts, so that it may not be what is compared.
fn is_listed(context: &Context, quantity: &Quantity) -> bool {
    let previous = quantity.clause.checked_sub(1).map_or('\0', |c| context.separator(c));
    let numbers = context.of_sentence(quantity.sentence);
    let at = numbers.partition_point(|q| q.start < quantity.start);
    let before = at.checked_sub(1).and_then(|i| numbers.get(i));
    let listed = previous == '、'
        && before.is_some_and(|b| b.clause + 1 == quantity.clause && comparable(context, b, quantity));
    let clause = context.text.clauses.get(quantity.clause).map_or(quantity.start, |c| c.start);
    listed || context.chars.text(clause, quantity.start).contains("其中")
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

/// The difference that stands right before a percentage: "增加140件，".
fn last_difference<'q>(
    context: &Context,
    seen: &[&'q Quantity],
    quantity: &Quantity,
    up: bool,
) -> Option<&'q Quantity> {
    let by = seen.last().filter(|q| context.apart(q, quantity) <= 1 && q.is_count())?;
    (change(context, by) == Some(up)).then_some(*by)
}

/// "结案比上年同期多79.4万件": whether the difference is of something that the level does not count.
fn has_own_subject(context: &Context, by: &Quantity, level: &Quantity) -> bool {
    let Some(clause) = context.text.clauses.get(by.clause).filter(|_| by.clause != level.clause) else {
        return false;
    };
    let words = context.chars.text(clause.start, by.start.min(clause.start + 14));
    let subject = words.split(['比', '较', '同']).next().unwrap_or("");
    let shorter = subject.len() < words.len();
    let subject: Vec<char> = subject.chars().filter(|c| crate::chars::is_han(*c)).collect();
    let (start, end) = context.label(level);
    let label = context.chars.text(start, end.max(level.end + 6));
    let shares = subject.windows(2).any(|w| label.contains(&w.iter().collect::<String>()));
    shorter && subject.len() >= 2 && !shares
}

/// "1860件，同比减少140件，下降7%": the earlier value is the sum or the difference.
fn by_difference<'q>(
    context: &Context,
    seen: &[&'q Quantity],
    quantity: &Quantity,
    up: bool,
) -> Vec<Change<'q>> {
    let Some(by) = last_difference(context, seen, quantity, up) else { return Vec::new() };
    let words = context.chars.text(by.before.max(by.start.saturating_sub(12)), by.start);
    if words.contains("新增") || words.contains("其中") || earlier(context, seen, quantity).is_some() {
        return Vec::new();
    }
    let fits = |q: &&&Quantity| {
        q.start < by.start && comparable(context, q, by) && is_level(context, q) && q.is_count()
    };
    let levels: Vec<&Quantity> =
        seen.iter().rev().filter(fits).filter(|q| context.apart(q, by) <= 6).copied().collect();
    let sign = if up { "-" } else { "+" };
    let cut = context.chars.ends(quantity.start, "率")
        || ["审减", "核减", "压减", "减免", "精简"].iter().any(|w| words.contains(w));
    let of_first = levels.first().filter(|_| cut).and_then(|from| {
        let (before, gap) = (Interval::of(from)?, Interval::of(by)?);
        let words = context.figure(from);
        let to_words = format!("（{words}-{}）", context.figure(by));
        Some(Change {
            from: before,
            to: before.minus(gap)?,
            from_words: words,
            to_words,
            with: vec![*from, by],
            gap: Some(gap),
            sure: false,
        })
    });
    let others = levels.iter().enumerate().filter_map(|(place, to)| {
        let (now, gap) = (Interval::of(to)?, Interval::of(by)?);
        let alone = levels.len() == 1 && context.apart(to, by) <= 5;
        let own = has_own_subject(context, by, to);
        let sure = !own
            && (alone
                || place == 0
                    && context.apart(to, by) <= 2
                    && (!is_listed(context, to) || levels.len() == 1));
        Some(Change {
            from: if up { now.minus(gap)? } else { now.plus(gap)? },
            to: now,
            from_words: format!("（{}{sign}{}）", context.figure(to), context.figure(by)),
            to_words: context.figure(to),
            with: vec![*to, by],
            gap: Some(gap),
            sure,
        })
    });
    of_first.into_iter().chain(others).collect()
}

/// "2023年移送线索240条。2024年移送线索294条，同比增长22.5%": the number of the year before, in the sentence before.
fn year_before<'q>(context: &Context<'q>, seen: &[&'q Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let to = seen
        .iter()
        .rev()
        .find(|q| q.is_count() && is_level(context, q) && context.apart(q, quantity) <= 1)?;
    let year = to.year?;
    let earlier = context.of_sentence(to.sentence.checked_sub(1)?);
    let fits = |q: &&Quantity| {
        q.paragraph == to.paragraph
            && q.year.is_some_and(|y| y + 1 == year)
            && comparable(context, q, to)
            && q.is_exact()
            && share_word(context, q, to)
    };
    let from: Vec<&Quantity> = earlier.iter().filter(fits).collect();
    let [from] = from.as_slice() else { return None };
    made(context, from, to, true)
}

/// "受理量比上年的35,210件增长9.2%": the level that the subject names, in an earlier sentence of the paragraph.
fn level_before<'q>(context: &Context<'q>, seen: &[&'q Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let from = earlier(context, seen, quantity)?;
    let own = seen.iter().any(|q| q.start < from.start && comparable(context, q, from));
    let clause = context.text.clauses.get(from.clause)?;
    let told = context.chars.text(clause.start, from.start.min(clause.start + 12));
    let subject = told.split(['比', '较']).next().unwrap_or("");
    let name = subject.trim_end_matches(['量', '数']).trim();
    if own || name.chars().count() < 2 || name.len() == told.len() {
        return None;
    }
    let at = context.quantities.partition_point(|q| q.start < from.start);
    let before = context.quantities.get(at.saturating_sub(24)..at).unwrap_or(&[]).iter();
    let fits = |q: &&Quantity| {
        q.paragraph == from.paragraph
            && from.sentence - q.sentence <= 2
            && q.is_exact()
            && comparable(context, q, from)
            && context.labelled(q, [name])
    };
    let levels: Vec<&Quantity> = before.filter(fits).collect();
    let [to] = levels.as_slice() else { return None };
    made(context, from, to, true)
}

/// "分别为210件、184件、161件，2024年较上年下降12.5%": the last two of a row, only ever found to agree.
fn in_a_row<'q>(context: &Context, seen: &[&'q Quantity], quantity: &Quantity) -> Option<Change<'q>> {
    let levels: Vec<&Quantity> =
        seen.iter().filter(|q| q.is_count() && is_level(context, q)).copied().collect();
    let [.., from, to] = levels.as_slice() else { return None };
    (comparable(context, from, to) && quantity.clause - to.clause <= 3)
        .then(|| made(context, from, to, false))
        .flatten()
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
    if change.gap.is_some() {
        return change.gap;
    }
    if up { change.to.minus(change.from) } else { change.from.minus(change.to) }
}

pub fn middle(interval: Interval) -> Option<Decimal> {
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
    let is_points = is_points(change, quantity, up);
    match judged {
        Judgement::Unknown => {}
        _ if is_points => {
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

pub fn mismatch(context: &mut Context, quantity: &Quantity, change: &Change, computation: &str) {
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

//! Averages: 平均每场160人次, 人均, 案均, 月均, 每所13万元. (平均)

use crate::chars::is_han;
use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio::{self, Interval};

/// So many numbers before an average are looked at.
const BEFORE: usize = 24;

/// What an average is taken over. (平均的对象)
enum Over {
    /// Things that a number counts: the word after 每, or before 均. 每 alone may also set a price: it is not sure.
    Things { name: String, sure: bool },
    /// Months, days or weeks of a year: the numbers of them that are meant.
    Time(&'static [i128]),
}

/// Checks the averages of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for quantity in numbers {
        if quantity.kind != Kind::Count || !quantity.is_exact() {
            continue;
        }
        if let Some(over) = over(context, quantity) {
            one(context, quantity, &over);
        }
    }
}

/// Reads what a number is an average over from the words before it.
fn over(context: &Context, quantity: &Quantity) -> Option<Over> {
    let (start, end) = context.lead(quantity, 14);
    let clause = context.text.clauses.get(quantity.clause).map_or(start, |c| c.start);
    let words = context.chars.text(start.max(clause), end);
    if words.contains("不少于") || words.contains("不低于") || words.contains("至少") {
        return None;
    }
    if let Some(at) = words.rfind('每') {
        let thing = words.get(at..)?.trim_start_matches('每').to_owned();
        let sure = words.contains("平均");
        let plain = sure || words.get(..at).is_some_and(str::is_empty);
        return match thing.as_str() {
            "月" | "个月" if plain => Some(Over::Time(&[12])),
            "天" | "日" if plain => Some(Over::Time(&[365, 366])),
            "周" if plain => Some(Over::Time(&[52, 53])),
            "年" => None,
            _ => plain.then_some(Over::Things { name: thing, sure }),
        };
    }
    let at = words.rfind('均')?;
    let thing = words.get(..at)?.chars().last()?;
    if words.get(..at)?.ends_with("平") {
        return words
            .get(..at)?
            .chars()
            .nth_back(1)
            .and_then(|c| by_word(c).filter(|_| words.ends_with("平均")));
    }
    by_word(thing)
}

/// 人均, 案均, 月均.
fn by_word(thing: char) -> Option<Over> {
    match thing {
        '月' => Some(Over::Time(&[12])),
        '日' | '天' => Some(Over::Time(&[365, 366])),
        '周' => Some(Over::Time(&[52, 53])),
        '人' | '户' | '案' | '件' | '场' | '村' | '镇' | '乡' | '所' | '家' | '班' | '篇' | '份' | '次'
        | '期' | '县' | '企' | '亩' | '单' => Some(Over::Things { name: thing.to_string(), sure: true }),
        _ => None,
    }
}

/// Whether a number counts the things that an average is over: by its measure word or by its noun.
fn counts(context: &Context, thing: &str, quantity: &Quantity) -> bool {
    let first = thing.chars().next().unwrap_or('\0');
    match first {
        '人' | '名' | '位' => return matches!(quantity.family(), "人" | "人次"),
        '案' | '件' | '起' if thing.chars().count() == 1 => return quantity.family() == "件",
        '户' | '家' | '企' if thing.chars().count() == 1 => return matches!(quantity.unit, "户" | "家"),
        _ => {}
    }
    let by_unit = !quantity.unit.is_empty() && thing.starts_with(quantity.unit) && quantity.unit != "个";
    if by_unit || quantity.unit.starts_with(first) && !quantity.unit.is_empty() && thing.chars().count() <= 2
    {
        return true;
    }
    let thing = thing.trim_start_matches(['个', '名', '家', '项', '件']);
    let thing = thing.split('(').next().unwrap_or(thing);
    let Some(noun) = thing.chars().next().filter(|c| is_han(*c)) else { return false };
    let length = thing.chars().count();
    let after = context.chars.text(quantity.end, quantity.after.min(quantity.end + 10));
    let before = context.chars.text(quantity.before.max(quantity.start.saturating_sub(6)), quantity.start);
    if length >= 2 {
        return after.contains(thing) || before.ends_with(thing);
    }
    let ends = |words: &str| {
        let run: String = words.chars().take_while(|c| is_han(*c)).collect();
        run.contains(noun)
    };
    ends(&after) || before.ends_with(noun)
}

/// Whether a number may be what is shared out: of the average's own kind.
fn is_whole(quantity: &Quantity, average: &Quantity) -> bool {
    let times = |q: &Quantity| matches!(q.family(), "次" | "人次" | "场" | "件次" | "户次" | "家次");
    quantity.is_count() && (quantity.family() == average.family() || times(quantity) && average.unit == "次")
        || quantity.kind == Kind::Count && quantity.unit == average.unit && !average.unit.is_empty()
}

fn one(context: &mut Context, average: &Quantity, over: &Over) {
    let at = context.quantities.partition_point(|q| q.start < average.start);
    let seen: Vec<&Quantity> = context
        .quantities
        .get(at.saturating_sub(BEFORE)..at)
        .unwrap_or(&[])
        .iter()
        .filter(|q| q.kind == Kind::Count && q.is_exact() && q.is_seen_from(average))
        .filter(|q| q.paragraph == average.paragraph && average.sentence - q.sentence <= 1)
        .collect();
    let wholes: Vec<&Quantity> = seen.iter().rev().filter(|q| is_whole(q, average)).copied().collect();
    match over {
        Over::Time(lengths) => over_time(context, average, &wholes, lengths),
        Over::Things { name, sure } => {
            let by: Vec<&Quantity> =
                seen.iter().rev().filter(|q| counts(context, name, q)).copied().collect();
            let loose = |q: &&Quantity| {
                let before = context.chars.text(q.before.max(q.start.saturating_sub(8)), q.start);
                name.chars().next().is_some_and(|c| is_han(c) && before.contains(c))
            };
            if by.is_empty() {
                let by: Vec<&Quantity> = seen.iter().rev().copied().filter(loose).collect();
                over_things(context, average, &wholes, &by, false);
            } else {
                over_things(context, average, &wholes, &by, *sure);
            }
        }
    }
}

/// Whether a quotient, in units of the average's last printed place, is printed so: rounded, or cut.
fn gives(total: Interval, count: Interval, average: &Quantity) -> Option<bool> {
    let places = average.value.quotient(average.place, 0)?.nearest;
    let steps = |part: Decimal, by: Decimal| part.quotient(by.times(average.place)?, 0);
    let (low, high) = (steps(total.low, count.high)?, steps(total.high, count.low)?);
    Some(!low.down.exceeds(places) && !places.exceeds(high.nearest))
}

fn over_things(
    context: &mut Context,
    average: &Quantity,
    wholes: &[&Quantity],
    by: &[&Quantity],
    sure: bool,
) {
    let pairs = wholes
        .iter()
        .flat_map(|whole| by.iter().filter(|b| b.start != whole.start).map(move |b| (*whole, *b)));
    let pairs: Vec<(&Quantity, &Quantity)> = pairs.take(64).collect();
    let fits = |(whole, by): &&(&Quantity, &Quantity)| {
        Interval::of(whole).zip(Interval::of(by)).and_then(|(a, b)| gives(a, b, average)) == Some(true)
    };
    if let Some((whole, by)) = pairs.iter().find(fits) {
        let computation = computed(context, average, whole, by);
        context.relate(RelationKind::Average, Verdict::Agrees, average, &[whole, by], computation);
        return;
    }
    let near = |(whole, by): &&(&Quantity, &Quantity)| {
        let own = whole.sentence == average.sentence && by.sentence == average.sentence;
        own && average.clause - whole.clause <= 3 && average.clause - by.clause <= 5
    };
    if let (Some((whole, by)), true) = (pairs.iter().find(near), sure) {
        differs(context, average, whole, by);
    }
}

fn computed(context: &Context, average: &Quantity, whole: &Quantity, by: &Quantity) -> String {
    let unit = average.unit;
    let power = match unit {
        "万元" => 4,
        "亿元" => 8,
        _ => 0,
    };
    let digits = average.value.scale() + 2;
    let scale = Decimal::integer(1).shifted(power).unwrap_or(Decimal::integer(1));
    let value = by.value.times(scale).and_then(|by| whole.value.quotient(by, digits.max(2)));
    let (whole, by) = (context.figure(whole), context.figure(by));
    let whole = if power > 0 {
        format!("{whole}{}", if whole.ends_with(['万', '亿']) { "" } else { unit })
    } else {
        whole
    };
    ratio::division(&whole, &by, value.map(|q| q.nearest), unit)
}

fn differs(context: &mut Context, average: &Quantity, whole: &Quantity, by: &Quantity) {
    let computation = computed(context, average, whole, by);
    context.relate(RelationKind::Average, Verdict::Differs, average, &[whole, by], computation.clone());
    let printed = context.printed(average);
    let message = format!("平均数写作{printed}，与{}、{}不符", context.printed(whole), context.printed(by));
    context.report(
        "average_mismatch",
        average.start,
        average.end,
        Words::new(message).computed(computation).help("核对总数、个数和平均数"),
    );
}

/// 月均, 日均 of a year: told as wrong only where the sentence says that the whole is of a year.
fn over_time(context: &mut Context, average: &Quantity, wholes: &[&Quantity], lengths: &[i128]) {
    let count = |length: i128| Interval::exact(Decimal::integer(length));
    for whole in wholes {
        let Some(total) = Interval::of(whole) else { continue };
        let given = lengths.iter().find(|length| gives(total, count(**length), average) == Some(true));
        if let Some(length) = given {
            let words = format!("{}÷{length}≈{}", context.figure(whole), context.printed(average));
            context.relate(RelationKind::Average, Verdict::Agrees, average, &[whole], words);
            return;
        }
    }
    let sentence = context.sentence(average.sentence).map_or(average.start, |s| s.start);
    let near = |q: &&&Quantity| q.sentence == average.sentence && average.clause - q.clause <= 1;
    let yearly = context.chars.has_any(sentence, average.start, ["全年"]);
    if let (true, [12], Some(whole)) = (yearly, lengths, wholes.iter().find(near)) {
        let words =
            whole.value.quotient(Decimal::integer(12), 1).map_or(String::new(), |q| q.nearest.to_string());
        let computation = format!("{}÷12＝{words}", context.figure(whole));
        context.relate(RelationKind::Average, Verdict::Differs, average, &[whole], computation.clone());
        let message = format!("月均写作{}，与全年的{}不符", context.printed(average), context.printed(whole));
        let words = Words::new(message).computed(computation).help("核对全年数和月均数");
        context.report("average_mismatch", average.start, average.end, words);
    }
}

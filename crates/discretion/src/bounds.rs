//! Bounds as statutes word them: “5万元以上不满10万元”, “不足0.5立方米”, “3倍”, “[0.5,20)立方米”.
//!
//! 以上, 以下, 以内 include the number itself; 不满, 超过, 以外 do not (Civil Code art. 1259).

use crate::unit::{Amount, Unit};

/// One end of a range. 端点
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    pub amount: Amount,
    /// The number itself does not belong to it.
    pub open: bool,
}

/// A range of amounts; an end that is not there has no bound. 幅度
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bounds {
    pub low: Option<Edge>,
    pub high: Option<Edge>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Low,
    High,
    Same,
}

type Word = (&'static str, Side, bool);

/// Words before the number: which end it is, and whether the end is open.
const BEFORE: [Word; 36] = [
    ("不超过", Side::High, false),
    ("不多于", Side::High, false),
    ("不高于", Side::High, false),
    ("不大于", Side::High, false),
    ("不少于", Side::Low, false),
    ("不低于", Side::Low, false),
    ("不小于", Side::Low, false),
    ("未超过", Side::High, false),
    ("未达到", Side::High, true),
    ("没有达到", Side::High, true),
    ("达不到", Side::High, true),
    ("不足", Side::High, true),
    ("不满", Side::High, true),
    ("未满", Side::High, true),
    ("未达", Side::High, true),
    ("不到", Side::High, true),
    ("低于", Side::High, true),
    ("少于", Side::High, true),
    ("小于", Side::High, true),
    ("超过", Side::Low, true),
    ("高于", Side::Low, true),
    ("大于", Side::Low, true),
    ("多于", Side::Low, true),
    ("达到", Side::Low, false),
    ("已满", Side::Low, false),
    ("至少", Side::Low, false),
    ("最低", Side::Low, false),
    ("至多", Side::High, false),
    ("最多", Side::High, false),
    ("最高", Side::High, false),
    ("等于", Side::Same, false),
    (">=", Side::Low, false),
    ("<=", Side::High, false),
    (">", Side::Low, true),
    ("<", Side::High, true),
    ("=", Side::Same, false),
];

const AFTER: [Word; 6] = [
    ("及以上", Side::Low, false),
    ("及以下", Side::High, false),
    ("以上", Side::Low, false),
    ("以下", Side::High, false),
    ("以内", Side::High, false),
    ("以外", Side::Low, true),
];

/// What a text says in brackets of whether the number itself belongs to it.
const INCLUDED: [(&str, bool); 6] = [
    ("(含本数)", false),
    ("(不含本数)", true),
    ("(含)", false),
    ("(不含)", true),
    ("(包括本数)", false),
    ("(不包括本数)", true),
];

/// The text with half-width digits and signs and without white space: what is compared and read.
#[must_use]
pub fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        '（' => '(',
        '）' => ')',
        '％' => '%',
        '．' => '.',
        '～' | '〜' | '∼' => '~',
        '－' | '—' | '–' => '-',
        '＜' => '<',
        '＞' => '>',
        '＝' => '=',
        '［' => '[',
        '］' => ']',
        '：' => ':',
        _ => c,
    };
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(one).collect();
    if !text.contains(['≥', '≤', '㎡', '³', '米']) {
        return text;
    }
    let text = text.replace('≥', ">=").replace('≤', "<=").replace('㎡', "平方米");
    text.replace("m³", "立方米").replace("平米", "平方米")
}

struct Read<'t> {
    side: Side,
    open: bool,
    digits: i64,
    scale: u32,
    unit: Option<Unit>,
    rest: &'t str,
}

/// Reads a text (see `plain`) that is a range and nothing else; `more` are further names of units.
#[must_use]
pub fn bounds(text: &str, more: &[&str]) -> Option<Bounds> {
    let text = text.strip_suffix('的').unwrap_or(text);
    if text.starts_with('[') || text.starts_with('(') {
        return bracketed(text, more);
    }
    let first = edge(text, more)?;
    if first.rest.is_empty() {
        let own = made(&first, None)?;
        return Some(match first.side {
            Side::Low => Bounds { low: Some(own), high: None },
            Side::High => Bounds { low: None, high: Some(own) },
            Side::Same => Bounds { low: Some(own.clone()), high: Some(own) },
        });
    }
    let (rest, to) = match first.side {
        Side::Same => (["至", "到", "-", "~"].iter().find_map(|word| first.rest.strip_prefix(word))?, true),
        _ => (first.rest.trim_start_matches(['且', '并', '但', ',', '，', '、', '至', '到']), false),
    };
    let second = edge(rest, more)?;
    if !second.rest.is_empty() {
        return None;
    }
    match (first.side, second.side, to) {
        (Side::Same, Side::Same | Side::High, true) | (Side::Low, Side::High, false) => {
            Some(Bounds { low: Some(made(&first, second.unit.as_ref())?), high: Some(made(&second, None)?) })
        }
        (Side::High, Side::Low, false) => {
            Some(Bounds { low: Some(made(&second, None)?), high: Some(made(&first, second.unit.as_ref())?) })
        }
        _ => None,
    }
}

fn made(read: &Read<'_>, instead: Option<&Unit>) -> Option<Edge> {
    let unit = read.unit.as_ref().or(instead)?.clone();
    Some(Edge { amount: Amount { digits: read.digits, scale: read.scale, unit }, open: read.open })
}

/// A number with what stands before and after it.
fn edge<'t>(text: &'t str, more: &[&str]) -> Option<Read<'t>> {
    let before = BEFORE.iter().find(|word| text.starts_with(word.0));
    let rest = before.map_or(text, |word| text.strip_prefix(word.0).unwrap_or(text));
    let (digits, scale, rest) = number(rest)?;
    let (unit, rest) = match Unit::at_start(rest, more) {
        Some((unit, rest)) => (Some(unit), rest),
        None => (None, rest),
    };
    let after = AFTER.iter().find(|word| rest.starts_with(word.0));
    let rest = after.map_or(rest, |word| rest.strip_prefix(word.0).unwrap_or(rest));
    let (side, mut open) = match (before, after) {
        (None, None) => (Side::Same, false),
        (Some(word), None) | (None, Some(word)) => (word.1, word.2),
        (Some(a), Some(b)) if a.1 == b.1 && a.2 == b.2 => (a.1, a.2),
        _ => return None,
    };
    let told = INCLUDED.iter().find(|told| rest.starts_with(told.0));
    let rest = told.map_or(rest, |told| rest.strip_prefix(told.0).unwrap_or(rest));
    if let Some(told) = told {
        open = told.1;
    }
    Some(Read { side, open, digits, scale, unit, rest })
}

/// “[0.5,20)立方米”: as mathematics writes it.
fn bracketed(text: &str, more: &[&str]) -> Option<Bounds> {
    let open_low = text.starts_with('(');
    let (low, rest) = text.get(1..)?.split_once([',', '，'])?;
    let end = rest.find([')', ']'])?;
    let (high, after) = rest.split_at(end);
    let open_high = after.starts_with(')');
    let (unit, left) = Unit::at_start(after.get(1..)?, more)?;
    let side = |text: &str, open: bool| -> Option<Option<Edge>> {
        if text.is_empty() || text.contains('∞') {
            return Some(None);
        }
        let (digits, scale, rest) = number(text)?;
        let amount = Amount { digits, scale, unit: unit.clone() };
        rest.is_empty().then_some(Some(Edge { amount, open }))
    };
    let made = Bounds { low: side(low, open_low)?, high: side(high, open_high)? };
    (left.is_empty() && (made.low.is_some() || made.high.is_some())).then_some(made)
}

/// A number at the start of a text: digits with a point, “5万”, or a Chinese numeral.
#[must_use]
pub fn number(text: &str) -> Option<(i64, u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(text.len());
    if end == 0 {
        return numeral(text);
    }
    let (own, rest) = text.split_at(end);
    let kept = own.trim_end_matches([',', '.']);
    let rest = if kept.len() < own.len() { text.get(kept.len()..)? } else { rest };
    if !grouped(kept) {
        return None;
    }
    let plain = kept.replace(',', "");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    if whole.is_empty() || part.contains('.') {
        return None;
    }
    let scale = u32::try_from(part.len()).ok()?;
    let digits: i64 = format!("{whole}{part}").parse().ok()?;
    let many = [("万元", 0), ("亿元", 0), ("万", 4), ("亿", 8)].iter().find(|word| rest.starts_with(word.0));
    match many {
        Some((word, power)) if *power > 0 => {
            Some((digits.checked_mul(10_i64.pow(*power))?, scale, rest.strip_prefix(word)?))
        }
        _ => Some((digits, scale, rest)),
    }
}

/// The first place from which a text is a range to its end: what stands before it, and the range. A range does not
/// begin in the middle of a number: “10万零1元” has none.
#[must_use]
pub fn last_range<'t>(text: &'t str, more: &[&str]) -> Option<(&'t str, Bounds)> {
    let is_of_number = |c: char| c.is_ascii_digit() || "., 点〇零一二三四五六七八九十百千万亿两".contains(c);
    let starts = text.char_indices().map(|(at, _)| at);
    let (before, made) = starts
        .filter_map(|at| text.split_at_checked(at))
        .find_map(|(before, rest)| Some((before, bounds(rest, more)?)))?;
    (!before.ends_with(is_of_number)).then_some((before, made))
}

/// Whether a text ends like a range: what does so and was not understood is no condition of another kind.
#[must_use]
pub fn ends_like_range(text: &str) -> bool {
    AFTER.iter().any(|word| text.trim_end_matches('的').ends_with(word.0))
}

/// Commas stand between groups of three digits or nowhere.
fn grouped(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    !whole.contains(',') || (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3)
}

/// A Chinese numeral up to 亿; a 万 or 亿 before 元 belongs to the number.
fn numeral(text: &str) -> Option<(i64, u32, &str)> {
    let (mut total, mut section, mut digit) = (0_i64, 0_i64, None);
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let value = "〇零一二三四五六七八九".chars().position(|own| own == c).map(|at| at.saturating_sub(1));
        match (c, value) {
            ('两', _) => digit = Some(2),
            (_, Some(value)) => digit = Some(i64::try_from(value).ok()?),
            ('十', _) => section = section.checked_add(digit.take().unwrap_or(1).checked_mul(10)?)?,
            ('百', _) => section = section.checked_add(digit.take()?.checked_mul(100)?)?,
            ('千', _) => section = section.checked_add(digit.take()?.checked_mul(1_000)?)?,
            ('万', _) => {
                let own = section.checked_add(digit.take().unwrap_or(0)).filter(|own| *own > 0)?;
                total = total.checked_add(own)?.checked_mul(10_000)?;
                section = 0;
            }
            ('亿', _) => {
                let own = section.checked_add(digit.take().unwrap_or(0))?;
                total = total.checked_add(own).filter(|own| *own > 0)?.checked_mul(100_000_000)?;
                section = 0;
            }
            _ => break,
        }
        end = at + c.len_utf8();
    }
    let value = total.checked_add(section)?.checked_add(digit.unwrap_or(0))?;
    (end > 0).then_some((value, 0, text.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A range as “[low,high)” in its own unit.
    fn shown(text: &str) -> String {
        let Some(made) = bounds(&plain(text), &["毫克/升"]) else { return "?".to_owned() };
        let side = |edge: &Option<Edge>| {
            edge.as_ref().map_or("∞".to_owned(), |edge| {
                format!(
                    "{}{}",
                    crate::unit::decimal(edge.amount.digits, edge.amount.scale),
                    edge.amount.unit.name
                )
            })
        };
        let open = |edge: &Option<Edge>| edge.as_ref().is_none_or(|edge| edge.open);
        let (left, right) =
            (if open(&made.low) { '(' } else { '[' }, if open(&made.high) { ')' } else { ']' });
        format!("{left}{},{}{right}", side(&made.low), side(&made.high))
    }

    #[test]
    fn the_words_of_statutes_are_understood() {
        for (text, meant) in [
            ("5万元以上不满10万元", "[5万元,10万元)"),
            ("5 万元以上 10 万元以下", "[5万元,10万元]"),
            ("超过5万元不超过10万元的", "(5万元,10万元]"),
            ("不足0.5立方米", "(∞,0.5立方米)"),
            ("五百元以上三千元以下", "[500元,3000元]"),
            ("一百二十万元以下", "(∞,1200000元]"),
            ("十株", "[10株,10株]"),
            ("1至3倍", "[1倍,3倍]"),
            ("１倍～３倍", "[1倍,3倍]"),
            ("5-10万元", "[5万元,10万元]"),
            ("5万元（不含）以上", "?"),
            ("5万元以上（不含本数）", "(5万元,∞)"),
            ("10株以下（含）", "(∞,10株]"),
            ("[0.5,20)立方米", "[0.5立方米,20立方米)"),
            ("(20,∞)立方米", "(20立方米,∞)"),
            ("≥3次", "[3次,∞)"),
            ("1,000元以下", "(∞,1000元]"),
            ("1,00元以下", "?"),
            ("5万株以上", "[50000株,∞)"),
            ("3个工作日以内", "(∞,3个工作日]"),
            ("不满10万元5万元以上", "[5万元,10万元)"),
            ("30毫克/升以上", "[30毫克/升,∞)"),
            ("一般情节", "?"),
            ("5万元以下10万元以下", "?"),
            ("不满5万元以上", "?"),
            ("5", "?"),
            ("元", "?"),
            ("", "?"),
            ("万元以上", "?"),
        ] {
            assert_eq!(shown(text), meant, "{text}");
        }
    }
}

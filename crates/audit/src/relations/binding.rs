//! A printed rate bound to its numerator and denominator: computing, settling, telling. (核算)

use crate::context::{Context, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Bound, Quantity};
use crate::ratio::{self, Interval, Judgement};

/// A numerator and a denominator with how sure they are.
#[derive(Clone)]
pub struct Pair<'q> {
    /// The numbers that make the numerator together.
    pub parts: Vec<&'q Quantity>,
    /// The numbers that make the denominator together.
    pub wholes: Vec<&'q Quantity>,
    /// The numerator is the denominator less these numbers.
    pub less: bool,
    pub named: bool,
}

impl<'q> Pair<'q> {
    pub fn of(part: &'q Quantity, whole: &'q Quantity, named: bool) -> Self {
        Self { parts: vec![part], wholes: vec![whole], less: false, named }
    }

    /// Whether all its numbers stand in one sentence.
    pub fn all_of(&self, sentence: usize) -> bool {
        self.parts.iter().chain(&self.wholes).all(|q| q.sentence == sentence)
    }

    /// The last number before the rate.
    pub fn last(&self) -> Option<&'q Quantity> {
        self.parts.iter().chain(&self.wholes).copied().max_by_key(|q| q.start)
    }

    fn all(&self) -> Vec<&'q Quantity> {
        self.parts.iter().chain(&self.wholes).copied().collect()
    }

    fn is_over(&self) -> bool {
        matches!((total(&self.parts), total(&self.wholes)), (Some(part), Some(whole)) if part.exceeds(whole))
    }
}

fn total(numbers: &[&Quantity]) -> Option<Decimal> {
    numbers.iter().try_fold(Decimal::integer(0), |sum, q| sum.plus(q.value))
}

fn interval(numbers: &[&Quantity]) -> Option<Interval> {
    let (first, rest) = numbers.split_first()?;
    rest.iter().try_fold(Interval::of(first)?, |sum, q| sum.plus(Interval::of(q)?))
}

/// What a pair says of a printed rate. Tenths (八成) are compared as tenths.
pub fn judge(pair: &Pair, printed: &Quantity) -> Judgement {
    judged(pair, printed).unwrap_or(Judgement::Unknown)
}

fn judged(pair: &Pair, printed: &Quantity) -> Option<Judgement> {
    let (part, whole) = (interval(&pair.parts)?, interval(&pair.wholes)?);
    let part = if pair.less { whole.minus(part)? } else { part };
    let tenths = printed.unit == "成";
    let factor = Decimal::integer(if tenths { 10 } else { 100 });
    let value = if tenths { printed.value.quotient(Decimal::integer(10), 0)?.nearest } else { printed.value };
    Some(ratio::judge(part, whole, factor, value))
}

fn shown(context: &Context, numbers: &[&Quantity]) -> String {
    let figures: Vec<String> = numbers.iter().map(|q| context.figure(q)).collect();
    if figures.len() > 1 { format!("（{}）", figures.join("＋")) } else { figures.concat() }
}

fn computed(context: &Context, pair: &Pair, digits: u32) -> String {
    let whole = shown(context, &pair.wholes);
    let (Some(part), Some(base)) = (total(&pair.parts), total(&pair.wholes)) else { return String::new() };
    let value = if pair.less { base.minus(part) } else { Some(part) };
    let part = shown(context, &pair.parts);
    let part = if pair.less { format!("（{whole}-{part}）") } else { part };
    let rate = value.and_then(|v| ratio::rate(v, base, digits));
    ratio::division(&part, &whole, rate, "%")
}

/// Settles a rate with the first pair that gives it. True when one does, also with a cut last digit.
pub fn settle(context: &mut Context, pairs: &[Pair], printed: &Quantity, name: &str) -> bool {
    let digits = printed.value.scale();
    for wanted in [Judgement::Agrees, Judgement::Truncated, Judgement::Raised] {
        let Some(pair) = pairs.iter().find(|p| judge(p, printed) == wanted) else { continue };
        let computation = computed(context, pair, digits);
        context.relate(RelationKind::Rate, Verdict::Agrees, printed, &pair.all(), computation.clone());
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

/// Whether a pair gives a rate, rounded or with its last digit cut.
pub fn fits(pair: &Pair, printed: &Quantity) -> bool {
    !matches!(judge(pair, printed), Judgement::Differs)
}

/// Whether a pair that was not reported gives the rate, digits cut or raised included.
pub fn gives(pair: &Pair, printed: &Quantity) -> bool {
    matches!(judge(pair, printed), Judgement::Agrees)
}

/// Tells that a rate is not what its pair gives; the other denominators that were tried are shown too.
pub fn mismatch(context: &mut Context, pairs: &[Pair], first: &Pair, printed: &Quantity, name: &str) {
    let turned = first.is_over() && !printed.value.exceeds(Decimal::integer(100));
    if judge(first, printed) != Judgement::Differs || turned || printed.bound != Bound::Exact {
        return;
    }
    let digits = printed.value.scale();
    let mut lines: Vec<String> = vec![computed(context, first, digits)];
    for pair in pairs {
        let line = computed(context, pair, digits);
        if lines.len() < 4 && !lines.contains(&line) {
            lines.push(line);
        }
    }
    let computation = lines.join("；");
    let what = if lines.len() > 1 {
        "附近能作分子、分母的数都得不出它"
    } else {
        "与句中的分子、分母不符"
    };
    let said =
        |numbers: &[&Quantity]| numbers.iter().map(|q| context.printed(q)).collect::<Vec<_>>().join("＋");
    let (part, whole) = (said(&first.parts), said(&first.wholes));
    context.relate(RelationKind::Rate, Verdict::Differs, printed, &first.all(), computation.clone());
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

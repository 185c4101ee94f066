//! Rates that no whole number over the stated base can give. (不可能的率)

use crate::context::{Context, Words};
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio;
use crate::relations::scene;
use crate::rule::RateRule;

/// Words of a sample.
const DRAWN: &[&str] = &["抽查", "抽检", "抽取", "抽样", "抽评", "抽测", "送检", "评查", "回访", "测评"];

/// Checks a rate whose numerator is not given against the bases that its rule knows.
pub fn check(
    context: &mut Context,
    counts: &[&Quantity],
    printed: &Quantity,
    name: &str,
    rule: Option<&RateRule>,
) {
    if printed.value.exceeds(crate::Decimal::integer(100)) {
        return;
    }
    // Of a rate that no rule knows, the base is what was drawn or looked at right before it.
    let drawn: Vec<String> = DRAWN.iter().map(|w| (*w).to_owned()).collect();
    let (base, weak_base) = rule.map_or((&drawn, &[][..]), |r| (&r.base, r.weak_base.as_slice()));
    let reach = if rule.is_some() { 6 } else { 1 };
    let segment = context.segment_start(printed.clause);
    let earliest = segment.checked_sub(1).map_or(segment, |c| context.segment_start(c));
    let near = |q: &Quantity| q.clause >= earliest && printed.clause.saturating_sub(q.clause) <= reach;
    let plain = |q: &&&Quantity| q.kind == Kind::Count && !q.is_coarse() && near(q);
    let marked = |words: &[String], q: &Quantity| scene::says(context, q, words.iter().map(String::as_str));
    let strong: Vec<&Quantity> = counts.iter().filter(plain).filter(|q| marked(base, q)).copied().collect();
    let weak: Vec<&Quantity> =
        counts.iter().filter(plain).filter(|q| marked(weak_base, q)).copied().collect();
    if strong.is_empty() && weak.is_empty() {
        return;
    }
    let bases: Vec<&Quantity> = strong.iter().chain(&weak).copied().collect();
    let mut lines = Vec::new();
    let mut possible = None;
    for base in &bases {
        match ratio::numerators(base.value, printed.value) {
            None => return,
            Some(Some((low, high))) => {
                let range = if low == high { low.to_string() } else { format!("{low}至{high}") };
                possible
                    .get_or_insert((**base, format!("以{}为分母，分子应为{range}", context.figure(base))));
            }
            Some(None) => lines.extend(neighbours(context, base, printed)),
        }
    }
    if let Some((base, computation)) = possible {
        context.relate(RelationKind::Rate, Verdict::NotCheckable, printed, &[&base], computation);
        return;
    }
    let computation = lines.join("；");
    let rule_id = if strong.is_empty() { "rate_base" } else { "rate_impossible" };
    let listed: Vec<String> = bases.iter().map(|b| context.printed(b)).collect();
    let text = context.printed(printed);
    let message = if strong.is_empty() {
        format!(
            "“{name}”写作{text}，但没有写分母：句中的{}都不是，没有一个整数作分子能得出这个率",
            listed.join("、")
        )
    } else {
        format!("“{name}”写作{text}，以{}为分母，没有一个整数能得出这个率", listed.join("、"))
    };
    let verdict = if strong.is_empty() { Verdict::NotCheckable } else { Verdict::Differs };
    context.relate(RelationKind::Rate, verdict, printed, &bases, computation.clone());
    context.report(
        rule_id,
        printed.start,
        printed.end,
        Words::new(message)
            .computed(format!("最接近的：{computation}"))
            .help("写明分子和分母各是多少；率确实算错的才改率"),
    );
}

/// The two rates that whole numerators next to the printed one give.
fn neighbours(context: &Context, base: &Quantity, printed: &Quantity) -> Option<String> {
    let hundred = crate::Decimal::integer(100);
    let guess = printed.value.times(base.value)?.quotient(hundred, 0)?.down.whole()?;
    let digits = printed.value.scale();
    let rate = |k: i128| {
        let value = crate::Decimal::integer(k * 100).quotient(base.value, digits)?.nearest;
        Some(format!("{k}÷{}＝{value}%", context.figure(base)))
    };
    Some(format!("{}，{}", rate(guess)?, rate(guess + 1)?))
}

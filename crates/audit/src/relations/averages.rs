//! Averages: 平均每场160人次, 人均, 户均. (平均)

use crate::context::{Context, WINDOW, Words};
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::{Kind, Quantity};
use crate::ratio::{self, Interval, Judgement};

/// Checks the averages of a sentence.
pub fn check(context: &mut Context, numbers: &[Quantity]) {
    for (index, quantity) in numbers.iter().enumerate() {
        if quantity.kind != Kind::Count || !quantity.is_exact() {
            continue;
        }
        let (start, end) = context.lead(quantity, 12);
        let Some(at) = context.chars.rfind(start, end, "平均每") else { continue };
        let divisor = context.chars.text(at + 3, end);
        let window = numbers.get(index.saturating_sub(WINDOW)..index).unwrap_or(&[]);
        let counts: Vec<&Quantity> = window
            .iter()
            .filter(|q| q.kind == Kind::Count && q.is_exact() && quantity.clause - q.clause <= 5)
            .collect();
        let whole = counts.iter().rev().find(|q| q.family() == quantity.family() && !q.unit.is_empty());
        let by = counts.iter().rev().find(|q| named(context, &divisor, q));
        if let (Some(whole), Some(by)) = (whole, by)
            && whole.start != by.start
        {
            judge(context, quantity, whole, by);
        }
    }
}

fn named(context: &Context, divisor: &str, quantity: &Quantity) -> bool {
    let unit: String = quantity.unit.chars().take(1).collect();
    let noun = context.chars.text(quantity.end, (quantity.end + 2).min(quantity.after));
    divisor.starts_with(&unit) || (!noun.is_empty() && divisor.starts_with(&noun))
}

fn judge(context: &mut Context, quantity: &Quantity, whole: &Quantity, by: &Quantity) {
    let (Some(total), Some(count)) = (Interval::of(whole), Interval::of(by)) else { return };
    let judged = ratio::judge(total, count, Decimal::integer(1), quantity.value);
    let digits = quantity.value.scale();
    let value = whole.value.quotient(by.value, digits + 2).map(|q| q.nearest);
    let computation = ratio::division(&context.figure(whole), &context.figure(by), value, quantity.unit);
    if judged != Judgement::Differs {
        context.relate(RelationKind::Average, Verdict::Agrees, quantity, &[whole, by], computation);
        return;
    }
    context.relate(RelationKind::Average, Verdict::Differs, quantity, &[whole, by], computation.clone());
    let printed = context.printed(quantity);
    let message = format!("平均数写作{printed}，与{}、{}不符", context.printed(whole), context.printed(by));
    context.report(
        "average_mismatch",
        quantity.start,
        quantity.end,
        Words::new(message).computed(computation).help("核对总数、个数和平均数"),
    );
}

//! Multiples: 是上年的1.5倍, 翻了一番, 增长3倍. (倍数)

use crate::context::Context;
use crate::decimal::Decimal;
use crate::finding::{RelationKind, Verdict};
use crate::quantities::Quantity;
use crate::relations::growth::{Change, against_earlier, change, from_to, middle, mismatch};

/// Whether a multiple says how many times the earlier value it is: 是上年的1.5倍, 翻了一番.
pub fn is_fold(context: &Context, quantity: &Quantity) -> bool {
    if quantity.unit == "番" {
        return true;
    }
    let clause = context.text.clauses.get(quantity.clause).map_or(quantity.start, |c| c.start);
    let start = clause.max(quantity.start.saturating_sub(24));
    change(context, quantity).is_none()
        && context.chars.has_any(start, quantity.start, ["是", "为", "相当于", "达到", "达"])
        && context.chars.ends(quantity.start, "的")
}

/// Checks a multiple of the earlier value.
pub fn folds(context: &mut Context, seen: &[&Quantity], quantity: &Quantity) {
    let found = from_to(context, seen, quantity)
        .or_else(|| against_earlier(context, seen, quantity).into_iter().find(|c| c.sure));
    let Some(found) = found else { return };
    let factor = if quantity.unit == "番" {
        let count = quantity.value.whole().and_then(|v| u32::try_from(v).ok()).unwrap_or(1);
        Decimal::integer(1 << count.min(20))
    } else {
        quantity.value
    };
    let (Some(from), Some(to)) = (middle(found.from), middle(found.to)) else { return };
    let Some(fold) = to.quotient(from, quantity.value.scale()) else { return };
    let shown = to.quotient(from, 2).map_or(fold.nearest, |q| q.nearest);
    let computation = format!("{}÷{}＝{shown}", found.to_words, found.from_words);
    // A whole number of times is said of what comes near it, not of all that rounds to it.
    let close = shown.minus(factor).is_some_and(|gap| {
        let reach = factor.quotient(Decimal::integer(10), 1).map_or(factor, |q| q.nearest);
        !gap.exceeds(reach) && !gap.plus(reach).is_some_and(|g| Decimal::integer(0).exceeds(g))
    });
    let whole = quantity.value.scale() == 0;
    if whole && close || !whole && (fold.nearest.equals(factor) || fold.down.equals(factor)) {
        context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &found.with, computation);
    } else if found.sure {
        mismatch(context, quantity, &found, &computation);
    }
}

/// "增长3倍": how much was added, in times of the earlier value. What it grew to is often written instead.
pub fn times(context: &mut Context, quantity: &Quantity, change: &Change) {
    let (Some(from), Some(to)) = (middle(change.from), middle(change.to)) else { return };
    let digits = quantity.value.scale();
    let (Some(fold), Some(gap)) = (to.quotient(from, digits), to.minus(from)) else { return };
    let Some(grown) = gap.quotient(from, digits) else { return };
    let computation = format!("{}÷{}-1＝{}", change.to_words, change.from_words, grown.nearest);
    if grown.nearest.equals(quantity.value) || grown.down.equals(quantity.value) {
        context.relate(RelationKind::Growth, Verdict::Agrees, quantity, &change.with, computation);
    } else if fold.nearest.equals(quantity.value) || change.sure && digits > 0 {
        mismatch(context, quantity, change, &computation);
    }
}

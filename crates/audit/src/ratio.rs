//! Comparing a printed rate with what its parts give: rounding, truncation and printed digits are respected.

use std::cmp::Ordering;

use crate::decimal::Decimal;
use crate::quantities::{Bound, Quantity};

/// What a computation says of a printed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    Agrees,
    /// The last digit is cut off instead of rounded.
    Truncated,
    /// The last digit is rounded up where it should be rounded down.
    Raised,
    Differs,
    /// Not enough is known.
    Unknown,
}

/// The values that may stand behind a printed number.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    pub low: Decimal,
    pub high: Decimal,
}

impl Interval {
    #[must_use]
    pub fn exact(value: Decimal) -> Self {
        Self { low: value, high: value }
    }

    #[must_use]
    pub fn is_point(self) -> bool {
        self.low.equals(self.high)
    }

    /// A plain whole number stands for itself, a rounded one for all that would print so, "多" for nothing certain.
    #[must_use]
    pub fn of(quantity: &Quantity) -> Option<Self> {
        if quantity.bound != Bound::Exact {
            return None;
        }
        if !quantity.is_coarse() {
            return Some(Self::exact(quantity.value));
        }
        let half = quantity.place.times(Decimal::new(5, 1))?;
        Some(Self { low: quantity.value.minus(half)?, high: quantity.value.plus(half)? })
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Some(Self { low: self.low.plus(other.low)?, high: self.high.plus(other.high)? })
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        Some(Self { low: self.low.minus(other.high)?, high: self.high.minus(other.low)? })
    }

    #[must_use]
    pub fn times(self, factor: Decimal) -> Option<Self> {
        Some(Self { low: self.low.times(factor)?, high: self.high.times(factor)? })
    }
}

/// Judges `part / whole`, times a hundred for a rate, against a printed number.
#[must_use]
pub fn judge(part: Interval, whole: Interval, factor: Decimal, printed: Decimal) -> Judgement {
    judge_inner(part, whole, factor, printed).unwrap_or(Judgement::Unknown)
}

fn judge_inner(part: Interval, whole: Interval, factor: Decimal, printed: Decimal) -> Option<Judgement> {
    let digits = printed.scale();
    let part = part.times(factor)?;
    let low = part.low.quotient(whole.high, digits)?;
    let high = part.high.quotient(whole.low, digits)?;
    if low.nearest.compare(printed)? != Ordering::Greater && high.nearest.compare(printed)? != Ordering::Less
    {
        return Some(Judgement::Agrees);
    }
    if part.is_point() && whole.is_point() {
        if low.down.equals(printed) {
            return Some(Judgement::Truncated);
        }
        if low.up.equals(printed) {
            return Some(Judgement::Raised);
        }
    } else if low.down.compare(printed)? != Ordering::Greater
        && high.nearest.compare(printed)? != Ordering::Less
    {
        return Some(Judgement::Agrees);
    }
    Some(Judgement::Differs)
}

/// A quotient in words: "52÷375＝13.8667%".
#[must_use]
pub fn division(part: &str, whole: &str, value: Option<Decimal>, sign: &str) -> String {
    match value {
        Some(value) => format!("{part}÷{whole}＝{value}{sign}"),
        None => format!("{part}÷{whole}"),
    }
}

/// The rate of two numbers with two digits more than printed.
#[must_use]
pub fn rate(part: Decimal, whole: Decimal, digits: u32) -> Option<Decimal> {
    let hundredfold = part.times(Decimal::integer(100))?;
    let fine = hundredfold.quotient(whole, (digits + 2).max(4))?;
    let plain = hundredfold.quotient(whole, digits)?;
    Some(if plain.exact { plain.down } else { fine.nearest })
}

/// The whole numerators over a base that a printed rate allows: the least and the greatest, `None` when there is none.
/// A cut last digit is allowed only where rounding gives none.
#[must_use]
pub fn numerators(base: Decimal, printed: Decimal) -> Option<Option<(i128, i128)>> {
    let rounded = numerators_judged(base, printed, Judgement::Agrees)?;
    if rounded.is_some() {
        return Some(rounded);
    }
    numerators_judged(base, printed, Judgement::Truncated)
}

fn numerators_judged(base: Decimal, printed: Decimal, wanted: Judgement) -> Option<Option<(i128, i128)>> {
    let whole = base.whole().filter(|b| *b > 0)?;
    let guess = printed.times(base)?.quotient(Decimal::integer(100), 0)?.down.whole()?;
    let fits = |k: &i128| {
        let part = Interval::exact(Decimal::integer(*k));
        *k >= 0 && *k <= whole && judge(part, Interval::exact(base), Decimal::integer(100), printed) == wanted
    };
    let half = Decimal::new(5, printed.scale() + 1);
    let spread = half.times(base)?.quotient(Decimal::integer(100), 0)?.up.whole()?;
    // Rounding reaches half a last digit both ways, cutting a whole one upwards.
    let above = if wanted == Judgement::Agrees { spread } else { 2 * spread };
    let first = (guess - spread - 2..=guess + 2).take(64).find(fits);
    let last = (guess - 2..=(guess + above + 2).min(whole)).rev().take(64).find(fits).or(first);
    Some(first.zip(last).map(|(a, b)| (a.min(b), b.max(a))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(part: i128, whole: i128, mantissa: i128, scale: u32) -> Judgement {
        let exact = |v| Interval::exact(Decimal::integer(v));
        judge(exact(part), exact(whole), Decimal::integer(100), Decimal::new(mantissa, scale))
    }

    #[test]
    fn rounding_truncation_and_difference() {
        assert_eq!(of(52, 375, 1387, 2), Judgement::Agrees);
        assert_eq!(of(52, 375, 1386, 2), Judgement::Truncated);
        assert_eq!(of(52, 405, 1387, 2), Judgement::Differs);
        assert_eq!(of(1, 3, 34, 0), Judgement::Raised);
    }

    #[test]
    fn whole_numerators() {
        let at = |base, mantissa, scale| {
            numerators(Decimal::integer(base), Decimal::new(mantissa, scale)).unwrap()
        };
        assert_eq!(at(375, 9797, 2), None);
        assert_eq!(at(405, 9797, 2), None);
        assert_eq!(at(48, 9655, 2), None);
        assert_eq!(at(40, 375, 1), Some((15, 15)));
        assert_eq!(at(42198, 9825, 2), Some((41458, 41461)));
    }
}

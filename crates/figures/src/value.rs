//! From tallies to the number that people read.

use crate::{Counted, Figure, Measure};

/// The sum of contributions over a period: how many, and what they add up to (as many, where they are only counted). 累计
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub n: i64,
    pub total: i64,
}

/// A figure's value: a fraction that is printed with its digits. `None` where nothing was counted to divide by. 指标值
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueOf {
    pub numerator: i64,
    /// 1 for counts and sums.
    pub denominator: i64,
    /// Decimal digits shown.
    pub digits: u32,
    /// What one unit of the shown value is worth in the numerator (100 for a percentage is written as scale).
    pub scale: i64,
}

/// The value of a figure from its tally; for a share, from those of its two sides.
#[must_use]
pub fn value_of(figure: &Figure, own: Tally, part: Tally, whole: Tally) -> Option<ValueOf> {
    match &figure.measure {
        Measure::Count { .. }
        | Measure::Punctual { .. }
        | Measure::Entries { counted: Counted::Entries | Counted::Different(_), .. } => {
            Some(ValueOf { numerator: own.n, denominator: 1, digits: 0, scale: 1 })
        }
        Measure::Sum { .. } | Measure::Entries { .. } if figure.unit == "元" => {
            Some(ValueOf { numerator: own.total, denominator: 100, digits: 2, scale: 1 })
        }
        Measure::Sum { .. } | Measure::Entries { .. } => {
            Some(ValueOf { numerator: own.total, denominator: norms::PARTS, digits: 0, scale: 1 })
        }
        Measure::Share { .. } if whole.total == 0 => None,
        Measure::Share { .. } => {
            let scale = if figure.unit == "%" { 100 } else { 1 };
            let (numerator, denominator) = share_of(part, whole);
            Some(ValueOf { numerator, denominator, digits: 2, scale })
        }
        Measure::Duration { .. } if own.n == 0 => None,
        Measure::Duration { .. } => {
            Some(ValueOf { numerator: own.total, denominator: own.n, digits: 1, scale: 1 })
        }
    }
}

/// Part and whole of a share as they are divided. What is only counted adds one to the total each time, so counts are totals too;
/// sums of whole numbers are divided as whole numbers.
#[must_use]
pub fn share_of(part: Tally, whole: Tally) -> (i64, i64) {
    let is_whole = |total: i64| total.checked_rem(norms::PARTS) == Some(0);
    let adds = whole.total != whole.n && is_whole(part.total) && is_whole(whole.total);
    let by = if adds { norms::PARTS } else { 1 };
    let divided = |total: i64| total.checked_div(by).unwrap_or(total);
    (divided(part.total), divided(whole.total))
}

impl ValueOf {
    /// The value rounded half up to its digits: 99.78, 43.5, 73.
    #[must_use]
    pub fn text(&self) -> String {
        let factor = 10i128.pow(self.digits);
        let top = i128::from(self.numerator) * i128::from(self.scale) * factor * 2;
        let bottom = i128::from(self.denominator.max(1));
        let rounded = (top + bottom).div_euclid(bottom * 2);
        let (whole, rest) = (rounded / factor, (rounded % factor).abs());
        if self.digits == 0 || rest == 0 {
            return whole.to_string();
        }
        let width = usize::try_from(self.digits).unwrap_or(0);
        let sign = if rounded < 0 && whole == 0 { "-" } else { "" };
        format!("{sign}{whole}.{rest:0width$}").trim_end_matches('0').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_counts_or_of_what_sums_come_to() {
        let tally = |n, total| Tally { n, total };
        assert_eq!(share_of(tally(2, 2), tally(3, 3)), (2, 3));
        assert_eq!(share_of(tally(10_000, 10_000), tally(20_000, 20_000)), (10_000, 20_000), "counts stay");
        assert_eq!(share_of(tally(12, 41 * norms::PARTS), tally(12, 45 * norms::PARTS)), (41, 45));
        assert_eq!(share_of(tally(1, 5_000), tally(1, norms::PARTS)), (5_000, 10_000), "half of one");
    }

    #[test]
    fn values_are_rounded_half_up_to_their_digits() {
        let value =
            |numerator, denominator, digits, scale| ValueOf { numerator, denominator, digits, scale }.text();
        assert_eq!(value(1821, 1825, 2, 100), "99.78");
        assert_eq!(value(52, 375, 2, 100), "13.87");
        assert_eq!(value(1, 8, 2, 1), "0.13");
        assert_eq!(value(73, 1, 0, 1), "73");
        assert_eq!(value(4350, 100, 2, 1), "43.5");
        assert_eq!(value(-1, 8, 2, 1), "-0.12");
    }
}

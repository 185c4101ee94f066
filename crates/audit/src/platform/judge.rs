//! Whether a printed number may stand for a value: its digits, 万, and words such as 余, 近, 约 are respected.

use std::cmp::Ordering;

use super::KnownValue;
use crate::decimal::Decimal;
use crate::finding::Verdict;
use crate::quantities::{Bound, Quantity};

/// Judges a printed number against an exact value.
pub fn judge(printed: &Quantity, value: &KnownValue) -> Verdict {
    judged(printed, value).unwrap_or(Verdict::NotCheckable)
}

fn judged(printed: &Quantity, value: &KnownValue) -> Option<Verdict> {
    let side = |bound: Decimal| value.numerator.compare(bound.times(value.denominator)?);
    let at_least = |bound: Decimal| side(bound).map(|o| o != Ordering::Less);
    let below = |bound: Decimal| side(bound).map(|o| o == Ordering::Less);
    let stated = printed.value;
    let part = |tenths: i128| stated.times(Decimal::new(tenths, 1));
    let verdict = |agrees: bool, near: bool| {
        if agrees {
            Verdict::Agrees
        } else if near {
            Verdict::NotCheckable
        } else {
            Verdict::Differs
        }
    };
    Some(match printed.bound {
        // Rounded to the last digit, or cut off after it.
        Bound::Exact => {
            let half = printed.place.times(Decimal::new(5, 1))?;
            let low = stated.minus(half)?;
            verdict(at_least(low)? && below(stated.plus(printed.place)?)?, false)
        }
        // Within a tenth.
        Bound::About => verdict(
            at_least(part(9)?)? && below(part(11)?.plus(printed.place)?)?,
            at_least(part(7)?)? && below(part(13)?)?,
        ),
        // At least as much, and not so much more that a greater round number would be said.
        Bound::Above => {
            let step = step(stated)?;
            verdict(
                at_least(stated)? && below(stated.plus(step)?)?,
                at_least(stated)? && below(stated.times(Decimal::integer(2))?)?,
            )
        }
        // No more, and not so much less that it says nothing.
        Bound::Below => {
            let no_more = side(stated)? != Ordering::Greater;
            verdict(no_more && at_least(part(8)?)?, no_more)
        }
    })
}

/// What one in the last place that is not nought is worth: 20 has tens, 2500 hundreds, 3.6万 thousands.
fn step(stated: Decimal) -> Option<Decimal> {
    let mut rest = stated.mantissa();
    let mut power = 0;
    while rest != 0 && rest % 10 == 0 && power < 30 {
        rest /= 10;
        power += 1;
    }
    Decimal::new(1, stated.scale()).shifted(power).filter(|_| rest != 0).or(Some(Decimal::integer(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantities;
    use crate::text::Text;

    fn of(words: &str, numerator: i128, denominator: i128) -> Verdict {
        let text = Text::new(format!("办理{words}。"));
        let found = quantities::find(&text);
        let value = KnownValue {
            numerator: Decimal::integer(numerator),
            denominator: Decimal::integer(denominator),
            shown: String::new(),
            quotient: None,
        };
        judge(&found[0], &value)
    }

    #[test]
    fn printed_digits_are_respected() {
        use Verdict::{Agrees, Differs};
        assert_eq!(of("73件", 73, 1), Agrees);
        assert_eq!(of("72件", 73, 1), Differs);
        assert_eq!(of("29.23%", 1900, 65), Agrees);
        assert_eq!(of("29.2%", 1900, 65), Agrees);
        assert_eq!(of("29%", 1900, 65), Agrees);
        assert_eq!(of("30%", 1900, 65), Differs);
        assert_eq!(of("29.24%", 1900, 65), Differs);
        assert_eq!(of("3.6万件", 36_487, 1), Agrees);
        assert_eq!(of("3.6万件", 36_912, 1), Agrees);
        assert_eq!(of("3.6万件", 37_000, 1), Differs);
        assert_eq!(of("28天", 1846, 65), Agrees);
    }

    #[test]
    fn more_less_and_about() {
        use Verdict::{Agrees, Differs, NotCheckable};
        assert_eq!(of("20余件", 23, 1), Agrees);
        assert_eq!(of("20余件", 19, 1), Differs);
        assert_eq!(of("20余件", 35, 1), NotCheckable);
        assert_eq!(of("20余件", 73, 1), Differs);
        assert_eq!(of("2500余件", 2599, 1), Agrees);
        assert_eq!(of("近100件", 97, 1), Agrees);
        assert_eq!(of("近100件", 101, 1), Differs);
        assert_eq!(of("不超过100件", 3, 1), NotCheckable);
        assert_eq!(of("约70件", 73, 1), Agrees);
        assert_eq!(of("约70件", 120, 1), Differs);
    }
}

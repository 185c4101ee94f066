//! Exact fractions: what scores and figures are computed in.

use std::cmp::Ordering;

/// A fraction in its lowest terms; the denominator is positive. 分数
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    top: i128,
    bottom: i128,
}

/// Digits after the point that a written number may have.
const MOST_DECIMALS: usize = 9;

impl Ratio {
    pub const ZERO: Self = Self { top: 0, bottom: 1 };
    pub const ONE: Self = Self { top: 1, bottom: 1 };

    /// None for a denominator of nought, or where the numbers grow beyond what is held.
    #[must_use]
    pub fn new(top: i128, bottom: i128) -> Option<Self> {
        if bottom == 0 {
            return None;
        }
        let (top, bottom) =
            if bottom < 0 { (top.checked_neg()?, bottom.checked_neg()?) } else { (top, bottom) };
        let divisor = i128::try_from(common(top.unsigned_abs(), bottom.unsigned_abs())).ok()?.max(1);
        Some(Self { top: top / divisor, bottom: bottom / divisor })
    }

    #[must_use]
    pub fn whole(number: i64) -> Self {
        Self { top: i128::from(number), bottom: 1 }
    }

    #[must_use]
    pub fn numerator(self) -> i128 {
        self.top
    }

    #[must_use]
    pub fn denominator(self) -> i128 {
        self.bottom
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let shared = i128::try_from(common(self.bottom.unsigned_abs(), other.bottom.unsigned_abs())).ok()?;
        let (own, theirs) = (other.bottom / shared.max(1), self.bottom / shared.max(1));
        let top = self.top.checked_mul(own)?.checked_add(other.top.checked_mul(theirs)?)?;
        Self::new(top, self.bottom.checked_mul(own)?)
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { top: other.top.checked_neg()?, bottom: other.bottom })
    }

    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        // Crosswise first, so that intermediate products stay small.
        let (a, b) = (Self::new(self.top, other.bottom)?, Self::new(other.top, self.bottom)?);
        Self::new(a.top.checked_mul(b.top)?, a.bottom.checked_mul(b.bottom)?)
    }

    /// None where the divisor is nought.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.bottom, other.top)?)
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.top == 0
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        self.top < 0
    }

    /// Between two bounds, the lower one first.
    #[must_use]
    pub fn within(self, least: Self, most: Self) -> Self {
        self.min(most).max(least)
    }

    /// Rounded half up to so many decimal digits.
    #[must_use]
    pub fn rounded(self, digits: u32) -> Option<Self> {
        let factor = 10i128.checked_pow(digits)?;
        let (whole, rest) = (self.top.div_euclid(self.bottom), self.top.rem_euclid(self.bottom));
        let top = rest.checked_mul(factor)?.checked_mul(2)?.checked_add(self.bottom)?;
        let part = top.div_euclid(self.bottom.checked_mul(2)?);
        Self::new(whole.checked_mul(factor)?.checked_add(part)?, factor)
    }

    /// Rounded down to so many decimal digits.
    #[must_use]
    pub fn floor(self, digits: u32) -> Option<Self> {
        let factor = 10i128.checked_pow(digits)?;
        let (whole, rest) = (self.top.div_euclid(self.bottom), self.top.rem_euclid(self.bottom));
        let part = rest.checked_mul(factor)?.div_euclid(self.bottom);
        Self::new(whole.checked_mul(factor)?.checked_add(part)?, factor)
    }

    /// Rounded up to so many decimal digits.
    #[must_use]
    pub fn ceiling(self, digits: u32) -> Option<Self> {
        let turned = Self { top: self.top.checked_neg()?, bottom: self.bottom }.floor(digits)?;
        Some(Self { top: turned.top.checked_neg()?, bottom: turned.bottom })
    }

    /// Reads `3`, `-0.5`, `95%`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, hundred) = text.strip_suffix('%').map_or((text, 1), |rest| (rest, 100));
        let (text, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        let dangling = text.ends_with('.');
        let long = decimals.len() > MOST_DECIMALS || whole.len() > 15;
        if whole.is_empty() || dangling || long || !digits(whole) || !digits(decimals) {
            return None;
        }
        let scale = 10i128.checked_pow(u32::try_from(decimals.len()).ok()?)?;
        let top: i128 = format!("{whole}{decimals}").parse().ok()?;
        Self::new(sign * top, scale * hundred)
    }

    /// Rounded half up to at most so many digits, without noughts at the end: `99.78`, `3`, `-0.5`.
    #[must_use]
    pub fn text(self, digits: u32) -> String {
        let Some(rounded) = self.rounded(digits) else { return format!("{}/{}", self.top, self.bottom) };
        let sign = if rounded.top < 0 { "-" } else { "" };
        let (top, bottom) = (rounded.top.unsigned_abs(), rounded.bottom.unsigned_abs());
        let (whole, mut rest) = (top / bottom, top % bottom);
        let mut decimals = String::new();
        while rest > 0 {
            rest *= 10;
            decimals.push_str(&(rest / bottom).to_string());
            rest %= bottom;
        }
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{decimals}")
    }

    /// As a percentage: `95%`.
    #[must_use]
    pub fn percent(self, digits: u32) -> String {
        let hundred = self.times(Self::whole(100)).map_or_else(String::new, |value| value.text(digits));
        format!("{hundred}%")
    }
}

/// The greatest common divisor.
fn common(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// By whole parts, then by the inverses of the rests: no product that could grow too large.
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut a, mut b) = ((self.top, self.bottom), (other.top, other.bottom));
        loop {
            let whole = a.0.div_euclid(a.1).cmp(&b.0.div_euclid(b.1));
            if whole.is_ne() {
                return whole;
            }
            let (rest, others) = (a.0.rem_euclid(a.1), b.0.rem_euclid(b.1));
            if rest == 0 || others == 0 {
                return rest.cmp(&others);
            }
            // rest/bottom against others/bottom is the reverse of their inverses.
            (a, b) = ((b.1, others), (a.1, rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse(text).unwrap()
    }

    #[test]
    fn numbers_are_read_exactly_and_told_rounded() {
        assert_eq!(ratio("95%"), Ratio::new(19, 20).unwrap());
        assert_eq!(ratio("-0.5"), Ratio::new(-1, 2).unwrap());
        assert_eq!(ratio("0.125").text(2), "0.13");
        assert_eq!(ratio("-0.125").text(2), "-0.12");
        assert_eq!(Ratio::new(52, 375).unwrap().percent(2), "13.87%");
        assert_eq!(Ratio::new(200, 2).unwrap().text(2), "100");
        assert_eq!(ratio("0.05").text(2), "0.05");
        for wrong in ["", ".", "1.", ".5", "1e3", "１", "1.0000000001", "--1", "1 2"] {
            assert_eq!(Ratio::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::ONE.over(Ratio::ZERO), None);
        assert_eq!(Ratio::new(i128::MAX, 1).unwrap().plus(Ratio::ONE), None);
    }

    proptest::proptest! {
        #[test]
        fn order_and_sums_agree_with_cross_multiplication(
            a in -10_000i128..10_000, b in 1i128..10_000, c in -10_000i128..10_000, d in 1i128..10_000,
        ) {
            let (left, right) = (Ratio::new(a, b).unwrap(), Ratio::new(c, d).unwrap());
            assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
            assert_eq!(left.plus(right), Ratio::new(a * d + c * b, b * d));
            assert_eq!(left.times(right), Ratio::new(a * c, b * d));
            assert_eq!(left.minus(right).unwrap().is_negative(), left < right);
            let rounded = left.rounded(2).unwrap();
            let error = left.minus(rounded).unwrap().times(Ratio::whole(200)).unwrap();
            let (below, above) = (left.floor(1).unwrap(), left.ceiling(1).unwrap());
            assert!(below <= left && left <= above);
            assert!(above.minus(below).unwrap() <= Ratio::new(1, 10).unwrap());
            assert!(error < Ratio::ONE && error >= Ratio::whole(-1), "{left:?}");
        }
    }
}

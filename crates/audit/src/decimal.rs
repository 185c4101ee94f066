//! Exact numbers as printed: an integer over a power of ten. No floats, no silent rounding.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number as printed: `mantissa / 10^scale`. (十进制数)
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    mantissa: i128,
    scale: u32,
}

/// Ten to a power; `None` beyond what fits.
fn ten(power: u32) -> Option<i128> {
    10_i128.checked_pow(power)
}

impl Decimal {
    #[must_use]
    pub fn new(mantissa: i128, scale: u32) -> Self {
        Self { mantissa, scale }
    }

    #[must_use]
    pub fn integer(value: i128) -> Self {
        Self { mantissa: value, scale: 0 }
    }

    #[must_use]
    pub fn mantissa(self) -> i128 {
        self.mantissa
    }

    /// The digits after the point.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.scale
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The whole number that it is, if it is one.
    #[must_use]
    pub fn whole(self) -> Option<i128> {
        let unit = ten(self.scale)?;
        (self.mantissa % unit == 0).then(|| self.mantissa / unit)
    }

    /// Times a power of ten.
    #[must_use]
    pub fn shifted(self, power: u32) -> Option<Self> {
        if power <= self.scale {
            return Some(Self { mantissa: self.mantissa, scale: self.scale - power });
        }
        Some(Self { mantissa: self.mantissa.checked_mul(ten(power - self.scale)?)?, scale: 0 })
    }

    #[must_use]
    pub fn divided_by_ten(self, power: u32) -> Self {
        Self { mantissa: self.mantissa, scale: self.scale.saturating_add(power) }
    }

    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let left = self.mantissa.checked_mul(ten(scale - self.scale)?)?;
        let right = other.mantissa.checked_mul(ten(scale - other.scale)?)?;
        Some((left, right, scale))
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        let (left, right, scale) = self.aligned(other)?;
        Some(Self { mantissa: left.checked_add(right)?, scale })
    }

    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { mantissa: other.mantissa.checked_neg()?, scale: other.scale })
    }

    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_mul(other.mantissa)?, scale: self.scale + other.scale })
    }

    #[must_use]
    pub fn compare(self, other: Self) -> Option<Ordering> {
        let (left, right, _) = self.aligned(other)?;
        Some(left.cmp(&right))
    }

    #[must_use]
    pub fn equals(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    #[must_use]
    pub fn exceeds(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Greater)
    }

    /// The quotient at a number of digits: rounded down, to the nearest (half up), and up.
    #[must_use]
    pub fn quotient(self, divisor: Self, digits: u32) -> Option<Quotient> {
        if divisor.mantissa <= 0 {
            return None;
        }
        let numerator = self.mantissa.checked_mul(ten(digits.checked_add(divisor.scale)?)?)?;
        let denominator = divisor.mantissa.checked_mul(ten(self.scale)?)?;
        let down = numerator.div_euclid(denominator);
        let rest = numerator.rem_euclid(denominator);
        let up = if rest == 0 { down } else { down + 1 };
        let nearest = if rest.checked_mul(2)? >= denominator { up } else { down };
        let made = |mantissa| Self { mantissa, scale: digits };
        Some(Quotient { down: made(down), nearest: made(nearest), up: made(up), exact: rest == 0 })
    }
}

/// A quotient cut to a number of digits in three ways.
#[derive(Clone, Copy, Debug)]
pub struct Quotient {
    pub down: Decimal,
    pub nearest: Decimal,
    pub up: Decimal,
    pub exact: bool,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        let scale = usize::try_from(self.scale).unwrap_or(0);
        if scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_exact() {
        let rate = |a: i128, b: i128, digits| {
            let q = Decimal::integer(a * 100).quotient(Decimal::integer(b), digits).unwrap();
            (q.down.to_string(), q.nearest.to_string(), q.up.to_string())
        };
        assert_eq!(rate(52, 375, 2), ("13.86".into(), "13.87".into(), "13.87".into()));
        assert_eq!(rate(1821, 1825, 1), ("99.7".into(), "99.8".into(), "99.8".into()));
        assert_eq!(rate(1, 8, 0), ("12".into(), "13".into(), "13".into()));
        assert!(Decimal::integer(1).quotient(Decimal::integer(0), 2).is_none());
    }

    #[test]
    fn prints_and_adds_what_it_reads() {
        assert_eq!(Decimal::new(5, 2).to_string(), "0.05");
        assert_eq!(Decimal::new(-1234, 1).to_string(), "-123.4");
        assert!(Decimal::new(27, 1).shifted(4).unwrap().equals(Decimal::integer(27_000)));
        assert_eq!(Decimal::new(15, 1).plus(Decimal::new(25, 2)).unwrap().to_string(), "1.75");
        assert!(Decimal::integer(i128::MAX).plus(Decimal::integer(1)).is_none());
    }
}

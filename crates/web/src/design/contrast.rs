//! How well one colour can be read on another, as WCAG 2 computes it.

/// The contrast of two colours (`#rrggbb`) in hundredths: 100 for the same, 2100 for black on white. 对比度
pub(crate) fn contrast(one: &str, other: &str) -> Option<u32> {
    let (one, other) = (luminance(one)?, luminance(other)?);
    let (more, less) = if one > other { (one, other) } else { (other, one) };
    Some(u32::try_from((more + 5_000_000) * 100 / (less + 5_000_000)).unwrap_or(u32::MAX))
}

/// The share of white's light, in hundred-millionths.
fn luminance(colour: &str) -> Option<u64> {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let (red, green, blue) = (linear(part(0)?), linear(part(2)?), linear(part(4)?));
    Some((2126 * red + 7152 * green + 722 * blue) / 10_000)
}

/// The light of a part of a colour, in hundred-millionths of the most: the sRGB curve.
#[expect(
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "light is no money: the curve is a power, and its value lies between nought and one"
)]
fn linear(part: u8) -> u64 {
    let share = f64::from(part) / 255.0;
    let light = if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) };
    (light * 1e8).round() as u64
}

/// Hundredths as people write them: `4.53:1`.
pub(crate) fn told(hundredths: u32) -> String {
    format!("{}.{:02}:1", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_contrasts() {
        assert_eq!(contrast("#000000", "#ffffff"), Some(2100));
        assert_eq!(contrast("#ffffff", "#ffffff"), Some(100));
        // The lightest grey on white that is still enough for text, and the next one.
        assert_eq!(contrast("#767676", "#ffffff"), Some(454));
        assert_eq!(contrast("#777777", "#ffffff"), Some(447));
        assert_eq!(contrast("#777", "#ffffff"), None);
        assert_eq!(told(1207), "12.07:1");
    }
}

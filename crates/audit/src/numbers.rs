//! Numerals as people write them: 1,234 · １２ · 3.5万 · 一百零五 · 两千三百余.

use crate::chars::Chars;
use crate::decimal::Decimal;

/// A numeral that was read. (数)
#[derive(Clone, Copy, Debug)]
pub struct Numeral {
    pub value: Decimal,
    /// What one in the last printed place is worth; one for a plain whole number.
    pub place: Decimal,
    /// The first character after it.
    pub end: usize,
    /// 余, 多, 几 within it.
    pub more: bool,
    /// Chinese numerals.
    pub hanzi: bool,
}

/// More digits than this are an identifier, not a number.
const MOST_DIGITS: usize = 15;

/// Reads Arabic digits with separators of thousands, a fraction and 万 or 亿.
/// `None` for an identifier: too many digits, or a letter at its side.
#[must_use]
pub fn arabic(chars: &Chars, start: usize) -> Option<Numeral> {
    let mut mantissa: i128 = 0;
    let mut digits = 0;
    let mut at = start;
    let mut group = 0;
    loop {
        let c = chars.at(at);
        if let Some(digit) = c.to_digit(10) {
            digits += 1;
            if digits > MOST_DIGITS {
                return None;
            }
            mantissa = mantissa * 10 + i128::from(digit);
            at += 1;
            group += 1;
        } else if (c == ',' || c == ' ') && (1..=3).contains(&group) && thousands(chars, at) {
            at += 1;
            group = 0;
        } else {
            break;
        }
    }
    let mut scale = 0;
    if chars.at(at) == '.' && chars.at(at + 1).is_ascii_digit() {
        at += 1;
        while let Some(digit) = chars.at(at).to_digit(10) {
            digits += 1;
            if digits > MOST_DIGITS {
                return None;
            }
            mantissa = mantissa * 10 + i128::from(digit);
            scale += 1;
            at += 1;
        }
    }
    let (power, end, more) = multiplier(chars, at);
    let value = Decimal::new(mantissa, scale).shifted(power)?;
    let place = Decimal::new(1, scale).shifted(power)?;
    Some(Numeral { value, place, end, more, hanzi: false })
}

/// Whether a comma parts thousands: exactly three digits follow.
fn thousands(chars: &Chars, comma: usize) -> bool {
    (1..=3).all(|i| chars.at(comma + i).is_ascii_digit()) && !chars.at(comma + 4).is_ascii_digit()
}

/// 余, 多, 万, 亿 after digits: the power of ten, where it ends, whether it means "more than".
fn multiplier(chars: &Chars, start: usize) -> (u32, usize, bool) {
    let mut at = start;
    let mut power = 0;
    let mut more = false;
    for _ in 0..4 {
        match chars.at(at) {
            '余' => more = true,
            '多' if !"方元样次数种部".contains(chars.at(at + 1)) || chars.at(at + 1) == '部' => {
                more = true
            }
            '几' => more = true,
            '万' if power < 9 => power += 4,
            '亿' if power < 9 => power += 8,
            '千' if power == 0 && !"克米".contains(chars.at(at + 1)) => power += 3,
            '百' if power == 0 && !"分".contains(chars.at(at + 1)) => power += 2,
            ' ' if more || power > 0 => {}
            _ => break,
        }
        at += 1;
    }
    while at > start && chars.before(at) == ' ' {
        at -= 1;
    }
    (power, at, more)
}

/// The value of a Chinese digit.
fn digit(c: char) -> Option<i128> {
    Some(match c {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Whether a character may begin or continue a Chinese numeral.
#[must_use]
pub fn is_hanzi_numeral(c: char) -> bool {
    digit(c).is_some() || matches!(c, '十' | '百' | '千' | '万' | '亿' | '廿' | '卅')
}

/// Reads a Chinese numeral. The whole run of numeral characters must make one number.
#[must_use]
pub fn hanzi(chars: &Chars, start: usize) -> Option<Numeral> {
    let mut reader = Hanzi::default();
    let mut at = start;
    while is_hanzi_numeral(chars.at(at)) && at - start < 20 {
        reader.push(chars.at(at))?;
        at += 1;
    }
    let more = matches!(chars.at(at), '余' | '多' | '几');
    if more {
        at += 1;
        while matches!(chars.at(at), '万' | '亿') {
            reader.push(chars.at(at))?;
            at += 1;
        }
    }
    let value = Decimal::integer(reader.finish()?);
    Some(Numeral { value, place: Decimal::integer(1), end: at, more, hanzi: true })
}

#[derive(Default)]
struct Hanzi {
    total: i128,
    section: i128,
    pending: Option<i128>,
    last_unit: i128,
}

impl Hanzi {
    fn push(&mut self, c: char) -> Option<()> {
        if let Some(value) = digit(c) {
            if self.pending.is_some_and(|p| p != 0) {
                return None;
            }
            self.pending = Some(value);
            return Some(());
        }
        let unit = match c {
            '十' => 10,
            '廿' => return self.tens(20),
            '卅' => return self.tens(30),
            '百' => 100,
            '千' => 1000,
            '万' => 10_000,
            _ => 100_000_000,
        };
        if unit >= 10_000 {
            let section = self.section + self.pending.take().unwrap_or(0);
            let carried = if unit > 10_000 { std::mem::take(&mut self.total) + section } else { section };
            self.total = self.total.checked_add(carried.checked_mul(unit)?)?;
            self.section = 0;
            self.last_unit = unit;
            return (carried > 0).then_some(());
        }
        let count = self.pending.take().filter(|p| *p != 0).unwrap_or(1);
        if count == 1 && unit > 10 && self.section == 0 && self.total == 0 && self.last_unit == 0 {
            // "百" and "千" alone are words (百姓, 千所) unless a digit stands before them.
            self.last_unit = -unit;
        }
        self.section += count * unit;
        self.last_unit = self.last_unit.max(unit);
        Some(())
    }

    fn tens(&mut self, value: i128) -> Option<()> {
        self.section += value;
        self.last_unit = 10;
        self.pending.is_none().then_some(())
    }

    fn finish(self) -> Option<i128> {
        let last = self.pending.unwrap_or(0);
        self.total.checked_add(self.section)?.checked_add(last).filter(|v| *v > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Option<(String, bool)> {
        let chars = Chars::new(source);
        let numeral = if chars.at(0).is_ascii_digit() { arabic(&chars, 0) } else { hanzi(&chars, 0) };
        numeral.map(|n| (n.value.to_string(), n.more))
    }

    #[test]
    fn arabic_in_all_dresses() {
        assert_eq!(read("1,234件"), Some(("1234".into(), false)));
        assert_eq!(read("１２，345"), Some(("12345".into(), false)));
        assert_eq!(read("24 064件"), Some(("24064".into(), false)));
        assert_eq!(read("2.7万人"), Some(("27000".into(), false)));
        assert_eq!(read("2000万余条"), Some(("20000000".into(), true)));
        assert_eq!(read("20多万元"), Some(("200000".into(), true)));
        assert_eq!(read("1.25亿元"), Some(("125000000".into(), false)));
        assert_eq!(read("91350500123456789012"), None);
    }

    /// A numeral as people write it, made the other way round.
    fn written(value: i128) -> String {
        let digit =
            |d: i128| "零一二三四五六七八九".chars().nth(usize::try_from(d).unwrap()).unwrap().to_string();
        let section = |v: i128| {
            let mut out = String::new();
            let mut gap = false;
            for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
                let d = v / unit % 10;
                if d == 0 {
                    gap = !out.is_empty();
                    continue;
                }
                if gap {
                    out.push('零');
                    gap = false;
                }
                out.push_str(&digit(d));
                out.push_str(name);
            }
            out
        };
        let (high, low) = (value / 10_000, value % 10_000);
        let mut out = if high > 0 { section(high) + "万" } else { String::new() };
        if high > 0 && low > 0 && low < 1000 {
            out.push('零');
        }
        out.push_str(&section(low));
        out.strip_prefix("一十").map_or(out.clone(), |rest| format!("十{rest}"))
    }

    #[test]
    fn every_numeral_is_read_back() {
        for value in (1..20_000).chain((20_000..9_000_000).step_by(997)) {
            let numeral = written(value);
            assert_eq!(read(&numeral), Some((value.to_string(), false)), "{numeral}");
        }
    }

    #[test]
    fn chinese_numerals() {
        assert_eq!(read("一百零五件"), Some(("105".into(), false)));
        assert_eq!(read("两千三百余人"), Some(("2300".into(), true)));
        assert_eq!(read("廿三件"), Some(("23".into(), false)));
        assert_eq!(read("三万五千"), Some(("35000".into(), false)));
        assert_eq!(read("十二"), Some(("12".into(), false)));
        assert_eq!(read("二三"), None);
    }
}

//! Units as people write them, and exact amounts in them.
//!
//! An amount is never rounded: what does not come out exactly in a field's unit is told as wrong.

/// A unit, and how many of the smallest unit of its family it has. 单位
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub name: String,
    family: String,
    factor: i128,
}

/// Units with their families: name, family, how many of the family's smallest, decimals that a field in it has.
const KNOWN: [(&str, &str, i128, u32); 40] = [
    ("分", "money", 1, 0),
    ("角", "money", 10, 1),
    ("元", "money", 100, 2),
    ("万元", "money", 1_000_000, 6),
    ("亿元", "money", 10_000_000_000, 10),
    ("毫克", "mass", 1, 3),
    ("克", "mass", 1_000, 3),
    ("千克", "mass", 1_000_000, 3),
    ("公斤", "mass", 1_000_000, 3),
    ("吨", "mass", 1_000_000_000, 3),
    ("毫米", "length", 1, 0),
    ("厘米", "length", 10, 1),
    ("米", "length", 1_000, 3),
    ("公里", "length", 1_000_000, 3),
    ("千米", "length", 1_000_000, 3),
    ("平方米", "area", 1, 2),
    ("公顷", "area", 10_000, 4),
    ("平方公里", "area", 1_000_000, 6),
    ("亩", "mu", 1, 3),
    ("毫升", "volume", 1, 0),
    ("升", "volume", 1_000, 3),
    ("立方米", "volume", 1_000_000, 3),
    ("分钟", "minutes", 1, 0),
    ("小时", "minutes", 60, 0),
    ("日", "days", 1, 0),
    ("天", "days", 1, 0),
    ("个工作日", "working_days", 1, 0),
    ("工作日", "working_days", 1, 0),
    ("个月", "months", 1, 0),
    ("月", "months", 1, 0),
    ("年", "months", 12, 0),
    ("周岁", "age", 1, 0),
    ("岁", "age", 1, 0),
    ("%", "percent", 1, 2),
    ("分贝", "decibel", 1, 1),
    ("千瓦", "kilowatt", 1, 3),
    ("度", "degree", 1, 1),
    ("倍", "times", 1, 4),
    ("批次", "批次", 1, 0),
    ("人次", "人次", 1, 0),
];

/// What things are counted by.
const COUNTED: [&str; 40] = [
    "次", "人", "件", "个", "株", "台", "辆", "户", "家", "处", "份", "张", "只", "头", "条", "本", "套",
    "例", "名", "页", "批", "艘", "项", "起", "瓶", "箱", "间", "座", "栋", "棵", "根", "枚", "部", "宗",
    "册", "块", "匹", "袋", "桶", "盒",
];

impl Unit {
    /// The unit of this name; one that is not known counts things of its own kind.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let known = KNOWN.iter().find(|known| known.0 == name);
        let (family, factor) = known.map_or((name, 1), |known| (known.1, known.2));
        Self { name: name.to_owned(), family: family.to_owned(), factor }
    }

    #[must_use]
    pub fn yuan() -> Self {
        Self::of("元")
    }

    #[must_use]
    pub fn is_money(&self) -> bool {
        self.family == "money"
    }

    /// Whether amounts of the one can be told in the other.
    #[must_use]
    pub fn fits(&self, other: &Self) -> bool {
        self.family == other.family
    }

    /// The digits after the point that a field in this unit has, if it does not say so.
    #[must_use]
    pub fn usual_decimals(&self) -> u32 {
        let known = KNOWN.iter().find(|known| known.0 == self.name);
        known.map_or_else(|| if self.name.contains('/') { 3 } else { 0 }, |known| known.3)
    }

    /// The longest unit that a text begins with: a known one, or one of `more`.
    #[must_use]
    pub fn at_start<'t>(text: &'t str, more: &[&str]) -> Option<(Self, &'t str)> {
        let known = KNOWN.iter().map(|known| known.0).chain(COUNTED).chain(more.iter().copied());
        let name =
            known.filter(|name| !name.is_empty() && text.starts_with(name)).max_by_key(|name| name.len())?;
        Some((Self::of(name), text.strip_prefix(name)?))
    }
}

/// A number with a unit, exact: `digits` over ten to the power of `scale`. 数量
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    pub digits: i64,
    pub scale: u32,
    pub unit: Unit,
}

/// Why an amount does not fit a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// Another kind of unit.
    Unit,
    /// More digits after the point than the field has.
    Digits,
    /// Too large to be counted.
    Large,
}

impl Amount {
    #[must_use]
    pub fn fen(fen: i64) -> Self {
        Self { digits: fen, scale: 0, unit: Unit::of("分") }
    }

    /// The amount in a unit, as a whole number of its `decimals`-th part.
    ///
    /// # Errors
    /// It does not come out exactly, or not at all.
    pub fn within(&self, unit: &Unit, decimals: u32) -> Result<i64, Misfit> {
        if !self.unit.fits(unit) {
            return Err(Misfit::Unit);
        }
        let power = |of: u32| 10_i128.checked_pow(of).ok_or(Misfit::Large);
        let above = i128::from(self.digits)
            .checked_mul(self.unit.factor)
            .and_then(|above| above.checked_mul(power(decimals).ok()?))
            .ok_or(Misfit::Large)?;
        let below = power(self.scale)?.checked_mul(unit.factor).ok_or(Misfit::Large)?;
        if above.checked_rem(below) != Some(0) {
            return Err(Misfit::Digits);
        }
        let whole = above.checked_div(below).and_then(|whole| i64::try_from(whole).ok());
        whole.filter(|whole| whole.abs() < i64::MAX / 4).ok_or(Misfit::Large)
    }
}

/// A whole number of `decimals`-th parts as people write it.
#[must_use]
pub fn decimal(value: i64, decimals: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = value.unsigned_abs().to_string();
    let width = usize::try_from(decimals).unwrap_or_default();
    let padded = format!("{digits:0>least$}", least = width + 1);
    let (whole, part) = padded.split_at(padded.len() - width);
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Fen as yuan: 12345 is “123.45元”.
#[must_use]
pub fn yuan(fen: i64) -> String {
    format!("{}元", decimal(fen, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(digits: i64, scale: u32, unit: &str) -> Amount {
        Amount { digits, scale, unit: Unit::of(unit) }
    }

    #[test]
    fn amounts_come_out_exactly_or_not_at_all() {
        let yuan = Unit::yuan();
        assert_eq!(amount(15, 1, "万元").within(&yuan, 2), Ok(1_500_000));
        assert_eq!(amount(5, 3, "元").within(&yuan, 2), Err(Misfit::Digits));
        assert_eq!(amount(5, 0, "日").within(&yuan, 2), Err(Misfit::Unit));
        assert_eq!(amount(1, 0, "工作日").within(&Unit::of("日"), 0), Err(Misfit::Unit), "two kinds of day");
        assert_eq!(amount(1, 0, "年").within(&Unit::of("个月"), 0), Ok(12));
        assert_eq!(
            amount(1, 0, "个月").within(&Unit::of("日"), 0),
            Err(Misfit::Unit),
            "a month has no number of days"
        );
        assert_eq!(amount(i64::MAX, 0, "亿元").within(&yuan, 2), Err(Misfit::Large));
        assert_eq!(amount(500, 0, "升").within(&Unit::of("立方米"), 3), Ok(500));
    }

    #[test]
    fn numbers_are_shown_without_needless_noughts() {
        assert_eq!(decimal(1500, 3), "1.5");
        assert_eq!(decimal(5, 3), "0.005");
        assert_eq!(decimal(-50, 2), "-0.5");
        assert_eq!(decimal(7, 0), "7");
        assert_eq!(yuan(12_345), "123.45元");
    }

    #[test]
    fn the_longest_unit_is_taken() {
        assert_eq!(Unit::at_start("万元以上", &[]).unwrap().0.name, "万元");
        assert_eq!(Unit::at_start("个工作日", &[]).unwrap().0.name, "个工作日");
        assert!(Unit::at_start("般情节", &[]).is_none());
        assert_eq!(Unit::at_start("毫克/升以下", &["毫克/升"]).unwrap().0.name, "毫克/升");
    }
}

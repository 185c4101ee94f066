//! A day of the civil calendar.

use std::fmt;

use base::Diagnostic;

/// A civil day without a time of day or a zone, from 0001-01-01 to 9999-12-31. 日
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// A day of the week. 星期
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// The two-character name, such as 周六.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Monday => "周一",
            Self::Tuesday => "周二",
            Self::Wednesday => "周三",
            Self::Thursday => "周四",
            Self::Friday => "周五",
            Self::Saturday => "周六",
            Self::Sunday => "周日",
        }
    }

    /// Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self, Self::Saturday | Self::Sunday)
    }
}

impl Day {
    /// 0001-01-01, the first day that can be written.
    pub const MIN: Self = Self(-719_162);
    /// 9999-12-31, the last day that can be written.
    pub const MAX: Self = Self(2_932_896);

    /// The day of a year (1 to 9999), month and day of the month; `None` when there is no such day.
    #[must_use]
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Option<Self> {
        if !(1..=9999).contains(&year) || day == 0 || day > days_in_month(year, month)? {
            return None;
        }
        Some(Self(number_of(year, i32::from(month), i32::from(day))))
    }

    /// The day that is `number` days after 1970-01-01; `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&number).then_some(Self(number))
    }

    /// As `from_number`, held at the first or the last day that can be written.
    #[must_use]
    pub(crate) fn saturating(number: i64) -> Self {
        let held = number.clamp(i64::from(Self::MIN.0), i64::from(Self::MAX.0));
        i32::try_from(held).map_or(Self::MAX, Self)
    }

    /// Days since 1970-01-01, negative before it.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// Reads `2024-09-27` or `2024年9月27日`.
    ///
    /// # Errors
    /// Says what was expected when the text has another form or names a day that does not exist.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let text = text.trim();
        let parts = iso_parts(text).or_else(|| chinese_parts(text)).ok_or_else(|| {
            Box::new(
                Diagnostic::error("day_format", format!("日期“{text}”的写法不对"))
                    .help("请写成“2024-09-27”或者“2024年9月27日”"),
            )
        })?;
        let (year, month, day) = parts;
        Self::from_ymd(year, month, day).ok_or_else(|| {
            Box::new(
                Diagnostic::error("day_missing", format!("日期“{text}”不存在"))
                    .help("请核对年、月、日；月份为1至12，日不得超过当月天数"),
            )
        })
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day(self) -> u8 {
        self.ymd().2
    }

    /// Year, month and day of the month.
    #[must_use]
    pub fn ymd(self) -> (i32, u8, u8) {
        // Days are counted from 0000-03-01 in eras of 400 years, so that the leap day ends a year.
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, u8::try_from(month).unwrap_or(1), u8::try_from(day).unwrap_or(1))
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        match (self.0 + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The day `days` later (earlier, when negative), held within the years 1 to 9999.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self::saturating(i64::from(self.0) + i64::from(days))
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_days(-1)
    }

    /// The same number of the month `months` later, or the last day of that month (Civil Code art. 202).
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let (year, month, day) = self.ymd();
        let count = i64::from(year) * 12 + i64::from(month) - 1 + i64::from(months);
        let Ok(year) = i32::try_from(count.div_euclid(12)) else { return Self::MAX };
        let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
        let last = days_in_month(year, month).unwrap_or(28);
        Self::from_ymd(year, month, day.min(last)).unwrap_or(Self::MAX)
    }

    /// Days from `earlier` to this day, negative when it is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// As people write it: `2024年9月27日`.
    #[must_use]
    pub fn chinese(self) -> String {
        let (year, month, day) = self.ymd();
        format!("{year}年{month}月{day}日")
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// How many days a month has; `None` when there is no such month.
fn days_in_month(year: i32, month: u8) -> Option<u8> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days since 1970-01-01 of a valid date.
fn number_of(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month and day of `2024-09-27`, not yet checked against the calendar.
fn iso_parts(text: &str) -> Option<(i32, u8, u8)> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let lengths = (year.len(), month.len(), day.len());
    if parts.next().is_some() || lengths != (4, 2, 2) {
        return None;
    }
    Some((digits(year)?, u8::try_from(digits(month)?).ok()?, u8::try_from(digits(day)?).ok()?))
}

/// Year, month and day of `2024年9月27日`, not yet checked against the calendar.
fn chinese_parts(text: &str) -> Option<(i32, u8, u8)> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    Some((digits(year)?, u8::try_from(digits(month)?).ok()?, u8::try_from(digits(day)?).ok()?))
}

/// One to four ASCII digits.
fn digits(text: &str) -> Option<i32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

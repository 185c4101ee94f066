//! Dates as people write them: 2024年2月20日, 2024-02-21, 二〇二四年. (日期)

use super::{Day, Kind, Quantity, Scanner};
use crate::numbers;

impl Scanner<'_> {
    /// 2024年2月20日, 2月20日, 2024-02-21, 2024.2.21, 2021-2025年.
    pub(super) fn date(&self, at: usize) -> Option<Quantity> {
        let (first, length) = self.digits(at)?;
        let next = at + length;
        let mark = self.chars.at(next);
        let mut day = Day::default();
        let mut end;
        if length == 4 && (1900..2100).contains(&first) {
            day.year = Some(first);
            match mark {
                '年' => {
                    end = self.month_and_day(next + 1, &mut day).unwrap_or(next + 1);
                    if self.chars.at(end) == '度' {
                        end += 1;
                    }
                }
                '-' | '.' | '/' => {
                    if let Some((second, width)) = self.digits(next + 1) {
                        if width == 4 {
                            end = next + 5;
                            if self.chars.at(end) == '年' {
                                end += 1;
                            }
                            return Some(self.made(at, end, Kind::Name));
                        }
                        let third = (self.chars.at(next + 1 + width) == mark)
                            .then(|| self.digits(next + 2 + width))
                            .flatten()?;
                        day.month = Some(second);
                        day.day = Some(third.0);
                        end = next + 2 + width + third.1;
                    } else {
                        return None;
                    }
                }
                _ => return None,
            }
        } else if length <= 2 && mark == '月' {
            end = self.month_and_day(at, &mut day)?;
        } else {
            return None;
        }
        Some(self.made(at, end, Kind::Date(day)))
    }

    /// 二〇二四年, 二〇二五年二月二十日.
    pub(super) fn hanzi_date(&self, at: usize) -> Option<Quantity> {
        let mut year = 0;
        for place in 0..4 {
            let digit = "〇一二三四五六七八九".chars().position(|d| d == self.chars.at(at + place))?;
            year = year * 10 + u32::try_from(digit).ok()?;
        }
        if !(1900..2100).contains(&year) || self.chars.at(at + 4) != '年' {
            return None;
        }
        let mut day = Day { year: Some(year), month: None, day: None };
        let mut end = at + 5;
        if let Some((month, after)) = self.small_hanzi(end).filter(|(_, after)| self.chars.at(*after) == '月')
        {
            day.month = Some(month);
            end = after + 1;
            if let Some((number, after)) =
                self.small_hanzi(end).filter(|(_, after)| self.chars.at(*after) == '日')
            {
                day.day = Some(number);
                end = after + 1;
            }
        } else if self.chars.at(end) == '度' {
            end += 1;
        }
        Some(self.made(at, end, Kind::Date(day)))
    }

    /// A Chinese numeral below a hundred, and where it ends.
    fn small_hanzi(&self, at: usize) -> Option<(u32, usize)> {
        let numeral = numbers::hanzi(self.chars, at)?;
        let value = numeral.value.whole().and_then(|v| u32::try_from(v).ok()).filter(|v| *v < 100)?;
        Some((value, numeral.end))
    }

    /// Reads "2月20日" or "2月" into a day; where it ends.
    fn month_and_day(&self, at: usize, day: &mut Day) -> Option<usize> {
        let (month, length) = self.digits(at).filter(|(_, l)| *l <= 2)?;
        if self.chars.at(at + length) != '月' {
            return None;
        }
        day.month = Some(month);
        let after = at + length + 1;
        match self.digits(after).filter(|(_, l)| *l <= 2) {
            Some((number, width)) if matches!(self.chars.at(after + width), '日' | '号') => {
                day.day = Some(number);
                Some(after + width + 1)
            }
            _ => Some(if self.chars.at(after) == '份' { after + 1 } else { after }),
        }
    }

    fn digits(&self, at: usize) -> Option<(u32, usize)> {
        let mut value = 0_u32;
        let mut length = 0;
        while let Some(digit) = self.chars.at(at + length).to_digit(10) {
            value = value.checked_mul(10)?.checked_add(digit)?;
            length += 1;
        }
        (length > 0).then_some((value, length))
    }
}

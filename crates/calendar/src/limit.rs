//! A time limit: a length and its unit.

use std::fmt;

use base::{Diagnostic, closest};

/// The unit of a time limit. It is always written; there is no default. 期限单位
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Days that are neither rest days nor weekends (工作日).
    WorkingDays,
    /// Calendar days (日).
    Days,
    /// Calendar months (Civil Code art. 200).
    Months,
    /// Calendar years (Civil Code art. 200).
    Years,
    /// Hours, from an instant.
    Hours,
}

impl Unit {
    /// The plural that packs write, such as `working days`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::WorkingDays => "working days",
            Self::Days => "days",
            Self::Months => "months",
            Self::Years => "years",
            Self::Hours => "hours",
        }
    }

    /// What stands after the number in Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::WorkingDays => "个工作日",
            Self::Days => "日",
            Self::Months => "个月",
            Self::Years => "年",
            Self::Hours => "小时",
        }
    }

    fn read(word: &str) -> Option<Self> {
        match word {
            "working days" | "working day" | "个工作日" | "工作日" => Some(Self::WorkingDays),
            "days" | "day" | "日" | "天" | "个自然日" | "自然日" => Some(Self::Days),
            "months" | "month" | "个月" | "月" => Some(Self::Months),
            "years" | "year" | "年" => Some(Self::Years),
            "hours" | "hour" | "小时" | "个小时" => Some(Self::Hours),
            _ => None,
        }
    }
}

/// A length of time and its unit, as a statute sets it. 期限
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Limit {
    pub length: u32,
    pub unit: Unit,
}

/// The longest limit that is read, in its own unit: a hundred years of days. No statute asks for more.
const LONGEST: u32 = 36_525;

impl Limit {
    #[must_use]
    pub fn new(length: u32, unit: Unit) -> Self {
        Self { length, unit }
    }

    /// Reads `5 working days`, `1 year`, `24 hours`, and in Chinese `5个工作日`, `60日`, `3个月`, `1年`, `24小时`.
    ///
    /// # Errors
    /// A number without a unit, an unknown unit, a length of zero or beyond a hundred years of days.
    pub fn parse(text: &str) -> Result<Self, Box<Diagnostic>> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, word) = text.split_at(split);
        let word = word.split_whitespace().collect::<Vec<_>>().join(" ");
        if number.is_empty() {
            return Err(wrong("limit_format", format!("期限“{text}”的写法不对，应当先写数字")));
        }
        if word.is_empty() {
            return Err(wrong("limit_unit", format!("期限“{text}”没有写单位；单位从不省略")));
        }
        let Some(unit) = Unit::read(&word) else {
            let known = ["working days", "days", "months", "years", "hours"];
            let hint = closest(&word, known).map(|near| format!("，是否为“{near}”"));
            let message = format!("期限“{text}”的单位“{word}”不认识{}", hint.unwrap_or_default());
            return Err(wrong("limit_unit", message));
        };
        let length = number.parse::<u32>().ok().filter(|length| (1..=LONGEST).contains(length));
        let message = || format!("期限“{text}”的长度应当在1至{LONGEST}之间");
        length.map(|length| Self { length, unit }).ok_or_else(|| wrong("limit_length", message()))
    }

    /// Reads several, split by `;`; an empty text is none.
    ///
    /// # Errors
    /// That of the first one that is wrong.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, Box<Diagnostic>> {
        crate::count::parts(text).map(Self::parse).collect()
    }

    /// The form that packs write: `5 working days`, `1 year`.
    #[must_use]
    pub fn id(self) -> String {
        let plural = self.unit.id();
        let unit = if self.length == 1 { plural.trim_end_matches('s') } else { plural };
        format!("{} {unit}", self.length)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.length, self.unit.label())
    }
}

fn wrong(code: &'static str, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(code, message).help(
        "请写成“5 working days”“60 days”“3 months”“1 year”“24 hours”，或者“5个工作日”“60日”“3个月”“1年”“24小时”",
    ))
}

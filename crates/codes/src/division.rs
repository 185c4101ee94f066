//! Codes of administrative divisions: six digits (GB/T 2260), nine and twelve (statistical codes).

use std::fmt;

use crate::letters::{Letter, Letters, digit_meant};
use crate::{Fault, Kind};

/// The first two digits of GB/T 2260.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

pub(crate) fn is_province(code: &str) -> bool {
    PROVINCES.contains(&code)
}

/// A level of the divisions (行政区划层级).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Province,
    City,
    County,
    Township,
    Village,
}

impl Level {
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Province => "省级",
            Self::City => "市级",
            Self::County => "县级",
            Self::Township => "乡级",
            Self::Village => "村级",
        }
    }
}

/// A well-formed code of a division (行政区划代码).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division {
    code: String,
}

impl Division {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.code
    }

    /// The code with zeros to twelve digits.
    #[must_use]
    pub fn padded(&self) -> String {
        format!("{:0<12}", self.code)
    }

    fn group(&self, from: usize, to: usize) -> Option<String> {
        let padded = self.padded();
        let group = padded.get(from..to)?;
        group.chars().any(|c| c != '0').then(|| group.to_owned())
    }

    #[must_use]
    pub fn level(&self) -> Level {
        if self.group(9, 12).is_some() {
            Level::Village
        } else if self.group(6, 9).is_some() {
            Level::Township
        } else if self.group(4, 6).is_some() {
            Level::County
        } else if self.group(2, 4).is_some() {
            Level::City
        } else {
            Level::Province
        }
    }

    /// The division above it, with the same number of digits; none above a province. Townships of cities without
    /// counties stand under the city.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let keep = match self.level() {
            Level::Province => return None,
            Level::City => 2,
            Level::County => 4,
            Level::Township if self.group(4, 6).is_none() => 4,
            Level::Township => 6,
            Level::Village => 9,
        };
        let length = self.code.len();
        let kept = self.code.get(..keep)?;
        Some(Self { code: format!("{kept:0<length$}") })
    }

    /// Whether `other` is this division or lies within it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        let keep = match self.level() {
            Level::Province => 2,
            Level::City => 4,
            Level::County => 6,
            Level::Township => 9,
            Level::Village => 12,
        };
        let (mine, theirs) = (self.padded(), other.padded());
        mine.get(..keep) == theirs.get(..keep)
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

/// Checks the code of a division: digits, length, province, no gap between the levels.
///
/// # Errors
/// Every fault found, in the order of the positions.
pub fn check(value: &str) -> Result<Division, Vec<Fault>> {
    let mut read = Letters::read(value);
    let count = read.letters.len();
    if !matches!(count, 6 | 9 | 12) {
        read.faults.push(wrong_length(&read.text(), count));
        return Err(read.faults);
    }
    let mut meant = String::with_capacity(count);
    for Letter { at, letter } in read.letters.clone() {
        if letter.is_ascii_digit() {
            meant.push(letter);
        } else {
            read.faults.push(Fault::error("digit_expected", format!("第{at}位“{letter}”应为数字")).at(at));
            meant.push(digit_meant(letter).unwrap_or(letter));
        }
    }
    let made = Division { code: meant };
    let structure = structure_faults(&made);
    let sound = structure.is_empty();
    if made.code.chars().all(|c| c.is_ascii_digit()) {
        read.faults.extend(structure);
    }
    if read.faults.is_empty() {
        return Ok(made);
    }
    Err(read.end((sound && made.code.chars().all(|c| c.is_ascii_digit())).then_some(made.code)))
}

fn wrong_length(text: &str, count: usize) -> Fault {
    let what = Kind::Division.label();
    if count == 0 {
        return Fault::error("length", format!("{what}是空的"));
    }
    let message = format!("{what}应为6位（县级以上）、9位或者12位（统计用区划代码），写了{count}位");
    let short = matches!(count, 2 | 4) && text.chars().all(|c| c.is_ascii_digit());
    Fault::error("length", message).likely(short.then(|| format!("{text:0<6}")))
}

fn structure_faults(made: &Division) -> Vec<Fault> {
    let mut found = Vec::new();
    let province = made.code.get(..2).unwrap_or("");
    if !is_province(province) {
        let message = format!("前两位“{province}”不是省级代码");
        found.push(Fault::error("province", message).at(1));
    }
    if made.group(2, 4).is_none() && (made.group(4, 6).is_some() || made.group(6, 12).is_some()) {
        let message = "第3、4位（市级）为00时，后面各位也应为0";
        found.push(Fault::error("gap", message).at(3));
    }
    if made.group(6, 9).is_none() && made.group(9, 12).is_some() {
        let message = "第7至9位（乡级）为000时，第10至12位（村级）也应为000";
        found.push(Fault::error("gap", message).at(7));
    }
    found
}

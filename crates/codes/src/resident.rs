//! Resident identity numbers (GB 11643-1999).

use std::fmt;

use crate::division::is_province;
use crate::letters::{Letter, Letters, digit_meant};
use crate::{Fault, Kind};

/// GB 11643-1999.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_LETTERS: &str = "10X98765432";
/// Years of birth outside are taken for slips.
const YEARS: std::ops::RangeInclusive<u16> = 1800..=2099;
/// Nobody is known to have lived longer.
const OLDEST_YEARS: u16 = 125;

/// A civil day; the kernel's calendar is not needed for comparing two of them (日期).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}年{}月{}日", self.year, self.month, self.day)
    }
}

/// A well-formed resident identity number (公民身份号码).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId {
    number: String,
    born_on: Day,
}

impl ResidentId {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The division of first registration, positions 1 to 6 (地址码).
    #[must_use]
    pub fn division(&self) -> &str {
        self.number.get(..6).unwrap_or("")
    }

    #[must_use]
    pub fn born_on(&self) -> Day {
        self.born_on
    }

    /// Position 17 is odd for men.
    #[must_use]
    pub fn is_male(&self) -> bool {
        self.number.chars().nth(16).and_then(|c| c.to_digit(10)).is_some_and(|digit| digit % 2 == 1)
    }

    /// What is odd about it without making it wrong.
    #[must_use]
    pub fn remarks(&self) -> Vec<Fault> {
        let message = "9开头的是外国人永久居留身份证号码，不是居民身份证号码";
        let foreign = self.number.starts_with('9');
        foreign.then(|| Fault::warning("foreign_resident", message).at(1)).into_iter().collect()
    }

    /// Whether the person was born by a day.
    ///
    /// # Errors
    /// The person would not be born yet.
    pub fn check_born(&self, today: Day) -> Result<(), Fault> {
        if self.born_on <= today {
            return Ok(());
        }
        let message = format!("出生日期{}在{today}之后", self.born_on);
        Err(Fault::error("born_later", message).at(7))
    }

    /// Compares the day of birth with a given day.
    ///
    /// # Errors
    /// The person would not be born yet on that day, or be older than anybody.
    pub fn check_on(&self, today: Day) -> Result<(), Fault> {
        self.check_born(today)?;
        if today.year - self.born_on.year > OLDEST_YEARS {
            let message = format!("出生日期{}距{today}超过{OLDEST_YEARS}年", self.born_on);
            return Err(Fault::error("too_old", message).at(7));
        }
        Ok(())
    }
}

impl fmt::Display for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.number)
    }
}

/// The check letter that belongs to the first 17 digits.
#[must_use]
pub fn check_letter(body: &[char]) -> Option<char> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (letter, weight) in body.iter().zip(WEIGHTS) {
        sum += letter.to_digit(10)? * weight;
    }
    CHECK_LETTERS.chars().nth(usize::try_from(sum % 11).ok()?)
}

/// Checks a resident identity number: length, digits, province, day of birth, check letter.
///
/// # Errors
/// Every fault found, in the order of the positions.
pub fn check(value: &str) -> Result<ResidentId, Vec<Fault>> {
    let mut read = Letters::read(value);
    if read.letters.len() == 15 && read.letters.iter().all(|l| l.letter.is_ascii_digit()) {
        return Err(vec![first_generation(&read.text())]);
    }
    if !read.need_length(18, Kind::ResidentId.label()) {
        return Err(read.faults);
    }
    let letters = read.letters.clone();
    let meant: Vec<char> =
        letters.iter().enumerate().map(|(index, letter)| check_one(&mut read, index, *letter)).collect();
    let (last, body) = meant.split_last().map_or(('0', &[][..]), |(last, body)| (*last, body));
    check_province(&mut read, &meant);
    let born_on = check_birth(&mut read, &meant);
    let expected = check_letter(body);
    if let Some(expected) = expected
        && expected != last
    {
        let message =
            format!("校验位不符：按前17位推算末位应为“{expected}”，写的是“{last}”；末位若无误，前17位有错");
        read.faults.push(Fault::error("check_letter", message).at(18));
    }
    match born_on {
        Some(born_on) if read.faults.is_empty() => Ok(ResidentId { number: read.text(), born_on }),
        _ => {
            let right = expected == Some(last) && born_on.is_some() && province_of(&meant).is_ok();
            Err(read.end(right.then(|| meant.iter().collect())))
        }
    }
}

/// Checks one position and gives the character that was probably meant.
fn check_one(read: &mut Letters, index: usize, Letter { at, letter }: Letter) -> char {
    if letter.is_ascii_digit() || (index == 17 && letter == 'X') {
        return letter;
    }
    if index == 17 {
        let message = format!("末位“{letter}”应为数字或者字母X");
        read.faults.push(Fault::error("letter", message).at(at));
        return if matches!(letter, '×' | 'Ⅹ' | 'ⅹ' | '*') { 'X' } else { letter };
    }
    let message = format!("第{at}位“{letter}”应为数字");
    read.faults.push(Fault::error("digit_expected", message).at(at));
    digit_meant(letter).unwrap_or(letter)
}

/// The first two digits; wrong ones come back as an error. A leading 9 stands before the province.
fn province_of(meant: &[char]) -> Result<String, String> {
    let skip = usize::from(meant.first() == Some(&'9'));
    let province: String = meant.iter().skip(skip).take(2).collect();
    if is_province(&province) || matches!(province.as_str(), "83") { Ok(province) } else { Err(province) }
}

fn check_province(read: &mut Letters, meant: &[char]) {
    if let Err(province) = province_of(meant)
        && province.chars().all(|c| c.is_ascii_digit())
    {
        let message = format!("前两位“{province}”不是省级行政区划代码");
        read.faults.push(Fault::error("division", message).at(1));
    }
}

fn check_birth(read: &mut Letters, meant: &[char]) -> Option<Day> {
    let digits: String = meant.get(6..14)?.iter().collect();
    let year: u16 = digits.get(..4)?.parse().ok()?;
    let month: u8 = digits.get(4..6)?.parse().ok()?;
    let day: u8 = digits.get(6..8)?.parse().ok()?;
    let mut say = |position: usize, message: String| {
        read.faults.push(Fault::error("birth_date", message).at(position));
    };
    if !YEARS.contains(&year) {
        say(7, format!("出生年份“{year:04}”不合情理"));
        return None;
    }
    if !(1..=12).contains(&month) {
        say(11, format!("出生月份“{month:02}”不存在"));
        return None;
    }
    if day == 0 || day > days_in(year, month) {
        say(13, format!("出生日期{year}年{month}月{day}日不存在"));
        return None;
    }
    Some(Day { year, month, day })
}

pub(crate) fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(400) || (year.is_multiple_of(4) && !year.is_multiple_of(100)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A number of the first generation of cards: 15 digits without century and check letter.
fn first_generation(old: &str) -> Fault {
    let (head, tail) = old.split_at_checked(6).unwrap_or((old, ""));
    let body: Vec<char> = format!("{head}19{tail}").chars().collect();
    let likely = check_letter(&body).map(|last| body.iter().chain(&[last]).collect::<String>());
    let likely = likely.filter(|made| check(made).is_ok());
    Fault::error("first_generation", "是15位的第一代号码，应改用18位号码").likely(likely)
}

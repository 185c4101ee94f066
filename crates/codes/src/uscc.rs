//! Unified social credit codes (GB 32100-2015) with the organisation code inside (GB 11714).

use std::fmt;

use crate::division::is_province;
use crate::letters::{Letter, Letters, digit_meant};
use crate::{Fault, Kind};

/// The 31 characters of GB 32100-2015: no I, O, S, V, Z.
pub const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31 (GB 32100-2015).
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714.
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
/// Known letters of the registering department; not read in the standard itself (unverified).
const DEPARTMENTS: &str = "123456789ANY";

/// A well-formed unified social credit code (统一社会信用代码).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

impl Uscc {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registering department, position 1 (登记管理部门).
    #[must_use]
    pub fn department(&self) -> char {
        self.0.chars().next().unwrap_or('0')
    }

    /// The class of organ, position 2 (机构类别).
    #[must_use]
    pub fn class(&self) -> char {
        self.0.chars().nth(1).unwrap_or('0')
    }

    /// The division of the registering organ, positions 3 to 8 (登记管理机关行政区划码).
    #[must_use]
    pub fn division(&self) -> &str {
        self.0.get(2..8).unwrap_or("")
    }

    /// The organisation code with its own check letter, positions 9 to 17 (主体标识码).
    #[must_use]
    pub fn subject(&self) -> &str {
        self.0.get(8..17).unwrap_or("")
    }

    /// Whether a public organ: the department is that of establishments (机构编制) and the class an organ (机关).
    #[must_use]
    pub fn is_organ(&self) -> bool {
        self.department() == '1' && self.class() == '1'
    }

    /// What is odd about it without making it wrong.
    #[must_use]
    pub fn remarks(&self) -> Vec<Fault> {
        let mut made = Vec::new();
        let department = self.department();
        if !DEPARTMENTS.contains(department) {
            let message = format!("第1位“{department}”不是已知的登记管理部门代码");
            made.push(Fault::warning("department", message).at(1));
        }
        let province = self.division().get(..2).unwrap_or("");
        if province != "10" && !is_province(province) {
            let message = format!("第3、4位“{province}”不是已知的省级区划代码");
            made.push(Fault::warning("division", message).at(3));
        }
        let subject: Vec<char> = self.subject().chars().collect();
        if let Some((last, body)) = subject.split_last()
            && let Some(expected) = inner_check_letter(body)
            && expected != *last
        {
            let message = format!(
                "第9至17位的组织机构代码不合自身的校验：按前8位推算第17位应为“{expected}”，写的是“{last}”"
            );
            made.push(Fault::warning("inner_check_letter", message).at(17));
        }
        made
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn value_of(letter: char) -> Option<u32> {
    ALPHABET.chars().zip(0..).find(|(known, _)| *known == letter).map(|(_, value)| value)
}

/// The check letter that belongs to the first 17 characters.
#[must_use]
pub fn check_letter(body: &[char]) -> Option<char> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (letter, weight) in body.iter().zip(WEIGHTS) {
        sum += value_of(*letter)? * weight;
    }
    ALPHABET.chars().nth(usize::try_from((31 - sum % 31) % 31).ok()?)
}

/// The check letter of GB 11714 that belongs to the first 8 characters of an organisation code.
#[must_use]
pub fn inner_check_letter(body: &[char]) -> Option<char> {
    if body.len() != INNER_WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (letter, weight) in body.iter().zip(INNER_WEIGHTS) {
        sum += letter.to_digit(36)? * weight;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(digit, 10),
    }
}

/// Checks a unified social credit code: length, characters, check letter.
///
/// # Errors
/// Every fault found, in the order of the positions.
pub fn check(value: &str) -> Result<Uscc, Vec<Fault>> {
    let mut read = Letters::read(value);
    if !read.need_length(18, Kind::Uscc.label()) {
        return Err(read.faults);
    }
    let letters = read.letters.clone();
    let mut meant: Vec<char> = Vec::with_capacity(18);
    for (index, Letter { at, letter }) in letters.iter().copied().enumerate() {
        meant.push(check_one(&mut read, index, at, letter));
    }
    let (last, body) = meant.split_last().map_or(('0', &[][..]), |(last, body)| (*last, body));
    let expected = check_letter(body);
    if read.faults.is_empty()
        && let Some(expected) = expected
        && expected != last
    {
        read.faults.push(wrong_check(body, last, expected));
    }
    if read.faults.is_empty() {
        return Ok(Uscc(read.text()));
    }
    let likely = (expected == Some(last)).then(|| meant.iter().collect());
    Err(read.end(likely))
}

/// Checks one position and gives the character that was probably meant.
fn check_one(read: &mut Letters, index: usize, at: usize, letter: char) -> char {
    if (2..8).contains(&index) {
        if letter.is_ascii_digit() {
            return letter;
        }
        let message = format!("第{at}位“{letter}”应为数字（第3至8位是登记机关的行政区划代码）");
        read.faults.push(Fault::error("digit_expected", message).at(at));
        return digit_meant(letter).unwrap_or(letter);
    }
    if value_of(letter).is_some() {
        return letter;
    }
    let message = if letter.is_ascii_uppercase() {
        format!("第{at}位“{letter}”不会出现：统一社会信用代码不用字母I、O、S、V、Z")
    } else {
        format!("第{at}位“{letter}”不是数字或者大写字母")
    };
    read.faults.push(Fault::error("letter", message).at(at));
    digit_meant(letter).unwrap_or(letter)
}

/// Explains a check letter that does not fit, and where the slip probably is.
fn wrong_check(body: &[char], last: char, expected: char) -> Fault {
    let inner = body.get(8..16).and_then(inner_check_letter);
    let inner_holds = inner.is_some() && inner == body.get(16).copied();
    let hint = if inner_holds {
        "第9至17位自身校验相符，差错多在前8位或者末位"
    } else {
        "第9至17位自身校验也不符，差错多在这几位"
    };
    let message = format!("校验位不符：按前17位推算末位应为“{expected}”，写的是“{last}”；{hint}");
    let likely = inner_holds.then(|| body.iter().chain(&[expected]).collect());
    Fault::error("check_letter", message).at(18).likely(likely)
}

//! Identifiers of electronic certificates and licences (GB/T 36904-2018), as far as public implementations show it.

use std::fmt;

use crate::letters::Letters;
use crate::{Fault, Kind, division, uscc};

/// The object identifier under which all certificates stand.
pub const ROOT: &str = "1.2.156.3005.2";
const PARTS: [&str; 5] = ["证照类型代码", "证照颁发机构代码", "流水号", "版本号", "校验位"];

/// A well-formed identifier of an electronic certificate or licence (电子证照标识).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElicenceId {
    kind: String,
    issuer: String,
    serial: String,
    version: String,
    check: char,
}

impl ElicenceId {
    /// The type of certificate: 18 characters of the defining organ and 3 digits (证照类型代码).
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The issuing organ: a unified social credit code, in some systems a division (证照颁发机构代码).
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The serial number (流水号).
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// The version, from 1 (版本号).
    #[must_use]
    pub fn version(&self) -> u16 {
        self.version.parse().unwrap_or(0)
    }

    /// The identifier with another serial number shown; its check letter stays.
    pub(crate) fn with_serial(&self, serial: &str) -> String {
        format!("{ROOT}.{}.{}.{serial}.{}.{}", self.kind, self.issuer, self.version, self.check)
    }

    /// What is odd about it without making it wrong: codes inside that do not hold by themselves.
    #[must_use]
    pub fn remarks(&self) -> Vec<Fault> {
        let mut made = Vec::new();
        let definer = self.kind.get(..18).unwrap_or("");
        let issuer_holds = match self.issuer.len() {
            18 => uscc::check(&self.issuer).is_ok(),
            _ => division::check(&self.issuer).is_ok(),
        };
        for (holds, part, code) in [
            (uscc::check(definer).is_ok(), "证照定义机构代码", definer),
            (issuer_holds, "证照颁发机构代码", self.issuer.as_str()),
        ] {
            if !holds {
                made.push(Fault::warning("inner_code", format!("{part}“{code}”自身的校验不符")));
            }
        }
        made
    }
}

impl fmt::Display for ElicenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_serial(&self.serial))
    }
}

/// The check letter over the four middle parts without dots: ISO/IEC 7064, MOD 37,36.
#[must_use]
pub fn check_letter(body: &str) -> Option<char> {
    let mut product = 36;
    for letter in body.chars() {
        let sum = (product + letter.to_digit(36)?) % 36;
        product = (if sum == 0 { 36 } else { sum }) * 2 % 37;
    }
    char::from_digit((37 - product) % 36, 36).map(|letter| letter.to_ascii_uppercase())
}

/// Checks an identifier: root, number and form of the parts, check letter.
///
/// # Errors
/// Every fault found, in the order of the parts.
pub fn check(value: &str) -> Result<ElicenceId, Vec<Fault>> {
    let mut read = Letters::read(value);
    let text = read.text();
    if text.is_empty() {
        read.need_length(1, Kind::ElicenceId.label());
        return Err(read.faults);
    }
    let Some(rest) = text.strip_prefix(ROOT).and_then(|rest| rest.strip_prefix('.')) else {
        let message = format!("开头应为根代码 {ROOT} 和一个点");
        read.faults.push(Fault::error("root", message).at(1));
        return Err(read.faults);
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let [kind, issuer, serial, version, last] = parts.as_slice() else {
        let message = format!("根代码后应有5段（{}），以点分开，写了{}段", PARTS.join("、"), parts.len());
        read.faults.push(Fault::error("parts", message).at(ROOT.len() + 2));
        return Err(read.faults);
    };
    check_parts(&mut read, [kind, issuer, serial, version, last]);
    let expected = check_letter(&[*kind, *issuer, *serial, *version].concat());
    let written = last.chars().next();
    if let (Some(expected), Some(written), 1) = (expected, written, last.len())
        && expected != written
    {
        let message = format!("校验位不符：按前四段推算应为“{expected}”，写的是“{written}”");
        let position = text.chars().count();
        read.faults.push(Fault::error("check_letter", message).at(position));
    }
    match written {
        Some(check) if read.faults.is_empty() => Ok(ElicenceId {
            kind: (*kind).to_owned(),
            issuer: (*issuer).to_owned(),
            serial: (*serial).to_owned(),
            version: (*version).to_owned(),
            check,
        }),
        _ => Err(likely(read, expected == written, text)),
    }
}

/// The faults; where only the way of writing was wrong, with the identifier as it should be.
fn likely(read: Letters, check_holds: bool, text: String) -> Vec<Fault> {
    let only_form = read.faults.iter().all(|f| matches!(f.code, "full_width" | "inner_space"));
    read.end((only_form && check_holds).then_some(text))
}

fn check_parts(read: &mut Letters, parts: [&str; 5]) {
    let mut at = ROOT.len() + 2;
    for (index, part) in parts.into_iter().enumerate() {
        let name = PARTS.get(index).copied().unwrap_or("");
        if let Some(message) = part_fault(index, name, part) {
            read.faults.push(Fault::error("part", message).at(at));
        } else if let Some((offset, odd)) =
            part.chars().enumerate().find(|(_, c)| !c.is_ascii_digit() && !c.is_ascii_uppercase())
        {
            let message = format!("{name}里的“{odd}”不是数字或者大写字母");
            read.faults.push(Fault::error("letter", message).at(at + offset));
        }
        at += part.chars().count() + 1;
    }
}

fn part_fault(index: usize, name: &str, part: &str) -> Option<String> {
    let length = part.chars().count();
    let tail_digits = |from: usize| part.chars().skip(from).all(|c| c.is_ascii_digit());
    match index {
        0 if length != 21 => {
            Some(format!("{name}应为21位（定义机构的统一社会信用代码18位加3位序号），写了{length}位"))
        }
        0 if !tail_digits(18) => Some(format!("{name}的末3位应为数字")),
        1 if length == 6 && !tail_digits(0) => Some(format!("{name}为6位时应是行政区划代码（全为数字）")),
        1 if length != 18 && length != 6 => Some(format!("{name}应为18位统一社会信用代码，写了{length}位")),
        2 if length == 0 => Some(format!("{name}是空的")),
        3 if length != 3 || !tail_digits(0) => Some(format!("{name}应为3位数字，如001")),
        3 if part == "000" => Some(format!("{name}从001起，没有000")),
        4 if length != 1 => Some(format!("{name}应为1位，写了{length}位")),
        _ => None,
    }
}

//! Documents of persons who have neither a resident identity number nor a credit code: passports, travel permits, papers of
//! the armed forces, and the cards of foreign permanent residents with the old number. Their numbers tell neither the day of
//! birth nor whether they were issued, so the day of birth is entered beside them, and the form alone is checked.
//!
//! Cards of foreign permanent residents with the new number of 18 digits, and the residence permits of Hong Kong, Macao and
//! Taiwan residents, are resident numbers here ([`crate::resident`]).

use std::fmt;

use crate::resident::{Day, days_in};
use crate::{Fault, mask};

/// What kind of document somebody has. 身份证件种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    Passport,
    PermanentResident,
    HongKongMacaoPass,
    TaiwanPass,
    Military,
}

impl IdentityKind {
    pub const ALL: [Self; 5] =
        [Self::Passport, Self::PermanentResident, Self::HongKongMacaoPass, Self::TaiwanPass, Self::Military];

    /// The word of the machine-readable formats.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::PermanentResident => "permanent_resident",
            Self::HongKongMacaoPass => "hong_kong_macao_permit",
            Self::TaiwanPass => "taiwan_permit",
            Self::Military => "military",
        }
    }

    /// The word that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Passport => "护照",
            Self::PermanentResident => "外国人永久居留证（15位号码）",
            Self::HongKongMacaoPass => "港澳居民来往内地通行证",
            Self::TaiwanPass => "台湾居民来往大陆通行证",
            Self::Military => "军人身份证件",
        }
    }

    /// The kind of that word, the program's or people's.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL.into_iter().find(|kind| kind.id() == text.to_lowercase() || kind.label() == text)
    }

    /// What its number looks like.
    #[must_use]
    pub const fn form(self) -> &'static str {
        match self {
            Self::Passport => "5至12位字母和数字",
            Self::PermanentResident => "3个字母和12个数字，第8至13位是出生年月日",
            Self::HongKongMacaoPass => "字母H或者M，后面8位或者10位数字",
            Self::TaiwanPass => "8位数字，旧的可以是10位数字，或者10位数字和一个字母",
            Self::Military => "4至20个汉字、字母、数字，例如南字第1234567号",
        }
    }

    fn is_fit(self, number: &str) -> bool {
        let count = number.chars().count();
        let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
        match self {
            Self::Passport => {
                (5..=12).contains(&count)
                    && number.chars().all(|c| c.is_ascii_alphanumeric())
                    && number.chars().any(|c| c.is_ascii_digit())
            }
            Self::PermanentResident => {
                let (head, tail) = number.split_at_checked(3).unwrap_or(("", number));
                count == 15 && head.chars().all(|c| c.is_ascii_uppercase()) && digits(tail)
            }
            Self::HongKongMacaoPass => number
                .strip_prefix(['H', 'M'])
                .is_some_and(|rest| digits(rest) && matches!(rest.len(), 8 | 10)),
            Self::TaiwanPass => {
                let rest =
                    number.strip_suffix(|c: char| c.is_ascii_uppercase()).filter(|rest| rest.len() == 10);
                digits(rest.unwrap_or(number)) && matches!(rest.unwrap_or(number).len(), 8 | 10)
            }
            Self::Military => {
                (4..=20).contains(&count)
                    && number.chars().all(char::is_alphanumeric)
                    && number.chars().any(|c| c.is_ascii_digit())
            }
        }
    }

    /// Where the document tells of no country, there is none to be written.
    const fn has_nation(self) -> bool {
        matches!(self, Self::Passport)
    }
}

/// Countries by the letters that passports show (ICAO Doc 9303, ISO 3166-1 alpha-3): those that are met most, so that their
/// names can be written too. Any other three letters are taken as they are.
const NATIONS: [(&str, &str); 40] = [
    ("USA", "美国"),
    ("GBR", "英国"),
    ("CAN", "加拿大"),
    ("AUS", "澳大利亚"),
    ("NZL", "新西兰"),
    ("JPN", "日本"),
    ("KOR", "韩国"),
    ("PRK", "朝鲜"),
    ("RUS", "俄罗斯"),
    ("DEU", "德国"),
    ("FRA", "法国"),
    ("ITA", "意大利"),
    ("ESP", "西班牙"),
    ("PRT", "葡萄牙"),
    ("NLD", "荷兰"),
    ("CHE", "瑞士"),
    ("SWE", "瑞典"),
    ("UKR", "乌克兰"),
    ("POL", "波兰"),
    ("TUR", "土耳其"),
    ("SGP", "新加坡"),
    ("MYS", "马来西亚"),
    ("IDN", "印度尼西亚"),
    ("PHL", "菲律宾"),
    ("THA", "泰国"),
    ("VNM", "越南"),
    ("LAO", "老挝"),
    ("KHM", "柬埔寨"),
    ("MMR", "缅甸"),
    ("IND", "印度"),
    ("PAK", "巴基斯坦"),
    ("BGD", "孟加拉国"),
    ("NPL", "尼泊尔"),
    ("KAZ", "哈萨克斯坦"),
    ("MNG", "蒙古"),
    ("EGY", "埃及"),
    ("NGA", "尼日利亚"),
    ("ZAF", "南非"),
    ("BRA", "巴西"),
    ("CHN", "中国"),
];

/// A well-formed document of a person (身份证件). Written as kind, country, number and day of birth with strokes between:
/// `passport/USA/C01234567/1990-05-06`; without a country a hyphen stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    kind: IdentityKind,
    nation: String,
    number: String,
    born_on: Day,
}

impl Identity {
    #[must_use]
    pub fn kind(&self) -> IdentityKind {
        self.kind
    }

    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    #[must_use]
    pub fn born_on(&self) -> Day {
        self.born_on
    }

    /// By what the person is found: the document without the day of birth, which somebody may have mistaken.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.kind.id(), self.nation_or(), self.number).to_uppercase()
    }

    fn nation_or(&self) -> &str {
        if self.nation.is_empty() { "-" } else { &self.nation }
    }

    /// As people read it, with this number.
    fn told(&self, number: &str) -> String {
        let nation = NATIONS.iter().find(|(code, _)| *code == self.nation).map_or("", |(_, name)| name);
        let nation = if nation.is_empty() { self.nation.as_str() } else { nation };
        format!("{nation}{}{number}", self.kind.label())
    }

    /// All of it, as people read it.
    #[must_use]
    pub fn whole(&self) -> String {
        format!("{}，{}出生", self.told(&self.number), self.born_on)
    }

    /// The same with its number masked and without the day of birth.
    #[must_use]
    pub fn masked(&self) -> String {
        self.told(&mask::identity_number(&self.number))
    }

    /// Whether the person was born by a day.
    ///
    /// # Errors
    /// The person would not be born yet.
    pub fn check_born(&self, today: Day) -> Result<(), Fault> {
        if self.born_on <= today {
            return Ok(());
        }
        Err(Fault::error("born_later", format!("出生日期{}在{today}之后", self.born_on)))
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Day { year, month, day } = self.born_on;
        let born = format!("{year:04}-{month:02}-{day:02}");
        write!(f, "{}/{}/{}/{born}", self.kind.id(), self.nation_or(), self.number)
    }
}

/// Whether a text is meant as a document of this kind rather than as a number of another.
#[must_use]
pub fn is_meant(text: &str) -> bool {
    let kind = text.split('/').next().unwrap_or_default();
    text.contains('/') && IdentityKind::parse(kind).is_some()
}

/// Checks a document written with strokes between its parts.
///
/// # Errors
/// Every part that is missing or of another form.
pub fn check(text: &str) -> Result<Identity, Vec<Fault>> {
    let parts: Vec<&str> = text.trim().split('/').map(str::trim).collect();
    let [kind, nation, number, born] = parts.as_slice() else {
        let message =
            "写作 证件种类/国籍/号码/出生日期，例如 passport/USA/C01234567/1990-05-06；没有国籍的写 -";
        return Err(vec![Fault::error("parts", message)]);
    };
    of(kind, nation, number, born)
}

/// Checks a document by its parts, each as somebody wrote it.
///
/// # Errors
/// Every part that is missing or of another form.
pub fn of(kind: &str, nation: &str, number: &str, born: &str) -> Result<Identity, Vec<Fault>> {
    let Some(kind) = IdentityKind::parse(kind) else {
        let labels: Vec<&str> = IdentityKind::ALL.into_iter().map(IdentityKind::label).collect();
        let message = format!("没有“{}”这种证件；可用：{}", kind.trim(), labels.join("、"));
        return Err(vec![Fault::error("kind", message)]);
    };
    let mut faults = Vec::new();
    let number: String =
        number.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect();
    if !kind.is_fit(&number) {
        let message = format!("“{number}”不是{}的号码：应为{}", kind.label(), kind.form());
        faults.push(Fault::error("number", message));
    }
    let nation = nation_of(kind, nation, &mut faults);
    let born_on = day_of(born);
    if born_on.is_none() {
        let message = format!("“{}”不是出生日期；写作 1990-05-06", born.trim());
        faults.push(Fault::error("birth_date", message));
    }
    if let (IdentityKind::PermanentResident, Some(born)) = (kind, born_on)
        && faults.is_empty()
    {
        let in_number = number.get(7..13).unwrap_or_default();
        let told = format!("{:02}{:02}{:02}", born.year % 100, born.month, born.day);
        if in_number != told {
            let message = format!("号码第8至13位“{in_number}”与出生日期{born}不符");
            faults.push(Fault::error("birth_date", message));
        }
    }
    match born_on {
        Some(born_on) if faults.is_empty() => Ok(Identity { kind, nation, number, born_on }),
        _ => Err(faults),
    }
}

fn nation_of(kind: IdentityKind, nation: &str, faults: &mut Vec<Fault>) -> String {
    let nation = nation.trim();
    if !kind.has_nation() {
        return String::new();
    }
    if let Some((code, _)) = NATIONS.iter().find(|(_, name)| *name == nation) {
        return (*code).to_owned();
    }
    let code = nation.to_uppercase();
    if code.chars().count() != 3 || !code.chars().all(|c| c.is_ascii_uppercase()) {
        let message = "护照要写国籍：护照上的三个字母，例如 USA、KOR，或者国家的中文名称";
        faults.push(Fault::error("nation", message));
    }
    code
}

fn day_of(text: &str) -> Option<Day> {
    let mut parts = text.trim().split('-');
    let year: u16 = parts.next()?.parse().ok()?;
    let (month, day): (u8, u8) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let is_day = (1850..=2099).contains(&year) && (1..=12).contains(&month);
    (parts.next().is_none() && is_day && (1..=days_in(year, month)).contains(&day)).then_some(Day {
        year,
        month,
        day,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_written_and_found() {
        let one = check(" 护照/美国/c0123 4567/1990-05-06 ").unwrap();
        assert_eq!(one.to_string(), "passport/USA/C01234567/1990-05-06");
        assert_eq!(check(&one.to_string()).unwrap(), one);
        assert_eq!(one.key(), "PASSPORT/USA/C01234567");
        assert_eq!(one.whole(), "美国护照C01234567，1990年5月6日出生");
        assert_eq!(one.masked(), "美国护照******567");
        let other = of("passport", "zwe", "AB123456", "2010-12-31").unwrap();
        assert_eq!(other.masked(), "ZWE护照*****456");
        for (kind, number) in [
            ("permanent_resident", "CAN110090050601"),
            ("hong_kong_macao_permit", "H12345678"),
            ("hong_kong_macao_permit", "M1234567801"),
            ("taiwan_permit", "12345678"),
            ("taiwan_permit", "1234567890B"),
            ("military", "南字第1234567号"),
        ] {
            let made = of(kind, "-", number, "1990-05-06").unwrap();
            assert_eq!(check(&made.to_string()).unwrap(), made, "{number}");
            assert!(!made.masked().contains(&number[..6]), "{}", made.masked());
        }
        assert!(is_meant("passport/USA/1/2") && is_meant("护照/"));
        assert!(!is_meant("11010519491231002X") && !is_meant("a/b") && !is_meant("passport"));
    }

    #[test]
    fn every_part_that_is_wrong_is_told_at_once() {
        let codes = |text: &str| check(text).unwrap_err().iter().map(|one| one.code).collect::<Vec<_>>();
        assert_eq!(codes("passport/美/12/1990-13-01"), ["number", "nation", "birth_date"]);
        assert_eq!(codes("passport/USA/C01234567"), ["parts"]);
        assert_eq!(codes("driving/USA/C01234567/1990-01-01"), ["kind"]);
        assert_eq!(codes("passport/USA/ABCDEFG/1990-01-01"), ["number"]);
        assert_eq!(codes("permanent_resident/-/CAN110073092312/1973-09-24"), ["birth_date"]);
        assert_eq!(codes("taiwan_permit/-/1234567/1990-02-29"), ["number", "birth_date"]);
        assert!(check("permanent_resident/-/CAN110073092312/1973-09-23").is_ok());
    }
}

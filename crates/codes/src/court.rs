//! Case numbers of the people's courts, such as （2023）闽0526行初5号.
//!
//! The form is that of the Supreme People's Court's rules of 2015 on case numbers (法〔2015〕137号; its text was not read,
//! so only the form is checked and the codes of courts and case types are not).

use std::fmt;

use crate::letters::half_width;
use crate::{Fault, Kind};

/// The short names of the provinces, of the corps of Xinjiang and of the army, with which a court's code begins.
const PROVINCES: &str = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新兵军";
/// Until then numbers were written with 字第.
const LAST_OLD_YEAR: u32 = 2015;

/// A well-formed case number of a court (法院案号).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourtNumber {
    pub year: u32,
    /// The code of the court with the type of case, such as 闽0526行初.
    pub series: String,
    pub serial: u32,
    /// 之一 and the like behind the number.
    pub suffix: String,
    is_old: bool,
}

impl CourtNumber {
    /// The code of the court (法院代字); empty in numbers of the old form.
    #[must_use]
    pub fn court(&self) -> &str {
        if self.is_old { "" } else { self.series.get(..court_length(&self.series)).unwrap_or("") }
    }

    /// The type of case (类型代字).
    #[must_use]
    pub fn case_type(&self) -> &str {
        if self.is_old { "" } else { self.series.get(court_length(&self.series)..).unwrap_or("") }
    }

    /// Whether an administrative case (行政案件).
    #[must_use]
    pub fn is_administrative(&self) -> bool {
        self.case_type().starts_with('行')
    }

    /// What is odd about it without making it wrong.
    #[must_use]
    pub fn remarks(&self) -> Vec<Fault> {
        let message = "是2015年以前的写法（“字第”），新案号不再这样写";
        self.is_old.then(|| Fault::warning("old_form", message)).into_iter().collect()
    }
}

impl fmt::Display for CourtNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middle = if self.is_old { "字第" } else { "" };
        write!(f, "（{}）{}{middle}{}号{}", self.year, self.series, self.serial, self.suffix)
    }
}

/// Length in bytes of the court's code at the start of a series.
fn court_length(series: &str) -> usize {
    if series.starts_with("最高法") {
        return "最高法".len();
    }
    let mut letters = series.chars();
    match letters.next() {
        Some(first) if PROVINCES.contains(first) => {
            first.len_utf8() + letters.take_while(char::is_ascii_digit).count()
        }
        _ => 0,
    }
}

/// Checks the case number of a court: year in round brackets, court, type of case, number.
///
/// # Errors
/// Every fault found, in the order of the positions.
pub fn check(value: &str) -> Result<CourtNumber, Vec<Fault>> {
    let letters: Vec<char> = value.trim().chars().collect();
    if letters.is_empty() {
        return Err(vec![Fault::error("length", format!("{}是空的", Kind::CourtNumber.label()))]);
    }
    let mut found = Vec::new();
    let (year, rest, at) = check_year(&letters, &mut found);
    let made = check_rest(&letters, rest, at, year, &mut found);
    match made {
        Some(made) if found.is_empty() => Ok(made),
        made => {
            if let (Some(first), Some(made)) = (found.first_mut(), made) {
                first.likely = Some(made.to_string());
            }
            Err(found)
        }
    }
}

/// The year, the index of what follows it, and its position.
fn check_year(letters: &[char], found: &mut Vec<Fault>) -> (Option<u32>, usize, usize) {
    let open = letters.first().copied().filter(|c| "（(〔[［【".contains(*c));
    let close = letters.iter().position(|c| "）)〕]］】".contains(*c));
    let (Some(open), Some(close)) = (open, close) else {
        let message =
            "开头缺少带圆括号的立案年份，应写成“（年份）法院代字类型代字编号号”，如：（2023）闽0526行初5号";
        found.push(Fault::error("no_year", message).at(1));
        return (None, 0, 1);
    };
    let shut = letters.get(close).copied().unwrap_or('）');
    if (open, shut) != ('（', '）') {
        let message = format!("年份应当用全角圆括号“（）”，写的是“{open}{shut}”");
        found.push(Fault::error("brackets", message).at(1));
    }
    let inside: String = letters.get(1..close).map_or_else(String::new, |inside| inside.iter().collect());
    let digits: String = inside.chars().map(|c| half_width(c).unwrap_or(c)).collect();
    let year = digits.trim().parse().ok().filter(|year| (1949..=2099).contains(year));
    if year.is_none() {
        let message = format!("立案年份“{inside}”应为1949至2099之间的四位数字");
        found.push(Fault::error("year", message).at(2));
    } else if digits.trim() != inside {
        let message = format!("立案年份“{inside}”应写半角数字，不加空格");
        found.push(Fault::error("full_width", message).at(2));
    }
    (year, close + 1, close + 2)
}

fn check_rest(
    letters: &[char],
    from: usize,
    at: usize,
    year: Option<u32>,
    found: &mut Vec<Fault>,
) -> Option<CourtNumber> {
    let rest: String = letters.get(from..)?.iter().collect();
    if let Some(index) = rest.chars().position(|c| c.is_whitespace() || half_width(c).is_some()) {
        let message = format!("第{}位是空格或者全角字符，案号中间不能有", at + index);
        found.push(Fault::error("full_width", message).at(at + index));
    }
    let rest: String =
        rest.chars().filter(|c| !c.is_whitespace()).map(|c| half_width(c).unwrap_or(c)).collect();
    let Some((body, suffix)) = rest.rsplit_once('号') else {
        found.push(Fault::error("no_end", "末尾缺少“号”字").at(letters.len()));
        return None;
    };
    let suffix_holds = suffix.is_empty()
        || suffix
            .strip_prefix('之')
            .is_some_and(|n| !n.is_empty() && n.chars().all(|c| "一二三四五六七八九十".contains(c)));
    if !suffix_holds {
        found.push(Fault::error("after_end", format!("“号”字后面的“{suffix}”不合规范")).at(letters.len()));
    }
    let series = body.trim_end_matches(|c: char| c.is_ascii_digit());
    let serial = check_serial(body.get(series.len()..)?, at + series.chars().count(), found);
    let (series, is_old) = check_series(series, at, year, found)?;
    let (year, serial) = (year?, serial?);
    suffix_holds.then(|| CourtNumber { year, series, serial, suffix: suffix.to_owned(), is_old })
}

fn check_serial(digits: &str, at: usize, found: &mut Vec<Fault>) -> Option<u32> {
    let serial: Option<u32> = digits.parse().ok().filter(|serial| *serial > 0);
    if serial.is_none() {
        found.push(Fault::error("no_serial", "“号”字前面缺少案件编号").at(at));
    } else if digits.starts_with('0') {
        let message = format!("案件编号“{digits}”前面的0要去掉");
        found.push(Fault::error("leading_zero", message).at(at));
    }
    serial
}

/// The court and type of case; with 字第 the old form.
fn check_series(
    series: &str,
    at: usize,
    year: Option<u32>,
    found: &mut Vec<Fault>,
) -> Option<(String, bool)> {
    if let Some(old) = series.strip_suffix("字第") {
        if year.is_none_or(|year| year <= LAST_OLD_YEAR) {
            return Some((old.to_owned(), true));
        }
        found.push(Fault::error("old_form", "2016年起的案号不写“字第”").at(at));
        return is_series(old).then(|| (old.to_owned(), false));
    }
    let bare = series.trim_end_matches(['第', '字']);
    if bare != series {
        found.push(Fault::error("ordinal", "案件编号前不写“第”“字”").at(at + bare.chars().count()));
    }
    if is_series(bare) {
        return Some((bare.to_owned(), false));
    }
    let court = court_length(bare);
    let message = match bare.get(..court) {
        None | Some("") => {
            "年份后面应是法院代字：最高法，或者省、自治区、直辖市简称加法院代码（如：闽0526）".to_owned()
        }
        Some(code) if !court_holds(code) => {
            format!("法院代字“{code}”的数字应为2位（中级法院等）或者4位（基层法院），高级法院不带数字")
        }
        Some(_) => "法院代字后面应是案件类型代字，如：行初、行终、行审".to_owned(),
    };
    found.push(Fault::error("court", message).at(at));
    None
}

fn court_holds(code: &str) -> bool {
    code == "最高法" || matches!(code.chars().filter(char::is_ascii_digit).count(), 0 | 2 | 4)
}

fn is_series(series: &str) -> bool {
    let court = court_length(series);
    let (Some(code), Some(kind)) = (series.get(..court), series.get(court..)) else { return false };
    let count = kind.chars().count();
    court > 0
        && court_holds(code)
        && (1..=8).contains(&count)
        && kind.chars().all(|c| ('\u{4e00}'..='\u{9fa5}').contains(&c))
}

//! Numbers of official documents (发文字号), such as 泉政规〔2023〕2号.

use std::fmt;
use std::ops::RangeInclusive;

use crate::letters::half_width;
use crate::{Fault, Kind};

/// Years that a document of the People's Republic may bear here.
const YEARS: RangeInclusive<u32> = 1949..=2099;
const LONGEST_HEAD: usize = 20;
const LONGEST_NUMBER: usize = 5;
/// Brackets that are met around the year; the first pair is the right one (U+3014, U+3015).
const BRACKETS: [(char, char); 9] = [
    ('〔', '〕'),
    ('[', ']'),
    ('［', '］'),
    ('【', '】'),
    ('(', ')'),
    ('（', '）'),
    ('{', '}'),
    ('﹝', '﹞'),
    ('「', '」'),
];

/// A well-formed number of an official document (发文字号).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    /// The organ's short form (机关代字).
    pub organ: String,
    pub year: u32,
    pub serial: u32,
}

impl DocumentNumber {
    /// Whether the organ's short form marks a normative document (规).
    #[must_use]
    pub fn is_marked_normative(&self) -> bool {
        self.organ.ends_with('规')
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕{}号", self.organ, self.year, self.serial)
    }
}

/// The pieces of a document number as they were written, with the position of each.
struct Pieces {
    head: Vec<char>,
    open: char,
    close: char,
    year: String,
    year_at: usize,
    tail: Vec<char>,
    tail_at: usize,
}

/// Checks a document number: short form of the organ, hexagonal brackets, four-digit year, number, 号.
///
/// # Errors
/// Every fault found, in the order of the positions.
pub fn check(value: &str) -> Result<DocumentNumber, Vec<Fault>> {
    let letters: Vec<char> = value.trim().chars().collect();
    if letters.is_empty() {
        return Err(vec![Fault::error("length", format!("{}是空的", Kind::DocumentNumber.label()))]);
    }
    let Some(pieces) = split(&letters) else {
        let message = "缺少带括号的年份，应写成“机关代字〔年份〕序号号”，如：泉政规〔2023〕2号";
        let mut found = vec![Fault::error("no_year", message)];
        found.extend(head_faults(&letters, true));
        return Err(found);
    };
    let mut found = head_faults(&pieces.head, false);
    let year = check_year(&pieces, &mut found);
    let serial = check_tail(&pieces, &mut found);
    let made = match (year, serial) {
        (Some(year), Some(serial)) => {
            let organ = pieces.head.iter().filter(|c| !c.is_whitespace()).collect();
            Some(DocumentNumber { organ, year, serial })
        }
        _ => None,
    };
    match made {
        Some(made) if found.is_empty() => Ok(made),
        made => {
            let likely = made.map(|made| made.to_string()).filter(|likely| is_well_formed(likely));
            if let Some(first) = found.first_mut() {
                first.likely = likely;
            }
            Err(found)
        }
    }
}

fn is_well_formed(number: &str) -> bool {
    let letters: Vec<char> = number.chars().collect();
    split(&letters).is_some_and(|pieces| {
        head_faults(&pieces.head, false).is_empty()
            && check_year(&pieces, &mut Vec::new()).is_some()
            && check_tail(&pieces, &mut Vec::new()).is_some()
    })
}

/// Finds the bracketed year: the last pair of brackets with only digits inside.
fn split(letters: &[char]) -> Option<Pieces> {
    let mut opened: Option<(usize, char)> = None;
    let mut made = None;
    for (index, letter) in letters.iter().copied().enumerate() {
        if BRACKETS.iter().any(|(open, _)| *open == letter) {
            opened = Some((index, letter));
        } else if BRACKETS.iter().any(|(_, close)| *close == letter)
            && let Some((start, open)) = opened.take()
            && let Some(inside) = letters.get(start + 1..index)
            && is_year_like(inside)
        {
            made = Some(Pieces {
                head: letters.get(..start)?.to_vec(),
                open,
                close: letter,
                year: inside.iter().collect(),
                year_at: start + 2,
                tail: letters.get(index + 1..)?.to_vec(),
                tail_at: index + 2,
            });
        }
    }
    made
}

fn is_year_like(inside: &[char]) -> bool {
    let digits = inside.iter().filter(|c| digit(**c).is_some()).count();
    digits >= 2 && inside.iter().all(|c| digit(*c).is_some() || c.is_whitespace() || *c == '年')
}

/// A digit in half or full width.
fn digit(letter: char) -> Option<char> {
    Some(half_width(letter).unwrap_or(letter)).filter(char::is_ascii_digit)
}

fn head_faults(head: &[char], alone: bool) -> Vec<Fault> {
    let mut found = Vec::new();
    if head.is_empty() && !alone {
        found.push(Fault::error("no_organ", "缺少机关代字（年份前面的发文机关简称）").at(1));
    }
    if head.len() > LONGEST_HEAD && !alone {
        let message = format!("机关代字有{}个字，最多{LONGEST_HEAD}个", head.len());
        found.push(Fault::error("long_organ", message).at(LONGEST_HEAD + 1));
    }
    for (index, letter) in head.iter().copied().enumerate() {
        let at = index + 1;
        let is_bracket = matches!(letter, '（' | '）' | '(' | ')');
        if is_bracket || letter.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fa5}').contains(&letter) {
            continue;
        }
        if alone && digit(letter).is_some() {
            continue;
        }
        let message = if letter.is_whitespace() {
            format!("第{at}位是空格，发文字号中间不能有")
        } else if let Some(half) = half_width(letter).filter(char::is_ascii_alphabetic) {
            format!("第{at}位“{letter}”是全角字母，应写半角“{half}”")
        } else {
            format!("第{at}位“{letter}”不能用在机关代字里")
        };
        found.push(Fault::error("organ_letter", message).at(at));
    }
    found
}

fn check_year(pieces: &Pieces, found: &mut Vec<Fault>) -> Option<u32> {
    if (pieces.open, pieces.close) != ('〔', '〕') {
        let message = format!("年份应当用六角括号“〔〕”，写的是“{}{}”", pieces.open, pieces.close);
        found.push(Fault::error("brackets", message).at(pieces.year_at - 1));
    }
    let digits: String = pieces.year.chars().filter_map(digit).collect();
    if digits != pieces.year {
        let message = format!("年份“{}”应写半角数字，不加空格和“年”字", pieces.year);
        found.push(Fault::error("year_form", message).at(pieces.year_at));
    }
    if digits.len() != 4 {
        let message = format!("年份应写全四位，写的是“{}”", pieces.year);
        found.push(Fault::error("year_length", message).at(pieces.year_at));
        return None;
    }
    let year = digits.parse().ok()?;
    if !YEARS.contains(&year) {
        let message = format!("年份{year}不在{}至{}之间", YEARS.start(), YEARS.end());
        found.push(Fault::error("year_range", message).at(pieces.year_at));
        return None;
    }
    Some(year)
}

fn check_tail(pieces: &Pieces, found: &mut Vec<Fault>) -> Option<u32> {
    let mut rest: &[char] = &pieces.tail;
    let mut at = pieces.tail_at;
    while let Some((first, others)) = rest.split_first()
        && (*first == '第' || first.is_whitespace())
    {
        let message =
            if *first == '第' { "序号前不写“第”字" } else { "序号前不能有空格" };
        found.push(Fault::error("ordinal", message).at(at));
        rest = others;
        at += 1;
    }
    let written: String = rest.iter().take_while(|c| digit(**c).is_some()).collect();
    let length = written.chars().count();
    let digits: String = written.chars().filter_map(digit).collect();
    if digits != written {
        found.push(Fault::error("full_width", format!("序号“{written}”应写半角数字")).at(at));
    }
    let serial = check_serial(&digits, at, rest.first().copied(), found);
    let end: String = rest.iter().skip(length).collect();
    match end.trim_start().strip_prefix('号') {
        _ if length == 0 => {}
        None => {
            let message = "末尾缺少“号”字";
            found.push(Fault::error("no_end", message).at(at + length));
        }
        Some("") if end == "号" => {}
        Some("") => found.push(Fault::error("inner_space", "“号”字前不能有空格").at(at + length)),
        Some(more) => {
            let message = format!("“号”字后面多了“{more}”");
            found.push(Fault::error("after_end", message).at(at + length + 1));
        }
    }
    serial
}

fn check_serial(digits: &str, at: usize, first: Option<char>, found: &mut Vec<Fault>) -> Option<u32> {
    if digits.is_empty() {
        let message = match first {
            Some(letter) if "〇零一二三四五六七八九十百".contains(letter) => {
                "序号应写阿拉伯数字，不写汉字".to_owned()
            }
            _ => "年份后面缺少序号".to_owned(),
        };
        found.push(Fault::error("no_serial", message).at(at));
        return None;
    }
    let bare = digits.trim_start_matches('0');
    if bare.len() != digits.len() {
        let message = format!("序号“{digits}”不编虚位，前面的0要去掉");
        found.push(Fault::error("leading_zero", message).at(at));
    }
    if bare.is_empty() {
        return None;
    }
    if digits.len() > LONGEST_NUMBER {
        let message = format!("序号“{digits}”超过{LONGEST_NUMBER}位");
        found.push(Fault::error("long_serial", message).at(at));
        return None;
    }
    bare.parse().ok()
}

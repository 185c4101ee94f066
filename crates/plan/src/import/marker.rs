//! Numbering at the start of a line: 一、 （一） 1. (1) and its many ways of being typed.

/// The levels of numbering of official documents (GB/T 9704-2012, 7.3.3), outermost first (结构层次序数).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// 第一章, 第一部分
    Chapter,
    /// 一、
    Chinese,
    /// （一）
    ChineseBracketed,
    /// 1.
    Arabic,
    /// (1)
    ArabicBracketed,
    /// 1)
    ArabicClosed,
    /// ①
    Circled,
}

impl Style {
    /// The number as it would be written in this style.
    #[must_use]
    pub fn write(self, number: u32) -> String {
        match self {
            Self::Chapter => format!("第{}章", chinese(number)),
            Self::Chinese => format!("{}、", chinese(number)),
            Self::ChineseBracketed => format!("（{}）", chinese(number)),
            Self::Arabic => format!("{number}."),
            Self::ArabicBracketed => format!("({number})"),
            Self::ArabicClosed => format!("{number})"),
            Self::Circled => format!("第{number}项"),
        }
    }

    /// The style that is typed for this one when brackets are lost or added.
    #[must_use]
    pub fn twin(self) -> Option<Self> {
        match self {
            Self::Chinese => Some(Self::ChineseBracketed),
            Self::ChineseBracketed => Some(Self::Chinese),
            Self::Arabic => Some(Self::ArabicBracketed),
            Self::ArabicBracketed => Some(Self::Arabic),
            _ => None,
        }
    }
}

/// A number found at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    pub style: Style,
    pub number: u32,
}

/// The numbering at the start of a line, and the rest of the line.
#[must_use]
pub fn read(line: &str) -> Option<(Marker, &str)> {
    let line = line.trim_start_matches(|c: char| c == '#' || c == '*' || c.is_whitespace());
    let made = single(line)
        .or_else(|| chapter(line))
        .or_else(|| bracketed(line))
        .or_else(|| chinese_comma(line))
        .or_else(|| arabic(line));
    made.map(|(marker, rest)| (marker, rest.trim_matches(|c: char| c == '*' || c.is_whitespace())))
}

/// One character that holds the whole number: ⑴ ㈠ ①.
fn single(line: &str) -> Option<(Marker, &str)> {
    let first = line.chars().next()?;
    let rest = line.get(first.len_utf8()..)?;
    let code = u32::from(first);
    let (style, number) = match code {
        0x2474..=0x2487 => (Style::ArabicBracketed, code - 0x2474 + 1),
        0x3220..=0x3229 => (Style::ChineseBracketed, code - 0x3220 + 1),
        0x2460..=0x2473 => (Style::Circled, code - 0x2460 + 1),
        _ => return None,
    };
    Some((Marker { style, number }, rest))
}

/// 第一章, 第二部分.
fn chapter(line: &str) -> Option<(Marker, &str)> {
    let rest = line.strip_prefix('第')?;
    let (number, rest) = chinese_number(rest).or_else(|| arabic_number(rest))?;
    let rest = ["章", "部分", "篇"].iter().find_map(|word| rest.strip_prefix(word))?;
    let parted = rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "：:、".contains(c));
    let rest = rest.trim_start_matches(['：', ':', '、']);
    parted.then_some((Marker { style: Style::Chapter, number }, rest))
}

/// （一） and (1), with brackets and spaces of any kind.
fn bracketed(line: &str) -> Option<(Marker, &str)> {
    let inside = line.strip_prefix(['(', '（'])?.trim_start();
    let (style, (number, rest)) = match chinese_number(inside) {
        Some(found) => (Style::ChineseBracketed, found),
        None => (Style::ArabicBracketed, arabic_number(inside)?),
    };
    let rest = rest.trim_start().strip_prefix([')', '）'])?;
    let rest = rest.trim_start().trim_start_matches(['、', '.', '．']);
    Some((Marker { style, number }, rest))
}

/// 一、 and the like.
fn chinese_comma(line: &str) -> Option<(Marker, &str)> {
    let (number, rest) = chinese_number(line)?;
    let rest = rest.trim_start().strip_prefix(['、', '．', '.', '，'])?;
    let listed = chinese_number(rest).is_some_and(|(_, more)| more.starts_with(['、', '，']));
    (!listed).then_some((Marker { style: Style::Chinese, number }, rest))
}

/// 1. and 1、 and 1）; a decimal number, a year or a count is none.
fn arabic(line: &str) -> Option<(Marker, &str)> {
    let (number, rest) = arabic_number(line)?;
    let rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix([')', '）']) {
        return Some((Marker { style: Style::ArabicClosed, number }, rest));
    }
    let rest = rest.strip_prefix(['.', '．', '、'])?;
    let is_decimal = rest.starts_with(|c: char| digit(c).is_some());
    (!is_decimal).then_some((Marker { style: Style::Arabic, number }, rest))
}

/// At most three digits in half or full width.
fn arabic_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| digit(c).is_none()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let count = digits.chars().count();
    let number = digits.chars().filter_map(digit).fold(0, |number, digit| number * 10 + digit);
    ((1..=3).contains(&count) && number > 0).then_some((number, rest))
}

fn digit(letter: char) -> Option<u32> {
    match letter {
        '0'..='9' => letter.to_digit(10),
        '０'..='９' => Some(u32::from(letter) - u32::from('０')),
        _ => None,
    }
}

/// A Chinese number up to 199.
fn chinese_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| chinese_digit(c).is_none()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let (mut total, mut ones) = (0, 0);
    let mut count = 0;
    for digit in digits.chars().filter_map(chinese_digit) {
        count += 1;
        match digit {
            10 | 100 => {
                total += digit * ones.max(1);
                ones = 0;
            }
            _ => ones = digit,
        }
    }
    let number = total + ones;
    ((1..=5).contains(&count) && (1..200).contains(&number)).then_some((number, rest))
}

fn chinese_digit(letter: char) -> Option<u32> {
    if letter == '百' {
        return Some(100);
    }
    "零一二三四五六七八九十".chars().zip(0..).find(|(known, _)| *known == letter).map(|(_, digit)| digit)
}

/// A number up to 99 in Chinese.
pub fn chinese(number: u32) -> String {
    let word = |digit: u32| {
        let index = usize::try_from(digit).unwrap_or(0);
        "零一二三四五六七八九".chars().nth(index).unwrap_or('零')
    };
    match number {
        0..=9 => word(number).to_string(),
        10..=99 => {
            let tens = if number < 20 { String::new() } else { word(number / 10).to_string() };
            let ones = if number.is_multiple_of(10) { String::new() } else { word(number % 10).to_string() };
            format!("{tens}十{ones}")
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_typing_a_number() {
        for (line, style, number, rest) in [
            ("一、总体要求", Style::Chinese, 1, "总体要求"),
            ("二十一、附则", Style::Chinese, 21, "附则"),
            ("（十）其他", Style::ChineseBracketed, 10, "其他"),
            ("(三)混用）", Style::ChineseBracketed, 3, "混用）"),
            ("（三)混用", Style::ChineseBracketed, 3, "混用"),
            ("（ 三 ） 有空格", Style::ChineseBracketed, 3, "有空格"),
            ("㈡老式", Style::ChineseBracketed, 2, "老式"),
            ("12.标题", Style::Arabic, 12, "标题"),
            ("１２．标题", Style::Arabic, 12, "标题"),
            ("3、标题", Style::Arabic, 3, "标题"),
            ("**3. 标题**", Style::Arabic, 3, "标题"),
            ("(76)措施", Style::ArabicBracketed, 76, "措施"),
            ("（７６）措施", Style::ArabicBracketed, 76, "措施"),
            ("⑵措施", Style::ArabicBracketed, 2, "措施"),
            ("2）小项", Style::ArabicClosed, 2, "小项"),
            ("②小项", Style::Circled, 2, "小项"),
            ("第二章 任务", Style::Chapter, 2, "任务"),
            ("（一）", Style::ChineseBracketed, 1, ""),
        ] {
            assert_eq!(read(line), Some((Marker { style, number }, rest)), "{line}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number() {
        for line in [
            "3.5亿元",
            "2022年底前",
            "12345热线",
            "(2021-2025年)",
            "一、二、三产业融合",
            "一是加强",
            "第三条 规定",
            "第一章的内容",
            "十四五规划",
            "（以下简称）",
            "0.5",
            "",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn chinese_numbers_there_and_back() {
        for number in 1..100 {
            let line = format!("{}、x", chinese(number));
            assert_eq!(read(&line).map(|(marker, _)| marker.number), Some(number), "{line}");
        }
    }
}

//! Numbers of documents in a text: 泉政规〔2023〕2号, with the brackets that people write instead.

use std::ops::Range;

/// A number as it stands in a text. 发文字号
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Letters before the bracket that may belong to the organ's short form; some may belong to the sentence.
    pub head: String,
    /// 〔2023〕2号
    pub tail: String,
    /// Characters, from the head's first to 号.
    pub chars: Range<usize>,
    /// Where its bracket opens.
    pub bracket: usize,
}

/// Longest short form of an organ.
const LONGEST_HEAD: usize = 20;
const OPENS: [char; 6] = ['〔', '[', '［', '【', '（', '('];
const CLOSES: [char; 6] = ['〕', ']', '］', '】', '）', ')'];

/// All numbers of a text, in order.
pub(crate) fn numbers(letters: &[char]) -> Vec<Found> {
    let places = letters.iter().enumerate().filter(|(_, letter)| OPENS.contains(letter));
    places.filter_map(|(at, _)| number(letters, at)).collect()
}

/// The number whose bracket opens at a place.
fn number(letters: &[char], at: usize) -> Option<Found> {
    let year = digits(letters, at + 1, 4)?;
    letters.get(at + 5).filter(|letter| CLOSES.contains(letter))?;
    let mut next = at + 6;
    if letters.get(next) == Some(&'第') {
        next += 1;
    }
    let length = letters.iter().skip(next).take(5).take_while(|letter| digit(**letter).is_some()).count();
    let serial = digits(letters, next, length).filter(|serial| !serial.is_empty())?;
    letters.get(next + length).filter(|letter| **letter == '号')?;
    let before = letters.get(..at)?.iter().rev().take(LONGEST_HEAD).take_while(|letter| is_head(**letter));
    let length_of_head = before.count();
    let from = at - length_of_head;
    let head: String = letters.get(from..at)?.iter().collect();
    if head.is_empty() {
        return None;
    }
    let serial = serial.trim_start_matches('0');
    Some(Found {
        head, tail: format!("〔{year}〕{serial}号"), chars: from..next + length + 1, bracket: at
    })
}

fn digits(letters: &[char], at: usize, count: usize) -> Option<String> {
    letters.get(at..at + count)?.iter().map(|letter| digit(*letter)).collect()
}

fn digit(letter: char) -> Option<char> {
    let half = u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32);
    Some(letter).filter(char::is_ascii_digit).or(half.filter(char::is_ascii_digit))
}

fn is_head(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fa5}').contains(&letter) || letter.is_ascii_alphabetic()
}

/// Words of a sentence that stand before a number, after which the organ's short form begins.
const BEFORE: [&str; 30] = [
    "根据", "依据", "按照", "依照", "遵照", "执行", "落实", "贯彻", "参照", "废止", "印发", "转发", "下发",
    "以及", "文件", "关于", "文号", "替代", "修改", "原文", "同时", "和", "及", "与", "对", "以", "按", "即",
    "见", "原",
];

/// The organ's short form without the words of the sentence before it, where no known number tells.
pub(crate) fn trimmed(head: &str) -> &str {
    let ends = BEFORE.iter().filter_map(|word| head.rfind(word).map(|at| at + word.len()));
    let cut = ends.filter(|end| *end < head.len()).max().unwrap_or(0);
    head.get(cut..).unwrap_or(head)
}

/// A number as all others are compared with it: `泉政规〔2023〕2号`; none where it is none.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let found = numbers(&letters).pop()?;
    Some(found.head + &found.tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, String)> {
        let letters: Vec<char> = text.chars().collect();
        numbers(&letters).into_iter().map(|one| (trimmed(&one.head).to_owned(), one.tail)).collect()
    }

    #[test]
    fn numbers_stand_in_brackets_of_many_kinds() {
        for text in
            ["泉政规〔2023〕2号", "泉政规[2023]2号", "根据泉政规（2023）2号", "泉政规【２０２３】第02号"]
        {
            assert_eq!(found(text), [("泉政规".to_owned(), "〔2023〕2号".to_owned())], "{text}");
            assert_eq!(canonical(text.trim_start_matches("根据")).as_deref(), Some("泉政规〔2023〕2号"));
        }
    }

    #[test]
    fn years_and_orders_are_no_numbers_of_documents() {
        for text in
            ["（2023）年", "国务院令第711号", "案件（2023）闽05行初", "〔2023〕2号", "泉政规〔2023〕号"]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }
}

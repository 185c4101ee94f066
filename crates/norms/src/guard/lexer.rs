//! The words of a guard.

use super::GuardFault;

/// A word with the byte offset at which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub offset: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Name(String),
    /// A parameter: `$name`.
    Parameter(String),
    /// Ten-thousandths.
    Number(i64),
    Text(String),
    Sign(&'static str),
}

/// Longer signs first.
const SIGNS: [&str; 18] =
    ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "(", ")", "[", "]", ",", "."];

pub fn words(text: &str) -> Result<Vec<Token>, GuardFault> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let offset = text.len() - rest.len();
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (kind, length) = if first == '"' {
            quoted(rest, offset)?
        } else if first.is_ascii_digit() {
            number(rest, offset)?
        } else if first == '$' {
            let (name, length) = name(rest.get(1..).unwrap_or(""));
            (Kind::Parameter(name), length + 1)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let (name, length) = name(rest);
            (Kind::Name(name), length)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Kind::Sign(sign), sign.len())
        } else {
            return Err(stranger(first, offset));
        };
        tokens.push(Token { kind, offset });
        rest = rest.get(length..).unwrap_or("");
    }
}

fn stranger(first: char, offset: usize) -> GuardFault {
    let help = match first {
        '（' | '）' | '，' | '“' | '”' | '＜' | '＞' | '＝' => Some("符号要用半角".to_owned()),
        '=' => Some("相等写作 ==".to_owned()),
        '&' => Some("并且写作 &&".to_owned()),
        '|' => Some("或者写作 ||".to_owned()),
        _ => None,
    };
    GuardFault { offset, message: format!("条件里不能有“{first}”"), help }
}

fn quoted(rest: &str, offset: usize) -> Result<(Kind, usize), GuardFault> {
    let inner = rest.get(1..).unwrap_or("");
    inner.find('"').map_or_else(
        || Err(GuardFault { offset, message: "文字的引号没有关上".to_owned(), help: None }),
        |end| Ok((Kind::Text(inner.get(..end).unwrap_or("").to_owned()), end + 2)),
    )
}

fn name(rest: &str) -> (String, usize) {
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
    (rest.get(..length).unwrap_or("").to_owned(), length)
}

fn number(rest: &str, offset: usize) -> Result<(Kind, usize), GuardFault> {
    let length = rest.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(rest.len());
    let written = rest.get(..length).unwrap_or("");
    parts(&written.replace('_', "")).map(|value| (Kind::Number(value), length)).ok_or_else(|| GuardFault {
        offset,
        message: format!("“{written}”不是可用的数（最多四位小数）"),
        help: None,
    })
}

/// An amount of money as files write it (`10_000 yuan`), in fen.
#[must_use]
pub fn money(written: &str) -> Option<i64> {
    let number = written.strip_suffix(" yuan")?;
    let is_number = |c: char| c.is_ascii_digit() || c == '_' || c == '.';
    let value = number.chars().all(is_number).then(|| parts(&number.replace('_', "")))??;
    Some(value / (crate::value::PARTS / 100))
}

/// A decimal number in ten-thousandths.
pub fn parts(written: &str) -> Option<i64> {
    let (whole, decimals) = written.split_once('.').unwrap_or((written, ""));
    if decimals.len() > 4 || whole.is_empty() {
        return None;
    }
    let padded = format!("{decimals:0<4}");
    whole.parse::<i64>().ok()?.checked_mul(crate::value::PARTS)?.checked_add(padded.parse().ok()?)
}

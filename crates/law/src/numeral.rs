//! Chinese numerals, as articles are numbered with them.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The numeral of a number up to 9999: 三十, 一百零三, 一千二百. Larger numbers are written in digits.
#[must_use]
pub fn numeral(number: u32) -> String {
    if number == 0 || number > 9999 {
        return if number == 0 { "零".to_owned() } else { number.to_string() };
    }
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        let leading_ten = digit == 1 && unit == 10 && text.is_empty();
        if !leading_ten {
            let place = usize::try_from(digit).unwrap_or(0);
            text.extend(DIGITS.get(place));
        }
        text.push_str(name);
    }
    text
}

/// Reads a numeral up to 9999: 三十, 一百零三, 二〇二三, 30, ３０. `None` when it is not one.
#[must_use]
pub fn read_numeral(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 9 {
        return None;
    }
    if text.chars().all(|letter| digit_of(letter).is_some()) {
        // Digits by place: 二〇二三, 30, ３０; a lone 三 as well.
        let read = text
            .chars()
            .filter_map(digit_of)
            .try_fold(0_u32, |sum, digit| sum.checked_mul(10).and_then(|sum| sum.checked_add(digit)));
        return read.filter(|number| *number <= 9999);
    }
    by_units(text)
}

/// Reads 一千二百三十四: each unit smaller than the one before.
fn by_units(text: &str) -> Option<u32> {
    let (mut sum, mut digit, mut below) = (0, None, 10_000);
    for letter in text.chars() {
        let unit = match letter {
            '千' => 1000,
            '百' => 100,
            '十' => 10,
            '零' | '〇' => {
                if digit.is_some() || sum == 0 {
                    return None;
                }
                continue;
            }
            _ => {
                if digit.is_some() || letter.is_ascii_digit() {
                    return None;
                }
                digit = Some(digit_of(letter)?);
                continue;
            }
        };
        if unit >= below {
            return None;
        }
        let count = match digit.take() {
            Some(0) => return None,
            Some(count) => count,
            None if unit == 10 && sum == 0 => 1,
            None => return None,
        };
        sum += count * unit;
        below = unit;
    }
    Some(sum + digit.unwrap_or(0)).filter(|number| *number > 0)
}

/// The digit that a character stands for.
pub(crate) fn digit_of(letter: char) -> Option<u32> {
    match letter {
        '零' | '〇' | '○' => Some(0),
        '两' => Some(2),
        '０'..='９' => Some(u32::from(letter) - u32::from('０')),
        _ => letter.to_digit(10).or_else(|| {
            let place = DIGITS.iter().position(|digit| *digit == letter)?;
            u32::try_from(place).ok()
        }),
    }
}

/// Whether a character can stand in a numeral.
pub(crate) fn is_numeral(letter: char) -> bool {
    matches!(letter, '十' | '百' | '千') || digit_of(letter).is_some()
}

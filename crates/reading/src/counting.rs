//! How a number of a list is written: the formats of `w:numFmt`.

/// The number in a format; none where the format writes nothing.
pub fn written(format: &str, number: u32) -> String {
    match format {
        "none" | "bullet" => String::new(),
        "ideographDigital" | "taiwaneseDigital" | "japaneseDigitalTenThousand" => {
            digits(number, "〇一二三四五六七八九")
        }
        "chineseCounting" | "taiwaneseCounting" if number > 99 => digits(number, "〇一二三四五六七八九"),
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "japaneseCounting" => counted(number, "零一二三四五六七八九", "十百千"),
        "chineseLegalSimplified" | "ideographLegalTraditional" | "japaneseLegal" => {
            counted(number, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")
        }
        "decimalZero" => format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => digits(number, "０１２３４５６７８９"),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => {
            within(number, &[('①', 20), ('㉑', 15), ('㊱', 15)])
        }
        "decimalEnclosedParen" => within(number, &[('⑴', 20)]),
        "decimalEnclosedFullstop" => within(number, &[('⒈', 20)]),
        "ideographEnclosedCircle" => within(number, &[('㊀', 10)]),
        "ideographTraditional" => of_series(number, "甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => of_series(number, "子丑寅卯辰巳午未申酉戌亥"),
        "upperLetter" => letters(number, 'A'),
        "lowerLetter" => letters(number, 'a'),
        "upperRoman" => roman(number),
        "lowerRoman" => roman(number).to_ascii_lowercase(),
        "numberInDash" => format!("- {number} -"),
        _ => number.to_string(),
    }
}

/// Each decimal digit as the character of a series.
fn digits(number: u32, series: &str) -> String {
    number
        .to_string()
        .chars()
        .filter_map(|c| series.chars().nth(usize::try_from(c.to_digit(10)?).ok()?))
        .collect()
}

/// A number below ten thousand in Chinese, as 二十一 and 一百零五; greater ones digit by digit.
fn counted(number: u32, names: &str, ranks: &str) -> String {
    if number >= 10_000 || number == 0 {
        return digits(number, names);
    }
    let written: Vec<u32> = number.to_string().chars().filter_map(|c| c.to_digit(10)).collect();
    let name = |digit: u32| usize::try_from(digit).ok().and_then(|d| names.chars().nth(d));
    let mut out = String::new();
    let mut gap = false;
    for (index, digit) in written.iter().enumerate() {
        let rank = written.len() - 1 - index;
        if *digit == 0 {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.extend(name(0));
        }
        gap = false;
        let leading_ten = index == 0 && rank == 1 && *digit == 1;
        if !leading_ten {
            out.extend(name(*digit));
        }
        out.extend(rank.checked_sub(1).and_then(|r| ranks.chars().nth(r)));
    }
    out
}

/// A number as one character of ranges that each begin with a character; beyond them in digits.
fn within(number: u32, ranges: &[(char, u32)]) -> String {
    let mut left = number;
    for (first, count) in ranges {
        if (1..=*count).contains(&left) {
            return char::from_u32(u32::from(*first) + left - 1).map(String::from).unwrap_or_default();
        }
        left = left.saturating_sub(*count);
    }
    number.to_string()
}

fn of_series(number: u32, series: &str) -> String {
    let at = number.checked_sub(1).and_then(|n| usize::try_from(n).ok());
    at.and_then(|at| series.chars().nth(at)).map_or_else(|| number.to_string(), String::from)
}

/// a, b … z, aa, bb …: a letter is repeated as often as the alphabet was gone through.
fn letters(number: u32, first: char) -> String {
    let Some(index) = number.checked_sub(1) else { return "0".to_owned() };
    let letter = char::from_u32(u32::from(first) + index % 26).unwrap_or(first);
    let times = usize::try_from(index / 26).unwrap_or(0).min(30) + 1;
    String::from(letter).repeat(times)
}

fn roman(number: u32) -> String {
    const PARTS: &[(u32, &str)] = &[
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number > 3999 {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for (value, letters) in PARTS {
        while left >= *value {
            out.push_str(letters);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn formats_of_word_and_wps() {
        let all = |format: &str, numbers: &[u32]| -> Vec<String> {
            numbers.iter().map(|n| written(format, *n)).collect()
        };
        assert_eq!(all("chineseCounting", &[1, 10, 11, 20, 21]), ["一", "十", "十一", "二十", "二十一"]);
        assert_eq!(
            all("chineseCountingThousand", &[12, 100, 105, 110]),
            ["十二", "一百", "一百零五", "一百一十"]
        );
        assert_eq!(all("ideographDigital", &[3, 10, 12]), ["三", "一〇", "一二"]);
        assert_eq!(all("decimalEnclosedCircle", &[1, 20, 21, 36]), ["①", "⑳", "㉑", "㊱"]);
        assert_eq!(all("chineseLegalSimplified", &[1, 12]), ["壹", "拾贰"]);
        assert_eq!(all("upperRoman", &[4, 1999]), ["IV", "MCMXCIX"]);
        assert_eq!(all("lowerLetter", &[1, 26, 27]), ["a", "z", "aa"]);
        assert_eq!(all("decimalFullWidth", &[12]), ["１２"]);
        assert_eq!(all("decimal", &[7]), ["7"]);
        assert_eq!(all("none", &[7]), [""]);
    }
}

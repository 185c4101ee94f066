//! How easily a password is guessed: what it costs whoever guesses the way people make passwords. There is no list of leaked
//! passwords here, whose licences and sizes are other people's: the rules below say what such lists are full of, so that one
//! also meets what no list has yet. 口令强度
//!
//! A password is taken apart into pieces of the cheapest kinds: common words, syllables of pinyin, dates, runs on the keyboard,
//! repetitions, what everybody knows of the account; what is left is guessed letter by letter. The cost of a piece is the
//! binary logarithm of how many of its kind are tried before it, in tenths, rounded by hand: no claim to be exact. The way
//! of counting follows zxcvbn (Wheeler, USENIX Security 2016); words and numbers are our own.

/// What a password must cost to be guessed, in tenths of a bit: about a million million tries.
pub(super) const LEAST: u32 = 400;

/// Words that people take, in small letters: English first, then what is typed in pinyin, then names of this program.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passw",
    "pass",
    "word",
    "secret",
    "login",
    "admin",
    "administrator",
    "root",
    "user",
    "guest",
    "test",
    "demo",
    "system",
    "server",
    "master",
    "super",
    "manager",
    "welcome",
    "hello",
    "letmein",
    "changeme",
    "default",
    "iloveyou",
    "love",
    "lover",
    "baby",
    "angel",
    "sunshine",
    "princess",
    "dragon",
    "monkey",
    "tiger",
    "football",
    "basketball",
    "superman",
    "batman",
    "shadow",
    "michael",
    "jordan",
    "charlie",
    "summer",
    "winter",
    "spring",
    "autumn",
    "monday",
    "friday",
    "january",
    "december",
    "happy",
    "lucky",
    "money",
    "freedom",
    "flower",
    "soccer",
    "computer",
    "internet",
    "windows",
    "office",
    "google",
    "baidu",
    "taobao",
    "alipay",
    "wechat",
    "weixin",
    "tencent",
    "huawei",
    "xiaomi",
    "china",
    "beijing",
    "shanghai",
    "fujian",
    "quanzhou",
    "dehua",
    "abc",
    "abcd",
    "abcde",
    "abcdef",
    "aaa",
    "qaz",
    "wsx",
    "edc",
    "woaini",
    "woaiwojia",
    "woaizhongguo",
    "woshishei",
    "mima",
    "mimashi",
    "nihao",
    "zhongguo",
    "zhonghua",
    "renmin",
    "zhengfu",
    "sifaju",
    "sifa",
    "gonganju",
    "gongan",
    "fayuan",
    "jianchayuan",
    "guanliyuan",
    "bangongshi",
    "jvzhang",
    "juzhang",
    "xianzhang",
    "gongzuo",
    "danwei",
    "yijiu",
    "yiqi",
    "yisheng",
    "shengri",
    "kuaile",
    "xingfu",
    "facai",
    "yifa",
    "fazhi",
    "zhengwu",
];

/// What is beside each other on a keyboard, forwards; backwards counts as much.
const ROWS: [&str; 12] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "147258369",
    "789456123",
    "!@#$%^&*()",
    "159357",
];

const INITIALS: [&str; 24] = [
    "zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c",
    "s", "y", "w", "",
];
const FINALS: [&str; 36] = [
    "iang", "iong", "uang", "ang", "eng", "ing", "ong", "iao", "ian", "uai", "uan", "ai", "ei", "ao", "ou",
    "an", "en", "ia", "ie", "iu", "in", "ua", "uo", "ui", "un", "ue", "ve", "er", "a", "o", "e", "i", "u",
    "v", "io", "ueng",
];

const WORD: u32 = 90;
const KNOWN: u32 = 30;
const SYLLABLE: u32 = 70;
const YEAR: u32 = 65;
const DATE: u32 = 145;
const RUN: u32 = 60;
const AGAIN: u32 = 25;
const TELEPHONE: u32 = 260;
/// An age, a lucky number, the end of a year.
const LUCKY: u32 = 40;

/// What a password costs to be guessed by somebody who knows some words of the account, in tenths of a bit.
pub(super) fn cost(password: &str, known: &[&str]) -> u32 {
    let given: Vec<char> = password.chars().collect();
    let small: Vec<char> = given.iter().flat_map(|c| c.to_lowercase().next()).collect();
    let undone: Vec<char> = undisguised(&small);
    let mut known: Vec<Vec<char>> = known
        .iter()
        .map(|word| word.to_lowercase().chars().collect())
        .filter(|word: &Vec<char>| word.len() > 1)
        .collect();
    let backwards: Vec<Vec<char>> = known.iter().map(|word| word.iter().rev().copied().collect()).collect();
    known.extend(backwards);
    let mut least = vec![u32::MAX; small.len() + 1];
    if let Some(first) = least.first_mut() {
        *first = 0;
    }
    for at in 0..small.len() {
        let Some(before) = least.get(at).copied() else { continue };
        let rest = undone.get(at..).unwrap_or_default();
        let plain = small.get(at..).unwrap_or_default();
        let mut pieces = vec![(1, letter(rest.first().copied().unwrap_or(' ')))];
        pieces.extend(
            known
                .iter()
                .filter(|word| rest.starts_with(word) || plain.starts_with(word))
                .map(|word| (word.len(), KNOWN)),
        );
        pieces.extend(words(rest));
        pieces.extend(syllables(rest));
        pieces.extend(numbers(plain));
        pieces.extend(runs(plain));
        pieces.extend(again(small.get(..at).unwrap_or_default(), plain));
        for (length, cost) in pieces {
            if let Some(after) = least.get_mut(at + length) {
                *after = (*after).min(before.saturating_add(cost));
            }
        }
    }
    let capitals = given.iter().filter(|c| c.is_uppercase()).count();
    let all = given.iter().filter(|c| c.is_alphabetic()).count();
    // A capital at the beginning, or nothing but capitals, is what everybody does.
    let capitals = if capitals == all || (capitals == 1 && given.first().is_some_and(|c| c.is_uppercase())) {
        u32::from(capitals > 0)
    } else {
        u32::try_from(capitals.min(4)).unwrap_or(4)
    };
    least.last().copied().unwrap_or(0).saturating_add(capitals * 10)
}

/// Without the usual disguises: `@` and 4 for a, 0 for o, 3 for e, 1 for i, `$` and 5 for s, where letters stand beside them.
fn undisguised(small: &[char]) -> Vec<char> {
    let is_letter =
        |at: Option<usize>| at.and_then(|at| small.get(at)).is_some_and(char::is_ascii_alphabetic);
    let is_mask =
        |at: usize| is_letter(at.checked_sub(1)) || is_letter(Some(at + 1)) || is_letter(at.checked_sub(2));
    let one = |(at, c): (usize, &char)| match c {
        '@' | '4' if is_mask(at) => 'a',
        '0' if is_mask(at) => 'o',
        '3' if is_mask(at) => 'e',
        '1' | '!' if is_mask(at) && is_letter(Some(at + 1)) => 'i',
        '$' | '5' if is_mask(at) => 's',
        other => *other,
    };
    small.iter().enumerate().map(one).collect()
}

fn letter(c: char) -> u32 {
    match c {
        '0'..='9' => 33,
        'a'..='z' => 47,
        c if c.is_ascii() => 45,
        _ => 110,
    }
}

type Piece = (usize, u32);

fn words(rest: &[char]) -> impl Iterator<Item = Piece> {
    let meets = |word: &&&str| {
        word.chars().count() <= rest.len() && word.chars().eq(rest.iter().copied().take(word.len()))
    };
    WORDS.iter().filter(meets).map(|word| (word.len(), WORD)).collect::<Vec<_>>().into_iter()
}

/// The syllables of pinyin that text may begin with.
fn syllables(rest: &[char]) -> Vec<Piece> {
    let begins = |from: usize, with: &str| with.chars().eq(rest.iter().copied().skip(from).take(with.len()));
    let mut made = Vec::new();
    for initial in INITIALS.iter().filter(|initial| begins(0, initial)) {
        for last in FINALS.iter().filter(|last| begins(initial.len(), last)) {
            let length = initial.len() + last.len();
            if length > 1 {
                made.push((length, SYLLABLE));
            }
        }
    }
    made
}

/// Years, days, telephone numbers and short numbers that text begins with.
fn numbers(rest: &[char]) -> Vec<Piece> {
    let digits: Vec<u32> = rest.iter().map_while(|c| c.to_digit(10)).take(11).collect();
    let number = |from: usize, length: usize| {
        digits.get(from..from + length).map(|own| own.iter().fold(0, |all, digit| all * 10 + digit))
    };
    let is_year = |year: Option<u32>| year.is_some_and(|year| (1930..=2049).contains(&year));
    let is_day = |from: usize| {
        number(from, 2).is_some_and(|month| (1..=12).contains(&month))
            && number(from + 2, 2).is_some_and(|day| (1..=31).contains(&day))
    };
    let mut made = Vec::new();
    if is_year(number(0, 4)) {
        made.push((4, YEAR));
        if is_day(4) {
            made.push((8, DATE));
        }
    }
    if number(0, 6).is_some() && is_day(2) {
        made.push((6, DATE));
    }
    if is_day(0) {
        made.push((4, YEAR + 20));
    }
    if digits.len() == 11 && number(0, 2).is_some_and(|start| (13..=19).contains(&start)) {
        made.push((11, TELEPHONE));
    }
    for lucky in ["520", "521", "1314", "5201314", "888", "666", "168", "518", "110", "123", "321", "007"] {
        if lucky.chars().eq(rest.iter().copied().take(lucky.len())) {
            made.push((lucky.len(), LUCKY));
        }
    }
    made
}

/// The longest runs on the keyboard, and of one character, that text begins with.
fn runs(rest: &[char]) -> Vec<Piece> {
    let mut made = Vec::new();
    let Some(first) = rest.first() else { return made };
    let same = rest.iter().take_while(|c| *c == first).count();
    if same > 2 {
        made.push((same, RUN));
    }
    for row in ROWS {
        let row: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.iter().rev().copied().collect();
        for way in [&row, &back] {
            for from in way.iter().enumerate().filter(|(_, c)| *c == first).map(|(at, _)| at) {
                let length = way.iter().skip(from).zip(rest).take_while(|(one, other)| one == other).count();
                made.extend((3..=length).map(|length| (length, RUN)));
            }
        }
    }
    made
}

/// What stands just before and comes again.
fn again(before: &[char], rest: &[char]) -> Vec<Piece> {
    let longest = before.len().min(rest.len());
    let comes = |length: &usize| before.get(before.len() - length..) == rest.get(..*length);
    (1..=longest).filter(comes).map(|length| (length, AGAIN)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_take_is_cheap() {
        for password in [
            "Password-2026",
            "P@ssw0rd-1234",
            "Qwerty123456!",
            "Zhangwei1990!",
            "Woaini520!!",
            "Quanzhou2024!",
            "1qaz@WSX3edc",
            "Admin@123456",
            "Aa123456789!",
            "Lixiaoming@123",
            "Wangfang19880512",
            "Abcd1234!@#$",
            "Sifaju@2025",
            "Dehua12345!",
            "13805950000Aa!",
            "Mima123456.",
            "Aaaa1111!!!!",
            "Welcome2Yifa!",
            "Iloveyou1314!",
            "Chenjing@20230815",
        ] {
            let cost = cost(password, &["lindan"]);
            assert!(cost < LEAST, "{password}: {cost}");
        }
    }

    #[test]
    fn what_is_made_by_chance_or_of_several_words_is_dear() {
        for password in [
            "Correct-horse-battery",
            "K7QX-2MPA-9ZTB-04RD",
            "Tea_for_2_people",
            "山高水长-Spring8",
            "vR8#kq2!Lz0p",
            "Teapot.Under.Bridge9",
        ] {
            let cost = cost(password, &["lindan"]);
            assert!(cost >= LEAST, "{password}: {cost}");
        }
    }

    #[test]
    fn what_everybody_knows_of_an_account_counts_for_nothing() {
        let password = "Market-Office.kp7Q";
        let (strange, known) = (cost(password, &[]), cost(password, &["market", "office"]));
        assert!(known + 100 < strange, "{known} {strange}");
        assert!(cost("德化县司法局-2026!", &["德化县司法局", "林丹"]) < LEAST);
    }

    #[test]
    fn nothing_makes_it_panic() {
        for password in ["", "a", "🙂🙂🙂🙂", "\u{0}\u{7f}", &"x".repeat(128), &"1".repeat(128), "İİİİİİ"]
        {
            let _ = cost(password, &["", "x"]);
        }
    }
}

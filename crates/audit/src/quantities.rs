//! Quantities: a number with its unit, its bound and what it stands for.

mod dates;

use crate::chars::Chars;
use crate::decimal::Decimal;
use crate::numbers::{self, Numeral};
use crate::spans::SpanKind;
use crate::text::Text;
use crate::units;

/// What a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number of things, money, area, time. (数量)
    Count,
    /// Per cent. (百分比)
    Percent,
    /// Percentage points. (百分点)
    Point,
    /// Per mille. (千分比)
    Permille,
    /// Times as much. (倍数)
    Times,
    /// 第…. (序数)
    Ordinal,
    /// A day, month or year. (日期)
    Date(Day),
    /// One end of a range. (区间)
    Range,
    /// Part of a name: a hotline, a document, a slogan. (名称)
    Name,
    /// A number without a unit. (无单位)
    Bare,
}

/// A date as far as it is written. (日期)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Day {
    pub year: Option<u32>,
    pub month: Option<u32>,
    pub day: Option<u32>,
}

/// How exactly a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// As printed. (精确)
    Exact,
    /// 约, 左右. (约数)
    About,
    /// 近, 不足: somewhat less. (不足)
    Below,
    /// 余, 多, 超过, 以上: more. (超过)
    Above,
}

impl Bound {
    /// The word for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Exact => "精确",
            Self::About => "约数",
            Self::Below => "不足",
            Self::Above => "超过",
        }
    }
}

/// A number in the text. (数量)
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    pub start: usize,
    /// After the digits and 万.
    pub number_end: usize,
    /// After the unit.
    pub end: usize,
    pub value: Decimal,
    /// What one in the last printed place is worth.
    pub place: Decimal,
    pub kind: Kind,
    pub bound: Bound,
    /// The unit as written; empty without one.
    pub unit: &'static str,
    /// Written in Chinese numerals.
    pub hanzi: bool,
    pub clause: usize,
    pub sentence: usize,
    pub paragraph: usize,
    /// Where the words before it begin: the clause or the number before.
    pub before: usize,
    /// Where the words after it end: the clause or the number after.
    pub after: usize,
    /// The year last named before it in its sentence.
    pub year: Option<u32>,
    /// The bracket that it stands in: the place after the opening mark; 0 outside all brackets.
    pub bracket: usize,
}

impl Quantity {
    /// The family of its unit.
    #[must_use]
    pub fn family(&self) -> &'static str {
        units::family(self.unit)
    }

    /// A number of things, exact as printed.
    #[must_use]
    pub fn is_count(&self) -> bool {
        self.kind == Kind::Count && !units::is_time(self.unit)
    }

    /// Whether it can be seen from another number: numbers in a bracket are not seen from outside it.
    #[must_use]
    pub fn is_seen_from(&self, other: &Self) -> bool {
        self.bracket == 0 || self.bracket == other.bracket
    }

    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.bound == Bound::Exact
    }

    /// Whether the printed number is rounded, so that an interval stands behind it.
    #[must_use]
    pub fn is_coarse(&self) -> bool {
        !self.place.equals(Decimal::integer(1))
    }
}

/// Finds all numbers of a text.
#[must_use]
pub fn find(text: &Text) -> Vec<Quantity> {
    let mut scanner = Scanner { text, chars: &text.chars, found: Vec::new() };
    for (index, paragraph) in text.paragraphs.iter().enumerate() {
        if paragraph.in_table {
            continue;
        }
        let (first, last) = paragraph.sentences;
        for sentence in first..last {
            scanner.sentence(index, sentence);
        }
    }
    set_brackets(text, &mut scanner.found);
    scanner.found
}

/// Notes for each number the innermost bracket around it. A bracket around more than this is a passage of its own.
fn set_brackets(text: &Text, found: &mut [Quantity]) {
    const LONGEST: usize = 400;
    let brackets = text.spans.iter().filter(|s| s.kind == SpanKind::Bracket && s.end - s.start <= LONGEST);
    for span in brackets {
        let from = found.partition_point(|q| q.start <= span.start);
        for quantity in found.iter_mut().skip(from).take_while(|q| q.start < span.end) {
            quantity.bracket = span.start + 1;
        }
    }
}

struct Scanner<'t> {
    text: &'t Text,
    chars: &'t Chars,
    found: Vec<Quantity>,
}

impl Scanner<'_> {
    fn sentence(&mut self, paragraph: usize, number: usize) {
        let Some(sentence) = self.text.sentences.get(number) else { return };
        let first = self.found.len();
        for index in sentence.clauses.0..sentence.clauses.1 {
            let Some(clause) = self.text.clauses.get(index).copied() else { continue };
            let mut at = clause.start;
            let mut before = clause.start;
            while at < clause.end {
                let Some(mut quantity) = self.read(at, clause.end) else {
                    at += 1;
                    continue;
                };
                at = quantity.end.max(at + 1);
                quantity.clause = index;
                quantity.sentence = number;
                quantity.paragraph = paragraph;
                quantity.before = before;
                quantity.after = clause.end;
                if let Some(last) = self.found.get_mut(first..).and_then(|f| f.last_mut())
                    && last.clause == index
                {
                    last.after = quantity.start;
                }
                before = quantity.end;
                self.found.push(quantity);
            }
        }
        let mut year = None;
        for quantity in self.found.iter_mut().skip(first) {
            if let Kind::Date(Day { year: Some(named), .. }) = quantity.kind {
                year = Some(named);
            }
            quantity.year = year;
        }
    }

    fn read(&self, at: usize, limit: usize) -> Option<Quantity> {
        let c = self.chars.at(at);
        if c.is_ascii_digit() {
            return Some(self.arabic(at, limit));
        }
        if c == '百' && self.chars.starts(at, "百分之") {
            return self.percent_in_words(at);
        }
        if self.chars.at(at + 1) == '番' && matches!(self.chars.before(at), '翻' | '了') {
            return self.doublings(at);
        }
        if numbers::is_hanzi_numeral(c) && !numbers::is_hanzi_numeral(self.chars.before(at)) {
            return self.hanzi(at);
        }
        None
    }

    fn arabic(&self, at: usize, limit: usize) -> Quantity {
        let mut run = at;
        while run < limit && (self.chars.at(run).is_ascii_alphanumeric()) {
            run += 1;
        }
        let letters = self.chars.slice(at, run).iter().any(char::is_ascii_alphabetic);
        if letters || self.chars.before(at).is_ascii_alphabetic() || self.text.is_inside(at) {
            return self.made(at, run, Kind::Name);
        }
        if let Some(date) = self.date(at) {
            return date;
        }
        let Some(numeral) = numbers::arabic(self.chars, at) else {
            return self.made(at, run, Kind::Name);
        };
        if self.chars.at(numeral.end) == '.' && self.chars.at(numeral.end + 1).is_ascii_digit() {
            return self.made(at, run, Kind::Name);
        }
        self.measured(at, numeral)
    }

    /// A numeral with what follows it.
    fn measured(&self, at: usize, numeral: Numeral) -> Quantity {
        let mut quantity = self.made(at, numeral.end, Kind::Bare);
        quantity.value = numeral.value;
        quantity.place = numeral.place;
        quantity.hanzi = numeral.hanzi;
        quantity.bound = self.bound_before(at);
        if numeral.more {
            quantity.bound = Bound::Above;
        }
        self.unit(&mut quantity, numeral);
        if let Some(bound) = self.bound_after(quantity.end) {
            quantity.bound = bound;
        }
        if self.chars.before(at) == '第' || (self.chars.before(at) == ' ' && self.chars.ends(at, "第 ")) {
            quantity.kind = Kind::Ordinal;
        }
        if self.in_range(at, quantity.number_end, quantity.end) {
            quantity.kind = Kind::Range;
        }
        quantity
    }

    fn unit(&self, quantity: &mut Quantity, numeral: Numeral) {
        let mut at = numeral.end;
        while self.chars.at(at) == ' ' && at - numeral.end < 2 {
            at += 1;
        }
        match self.chars.at(at) {
            '%' => {
                quantity.kind = Kind::Percent;
                quantity.unit = "%";
                quantity.end = at + 1;
                return;
            }
            '‰' => {
                quantity.kind = Kind::Permille;
                quantity.unit = "‰";
                quantity.end = at + 1;
                return;
            }
            _ => {}
        }
        let Some((length, unit)) = units::unit_at(self.chars, at) else { return };
        quantity.unit = unit;
        quantity.end = at + length;
        quantity.kind = match unit {
            "个百分点" => Kind::Point,
            "倍" => Kind::Times,
            "号" | "楼" | "版" | "届" => Kind::Name,
            "成" => Kind::Bare,
            _ => Kind::Count,
        };
        match unit {
            "万元" | "亿元" => {
                let power = if unit == "万元" { 4 } else { 8 };
                if let (Some(value), Some(place)) =
                    (quantity.value.shifted(power), quantity.place.shifted(power))
                {
                    quantity.value = value;
                    quantity.place = place;
                }
            }
            "日" | "年" if quantity.hanzi => quantity.kind = Kind::Name,
            _ => {}
        }
        if unit == "个" && self.chars.starts(quantity.end, "多月") {
            quantity.unit = "个月";
        }
    }

    fn hanzi(&self, at: usize) -> Option<Quantity> {
        if self.text.is_inside(at) {
            return None;
        }
        if let Some(date) = self.hanzi_date(at) {
            return Some(date);
        }
        if self.chars.before(at) == '第' {
            return None;
        }
        let numeral = numbers::hanzi(self.chars, at)?;
        if self.chars.at(numeral.end) == '成' {
            return self.tenths(at, numeral);
        }
        if numeral.value.equals(Decimal::integer(1)) {
            return None;
        }
        let (_, unit) = units::unit_at(self.chars, numeral.end)?;
        let kinds = ["领域", "方面", "板块", "行动", "工程", "体系", "环节", "任务", "难题", "重点", "行业"];
        if unit == "大" && kinds.iter().any(|w| self.chars.starts(numeral.end + 1, w)) {
            return Some(self.measured(at, numeral));
        }
        if matches!(
            unit,
            "点" | "面"
                | "大"
                | "把"
                | "度"
                | "通"
                | "步"
                | "码"
                | "字"
                | "门"
                | "成"
                | "位"
                | "市"
                | "县"
                | "省"
                | "区"
                | "街"
                | "道"
                | "单"
        ) {
            return None;
        }
        Some(self.measured(at, numeral))
    }

    /// 翻了一番: how many times it doubled.
    fn doublings(&self, at: usize) -> Option<Quantity> {
        let count = match self.chars.at(at) {
            '一' => 1,
            '二' | '两' => 2,
            '三' => 3,
            _ => return None,
        };
        let mut quantity = self.made(at, at + 2, Kind::Times);
        quantity.value = Decimal::integer(count);
        quantity.unit = "番";
        quantity.hanzi = true;
        Some(quantity)
    }

    /// 八成 is eighty per cent.
    fn tenths(&self, at: usize, numeral: Numeral) -> Option<Quantity> {
        let next = self.chars.at(numeral.end + 1);
        let alone = matches!(next, '以' | '左' | '的' | ',' | '。' | ';' | '多' | '、' | '\0' | '\n');
        let value = numeral.value.whole().filter(|v| *v < 10 && alone)?;
        let mut quantity = self.made(at, numeral.end + 1, Kind::Percent);
        quantity.value = Decimal::integer(value * 10);
        quantity.place = Decimal::integer(10);
        quantity.unit = "成";
        quantity.hanzi = true;
        quantity.bound = self.bound_after(quantity.end).unwrap_or(Bound::About);
        Some(quantity)
    }

    fn percent_in_words(&self, at: usize) -> Option<Quantity> {
        let from = at + 3;
        let numeral = if self.chars.at(from).is_ascii_digit() {
            numbers::arabic(self.chars, from)?
        } else {
            self.fraction_in_words(from)?
        };
        let mut quantity = self.made(at, numeral.end, Kind::Percent);
        quantity.value = numeral.value;
        quantity.place = numeral.place;
        quantity.unit = "%";
        quantity.hanzi = numeral.hanzi;
        quantity.bound = self.bound_before(at);
        if let Some(bound) = self.bound_after(quantity.end) {
            quantity.bound = bound;
        }
        Some(quantity)
    }

    /// 九十八点五.
    fn fraction_in_words(&self, from: usize) -> Option<Numeral> {
        let mut numeral = numbers::hanzi(self.chars, from)?;
        if self.chars.at(numeral.end) != '点' {
            return Some(numeral);
        }
        let mut mantissa = numeral.value.whole()?;
        let mut scale = 0;
        let mut at = numeral.end + 1;
        while let Some(digit) = "〇一二三四五六七八九".chars().position(|d| d == self.chars.at(at))
        {
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::try_from(digit).ok()?)?;
            scale += 1;
            at += 1;
            if scale > 8 {
                break;
            }
        }
        numeral.value = Decimal::new(mantissa, scale);
        numeral.place = Decimal::new(1, scale);
        numeral.end = at;
        Some(numeral)
    }

    fn bound_before(&self, at: usize) -> Bound {
        const ABOVE: &[&str] =
            &["超过", "超", "逾", "突破", "不少于", "不低于", "至少", "高于", "多于", "大于", "共逾"];
        const BELOW: &[&str] =
            &["将近", "接近", "近", "不足", "不到", "不超过", "少于", "低于", "小于", "最多", "不高于"];
        const ABOUT: &[&str] = &["大约", "约", "大概", "左右"];
        let ends = |words: &[&str]| words.iter().any(|w| self.chars.ends(at, w));
        if ends(BELOW) {
            Bound::Below
        } else if ends(ABOVE) {
            Bound::Above
        } else if ends(ABOUT) && !self.contract(at) {
            Bound::About
        } else {
            Bound::Exact
        }
    }

    /// 履约, 签约, 违约: the 约 before a number says nothing of it.
    fn contract(&self, at: usize) -> bool {
        let word = at.checked_sub(1).map_or('\0', |i| self.chars.before(i));
        self.chars.before(at) == '约' && "履合签违公节条预契特毁".contains(word)
    }

    fn bound_after(&self, at: usize) -> Option<Bound> {
        let begins = |words: &[&str]| words.iter().any(|w| self.chars.starts(at, w));
        if begins(&["以上", "余", "多"]) && !begins(&["多元", "多方", "多部门", "多种", "多样", "多层"])
        {
            Some(Bound::Above)
        } else if begins(&["以下", "以内"]) {
            Some(Bound::Below)
        } else if begins(&["左右", "上下"]) {
            Some(Bound::About)
        } else {
            None
        }
    }

    /// Whether a number is one end of "3-5", "3至5", "3~5".
    fn in_range(&self, start: usize, number_end: usize, end: usize) -> bool {
        let joins = |at: usize| matches!(self.chars.at(at), '-' | '~' | '～' | '至');
        let digit = |at: usize| self.chars.at(at).is_ascii_digit();
        let opens = |at: usize| joins(at) && digit(at + 1);
        let closes = start >= 2 && joins(start - 1) && digit(start - 2);
        let hyphened =
            start >= 2 && self.chars.before(start) == '-' && !self.chars.at(start - 2).is_whitespace();
        opens(number_end) || closes || hyphened || (self.chars.at(end) == '-' && digit(end + 1))
    }

    fn made(&self, start: usize, end: usize, kind: Kind) -> Quantity {
        Quantity {
            start,
            number_end: end,
            end,
            value: Decimal::integer(0),
            place: Decimal::integer(1),
            kind,
            bound: Bound::Exact,
            unit: "",
            hanzi: false,
            clause: 0,
            sentence: 0,
            paragraph: 0,
            before: start,
            after: end,
            year: None,
            bracket: 0,
        }
    }
}

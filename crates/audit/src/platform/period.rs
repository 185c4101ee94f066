//! Of which time and of which body a number speaks. (期间与范围)

use crate::context::Context;
use crate::quantities::{Day, Kind, Quantity};

/// Words of this year. 全年 and 当年 follow the year that was named last.
const THIS: &[&str] = &["今年", "本年", "一年来", "报告期"];
/// Words of another time than one whole year.
const OTHER: &[&str] = &[
    "去年",
    "上年",
    "上一年",
    "往年",
    "历年",
    "近年",
    "近两年",
    "近三年",
    "近五年",
    "三年来",
    "五年来",
    "几年来",
    "以来",
    "季度",
    "上半年",
    "下半年",
    "月份",
    "当月",
    "每月",
    "每年",
    "年均",
    "截至",
    "截止",
    "明年",
    "下一年",
    "任期",
    "本届",
];
/// Ends of the names of bodies.
const BODIES: &[&str] = &[
    "局",
    "法院",
    "检察院",
    "委员会",
    "管委会",
    "街道",
    "乡镇",
    "镇",
    "乡",
    "部门",
    "单位",
    "中心",
    "支队",
    "大队",
    "公司",
    "机关",
    "机构",
    "全国",
    "全省",
    "全市",
    "全县",
    "全区",
    "全州",
    "全镇",
    "全乡",
    "市政府",
    "省政府",
    "县政府",
    "区政府",
    "本级",
    "市级",
    "县级",
    "区级",
    "省级",
];
/// A body that a clause is on stands within so many characters of its beginning.
const HEAD: usize = 14;
/// So many characters of the sentence before a number are looked at: the work stays linear.
const BACK: usize = 240;

/// Whether a number, by the words of its sentence before it, is of the whole of a year.
pub fn is_of_year(context: &Context, quantity: &Quantity, year: u32) -> bool {
    let Some(sentence) = context.sentence(quantity.sentence) else { return false };
    let (start, end) = (sentence.start.max(quantity.start.saturating_sub(BACK)), quantity.start);
    let chars = context.chars;
    let compares = |at: usize| matches!(chars.before(at), '比' | '较' | '与' | '同');
    // A year that was named still earlier.
    let early = quantity.year.filter(|_| start > sentence.start);
    let mut last = early.map(|named| (0, named == year));
    let mut note = |at: usize, ours: bool| {
        if last.is_none_or(|(known, _)| known <= at) {
            last = Some((at, ours));
        }
    };
    for (words, ours) in [(THIS, true), (OTHER, false)] {
        for word in words {
            let so_far = |at: usize| *word == "以来" && chars.ends(at, "今年");
            let found = chars.rfind(start, end, word);
            if let Some(at) = found.filter(|at| !compares(*at) && !so_far(*at)) {
                note(at, ours);
            }
        }
    }
    for date in context.between(start, end) {
        let ours = match date.kind {
            Kind::Date(Day { year: Some(named), month: None, .. }) => {
                named == year && is_whole(context, date)
            }
            Kind::Date(_) => false,
            Kind::Name | Kind::Range => {
                if !chars.ends(date.end, "年") && chars.at(date.end) != '年' {
                    continue;
                }
                false
            }
            _ => continue,
        };
        if !compares(date.start) {
            note(date.start, ours);
        }
    }
    last.is_none_or(|(_, ours)| ours)
}

/// Whether a year stands for itself: neither 截至2024年 nor 2024年以来 nor 2024年底.
fn is_whole(context: &Context, date: &Quantity) -> bool {
    let after = ["底", "末", "初", "以来", "以前", "前", "起", "至", "-", "后"];
    let before = ["截至", "截止", "至", "自", "从", "-"];
    !after.iter().any(|w| context.chars.starts(date.end, w))
        && !before.iter().any(|w| context.chars.ends(date.start, w))
}

/// Whether the words before a number's own speak of another body than the report's: the last clause that names one decides.
pub fn is_of_another_body(context: &Context, quantity: &Quantity, label: usize, scopes: &[String]) -> bool {
    let Some(sentence) = context.sentence(quantity.sentence) else { return true };
    let clauses = context.text.clauses_of(sentence);
    let from = clauses.partition_point(|c| c.end + BACK < label);
    let mut other = false;
    for clause in clauses.iter().skip(from).take_while(|c| c.start < label) {
        let early = context.between(clause.start, clause.end.min(clause.start + 4));
        let date = early.iter().rfind(|q| matches!(q.kind, Kind::Date(_)) && q.end <= clause.end);
        let start = date.map_or(clause.start, |date| date.end);
        let end = clause.end.min(start + HEAD).min(label.max(start));
        let head = context.chars.text(start, end);
        let own = scopes.iter().filter(|s| head.starts_with(s.as_str())).max_by_key(|s| s.len());
        let rest = own.and_then(|s| head.strip_prefix(s.as_str())).unwrap_or(&head);
        // 向…报送: the body is told, it does not act.
        if rest.starts_with('向') {
            continue;
        }
        if BODIES.iter().any(|b| rest.contains(b)) {
            other = true;
        } else if own.is_some() {
            other = false;
        }
    }
    other
}

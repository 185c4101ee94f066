//! What kind of document it is: its year, its title, its signature, the day it was published. (文件要素)

use crate::Options;
use crate::quantities::{Day, Kind, Quantity};
use crate::text::Text;

/// What the document says of itself. (文件要素)
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The year that it reports on.
    pub year: Option<u32>,
    /// The paragraph of its title.
    pub title: Option<usize>,
    /// Whether it is the yearly report on law-based government.
    pub is_yearly_report: bool,
    /// Whether a province or a department of the State Council made it.
    pub is_provincial: bool,
    /// The day of signature: year, month, day, and the number's place.
    pub signed_on: Option<Stamp>,
    /// The day of publication, from the head of a web page or from the user.
    pub published_on: Option<Stamp>,
}

/// A full date and where it stands. (日期)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    pub start: usize,
    pub end: usize,
}

/// Reads the profile.
#[must_use]
pub fn read(text: &Text, figures: &[Quantity], options: &Options) -> Profile {
    let title = title(text);
    let head = title.and_then(|t| text.paragraphs.get(t)).map_or((0, 0), |p| (p.start, p.end));
    let whole = text.chars.len();
    let titled =
        title.is_some() && text.chars.has_any(head.0, head.1, ["法治政府建设", "法治建设", "依法行政"]);
    let early = whole.min(4000);
    let chaptered = || {
        let heads = text.paragraphs.iter().filter(|p| p.mark.is_some_and(|m| m.level == 1));
        let mut heads = heads.map(|p| (p.start, p.end.min(p.start + 40)));
        heads.any(|(start, end)| {
            text.chars.has_any(start, end, ["存在", "不足", "打算", "安排", "思路", "计划"])
        })
    };
    let on_it = titled
        || text.chars.has_any(0, early, ["法治政府建设"])
        || text.chars.has_any(0, early, ["依法行政"]) && chaptered();
    let chapters = text.paragraphs.iter().filter(|p| p.mark.is_some_and(|m| m.level == 1)).count();
    let planned = text.chars.has_any(head.0, head.1, ["方案", "计划", "规划", "通知", "意见", "办法"]);
    let year = options.year.or_else(|| year(text, figures, head));
    let named = text.chars.has_any(0, early.min(600), ["省人民政府关于", "省政府关于", "自治区人民政府关于"])
        || signed_by_province(text);
    let published =
        options.published_on.map(|(year, month, day)| Stamp { year, month, day, start: 0, end: 0 });
    Profile {
        year,
        title,
        is_yearly_report: on_it && chapters >= 2 && !planned && year.is_some(),
        is_provincial: named,
        signed_on: signed(text, figures),
        published_on: published.or_else(|| published_on(text, figures)),
    }
}

/// The title: the first line that is neither a mark, nor an address, nor a sentence.
fn title(text: &Text) -> Option<usize> {
    let filled = text
        .paragraphs
        .iter()
        .enumerate()
        .filter(|(_, p)| text.chars.slice(p.start, p.end).iter().any(|c| !c.is_whitespace()));
    for (index, paragraph) in filled.take(8) {
        let last = text.chars.before(paragraph.end);
        if paragraph.mark.is_some_and(|m| m.level == 1) || last == ':' {
            return None;
        }
        let length = paragraph.end - paragraph.start;
        let speaks = matches!(last, '。' | '；' | ';');
        let names = ["报告", "情况", "总结", "方案", "意见", "通知", "办法", "规定", "决定", "条例", "法"];
        let line = text.chars.text(paragraph.start, paragraph.end);
        let line = line.trim().trim_start_matches(['#', ' ']).trim_end_matches(['*', ' ']);
        let line = line.split('(').next().unwrap_or(line);
        if length <= 60 && !speaks && names.iter().any(|n| line.ends_with(n)) {
            return Some(index);
        }
    }
    None
}

/// The year: of the title, else of the first heading, else the first that is named.
fn year(text: &Text, figures: &[Quantity], head: (usize, usize)) -> Option<u32> {
    let named = |start: usize, end: usize| {
        figures.iter().take_while(|q| q.start < end).filter(|q| q.start >= start).find_map(|q| match q.kind {
            Kind::Date(Day { year: Some(year), day: None, .. }) => Some(year),
            _ => None,
        })
    };
    let heading = text.paragraphs.iter().find(|p| p.mark.is_some_and(|m| m.level == 1));
    let opening = text.paragraphs.iter().filter(|p| p.end - p.start > 20).take(4);
    let (titled, headed) = (named(head.0, head.1), heading.and_then(|p| named(p.start, p.end)));
    // A title of last year: the first heading and the day of signature speak of the year after it.
    let signed = signed(text, figures).map(|s| s.year);
    if let (Some(title), Some(head), Some(signed)) = (titled, headed, signed)
        && head == title + 1
        && signed == head + 1
    {
        return headed;
    }
    titled.or(headed).or_else(|| opening.filter_map(|p| named(p.start, (p.start + 12).min(p.end))).next())
}

/// Whether a line near the end is the name of a province's government.
fn signed_by_province(text: &Text) -> bool {
    let lines = text.paragraphs.iter().rev().filter(|p| p.end > p.start).take(6);
    lines.filter(|p| p.end - p.start <= 16).any(|p| {
        let line = text.chars.text(p.start, p.end);
        let line = line.trim();
        let name = line.strip_suffix("人民政府").unwrap_or("");
        ["北京市", "天津市", "上海市", "重庆市"].contains(&name)
            || name.ends_with("自治区")
            || name.ends_with('省') && name.chars().count() <= 5
    })
}

fn stamp(quantity: &Quantity) -> Option<Stamp> {
    match quantity.kind {
        Kind::Date(Day { year: Some(year), month: Some(month), day: Some(day) }) => {
            Some(Stamp { year, month, day, start: quantity.start, end: quantity.end })
        }
        _ => None,
    }
}

/// The signature: a line near the end that is only a date.
fn signed(text: &Text, figures: &[Quantity]) -> Option<Stamp> {
    figures.iter().rev().take(40).filter_map(stamp).find(|s| {
        text.paragraphs
            .partition_point(|p| p.start <= s.start)
            .checked_sub(1)
            .and_then(|i| text.paragraphs.get(i))
            .is_some_and(|p| {
                let around = text.chars.text(p.start, s.start) + &text.chars.text(s.end, p.end);
                around.chars().all(|c| c.is_whitespace() || matches!(c, '(' | ')'))
            })
    })
}

/// The day of publication: in a line of the head that names a source or a time of publication.
fn published_on(text: &Text, figures: &[Quantity]) -> Option<Stamp> {
    const MARKS: &[&str] = &["来源", "发布时间", "发布日期", "发布机构", "公开日期", "时间:", "日期:"];
    for paragraph in text.paragraphs.iter().take(12) {
        if paragraph.end - paragraph.start > 200
            || !text.chars.has_any(paragraph.start, paragraph.end, MARKS.iter().copied())
        {
            continue;
        }
        let first = figures.partition_point(|q| q.start < paragraph.start);
        let here = figures.iter().skip(first).take_while(|q| q.start < paragraph.end);
        if let Some(found) = here.filter_map(stamp).next() {
            return Some(found);
        }
    }
    None
}

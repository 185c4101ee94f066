//! Last year's year left in a heading or in the plan of the next. (年份)

use crate::context::{Context, Words};
use crate::profile::Profile;
use crate::quantities::{Day, Kind, Quantity};
use crate::text::Paragraph;

const PLANS: &[&str] = &[
    "工作思路",
    "工作打算",
    "工作计划",
    "工作安排",
    "工作重点",
    "工作展望",
    "下一步",
    "下步",
    "工作谋划",
    "努力方向",
];
const RESULTS: &[&str] = &[
    "主要情况",
    "工作情况",
    "主要做法",
    "主要举措",
    "工作成效",
    "开展情况",
    "推进情况",
    "工作总结",
    "主要工作",
    "重点工作完成",
    "建设情况",
];

/// Checks the years of headings against the year of the report.
pub fn check(context: &mut Context, profile: &Profile) {
    let Some(year) = profile.year else { return };
    let text = context.text;
    let mut planning = false;
    for (index, paragraph) in text.paragraphs.iter().enumerate() {
        if profile.title == Some(index) {
            title(context, paragraph, year);
            continue;
        }
        let heads = paragraph.mark.is_some_and(|m| m.level <= 2) && paragraph.end - paragraph.start <= 50;
        if heads {
            let has =
                |words: &[&str]| context.chars.has_any(paragraph.start, paragraph.end, words.iter().copied());
            let (plans, results) = (has(PLANS), has(RESULTS));
            if paragraph.mark.is_some_and(|m| m.level == 1) {
                planning = plans && !results;
            }
            heading(context, paragraph, year, plans && !results, results && !plans);
        } else if planning {
            plan(context, paragraph, year);
        }
    }
}

fn years_in<'a>(
    context: &Context<'a>,
    start: usize,
    end: usize,
) -> impl Iterator<Item = (&'a Quantity, u32)> + use<'a> {
    let first = context.quantities.partition_point(|q| q.start < start);
    let here = context.quantities.get(first..).unwrap_or(&[]).iter().take_while(move |q| q.start < end);
    here.filter_map(|q| match q.kind {
        Kind::Date(Day { year: Some(year), month: None, day: None }) => Some((q, year)),
        _ => None,
    })
}

/// A title that says the year before the one that the report's headings and its signature speak of.
fn title(context: &mut Context, paragraph: &Paragraph, year: u32) {
    let found: Vec<(&Quantity, u32)> = years_in(context, paragraph.start, paragraph.end).collect();
    if let [(quantity, named)] = found.as_slice()
        && named + 1 == year
        && context.options.year.is_none()
    {
        let message = format!("标题写的是{named}年，正文和落款说的是{year}年");
        let words = Words::new(message).help("核对年份，可能是沿用往年文稿留下的");
        context.report("stale_year", paragraph.start, paragraph.end.max(quantity.end), words);
    }
}

fn heading(context: &mut Context, paragraph: &Paragraph, year: u32, plans: bool, results: bool) {
    let found: Vec<(&Quantity, u32)> = years_in(context, paragraph.start, paragraph.end).collect();
    for (quantity, named) in found {
        let wrong = (plans && named <= year) || (results && named != year && named.abs_diff(year) <= 3);
        if wrong {
            let expected = if plans { year + 1 } else { year };
            let message = format!("报告的年度是{year}年，这个标题写的是{named}年，应为{expected}年");
            let words = Words::new(message).help("核对年份，可能是沿用往年文稿留下的");
            let from = paragraph.start;
            context.report("stale_year", from, paragraph.end.max(quantity.end), words);
        }
    }
}

/// A sentence of the plan that begins with a year already over.
fn plan(context: &mut Context, paragraph: &Paragraph, year: u32) {
    let text = context.text;
    for sentence in text.sentences_of(paragraph) {
        let found = years_in(context, sentence.start, sentence.start + 2).next();
        if let Some((quantity, named)) = found.filter(|(_, named)| *named <= year) {
            let message = format!("这是下一年的安排，句首写的却是{named}年");
            let words = Words::new(message).help("核对年份，可能是沿用往年文稿留下的");
            context.report("stale_year", quantity.start, quantity.end, words);
        }
    }
}

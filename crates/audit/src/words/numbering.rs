//! Skipped and repeated numbers of headings and of 一是, 二是. (序号)

use crate::context::{Context, Words};

/// Checks the headings, then the enumerations in the text.
pub fn check(context: &mut Context) {
    headings(context);
    enumerations(context);
}

fn headings(context: &mut Context) {
    let mut local = [0_u32; 6];
    let mut global = [0_u32; 6];
    let text = context.text;
    for paragraph in &text.paragraphs {
        let Some(mark) = paragraph.mark.filter(|_| !paragraph.in_table) else { continue };
        let level = usize::from(mark.level);
        let (Some(last), Some(through)) = (local.get(level).copied(), global.get(level).copied()) else {
            continue;
        };
        let follows = mark.number == 1 || mark.number == last + 1 || mark.number == through + 1;
        // The first mark of a level may be anything: the text may be an excerpt.
        let begins = last == 0 && through == 0;
        if !follows && !begins && mark.level <= 3 {
            let start = paragraph.start;
            let shown = context.text.original(start, mark.end).trim().to_owned();
            let expected = last + 1;
            let message = if mark.number == last {
                format!("序号“{shown}”重复")
            } else {
                format!("序号“{shown}”不连续：同级的前一个是第{last}项，这里应为第{expected}项")
            };
            context.report(
                "numbering",
                start,
                mark.end,
                Words::new(message).help("按顺序改序号；如果漏了一项，补上"),
            );
        }
        if let Some(slot) = local.get_mut(level) {
            *slot = mark.number;
        }
        if let Some(slot) = global.get_mut(level) {
            *slot = mark.number;
        }
        for slot in local.iter_mut().skip(level + 1) {
            *slot = 0;
        }
    }
}

/// 一是…二是…四是.
fn enumerations(context: &mut Context) {
    let mut last = 0_usize;
    let text = context.text;
    for paragraph in &text.paragraphs {
        if paragraph.mark.is_some_and(|m| m.level <= 3) {
            last = 0;
        }
        for at in paragraph.start..paragraph.end {
            if context.chars.at(at) != '是' {
                continue;
            }
            let Some((number, start)) = ordinal_before(context, at, paragraph.start) else { continue };
            if number != 1 && last != 0 && number != last + 1 {
                let message = if number == last {
                    format!("“{}”重复", context.chars.text(start, at + 1))
                } else {
                    format!(
                        "“{}”不连续：前一个是第{last}，这里应为第{}",
                        context.chars.text(start, at + 1),
                        last + 1
                    )
                };
                context.report(
                    "numbering",
                    start,
                    at + 1,
                    Words::new(message).help("按顺序改；如果漏了一项，补上"),
                );
            }
            last = number;
        }
    }
}

/// 一 to 十二 right before 是, at the start of a clause.
fn ordinal_before(context: &Context, at: usize, line: usize) -> Option<(usize, usize)> {
    const ORDINALS: &[&str] = &["十二", "十一", "十", "九", "八", "七", "六", "五", "四", "三", "二", "一"];
    let (index, word) = ORDINALS.iter().enumerate().find(|(_, w)| context.chars.ends(at, w))?;
    let start = at - word.chars().count();
    if start < line {
        return None;
    }
    let before = if start == line { '\0' } else { context.chars.before(start) };
    let opens = matches!(before, '\0' | '。' | ';' | ':' | ',' | ' ' | '\t' | '*' | ')');
    let verb = !matches!(context.chars.at(at + 1), '一' | '二' | '否' | '指');
    (opens && verb && start >= line).then_some((12 - index, start))
}

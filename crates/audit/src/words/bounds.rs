//! A number said to be about and more at once: 近3000余件, 大约500家左右. (约数重复)

use crate::context::{Context, Words};

/// Words before a number and words after it that both say that it is not exact.
const BEFORE: &[&str] = &["大约", "约", "近", "将近", "接近", "超过", "逾"];
const AFTER: &[&str] = &["余", "多", "左右", "上下", "以上"];

/// Checks all numbers.
pub fn check(context: &mut Context) {
    for quantity in context.quantities {
        let clause = context.text.clauses.get(quantity.clause).map_or(quantity.start, |c| c.start);
        let room = quantity.start - clause;
        let ends = |w: &&&str| w.chars().count() <= room && context.chars.ends(quantity.start, w);
        let before = BEFORE.iter().filter(ends).max_by_key(|w| w.len());
        let Some(before) = before.filter(|w| !is_word(context, quantity.start - w.chars().count())) else {
            continue;
        };
        let within = context.chars.text(quantity.start, quantity.end);
        let after = AFTER.iter().find(|w| within.contains(**w) || context.chars.starts(quantity.end, w));
        let Some(after) = after.filter(|_| quantity.is_count()) else { continue };
        let printed = context.printed(quantity);
        let message = format!("“{before}”与“{after}”重复：{before}{printed}");
        let words = Words::new(message).help("约数只说一次：留“近”“约”，或者留“余”“多”“左右”");
        context.report("double_bound", quantity.start, quantity.end, words);
    }
}

/// 履约, 签约, 最近, 附近: the character belongs to another word.
fn is_word(context: &Context, at: usize) -> bool {
    "履合签违公节条预契特毁最附邻远".contains(context.chars.before(at))
}

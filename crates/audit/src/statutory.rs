//! Statutory days and dates that cannot be. (法定时限与日期)

use crate::context::{Context, Words};
use crate::finding::{Relation, RelationKind, Verdict};
use crate::profile::{Profile, Stamp};
use crate::quantities::{Day, Kind};

/// Checks dates and the days of reporting and publishing.
pub fn check(context: &mut Context, profile: &Profile) {
    impossible(context);
    let Some(year) = profile.year.filter(|_| profile.is_yearly_report) else { return };
    if let Some(signed) = profile.signed_on {
        let month = if profile.is_provincial { 4 } else { 3 };
        let due = "应当在次年3月1日之前报告";
        let due = if month == 4 { "应当在次年4月1日之前报告" } else { due };
        day(context, signed, (year + 1, month), "late_report", due);
    }
    if let Some(published) = profile.published_on {
        day(context, published, (year + 1, 4), "late_publication", "应当在次年4月1日之前向社会公开");
    }
}

fn day(context: &mut Context, stamp: Stamp, before: (u32, u32), rule: &'static str, due: &str) {
    let in_time = (stamp.year, stamp.month) < before;
    let shown = format!("{}年{}月{}日", stamp.year, stamp.month, stamp.day);
    let limit = format!("{}年{}月1日", before.0, before.1);
    let computation = if in_time {
        format!("{shown}早于{limit}")
    } else {
        format!("应当早于{limit}，写作{shown}")
    };
    context.relations.push(Relation {
        kind: RelationKind::StatutoryDay,
        verdict: if in_time { Verdict::Agrees } else { Verdict::Differs },
        start: stamp.start,
        end: stamp.end,
        with: Vec::new(),
        computation: computation.clone(),
    });
    if !in_time {
        let words = Words::new(format!("日期为{shown}，已到或者已过时限：{due}"))
            .computed(computation)
            .help("核对日期；确已逾期的，说明原因");
        context.report(rule, stamp.start, stamp.end, words);
    }
}

/// 13月, 2月30日.
fn impossible(context: &mut Context) {
    for quantity in context.quantities {
        let Kind::Date(Day { year, month: Some(month), day }) = quantity.kind else { continue };
        let leap =
            year.is_none_or(|y| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400)));
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        if (1..=12).contains(&month) && day.is_none_or(|d| (1..=last).contains(&d)) {
            continue;
        }
        let printed = context.printed(quantity);
        let message = format!("没有“{printed}”这一天");
        context.report("date_invalid", quantity.start, quantity.end, Words::new(message).help("核对年月日"));
    }
}

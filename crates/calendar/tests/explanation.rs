//! The steps of explanations, as data and as text.

mod support;

use calendar::{Count, StepKind};
use support::{day, limit, pause, real};

#[test]
fn the_holiday_is_explained_with_its_notice() {
    let told = real().explain(&Count::plain(day("2024-09-27"), limit("5 working days")));
    let expected = "\
1. 2024年9月27日（周五）：期间开始之日不计入
2. 2024年9月28日（周六）：周末，扣除1天
3. 2024年9月29日（周日）：调休上班日，计入1天（国务院办公厅2024年节假日安排通知）
4. 2024年9月30日（周一）：工作日，计入1天
5. 2024年10月1日至2024年10月7日：国庆节，扣除7天（国务院办公厅2024年节假日安排通知）
6. 2024年10月8日至2024年10月10日：工作日，计入3天
7. 2024年10月10日（周四）：期限届满日";
    assert_eq!(told.to_string(), expected);
    let kinds: Vec<_> = told.steps.iter().map(|step| step.kind.id()).collect();
    assert_eq!(kinds, ["start", "weekend", "makeup", "counted", "holiday", "counted", "last_day"]);
}

#[test]
fn pauses_extensions_and_the_roll_are_explained() {
    let count = Count {
        pauses: &[pause("2024-08-01..2024-08-11")],
        extensions: &[limit("30 days"), limit("1 month")],
        ..Count::plain(day("2024-07-22"), limit("30 days"))
    };
    let expected = "\
1. 2024年7月22日（周一）：期间开始之日不计入
2. 2024年7月22日至2024年9月30日：延长30日，合计60日
3. 2024年7月23日至2024年8月1日：逐日计算，计入10天
4. 2024年8月2日至2024年8月11日：中止期间，扣除10天
5. 2024年8月12日至2024年9月30日：逐日计算，计入50天
6. 2024年9月30日至2024年10月30日：从前段期限的最后一日起，延长1个月
7. 2024年9月30日至2024年10月30日：按历法计满1个月，到期月的对应日为最后一日
8. 2024年10月30日（周三）：期限届满日";
    assert_eq!(real().explain(&count).to_string(), expected);
    let rolled = real().explain(&Count::plain(day("2024-09-26"), limit("5 days"))).to_string();
    let expected = "\
1. 2024年9月26日（周四）：期间开始之日不计入
2. 2024年9月27日至2024年10月1日：逐日计算，计入5天
3. 2024年10月1日至2024年10月7日：国庆节，扣除7天（国务院办公厅2024年节假日安排通知）
4. 2024年10月1日至2024年10月8日：期限最后一日是休息日，顺延至其后的第一个工作日
5. 2024年10月8日（周二）：期限届满日";
    assert_eq!(rolled, expected);
}

#[test]
fn a_month_limit_tells_the_days_it_was_lengthened_by() {
    let count = Count {
        pauses: &[pause("2024-04-01..2024-04-11")],
        ..Count::plain(day("2024-03-11"), limit("3 months"))
    };
    let told = real().explain(&count);
    let kinds: Vec<_> = told.steps.iter().map(|step| (step.kind, step.days)).collect();
    let expected = [
        (StepKind::Start, 0),
        (StepKind::Through, 92),
        (StepKind::Paused, 10),
        (StepKind::Lengthened, 10),
        (StepKind::LastDay, 0),
    ];
    assert_eq!(kinds, expected);
    let clamped = real().explain(&Count::plain(day("2025-01-31"), limit("3 months")));
    assert!(clamped.steps[1].reason.contains("没有对应日"));
}

#[test]
fn an_open_pause_and_an_unknown_year_are_told() {
    let count =
        Count { pauses: &[pause("2024-03-06..")], ..Count::plain(day("2024-03-04"), limit("10 days")) };
    let told = real().explain(&count);
    let last = told.steps.last().unwrap();
    assert_eq!((last.kind, last.from), (StepKind::Open, day("2024-03-06")));
    assert_eq!(told.counted.last_day, None);
    let told = real().explain(&Count::plain(day("2026-12-30"), limit("5 working days")));
    let step = told.steps.iter().find(|step| step.kind == StepKind::Provisional).unwrap();
    assert!(step.reason.contains("2027年"), "{}", step.reason);
}

#[test]
fn a_lead_is_explained_up_to_the_day_after() {
    let told = real().explain_lead(day("2024-09-05"), limit("30 days"));
    let last = told.steps.last().unwrap();
    assert_eq!((last.kind, last.to), (StepKind::Earliest, day("2024-10-06")));
    assert_eq!(told.counted.last_day, Some(day("2024-10-05")));
    let lines = told.to_string();
    assert!(lines.ends_with("2024年10月6日（周日）：间隔30日已满的次日，最早可以办理"), "{lines}");
}

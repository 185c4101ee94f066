//! Days against jiff's civil dates, and how days, moments and limits are read and written.

use calendar::{Day, Limit, Moment, Pause, Unit};
use proptest::prelude::*;

proptest! {
    #[test]
    fn days_agree_with_another_implementation(number in -719_162_i32..=2_932_896) {
        let day = Day::from_number(number).unwrap();
        let epoch = jiff::civil::date(1970, 1, 1);
        let other = epoch.checked_add(jiff::Span::new().days(number)).unwrap();
        let (year, month, date) = day.ymd();
        prop_assert_eq!(year, i32::from(other.year()));
        prop_assert_eq!(i16::from(month), i16::from(other.month()));
        prop_assert_eq!(i16::from(date), i16::from(other.day()));
        prop_assert_eq!(Day::from_ymd(year, month, date), Some(day));
        prop_assert_eq!(day.to_string(), other.to_string());
        prop_assert_eq!(Day::parse(&day.to_string()).unwrap(), day);
        prop_assert_eq!(Day::parse(&day.chinese()).unwrap(), day);
        let weekday = i16::from(other.weekday().to_monday_zero_offset());
        prop_assert_eq!(day.weekday() as i16, weekday);
    }

    #[test]
    fn months_agree_with_another_implementation(number in -100_000_i32..100_000, months in 0_u32..600) {
        let day = Day::from_number(number).unwrap();
        let epoch = jiff::civil::date(1970, 1, 1);
        let other = epoch.checked_add(jiff::Span::new().days(number).months(0)).unwrap();
        let later = other.checked_add(jiff::Span::new().months(months)).unwrap();
        prop_assert_eq!(day.plus_months(months).to_string(), later.to_string());
    }

    #[test]
    fn reading_never_panics(text in "\\PC{0,16}") {
        let _ = (Day::parse(&text), Limit::parse(&text), Moment::parse(&text));
    }

    #[test]
    fn a_limit_is_read_as_it_was_written(length in 1_u32..36_525, unit in 0_usize..5) {
        let units = [Unit::WorkingDays, Unit::Days, Unit::Months, Unit::Years, Unit::Hours];
        let limit = Limit::new(length, units[unit]);
        prop_assert_eq!(Limit::parse(&limit.id()).unwrap(), limit);
        prop_assert_eq!(Limit::parse(&limit.to_string()).unwrap(), limit);
    }
}

#[test]
fn days_outside_the_calendar_are_refused() {
    assert_eq!(Day::from_ymd(2023, 2, 29), None);
    assert_eq!(Day::from_ymd(2024, 13, 1), None);
    assert_eq!(Day::from_ymd(0, 1, 1), None);
    assert_eq!(Day::from_ymd(10_000, 1, 1), None);
    assert_eq!(Day::from_number(Day::MAX.number() + 1), None);
    assert_eq!(Day::MIN, Day::from_ymd(1, 1, 1).unwrap());
    assert_eq!(Day::MAX, Day::from_ymd(9999, 12, 31).unwrap());
    assert_eq!(Day::MAX.plus_days(i32::MAX), Day::MAX);
    assert_eq!(Day::MIN.plus_days(i32::MIN), Day::MIN);
    assert_eq!(Day::MAX.plus_months(u32::MAX), Day::MAX);
    let code = |text: &str| Day::parse(text).unwrap_err().code;
    assert_eq!(code("2023-02-29"), "day_missing");
    assert_eq!(code("2023年13月1日"), "day_missing");
    for text in ["2023-2-9", "20230209", "2023-02-09x", "+023-02-09", "二〇二三年二月九日", ""] {
        assert_eq!(code(text), "day_format", "{text}");
    }
}

#[test]
fn days_are_written_for_machines_and_for_people() {
    let day = Day::parse("2024-09-07").unwrap();
    assert_eq!((day.to_string(), day.chinese()), ("2024-09-07".into(), "2024年9月7日".into()));
    assert_eq!((day.year(), day.month(), day.day()), (2024, 9, 7));
    assert_eq!(day.weekday().label(), "周六");
    assert_eq!((day.next().day(), day.previous().day()), (8, 6));
}

#[test]
fn limits_are_read_in_both_languages() {
    let forms = [
        ("5 working days", "5个工作日", Limit::new(5, Unit::WorkingDays)),
        ("1 working day", "1工作日", Limit::new(1, Unit::WorkingDays)),
        ("60 days", "60日", Limit::new(60, Unit::Days)),
        ("1 day", "1天", Limit::new(1, Unit::Days)),
        ("3 months", "3个月", Limit::new(3, Unit::Months)),
        ("1 year", "1年", Limit::new(1, Unit::Years)),
        ("24 hours", "24小时", Limit::new(24, Unit::Hours)),
    ];
    for (english, chinese, limit) in forms {
        assert_eq!(Limit::parse(english).unwrap(), limit);
        assert_eq!(Limit::parse(chinese).unwrap(), limit);
        assert_eq!(limit.id(), english);
    }
    assert_eq!(Limit::new(5, Unit::WorkingDays).to_string(), "5个工作日");
    assert_eq!(Limit::parse("  30   working   days ").unwrap().id(), "30 working days");
}

#[test]
fn a_wrong_limit_is_told_what_is_wrong() {
    let told = |text: &str| Limit::parse(text).unwrap_err();
    assert_eq!(told("15").code, "limit_unit");
    assert!(told("15").message.contains("没有写单位"));
    assert!(told("15 wroking days").message.contains("working days"));
    assert_eq!(told("15 weeks").code, "limit_unit");
    assert_eq!(told("days").code, "limit_format");
    assert_eq!(told("-5 days").code, "limit_format");
    for text in ["0 days", "36526 days", "99999999999 days"] {
        assert_eq!(told(text).code, "limit_length", "{text}");
    }
    assert!(told("15").help.is_some());
}

#[test]
fn moments_are_read_and_written() {
    let moment = Moment::parse("2024-09-27T08:05").unwrap();
    assert_eq!(moment.to_string(), "2024-09-27 08:05");
    assert_eq!((moment.day().to_string(), moment.minute()), ("2024-09-27".into(), 485));
    assert_eq!(Moment::new(moment.day(), 1440), None);
    for text in ["2024-09-27", "2024-09-27 24:00", "2024-09-27 8:05", "2024-09-27 08:60"] {
        assert_eq!(Moment::parse(text).unwrap_err().code, "moment_format", "{text}");
    }
}

#[test]
fn pauses_and_lists_are_read() {
    let day = |text: &str| Day::parse(text).unwrap();
    let closed = Pause { from: day("2024-03-01"), until: Some(day("2024-03-11")) };
    let open = Pause { from: day("2024-04-01"), until: None };
    assert_eq!(Pause::parse_list("2024-03-01..2024-03-11; 2024-04-01..").unwrap(), [closed, open]);
    assert_eq!(Pause::parse_list("").unwrap(), []);
    assert_eq!(Limit::parse_list("30 days；1 month;").unwrap().len(), 2);
    assert_eq!(Limit::parse_list("30 days;15").unwrap_err().code, "limit_unit");
    let code = |text: &str| Pause::parse(text).unwrap_err().code;
    assert_eq!(code("2024-03-01"), "pause_format");
    assert_eq!(code("2024-03-01..2024-02-30"), "day_missing");
    assert_eq!(code("2024-03-02..2024-03-01"), "pause_reversed");
}

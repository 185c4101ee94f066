//! The real calendars against the numbers known for them, and what a wrong calendar is told.

mod support;

use calendar::{Calendar, Day, DayKind, MakeupDay, RestRange};
use support::{day, real, schedule};

/// Working days of each month, and make-up days, of 2022 to 2026.
const KNOWN: [(i32, [u32; 12], usize); 5] = [
    (2022, [21, 16, 23, 21, 20, 21, 21, 23, 21, 18, 22, 22], 7),
    (2023, [18, 20, 23, 20, 21, 21, 21, 23, 20, 19, 22, 21], 7),
    (2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22], 8),
    (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23], 5),
    (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23], 6),
];

#[test]
fn working_days_of_each_month_and_year() {
    let calendar = real();
    for (year, months, makeup) in KNOWN {
        let mut total = 0;
        for (month, expected) in (1..).zip(months) {
            let first = Day::from_ymd(year, month, 1).unwrap();
            let after = first.previous();
            let through = first.plus_months(1).previous();
            assert_eq!(calendar.working_days(after, through), expected, "{first}");
            total += expected;
        }
        let new_year = Day::from_ymd(year, 1, 1).unwrap().previous();
        assert_eq!(calendar.working_days(new_year, Day::from_ymd(year, 12, 31).unwrap()), total);
        assert_eq!(schedule(year).makeup.len(), makeup);
    }
    assert_eq!(KNOWN.map(|(_, months, _)| months.iter().sum::<u32>()), [249, 249, 251, 248, 248]);
}

#[test]
fn days_have_a_kind_and_a_notice() {
    let calendar = real();
    assert_eq!(calendar.kind(day("2024-09-27")), DayKind::Workday);
    assert_eq!(calendar.kind(day("2024-09-28")), DayKind::Weekend);
    assert_eq!(calendar.kind(day("2024-09-29")), DayKind::MakeupWorkday("国庆节"));
    assert_eq!(calendar.kind(day("2024-10-05")), DayKind::Holiday("国庆节"));
    assert_eq!(calendar.notice(day("2024-09-29")).unwrap().issued_on, day("2023-10-25"));
    assert!(calendar.notice(day("2024-09-28")).is_none());
    // The rest of New Year 2023 begins in 2022, and the notice for 2023 sets it.
    assert_eq!(calendar.kind(day("2022-12-31")), DayKind::Holiday("元旦"));
    assert_eq!(calendar.notice(day("2022-12-31")).unwrap().issued_on, day("2022-12-08"));
}

#[test]
fn the_coming_year_has_no_notice_yet() {
    let calendar = real();
    assert!(calendar.is_known(2022) && calendar.is_known(2026));
    assert!(!calendar.is_known(2021) && !calendar.is_known(2027));
    // Counted by weekends alone: New Year's Day 2027 is a Friday.
    assert!(calendar.is_working_day(day("2027-01-01")));
}

#[test]
fn edges_of_the_calendar_do_not_panic() {
    let calendar = real();
    assert_eq!(calendar.nth_working_day_after(Day::MAX, u32::MAX), Day::MAX);
    assert_eq!(calendar.nth_working_day_after(Day::MIN, u32::MAX), Day::MAX);
    assert_eq!(calendar.nth_working_day_after(Day::MIN, 0), Day::MIN);
    assert_eq!(calendar.working_days(Day::MAX, Day::MIN), 0);
    assert_eq!(calendar.working_day_from(Day::MAX), Day::MAX);
    assert!(calendar.working_days(Day::MIN, Day::MAX) > 2_000_000);
}

#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
fn codes(change: impl FnOnce(&mut Vec<calendar::YearSchedule>)) -> Vec<&'static str> {
    let mut schedules = vec![schedule(2023), schedule(2024)];
    change(&mut schedules);
    Calendar::new(schedules).unwrap_err().iter().map(|found| found.code).collect()
}

#[test]
fn a_wrong_calendar_is_refused_with_all_its_mistakes() {
    let rest = |from: &str, to: &str| RestRange { name: "试".into(), from: day(from), to: day(to) };
    let makeup = |on: &str| MakeupDay { name: "试".into(), on: day(on) };
    assert_eq!(codes(|all| all[1].year = 2023)[0], "calendar_year_twice");
    assert_eq!(codes(|all| all[1].rest.push(rest("2024-10-07", "2024-10-08"))), ["calendar_overlap"]);
    assert_eq!(codes(|all| all[1].rest.push(rest("2022-12-31", "2022-12-31"))), ["calendar_far_day"]);
    assert_eq!(codes(|all| all[1].rest.push(rest("2024-11-08", "2024-11-07"))), ["calendar_reversed"]);
    assert_eq!(codes(|all| all[1].rest.push(rest("2024-07-01", "2024-08-07"))), ["calendar_too_long"]);
    assert_eq!(codes(|all| all[1].makeup.push(makeup("2024-11-08"))), ["calendar_makeup_weekday"]);
    assert_eq!(codes(|all| all[1].makeup.push(makeup("2024-10-05"))), ["calendar_overlap"]);
    assert_eq!(codes(|all| all[1].makeup.push(makeup("2024-10-12"))), ["calendar_overlap"]);
    let two = codes(|all| {
        all[0].makeup.push(makeup("2023-11-08"));
        all[1].makeup.push(makeup("2023-11-11"));
    });
    assert_eq!(two, ["calendar_makeup_weekday", "calendar_far_day"]);
}

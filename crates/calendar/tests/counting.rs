//! Every sentence of "Counting time" in docs/norms.md.

mod support;

use calendar::{Count, Day, Limit, Moment, Unit};
use support::{day, last, limit, pause, real};

#[test]
fn the_example_of_the_specification() {
    assert_eq!(last("2024-09-27", "5 working days", &[], &[]), "2024-10-10");
    assert_eq!(last("2024-10-10", "60 days", &[], &[]), "2024-12-09");
}

#[test]
fn the_first_day_does_not_count() {
    assert_eq!(last("2024-03-04", "1 working day", &[], &[]), "2024-03-05");
    assert_eq!(last("2024-03-04", "1 day", &[], &[]), "2024-03-05");
    // It does not count on a rest day either.
    assert_eq!(last("2024-03-02", "1 working day", &[], &[]), "2024-03-04");
    assert_eq!(last("2024-03-02", "2 days", &[], &[]), "2024-03-04");
}

#[test]
fn months_end_on_the_same_number_or_on_the_last_day() {
    assert_eq!(last("2024-03-11", "3 months", &[], &[]), "2024-06-11");
    assert_eq!(last("2023-12-31", "2 months", &[], &[]), "2024-02-29");
    assert_eq!(last("2022-12-31", "2 months", &[], &[]), "2023-02-28");
    assert_eq!(last("2024-02-29", "1 year", &[], &[]), "2025-02-28");
    assert_eq!(last("2025-01-31", "3 months", &[], &[]), "2025-04-30");
}

#[test]
fn days_months_and_years_roll_past_rest_days() {
    // 1 October 2024 rolls over the whole holiday, a Saturday to Monday, a make-up Saturday not at all.
    assert_eq!(last("2024-09-26", "5 days", &[], &[]), "2024-10-08");
    assert_eq!(last("2024-09-01", "1 month", &[], &[]), "2024-10-08");
    assert_eq!(last("2023-10-03", "1 year", &[], &[]), "2024-10-08");
    assert_eq!(last("2024-03-01", "8 days", &[], &[]), "2024-03-11");
    assert_eq!(last("2024-10-02", "10 days", &[], &[]), "2024-10-12");
}

#[test]
fn the_unrolled_day_is_kept_and_a_law_may_forbid_the_roll() {
    let count = Count::plain(day("2024-09-26"), limit("5 days"));
    assert_eq!(real().last_day(&count).unrolled, Some(day("2024-10-01")));
    let still = real().last_day(&Count { rolls: false, ..count });
    assert_eq!(still.last_day, Some(day("2024-10-01")));
}

#[test]
fn a_pause_takes_out_the_days_after_it_up_to_the_resumption() {
    // Paused on the 5th, resumed on the 8th: 6, 7, 8 are out.
    assert_eq!(last("2024-03-04", "10 days", &["2024-03-05..2024-03-08"], &[]), "2024-03-18");
    assert_eq!(last("2024-03-04", "7 days", &["2024-03-05..2024-03-08"], &[]), "2024-03-14");
    assert_eq!(last("2024-03-04", "3 working days", &["2024-03-05..2024-03-08"], &[]), "2024-03-12");
    // A pause that ends on the day it began takes nothing out.
    assert_eq!(last("2024-03-04", "7 days", &["2024-03-05..2024-03-05"], &[]), "2024-03-11");
    // One that began before the limit counts from the limit's first day.
    assert_eq!(last("2024-03-04", "7 days", &["2024-02-01..2024-03-07"], &[]), "2024-03-14");
    // One that was over before the limit began is nothing.
    assert_eq!(last("2024-03-04", "7 days", &["2024-02-01..2024-03-04"], &[]), "2024-03-11");
}

#[test]
fn days_under_two_pauses_are_taken_out_once() {
    let two = ["2024-03-05..2024-03-08", "2024-03-06..2024-03-12"];
    assert_eq!(last("2024-03-04", "10 days", &two, &[]), "2024-03-21");
    let turned = ["2024-03-06..2024-03-12", "2024-03-05..2024-03-08"];
    assert_eq!(last("2024-03-04", "10 days", &turned, &[]), "2024-03-21");
    let within = ["2024-03-05..2024-03-12", "2024-03-06..2024-03-08"];
    assert_eq!(last("2024-03-04", "10 days", &within, &[]), "2024-03-21");
}

#[test]
fn a_month_limit_is_counted_through_and_then_lengthened() {
    // Through to 11 June, ten days out, 21 June 2024 is a Friday.
    assert_eq!(last("2024-03-11", "3 months", &["2024-04-01..2024-04-11"], &[]), "2024-06-21");
    // A pause in the days that an earlier pause added lies in the running period.
    let two = ["2024-04-01..2024-04-11", "2024-06-17..2024-06-20"];
    assert_eq!(last("2024-03-11", "3 months", &two, &[]), "2024-06-24");
    // One past the end does not.
    let past = ["2024-04-01..2024-04-11", "2024-06-21..2024-06-30"];
    assert_eq!(last("2024-03-11", "3 months", &past, &[]), "2024-06-21");
}

#[test]
fn a_pause_on_the_last_day_does_not_move_it() {
    for length in ["7 days", "5 working days"] {
        assert_eq!(last("2024-03-04", length, &["2024-03-11..2024-04-11"], &[]), "2024-03-11");
        assert_eq!(last("2024-03-04", length, &["2024-03-11.."], &[]), "2024-03-11");
        assert_eq!(last("2024-03-04", length, &["2024-03-12.."], &[]), "2024-03-11");
    }
    assert_eq!(last("2024-03-11", "1 month", &["2024-04-11..2024-05-11"], &[]), "2024-04-11");
    // The roll looks at rest days alone, not at a pause that begins while it rolls.
    assert_eq!(last("2024-09-26", "5 days", &["2024-10-02..2024-10-20"], &[]), "2024-10-08");
    // The pause takes out Saturday the 9th: the eighth day is Sunday, which rolls.
    assert_eq!(last("2024-03-01", "8 days", &["2024-03-08..2024-03-09"], &[]), "2024-03-11");
}

#[test]
fn while_a_pause_is_open_there_is_no_last_day() {
    for length in ["10 days", "3 working days", "1 month", "1 year", "48 hours"] {
        assert_eq!(last("2024-03-04", length, &["2024-03-05.."], &[]), "open");
        assert_eq!(last("2024-03-04", length, &["2024-01-05.."], &[]), "open");
    }
    let then = real().last_day(&Count {
        pauses: &[pause("2024-03-05..")],
        ..Count::plain(day("2024-03-04"), limit("10 days"))
    });
    assert_eq!((then.last_day, then.unrolled), (None, None));
}

#[test]
fn an_extension_in_the_same_unit_lengthens() {
    assert_eq!(
        last("2024-09-02", "20 working days", &[], &["10 working days"]),
        last("2024-09-02", "30 working days", &[], &[])
    );
    // Not counted on from a rolled day: 60 days end on Saturday 2024-11-09, 90 on Monday 2024-12-09.
    assert_eq!(last("2024-09-10", "60 days", &[], &[]), "2024-11-11");
    assert_eq!(last("2024-09-10", "60 days", &[], &["30 days"]), "2024-12-09");
    assert_eq!(last("2024-01-31", "1 month", &[], &["1 month"]), "2024-04-01");
}

#[test]
fn an_extension_in_another_unit_is_counted_on_and_decides_the_roll() {
    // 5 working days end on Friday 2024-03-08; two days on is Sunday, which rolls.
    assert_eq!(last("2024-03-01", "5 working days", &[], &["2 days"]), "2024-03-11");
    // 8 days end on Saturday 2024-03-09; one working day on is Monday, and not Tuesday.
    assert_eq!(last("2024-03-01", "8 days", &[], &["1 working day"]), "2024-03-11");
    assert_eq!(last("2024-09-10", "60 days", &[], &["1 month"]), "2024-12-09");
    // Pauses hold for the extension too.
    assert_eq!(last("2024-03-01", "5 working days", &["2024-03-08..2024-03-12"], &["2 days"]), "2024-03-14");
}

#[test]
fn a_lead_has_run_when_its_last_day_is_over_and_does_not_roll() {
    let earliest = |from: &str, lead: &str| real().earliest(day(from), limit(lead)).0.to_string();
    assert_eq!(earliest("2024-03-01", "7 working days"), "2024-03-13");
    // Thirty days after 2024-09-05 end on 5 October, a rest day: the day after it will do.
    assert_eq!(earliest("2024-09-05", "30 days"), "2024-10-06");
    assert_eq!(earliest("2024-03-04", "5 days"), "2024-03-10");
    assert_eq!(earliest("2024-01-31", "1 month"), "2024-03-01");
}

#[test]
fn a_year_without_a_notice_makes_the_date_provisional() {
    let provisional = |from: &str, length: &str| {
        let counted = real().last_day(&Count::plain(day(from), limit(length)));
        (counted.last_day.unwrap().to_string(), counted.provisional)
    };
    assert_eq!(provisional("2026-12-24", "5 working days"), ("2026-12-31".into(), false));
    assert_eq!(provisional("2026-12-24", "6 working days"), ("2027-01-01".into(), true));
    assert_eq!(provisional("2026-11-22", "60 days"), ("2027-01-21".into(), true));
    assert_eq!(provisional("2021-12-01", "2 months"), ("2022-02-07".into(), false));
    assert_eq!(provisional("2021-12-30", "2 working days"), ("2022-01-04".into(), true));
    // Days that do not roll ask no calendar.
    assert_eq!(real().earliest(day("2026-12-20"), limit("30 days")), (day("2027-01-20"), false));
    assert!(real().earliest(day("2026-12-20"), limit("30 working days")).1);
}

#[test]
fn hours_run_from_the_instant_and_do_not_roll() {
    let start = Moment::parse("2024-09-30 16:30").unwrap();
    assert_eq!(start.after(limit("24 hours")).unwrap().to_string(), "2024-10-01 16:30");
    assert_eq!(start.after(limit("2 hours")).unwrap().to_string(), "2024-09-30 18:30");
    assert_eq!(start.after(limit("8 hours")).unwrap().to_string(), "2024-10-01 00:30");
    assert_eq!(start.after(limit("1 day")), None);
    assert_eq!(last("2024-09-30", "24 hours", &[], &[]), "2024-10-01");
    assert_eq!(last("2024-09-30", "25 hours", &[], &[]), "2024-10-02");
}

#[test]
fn extreme_counts_do_not_panic() {
    let all = [Unit::WorkingDays, Unit::Days, Unit::Months, Unit::Years, Unit::Hours];
    for unit in all {
        for from in [Day::MIN, day("2024-01-01"), Day::MAX] {
            let huge = Limit::new(u32::MAX, unit);
            let count = Count { extensions: &[huge, Limit::new(1, Unit::Days)], ..Count::plain(from, huge) };
            assert!(real().last_day(&count).last_day.is_some());
            assert_eq!(real().last_day(&Count::plain(from, Limit::new(0, unit))).unrolled, Some(from));
        }
    }
}

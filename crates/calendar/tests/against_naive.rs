//! The counts against a plain day-by-day reading of the rules, written without looking at the crate's arithmetic.

mod support;

use calendar::{Calendar, Count, Day, Limit, Pause, Unit};
use proptest::prelude::*;
use support::{day, real};

/// Whether any pause takes the day out: strictly after its start, up to and including its end.
fn out(day: Day, pauses: &[Pause]) -> bool {
    pauses.iter().any(|p| day > p.from && p.until.is_none_or(|until| day <= until))
}

/// No count of these tests walks further.
fn horizon() -> Day {
    day("2040-01-01")
}

/// Walks day by day until `left` days that count have gone by.
fn walk(from: Day, left: u32, pauses: &[Pause], counts: impl Fn(Day) -> bool) -> Option<Day> {
    let (mut today, mut left) = (from, left);
    while left > 0 {
        today = today.next();
        if today > horizon() {
            return None;
        }
        if counts(today) && !out(today, pauses) {
            left -= 1;
        }
    }
    Some(today)
}

/// The same number of a later month, stepping back to the month's last day.
fn month_end(from: Day, months: u32) -> Day {
    let total = u32::try_from(from.year()).unwrap_or(0) * 12 + u32::from(from.month()) - 1 + months;
    let year = i32::try_from(total / 12).unwrap_or(0);
    let month = u8::try_from(total % 12 + 1).unwrap_or(1);
    let found = (1..=from.day()).rev().find_map(|number| Day::from_ymd(year, month, number));
    found.unwrap_or(from)
}

fn stretch(calendar: &Calendar, from: Day, limit: Limit, pauses: &[Pause]) -> Option<Day> {
    let through = |months| {
        let length = month_end(from, months).days_since(from);
        walk(from, u32::try_from(length).unwrap_or(0), pauses, |_| true)
    };
    match limit.unit {
        Unit::WorkingDays => walk(from, limit.length, pauses, |day| calendar.is_working_day(day)),
        Unit::Days => walk(from, limit.length, pauses, |_| true),
        Unit::Months => through(limit.length),
        Unit::Years => through(limit.length * 12),
        Unit::Hours => walk(from, limit.length.div_ceil(24), pauses, |_| true),
    }
}

fn naive(calendar: &Calendar, count: &Count<'_>) -> Option<Day> {
    let same: u32 = count.extensions.iter().filter(|e| e.unit == count.limit.unit).map(|e| e.length).sum();
    let whole = Limit::new(count.limit.length + same, count.limit.unit);
    let mut last = stretch(calendar, count.from, whole, count.pauses)?;
    let mut unit = whole.unit;
    for extension in count.extensions.iter().filter(|e| e.unit != whole.unit) {
        last = stretch(calendar, last, *extension, count.pauses)?;
        unit = extension.unit;
    }
    if count.rolls && matches!(unit, Unit::Days | Unit::Months | Unit::Years) {
        while !calendar.is_working_day(last) {
            last = last.next();
        }
    }
    Some(last)
}

fn a_day() -> impl Strategy<Value = Day> {
    (18_900_i32..20_500).prop_map(|number| Day::from_number(number).unwrap_or(Day::MIN))
}

fn a_limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (1_u32..120).prop_map(|length| Limit::new(length, Unit::WorkingDays)),
        (1_u32..200).prop_map(|length| Limit::new(length, Unit::Days)),
        (1_u32..15).prop_map(|length| Limit::new(length, Unit::Months)),
        (1_u32..3).prop_map(|length| Limit::new(length, Unit::Years)),
        (1_u32..100).prop_map(|length| Limit::new(length, Unit::Hours)),
    ]
}

fn some_pauses() -> impl Strategy<Value = Vec<Pause>> {
    let one = (a_day(), 0_i32..60, prop::bool::weighted(0.08))
        .prop_map(|(from, length, open)| Pause { from, until: (!open).then(|| from.plus_days(length)) });
    prop::collection::vec(one, 0..6)
}

/// Pauses that begin near the limit, where the rules bite.
fn near_pauses() -> impl Strategy<Value = Vec<(i32, i32)>> {
    prop::collection::vec((-20_i32..160, -1_i32..40), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn any_count(
        from in a_day(),
        limit in a_limit(),
        pauses in some_pauses(),
        extensions in prop::collection::vec(a_limit(), 0..3),
        rolls in any::<bool>(),
    ) {
        let calendar = real();
        let count = Count { from, limit, pauses: &pauses, extensions: &extensions, rolls };
        prop_assert_eq!(calendar.last_day(&count).last_day, naive(calendar, &count));
    }

    #[test]
    fn counts_with_pauses_near_the_limit(from in a_day(), limit in a_limit(), near in near_pauses()) {
        let calendar = real();
        let pause = |(start, length): &(i32, i32)| {
            let from = from.plus_days(*start);
            Pause { from, until: Some(from.plus_days(*length)) }
        };
        let pauses: Vec<_> = near.iter().map(pause).collect();
        let count = Count { pauses: &pauses, ..Count::plain(from, limit) };
        let found = calendar.last_day(&count).last_day;
        prop_assert_eq!(found, naive(calendar, &count));
        // A closed pause never makes a limit end earlier, and the order of pauses does not matter.
        prop_assert!(found >= calendar.last_day(&Count::plain(from, limit)).last_day);
        let turned: Vec<_> = pauses.iter().rev().copied().collect();
        prop_assert_eq!(found, calendar.last_day(&Count { pauses: &turned, ..count }).last_day);
    }

    #[test]
    fn working_days_between_and_after_are_inverse(from in a_day(), count in 1_u32..900) {
        let calendar = real();
        let end = calendar.nth_working_day_after(from, count);
        prop_assert!(calendar.is_working_day(end));
        prop_assert_eq!(calendar.working_days(from, end), count);
        prop_assert_eq!(calendar.working_days(from, end.previous()), count - 1);
        prop_assert_eq!(walk(from, count, &[], |day| calendar.is_working_day(day)), Some(end));
    }

    #[test]
    fn the_explanation_ends_on_the_last_day_and_counts_the_limit(
        from in a_day(),
        limit in a_limit(),
        pauses in some_pauses(),
    ) {
        use calendar::StepKind;
        let calendar = real();
        let count = Count { pauses: &pauses, ..Count::plain(from, limit) };
        let told = calendar.explain(&count);
        prop_assert_eq!(told.counted, calendar.last_day(&count));
        let of = |kinds: &[StepKind]| -> u32 {
            told.steps.iter().filter(|step| kinds.contains(&step.kind)).map(|step| step.days).sum()
        };
        match told.counted.last_day {
            None => prop_assert_eq!(of(&[StepKind::Open]), 0),
            Some(last) => {
                prop_assert_eq!(told.steps.last().map(|step| (step.kind, step.to)), Some((StepKind::LastDay, last)));
                let counted = of(&[StepKind::Counted, StepKind::Makeup]);
                match limit.unit {
                    Unit::WorkingDays | Unit::Days => prop_assert_eq!(counted, limit.length),
                    Unit::Hours => prop_assert_eq!(counted, limit.length.div_ceil(24)),
                    Unit::Months | Unit::Years => prop_assert_eq!(of(&[StepKind::Paused]), of(&[StepKind::Lengthened])),
                }
            }
        }
        prop_assert!(!told.to_string().is_empty());
    }
}

//! What holds of every assessment: bounds, monotony, the unproved is never nought, differences add up.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod common;

use assessment::{Assessment, Entry, Facts, Kind, Ratio, Sheet, Status, assess, check_sheet, lifts, rank};
use common::{FIGURES, entry, fired, proved, scheme, sheet};
use proptest::prelude::*;

/// Any facts, each figure perhaps unknown.
fn any_facts() -> impl Strategy<Value = Facts> {
    proptest::collection::vec(proptest::option::of((0i128..40, 1i128..20)), FIGURES.len()).prop_map(
        |values| {
            let known = FIGURES.iter().zip(values).filter_map(|(id, value)| {
                let (top, bottom) = value?;
                Some(((*id).to_owned(), Ratio::new(top, bottom).unwrap()))
            });
            Facts { now: known.collect(), ..Facts::default() }
        },
    )
}

/// Any sheet that the check lets through.
fn any_sheet() -> impl Strategy<Value = Sheet> {
    let one = |id: &'static str, most: i64| {
        prop_oneof![
            Just(None),
            Just(Some(entry(id))),
            (0..=most * 100).prop_map(move |points| {
                let score = Ratio::new(points.into(), 100).unwrap();
                Some(Entry { self_score: Some(score), ..proved(id, "0") })
            }),
            (0..=most * 100).prop_map(move |points| {
                Some(Entry { self_score: Ratio::new(points.into(), 100), ..entry(id) })
            }),
        ]
    };
    let away =
        |id: &'static str| Entry { not_applicable: Some("没有该项职权".to_owned()), ..entry(id) };
    let positive = prop_oneof![3 => one("1.1.3", 10), 1 => Just(Some(away("1.1.3")))];
    let weighted = prop_oneof![3 => one("2.1.3", 5), 1 => Just(Some(away("2.1.3")))];
    let veto = prop_oneof![Just(None), any::<bool>().prop_map(|falls| Some(fired("1.1.4", falls)))];
    (positive, weighted, veto, one("3.1.2", 5), one("3.1.3", 3))
        .prop_map(|(a, b, c, d, e)| sheet([a, b, c, d, e].into_iter().flatten().collect()))
}

fn done(facts: &Facts, sheet: &Sheet) -> Assessment {
    assert_eq!(check_sheet(&scheme(), sheet), []);
    assess(&scheme(), "甲", 2025, facts, sheet).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn totals_stay_within_bounds(facts in any_facts(), sheet in any_sheet()) {
        let total = done(&facts, &sheet).total;
        let most = total.full.plus(scheme().bonus_cap).unwrap();
        prop_assert!(Ratio::ZERO <= total.floor && total.floor <= total.points.low);
        prop_assert!(total.points.low <= total.points.high && total.points.high <= most);
        prop_assert!(total.deducted.low <= total.deducted.high && total.bonus.high <= scheme().bonus_cap);
    }

    #[test]
    fn the_unproved_never_counts_as_nought(facts in any_facts(), sheet in any_sheet()) {
        let made = done(&facts, &sheet);
        for mark in made.marks.iter().filter(|mark| mark.status == Status::Unproved && !mark.kind.is_veto()) {
            prop_assert!(mark.points.low.is_zero() && mark.points.high == mark.maximum);
        }
        let is_sure = made.marks.iter().all(|mark| mark.status != Status::Unproved);
        prop_assert!(!is_sure || made.total.points.is_exact() && made.total.floor == made.total.points.low);
        // A proof of nought is the lower end, a proof of everything the upper one.
        for (at, mark) in made.marks.iter().enumerate() {
            let id = mark.criterion.as_str();
            if mark.status != Status::Unproved || !["1.1.3", "2.1.3"].contains(&id) {
                continue;
            }
            for (score, is_low) in [(Ratio::ZERO, true), (mark.maximum, false)] {
                let mut other = sheet.clone();
                other.entries.retain(|one| one.criterion != id);
                other.entries.push(Entry { self_score: Some(score), ..proved(id, "0") });
                let then = done(&facts, &other);
                prop_assert_eq!(then.marks[at].status, Status::SelfScored);
                let (now, then) = (made.total.points, then.total.points);
                let is_end = if is_low { now.low == then.low } else { now.high == then.high };
                prop_assert!(is_end);
            }
        }
    }

    #[test]
    fn more_of_a_positive_criterion_never_lowers_the_total(
        facts in any_facts(), sheet in any_sheet(), more in 0i128..30,
    ) {
        let before = done(&facts, &sheet).total.points;
        for (id, is_better) in [("rate", true), ("a", true), ("prizes", true), ("loss", false), ("faults", false)] {
            let Some(value) = facts.now.get(id).copied() else { continue };
            let mut other = facts.clone();
            other.now.insert(id.to_owned(), value.plus(Ratio::new(more, 7).unwrap()).unwrap());
            let after = done(&other, &sheet).total.points;
            let (small, large) = if is_better { (before, after) } else { (after, before) };
            prop_assert!(small.low <= large.low && small.high <= large.high, "{}", id);
        }
    }

    #[test]
    fn lifts_are_what_the_best_mark_would_bring(facts in any_facts(), sheet in any_sheet()) {
        let made = done(&facts, &sheet);
        let most = scheme().full.plus(scheme().bonus_cap).unwrap();
        let room = most.minus(made.total.points.low).unwrap();
        let all = lifts(&scheme(), &made).unwrap();
        prop_assert!(all.windows(2).all(|pair| pair[0].gain >= pair[1].gain));
        for one in &all {
            prop_assert!(one.gain > Ratio::ZERO && one.gain <= room);
            let mark = made.marks.iter().find(|mark| mark.criterion == one.criterion).unwrap();
            let is_best = mark.kind == Kind::Positive && mark.points.low == mark.maximum;
            prop_assert!(!is_best && mark.status != Status::NotApplicable);
        }
    }

    #[test]
    fn differences_add_up_and_ranks_hold(
        all in proptest::collection::vec((any_facts(), any_sheet()), 2..5),
    ) {
        let all: Vec<Assessment> = all.iter().map(|(facts, sheet)| done(facts, sheet)).collect();
        let made = rank(&scheme(), &all).unwrap();
        for one in &made.differences {
            let sum = one.rows.iter().try_fold(one.adjusted, |sum, row| sum.plus(row.points)).unwrap();
            prop_assert_eq!(sum, one.points);
            prop_assert!(!one.points.is_negative());
        }
        for row in &made.rows {
            prop_assert!(1 <= row.best && row.best <= row.worst && row.worst <= all.len());
            // Wherever in the intervals the truth lies, the place lies between best and worst.
            for (own_low, others_low) in [(true, true), (true, false), (false, true), (false, false)] {
                let end = |one: &Assessment, low: bool| if low { one.total.floor } else { one.total.points.high };
                let own = end(&all[row.at], own_low);
                let above = all.iter().enumerate().filter(|(at, one)| *at != row.at && end(one, others_low) > own);
                let place = 1 + above.count();
                prop_assert!(row.best <= place && place <= row.worst);
            }
        }
    }
}

//! What is merged, what limits it, what is told, and what stays when a plan changes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::*;
use joint::{Change, Difference, Plan, Problem, Reason, State, check, compare, plan, replan, validate};

fn sound(problem: Problem) -> Plan {
    let made = plan(problem).unwrap();
    let found = check(&made);
    assert!(found.is_empty(), "{found:?}");
    made
}

fn reasons(plan: &Plan) -> Vec<(String, u32, Reason)> {
    plan.unplaced.iter().map(|one| (one.item.clone(), one.nth, one.reason)).collect()
}

#[test]
fn departments_go_together_in_a_scene() {
    let made = sound(sample());
    let totals = made.totals();
    // 消防 and 用工 are one scene; 社保 is 人社局's as 用工 is: of three checks two visits, with either partner.
    assert_eq!((totals.checks, totals.visits, totals.bound, totals.unplaced), (4, 3, 3, 0));
    assert_eq!(totals.separate, 3, "人社局 puts its two together by itself: 2 and 1");
    let mut wider = sample();
    wider.scenes[0].items.push("社保".to_owned());
    let made = sound(wider);
    let totals = made.totals();
    assert_eq!((totals.separate, totals.visits, totals.bound, totals.shared), (3, 2, 2, 1));
    let share = &made.shares()[0];
    assert_eq!((share.enterprise.as_str(), share.checks, share.separate, share.visits), ("甲厂", 3, 2, 1));
    let visit = made.visits.iter().find(|visit| visit.enterprise == "甲厂").unwrap();
    assert_eq!((visit.checks.len(), visit.inspectors.len(), visit.scene.as_str()), (3, 4, "工厂"));
    assert!((day(2)..=day(6)).contains(&visit.day));
}

#[test]
fn the_same_data_give_the_same_plan() {
    for seed in 0..20 {
        assert_eq!(plan(tiny(seed)).unwrap(), plan(tiny(seed)).unwrap());
    }
    let made = sound(sample());
    assert_eq!(Plan::parse(&made.text()).unwrap(), made);
    assert_eq!(Plan::parse("{}").unwrap_err().code, "joint_file");
    let other = made.text().replace("yifa_joint", "yifa_draw");
    assert_eq!(Plan::parse(&other).unwrap_err().code, "joint_kind");
}

#[test]
fn quiet_days_are_kept_to_the_last() {
    let mut problem = sample();
    problem.enterprises[0].quiet = vec![range(0, 4), range(6, 9)];
    let made = sound(problem.clone());
    assert!(made.visits.iter().filter(|visit| visit.enterprise == "甲厂").all(|visit| visit.day == day(5)));
    // One day, and no scene for all three: one of them is left out.
    assert_eq!(made.unplaced.len(), 1);
    problem.enterprises[0].quiet = vec![range(0, 9)];
    let made = sound(problem);
    assert_eq!(made.unplaced.len(), 3);
    assert!(made.unplaced.iter().all(|one| one.reason == Reason::NoDay && one.enterprise == "甲厂"));
    assert_eq!(made.bound, 4);
}

#[test]
fn the_cap_counts_what_was_done() {
    let mut problem = sample();
    problem.enterprises[0].cap = Some(3);
    problem.enterprises[0].done = 1;
    assert_eq!(sound(problem.clone()).unplaced.len(), 0);
    problem.enterprises[0].done = 2;
    let made = sound(problem.clone());
    assert_eq!(made.unplaced.len(), 1);
    assert_eq!(made.unplaced[0].reason, Reason::Cap);
    assert_eq!(made.bound, 3);
    problem.enterprises[0].done = 9;
    assert_eq!(sound(problem).unplaced.len(), 3);
}

#[test]
fn two_checks_of_an_item_keep_their_distance() {
    let mut problem = sample();
    problem.items[0].times = 2;
    problem.items[0].gap = 9;
    problem.inspectors[..2].iter_mut().for_each(|one| one.daily = 2);
    let made = sound(problem.clone());
    let days: Vec<_> =
        made.visits.iter().filter(|visit| visit.enterprise == "乙店").map(|visit| visit.day).collect();
    assert_eq!(days, [day(0), day(9)]);
    problem.items[0].gap = 10;
    assert_eq!(validate(&problem)[0].code, "joint_window");
    // The gap also runs from what was done before the plan, to the day.
    problem.items[0].times = 1;
    problem.checks[3].last_on = Some(day(0).plus_days(-1));
    assert_eq!(
        sound(problem.clone()).visits.iter().find(|visit| visit.enterprise == "乙店").unwrap().day,
        day(9)
    );
    problem.checks[3].last_on = Some(day(0));
    assert_eq!(reasons(&sound(problem)), [("消防".to_owned(), 1, Reason::NoDay)]);
}

#[test]
fn people_have_certificates_days_and_districts() {
    let mut problem = sample();
    problem.inspectors.remove(1);
    let made = sound(problem.clone());
    assert_eq!(reasons(&made).len(), 2);
    assert!(made.unplaced.iter().all(|one| one.item == "消防" && one.reason == Reason::NoInspector));
    problem.inspectors.push(inspector("P3", "消防局", &["消防"]));
    problem.inspectors.last_mut().unwrap().away = vec![range(0, 8)];
    let made = sound(problem.clone());
    // One day, one team: one of the two enterprises.
    assert_eq!(made.unplaced.len(), 1);
    assert_eq!(made.unplaced[0].reason, Reason::Time);
    problem.inspectors[0].daily = 2;
    problem.inspectors.last_mut().unwrap().daily = 2;
    assert_eq!(sound(problem.clone()).unplaced.len(), 0);
    problem.inspectors[0].districts = vec!["西".to_owned()];
    assert_eq!(sound(problem).unplaced.len(), 2);
}

#[test]
fn one_makes_room_for_another() {
    // 甲厂 may go on both days, 乙店 only on the first; whoever is placed first, both find a day.
    for order in [false, true] {
        let mut problem = sample();
        problem.checks = vec![asked("甲厂", "消防"), asked("乙店", "消防")];
        problem.days.truncate(2);
        problem.enterprises[1].quiet = vec![range(1, 1)];
        if order {
            problem.enterprises.reverse();
        }
        assert_eq!(sound(problem).unplaced.len(), 0);
    }
}

fn told(plan: &Plan, enterprise: &str) -> Problem {
    let mut problem = plan.problem.clone();
    let own = plan.visits.iter().filter(|visit| visit.enterprise == enterprise);
    problem.fixed.extend(own.map(|visit| joint::Visit { state: State::Told, ..visit.clone() }));
    problem
}

#[test]
fn what_was_told_stays_and_the_rest_moves_as_little_as_can_be() {
    let before = sound(sample());
    // Nothing changes where nothing changed.
    let again = replan(before.problem.clone(), &before).unwrap();
    assert_eq!(compare(&before, &again), Difference { same: 3, ..Difference::default() });
    let mut problem = told(&before, "甲厂");
    let free = before.visits.iter().find(|visit| visit.enterprise == "乙店").unwrap().clone();
    problem.enterprises[1].quiet = vec![range(0, 9)];
    problem.enterprises[1].quiet[0].to = free.day;
    let after = replan(problem.clone(), &before).unwrap();
    assert!(check(&after).is_empty());
    let made = compare(&before, &after);
    assert!(made.broken.is_empty());
    let moved: Vec<_> = made.changes.iter().filter(|change| matches!(change, Change::Changed(..))).collect();
    assert!(free.day == day(9) || moved.len() == 1, "{made:?}");
    // What is fixed stays although its day is quiet now: told as a warning, not changed.
    let fixed = problem.fixed[0].clone();
    problem.enterprises[0].quiet = vec![joint::Range { from: fixed.day, to: fixed.day }];
    let after = replan(problem, &before).unwrap();
    assert!(after.visits.contains(&fixed));
    let found = check(&after);
    assert!(found.len() == 1 && found[0].code == "joint_quiet" && !found[0].is_error(), "{found:?}");
}

#[test]
fn an_inspector_who_leaves_is_replaced_and_nothing_else() {
    let mut problem = sample();
    problem.inspectors.push(inspector("P3", "消防局", &["消防"]));
    let before = sound(problem.clone());
    let gone = before.visits[0].inspectors[0].clone();
    problem.inspectors.retain(|one| one.id != gone);
    let after = replan(problem, &before).unwrap();
    assert!(check(&after).is_empty());
    let made = compare(&before, &after);
    assert!(
        made.changes.iter().all(|change| matches!(change, Change::Staffed(..) | Change::Changed(..))),
        "{made:?}"
    );
    assert!(after.unplaced.is_empty() && after.visits.len() == before.visits.len());
}

#[test]
fn a_fixed_visit_that_is_changed_is_found() {
    let before = sound(sample());
    let problem = told(&before, "乙店");
    let mut after = replan(problem, &before).unwrap();
    let at = after.visits.iter().position(|visit| visit.enterprise == "乙店").unwrap();
    after.visits[at].inspectors.reverse();
    assert!(check(&after).iter().any(|one| one.code == "joint_fixed"));
    after.visits.remove(at);
    assert_eq!(compare(&sound(after.problem.clone()), &after).broken.len(), 1);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let mut problem = sample();
    problem.checks.push(asked("丙店", "消防"));
    problem.checks.push(asked("甲厂", "消防"));
    problem.checks.push(asked("甲厂", "消仿"));
    problem.items[1].inspectors = 0;
    problem.items[2].organ.clear();
    problem.inspectors.push(inspector("P1", "消防局", &[]));
    problem.days.push(day(0));
    problem.enterprises[0].quiet = vec![range(3, 2)];
    let mut codes: Vec<_> = validate(&problem).iter().map(|one| one.code).collect();
    codes.sort_unstable();
    let expected = [
        "joint_days",
        "joint_empty",
        "joint_number",
        "joint_range",
        "joint_twice",
        "joint_twice",
        "joint_unknown",
        "joint_unknown",
    ];
    assert_eq!(codes, expected);
    assert!(plan(problem).is_err());
}

//! Small problems against trying everything: the bound lies below the best plan, the plan holds and lies near it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::*;
use joint::{Check, Placed, Plan, Problem, Reason, State, Unplaced, Visit};

/// A check with its number: enterprise, item, nth.
type Key = (String, String, u32);

/// Tries for every check every visit there is, every day for a new one, and leaving it out; and every team.
struct Brute<'p> {
    problem: &'p Problem,
    keys: Vec<Key>,
    best: u32,
}

impl Brute<'_> {
    /// The least cost there is, beginning with one that is reached.
    fn run(problem: &Problem, reached: u32) -> u32 {
        let mut keys = Vec::new();
        for Check { enterprise, item, .. } in &problem.checks {
            let times = problem.items.iter().find(|one| one.id == *item).unwrap().times;
            keys.extend((1..=times).map(|nth| (enterprise.clone(), item.clone(), nth)));
        }
        let mut own = Brute { problem, keys, best: reached };
        own.go(0, &mut Vec::new(), 0);
        own.best
    }

    fn go(&mut self, at: usize, visits: &mut Vec<Visit>, out: u32) {
        let cost = u32::try_from(visits.len()).unwrap() + out;
        if cost >= self.best {
            return;
        }
        let Some((enterprise, item, nth)) = self.keys.get(at).cloned() else {
            if self.is_staffed(visits.clone()) {
                self.best = cost;
            }
            return;
        };
        let placed = Placed { item, nth };
        for place in 0..visits.len() {
            if visits[place].enterprise == enterprise {
                visits[place].checks.push(placed.clone());
                self.go(at + 1, visits, out);
                visits[place].checks.pop();
            }
        }
        for day in &self.problem.days {
            if visits.iter().all(|own| own.enterprise != enterprise || own.day != *day) {
                visits.push(Visit {
                    checks: vec![placed.clone()],
                    day: *day,
                    enterprise: enterprise.clone(),
                    id: format!("{}-{}", enterprise, visits.len()),
                    inspectors: vec![],
                    scene: String::new(),
                    state: State::Planned,
                });
                self.go(at + 1, visits, out);
                visits.pop();
            }
        }
        self.go(at + 1, visits, out + 1);
    }

    /// Everybody whom it helps goes; whether each day's people can be shared among its visits is tried with every team.
    fn is_staffed(&self, mut visits: Vec<Visit>) -> bool {
        for visit in &mut visits {
            let items: Vec<_> = visit.checks.iter().map(|own| self.item(&own.item)).collect();
            let alone = items.iter().all(|item| item.organ == items[0].organ);
            if !alone {
                let scene = self
                    .problem
                    .scenes
                    .iter()
                    .find(|scene| visit.checks.iter().all(|own| scene.items.contains(&own.item)));
                let Some(scene) = scene else { return false };
                visit.scene.clone_from(&scene.id);
            }
        }
        // All but the people is looked at first, so that few are tried.
        let rest = joint::check(&self.plan(visits.clone()));
        let about_people = ["joint_staff", "joint_bound"];
        if rest.iter().any(|one| !about_people.contains(&one.code)) {
            return false;
        }
        self.teams(&mut visits, 0)
    }

    fn teams(&self, visits: &mut Vec<Visit>, at: usize) -> bool {
        if at == visits.len() {
            let found = joint::check(&self.plan(visits.clone()));
            return found.iter().all(|one| one.code == "joint_bound");
        }
        let organs: Vec<&str> =
            visits[at].checks.iter().map(|own| self.item(&own.item).organ.as_str()).collect();
        let people: Vec<String> = self
            .problem
            .inspectors
            .iter()
            .filter(|one| organs.contains(&one.organ.as_str()))
            .map(|one| one.id.clone())
            .collect();
        for team in 0..1u32 << people.len() {
            let chosen = people.iter().enumerate().filter(|(place, _)| team >> place & 1 == 1);
            visits[at].inspectors = chosen.map(|(_, id)| id.clone()).collect();
            if self.enough(&visits[at]) && self.is_free(&visits[..=at]) && self.teams(visits, at + 1) {
                return true;
            }
        }
        visits[at].inspectors.clear();
        false
    }

    /// The last visit's people are there, and are not asked for too often.
    fn is_free(&self, visits: &[Visit]) -> bool {
        let last = visits.last().unwrap();
        last.inspectors.iter().all(|id| {
            let one = self.problem.inspectors.iter().find(|one| one.id == *id).unwrap();
            let times =
                visits.iter().filter(|own| own.day == last.day && own.inspectors.contains(id)).count();
            times <= one.daily as usize && !one.away.iter().any(|range| range.has(last.day))
        })
    }

    fn enough(&self, visit: &Visit) -> bool {
        visit.checks.iter().all(|own| {
            let item = self.item(&own.item);
            let holds = |id: &&String| {
                let one = self.problem.inspectors.iter().find(|one| one.id == **id).unwrap();
                one.organ == item.organ && one.fields.contains(&item.field)
            };
            visit.inspectors.iter().filter(holds).count() >= item.inspectors as usize
        })
    }

    fn item(&self, id: &str) -> &joint::Item {
        self.problem.items.iter().find(|one| one.id == id).unwrap()
    }

    fn plan(&self, visits: Vec<Visit>) -> Plan {
        let has = |key: &Key| {
            visits.iter().any(|visit| {
                visit.enterprise == key.0
                    && visit.checks.iter().any(|own| own.item == key.1 && own.nth == key.2)
            })
        };
        let out = self.keys.iter().filter(|key| !has(key)).map(|(enterprise, item, nth)| Unplaced {
            enterprise: enterprise.clone(),
            item: item.clone(),
            nth: *nth,
            reason: Reason::Time,
        });
        let unplaced = out.collect();
        let (format_version, kind, problem) =
            (joint::FORMAT_VERSION, joint::KIND.to_owned(), self.problem.clone());
        Plan { bound: 0, format_version, kind, problem, separate: 0, unplaced, visits }
    }
}

#[test]
fn the_bound_lies_below_the_best_and_the_plan_near_it() {
    let (mut best_reached, mut bound_reached, mut count) = (0, 0, 0);
    for seed in 0..if cfg!(debug_assertions) { 24 } else { 200 } {
        let problem = tiny(seed);
        let times = |item: &str| problem.items.iter().find(|one| one.id == item).unwrap().times;
        if problem.checks.iter().map(|one| times(&one.item)).sum::<u32>() > 6 {
            continue;
        }
        let plan = joint::plan(problem.clone()).unwrap();
        let found = joint::check(&plan);
        assert!(found.is_empty(), "{seed}: {found:?}");
        let totals = plan.totals();
        let cost = totals.visits + totals.unplaced;
        // From one more than the plan's cost: what the plan reached has to be found again.
        let best = Brute::run(&problem, cost + 1);
        assert!(best <= cost, "{seed}: everything was tried and {cost} was not found");
        assert!(plan.bound <= best, "{seed}: the bound {} is above the best {best}", plan.bound);
        count += 1;
        best_reached += u32::from(cost == best);
        bound_reached += u32::from(plan.bound == best);
    }
    println!("of {count}: the best plan {best_reached} times; the bound is the best {bound_reached} times");
    assert!(best_reached * 100 >= count * 97, "the best plan is found only {best_reached} times of {count}");
    assert!(bound_reached * 100 >= count * 90, "the bound is reached only {bound_reached} times of {count}");
}

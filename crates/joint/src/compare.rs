//! What a new plan changes in an old one, visit by visit, by their ids.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Plan, Unplaced, Visit};

/// How a visit differs. 变动
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Added(Visit),
    Dropped(Visit),
    /// Another day, other checks or another scene; before and after.
    Changed(Visit, Visit),
    /// Other inspectors only; before and after.
    Staffed(Visit, Visit),
    /// It has become binding, or is done; before and after.
    Fixed(Visit, Visit),
}

/// What a new plan changes. 计划的变动
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Difference {
    pub same: u32,
    pub changes: Vec<Change>,
    /// Left out now and not before; and the reverse.
    pub newly_out: Vec<Unplaced>,
    pub newly_in: Vec<Unplaced>,
    /// Visits that were told or done before and are not in the new plan as they were: this must not be.
    pub broken: Vec<Visit>,
}

/// Compares two plans.
#[must_use]
pub fn compare(before: &Plan, after: &Plan) -> Difference {
    let mut made = Difference::default();
    let old: BTreeMap<&str, &Visit> = before.visits.iter().map(|visit| (visit.id.as_str(), visit)).collect();
    let new: BTreeMap<&str, &Visit> = after.visits.iter().map(|visit| (visit.id.as_str(), visit)).collect();
    for (id, visit) in &old {
        match new.get(id) {
            None => made.changes.push(Change::Dropped((*visit).clone())),
            Some(own) => match change(visit, own) {
                None => made.same += 1,
                Some(change) => made.changes.push(change),
            },
        }
        let is_open = visit.state == crate::model::State::Planned;
        let stays = new.get(id).is_some_and(|own| {
            !matches!(change(visit, own), Some(Change::Changed(..) | Change::Staffed(..)))
        });
        if !is_open && !stays {
            made.broken.push((*visit).clone());
        }
    }
    let added = new.iter().filter(|(id, _)| !old.contains_key(*id));
    made.changes.extend(added.map(|(_, visit)| Change::Added((*visit).clone())));
    let key = |one: &Unplaced| (one.enterprise.clone(), one.item.clone(), one.nth);
    let keys = |plan: &Plan| plan.unplaced.iter().map(key).collect::<BTreeSet<_>>();
    let (was_out, is_out) = (keys(before), keys(after));
    made.newly_out = after.unplaced.iter().filter(|one| !was_out.contains(&key(one))).cloned().collect();
    made.newly_in = before.unplaced.iter().filter(|one| !is_out.contains(&key(one))).cloned().collect();
    made
}

fn change(before: &Visit, after: &Visit) -> Option<Change> {
    let both = || (before.clone(), after.clone());
    let checks = |visit: &Visit| visit.checks.iter().cloned().collect::<BTreeSet<_>>();
    let people = |visit: &Visit| visit.inspectors.iter().cloned().collect::<BTreeSet<_>>();
    let (one, next) = both();
    if before.day != after.day || checks(before) != checks(after) || before.scene != after.scene {
        Some(Change::Changed(one, next))
    } else if people(before) != people(after) {
        Some(Change::Staffed(one, next))
    } else if before.state != after.state {
        Some(Change::Fixed(one, next))
    } else {
        None
    }
}

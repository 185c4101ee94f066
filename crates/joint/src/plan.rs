//! Making a plan: each enterprise by itself, then all visits on days with people, then mending.

#![expect(clippy::indexing_slicing, reason = "places come from the index, from the lists that they lie in")]

use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;

use crate::bound;
use crate::cover::{self, Cover};
use crate::days::narrow;
use crate::eject;
use crate::index::{Index, Site};
use crate::mend;
use crate::model::{FORMAT_VERSION, KIND, Placed, Plan, Problem, Reason, State, Unplaced, Visit};
use crate::schedule::{Schedule, places};
use crate::validate::validate;

/// So often enterprises above their bound are put together anew.
const ROUNDS: u32 = 3;

/// Makes a plan.
///
/// # Errors
/// What is wrong with the data.
pub fn plan(problem: Problem) -> Result<Plan, Vec<Diagnostic>> {
    made(problem, None)
}

/// Makes a plan after another: what is fixed stays, and what need not change does not.
///
/// # Errors
/// What is wrong with the data.
pub fn replan(problem: Problem, before: &Plan) -> Result<Plan, Vec<Diagnostic>> {
    made(problem, Some(before))
}

fn made(problem: Problem, before: Option<&Plan>) -> Result<Plan, Vec<Diagnostic>> {
    let found = validate(&problem);
    if !found.is_empty() {
        return Err(found);
    }
    let (visits, unplaced, bound, separate) = {
        let index = Index::of(&problem);
        let covers: Vec<Cover> = index
            .sites
            .iter()
            .map(|site| cover::solve(&index, site, site.wanted(), site.left, u128::MAX))
            .collect();
        let mut schedule = Schedule::new(&index);
        let kept = before.map_or_else(BTreeSet::new, |before| keep(&mut schedule, before, &covers));
        fill(&mut schedule, &covers, &kept);
        improve(&mut schedule, &covers);
        let fixed: u32 = index.sites.iter().map(|site| narrow(site.fixed.len())).sum();
        let lost: u32 = index.sites.iter().map(bound::lost).sum();
        let bound = covers.iter().map(|cover| cover.bound).sum::<u32>() + fixed + lost;
        let separate = index.sites.iter().map(|site| bound::separate(&index, site)).sum();
        (visits(&schedule, before), unplaced(&schedule), bound, separate)
    };
    let (format_version, kind) = (FORMAT_VERSION, KIND.to_owned());
    Ok(Plan { bound, format_version, kind, problem, separate, unplaced, visits })
}

/// Lays down again what stood in the plan before, where the enterprise needs no fewer visits now. Gives the enterprises.
fn keep(schedule: &mut Schedule<'_>, before: &Plan, covers: &[Cover]) -> BTreeSet<usize> {
    let index = schedule.index;
    let mut own: BTreeMap<&str, Vec<&Visit>> = BTreeMap::new();
    let fixed: BTreeSet<&str> = index.problem.fixed.iter().map(|visit| visit.id.as_str()).collect();
    for visit in before.visits.iter().filter(|visit| !fixed.contains(visit.id.as_str())) {
        own.entry(visit.enterprise.as_str()).or_default().push(visit);
    }
    let mut kept = BTreeSet::new();
    for (at, site) in index.sites.iter().enumerate() {
        let Some(visits) = own.get(index.problem.enterprises[site.enterprise].id.as_str()) else { continue };
        let masks: Vec<u64> = visits.iter().map(|visit| mask_of(index, site, visit)).collect();
        let count = masks.iter().filter(|mask| **mask != 0).count();
        let out = site.wanted() & !masks.iter().fold(0, |all, mask| all | mask);
        // As good as can be, or what is new can perhaps join.
        if narrow(count) + out.count_ones() > covers[at].bound && count > covers[at].groups.len() {
            continue;
        }
        kept.insert(at);
        for (visit, mask) in visits.iter().zip(masks).filter(|(_, mask)| *mask != 0) {
            lay(schedule, at, visit, mask);
        }
    }
    kept
}

/// The checks of a visit that are still to be placed.
fn mask_of(index: &Index<'_>, site: &Site, visit: &Visit) -> u64 {
    let mask = site.mask(|task| {
        let id = &index.problem.items[task.item].id;
        task.fixed.is_none()
            && !task.days.is_empty()
            && visit.checks.iter().any(|check| check.item == *id && check.nth == task.nth)
    });
    if mask != 0 && index.scenes(site, mask) != 0 { mask } else { 0 }
}

/// One visit on its day with its people, or with others; left for later where the day does not do any more.
fn lay(schedule: &mut Schedule<'_>, site: usize, visit: &Visit, mask: u64) {
    let index = schedule.index;
    let slot = schedule.add(site, mask);
    schedule.slots[slot].id = Some(visit.id.clone());
    let Some(day) = index.place_of_day(visit.day).filter(|day| schedule.possible(slot).has(*day)) else {
        return;
    };
    if schedule.open_at(site).len() >= index.sites[site].left {
        return;
    }
    let people: Vec<usize> =
        visit.inspectors.iter().filter_map(|id| index.place_of_person.get(id.as_str()).copied()).collect();
    let district = index.sites[site].district;
    let is_able = |person: &usize| schedule.free(*person).has(day) && index.works_in(*person, district);
    let mut needs = schedule.needs(slot);
    let helps =
        |person: &usize| index.people[*person].skills.iter().any(|own| needs.iter().any(|(s, _)| s == own));
    let is_whole =
        people.len() == visit.inspectors.len() && people.iter().all(|one| is_able(one) && helps(one));
    for (skill, count) in &mut needs {
        let there = people.iter().filter(|person| index.people[**person].skills.contains(skill)).count();
        *count = count.saturating_sub(narrow(there));
    }
    if is_whole && needs.iter().all(|(_, count)| *count == 0) {
        schedule.put(slot, day, people);
    } else {
        schedule.place_on(slot, day);
    }
}

/// Places everything that is not placed: those with the fewest days first, those that take many people before others.
fn fill(schedule: &mut Schedule<'_>, covers: &[Cover], kept: &BTreeSet<usize>) {
    let index = schedule.index;
    for (at, cover) in covers.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
        for group in &cover.groups {
            schedule.add(at, *group);
        }
    }
    let waits = |schedule: &Schedule<'_>, slot: usize| {
        let own = &schedule.slots[slot];
        own.day.is_none() && own.fixed.is_none() && own.mask != 0
    };
    let mut order: Vec<(u32, std::cmp::Reverse<usize>, usize)> = (0..schedule.slots.len())
        .filter(|slot| waits(schedule, *slot))
        .map(|slot| {
            let days = cover::days(schedule.site(slot), schedule.slots[slot].mask).count();
            (days, std::cmp::Reverse(schedule.needs(slot).len()), slot)
        })
        .collect();
    order.sort_unstable();
    let mut late = Vec::new();
    for (.., slot) in order {
        let site = schedule.slots[slot].site;
        if !schedule.has_room(site) || !schedule.place(slot) {
            late.push(slot);
        }
    }
    for slot in late {
        let site = schedule.slots[slot].site;
        if !schedule.has_room(site) {
            let rest = schedule.slots[slot].mask;
            schedule.set_mask(slot, 0);
            for task in places(rest) {
                mend::find_room(schedule, site, task);
            }
        } else if !eject::place(schedule, slot) {
            mend::split(schedule, slot);
        }
    }
    for site in kept.iter().copied().chain(0..index.sites.len()) {
        for task in places(index.sites[site].wanted() & !schedule.placed(site)) {
            mend::find_room(schedule, site, task);
        }
    }
}

fn improve(schedule: &mut Schedule<'_>, covers: &[Cover]) {
    for _ in 0..ROUNDS {
        let mut better = false;
        for (at, cover) in covers.iter().enumerate() {
            if schedule.cost(at) > cover.bound {
                better |= mend::anew(schedule, at, &cover.groups);
            }
        }
        if !better {
            return;
        }
    }
}

fn visits(schedule: &Schedule<'_>, before: Option<&Plan>) -> Vec<Visit> {
    let (index, problem) = (schedule.index, schedule.index.problem);
    let mut taken: BTreeSet<&str> = problem.fixed.iter().map(|visit| visit.id.as_str()).collect();
    taken.extend(before.iter().flat_map(|before| before.visits.iter().map(|visit| visit.id.as_str())));
    let mut made = problem.fixed.clone();
    for (site, own) in index.sites.iter().enumerate() {
        let enterprise = &problem.enterprises[own.enterprise].id;
        let mut slots = schedule.open_at(site);
        slots.sort_by_key(|slot| schedule.slots[*slot].day);
        let mut number = 0;
        for slot in slots {
            let slot = &schedule.slots[slot];
            let id = slot.id.clone().unwrap_or_else(|| {
                loop {
                    number += 1;
                    let id = format!("{enterprise}-{number}");
                    if !taken.contains(id.as_str()) {
                        return id;
                    }
                }
            });
            let checks = own
                .of(slot.mask)
                .map(|(_, task)| Placed { item: problem.items[task.item].id.clone(), nth: task.nth });
            made.push(Visit {
                checks: checks.collect(),
                day: problem.days[slot.day.unwrap_or_default()],
                enterprise: enterprise.clone(),
                id,
                inspectors: slot.people.iter().map(|one| problem.inspectors[*one].id.clone()).collect(),
                scene: scene(index, own, slot.mask),
                state: State::Planned,
            });
        }
    }
    made.sort_by(|one, next| {
        (one.day, &one.enterprise, &one.id).cmp(&(next.day, &next.enterprise, &next.id))
    });
    made
}

/// The scene in which departments go together; none where one goes by itself.
fn scene(index: &Index<'_>, site: &Site, mask: u64) -> String {
    let shared = index.scenes(site, mask);
    if shared & index.departments != 0 {
        return String::new();
    }
    let first = crate::days::wide(shared.trailing_zeros() - index.departments.count_ones());
    index.problem.scenes[first].id.clone()
}

fn unplaced(schedule: &Schedule<'_>) -> Vec<Unplaced> {
    let (index, problem) = (schedule.index, schedule.index.problem);
    let mut made = Vec::new();
    for (at, site) in index.sites.iter().enumerate() {
        let placed = schedule.placed(at);
        for (place, task) in site.tasks.iter().enumerate().filter(|(place, _)| placed >> place & 1 == 0) {
            made.push(Unplaced {
                enterprise: problem.enterprises[site.enterprise].id.clone(),
                item: problem.items[task.item].id.clone(),
                nth: task.nth,
                reason: task.why.unwrap_or_else(|| reason(schedule, at, place)),
            });
        }
    }
    made
}

/// Why a check that could be placed if it were alone is not.
fn reason(schedule: &Schedule<'_>, at: usize, place: usize) -> Reason {
    let site = &schedule.index.sites[at];
    if !schedule.has_room(at) {
        return Reason::Cap;
    }
    let mut windows = vec![(1 << place, site.tasks[place].days)];
    for slot in &schedule.at_site[at] {
        let slot = &schedule.slots[*slot];
        windows.extend(slot.day.map(|day| (slot.mask, crate::days::Days::of([day]))));
    }
    if cover::tighten(schedule.index, site, &mut windows) { Reason::Time } else { Reason::Gap }
}

/// An enterprise before and after. 合并前后
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub enterprise: String,
    /// Checks that were asked for, each time counted.
    pub checks: u32,
    /// Visits if no department went with another: at least so many.
    pub separate: u32,
    pub visits: u32,
    pub unplaced: u32,
    /// Visits and checks left out cannot be fewer.
    pub bound: u32,
}

/// All enterprises together. 合并总数
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    pub enterprises: u32,
    pub checks: u32,
    pub separate: u32,
    pub visits: u32,
    pub unplaced: u32,
    pub bound: u32,
    /// Of these visits, those in which several departments go.
    pub shared: u32,
}

impl Totals {
    /// By how many ten-thousandths visits and checks left out are above the bound; rounded up.
    #[must_use]
    pub fn above(&self) -> u32 {
        let cost = u64::from(self.visits) + u64::from(self.unplaced);
        let more = cost.saturating_sub(u64::from(self.bound)) * 10_000;
        u32::try_from(more.div_ceil(u64::from(self.bound.max(1)))).unwrap_or(u32::MAX)
    }
}

impl Plan {
    /// Each enterprise before and after.
    #[must_use]
    pub fn shares(&self) -> Vec<Share> {
        let index = Index::of(&self.problem);
        let mut visits: BTreeMap<&str, u32> = BTreeMap::new();
        let mut out: BTreeMap<&str, u32> = BTreeMap::new();
        self.visits.iter().for_each(|one| *visits.entry(&one.enterprise).or_default() += 1);
        self.unplaced.iter().for_each(|one| *out.entry(&one.enterprise).or_default() += 1);
        let share = |site: &Site| {
            let id = &self.problem.enterprises[site.enterprise].id;
            Share {
                enterprise: id.clone(),
                checks: narrow(site.tasks.len()),
                separate: bound::separate(&index, site),
                visits: visits.get(id.as_str()).copied().unwrap_or_default(),
                unplaced: out.get(id.as_str()).copied().unwrap_or_default(),
                bound: bound::of_site(&index, site) + narrow(site.fixed.len()),
            }
        };
        index.sites.iter().map(share).collect()
    }

    /// All together.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let times: BTreeMap<&str, u32> =
            self.problem.items.iter().map(|one| (one.id.as_str(), one.times)).collect();
        Totals {
            enterprises: narrow(self.problem.enterprises.len()),
            checks: self.problem.checks.iter().filter_map(|one| times.get(one.item.as_str())).sum(),
            separate: self.separate,
            visits: narrow(self.visits.len()),
            unplaced: narrow(self.unplaced.len()),
            bound: self.bound,
            shared: narrow(self.visits.iter().filter(|visit| !visit.scene.is_empty()).count()),
        }
    }
}

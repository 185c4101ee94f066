//! What did not go at once: visits are split, checks find room in other visits, enterprises above their bound are put
//! together anew. Nothing is made worse.

#![expect(clippy::indexing_slicing, reason = "places come from the index, from the lists that they lie in")]

use crate::cover;
use crate::days::Days;
use crate::eject;
use crate::schedule::{Schedule, places};

/// Places what a visit carries as well as can be, in parts if need be.
pub fn split(schedule: &mut Schedule<'_>, slot: usize) {
    let site = schedule.slots[slot].site;
    let all = schedule.slots[slot].mask;
    let mut rest = all;
    if let Some((day, part)) = best_part(schedule, slot) {
        schedule.set_mask(slot, part);
        if schedule.possible(slot).has(day) && schedule.place_on(slot, day) {
            rest = all & !part;
        }
    }
    if schedule.slots[slot].day.is_none() {
        schedule.set_mask(slot, 0);
    }
    for task in places(rest) {
        find_room(schedule, site, task);
    }
}

/// The day on which the most of a visit's checks can be carried out, and which.
fn best_part(schedule: &Schedule<'_>, slot: usize) -> Option<(usize, u64)> {
    let index = schedule.index;
    let site = schedule.site(slot);
    let open = |task: usize| {
        let item = &index.items[site.tasks[task].item];
        site.tasks[task].days & schedule.staffed(item.skill, item.count, site.district)
    };
    let taken: Days = schedule.at_site[schedule.slots[slot].site]
        .iter()
        .filter_map(|other| schedule.slots[*other].day)
        .fold(Days::default(), |days, day| days | Days::of([day]));
    let own: Vec<(usize, Days)> =
        places(schedule.slots[slot].mask).map(|task| (task, open(task).minus(taken))).collect();
    let all = own.iter().fold(Days::default(), |all, (_, days)| all | *days);
    let part =
        |day: usize| own.iter().filter(|(_, days)| days.has(day)).fold(0, |mask, (at, _)| mask | 1u64 << at);
    let best = all.iter().max_by_key(|day| (part(*day).count_ones(), std::cmp::Reverse(*day)))?;
    Some((best, part(best)))
}

/// One check into a visit that is there already, or else into one of its own.
pub fn find_room(schedule: &mut Schedule<'_>, site: usize, task: usize) -> bool {
    for slot in schedule.open_at(site) {
        if joins(schedule, slot, task) {
            return true;
        }
    }
    if !schedule.has_room(site) {
        return false;
    }
    let slot = schedule.add(site, 1 << task);
    if eject::place(schedule, slot) {
        return true;
    }
    schedule.set_mask(slot, 0);
    false
}

fn joins(schedule: &mut Schedule<'_>, slot: usize, task: usize) -> bool {
    let (index, site) = (schedule.index, schedule.site(slot));
    let before = schedule.slots[slot].clone();
    let (with, Some(day)) = (before.mask | 1 << task, before.day) else { return false };
    if index.scenes(site, with) == 0 || cover::days(site, with).is_empty() || !index.is_single(site, with) {
        return false;
    }
    schedule.lift(slot);
    schedule.set_mask(slot, with);
    let days = schedule.possible(slot);
    if (days.has(day) && schedule.place_on(slot, day)) || schedule.place(slot) {
        return true;
    }
    schedule.set_mask(slot, before.mask);
    schedule.put(slot, day, before.people);
    false
}

/// Puts an enterprise together anew; takes it back where that is no better. Whether it is.
pub fn anew(schedule: &mut Schedule<'_>, site: usize, groups: &[u64]) -> bool {
    let cost = schedule.cost(site);
    schedule.begin();
    for slot in schedule.open_at(site) {
        schedule.lift(slot);
        schedule.set_mask(slot, 0);
    }
    let mut order: Vec<usize> = groups.iter().map(|group| schedule.add(site, *group)).collect();
    order.sort_by_key(|slot| schedule.possible(*slot).count());
    for slot in order {
        if !eject::place(schedule, slot) {
            split(schedule, slot);
        }
    }
    let out = schedule.index.sites[site].wanted() & !schedule.placed(site);
    for task in places(out) {
        find_room(schedule, site, task);
    }
    if schedule.cost(site) < cost {
        schedule.keep();
        return true;
    }
    schedule.take_back();
    false
}

//! Making room: a visit that finds no day takes the people of another, which moves to another day.

#![expect(clippy::indexing_slicing, reason = "places come from the index, from the lists that they lie in")]

use crate::days::Days;
use crate::schedule::Schedule;

/// So many others are asked to move for one visit before it is given up.
const MOST_TRIES: u32 = 160;

/// Places a visit, moving one other if need be.
pub fn place(schedule: &mut Schedule<'_>, slot: usize) -> bool {
    schedule.place(slot) || by_moving(schedule, slot)
}

fn by_moving(schedule: &mut Schedule<'_>, slot: usize) -> bool {
    let days = schedule.open_days(slot);
    let needs = schedule.needs(slot);
    let district = schedule.site(slot).district;
    let staffed: Vec<Days> =
        needs.iter().map(|(skill, count)| schedule.staffed(*skill, *count, district)).collect();
    // Days on which only one certificate is short, the ones with the most other people first.
    let short = |day: usize| staffed.iter().filter(|days| !days.has(day)).count();
    let mut tries = 0;
    for day in days.iter().filter(|day| short(*day) == 1) {
        let Some(which) = staffed.iter().position(|days| !days.has(day)) else { continue };
        let (skill, _) = needs[which];
        let index = schedule.index;
        let on_duty = |person: &usize| {
            index.people[*person].present.has(day)
                && index.works_in(*person, district)
                && !schedule.free(*person).has(day)
        };
        let mut victims: Vec<usize> = index.holders[skill]
            .iter()
            .filter(|person| on_duty(person))
            .flat_map(|person| schedule.visits_of(*person, day).iter().copied())
            .filter(|other| schedule.slots[*other].fixed.is_none())
            .collect();
        victims.sort_unstable();
        victims.dedup();
        for other in victims {
            tries += 1;
            if tries > MOST_TRIES || schedule.tries == 0 {
                return false;
            }
            schedule.tries -= 1;
            if moves(schedule, slot, other, day) {
                return true;
            }
        }
    }
    false
}

/// Takes the other's place on this day if it finds another day.
fn moves(schedule: &mut Schedule<'_>, slot: usize, other: usize, day: usize) -> bool {
    let people = schedule.slots[other].people.clone();
    schedule.lift(other);
    if schedule.possible(slot).has(day) && schedule.place_on(slot, day) {
        if schedule.place(other) {
            return true;
        }
        schedule.lift(slot);
    }
    schedule.put(other, day, people);
    false
}

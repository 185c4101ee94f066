//! Visits on days with inspectors: what is placed, what is free, and how a visit finds its day and its people.

#![expect(clippy::indexing_slicing, reason = "places come from the index, from the lists that they lie in")]

use std::collections::BTreeMap;

use crate::cover;
use crate::days::{Days, at_least, narrow, wide};
use crate::index::{Index, Needs, Site};

/// A visit, placed or not yet. 入企检查
#[derive(Clone, Debug, Default)]
pub struct Slot {
    pub site: usize,
    /// Which checks of the enterprise; none: the visit is given up.
    pub mask: u64,
    pub day: Option<usize>,
    pub people: Vec<usize>,
    /// The place in the problem's fixed visits.
    pub fixed: Option<usize>,
    pub id: Option<String>,
}

/// What was before something was tried.
#[derive(Default)]
pub struct Trail {
    before: BTreeMap<usize, Slot>,
    slots: usize,
}

pub struct Schedule<'i> {
    pub index: &'i Index<'i>,
    pub slots: Vec<Slot>,
    /// The visits of each enterprise.
    pub at_site: Vec<Vec<usize>>,
    /// In how many more visits each person may take part on each day.
    left: Vec<u32>,
    free: Vec<Days>,
    /// How many holders of a certificate are free on each day.
    supply: Vec<u32>,
    load: Vec<u32>,
    /// Who goes where on a day.
    busy: Vec<Vec<usize>>,
    trail: Option<Trail>,
    /// So often may still be tried to make room: the work has an end on any input, and the same one.
    pub tries: u32,
}

/// How often a whole plan may try to make room.
const MOST_TRIES: u32 = 600_000;

impl<'i> Schedule<'i> {
    pub fn new(index: &'i Index<'i>) -> Self {
        let days = index.dates.len();
        let (mut left, mut supply) = (Vec::new(), vec![0; index.holders.len() * days]);
        for person in &index.people {
            left.extend((0..days).map(|at| if person.present.has(at) { person.daily } else { 0 }));
            for skill in &person.skills {
                person.present.iter().for_each(|at| supply[skill * days + at] += 1);
            }
        }
        let mut made = Self {
            index,
            slots: Vec::new(),
            at_site: vec![Vec::new(); index.sites.len()],
            left,
            free: index.people.iter().map(|person| person.present).collect(),
            supply,
            load: vec![0; index.people.len()],
            busy: vec![Vec::new(); index.people.len() * days],
            trail: None,
            tries: MOST_TRIES,
        };
        made.set_fixed();
        made
    }

    /// What is fixed takes its days and people, also where it could not be placed so any more.
    fn set_fixed(&mut self) {
        let index = self.index;
        for (site, own) in index.sites.iter().enumerate() {
            for fixed in &own.fixed {
                let visit = &index.problem.fixed[*fixed];
                let people =
                    visit.inspectors.iter().filter_map(|id| index.place_of_person.get(id.as_str()).copied());
                let at = self.add(site, own.mask(|task| task.fixed == Some(*fixed)));
                self.slots[at].fixed = Some(*fixed);
                self.slots[at].id = Some(visit.id.clone());
                if let Some(day) = index.place_of_day(visit.day) {
                    self.put(at, day, people.collect());
                }
            }
        }
    }

    pub fn add(&mut self, site: usize, mask: u64) -> usize {
        let at = self.slots.len();
        self.slots.push(Slot { site, mask, ..Slot::default() });
        self.at_site[site].push(at);
        at
    }

    pub fn site(&self, slot: usize) -> &'i Site {
        &self.index.sites[self.slots[slot].site]
    }

    pub fn needs(&self, slot: usize) -> Needs {
        self.index.needs(self.site(slot), self.slots[slot].mask)
    }

    /// The placed visits of an enterprise that are not fixed.
    pub fn open_at(&self, site: usize) -> Vec<usize> {
        let is_open = |slot: &usize| self.slots[*slot].fixed.is_none() && self.slots[*slot].day.is_some();
        self.at_site[site].iter().copied().filter(is_open).collect()
    }

    /// Whether the cap allows one more visit.
    pub fn has_room(&self, site: usize) -> bool {
        self.open_at(site).len() < self.index.sites[site].left
    }

    pub fn free(&self, person: usize) -> Days {
        self.free[person]
    }

    pub fn visits_of(&self, person: usize, day: usize) -> &[usize] {
        &self.busy[person * self.index.dates.len() + day]
    }

    /// The days that suit a visit, whoever is free: those of its checks, on which nobody else comes, with the gaps kept.
    pub fn open_days(&self, slot: usize) -> Days {
        let (index, own) = (self.index, &self.slots[slot]);
        let site = &index.sites[own.site];
        let mut days = cover::days(site, own.mask);
        if site.has_gaps {
            let mut windows = vec![(own.mask, days)];
            for other in self.at_site[own.site].iter().filter(|other| **other != slot) {
                let other = &self.slots[*other];
                match other.day {
                    Some(day) => windows.push((other.mask, Days::of([day]))),
                    None if other.fixed.is_none() && other.mask != 0 => {
                        windows.push((other.mask, cover::days(site, other.mask)));
                    }
                    None => {}
                }
            }
            if !cover::tighten(index, site, &mut windows) {
                return Days::default();
            }
            days = windows[0].1;
        }
        for other in self.at_site[own.site].iter().filter(|other| **other != slot) {
            if let Some(day) = self.slots[*other].day {
                days.clear(day);
            }
        }
        days
    }

    /// The days on which so many holders of a certificate are free for a district.
    pub fn staffed(&self, skill: usize, count: u32, district: usize) -> Days {
        let index = self.index;
        let there = index.holders[skill].iter().filter(|person| index.works_in(**person, district));
        at_least(count, there.map(|person| self.free[*person]))
    }

    /// The days on which a visit can be placed as things stand.
    pub fn possible(&self, slot: usize) -> Days {
        let mut days = self.open_days(slot);
        let district = self.site(slot).district;
        for (skill, count) in self.needs(slot) {
            if days.is_empty() {
                return days;
            }
            days = days & self.staffed(skill, count, district);
        }
        days
    }

    /// Of these days the one that leaves the most people to others; the first of several.
    pub fn calmest(&self, needs: &Needs, days: Days) -> Option<usize> {
        let total = self.index.dates.len();
        let spare = |at: usize| {
            let own =
                needs.iter().map(|(skill, count)| self.supply[skill * total + at].saturating_sub(*count));
            own.min().unwrap_or_default()
        };
        days.iter().max_by_key(|at| (spare(*at), std::cmp::Reverse(*at)))
    }

    /// Who goes: as few as will do, and of these who is wanted least elsewhere. The day is one on which enough are free.
    fn team(&self, slot: usize, day: usize) -> Option<Vec<usize>> {
        let index = self.index;
        let district = self.site(slot).district;
        let mut needs = self.needs(slot);
        let mut made: Vec<usize> = Vec::new();
        loop {
            needs.retain(|(_, count)| *count > 0);
            let Some((skill, _)) = needs.first() else { return Some(made) };
            let covers = |person: usize| {
                index.people[person]
                    .skills
                    .iter()
                    .filter(|own| needs.iter().any(|(skill, _)| skill == *own))
                    .count()
            };
            let best = index.holders[*skill]
                .iter()
                .copied()
                .filter(|person| {
                    self.free[*person].has(day) && index.works_in(*person, district) && !made.contains(person)
                })
                .min_by_key(|person| {
                    let own = index.people[*person].skills.len();
                    (std::cmp::Reverse(covers(*person)), own, self.load[*person], *person)
                })?;
            for (skill, count) in &mut needs {
                *count -= u32::from(index.people[best].skills.contains(skill));
            }
            made.push(best);
        }
    }

    /// Places a visit on the best of its possible days.
    pub fn place(&mut self, slot: usize) -> bool {
        let days = self.possible(slot);
        let needs = self.needs(slot);
        let Some(day) = self.calmest(&needs, days) else { return false };
        self.place_on(slot, day)
    }

    pub fn place_on(&mut self, slot: usize, day: usize) -> bool {
        let Some(people) = self.team(slot, day) else { return false };
        self.put(slot, day, people);
        true
    }

    pub fn put(&mut self, slot: usize, day: usize, people: Vec<usize>) {
        self.note(slot);
        let total = self.index.dates.len();
        for person in &people {
            let left = &mut self.left[person * total + day];
            *left = left.saturating_sub(1);
            if *left == 0 && self.free[*person].has(day) {
                self.free[*person].clear(day);
                for skill in &self.index.people[*person].skills {
                    self.supply[skill * total + day] -= 1;
                }
            }
            self.load[*person] += 1;
            self.busy[person * total + day].push(slot);
        }
        self.slots[slot].day = Some(day);
        self.slots[slot].people = people;
    }

    /// Takes a visit off its day.
    pub fn lift(&mut self, slot: usize) {
        let Some(day) = self.slots[slot].day else { return };
        self.note(slot);
        let total = self.index.dates.len();
        for person in std::mem::take(&mut self.slots[slot].people) {
            let left = &mut self.left[person * total + day];
            *left += 1;
            if *left == 1 && self.index.people[person].present.has(day) {
                self.free[person].set(day);
                for skill in &self.index.people[person].skills {
                    self.supply[skill * total + day] += 1;
                }
            }
            self.load[person] -= 1;
            self.busy[person * total + day].retain(|other| *other != slot);
        }
        self.slots[slot].day = None;
    }

    /// Changes which checks a visit carries; it must not be placed.
    pub fn set_mask(&mut self, slot: usize, mask: u64) {
        self.note(slot);
        self.slots[slot].mask = mask;
    }

    /// From here on everything can be taken back.
    pub fn begin(&mut self) {
        self.trail = Some(Trail { before: BTreeMap::new(), slots: self.slots.len() });
    }

    pub fn keep(&mut self) {
        self.trail = None;
    }

    pub fn take_back(&mut self) {
        let Some(trail) = self.trail.take() else { return };
        let changed: Vec<usize> = trail.before.keys().copied().collect();
        let added = trail.slots..self.slots.len();
        for slot in changed.into_iter().chain(added) {
            self.lift(slot);
        }
        while self.slots.len() > trail.slots {
            if let Some(slot) = self.slots.pop() {
                self.at_site[slot.site].pop();
            }
        }
        for (at, slot) in trail.before {
            let (day, people) = (slot.day, slot.people.clone());
            self.slots[at] = Slot { day: None, people: Vec::new(), ..slot };
            if let Some(day) = day {
                self.put(at, day, people);
            }
        }
    }

    fn note(&mut self, slot: usize) {
        let Some(trail) = &mut self.trail else { return };
        if slot < trail.slots && !trail.before.contains_key(&slot) {
            trail.before.insert(slot, self.slots[slot].clone());
        }
    }

    /// The checks of an enterprise that are in placed visits.
    pub fn placed(&self, site: usize) -> u64 {
        let own = self.at_site[site].iter().map(|slot| &self.slots[*slot]);
        own.filter(|slot| slot.day.is_some() || slot.fixed.is_some()).fold(0, |mask, slot| mask | slot.mask)
    }

    /// Visits and checks left out, counted together, without what is fixed or lost.
    pub fn cost(&self, site: usize) -> u32 {
        let out = self.index.sites[site].wanted() & !self.placed(site);
        narrow(self.open_at(site).len()) + out.count_ones()
    }
}

/// Which of the checks of a mask come first in the order in which they are looked at.
pub fn places(mask: u64) -> impl Iterator<Item = usize> {
    let mut left = mask;
    std::iter::from_fn(move || {
        let place = (left != 0).then(|| wide(left.trailing_zeros()))?;
        left &= left - 1;
        Some(place)
    })
}

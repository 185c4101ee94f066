//! One enterprise by itself: the fewest visits that carry its checks, with a bound below which no plan goes.
//!
//! A group is a set of checks that can be one visit: one scene (or one department) holds all of them, one day suits all, and
//! no item stands twice. Every part of a group is a group, so it is enough to look at the largest ones.

#![expect(clippy::indexing_slicing, reason = "places are below the number of checks, which has 64 bits")]

use crate::days::{Days, wide};
use crate::index::{Index, Site};

/// So many states are looked at for one enterprise before the best so far is taken.
const MOST_STATES: u32 = 20_000;

/// The most groups that are kept apart by which of an item's checks they take.
const MOST_GROUPS: usize = 2_000;

/// How the checks of an enterprise are put together. 合并方案
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Disjoint masks of checks, each a visit.
    pub groups: Vec<u64>,
    /// No plan has fewer visits and checks left out, counted together.
    pub bound: u32,
}

/// Solves for the checks of a mask, with at most so many visits; scenes narrow what may go together.
pub fn solve(index: &Index<'_>, site: &Site, wanted: u64, most: usize, scenes: u128) -> Cover {
    if wanted == 0 {
        return Cover { groups: Vec::new(), bound: 0 };
    }
    let (groups, exact) = largest_groups(index, site, wanted, scenes);
    let mut search = Search { index, site, groups: &groups, exact, states: 0, chosen: Vec::new() };
    let (bound, found) = search.run(wanted);
    let groups_found = found.unwrap_or_else(|| first_fit(index, site, wanted, scenes));
    if groups_found.len() <= most {
        return Cover { groups: groups_found, bound };
    }
    capped(&groups, wanted, most, bound, groups_found)
}

/// More visits are wanted than the cap allows: those that carry the most.
fn capped(groups: &[u64], wanted: u64, most: usize, bound: u32, all: Vec<u64>) -> Cover {
    let mut sizes: Vec<u32> = groups.iter().map(|group| group.count_ones()).collect();
    sizes.sort_unstable_by(|one, next| next.cmp(one));
    let carried: u32 = sizes.iter().take(most).sum();
    let visits = u32::try_from(most).unwrap_or(u32::MAX);
    // With j visits at least as many checks are left out as the j largest groups cannot carry.
    let lacking = wanted.count_ones().saturating_sub(carried);
    let bound = bound.max(if lacking > 0 { visits.saturating_add(lacking) } else { 0 });
    let mut kept = all;
    kept.sort_by_key(|group| std::cmp::Reverse(group.count_ones()));
    kept.truncate(most);
    let by_size = |left: u64, groups: &[u64]| groups.iter().map(|group| (group & left).count_ones()).max();
    let mut greedy = Vec::new();
    let mut left = wanted;
    while greedy.len() < most && by_size(left, groups).is_some_and(|size| size > 0) {
        let best =
            groups.iter().max_by_key(|group| (*group & left).count_ones()).copied().unwrap_or_default();
        greedy.push(best & left);
        left &= !best;
    }
    let total = |chosen: &[u64]| chosen.iter().map(|group| group.count_ones()).sum::<u32>();
    Cover { groups: if total(&greedy) > total(&kept) { greedy } else { kept }, bound }
}

/// The largest groups, and whether each is one (where an item has too many checks, a group may hold several of them, which
/// only lowers the bound).
fn largest_groups(index: &Index<'_>, site: &Site, wanted: u64, scenes: u128) -> (Vec<u64>, bool) {
    let all = site.of(wanted).fold(Days::default(), |days, (_, task)| days | task.days);
    let suits = |at: usize| {
        site.of(wanted).filter(|(_, task)| task.days.has(at)).fold(0, |m, (at, _)| m | 1u64 << at)
    };
    let mut by_day: Vec<u64> = all.iter().map(suits).collect();
    only_largest(&mut by_day);
    let known = site.of(wanted).fold(0, |scenes, (_, task)| scenes | index.items[task.item].scenes) & scenes;
    let in_scene = |bit: usize| {
        site.of(wanted)
            .filter(|(_, task)| index.items[task.item].scenes >> bit & 1 == 1)
            .fold(0, |mask, (at, _)| mask | 1u64 << at)
    };
    let mut by_scene: Vec<u64> = (0..128).filter(|bit| known >> bit & 1 == 1).map(in_scene).collect();
    only_largest(&mut by_scene);
    let mut made: Vec<u64> = by_day
        .iter()
        .flat_map(|day| by_scene.iter().map(move |scene| day & scene))
        .filter(|m| *m != 0)
        .collect();
    only_largest(&mut made);
    let mut apart = Vec::new();
    for group in &made {
        one_of_each(site, *group, &mut apart);
        if apart.len() > MOST_GROUPS {
            return (made, false);
        }
    }
    only_largest(&mut apart);
    (apart, true)
}

/// The parts of a group in which no item stands twice.
fn one_of_each(site: &Site, group: u64, made: &mut Vec<u64>) {
    let mut variants = vec![0u64];
    let mut left = group;
    while left != 0 && variants.len() <= MOST_GROUPS {
        let item = site.tasks[wide(left.trailing_zeros())].item;
        let same =
            site.of(left).filter(|(_, task)| task.item == item).fold(0, |mask, (at, _)| mask | 1u64 << at);
        variants =
            variants.iter().flat_map(|variant| site.of(same).map(move |(at, _)| variant | 1 << at)).collect();
        left &= !same;
    }
    made.extend(variants);
}

/// Takes out what lies within another.
fn only_largest(masks: &mut Vec<u64>) {
    masks.sort_unstable_by_key(|mask| (std::cmp::Reverse(mask.count_ones()), *mask));
    masks.dedup();
    let mut kept: Vec<u64> = Vec::with_capacity(masks.len());
    for mask in masks.iter() {
        if !kept.iter().any(|larger| mask & !larger == 0) {
            kept.push(*mask);
        }
    }
    *masks = kept;
}

struct Search<'s> {
    index: &'s Index<'s>,
    site: &'s Site,
    groups: &'s [u64],
    exact: bool,
    states: u32,
    chosen: Vec<u64>,
}

/// What the search for so many visits came to.
enum Ended {
    /// These.
    Found(Vec<u64>),
    /// So many cover, but the gaps do not allow any of them.
    GapsForbid,
    /// So many do not cover.
    None,
    /// Too many states.
    GaveUp,
}

impl Search<'_> {
    /// The number that was proved to be needed, and groups that are as many or few more.
    fn run(&mut self, wanted: u64) -> (u32, Option<Vec<u64>>) {
        let least = self.apart(wanted);
        let (mut bound, mut is_bound_open) = (least, true);
        for visits in least..=wanted.count_ones() {
            match self.with(wanted, visits) {
                Ended::Found(groups) => return (if is_bound_open { visits } else { bound }, Some(groups)),
                Ended::None if is_bound_open => bound = visits + 1,
                Ended::None => {}
                Ended::GapsForbid => {
                    if is_bound_open {
                        bound = visits;
                    }
                    is_bound_open = false;
                    if !self.exact {
                        return (bound, None);
                    }
                }
                Ended::GaveUp => {
                    if is_bound_open {
                        bound = visits;
                    }
                    return (bound, None);
                }
            }
        }
        (bound, None)
    }

    /// Checks of which no two are in one group: each wants a visit of its own.
    fn apart(&self, wanted: u64) -> u32 {
        let mut order: Vec<(u32, usize, u64)> = self
            .site
            .of(wanted)
            .map(|(at, _)| {
                let near = self
                    .groups
                    .iter()
                    .filter(|group| *group >> at & 1 == 1)
                    .fold(0, |near, group| near | group);
                (near.count_ones(), at, near)
            })
            .collect();
        order.sort_unstable();
        let (mut left, mut count) = (wanted, 0);
        for (_, at, near) in order {
            if left >> at & 1 == 1 {
                count += 1;
                left &= !near;
            }
        }
        count
    }

    fn with(&mut self, wanted: u64, visits: u32) -> Ended {
        let mut covers = false;
        match self.go(wanted, visits, &mut covers) {
            Some(true) => Ended::Found(std::mem::take(&mut self.chosen)),
            Some(false) if covers => Ended::GapsForbid,
            Some(false) => Ended::None,
            None => Ended::GaveUp,
        }
    }

    /// Whether what is left can be covered; nothing when there are too many states.
    fn go(&mut self, left: u64, visits: u32, covers: &mut bool) -> Option<bool> {
        self.states += 1;
        if self.states > MOST_STATES {
            self.chosen.clear();
            return None;
        }
        if left == 0 {
            *covers = true;
            return Some(self.exact && goes_in_time(self.index, self.site, &self.chosen));
        }
        if self.most_of(left).saturating_mul(visits) < left.count_ones() {
            return Some(false);
        }
        let holding = |at: usize| self.groups.iter().filter(move |group| *group >> at & 1 == 1);
        let hardest = self.site.of(left).map(|(at, _)| (holding(at).count(), at)).min();
        let mut options: Vec<u64> =
            hardest.map_or(Vec::new(), |(_, at)| holding(at).map(|g| g & left).collect());
        only_largest(&mut options);
        for option in options {
            self.chosen.push(option);
            match self.go(left & !option, visits - 1, covers) {
                Some(false) => drop(self.chosen.pop()),
                ended => return ended,
            }
        }
        Some(false)
    }

    fn most_of(&self, left: u64) -> u32 {
        self.groups.iter().map(|group| (group & left).count_ones()).max().unwrap_or_default()
    }
}

/// Each check into the first group that takes it, those with the fewest days first.
fn first_fit(index: &Index<'_>, site: &Site, wanted: u64, scenes: u128) -> Vec<u64> {
    let mut order: Vec<(u32, usize)> = site.of(wanted).map(|(at, task)| (task.days.count(), at)).collect();
    order.sort_unstable();
    let mut made: Vec<u64> = Vec::new();
    for (_, at) in order {
        let takes = |group: &u64| {
            let with = group | 1 << at;
            index.scenes(site, with) & scenes != 0
                && !days(site, with).is_empty()
                && index.is_single(site, with)
                && {
                    let mut all: Vec<u64> = made.iter().filter(|own| *own != group).copied().collect();
                    all.push(with);
                    goes_in_time(index, site, &all)
                }
        };
        match made.iter().position(takes) {
            Some(place) => made[place] |= 1 << at,
            None => made.push(1 << at),
        }
    }
    made
}

/// The days that suit all checks of a mask.
pub fn days(site: &Site, mask: u64) -> Days {
    site.of(mask).map(|(_, task)| task.days).reduce(|days, more| days & more).unwrap_or_default()
}

/// Whether days can be found that keep the gaps, disregarding inspectors and the fixed visits.
fn goes_in_time(index: &Index<'_>, site: &Site, groups: &[u64]) -> bool {
    if !site.has_gaps {
        return true;
    }
    let mut windows: Vec<(u64, Days)> = groups.iter().map(|group| (*group, days(site, *group))).collect();
    tighten(index, site, &mut windows)
}

/// Takes out of each window the days before which, or after which, the other checks of an item have no day. False where
/// one becomes empty.
pub fn tighten(index: &Index<'_>, site: &Site, windows: &mut [(u64, Days)]) -> bool {
    let edges = edges(index, site, windows);
    loop {
        let mut moved = false;
        for (one, next, gap) in &edges {
            let (Some(first), Some(last)) = (windows[*one].1.first(), windows[*next].1.last()) else {
                return false;
            };
            let later = Days::of(index.after(first, *gap)..index.dates.len()) & windows[*next].1;
            moved |= later != windows[*next].1;
            windows[*next].1 = later;
            let earlier = Days::of(0..index.before(last, *gap)) & windows[*one].1;
            moved |= earlier != windows[*one].1;
            windows[*one].1 = earlier;
        }
        if !moved {
            return windows.iter().all(|(_, days)| !days.is_empty());
        }
    }
}

/// Which visit comes how long before which other: those with one check and the next of the same item.
fn edges(index: &Index<'_>, site: &Site, windows: &[(u64, Days)]) -> Vec<(usize, usize, i32)> {
    let holder = |at: usize| windows.iter().position(|(mask, _)| mask >> at & 1 == 1);
    let mut made = Vec::new();
    let mut before: Option<(usize, usize)> = None;
    // The checks of an item lie beside each other, in order.
    for (at, task) in site.tasks.iter().enumerate() {
        let Some(own) = holder(at) else { continue };
        if let Some((item, earlier)) = before.filter(|(item, _)| *item == task.item) {
            made.push((earlier, own, index.items[item].gap.max(1)));
        }
        before = Some((task.item, own));
    }
    made
}

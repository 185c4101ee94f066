//! The problem with places instead of names: what the plan is computed on. The problem has been validated.

#![expect(clippy::indexing_slicing, reason = "places are made here, from the lists that they lie in")]

use std::collections::BTreeMap;

use calendar::Day;

use crate::days::{Days, at_least};
use crate::model::{Problem, Reason, State};

/// Scenes and departments together: one bit each.
pub const MOST_MASKS: usize = 120;

/// A certificate of an organ. 部门和执法领域
pub type Skill = usize;

/// How many inspectors with which certificates a visit takes.
pub type Needs = Vec<(Skill, u32)>;

pub struct ItemX {
    pub skill: Skill,
    pub count: u32,
    pub gap: i32,
    /// The scenes that it belongs to, and its department.
    pub scenes: u128,
}

pub struct PersonX {
    pub skills: Vec<Skill>,
    /// Sorted; none: everywhere.
    pub districts: Option<Vec<usize>>,
    pub daily: u32,
    pub present: Days,
}

/// One check of one item at one enterprise. 检查
pub struct Task {
    pub item: usize,
    /// From 1.
    pub nth: u32,
    /// Days on which it alone could be carried out; empty for what nothing can place.
    pub days: Days,
    /// Why there are none.
    pub why: Option<Reason>,
    /// In which fixed visit it is.
    pub fixed: Option<usize>,
}

/// An enterprise with its checks. 企业
pub struct Site {
    pub enterprise: usize,
    pub district: usize,
    pub open: Days,
    /// Visits that the cap still allows besides the fixed.
    pub left: usize,
    pub tasks: Vec<Task>,
    pub has_gaps: bool,
    /// Places in the problem's fixed visits.
    pub fixed: Vec<usize>,
}

impl Site {
    /// The checks that are to be placed and can be, as a mask.
    pub fn wanted(&self) -> u64 {
        let is_wanted = |task: &Task| task.fixed.is_none() && !task.days.is_empty();
        self.mask(is_wanted)
    }

    pub fn mask(&self, is_in: impl Fn(&Task) -> bool) -> u64 {
        self.tasks.iter().enumerate().filter(|(_, task)| is_in(task)).fold(0, |mask, (at, _)| mask | 1 << at)
    }

    /// The checks of a mask with their places.
    pub fn of(&self, mask: u64) -> impl Iterator<Item = (usize, &Task)> {
        self.tasks.iter().enumerate().filter(move |(at, _)| mask >> at & 1 == 1)
    }
}

pub struct Index<'p> {
    pub problem: &'p Problem,
    /// Of the bits of `scenes`, those that are departments.
    pub departments: u128,
    /// The number of each day.
    pub dates: Vec<i32>,
    pub items: Vec<ItemX>,
    pub people: Vec<PersonX>,
    /// Who holds a skill.
    pub holders: Vec<Vec<usize>>,
    pub sites: Vec<Site>,
    pub place_of_person: BTreeMap<&'p str, usize>,
}

type Names<'p> = BTreeMap<&'p str, usize>;

fn numbered<'p>(names: impl Iterator<Item = &'p str>) -> Names<'p> {
    let mut made = Names::new();
    for name in names {
        let next = made.len();
        made.entry(name).or_insert(next);
    }
    made
}

impl<'p> Index<'p> {
    pub fn of(problem: &'p Problem) -> Self {
        let organs = numbered(problem.items.iter().map(|one| one.organ.as_str()));
        let mut skills: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for one in &problem.items {
            let next = skills.len();
            skills.entry((&one.organ, &one.field)).or_insert(next);
        }
        let place_of_item = numbered(problem.items.iter().map(|one| one.id.as_str()));
        let mut items: Vec<ItemX> = problem
            .items
            .iter()
            .map(|one| ItemX {
                skill: skills[&(one.organ.as_str(), one.field.as_str())],
                count: one.inspectors,
                gap: i32::try_from(one.gap).unwrap_or(i32::MAX),
                scenes: 1 << organs[one.organ.as_str()],
            })
            .collect();
        for (at, scene) in (organs.len()..).zip(&problem.scenes) {
            for item in &scene.items {
                items[place_of_item[item.as_str()]].scenes |= 1 << at;
            }
        }
        let districts = numbered(problem.enterprises.iter().map(|one| one.district.as_str()));
        let people = people(problem, &skills, &districts);
        let mut holders = vec![Vec::new(); skills.len()];
        for (at, person) in people.iter().enumerate() {
            person.skills.iter().for_each(|skill| holders[*skill].push(at));
        }
        let dates = problem.days.iter().map(|day| day.number()).collect();
        let place_of_person = numbered(problem.inspectors.iter().map(|one| one.id.as_str()));
        let departments = (1 << organs.len()) - 1;
        let mut made =
            Self { problem, departments, dates, items, people, holders, sites: Vec::new(), place_of_person };
        made.sites = sites(&made, &place_of_item, &districts);
        made
    }

    /// The places of the days from the one to the other.
    pub fn between(&self, from: Day, to: Day) -> Days {
        let first = self.problem.days.partition_point(|day| *day < from);
        let last = self.problem.days.partition_point(|day| *day <= to);
        Days::of(first..last)
    }

    pub fn place_of_day(&self, day: Day) -> Option<usize> {
        self.problem.days.binary_search(&day).ok()
    }

    /// The first day that is so many civil days or more after another.
    pub fn after(&self, at: usize, gap: i32) -> usize {
        let least = self.dates[at].saturating_add(gap);
        self.dates.partition_point(|date| *date < least)
    }

    /// The last day that is so many civil days or more before another, and one more.
    pub fn before(&self, at: usize, gap: i32) -> usize {
        let most = self.dates[at].saturating_sub(gap);
        self.dates.partition_point(|date| *date <= most)
    }

    pub fn works_in(&self, person: usize, district: usize) -> bool {
        self.people[person].districts.as_ref().is_none_or(|own| own.binary_search(&district).is_ok())
    }

    /// What a visit with these checks takes: for each certificate the most that one of its items asks for.
    pub fn needs(&self, site: &Site, mask: u64) -> Needs {
        let mut made = Needs::new();
        for (_, task) in site.of(mask) {
            let item = &self.items[task.item];
            match made.iter_mut().find(|(skill, _)| *skill == item.skill) {
                Some((_, count)) => *count = item.count.max(*count),
                None => made.push((item.skill, item.count)),
            }
        }
        made.sort_unstable();
        made
    }

    pub fn scenes(&self, site: &Site, mask: u64) -> u128 {
        site.of(mask).fold(u128::MAX, |scenes, (_, task)| scenes & self.items[task.item].scenes)
    }

    /// No item twice.
    pub fn is_single(&self, site: &Site, mask: u64) -> bool {
        let mut seen: Vec<usize> = site.of(mask).map(|(_, task)| task.item).collect();
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        seen.len() == all
    }
}

fn people(problem: &Problem, skills: &BTreeMap<(&str, &str), usize>, districts: &Names<'_>) -> Vec<PersonX> {
    let made = problem.inspectors.iter().map(|one| {
        let mut own: Vec<usize> = one
            .fields
            .iter()
            .filter_map(|field| skills.get(&(one.organ.as_str(), field.as_str())).copied())
            .collect();
        own.sort_unstable();
        own.dedup();
        let is_there = |day: &Day| !one.away.iter().any(|range| range.has(*day));
        let present = problem.days.iter().enumerate().filter(|(_, day)| one.daily > 0 && is_there(day));
        let mut places: Vec<usize> =
            one.districts.iter().filter_map(|name| districts.get(name.as_str()).copied()).collect();
        places.sort_unstable();
        PersonX {
            skills: own,
            districts: (!one.districts.is_empty()).then_some(places),
            daily: one.daily,
            present: Days::of(present.map(|(at, _)| at)),
        }
    });
    made.collect()
}

fn sites(index: &Index<'_>, place_of_item: &Names<'_>, districts: &Names<'_>) -> Vec<Site> {
    let problem = index.problem;
    let places = numbered(problem.enterprises.iter().map(|one| one.id.as_str()));
    let mut made: Vec<Site> = problem
        .enterprises
        .iter()
        .enumerate()
        .map(|(enterprise, one)| {
            let all = Days::of(0..problem.days.len());
            let quiet = one.quiet.iter().map(|range| index.between(range.from, range.to));
            Site {
                enterprise,
                district: districts[one.district.as_str()],
                open: quiet.fold(all, Days::minus),
                left: one.cap.map_or(usize::MAX, |cap| {
                    usize::try_from(cap.saturating_sub(one.done)).unwrap_or(usize::MAX)
                }),
                tasks: Vec::new(),
                has_gaps: false,
                fixed: Vec::new(),
            }
        })
        .collect();
    let mut in_fixed: BTreeMap<(usize, &str, u32), usize> = BTreeMap::new();
    for (at, visit) in problem.fixed.iter().enumerate() {
        debug_assert!(visit.state != State::Planned, "only what is told or done is fixed");
        let site = places[visit.enterprise.as_str()];
        made[site].fixed.push(at);
        made[site].left = made[site].left.saturating_sub(1);
        in_fixed.extend(visit.checks.iter().map(|check| ((site, check.item.as_str(), check.nth), at)));
    }
    let mut able = BTreeMap::new();
    for check in &problem.checks {
        let (site, item) = (places[check.enterprise.as_str()], place_of_item[check.item.as_str()]);
        let own = &problem.items[item];
        made[site].has_gaps |= own.times > 1;
        for nth in 1..=own.times {
            let fixed = in_fixed.get(&(site, own.id.as_str(), nth)).copied();
            let (days, why) = task_days(index, &made[site], item, (nth, check.last_on), &mut able);
            made[site].tasks.push(Task { item, nth, days, why, fixed });
        }
    }
    made
}

/// Where the staff of an item is there at all, by district.
type Able = BTreeMap<(Skill, u32, usize), Days>;

/// The days on which one check could be carried out if there were no other.
fn task_days(
    index: &Index<'_>,
    site: &Site,
    item: usize,
    (nth, last_on): (u32, Option<Day>),
    able: &mut Able,
) -> (Days, Option<Reason>) {
    let (own, gap) = (&index.problem.items[item], index.items[item].gap);
    let ago = |times: u32| gap.saturating_mul(i32::try_from(times).unwrap_or(i32::MAX));
    let number = |day: Day, move_by: i32| {
        let moved = i64::from(day.number()) + i64::from(move_by);
        i32::try_from(moved).ok().and_then(Day::from_number)
    };
    let mut from = number(own.from, ago(nth - 1));
    if let (Some(last), Some(first)) = (last_on, from) {
        from = number(last, ago(nth)).map(|day| day.max(first));
    }
    let to = number(own.to, -ago(own.times - nth));
    let window = match (from, to) {
        (Some(from), Some(to)) if from <= to => index.between(from, to) & site.open,
        _ => Days::default(),
    };
    if window.is_empty() {
        return (window, Some(Reason::NoDay));
    }
    let (skill, count) = (index.items[item].skill, index.items[item].count);
    let staffed = able.entry((skill, count, site.district)).or_insert_with(|| {
        let there = index.holders[skill].iter().filter(|person| index.works_in(**person, site.district));
        at_least(count, there.map(|person| index.people[*person].present))
    });
    let days = window & *staffed;
    (days, days.is_empty().then_some(Reason::NoInspector))
}

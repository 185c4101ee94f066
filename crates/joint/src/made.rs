//! A made-up county's plans, for measuring and for tests: the same numbers give the same data.

use calendar::Day;

use crate::model::{Check, Enterprise, Inspector, Item, Problem, Range, Scene};

/// How large, and how much is asked of how few.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub departments: u32,
    pub enterprises: u32,
    pub checks: u32,
    /// Inspectors of each department.
    pub inspectors: u32,
    pub seed: u64,
}

/// A sequence of numbers that anybody can compute again (xorshift).
pub struct Numbers(u64);

impl Numbers {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from((self.0 >> 20) % u64::from(end.max(1))).unwrap_or_default()
    }
}

const ITEMS: u32 = 4;
const DISTRICTS: u32 = 12;
const SCENES: u32 = 24;

fn day(year: i32, of_year: u32) -> Day {
    let first = Day::from_ymd(year, 1, 1).unwrap_or(Day::MIN);
    first.plus_days(i32::try_from(of_year).unwrap_or_default())
}

fn range(year: i32, from: u32, to: u32) -> Range {
    Range { from: day(year, from), to: day(year, to) }
}

/// Makes the data of a year: weekdays are worked; quarters, halves and the whole year as windows; a third of the enterprises
/// have quiet days; some items come twice a year.
#[must_use]
pub fn county(size: &Size) -> Problem {
    let year = 2027;
    let mut numbers = Numbers::new(size.seed);
    let items = items(size, year, &mut numbers);
    let scenes = scenes(&items, &mut numbers);
    let enterprises: Vec<Enterprise> =
        (0..size.enterprises).map(|at| enterprise(at, year, &mut numbers)).collect();
    let checks = checks(size, &items, &scenes, &enterprises, &mut numbers);
    let inspectors = inspectors(size, year, &mut numbers);
    let days = (0..365).map(|at| day(year, at)).filter(|day| !day.weekday().is_weekend()).collect();
    let title = "二〇二七年度联合检查（自拟）".to_owned();
    Problem { checks, days, enterprises, fixed: Vec::new(), inspectors, items, scenes, title }
}

fn items(size: &Size, year: i32, numbers: &mut Numbers) -> Vec<Item> {
    let windows = [(0, 364), (0, 180), (181, 364), (0, 89), (90, 180), (181, 272), (273, 364), (59, 303)];
    let mut made = Vec::new();
    for organ in 0..size.departments {
        for number in 0..ITEMS {
            let at = usize::try_from(numbers.below(8)).unwrap_or_default();
            let twice = numbers.below(12) == 0;
            let (from, to) = if twice { (0, 364) } else { windows.get(at).copied().unwrap_or((0, 364)) };
            made.push(Item {
                field: format!("领域{organ}-{}", number % 2),
                from: day(year, from),
                gap: if twice { 90 } else { 0 },
                id: format!("S{organ:02}{number}"),
                inspectors: if numbers.below(10) == 0 { 3 } else { 2 },
                name: format!("部门{organ}的第{number}项检查"),
                organ: format!("部门{organ:02}"),
                times: if twice { 2 } else { 1 },
                to: day(year, to),
            });
        }
    }
    made
}

fn scenes(items: &[Item], numbers: &mut Numbers) -> Vec<Scene> {
    let count = u32::try_from(items.len()).unwrap_or_default();
    let mut made = Vec::new();
    for at in 0..SCENES {
        let mut own: Vec<String> = (0..4 + numbers.below(6))
            .filter_map(|_| {
                items.get(usize::try_from(numbers.below(count)).ok()?).map(|item| item.id.clone())
            })
            .collect();
        own.sort();
        own.dedup();
        made.push(Scene { id: format!("C{at:02}"), items: own, name: format!("场景{at}") });
    }
    made
}

fn enterprise(at: u32, year: i32, numbers: &mut Numbers) -> Enterprise {
    let quiet = match numbers.below(3) {
        0 => (0..12).map(|month| range(year, month * 30, month * 30 + 9)).collect(),
        _ => Vec::new(),
    };
    let cap = match numbers.below(4) {
        0 => None,
        more => Some(3 + more),
    };
    let district = format!("镇{:02}", numbers.below(DISTRICTS));
    Enterprise { cap, district, done: 0, id: format!("E{at:05}"), name: format!("企业{at}"), quiet }
}

/// Most enterprises belong to a scene and have some of its items; some have others besides.
fn checks(
    size: &Size,
    items: &[Item],
    scenes: &[Scene],
    enterprises: &[Enterprise],
    numbers: &mut Numbers,
) -> Vec<Check> {
    let mut made = std::collections::BTreeSet::new();
    let (mut total, many) = (0, u32::try_from(items.len()).unwrap_or_default());
    let mut tries = 0;
    let count = u32::try_from(scenes.len()).unwrap_or_default();
    while total < size.checks && tries < size.checks.saturating_mul(20) {
        tries += 1;
        // The number of checks of an enterprise is uneven: the lower numbers are picked more often.
        let at = numbers.below(size.enterprises).min(numbers.below(size.enterprises * 2));
        let Some(enterprise) = enterprises.get(usize::try_from(at).unwrap_or_default()) else { continue };
        let scene = scenes.get(usize::try_from(at % count.max(1)).unwrap_or_default());
        let item = match scene.filter(|_| numbers.below(4) > 0) {
            Some(scene) => {
                let own = u32::try_from(scene.items.len()).unwrap_or_default();
                scene.items.get(usize::try_from(numbers.below(own)).unwrap_or_default()).cloned()
            }
            None => {
                items.get(usize::try_from(numbers.below(many)).unwrap_or_default()).map(|one| one.id.clone())
            }
        };
        let Some(item) = item else { continue };
        let times = items.iter().find(|one| one.id == item).map_or(1, |one| one.times);
        if made.insert((enterprise.id.clone(), item)) {
            total += times;
        }
    }
    made.into_iter().map(|(enterprise, item)| Check { enterprise, item, last_on: None }).collect()
}

fn inspectors(size: &Size, year: i32, numbers: &mut Numbers) -> Vec<Inspector> {
    let mut made = Vec::new();
    for organ in 0..size.departments {
        for number in 0..size.inspectors {
            let away = (0..3).map(|_| {
                let from = numbers.below(350);
                range(year, from, from + numbers.below(14))
            });
            let away = away.collect();
            let fields = match numbers.below(3) {
                0 => vec![format!("领域{organ}-0"), format!("领域{organ}-1")],
                other => vec![format!("领域{organ}-{}", other - 1)],
            };
            let first = numbers.below(DISTRICTS);
            let districts = match numbers.below(4) {
                0 => (0..6).map(|at| format!("镇{:02}", (first + at) % DISTRICTS)).collect(),
                _ => Vec::new(),
            };
            made.push(Inspector {
                away,
                daily: 1 + numbers.below(2),
                districts,
                fields,
                id: format!("P{organ:02}{number:03}"),
                name: format!("人员{organ}-{number}"),
                organ: format!("部门{organ:02}"),
            });
        }
    }
    made
}

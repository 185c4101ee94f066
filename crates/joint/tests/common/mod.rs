//! Small problems with everything in them, made from a number.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use calendar::Day;
use joint::made::Numbers;
use joint::{Check, Enterprise, Inspector, Item, Problem, Range, Scene};

pub fn day(at: u32) -> Day {
    Day::from_ymd(2027, 3, 1).unwrap().plus_days(i32::try_from(at).unwrap())
}

pub fn range(from: u32, to: u32) -> Range {
    Range { from: day(from), to: day(to) }
}

pub fn item(id: &str, organ: &str, field: &str, (from, to): (u32, u32)) -> Item {
    let (from, to) = (day(from), day(to));
    let text = str::to_owned;
    Item {
        field: text(field),
        from,
        gap: 0,
        id: text(id),
        inspectors: 2,
        name: text(id),
        organ: text(organ),
        times: 1,
        to,
    }
}

pub fn enterprise(id: &str) -> Enterprise {
    Enterprise {
        cap: None,
        district: "东".to_owned(),
        done: 0,
        id: id.to_owned(),
        name: id.to_owned(),
        quiet: vec![],
    }
}

pub fn inspector(id: &str, organ: &str, fields: &[&str]) -> Inspector {
    Inspector {
        away: vec![],
        daily: 1,
        districts: vec![],
        fields: fields.iter().map(|one| (*one).to_owned()).collect(),
        id: id.to_owned(),
        name: id.to_owned(),
        organ: organ.to_owned(),
    }
}

pub fn asked(enterprise: &str, item: &str) -> Check {
    Check { enterprise: enterprise.to_owned(), item: item.to_owned(), last_on: None }
}

pub fn scene(id: &str, items: &[&str]) -> Scene {
    let items = items.iter().map(|one| (*one).to_owned()).collect();
    Scene { id: id.to_owned(), items, name: id.to_owned() }
}

/// Two departments, a scene, two enterprises, people enough.
pub fn sample() -> Problem {
    Problem {
        checks: vec![
            asked("甲厂", "消防"),
            asked("甲厂", "用工"),
            asked("甲厂", "社保"),
            asked("乙店", "消防"),
        ],
        days: (0..10).map(day).collect(),
        enterprises: vec![enterprise("甲厂"), enterprise("乙店")],
        fixed: vec![],
        inspectors: vec![
            inspector("P1", "消防局", &["消防"]),
            inspector("P2", "消防局", &["消防"]),
            inspector("Q1", "人社局", &["劳动"]),
            inspector("Q2", "人社局", &["劳动"]),
        ],
        items: vec![
            item("消防", "消防局", "消防", (0, 9)),
            item("用工", "人社局", "劳动", (2, 6)),
            item("社保", "人社局", "劳动", (0, 9)),
        ],
        scenes: vec![scene("工厂", &["消防", "用工"])],
        title: "样例".to_owned(),
    }
}

fn tiny_people(numbers: &mut Numbers, organs: [&str; 2], days: u32) -> Vec<Inspector> {
    let mut people = Vec::new();
    for organ in organs {
        for at in 0..2 + numbers.below(2) {
            let fields: &[&str] =
                [&["金", "木"][..], &["金"], &["木"], &["金", "木"]][numbers.below(4) as usize];
            let mut one = inspector(&format!("{organ}{at}"), organ, fields);
            one.daily = 1 + numbers.below(2);
            if numbers.below(3) == 0 {
                let from = numbers.below(days);
                one.away = vec![range(from, from + numbers.below(2))];
            }
            if numbers.below(4) == 0 {
                one.districts = vec!["东".to_owned()];
            }
            people.push(one);
        }
    }
    people
}

/// At most five days, one or two enterprises, some four checks, few people.
pub fn tiny(seed: u64) -> Problem {
    let mut numbers = Numbers::new(seed);
    for _ in 0..8 {
        numbers.below(2);
    }
    let days = 3 + numbers.below(3);
    let organs = ["甲局", "乙局"];
    let items: Vec<Item> = (0..2 + numbers.below(2))
        .map(|at| {
            let from = numbers.below(2);
            let to = (from + 1 + numbers.below(days)).min(days - 1).max(from);
            let mut made = item(
                &format!("S{at}"),
                organs[at as usize % 2],
                ["金", "木"][numbers.below(2) as usize],
                (from, to),
            );
            made.inspectors = 1 + numbers.below(2);
            if numbers.below(3) == 0 && to - from >= 1 {
                made.times = 2;
                made.gap = numbers.below(to - from) + 1;
            }
            made
        })
        .collect();
    let people = tiny_people(&mut numbers, organs, days);
    let mut enterprises = vec![enterprise("E0")];
    if numbers.below(3) == 0 {
        enterprises.push(enterprise("E1"));
        enterprises[1].district = "西".to_owned();
    }
    let mut checks = Vec::new();
    for one in &mut enterprises {
        if numbers.below(3) == 0 {
            one.cap = Some(1 + numbers.below(2));
        }
        if numbers.below(3) == 0 {
            let from = numbers.below(days);
            one.quiet = vec![range(from, from)];
        }
        for item in &items {
            if numbers.below(4) > 0 {
                let mut own = asked(&one.id, &item.id);
                if numbers.below(6) == 0 {
                    own.last_on = Some(day(0));
                }
                checks.push(own);
            }
        }
    }
    let ids: Vec<&str> = items.iter().map(|one| one.id.as_str()).collect();
    let scenes = vec![scene("C0", &ids[..2]), scene("C1", &ids[ids.len() - 2..])];
    let days = (0..days).map(day).collect();
    Problem {
        checks,
        days,
        enterprises,
        fixed: vec![],
        inspectors: people,
        items,
        scenes,
        title: format!("小例{seed}"),
    }
}

//! A draw that is planned, with the registers that it needs.
#![allow(dead_code, reason = "each user of the draw uses another part of it")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "what sets the stage may stop the show")]

use app::{Deal, NewEntry, Open};

use crate::browse::{Page, Site, day};

pub fn form(fields: &[(&str, &str)]) -> app::Form {
    fields.iter().map(|(name, text)| ((*name).to_owned(), vec![(*text).to_owned()])).collect()
}

pub fn enter(site: &Site, register: &str, fields: &[(&str, &str)]) {
    let row = NewEntry { from: day("2025-01-01"), until: None, form: form(fields), line: 0 };
    site.with(|platform| {
        let head = platform.actor_of("head").unwrap();
        platform.enter(&head, register, "county", vec![row], "试验").map(drop)
    })
    .unwrap();
}

pub fn people(site: &Site, field: &str) {
    for number in ["1", "2"] {
        let account = if number == "1" { "officer" } else { "" };
        let name = if number == "1" { "演示承办人" } else { "演示承办人乙" };
        let fields = [("number", number), ("name", name), ("account", account), ("kind", "officer")];
        enter(site, "officers", &fields);
        let paper = format!("证{number}");
        enter(
            site,
            "certificates",
            &[("number", &paper), ("officer", number), ("holder", name), ("field", field)],
        );
    }
}

pub fn says(page: &Page, words: &[&str]) {
    words.iter().for_each(|word| page.says(word));
}

/// A draw that is planned, with the registers that it needs; its case.
pub fn planned(site: &Site) -> String {
    people(site, "市场监管");
    let plan = [
        ("organ", "德化县人民政府"),
        ("year", "2025"),
        ("plan", "抽查"),
        ("kind", "draw"),
        ("objects", "1家"),
    ];
    enter(
        site,
        "inspection_plans",
        &[plan.as_slice(), &[("inspections", "1"), ("approved_by", "县政府")]].concat(),
    );
    let item = [
        ("item", "site"),
        ("name", "检查"),
        ("organ", "德化县人民政府"),
        ("objects", "店"),
        ("basis", "某条"),
    ];
    let more = [("method", "site"), ("cap", "2"), ("reviewed", "文号")];
    enter(site, "inspection_items", &[item.as_slice(), &more].concat());
    let object = [("code", "91350526MA00000001"), ("name", "演示餐饮店"), ("trade", "餐饮"), ("class", "d")];
    enter(site, "inspection_objects", &object);
    let ratio = [("trade", "全部"), ("class", "d"), ("ratio", "50"), ("most", "4"), ("basis", "文号")];
    enter(site, "draw_ratios", &ratio);
    let open = Open {
        key: "open-draw-1".to_owned(),
        procedure: "random_draw".to_owned(),
        organ: "county".to_owned(),
        act: "plan".to_owned(),
        on: day("2025-03-03"),
        form: form(&[("plan", "德化县人民政府 · 2025 · 抽查"), ("item", "site")]),
        files: Vec::new(),
    };
    site.with(|platform| platform.open(&platform.actor_of("head").unwrap(), open)).unwrap().case
}

/// What is told when the list is locked.
pub const LOCKED: [(&str, &str); 9] = [
    ("title", "餐饮抽查"),
    ("fields", "市场监管"),
    ("inspect_from", "2025-03-10"),
    ("inspect_to", "2025-03-31"),
    ("limit", "5"),
    ("source", "某期开奖号码"),
    ("not_before_day", "2025-03-04"),
    ("not_before_time", "10:00"),
    ("not_after_day", "2025-03-04"),
];

/// The file of a draw whose list is locked.
pub fn file(site: &Site) -> String {
    let case = planned(site);
    let fields = [LOCKED.as_slice(), &[("not_after_time", "20:00")]].concat();
    let lock = Deal {
        key: "lock-draw-1".to_owned(),
        case: case.clone(),
        version: None,
        act: "lock_list".to_owned(),
        on: day("2025-03-03"),
        form: form(&fields),
        files: Vec::new(),
    };
    site.with(|platform| {
        let officer = platform.actor_of("officer").unwrap();
        let done = platform.act(&officer, lock).unwrap();
        platform.draw_file(&case, done.number).unwrap().text
    })
}

//! The real calendars and short forms for the tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use calendar::{Calendar, Count, Day, Limit, MakeupDay, Notice, Pause, RestRange, YearSchedule};
use toml::{Table, Value};

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn limit(text: &str) -> Limit {
    Limit::parse(text).unwrap()
}

/// `2024-03-01..2024-03-11`, or `2024-03-01..` for one that is open.
pub fn pause(text: &str) -> Pause {
    let (from, until) = text.split_once("..").unwrap();
    Pause { from: day(from), until: (!until.is_empty()).then(|| day(until)) }
}

/// The last day of a limit, written as a date; `open` while a pause is open.
pub fn last(from: &str, length: &str, pauses: &[&str], extensions: &[&str]) -> String {
    let pauses: Vec<_> = pauses.iter().map(|text| pause(text)).collect();
    let extensions: Vec<_> = extensions.iter().map(|text| limit(text)).collect();
    let count = Count {
        from: day(from),
        limit: limit(length),
        pauses: &pauses,
        extensions: &extensions,
        rolls: true,
    };
    real().last_day(&count).last_day.map_or("open".to_owned(), |last| last.to_string())
}

/// The calendars of the repository.
pub fn real() -> &'static Calendar {
    static REAL: LazyLock<Calendar> = LazyLock::new(|| Calendar::new((2022..=2026).map(schedule)).unwrap());
    &REAL
}

pub fn schedule(year: i32) -> YearSchedule {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../calendars/{year}.toml"));
    let table: Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let notice = table["notice"].as_table().unwrap();
    let rows = |key: &str| table[key].as_array().unwrap().clone();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let date = |row: &Value, key: &str| day(&row[key].to_string());
    YearSchedule {
        year: i32::try_from(table["year"].as_integer().unwrap()).unwrap(),
        notice: Notice {
            title: notice["title"].as_str().unwrap().to_owned(),
            number: None,
            issued_on: day(&notice["issued_on"].to_string()),
            source: notice["source"].as_str().unwrap().to_owned(),
        },
        rest: rows("rest")
            .iter()
            .map(|row| RestRange { name: text(row, "name"), from: date(row, "from"), to: date(row, "to") })
            .collect(),
        makeup: rows("makeup")
            .iter()
            .map(|row| MakeupDay { name: text(row, "name"), on: date(row, "on") })
            .collect(),
    }
}

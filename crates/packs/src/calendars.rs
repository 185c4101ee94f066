//! Reads `calendars/<year>.toml` into `calendar::Calendar`: the rest days of each year with the notice that set them.

use std::collections::BTreeMap;

use base::{Diagnostic, Place};
use calendar::{Calendar, Day, MakeupDay, Notice, RestRange, YearSchedule};

use crate::source::{Doc, Source, Table};

/// A schedule with the places of its days, for findings that only show when it is checked.
struct Read {
    schedule: YearSchedule,
    place: Place,
    days: BTreeMap<Day, Place>,
}

/// Reads all files. Every finding of every file is returned, also those that only show when the years are laid side
/// by side; there is no calendar when one of them is an error.
#[must_use]
pub fn read(sources: &[Source]) -> (Option<Calendar>, Vec<Diagnostic>) {
    let (mut made, mut found) = (Vec::new(), Vec::new());
    for source in sources {
        let (one, findings) = Doc::read(source, |root| schedule(root, source));
        made.extend(one);
        found.extend(findings);
    }
    let schedules: Vec<_> = made.iter().map(|read| read.schedule.clone()).collect();
    for mistake in Calendar::check(&schedules) {
        let file = made.iter().rfind(|read| read.schedule.year == mistake.year);
        let day = mistake.day.and_then(|day| file?.days.get(&day));
        let place = day.or(file.map(|read| &read.place)).cloned().unwrap_or_default();
        found.push(mistake.diagnostic.at(place));
    }
    found.sort_by(|left, right| left.place.cmp(&right.place));
    if found.iter().any(Diagnostic::is_error) {
        return (None, found);
    }
    (Calendar::new(schedules).ok(), found)
}

fn schedule(root: &Table<'_>, source: &Source) -> Option<Read> {
    let year = year(root, source);
    let notice = root.table("notice", "通知").map(|table| {
        let made = notice(&table);
        table.finish();
        made
    });
    if !root.has("notice") {
        root.missing("notice");
    }
    let mut days = BTreeMap::new();
    let mut rest = Vec::new();
    for table in root.tables("rest", |number| format!("第{number}段放假")) {
        let name = table.need_text("name");
        let (from, to) = (day(&table, "from", &mut days), day(&table, "to", &mut days));
        if let (Some(name), Some(from), Some(to)) = (name, from, to) {
            rest.push(RestRange { name: name.value, from, to });
        }
        table.finish();
    }
    let mut makeup = Vec::new();
    for table in root.tables("makeup", |number| format!("第{number}个调休上班日")) {
        let name = table.need_text("name");
        if let (Some(name), Some(on)) = (name, day(&table, "on", &mut days)) {
            makeup.push(MakeupDay { name: name.value, on });
        }
        table.finish();
    }
    if rest.is_empty() {
        root.missing("rest");
    }
    let schedule = YearSchedule { year: year?, notice: notice?, rest, makeup };
    Some(Read { schedule, place: root.place_of("year"), days })
}

/// The year, which is also the name of the file.
fn year(root: &Table<'_>, source: &Source) -> Option<i32> {
    let Some(at) = root.integer("year") else {
        if !root.has("year") {
            root.missing("year");
        }
        return None;
    };
    let stem = source.name.rsplit('/').next().and_then(|file| file.strip_suffix(".toml"));
    if stem != Some(at.value.to_string().as_str()) {
        let message = format!("年份{}与文件名“{}”不一致", at.value, source.name);
        let finding = Diagnostic::error("calendar_file_name", message).help("文件名应当是“年份.toml”");
        root.say(finding.at(at.place.clone()));
    }
    let year = i32::try_from(at.value).ok().filter(|year| (1949..=9999).contains(year));
    if year.is_none() {
        let message = format!("年份{}不在1949至9999之间", at.value);
        root.say(Diagnostic::error("calendar_year", message).help("请写四位年份").at(at.place));
    }
    year
}

/// The notice; what is missing was reported and stays empty, so that the days are checked all the same.
fn notice(table: &Table<'_>) -> Notice {
    let text = |key: &str| table.need_text(key).map_or(String::new(), |at| at.value);
    Notice {
        title: text("title"),
        number: table.text("number"),
        issued_on: day(table, "issued_on", &mut BTreeMap::new()).unwrap_or(Day::MIN),
        source: text("source"),
    }
}

/// A day that must be there; its place is kept.
fn day(table: &Table<'_>, key: &str, days: &mut BTreeMap<Day, Place>) -> Option<Day> {
    if !table.has(key) {
        table.missing(key);
    }
    let day = crate::procedures::day(table, key)?;
    days.insert(day, table.place_of(key));
    Some(day)
}

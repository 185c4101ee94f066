//! The rest days of one year as a notice of the State Council sets them, and what makes such a schedule wrong.

use std::collections::BTreeMap;

use base::Diagnostic;

use crate::Day;

/// The document that set the rest days of a year. 放假安排通知
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The subject in our own words.
    pub title: String,
    /// The document's number, where it is known.
    pub number: Option<String>,
    pub issued_on: Day,
    /// Where the notice can be found: the issuer and its content number.
    pub source: String,
}

/// Consecutive rest days of one holiday, both ends included. 放假
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestRange {
    pub name: String,
    pub from: Day,
    pub to: Day,
}

/// A weekend day that is worked in exchange for a rest day. 调休上班日
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MakeupDay {
    pub name: String,
    pub on: Day,
}

/// The rest days and make-up workdays of one year. It may reach into the neighbouring years. 年度放假安排
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearSchedule {
    pub year: i32,
    pub notice: Notice,
    pub rest: Vec<RestRange>,
    pub makeup: Vec<MakeupDay>,
}

/// Days by which a schedule may reach into a neighbouring year.
const REACH: i32 = 15;
/// The longest holiday that is taken for one and not for a slip.
const LONGEST_REST: i32 = 31;

/// Every mistake of the schedules, in the order in which they stand.
pub(crate) fn mistakes(schedules: &[YearSchedule]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut years = BTreeMap::new();
    let mut taken: BTreeMap<Day, String> = BTreeMap::new();
    for schedule in schedules {
        if years.insert(schedule.year, ()).is_some() {
            let message = format!("{}年的放假安排出现了两次", schedule.year);
            found.push(Diagnostic::error("calendar_year_twice", message).help("每年只保留一个文件"));
        }
        of_schedule(schedule, &mut taken, &mut found);
    }
    found
}

fn of_schedule(schedule: &YearSchedule, taken: &mut BTreeMap<Day, String>, found: &mut Vec<Diagnostic>) {
    let year = schedule.year;
    let mut take = |day: Day, what: String, found: &mut Vec<Diagnostic>| {
        if let Some(before) = taken.insert(day, what.clone()) {
            let message = format!("{}既列为“{before}”，又列为“{what}”", day.chinese());
            found.push(Diagnostic::error("calendar_overlap", message).help("请对照当年通知，一天只列一次"));
        }
    };
    for range in &schedule.rest {
        let days = range.to.days_since(range.from);
        if days < 0 {
            let message = format!("{year}年“{}”的起日{}晚于止日{}", range.name, range.from, range.to);
            found.push(Diagnostic::error("calendar_reversed", message).help("请把起日和止日对调"));
        } else if days >= LONGEST_REST {
            let message = format!("{year}年“{}”放假{}天，超过{LONGEST_REST}天", range.name, days + 1);
            found.push(Diagnostic::error("calendar_too_long", message).help("请核对起止日期"));
        } else if within(year, range.from, &range.name, found) && within(year, range.to, &range.name, found) {
            for offset in 0..=days {
                take(range.from.plus_days(offset), format!("{}放假", range.name), found);
            }
        }
    }
    for makeup in &schedule.makeup {
        if !makeup.on.weekday().is_weekend() {
            let (day, weekday) = (makeup.on.chinese(), makeup.on.weekday().label());
            let message = format!("{}的调休上班日{day}是{weekday}，不是周末", makeup.name);
            found.push(
                Diagnostic::error("calendar_makeup_weekday", message).help("调休上班日应当是周六或周日"),
            );
        }
        if within(year, makeup.on, &makeup.name, found) {
            take(makeup.on, format!("{}调休上班", makeup.name), found);
        }
    }
}

/// Reports a day that lies far outside the year of its schedule.
fn within(year: i32, day: Day, name: &str, found: &mut Vec<Diagnostic>) -> bool {
    let first = Day::from_ymd(year, 1, 1).map(|first| first.plus_days(-REACH));
    let last = Day::from_ymd(year, 12, 31).map(|last| last.plus_days(REACH));
    let inside = first.is_some_and(|first| first <= day) && last.is_some_and(|last| day <= last);
    if !inside {
        let message = format!("{year}年“{name}”的日期{}不在该年前后{REACH}日以内", day.chinese());
        found.push(Diagnostic::error("calendar_far_day", message).help("请核对年份，或者移到所属年份的文件"));
    }
    inside
}

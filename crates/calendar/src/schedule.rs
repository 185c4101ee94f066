//! The rest days of one year as a notice of the State Council sets them, and what makes such a schedule wrong.

use std::collections::{BTreeMap, BTreeSet};

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

/// A mistake of a schedule, and what it speaks of. 放假安排的错误
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleMistake {
    /// Year of the schedule.
    pub year: i32,
    /// The day as the schedule writes it; none where the whole schedule is meant.
    pub day: Option<Day>,
    pub diagnostic: Diagnostic,
}

/// Days by which a schedule may reach into a neighbouring year.
const REACH: i32 = 15;
/// The longest holiday that is taken for one and not for a slip.
const LONGEST_REST: i32 = 31;

/// Every mistake of the schedules, in the order in which they stand.
pub(crate) fn mistakes(schedules: &[YearSchedule]) -> Vec<ScheduleMistake> {
    let mut check = Check { year: 0, taken: BTreeMap::new(), found: Vec::new() };
    let mut years = BTreeSet::new();
    for schedule in schedules {
        check.year = schedule.year;
        if !years.insert(schedule.year) {
            let message = format!("{}年的放假安排出现了两次", schedule.year);
            check.say(None, "calendar_year_twice", message, "每年只保留一个文件");
        }
        check.schedule(schedule);
    }
    check.found
}

/// The schedules checked so far.
struct Check {
    year: i32,
    /// What each named day is.
    taken: BTreeMap<Day, String>,
    found: Vec<ScheduleMistake>,
}

impl Check {
    fn say(&mut self, day: Option<Day>, code: &'static str, message: String, help: &str) {
        let diagnostic = Diagnostic::error(code, message).help(help);
        self.found.push(ScheduleMistake { year: self.year, day, diagnostic });
    }

    fn schedule(&mut self, schedule: &YearSchedule) {
        for range in &schedule.rest {
            self.rest(range);
        }
        for makeup in &schedule.makeup {
            if !makeup.on.weekday().is_weekend() {
                let (day, weekday) = (makeup.on.chinese(), makeup.on.weekday().label());
                let message = format!("{}的调休上班日{day}是{weekday}，不是周末", makeup.name);
                self.say(Some(makeup.on), "calendar_makeup_weekday", message, "调休上班日应当是周六或周日");
            }
            if self.near(makeup.on, &makeup.name) {
                self.take(makeup.on, makeup.on, format!("{}调休上班", makeup.name));
            }
        }
    }

    fn rest(&mut self, range: &RestRange) {
        let (year, name) = (self.year, &range.name);
        let days = range.to.days_since(range.from);
        if days < 0 {
            let message = format!("{year}年“{name}”的起日{}晚于止日{}", range.from, range.to);
            self.say(Some(range.from), "calendar_reversed", message, "请把起日和止日对调");
        } else if days >= LONGEST_REST {
            let message = format!("{year}年“{name}”放假{}天，超过{LONGEST_REST}天", days.saturating_add(1));
            self.say(Some(range.from), "calendar_too_long", message, "请核对起止日期");
        } else if self.near(range.from, name) && self.near(range.to, name) {
            for offset in 0..=days {
                self.take(range.from.plus_days(offset), range.from, format!("{name}放假"));
            }
        }
    }

    /// Names a day once; `written` is the day by which it can be found in the schedule.
    fn take(&mut self, day: Day, written: Day, what: String) {
        if let Some(before) = self.taken.get(&day) {
            let message = format!("{}既列为“{before}”，又列为“{what}”", day.chinese());
            self.say(Some(written), "calendar_overlap", message, "请对照当年通知，一天只列一次");
        }
        self.taken.insert(day, what);
    }

    /// Whether a day lies in the year of its schedule or close to it; reports one that does not.
    fn near(&mut self, day: Day, name: &str) -> bool {
        let year = self.year;
        let first = Day::from_ymd(year, 1, 1).map(|first| first.plus_days(-REACH));
        let last = Day::from_ymd(year, 12, 31).map(|last| last.plus_days(REACH));
        let inside = first.is_some_and(|first| first <= day) && last.is_some_and(|last| day <= last);
        if !inside {
            let message = format!("{year}年“{name}”的日期{}不在该年前后{REACH}日以内", day.chinese());
            self.say(Some(day), "calendar_far_day", message, "请核对年份，或者移到所属年份的文件");
        }
        inside
    }
}

//! What is wrong with the data that a plan is to be made from. All mistakes are told at once.

use std::collections::{BTreeMap, BTreeSet};

use base::{Diagnostic, closest};

use crate::days::MOST_DAYS;
use crate::index::MOST_MASKS;
use crate::model::{Problem, Range, State, Visit};

/// How many checks one enterprise has at most.
const MOST_CHECKS: u32 = 64;

/// The most inspectors that one item may ask for, the most times, the most visits a day, the most days of a gap.
const MOST_INSPECTORS: u32 = 20;
const MOST_TIMES: u32 = 24;
const MOST_DAILY: u32 = 20;
const MOST_GAP: u32 = 3_660;

struct Found(Vec<Diagnostic>);

impl Found {
    fn add(&mut self, code: &'static str, message: String, help: &str) {
        self.0.push(Diagnostic::error(code, message).help(help));
    }

    fn ids<'a>(&mut self, what: &str, ids: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        for id in ids {
            if id.trim().is_empty() || id.trim() != id {
                self.add("joint_id", format!("{what}的编号“{id}”是空的，或者前后有空格"), "改正编号。");
            }
            if !seen.insert(id) {
                self.add("joint_twice", format!("{what}“{id}”有两行"), "每个编号只留一行。");
            }
        }
        seen
    }

    fn known(&mut self, known: &BTreeSet<&str>, id: &str, what: &str, place: &str) {
        if !known.contains(id) {
            let near = closest(id, known.iter().copied()).map(|near| format!("是不是“{near}”？"));
            let help = near.unwrap_or_else(|| "核对编号。".to_owned());
            self.add("joint_unknown", format!("{place}：没有编号为“{id}”的{what}"), &help);
        }
    }

    fn ranges(&mut self, ranges: &[Range], place: &str) {
        for range in ranges.iter().filter(|range| range.from > range.to) {
            let message = format!("{place}：{}在{}以后", range.from, range.to);
            self.add("joint_range", message, "起始日期写在前面。");
        }
    }

    fn between(&mut self, value: u32, least: u32, most: u32, what: &str) {
        if value < least || value > most {
            self.add("joint_number", format!("{what}是{value}，应当在{least}到{most}之间"), "改正这个数。");
        }
    }
}

/// Looks the data through.
#[must_use]
pub fn validate(problem: &Problem) -> Vec<Diagnostic> {
    let mut found = Found(Vec::new());
    days(problem, &mut found);
    items(problem, &mut found);
    let items = found.ids("检查事项", problem.items.iter().map(|one| one.id.as_str()));
    let enterprises = found.ids("企业", problem.enterprises.iter().map(|one| one.id.as_str()));
    found.ids("执法人员", problem.inspectors.iter().map(|one| one.id.as_str()));
    found.ids("场景", problem.scenes.iter().map(|one| one.id.as_str()));
    for scene in &problem.scenes {
        for item in &scene.items {
            found.known(&items, item, "检查事项", &format!("场景“{}”", scene.id));
        }
    }
    for one in &problem.enterprises {
        found.ranges(&one.quiet, &format!("企业“{}”的安静日", one.id));
    }
    for one in &problem.inspectors {
        found.ranges(&one.away, &format!("人员“{}”的不在岗日期", one.id));
        found.between(one.daily, 0, MOST_DAILY, &format!("人员“{}”的每日次数", one.id));
    }
    checks(problem, &items, &enterprises, &mut found);
    for visit in &problem.fixed {
        if visit.state == State::Planned {
            let message = format!("已定的检查“{}”既没有告知，也没有完成", visit.id);
            found.add("joint_state", message, "只有告知了企业的和已经完成的检查才是定了的。");
        }
        found.known(&enterprises, &visit.enterprise, "企业", &format!("已定的检查“{}”", visit.id));
        if problem.days.binary_search(&visit.day).is_err() {
            let message = format!("已定的检查“{}”在{}，不在计划的工作日里", visit.id, visit.day);
            let help = "计划期限以外完成的，记入企业的“已查次数”和检查的“上次检查”。";
            found.add("joint_fixed_day", message, help);
        }
    }
    found.ids("已定的检查", problem.fixed.iter().map(|one| one.id.as_str()));
    fixed_once(&problem.fixed, &mut found);
    found.0
}

fn days(problem: &Problem, found: &mut Found) {
    if problem.days.is_empty() || problem.days.len() > MOST_DAYS {
        let message = format!("计划期限有{}个工作日，应当有1到{MOST_DAYS}个", problem.days.len());
        found.add("joint_days", message, "改正计划的起止日期；跨年的分成几个计划。");
    }
    if !problem.days.is_sorted_by(|one, next| one < next) {
        found.add("joint_days", "工作日没有按先后排列，或者有重复".to_owned(), "按先后排列。");
    }
}

fn items(problem: &Problem, found: &mut Found) {
    let organs: BTreeSet<&str> = problem.items.iter().map(|one| one.organ.as_str()).collect();
    if problem.scenes.len() + organs.len() > MOST_MASKS {
        let message = format!("场景和部门共有{}个，最多{MOST_MASKS}个", problem.scenes.len() + organs.len());
        found.add("joint_scenes", message, "合并相近的场景。");
    }
    for one in &problem.items {
        let place = |what: &str| format!("事项“{}”的{what}", one.id);
        found.ranges(&[Range { from: one.from, to: one.to }], &place("期限"));
        found.between(one.inspectors, 1, MOST_INSPECTORS, &place("人数"));
        found.between(one.times, 1, MOST_TIMES, &place("次数"));
        found.between(one.gap, 0, MOST_GAP, &place("间隔天数"));
        let room = i64::from(one.to.number()) - i64::from(one.from.number());
        if one.from <= one.to && i64::from(one.times.saturating_sub(1)) * i64::from(one.gap) > room {
            let message = format!("{}太短：{}次检查，每两次间隔{}天", place("期限"), one.times, one.gap);
            found.add("joint_window", message, "放宽期限，或者减少次数、缩短间隔。");
        }
        for (name, text) in [("部门", &one.organ), ("执法领域", &one.field)] {
            if text.trim().is_empty() {
                found.add("joint_empty", format!("{}没有填写", place(name)), "补上。");
            }
        }
    }
}

fn checks(problem: &Problem, items: &BTreeSet<&str>, enterprises: &BTreeSet<&str>, found: &mut Found) {
    let times: BTreeMap<&str, u32> = problem.items.iter().map(|one| (one.id.as_str(), one.times)).collect();
    let mut seen = BTreeSet::new();
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    for one in &problem.checks {
        let place = format!("检查“{}”“{}”", one.enterprise, one.item);
        found.known(items, &one.item, "检查事项", &place);
        found.known(enterprises, &one.enterprise, "企业", &place);
        if !seen.insert((one.enterprise.as_str(), one.item.as_str())) {
            found.add("joint_twice", format!("{place}有两行"), "次数写在事项里，每个企业每个事项只留一行。");
        }
        *count.entry(one.enterprise.as_str()).or_default() +=
            times.get(one.item.as_str()).copied().unwrap_or_default();
    }
    for (id, number) in count.into_iter().filter(|(_, number)| *number > MOST_CHECKS) {
        let message = format!("企业“{id}”有{number}项次检查，最多{MOST_CHECKS}项次");
        found.add("joint_many", message, "核对检查计划：一个企业一年不应当有这么多检查。");
    }
}

/// What is fixed holds each check once.
fn fixed_once(fixed: &[Visit], found: &mut Found) {
    let mut seen = BTreeSet::new();
    for visit in fixed {
        for check in &visit.checks {
            if !seen.insert((visit.enterprise.as_str(), check)) {
                let message =
                    format!("企业“{}”的“{}”第{}次已经定了两回", visit.enterprise, check.item, check.nth);
                found.add("joint_twice", message, "核对已定的检查。");
            }
        }
    }
}

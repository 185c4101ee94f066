//! Looks at a plan by the problem alone: nothing that made the plan is used, but for the bound, which is computed again.

use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;
use calendar::Day;

use crate::bound;
use crate::index::Index;
use crate::model::{Check, Enterprise, Inspector, Item, Plan, Scene, State, Visit};
use crate::validate::validate;

struct Books<'p> {
    plan: &'p Plan,
    days: BTreeSet<Day>,
    items: BTreeMap<&'p str, &'p Item>,
    enterprises: BTreeMap<&'p str, &'p Enterprise>,
    inspectors: BTreeMap<&'p str, &'p Inspector>,
    scenes: BTreeMap<&'p str, &'p Scene>,
    checks: BTreeMap<(&'p str, &'p str), &'p Check>,
    found: Vec<Diagnostic>,
}

/// Everything that does not hold. Warnings are about visits that are fixed and could not be placed so any more: they
/// stay, and somebody has to see to them.
#[must_use]
pub fn check(plan: &Plan) -> Vec<Diagnostic> {
    let problem = &plan.problem;
    let wrong = validate(problem);
    if !wrong.is_empty() {
        return wrong;
    }
    let mut books = Books {
        plan,
        days: problem.days.iter().copied().collect(),
        items: problem.items.iter().map(|one| (one.id.as_str(), one)).collect(),
        enterprises: problem.enterprises.iter().map(|one| (one.id.as_str(), one)).collect(),
        inspectors: problem.inspectors.iter().map(|one| (one.id.as_str(), one)).collect(),
        scenes: problem.scenes.iter().map(|one| (one.id.as_str(), one)).collect(),
        checks: problem
            .checks
            .iter()
            .map(|one| ((one.enterprise.as_str(), one.item.as_str()), one))
            .collect(),
        found: Vec::new(),
    };
    for visit in &plan.visits {
        books.visit(visit);
    }
    books.each_once();
    books.caps_and_days();
    books.gaps();
    books.people();
    books.fixed();
    let index = Index::of(problem);
    let (own, separate) =
        (bound::of_all(&index), index.sites.iter().map(|site| bound::separate(&index, site)).sum::<u32>());
    if plan.bound != own || plan.separate != separate {
        let message =
            format!("计划写的下界是{}、分别检查是{}，应当是{own}、{separate}", plan.bound, plan.separate);
        books.wrong("joint_bound", message);
    }
    books.found
}

impl<'p> Books<'p> {
    fn wrong(&mut self, code: &'static str, message: String) {
        self.found.push(Diagnostic::error(code, message).help("重新运行 yifa joint plan。"));
    }

    /// What is wrong with a fixed visit is told, and stays.
    fn at(&mut self, visit: &Visit, code: &'static str, what: &str) {
        let place = format!("检查“{}”（{}，{}）：{what}", visit.id, visit.enterprise, visit.day);
        if visit.state == State::Planned {
            self.wrong(code, place);
        } else {
            let help = "这一次已经告知企业或者已经完成，没有改动；请人处理，需要改的另行告知企业。";
            self.found.push(Diagnostic::warning(code, place).help(help));
        }
    }

    fn visit(&mut self, visit: &'p Visit) {
        let Some(enterprise) = self.enterprises.get(visit.enterprise.as_str()).copied() else {
            return self.at(visit, "joint_enterprise", "没有这个企业");
        };
        if !self.days.contains(&visit.day) {
            self.at(visit, "joint_day", "这一天不是计划的工作日");
        }
        if enterprise.quiet.iter().any(|range| range.has(visit.day)) {
            self.at(visit, "joint_quiet", "这一天是企业安静日");
        }
        if visit.checks.is_empty() {
            self.at(visit, "joint_empty_visit", "没有检查事项");
        }
        let mut organs = BTreeSet::new();
        for check in &visit.checks {
            let asked = self.checks.get(&(visit.enterprise.as_str(), check.item.as_str())).copied();
            let (Some(item), Some(asked)) = (self.items.get(check.item.as_str()).copied(), asked) else {
                self.at(visit, "joint_unasked", &format!("计划里没有“{}”", check.item));
                continue;
            };
            organs.insert(item.organ.as_str());
            if check.nth == 0 || check.nth > item.times {
                self.at(visit, "joint_nth", &format!("“{}”没有第{}次", check.item, check.nth));
            } else if !in_window(item, asked, check.nth, visit.day) {
                self.at(visit, "joint_window", &format!("“{}”第{}次不在期限里", check.item, check.nth));
            }
        }
        let items: BTreeSet<&str> = visit.checks.iter().map(|check| check.item.as_str()).collect();
        if items.len() < visit.checks.len() {
            self.at(visit, "joint_item_twice", "同一事项有两次");
        }
        self.scene(visit, &items, &organs);
        self.staff(visit, enterprise, &organs);
    }

    fn scene(&mut self, visit: &Visit, items: &BTreeSet<&str>, organs: &BTreeSet<&str>) {
        let holds = match self.scenes.get(visit.scene.as_str()) {
            Some(scene) => items.iter().all(|item| scene.items.iter().any(|own| own == item)),
            None => visit.scene.is_empty() && organs.len() <= 1,
        };
        if !holds {
            self.at(visit, "joint_scene", &format!("这些事项不在同一个场景里（“{}”）", visit.scene));
        }
    }

    fn staff(&mut self, visit: &'p Visit, enterprise: &Enterprise, organs: &BTreeSet<&str>) {
        let mut there: Vec<&Inspector> = Vec::new();
        let mut names = BTreeSet::new();
        for id in &visit.inspectors {
            let Some(one) = self.inspectors.get(id.as_str()).copied() else {
                self.at(visit, "joint_person", &format!("没有人员“{id}”"));
                continue;
            };
            if !names.insert(id) {
                self.at(visit, "joint_person_twice", &format!("人员“{id}”写了两次"));
                continue;
            }
            if one.away.iter().any(|range| range.has(visit.day)) {
                self.at(visit, "joint_away", &format!("人员“{id}”这一天不在岗"));
            }
            if !one.districts.is_empty() && !one.districts.contains(&enterprise.district) {
                self.at(visit, "joint_district", &format!("人员“{id}”不负责{}", enterprise.district));
            }
            if !organs.contains(one.organ.as_str()) {
                self.at(visit, "joint_organ", &format!("人员“{id}”的部门不参加这一次"));
            }
            there.push(one);
        }
        for check in &visit.checks {
            let Some(item) = self.items.get(check.item.as_str()).copied() else { continue };
            let able = there
                .iter()
                .filter(|one| one.organ == item.organ && one.fields.contains(&item.field))
                .count();
            if u32::try_from(able).unwrap_or(u32::MAX) < item.inspectors {
                let what = format!(
                    "“{}”要{}的{}名持“{}”证件的人员，只有{able}名",
                    item.id, item.organ, item.inspectors, item.field
                );
                self.at(visit, "joint_staff", &what);
            }
        }
    }

    /// Every check that was asked for is placed once or told as left out, once.
    fn each_once(&mut self) {
        let mut seen: BTreeMap<(&str, &str, u32), u32> = BTreeMap::new();
        for check in &self.plan.problem.checks {
            let times = self.items.get(check.item.as_str()).map_or(0, |item| item.times);
            for nth in 1..=times {
                seen.insert((&check.enterprise, &check.item, nth), 0);
            }
        }
        let placed = self.plan.visits.iter().flat_map(|visit| {
            visit.checks.iter().map(|check| (visit.enterprise.as_str(), check.item.as_str(), check.nth))
        });
        let out = self.plan.unplaced.iter().map(|one| (one.enterprise.as_str(), one.item.as_str(), one.nth));
        for key in placed.chain(out) {
            if let Some(count) = seen.get_mut(&key) {
                *count += 1;
            }
        }
        for ((enterprise, item, nth), count) in seen.into_iter().filter(|(_, count)| *count != 1) {
            self.wrong(
                "joint_each_once",
                format!("企业“{enterprise}”的“{item}”第{nth}次安排了{count}回，应当是一回"),
            );
        }
    }

    fn caps_and_days(&mut self) {
        let mut own: BTreeMap<&str, Vec<&Visit>> = BTreeMap::new();
        self.plan.visits.iter().for_each(|visit| own.entry(&visit.enterprise).or_default().push(visit));
        let mut ids = BTreeSet::new();
        for visit in &self.plan.visits {
            if !ids.insert(&visit.id) {
                self.wrong("joint_id_twice", format!("检查编号“{}”有两次", visit.id));
            }
        }
        for (id, visits) in own {
            let days: BTreeSet<Day> = visits.iter().map(|visit| visit.day).collect();
            let is_open = visits.iter().any(|visit| visit.state == State::Planned);
            if days.len() < visits.len() && is_open {
                self.wrong("joint_day_twice", format!("企业“{id}”有一天来了两次"));
            }
            let Some(enterprise) = self.enterprises.get(id).copied() else { continue };
            let count = u32::try_from(visits.len()).unwrap_or(u32::MAX).saturating_add(enterprise.done);
            if enterprise.cap.is_some_and(|cap| count > cap) && is_open {
                self.wrong("joint_cap", format!("企业“{id}”全年{count}次，超过上限"));
            }
        }
    }

    /// The checks of one item at one enterprise come in their order, far enough apart.
    fn gaps(&mut self) {
        let mut days: BTreeMap<(&str, &str), Vec<(u32, &Visit)>> = BTreeMap::new();
        for visit in &self.plan.visits {
            for check in &visit.checks {
                days.entry((&visit.enterprise, &check.item)).or_default().push((check.nth, visit));
            }
        }
        for ((_, item), mut own) in days {
            let Some(gap) = self.items.get(item).map(|item| item.gap.max(1)) else { continue };
            own.sort_by_key(|(nth, _)| *nth);
            for ((_, one), (nth, next)) in own.iter().zip(own.iter().skip(1)) {
                if i64::from(next.day.days_since(one.day)) < i64::from(gap) {
                    // Of two that are fixed, a warning; else the one that is not.
                    let who = if next.state == State::Planned { next } else { one };
                    self.at(who, "joint_gap", &format!("“{item}”第{nth}次与前一次间隔不到{gap}天"));
                }
            }
        }
    }

    fn people(&mut self) {
        let mut count: BTreeMap<(&str, Day), (u32, bool)> = BTreeMap::new();
        for visit in &self.plan.visits {
            for id in &visit.inspectors {
                let own = count.entry((id, visit.day)).or_default();
                own.0 += 1;
                own.1 |= visit.state == State::Planned;
            }
        }
        for ((id, day), (times, is_open)) in count {
            let daily = self.inspectors.get(id).map_or(u32::MAX, |one| one.daily);
            if times > daily && is_open {
                self.wrong("joint_daily", format!("人员“{id}”{day}安排了{times}次，超过每日{daily}次"));
            }
        }
    }

    fn fixed(&mut self) {
        let fixed: BTreeMap<&str, &Visit> =
            self.plan.problem.fixed.iter().map(|visit| (visit.id.as_str(), visit)).collect();
        for visit in &self.plan.visits {
            let is_same = fixed.get(visit.id.as_str()).is_some_and(|own| *own == visit);
            if visit.state != State::Planned && !is_same {
                self.wrong("joint_state", format!("检查“{}”写作已定，依据里没有", visit.id));
            }
        }
        for (id, own) in fixed {
            if !self.plan.visits.contains(own) {
                self.wrong("joint_fixed", format!("已定的检查“{id}”被改动或者去掉了"));
            }
        }
    }
}

/// The check of this number has its part of the window: room is left for those before and after.
fn in_window(item: &Item, asked: &Check, nth: u32, day: Day) -> bool {
    let number = |day: Day| i64::from(day.number());
    let gap = i64::from(item.gap);
    let first = number(item.from) + gap * i64::from(nth - 1);
    let last = number(item.to) - gap * i64::from(item.times - nth);
    let after = asked.last_on.map_or(i64::MIN, |last| number(last) + gap * i64::from(nth));
    (first.max(after)..=last).contains(&number(day))
}

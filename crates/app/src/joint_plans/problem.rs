//! What a joint plan is made from, out of the registers as of a day: the departments' yearly plans, scenes, enterprises,
//! officers with certificates, quiet days; and out of the journal: what was inspected already.

use std::collections::{BTreeMap, BTreeSet};

use base::Diagnostic;
use calendar::Day;
use joint::{Check, Enterprise, Inspector, Item, Plan, Problem, Range, Scene, State, Visit};
use norms::{PARTS, Value};
use registers::Entry;

use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::roll::Table;

/// What is asked for.
pub(super) struct Asked {
    pub title: String,
    pub from: Day,
    pub to: Day,
    /// The day whose registers count.
    pub on: Day,
    /// How many visits an officer takes part in on one day.
    pub daily: u32,
    /// Who is away from when until when, by the number in the roll of officers or of the certificate.
    pub away: Vec<(String, Range)>,
    /// Visits of the plan before until this day were told.
    pub told_until: Option<Day>,
    /// The beginning of the codes of the divisions whose organs take part.
    pub division: String,
}

/// An inspection on record. 已经办理的检查
struct Visited {
    code: String,
    item: String,
    on: Day,
    /// It counts towards a yearly cap.
    counts: bool,
}

/// What comes to light while the problem is made; all of it is told at once.
type Faults = Vec<Diagnostic>;

/// An item of a department's yearly plan with the entry that it is from.
struct Planned<'t> {
    item: Item,
    entry: &'t Entry,
}

/// How many inspectors go where nothing is said: the law wants two.
const PAIR: u32 = 2;

/// A whole number of an entry.
fn number(table: &Table, entry: &Entry, field: &str) -> Option<u32> {
    match table.value(entry, field) {
        Some(Value::Number(parts)) if parts % PARTS == 0 => u32::try_from(parts / PARTS).ok(),
        _ => None,
    }
}

fn day(table: &Table, entry: &Entry, field: &str) -> Option<Day> {
    match table.value(entry, field) {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    }
}

fn parts(text: &str) -> Vec<String> {
    let own = text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|own| !own.is_empty());
    own.map(str::to_owned).collect()
}

fn fault(code: &'static str, message: String, help: &str) -> Diagnostic {
    Diagnostic::error(code, message).help(help)
}

impl Platform {
    /// The problem of a joint plan as of its day; all that is wrong with the registers at once.
    pub(super) fn joint_problem(&self, asked: &Asked, before: Option<&Plan>) -> Result<Problem> {
        let mut faults = Faults::new();
        let days = self.joint_days(asked, &mut faults);
        let (plans, names) = (self.table("inspection_plans")?, self.table("inspection_items")?);
        let organs = self.joint_organs(asked)?;
        let planned = planned(asked, (&plans, &names), &organs, &mut faults);
        if planned.is_empty() && faults.is_empty() {
            let help = "请各部门在“年度检查计划”里写明检查事项标识、执法领域。";
            let message = "这一期间没有写明检查事项和执法领域的年度检查计划".to_owned();
            faults.push(fault("joint_nothing", message, help));
        }
        let year = Day::from_ymd(asked.from.year(), 1, 1).unwrap_or(asked.from);
        let visited = self.joint_visited(&planned)?;
        let fixed = fixed(asked, before, &visited);
        let (mut enterprises, mut checks) = self.targets(asked, &plans, &planned, &visited)?;
        self.joint_quiet(asked, &mut enterprises, &mut faults)?;
        let mut items: Vec<Item> = planned.into_iter().map(|own| own.item).collect();
        keep_fixed(&fixed, before, &mut enterprises, &mut items);
        done(&mut enterprises, &visited, (year, asked.to), &fixed);
        checks.sort_by(|one, other| (&one.enterprise, &one.item).cmp(&(&other.enterprise, &other.item)));
        let inspectors = self.joint_inspectors(asked, &organs, &items)?;
        let scenes = self.joint_scenes(asked, &items)?;
        let enterprises = enterprises.into_values().collect();
        let title = asked.title.clone();
        let problem = Problem { checks, days, enterprises, fixed, inspectors, items, scenes, title };
        faults.extend(joint::validate(&problem));
        if faults.is_empty() { Ok(problem) } else { Err(AppError::Unfit(faults)) }
    }

    fn joint_days(&self, asked: &Asked, faults: &mut Faults) -> Vec<Day> {
        let length = asked.to.days_since(asked.from);
        if !(0..366).contains(&length) {
            let message = format!("计划从{}到{}", asked.from, asked.to);
            faults.push(fault("joint_days", message, "一个计划不超过一年。"));
            return Vec::new();
        }
        let all = (0..=length).map(|at| asked.from.plus_days(at));
        all.filter(|day| self.rules().calendar.is_working_day(*day)).collect()
    }

    /// Names of the organs that take part, by their ids.
    fn joint_organs(&self, asked: &Asked) -> Result<BTreeMap<String, String>> {
        let all = self.organs()?.into_iter();
        let own = all.filter(|organ| organ.division.starts_with(&asked.division));
        Ok(own.map(|organ| (organ.id, organ.name)).collect())
    }

    /// All inspections on record of the enterprises of the departments' lists, by their days.
    fn joint_visited(&self, planned: &[Planned<'_>]) -> Result<Vec<Visited>> {
        let table = self.table("inspection_objects")?;
        let own = table.all().filter(|one| planned.iter().any(|own| own.entry.organ == one.organ));
        let codes: BTreeSet<String> = own.map(|one| table.text(one, "code").to_uppercase()).collect();
        let mut made = Vec::new();
        for code in codes {
            let found = self.store().read(|reader| self.visited(reader, &code, "", |_, _| true))?;
            for (_, visit) in found {
                let one = |on: &Day| Visited {
                    code: code.clone(),
                    item: visit.item.clone(),
                    on: *on,
                    counts: !visit.is_excepted,
                };
                made.extend(visit.days.iter().map(one));
            }
        }
        made.sort_by(|one, other| (one.on, &one.code).cmp(&(other.on, &other.code)));
        Ok(made)
    }

    /// The enterprises by their codes, and which item is checked at which.
    fn targets(
        &self,
        asked: &Asked,
        plans: &Table,
        planned: &[Planned<'_>],
        visited: &[Visited],
    ) -> Result<(BTreeMap<String, Enterprise>, Vec<Check>)> {
        let table = self.table("inspection_objects")?;
        let (mut enterprises, mut checks) = (BTreeMap::<String, Enterprise>::new(), Vec::new());
        for Planned { item, entry } in planned {
            let trades = parts(plans.text(entry, "trades"));
            for one in table.on(asked.on).filter(|one| one.organ == entry.organ) {
                let trade = table.text(one, "trade");
                if !trades.is_empty() && !trades.iter().any(|own| own == trade) {
                    continue;
                }
                let code = table.text(one, "code").to_uppercase();
                let (district, cap) = (table.text(one, "district"), number(&table, one, "most_visits"));
                let own = enterprises.entry(code.clone()).or_insert_with(|| Enterprise {
                    cap,
                    district: district.to_owned(),
                    done: 0,
                    id: code.clone(),
                    name: table.text(one, "name").to_owned(),
                    quiet: Vec::new(),
                });
                own.cap = own.cap.into_iter().chain(cap).min();
                if own.district.is_empty() {
                    district.clone_into(&mut own.district);
                }
                let last = visited.iter().rev().find(|own| {
                    own.code == code && own.on < asked.from && (own.item == item.id || own.item == item.name)
                });
                checks.push(Check {
                    enterprise: code,
                    item: item.id.clone(),
                    last_on: last.map(|own| own.on),
                });
            }
        }
        checks.dedup();
        Ok((enterprises, checks))
    }

    /// Lays the quiet days upon the enterprises for which they hold.
    fn joint_quiet(
        &self,
        asked: &Asked,
        enterprises: &mut BTreeMap<String, Enterprise>,
        faults: &mut Faults,
    ) -> Result<()> {
        let table = self.table("quiet_days")?;
        for one in table.on(asked.on) {
            let area = table.text(one, "area");
            let (first, last) = (number(&table, one, "first"), number(&table, one, "last"));
            let text = format!("每月{}日至{}日", first.unwrap_or(0), last.unwrap_or(0));
            let ranges = joint::ranges(&text, (asked.from, asked.to), sheets::parse_day);
            let Some(ranges) = ranges else {
                let message = format!("企业安静日“{}”起止的日子不对", table.text(one, "days"));
                faults.push(fault("joint_quiet", message, "改正每月从几日起、到几日止。"));
                continue;
            };
            let everywhere = table.text(one, "scope") == "all";
            let holds = |own: &Enterprise| {
                let district = !own.district.is_empty() && area.contains(&own.district);
                everywhere || district || area.contains(&own.name)
            };
            enterprises.values_mut().filter(|own| holds(own)).for_each(|own| own.quiet.extend(&ranges));
        }
        Ok(())
    }

    /// The officers of the departments whose certificates hold over the whole time of the plan.
    fn joint_inspectors(
        &self,
        asked: &Asked,
        organs: &BTreeMap<String, String>,
        items: &[Item],
    ) -> Result<Vec<Inspector>> {
        let (officers, certificates) = (self.table("officers")?, self.table("certificates")?);
        let wanted: BTreeSet<(&str, &str)> =
            items.iter().map(|item| (item.organ.as_str(), item.field.as_str())).collect();
        let holds = |one: &Entry| one.from <= asked.from && one.until.is_none_or(|until| asked.to <= until);
        let mut made = Vec::new();
        for one in officers.on(asked.on).filter(|one| officers.text(one, "kind") == "officer") {
            let Some(organ) = organs.get(&one.organ) else { continue };
            let number = officers.text(one, "number");
            let held = certificates.all().filter(|own| {
                own.organ == one.organ && certificates.text(own, "officer") == number && holds(own)
            });
            let held = held.map(|own| (certificates.text(own, "number"), certificates.text(own, "field")));
            let held: Vec<(&str, &str)> =
                held.filter(|(_, field)| wanted.contains(&(organ.as_str(), *field))).collect();
            let Some(id) = held.iter().map(|(id, _)| *id).min() else { continue };
            let is_own = |who: &str| who == number || held.iter().any(|(id, _)| *id == who);
            let mut fields: Vec<String> = held.iter().map(|(_, field)| (*field).to_owned()).collect();
            fields.sort();
            fields.dedup();
            made.push(Inspector {
                away: asked.away.iter().filter(|(who, _)| is_own(who)).map(|(_, range)| *range).collect(),
                daily: asked.daily,
                districts: Vec::new(),
                fields,
                id: id.to_owned(),
                name: officers.text(one, "name").to_owned(),
                organ: organ.clone(),
            });
        }
        made.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(made)
    }

    /// The scenes of which at least two items are in the plan.
    fn joint_scenes(&self, asked: &Asked, items: &[Item]) -> Result<Vec<Scene>> {
        let table = self.table("inspection_scenes")?;
        let mut made: BTreeMap<String, Scene> = BTreeMap::new();
        for one in table.on(asked.on) {
            let mut own = parts(table.text(one, "items"));
            own.retain(|id| items.iter().any(|item| item.id == *id));
            own.sort();
            own.dedup();
            let name = table.text(one, "scene").to_owned();
            if own.len() > 1 {
                made.insert(name.clone(), Scene { id: name.clone(), items: own, name });
            }
        }
        Ok(made.into_values().collect())
    }
}

/// The items that the departments plan in the time, with what is wrong with their entries.
fn planned<'t>(
    asked: &Asked,
    (plans, names): (&'t Table, &Table),
    organs: &BTreeMap<String, String>,
    faults: &mut Faults,
) -> Vec<Planned<'t>> {
    let mut made: Vec<Planned<'_>> = Vec::new();
    for entry in plans.on(asked.on).filter(|one| organs.contains_key(&one.organ)) {
        let (id, field) = (plans.text(entry, "item"), plans.text(entry, "field"));
        let own_year = plans.text(entry, "year") == asked.from.year().to_string();
        if id.is_empty() || field.is_empty() || !own_year {
            continue;
        }
        let from = day(plans, entry, "not_before").unwrap_or(asked.from).max(asked.from);
        let to = day(plans, entry, "not_after").unwrap_or(asked.to).min(asked.to);
        if from > to {
            continue;
        }
        let name = format!("{}的“{}”", plans.text(entry, "organ"), plans.text(entry, "plan"));
        let listed = names.on(asked.on).find(|one| names.text(one, "item") == id);
        let Some(listed) = listed else {
            let message = format!("{name}：检查事项清单里没有“{id}”");
            faults.push(fault(
                "joint_item",
                message,
                "没有公布的事项不检查；先列入检查事项清单，或者改正标识。",
            ));
            continue;
        };
        let times = number(plans, entry, "times").unwrap_or(1);
        let cap = number(names, listed, "cap").unwrap_or(u32::MAX);
        if times > cap {
            let message = format!("{name}：每户查{times}次，公布的年度频次上限是{cap}次");
            faults.push(fault("joint_cap", message, "减少次数，或者依法调整并重新公布频次上限。"));
        }
        if made.iter().any(|own| own.item.id == id) {
            let message = format!("{name}：检查事项“{id}”有两个计划");
            faults.push(fault("joint_twice", message, "一个事项留一个计划，次数写在里面。"));
            continue;
        }
        let item = Item {
            field: field.to_owned(),
            from,
            gap: number(plans, entry, "gap").unwrap_or(0),
            id: id.to_owned(),
            inspectors: number(plans, entry, "inspectors").unwrap_or(PAIR),
            name: names.text(listed, "name").to_owned(),
            organ: organs.get(&entry.organ).cloned().unwrap_or_default(),
            times,
            to,
        };
        made.push(Planned { item, entry });
    }
    made.sort_by(|one, other| one.item.id.cmp(&other.item.id));
    made
}

/// The visits of the plan before that stay as they are: those that were fixed, and those until the day that was told;
/// done where an inspection of the enterprise is on record for the day.
fn fixed(asked: &Asked, before: Option<&Plan>, visited: &[Visited]) -> Vec<Visit> {
    let Some(before) = before else { return Vec::new() };
    let is_done =
        |visit: &Visit| visited.iter().any(|own| own.code == visit.enterprise && own.on == visit.day);
    let stays = |visit: &&Visit| {
        visit.state != State::Planned || asked.told_until.is_some_and(|until| visit.day <= until)
    };
    let one = |visit: &Visit| {
        let state = if visit.state == State::Done || is_done(visit) { State::Done } else { State::Told };
        Visit { state, ..visit.clone() }
    };
    before.visits.iter().filter(stays).map(one).collect()
}

/// What fixed visits speak of stays known, though the registers have it no more.
fn keep_fixed(
    fixed: &[Visit],
    before: Option<&Plan>,
    enterprises: &mut BTreeMap<String, Enterprise>,
    items: &mut Vec<Item>,
) {
    let Some(before) = before else { return };
    for visit in fixed {
        let own = before.problem.enterprises.iter().find(|own| own.id == visit.enterprise);
        if let Some(own) = own {
            enterprises.entry(own.id.clone()).or_insert_with(|| Enterprise { done: 0, ..own.clone() });
        }
        for check in &visit.checks {
            let own = before.problem.items.iter().find(|own| own.id == check.item);
            if let Some(own) = own.filter(|own| items.iter().all(|item| item.id != own.id)) {
                items.push(own.clone());
            }
        }
    }
}

/// How many visits of the year each enterprise had that count towards its cap and are none of the fixed.
fn done(
    enterprises: &mut BTreeMap<String, Enterprise>,
    visited: &[Visited],
    (from, to): (Day, Day),
    fixed: &[Visit],
) {
    let mut days: BTreeSet<(&str, Day)> = BTreeSet::new();
    for own in visited.iter().filter(|own| own.counts && from <= own.on && own.on <= to) {
        if !fixed.iter().any(|visit| visit.enterprise == own.code && visit.day == own.on) {
            days.insert((&own.code, own.on));
        }
    }
    for (code, _) in days {
        if let Some(own) = enterprises.get_mut(code) {
            own.done += 1;
        }
    }
}

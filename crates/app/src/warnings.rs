//! Warnings of enforcement that may have gone astray: rules are entries of a register, what they find is computed from
//! registers and cases. A warning says where to look; whether something is wrong, people find out.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use norms::Value;
use store::{Query, cases, due, enterprise};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::organs::Organ;
use crate::platform::Platform;
use crate::record::decimal;
use crate::training_hours::HoursAsked;
use crate::visible::Viewer;
use crate::visits::governs;

const RULES: &str = "warning_rules";
/// The folder of procedures whose limits are watched.
const SYSTEM: &str = "enforcement";
/// How many enterprises, or duties of an organ, are looked at for one rule at most.
const MOST: u32 = 200;
/// How many of an organ's newest cases are looked through for one that exercises a power.
const NEWEST: u32 = 500;

/// A rule that looks at the reader's organ, or that it made. 预警规则
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarningRule {
    pub keeper: String,
    pub kind: String,
    pub limit: String,
    pub basis: String,
    /// What it found, as far as the reader may see it.
    pub found: Vec<Warning>,
    /// There was more to look at than a page does.
    pub is_cut: bool,
}

/// Something that a rule found. 预警
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Names of the organs that it is about.
    pub organs: Vec<String>,
    pub what: String,
    pub enterprise: Option<String>,
    /// Id and number of a case; the reader may not be allowed to open it.
    pub case: Option<(String, String)>,
}

/// A warning with the ids of its organs, before it is known who may see it.
struct Found {
    ids: BTreeSet<String>,
    warning: Warning,
}

/// A rule with what it looks at.
struct Looking<'a> {
    platform: &'a Platform,
    db: &'a dyn Query,
    targets: BTreeMap<String, Organ>,
    /// In ten-thousandths, as registers keep numbers.
    limit: i64,
    today: Day,
    is_cut: bool,
}

impl Platform {
    /// What the rules of today find: whoever keeps a rule sees everything that it finds, everybody else what is about their
    /// own organ.
    ///
    /// # Errors
    /// The actor is no officer; the store cannot be read.
    pub fn warnings(&self, actor: &Actor) -> Result<Vec<WarningRule>> {
        let own = actor.organ.as_ref().filter(|_| actor.is_officer());
        let Some((own, _)) = own else {
            return Err(AppError::Forbidden {
                why: "执法监督预警供机关工作人员使用".to_owned(),
                help: "对行政执法有意见的，可以投诉、举报。".to_owned(),
            });
        };
        let table = self.table(RULES)?;
        let organs = self.organs()?;
        let mut made = Vec::new();
        for rule in table.on(self.today()) {
            let Some(keeper) = organs.iter().find(|organ| organ.id == rule.organ) else { continue };
            let is_target = |organ: &&Organ| {
                organ.id == keeper.id || (keeper.kind == "government" && governs(keeper, organ))
            };
            let targets: BTreeMap<String, Organ> =
                organs.iter().filter(is_target).map(|organ| (organ.id.clone(), organ.clone())).collect();
            if keeper.id != *own && !targets.contains_key(own) {
                continue;
            }
            let limit = match table.value(rule, "limit") {
                Some(Value::Number(parts)) => *parts,
                _ => continue,
            };
            let kind = table.text(rule, "kind").to_owned();
            let (found, is_cut) = self.store().read(|reader| -> Result<_> {
                let mut looking = Looking {
                    platform: self,
                    db: reader,
                    targets,
                    limit,
                    today: self.today(),
                    is_cut: false,
                };
                Ok((looking.found(&kind)?, looking.is_cut))
            })?;
            let seen = found.into_iter().filter(|one| keeper.id == *own || one.ids.contains(own));
            made.push(WarningRule {
                keeper: keeper.name.clone(),
                kind: table.label(rule, "kind"),
                limit: decimal(limit, norms::PARTS),
                basis: table.text(rule, "basis").to_owned(),
                found: seen.map(|one| one.warning).collect(),
                is_cut,
            });
        }
        Ok(made)
    }
}

impl Looking<'_> {
    fn found(&mut self, kind: &str) -> Result<Vec<Found>> {
        match kind {
            "often" => self.visited(false),
            "many" => self.visited(true),
            "fines" => self.fines(),
            "near" => self.near(),
            "idle" => self.idle(),
            "hours" => self.hours(),
            _ => Ok(Vec::new()),
        }
    }

    /// The limit as a whole number, one at least.
    fn whole(&self) -> u32 {
        u32::try_from((self.limit / norms::PARTS).max(1)).unwrap_or(u32::MAX)
    }

    fn one(&self, id: &str, what: String, case: Option<(String, String)>) -> Found {
        let name = self.targets.get(id).map_or_else(|| id.to_owned(), |organ| organ.name.clone());
        let warning = Warning { organs: vec![name], what, enterprise: None, case };
        Found { ids: BTreeSet::from([id.to_owned()]), warning }
    }

    /// Enterprises that were visited too often this year, or by too many organs.
    fn visited(&mut self, by_organs: bool) -> Result<Vec<Found>> {
        let year = self.today.year();
        let crowded = enterprise::crowded(self.db, self.whole(), MOST)?;
        self.is_cut = u32::try_from(crowded.len()).unwrap_or(u32::MAX) >= MOST;
        let mut made = Vec::new();
        for (code, _) in crowded {
            let visits = self.platform.visited(self.db, &code, "", |row, visit| {
                self.targets.contains_key(&row.organ) && visit.days.iter().any(|day| day.year() == year)
            })?;
            let mut organs: BTreeMap<&str, u32> = BTreeMap::new();
            for (row, _) in &visits {
                *organs.entry(row.organ.as_str()).or_default() += 1;
            }
            let counted = if by_organs { organs.len() } else { visits.len() };
            if i64::try_from(counted).unwrap_or(i64::MAX).saturating_mul(norms::PARTS) < self.limit {
                continue;
            }
            let name = |id: &str| self.targets.get(id).map_or(id.to_owned(), |organ| organ.name.clone());
            let told: Vec<String> =
                organs.iter().map(|(id, times)| format!("{}{times}次", name(id))).collect();
            let unasked = visits.iter().filter(|(_, visit)| !visit.is_excepted).count();
            let what = format!(
                "{year}年共被检查{}次（其中不是因投诉举报、转办、企业申请、应急的{unasked}次）：{}",
                visits.len(),
                told.join("，")
            );
            made.push(Found {
                ids: organs.keys().map(|id| (*id).to_owned()).collect(),
                warning: Warning {
                    organs: organs.keys().map(|id| name(id)).collect(),
                    what,
                    enterprise: Some(code),
                    case: None,
                },
            });
        }
        Ok(made)
    }

    /// Fines of this year far from the middle of those for the same act in the same step.
    fn fines(&self) -> Result<Vec<Found>> {
        let all = self.platform.all_decided()?;
        let mut like: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
        for (_, past) in &all {
            like.entry((&past.act, &past.step)).or_default().push(past.fine_fen);
        }
        like.values_mut().for_each(|fines| fines.sort_unstable());
        let mut made = Vec::new();
        for (case, past) in all.iter().filter(|(_, past)| past.decided_on.year() == self.today.year()) {
            let Some(fines) = like.get(&(past.act.as_str(), past.step.as_str())) else { continue };
            let Some(median) = fines.get(fines.len() / 2).filter(|_| fines.len() >= discretion::like::ENOUGH)
            else {
                continue;
            };
            let (fine, middle) = (i128::from(past.fine_fen), i128::from(*median));
            let (limit, one) = (i128::from(self.limit), i128::from(norms::PARTS));
            let how = match (fine * one >= middle * limit, fine * limit <= middle * one) {
                (true, _) => "高于",
                (false, true) => "低于",
                _ => continue,
            };
            let Some(row) = cases::get(self.db, case)?.filter(|row| self.targets.contains_key(&row.organ))
            else {
                continue;
            };
            let what = format!(
                "“{}”罚款{}元，明显{how}同类{}件的中位数{}元",
                past.act,
                decimal(past.fine_fen, 100),
                fines.len(),
                decimal(*median, 100)
            );
            made.push(self.one(&row.organ, what, Some((row.id.clone(), past.number.clone()))));
        }
        Ok(made)
    }

    /// Enforcement cases whose time is nearly over, or over.
    fn near(&mut self) -> Result<Vec<Found>> {
        let until = self.today.number().saturating_add(i32::try_from(self.limit / norms::PARTS).unwrap_or(0));
        let mut made = Vec::new();
        for id in self.targets.keys() {
            let dues = due::desk(self.db, due::Desk::Organ(id), Some(until), None, MOST)?;
            self.is_cut |= u32::try_from(dues.len()).unwrap_or(u32::MAX) >= MOST;
            for one in dues {
                let Some(row) = cases::get(self.db, &one.case)? else { continue };
                let rules = self.platform.rules();
                let pack = rules.packs.iter().find(|pack| pack.file.procedure.id == row.procedure);
                let Some(procedure) =
                    pack.map(|pack| &pack.file.procedure).filter(|own| own.system == SYSTEM)
                else {
                    continue;
                };
                let name = |act: &'_ str| {
                    procedure.act_named(act).map_or(String::new(), |act| procedure.name_of(act).to_owned())
                };
                let acts: Vec<String> = one.acts.split(',').map(name).collect();
                let Some(last) = one.last_day.and_then(Day::from_number) else { continue };
                let left = last.number() - self.today.number();
                let when =
                    if left < 0 { format!("已逾期{}天", -left) } else { format!("还有{left}天") };
                let what =
                    format!("{}：“{}”{}到期，{when}", procedure.name, acts.join("”或者“"), last.chinese());
                let number = row.number.clone().unwrap_or_default();
                made.push(self.one(id, what, Some((row.id, number))));
            }
        }
        Ok(made)
    }

    /// Organs with a power and no case that exercises it, for so many months.
    fn idle(&self) -> Result<Vec<Found>> {
        let roll = self.platform.roll()?;
        let months = self.whole();
        let mut made = Vec::new();
        for (id, organ) in &self.targets {
            let powers: BTreeSet<&str> =
                roll.powers((id, &organ.name), &organ.division, self.today).into_iter().collect();
            if powers.is_empty() {
                continue;
            }
            let newest = cases::page(self.db, cases::Scope::Organ { organ: id }, "", None, NEWEST)?;
            let counts = cases::counts(self.db, id, "")?;
            for power in powers {
                let uses = self.procedures_with(power);
                if uses.is_empty() {
                    continue;
                }
                let ever =
                    counts.iter().any(|count| uses.contains(count.procedure.as_str()) && count.all > 0);
                let last = newest.iter().find(|row| uses.contains(row.procedure.as_str()));
                let last = last.and_then(|row| Day::from_number(row.opened_on));
                let what = match (ever, last) {
                    (false, _) => format!("有“{power}”职权，还没有办过案件"),
                    (true, Some(last)) if last.plus_months(months) < self.today => {
                        format!("有“{power}”职权，{}以后没有新的案件", last.chinese())
                    }
                    _ => continue,
                };
                made.push(self.one(id, what, None));
            }
        }
        Ok(made)
    }

    /// Ids of the procedures of which an act exercises a power.
    fn procedures_with(&self, power: &str) -> BTreeSet<&str> {
        let procedures = self.platform.rules().packs.iter().map(|pack| &pack.file.procedure);
        let uses = procedures.filter(|one| one.acts.iter().any(|act| act.power.as_deref() == Some(power)));
        uses.map(|one| one.id.as_str()).collect()
    }

    /// Organs whose officers lack so many hours of training. Who they are, the page of the hours tells those who may know.
    fn hours(&self) -> Result<Vec<Found>> {
        let asked = HoursAsked { year: self.today.year(), organ: String::new() };
        let page = self.platform.training_hours(Viewer::Keeper, &asked)?;
        let mut lacking: BTreeMap<&str, u32> = BTreeMap::new();
        for one in page.officers.iter().filter(|one| self.targets.contains_key(&one.organ.0)) {
            let most = one.floors.iter().filter_map(|line| line.missing()).map(|hours| hours.0).max();
            if most.is_some_and(|most| most > 0 && most >= self.limit) {
                *lacking.entry(one.organ.0.as_str()).or_default() += 1;
            }
        }
        let one = |(id, count): (&str, u32)| {
            self.one(id, format!("{count}名持证人员离学时下限差的学时达到界限"), None)
        };
        Ok(lacking.into_iter().map(one).collect())
    }
}

//! A joint plan as those may see it who see its case: by day, by enterprise, by officer, what is left out, what each
//! plan changed in the one before.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use joint::{Change, Plan};
use store::cases::{self, Scope};

use super::{plans_of, words};
use crate::case::CaseFile;
use crate::draws::Taken;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::visible::Viewer;

/// A joint plan in the list. 综合查一次计划
#[derive(Clone, Debug)]
pub struct JointLine {
    pub case: String,
    pub number: String,
    pub title: String,
    pub organ: String,
    /// When it was made last.
    pub made_on: Day,
    /// How often it was made.
    pub rounds: usize,
    pub separate: u32,
    pub visits: u32,
}

/// One making of a plan. 一次排定
#[derive(Clone, Debug)]
pub struct JointRound {
    /// The event in the case.
    pub number: u32,
    pub on: Day,
    pub reason: String,
    /// The hash of its file, as the journal has it.
    pub hash: String,
    pub enterprises: u32,
    pub checks: u32,
    pub separate: u32,
    pub visits: u32,
    pub shared: u32,
    pub left_out: u32,
    pub bound: u32,
    /// What it changed in the one before; none for the first.
    pub changes: Option<Vec<JointChange>>,
}

/// What a plan changes in the one before. 计划的变动
#[derive(Clone, Debug)]
pub struct JointChange {
    /// 新增, 取消, 改动, 换人, 已告知 or 已检查.
    pub what: &'static str,
    /// It only became binding, or is done.
    pub is_fixed: bool,
    pub enterprise: String,
    pub code: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A visit. 入企检查
#[derive(Clone, Debug)]
pub struct JointVisit {
    pub id: String,
    pub day: Day,
    pub code: String,
    pub enterprise: String,
    pub scene: String,
    pub organs: String,
    /// Each with its department.
    pub checks: String,
    /// Names with the numbers of certificates.
    pub people: String,
    pub state: &'static str,
}

/// An enterprise before and after. 合并前后
#[derive(Clone, Debug)]
pub struct JointShare {
    pub code: String,
    pub name: String,
    pub district: String,
    pub checks: u32,
    /// Visits if the departments went by themselves: at least so many.
    pub separate: u32,
    pub visits: u32,
    /// Visits in the plan before this one.
    pub earlier: Option<u32>,
    pub left_out: u32,
    pub bound: u32,
}

/// A check that is left out. 没有排上的检查
#[derive(Clone, Debug)]
pub struct JointLeft {
    pub code: String,
    pub enterprise: String,
    pub organ: String,
    pub item: String,
    pub nth: u32,
    pub reason: &'static str,
}

/// What an officer has to do. 人员的任务
#[derive(Clone, Debug)]
pub struct JointPerson {
    pub id: String,
    pub name: String,
    pub organ: String,
    pub fields: String,
    pub visits: usize,
    pub days: usize,
}

/// A plan on its page.
#[derive(Clone, Debug)]
pub struct JointPage {
    pub line: JointLine,
    /// Newest first.
    pub rounds: Vec<JointRound>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    /// A year whose notice of holidays is not known: its working days are provisional.
    pub provisional: Option<i32>,
    /// Of the newest plan, by day.
    pub visits: Vec<JointVisit>,
    pub shares: Vec<JointShare>,
    pub left: Vec<JointLeft>,
    pub people: Vec<JointPerson>,
    /// What the checker of plans finds when it looks at the file by itself.
    pub found: Vec<base::Diagnostic>,
}

/// What an enterprise will see. 企业的检查安排
#[derive(Clone, Debug)]
pub struct JointEnterprise {
    pub line: JointLine,
    pub share: JointShare,
    pub visits: Vec<JointVisit>,
    pub left: Vec<JointLeft>,
}

/// How many cases are read at once.
const PAGE: u32 = 200;
/// How many of the newest plans are looked through for one enterprise.
const NEWEST: usize = 12;

impl Platform {
    /// All joint plans that somebody may see, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn joint_plans(&self, viewer: Viewer<'_>) -> Result<Vec<JointLine>> {
        let visible = self.visible(viewer)?;
        let mut made = Vec::new();
        for pack in self.rules().packs.iter().filter(|pack| plans(pack)) {
            let procedure = &pack.file.procedure;
            for organ in self.organs()? {
                for phase in &procedure.phases {
                    let scope = Scope::Phase { organ: &organ.id, procedure: &procedure.id, phase };
                    let rows = self.store().read(|reader| cases::page(reader, scope, "", None, PAGE))?;
                    for row in rows.iter().filter(|row| visible.sees(row)) {
                        let file = self.store().read(|reader| self.inner().load(reader, &row.id))?;
                        made.extend(self.joint_line(&file));
                    }
                }
            }
        }
        made.sort_by(|one, other| (other.made_on, &other.number).cmp(&(one.made_on, &one.number)));
        made.dedup_by(|one, other| one.case == other.case);
        Ok(made)
    }

    fn joint_line(&self, file: &CaseFile) -> Option<JointLine> {
        let plans = plans_of(file);
        let last = plans.last()?;
        Some(JointLine {
            case: file.row.id.clone(),
            number: file.row.number.clone().unwrap_or_default(),
            title: last.text("title").to_owned(),
            organ: self.organ(&file.row.organ).map_or_else(|_| file.row.organ.clone(), |organ| organ.name),
            made_on: last.deed.on,
            rounds: plans.len(),
            separate: last.count("separate"),
            visits: last.count("visits"),
        })
    }

    fn joint_case(&self, viewer: Viewer<'_>, case: &str) -> Result<std::sync::Arc<CaseFile>> {
        let missing = || AppError::not_found("这份综合查一次计划");
        let visible = self.visible(viewer)?;
        let row = self.store().read(|reader| cases::get(reader, case))?.ok_or_else(missing)?;
        if !visible.sees(&row) {
            return Err(missing());
        }
        let file = self.store().read(|reader| self.inner().load(reader, case))?;
        if plans_of(&file).is_empty() { Err(missing()) } else { Ok(file) }
    }

    /// A joint plan on its page.
    ///
    /// # Errors
    /// There is none, or it is not theirs to see; the store cannot be read.
    pub fn joint_page(&self, viewer: Viewer<'_>, case: &str) -> Result<JointPage> {
        let file = self.joint_case(viewer, case)?;
        let line = self.joint_line(&file).ok_or_else(|| AppError::not_found("这份综合查一次计划"))?;
        let mut rounds: Vec<JointRound> = Vec::new();
        let (mut before, mut last): (Option<Plan>, Option<Plan>) = (None, None);
        for taken in plans_of(&file) {
            let plan = self.joint_file(&taken)?;
            rounds.push(round(&taken, &plan, last.as_ref()));
            before = last.replace(plan);
        }
        rounds.reverse();
        let plan = last.ok_or_else(|| AppError::not_found("这份综合查一次计划"))?;
        let calendar = &self.rules().calendar;
        let days = &plan.problem.days;
        let unknown = days.iter().map(|day| day.year()).find(|year| !calendar.is_known(*year));
        Ok(JointPage {
            line,
            rounds,
            from: days.first().copied(),
            to: days.last().copied(),
            provisional: unknown,
            visits: visits(&plan),
            shares: shares(&plan, before.as_ref()),
            left: left(&plan),
            people: people(&plan),
            found: joint::check(&plan),
        })
    }

    /// What one enterprise will see of a plan.
    ///
    /// # Errors
    /// There is no such plan or enterprise, or it is not theirs to see; the store cannot be read.
    pub fn joint_enterprise(&self, viewer: Viewer<'_>, case: &str, code: &str) -> Result<JointEnterprise> {
        let mut page = self.joint_page(viewer, case)?;
        page.visits.retain(|own| own.code == code);
        page.left.retain(|own| own.code == code);
        let share = page.shares.into_iter().find(|own| own.code == code);
        let share = share.ok_or_else(|| AppError::not_found(format!("计划里编号为“{code}”的企业")))?;
        Ok(JointEnterprise { line: page.line, share, visits: page.visits, left: page.left })
    }

    /// The visits to an enterprise in the newest plans that somebody may see, from a day on; each with the case and the number of
    /// its plan, by day.
    pub(crate) fn joint_visits_to(
        &self,
        viewer: Viewer<'_>,
        code: &str,
        from: Day,
    ) -> Result<Vec<(String, String, JointVisit)>> {
        let mut made = Vec::new();
        for line in self.joint_plans(viewer)?.into_iter().take(NEWEST) {
            let file = self.store().read(|reader| self.inner().load(reader, &line.case))?;
            let Some(plan) = self.joint_before(&file)? else { continue };
            let own = visits(&plan).into_iter().filter(|visit| visit.code == code && visit.day >= from);
            made.extend(own.map(|visit| (line.case.clone(), line.number.clone(), visit)));
        }
        made.sort_by(|a, b| (a.2.day, &a.1).cmp(&(b.2.day, &b.1)));
        Ok(made)
    }

    /// The newest plan of a case as a spreadsheet: its name and its bytes.
    ///
    /// # Errors
    /// There is no such plan, or it is not theirs to see; the file cannot be made.
    pub fn joint_book(&self, viewer: Viewer<'_>, case: &str) -> Result<(String, Vec<u8>)> {
        let file = self.joint_case(viewer, case)?;
        let plan = self.joint_before(&file)?.ok_or_else(|| AppError::not_found("这份综合查一次计划"))?;
        let bytes = sheets::write_book(&words::pages(&plan)).map_err(|found| AppError::Unfit(vec![found]))?;
        Ok((format!("{}.xlsx", plan.problem.title), bytes))
    }
}

fn plans(pack: &packs::Pack) -> bool {
    pack.file.procedure.acts.iter().any(|act| act.joint)
}

fn round(taken: &Taken<'_>, plan: &Plan, before: Option<&Plan>) -> JointRound {
    JointRound {
        number: taken.deed.number,
        on: taken.deed.on,
        reason: taken.text("reason").to_owned(),
        hash: taken.file().map(|hash| hash.hex()).unwrap_or_default(),
        enterprises: taken.count("enterprises"),
        checks: taken.count("checks"),
        separate: taken.count("separate"),
        visits: taken.count("visits"),
        shared: taken.count("shared"),
        left_out: taken.count("left_out"),
        bound: taken.count("bound"),
        changes: before.map(|before| changes(before, plan)),
    }
}

fn changes(before: &Plan, plan: &Plan) -> Vec<JointChange> {
    let name = |code: &str| {
        let all = plan.problem.enterprises.iter().chain(&before.problem.enterprises);
        let own = all.into_iter().find(|own| own.id == code);
        own.map_or_else(|| code.to_owned(), |own| own.name.clone())
    };
    let told = |visit: &joint::Visit, plan: &Plan| {
        let checks = words::checks(&words::names(plan), &visit.checks);
        format!("{}，{checks}，{}", visit.day.chinese(), named(plan, &visit.inspectors))
    };
    let one = |change: Change| {
        let is_fixed = matches!(change, Change::Fixed(..));
        let (what, old, new) = match change {
            Change::Added(new) => ("新增", None, Some(new)),
            Change::Dropped(old) => ("取消", Some(old), None),
            Change::Changed(old, new) => ("改动", Some(old), Some(new)),
            Change::Staffed(old, new) => ("换人", Some(old), Some(new)),
            Change::Fixed(old, new) => (words::state(new.state), Some(old), Some(new)),
        };
        let code = old.as_ref().or(new.as_ref()).map(|own| own.enterprise.clone()).unwrap_or_default();
        JointChange {
            what,
            is_fixed,
            enterprise: name(&code),
            code,
            before: old.map(|own| told(&own, before)),
            after: new.map(|own| told(&own, plan)),
        }
    };
    joint::compare(before, plan).changes.into_iter().map(one).collect()
}

/// Names of inspectors with their numbers.
fn named(plan: &Plan, ids: &[String]) -> String {
    let one = |id: &String| {
        let own = plan.problem.inspectors.iter().find(|own| own.id == *id);
        own.map_or_else(|| id.clone(), |own| format!("{}（{id}）", own.name))
    };
    ids.iter().map(one).collect::<Vec<_>>().join("、")
}

fn visits(plan: &Plan) -> Vec<JointVisit> {
    let names = words::names(plan);
    let enterprises: BTreeMap<&str, &str> =
        plan.problem.enterprises.iter().map(|own| (own.id.as_str(), own.name.as_str())).collect();
    let one = |visit: &joint::Visit| JointVisit {
        id: visit.id.clone(),
        day: visit.day,
        code: visit.enterprise.clone(),
        enterprise: enterprises.get(visit.enterprise.as_str()).copied().unwrap_or_default().to_owned(),
        scene: visit.scene.clone(),
        organs: words::organs(&names, visit),
        checks: words::checks(&names, &visit.checks),
        people: named(plan, &visit.inspectors),
        state: words::state(visit.state),
    };
    let mut made: Vec<JointVisit> = plan.visits.iter().map(one).collect();
    made.sort_by(|one, other| {
        (one.day, &one.enterprise, &one.id).cmp(&(other.day, &other.enterprise, &other.id))
    });
    made
}

fn shares(plan: &Plan, before: Option<&Plan>) -> Vec<JointShare> {
    let earlier = |code: &str| {
        let before = before?;
        u32::try_from(before.visits.iter().filter(|own| own.enterprise == code).count()).ok()
    };
    let one = |own: joint::Share| {
        let site = plan.problem.enterprises.iter().find(|site| site.id == own.enterprise);
        JointShare {
            name: site.map(|site| site.name.clone()).unwrap_or_default(),
            district: site.map(|site| site.district.clone()).unwrap_or_default(),
            checks: own.checks,
            separate: own.separate,
            visits: own.visits,
            earlier: earlier(&own.enterprise),
            left_out: own.unplaced,
            bound: own.bound,
            code: own.enterprise,
        }
    };
    plan.shares().into_iter().map(one).collect()
}

fn left(plan: &Plan) -> Vec<JointLeft> {
    let names = words::names(plan);
    let one = |own: &joint::Unplaced| {
        let (organ, item) = names.get(own.item.as_str()).copied().unwrap_or_default();
        let site = plan.problem.enterprises.iter().find(|site| site.id == own.enterprise);
        JointLeft {
            code: own.enterprise.clone(),
            enterprise: site.map(|site| site.name.clone()).unwrap_or_default(),
            organ: organ.to_owned(),
            item: item.to_owned(),
            nth: own.nth,
            reason: own.reason.told(),
        }
    };
    plan.unplaced.iter().map(one).collect()
}

fn people(plan: &Plan) -> Vec<JointPerson> {
    let one = |own: &joint::Inspector| {
        let visits: Vec<Day> = plan
            .visits
            .iter()
            .filter(|visit| visit.inspectors.contains(&own.id))
            .map(|visit| visit.day)
            .collect();
        JointPerson {
            id: own.id.clone(),
            name: own.name.clone(),
            organ: own.organ.clone(),
            fields: own.fields.join("、"),
            visits: visits.len(),
            days: visits.iter().collect::<BTreeSet<_>>().len(),
        }
    };
    plan.problem.inspectors.iter().map(one).collect()
}

//! Joint inspection as part of the platform: an act with `joint` has the plan made here from the registers as of its day.
//! Its numbers go into the record and the plan itself beside it, so that the journal holds its hash, and each plan that is
//! made anew stands beside the one before. The planning is `joint`'s alone.

mod pages;
mod problem;
pub mod words;

use calendar::Day;
use joint::{Plan, Range};
use norms::{Act, Record, Value};

pub use pages::{
    JointChange, JointEnterprise, JointLeft, JointLine, JointPage, JointPerson, JointRound, JointShare,
    JointVisit,
};

use crate::acting::Moment;
use crate::case::CaseFile;
use crate::commands::Upload;
use crate::computed::{Sent, only_today};
use crate::draws::{Taken, is_file, value_of, whole};
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;
use crate::record::Form;

/// The plans of a case, oldest first.
pub(crate) fn plans_of(file: &CaseFile) -> Vec<Taken<'_>> {
    let spec_of = |deed: &norms::Deed| file.pack.file.procedure.act_of(deed.act).filter(|spec| spec.joint);
    file.history.deeds.iter().filter_map(|deed| Some(Taken { spec: spec_of(deed)?, deed })).collect()
}

fn text<'r>(spec: &Act, record: &'r Record, id: &str) -> &'r str {
    match value_of(spec, record, id) {
        Some(Value::Text(text)) => text.trim(),
        _ => "",
    }
}

fn day(spec: &Act, record: &Record, id: &str) -> Option<Day> {
    match value_of(spec, record, id) {
        Some(Value::Day(day)) => Some(*day),
        _ => None,
    }
}

impl Platform {
    /// Makes the joint plan of an act: puts its numbers into the form and the plan beside it. What was sent for these
    /// fields must be the same.
    ///
    /// # Errors
    /// The registers or the form are wrong, all at once; no reason is given for making it anew.
    pub(crate) fn take_joint_step(
        &self,
        seen: &CaseFile,
        spec: &Act,
        moment: &Moment,
        on: Day,
        form: &mut Form,
        files: &mut Vec<Upload>,
    ) -> Result<()> {
        if !spec.joint {
            return Ok(());
        }
        only_today(on, moment.today, "排期按当日的登记，当日办理，不能补记")?;
        let sent = Sent::apart(spec, form);
        if let Some(file) = files.iter().find(|file| is_file(spec, &file.field)) {
            return Err(AppError::field(&file.field, "计划文件", "由平台生成，不用上传"));
        }
        let record = self.read_record(spec, on, form, &seen.row.organ)?;
        let before = self.joint_before(seen)?;
        let asked = self.joint_asked(seen, spec, &record, on, before.is_some())?;
        let problem = self.joint_problem(&asked, before.as_ref())?;
        let made = match &before {
            Some(before) => joint::replan(problem, before),
            None => joint::plan(problem),
        };
        let plan = made.map_err(AppError::Unfit)?;
        let fields = filled(&plan, before.as_ref());
        sent.replace(form, fields)?;
        let (field, name) = ("file".to_owned(), "综合查一次计划.json".to_owned());
        files.push(Upload { field, name, content: plan.text().into_bytes() });
        Ok(())
    }

    /// The newest plan of a case.
    fn joint_before(&self, seen: &CaseFile) -> Result<Option<Plan>> {
        plans_of(seen).last().map(|taken| self.joint_file(taken)).transpose()
    }

    /// The plan that an act made.
    fn joint_file(&self, taken: &Taken<'_>) -> Result<Plan> {
        let text = self.draw_text(taken.file())?;
        Plan::parse(&text).map_err(|found| AppError::Unfit(vec![found]))
    }

    fn joint_asked(
        &self,
        seen: &CaseFile,
        spec: &Act,
        record: &Record,
        on: Day,
        is_again: bool,
    ) -> Result<problem::Asked> {
        let mut faults = Vec::new();
        let mut wrong = |field: &str, name: &str, message: String| {
            faults.push(FieldFault { field: field.to_owned(), name: name.to_owned(), message });
        };
        let (from, to) = (day(spec, record, "from"), day(spec, record, "to"));
        if is_again && text(spec, record, "reason").is_empty() {
            wrong("reason", "重排的理由", "已经有一份计划，重排要写明为什么".to_owned());
        }
        let told_until = day(spec, record, "told_until");
        if told_until.is_some() && !is_again {
            wrong("told_until", "已经告知到哪一天", "还没有计划，没有可以告知的".to_owned());
        }
        let rows = match value_of(spec, record, "away") {
            Some(Value::List(rows)) => rows.as_slice(),
            _ => &[],
        };
        let mut away = Vec::new();
        for row in rows {
            let mut cells = row.split('｜').map(str::trim);
            let [who, first, last] = [(); 3].map(|()| cells.next().unwrap_or_default());
            match (sheets::parse_day(first), sheets::parse_day(last)) {
                (Some(from), Some(to)) if from <= to => away.push((who.to_owned(), Range { from, to })),
                _ => wrong("away", "不在岗的人员", format!("“{row}”的日期读不懂，或者先后颠倒")),
            }
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let organ = self.organ(&seen.row.organ)?;
        Ok(problem::Asked {
            title: text(spec, record, "title").to_owned(),
            from: from.unwrap_or(on),
            to: to.unwrap_or(on),
            on,
            daily: whole(value_of(spec, record, "daily")).unwrap_or(1),
            away,
            told_until,
            division: organ.division.get(..COUNTY).unwrap_or(&organ.division).to_owned(),
        })
    }
}

/// How much of a division's code says the county: departments of one county go together.
const COUNTY: usize = 6;

/// What the record says of the plan.
fn filled(plan: &Plan, before: Option<&Plan>) -> Vec<(&'static str, String)> {
    let totals = plan.totals();
    let changed = before.map_or(0, |before| joint::compare(before, plan).changes.len());
    vec![
        ("enterprises", totals.enterprises.to_string()),
        ("checks", totals.checks.to_string()),
        ("separate", totals.separate.to_string()),
        ("visits", totals.visits.to_string()),
        ("shared", totals.shared.to_string()),
        ("left_out", totals.unplaced.to_string()),
        ("bound", totals.bound.to_string()),
        ("changed", changed.to_string()),
    ]
}

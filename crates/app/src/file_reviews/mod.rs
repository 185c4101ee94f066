//! Reviews of case files (案卷评查): what a case shows by itself, what two reviewers score, what a file and what all files of a draw
//! come to. Which files are drawn, and who reviews them, is a draw ([`crate::draws`]).

mod evaluate;
mod marks;
mod pages;
mod results;

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Day;
use norms::{Act, PARTS, Record, ReviewStep, Value};
use packs::review_sheets::ReviewSheet;

pub use evaluate::{ItemFound, ItemState};
pub use marks::{Mark, Outcome};
pub use pages::{FilePage, ItemLine, ReviewCampaign, ReviewLine, ScoreAsked};

use crate::acting::Moment;
use crate::actor::Actor;
use crate::case::CaseFile;
use crate::computed::{Sent, only_today};
use crate::draws::value_of;
use crate::error::{AppError, FieldFault, Result};
use crate::platform::Platform;
use crate::record::{Form, decimal};
use marks::{differing, faults_of, marks_of, outcome, wrong};

/// The case of a sheet: whose file is reviewed, by which sheet, and by whom.
pub(crate) struct Reviewing {
    pub sheet: ReviewSheet,
    /// The case whose file was drawn.
    pub drawn: Arc<CaseFile>,
    /// Names of the two reviewers.
    pub people: [String; 2],
    pub found: Vec<ItemFound>,
}

impl Platform {
    /// Carries a step of a review out: puts what it computes into the form. What was sent for these fields must be the same.
    ///
    /// # Errors
    /// The step cannot be taken, or what was sent is not what comes out.
    pub(crate) fn take_review_step(
        &self,
        seen: &CaseFile,
        spec: &Act,
        moment: &Moment,
        on: Day,
        form: &mut Form,
    ) -> Result<()> {
        let Some(step) = spec.review else { return Ok(()) };
        only_today(on, moment.today, "评查按办理当日的案件记录核查，当日办理，不能补记")?;
        let sent = Sent::apart(spec, form);
        let record = self.read_record(spec, on, form, &seen.row.organ)?;
        let made = match step {
            ReviewStep::Score => self.scored(seen, spec, &record, &moment.actor)?,
            ReviewStep::Conclude => self.concluded(seen, spec, &record)?,
            ReviewStep::Results => self.review_results(seen)?,
        };
        sent.replace(form, made)
    }

    /// What a case of a sheet reviews; nothing where it is no such case.
    pub(crate) fn reviewing(&self, seen: &CaseFile) -> Result<Option<Reviewing>> {
        let text = |id: &str| recorded(seen, id).unwrap_or_default().to_owned();
        let (key, case) = (text("sheet"), text("drawn"));
        let scores = seen.pack.file.procedure.acts.iter().any(|act| act.review == Some(ReviewStep::Score));
        if !scores || case.is_empty() {
            return Ok(None);
        }
        let sheet = self.rules().review_sheet(&key).cloned().ok_or_else(|| {
            AppError::wrong(
                "sheet",
                format!("没有评查标准“{key}”"),
                "请系统管理员把立案时用的那一版标准放回 review_sheets。",
            )
        })?;
        let drawn = self.store().read(|reader| self.inner().load(reader, &case))?;
        let found = self.evaluate(&sheet, &drawn)?;
        Ok(Some(Reviewing { sheet, drawn, people: [text("first"), text("second")], found }))
    }

    fn scored(
        &self,
        seen: &CaseFile,
        spec: &Act,
        record: &Record,
        actor: &Actor,
    ) -> Result<Vec<(&'static str, String)>> {
        let own = self.reviewing(seen)?.ok_or_else(no_sheet)?;
        must_review(&own, seen, actor)?;
        let rows = rows_of(spec, record);
        let faults = faults_of(&own.found, &rows);
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let marks = marks_of(value_of(spec, record, "marks"));
        let made = outcome(&own.sheet, &own.found, &marks, &BTreeMap::new());
        let computed = own.found.iter().filter(|one| one.state != ItemState::Open);
        let line = |one: &ItemFound| format!("{}：{}（{}）", one.item.text, one.state.text(), one.proof);
        Ok(vec![
            ("reviewer", actor.name.clone()),
            ("points", decimal(made.points, PARTS)),
            ("failed", made.failed.to_string()),
            ("computed", computed.map(line).collect::<Vec<_>>().join("\n")),
        ])
    }

    fn concluded(&self, seen: &CaseFile, spec: &Act, record: &Record) -> Result<Vec<(&'static str, String)>> {
        let own = self.reviewing(seen)?.ok_or_else(no_sheet)?;
        let [first, second] = both_scores(seen).ok_or_else(|| {
            AppError::wrong("two_scores", "两名评查人员还没有都评分", "请两人各自评分以后再汇总。")
        })?;
        let mut settled = settled_before(seen);
        let faults = settle_faults(&own, (&first, &second), &settled, &rows_of(spec, record));
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        settled.extend(marks_of(value_of(spec, record, "marks")));
        let made = outcome(&own.sheet, &own.found, &first, &settled);
        Ok(vec![
            ("points", decimal(made.points, PARTS)),
            ("failed", made.failed.to_string()),
            ("problems", made.problems.to_string()),
            ("grade", made.grade.clone()),
            ("passed", if made.is_passed { "yes" } else { "no" }.to_owned()),
            ("result", made.lines.join("\n")),
        ])
    }
}

fn no_sheet() -> AppError {
    AppError::wrong("no_sheet", "本案没有记载抽中的案卷和评查标准", "请从抽取的公开页面开始这一卷的评查。")
}

/// Only the two who were drawn score, each once and for himself.
fn must_review(own: &Reviewing, seen: &CaseFile, actor: &Actor) -> Result<()> {
    if !own.people.contains(&actor.name) {
        let why = format!("这一卷抽中的评查人员是{}，您（{}）不能评分", own.people.join("、"), actor.name);
        return Err(AppError::wrong(
            "not_drawn",
            why,
            "评查人员由抽取产生，不能代为评分；确实不能评查的，由负责人作废本轮，重新抽取。",
        ));
    }
    let done = scored_by(seen);
    if done.contains(&actor.name) {
        return Err(AppError::wrong("scored", "您已经对这一卷评过分", "由另一名评查人员独立评分。"));
    }
    Ok(())
}

/// The names of those who have scored: they are written into the record by themselves.
pub(crate) fn scored_by(seen: &CaseFile) -> Vec<String> {
    let procedure = &seen.pack.file.procedure;
    let deeds = seen.history.deeds.iter().filter_map(|deed| Some((procedure.act_of(deed.act)?, deed)));
    let scores = deeds.filter(|(act, _)| act.review == Some(ReviewStep::Score));
    scores
        .filter_map(|(act, deed)| match value_of(act, &deed.record, "reviewer") {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        })
        .collect()
}

fn rows_of(spec: &Act, record: &Record) -> Vec<String> {
    match value_of(spec, record, "marks") {
        Some(Value::List(rows)) => rows.clone(),
        _ => Vec::new(),
    }
}

type Marks = BTreeMap<String, Mark>;

/// What each of the two reviewers scored.
pub(super) fn both_scores(seen: &CaseFile) -> Option<[Marks; 2]> {
    let procedure = &seen.pack.file.procedure;
    let deeds = seen.history.deeds.iter().filter_map(|deed| Some((procedure.act_of(deed.act)?, deed)));
    let scores = deeds.filter(|(act, _)| act.review == Some(ReviewStep::Score));
    let mut made: Vec<Marks> =
        scores.map(|(act, deed)| marks_of(value_of(act, &deed.record, "marks"))).collect();
    let (second, first) = (made.pop()?, made.pop()?);
    Some([first, second])
}

/// What was settled until now, the newest going before.
pub(super) fn settled_before(seen: &CaseFile) -> Marks {
    let procedure = &seen.pack.file.procedure;
    let deeds = seen.history.deeds.iter().filter_map(|deed| Some((procedure.act_of(deed.act)?, deed)));
    let all = deeds.filter(|(act, _)| act.review == Some(ReviewStep::Conclude));
    all.flat_map(|(act, deed)| marks_of(value_of(act, &deed.record, "marks"))).collect()
}

/// What is wrong with what is to be settled: where the two differ it must be, and every row wants its reason.
fn settle_faults(
    own: &Reviewing,
    (first, second): (&Marks, &Marks),
    before: &Marks,
    rows: &[String],
) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut say = |item: &str, message: String| {
        faults.push(FieldFault { field: format!("marks-{item}"), name: "评定".to_owned(), message });
    };
    let mut seen = Vec::new();
    for text in rows {
        let mut cells = text.split('｜').map(str::trim);
        let [id, points, remark] = [(); 3].map(|()| cells.next().unwrap_or_default());
        if id.is_empty() {
            continue;
        }
        let Some(one) = own.found.iter().find(|one| one.item.id == id) else {
            say(id, format!("没有“{id}”这一项"));
            continue;
        };
        seen.push(id);
        for message in wrong(&one.item, points, remark) {
            say(id, message);
        }
        if remark.is_empty() {
            say(id, format!("“{}”怎样定的，要写理由", one.item.text));
        }
    }
    for item in differing(&own.found, first, second) {
        if !seen.contains(&item.id.as_str()) && !before.contains_key(&item.id) {
            say(&item.id, format!("“{}”两名评查人员评的不一样，要写明定多少分和理由", item.text));
        }
    }
    faults
}

/// The newest text that the case's records hold under a field's id.
pub(crate) fn recorded<'c>(seen: &'c CaseFile, id: &str) -> Option<&'c str> {
    let procedure = &seen.pack.file.procedure;
    seen.history.deeds.iter().rev().find_map(|deed| {
        let at = procedure.field_named(deed.act, id)?;
        match deed.record.get(at)? {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        }
    })
}

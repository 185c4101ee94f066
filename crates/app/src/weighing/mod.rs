//! Discretion asked by cases: what an act proposes or decides is held against the organ's benchmarks and lists as they
//! were on the day of the unlawful act. Outside the step it is refused unless there is a reason, and a review of it.

mod advice;
mod like;
mod tables;

use base::Diagnostic;
use calendar::Day;
use discretion::{Decision, Degree, Deviation, Fact, Facts, Given, List, Outcome, PenaltyKind, Query};
use norms::{Act, ActId, COLUMN, Discretion, Record, Value};

pub use advice::{Advice, AskedFact};
pub(crate) use like::AtHand;

use crate::case::CaseFile;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::{self, Form};

/// What is held against the benchmarks.
struct Matter {
    /// The unlawful act.
    name: String,
    facts: Facts,
    /// The rows of the facts, as the record keeps them.
    rows: Vec<String>,
    fine: Option<i64>,
    reason: String,
    /// The day whose benchmarks count.
    on: Day,
}

/// What came of it.
struct Weighed {
    step: String,
    list: Option<&'static str>,
    /// In words, with the reasons.
    found: String,
    deviations: Vec<Deviation>,
    /// The facts lead to no step, or to several: people must decide.
    is_gap: bool,
    /// The organ has benchmarks that day, and none for this act.
    is_missing: bool,
}

impl Platform {
    /// The form of an act with what the benchmarks say of it; `before` is the event's own number where it is corrected.
    ///
    /// # Errors
    /// Facts that do not fit, a penalty outside the law, or outside the step without its reason or review.
    pub(crate) fn weighed(
        &self,
        seen: &CaseFile,
        spec: &Act,
        (on, before): (Day, u32),
        form: &Form,
    ) -> Result<Form> {
        let Some(asked) = &spec.discretion else { return Ok(form.clone()) };
        let mut form = form.clone();
        spec.filled().for_each(|id| drop(form.remove(id)));
        let record = self.read_record(spec, on, &form, &seen.row.organ)?;
        let matter = matter(seen, spec, asked, (&record, on, before));
        if matter.name.is_empty() {
            return Ok(form);
        }
        let organ = self.organ(&seen.row.organ)?;
        let weighed = self.weigh((&organ.id, &organ.name), &matter, &seen.row.id, on)?;
        let reviewed = asked.review.map(|review| is_reviewed(seen, review, before));
        let found = barred(&weighed, &matter, asked, reviewed);
        if !found.is_empty() {
            return Err(AppError::Unfit(found));
        }
        let id = |at: u16| spec.fields.get(usize::from(at)).map_or(String::new(), |field| field.id.clone());
        if !matter.rows.is_empty() {
            form.insert(id(asked.facts), matter.rows);
        }
        form.entry(id(asked.matter)).or_insert_with(|| vec![matter.name]);
        form.insert(id(asked.found), vec![weighed.found]);
        if !weighed.step.is_empty() {
            form.insert(id(asked.step), vec![weighed.step]);
        }
        if let Some((at, list)) = asked.list.zip(weighed.list) {
            form.insert(id(at), vec![list.to_owned()]);
        }
        Ok(form)
    }

    fn weigh(&self, organ: (&str, &str), matter: &Matter, case: &str, on: Day) -> Result<Weighed> {
        let own = self.benchmarks(organ, &matter.name, matter.on)?;
        let errors: Vec<Diagnostic> = own.faults.iter().filter(|one| one.is_error()).cloned().collect();
        if !errors.is_empty() {
            return Err(AppError::Unfit(errors));
        }
        let has_table = own.known.contains(&matter.name);
        let query = Query { act: &matter.name, on: matter.on, organ: Some(organ.1) };
        let decision = if has_table || own.book.items().iter().any(|item| item.act.is_some()) {
            own.book.decide(&query, &matter.facts).map_err(AppError::Unfit)?
        } else {
            general(&own.book, &matter.facts, matter.on)
        };
        let given = given(&decision, matter.fine);
        let mut deviations = match matter.fine {
            Some(_) => discretion::deviations(&decision, &given, &matter.facts),
            None => Vec::new(),
        };
        if !has_table {
            deviations.retain(|one| one.degree == Degree::OutsideLaw);
        }
        let step = decision.table.as_ref().and_then(|table| table.step());
        let step = step.map_or(String::new(), |step| step.name.clone());
        let mut found = discretion::shown::decision(&decision, &matter.facts);
        if !has_table {
            found = missing(&own.known, organ.1, matter) + "\n" + &found;
        }
        for one in &deviations {
            found = found + "\n" + &discretion::shown::deviation(one);
        }
        if let Some((fine, false)) = matter.fine.map(|fine| (fine, step.is_empty())) {
            let past = self.decided_before(&matter.name, &step, case)?;
            let compared = discretion::compare(&past, &matter.name, &step, fine, on.next());
            if let Some(compared) = compared {
                found = found + "\n" + &discretion::shown::comparison(&compared, fine);
            }
        }
        let is_gap = decision
            .table
            .as_ref()
            .is_some_and(|table| matches!(table.outcome, Outcome::Nowhere | Outcome::Several(_)));
        let list = [List::None, List::Less, List::Lighter, List::NoCompulsion];
        let list = list.into_iter().find(|list| decision.applying(*list).next().is_some());
        let is_missing = !has_table && !own.known.is_empty();
        Ok(Weighed { step, list: list.map(List::id), found, deviations, is_gap, is_missing })
    }
}

/// What is asked of a record, with what an earlier act of the case said where it says nothing.
fn matter(seen: &CaseFile, spec: &Act, asked: &Discretion, now: (&Record, Day, u32)) -> Matter {
    let (record, on, before) = now;
    let mut name = text(record, asked.matter).to_owned();
    let mut rows = rows(record, asked.facts).to_vec();
    let procedure = &seen.pack.file.procedure;
    for deed in seen.history.deeds.iter().rev().filter(|deed| deed.number < before) {
        let own = procedure.act_of(deed.act).filter(|own| own.id != spec.id);
        let Some(earlier) = own.and_then(|own| own.discretion.as_ref()) else { continue };
        let is_same = name.is_empty() || text(&deed.record, earlier.matter) == name;
        if name.is_empty() {
            text(&deed.record, earlier.matter).clone_into(&mut name);
        }
        if rows.is_empty() && is_same {
            rows = self::rows(&deed.record, earlier.facts).to_vec();
        }
    }
    let fine = asked.fine.and_then(|at| match record.get(at) {
        Some(Value::Money(fen)) => Some(*fen),
        _ => None,
    });
    rows.retain(|row| row.split_once(COLUMN).is_some_and(|(_, answer)| !answer.trim().is_empty()));
    let (facts, reason) = (facts_of(&rows), text(record, asked.reason).to_owned());
    Matter { name, facts, rows, fine, reason, on: day_of_act(seen, asked, before).unwrap_or(on) }
}

fn text(record: &Record, at: u16) -> &str {
    match record.get(at) {
        Some(Value::Text(text)) => text.trim(),
        _ => "",
    }
}

fn rows(record: &Record, at: u16) -> &[String] {
    match record.get(at) {
        Some(Value::List(rows)) => rows,
        _ => &[],
    }
}

/// Rows of what is asked and the answer; what has no answer is not known.
fn facts_of(rows: &[String]) -> Facts {
    let pair = |row: &String| {
        let (name, answer) = row.split_once(COLUMN)?;
        let (name, answer) = (name.trim(), answer.trim());
        (!name.is_empty() && !answer.is_empty()).then(|| (name.to_owned(), Fact::parse(answer)))
    };
    rows.iter().filter_map(pair).collect()
}

/// The day of the unlawful act, as the first act says that has it.
fn day_of_act(seen: &CaseFile, asked: &Discretion, before: u32) -> Option<Day> {
    asked.on.iter().find_map(|(act, field)| match value(seen, *act, *field, before)? {
        Value::Day(day) => Some(day),
        _ => None,
    })
}

fn value(seen: &CaseFile, act: ActId, field: u16, before: u32) -> Option<Value> {
    let deeds = seen.history.deeds.iter().rev().filter(|deed| deed.number < before);
    deeds.filter(|deed| deed.act == act).find_map(|deed| deed.record.get(field).cloned())
}

/// Whether the newest review says that it saw why the step is left, after the last proposal.
fn is_reviewed(seen: &CaseFile, (act, field): (ActId, u16), before: u32) -> bool {
    let procedure = &seen.pack.file.procedure;
    let deeds = || seen.history.deeds.iter().rev().filter(|deed| deed.number < before);
    let proposes = |deed: &&norms::Deed| {
        let own = procedure.act_of(deed.act).and_then(|own| own.discretion.as_ref());
        own.is_some_and(|own| own.proposes)
    };
    let proposed = deeds().find(proposes).map_or(0, |deed| deed.number);
    let review = deeds().find(|deed| deed.act == act);
    review.is_some_and(|deed| {
        deed.number > proposed && matches!(deed.record.get(field), Some(Value::Flag(true)))
    })
}

/// What is meant to be given: the fine, and the other penalties of the step, which no field holds apart.
fn given(decision: &Decision<'_>, fine: Option<i64>) -> Vec<Given> {
    let step = decision.table.as_ref().and_then(|table| table.step());
    let others = step.into_iter().flat_map(|step| &step.penalties);
    let others = others.filter(|one| one.kind != PenaltyKind::Fine && one.range.is_none());
    let mut made: Vec<Given> =
        others.map(|one| Given { kind: one.kind, fine_fen: None, time: None }).collect();
    if let Some(fen) = fine.filter(|fen| *fen > 0) {
        made.push(Given { kind: PenaltyKind::Fine, fine_fen: Some(fen), time: None });
    }
    made
}

/// The lists of the statutes alone, for an act that the organ has nothing of.
fn general<'b>(book: &'b discretion::Book, facts: &Facts, on: Day) -> Decision<'b> {
    let items = book.items().iter().filter(|item| item.act.is_none() && item.edition.holds_on(on));
    let items = items.filter_map(|item| discretion::ItemDecision::of(item, facts).ok()).collect();
    Decision { table: None, items, unused: Vec::new() }
}

fn missing(known: &[String], organ: &str, matter: &Matter) -> String {
    let near = base::closest(&matter.name, known.iter().map(String::as_str));
    let near = near.map_or(String::new(), |near| format!("；是不是“{near}”？"));
    format!("{organ}在{}没有“{}”的裁量权基准{near}", matter.on.chinese(), matter.name)
}

/// Why it may not be done so.
fn barred(weighed: &Weighed, matter: &Matter, asked: &Discretion, reviewed: Option<bool>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let has_reason = !matter.reason.is_empty();
    for one in &weighed.deviations {
        let may = match one.degree {
            Degree::OutsideLaw => false,
            Degree::Untold => weighed.is_gap && excused(asked, has_reason, reviewed),
            Degree::OutsideStep => excused(asked, has_reason, reviewed),
        };
        if may {
            continue;
        }
        let help = match one.degree {
            Degree::OutsideStep => after(asked, has_reason, one.help),
            Degree::Untold if weighed.is_gap => after(asked, has_reason, one.help),
            _ => one.help.to_owned(),
        };
        let mut told = Diagnostic::error("discretion", &one.message).help(help);
        if let Some(article) = &one.article {
            told = told.on(article.clone());
        }
        found.push(told);
    }
    if weighed.is_missing && matter.fine.is_some() && !has_reason {
        let why = weighed.found.lines().next().unwrap_or_default().to_owned();
        let help = "违法行为请照基准的名称写；确实没有基准的，写明不适用裁量权基准的理由。";
        found.push(Diagnostic::error("discretion", why).help(help).on("《行政处罚法》第三十四条"));
    }
    found
}

fn excused(asked: &Discretion, has_reason: bool, reviewed: Option<bool>) -> bool {
    has_reason && (asked.proposes || reviewed == Some(true))
}

/// What to do now, by what is missing.
fn after(asked: &Discretion, has_reason: bool, help: &str) -> String {
    if !asked.proposes && asked.review.is_none() {
        return "本程序不审核理由，不能超出阶次；请改在幅度以内，或者转普通程序。".to_owned();
    }
    if has_reason {
        return "理由已经写明，还没有经法制审核同意；请先由法制审核人员审核，并在审核意见里写明同意超出阶次。".to_owned();
    }
    help.to_owned()
}

impl Platform {
    /// What the benchmarks say of what is filled in so far, for the form of an act; nothing where it asks nothing.
    ///
    /// # Errors
    /// The case is not the actor's to read; the store cannot be read.
    pub fn advice(&self, actor: &crate::Actor, case: &str, act: &str, form: &Form) -> Result<Option<Advice>> {
        let seen = self.readable(actor, case, |_, file| Ok(file.clone()))?;
        let procedure = &seen.pack.file.procedure;
        let spec = procedure.act_named(act).and_then(|id| procedure.act_of(id));
        let Some((spec, asked)) = spec.and_then(|spec| Some((spec, spec.discretion.as_ref()?))) else {
            return Ok(None);
        };
        let mut fields = spec.fields.clone();
        fields.iter_mut().for_each(|field| field.required = false);
        let known = |(name, _): &(&String, &Vec<String>)| fields.iter().any(|field| field.id == **name);
        let half: Form =
            form.iter().filter(known).map(|(name, texts)| (name.clone(), texts.clone())).collect();
        let record = record::read_fields(&fields, &half, &[]).unwrap_or_default();
        let matter = matter(&seen, spec, asked, (&record, self.today(), u32::MAX));
        let organ = self.organ(&seen.row.organ)?;
        Ok(Some(self.advise((&organ.id, &organ.name), spec, asked, matter, &seen.row.id)?))
    }
}

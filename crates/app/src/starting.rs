//! Cases that an act opens in other procedures: in the same transaction, linked both ways in the journal.
//!
//! The event that opens a case names it under `$starts`; the new case's first event names that event under `$from`. No
//! field of a record may be called so. The link is told to the party where the rules say so.

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger::EventKind;
use norms::{Act, FieldType, Given, Giving, History, Record, Start, Value};
use serde_json::{Map, Value as Json, json};
use store::person::Whose;

use crate::acting::{Doing, act_of};
use crate::case::{CaseFile, fault_of};
use crate::commands::Correct;
use crate::derive;
use crate::done::Started;
use crate::error::{AppError, FieldFault, Result};
use crate::organs::Organ;
use crate::persons;
use crate::prepared::Prepared;
use crate::record;

/// The event that opened a case from another one.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub case: String,
    pub number: u32,
    pub told: bool,
}

/// A case that is about to be opened by an act.
pub(crate) struct Plan {
    file: CaseFile,
    organ: Organ,
    receipt: String,
    prepared: Prepared,
    told: bool,
}

/// The record of an event with the cases that it opens and the event that it comes from.
pub(crate) fn linked(plain: &str, origin: Option<&Origin>, planned: &[Plan]) -> String {
    if origin.is_none() && planned.is_empty() {
        return plain.to_owned();
    }
    let mut record: Map<String, Json> = serde_json::from_str(plain).unwrap_or_default();
    if let Some(origin) = origin {
        let from = json!({ "case": origin.case, "number": origin.number, "told": origin.told });
        record.insert("$from".to_owned(), from);
    }
    if !planned.is_empty() {
        let one = |plan: &Plan| json!({ "case": plan.file.row.id, "told": plan.told });
        record.insert("$starts".to_owned(), planned.iter().map(one).collect());
    }
    Json::Object(record).to_string()
}

/// What an event's record says of other cases: the event that it comes from, and those that it opened, each with whether
/// the party is told.
pub(crate) fn links(record: &str) -> (Option<Origin>, Vec<(String, bool)>) {
    if !record.contains("\"$") {
        return (None, Vec::new());
    }
    let record: Json = serde_json::from_str(record).unwrap_or_default();
    let told = |of: &Json| of.get("told").and_then(Json::as_bool) == Some(true);
    let case = |of: &Json| of.get("case").and_then(Json::as_str).map(str::to_owned);
    let from = record.get("$from").and_then(|from| {
        let number = from.get("number").and_then(Json::as_u64).and_then(|number| u32::try_from(number).ok());
        Some(Origin { case: case(from)?, number: number?, told: told(from) })
    });
    let starts = record.get("$starts").and_then(Json::as_array).into_iter().flatten();
    (from, starts.filter_map(|one| Some((case(one)?, told(one)))).collect())
}

impl Doing<'_, '_> {
    /// The cases that an act which was decided is about to open; everything that they lack is told at once.
    pub fn planned(&self, prepared: &Prepared) -> Result<Vec<Plan>> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        let starts = self.file.history.starts_of(&engine, self.file.row.version + 1);
        if starts.is_empty() {
            return Ok(Vec::new());
        }
        let organs = self.platform.organs_of_today()?.organs;
        let (mut made, mut faults) = (Vec::new(), Vec::new());
        for start in starts {
            match self.plan(prepared, start, &organs) {
                Ok(plan) => made.push(plan),
                Err(AppError::Invalid(found)) => faults.extend(found),
                Err(other) => return Err(other),
            }
        }
        if faults.is_empty() { Ok(made) } else { Err(AppError::Invalid(faults)) }
    }

    fn plan(&self, prepared: &Prepared, start: &Start, organs: &[Organ]) -> Result<Plan> {
        let target = self.inner.rules.pack_on(&start.procedure, prepared.on).cloned();
        let target = target.ok_or_else(|| {
            AppError::not_found(format!("{}施行的程序“{}”", prepared.on.chinese(), start.procedure))
        })?;
        let procedure = &target.file.procedure;
        let (act, spec) = act_of(procedure, &start.act)?;
        let own = organs.iter().find(|organ| organ.id == self.file.row.organ);
        let named = start.organ_in(&prepared.record);
        let organ = named.map_or(own, |name| organs.iter().find(|organ| organ.name == name));
        let organ = organ.filter(|organ| procedure.held_by.contains(&organ.kind)).ok_or_else(|| {
            let name = named.or(own.map(|organ| organ.name.as_str())).unwrap_or_default();
            let message = format!("{name}不能办理“{}”；请选有权办理的机关", procedure.name);
            self.fault(start.organ, message)
        })?;
        let record = self.handed(prepared, start, spec, own.map_or("", |organ| organ.name.as_str()))?;
        let place = (organ.id.as_str(), prepared.on);
        let record = self.platform.visit_handed(self.tx, &target, (act, spec), place, record)?;
        let strange = self.platform.strange_entries(&spec.fields, &record, prepared.on, &organ.id)?;
        if !strange.is_empty() {
            return Err(AppError::Invalid(strange));
        }
        let id = self.inner.ids.id(self.moment.now);
        let receipt = self.inner.ids.receipt();
        let mut row = derive::new_case(self.inner, &target, organ, &id, &receipt, self.moment, prepared.on);
        // Whoever hands over has no part in another organ's case; the party stays the party.
        row.handler = row.handler.filter(|_| organ.id == self.file.row.organ);
        row.party.clone_from(&self.file.row.party);
        let history = Arc::new(History::new(&target.engine(&self.inner.rules.calendar)));
        let moment = self.moment.clone();
        let fresh = Prepared::new(moment, spec, (act, prepared.on), record, Vec::new());
        let file = CaseFile { row, pack: Arc::clone(&target), history, counted: Vec::new() };
        Ok(Plan { file, organ: organ.clone(), receipt, prepared: fresh, told: start.told })
    }

    /// The record of the opening act, from what it is given.
    fn handed(&self, prepared: &Prepared, start: &Start, spec: &Act, organ: &str) -> Result<Record> {
        let number = self.file.row.number.as_deref().unwrap_or(&self.file.row.id);
        let of = Giving { number, organ };
        let (mut values, mut faults) = (Vec::with_capacity(spec.fields.len()), Vec::new());
        for field in &spec.fields {
            let given = start.given.iter().find(|(id, _)| *id == field.id).map(|(_, given)| given);
            let value = given.and_then(|given| self.file.history.given(given, prepared.on, of));
            let value = value.map(|value| match value {
                Value::Text(text) if field.kind != FieldType::Party => {
                    Value::Text(record::party_name(&text).to_owned())
                }
                other => other,
            });
            let place = match given {
                Some(Given::Field(act, at)) if *act == prepared.act => Some(*at),
                _ => None,
            };
            let most = field.max.and_then(|max| usize::try_from(max).ok());
            match (&value, most) {
                (None, _) if field.required && !spec.filled().any(|id| id == field.id) => {
                    let message = format!("移交立案要填写，那边的“{}”必须有“{}”", spec.name, field.name);
                    faults.push(self.field_fault(place, message));
                }
                (Some(Value::Text(text)), Some(most)) if text.chars().count() > most => {
                    let message = format!("移交立案时“{}”最多{most}个字", field.name);
                    faults.push(self.field_fault(place, message));
                }
                _ => {}
            }
            values.push(value);
        }
        if faults.is_empty() { Ok(Record::new(values)) } else { Err(AppError::Invalid(faults)) }
    }

    fn fault(&self, field: Option<u16>, message: String) -> AppError {
        AppError::Invalid(vec![self.field_fault(field, message)])
    }

    /// A fault of a field of the act that was just decided.
    fn field_fault(&self, field: Option<u16>, message: String) -> FieldFault {
        let number = self.file.row.version + 1;
        let deed = self.file.history.deeds.iter().find(|deed| deed.number == number);
        let act = deed.and_then(|deed| self.file.pack.file.procedure.act_of(deed.act));
        let spec = act.zip(field).and_then(|(act, at)| act.fields.get(usize::from(at)));
        let (field, name) = spec.map_or_else(
            || ("on".to_owned(), "移交立案".to_owned()),
            |spec| (spec.id.clone(), spec.name.clone()),
        );
        FieldFault { field, name, message }
    }

    /// Opens a case that was planned, by the event of a number in this one.
    pub fn start(&mut self, plan: Plan, number: u32) -> Result<Started> {
        let from = self.file.row.id.clone();
        let Plan { file, organ, receipt, prepared, told } = plan;
        let handed = files_in(&file, &prepared);
        let mut doing = Doing::new(self.platform, &mut *self.tx, self.moment, file);
        doing.origin = Some(Origin { case: from.clone(), number, told });
        let pack = Arc::clone(&doing.file.pack);
        let engine = pack.engine(&doing.inner.rules.calendar);
        let history = Arc::make_mut(&mut doing.file.history);
        history.add(&engine, prepared.deed(1)).map_err(|fault| fault_of(&engine, fault))?;
        derive::describe(&mut doing.file.row, &pack.file.procedure, &doing.file.history);
        derive::enter_case(doing.inner, doing.tx, &mut doing.file, &organ.short, prepared.on)?;
        let (done, file) = doing.act(&prepared, None, Some(&receipt))?;
        self.refer(&from, &file, &handed)?;
        Ok(Started {
            case: done.case,
            number: done.case_number.unwrap_or_default(),
            procedure: pack.file.procedure.name.clone(),
            organ: organ.name,
        })
    }

    /// The files that were handed over are attachments of the new case's first event too; their contents are kept once.
    fn refer(&mut self, from: &str, to: &CaseFile, hashes: &BTreeSet<String>) -> Result<()> {
        let engine = to.pack.engine(&self.inner.rules.calendar);
        let unknown = || Whose::Unknown { case: to.row.id.clone(), group: persons::OF_CASE.to_owned() };
        let whose = persons::first_party(&engine, to).unwrap_or_else(unknown);
        let keys = self.inner.held();
        let mut seen = BTreeSet::new();
        for own in store::attachment::of_case(self.tx, from)? {
            let hash = own.hash.to_string();
            if hashes.contains(&hash) && seen.insert(hash) {
                let (now, by) = (self.moment.now, &self.moment.actor.account);
                let one = own.handed_to(&to.row.id, 1, now, by);
                store::attachment::hand_on(self.tx, keys.ready(), one, &own, &whose)?;
            }
        }
        Ok(())
    }

    /// The cases that an event opened and that are to be taken back with it: none of them may have gone on.
    pub fn untouched(&self, correct: &Correct) -> Result<Vec<String>> {
        let Some(entry) = store::events::get(self.tx, &self.file.row.id, correct.number)? else {
            return Ok(Vec::new());
        };
        let (_, started) = links(&entry.event().record);
        if started.is_empty() {
            return Ok(Vec::new());
        }
        for (case, _) in &started {
            let file = self.inner.load(self.tx, case)?;
            if file.row.version > 1 {
                let number = file.row.number.clone().unwrap_or_default();
                let name = &file.pack.file.procedure.name;
                let why = format!(
                    "第{}号事项已经移交立案，“{name}”{number}那边已经办理了，不能更正",
                    correct.number
                );
                let help = "请与那边的承办机关商量：由他们在那个案件里依程序办理；这边需要说明的，另行登记。";
                return Err(AppError::wrong("started_goes_on", why, help));
            }
        }
        if correct.instead.is_some() {
            let why = format!("第{}号事项已经移交立案，不能改写", correct.number);
            let help = "请先撤回它，那边还没有办理的案件随同撤回，再重新办理。";
            return Err(AppError::wrong("started_goes_on", why, help));
        }
        Ok(started.into_iter().map(|(case, _)| case).collect())
    }

    /// Takes back the event that opened this case, because the event that it came from is taken back.
    pub fn take_back(mut self, reason: &str) -> Result<()> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        let Some(deed) = self.file.history.deeds.first().cloned() else { return Ok(()) };
        let history = self.file.history.corrected(&engine, deed.number, None);
        self.file.history = Arc::new(history.map_err(|fault| fault_of(&engine, fault))?);
        let act = engine.procedure.act_of(deed.act).map_or(String::new(), |act| act.id.clone());
        let record = json!({ "reason": reason.trim(), "withdrawn": true }).to_string();
        self.append(EventKind::Correction, &act, deed.on, Some(deed.number), record, None)?;
        derive::after_correction(self.inner, self.tx, &mut self.file, self.moment)
    }
}

/// The hashes of the files that a record names.
fn files_in(file: &CaseFile, prepared: &Prepared) -> BTreeSet<String> {
    let spec = file.pack.file.procedure.act_of(prepared.act);
    let fields = spec.map_or(&[][..], |spec| &spec.fields);
    let mut made = BTreeSet::new();
    for (field, value) in fields.iter().zip(prepared.record.values()) {
        if let (FieldType::File, Some(Value::List(items))) = (field.kind, value) {
            made.extend(items.iter().filter_map(|item| item.split('|').next()).map(str::to_owned));
        }
    }
    made
}

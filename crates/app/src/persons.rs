//! Whose the personal fields of a record are; where a person's data are; erasing them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use norms::{Act, Deed, Engine, FieldType, Record, Value};
use serde_json::{Map, Value as Json, json};
use store::events::NewEvent;
use store::person::{self, Whose};
use store::personal::NewPart;
use store::{Tx, audit_log, cases};

use crate::actor::Actor;
use crate::error::{AppError, Result};
use crate::platform::{Inner, Platform};
use crate::record;

/// The act of the journal that tells that somebody's data were erased from a case.
pub(crate) const ERASE: &str = "erase_personal";
/// The part of fields that belong to no party of the record: they are of the case's first party.
pub(crate) const OF_CASE: &str = "@case";

/// The personal fields of a record in parts, each with whose it is. A party's own field begins its part, and the fields
/// after it are that party's; what stands before the first party is the first's. A record without a party is of the first
/// party that the case had.
pub(crate) fn parts(
    engine: &Engine<'_>,
    act: &Act,
    record: &Record,
    case: &str,
    deeds: &[Deed],
) -> Vec<NewPart> {
    let unknown = |group: &str| Whose::Unknown { case: case.to_owned(), group: group.to_owned() };
    let mut part = parties(act, record).next().map_or(OF_CASE, |(field, _)| field).to_owned();
    let mut made: BTreeMap<String, (Whose, Map<String, Json>)> = BTreeMap::new();
    for (field, value) in act.fields.iter().zip(record.values()) {
        let Some(value) = value.filter(|_| field.personal) else { continue };
        if field.kind == FieldType::Party {
            part.clone_from(&field.id);
        }
        let whose = || {
            let own = parties(act, record).find(|(id, _)| *id == part).map(|(_, whose)| whose);
            let found = if part == OF_CASE { first_in(engine, deeds) } else { own.flatten() };
            found.unwrap_or_else(|| unknown(&part))
        };
        let (_, fields) = made.entry(part.clone()).or_insert_with(|| (whose(), Map::new()));
        fields.insert(field.id.clone(), record::value_json(value));
    }
    let part = |(name, (whose, fields)): (String, _)| NewPart {
        name,
        whose,
        data: Json::Object(fields).to_string(),
    };
    made.into_iter().map(part).collect()
}

/// Whose a field of a record is that is no part of it: what stands in it belongs to whom the personal fields around it do.
pub(crate) fn owner(
    engine: &Engine<'_>,
    act: &Act,
    record: &Record,
    case: &str,
    deeds: &[Deed],
    field: &str,
) -> Whose {
    let mut part = parties(act, record).next().map(|(id, _)| id);
    for one in &act.fields {
        if one.kind == FieldType::Party && one.personal && parties(act, record).any(|(id, _)| id == one.id) {
            part = Some(&one.id);
        }
        if one.id == field {
            break;
        }
    }
    let unknown = |group: &str| Whose::Unknown { case: case.to_owned(), group: group.to_owned() };
    match part {
        Some(part) => {
            let own = parties(act, record).find(|(id, _)| *id == part).and_then(|(_, whose)| whose);
            own.unwrap_or_else(|| unknown(part))
        }
        None => first_in(engine, deeds).unwrap_or_else(|| unknown(OF_CASE)),
    }
}

/// The first party that the acts of a case name.
fn first_in(engine: &Engine<'_>, deeds: &[Deed]) -> Option<Whose> {
    deeds.iter().find_map(|deed| {
        let act = engine.procedure.act_of(deed.act)?;
        parties(act, &deed.record).find_map(|(_, whose)| whose)
    })
}

/// The first party of a case.
pub(crate) fn first_party(engine: &Engine<'_>, file: &crate::case::CaseFile) -> Option<Whose> {
    first_in(engine, &file.history.deeds)
}

/// The parties that a record names in personal fields, with whose number it is.
fn parties<'a>(act: &'a Act, record: &'a Record) -> impl Iterator<Item = (&'a str, Option<Whose>)> {
    act.fields.iter().zip(record.values()).filter_map(|(field, value)| {
        let Some(Value::Text(text)) = value else { return None };
        let is_party = field.kind == FieldType::Party && field.personal;
        is_party.then(|| (field.id.as_str(), record::party_code(text).map(whose)))
    })
}

fn whose(code: &str) -> Whose {
    // Of a document the day of birth does not count: the person is the same where somebody mistook it.
    let document = codes::identity::check(code).map(|one| one.key());
    Whose::Number(document.unwrap_or_else(|_| code.trim().to_uppercase()))
}

/// Whose the fields of an event of an older program are: the first party's in them.
pub(crate) fn first_of(fields: &str) -> Option<Whose> {
    let fields: Map<String, Json> = serde_json::from_str(fields).ok()?;
    fields.values().filter_map(Json::as_str).find_map(record::party_code).map(whose)
}

/// Where a person's data are. 个人信息所在
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonFound {
    pub id: String,
    /// Id and number of each case.
    pub cases: Vec<(String, String)>,
    /// How many attachments are the person's papers, which erasing takes with it.
    pub attachments: usize,
}

/// What is asked when a person's data are to be erased. 删除个人信息
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasePerson {
    /// The key of the request: done once.
    pub key: String,
    /// The identity number or the credit code.
    pub code: String,
    pub reason: String,
    /// On what the erasing rests, in the operator's words: nothing here knows which records must be kept.
    pub basis: String,
}

/// What was erased. 删除结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonErased {
    pub id: String,
    /// What was erased in each case.
    pub cases: Vec<ErasedFrom>,
}

/// The number of a case, and how many parts of its records and how many of its attachments were erased. 一案中的删除
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedFrom {
    pub number: String,
    pub parts: u64,
    pub files: u64,
}

impl PersonErased {
    fn text(&self) -> String {
        let cases: Vec<Json> =
            self.cases.iter().map(|one| json!([one.number, one.parts, one.files])).collect();
        json!({ "id": self.id, "cases": cases }).to_string()
    }

    fn from_text(text: &str) -> Self {
        let json: Json = serde_json::from_str(text).unwrap_or_default();
        let cases = json.get("cases").and_then(Json::as_array).into_iter().flatten();
        let one = |it: &Json| {
            let number = it.get(0).and_then(Json::as_str).unwrap_or_default().to_owned();
            let count = |at: usize| it.get(at).and_then(Json::as_u64).unwrap_or(0);
            ErasedFrom { number, parts: count(1), files: count(2) }
        };
        let id = json.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
        Self { id, cases: cases.map(one).collect() }
    }
}

impl Platform {
    /// Where the data are of the person or organisation with a number; nothing when there are none, or they were erased.
    ///
    /// # Errors
    /// The actor is no administrator; the number is none; the keys are not there.
    pub fn find_person(&self, actor: &Actor, code: &str) -> Result<Option<PersonFound>> {
        admin(actor)?;
        let keys = self.inner().held().needed()?;
        let whose = valid(code)?;
        self.store().read(|reader| {
            let Some(id) = person::find(reader, &keys, &whose)? else { return Ok(None) };
            let (mut found, attachments) = (Vec::new(), store::attachment::of_person(reader, &id)?.len());
            for case in person::cases_of(reader, &id)? {
                let row = cases::get(reader, &case)?;
                let number = row.and_then(|row| row.number).unwrap_or_else(|| case.clone());
                found.push((case, number));
            }
            Ok(Some(PersonFound { id, cases: found, attachments }))
        })
    }

    /// Erases everything that the records of all cases keep of a person, for good. Each case gets a remark in its journal
    /// that says why; the operator's log too.
    ///
    /// # Errors
    /// The actor is no administrator; reason or basis are missing; there is no such person; the keys are not there.
    pub fn erase_person(&self, actor: &Actor, asked: ErasePerson) -> Result<PersonErased> {
        admin(actor)?;
        for (text, field, name) in [(&asked.reason, "reason", "理由"), (&asked.basis, "basis", "依据")] {
            if text.trim().is_empty() {
                return Err(AppError::field(field, name, "必须填写"));
            }
        }
        let whose = valid(&asked.code)?;
        let keys = self.inner().held().needed()?;
        let digest =
            crate::ids::sm3([asked.code.trim(), &asked.reason, &asked.basis].join("\u{1f}").as_bytes());
        let (platform, actor, now) = (self.clone(), actor.clone(), self.now());
        let loose: Arc<Mutex<Vec<ledger::Hash>>> = Arc::default();
        let left = Arc::clone(&loose);
        let work = move |tx: &mut Tx<'_>| -> Result<String> {
            store::command::once(tx, &asked.key, &digest, now, |tx| {
                let found = person::find(tx, &keys, &whose)?;
                let id = found.ok_or_else(|| AppError::not_found("这个号码的人的个人信息"))?;
                let erased = person::erase(tx, &keys, &id, now)?;
                let erased = erased.unwrap_or(person::Erased { cases: Vec::new(), loose: Vec::new() });
                *left.lock().unwrap_or_else(PoisonError::into_inner) = erased.loose;
                let mut told = Vec::new();
                for one in erased.cases.into_iter().filter(|one| one.parts > 0 || one.files > 0) {
                    let number = platform.inner().note_erased(tx, &actor, &asked, now, &one)?;
                    told.push(ErasedFrom { number, parts: one.parts, files: one.files });
                }
                let cases: Vec<Json> =
                    told.iter().map(|one| json!([one.number, one.parts, one.files])).collect();
                let detail = json!({
                    "person": id, "cases": cases, "reason": asked.reason, "basis": asked.basis,
                });
                audit_log::add(tx, now, Some(&actor.account), "person_erased", &detail.to_string())?;
                Ok(PersonErased { id, cases: told }.text())
            })
        };
        let done = PersonErased::from_text(&self.store().write(work)??);
        // Their keys are gone already: what cannot be taken away now, nobody can read, and the next sweep takes it.
        for hash in loose.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = self.store().files().discard(&hash);
        }
        Ok(done)
    }
}

impl Inner {
    /// The remark in the journal of a case; the case's number.
    fn note_erased(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        asked: &ErasePerson,
        now: i64,
        erased: &person::ErasedIn,
    ) -> Result<String> {
        let case = erased.case.as_str();
        let mut row = cases::get(tx, case)?.ok_or_else(|| AppError::not_found(format!("案件{case}")))?;
        // The title of a list and whom the case is found by are made anew from what is left; erasing does not wait for a case
        // that cannot be read.
        row.title = match self.reload(tx, case) {
            Ok(file) => {
                crate::enterprises::note(tx, &file)?;
                crate::derive::title(&file.pack.file.procedure, &file.history)
            }
            Err(_) => row.procedure.clone(),
        };
        cases::update(tx, &row)?;
        let record = json!({ "reason": asked.reason.trim(), "basis": asked.basis.trim(), "parts": erased.parts, "files": erased.files });
        store::events::append(
            tx,
            NewEvent {
                case: case.to_owned(),
                legal_day: crate::clock::day_of(now).number(),
                recorded_at: now,
                actor: actor.account.clone(),
                kind: ledger::EventKind::Note,
                act: ERASE.to_owned(),
                corrects: None,
                record: record.to_string(),
                personal: None,
            },
        )?;
        Ok(row.number.unwrap_or_else(|| case.to_owned()))
    }
}

fn admin(actor: &Actor) -> Result<()> {
    if actor.rank == store::account::Rank::SystemAdmin {
        return Ok(());
    }
    let why = format!("查找和删除个人信息由系统管理员办理，您（{}）不能办", actor.title());
    Err(AppError::Forbidden { why, help: "请由系统管理员用自己的账号办理。".to_owned() })
}

/// A number in its canonical writing.
fn valid(code: &str) -> Result<Whose> {
    let kinds = [codes::Kind::ResidentId, codes::Kind::Uscc, codes::Kind::IdentityDocument];
    let found = kinds.map(|kind| codes::check(kind, code.trim())).into_iter().find(|found| found.is_valid());
    let canonical = found.and_then(|found| found.canonical);
    canonical.map(|code| whose(&code)).ok_or_else(|| {
        AppError::field(
            "code",
            "号码",
            "不是有效的居民身份证号、统一社会信用代码或者身份证件；证件写作 种类/国籍/号码/出生日期",
        )
    })
}

/// What a page shows of the parts that are not there: label and text.
pub(crate) fn absent(spec: Option<&Act>, own: &store::personal::Personal) -> Vec<(String, String)> {
    let label = |part: &String| {
        let field = spec.and_then(|spec| spec.fields.iter().find(|field| field.id == *part));
        field.map_or_else(|| "个人信息".to_owned(), |field| field.name.clone())
    };
    let erased = own.erased.iter().map(|part| (label(part), "已删除".to_owned()));
    let unopened = own.unopened.iter().map(|part| (label(part), "读不出来：没有这个人的密钥".to_owned()));
    erased.chain(unopened).collect()
}

/// The name of an act that no procedure has.
pub(crate) fn act_name(act: &str) -> String {
    match act {
        ERASE => "删除个人信息".to_owned(),
        crate::notes::HAND_OVER => "变更承办人".to_owned(),
        _ => act.to_owned(),
    }
}

/// What a page shows of the remark that data were erased.
pub(crate) fn remark(act: &str, record: &str) -> Option<(String, Vec<(String, String)>)> {
    if act == crate::notes::HAND_OVER {
        return Some((act_name(act), crate::notes::handed(record)));
    }
    if act != ERASE {
        return None;
    }
    let json: Json = serde_json::from_str(record).unwrap_or_default();
    let text = |name: &str| json.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
    let fields = vec![("理由".to_owned(), text("reason")), ("依据".to_owned(), text("basis"))];
    Some((act_name(act), fields))
}

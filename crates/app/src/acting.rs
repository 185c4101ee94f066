//! Doing acts: opening a case, dealing with it, correcting what was done, and what the lapse of time does.

use std::sync::Arc;

use calendar::Day;
use ledger::{EventKind, Hash};
use norms::{Act, ActId, Deed, Engine, FieldType, History, Record};
use serde_json::{Value as Json, json};
use store::events::NewEvent;
use store::lease::Lease;
use store::personal::NewPersonal;
use store::{StoredFile, Tx, cases};

use crate::actor::{Actor, Holding};
use crate::case::{CaseFile, fault_of};
use crate::derive;
use crate::error::{AppError, Result};
use crate::persons;
use crate::platform::{Inner, Platform};
use crate::record::{self, Form};

/// Opens a case. 立案、申请
#[derive(Clone, Debug)]
pub struct Open {
    /// Of the sender's making; the same key is done once.
    pub key: String,
    pub procedure: String,
    /// Id of the organ that is to hold the case.
    pub organ: String,
    pub act: String,
    pub on: Day,
    pub form: Form,
    pub files: Vec<Upload>,
}

/// Does an act in a case. 办理
#[derive(Clone, Debug)]
pub struct Deal {
    pub key: String,
    pub case: String,
    /// The version that the page showed; another one means that somebody acted in between.
    pub version: Option<u32>,
    pub act: String,
    pub on: Day,
    pub form: Form,
    pub files: Vec<Upload>,
}

/// Corrects an event: takes it back, or puts another in its place. 更正
#[derive(Clone, Debug)]
pub struct Correct {
    pub key: String,
    pub case: String,
    pub version: Option<u32>,
    /// The event that was wrong.
    pub number: u32,
    pub reason: String,
    /// What should have been recorded; none takes the event back.
    pub instead: Option<(Day, Form)>,
}

/// A file that belongs to a field of the form. 上传的附件
#[derive(Clone, Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub content: Vec<u8>,
}

/// What was done. 办理结果
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub case: String,
    pub number: u32,
    /// The number that people cite.
    pub case_number: Option<String>,
    /// The code by which the case can be followed without an account; told once.
    pub receipt: Option<String>,
    pub hash: String,
}

impl Done {
    fn to_text(&self) -> String {
        json!({ "case": self.case, "number": self.number, "case_number": self.case_number,
                "receipt": self.receipt, "hash": self.hash })
        .to_string()
    }

    fn from_text(text: &str) -> Self {
        let value: Json = serde_json::from_str(text).unwrap_or_default();
        let text = |name: &str| value.get(name).and_then(Json::as_str).map(str::to_owned);
        Self {
            case: text("case").unwrap_or_default(),
            number: value
                .get("number")
                .and_then(Json::as_u64)
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            case_number: text("case_number"),
            receipt: text("receipt"),
            hash: text("hash").unwrap_or_default(),
        }
    }
}

/// Who acts in which case, and when it is recorded.
pub(crate) struct Moment {
    pub actor: Actor,
    pub now: i64,
    pub today: Day,
}

impl Platform {
    /// Opens a case.
    ///
    /// # Errors
    /// Barred, wrong fields, not the actor's to do; nothing was written then.
    pub fn open(&self, actor: &Actor, open: Open) -> Result<Done> {
        let moment = self.moment(actor);
        let pack = self.rules().pack_on(&open.procedure, open.on).cloned();
        let pack = pack.ok_or_else(|| {
            AppError::not_found(format!("{}施行的程序“{}”", open.on.chinese(), open.procedure))
        })?;
        let organ = self.organ(&open.organ)?;
        if !pack.file.procedure.held_by.contains(&organ.kind) {
            let why = format!("{}不能办理“{}”", organ.name, pack.file.procedure.name);
            return Err(AppError::wrong("wrong_organ", why, "请选有权办理的机关。"));
        }
        let (act, spec) = act_of(&pack.file.procedure, &open.act)?;
        let (stored, form, record) = self.filled(spec, open.on, open.form, &open.files)?;
        let case = self.inner().ids.id(moment.now);
        let receipt = self.inner().ids.receipt();
        let digest = digest(&[&open.procedure, &open.organ, &open.act, &open.on.to_string(), &flat(&form)]);
        let platform = self.clone();
        let key = open.key;
        let on = open.on;
        let work = move |tx: &mut Tx<'_>| {
            store::command::once(tx, &key, &digest, moment.now, |tx| {
                let inner = platform.inner();
                let row = derive::new_case(inner, tx, &pack, &organ, &case, &receipt, &moment, on)?;
                let history = History::new(&pack.engine(&inner.rules.calendar));
                let file = CaseFile { row, pack: Arc::clone(&pack), history, counted: Vec::new() };
                let doing = Doing { inner, tx, moment: &moment, file, told: Some(receipt.clone()) };
                doing.act(act, on, record.clone(), &stored)
            })
        };
        Ok(Done::from_text(&self.store().write(work)??))
    }

    /// Does an act in a case.
    ///
    /// # Errors
    /// Barred, wrong fields, not the actor's to do, somebody was quicker; nothing was written then.
    pub fn act(&self, actor: &Actor, deal: Deal) -> Result<Done> {
        let moment = self.moment(actor);
        let pack = self.pack_of(&deal.case)?;
        let (act, spec) = act_of(&pack.file.procedure, &deal.act)?;
        let (stored, form, record) = self.filled(spec, deal.on, deal.form, &deal.files)?;
        let digest = digest(&[&deal.case, &deal.act, &deal.on.to_string(), &flat(&form)]);
        let platform = self.clone();
        let (key, case, version, on) = (deal.key, deal.case, deal.version, deal.on);
        let work = move |tx: &mut Tx<'_>| {
            store::command::once(tx, &key, &digest, moment.now, |tx| {
                let inner = platform.inner();
                let mut doing = Doing::of(inner, tx, &moment, &case, version)?;
                doing.lapse_before(on)?;
                doing.act(act, on, record.clone(), &stored)
            })
        };
        Ok(Done::from_text(&self.store().write(work)??))
    }

    /// Corrects an event of a case by another event. The one corrected stays in the journal.
    ///
    /// # Errors
    /// What follows could not stand, wrong fields, not the actor's to do.
    pub fn correct(&self, actor: &Actor, correct: Correct) -> Result<Done> {
        let moment = self.moment(actor);
        if correct.reason.trim().is_empty() {
            return Err(AppError::field("reason", "更正理由", "必须填写"));
        }
        if let Some((on, _)) = &correct.instead {
            check_day(*on, moment.today)?;
        }
        let digest = digest(&[&correct.case, &correct.number.to_string(), &format!("{:?}", correct.instead)]);
        let platform = self.clone();
        let work = move |tx: &mut Tx<'_>| {
            store::command::once(tx, &correct.key, &digest, moment.now, |tx| {
                let inner = platform.inner();
                let doing = Doing::of(inner, tx, &moment, &correct.case, correct.version)?;
                doing.correct(&platform, &correct)
            })
        };
        Ok(Done::from_text(&self.store().write(work)??))
    }

    /// Does what the law deems done because time has run out, in all cases; how many acts that were.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn run_lapses(&self) -> Result<usize> {
        self.lapses(None)
    }

    /// What a server does every few seconds, and of several servers over one database only one: looks at the clock
    /// that they share, and does what the law deems done. How many acts that were; nothing where another server
    /// has the lease.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn tick(&self, lease: &Arc<Lease>) -> Result<Option<usize>> {
        if let Some(shared) = self.store().shared_clock()? {
            self.inner().clock.follow(shared);
        }
        if lease.hold(self.store())? { self.lapses(Some(lease)).map(Some) } else { Ok(None) }
    }

    fn lapses(&self, lease: Option<&Arc<Lease>>) -> Result<usize> {
        let clock = Actor {
            account: "clock".to_owned(),
            name: "期限届满".to_owned(),
            organ: None,
            rank: store::account::Rank::Admin,
        };
        let mut count = 0;
        loop {
            let today = self.today();
            let due = self.store().read(|reader| store::due::lapsed(reader, today.number(), 200))?;
            let mut moved = 0;
            for due in due {
                let (platform, moment, lease) = (self.clone(), self.moment(&clock), lease.cloned());
                let work = move |tx: &mut Tx<'_>| -> Result<usize> {
                    let place = platform.store().place();
                    if let Some(lease) = &lease
                        && !lease.is_held(tx, place)?
                    {
                        return Ok(0);
                    }
                    let mut doing = Doing::of(platform.inner(), tx, &moment, &due.case, None)?;
                    doing.lapse_before(moment.today)
                };
                moved += self.store().write(work)??;
            }
            if moved == 0 {
                return Ok(count);
            }
            count += moved;
        }
    }

    fn moment(&self, actor: &Actor) -> Moment {
        Moment { actor: actor.clone(), now: self.now(), today: self.today() }
    }

    fn pack_of(&self, case: &str) -> Result<Arc<packs::Pack>> {
        self.store().read(|reader| {
            let row = cases::get(reader, case)?.ok_or_else(|| AppError::not_found(format!("案件{case}")))?;
            self.inner().pack(reader, &row.pack)
        })
    }

    fn read_record(&self, spec: &Act, form: &Form) -> Result<Record> {
        let asks = spec.fields.iter().any(|field| field.kind == FieldType::Organ);
        let organs = if asks { self.organ_names()? } else { Vec::new() };
        record::read(spec, form, &organs).map_err(AppError::Invalid)
    }

    /// Reads a form with its day and its files; everything that is wrong with any of them at once.
    fn filled(&self, spec: &Act, on: Day, form: Form, files: &[Upload]) -> Result<Filled> {
        let mut faults = Vec::new();
        gather(check_day(on, self.today()), &mut faults)?;
        let stored = gather(self.store_files(spec, files), &mut faults)?.unwrap_or_default();
        let form = with_files(form, &stored);
        let record = gather(self.read_record(spec, &form), &mut faults)?;
        match record {
            Some(record) if faults.is_empty() => Ok((stored, form, record)),
            _ => Err(AppError::Invalid(faults)),
        }
    }

    /// Keeps the files before the transaction that names them.
    fn store_files(&self, spec: &Act, files: &[Upload]) -> Result<Vec<Kept>> {
        let mut stored = Vec::new();
        let mut faults = Vec::new();
        for file in files {
            let Some(field) = spec.fields.iter().find(|field| field.id == file.field && takes_files(field))
            else {
                return Err(AppError::field(&file.field, &file.field, "这里不收附件"));
            };
            match self.store().files().put(&file.name, &file.content) {
                Ok(kept) => stored.push((field.clone(), kept)),
                Err(store::StoreError::FileRefused { why }) => faults.push(crate::FieldFault {
                    field: field.id.clone(),
                    name: field.name.clone(),
                    message: format!("“{}”没有收下：{why}", file.name),
                }),
                Err(fault) => return Err(fault.into()),
            }
        }
        if faults.is_empty() { Ok(stored) } else { Err(AppError::Invalid(faults)) }
    }
}

/// A file that was kept, with the field that it was handed in under.
type Kept = (norms::Field, StoredFile);

/// The files that were kept, the form with their names, what the form records.
type Filled = (Vec<Kept>, Form, Record);

/// A field of files, or a table with a column of files: they belong to the event, and the row names them.
fn takes_files(field: &norms::Field) -> bool {
    field.kind == FieldType::File || field.columns.iter().any(|column| column.kind == FieldType::File)
}

/// Sets the faults of fields aside, one for each field; any other trouble ends the reading.
fn gather<T>(outcome: Result<T>, faults: &mut Vec<crate::FieldFault>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(AppError::Invalid(found)) => {
            let fresh: Vec<_> =
                found.into_iter().filter(|one| faults.iter().all(|old| old.field != one.field)).collect();
            faults.extend(fresh);
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

fn check_day(on: Day, today: Day) -> Result<()> {
    if on > today {
        let message = format!("{}还没有到（今天是{}），不能填将来的日期", on.chinese(), today.chinese());
        return Err(AppError::field("on", "办理日期", message));
    }
    Ok(())
}

fn act_of<'p>(procedure: &'p norms::Procedure, id: &str) -> Result<(ActId, &'p Act)> {
    let act = procedure.act_named(id);
    let found = act.and_then(|act| procedure.act_of(act).map(|spec| (act, spec)));
    found.ok_or_else(|| AppError::not_found(format!("“{}”里的事项“{id}”", procedure.name)))
}

/// Files join the form as `hash|name`; what a client wrote in a file field does not count.
fn with_files(mut form: Form, stored: &[Kept]) -> Form {
    let own = || stored.iter().filter(|(field, _)| field.kind == FieldType::File);
    for (field, _) in own() {
        form.remove(&field.id);
    }
    for (field, file) in own() {
        form.entry(field.id.clone()).or_default().push(format!("{}|{}", file.hash, file.name));
    }
    form
}

/// A form as one text, for the digest of a request.
fn flat(form: &Form) -> String {
    let mut text = String::new();
    for (name, texts) in form {
        for one in texts {
            text.push_str(name);
            text.push('\u{1e}');
            text.push_str(one);
            text.push('\u{1f}');
        }
    }
    text
}

fn digest(parts: &[&str]) -> Hash {
    crate::ids::sm3(parts.join("\u{1f}").as_bytes())
}

/// A case in the hands of one command, inside its transaction.
struct Doing<'a, 't> {
    inner: &'a Inner,
    tx: &'a mut Tx<'t>,
    moment: &'a Moment,
    file: CaseFile,
    /// The receipt code to tell, when the case is being opened.
    told: Option<String>,
}

impl<'a, 't> Doing<'a, 't> {
    fn of(
        inner: &'a Inner,
        tx: &'a mut Tx<'t>,
        moment: &'a Moment,
        case: &str,
        version: Option<u32>,
    ) -> Result<Self> {
        let file = inner.load(tx, case)?;
        if let Some(seen) = version.filter(|seen| *seen != file.row.version) {
            let entries = store::events::of_case(tx, case, seen)?;
            let by = entries.last().map_or(String::new(), |entry| entry.event().actor.clone());
            let name = store::account::get(tx, &by)?.map_or("他人".to_owned(), |account| account.name);
            return Err(AppError::Changed { version: file.row.version, by: name });
        }
        Ok(Self { inner, tx, moment, file: (*file).clone(), told: None })
    }

    fn act(mut self, act: ActId, on: Day, record: Record, stored: &[Kept]) -> Result<String> {
        let pack = Arc::clone(&self.file.pack);
        let engine: Engine<'_> = pack.engine(&self.inner.rules.calendar);
        let spec = engine.procedure.act_of(act).ok_or_else(|| AppError::not_found("事项"))?;
        let row = &self.file.row;
        let opening = row.version == 0 && self.moment.actor.rank == store::account::Rank::Citizen;
        let own = opening.then_some(self.moment.actor.account.as_str());
        let holding = Holding {
            organ: &row.organ,
            party: own.or(row.party.as_deref()),
            records: &self.file.history.records,
        };
        self.moment.actor.check(engine.procedure, spec, &holding)?;
        let plain = record::to_json(spec, &record);
        let personal = self.apart(&engine, spec, &record)?;
        let deed = Deed { number: self.file.row.version + 1, act, on, record, lapse: None };
        self.file.history.add(&engine, deed).map_err(|fault| fault_of(&engine, fault))?;
        let entry = self.append(EventKind::Act, &spec.id, on, None, plain, personal)?;
        // One file under two fields of a form is one attachment of the event.
        let mut added: Vec<&StoredFile> = Vec::new();
        for (_, file) in stored {
            if added.contains(&file) {
                continue;
            }
            added.push(file);
            let attachment = store::attachment::Attachment::new(
                file,
                &self.file.row.id,
                entry.number,
                self.moment.now,
                &self.moment.actor.account,
            );
            store::attachment::add(self.tx, &attachment)?;
        }
        derive::after_act(self.inner, self.tx, &mut self.file, self.moment, act, entry.number, on)?;
        if self.told.is_none() || on < self.moment.today {
            self.lapse_before(self.moment.today)?;
        }
        self.finish(entry)
    }

    /// Lets the law deem done what is due before a day begins; how many acts that were.
    fn lapse_before(&mut self, day: Day) -> Result<usize> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        let mut count = 0;
        while let Some(due) = engine.lapse_due(&self.file.history.marking, day) {
            let number = self.file.row.version + 1;
            let deed =
                Deed { number, act: due.act, on: due.on, record: Record::default(), lapse: Some(due.norm) };
            self.file.history.add(&engine, deed).map_err(|fault| fault_of(&engine, fault))?;
            let name = engine.procedure.act_of(due.act).map_or("", |act| act.id.as_str());
            let record = json!({ "norm": due.norm }).to_string();
            self.append(EventKind::Lapse, name, due.on, None, record, None)?;
            derive::after_act(self.inner, self.tx, &mut self.file, self.moment, due.act, number, due.on)?;
            count += 1;
        }
        if count > 0 {
            self.inner.keep(&Arc::new(self.file.clone()));
        }
        Ok(count)
    }

    fn correct(mut self, platform: &Platform, correct: &Correct) -> Result<String> {
        let pack = Arc::clone(&self.file.pack);
        let engine = pack.engine(&self.inner.rules.calendar);
        let found = self.file.history.deeds.iter().find(|deed| deed.number == correct.number).cloned();
        let deed = found.ok_or_else(|| AppError::not_found(format!("本案第{}号事项", correct.number)))?;
        let spec = engine.procedure.act_of(deed.act).ok_or_else(|| AppError::not_found("事项"))?;
        let row = &self.file.row;
        let holding = Holding { organ: &row.organ, party: None, records: &self.file.history.records };
        if deed.lapse.is_none() {
            self.moment.actor.check(engine.procedure, spec, &holding)?;
        } else if !self.moment.actor.is_officer() || !self.moment.actor.may_read(engine.procedure, &holding) {
            let why = "期限届满的事项只能由本机关人员更正".to_owned();
            return Err(AppError::Forbidden { why, help: "请由承办机关办理。".to_owned() });
        }
        let mut record = json!({ "reason": correct.reason.trim() });
        let (mut personal, mut on, mut by) = (None, deed.on, None);
        if let Some((day, form)) = &correct.instead {
            let read = platform.read_record(spec, form)?;
            let plain = record::to_json(spec, &read);
            let apart = self.apart(&engine, spec, &read)?;
            if let Some(object) = record.as_object_mut() {
                object.insert("record".to_owned(), serde_json::from_str(&plain).unwrap_or_default());
            }
            (personal, on) = (apart, *day);
            by = Some(Deed { number: correct.number, act: deed.act, on, record: read, lapse: None });
        } else if let Some(object) = record.as_object_mut() {
            object.insert("withdrawn".to_owned(), json!(true));
        }
        let history = self.file.history.corrected(&engine, correct.number, by);
        self.file.history = history.map_err(|fault| fault_of(&engine, fault))?;
        let id = spec.id.clone();
        let entry =
            self.append(EventKind::Correction, &id, on, Some(correct.number), record.to_string(), personal)?;
        derive::after_correction(self.inner, self.tx, &mut self.file, self.moment)?;
        self.lapse_before(self.moment.today)?;
        self.finish(entry)
    }

    /// The personal fields of a record, with whose they are.
    fn apart(&self, engine: &Engine<'_>, act: &Act, record: &Record) -> Result<Option<NewPersonal>> {
        let parts = persons::parts(engine, act, record, &self.file.row.id, &self.file.history.deeds);
        if parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(NewPersonal { keys: self.inner.held().needed()?, parts }))
    }

    fn append(
        &mut self,
        kind: EventKind,
        act: &str,
        on: Day,
        corrects: Option<u32>,
        record: String,
        personal: Option<NewPersonal>,
    ) -> Result<Entered> {
        let entry = store::events::append(
            self.tx,
            NewEvent {
                case: self.file.row.id.clone(),
                legal_day: on.number(),
                recorded_at: self.moment.now,
                actor: if kind == EventKind::Lapse {
                    "clock".to_owned()
                } else {
                    self.moment.actor.account.clone()
                },
                kind,
                act: act.to_owned(),
                corrects,
                record,
                personal,
            },
        )?;
        let event = entry.event();
        self.file.row.version = event.number;
        self.file.row.head = entry.chained.hash;
        Ok(Entered { number: event.number, hash: entry.chained.hash.to_string() })
    }

    fn finish(self, entry: Entered) -> Result<String> {
        let file = Arc::new(self.file);
        self.inner.keep(&file);
        let done = Done {
            case: file.row.id.clone(),
            number: entry.number,
            case_number: file.row.number.clone(),
            receipt: self.told,
            hash: entry.hash,
        };
        Ok(done.to_text())
    }
}

/// An event that was entered.
struct Entered {
    number: u32,
    hash: String,
}

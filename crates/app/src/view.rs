//! What a case page shows: what may, must and must not be done, the clocks with their counting, the record, the
//! events with their hashes.

use calendar::{Count, Day};
use norms::{ActId, Decision, Form, Marking, Owed, Value};
use packs::Pack;
use store::{Query, cases, document, publication};

use crate::actor::Actor;
use crate::authority::{Asking, party_for};
use crate::case::CaseFile;
use crate::clock::local_time;
use crate::error::{AppError, Result};
use crate::persons;
use crate::platform::Platform;
use crate::record;
use crate::withheld::{Withheld, withheld};

/// A case as its page shows it. 案件页
#[derive(Clone, Debug)]
pub struct CaseView {
    pub id: String,
    pub number: String,
    pub title: String,
    pub procedure_id: String,
    pub procedure: String,
    pub organ: String,
    pub organ_id: String,
    pub phase: String,
    pub phases: Vec<String>,
    pub opened_on: Day,
    pub closed_on: Option<Day>,
    pub version: u32,
    /// The day at whose end it was known so; none for what is known now.
    pub as_of: Option<Day>,
    /// 可以办
    pub may: Vec<ActView>,
    /// 应当办
    pub must: Vec<OwedView>,
    /// 不得办
    pub must_not: Vec<BarredView>,
    pub events: Vec<EventView>,
    pub documents: Vec<DocumentView>,
    pub public: Vec<PublicView>,
    /// Cases that it came from or that it opened.
    pub links: Vec<LinkView>,
    /// Why nothing of it is public.
    pub withheld: Option<Withheld>,
    /// Who deals with it: account and name.
    pub handler: Option<(String, String)>,
    /// Credit code and name of each enterprise that its records name.
    pub enterprises: Vec<(String, String)>,
    /// How it stands, for a picture of the way that it has gone.
    pub way: CaseWay,
}

/// A case as norms see it: the rules it follows and where it stands; nothing of its records. 案件走向
#[derive(Clone, Debug)]
pub struct CaseWay {
    pub pack: std::sync::Arc<Pack>,
    pub marking: Marking,
    pub decision: Decision,
    pub today: Day,
}

/// What of the case is public. 已公开事项
#[derive(Clone, Debug)]
pub struct PublicView {
    pub title: String,
    /// The event that made it public.
    pub number: u32,
    /// The act whose record is shown.
    pub act: String,
}

/// Another case that this one came from, or that it opened. 关联案件
#[derive(Clone, Debug)]
pub struct LinkView {
    /// This case came from the other one.
    pub is_from: bool,
    /// The event of this case.
    pub number: u32,
    /// The other case, for those who may read it.
    pub case: Option<String>,
    pub case_number: String,
    pub procedure: String,
    pub organ: String,
    /// The act that opened it was taken back.
    pub is_taken_back: bool,
}

/// An act that may be done. 可以办的事项
#[derive(Clone, Debug)]
pub struct ActView {
    pub id: String,
    pub name: String,
    /// The names of the roles that may do it.
    pub by: Vec<String>,
    /// Whether it is this reader's to do.
    pub is_mine: bool,
    /// Whether it discharges something owed.
    pub is_owed: bool,
    /// What it may hang on, once the record is filled in.
    pub depends: Option<String>,
    /// The article of the first norm that owes, opens or conditions it; empty where there is none.
    pub cited: String,
    pub unverified: bool,
}

/// A duty that is owed. 应当办的事项
#[derive(Clone, Debug)]
pub struct OwedView {
    /// The acts any one of which discharges it: id and name.
    pub must: Vec<(String, String)>,
    pub cited: String,
    pub unverified: bool,
    pub note: Option<String>,
    pub since: Day,
    pub limit: Option<String>,
    pub last_day: Option<Day>,
    pub days_left: Option<i32>,
    pub is_overdue: bool,
    pub is_amber: bool,
    pub is_paused: bool,
    pub provisional: bool,
    /// What the law deems done when time runs out.
    pub lapse: Option<String>,
    /// How the last day was counted, step by step: in words, and as what each step speaks of.
    pub counted: Vec<String>,
    pub steps: Vec<calendar::Step>,
}

/// An act that must not be done. 不得办的事项
#[derive(Clone, Debug)]
pub struct BarredView {
    pub id: String,
    pub name: String,
    pub why: String,
    pub cited: String,
    pub unverified: bool,
    pub help: String,
}

/// An event of the journal. 办理经过
#[derive(Clone, Debug)]
pub struct EventView {
    pub number: u32,
    pub on: Day,
    pub recorded_at: String,
    pub kind: &'static str,
    pub act_id: String,
    pub act: String,
    pub actor: String,
    pub corrects: Option<u32>,
    /// Label and text of each recorded field.
    pub fields: Vec<(String, String)>,
    /// Hash and name of each attachment; where personal data are masked, only what kind of paper it is.
    pub files: Vec<(String, String)>,
    pub hash: String,
    pub previous: String,
    /// Taken back or replaced by a later correction.
    pub is_superseded: bool,
    /// Some of its fields are shown masked.
    pub is_masked: bool,
}

/// How personal data is shown. 个人信息的显示
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Showing {
    /// To everybody but the party: masked.
    Masked,
    /// In full, but for the middle of a person's number: for the party, and for documents.
    Full,
    /// All of it, for whoever gave a reason.
    Whole,
}

/// A document that was issued. 文书
#[derive(Clone, Debug)]
pub struct DocumentView {
    pub number: u32,
    pub kind: String,
    pub name: String,
    pub doc_number: String,
    pub issued_on: Day,
}

impl Platform {
    /// A case for somebody who may read it.
    ///
    /// # Errors
    /// There is none, or it is not theirs to read (which of the two is not told).
    pub fn case_view(&self, actor: &Actor, case: &str) -> Result<CaseView> {
        self.readable(actor, case, |reader, file| self.view(reader, file, Some(actor), self.today()))
    }

    /// The same with personal data in full, as documents carry it. Showing it is to be noted
    /// ([`Platform::note_reading`], [`Platform::reveal`]).
    ///
    /// # Errors
    /// As for [`Platform::case_view`]; the rules do not let them see personal data.
    pub fn case_in_full(&self, actor: &Actor, case: &str) -> Result<CaseView> {
        self.readable(actor, case, |reader, file| {
            self.must_be_entitled(actor, file)?;
            self.view_showing(reader, file, Some(actor), self.today(), Showing::Full)
        })
    }

    /// The same with the numbers of persons, for whoever gave a reason.
    pub(crate) fn case_whole(&self, actor: &Actor, case: &str) -> Result<CaseView> {
        self.readable(actor, case, |reader, file| {
            self.must_be_entitled(actor, file)?;
            self.view_showing(reader, file, Some(actor), self.today(), Showing::Whole)
        })
    }

    /// The id of a case that is named by its id or its number.
    ///
    /// # Errors
    /// There is none.
    pub fn find_case(&self, named: &str) -> Result<String> {
        let found = self.store().read(|reader| -> Result<_> {
            Ok(match cases::get(reader, named)? {
                Some(row) => Some(row),
                None => cases::by_number(reader, named)?,
            })
        })?;
        found.map(|row| row.id).ok_or_else(|| AppError::not_found(format!("案件“{named}”")))
    }

    /// A case for the holder of its receipt: number and code.
    ///
    /// # Errors
    /// Number and code do not belong together.
    pub fn case_by_receipt(&self, number: &str, code: &str) -> Result<CaseView> {
        self.store().read(|reader| {
            let wrong = || {
                let help = "请核对回执上的编号和查询码；查询码不分大小写。";
                AppError::wrong("wrong_receipt", "编号和查询码对不上", help)
            };
            let row = cases::by_receipt(reader, &crate::derive::receipt_hash(code))?.ok_or_else(wrong)?;
            if row.number.as_deref() != Some(number.trim()) {
                return Err(wrong());
            }
            let file = self.inner().load(reader, &row.id)?;
            self.view(reader, &file, None, self.today())
        })
    }

    /// A case as it stands on a day.
    pub(crate) fn view(
        &self,
        db: &dyn Query,
        file: &CaseFile,
        actor: Option<&Actor>,
        today: Day,
    ) -> Result<CaseView> {
        // What somebody wrote about themselves they may read; everybody else sees it masked and gives a reason for more.
        let is_party = actor.is_some_and(|actor| file.row.party.as_deref() == Some(actor.account.as_str()));
        let showing = if is_party { Showing::Full } else { Showing::Masked };
        self.view_showing(db, file, actor, today, showing)
    }

    fn view_showing(
        &self,
        db: &dyn Query,
        file: &CaseFile,
        actor: Option<&Actor>,
        today: Day,
        showing: Showing,
    ) -> Result<CaseView> {
        let procedure = &file.pack.file.procedure;
        let marking = &file.history.marking;
        let decision = file.engine(&self.rules().calendar).decide(marking, today);
        let organ = store::organ::known(db, &file.row.organ, today.number())?;
        let documents = document::of_case(db, &file.row.id)?;
        let public = publication::of_case(db, &file.row.id)?.into_iter();
        let handler =
            file.row.handler.as_deref().map(|id| store::account::get(db, id)).transpose()?.flatten();
        let is_known = |number: u32| number <= file.row.version;
        let mut owed: Vec<&Owed> = marking.owed.iter().filter(|owed| owed.must.meets(marking.open)).collect();
        owed.sort_by_key(|owed| (owed.last_day.is_none(), owed.last_day));
        Ok(CaseView {
            id: file.row.id.clone(),
            number: file.row.number.clone().unwrap_or_default(),
            title: file.row.title.clone(),
            procedure_id: procedure.id.clone(),
            procedure: procedure.name.clone(),
            organ: organ.map_or_else(|| file.row.organ.clone(), |organ| organ.name),
            organ_id: file.row.organ.clone(),
            phase: file.row.phase.clone(),
            phases: procedure.phases.clone(),
            opened_on: Day::from_number(file.row.opened_on).unwrap_or(today),
            closed_on: marking.closed_on,
            version: file.row.version,
            as_of: None,
            withheld: withheld(file, today),
            handler: handler.map(|account| (account.id, account.name)),
            enterprises: crate::enterprises::named(procedure, &file.history).into_iter().collect(),
            way: CaseWay {
                pack: std::sync::Arc::clone(&file.pack),
                marking: marking.clone(),
                decision,
                today,
            },
            may: self.may(db, file, actor, &decision, today),
            must: owed.iter().map(|owed| self.owed_view(file, owed, today)).collect(),
            must_not: self.must_not(file, &decision, today),
            links: self.links(db, file, actor)?,
            events: self.events(db, file, actor, showing)?,
            documents: documents
                .into_iter()
                .filter(|one| is_known(one.number))
                .map(|one| document_view(&file.pack, one, today))
                .collect(),
            public: public
                .filter(|one| is_known(one.number) && one.is_shown(today.number()))
                .map(|one| PublicView { title: one.title, number: one.number, act: one.act })
                .collect(),
        })
    }

    fn may(
        &self,
        db: &dyn Query,
        file: &CaseFile,
        actor: Option<&Actor>,
        decision: &Decision,
        today: Day,
    ) -> Vec<ActView> {
        let procedure = &file.pack.file.procedure;
        let one = |act: ActId| {
            let spec = procedure.act_of(act)?;
            let roles = spec.by.iter().filter_map(|at| procedure.roles.get(*at));
            let roles: Vec<&norms::Role> = roles.filter(|role| role.kind != norms::RoleKind::Clock).collect();
            if roles.is_empty() {
                return None;
            }
            let engine = file.engine(&self.rules().calendar);
            let marking = &file.history.marking;
            let bar = decision.may_depending.has(act).then(|| engine.bar(marking, act, today)).flatten();
            let reason = bar.map(|bar| engine.reason(&file.history.marking, act, bar));
            let basis = basis_of(procedure, act);
            Some(ActView {
                id: spec.id.clone(),
                name: spec.name.clone(),
                by: roles.iter().map(|role| role.name.clone()).collect(),
                is_mine: actor.is_some_and(|actor| {
                    let party = party_for(actor, file, spec);
                    let asking = Asking { file, act: spec, on: today, record: None, party };
                    self.is_theirs(db, actor, &asking)
                }),
                is_owed: decision.must.has(act),
                depends: reason.map(|reason| format!("{}（{}）", reason.what, reason.cited)),
                cited: basis.map_or(String::new(), |basis| basis.cited.clone()),
                unverified: basis.is_some_and(|basis| basis.unverified),
            })
        };
        let mut made: Vec<ActView> = (decision.may | decision.may_depending).iter().filter_map(one).collect();
        made.sort_by_key(|act| (!act.is_owed, !act.is_mine));
        made
    }

    fn must_not(&self, file: &CaseFile, decision: &Decision, today: Day) -> Vec<BarredView> {
        let procedure = &file.pack.file.procedure;
        let engine = file.engine(&self.rules().calendar);
        let may = decision.may | decision.may_depending;
        let one = |(at, spec): (usize, &norms::Act)| {
            let act = ActId::new(at).filter(|act| !may.has(*act))?;
            let marking = &file.history.marking;
            let reason = engine.reason(marking, act, engine.bar(marking, act, today)?);
            Some(BarredView {
                id: spec.id.clone(),
                name: spec.name.clone(),
                why: reason.what,
                cited: reason.cited,
                unverified: reason.unverified,
                help: reason.help,
            })
        };
        procedure.acts.iter().enumerate().filter_map(one).collect()
    }

    fn owed_view(&self, file: &CaseFile, owed: &Owed, today: Day) -> OwedView {
        let procedure = &file.pack.file.procedure;
        let norm = procedure.norms.get(usize::from(owed.norm));
        let basis = norm.map(|norm| norm.basis.clone()).unwrap_or_default();
        let duty = norm.and_then(|norm| match &norm.form {
            Form::Duty(duty) => Some(duty),
            _ => None,
        });
        let open = owed.must & file.history.marking.open;
        let must = open.iter().filter_map(|act| procedure.act_of(act));
        let steps = match (owed.limit, duty) {
            (Some(limit), Some(duty)) => {
                let count = Count {
                    from: owed.from,
                    limit,
                    pauses: &owed.pauses,
                    extensions: &owed.extensions,
                    rolls: duty.rolls,
                };
                self.rules().calendar.explain(&count).steps
            }
            _ => Vec::new(),
        };
        let lapse = duty.and_then(|duty| duty.lapse).map(|lapse| procedure.name_of(lapse.act).to_owned());
        OwedView {
            must: must.map(|act| (act.id.clone(), act.name.clone())).collect(),
            cited: basis.cited,
            unverified: basis.unverified || duty.is_some_and(|duty| unverified(procedure, duty, owed.since)),
            note: basis.note,
            since: owed.since,
            limit: owed.limit.map(|limit| limit.to_string()),
            last_day: owed.last_day,
            days_left: owed.last_day.map(|last| last.days_since(today)),
            is_overdue: owed.is_overdue(today),
            is_amber: owed.warn_on.is_some_and(|warn| warn <= today),
            is_paused: owed.is_paused(),
            provisional: owed.provisional,
            lapse,
            counted: steps.iter().map(ToString::to_string).collect(),
            steps,
        }
    }

    fn events(
        &self,
        db: &dyn Query,
        file: &CaseFile,
        actor: Option<&Actor>,
        showing: Showing,
    ) -> Result<Vec<EventView>> {
        let procedure = &file.pack.file.procedure;
        let mut entries = store::events::of_case(db, &file.row.id, 0)?;
        entries.retain(|entry| entry.event().number <= file.row.version);
        let personal = store::personal::of_case(db, self.inner().held().ready(), &file.row.id)?;
        let files = store::attachment::of_case(db, &file.row.id)?;
        let corrected: Vec<u32> = entries.iter().filter_map(|entry| entry.event().corrects).collect();
        let masked = showing == Showing::Masked;
        let keys = self.inner().held();
        let called = |file: &store::attachment::Attachment| {
            if masked { file.shown_name() } else { file.own_name(keys.ready()) }
        };
        let outside = actor.is_none();
        let mut made = Vec::with_capacity(entries.len());
        for entry in &entries {
            let event = entry.event();
            let spec = procedure.act_named(&event.act).and_then(|act| procedure.act_of(act));
            let own = personal.iter().find(|one| one.number == event.number);
            let data = own.map(|one| one.data.as_str());
            let mut fields =
                spec.map_or_else(Vec::new, |spec| shown_fields(spec, &event.record, data, showing));
            fields.extend(own.map_or_else(Vec::new, |own| persons::absent(spec, own)));
            let (remark, told) = persons::remark(&event.act, &event.record).unzip();
            fields.extend(told.unwrap_or_default());
            let name = match store::account::get(db, &event.actor)? {
                Some(account) if outside && account.rank != store::account::Rank::Citizen => {
                    "承办机关".to_owned()
                }
                Some(account) if masked && account.rank == store::account::Rank::Citizen => {
                    codes::mask::name(&account.name)
                }
                Some(account) => account.name,
                None if event.actor == "clock" => "期限届满".to_owned(),
                None => "网上申请人".to_owned(),
            };
            let attached = files.iter().filter(|file| file.number == event.number);
            made.push(EventView {
                number: event.number,
                on: Day::from_number(event.legal_day).unwrap_or_else(|| self.today()),
                recorded_at: local_time(event.recorded_at),
                kind: event.kind.label(),
                act_id: event.act.clone(),
                act: remark
                    .unwrap_or_else(|| spec.map_or_else(|| event.act.clone(), |spec| spec.name.clone())),
                actor: name,
                corrects: event.corrects,
                fields,
                files: attached.map(|file| (file.hash.to_string(), called(file))).collect(),
                hash: entry.chained.hash.to_string(),
                previous: entry.chained.prev.to_string(),
                is_superseded: corrected.contains(&event.number),
                is_masked: masked && own.is_some(),
            });
        }
        Ok(made)
    }
}

/// What the law says of doing the act: the first norm by which it is owed, opened or conditioned.
pub(crate) fn basis_of(procedure: &norms::Procedure, act: ActId) -> Option<&norms::Basis> {
    let speaks = |norm: &&norms::Norm| match &norm.form {
        Form::Duty(duty) => duty.must.has(act),
        Form::Opening { open, .. } => open.has(act),
        Form::Condition(condition) => condition.before.has(act),
        Form::While { .. } | Form::Closing { .. } => false,
    };
    procedure.norms.iter().find(speaks).map(|norm| &norm.basis)
}

/// Whether the limit comes from a parameter that nobody has verified.
fn unverified(procedure: &norms::Procedure, duty: &norms::Duty, on: Day) -> bool {
    let Some(norms::Amount::Parameter(at)) = duty.within else { return false };
    procedure.parameters.get(at).and_then(|parameter| parameter.on(on)).is_some_and(|value| value.unverified)
}

/// The recorded fields of an event as label and text; of a correction, what it put in the place.
pub(crate) fn shown_fields(
    spec: &norms::Act,
    plain: &str,
    personal: Option<&str>,
    showing: Showing,
) -> Vec<(String, String)> {
    let json: serde_json::Value = serde_json::from_str(plain).unwrap_or_default();
    let inner = json.get("record").map(ToString::to_string);
    let record = record::from_json(spec, inner.as_deref().unwrap_or(plain), personal);
    let mut made: Vec<(String, String)> = Vec::new();
    if let Some(reason) = json.get("reason").and_then(serde_json::Value::as_str) {
        made.push(("更正理由".to_owned(), reason.to_owned()));
    }
    let values = spec.fields.iter().zip(record.values());
    made.extend(values.filter_map(|(field, value)| {
        let value: &Value = value?;
        (field.kind != norms::FieldType::File).then(|| (field.name.clone(), shown(field, value, showing)))
    }));
    made
}

fn shown(field: &norms::Field, value: &Value, showing: Showing) -> String {
    match (value, showing) {
        (Value::Text(text), Showing::Whole) if field.kind == norms::FieldType::Party => {
            let name = record::party_name(text);
            let whole = |code: &str| codes::identity::check(code).map_or(code.to_owned(), |one| one.whole());
            record::party_code(text)
                .map_or_else(|| name.to_owned(), |code| format!("{name}（{}）", whole(code)))
        }
        _ => record::shown(field, value, showing == Showing::Masked),
    }
}

fn document_view(pack: &Pack, one: document::Document, today: Day) -> DocumentView {
    let kinds = &pack.file.procedure.documents;
    let name = kinds
        .iter()
        .find(|kind| kind.id == one.kind)
        .map_or_else(|| one.kind.clone(), |kind| kind.name.clone());
    DocumentView {
        number: one.number,
        kind: one.kind,
        name,
        doc_number: one.doc_number,
        issued_on: Day::from_number(one.issued_on).unwrap_or(today),
    }
}

impl CaseView {
    /// The duty that is due first.
    #[must_use]
    pub fn first_due(&self) -> Option<&OwedView> {
        self.must.iter().find(|owed| owed.last_day.is_some())
    }

    /// Nothing is owed and the case has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed_on.is_some()
    }
}

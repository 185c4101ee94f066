//! Like cases, shown before another one is entered: the same dispute entered twice, the same parties elsewhere. What is
//! compared stands in the packs (`alike` of opening acts); the book that it is compared with, in `alike_book`.
//!
//! Pages, the API and the command line ask alike. Who has looked and goes on sends the stamp of what was shown: it stands in
//! the record of the opening act, and which cases were shown in the log of operations, because a receipt shows the record to
//! the party.

use base::Diagnostic;
use calendar::Day;
use likeness::Limits;
use norms::{Act, Record};
use serde_json::{Map, Value as Json, json};
use store::cases::{self, Case};
use store::{Tx, audit_log};

use crate::acting::Moment;
use crate::actor::Actor;
use crate::alike_book::{Entered, dispute};
use crate::commands::Open;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::record::{self, Form};
use crate::visible::Viewer;

pub(crate) use crate::alike_book::Kept;

/// The member of an opening act's record that says that like cases were shown first: their stamp.
const NOTED: &str = "alike";

/// A case that is like the one to be entered. 相近案件
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlikeCase {
    pub id: String,
    pub number: Option<String>,
    /// As in lists: of natural persons only the first character.
    pub title: String,
    pub procedure: String,
    pub organ: String,
    pub opened_on: Day,
    pub phase: String,
    /// 疑似重复登记, 同一当事人的另一件 or 事由相近.
    pub kind: &'static str,
    /// Why it is thought like.
    pub why: String,
}

/// What is like a case that is to be entered. 比对结果
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alike {
    /// Those that may be seen by whoever asks, the likest first.
    pub cases: Vec<AlikeCase>,
    /// How many there are that an officer may not see; nothing is told of them but that, and to a citizen not even that.
    pub elsewhere: usize,
    /// Changes when something else is found: whoever confirms, confirms what was shown.
    pub stamp: String,
    /// The book is still being read: nothing was compared, and nobody waits for it.
    pub is_pending: bool,
}

/// What is like a case that was entered. 案件的比对结果
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlikeOf {
    pub alike: Alike,
    /// Whoever entered it had been shown like cases.
    pub was_shown: bool,
}

impl Alike {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.elsewhere == 0
    }

    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let help = format!("是同一件的，在原案里办理；不是的，写明看过的比对结果（{}）再登记。", self.stamp);
        let one = |case: &AlikeCase| {
            let name = case.number.as_ref().unwrap_or(&case.title);
            let opened = case.opened_on.chinese();
            let why = format!(
                "{name}（{}，{}，{opened}登记）：{}，{}",
                case.organ, case.procedure, case.kind, case.why
            );
            Diagnostic::warning("alike", why).help(&help)
        };
        let mut made: Vec<Diagnostic> = self.cases.iter().map(one).collect();
        if self.elsewhere > 0 {
            let why = format!("其他机关另有{}件相近的，您不能查看", self.elsewhere);
            made.push(Diagnostic::warning("alike", why).help(&help));
        }
        made
    }
}

/// What was shown to whoever goes on.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    stamp: String,
    ids: Vec<String>,
    elsewhere: usize,
}

impl Seen {
    /// A record of the journal with the stamp in it.
    pub fn noted_in(&self, plain: &str) -> String {
        let mut object: Map<String, Json> = serde_json::from_str(plain).unwrap_or_default();
        object.insert(NOTED.to_owned(), json!(self.stamp));
        Json::Object(object).to_string()
    }

    /// Which cases were shown, in the log of operations.
    pub fn log(&self, tx: &mut Tx<'_>, moment: &Moment, case: &str) -> Result<()> {
        let detail = format!("{case}：{}；另有{}件", self.ids.join("、"), self.elsewhere);
        Ok(audit_log::add(tx, moment.now, Some(&moment.actor.account), "alike_seen", &detail)?)
    }
}

impl Platform {
    /// Opens a case after looking for like ones. `shown` is the stamp of what whoever opens it has looked at.
    ///
    /// # Errors
    /// Something is like it that was not shown yet; and all of [`Platform::open`].
    pub fn open_after_looking(&self, actor: &Actor, open: Open, shown: Option<&str>) -> Result<Done> {
        // What was done under this key is like itself.
        if self.store().read(|reader| store::command::is_known(reader, &open.key))? {
            return self.open(actor, open);
        }
        let alike = self.alike(actor, &open)?;
        if alike.is_empty() {
            return self.open(actor, open);
        }
        if shown != Some(alike.stamp.as_str()) {
            return Err(AppError::Alike(Box::new(alike)));
        }
        let ids = alike.cases.iter().map(|case| case.id.clone()).collect();
        let seen = Seen { stamp: alike.stamp, ids, elsewhere: alike.elsewhere };
        self.open_having_seen(actor, open, Some(seen))
    }

    /// What is like a case that somebody is about to open; nothing where its procedure compares nothing, or the form
    /// cannot be read yet. A citizen is told of his own cases alone.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn alike(&self, actor: &Actor, open: &Open) -> Result<Alike> {
        let pack = self.rules().pack_on(&open.procedure, open.on);
        let act = pack.and_then(|pack| pack.file.procedure.acts.iter().find(|act| act.id == open.act));
        let Some(act) = act.filter(|act| act.alike.is_some()) else { return Ok(Alike::default()) };
        let Some(record) = self.half_filled(act, &open.form)? else { return Ok(Alike::default()) };
        let dispute = dispute(act, &record, &Entered { id: "", organ: &open.organ, on: open.on });
        self.told(actor, act, self.found(&dispute)?)
    }

    /// What is like a case that was entered, for the officer who is to deal with it. Nothing is compared for others, and
    /// nothing after it is closed.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn alike_of(&self, actor: &Actor, case: &str) -> Result<Option<AlikeOf>> {
        if !actor.is_officer() {
            return Ok(None);
        }
        let looked = self.store().read(|reader| -> Result<_> {
            let row = cases::get(reader, case)?.filter(|row| row.closed_on.is_none());
            let Some(row) = row else { return Ok(None) };
            let Some(act) = self.inner().compares(&row) else { return Ok(None) };
            let first = store::events::get(reader, case, 1)?;
            let was_shown = first.is_some_and(|entry| was_noted(&entry.event().record));
            Ok(self.inner().compared(reader, &row)?.map(|dispute| (act, dispute, was_shown)))
        })?;
        let Some((act, dispute, was_shown)) = looked else { return Ok(None) };
        let alike = self.told(actor, &act, self.found(&dispute)?)?;
        Ok(Some(AlikeOf { alike, was_shown }))
    }

    /// Reads what new cases are compared with, so that the first officer does not wait: meanwhile nothing is compared.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn prepare_alike(&self) -> Result<()> {
        self.inner().prepare_book()
    }

    fn told(&self, actor: &Actor, act: &Act, found: Option<likeness::Found>) -> Result<Alike> {
        let Some(found) = found else { return Ok(Alike { is_pending: true, ..Alike::default() }) };
        let visible = self.visible(Viewer::Account(actor))?;
        let tells_elsewhere = actor.is_officer() && act.alike.as_ref().is_some_and(|asked| asked.elsewhere);
        let mut made = Alike::default();
        let mut seen = Vec::new();
        for hit in found.hits {
            let row = self.store().read(|reader| cases::get(reader, &hit.id))?;
            let Some(row) = row else { continue };
            let id = row.id.clone();
            if visible.sees(&row) {
                made.cases.push(self.alike_case(row, &hit));
            } else if tells_elsewhere {
                made.elsewhere += 1;
            } else {
                continue;
            }
            seen.push(id);
        }
        made.stamp = crate::ids::short_hash(seen.join("\n").as_bytes());
        Ok(made)
    }

    fn alike_case(&self, row: Case, hit: &likeness::Hit) -> AlikeCase {
        AlikeCase {
            procedure: self.procedure_name(&row.procedure),
            organ: self.organ(&row.organ).map_or_else(|_| row.organ.clone(), |organ| organ.name),
            opened_on: hit.day,
            kind: hit.kind.label(),
            why: hit.explanation(),
            id: row.id,
            number: row.number,
            title: row.title,
            phase: row.phase,
        }
    }

    /// The record of a form, as far as it can be read; other mistakes are told when it is sent.
    fn half_filled(&self, act: &Act, form: &Form) -> Result<Option<Record>> {
        let organs: Vec<String> = self.organs()?.into_iter().map(|organ| organ.name).collect();
        let mut fields = act.fields.clone();
        for field in &mut fields {
            field.required = false;
        }
        Ok(record::read_fields(&fields, form, &organs).ok())
    }

    /// What the book has that is like it; nothing while the book is being read.
    fn found(&self, dispute: &likeness::Dispute) -> Result<Option<likeness::Found>> {
        self.inner().ask_book(|book| book.find(dispute, &Limits::default()))
    }
}

/// Whether a record says that like cases were shown.
fn was_noted(record: &str) -> bool {
    serde_json::from_str::<Map<String, Json>>(record).is_ok_and(|object| object.contains_key(NOTED))
}

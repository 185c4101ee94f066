//! Like cases, shown before another one is entered: the same dispute entered twice, the same parties elsewhere. What is
//! compared stands in the packs (`alike` of opening acts).
//!
//! The book that new cases are compared with is this process's own. It is read from the store when it is first asked, and
//! follows the journal from there: what was opened since is added; where a case was corrected or a person's data were
//! erased, the case is read anew and the book with it, so that nothing erased stays in memory.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use ledger::EventKind;
use likeness::{Book, Dispute, Limits, Number, NumberKind, Party, Side};
use norms::{Act, FieldType, Record, Value};
use store::cases::Case;
use store::{Query, cases, events, personal};

use crate::actor::Actor;
use crate::commands::Open;
use crate::error::Result;
use crate::platform::{Inner, Platform};
use crate::record::{self, Form};
use crate::visible::Viewer;

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
    /// Those that the officer may see, the likest first.
    pub cases: Vec<AlikeCase>,
    /// How many there are that the officer may not see; nothing is told of them but that.
    pub elsewhere: usize,
    /// Changes when something else is found: whoever confirms, confirms what was shown.
    pub stamp: String,
}

impl Alike {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cases.is_empty() && self.elsewhere == 0
    }
}

/// How many cases are read at a time.
const BATCH: u32 = 500;

/// The book at hand, by when in the journal it was last true.
#[derive(Debug, Default)]
pub(crate) struct AtHand {
    book: Option<Book>,
    disputes: BTreeMap<String, Dispute>,
    seq: i64,
}

impl Platform {
    /// What is like a case that an officer is about to open; nothing where its procedure compares nothing, or the form
    /// cannot be read yet.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn alike(&self, actor: &Actor, open: &Open) -> Result<Alike> {
        let pack = self.rules().pack_on(&open.procedure, open.on);
        let act = pack.and_then(|pack| pack.file.procedure.acts.iter().find(|act| act.id == open.act));
        let Some((act, asked)) = act.and_then(|act| Some((act, act.alike.as_ref()?))) else {
            return Ok(Alike::default());
        };
        let Some(record) = self.half_filled(act, &open.form)? else { return Ok(Alike::default()) };
        let dispute = dispute(act, &record, &Entered { id: "", organ: &open.organ, on: open.on });
        let found = self.found(&dispute)?;
        let visible = self.visible(Viewer::Account(actor))?;
        let mut made = Alike::default();
        let mut seen = Vec::new();
        for hit in found.hits {
            let row = self.store().read(|reader| cases::get(reader, &hit.id))?;
            let Some(row) = row else { continue };
            seen.push(row.id.clone());
            if visible.sees(&row) {
                made.cases.push(self.alike_case(row, &hit));
            } else if asked.elsewhere {
                made.elsewhere += 1;
            }
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

    fn found(&self, dispute: &Dispute) -> Result<likeness::Found> {
        let mut kept = self.inner().alike.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.store().read(|reader| self.inner().follow(reader, &mut kept))?;
        let empty = || likeness::Found { hits: Vec::new(), all: 0, compared: 0 };
        Ok(kept.book.as_ref().map_or_else(empty, |book| book.find(dispute, &Limits::default())))
    }
}

impl Inner {
    /// Brings the book to the end of the journal.
    fn follow(&self, db: &dyn Query, kept: &mut AtHand) -> Result<()> {
        let last = events::last_seq(db)?;
        if kept.book.is_none() {
            self.read_all(db, kept)?;
            kept.seq = last;
            return Ok(());
        }
        let mut changed: BTreeSet<String> = BTreeSet::new();
        while kept.seq < last {
            let entries = events::after(db, kept.seq, BATCH)?;
            let Some(end) = entries.last() else { break };
            kept.seq = end.seq;
            for entry in &entries {
                let event = entry.event();
                let known = kept.disputes.contains_key(&event.case);
                if event.number == 1 && !known {
                    let row = cases::get(db, &event.case)?;
                    let made = row.map(|row| self.compared(db, &row)).transpose()?.flatten();
                    if let (Some(made), Some(book)) = (made, kept.book.as_mut()) {
                        book.add(&made);
                        kept.disputes.insert(made.id.clone(), made);
                    }
                } else if known && matches!(event.kind, EventKind::Correction | EventKind::Note) {
                    changed.insert(event.case.clone());
                }
            }
        }
        let mut is_stale = false;
        for case in changed {
            let row = cases::get(db, &case)?;
            let made = row.map(|row| self.compared(db, &row)).transpose()?.flatten();
            is_stale |= kept.disputes.get(&case) != made.as_ref();
            match made {
                Some(made) => drop(kept.disputes.insert(case, made)),
                None => drop(kept.disputes.remove(&case)),
            }
        }
        if is_stale {
            // A book forgets nothing: what was erased must not stay in one.
            let all: Vec<Dispute> = kept.disputes.values().cloned().collect();
            kept.book = Some(Book::of(&all));
        }
        Ok(())
    }

    fn read_all(&self, db: &dyn Query, kept: &mut AtHand) -> Result<()> {
        kept.disputes.clear();
        let mut after = String::new();
        loop {
            let rows = cases::after(db, &after, BATCH)?;
            let Some(last) = rows.last() else { break };
            after.clone_from(&last.id);
            for row in &rows {
                if let Some(made) = self.compared(db, row)? {
                    kept.disputes.insert(made.id.clone(), made);
                }
            }
        }
        let all: Vec<Dispute> = kept.disputes.values().cloned().collect();
        kept.book = Some(Book::of(&all));
        Ok(())
    }

    /// A case as it is compared, by what now stands of the act that opened it; nothing where that compares nothing or
    /// cannot be read.
    fn compared(&self, db: &dyn Query, row: &Case) -> Result<Option<Dispute>> {
        let compares = |procedure: &norms::Procedure| procedure.acts.iter().any(|act| act.alike.is_some());
        let own = || self.rules.packs.iter().filter(|pack| pack.file.procedure.id == row.procedure);
        if !own().any(|pack| compares(&pack.file.procedure)) {
            return Ok(None);
        }
        let entries = events::of_case(db, &row.id, 0)?;
        let Some(first) = entries.first().map(events::Entry::event) else { return Ok(None) };
        // The pack that the case is pinned to may be older than the key; the newest says what is compared.
        let spec =
            own().rev().find_map(|pack| pack.file.procedure.acts.iter().find(|act| act.id == first.act));
        let Some(spec) = spec.filter(|spec| spec.alike.is_some()) else { return Ok(None) };
        let mut on = Day::from_number(first.legal_day);
        let is_corrected = entries.iter().any(|entry| entry.event().corrects == Some(1));
        let record = if is_corrected {
            let Ok(file) = self.replayed(db, row.clone()) else { return Ok(None) };
            let deed = file.history.deeds.iter().find(|deed| deed.number == 1);
            on = deed.map(|deed| deed.on).or(on);
            let own = deed.and_then(|deed| file.pack.file.procedure.act_of(deed.act).map(|act| (act, deed)));
            let Some((act, deed)) = own else { return Ok(None) };
            // Fields stand by their place in the pinned pack; they are taken over by their ids.
            let plain = record::to_json(act, &deed.record);
            record::from_json(spec, &plain, None)
        } else {
            let own = personal::get(db, self.held().ready(), &row.id, 1)?;
            record::from_json(spec, &first.record, own.as_ref().map(|own| own.data.as_str()))
        };
        let Some(on) = on else { return Ok(None) };
        Ok(Some(dispute(spec, &record, &Entered { id: &row.id, organ: &row.organ, on })))
    }
}

/// Where and when a case was entered, and its id.
struct Entered<'a> {
    id: &'a str,
    organ: &'a str,
    on: Day,
}

/// What of a record is compared.
fn dispute(act: &Act, record: &Record, entered: &Entered<'_>) -> Dispute {
    let asked = act.alike.clone().unwrap_or_default();
    let text = |at: &u16| match record.get(*at) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    };
    let is_party =
        |at: u16| act.fields.get(usize::from(at)).is_some_and(|field| field.kind == FieldType::Party);
    let mut parties: Vec<Party> = Vec::new();
    for (side, fields) in [(Side::Applicant, &asked.applicants), (Side::Respondent, &asked.respondents)] {
        for at in fields {
            let Some(text) = text(at) else { continue };
            let code = record::party_code(&text).filter(|_| is_party(*at));
            let name = if is_party(*at) { record::party_name(&text).to_owned() } else { text.clone() };
            let numbers = code.and_then(number);
            match parties.iter_mut().find(|one| one.side == side && one.name == name) {
                Some(known) => known.numbers.extend(numbers),
                None => parties.push(Party { side, name, numbers: numbers.into_iter().collect() }),
            }
        }
    }
    let words = |fields: &[u16]| fields.iter().filter_map(text).collect::<Vec<_>>();
    let is_between = |c: char| !c.is_alphanumeric();
    let places = words(&asked.places);
    let places = places.iter().flat_map(|text| text.split(is_between)).filter(|word| !word.is_empty());
    Dispute {
        id: entered.id.to_owned(),
        organ: entered.organ.to_owned(),
        day: entered.on,
        parties,
        places: places.map(str::to_owned).collect(),
        matter: words(&asked.matter).join("\n"),
    }
}

/// A number as the book compares it: hashed, never the number itself.
fn number(code: &str) -> Option<Number> {
    let kinds =
        [(codes::Kind::ResidentId, NumberKind::Resident), (codes::Kind::Uscc, NumberKind::Organisation)];
    let valid = kinds.into_iter().find_map(|(kind, of)| {
        let found = codes::check(kind, code);
        found.is_valid().then(|| (of, found.canonical.unwrap_or_else(|| code.to_owned())))
    });
    let (kind, written) = valid?;
    Some(Number { kind, hash: crate::ids::sm3(format!("alike\n{written}").as_bytes()).0 })
}

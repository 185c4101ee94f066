//! The journal. Events are added and never changed.

use ledger::{Chained, Event, EventKind, EventRef, Hash};

use crate::form::{self, Names};
use crate::personal::NewPersonal;
use crate::value::{LastName, Value, all, first};
use crate::{Query, Result, Row, StoreError, Tx, cases, personal, sql};

/// An event to be entered. The store gives it its number, its place and its hashes. 待登记事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    pub case: String,
    pub legal_day: i32,
    pub recorded_at: i64,
    pub actor: String,
    pub kind: EventKind,
    pub act: String,
    pub corrects: Option<u32>,
    /// The record as canonical JSON, without the personal fields.
    pub record: String,
    /// The personal fields, kept apart, sealed and erasable.
    pub personal: Option<NewPersonal>,
}

/// An event as the journal has it. 已登记事项
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the whole journal: 1, 2, 3 and on, without a gap.
    pub seq: i64,
    pub division: String,
    pub chained: Chained,
}

impl Entry {
    /// The event itself.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.chained.event
    }
}

/// An event in the row that is being read.
pub(crate) struct EntryRef<'a> {
    pub seq: i64,
    pub division: &'a str,
    pub event: EventRef<'a>,
    /// The hash of the event before; nothing where the case's genesis stands for it.
    pub prev: Option<Hash>,
    pub hash: Hash,
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Entry> {
    let seq = row.int()?;
    let division = row.name()?;
    let unreadable = || form::unreadable(seq);
    let (case, number, legal_day, recorded_at) = (row.case()?, row.number()?, row.day()?, row.int()?);
    let actor = row.opt_text()?.ok_or_else(unreadable)?;
    let kind = row.opt_text_here()?.and_then(EventKind::parse).ok_or_else(unreadable)?;
    let act = row.opt_text()?.ok_or_else(unreadable)?;
    let form = row.opt_bytes_here()?.ok_or_else(unreadable)?;
    let corrects = row.opt_number()?;
    let mut buffer = Vec::new();
    let record = form::unpack(row.bytes_here()?, form, &mut buffer).ok_or_else(unreadable)?;
    let record = String::from_utf8(record.to_vec())
        .map_err(|_| StoreError::Unreadable { detail: "文字不是 UTF-8".to_owned() })?;
    let event = Event {
        case,
        number,
        legal_day,
        recorded_at,
        actor,
        kind,
        act,
        corrects,
        record,
        personal_digest: row.opt_hash()?,
    };
    let prev = row.opt_hash()?.unwrap_or_else(|| ledger::genesis(&event.case));
    let chained = Chained { event, prev, hash: row.hash()? };
    Ok(Entry { seq, division, chained })
}

/// Hands over the journal from after a place up to another, in the order of entry, without copying it. Nothing that an event
/// says of itself keeps the reading from going on: what cannot be unpacked comes without its record.
pub(crate) fn each_between(
    db: &dyn Query,
    names: &Names,
    (after, until): (i64, i64),
    each: &mut dyn FnMut(&EntryRef<'_>) -> Result<()>,
) -> Result<()> {
    let (mut buffer, mut division) = (Vec::new(), LastName::default());
    db.query(&sql::EVENTS_BETWEEN, &[after.into(), until.into()], &mut |row| {
        let seq = row.int()?;
        row.name_again(&mut division)?;
        let (case, number) = (row.case_here()?, row.number()?);
        let (legal_day, recorded_at) = (row.day()?, row.int()?);
        let actor = names.actor(row.int()?).unwrap_or_default();
        let (kind, act, form) = names.form(row.int()?).unwrap_or((EventKind::Note, "", &[]));
        let corrects = row.opt_number()?;
        let record = form::unpack(row.bytes_here()?, form, &mut buffer).unwrap_or_default();
        let personal_digest = row.opt_hash()?;
        let event = EventRef {
            case: case.as_str(),
            number,
            legal_day,
            recorded_at,
            actor,
            kind,
            act,
            corrects,
            record,
            personal_digest,
        };
        let division = &*division;
        each(&EntryRef { seq, division, event, prev: row.opt_hash()?, hash: row.hash()? }).map(|()| true)
    })
}

/// Enters an event as the last one of its case, and moves the case's version and head. Whoever decided on a
/// version must have read it in this same transaction.
pub fn append(tx: &mut Tx<'_>, new: NewEvent) -> Result<Entry> {
    let tell =
        |case: &cases::Case| (case.head, case.division.clone(), case.version + 1, case.procedure.clone());
    let Some((prev, division, number, procedure)) = cases::known(tx, &new.case, tell)? else {
        return Err(StoreError::NoCase { case: new.case });
    };
    if new.corrects.is_some_and(|corrected| corrected == 0 || corrected >= number) {
        return Err(StoreError::Internal { detail: "更正的不是本案在前的事项".to_owned() });
    }
    let mut serials = tx.serials();
    let seq = serials.event.map_or_else(|| last_seq(tx), Ok)? + 1;
    let personal_digest = match &new.personal {
        None => None,
        Some(apart) => {
            let place = personal::Place { seq, division: &division, case: &new.case, number };
            Some(personal::add(tx, &place, new.recorded_at, apart)?)
        }
    };
    let event = Event {
        case: new.case,
        number,
        legal_day: new.legal_day,
        recorded_at: new.recorded_at,
        actor: new.actor,
        kind: new.kind,
        act: new.act,
        corrects: new.corrects,
        record: new.record,
        personal_digest,
    };
    let hash = ledger::link(&prev, &event);
    let entry = Entry { seq, division, chained: Chained { event, prev, hash } };
    insert(tx, &entry, &procedure)?;
    let case = &entry.event().case;
    let values = [Value::Case(case), number.into(), (&hash).into(), Value::Name(&entry.division)];
    tx.put_one(&sql::CASE_ADVANCE, &values)?;
    serials.event = Some(seq);
    tx.note_serials(serials);
    cases::advanced(tx, case, number, hash);
    Ok(entry)
}

fn insert(tx: &mut Tx<'_>, entry: &Entry, procedure: &str) -> Result<()> {
    let Entry { seq, division, chained: Chained { event, prev, hash } } = entry;
    let actor = form::actor(tx, &event.actor)?;
    let record = event.record.as_bytes();
    let (form, record) = form::packed(tx, procedure, event.kind, &event.act, record)?;
    let row = NewRow { seq: *seq, division, event, prev, hash, actor, form, record: &record };
    tx.put(&sql::EVENT_ADD, &row.values())
}

/// An event as its row is written: the actor and the form by their numbers, the record packed against the form.
pub(crate) struct NewRow<'a> {
    pub seq: i64,
    pub division: &'a str,
    pub event: &'a Event,
    pub prev: &'a Hash,
    pub hash: &'a Hash,
    pub actor: i64,
    pub form: i64,
    pub record: &'a [u8],
}

impl NewRow<'_> {
    pub fn values(&self) -> [Value<'_>; 13] {
        let event = self.event;
        [
            self.seq.into(),
            Value::Case(&event.case),
            event.number.into(),
            Value::Name(self.division),
            event.legal_day.into(),
            event.recorded_at.into(),
            self.actor.into(),
            self.form.into(),
            event.corrects.into(),
            self.record.into(),
            event.personal_digest.as_ref().into(),
            kept_prev(event, self.prev).into(),
            self.hash.into(),
        ]
    }
}

/// The hash of the event before as it is kept: a case's genesis follows from the case's id and is not.
fn kept_prev<'a>(event: &Event, prev: &'a Hash) -> Option<&'a Hash> {
    Some(prev).filter(|prev| event.number != 1 || **prev != ledger::genesis(&event.case))
}

/// The place of the last event in the journal, 0 when there is none.
pub fn last_seq(db: &dyn Query) -> Result<i64> {
    Ok(first(db, &sql::EVENT_LAST_SEQ, &[], |row| row.int())?.unwrap_or(0))
}

/// The events of a case from after a number (0 for all), in order.
pub fn of_case(db: &dyn Query, case: &str, after: u32) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_OF_CASE, &[Value::Case(case), after.into()], read)
}

/// The events of the cases from after an id up to another, by case and number.
pub fn of_cases(db: &dyn Query, after: &str, until: &str) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_OF_CASES, &[Value::Case(after), Value::Case(until)], read)
}

/// One event of a case.
pub fn get(db: &dyn Query, case: &str, number: u32) -> Result<Option<Entry>> {
    first(db, &sql::EVENT_GET, &[Value::Case(case), number.into()], read)
}

/// The journal from after a place, in the order of entry.
pub fn after(db: &dyn Query, seq: i64, limit: u32) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_AFTER, &[seq.into(), limit.into()], read)
}

/// The places and hashes of the journal from after a place: the leaves of the Merkle tree.
pub fn hashes_after(db: &dyn Query, seq: i64, limit: u32) -> Result<Vec<(i64, Hash)>> {
    all(db, &sql::EVENT_HASHES_AFTER, &[seq.into(), limit.into()], |row| Ok((row.int()?, row.hash()?)))
}

//! The journal. Events are added and never changed.

use ledger::{Chained, Event, EventKind, EventRef, Hash};

use crate::personal::NewPersonal;
use crate::value::{all, first};
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
    pub prev: Hash,
    pub hash: Hash,
}

fn read_here<'a>(row: &mut Row<'a>) -> Result<EntryRef<'a>> {
    let seq = row.int()?;
    let division = row.text_here()?;
    let event = EventRef {
        case: row.text_here()?,
        number: row.number()?,
        legal_day: row.day()?,
        recorded_at: row.int()?,
        actor: row.text_here()?,
        kind: EventKind::parse(row.text_here()?).ok_or_else(|| StoreError::Unreadable {
            detail: format!("第 {seq} 条事项的类别不认识"),
        })?,
        act: row.text_here()?,
        corrects: row.opt_number()?,
        record: row.text_bytes_here()?,
        personal_digest: row.opt_hash()?,
    };
    Ok(EntryRef { seq, division, event, prev: row.hash()?, hash: row.hash()? })
}

pub(crate) fn read(row: &mut Row<'_>) -> Result<Entry> {
    let EntryRef { seq, division, event, prev, hash } = read_here(row)?;
    let event =
        event.owned().map_err(|_| StoreError::Unreadable { detail: "文字不是 UTF-8".to_owned() })?;
    let chained = Chained { event, prev, hash };
    Ok(Entry { seq, division: division.to_owned(), chained })
}

/// Hands over the journal from after a place up to another, in the order of entry, without copying it.
pub(crate) fn each_between(
    db: &dyn Query,
    after: i64,
    until: i64,
    each: &mut dyn FnMut(&EntryRef<'_>) -> Result<()>,
) -> Result<()> {
    db.query(&sql::EVENTS_BETWEEN, &[after.into(), until.into()], &mut |row| {
        each(&read_here(row)?).map(|()| true)
    })
}

/// Enters an event as the last one of its case, and moves the case's version and head. Whoever decided on a
/// version must have read it in this same transaction.
pub fn append(tx: &mut Tx<'_>, new: NewEvent) -> Result<Entry> {
    let tell = |case: &cases::Case| (case.head, case.division.clone(), case.version + 1);
    let Some((prev, division, number)) = cases::known(tx, &new.case, tell)? else {
        return Err(StoreError::NoCase { case: new.case });
    };
    if new.corrects.is_some_and(|corrected| corrected == 0 || corrected >= number) {
        return Err(StoreError::Internal { detail: "更正的不是本案在前的事项".to_owned() });
    }
    let mut serials = tx.serials();
    let seq = serials.event.map_or_else(|| last_seq(tx), Ok)? + 1;
    let personal_digest = match &new.personal {
        None => None,
        Some(apart) => Some(personal::add(tx, &division, &new.case, number, new.recorded_at, apart)?),
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
    insert(tx, &entry)?;
    let case = &entry.event().case;
    let values = [case.into(), number.into(), (&hash).into(), (&entry.division).into()];
    tx.put_one(&sql::CASE_ADVANCE, &values)?;
    serials.event = Some(seq);
    tx.note_serials(serials);
    cases::advanced(tx, case, number, hash);
    Ok(entry)
}

fn insert(tx: &mut Tx<'_>, entry: &Entry) -> Result<()> {
    let Entry { seq, division, chained: Chained { event, prev, hash } } = entry;
    let values = [
        (*seq).into(),
        (&event.case).into(),
        event.number.into(),
        division.into(),
        event.legal_day.into(),
        event.recorded_at.into(),
        (&event.actor).into(),
        event.kind.id().into(),
        (&event.act).into(),
        event.corrects.into(),
        (&event.record).into(),
        event.personal_digest.as_ref().into(),
        prev.into(),
        hash.into(),
    ];
    tx.put(&sql::EVENT_ADD, &values)
}

/// The place of the last event in the journal, 0 when there is none.
pub fn last_seq(db: &dyn Query) -> Result<i64> {
    Ok(first(db, &sql::EVENT_LAST_SEQ, &[], |row| row.int())?.unwrap_or(0))
}

/// The events of a case from after a number (0 for all), in order.
pub fn of_case(db: &dyn Query, case: &str, after: u32) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_OF_CASE, &[case.into(), after.into()], read)
}

/// The events of the cases from after an id up to another, by case and number.
pub fn of_cases(db: &dyn Query, after: &str, until: &str) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_OF_CASES, &[after.into(), until.into()], read)
}

/// One event of a case.
pub fn get(db: &dyn Query, case: &str, number: u32) -> Result<Option<Entry>> {
    first(db, &sql::EVENT_GET, &[case.into(), number.into()], read)
}

/// The journal from after a place, in the order of entry.
pub fn after(db: &dyn Query, seq: i64, limit: u32) -> Result<Vec<Entry>> {
    all(db, &sql::EVENTS_AFTER, &[seq.into(), limit.into()], read)
}

/// The places and hashes of the journal from after a place: the leaves of the Merkle tree.
pub fn hashes_after(db: &dyn Query, seq: i64, limit: u32) -> Result<Vec<(i64, Hash)>> {
    all(db, &sql::EVENT_HASHES_AFTER, &[seq.into(), limit.into()], |row| Ok((row.int()?, row.hash()?)))
}

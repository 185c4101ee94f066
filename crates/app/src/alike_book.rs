//! The book that new cases are compared with. It is this process's own: read from the store once, in the background where a
//! server starts, and following the journal from there. What was opened since is added; where a case was corrected or a
//! person's data were erased, the case is read anew and the book with it, so that nothing erased stays in memory.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Day;
use ledger::EventKind;
use likeness::{Book, Dispute, Number, NumberKind, Party, Side};
use norms::{Act, FieldType, Record, Value};
use store::cases::Case;
use store::{Query, cases, events, personal};

use crate::error::Result;
use crate::followed::Followed;
use crate::platform::Inner;
use crate::record;

/// How many cases are read at a time.
const BATCH: u32 = 500;

/// The book at hand, by when in the journal it was last true.
#[derive(Debug)]
pub(crate) struct AtHand {
    book: Book,
    disputes: BTreeMap<String, Dispute>,
    seq: i64,
}

/// The book, as soon as it was read. 比对库
pub(crate) type Kept = Followed<AtHand>;

impl Inner {
    /// Reads the book without keeping anybody who asks meanwhile.
    pub fn prepare_book(&self) -> Result<()> {
        self.alike.prepare(|| self.read_all())
    }

    /// Asks the book as the journal now is; nothing while it is read in the background.
    pub fn ask_book<T>(&self, ask: impl FnOnce(&Book) -> T) -> Result<Option<T>> {
        let last = self.store.read(|reader| events::last_seq(reader))?;
        self.alike.asked(
            |kept| kept.seq >= last,
            || self.read_all(),
            |kept| self.store.read(|reader| self.follow(reader, kept)),
            |kept| ask(&kept.book),
        )
    }
}

impl Inner {
    /// Brings the book to the end of the journal.
    fn follow(&self, db: &dyn Query, kept: &mut AtHand) -> Result<()> {
        let last = events::last_seq(db)?;
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
                    if let Some(made) = made {
                        kept.book.add(&made);
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
            kept.book = Book::of(&all);
        }
        Ok(())
    }

    /// The book as of now; what comes while it is read is followed afterwards. Each batch is a reading of its own, so that
    /// no reading lasts long.
    fn read_all(&self) -> Result<AtHand> {
        let seq = self.store.read(|reader| events::last_seq(reader))?;
        let mut disputes = BTreeMap::new();
        let mut after = String::new();
        loop {
            let (made, last) = self.store.read(|reader| -> Result<_> {
                let rows = cases::after(reader, &after, BATCH)?;
                let made: Result<Vec<_>> = rows.iter().map(|row| self.compared(reader, row)).collect();
                Ok((made?, rows.last().map(|row| row.id.clone())))
            })?;
            let Some(last) = last else { break };
            after = last;
            disputes.extend(made.into_iter().flatten().map(|one| (one.id.clone(), one)));
        }
        let all: Vec<Dispute> = disputes.values().cloned().collect();
        Ok(AtHand { book: Book::of(&all), disputes, seq })
    }

    fn compares_any(&self, row: &Case) -> bool {
        let own = self.rules.packs.iter().filter(|pack| pack.file.procedure.id == row.procedure);
        own.into_iter().any(|pack| pack.file.procedure.acts.iter().any(|act| act.alike.is_some()))
    }

    /// The newest opening act of a case's procedure that says what is compared.
    pub fn compares(&self, row: &Case) -> Option<Act> {
        let own = self.rules.packs.iter().rev().filter(|pack| pack.file.procedure.id == row.procedure);
        own.flat_map(|pack| &pack.file.procedure.acts).find(|act| act.alike.is_some()).cloned()
    }

    /// A case as it is compared, by what now stands of the act that opened it; nothing where that compares nothing or
    /// cannot be read.
    pub fn compared(&self, db: &dyn Query, row: &Case) -> Result<Option<Dispute>> {
        if !self.compares_any(row) {
            return Ok(None);
        }
        let own = || self.rules.packs.iter().filter(|pack| pack.file.procedure.id == row.procedure);
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
pub(crate) struct Entered<'a> {
    pub id: &'a str,
    pub organ: &'a str,
    pub on: Day,
}

/// What of a record is compared.
pub(crate) fn dispute(act: &Act, record: &Record, entered: &Entered<'_>) -> Dispute {
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
    if let Ok(document) = codes::identity::check(code) {
        let hash = crate::ids::sm3(format!("alike\n{}", document.key()).as_bytes()).0;
        return Some(Number { kind: NumberKind::Resident, hash });
    }
    let kinds =
        [(codes::Kind::ResidentId, NumberKind::Resident), (codes::Kind::Uscc, NumberKind::Organisation)];
    let valid = kinds.into_iter().find_map(|(kind, of)| {
        let found = codes::check(kind, code);
        found.is_valid().then(|| (of, found.canonical.unwrap_or_else(|| code.to_owned())))
    });
    let (kind, written) = valid?;
    Some(Number { kind, hash: crate::ids::sm3(format!("alike\n{written}").as_bytes()).0 })
}

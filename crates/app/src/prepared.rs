//! What of an act can be known before its transaction. It is worked out on the caller's thread, so that the one writer
//! does only what needs the transaction.

use std::sync::Arc;

use calendar::Day;
use figures::{Contribution, contributions};
use ledger::Hash;
use norms::{ActId, Deed, Engine, History, Record};
use store::personal::NewPart;
use store::{StoredFile, cases};

use crate::acting::Moment;
use crate::alike::Seen;
use crate::case::CaseFile;
use crate::persons;
use crate::record;
use crate::roll::Roll;

/// A file that was kept, with the field that it was handed in under.
pub(crate) type Kept = (norms::Field, StoredFile);

/// An act on its way into the journal.
pub(crate) struct Prepared {
    pub moment: Moment,
    pub act: ActId,
    pub on: Day,
    pub record: Record,
    /// The record as the journal keeps it, without its personal fields.
    pub plain: String,
    /// The personal fields with whose they are, by the case's last event that was seen.
    apart: Option<(Hash, Vec<NewPart>)>,
    pub stored: Vec<Kept>,
    /// Nothing where the act could not be decided in advance: the transaction decides then.
    decided: Option<Decided>,
    /// The case's last event and the roll by which the rules of authority allowed it in advance.
    allowed: Option<(Hash, Arc<Roll>)>,
}

/// A case that an act is to open.
pub(crate) struct Opening {
    /// The case before its first act, without its number.
    pub file: CaseFile,
    /// The organ's short form in the number.
    pub short: String,
    pub receipt: String,
}

/// What an act makes of a case. It holds as long as the case's last event is the one that it was decided upon.
pub(crate) struct Decided {
    head: Hash,
    history: Arc<History>,
    counted: Vec<Contribution>,
}

impl Prepared {
    pub fn new(
        moment: Moment,
        spec: &norms::Act,
        deed: (ActId, Day),
        record: Record,
        stored: Vec<Kept>,
    ) -> Self {
        let plain = record::to_json(spec, &record);
        let (act, on) = deed;
        Self { moment, act, on, record, plain, apart: None, stored, decided: None, allowed: None }
    }

    /// Says in the record that like cases were shown first.
    pub fn note(&mut self, seen: Option<&Seen>) {
        if let Some(seen) = seen {
            self.plain = seen.noted_in(&self.plain);
        }
    }

    /// Decides in advance what becomes of a case as it was seen. Whether it may be done is only said inside the
    /// transaction, where a retry finds what was done before.
    pub fn decide_upon(&mut self, engine: &Engine<'_>, seen: &CaseFile) {
        if let Some(spec) = engine.procedure.act_of(self.act) {
            self.apart = Some((seen.row.head, self.parts_in(engine, spec, seen)));
        }
        if engine.lapse_due(&seen.history.marking, self.on).is_some() {
            return;
        }
        let mut history = History::clone(&seen.history);
        if history.add(engine, self.deed(seen.row.version + 1)).is_ok() {
            let counted = contributions(engine, &seen.pack.file.figures, &history);
            self.decided = Some(Decided { head: seen.row.head, history: Arc::new(history), counted });
        }
    }

    /// Notes that the rules of authority allow it, in a case as it was seen and by a roll.
    pub fn allow(&mut self, seen: &cases::Case, roll: Arc<Roll>) {
        self.allowed = Some((seen.head, roll));
    }

    /// Whether the rules of authority allowed it in advance, and neither the case nor the roll is another since.
    pub fn is_allowed(&self, row: &cases::Case, roll: &Arc<Roll>) -> bool {
        self.allowed.as_ref().is_some_and(|(head, by)| *head == row.head && Arc::ptr_eq(by, roll))
    }

    /// The case after the act, as far as it was decided in advance.
    pub fn history(&self) -> Option<&History> {
        self.decided.as_ref().map(|decided| &*decided.history)
    }

    /// The personal fields with whose they are: a record without a party is of the first one that the case had.
    pub fn parts(&self, engine: &Engine<'_>, spec: &norms::Act, file: &CaseFile) -> Vec<NewPart> {
        match &self.apart {
            Some((head, parts)) if *head == file.row.head => parts.clone(),
            _ => self.parts_in(engine, spec, file),
        }
    }

    fn parts_in(&self, engine: &Engine<'_>, spec: &norms::Act, file: &CaseFile) -> Vec<NewPart> {
        persons::parts(engine, spec, &self.record, &file.row.id, &file.history.deeds)
    }

    /// The act as the event with a number.
    pub fn deed(&self, number: u32) -> Deed {
        Deed { number, act: self.act, on: self.on, record: self.record.clone(), lapse: None }
    }

    /// What was decided upon the case as it now stands.
    pub fn decided_upon(&self, row: &cases::Case) -> Option<(Arc<History>, Vec<Contribution>)> {
        let decided = self.decided.as_ref().filter(|decided| decided.head == row.head)?;
        Some((Arc::clone(&decided.history), decided.counted.clone()))
    }
}

//! From the events of a case to its state: the same events give the same state, byte for byte.

use calendar::Day;

use crate::step::{Discharge, Engine, LapseDue};
use crate::{ActId, Marking, Record, Records, Refusal, Truths};

/// One deed of a case, as the journal keeps it. 办理行为
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Number of the event in the case.
    pub number: u32,
    pub act: ActId,
    /// Legal day.
    pub on: Day,
    pub record: Record,
    /// The norm by whose lapse the law deemed it done.
    pub lapse: Option<u16>,
}

/// A case run through: its deeds in the order in which they took effect, and where it stands. 案件经过
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub deeds: Vec<Deed>,
    /// For every deed: the day from which it took effect (for a lapse, the day after the last day).
    effective: Vec<Day>,
    /// For every deed: the duties that it discharged.
    pub discharged: Vec<Vec<Discharge>>,
    /// For every deed: what was known of the guards right after it.
    pub truths: Vec<Truths>,
    pub marking: Marking,
    pub records: Records,
}

/// Why events do not make a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryFault {
    /// The deed itself is barred.
    Refused(Box<Refusal>),
    /// A later deed would be barred by it: its number, and why.
    Breaks { number: u32, act: ActId, why: Box<Refusal> },
    /// A deemed act that is no longer due.
    LapseNotDue { number: u32, act: ActId },
    /// Before the day on which the case was opened.
    BeforeCase { opened_on: Day },
}

impl History {
    #[must_use]
    pub fn new(engine: &Engine<'_>) -> Self {
        Self {
            deeds: Vec::new(),
            effective: Vec::new(),
            discharged: Vec::new(),
            truths: Vec::new(),
            marking: engine.procedure.start(),
            records: Records::default(),
        }
    }

    /// Runs all deeds, in the order of their numbers.
    ///
    /// # Errors
    /// The first deed that cannot stand.
    pub fn replay(engine: &Engine<'_>, deeds: impl IntoIterator<Item = Deed>) -> Result<Self, HistoryFault> {
        let mut history = Self::new(engine);
        for deed in deeds {
            history.add(engine, deed)?;
        }
        Ok(history)
    }

    /// Adds a deed. One that is dated before later ones is put in its place and everything after it is run again.
    ///
    /// # Errors
    /// The deed is barred, or a later one would be; then nothing has changed.
    pub fn add(&mut self, engine: &Engine<'_>, deed: Deed) -> Result<(), HistoryFault> {
        if let Some(opened_on) =
            self.marking.opened_on.filter(|opened| deed.lapse.is_none() && deed.on < *opened)
        {
            return Err(HistoryFault::BeforeCase { opened_on });
        }
        let late = deed.lapse.is_none() && self.effective.last().is_some_and(|last| deed.on < *last);
        if late {
            return self.insert(engine, deed);
        }
        self.push(engine, deed)
    }

    /// Without one of its deeds, or with another in its place: a correction.
    ///
    /// # Errors
    /// What follows can no longer stand.
    pub fn corrected(
        &self,
        engine: &Engine<'_>,
        number: u32,
        by: Option<Deed>,
    ) -> Result<Self, HistoryFault> {
        let mut kept: Vec<Deed> = self.deeds.iter().filter(|deed| deed.number != number).cloned().collect();
        kept.extend(by);
        kept.sort_by_key(|deed| deed.number);
        let mut made = Self::new(engine);
        for deed in kept {
            let (own, act) = (deed.number == number, deed.number);
            made.add(engine, deed).map_err(|fault| if own { fault } else { fault.broken_at(act) })?;
        }
        Ok(made)
    }

    fn insert(&mut self, engine: &Engine<'_>, deed: Deed) -> Result<(), HistoryFault> {
        let at = self.effective.partition_point(|day| *day <= deed.on);
        let number = deed.number;
        let mut deeds = self.deeds.clone();
        deeds.insert(at, deed);
        let mut made = Self::new(engine);
        for deed in deeds {
            let (own, act) = (deed.number == number, deed.number);
            made.push(engine, deed).map_err(|fault| if own { fault } else { fault.broken_at(act) })?;
        }
        *self = made;
        Ok(())
    }

    fn push(&mut self, engine: &Engine<'_>, deed: Deed) -> Result<(), HistoryFault> {
        let (effects, effective) = match deed.lapse {
            None => {
                let (marking, records) = (&mut self.marking, &mut self.records);
                let effects = engine.act(marking, records, deed.act, deed.on, deed.record.clone());
                (effects.map_err(HistoryFault::Refused)?, deed.on)
            }
            Some(norm) => {
                let due = self.lapse_of(engine, norm);
                let Some(due) = due.filter(|due| due.act == deed.act) else {
                    return Err(HistoryFault::LapseNotDue { number: deed.number, act: deed.act });
                };
                let due = LapseDue { on: deed.on, ..due };
                (engine.lapse(&mut self.marking, &mut self.records, due), due.since)
            }
        };
        self.deeds.push(deed);
        self.effective.push(effective);
        self.discharged.push(effects.discharged);
        self.truths.push(self.marking.truths);
        Ok(())
    }

    /// The lapse of one norm, if the duty is owed and has a last day.
    fn lapse_of(&self, engine: &Engine<'_>, norm: u16) -> Option<LapseDue> {
        let last = self.marking.owed.iter().find(|owed| owed.norm == norm)?.last_day?;
        let mut alone = self.marking.clone();
        alone.owed.retain(|owed| owed.norm == norm);
        engine.lapse_due(&alone, last.next())
    }
}

impl HistoryFault {
    fn broken_at(self, number: u32) -> Self {
        match self {
            Self::Refused(why) => Self::Breaks { number, act: why.act, why },
            other => other,
        }
    }
}

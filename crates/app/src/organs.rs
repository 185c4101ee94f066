//! Organs: who may hold cases, and the names that records may name.

use std::sync::Arc;
use std::time::{Duration, Instant};

use calendar::Day;
use store::organ;

use crate::error::{AppError, Result};
use crate::platform::Platform;

/// An organ as it is on a day. 机关
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organ {
    pub id: String,
    pub name: String,
    /// The short form in document numbers.
    pub short: String,
    pub kind: String,
    pub division: String,
    pub credit_code: Option<String>,
    pub parent: Option<String>,
}

/// How old the organs at hand may be where other processes may enter organs too.
const FRESH: Duration = Duration::from_secs(1);

/// The organs of a day, at hand.
#[derive(Clone, Debug)]
pub(crate) struct AtHand {
    day: Day,
    since: Instant,
    pub organs: Arc<[Organ]>,
    names: Arc<[String]>,
}

impl AtHand {
    pub(crate) const fn since(&self) -> Instant {
        self.since
    }
}

impl Platform {
    /// The organ of an id.
    ///
    /// # Errors
    /// There is none today.
    pub fn organ(&self, id: &str) -> Result<Organ> {
        let organs = self.organs_of_today()?.organs;
        let found = organs.iter().find(|organ| organ.id == id).cloned();
        found.ok_or_else(|| AppError::not_found(format!("机关“{id}”")))
    }

    /// All organs of today.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn organs(&self) -> Result<Vec<Organ>> {
        Ok(self.organs_of_today()?.organs.to_vec())
    }

    /// All organs of today, from those at hand: they change seldom and every form asks for them.
    pub(crate) fn organs_of_today(&self) -> Result<AtHand> {
        let today = self.today();
        let at_hand = self.inner().organs.lock().ok().and_then(|kept| kept.clone());
        let alone = matches!(self.store().place(), store::Place::Folder(_));
        let good = |kept: &AtHand| kept.day == today && (alone || kept.since.elapsed() < FRESH);
        if let Some(kept) = at_hand.filter(good) {
            return Ok(kept);
        }
        let rows = self.store().read(|reader| organ::list(reader, today.number()))?;
        let organs: Arc<[Organ]> = rows.into_iter().map(Organ::from_row).collect();
        let names = organs.iter().map(|organ| organ.name.clone()).collect();
        let fresh = AtHand { day: today, since: Instant::now(), organs, names };
        if let Ok(mut kept) = self.inner().organs.lock() {
            *kept = Some(fresh.clone());
        }
        Ok(fresh)
    }

    pub(crate) fn organ_names(&self) -> Result<Arc<[String]>> {
        Ok(self.organs_of_today()?.names)
    }

    /// Enters organs as of a day, each with a valid credit code; all of them or none.
    ///
    /// # Errors
    /// Every code that is wrong; an organ whose entries overlap.
    pub fn enter_organs(&self, organs: Vec<Organ>, from: Day) -> Result<()> {
        let mut faults = Vec::new();
        for one in &organs {
            let Some(code) = &one.credit_code else { continue };
            let checked = codes::check(codes::Kind::Uscc, code);
            if !checked.is_valid() {
                faults.push(crate::FieldFault {
                    field: one.id.clone(),
                    name: one.name.clone(),
                    message: format!("统一社会信用代码“{code}”不对：{}", checked.reason()),
                });
            }
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let rows: Vec<organ::Organ> = organs.into_iter().map(|one| to_row(one, from)).collect();
        self.store().write(move |tx| -> store::Result<()> {
            rows.iter().try_for_each(|row| organ::put(tx, row))
        })??;
        if let Ok(mut kept) = self.inner().organs.lock() {
            *kept = None;
        }
        Ok(())
    }
}

impl Organ {
    pub(crate) fn from_row(row: organ::Organ) -> Self {
        Self {
            id: row.id,
            name: row.name,
            short: row.short,
            kind: row.kind,
            division: row.division,
            credit_code: row.credit_code,
            parent: row.parent,
        }
    }
}

fn to_row(one: Organ, from: Day) -> organ::Organ {
    organ::Organ {
        id: one.id,
        name: one.name,
        short: one.short,
        kind: one.kind,
        division: one.division,
        credit_code: one.credit_code,
        parent: one.parent,
        valid_from: from.number(),
        valid_until: None,
    }
}

//! Decided cases by unlawful act and step, followed from the journal: where a fine lies among them.

use std::collections::BTreeMap;

use calendar::Day;
use discretion::like::Past;
use ledger::EventKind;
use norms::Act;
use serde_json::Value as Json;
use store::{Query, cases, events};

use crate::enterprises::fines;
use crate::error::Result;
use crate::platform::{Inner, Platform};

/// How many events are read at a time.
const BATCH: u32 = 1_000;

/// What is known of the decisions so far, by when in the journal it was last true.
#[derive(Debug, Default)]
pub(crate) struct AtHand {
    /// By case and event.
    past: BTreeMap<(String, u32), Past>,
    seq: i64,
}

impl Platform {
    /// Decisions on an unlawful act in a step, but for those of one case.
    pub(super) fn decided_before(&self, matter: &str, step: &str, own: &str) -> Result<Vec<Past>> {
        let mut kept = self.inner().decided.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.store().read(|reader| self.inner().follow_decisions(reader, &mut kept))?;
        let is_like =
            |(case, _): &(String, u32), past: &Past| case != own && past.act == matter && past.step == step;
        let like = kept.past.iter().filter(|(at, past)| is_like(at, past));
        Ok(like.map(|(_, past)| past.clone()).collect())
    }
}

impl Platform {
    /// All decisions of a fine by a benchmark, with the id of their case.
    pub(crate) fn all_decided(&self) -> Result<Vec<(String, Past)>> {
        let mut kept = self.inner().decided.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.store().read(|reader| self.inner().follow_decisions(reader, &mut kept))?;
        Ok(kept.past.iter().map(|((case, _), past)| (case.clone(), past.clone())).collect())
    }
}

impl Inner {
    fn follow_decisions(&self, db: &dyn Query, kept: &mut AtHand) -> Result<()> {
        loop {
            let entries = events::after(db, kept.seq, BATCH)?;
            let Some(last) = entries.last() else { return Ok(()) };
            for entry in &entries {
                let event = entry.event();
                if !matches!(event.kind, EventKind::Act | EventKind::Correction) {
                    continue;
                }
                let decides = self.deciding(&event.act).next().is_some();
                if self.undoing(&event.act) || (decides && event.corrects.is_some()) {
                    self.decided_anew(db, &event.case, kept)?;
                    continue;
                }
                if !decides {
                    continue;
                }
                let record: Json = serde_json::from_str(&event.record).unwrap_or_default();
                let row = cases::get(db, &event.case)?.zip(Day::from_number(event.legal_day));
                let made = row.and_then(|(row, on)| self.past(&row, &event.act, &record, on));
                kept.past.extend(made.map(|made| ((event.case.clone(), event.number), made)));
            }
            kept.seq = last.seq;
        }
    }

    /// Whether an act of that id may undo or change a fine in some procedure.
    fn undoing(&self, act: &str) -> bool {
        let undoes = |procedure: &norms::Procedure, own: &Act| {
            let Some(asked) = &own.discretion else { return false };
            let guard = asked.undone.and_then(|at| procedure.guards.get(usize::from(at)));
            let named = guard.map(norms::guard::Guard::mentions).unwrap_or_default();
            let by = asked.changed.map(|(by, _)| by);
            named.iter().chain(by).any(|by| procedure.act_of(by).is_some_and(|spec| spec.id == act))
        };
        let mut all = self.rules.packs.iter().map(|pack| &pack.file.procedure);
        all.any(|procedure| procedure.acts.iter().any(|own| undoes(procedure, own)))
    }

    /// Takes the decisions of a case from its history, as it is now: what was annulled is gone, what was changed is changed.
    fn decided_anew(&self, db: &dyn Query, case: &str, kept: &mut AtHand) -> Result<()> {
        kept.past.retain(|(own, _), _| own != case);
        let Ok(file) = self.load(db, case) else { return Ok(()) };
        for fine in fines(&file, Day::MAX) {
            let is_like = !fine.matter.is_empty() && !fine.step.is_empty();
            if is_like && fine.undone_on.is_none() {
                let made = Past {
                    number: file.row.number.clone().unwrap_or_default(),
                    act: fine.matter,
                    step: fine.step,
                    fine_fen: fine.fen,
                    decided_on: fine.decided_on,
                };
                kept.past.insert((case.to_owned(), fine.event), made);
            }
        }
        Ok(())
    }

    /// The acts of an id that decide a fine by a benchmark, in whatever procedure, the newest text first.
    fn deciding<'a>(&'a self, act: &'a str) -> impl Iterator<Item = (&'a str, &'a Act)> {
        let packs = self.rules.packs.iter().rev();
        let all = packs.flat_map(|pack| {
            pack.file.procedure.acts.iter().map(|own| (pack.file.procedure.id.as_str(), own))
        });
        all.filter(move |(_, own)| {
            own.id == act && own.discretion.as_ref().is_some_and(|one| !one.proposes && one.fine.is_some())
        })
    }

    fn past(&self, row: &cases::Case, act: &str, record: &Json, on: Day) -> Option<Past> {
        let (_, spec) = self.deciding(act).find(|(procedure, _)| *procedure == row.procedure)?;
        let asked = spec.discretion.as_ref()?;
        let value = |at: u16| record.get(&spec.fields.get(usize::from(at))?.id);
        let text = |at: u16| value(at).and_then(Json::as_str).filter(|text| !text.is_empty());
        Some(Past {
            number: row.number.clone().unwrap_or_default(),
            act: text(asked.matter)?.to_owned(),
            step: text(asked.step)?.to_owned(),
            fine_fen: value(asked.fine?)?.as_i64()?,
            decided_on: on,
        })
    }
}

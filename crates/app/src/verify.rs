//! Proving the store: the journal whole, and every figure what the journal says.

use std::collections::BTreeMap;

use base::Diagnostic;
use store::tally::{self, Contribution, Sum};
use store::{VerifyReport, cases, due};

use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::Platform;
use crate::visible;

/// What verifying came to. 核验结果
#[derive(Clone, Debug)]
pub struct Verified {
    pub journal: VerifyReport,
    /// Cases whose state or figures were recomputed.
    pub recomputed: u64,
    pub faults: Vec<Diagnostic>,
}

impl Platform {
    /// Recomputes every hash of the journal; with `figures`, replays every case and compares its state and all that
    /// it adds to figures with what the store keeps.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn verify(&self, figures: bool) -> Result<Verified> {
        let journal = self.store().verify()?;
        let mut made = Verified { journal, recomputed: 0, faults: Vec::new() };
        if !figures {
            return Ok(made);
        }
        let mut after = None;
        let mut events = 0;
        loop {
            let page = self
                .store()
                .read(|reader| cases::page(reader, cases::Scope::All, "", after.as_ref(), 500))?;
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            for row in &page {
                let (found, counted) = self.verify_case(row)?;
                made.faults.extend(found);
                events += counted;
                made.recomputed += 1;
            }
        }
        made.faults.extend(self.verify_counts(events)?);
        Ok(made)
    }

    /// The canonical bytes of every event, for measuring what hashing them takes at least.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn canonical_journal(&self) -> Result<Vec<Vec<u8>>> {
        let all = self.store().read(|reader| store::events::after(reader, 0, u32::MAX))?;
        Ok(all.iter().map(|entry| entry.event().canonical()).collect())
    }

    /// What is wrong with a case, and for how many figures, days and events it counts.
    fn verify_case(&self, row: &cases::Case) -> Result<(Option<Diagnostic>, i64)> {
        let number = row.number.as_deref().unwrap_or(&row.id);
        self.store().read(|reader| {
            // The row of this moment: somebody may have acted since the page was read.
            let file = self.inner().reload(reader, &row.id)?;
            let (row, mut found) = (&file.row, None);
            let sums = counted(&file);
            for (one, sum) in &sums {
                if tally::of_event(reader, one)? != *sum {
                    let (event, figure) = (one.number, &one.figure);
                    let why = format!("案件{number}第{event}号事项对指标“{figure}”的计数与日志重算的不一致");
                    let help = "统计数可以由日志重算；请联系管理员重建统计。";
                    found.get_or_insert(Diagnostic::error("figure_differs", why).help(help));
                }
            }
            let procedure = &file.pack.file.procedure;
            let phase = file.history.marking.phase.and_then(|at| procedure.phases.get(at));
            let closed = file.history.marking.closed_on.map(calendar::Day::number);
            let help = "请联系管理员，由日志重建案件状态。";
            if phase.map_or("", String::as_str) != row.phase || closed != row.closed_on {
                let why = format!("案件{number}登记的阶段或者结案日期与日志重算的不一致");
                found.get_or_insert(Diagnostic::error("state_differs", why).help(help));
            }
            let names = visible::names(procedure, &file.history.records);
            if names != row.named || !cases::named_in_lists(reader, row)? {
                let why = format!("案件{number}登记的可以查看的机关与日志重算的不一致");
                found.get_or_insert(Diagnostic::error("readers_differ", why).help(help));
            }
            let counted = sums.values().filter(|sum| **sum != Sum::default()).count();
            Ok((found, i64::try_from(counted).unwrap_or(i64::MAX)))
        })
    }

    /// What counts beside the cases says: the numbers beside lists, and records of no event.
    fn verify_counts(&self, counted_events: i64) -> Result<Vec<Diagnostic>> {
        let help = "计数可以由案件重算；请联系管理员重建计数。";
        let wrong = |why: String| Diagnostic::error("count_differs", why).help(help);
        let (cases, dues, named, events) = self.store().read(|reader| -> Result<_> {
            let named = cases::named_astray(reader)?;
            let events = tally::events_counted(reader)?;
            Ok((cases::miscounted(reader)?, due::miscounted(reader)?, named, events))
        })?;
        let mut found = Vec::new();
        for (organ, procedure, phase) in cases {
            found.push(wrong(format!("机关{organ}的“{procedure}”在“{phase}”阶段的案件数与案件不一致")));
        }
        found.extend(dues.into_iter().map(|organ| wrong(format!("机关{organ}的应办件数与应办事项不一致"))));
        found.extend(
            named.into_iter().map(|(name, case)| {
                wrong(format!("案件{case}列在“{name}”可以查看的案件里，案件中却没有写明"))
            }),
        );
        // Where somebody acts meanwhile the two may differ without a fault: each record is looked at then.
        if events != counted_events {
            found.extend(self.astray()?);
        }
        Ok(found)
    }

    /// The first records of figures that no event makes.
    fn astray(&self) -> Result<Vec<Diagnostic>> {
        let mut found = Vec::new();
        let mut after: Option<Contribution> = None;
        loop {
            let page = self.store().read(|reader| tally::every(reader, after.as_ref(), 1000))?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.clone());
            for one in &page {
                let wrong = self.store().read(|reader| -> Result<bool> {
                    let Ok(file) = self.inner().load(reader, &one.case) else { return Ok(true) };
                    let expected = counted(&file).get(&key_of(one)).copied().unwrap_or_default();
                    Ok(tally::of_event(reader, one)? != expected)
                })?;
                if wrong && found.len() < 10 {
                    let (case, event, figure) = (&one.case, one.number, &one.figure);
                    let why = format!("案件{case}第{event}号事项对指标“{figure}”的计数，日志中没有");
                    let help = "统计数可以由日志重算；请联系管理员重建统计。";
                    found.push(Diagnostic::error("figure_differs", why).help(help));
                }
            }
        }
    }
}

/// A record without its numbers, as a key.
fn key_of(one: &Contribution) -> Contribution {
    Contribution { recorded_day: 0, n: 0, total: 0, ..one.clone() }
}

/// What a case adds to each figure by its journal.
fn counted(file: &CaseFile) -> BTreeMap<Contribution, Sum> {
    let mut sums: BTreeMap<Contribution, Sum> = BTreeMap::new();
    for one in &file.counted {
        let Some(figure) = file.pack.file.figures.get(one.figure) else { continue };
        let key = Contribution {
            figure: figure.id.clone(),
            legal_day: one.on.number(),
            case: file.row.id.clone(),
            number: one.number,
            organ: file.row.organ.clone(),
            division: file.row.division.clone(),
            recorded_day: 0,
            n: 0,
            total: 0,
        };
        let sum = sums.entry(key).or_default();
        *sum = Sum { n: sum.n + one.n, total: sum.total + one.total };
    }
    sums
}

/// SM3 over each, and nothing else; all digests folded into one, so that none is left out.
#[must_use]
pub fn sm3_of_each(texts: &[Vec<u8>]) -> [u8; 32] {
    texts.iter().fold([0; 32], |folded, text| {
        let mut hash = crate::ids::sm3(text).0;
        hash.iter_mut().zip(folded).for_each(|(byte, other)| *byte ^= other);
        hash
    })
}

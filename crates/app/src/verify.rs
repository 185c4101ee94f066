//! Proving the store: the journal whole, and every figure what the journal says.

use std::collections::BTreeMap;

use base::Diagnostic;
use store::{VerifyReport, cases, tally};

use crate::error::Result;
use crate::platform::Platform;

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
        let journal = self.store().verify_with(self.inner().held().ready())?;
        let mut made = Verified { journal, recomputed: 0, faults: Vec::new() };
        if !figures {
            return Ok(made);
        }
        let mut after = None;
        loop {
            let page = self
                .store()
                .read(|reader| cases::page(reader, cases::Scope::All, "", after.as_ref(), 500))?;
            let Some(last) = page.last() else { return Ok(made) };
            after = Some(last.key());
            for row in &page {
                made.faults.extend(self.verify_case(row)?);
                made.recomputed += 1;
            }
        }
    }

    /// The canonical bytes of every event, for measuring what hashing them takes at least.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn canonical_journal(&self) -> Result<Vec<Vec<u8>>> {
        let all = self.store().read(|reader| store::events::after(reader, 0, u32::MAX))?;
        Ok(all.iter().map(|entry| entry.event().canonical()).collect())
    }

    fn verify_case(&self, row: &cases::Case) -> Result<Option<Diagnostic>> {
        let number = row.number.as_deref().unwrap_or(&row.id);
        let (kept, file) = self.store().read(|reader| -> Result<_> {
            let kept = tally::of_case(reader, &row.id)?;
            self.inner().reload(reader, &row.id).map(|file| (kept, file))
        })?;
        let mut sums: BTreeMap<(String, u32, i32), (i64, i64)> = BTreeMap::new();
        for one in &kept {
            let sum = sums.entry((one.figure.clone(), one.number, one.legal_day)).or_default();
            *sum = (sum.0 + one.n, sum.1 + one.total);
        }
        for one in &file.counted {
            let Some(figure) = file.pack.file.figures.get(one.figure) else { continue };
            let sum = sums.entry((figure.id.clone(), one.number, one.on.number())).or_default();
            *sum = (sum.0 - one.n, sum.1 - one.total);
        }
        sums.retain(|_, sum| *sum != (0, 0));
        if let Some(((figure, event, _), _)) = sums.into_iter().next() {
            let why = format!("案件{number}第{event}号事项对指标“{figure}”的计数与日志重算的不一致");
            let help = "统计数可以由日志重算；请联系管理员重建统计。";
            return Ok(Some(Diagnostic::error("figure_differs", why).help(help)));
        }
        let phase = file.history.marking.phase.and_then(|at| file.pack.file.procedure.phases.get(at));
        let closed = file.history.marking.closed_on.map(calendar::Day::number);
        if phase.map_or("", String::as_str) != row.phase || closed != row.closed_on {
            let why = format!("案件{number}登记的阶段或者结案日期与日志重算的不一致");
            return Ok(Some(
                Diagnostic::error("state_differs", why).help("请联系管理员，由日志重建案件状态。"),
            ));
        }
        Ok(None)
    }
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

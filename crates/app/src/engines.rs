//! Acts for which the platform's engines fill in a part: the steps of a draw or of a review of
//! case files, a joint plan, the benchmarks of discretion.

use norms::{Act, ActId, Deed, History};

use crate::acting::Moment;
use crate::authority::Asking;
use crate::case::{CaseFile, fault_of};
use crate::commands::Deal;
use crate::error::Result;
use crate::platform::Platform;
use crate::record::flat;

/// Whether an act asks an engine.
pub(crate) fn are_asked(spec: &Act) -> bool {
    spec.draw.is_some()
        || spec.review.is_some()
        || spec.exam.is_some()
        || spec.qualifies
        || spec.joint
        || spec.discretion.is_some()
}

/// What was sent, before engines fill in what depends on the hour.
pub(crate) fn flat_sent(deal: &Deal) -> String {
    let mut text = flat(&deal.form);
    for file in &deal.files {
        text.push_str(&crate::ids::sm3(&file.content).hex());
        text.push_str(&file.field);
    }
    text
}

impl Platform {
    /// Lets the engines fill in their part of an act that is the actor's to do and that the case does not bar.
    ///
    /// # Errors
    /// It is not theirs to do, the law bars it, or an engine refuses it.
    pub(crate) fn by_engines(
        &self,
        seen: &CaseFile,
        (act, spec): (ActId, &Act),
        moment: &Moment,
        deal: &mut Deal,
    ) -> Result<()> {
        let asking =
            Asking { file: seen, act: spec, on: deal.on, record: None, party: seen.row.party.as_deref() };
        self.store().read(|reader| self.may_act(reader, &moment.actor, &asking))?;
        self.not_barred(seen, act, spec, deal)?;
        self.take_draw_step(seen, spec, moment, deal.on, &mut deal.form, &mut deal.files)?;
        self.take_review_step(seen, spec, moment, deal.on, &mut deal.form)?;
        self.take_exam_step(seen, spec, moment, deal.on, &mut deal.form)?;
        self.take_qualification(seen, spec, moment, deal.on, &mut deal.form)?;
        self.take_joint_step(seen, spec, moment, deal.on, &mut deal.form, &mut deal.files)?;
        deal.form = self.weighed(seen, spec, (deal.on, u32::MAX), &deal.form)?;
        Ok(())
    }

    /// What the law bars is told by the law, before an engine says anything of it.
    fn not_barred(&self, seen: &CaseFile, act: ActId, spec: &Act, deal: &Deal) -> Result<()> {
        let engine = seen.engine(&self.rules().calendar);
        if engine.lapse_due(&seen.history.marking, deal.on).is_some() {
            return Ok(());
        }
        let Ok(record) = self.read_record(spec, deal.on, &deal.form, &seen.row.organ) else { return Ok(()) };
        let deed = Deed { number: seen.row.version + 1, act, on: deal.on, record, lapse: None };
        let mut history = History::clone(&seen.history);
        history.add(&engine, deed).map_err(|fault| fault_of(&engine, fault))
    }
}

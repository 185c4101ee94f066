//! The cases that a case came from or that it opened, as its page shows them.

use store::Query;

use crate::actor::Actor;
use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::Platform;
use crate::starting::links;
use crate::view::LinkView;

impl Platform {
    /// What the events of a case say of others. Officers see all of it; the party and the holder of a receipt what the
    /// rules let them be told.
    pub(crate) fn links(
        &self,
        db: &dyn Query,
        file: &CaseFile,
        actor: Option<&Actor>,
    ) -> Result<Vec<LinkView>> {
        let mut made = Vec::new();
        let entries = store::events::of_case(db, &file.row.id, 0)?;
        let known = entries.iter().filter(|entry| entry.event().number <= file.row.version);
        for entry in known {
            let event = entry.event();
            let (from, started) = links(&event.record);
            let corrected = |number: u32| entries.iter().any(|one| one.event().corrects == Some(number));
            let from = from.map(|from| (from.case, from.told, true));
            let all = from.into_iter().chain(started.into_iter().map(|(case, told)| (case, told, false)));
            for (case, told, is_from) in all {
                if !told && !actor.is_some_and(Actor::is_officer) {
                    continue;
                }
                // Of a case that was not there yet on a day of the past nothing is told: its event is not either.
                let other = self.inner().load(db, &case)?;
                let today = self.today();
                let organ = store::organ::known(db, &other.row.organ, today.number())?;
                let is_readable = match actor {
                    Some(actor) => self.may_read(actor, &other, today)?,
                    None => false,
                };
                made.push(LinkView {
                    is_from,
                    number: event.number,
                    case: is_readable.then_some(case),
                    case_number: other.row.number.clone().unwrap_or_default(),
                    procedure: other.pack.file.procedure.name.clone(),
                    organ: organ.map_or_else(|| other.row.organ.clone(), |organ| organ.name),
                    is_taken_back: corrected(event.number),
                });
            }
        }
        Ok(made)
    }
}

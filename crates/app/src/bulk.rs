//! The same act in several cases: only acts whose pack says so, and each case decided for itself.

use norms::Act;

use crate::actor::Actor;
use crate::authority::Asking;
use crate::commands::Deal;
use crate::desk::{CaseLine, officer_organ};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::platform::Platform;
use crate::visible::{CaseFilter, Viewer, Whose};

/// How many cases are offered at once.
pub(crate) const MOST: usize = 50;
/// How many pages of cases are looked through for them.
const PAGES: usize = 10;
const PAGE: u32 = 100;

impl Platform {
    /// An act that may be done in several cases at once, and the organ's open cases in which the officer may do it today.
    ///
    /// # Errors
    /// The act is none of those; the account is no officer's; the store cannot be read.
    pub fn bulk(&self, actor: &Actor, procedure: &str, act: &str) -> Result<(Act, Vec<CaseLine>)> {
        officer_organ(actor)?;
        let today = self.today();
        let missing = || AppError::not_found(format!("程序“{procedure}”里的事项“{act}”"));
        let pack = self.rules().pack_on(procedure, today).cloned().ok_or_else(missing)?;
        let own = &pack.file.procedure;
        let id = own.act_named(act).ok_or_else(missing)?;
        let spec = own.act_of(id).ok_or_else(missing)?;
        must_be_bulk(spec)?;
        let visible = self.visible(Viewer::Account(actor))?;
        let filter = CaseFilter { whose: Whose::Held, procedure: Some(procedure.to_owned()), phase: None };
        let found = self.store().read(|reader| -> Result<_> {
            let (mut found, mut after) = (Vec::new(), None);
            for _ in 0..PAGES {
                let (rows, next) = visible.page(reader, &filter, after.as_ref(), PAGE)?;
                for row in rows.into_iter().filter(|row| row.closed_on.is_none()) {
                    let file = self.inner().load(reader, &row.id)?;
                    // A case of an older text is dealt with by itself.
                    if file.pack.file.procedure.in_force != own.in_force {
                        continue;
                    }
                    let decision = file.engine(&self.rules().calendar).decide(&file.history.marking, today);
                    let may = (decision.may | decision.may_depending).has(id);
                    let party = row.party.as_deref();
                    let asking = Asking { file: &file, act: spec, on: today, record: None, party };
                    if may && self.is_theirs(reader, actor, &asking) {
                        found.push(row);
                    }
                    if found.len() == MOST {
                        return Ok(found);
                    }
                }
                after = next;
                if after.is_none() {
                    break;
                }
            }
            Ok(found)
        })?;
        Ok((spec.clone(), found.into_iter().map(|row| self.case_line(row)).collect()))
    }

    /// Does an act in one of several cases.
    ///
    /// # Errors
    /// The case's own rules do not let the act be done so; as for [`Platform::act`].
    pub fn bulk_act(&self, actor: &Actor, deal: Deal) -> Result<Done> {
        officer_organ(actor)?;
        must_be_bulk(&self.act_form(actor, &deal.case, &deal.act)?)?;
        self.act(actor, deal)
    }
}

fn must_be_bulk(act: &Act) -> Result<()> {
    if act.bulk {
        return Ok(());
    }
    let why = format!("“{}”要逐件办理，不能成批办理", act.name);
    Err(AppError::wrong("not_bulk", why, "请打开案件办理。"))
}

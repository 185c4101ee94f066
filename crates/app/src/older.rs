//! What a newer version derives of cases that an older one wrote: once, at the start, case by case.

use store::cases::{self, Key, Scope};
use store::{StoreError, Tx, meta};

use crate::case::CaseFile;
use crate::error::Result;
use crate::platform::{Inner, Platform};

/// So many cases are gone through in one transaction.
const BATCH: u32 = 200;

impl Platform {
    /// Replays every case once and notes something of it, unless the setting `mark` says that this was done. A store that is
    /// only read stays as it is; a case that cannot be replayed is left, and [`Platform::verify`] tells of it.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub(crate) fn over_older_cases(
        &self,
        mark: &'static str,
        note: fn(&Inner, &mut Tx<'_>, &mut CaseFile) -> Result<()>,
    ) -> Result<()> {
        if self.store().read(|reader| meta::get(reader, mark))?.is_some() {
            return Ok(());
        }
        let mut after: Option<Key> = None;
        loop {
            let page =
                self.store().read(|reader| cases::page(reader, Scope::All, "", after.as_ref(), BATCH))?;
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            let platform = self.clone();
            let ids: Vec<String> = page.into_iter().map(|case| case.id).collect();
            let work = move |tx: &mut Tx<'_>| -> Result<()> {
                for id in &ids {
                    let Some(row) = cases::get(tx, id)? else { continue };
                    if let Ok(mut file) = platform.inner().replayed(tx, row) {
                        note(platform.inner(), tx, &mut file)?;
                    }
                }
                Ok(())
            };
            match self.store().write(work) {
                Err(StoreError::ReadOnly) => return Ok(()),
                other => other??,
            }
        }
        match self.store().write(move |tx| meta::set(tx, mark, "1")) {
            Err(StoreError::ReadOnly) => Ok(()),
            other => Ok(other??),
        }
    }
}

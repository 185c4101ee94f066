//! What need not be kept for ever: keys of requests that nobody repeats any more, old drafts. Messages go with their sending.

use store::{command, desk, due, message};

use crate::error::Result;
use crate::platform::Platform;

const DAY: i64 = 24 * 3_600 * 1_000_000;
/// How long a request can be repeated and gets its first answer, in microseconds.
const REPEATABLE: i64 = 30 * DAY;
/// How long messages are kept that were read, and how they were sent.
const MESSAGES: i64 = 730 * DAY;

/// How long a file may lie without belonging to anything: longer than any command takes.
const UNNAMED: std::time::Duration = std::time::Duration::from_secs(24 * 3_600);

impl Platform {
    /// Forgets what was kept for its time; how many rows that were. Nothing of the journal is touched.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn tidy(&self) -> Result<u64> {
        let now = self.now();
        let work = move |tx: &mut store::Tx<'_>| -> store::Result<u64> {
            let commands = command::clean(tx, now - REPEATABLE)?;
            let drafts = desk::clean_drafts(tx, now - crate::kept_own::DRAFT_KEPT)?;
            Ok(commands + drafts + due::clean_counts(tx)? + message::clean(tx, now - MESSAGES)?)
        };
        Ok(self.store().write(work)??)
    }

    /// Takes away the files that no event names and that are older than a day: those of acts that were refused, and of papers
    /// that were erased or sealed. How many.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn sweep_files(&self) -> Result<u64> {
        Ok(self.store().sweep(UNNAMED)?)
    }
}

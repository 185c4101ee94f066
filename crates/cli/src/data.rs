//! The data that commands ask for: read from what was built in, with the overlay of `--packs`.

use base::Diagnostic;
use calendar::Calendar;
use packs::source::Source;
use packs::{Files, Rules};

use crate::Common;
use crate::check::files;

/// The calendar of working days alone: neither laws nor procedures are read.
pub fn calendar(common: &Common) -> Result<Calendar, Vec<Diagnostic>> {
    let files = files(common, None).map_err(|fault| vec![fault])?;
    let (calendar, mut found) = packs::calendars::read(&sources(&files, "calendars"));
    found.retain(Diagnostic::is_error);
    calendar.ok_or(found)
}

/// All rules.
pub fn rules(common: &Common) -> Result<Rules, Vec<Diagnostic>> {
    let files = files(common, None).map_err(|fault| vec![fault])?;
    packs::load(&files)
}

/// The files of a folder as sources.
pub fn sources(files: &Files, folder: &str) -> Vec<Source> {
    files.under(folder).map(|(path, text)| Source::new(path, text)).collect()
}

//! Reads `packs/ laws/ calendars/ plans/` whole: every mistake of every file at once, or nothing at all.

pub mod procedures;
pub mod source;

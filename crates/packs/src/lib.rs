//! Reads `packs/ laws/ calendars/ plans/` whole: every mistake of every file at once, or nothing at all.

pub mod calendars;
mod files;
pub mod laws;
mod load;
pub mod plans;
pub mod procedures;
pub mod registers;
pub mod source;

pub use files::Files;
pub use load::{Checked, Pack, Rules, check_all, load, read, read_pack};

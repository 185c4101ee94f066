//! Reads `packs/ laws/ calendars/ plans/ schemes/` whole: every mistake of every file at once, or nothing at all.

pub mod calendars;
mod checking;
pub mod engines;
mod files;
pub mod laws;
mod load;
pub mod plans;
pub mod procedures;
pub mod registers;
pub mod schemes;
pub mod source;

pub use checking::{Beside, Checked, beside, check_all, shown};
pub use files::Files;
pub use load::{Pack, Rules, load, read, read_pack};

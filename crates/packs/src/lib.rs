//! Reads `packs/ laws/ calendars/ plans/ schemes/ review_sheets/ tables/ exports/ templates/` whole: every mistake of every file at once, or nothing at all.

pub mod calendars;
mod changed;
mod checking;
pub mod engines;
pub mod exports;
mod files;
mod handed;
pub mod laws;
mod load;
pub mod plans;
pub mod procedures;
pub mod registers;
mod reported;
pub mod review_sheets;
pub mod schemes;
pub mod source;
pub mod tables;
pub mod templates;

pub use checking::{Beside, Checked, UnknownName, beside, check_all, check_only, shown};
pub use files::Files;
pub use load::{Pack, Rules, load, read, read_pack};
pub use templates::Templates;

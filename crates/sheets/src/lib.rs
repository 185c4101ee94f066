//! Registers as XLSX sheets: written for people to fill in, read with everything that is wrong with any row at once.

mod book;
mod read;
mod write;
mod xlsx;

pub use book::{Cell, Page, write_book};
pub use read::{FilledRow, address, parse_day, read, read_all};
pub use write::{SheetRow, write};
pub use xlsx::{LARGEST, Line, Sheet, open, open_all};

/// Headings of the two columns that every sheet begins with.
pub const FROM: &str = "起始日期";
pub const UNTIL: &str = "终止日期";

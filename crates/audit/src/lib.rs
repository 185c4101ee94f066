//! Chinese government text: outline, numbers, claims, relations; findings. Text in, findings out.
//! The crate knows no file, no clock and no network, and not where the text came from.

mod chars;
mod decimal;
mod numbers;
pub mod quantities;
mod spans;
mod tables;
pub mod text;
mod units;

pub use decimal::Decimal;
pub use quantities::{Bound, Day, Kind, Quantity};
pub use tables::{Cell, Table};
pub use text::Text;

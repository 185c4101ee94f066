//! What every crate shares: places in a text, diagnostics, suggestions.
//! Nothing here knows a legal notion.

mod diagnostic;
mod suggest;

pub use diagnostic::{Diagnostic, Place, Severity};
pub use suggest::closest;

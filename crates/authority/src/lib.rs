//! Who may do what. The rules stand in `policies/`, in the language of Cedar; this crate asks them with facts of a day
//! and says which rule decided. It knows no database, no clock and no procedure: whoever asks brings the facts.

mod facts;
mod memory;
mod policies;
mod request;

pub use facts::{Acting, Kept, Matter, Person, Rank};
pub use policies::{Flaw, Policies};
pub use request::{Ground, Verdict};

//! Draws that anyone can compute again: objects from strata, and for each a pair of inspectors for each field.
//!
//! The steps are [`lock`], [`commit`], [`draw`] and [`check`]; `docs/draw.md` is their specification, and
//! `crates/draw/tests/check.py` a second program written from it. Nothing here knows what is inspected, reads a clock,
//! draws a random number of its own or touches a file: lists, instants and secrets come in as values.

mod assign;
mod bundle;
mod faults;
mod list;
mod protocol;
mod random;
mod resolve;
mod select;
mod text;
mod validate;

pub use assign::{PAIR, Shortage};
pub use bundle::{Bundle, FORMAT_VERSION, KIND, follows};
pub use faults::is_instant;
pub use ledger::Hash;
pub use list::{
    Certificate, Commitment, Earlier, Exclusion, Inspector, List, Object, PublicValue, RATIO_WHOLE, Recusal,
    Reveal, Source, Stratum,
};
pub use protocol::{
    Announced, Assigned, Checked, Drawn, DrawnObject, Locked, Outcome, Tally, check, commit, commitment,
    draw, draw_with_seed, lock,
};
pub use random::{Generator, Seed};
pub use select::{chosen, drawn_of};

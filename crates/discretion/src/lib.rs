//! Discretion: benchmarks as decision tables with units and bounds, the four lists of leniency, like cases.
//!
//! A table says for one unlawful act which step the facts lead to and which penalties that step allows. Every value is
//! a whole number inside (parts of a unit, the place of an option), so that gaps and overlaps are found exactly.
//! Nothing here reads a file or knows today: texts, sheets and days come in, answers go out.

pub mod book;
pub mod bounds;
pub mod check;
pub mod clause;
pub mod credit;
pub mod decide;
pub mod deviation;
pub mod facts;
pub mod gaps;
pub mod import;
pub mod like;
pub mod model;
pub mod penalties;
pub mod read;
pub mod shown;
pub mod span;
pub mod unit;
pub mod write;

pub use book::{Book, Decision, Query};
pub use decide::{ItemDecision, Judged, Outcome, TableDecision, Truth};
pub use deviation::{Degree, Deviation, Excuse, Given, deviations, may_be_made};
pub use facts::{Fact, Facts};
pub use like::{Comparison, Past, compare};
pub use model::{Edition, Field, Item, Level, List, PenaltyKind, Step, Table};
pub use packs::source::Source;
pub use read::{File, read};

/// What the statutes themselves lay down of leniency, for every act.
pub const STATUTES: [(&str, &str); 2] = [
    ("discretion/penalty_law.toml", include_str!("../../../discretion/penalty_law.toml")),
    ("discretion/compulsion_law.toml", include_str!("../../../discretion/compulsion_law.toml")),
];

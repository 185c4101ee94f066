//! Implementation plans of law-based government: what a plan asks, how a plan's text is read, and what carries it out.
//!
//! Nothing here knows a page, a file or the day.

pub mod coverage;
pub mod import;
mod model;
pub mod progress;

pub use coverage::{Carrier, CarrierKind, Coverage, Covered, coverage};
pub use import::{Imported, import};
pub use model::{
    Amount, Bound, Catalogue, Due, Goal, Head, Measure, MeasureRef, Mechanism, MechanismKind, Part, Plan,
    System, Target, Tier,
};
pub use progress::{Progress, Shown, Stated, Tasks, progress};

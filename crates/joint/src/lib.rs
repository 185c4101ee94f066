//! Joint inspection: the fewest visits to each enterprise that carry all planned checks under the law's limits.
//!
//! `docs/joint.md` is the specification, with the proof of the bound. What is planned comes in as a [`Problem`]; a
//! [`Plan`] goes out: which checks go together on which day with which inspectors, what cannot be placed and why, and a
//! number of visits below which no plan can go. [`check`] looks at a plan by the problem alone, without anything that made it.

mod bound;
mod check;
mod compare;
mod cover;
mod days;
mod eject;
mod index;
pub mod made;
mod mend;
mod model;
mod plan;
mod ranges;
mod schedule;
mod validate;

pub use check::check;
pub use compare::{Change, Difference, compare};
pub use model::{
    Check, Enterprise, FORMAT_VERSION, Inspector, Item, KIND, Placed, Plan, Problem, Range, Reason, Scene,
    State, Unplaced, Visit,
};
pub use plan::{Share, Totals, plan, replan};
pub use ranges::ranges;
pub use validate::validate;

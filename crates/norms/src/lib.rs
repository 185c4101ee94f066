//! The language of norms: a legal procedure as acts and the norms between them (`docs/norms.md`).
//!
//! `Procedure` is what a file says; `Marking` is where a case stands; `Procedure::decide` answers what may,
//! must and must not be done on a day; `Procedure::act` does an act. The checker proves a procedure,
//! the runner runs its cases. Nothing here knows who stores events or what day it is.

pub mod cases;
pub mod check;
mod decision;
mod engines;
pub mod guard;
mod marking;
mod model;
mod refusal;
mod replay;
mod sets;
mod starts;
mod step;
mod value;

pub use decision::{Bar, Decision, Index};
pub use engines::{Discretion, DrawStep, ExamStep, JOINT_ASKED, JOINT_FILLED, QUALIFY_FILLED, ReviewStep};
pub use marking::{Marking, Owed};
pub use model::*;
pub use refusal::{Reason, Refusal};
pub use replay::{Deed, History, HistoryFault};
pub use sets::{ActId, ActSet, GuardSet, MOST_GUARDS, Truths};
pub use starts::{Given, Giving, Start};
pub use step::{Discharge, Effects, Engine, LapseDue};
pub use value::{COLUMN, FieldType, PARTS, Record, Records, Value};

//! Figures: definitions over the journal, and numbers that open to the records behind them.
//!
//! A figure counts, sums or measures what happened in cases. Every number that it gives comes from
//! contributions, each of which names one event of one case.

mod contribution;
mod value;

use norms::{ActId, ActSet};

pub use contribution::{Contribution, contributions};
pub use value::{Tally, ValueOf, value_of};

/// The definition of a figure. 指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// The procedure over whose events it is defined.
    pub procedure: String,
    pub measure: Measure,
    /// Place of the `if` among the procedure's guards: known to be true right after the event.
    pub guard: Option<u8>,
    pub systems: Vec<String>,
    pub measures: Vec<String>,
    pub basis: Option<String>,
    /// What the number cannot tell.
    pub weakness: Option<String>,
    /// Words under which reports state it, beside its name: those at the number, before them, each with `…` after it, the
    /// topics that the text is on. (报告用语)
    pub stated_as: Vec<String>,
    /// Units under which reports state it, beside its own.
    pub stated_units: Vec<String>,
}

/// What a figure measures. 计量方式
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Events of these acts.
    Count { acts: ActSet },
    /// The values of a number or money field (money in fen, numbers in ten-thousandths).
    Sum { act: ActId, field: u16 },
    /// One figure of the file over another.
    Share { part: String, whole: String },
    /// Days from the last of `from` to each of `to`; the mean over the events.
    Duration { from: ActSet, to: ActSet, working: bool },
    /// Events of these acts that discharged their duties: in time (all of them), or late (one of them).
    Punctual { duty: ActSet, late: bool },
}

//! Figures: definitions over the journal, and numbers that open to the records behind them.
//!
//! A figure counts, sums or measures what happened in cases. Every number that it gives comes from
//! contributions, each of which names one event of one case. A figure of a register counts its entries; what it comes to
//! is computed by `registers` whenever it is asked, and kept nowhere.

mod contribution;
mod value;

use norms::{ActId, ActSet};

pub use contribution::{Contribution, contributions};
pub use value::{Tally, ValueOf, share_of, value_of};

/// The definition of a figure. 指标
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// The procedure over whose events it is defined, or the register over whose entries.
    pub procedure: String,
    pub measure: Measure,
    /// Place of the `if` among the guards of the procedure (known to be true right after the event) or of the register.
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
    /// Entries of a register.
    Entries { which: Which, counted: Counted },
}

impl Measure {
    /// Whether it adds up values, and does not only count.
    #[must_use]
    pub fn adds(&self) -> bool {
        matches!(
            self,
            Self::Sum { .. } | Self::Entries { counted: Counted::Sum(_), .. } | Self::Duration { .. }
        )
    }
}

/// The entries of a register that a figure looks at. 所数条目
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// In force on the last day of the period.
    InForce,
    /// Whose key came into the register within the period: another version of what was there the day before is not new.
    Entered,
    /// Whose key went out of it within the period.
    Ended,
    /// Whose day in this field lies within the period; of a key with several, the last version.
    Dated(u16),
}

/// What of these entries is counted. 所数内容
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Entries,
    /// The different values of this field.
    Different(u16),
    /// The values of a number or money field.
    Sum(u16),
}

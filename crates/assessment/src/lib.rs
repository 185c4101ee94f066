//! Assessments of law-based government: schemes as dated data, scores with their proof, ranks, what lifts most, surveys.
//!
//! A scheme has three levels (areas, groups, criteria). A criterion is measured by a formula over figures or shown by
//! evidence. What is not proved is not nought: it is unproved, and the total is then an interval. All arithmetic is in
//! exact fractions; where a root is needed (surveys) it is rounded away from the result. `docs/assessment.md` says what
//! everything means.

mod check;
mod compare;
mod formula;
mod lift;
mod model;
mod rank;
mod ratio;
mod score;
mod sheet;
pub mod survey;
mod total;

pub use check::{KnownFigure, check};
pub use compare::{
    Base, Compared, Line, Measured, Observation, Period, Refusal, Source, Step as Change, compare,
};
pub use formula::{Formula, FormulaFault, Name, Unknown};
pub use lift::{Lift, Way, lifts};
pub use model::{Area, Bound, Criterion, DIGITS, Group, Input, Kind, Rule, Scheme, Scoring, Step, VetoScope};
pub use rank::{Difference, DifferenceRow, Ranked, Ranking, Unranked, rank};
pub use ratio::Ratio;
pub use score::{Facts, Mark, Status, Why, mark};
pub use sheet::{Entry, Sheet, Stated, check_sheet};
pub use total::{AreaScore, Assessment, Span, Total, TotalFault, assess};

//! Civil days, working days, time limits and their explanation.
//!
//! The rules are those of "Counting time" in `docs/norms.md`; they rest on articles 200 to 203 of the Civil Code
//! and on the yearly notices of the State Council about rest days. Nothing here knows a law by name, nor today.

mod count;
mod day;
mod explain;
mod limit;
mod moment;
mod schedule;
mod working;

pub use count::{Count, Counted, Pause};
pub use day::{Day, Weekday};
pub use explain::{Explanation, Step, StepKind};
pub use limit::{Limit, Unit};
pub use moment::Moment;
pub use schedule::{MakeupDay, Notice, RestRange, ScheduleMistake, YearSchedule};
pub use working::{Calendar, DayKind};

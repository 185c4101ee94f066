//! Surveys of satisfaction: who is asked, what they answered, and how sure the result is.
//!
//! Who is asked follows from a published seed, so that anyone can draw the sample again. Results come with their margin,
//! the rate of response and what missing answers could change; too few answers give no result. 满意度调查

mod result;
mod sample;

pub use result::{Answers, Demand, Margin, Mean, Refused, ResponseRate, Share, StratumAnswers, mean, share};
pub use sample::{Drawn, SampleFault, Stratum, simple, stratified};

//! The demonstration: one program for all its tests, so that most of them share one that is made once.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod erased;
mod refused;
mod year;
mod year_report;

//! The edge of the audit: reads the rule files, and writes what was found as text, JSON, SARIF and HTML.

mod rules;

pub use rules::{BUILT_IN, Sources, load};

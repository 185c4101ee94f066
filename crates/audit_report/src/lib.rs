//! The edge of the audit: reads the rule files, and writes what was found as text, JSON, SARIF and HTML.

mod html;
mod json;
mod rules;
mod shown;
mod text;

pub use html::{html, rule_pages};
pub use json::{file as json, sarif, sarif_results};
pub use rules::{BUILT_IN, Sources, load};
pub use shown::{Accepted, Shown, Spot, accepted};
pub use text::{Look, text};

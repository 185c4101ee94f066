//! The edge of the audit: reads the rule files, and writes what was found as text, JSON, SARIF and HTML.

mod html;
mod json;
mod reference;
mod rules;
mod screening;
mod shown;
mod text;

pub use html::{STYLE, html, result};
pub use json::{file as json, sarif, sarif_results};
pub use reference::rule_pages;
pub use rules::{BUILT_IN, Sources, load};
pub use screening::{
    DRAFTING, NOTICE, RULES, Screened, load_drafting, load_screen, screening_json, screening_rules,
    screening_rules_json,
};
pub use screening::{screening_text, unknown_basis};
pub use shown::{Accepted, Shown, Spot, accepted};
pub use text::{Look, text};

//! The web of documents: what each document cites, who cites it, and what must be looked at when a law or a document
//! changes, is repealed or lapses.
//!
//! Documents come in as plain text with what their register says of them. A `Web` holds every citation with its place;
//! its answers name the citation that each step rests on. Nothing here decides that a document is void: it says what
//! somebody must look at, and why.

mod affected;
mod document;
mod mention;
mod names;
mod numbers;
mod role;
mod web;

pub use affected::{Affected, Consequence, Outdated};
pub use document::{Document, State};
pub use mention::{Mention, Part, Role, mentions};
pub use web::{Change, Cited, Doubt, How, Resolved, Target, Web};

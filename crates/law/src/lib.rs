//! Laws, their dated versions, articles, and citations of them in text.
//!
//! A law is data: what it is called, which of its versions was in force on which day, how many articles that version
//! has, how it counts its time limits, what it makes public. Nothing here knows a procedure.

mod article;
mod checks;
mod citations;
mod counting;
mod library;
mod numeral;
mod pieces;
mod scan;
mod version;

pub use article::Article;
pub use checks::LawMistake;
pub use citations::{Citation, TitleFrom, citations, leading_articles};
pub use counting::{Convention, Counting, WorkingDays};
pub use library::{Library, Standing};
pub use numeral::{numeral, read_numeral};
pub use version::{Law, PublicDocument, Rank, Version};

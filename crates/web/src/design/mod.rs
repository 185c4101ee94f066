//! The design of the pages: tokens, the stylesheet made from them, and the components that pages are put together from.
//! `/design` shows each with its meaning.

pub(crate) mod contrast;
pub(crate) mod field;
pub(crate) mod look;
pub(crate) mod shown;
pub(crate) mod style;
pub(crate) mod tokens;

//! All tests of this package that need no program of their own: one is linked and kept instead of one for each file.

mod beside;
mod common;
mod drafting;
mod dump;
mod hostile;
mod laws;
mod linked;
mod measure;
mod platform;
mod real;
mod score;
mod screening;

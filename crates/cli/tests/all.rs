//! All tests of this package that need no program of their own: one is linked and kept instead of one for each file.

mod against;
mod assess;
mod commands;
mod demonstration;
mod draw;
mod golden;
mod joint;
mod killed;
mod matrix;
mod past;
mod persons;
mod proofs;
mod reference;
mod report;
mod scaffold;
mod sending;
mod witness;

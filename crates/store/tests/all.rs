//! All tests of this package that need no program of their own: one is linked and kept instead of one for each file.

#[macro_use]
mod common;

mod check;
mod files;
mod forged;
mod leases;
mod log;
mod moving;
mod opening;
mod pages;
mod papers;
mod persons;
mod readers;
mod report_drafts;
mod smaller;
mod speed;
mod tables;
mod tls;
mod tree;
mod writer;
mod years;

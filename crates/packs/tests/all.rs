//! All tests of this package that need no program of their own: one is linked and kept instead of one for each file.

mod engines;
mod exports;
mod figures_of_cases;
mod fixtures;
mod laws_and_calendars;
mod numbers;
mod only;
mod plans;
mod registers;
mod report_form;
mod review_sheets;
mod schemes;
mod settled;
mod statutes;
mod tables;

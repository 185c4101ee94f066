//! One module for each page: a handler that parses, asks, renders, and the rendering beside it.

pub(crate) mod about;
pub(crate) mod account;
pub(crate) mod act;
pub(crate) mod admin;
pub(crate) mod apply;
pub(crate) mod audit;
pub(crate) mod case;
pub(crate) mod case_panels;
pub(crate) mod cases;
pub(crate) mod correct;
pub(crate) mod desk;
pub(crate) mod document;
pub(crate) mod figure;
pub(crate) mod figures;
pub(crate) mod files;
pub(crate) mod follow;
pub(crate) mod home;
pub(crate) mod journal;
pub(crate) mod opening;
pub(crate) mod procedures;
pub(crate) mod published;
pub(crate) mod receipt;
pub(crate) mod registers;
pub(crate) mod sign_in;
pub(crate) mod small;

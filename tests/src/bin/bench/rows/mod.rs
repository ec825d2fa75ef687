//! What is measured, a file for each group of rows.

pub(crate) mod clear;
pub(crate) mod core;
pub(crate) mod crash;
pub(crate) mod growth;
pub(crate) mod idle;
pub(crate) mod notice;
pub(crate) mod reset;
pub(crate) mod size;
pub(crate) mod start;

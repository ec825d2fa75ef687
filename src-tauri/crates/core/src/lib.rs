//! What the kiosk decides, and nothing else.
//!
//! This crate reads no clock, does no I/O and knows neither Tauri nor an async runtime: what happens comes in as
//! values, what is to be done goes out as values. So all of it can be tested in virtual time.

pub mod address;
pub mod answer;
pub mod badge;
pub mod config;
pub mod event;
pub mod flood;
pub mod keyboard;
pub mod language;
pub mod origin;
pub mod place;
pub mod receipt;
pub mod rule;
pub mod visit;
pub mod wire;

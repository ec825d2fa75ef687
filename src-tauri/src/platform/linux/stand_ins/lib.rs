//! Stands in for large libraries that the engine loads in each of its processes, and that a kiosk has no use for.
//!
//! Loading is most of what a page's process does before its page: addresses to correct, pages of memory to copy. The loader
//! finds this library under other names (`build.rs` and the package lay them out), see `engine.rs`.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)]

mod line;
mod no_card;
mod voices;

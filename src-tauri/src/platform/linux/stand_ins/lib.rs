//! What the engine's processes load of ours. It stands in for large libraries that the engine loads in each of them and a kiosk
//! has no use for, and holds the page's end of the direct line to the program (`line`).
//!
//! Loading is most of what a page's process does before its page: addresses to correct, pages of memory to copy. The loader
//! finds this library under other names (`build.rs` and the package lay them out), see `engine.rs`.
#![cfg(target_os = "linux")]
#![allow(unsafe_code)]

mod line;
mod no_card;
mod voices;

//! The breakout suite: what a page, a hand and another program on the display can try to get out of the kiosk, what the
//! kiosk must still be after each attempt, and the table that says so.
//!
//! The suite is the same in the tests and in `support-kiosk doctor --attack`: a [`server`] with the attack page and a
//! canary, a [`kiosk`] started on it with the lockdown of the profile, the [`catalogue`] of attempts, hands and eyes on
//! a [`desk`], and a [`runner`] that makes each attempt and looks at everything afterwards.

pub mod catalogue;
pub mod desk;
pub mod display;
pub mod home;
pub mod input;
mod keymap;
pub mod kiosk;
pub mod log;
pub mod monkey;
pub mod ports;
pub mod process;
pub mod report;
pub mod runner;
mod selection;
pub mod server;
pub mod wait;
pub mod windows;

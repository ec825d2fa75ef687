//! One kiosk among many: what it tells the fleet's broker, and what it takes from there.
//!
//! All but [`mqtt`] reads no clock, opens no connection and knows no async runtime: time and what arrived come in as
//! values, what is to be done goes out as values, and what must outlive the process goes through [`Disk`]. So all of it
//! is tested in virtual time and with a disk that fails.
//!
//! - [`topic`]: who a kiosk is, and where it speaks and listens;
//! - [`key`], [`command`], [`gate`]: signed commands, and what lets one of them in;
//! - [`desired`]: a configuration from afar, tried, kept or rolled back;
//! - [`queue`]: what could not be told yet, in order, bounded, on disk;
//! - [`report`], [`discovery`]: what others read;
//! - [`agent`]: all of them together;
//! - [`mqtt`]: the connection.

pub mod agent;
pub mod command;
pub mod desired;
pub mod discovery;
pub mod disk;
pub mod gate;
pub mod key;
pub mod mqtt;
pub mod queue;
pub mod report;
pub mod topic;

pub use disk::Disk;

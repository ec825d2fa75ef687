//! Drives the built program the way a person, an agent and a server do: on a real display, on a real
//! session bus, against a stand-in org or against pages that fail like the real ones.
//!
//! A test reads like this:
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use kiosk_tests::{Kiosk, Pages, Setup, Stage, events};
//!
//! let stage = Stage::named("agents_end").up()?; // display, window manager, bus, notifications, home
//! let pages = Pages::start()?; // a page and its cross-origin frame
//! let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
//! kiosk.fresh(1)?;
//! let page = pages.visitor(1)?;
//! page.event(&events::agents_end("s1"))?;
//! kiosk.notice(1)?;
//! stage.screen.shot("notice")?;
//! # Ok(())
//! # }
//! ```

pub mod afar;
pub mod audit;
pub mod broker;
pub mod bus;
pub mod config;
pub mod display;
pub mod events;
pub mod gate;
pub mod journal;
pub mod keyboard;
pub mod kiosk;
pub mod leaks;
pub mod line;
pub mod notifications;
pub mod org;
pub mod pages;
pub mod program;
pub mod reader;
pub mod scenes;
pub mod screen;
pub mod searches;
pub mod simulation;
pub mod stage;
pub mod tls;
pub mod touch;
pub mod tray;
pub mod visitor;

pub use config::Config;
pub use kiosk::{Kiosk, Setup};
pub use kiosk_breakout::{home, input, log, process, wait, windows};
pub use log::Log;
pub use notifications::Service;
pub use org::Org;
pub use pages::Pages;
pub use reader::Reader;
pub use stage::Stage;
pub use touch::Touch;
pub use tray::Tray;

//! The agent's console as a browser shows it, where Chromium is installed.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use kiosk_tests::display::Display;
use kiosk_tests::home::Home;
use kiosk_tests::input::Input;
use kiosk_tests::process::Owned;
use kiosk_tests::screen::{RgbaImage, Screen};
use kiosk_tests::wait;

use crate::{album, desktop};

/// A browser may take this long to show a page; the tour goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

/// The console in a browser, on a display of its own.
pub(crate) struct Console;

impl Console {
    /// A picture of it with its first conversation open; `None` without Chromium.
    pub(crate) fn picture(address: &str) -> Result<Option<RgbaImage>> {
        let found = Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let home = Home::make("tour-console")?;
        desktop::calm(&home)?;
        let display = Display::start(1280, 800)?;
        let screen = Screen::on(&display, "tour-console")?;
        let mut command = Command::new("chromium");
        command
            .envs(home.environment())
            .env("DISPLAY", display.name())
            .env_remove("WAYLAND_DISPLAY")
            .args(["--kiosk", "--no-first-run", "--disable-gpu", "--window-position=0,0", "--window-size=1282,802"])
            // Chromium refuses its own sandbox to root; the only page it opens is ours.
            .arg("--no-sandbox")
            .arg(format!("--app={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _browser = Owned::spawn("chromium", &mut command)?;
        let blank = screen.look()?;
        let empty = wait::until("the console should be painted", PATIENCE, || {
            Ok(Some(album::at_rest(&screen, &blank, RgbaImage::clone)?).filter(|seen| colours(seen) > 20))
        })?;
        // The link to the page, then the first conversation of the list.
        let input = Input::on(display.name())?;
        input.keys("Tab", 2)?;
        input.key("Return")?;
        album::at_rest(&screen, &empty, RgbaImage::clone).map(Some)
    }
}

/// How many colours a picture has, up to a hundred: a page with text has dozens.
fn colours(picture: &RgbaImage) -> usize {
    let mut seen = std::collections::HashSet::new();
    for pixel in picture.pixels() {
        seen.insert(*pixel);
        if seen.len() > 100 {
            break;
        }
    }
    seen.len()
}

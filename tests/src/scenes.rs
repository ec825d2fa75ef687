//! The kiosk's own scenes on the screen, told by the colour of their first button.

use anyhow::Result;

use crate::kiosk::Setup;
use crate::screen::{self, Area, Colour};
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// The first button of a scene has it, and nothing of the pages in [`crate::pages`] does.
pub const ACCENT: Colour = [0xb0, 0x18, 0x7a];

/// Gives the kiosk's own scenes [`ACCENT`].
#[must_use]
pub fn with_accent(setup: Setup) -> Setup {
    setup.set("brand.accent", "#b0187a")
}

/// Waits until a scene with a button is painted, keeps the picture, and gives the button's place.
pub fn button(stage: &Stage, step: &str) -> Result<Area> {
    let is_button = |area: &Area| area.width > 150 && area.height > 50;
    let mut last = None;
    let seen = stage.screen.wait_until(step, PATIENCE, |picture| {
        // Twice the same place: it does not come in from somewhere.
        let now = screen::patch(picture, ACCENT).ok().filter(is_button);
        let still = now.is_some() && now == last;
        last = now;
        still
    })?;
    screen::patch(&seen, ACCENT)
}

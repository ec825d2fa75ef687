//! The front lifts onto a page that is painted: nobody looks at an empty screen, at the start or after a reset.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kiosk_tests::screen::{self, Area};
use kiosk_tests::{Kiosk, Org, Setup, Stage, visitor};
use serde_json::json;

/// What an eye takes for a flicker and not for an empty screen.
const FLICKER: Duration = Duration::from_millis(100);

/// From top to bottom through the middle: the page's greeting and button, and the words of our own scenes.
const STRIP: Area = Area { x: 560, y: 0, width: 160, height: 800 };

#[test]
fn onto_a_painted_page() -> Result<()> {
    let stage = Stage::named("front-lifts").unmanaged().up()?;
    let org = Org::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("notice.seconds", 0))?;
    let mut empty = Vec::new();
    for visit in 1..=3 {
        kiosk.fresh(visit)?;
        empty.push(longest_empty(&stage, Duration::from_millis(1500))?);
        let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
        org.end(conversation.id(), "Agent")?;
        kiosk.event("clear.called", &json!({"visit": visit}))?;
    }
    ensure!(empty.iter().all(|empty| *empty <= FLICKER), "the screen was empty for {empty:?}");
    Ok(())
}

/// The longest time on end in which the screen had one colour.
fn longest_empty(stage: &Stage, watched: Duration) -> Result<Duration> {
    let begun = Instant::now();
    let mut since = None;
    let mut longest = Duration::ZERO;
    while begun.elapsed() < watched {
        let now = Instant::now();
        if screen::is_flat(&stage.screen.glance(STRIP)?) {
            longest = longest.max(now - *since.get_or_insert(now));
        } else {
            since = None;
        }
    }
    Ok(longest)
}

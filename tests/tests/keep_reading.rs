//! "Keep reading": the countdown begins anew, at least ten times.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};

#[test]
fn the_countdown_begins_anew_and_the_transcript_stays() -> Result<()> {
    let stage = Stage::named("keep-reading").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 3))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    page.agent_says("Dana", "The number is 4711.")?;
    page.event(&events::agents_end("k1"))?;
    kiosk.notice(1)?;
    visitor::sees_notice(&stage, "notice")?;
    visitor::keeps_reading(&stage)?;
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_secs(6))?;
    stage.screen.expect_painted("still-reading")?;
    ensure!(page.seen("wiped").is_empty(), "the transcript is gone");
    stage.input.key("Tab")?;
    visitor::presses(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    Ok(())
}

#[test]
fn it_is_offered_ten_times() -> Result<()> {
    let stage = Stage::named("keep-reading-ten").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    pages.visitor(1)?.event(&events::agents_end("k10"))?;
    kiosk.notice(1)?;
    for time in 1..=10 {
        // The focus stays where it was put.
        if time == 1 {
            visitor::keeps_reading(&stage)?;
        } else {
            visitor::presses(&stage)?;
        }
        kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(200))?;
    }
    // It is gone now: Tab stays on "Start over now".
    let picture = stage.screen.expect_painted("eleventh")?;
    ensure!(!screen::is_flat(&picture));
    visitor::keeps_reading(&stage)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    Ok(())
}

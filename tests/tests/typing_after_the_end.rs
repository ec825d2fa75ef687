//! From the end on, no key and no click reaches the composer, whatever the chat frame does to get them.
//!
//! The frame is cross-origin, has a draft in its composer and takes the focus back five times a second; the keys and
//! clicks are the X server's own.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kiosk_tests::pages::Page;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

/// What may pass between the event in the page and the first key that is held.
const GRACE: Duration = Duration::from_millis(150);

#[test]
fn under_a_window_manager() -> Result<()> {
    nothing_gets_through(&Stage::named("typing").up()?)
}

#[test]
fn without_a_window_manager() -> Result<()> {
    nothing_gets_through(&Stage::named("typing-unmanaged").unmanaged().up()?)
}

fn nothing_gets_through(stage: &Stage) -> Result<()> {
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(stage, Setup::on_page(&pages, "client=v1&thief=1"))?;
    kiosk.enter(stage, 1)?;
    let page = pages.visitor(1)?;
    // The trial is only worth something when the frame gets the keys before the end.
    visitor::first_letter(stage, &page, 'x')?;

    page.event(&events::agents_end("t1"))?;
    kiosk.notice(1)?;
    let before = reached(&page);
    for _ in 0..10 {
        stage.input.type_text("hello 123")?;
        stage.input.keys("BackSpace", 2)?;
        stage.input.key("ctrl+v")?;
        // In the middle of a sentence Enter is meant for the composer: it is neither sent nor taken for an answer.
        stage.input.key("Return")?;
        for (x, y) in [(300, 200), (640, 300), (400, 480), (900, 150)] {
            stage.input.click(x, y)?;
        }
        stage.input.wheel(640, 300, 2)?;
        // Longer than the thief's period: it has had its turn in between.
        kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(250))?;
    }
    stage.screen.expect_painted("typed-at")?;
    let after = reached(&page);
    ensure!(after == before, "reached the composer after the end: {:?}", &after[before.len()..]);

    // The notice's own keys work all the while, and Enter is its, not the draft's.
    visitor::keeps_reading(stage)?;
    kiosk.log.none_for("clear.called", &Value::Null, Duration::from_millis(500))?;
    stage.input.key("Tab")?;
    visitor::presses(stage)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    ensure!(page.seen("submit").is_empty(), "the draft was sent");
    ensure!(reached(&page) == before, "a key of the notice reached the composer");
    kiosk.expect_reset(1, "agent_end", "confirmed")?;

    // And the next person can write.
    let page = pages.visitor(2)?;
    visitor::first_letter(stage, &page, 'y')
}

#[test]
fn somebody_who_types_all_the_while_is_cut_off_within_a_moment() -> Result<()> {
    let stage = Stage::named("typing-through").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1&thief=1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    visitor::touches(&stage, &page)?;
    visitor::types_while(&stage, || {
        page.wait_for("input", &Value::Null, 5)?;
        page.event(&events::agents_end("t2"))?;
        kiosk.notice(1)?;
        kiosk.log.none_for("clear.called", &Value::Null, Duration::from_secs(1))
    })?;
    let heard = page.wait_for("event", &json!({"name": "SessionStatusUpdate"}), 1)?;
    let late = inputs_after(&page, heard.at + GRACE);
    ensure!(late == 0, "{late} keys came more than {GRACE:?} after the event");
    ensure!(page.seen("submit").is_empty());
    Ok(())
}

/// Everything that the frame's composer or its document got from the person.
fn reached(page: &Page<'_>) -> Vec<String> {
    ["key", "click", "input", "submit"]
        .iter()
        .flat_map(|kind| page.seen(kind))
        .map(|seen| format!("{} {}", seen.kind, seen.fields))
        .collect()
}

fn inputs_after(page: &Page<'_>, moment: Instant) -> usize {
    page.seen("input").iter().filter(|seen| seen.at > moment).count()
}

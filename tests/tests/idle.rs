//! Nobody there: an untouched visit is welcomed and never reset; a touched one is asked, and cleared when nobody answers.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::{COMPOSER, DIRTY};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, scenes, screen, wait};
use serde_json::{Value, json};

/// The shortest question that the configuration allows, in seconds.
const ANSWER: u64 = 20;

#[test]
fn an_untouched_visit_is_welcomed_and_not_rebuilt() -> Result<()> {
    let stage = Stage::named("idle-untouched").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, 1))?;
    kiosk.fresh(1)?;
    kiosk.scene("welcome")?;
    scenes::button(&stage, "welcome")?;
    // Five times the idle time: the same visit, and nothing asked.
    kiosk.log.none_for("visit.started", &Value::Null, Duration::from_secs(5))?;
    kiosk.log.none_since(kiosk.log.start(), "scene.shown", &json!({"scene": "still_there"}))?;
    ensure!(pages.loads() == 1, "{} pages were loaded", pages.loads());

    // One touch anywhere starts.
    let mark = kiosk.log.mark();
    stage.input.click(200, 700)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    kiosk.expect_alive()
}

#[test]
fn a_visitor_who_left_is_asked_and_then_cleared_away() -> Result<()> {
    let stage = Stage::named("idle-left").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, 3))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    stage.input.click(640, 300)?;
    page.agent_says("Dana", "Good morning")?;

    // One touch continues: a click beside the buttons, then a key.
    kiosk.scene("still_there")?;
    scenes::button(&stage, "still-there")?;
    let mark = kiosk.log.mark();
    stage.input.click(200, 700)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    kiosk.scene("still_there")?;
    let mark = kiosk.log.mark();
    stage.input.key("space")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    stage.screen.wait_until("goes-on", PATIENCE, |picture| screen::shows(picture, DIRTY))?;

    // Nobody answers.
    let asked = kiosk.scene("still_there")?;
    let cleared = kiosk.log.wait_for("clear.called", &json!({"visit": 1}), Duration::from_secs(ANSWER) + PATIENCE)?;
    let waited = cleared.at - asked.at;
    ensure!(waited >= Duration::from_secs(ANSWER - 1), "the question waited for only {waited:?}");
    let receipt = kiosk.expect_reset(1, "idle", "confirmed")?;
    ensure!(receipt.field("used") == true, "{}", receipt.raw);
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

#[test]
fn i_am_done_clears_at_once() -> Result<()> {
    let stage = Stage::named("idle-done").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages, 2))?;
    kiosk.enter(&stage, 1)?;
    stage.input.click(640, 300)?;
    kiosk.scene("still_there")?;
    let first = scenes::button(&stage, "still-there")?;
    // "I am done" stands below "Yes, continue". A finger that was on its way when the question came up would hit
    // it too early.
    thread::sleep(Duration::from_secs(1));
    let (x, _) = first.middle()?;
    stage.input.click(x, i16::try_from(first.y + first.height * 7 / 4).context("beyond the screen")?)?;
    kiosk.log.wait_for("clear.called", &json!({"visit": 1}), Duration::from_secs(5))?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    Ok(())
}

#[test]
fn typing_in_the_cross_origin_frame_is_activity() -> Result<()> {
    let stage = Stage::named("idle-typing").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages, 3))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    // The first keys may come before the focus has gone all the way into the frame.
    wait::until("the composer should take keys", PATIENCE, || {
        stage.input.type_text("b")?;
        Ok(page.wait_within("input", &Value::Null, 1, Duration::from_millis(300)).ok())
    })?;
    let mark = kiosk.log.mark();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(7) {
        stage.input.type_text("b")?;
        // The pace of a slow writer, far below the idle time on any machine.
        thread::sleep(Duration::from_millis(400));
    }
    kiosk.log.none_since(mark, "scene.shown", &Value::Null)?;
    // And when it stops, the question comes.
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "still_there"}), PATIENCE)?;
    Ok(())
}

#[test]
fn a_page_cannot_fake_activity() -> Result<()> {
    let stage = Stage::named("idle-faked").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages, 3))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    stage.input.click(640, 300)?;
    page.script(
        "page",
        "setInterval(() => { for (const kind of ['keydown', 'pointerdown', 'mousedown', 'touchstart', 'wheel']) {
           document.body.dispatchEvent(new Event(kind, { bubbles: true })); } document.body.click(); }, 100)",
    )?;
    kiosk.scene("still_there")?;
    Ok(())
}

#[test]
fn waiting_in_the_queue_is_not_idleness() -> Result<()> {
    let stage = Stage::named("idle-queue").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages, 2))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    stage.input.click(640, 300)?;
    page.event(&events::status("q1", "Waiting", "New"))?;
    kiosk.read(1, "ignore")?;
    let scene = kiosk.scene_now();
    if scene == "still_there" {
        // A slow machine had asked before the event came.
        stage.input.click(200, 700)?;
    }
    let mark = kiosk.log.mark();
    kiosk.log.none_for("scene.shown", &json!({"scene": "still_there"}), Duration::from_secs(6))?;
    kiosk.log.none_since(mark, "clear.called", &Value::Null)?;
    Ok(())
}

#[test]
fn a_front_that_hangs_does_not_keep_anybody_out() -> Result<()> {
    let stage = Stage::named("idle-front-hangs").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages, 3))?;
    kiosk.fresh(1)?;
    kiosk.scene("welcome")?;
    scenes::button(&stage, "welcome")?;
    // The front is older than the first chat.
    let front = kiosk.webkit("WebKitWebProces")?.into_iter().min_by_key(|process| process.pid);
    front.context("the front has no process")?.signal("STOP")?;
    let mark = kiosk.log.mark();
    stage.input.click(640, 300)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    // And the front is made anew: the question can be read again.
    kiosk.scene("still_there")?;
    scenes::button(&stage, "still-there")?;
    Ok(())
}

fn setup(pages: &Pages, idle: u64) -> Setup {
    let setup = Setup::on_page(pages, "client=v1").set("idle.after_seconds", idle);
    scenes::with_accent(setup.set("idle.answer_seconds", ANSWER))
}

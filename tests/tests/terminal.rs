//! The profile terminal: a shared desk. Its bar has "I am done" in reach, beside the page; the freshness is a kiosk's.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::pages::{COMPOSER, DIRTY, Page};
use kiosk_tests::screen::{self, Area, RgbaImage};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, scenes, visitor};
use serde_json::{Value, json};

/// The colour of the host page.
const PAGE: screen::Colour = [0xf4, 0xf4, 0xf8];

#[test]
fn the_bar_is_beside_the_page_and_ends_the_visit() -> Result<()> {
    let stage = Stage::named("terminal-bar").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let (seen, button) = bar(&stage, "bar", |button| button.y < 60)?;
    ensure!(button.height >= 44 && button.width >= 44, "a finger needs more than {button:?}");
    let height = (0..seen.height()).find(|y| seen.get_pixel(4, *y).0[..3] == PAGE).context("no page on the screen")?;
    ensure!(button.y + button.height < height, "the button {button:?} is in the bar of {height}");
    ensure!(height < 80, "a slim bar, not {height}");
    page.script("page", "Control.tell('size', { height: innerHeight, width: innerWidth })")?;
    page.wait_for("size", &json!({"height": seen.height() - height, "width": seen.width()}), 1)?;

    // Nobody talks to anybody: one touch is enough.
    page.agent_says("Dana", "Welcome")?;
    let (x, y) = button.middle()?;
    stage.input.click(x, y)?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    kiosk.log.none_since(kiosk.log.start(), "scene.shown", &json!({"scene": "leaving"}))?;
    pages.visitor(2)?;
    pages.expect_no_leftovers()
}

/// The corner of the screen is the bar's, and opens the staff's scene there too.
#[test]
fn staff_comes_in_by_the_corner_of_the_bar() -> Result<()> {
    let stage = Stage::named("terminal-staff").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    bar(&stage, "bar", |button| button.y < 60)?;
    visitor::knocks(&kiosk, || stage.input.click(8, 8))?;
    kiosk.expect_alive()
}

#[test]
fn a_running_conversation_is_asked_about() -> Result<()> {
    let stage = Stage::named("terminal-asked").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let page = talking(&pages, &kiosk)?;
    let (_, button) = bar(&stage, "bar", |button| button.y < 60)?;
    let done = button.middle()?;

    // Back to the chat, by the second button, and by Escape.
    stage.input.click(done.0, done.1)?;
    let first = asked(&stage, &kiosk, "asked")?;
    let mark = kiosk.log.mark();
    let back = (first.middle()?.0, i16::try_from(first.y + first.height * 7 / 4)?);
    stage.input.click(back.0, back.1)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    stage.screen.wait_until("back", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    stage.input.click(done.0, done.1)?;
    asked(&stage, &kiosk, "asked-again")?;
    let mark = kiosk.log.mark();
    stage.input.key("Escape")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    ensure!(page.clears() == 0, "nothing was cleared");

    // "Yes, end it". The second press of a double one would be no answer.
    bar(&stage, "bar-again", |button| button.y < 60)?;
    stage.input.click(done.0, done.1)?;
    let first = asked(&stage, &kiosk, "asked-at-last")?;
    thread::sleep(Duration::from_secs(1));
    let (x, y) = first.middle()?;
    stage.input.click(x, y)?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    pages.visitor(2)?;
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

#[test]
fn whoever_walks_away_from_the_question_meant_it() -> Result<()> {
    let stage = Stage::named("terminal-walks-away").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages).set("idle.answer_seconds", 20))?;
    kiosk.enter(&stage, 1)?;
    talking(&pages, &kiosk)?;
    let (_, button) = bar(&stage, "bar", |button| button.y < 60)?;
    let (x, y) = button.middle()?;
    stage.input.click(x, y)?;
    asked(&stage, &kiosk, "asked")?;
    kiosk.log.wait_for("clear.called", &json!({"visit": 1}), Duration::from_secs(20) + PATIENCE)?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    pages.expect_no_leftovers()
}

#[test]
fn a_key_leads_to_the_bar_and_back() -> Result<()> {
    let stage = Stage::named("terminal-keys").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages).set("window.bar", "bottom"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    bar(&stage, "bar", |button| button.y > 720)?;
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    types(&stage, &page, "a")?;
    // There and back: what is typed is the chat's again.
    stage.input.keys("F6", 2)?;
    types(&stage, &page, "b")?;
    stage.input.key("F6")?;
    stage.screen.wait_still("focus-on-the-bar")?;
    let mark = kiosk.log.mark();
    stage.input.key("space")?;
    kiosk.log.wait_after(mark, "clear.called", &json!({"visit": 1}), PATIENCE)?;
    kiosk.expect_reset(1, "done", "confirmed")?;
    kiosk.log.none_since(kiosk.log.start(), "blocked", &json!({"rule": "shortcut"}))
}

#[test]
fn a_window_of_a_fixed_size_lets_other_programs_be() -> Result<()> {
    let stage = Stage::named("terminal-window").up()?;
    let pages = Pages::start()?;
    let setup = setup(&pages).set("window.full_screen", false).set("window.width", 900).set("window.height", 600);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    let (_, button) = bar(&stage, "window", |_| true)?;
    let window = stage.windows()?.into_iter().next().context("no window is shown")?;
    ensure!((window.width, window.height) == (900, 600), "{window:?}");
    let hints = stage.size_hints(window.id)?;
    ensure!(hints == Some(((900, 600), (900, 600))), "nobody can make it larger or smaller: {hints:?}");
    // Another program's window comes up above it and stays there.
    let other = stage.open_window(200, 150, 400, 300)?;
    wait::until("the other window should be on top", PATIENCE, || {
        Ok(stage.windows()?.last().is_some_and(|top| top.id == other.id()).then_some(()))
    })?;
    let mark = kiosk.log.mark();
    kiosk.log.none_for("blocked", &Value::Null, Duration::from_secs(2))?;
    ensure!(stage.windows()?.last().is_some_and(|top| top.id == other.id()), "it was pushed away");
    kiosk.log.none_since(mark, "blocked", &json!({"rule": "covered"}))?;
    drop(other);
    let (x, y) = button.middle()?;
    stage.input.click(x, y)?;
    kiosk.receipt(1)?;
    kiosk.fresh(2)?;
    kiosk.expect_alive()
}

/// A conversation with an agent.
fn talking<'a>(pages: &'a Pages, kiosk: &Kiosk) -> Result<Page<'a>> {
    let page = pages.visitor(1)?.launched()?;
    page.agent_says("Dana", "Good morning")?;
    page.event(&events::status("t1", "Active", "Waiting"))?;
    kiosk.read(1, "ignore")?;
    Ok(page)
}

/// Waits for "End this chat?", and gives its first button.
fn asked(stage: &Stage, kiosk: &Kiosk, step: &str) -> Result<Area> {
    kiosk.scene("leaving")?;
    let is_button = |area: &Area| area.y > 200 && area.height > 60;
    let seen = stage.screen.wait_until(step, PATIENCE, |picture| {
        screen::patch(picture, scenes::ACCENT).is_ok_and(|area| is_button(&area))
    })?;
    screen::patch(&seen, scenes::ACCENT)
}

/// Waits for the bar, and gives the picture and the button's place.
fn bar(stage: &Stage, step: &str, fits: impl Fn(&Area) -> bool) -> Result<(RgbaImage, Area)> {
    let seen = stage.screen.wait_until(step, PATIENCE, |picture| {
        screen::shows(picture, PAGE) && largest(picture).is_some_and(|area| fits(&area))
    })?;
    let area = largest(&seen).context("no button")?;
    Ok((seen, area))
}

/// The button: the line below the bar has its colour too.
fn largest(picture: &RgbaImage) -> Option<Area> {
    screen::patch(picture, scenes::ACCENT).ok().filter(|area| area.height > 20 && area.width > 80)
}

/// Types until the composer has it: the focus takes a moment.
fn types(stage: &Stage, page: &Page<'_>, text: &str) -> Result<()> {
    wait::until("the composer should take keys", PATIENCE, || {
        let before = page.seen("input").len();
        stage.input.type_text(text)?;
        Ok(page.wait_within("input", &Value::Null, before + 1, Duration::from_millis(500)).ok())
    })?;
    Ok(())
}

fn setup(pages: &Pages) -> Setup {
    scenes::with_accent(
        Setup::on_page(pages, "client=v1").set("profile", "terminal").set("brand.name", "Example Company"),
    )
}

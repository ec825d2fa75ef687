//! The person chooses a language on the welcome: everything is said in it, the page gets it, and the next person finds the kiosk's own.

use std::net::TcpListener;

use anyhow::{Result, ensure};
use image::imageops;
use kiosk_tests::screen::{self, RgbaImage};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, scenes, visitor, wait};
use serde_json::json;

#[test]
fn a_choice_holds_for_one_visit_and_is_forgotten_at_the_reset() -> Result<()> {
    let stage = Stage::named("language").up()?;
    let pages = Pages::start()?;
    let german = {
        let _kiosk = Kiosk::start(&stage, setup(&pages).set("language", "de"))?;
        welcome(&stage, "german-kiosk")?
    };
    let before = pages.loads();
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.fresh(1)?;
    ensure!(language(&pages, before + 1)? == "en", "the page is told the kiosk's own language");
    kiosk.scene("welcome")?;
    let english = welcome(&stage, "english")?;
    let apart = distance(&english, &german);
    ensure!(apart > 1.0, "a German and an English welcome look alike: {apart}");

    // With the keyboard: past the start button and English.
    let mark = kiosk.log.mark();
    stage.input.keys("Tab", 2)?;
    stage.input.key("Return")?;
    kiosk.log.wait_after(mark, "language.spoken", &json!({"language": "de"}), PATIENCE)?;
    kiosk.fresh(2)?;
    ensure!(language(&pages, before + 2)? == "de", "the page is told the language that was chosen");
    kiosk.log.none_since(mark, "scene.shown", &json!({"scene": "one_moment"}))?;
    kiosk.log.none_since(mark, "scene.shown", &json!({"scene": "none"}))?;
    let receipt = kiosk.receipt(1)?;
    ensure!(receipt.text("cause") == "language" && receipt.field("used") == false, "{}", receipt.raw);

    // Every word of the scene is a German kiosk's. (The focus is where it was: it goes where that kiosk's is.)
    stage.input.keys("shift+Tab", 2)?;
    stage.screen.wait_until("chosen", PATIENCE, |now| distance(now, &german) < apart / 10.0)?;

    // The visit and its notice.
    stage.input.key("Return")?;
    kiosk.scene("none")?;
    let page = pages.visitor(before + 2)?.launched()?;
    page.agent_says("Dana", "Guten Morgen")?;
    page.event(&events::agents_end("s1"))?;
    kiosk.notice(2)?;
    scenes::button(&stage, "notice")?;
    let told = stage.notifications.wait_for(1, PATIENCE)?;
    ensure!(told.summary == "Unser Support hat den Chat beendet", "{}", told.summary);
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(2, "agent_end", "confirmed")?;

    // The next person.
    ensure!(language(&pages, before + 3)? == "en", "the next page is told the kiosk's own language");
    kiosk.log.wait_after(mark, "language.spoken", &json!({"language": "en"}), PATIENCE)?;
    stage.screen.wait_until("forgotten", PATIENCE, |now| distance(now, &english) < apart / 10.0)?;
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

#[test]
fn a_choice_that_nobody_uses_is_forgotten() -> Result<()> {
    let stage = Stage::named("language-unused").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages).set("idle.after_seconds", 4))?;
    kiosk.scene("welcome")?;
    let english = welcome(&stage, "english")?;
    // With a finger: below the start button the names stand in two columns, the second is German.
    let start = screen::patch(&english, scenes::ACCENT)?;
    let mark = kiosk.log.mark();
    stage.input.click(i16::try_from(start.x + start.width * 3 / 4)?, i16::try_from(start.y + start.height + 50)?)?;
    kiosk.log.wait_after(mark, "language.spoken", &json!({"language": "de"}), PATIENCE)?;
    kiosk.fresh(2)?;
    kiosk.log.wait_after(mark, "language.spoken", &json!({"language": "en"}), PATIENCE)?;
    kiosk.fresh(3)?;
    ensure!(language(&pages, 3)? == "en");
    kiosk.log.none_since(mark, "scene.shown", &json!({"scene": "none"}))?;
    // The ring of the focus went with the finger; the words above the button are what they were.
    stage.screen.wait_until("forgotten", PATIENCE, |now| distance(&words(now), &words(&english)) < 0.5)?;
    kiosk.expect_alive()
}

#[test]
fn the_salesforce_page_sets_the_language_that_was_chosen() -> Result<()> {
    let stage = Stage::named("language-salesforce").up()?;
    let org = Org::start()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let setup = Setup::on_salesforce(&org, port).set("idle.after_seconds", 5).set("salesforce.language", "en_GB");
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    kiosk.scene("welcome")?;
    stage.screen.wait_still("welcome-first")?;
    // Past the start button: the last of the languages.
    stage.input.keys("Tab", 6)?;
    stage.input.key("Return")?;
    kiosk.fresh(2)?;
    stage.screen.expect_painted("welcome-arabic")?;
    stage.input.keys("shift+Tab", 6)?;
    stage.input.key("Return")?;
    kiosk.scene("none")?;
    let start = visitor::sees_start(&stage)?;
    let (x, y) = screen::patch(&start, kiosk_tests::org::ACCENT)?.middle()?;
    stage.input.click(x, y)?;
    settings_language(&org, "ar")?;
    stage.screen.expect_painted("page-arabic")?;
    kiosk.signal("USR2")?;
    kiosk.fresh(3)?;
    let start = visitor::sees_start(&stage)?;
    let (x, y) = screen::patch(&start, kiosk_tests::org::ACCENT)?.middle()?;
    stage.input.click(x, y)?;
    settings_language(&org, "en_GB")
}

/// `embeddedservice_bootstrap.settings.language`, as the chat frame hears of it.
fn settings_language(org: &Org, wanted: &str) -> Result<()> {
    wait::until("the page's language", PATIENCE, || Ok((org.state()?["language"] == wanted).then_some(())))?;
    Ok(())
}

/// What a load of the host page finds in `navigator.language`.
fn language(pages: &Pages, load: usize) -> Result<String> {
    let page = pages.visitor(load)?;
    Ok(page.wait_for("loaded", &json!({"where": "page"}), 1)?.text("language").to_owned())
}

/// The picture of the welcome, when all of it is there.
fn welcome(stage: &Stage, step: &str) -> Result<RgbaImage> {
    scenes::button(stage, step)?;
    stage.screen.wait_until(step, PATIENCE, |picture| screen::patch(picture, scenes::ACCENT).is_ok())
}

/// How much two pictures differ in brightness, seen from a distance: each web process smooths letters a little differently.
fn distance(one: &RgbaImage, other: &RgbaImage) -> f64 {
    let seen = |picture| imageops::resize(&imageops::grayscale(picture), 160, 100, imageops::FilterType::Triangle);
    let (one, other) = (seen(one), seen(other));
    let sum: u64 = one.pixels().zip(other.pixels()).map(|(one, other)| u64::from(one.0[0].abs_diff(other.0[0]))).sum();
    sum as f64 / f64::from(one.width() * one.height())
}

/// The upper half of the welcome: its words.
fn words(picture: &RgbaImage) -> RgbaImage {
    imageops::crop_imm(picture, 0, 0, picture.width(), picture.height() * 9 / 20).to_image()
}

fn setup(pages: &Pages) -> Setup {
    scenes::with_accent(Setup::on_page(pages, "client=v1"))
        .set("idle.after_seconds", 10)
        .set("idle.in_conversation_seconds", 600)
}

//! How the kiosk looks: pictures on the welcome, light and dark, and a bar that speaks as the visitor does.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use image::RgbImage;
use kiosk_tests::screen::{self, Area, Colour, RgbaImage};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, scenes};
use serde_json::{Value, json};

const FIRST: Colour = [0xd8, 0x50, 0x20];
const SECOND: Colour = [0x20, 0x60, 0xd0];
/// `brand.dark_background` when nobody sets it.
const DARK: Colour = [0x0f, 0x14, 0x19];

#[test]
fn pictures_take_turns_on_the_welcome() -> Result<()> {
    let stage = Stage::named("look-pictures").up()?;
    let pages = Pages::start()?;
    let pictures = [picture(&stage, "first", FIRST)?, picture(&stage, "second", SECOND)?];
    let gone = picture(&stage, "gone", FIRST)?;
    let listed = json!([pictures[0], gone, pictures[1]]);
    let mut kiosk = Kiosk::start(&stage, setup(&pages).set("brand.pictures", listed).set("brand.slide_seconds", 3))?;
    kiosk.scene("welcome")?;
    // The picture itself, between the words, is as it was made.
    stage.screen.wait_until("first", PATIENCE, |now| screen::share(now, open(now), FIRST) > 0.95)?;
    scenes::button(&stage, "button-beside-the-picture")?;
    // One that can no longer be read is left out.
    fs::remove_file(gone)?;
    let mark = kiosk.log.mark();
    stage.screen.wait_until("second", PATIENCE, |now| screen::share(now, open(now), SECOND) > 0.95)?;
    kiosk.log.wait_after(mark, "picture.failed", &json!({"picture": 2}), PATIENCE)?;
    stage.screen.wait_until("first-again", PATIENCE, |now| screen::share(now, open(now), FIRST) > 0.95)?;
    stage.input.key("Return")?;
    kiosk.scene("none")?;
    stage.screen.wait_until("chat", PATIENCE, |now| !screen::shows(now, FIRST) && !screen::shows(now, SECOND))?;
    kiosk.expect_alive()
}

#[test]
fn who_wants_no_motion_keeps_the_first_picture() -> Result<()> {
    let stage = Stage::named("look-still").up()?;
    stage.home.toolkit("gtk-enable-animations=0")?;
    let pages = Pages::start()?;
    let pictures = json!([picture(&stage, "first", FIRST)?, picture(&stage, "second", SECOND)?]);
    let kiosk = Kiosk::start(&stage, setup(&pages).set("brand.pictures", pictures).set("brand.slide_seconds", 3))?;
    kiosk.scene("welcome")?;
    stage.screen.wait_until("first", PATIENCE, |now| screen::share(now, open(now), FIRST) > 0.95)?;
    // Three turns long.
    kiosk.log.none_for("picture.failed", &Value::Null, std::time::Duration::from_secs(9))?;
    let now = stage.screen.shot("still-the-first")?;
    ensure!(screen::share(&now, open(&now), FIRST) > 0.95);
    Ok(())
}

#[test]
fn dark_is_dark_when_it_is_set_and_auto_when_the_desktop_is() -> Result<()> {
    for (name, appearance, desktop, dark) in [
        ("set", "dark", "gtk-application-prefer-dark-theme=0", true),
        ("auto-dark", "auto", "gtk-application-prefer-dark-theme=1", true),
        ("auto-light", "auto", "gtk-application-prefer-dark-theme=0", false),
        ("light", "light", "gtk-application-prefer-dark-theme=1", false),
    ] {
        let stage = Stage::named(&format!("look-{name}")).up()?;
        stage.home.toolkit(desktop)?;
        let pages = Pages::start()?;
        let setup = setup(&pages).set("brand.appearance", appearance).set("window.bar", "top");
        let kiosk = Kiosk::start(&stage, setup)?;
        kiosk.scene("welcome")?;
        // A tenth at least of what lies behind the buttons and, of the chat, behind the bar.
        let painted = |now: &RgbaImage| screen::share(now, deck(now), DARK) > 0.1;
        stage
            .screen
            .wait_until("welcome", PATIENCE, |now| screen::share(now, deck(now), [255; 3]) > 0.1 || painted(now))?;
        ensure!(painted(&stage.screen.look()?) == dark, "{name}: the welcome");
        stage.input.key("Return")?;
        kiosk.scene("none")?;
        let bar = Area { x: 200, y: 4, width: 400, height: 30 };
        let ground = if dark { DARK } else { [255; 3] };
        stage.screen.wait_until("bar", PATIENCE, |now| screen::share(now, bar, ground) > 0.8)?;
    }
    Ok(())
}

#[test]
fn the_bar_speaks_the_visitors_language_until_the_reset() -> Result<()> {
    let stage = Stage::named("look-bar").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, setup(&pages).set("window.bar", "top").set("profile", "terminal"))?;
    kiosk.scene("welcome")?;
    scenes::button(&stage, "welcome")?;
    stage.input.key("Return")?;
    kiosk.scene("none")?;
    let english = bar(&stage, "english", |_| true)?;
    let mark = kiosk.log.mark();
    kiosk.signal("USR2")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "welcome"}), PATIENCE)?;
    scenes::button(&stage, "welcome-again")?;
    // Past the start button: Arabic is the last.
    stage.input.keys("Tab", 6)?;
    stage.input.key("Return")?;
    kiosk.fresh(3)?;
    stage.input.keys("shift+Tab", 6)?;
    let mark = kiosk.log.mark();
    stage.input.key("Return")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    // From right to left: the button is where its row ends.
    let arabic = bar(&stage, "arabic", |button| button.x < 100)?;
    ensure!(arabic.x < english.x, "{arabic:?} is left of {english:?}");
    kiosk.signal("USR2")?;
    kiosk.fresh(4)?;
    bar(&stage, "english-again", |button| *button == english)?;
    Ok(())
}

/// Waits for the bar's button where it fits.
fn bar(stage: &Stage, step: &str, fits: impl Fn(&Area) -> bool) -> Result<Area> {
    let there = |now: &RgbaImage| screen::patch(now, scenes::ACCENT).ok().filter(|area| area.y < 60 && fits(area));
    let seen = stage.screen.wait_until(step, PATIENCE, |now| there(now).is_some())?;
    screen::patch(&seen, scenes::ACCENT)
}

/// What of the welcome's picture lies under no words: a band below the brand.
fn open(screen: &RgbaImage) -> Area {
    Area { x: 10, y: screen.height() * 32 / 100, width: screen.width() / 2, height: screen.height() / 20 }
}

/// The part of the screen behind the buttons.
fn deck(screen: &RgbaImage) -> Area {
    Area { x: screen.width() * 2 / 3, y: screen.height() / 4, width: screen.width() / 4, height: screen.height() / 2 }
}

/// A picture of one colour in the test's home.
fn picture(stage: &Stage, name: &str, colour: Colour) -> Result<PathBuf> {
    let file = stage.home.root().join(name).with_extension("png");
    RgbImage::from_pixel(640, 480, image::Rgb(colour)).save(&file)?;
    Ok(file)
}

fn setup(pages: &Pages) -> Setup {
    scenes::with_accent(Setup::on_page(pages, "client=v1")).set("idle.after_seconds", 4)
}

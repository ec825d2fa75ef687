//! Staff: no PIN, no way in; with it, the pad, its lock-out, and everything behind it.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::screen::{self, Area};
use kiosk_tests::searches::{marker, search};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, program, scenes, visitor};
use serde_json::{Value, json};

const PIN: &str = "739154";
const KEYS: &str = "ctrl+alt+shift+s";

#[test]
fn without_a_pin_there_is_no_way_in() -> Result<()> {
    let stage = Stage::named("staff-no-pin").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    knock(&stage, &kiosk)?;
    kiosk.event("staff.refused", &json!({"reason": "no_pin"}))?;
    stage.input.key(KEYS)?;
    kiosk.event("staff.refused", &json!({"reason": "no_pin"}))?;
    kiosk.log.none_since(kiosk.log.start(), "scene.shown", &json!({"scene": "staff"}))?;
    // A file that others can write is no PIN either.
    set_pin(&stage, PIN)?;
    let file = stage.home.state().join("staff-pin");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666))?;
    knock(&stage, &kiosk)?;
    kiosk.event("staff.pin_unusable", &Value::Null)?;
    kiosk.log.none_since(kiosk.log.start(), "scene.shown", &json!({"scene": "staff"}))?;
    kiosk.expect_alive()
}

#[test]
fn wrong_pins_lock_the_pad_and_a_restart_does_not_unlock_it() -> Result<()> {
    let stage = Stage::named("staff-lock").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    knock(&stage, &kiosk)?;
    pad(&stage, &kiosk, "pad")?;
    for attempt in 1..=3 {
        tries(&stage, "739155")?;
        let said = kiosk.event("staff.pin", &json!({"result": "wrong"}))?;
        ensure!(said.field("locked_seconds").is_null() == (attempt < 3), "attempt {attempt}: {}", said.raw);
    }
    // The right one is not even looked at.
    tries(&stage, PIN)?;
    kiosk.log.none_for("staff.pin", &Value::Null, Duration::from_secs(1))?;
    stage.screen.shot("locked")?;
    stage.input.key("Escape")?;
    kiosk.event("staff.closed", &json!({"why": "cancel"}))?;
    ensure!(kiosk.log.all("visit.started").len() == 1, "cancel returns to the same visit");

    kiosk.kill()?;
    // The program's own record, with a longer pause: a slow machine must not wait this one out.
    let file = stage.home.state().join("staff-attempts.json");
    let mut record: Value = serde_json::from_slice(&fs::read(&file)?)?;
    ensure!(record["wrong"] == 3, "{record}");
    record["until"] = json!(record["until"].as_u64().context("no end")? + 600_000);
    fs::write(&file, record.to_string())?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    knock(&stage, &kiosk)?;
    kiosk.scene("staff")?;
    stage.screen.wait_still("locked-after-restart")?;
    tries(&stage, PIN)?;
    kiosk.log.none_for("staff.pin", &Value::Null, Duration::from_secs(1))?;
    stage.input.key("Escape")?;
    kiosk.event("staff.closed", &json!({"why": "cancel"}))?;

    // An administrator's new PIN ends the lock.
    set_pin(&stage, "820464")?;
    comes_in(&stage, &kiosk, "820464")?;
    kiosk.expect_alive()
}

#[test]
fn fingers_on_the_pad_are_enough() -> Result<()> {
    let stage = Stage::named("staff-fingers").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    knock(&stage, &kiosk)?;
    let ok = pad(&stage, &kiosk, "pad")?;
    // OK is the last of twelve keys in three columns; between them is a tenth of its width.
    let (x, y) = ok.middle()?;
    let step = |edge: u32, gap: u32| i16::try_from(edge + gap);
    let (right, down) = (step(ok.width, ok.width / 10)?, step(ok.height, ok.width / 10)?);
    for digit in PIN.bytes().map(|byte| i16::from(byte - b'0')) {
        let (column, row) = if digit == 0 { (1, 3) } else { ((digit - 1) % 3, (digit - 1) / 3) };
        stage.input.click(x - (2 - column) * right, y - (3 - row) * down)?;
        // The pace of somebody in a hurry.
        thread::sleep(Duration::from_millis(80));
    }
    stage.screen.wait_still("typed")?;
    stage.input.click(x, y)?;
    kiosk.event("staff.pin", &json!({"result": "right"}))?;
    menu(&stage)?;
    kiosk.expect_alive()
}

#[test]
fn it_opens_on_every_scene_and_over_a_page_that_hangs() -> Result<()> {
    let stage = Stage::named("staff-scenes").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let setup = setup(&pages).set("idle.after_seconds", 3).set("idle.answer_seconds", 600);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    for scene in ["welcome", "still_there"] {
        wait::until("the scene", PATIENCE, || Ok((kiosk.scene_now() == scene).then_some(())))?;
        scenes::button(&stage, scene)?;
        stage.input.key(KEYS)?;
        pad(&stage, &kiosk, &format!("pad-over-{scene}"))?;
        let mark = kiosk.log.mark();
        stage.input.key("Escape")?;
        kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": scene}), PATIENCE)?;
        // One touch goes on with the visit.
        let mark = kiosk.log.mark();
        scenes::button(&stage, scene)?;
        stage.input.click(640, 780)?;
        kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    }
    pages.visitor(1)?.script_now("page", "for (;;) {}");
    knock(&stage, &kiosk)?;
    pad(&stage, &kiosk, "pad-over-a-page-that-hangs")?;
    kiosk.expect_alive()
}

#[test]
fn behind_the_pin_a_fresh_visit_and_out_of_service_and_back() -> Result<()> {
    let stage = Stage::named("staff-service").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    stage.input.click(640, 400)?;
    comes_in(&stage, &kiosk, PIN)?;
    // The first button has the focus.
    presses(&stage, 0)?;
    kiosk.event("staff.acted", &json!({"act": "fresh"}))?;
    kiosk.expect_reset(1, "staff", "confirmed")?;

    comes_in(&stage, &kiosk, PIN)?;
    presses(&stage, 1)?;
    stage.screen.wait_still("notes")?;
    // Behind the ready-made words: words of one's own.
    stage.input.keys("Tab", 5)?;
    stage.input.type_text("Back at two")?;
    stage.input.key("Return")?;
    kiosk.event("staff.acted", &json!({"act": "out_of_service"}))?;
    kiosk.scene("out_of_service")?;
    stage.screen.wait_still("closed")?;
    ensure!(kiosk.receipt(2)?.field("end") == "out_of_service");
    ensure!(!kiosk.log.text().contains("Back at two"), "the note is for the screen, not for the log");

    // It stays so, whatever happens to the power.
    kiosk.kill()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.event("staff.still_closed", &Value::Null)?;
    kiosk.scene("out_of_service")?;
    stage.screen.wait_painted("still-closed")?;
    kiosk.log.none_since(kiosk.log.start(), "visit.started", &Value::Null)?;
    comes_in(&stage, &kiosk, PIN)?;
    stage.screen.wait_still("menu-closed")?;
    presses(&stage, 0)?;
    kiosk.event("staff.acted", &json!({"act": "in_service"}))?;
    kiosk.fresh(1)?;
    wait::until("the file is gone", PATIENCE, || {
        Ok((!stage.home.state().join("out-of-service.json").exists()).then_some(()))
    })?;
    kiosk.expect_alive()
}

#[test]
fn a_configuration_is_read_again_and_a_mistake_changes_nothing() -> Result<()> {
    let stage = Stage::named("staff-reload").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    let pid = kiosk.pid();
    let file = stage.home.root().join("home/.config/support-kiosk/config.toml");
    let good = fs::read_to_string(&file)?;
    fs::write(&file, format!("{good}\n[notise]\nseconds = 5\n"))?;
    comes_in(&stage, &kiosk, PIN)?;
    presses(&stage, 2)?;
    kiosk.event("staff.acted", &json!({"act": "reload"}))?;
    stage.screen.wait_still("mistake")?;
    kiosk.log.none_for("restarting", &Value::Null, Duration::from_secs(1))?;
    ensure!(kiosk.log.all("visit.started").len() == 1, "the visit goes on");

    fs::write(&file, good.replace("b0187a", "106030"))?;
    let mark = kiosk.log.mark();
    // The focus is still on the button.
    stage.input.key("Return")?;
    kiosk.log.wait_after(mark, "restarting", &Value::Null, PATIENCE)?;
    kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1, "records": 0}), PATIENCE)?;
    let receipt = kiosk.receipt(1)?;
    ensure!(receipt.field("cause") == "stopped", "{}", receipt.raw);
    ensure!(kiosk.pid() == pid && kiosk.try_exit()?.is_none(), "the same process, for whoever watches over it");
    // Of the engine's processes only the new ones are left: the front's and the chat's, and theirs for the network.
    wait::until("the old processes are gone", PATIENCE, || {
        Ok((kiosk.webkit("WebKitWebProces")?.len() <= 2).then_some(()))
    })?;
    knock(&stage, &kiosk)?;
    stage.screen.wait_until("new-colour", PATIENCE, |picture| screen::shows(picture, [0x10, 0x60, 0x30]))?;
    kiosk.expect_alive()
}

#[test]
fn version_and_health_then_leaving_with_code_0() -> Result<()> {
    let stage = Stage::named("staff-leave").up()?;
    let pages = Pages::start()?;
    set_pin(&stage, PIN)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages))?;
    kiosk.enter(&stage, 1)?;
    comes_in(&stage, &kiosk, PIN)?;
    let menu = stage.screen.wait_still("menu")?;
    presses(&stage, 3)?;
    stage.screen.wait_until("health", PATIENCE, |now| screen::differ(&menu, now) > 0.02)?;
    stage.input.key("Return")?;
    stage.screen.wait_until("menu-again", PATIENCE, |now| screen::differ(&menu, now) < 0.01)?;
    presses(&stage, 4)?;
    stage.screen.wait_until("leaving", PATIENCE, |now| screen::differ(&menu, now) > 0.02)?;
    // The first button goes back: nobody leaves by pressing once too often.
    presses(&stage, 1)?;
    kiosk.event("staff.acted", &json!({"act": "leave"}))?;
    let status = kiosk.wait_exit(PATIENCE)?;
    ensure!(status.code() == Some(0), "{status}");
    ensure!(kiosk.receipt(1)?.field("cause") == "stopped");
    Ok(())
}

#[test]
fn it_fits_on_small_and_on_tall_screens() -> Result<()> {
    for (width, height) in [(800, 600), (1080, 1920)] {
        let stage = Stage::named(&format!("staff-{width}x{height}")).size(width, height).up()?;
        let pages = Pages::start()?;
        set_pin(&stage, PIN)?;
        let setup = setup(&pages).set("window.width", width).set("window.height", height);
        let kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        comes_in(&stage, &kiosk, PIN)?;
        for (part, places) in [("notes", 1), ("health", 3), ("leaving", 4)] {
            let menu = stage.screen.wait_still("menu")?;
            presses(&stage, places)?;
            let seen = stage.screen.wait_until(part, PATIENCE, |now| screen::differ(&menu, now) > 0.01)?;
            // Its first button is whole on the screen.
            let button = screen::patch(&stage.screen.wait_still(part)?, scenes::ACCENT)?;
            ensure!(button.y + button.height < u32::from(height) && button.width > 150, "{part}: {button:?}");
            drop(seen);
            stage.input.key("Escape")?;
            // Back at the menu, the first button has the focus again.
            stage.screen.wait_until("menu-again", PATIENCE, |now| screen::differ(&menu, now) < 0.005)?;
        }
    }
    Ok(())
}

#[test]
fn the_pin_is_nowhere() -> Result<()> {
    let stage = Stage::named("staff-nowhere").up()?;
    let pages = Pages::start()?;
    let (pin, wrong) = (marker("pin"), marker("wrong"));
    set_pin(&stage, &pin)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages).set("log.level", "trace"))?;
    kiosk.enter(&stage, 1)?;
    knock(&stage, &kiosk)?;
    pad(&stage, &kiosk, "pad")?;
    tries(&stage, &wrong)?;
    kiosk.event("staff.pin", &json!({"result": "wrong"}))?;
    stage.input.key("Escape")?;
    kiosk.event("staff.closed", &json!({"why": "cancel"}))?;
    comes_in(&stage, &kiosk, &pin)?;
    presses(&stage, 4)?;
    stage.screen.wait_still("leaving")?;
    presses(&stage, 1)?;
    kiosk.wait_exit(PATIENCE)?;
    let found = search(&stage, &kiosk, &[&pin, &wrong])?;
    ensure!(found.is_empty(), "found: {found:#?}");
    // And the search would find it.
    fs::write(stage.home.state().join("probe"), &pin)?;
    ensure!(!search(&stage, &kiosk, &[&pin])?.is_empty());
    Ok(())
}

#[test]
fn the_command_sets_prints_and_removes() -> Result<()> {
    let home = kiosk_tests::home::Home::make("staff-command")?;
    let pin = |arguments: &[&str], typed: &str| program::run(&home, arguments, typed, PATIENCE);
    let file = home.state().join("staff-pin");
    for weak in ["", "12345\n", "111111\n", "123456\n", "98765432\n"] {
        let ran = pin(&["pin"], weak)?;
        ensure!(ran.code() == Some(1) && ran.stderr.contains("too easy"), "{weak:?}: {}", ran.stderr);
    }
    let printed = pin(&["pin", "--print"], "739154\n")?;
    ensure!(printed.code() == Some(0) && printed.stdout.starts_with("$argon2id$v=19$m="), "{}", printed.stdout);
    ensure!(!file.exists(), "it only prints");
    // What it prints belongs into the configuration.
    let config = home.root().join("printed.toml");
    fs::write(&config, format!("[staff]\npin_hash = \"{}\"\n", printed.stdout.trim_end()))?;
    let checked = program::run(&home, &["check", "--config", &config.display().to_string()], "", PATIENCE)?;
    ensure!(checked.code() == Some(0) && checked.stdout.contains("in the configuration"), "{}", checked.stdout);

    ensure!(pin(&["pin"], "739154\n")?.code() == Some(0));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file)?.permissions());
    ensure!(mode & 0o777 == 0o600, "{mode:o}");
    ensure!(!fs::read_to_string(&file)?.contains("739154"));
    ensure!(pin(&["pin", "--remove"], "")?.code() == Some(0) && !file.exists());
    Ok(())
}

fn setup(pages: &Pages) -> Setup {
    scenes::with_accent(Setup::on_page(pages, "client=v1")).set("log.level", "debug")
}

fn set_pin(stage: &Stage, pin: &str) -> Result<()> {
    let ran = program::run(&stage.home, &["pin"], &format!("{pin}\n"), PATIENCE)?;
    ensure!(ran.code() == Some(0), "{}", ran.stderr);
    ensure!(!ran.stdout.contains(pin) && !ran.stderr.contains(pin), "it repeats the PIN");
    Ok(())
}

/// Five touches in the corner.
fn knock(stage: &Stage, kiosk: &Kiosk) -> Result<()> {
    visitor::knocks(kiosk, || stage.input.click(20, 20))
}

/// Waits for the pad, and gives the place of its OK.
fn pad(stage: &Stage, kiosk: &Kiosk, step: &str) -> Result<Area> {
    kiosk.scene("staff")?;
    shows(stage, step, |ok| ok.height > 50 && ok.width < 2 * ok.height).with_context(|| kiosk.log.text())
}

/// Waits for the menu.
fn menu(stage: &Stage) -> Result<Area> {
    shows(stage, "menu", |button| button.height > 50 && button.width > 3 * button.height)
}

/// Waits for a first button like this, twice in the same place.
fn shows(stage: &Stage, step: &str, is_it: impl Fn(&Area) -> bool) -> Result<Area> {
    let mut last = None;
    stage.screen.wait_until(step, PATIENCE, |picture| {
        let now = screen::patch(picture, scenes::ACCENT).ok().filter(&is_it);
        let still = now.is_some() && now == last;
        last = now;
        still
    })?;
    last.context("it is gone")
}

/// Types a PIN on the keyboard, once the pad has said its word on the one before.
fn tries(stage: &Stage, pin: &str) -> Result<()> {
    stage.screen.wait_still("before-typing")?;
    stage.input.type_text(pin)?;
    stage.input.key("Return")
}

/// With the right PIN to the menu.
fn comes_in(stage: &Stage, kiosk: &Kiosk, pin: &str) -> Result<()> {
    knock(stage, kiosk)?;
    pad(stage, kiosk, "pad")?;
    // On a busy machine the first digits can come before the new pad takes them; then a person tries again.
    for _ in 0..2 {
        let mark = kiosk.log.mark();
        tries(stage, pin)?;
        let said = kiosk.log.wait_after(mark, "staff.pin", &Value::Null, PATIENCE)?;
        if said.text("result") == "right" {
            break;
        }
    }
    kiosk.event("staff.pin", &json!({"result": "right"}))?;
    menu(stage)?;
    Ok(())
}

/// Presses the button so many places behind the one that has the focus.
fn presses(stage: &Stage, places: usize) -> Result<()> {
    stage.input.keys("Tab", places)?;
    visitor::presses(stage)
}

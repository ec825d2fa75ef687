//! Which kiosk is it? From afar it shows its name in huge letters, and nothing of the visit below changes. And the words
//! that come with "out of service" from afar stand on the screen and nowhere else.

use std::fs;

use anyhow::{Result, ensure};
use kiosk_tests::afar::{ROOT, command, setup};
use kiosk_tests::broker::{Broker, Watcher};
use kiosk_tests::pages::DIRTY;
use kiosk_tests::searches::marker;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Stage, screen};
use serde_json::{Value, json};

#[test]
fn over_welcome_and_over_a_chat_until_it_is_touched() -> Result<()> {
    let stage = Stage::named("identify").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let setup = setup(&pages, &broker).set("idle.after_seconds", 2).set("idle.in_conversation_seconds", 600);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    kiosk.scene("welcome")?;
    let welcome = stage.screen.wait_still("welcome")?;

    ensure!(command(&watcher, "identify", None)? == json!({"state": "done", "result": null}));
    kiosk.scene("identify")?;
    let large = stage.screen.wait_until("identify", PATIENCE, |now| screen::differ(&welcome, now) > 0.02)?;
    ensure!(!screen::is_flat(&large));
    stage.screen.wait_still("identify-still")?;
    // A touch takes it away, and starts nothing.
    let mark = kiosk.log.mark();
    stage.input.click(640, 400)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "welcome"}), PATIENCE)?;
    kiosk.log.none_since(kiosk.log.start(), "visit.touched", &Value::Null)?;

    // Over a running chat: the chat below is as it was, and the key that took it away is in nobody's message.
    let mark = kiosk.log.mark();
    stage.input.click(640, 400)?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    let page = pages.visitor(1)?.launched()?;
    stage.input.click(640, 300)?;
    page.agent_says("Dana", "Good morning")?;
    stage.screen.wait_until("chat", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    ensure!(command(&watcher, "identify", None)?["state"] == "done");
    kiosk.scene("identify")?;
    stage.screen.wait_until("identify-over-chat", PATIENCE, |picture| !screen::shows(picture, DIRTY))?;
    let mark = kiosk.log.mark();
    stage.input.key("space")?;
    kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
    stage.screen.wait_until("chat-again", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
    ensure!(kiosk.log.all("visit.started").len() == 1 && kiosk.log.all("receipt").is_empty(), "{}", kiosk.log.text());
    kiosk.expect_alive()
}

#[test]
fn words_for_people_stand_on_the_screen_and_nowhere_else() -> Result<()> {
    let stage = Stage::named("identify-note").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker).set("log.level", "trace"))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    ensure!(command(&watcher, "out-of-service", None)?["state"] == "accepted");
    kiosk.scene("out_of_service")?;
    let without = stage.screen.wait_still("without")?;
    let words = marker("note");
    let note = format!("Back at two {words}");
    ensure!(command(&watcher, "out-of-service", Some(&note))?["state"] == "accepted");
    kiosk.scene("out_of_service")?;
    stage.screen.wait_until("with", PATIENCE, |now| screen::differ(&without, now) > 0.005)?;
    stage.screen.wait_still("with-still")?;
    let long = command(&watcher, "out-of-service", Some(&"x".repeat(141)))?;
    ensure!(long == json!({"state": "refused", "reason": "malformed"}), "{long}");
    let other = command(&watcher, "reset", Some(&note))?;
    ensure!(other["reason"] == "malformed", "{other}");

    ensure!(!kiosk.log.text().contains(&words), "the words are in the log");
    for topic in ["reported", "event"] {
        let said = watcher.all(&format!("{ROOT}/{topic}"));
        ensure!(!said.is_empty() && said.iter().all(|message| !message.text.contains(&words)), "{topic}");
    }
    // Kept for the next start, and with the fleet's own files not at all.
    let kept = fs::read_to_string(stage.home.state().join("out-of-service.json"))?;
    ensure!(kept.contains(&words), "{kept}");
    for file in fs::read_dir(stage.home.state().join("fleet"))? {
        let path = file?.path();
        ensure!(!String::from_utf8_lossy(&fs::read(&path)?).contains(&words), "{}", path.display());
    }
    kiosk.expect_alive()
}

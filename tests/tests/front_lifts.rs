//! The front lifts onto a page that is painted: nobody looks at an empty screen, at the start or after a reset.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kiosk_tests::pages::COMPOSER;
use kiosk_tests::screen::{self, Area};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, scenes, visitor, windows};
use serde_json::{Value, json};

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

/// Whoever touches it while it starts finds it deaf for a moment, and whole after it.
#[test]
fn touched_before_its_own_page_is_there() -> Result<()> {
    let stage = Stage::named("front-touched-early").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1&ready=never").set("chat.ready_seconds", 4);
    let mut kiosk = Kiosk::start(&stage, scenes::with_accent(setup))?;
    while kiosk.scene_now() != "out_of_service" {
        stage.input.click(640, 300)?;
        stage.input.key("a")?;
        kiosk.expect_alive()?;
    }
    scenes::button(&stage, "whole")?;
    ensure!(kiosk.log.all("front.hung").is_empty() && kiosk.log.all("front.died").is_empty(), "{}", kiosk.log.text());
    kiosk.expect_alive()
}

/// A slow machine needs seconds for its own page: who touches the screen meanwhile does not make it begin again.
#[test]
fn a_page_that_is_slow_to_start_is_waited_for() -> Result<()> {
    let stage = Stage::named("front-slow").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("idle.after_seconds", 600))?;
    kiosk.fresh(1)?;
    kiosk.scene("welcome")?;
    let before = kiosk.webkit("WebKitWebProces")?;
    // The front is older than the first chat.
    let front = before.iter().min_by_key(|process| process.pid).context("the front has no process")?;
    let mark = kiosk.log.mark();
    front.signal("KILL")?;
    let starting = wait::until("the front should begin again", PATIENCE, || {
        let now = kiosk.webkit("WebKitWebProces")?;
        Ok(now.into_iter().find(|one| before.iter().all(|old| old.pid != one.pid)))
    })?;
    starting.signal("STOP")?;
    kiosk.log.none_since(mark, "front.up", &Value::Null).context("it was stopped too late")?;
    stage.input.click(640, 300)?;
    // Longer than a page may be silent that is up.
    kiosk.log.none_for("front.hung", &Value::Null, Duration::from_secs(5))?;
    starting.signal("CONT")?;
    kiosk.log.wait_after(mark, "front.up", &Value::Null, PATIENCE)?;
    while kiosk.scene_now() != "none" {
        stage.input.click(640, 300)?;
        kiosk.expect_alive()?;
    }
    kiosk.log.none_since(mark, "front.hung", &Value::Null)
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

/// The window's own size is larger than this screen; with and without a manager it covers the screen, and no more.
#[test]
fn a_small_screen_is_covered_and_the_page_fits_on_it() -> Result<()> {
    for plan in [Stage::named("small-screen"), Stage::named("small-screen-unmanaged").unmanaged()] {
        let stage = plan.size(800, 600).up()?;
        let pages = Pages::start()?;
        let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
        kiosk.enter(&stage, 1)?;
        windows::expect_one_covering(stage.display.name())?;
        // The composer is at the page's lower edge.
        stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
        kiosk.expect_alive()?;
    }
    Ok(())
}

/// Both pages start at the same time, and a small machine has two cores: the one that somebody waits for goes first.
#[test]
fn the_fronts_process_yields_to_the_chats() -> Result<()> {
    let stage = Stage::named("front-yields").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.fresh(1)?;
    let mut processes = kiosk.webkit("WebKitWebProces")?;
    processes.sort_by_key(|process| process.pid);
    let [front, chat] = processes.as_slice() else { bail!("the front's process and the chat's: {processes:?}") };
    let (front, chat) = (niceness(front.pid)?, niceness(chat.pid)?);
    // Whoever runs the tests may let them yield to something else.
    let usual = niceness(std::process::id())?.into_iter().max().context("no thread")?;
    ensure!(front.iter().all(|nice| *nice == usual.max(10)), "the front's threads: {front:?}");
    ensure!(chat.iter().all(|nice| *nice == usual), "the chat's threads: {chat:?}");
    Ok(())
}

/// Of every thread of a process, except those that the system keeps for urgent work.
fn niceness(pid: u32) -> Result<Vec<i64>> {
    let mut all = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // It may be gone by now.
        let Ok(stat) = fs::read_to_string(thread?.path().join("stat")) else { continue };
        // Behind the name, which may have anything in it.
        let fields: Vec<&str> = stat.rsplit_once(')').context("no name")?.1.split_whitespace().collect();
        let (priority, nice): (i64, i64) = (fields[15].parse()?, fields[16].parse()?);
        if priority >= 0 {
            all.push(nice);
        }
    }
    Ok(all)
}

//! A second start opens nothing: it brings the first to the front and ends well, with a session bus and without.

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use serde_json::Value;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask, Window};

#[test]
fn brings_the_first_to_the_front() -> Result<()> {
    second_start("second-start", |setup| setup)
}

#[test]
fn brings_the_first_to_the_front_without_a_session_bus() -> Result<()> {
    second_start("second-start-no-bus", Setup::without_bus)
}

fn second_start(name: &str, adjust: impl Fn(Setup) -> Setup) -> Result<()> {
    let stage = Stage::named(name).up()?;
    let pages = Pages::start()?;
    // A window that does not keep itself on top, so that it can be behind another.
    let setup = || {
        let setup = Setup::on_page(&pages, "client=v1").set("window.full_screen", false);
        adjust(setup.set("profile", "desktop"))
    };
    let mut first = Kiosk::start(&stage, setup())?;
    first.fresh(1)?;
    let own = first.pid();
    wait::until("the first window should be there", PATIENCE, || Ok((stage.windows()?.len() == 1).then_some(())))?;

    // A front that was put aside: as another program's window would.
    let window = stage.windows()?.into_iter().next().context("no window is shown")?;
    iconify(&stage, window.id)?;
    wait::until("the window should be put aside", PATIENCE, || Ok(stage.windows()?.is_empty().then_some(())))?;

    let mut second = Kiosk::start(&stage, setup())?;
    let status = second.wait_exit(PATIENCE)?;
    ensure!(status.code() == Some(0), "the second start ended with {status}: {}", second.log.text());
    second.log.wait_end(PATIENCE)?;
    ensure!(second.log.all("started.twice").len() == 1, "{}", second.log.text());
    second.log.none_since(second.log.start(), "visit.started", &Value::Null)?;

    wait::until("the first should come to the front", PATIENCE, || {
        let shown = stage.windows()?;
        Ok((shown.len() == 1 && shown[0].pid == Some(own)).then_some(()))
    })?;
    ensure!(pages.loads() == 1, "{} pages were loaded", pages.loads());
    first.expect_alive()
}

/// Asks the window manager to put a window aside (ICCCM 4.1.4).
fn iconify(stage: &Stage, window: Window) -> Result<()> {
    const ICONIC: u32 = 3;
    let (display, root) = stage.display.connect()?;
    let change = display.intern_atom(false, b"WM_CHANGE_STATE")?.reply()?.atom;
    let message = ClientMessageEvent::new(32, window, change, [ICONIC, 0, 0, 0, 0]);
    let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
    display.send_event(false, root, mask, message)?.check()?;
    display.flush()?;
    Ok(())
}

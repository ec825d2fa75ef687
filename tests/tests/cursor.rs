//! The pointer is seen while a mouse is used, and never where it is told to be hidden.

use anyhow::Result;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use x11rb::protocol::xfixes::ConnectionExt;

/// Whether the screen shows a pointer: one pixel of its picture is not transparent.
fn is_seen(stage: &Stage) -> Result<bool> {
    let (display, _) = stage.display.connect()?;
    display.xfixes_query_version(5, 0)?.reply()?;
    let picture = display.xfixes_get_cursor_image()?.reply()?;
    Ok(picture.cursor_image.iter().any(|pixel| pixel >> 24 != 0))
}

fn wait_seen(stage: &Stage, seen: bool) -> Result<()> {
    let what = format!("the pointer should be {}", if seen { "seen" } else { "hidden" });
    wait::until(&what, PATIENCE, || Ok((is_seen(stage)? == seen).then_some(())))
}

#[test]
fn is_hidden_until_a_mouse_moves_and_again_when_it_rests() -> Result<()> {
    let stage = Stage::named("cursor-auto").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    stage.input.point(600, 300)?;
    stage.input.point(640, 330)?;
    wait_seen(&stage, true)?;
    // Nobody moves it any more.
    wait_seen(&stage, false)?;
    stage.input.point(500, 300)?;
    wait_seen(&stage, true)?;
    kiosk.expect_alive()
}

#[test]
fn stays_hidden_whatever_the_page_wants() -> Result<()> {
    let stage = Stage::named("cursor-hidden").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("window.cursor", "hidden"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    for shape in ["pointer", "text", "wait", "default"] {
        page.script("page", &format!("document.documentElement.style.cursor = '{shape}'"))?;
        for x in [30, 60, 90] {
            stage.input.point(x, 20)?;
        }
        // The page has its answer to the moves by the time that it answers this.
        page.script("page", "0")?;
        wait_seen(&stage, false)?;
    }
    kiosk.expect_alive()
}

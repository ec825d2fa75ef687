//! The screen stays on while a visit is in use, and is the system's again afterwards.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use x11rb::protocol::screensaver::{ConnectionExt as _, State};
use x11rb::protocol::xproto::{Blanking, ConnectionExt, Exposures};

/// Seconds until the display blanks by itself.
const BLANKS_AFTER: i16 = 2;

#[test]
fn while_somebody_reads_and_not_before_or_after() -> Result<()> {
    let stage = Stage::named("screen-stays-on").up()?;
    let (display, root) = stage.display.connect()?;
    display.set_screen_saver(BLANKS_AFTER, 0, Blanking::PREFERRED, Exposures::DEFAULT)?.check()?;
    let is_blank = || {
        let state = display.screensaver_query_info(root)?.reply()?.state;
        anyhow::Ok(u8::from(State::ON) == state)
    };
    let blank = |what: &str| wait::until(what, PATIENCE, || Ok(is_blank()?.then_some(())));

    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("profile", "terminal"))?;
    kiosk.fresh(1)?;
    blank("nobody is there: it should blank")?;

    // Somebody comes, and then only reads: three times as long as the display waits.
    stage.input.click(640, 300)?;
    kiosk.event("screen.kept_on", &serde_json::json!({"keep": true}))?;
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(6) {
        ensure!(!is_blank()?, "it went dark after {:?}", since.elapsed());
        std::thread::sleep(Duration::from_millis(200));
    }

    // "I am done", and the next visit is nobody's.
    stage.input.key("F6")?;
    stage.input.key("Return")?;
    kiosk.fresh(2)?;
    blank("the visit is over: it should blank again")?;
    kiosk.expect_alive()
}

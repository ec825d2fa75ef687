//! The program's own process crashes: it starts itself anew, and the next person starts fresh.

use anyhow::{Result, ensure};
use kiosk_tests::pages::{CLEAN, DIRTY};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, screen, visitor};
use serde_json::json;

#[test]
fn in_the_middle_of_a_visit() -> Result<()> {
    let stage = Stage::named("crash").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    let own = kiosk.pid();
    kiosk.enter(&stage, 1)?;
    for (crash, signal) in (1..).zip(["ABRT", "SEGV"]) {
        let page = pages.visitor(crash)?.launched()?;
        visitor::drafts(&stage, &page, "half a sentence")?;
        page.agent_says("Dana", "Good morning")?;
        let before = kiosk.files()?;
        let mark = kiosk.log.mark();
        kiosk.signal(signal)?;
        kiosk.log.wait_after(mark, "restarted", &json!({"crashes": crash}), PATIENCE)?;
        let fresh = kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1}), PATIENCE)?;
        ensure!(fresh.field("records") == 0, "{}", fresh.raw);
        let receipt = kiosk.log.wait_after(mark, "receipt", &json!({"cause": "interrupted"}), PATIENCE)?;
        let proof = json!({"visit": 1, "used": true, "clear": "not_possible", "end": "fresh", "next": 1, "records": 0});
        ensure!(receipt.has(&proof), "{}", receipt.raw);
        kiosk.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
        stage.screen.wait_until("fresh-after-the-crash", PATIENCE, |picture| {
            screen::shows(picture, CLEAN) && !screen::shows(picture, DIRTY)
        })?;
        ensure!(kiosk.pid() == own, "a service manager would have lost it");
        kiosk.expect_no_more_open(&before)?;
        kiosk.expect_alive()?;
    }
    Ok(())
}

//! The front lifts over nothing that is not proven empty. A seam of the debug build makes the proof fail.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use kiosk_tests::pages::{BUTTON, CLEAN, COMPOSER, DIRTY};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, screen};
use serde_json::{Value, json};

const SEAM: &str = "SUPPORT_KIOSK_TEST_UNPROVEN";

#[test]
fn one_failure_is_made_good_with_another_visit() -> Result<()> {
    let stage = Stage::named("proof-once").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").variable(SEAM, "1"))?;
    kiosk.event("visit.unproven", &json!({"visit": 1, "records": 1}))?;
    let receipt = kiosk.receipt(1)?;
    ensure!(receipt.has(&json!({"cause": "unproven", "end": "discarded"})), "{}", receipt.raw);
    kiosk.enter(&stage, 2)?;
    kiosk.log.none_since(kiosk.log.start(), "visit.fresh", &json!({"visit": 1}))?;
    kiosk.log.none_since(kiosk.log.start(), "scene.shown", &json!({"scene": "out_of_service"}))?;
    pages.visitor(1)?;
    kiosk.expect_alive()
}

#[test]
fn three_failures_are_out_of_service_and_it_comes_back_by_itself() -> Result<()> {
    let stage = Stage::named("proof-thrice").unmanaged().up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").variable(SEAM, "3"))?;
    // Never a pixel of the page before the proof.
    let begun = Instant::now();
    let mut looks = 0;
    while kiosk.log.all("visit.fresh").is_empty() {
        ensure!(begun.elapsed() < Duration::from_secs(60), "it does not come back:\n{}", kiosk.log.text());
        let fresh_before = kiosk.log.all("visit.fresh").is_empty();
        let picture = stage.screen.look()?;
        // The look may have been taken after the line and before it was read here.
        let fresh_after = kiosk.log.all("visit.fresh").is_empty();
        if fresh_before && fresh_after {
            looks += 1;
            for colour in [BUTTON, CLEAN, COMPOSER, DIRTY] {
                ensure!(!screen::shows(&picture, colour), "the page was on the screen before it was proven");
            }
            if kiosk.scene_now() == "out_of_service" {
                stage.screen.shot("out-of-service-unproven")?;
            }
        }
    }
    ensure!(looks > 3, "only {looks} looks at the screen");
    for visit in 1..=3 {
        kiosk.event("visit.unproven", &json!({"visit": visit}))?;
    }
    kiosk.log.wait_after(kiosk.log.start(), "scene.shown", &json!({"scene": "out_of_service"}), PATIENCE)?;
    kiosk.fresh(4)?;
    stage.screen.wait_until("back", PATIENCE, |picture| screen::shows(picture, CLEAN))?;
    // Only one page was ever loaded.
    ensure!(pages.loads() == 1, "{} pages were loaded", pages.loads());
    let discarded = kiosk.log.all("receipt").iter().filter(|line| line.text("end") == "discarded").count();
    ensure!(discarded == 3, "{discarded} receipts of visits that were thrown away");
    kiosk.log.none_since(kiosk.log.start(), "visit.fresh", &json!({"records": Value::Null}))?;
    kiosk.expect_alive()
}

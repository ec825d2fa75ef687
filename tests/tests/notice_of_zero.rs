//! `notice.seconds = 0`: the reset follows the end at once, without a notice.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events};
use serde_json::{Value, json};

#[test]
fn the_clear_follows_the_event_at_once() -> Result<()> {
    let stage = Stage::named("notice-of-zero").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    let mark = kiosk.log.mark();
    page.event(&events::agents_end("z1"))?;
    let read = kiosk.read(1, "reset")?;
    let called = kiosk.event("clear.called", &json!({"visit": 1, "attempt": 1}))?;
    ensure!(called.at - read.at < Duration::from_millis(500), "it took {:?}", called.at - read.at);
    ensure!(page.wait_for("clear.called", &Value::Null, 1)?.fields["end"] == false);
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.log.none_since(mark, "notice.shown", &Value::Null)?;
    stage.notifications.wait_for(1, Duration::from_secs(10))?;
    Ok(())
}

#[test]
fn the_session_is_ended_on_the_server_where_that_is_configured() -> Result<()> {
    let stage = Stage::named("notice-of-zero-end").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v2").set("notice.seconds", 0).set("clear.end_session", true);
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    page.event(&events::agents_end("z2"))?;
    ensure!(page.wait_for("clear.called", &Value::Null, 1)?.fields["end"] == true);
    Ok(())
}

//! The native notification is an extra: without its service, or with one that hangs, the notice is there all the same.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Service, Setup, Stage, events, visitor};
use serde_json::{Value, json};

#[test]
fn it_is_sent_once_and_has_nothing_personal() -> Result<()> {
    let stage = Stage::named("notification").up()?;
    let (pages, kiosk) = ended(&stage, true)?;
    let sent = kiosk.event("notification.sent", &Value::Null)?;
    let note = stage.notifications.wait_for(1, Duration::from_secs(10))?;
    ensure!(sent.number("id")? == u64::from(note.id), "{}", sent.raw);
    ensure!(!note.app_name.is_empty() && !note.summary.is_empty(), "{note:?}");
    ensure!(!format!("{note:?}").contains("Dana"), "{note:?}");
    finish(&stage, &pages, &kiosk)
}

#[test]
fn no_service_is_one_line_in_the_log() -> Result<()> {
    let stage = Stage::named("notification-absent").notifications(Service::Absent).up()?;
    without(&stage, true)
}

#[test]
fn a_service_that_hangs_holds_nothing_up() -> Result<()> {
    let stage = Stage::named("notification-hanging").notifications(Service::Hanging).up()?;
    without(&stage, true)
}

#[test]
fn no_session_bus_at_all() -> Result<()> {
    let stage = Stage::named("notification-no-bus").notifications(Service::Absent).up()?;
    without(&stage, false)
}

#[test]
fn a_session_bus_that_goes_leaves_the_kiosk() -> Result<()> {
    let stage = Stage::named("notification-bus-gone").up()?;
    let (_pages, mut kiosk) = ended(&stage, true)?;
    kiosk.event("notification.sent", &Value::Null)?;
    stage.bus.end()?;
    visitor::starts_over(&stage)?;
    // The engine's pages may die of it; another takes their place. Where one is just being started, the engine ends the
    // program, which starts itself anew: then the visit was interrupted. Its receipt is there either way.
    let reset = json!({"visit": 1, "used": true, "end": "fresh", "records": 0});
    let receipt = kiosk.event("receipt", &reset)?;
    let cause = if kiosk.log.all("restarted").is_empty() { "agent_end" } else { "interrupted" };
    ensure!(receipt.text("cause") == cause, "{}", receipt.raw);
    kiosk.expect_alive()
}

#[test]
fn a_session_bus_that_goes_before_anybody_came_leaves_the_kiosk() -> Result<()> {
    let stage = Stage::named("notification-bus-gone-early").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.log.wait_after(kiosk.log.start(), "visit.fresh", &Value::Null, PATIENCE)?;
    pages.visitor(1)?.launched()?;
    stage.bus.end()?;
    // The toolkit would have the program stop now: by a signal, which it obeys politely, and so not at once.
    thread::sleep(Duration::from_secs(3));
    kiosk.expect_alive()?;

    // The engine's pages may have died of it; then another visit is there by now.
    let visit = kiosk.log.all("visit.fresh").last().context("no visit is fresh")?.number("visit")?;
    kiosk.enter(&stage, visit)?;
    let page = pages.visitor(pages.loads())?.launched()?;
    page.event(&events::agents_end("n2"))?;
    kiosk.notice(visit)?;
    visitor::starts_over(&stage)?;
    let reset = json!({"visit": visit, "used": true, "cause": "agent_end", "end": "fresh", "records": 0});
    kiosk.event("receipt", &reset)?;
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

fn without(stage: &Stage, on_bus: bool) -> Result<()> {
    let (pages, kiosk) = ended(stage, on_bus)?;
    let failed = kiosk.event("notification.failed", &Value::Null)?;
    ensure!(!failed.text("reason").is_empty(), "{}", failed.raw);
    finish(stage, &pages, &kiosk)?;
    ensure!(kiosk.log.all("notification.failed").len() == 1, "one line");
    Ok(())
}

/// A visit whose end has just been told and whose notice is up, soon.
fn ended(stage: &Stage, on_bus: bool) -> Result<(Pages, Kiosk)> {
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1");
    let kiosk = Kiosk::start(stage, if on_bus { setup } else { setup.without_bus() })?;
    kiosk.enter(stage, 1)?;
    let page = pages.visitor(1)?;
    page.agent_says("Dana", "Goodbye.")?;
    page.event(&events::agents_end("n1"))?;
    let read = kiosk.read(1, "reset")?;
    let notice = kiosk.notice(1)?;
    ensure!(notice.at - read.at < Duration::from_secs(2), "the notice took {:?}", notice.at - read.at);
    Ok((pages, kiosk))
}

fn finish(stage: &Stage, pages: &Pages, kiosk: &Kiosk) -> Result<()> {
    visitor::starts_over(stage)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    pages.visitor(2)?;
    pages.expect_no_leftovers()
}

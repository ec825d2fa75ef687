//! A page may lead to another of its own: it is the same visit.

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, scenes, visitor};
use serde_json::Value;

/// Whoever touches a second link while the page behind the first one still loads does not lose the conversation.
#[test]
fn while_it_still_loads() -> Result<()> {
    let stage = Stage::named("moves-on").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    let leads_to = |query: &str| format!("location.href = '{}'", pages.host(query));
    pages.visitor(1)?.launched()?.script_now("page", &leads_to("client=v1&unfinished=1"));
    pages.visitor(2)?.launched()?.script_now("page", &leads_to("client=v1"));
    let page = pages.visitor(3)?.launched()?;
    page.event(&events::agents_end("m1"))?;
    kiosk.notice(1)?;
    let died = kiosk.log.all("chat.died");
    ensure!(died.is_empty(), "{}", died[0].raw);
    kiosk.log.none_since(kiosk.log.start(), "visit.unproven", &Value::Null)?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// A page that thanks on another page takes the notice with it. The next one gets it, for the time that is left.
#[test]
fn under_the_notice() -> Result<()> {
    let stage = Stage::named("moves-on-noticed").up()?;
    let pages = Pages::start()?;
    let setup = scenes::with_accent(Setup::on_page(&pages, "client=v1")).set("notice.seconds", 60);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.event(&events::agents_end("m2"))?;
    kiosk.notice(1)?;
    scenes::button(&stage, "noticed")?;
    page.script_now("page", &format!("location.href = '{}'", pages.host("client=v1")));
    pages.visitor(2)?.launched()?;
    scenes::button(&stage, "noticed-again")?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

/// The page that is come back to is a new one: one that was kept aside would have no bridge.
#[test]
fn and_back() -> Result<()> {
    let stage = Stage::named("moves-back").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    pages.visitor(1)?.launched()?.script_now("page", &format!("location.href = '{}'", pages.host("client=v1&thief=1")));
    pages.visitor(2)?.launched()?.script_now("page", "history.back()");
    let page = pages.visitor(3)?.launched()?;
    page.event(&events::agents_end("m3"))?;
    kiosk.notice(1)?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.expect_alive()
}

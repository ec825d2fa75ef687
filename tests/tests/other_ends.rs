//! Ends that are not the agent's: fresh all the same on a shared machine, left alone on one person's desktop.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

#[test]
fn system_bot_supervisor_and_an_agent_after_a_silence() -> Result<()> {
    let stage = Stage::named("other-ends").up()?;
    let org = Org::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_org(&org))?;
    kiosk.enter(&stage, 1)?;
    for (visit, role) in (1..).zip(["System", "Chatbot", "Supervisor", "Agent"]) {
        let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
        if role == "Agent" {
            // An agent who closes a chat that went quiet: not an agent's end by the rule.
            org.inactive(conversation.id())?;
        }
        org.end(conversation.id(), role)?;
        kiosk.read(visit, "other_end")?;
        let notice = kiosk.notice(visit)?;
        ensure!(notice.text("cause") == "other_end", "{}", notice.raw);
        visitor::sees_notice(&stage, &format!("notice-{role}"))?;
        visitor::starts_over(&stage)?;
        kiosk.expect_reset(visit, "other_end", "confirmed")?;
    }
    kiosk.expect_alive()
}

#[test]
fn on_a_desktop_only_the_agents_end_counts() -> Result<()> {
    let stage = Stage::named("other-ends-desktop").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("profile", "desktop").set("window.full_screen", true);
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    page.event(&events::ended("d1", "Active", "System"))?;
    kiosk.read(1, "other_end")?;
    kiosk.log.none_for("notice.shown", &Value::Null, Duration::from_secs(2))?;
    // The composer is free: the shield that the event put up for a moment is gone.
    visitor::drafts(&stage, &page, "and another thing")?;
    page.event(&events::agents_end("d2"))?;
    kiosk.notice(1)?;
    visitor::starts_over(&stage)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    kiosk.fresh(2)?;
    Ok(())
}

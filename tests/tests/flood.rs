//! A page that talks without end, and a device that types without end: each costs little, is told of in a line or two, and hides
//! no end.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

/// Goes on and on, as the bridge would report it (the host page itself tells of each event, and would tell too much).
const EVENTS: &str =
    "const report = { report: 'status', entry_type: 'SessionStatusChanged', status: 'Active', previous: null,
      ended_by: null, session: 'flood' };
    const message = { cmd: 'report', callback: 1, error: 2, payload: { report } };
    setInterval(() => { for (let n = 0; n < 100; n++) __TAURI_INTERNALS__.postMessage(message); }, 20)";

#[test]
fn an_agents_end_comes_through_a_flood_of_events() -> Result<()> {
    let stage = Stage::named("flood-events").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let start = kiosk.log.mark();
    page.script("page", EVENTS)?;
    let flood = kiosk.log.wait_after(start, "blocked", &json!({"rule": "report_flood"}), Duration::from_secs(30))?;
    ensure!(flood.number("count")? > 100, "{}", flood.raw);
    ensure!(flood.text("owasp") == "excess_rate_limit_exceeded:page,reports", "{}", flood.raw);

    page.dispatch(&events::agents_end("real"))?;
    kiosk.read(1, "reset")?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    // A line for each of the reports would be tens of thousands.
    let read = kiosk.log.all("status.read").len();
    ensure!(read < 3000, "{read} reports were read");
    let told = kiosk.log.all("blocked").len();
    ensure!(told < 60, "{told} lines tell of the flood");
    kiosk.expect_alive()
}

#[test]
fn an_agents_end_comes_through_a_keyboard_that_floods() -> Result<()> {
    let stage = Stage::named("flood-keys").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1&thief=1").set("notice.seconds", 1))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    visitor::touches(&stage, &page)?;
    let start = kiosk.log.mark();
    visitor::types_while(&stage, || {
        // It goes on for a while, and what it types still arrives.
        page.wait_for("input", &Value::Null, 300)?;
        page.event(&events::agents_end("under-keys"))?;
        kiosk.notice(1)?;
        kiosk.expect_reset(1, "agent_end", "confirmed")?;
        Ok(())
    })?;
    let flood = kiosk.log.wait_after(start, "blocked", &json!({"rule": "input_flood"}), PATIENCE)?;
    ensure!(flood.number("count")? > 100, "{}", flood.raw);
    ensure!(flood.text("owasp") == "excess_rate_limit_exceeded:person,input", "{}", flood.raw);
    expect_nothing_hung(&kiosk)?;

    // The next person can write.
    let page = pages.visitor(2)?;
    visitor::first_letter(&stage, &page, 'y')?;
    kiosk.expect_alive()
}

#[test]
fn an_agents_end_comes_through_a_mouse_that_floods() -> Result<()> {
    let stage = Stage::named("flood-clicks").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1&thief=1").set("notice.seconds", 1))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    visitor::touches(&stage, &page)?;
    visitor::clicks_while(&stage, 200, 300, || {
        page.event(&events::agents_end("under-clicks"))?;
        kiosk.notice(1)?;
        kiosk.expect_reset(1, "agent_end", "confirmed")?;
        // It goes on for longer than anything may be silent that is asked whether it hangs.
        kiosk.log.wait_after(kiosk.log.mark(), "blocked", &json!({"rule": "input_flood"}), PATIENCE)?;
        Ok(())
    })?;
    expect_nothing_hung(&kiosk)?;
    kiosk.expect_alive()
}

fn expect_nothing_hung(kiosk: &Kiosk) -> Result<()> {
    for trouble in ["network_process.hung", "front.hung", "chat.died"] {
        ensure!(kiosk.log.all(trouble).is_empty(), "the flood brought {trouble}");
    }
    Ok(())
}

#[test]
fn messages_that_are_no_report_are_refused_before_anybody_reads_them() -> Result<()> {
    let stage = Stage::named("flood-messages").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let post = "const post = (message) => webkit.messageHandlers.ipc.postMessage(message);";
    for (place, script, rule) in [
        // A frame has the channel, and not the key.
        (
            "frame",
            "post(JSON.stringify({ cmd: 'report', payload: {}, __TAURI_INVOKE_KEY__: 'SECRET-MARKER' }))",
            "message_key",
        ),
        ("frame", "post('{')", "message"),
        ("page", "post({ cmd: 'report' })", "message"),
        ("page", "post('x'.repeat(32 << 20))", "message_size"),
        (
            "page",
            "__TAURI_INTERNALS__.postMessage({ cmd: 'front_action', callback: 1, error: 2, payload: {} })",
            "command",
        ),
        (
            "page",
            "__TAURI_INTERNALS__.postMessage({ cmd: 'report', callback: 1, error: 2, payload: { report: 7 } })",
            "report",
        ),
    ] {
        let mark = kiosk.log.mark();
        page.script(place, &format!("{post} {script}"))?;
        kiosk.log.wait_after(mark, "blocked", &json!({"rule": rule}), PATIENCE)?;
    }
    // Many of them are a few lines, and the page is in service all the same.
    let before = kiosk.log.all("blocked").len();
    page.script("frame", &format!("{post} for (let n = 0; n < 20000; n++) post('{{')"))?;
    let mark = kiosk.log.mark();
    let sum = kiosk.log.wait_line(mark, "the count of the flood", PATIENCE, |line| {
        line.text("rule") == "message" && line.number("count").is_ok()
    })?;
    ensure!(sum.number("count")? > 10_000, "{}", sum.raw);
    ensure!(kiosk.log.all("blocked").len() < before + 20, "{}", kiosk.log.text());
    page.dispatch(&events::agents_end("real"))?;
    kiosk.read(1, "reset")?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    ensure!(!kiosk.log.text().contains("MARKER"), "the page wrote into the log: {}", kiosk.log.text());
    kiosk.log.none_since(kiosk.log.start(), "chat.died", &Value::Null)?;
    kiosk.expect_alive()
}

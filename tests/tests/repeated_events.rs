//! An end that is told twice, or late, counts once.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, visitor};
use serde_json::{Value, json};

#[test]
fn the_stream_says_everything_twice_and_again() -> Result<()> {
    let stage = Stage::named("repeated-stream").up()?;
    let org = Org::start()?;
    org.faults(&json!({"stream": "duplicate"}))?;
    let kiosk = Kiosk::start(&stage, Setup::on_org(&org))?;
    kiosk.enter(&stage, 1)?;
    let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
    org.end(conversation.id(), "Agent")?;
    kiosk.read(1, "reset")?;
    kiosk.read(1, "ignore")?;
    kiosk.notice(1)?;
    org.replay(conversation.id(), 5)?;
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    ensure!(kiosk.log.all("clear.called").len() == 1, "one end, one clear");
    ensure!(stage.notifications.all().len() == 1, "one end, one notification");
    Ok(())
}

#[test]
fn an_end_that_comes_late_does_not_touch_the_next_visit() -> Result<()> {
    let stage = Stage::named("repeated-late").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    kiosk.enter(&stage, 1)?;
    pages.visitor(1)?.event(&events::agents_end("once"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;

    let page = pages.visitor(2)?;
    page.event(&events::agents_end("once"))?;
    kiosk.read(2, "ignore")?;
    kiosk.log.none_for("clear.called", &json!({"visit": 2}), Duration::from_secs(1))?;
    // Another session's end is one.
    page.event(&events::agents_end("twice"))?;
    kiosk.read(2, "reset")?;
    kiosk.expect_reset(2, "agent_end", "confirmed")?;
    Ok(())
}

#[test]
fn junk_is_logged_as_invalid_and_the_next_good_event_works() -> Result<()> {
    let stage = Stage::named("repeated-junk").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    let name = "'onEmbeddedMessagingSessionStatusUpdate'";
    for junk in [
        "null",
        "7",
        "[]",
        "'text'",
        "{}",
        "(() => { const loop = {}; loop.conversationEntry = loop; return loop; })()",
        "{ get conversationEntry() { throw new Error('no'); } }",
        "{ conversationEntry: { entryPayload: '\\ud83d' } }",
        "{ conversationEntry: { entryPayload: 'x'.repeat(10 << 20) } }",
        "new Proxy({}, { get() { throw new Error('no'); } })",
    ] {
        let mark = kiosk.log.mark();
        page.script("page", &format!("dispatchEvent(new CustomEvent({name}, {{ detail: {junk} }}))"))?;
        let read = kiosk.log.wait_after(mark, "status.read", &Value::Null, Duration::from_secs(10))?;
        ensure!(read.text("outcome") == "invalid", "{junk}: {}", read.raw);
    }
    kiosk.log.none_for("notice.shown", &Value::Null, Duration::from_millis(500))?;
    page.dispatch(&events::agents_end("good"))?;
    kiosk.notice(1)?;
    kiosk.expect_alive()
}

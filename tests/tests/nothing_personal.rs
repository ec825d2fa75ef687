//! Words that were said, typed or stored in a visit are in no log, no file and no notification: not even at debug.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::searches::{marker, search};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, events, visitor};
use serde_json::json;

#[test]
fn messages_and_names_of_a_conversation() -> Result<()> {
    let stage = Stage::named("personal-chat").up()?;
    let org = Org::start()?;
    let [question, answer, name, draft] = ["question", "answer", "name", "draft"].map(marker);
    let setup = Setup::on_org(&org).set("log.level", "trace").set("notice.seconds", 2);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let conversation = visitor::talks(&stage, &org, &name, &question, &answer)?;
    let session = conversation.session().to_owned();
    stage.input.type_text(&draft)?;
    org.end(conversation.id(), "Agent")?;
    kiosk.notice(1)?;
    stage.notifications.wait_for(1, Duration::from_secs(10))?;
    let words = [question.as_str(), &answer, &name, &draft, conversation.id(), &session];
    expect_none(&stage, &kiosk, &words)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    expect_none(&stage, &kiosk, &words)?;
    kiosk.terminate()?;
    kiosk.wait_exit(Duration::from_secs(10))?;
    expect_none(&stage, &kiosk, &words)
}

#[test]
fn tokens_and_whatever_an_event_or_a_page_carries() -> Result<()> {
    let stage = Stage::named("personal-page").up()?;
    let pages = Pages::start()?;
    let [token, session, status, console, address] = ["token", "session", "status", "console", "address"].map(marker);
    let setup =
        Setup::on_page(&pages, &format!("client=v1&token={token}")).set("log.level", "trace").set("notice.seconds", 0);
    let kiosk = Kiosk::start(&stage, setup)?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", &format!("console.error('{console}'); throw new Error('{console}')"))?;
    page.script("page", &format!("history.pushState(null, '', '#{address}')"))?;
    page.dispatch(&json!({"conversationEntry": {"entryPayload": format!("{{\"sessionStatus\":\"{status}\"}}")}}))?;
    kiosk.read(1, "ignore")?;
    page.dispatch(&json!({"conversationEntry": {"entryPayload": format!("no json but {status}")}}))?;
    kiosk.read(1, "invalid")?;
    page.dispatch(&events::agents_end(&session))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    // The token stands in the page's address too, which is configured and no visitor's: so it is searched where only a
    // leak can bring it.
    let words = [session.as_str(), &status, &console, &address];
    expect_none(&stage, &kiosk, &words)?;
    ensure!(!kiosk.log.text().contains(&token), "the page's address, with its query, is in the log");
    Ok(())
}

fn expect_none(stage: &Stage, kiosk: &Kiosk, words: &[&str]) -> Result<()> {
    let found = search(stage, kiosk, words)?;
    ensure!(found.is_empty(), "{found:#?}");
    Ok(())
}

//! The whole visit, three times in a row: chat, the agent's end, notice, clear, and a next person who finds nothing.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::visitor;
use kiosk_tests::windows;
use kiosk_tests::{Kiosk, Org, Setup, Stage};
use serde_json::json;

#[test]
fn three_visits_in_a_row_each_begin_fresh_under_a_window_manager() -> Result<()> {
    three_visits(&Stage::named("agents-end").up()?)
}

#[test]
fn three_visits_in_a_row_each_begin_fresh_without_a_window_manager() -> Result<()> {
    three_visits(&Stage::named("agents-end-unmanaged").unmanaged().up()?)
}

fn three_visits(stage: &Stage) -> Result<()> {
    let org = Org::start()?;
    let mut kiosk = Kiosk::start(stage, Setup::on_org(&org).set("notice.seconds", 6))?;
    kiosk.enter(stage, 1)?;
    windows::expect_one_covering(stage.display.name())?;
    visitor::sees_start(stage)?;
    let fresh = stage.screen.wait_still("fresh-1")?;

    for visit in 1..=3 {
        let sessions = org.counter("sessions_started")?;
        let conversation =
            visitor::talks(stage, &org, "Dana", &format!("My order {visit} is late"), "I am looking into it")?;
        ensure!(org.counter("sessions_started")? == sessions + 1);
        stage.screen.expect_painted(&format!("chatting-{visit}"))?;

        org.end(conversation.id(), "Agent")?;
        let read = kiosk.read(visit, "reset")?;
        ensure!(!read.text("reason").is_empty(), "a reason that a person understands: {}", read.raw);
        let notice = kiosk.notice(visit)?;
        ensure!(notice.text("cause") == "agent_end", "{}", notice.raw);
        let (x, y) = visitor::sees_notice(stage, &format!("notice-{visit}"))?;
        expect_notification(stage, visit)?;

        stage.input.type_text("are you still there")?;
        // By a key, by a finger, by the countdown.
        match visit {
            1 => visitor::starts_over(stage)?,
            2 => visitor::touches_button(stage, (x, y))?,
            _ => {}
        }
        kiosk.event("clear.called", &json!({"visit": visit, "attempt": 1}))?;
        kiosk.event("clear.settled", &json!({"visit": visit, "attempt": 1, "result": "confirmed"}))?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;

        let after = org.conversation(conversation.id())?;
        ensure!(after.sessions() == 1 && after.status() == "Ended", "a key went back into the queue: {after:?}");
        visitor::finds(stage, &format!("fresh-{}", visit + 1), &fresh)?;
        ensure!(kiosk.webkit("WebKitWebProces")?.len() <= 3, "old pages are left: {:?}", kiosk.processes()?);
    }
    kiosk.expect_alive()
}

fn expect_notification(stage: &Stage, visit: u64) -> Result<()> {
    let note = stage.notifications.wait_for(usize::try_from(visit)?, Duration::from_secs(10))?;
    ensure!(!note.summary.is_empty(), "{note:?}");
    let text = format!("{} {}", note.summary, note.body);
    ensure!(!text.contains("Dana") && !text.contains("order"), "personal: {text}");
    Ok(())
}

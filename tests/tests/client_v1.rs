//! Pages that behave, and fail, like the first generation of Salesforce's host script.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::pages::{CLEAN, DIRTY};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, screen};
use serde_json::json;

#[test]
fn all_well() -> Result<()> {
    let trial = Trial::run("v1-well", "clear=well", "confirmed", 1)?;
    trial.expect_results(&["confirmed"])
}

#[test]
fn a_dead_frame_never_settles_and_the_next_person_starts_fresh_all_the_same() -> Result<()> {
    let trial = Trial::run("v1-dead", "clear=dead", "unconfirmed", 2)?;
    trial.expect_results(&["timed_out", "timed_out"])
}

#[test]
fn a_later_call_settles() -> Result<()> {
    let trial = Trial::run("v1-dead-once", "clear=dead-once", "confirmed", 2)?;
    trial.expect_results(&["timed_out", "confirmed"])
}

#[test]
fn ready_without_a_button_is_no_confirmation() -> Result<()> {
    let trial = Trial::run("v1-no-agent", "clear=no-agent", "unconfirmed", 2)?;
    ensure!(trial.results()[0] == "timed_out", "{:?}", trial.results());
    Ok(())
}

#[test]
fn a_clear_that_throws() -> Result<()> {
    let trial = Trial::run("v1-throw", "clear=throw", "unconfirmed", 2)?;
    trial.expect_results(&["threw", "threw"])
}

#[test]
fn a_clear_that_rejects_with_a_string() -> Result<()> {
    let trial = Trial::run("v1-reject", "clear=reject", "unconfirmed", 2)?;
    trial.expect_results(&["rejected", "rejected"])
}

/// One visit with a transcript, ended by the agent, on a page that clears as the query says; then the next person.
struct Trial {
    kiosk: Kiosk,
    _stage: Stage,
}

impl Trial {
    fn run(name: &str, query: &str, clear: &str, calls: usize) -> Result<Self> {
        let stage = Stage::named(name).up()?;
        let pages = Pages::start()?;
        let setup = Setup::on_page(&pages, &format!("client=v1&{query}"))
            .set("notice.seconds", 0)
            .set("clear.timeout_seconds", 1)
            .set("clear.attempts", 2);
        let kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        let page = pages.visitor(1)?;
        page.agent_says("Dana", "Good morning")?;
        stage.screen.wait_until("chatting", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
        page.event(&events::agents_end("v1"))?;

        kiosk.expect_reset(1, "agent_end", clear)?;
        ensure!(page.clears() == calls, "{} calls of clearSession, not {calls}", page.clears());
        pages.visitor(2)?;
        stage
            .screen
            .wait_until("next", PATIENCE, |picture| screen::shows(picture, CLEAN) && !screen::shows(picture, DIRTY))?;
        pages.expect_no_leftovers()?;
        kiosk.log.none_for("clear.called", &json!({"visit": 2}), Duration::from_millis(300))?;
        Ok(Self { kiosk, _stage: stage })
    }

    fn results(&self) -> Vec<String> {
        let settled = self.kiosk.log.all("clear.settled");
        settled.iter().map(|line| line.text("result").to_owned()).collect()
    }

    fn expect_results(&self, expected: &[&str]) -> Result<()> {
        ensure!(self.results() == expected, "{:?} instead of {expected:?}", self.results());
        Ok(())
    }
}

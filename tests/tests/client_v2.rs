//! Pages that behave, and fail, like the second generation of Salesforce's host script.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::pages::{CLEAN, DIRTY, Page};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};

#[test]
fn all_well() -> Result<()> {
    let trial = Trial::begin("v2-well", "clear=well")?;
    trial.end(&["confirmed"], "confirmed")
}

#[test]
fn a_promise_that_resolves_after_five_seconds_is_not_believed() -> Result<()> {
    let trial = Trial::begin("v2-dead", "clear=dead")?;
    trial.end(&["frame_silent"], "unconfirmed")
}

#[test]
fn a_clear_that_throws() -> Result<()> {
    let trial = Trial::begin("v2-throw", "clear=throw")?;
    trial.end(&["rejected", "rejected", "rejected"], "unconfirmed")
}

#[test]
fn a_clear_that_rejects_with_a_string() -> Result<()> {
    let trial = Trial::begin("v2-reject", "clear=reject")?;
    trial.end(&["rejected", "rejected", "rejected"], "unconfirmed")
}

#[test]
fn a_late_answer_of_the_frame_wipes_nothing_of_the_next_visitor() -> Result<()> {
    let trial = Trial::begin("v2-late", "clear=late")?;
    let first = trial.pages.visitor(1)?;
    trial.end(&["frame_silent"], "unconfirmed")?;
    let next = trial.pages.visitor(2)?;
    visitor::drafts(&trial.stage, &next, "my own words")?;
    // The frame of the first visit would answer seven seconds after it was asked.
    trial.kiosk.log.none_for("clear.called", &json!({"visit": 2}), Duration::from_secs(3))?;
    ensure!(next.seen("wiped").is_empty(), "the late answer wiped the next visitor's words");
    ensure!(first.seen("wiped").is_empty(), "the first visit's frame outlived it");
    stage_shows(&trial.stage, &next, "my own words, longer")
}

#[test]
fn a_navigation_that_does_not_leave_does_not_make_it_deaf() -> Result<()> {
    let trial = Trial::begin("v2-deaf", "clear=well")?;
    let page = trial.pages.visitor(1)?;
    page.navigate("/nothing")?;
    // The page has lived on, and its chat client with it: it still takes commands, and the next event comes through.
    page.script("page", "if (window.RPCManager === undefined) Control.tell('failed', { what: 'deaf' })")?;
    ensure!(page.seen("deaf").is_empty() && page.seen("failed").is_empty(), "the client went deaf");
    trial.end(&["confirmed"], "confirmed")
}

#[test]
fn a_deaf_client_is_not_believed() -> Result<()> {
    let trial = Trial::begin("v2-deaf-already", "clear=well")?;
    let page = trial.pages.visitor(1)?;
    page.script("page", "window.RPCManager = undefined")?;
    page.dispatch(&events::agents_end("v2"))?;
    trial.kiosk.expect_reset(1, "agent_end", "unconfirmed")?;
    trial.expect_results(&["deaf"])?;
    trial.expect_next()
}

fn stage_shows(stage: &Stage, page: &Page<'_>, text: &str) -> Result<()> {
    stage.input.type_text(", longer")?;
    page.wait_for("input", &json!({"value": text}), 1)?;
    Ok(())
}

/// A visit with a transcript on a page that clears as the query says.
struct Trial {
    kiosk: Kiosk,
    pages: Pages,
    stage: Stage,
}

impl Trial {
    fn begin(name: &str, query: &str) -> Result<Self> {
        let stage = Stage::named(name).up()?;
        let pages = Pages::start()?;
        let setup = Setup::on_page(&pages, &format!("client=v2&{query}")).set("notice.seconds", 0);
        let kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        pages.visitor(1)?.agent_says("Dana", "Good morning")?;
        stage.screen.wait_until("chatting", PATIENCE, |picture| screen::shows(picture, DIRTY))?;
        Ok(Self { kiosk, pages, stage })
    }

    /// The agent ends it; then the next person.
    fn end(&self, results: &[&str], clear: &str) -> Result<()> {
        let page = self.pages.visitor(1)?;
        page.event(&events::agents_end("v2"))?;
        self.kiosk.expect_reset(1, "agent_end", clear)?;
        self.expect_results(results)?;
        ensure!(page.clears() == results.len(), "{} calls of clearSession", page.clears());
        self.expect_next()
    }

    fn expect_next(&self) -> Result<()> {
        self.pages.visitor(2)?;
        self.stage
            .screen
            .wait_until("next", PATIENCE, |picture| screen::shows(picture, CLEAN) && !screen::shows(picture, DIRTY))?;
        self.pages.expect_no_leftovers()
    }

    fn expect_results(&self, expected: &[&str]) -> Result<()> {
        self.kiosk.log.wait_for("clear.settled", &Value::Null, PATIENCE)?;
        let settled = self.kiosk.log.all("clear.settled");
        let results: Vec<&str> = settled.iter().map(|line| line.text("result")).collect();
        ensure!(results == expected, "{results:?} instead of {expected:?}");
        Ok(())
    }
}

//! A page that wants a process to itself gets another one than its visit was born with, in the middle of its load.

use anyhow::{Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, visitor, wait};
use serde_json::{Value, json};

const PAGE: &str = "client=v1&alone=1";

#[test]
fn no_process_of_a_visit_outlives_it() -> Result<()> {
    let stage = Stage::named("own-process").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, PAGE))?;
    kiosk.enter(&stage, 1)?;
    let mut before = only_front_and_page(&kiosk)?;
    for (visit, load) in (1..=3).zip(1..) {
        let page = pages.visitor(load)?.launched()?;
        visitor::drafts(&stage, &page, "half a sentence")?;
        page.event(&events::agents_end(&format!("own{visit}")))?;
        kiosk.notice(visit)?;
        visitor::sees_notice(&stage, "notice")?;
        visitor::starts_over(&stage)?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        let after = only_front_and_page(&kiosk)?;
        let stayed: Vec<_> = after.iter().filter(|pid| before.contains(pid)).collect();
        ensure!(stayed.len() == 1, "only the front's process stays: {before:?}, then {after:?}");
        before = after;
    }
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

/// The engine tells nobody that it has lost the page's process before the page was there. Nobody waits for it for ever.
#[test]
fn it_dies_before_the_page_is_there() -> Result<()> {
    let stage = Stage::named("own-process-dies").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, PAGE).set("chat.ready_seconds", 15))?;
    // The front's, and the one that the visit was born with.
    let mut born = Vec::new();
    let network = wait::until("there should be a front and a visit", PATIENCE, || {
        born = kiosk.webkit("WebKitWebProces")?;
        Ok(kiosk.webkit("WebKitNetworkPr")?.into_iter().next().filter(|_| born.len() == 2))
    })?;
    // As long as nothing comes from the network, the page does not.
    let own = wait::until("the page should get a process to itself", PATIENCE, || {
        Ok(kiosk.webkit("WebKitWebProces")?.into_iter().find(|one| born.iter().all(|other| other.pid != one.pid)))
    })?;
    network.signal("STOP")?;
    // The engine takes the program along when a process dies while it starts.
    let mut asleep = 0;
    wait::until("the page's own process should wait for the page", PATIENCE, || {
        let is_asleep = kiosk.processes()?.iter().any(|one| one.pid == own.pid && one.state == 'S');
        asleep = if is_asleep { asleep + 1 } else { 0 };
        Ok((asleep == ASLEEP).then_some(()))
    })?;
    own.signal("KILL")?;
    network.signal("CONT")?;
    kiosk.event("scene.shown", &json!({"scene": "out_of_service", "reason": "never_ready"}))?;
    kiosk.event("visit.fresh", &Value::Null)?;
    wait::until("the front should lift", PATIENCE, || Ok((kiosk.scene_now() == "none").then_some(())))?;
    kiosk.expect_alive()
}

/// A process that sleeps whenever it is looked at, so many times in a row, has started.
const ASLEEP: u32 = 30;

/// The processes of pages as soon as there are two.
fn only_front_and_page(kiosk: &Kiosk) -> Result<Vec<u32>> {
    wait::until("only the front's and the page's process should be left", PATIENCE, || {
        let all: Vec<u32> = kiosk.webkit("WebKitWebProces")?.iter().map(|one| one.pid).collect();
        Ok(Some(all).filter(|all| all.len() == 2))
    })
}

//! The next visit is made while the notice is read: nobody sees it, and whoever comes next finds it at once.

use anyhow::{Context, Result, ensure};
use kiosk_tests::gate::{Gate, Mode};
use kiosk_tests::kiosk::BRAND;
use kiosk_tests::pages::{CLEAN, DIRTY, Page};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Config, Kiosk, Pages, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};

#[test]
fn it_waits_behind_the_notice_and_is_there_at_once() -> Result<()> {
    let stage = Stage::named("spare").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    ended(&stage, &kiosk, &pages)?;
    // Its page is up and painted when the frame in it has said so; the old one is on the screen all the while.
    let next = pages.visitor(2)?.launched()?;
    for look in 0..20 {
        let picture = stage.screen.look()?;
        ensure!(!screen::shows(&picture, CLEAN), "the next page is on the screen, look {look}");
        ensure!(screen::shows(&picture, BRAND), "the notice is gone, look {look}");
    }
    stage.screen.shot("notice-with-spare")?;
    ensure!(kiosk.log.all("visit.fresh").len() == 1, "it is no visit yet");

    let mark = kiosk.log.mark();
    visitor::starts_over(&stage)?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.log.none_since(mark, "visit.started", &Value::Null)?;
    stage
        .screen
        .wait_until("fresh", PATIENCE, |picture| screen::shows(picture, CLEAN) && !screen::shows(picture, DIRTY))?;
    // The keyboard is the new page's, the old page is gone.
    visitor::drafts(&stage, &next, "hello")?;
    wait::until("the old page's end", PATIENCE, || Ok((kiosk.webkit("WebKitWebProces")?.len() == 2).then_some(())))?;
    pages.expect_no_leftovers()?;
    kiosk.expect_alive()
}

#[test]
fn one_whose_process_dies_is_thrown_away_and_the_reset_goes_on() -> Result<()> {
    let stage = Stage::named("spare-dies").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    ended(&stage, &kiosk, &pages)?;
    pages.visitor(2)?.launched()?;
    let mut processes = kiosk.webkit("WebKitWebProces")?;
    ensure!(processes.len() == 3, "the front, the visit's, the next one's: {processes:?}");
    processes.sort_by_key(|one| one.pid);
    processes.last().context("it has no process")?.signal("KILL")?;
    kiosk.event("chat.died", &json!({"visit": 2, "reason": "crashed"}))?;
    let receipt = kiosk.receipt(2)?;
    ensure!(receipt.has(&json!({"cause": "died", "end": "discarded"})), "{}", receipt.raw);
    visitor::sees_notice(&stage, "still-there")?;
    visitor::starts_over(&stage)?;
    let receipt = kiosk.receipt(1)?;
    ensure!(receipt.has(&json!({"end": "fresh", "next": 3, "discarded": 0})), "{}", receipt.raw);
    kiosk.expect_alive()
}

#[test]
fn what_ends_the_visit_under_the_notice_takes_it_along() -> Result<()> {
    for (name, process) in [("page", "WebKitWebProces"), ("network", "WebKitNetworkPr")] {
        let stage = Stage::named(&format!("spare-{name}-dies")).up()?;
        let pages = Pages::start()?;
        let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
        ended(&stage, &kiosk, &pages)?;
        pages.visitor(2)?.launched()?;
        let mut processes = kiosk.webkit(process)?;
        processes.sort_by_key(|one| one.pid);
        // The front's page is older than the visit's.
        let oldest = usize::from(name == "page");
        processes.get(oldest).with_context(|| format!("no {name}'s process: {processes:?}"))?.signal("KILL")?;
        let receipt = kiosk.receipt(1)?;
        ensure!(
            receipt.has(&json!({"clear": "not_possible", "end": "fresh", "records": 0})),
            "{name}: {}",
            receipt.raw
        );
        ensure!(receipt.field("next").as_u64() > Some(2), "{name}: {}", receipt.raw);
        stage.screen.wait_until("fresh", PATIENCE, |picture| screen::shows(picture, CLEAN))?;
        wait::until(
            "the old pages' end",
            PATIENCE,
            || Ok((kiosk.webkit("WebKitWebProces")?.len() == 2).then_some(())),
        )?;
        kiosk.expect_alive()?;
    }
    Ok(())
}

#[test]
fn one_whose_page_does_not_come_is_made_anew() -> Result<()> {
    let stage = Stage::named("spare-hangs").up()?;
    let pages = Pages::start()?;
    let port = pages.origin().rsplit(':').next().and_then(|port| port.parse().ok());
    let gate = Gate::before(port.context("the page's port")?)?;
    let url = format!("http://localhost:{}/host.html?client=v1", gate.port());
    let config = Config::new().chat(&url, &[&pages.frame_origin()]).set("notice.seconds", 600);
    let mut kiosk = Kiosk::start(&stage, Setup::new(config).set("chat.ready_seconds", 5))?;
    kiosk.enter(&stage, 1)?;
    gate.set(Mode::Hanging)?;
    pages.visitor(1)?.launched()?.event(&events::agents_end("hangs"))?;
    kiosk.notice(1)?;
    let receipt = kiosk.receipt(2)?;
    ensure!(receipt.has(&json!({"cause": "never_ready", "end": "discarded"})), "{}", receipt.raw);
    gate.set(Mode::Open)?;
    visitor::starts_over(&stage)?;
    let receipt = kiosk.receipt(1)?;
    ensure!(receipt.has(&json!({"cause": "agent_end", "end": "fresh", "next": 3})), "{}", receipt.raw);
    kiosk.expect_alive()
}

#[test]
fn without_it_the_next_page_comes_after_the_reset() -> Result<()> {
    let stage = Stage::named("spare-off").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("visit.spare", false).set("notice.seconds", 5);
    let kiosk = Kiosk::start(&stage, setup)?;
    ended(&stage, &kiosk, &pages)?;
    kiosk.event("clear.called", &json!({"visit": 1}))?;
    ensure!(pages.loads() == 1, "a page was loaded while the notice was up");
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    Ok(())
}

/// A visit with a transcript, up to the notice.
fn ended<'a>(stage: &Stage, kiosk: &Kiosk, pages: &'a Pages) -> Result<Page<'a>> {
    kiosk.enter(stage, 1)?;
    let page = pages.visitor(1)?;
    page.agent_says("Dana", "The number is 4711.")?;
    page.event(&events::agents_end("spare"))?;
    kiosk.notice(1)?;
    visitor::sees_notice(stage, "notice")?;
    Ok(page)
}

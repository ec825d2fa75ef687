//! The visitor ends the chat: no notice, and the next person starts fresh.

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Org, Pages, Setup, Stage, visitor};
use serde_json::Value;

#[test]
fn the_visitors_own_close_is_followed_by_a_fresh_visit() -> Result<()> {
    let stage = Stage::named("visitors-close").up()?;
    let org = Org::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_org(&org))?;
    kiosk.enter(&stage, 1)?;
    let mark = kiosk.log.mark();
    let conversation = visitor::talks(&stage, &org, "Dana", "Thank you", "You are welcome")?;
    visitor::ends_chat(&stage)?;
    org.wait_until(conversation.id(), "the visitor should have closed it", |one| !one.is_open())?;
    kiosk.fresh(2)?;
    let receipt = kiosk.receipt(1)?;
    let cause = receipt.text("cause");
    ensure!(["visitor_close", "other_end"].contains(&cause), "{}", receipt.raw);
    kiosk.log.none_since(mark, "status.read", &serde_json::json!({"outcome": "reset"}))?;
    stage.screen.wait_painted("fresh-2")?;
    kiosk.expect_alive()
}

#[test]
fn the_pages_word_that_the_visitor_closed_the_chat_is_enough() -> Result<()> {
    let stage = Stage::named("visitors-close-page").up()?;
    let pages = Pages::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    let mark = kiosk.log.mark();
    page.visitor_closes()?;
    kiosk.expect_reset(1, "visitor_close", "confirmed")?;
    kiosk.log.none_since(mark, "notice.shown", &Value::Null)?;
    pages.visitor(2)?;
    pages.expect_no_leftovers()
}

//! `[salesforce]` instead of a page of the company's own: our branded page with the documented snippet.

use std::net::TcpListener;

use anyhow::{Result, ensure};
use kiosk_tests::{Kiosk, Org, Setup, Stage, visitor, windows};

#[test]
fn a_whole_visit_on_the_page_that_the_kiosk_serves() -> Result<()> {
    let stage = Stage::named("salesforce-page").up()?;
    let org = Org::start()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let kiosk = Kiosk::start(&stage, Setup::on_salesforce(&org, port))?;
    kiosk.enter(&stage, 1)?;
    windows::expect_one_covering(stage.display.name())?;
    stage.screen.wait_painted("branded")?;
    for visit in 1..=2 {
        let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
        stage.screen.expect_painted(&format!("chatting-{visit}"))?;
        org.end(conversation.id(), "Agent")?;
        kiosk.notice(visit)?;
        visitor::starts_over(&stage)?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        ensure!(org.conversation(conversation.id())?.sessions() == 1);
    }
    Ok(())
}

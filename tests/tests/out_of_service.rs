//! When there is no chat: the out-of-service scene, a retry, and back by itself. Never a blank window.

use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::gate::{Gate, Mode};
use kiosk_tests::tls::Impostor;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Config, Kiosk, Org, Pages, Setup, Stage, wait};
use serde_json::{Value, json};

#[test]
fn a_page_that_is_never_ready() -> Result<()> {
    let stage = Stage::named("never-ready").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1&ready=never").set("chat.ready_seconds", 2);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    expect_reason(&kiosk, "never_ready")?;
    stage.screen.wait_still("out-of-service")?;
    // It tries again by itself, with a new visit.
    kiosk.event("visit.started", &json!({"visit": 2}))?;
    pages.visitor(2)?;
    kiosk.log.none_for("visit.fresh", &Value::Null, Duration::from_secs(1))?;
    kiosk.expect_alive()
}

#[test]
fn a_server_that_is_away_and_comes_back() -> Result<()> {
    let stage = Stage::named("unreachable").up()?;
    let port = free_port()?;
    let url = format!("http://localhost:{port}/host.html?client=v1");
    // The frame's port is not known before its server is up; the host page does not need it to become ready.
    let mut kiosk = Kiosk::start(&stage, Setup::new(Config::new().chat(&url, &[])))?;
    expect_reason(&kiosk, "network")?;
    stage.screen.wait_still("away")?;
    kiosk.event("visit.started", &json!({"visit": 2}))?;

    let _pages = Pages::on_port(port)?;
    let fresh = kiosk.event("visit.fresh", &Value::Null)?;
    ensure!(fresh.field("records") == 0, "{}", fresh.raw);
    wait::until("the front should lift", PATIENCE, || Ok((kiosk.scene_now() == "none").then_some(())))?;
    stage.screen.wait_still("back")?;
    kiosk.expect_alive()
}

#[test]
fn an_org_in_maintenance() -> Result<()> {
    let stage = Stage::named("maintenance").up()?;
    let org = Org::start()?;
    org.faults(&json!({"http": "423"}))?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("chat.ready_seconds", 3))?;
    expect_reason(&kiosk, "maintenance")?;
    stage.screen.wait_still("maintenance")?;
    org.faults(&json!({"http": "ok"}))?;
    kiosk.event("visit.fresh", &Value::Null)?;
    kiosk.expect_alive()
}

/// A network that wants a sign-in first answers in the name of every server.
#[test]
fn a_page_of_the_networks_own() -> Result<()> {
    let stage = Stage::named("portal").up()?;
    let (pages, portal) = (Pages::start()?, Pages::start()?);
    let gate = before(&pages)?;
    gate.set(Mode::Elsewhere(format!("{}/host.html?client=v1", portal.origin())))?;
    let mut kiosk = Kiosk::start(&stage, through(&gate, &pages))?;
    expect_reason(&kiosk, "other_page")?;
    stage.screen.wait_still("portal")?;
    ensure!(portal.loads() == 0, "the network's own page was loaded");
    gate.set(Mode::Open)?;
    kiosk.event("visit.fresh", &Value::Null)?;
    kiosk.expect_alive()
}

/// A page, or a proxy before it, that wants a name and a password: nobody is asked for them, and nobody waits in vain.
#[test]
fn a_page_behind_a_password() -> Result<()> {
    let stage = Stage::named("password").up()?;
    let pages = Pages::start()?;
    let gate = before(&pages)?;
    gate.set(Mode::Locked)?;
    let mut kiosk = Kiosk::start(&stage, through(&gate, &pages))?;
    expect_reason(&kiosk, "other_page")?;
    kiosk.event("blocked", &json!({"rule": "http_authentication"}))?;
    stage.screen.wait_still("password")?;
    gate.set(Mode::Open)?;
    kiosk.event("visit.fresh", &Value::Null)?;
    ensure!(kiosk.log.all("page.loaded_again").is_empty(), "what was refused was asked for again");
    kiosk.expect_alive()
}

/// A server that cannot prove who it is: said in plain words, tried again, and never a way past it.
#[test]
fn a_bad_certificate() -> Result<()> {
    let stage = Stage::named("certificate").up()?;
    let impostor = Impostor::start(&stage.home)?;
    let setup = Setup::new(Config::new().chat(&impostor.url(), &[]));
    let mut kiosk = Kiosk::start(&stage, setup)?;
    expect_reason(&kiosk, "certificate")?;
    stage.screen.wait_still("certificate")?;
    // It tries again, and comes to the same.
    kiosk.event("visit.started", &json!({"visit": 2}))?;
    let second = kiosk.log.mark();
    kiosk.log.wait_after(second, "scene.shown", &json!({"reason": "certificate"}), PATIENCE)?;
    ensure!(kiosk.log.all("visit.fresh").is_empty(), "it let the impostor in");
    ensure!(impostor.requests() == 0, "it sent a request to a server that could not prove who it is");
    kiosk.expect_alive()
}

#[test]
fn the_chat_pages_port_is_taken() -> Result<()> {
    let stage = Stage::named("port-taken").up()?;
    let org = Org::start()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port();
    let mut kiosk = Kiosk::start(&stage, Setup::on_salesforce(&org, port))?;
    let seen = kiosk.log.wait_line(kiosk.log.start(), "a word on the port", PATIENCE, |line| {
        line.raw.contains(&port.to_string()) && line.event() != "visit.started"
    });
    let said = kiosk.log.text();
    ensure!(!said.contains("panicked"), "{said}");
    seen?;
    // Either it ends, or it says so on the screen.
    let ended = wait::until("it should end or say that it is out of service", PATIENCE, || {
        let scene = kiosk.scene_now() == "out_of_service";
        Ok(if scene { Some(None) } else { kiosk.try_exit()?.map(Some) })
    })?;
    match ended {
        Some(status) => ensure!(!status.success(), "it ended as if all were well"),
        None => drop(stage.screen.wait_still("port-taken")?),
    }
    Ok(())
}

fn expect_reason(kiosk: &Kiosk, reason: &str) -> Result<()> {
    kiosk.event("scene.shown", &json!({"scene": "out_of_service", "reason": reason}))?;
    Ok(())
}

fn before(pages: &Pages) -> Result<Gate> {
    Gate::before(pages.origin().rsplit(':').next().unwrap_or_default().parse()?)
}

/// The kiosk on the host page, reached through the gate alone.
fn through(gate: &Gate, pages: &Pages) -> Setup {
    let url = format!("http://localhost:{}/host.html?client=v1", gate.port());
    Setup::new(Config::new().chat(&url, &[&pages.frame_origin()]))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

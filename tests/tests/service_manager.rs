//! Under a service manager: READY=1 when it is up, WATCHDOG=1 as long as the driver and the window's loop are alive.

use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events};
use serde_json::json;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt;

/// What the service manager allows between two signs of life.
const WATCHDOG: Duration = Duration::from_secs(3);

#[test]
fn is_told_and_fed_while_both_loops_live() -> Result<()> {
    let stage = Stage::named("service-manager").up()?;
    let pages = Pages::start()?;
    let manager = Manager::listen(&stage)?;
    let setup = Setup::on_page(&pages, "client=v1")
        .set("notice.seconds", 0)
        .variable("NOTIFY_SOCKET", &manager.path)
        .variable("WATCHDOG_USEC", &WATCHDOG.as_micros().to_string());
    let mut kiosk = Kiosk::start(&stage, setup)?;
    ensure!(manager.hears(PATIENCE)? == Some("READY=1".to_owned()), "the first word is READY=1");
    kiosk.fresh(1)?;
    manager.expect_fed("in service")?;

    // The whole program is stopped.
    signal(&kiosk, "STOP")?;
    manager.expect_silence("while it is stopped")?;
    signal(&kiosk, "CONT")?;
    manager.expect_fed("after it was stopped")?;

    // The window's loop alone is blocked: the display answers nobody but us, and the next visit needs the display.
    let (display, _) = stage.display.connect()?;
    let page = pages.visitor(1)?;
    display.grab_server()?.check()?;
    page.event(&events::agents_end("w1"))?;
    kiosk.event("visit.started", &json!({"visit": 2}))?;
    manager.expect_silence("while the window's loop is blocked")?;
    display.ungrab_server()?.check()?;
    display.flush()?;
    manager.expect_fed("after the window's loop was blocked")?;
    kiosk.fresh(2)?;
    kiosk.expect_alive()
}

#[test]
fn nobody_is_told_when_there_is_none() -> Result<()> {
    let stage = Stage::named("no-service-manager").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").variable("NOTIFY_SOCKET", "/nowhere/notify");
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    kiosk.expect_alive()
}

/// The service manager's end of the socket.
struct Manager {
    socket: UnixDatagram,
    path: String,
}

impl Manager {
    fn listen(stage: &Stage) -> Result<Self> {
        let path = stage.home.run().join("notify");
        let socket = UnixDatagram::bind(&path)?;
        Ok(Self { socket, path: path.to_str().context("a path in UTF-8")?.to_owned() })
    }

    /// The next word within that time.
    fn hears(&self, within: Duration) -> Result<Option<String>> {
        self.socket.set_read_timeout(Some(within.max(Duration::from_millis(1))))?;
        let mut bytes = [0; 512];
        match self.socket.recv(&mut bytes) {
            Ok(length) => Ok(Some(String::from_utf8_lossy(&bytes[..length]).trim().to_owned())),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Three signs of life in a row.
    fn expect_fed(&self, when: &str) -> Result<()> {
        for _ in 0..3 {
            let word = self.hears(PATIENCE)?;
            ensure!(word == Some("WATCHDOG=1".to_owned()), "{when}: {word:?} instead of WATCHDOG=1");
        }
        Ok(())
    }

    /// What is on its way may still come; then nothing, for longer than the manager allows.
    fn expect_silence(&self, when: &str) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < WATCHDOG / 3 {
            self.hears(WATCHDOG / 3 - begun.elapsed().min(WATCHDOG / 3))?;
        }
        let word = self.hears(WATCHDOG + WATCHDOG / 2)?;
        ensure!(word.is_none(), "{when} it said {word:?}");
        Ok(())
    }
}

fn signal(kiosk: &Kiosk, signal: &str) -> Result<()> {
    let own = kiosk.processes()?.into_iter().find(|process| process.pid == kiosk.pid());
    own.context("the program is gone")?.signal(signal)
}

//! The program begins anew, in the same process, when there is a reason and nobody is there.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, program};
use serde_json::{Value, json};

/// The half minute in which nobody is there, and some patience.
const QUIET: Duration = Duration::from_secs(60);

/// Runs a copy of the program, so that another can take its place.
const COPY: &str = r#"cp "$1" "$HOME/support-kiosk" && exec "$HOME/support-kiosk""#;

#[test]
fn a_program_that_was_replaced_begins_anew_once_nobody_is_there() -> Result<()> {
    let stage = Stage::named("renewal-replaced").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 0);
    let mut kiosk = Kiosk::start(&stage, setup.under(&["sh", "-c", COPY, "sh"]))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    stage.input.click(640, 300)?;
    kiosk.event("visit.touched", &Value::Null)?;
    let own = home(&stage).join("support-kiosk");

    // As a package manager does it, while another part of its work is still to come. Only root can lock what it locks; by this kind
    // of lock no package manager is kept waiting.
    let lock = "/var/lib/dpkg/lock-frontend";
    let under_way = fs::OpenOptions::new().append(true).open(lock);
    if let Ok(file) = &under_way {
        file.lock()?;
    }
    let next = home(&stage).join("support-kiosk.dpkg-new");
    fs::copy(program::path()?, &next)?;
    fs::rename(&next, &own)?;
    match under_way {
        Ok(file) => {
            kiosk.log.none_for("renewal.due", &Value::Null, Duration::from_secs(30))?;
            drop(file);
        }
        Err(_) => writeln!(io::stderr(), "Not tried: {lock} is not for this user.")?,
    }
    kiosk.event("program.replaced", &Value::Null)?;
    kiosk.event("renewal.due", &json!({"why": "replaced"}))?;

    // Who is there is served to the end.
    page.event(&events::agents_end("r1"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.log.none_since(kiosk.log.start(), "renewal", &Value::Null)?;
    let mark = kiosk.log.mark();
    kiosk.log.wait_after(mark, "renewal", &json!({"why": "replaced"}), QUIET)?;
    kiosk.log.wait_after(mark, "receipt", &json!({"visit": 2, "cause": "stopped", "used": false}), PATIENCE)?;
    kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1, "records": 0}), PATIENCE)?;
    let runs = fs::read_link(format!("/proc/{}/exe", kiosk.pid()))?;
    ensure!(runs == own, "it runs {}", runs.display());
    kiosk.expect_alive()
}

#[test]
fn after_so_many_visits_it_begins_anew_but_not_with_a_mistake_in_its_configuration() -> Result<()> {
    let stage = Stage::named("renewal-visits").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 0);
    let mut kiosk = Kiosk::start(&stage, setup.set("visit.renew_after_visits", 1))?;
    let file = home(&stage).join(".config/support-kiosk/config.toml");
    kiosk.enter(&stage, 1)?;
    let good = fs::read_to_string(&file)?;
    fs::write(&file, format!("{good}\n[notise]\nseconds = 5\n"))?;
    pages.visitor(1)?.launched()?.event(&events::agents_end("v1"))?;
    kiosk.expect_reset(1, "agent_end", "confirmed")?;
    kiosk.event("renewal.due", &json!({"why": "visits"}))?;
    kiosk.log.wait_for("renewal.refused", &json!({"why": "visits", "reason": "would_not_start"}), QUIET)?;

    fs::write(&file, good)?;
    let mark = kiosk.log.mark();
    pages.visitor(2)?.launched()?.event(&events::agents_end("v2"))?;
    kiosk.expect_reset(2, "agent_end", "confirmed")?;
    kiosk.log.none_since(mark, "renewal", &Value::Null)?;
    let pid = kiosk.pid();
    let before = kiosk.files()?;
    kiosk.log.wait_after(mark, "renewal", &json!({"why": "visits"}), QUIET)?;
    kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1, "records": 0}), PATIENCE)?;
    ensure!(kiosk.pid() == pid && kiosk.try_exit()?.is_none(), "the same process, for whoever watches over it");
    pages.expect_no_leftovers()?;
    kiosk.expect_no_more_open(&before)?;
    kiosk.expect_alive()
}

fn home(stage: &Stage) -> PathBuf {
    stage.home.root().join("home")
}

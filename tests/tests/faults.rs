//! The fault matrix: whatever breaks, at whatever step of a visit, it ends fresh or out of service within its bound, and
//! is fresh again when the fault goes. The table at the end says which cell took how long.

#[path = "faults/cells.rs"]
mod cells;
#[path = "faults/table.rs"]
mod table;
#[path = "faults/trial.rs"]
mod trial;

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Org, Pages, Service, Setup, Stage, events, visitor};
use serde_json::{Value, json};

use cells::{FAULTS, Fault, SHORT, STEPS, Step, makes_sense};
use table::{Row, Table};
use trial::Trial;

#[test]
fn each_fault_where_it_hurts_most() -> Result<()> {
    matrix("faults", &SHORT)
}

/// `make soak` runs it: `cargo test -p kiosk-tests --test faults -- --ignored`.
#[test]
#[ignore = "half an hour: make soak"]
fn each_fault_at_each_step() -> Result<()> {
    let all = FAULTS.iter().flat_map(|&fault| STEPS.iter().map(move |&step| (fault, step)));
    let all: Vec<_> = all.filter(|(fault, step)| makes_sense(*fault, *step)).collect();
    matrix("faults-soak", &all)
}

fn matrix(name: &str, cells: &[(Fault, Step)]) -> Result<()> {
    let mut table = Table::default();
    let mut trial: Option<Trial> = None;
    // `KIOSK_FAULT=Renderer` looks at a part of them.
    let wanted = env::var("KIOSK_FAULT").unwrap_or_default();
    for &(fault, step) in cells.iter().filter(|cell| format!("{cell:?}").contains(&wanted)) {
        // A trial that failed, one that is about to be taken out of service, one without the question: a new kiosk.
        let usable = trial.take().filter(|trial| trial.is_good_for(step));
        let mut next = match usable {
            Some(trial) => trial,
            None => Trial::begin(name, step)?,
        };
        let cell = next.cell(fault, step);
        if cell.is_ok() {
            trial = Some(next);
        } else {
            drop(next);
        }
        table.put(fault, step, cell);
    }
    table.print()?;
    table.expect_good()
}

#[test]
fn a_stream_that_drops_or_repeats_itself() -> Result<()> {
    let stage = Stage::named("faults-stream").up()?;
    let org = Org::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("notice.seconds", 2))?;
    let mut table = Table::default();
    kiosk.enter(&stage, 1)?;
    for (visit, (stream, after)) in (1..).zip([("duplicate", 0), ("replay", 0), ("drop", 2), ("replay", 2)]) {
        let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
        let begun = Instant::now();
        if after == 0 {
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
        }
        org.end(conversation.id(), "Agent")?;
        if stream == "drop" {
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
        }
        kiosk.notice(visit)?;
        if after != 0 {
            // Under the notice everything comes once more.
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
            org.replay(conversation.id(), 5)?;
        }
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        let notices = kiosk.log.all("notice.shown");
        let notices = notices.iter().filter(|line| line.field("visit") == visit).count();
        ensure!(notices == 1, "{notices} notices in visit {visit}");
        org.faults(&json!({"stream": "ok"}))?;
        let step = if after == 0 { "Chatting" } else { "Notice" };
        table.rows.push(Row::good(&format!("stream {stream}"), step, "fresh", begun.elapsed()));
    }
    table.print()
}

#[test]
fn no_notification_service_or_one_that_hangs() -> Result<()> {
    let mut table = Table::default();
    for (service, name) in [(Service::Absent, "absent"), (Service::Hanging, "hanging")] {
        let stage = Stage::named(&format!("faults-notification-{name}")).notifications(service).up()?;
        let pages = Pages::start()?;
        let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 1))?;
        kiosk.enter(&stage, 1)?;
        // A service that hangs must not add up either.
        for visit in 1..=3 {
            let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
            wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")
                .with_context(|| kiosk.log.text())?;
            stage.input.click(640, 300)?;
            let begun = Instant::now();
            page.event(&events::agents_end(&format!("n{visit}")))?;
            kiosk.expect_reset(visit, "agent_end", "confirmed")?;
            table.rows.push(Row::good(&format!("notification {name}"), "Notice", "fresh", begun.elapsed()));
        }
        kiosk.log.wait_after(kiosk.log.start(), "notification.failed", &Value::Null, PATIENCE)?;
        kiosk.expect_alive()?;
    }
    table.print()
}

#[test]
fn a_state_folder_that_is_full_or_cannot_be_written() -> Result<()> {
    let mut table = Table::default();
    let tiny = "mount -t tmpfs -o size=16k none \"$XDG_STATE_HOME\" && dd if=/dev/zero of=\"$XDG_STATE_HOME/full\" 2>/dev/null; exec \"$0\" \"$@\"";
    let fixed = "mount -t tmpfs -o ro none \"$XDG_STATE_HOME\" && exec \"$0\" \"$@\"";
    let file = "rmdir \"$XDG_STATE_HOME\" && : > \"$XDG_STATE_HOME\" && exec \"$0\" \"$@\"";
    let device = "mkdir -p \"$XDG_STATE_HOME/support-kiosk\" && ln -s /dev/full \"$XDG_STATE_HOME/support-kiosk/receipts.jsonl\" && exec \"$0\" \"$@\"";
    for (name, script, mounts) in
        [("full", tiny, true), ("read-only", fixed, true), ("a file", file, false), ("/dev/full", device, false)]
    {
        let wrapper: &[&str] = if mounts { &["unshare", "--mount", "sh", "-c", script] } else { &["sh", "-c", script] };
        if mounts && !may_mount() {
            table.rows.push(Row::good(
                &format!("state folder {name}"),
                "Start",
                "skipped: may not mount",
                Duration::ZERO,
            ));
            continue;
        }
        let stage = Stage::named("faults-state").up()?;
        let pages = Pages::start()?;
        let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 0).under(wrapper);
        let begun = Instant::now();
        let mut kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        table.rows.push(Row::good(&format!("state folder {name}"), "Start", "fresh", begun.elapsed()));
        for visit in 1..=2 {
            let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
            wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")
                .with_context(|| kiosk.log.text())?;
            stage.input.click(640, 300)?;
            let begun = Instant::now();
            page.event(&events::agents_end(&format!("d{visit}")))?;
            kiosk.expect_reset(visit, "agent_end", "confirmed")?;
            table.rows.push(Row::good(&format!("state folder {name}"), "Clearing", "fresh", begun.elapsed()));
        }
        // Said once, not at each visit.
        let said = kiosk.log.all("ledger.failed").len();
        ensure!(said == 1, "the ledger's trouble was told {said} times, with the state folder {name}");
        kiosk.expect_alive()?;
    }
    table.print()
}

/// As root, or where a user may have a mount namespace without being root (then `unshare` alone does not do).
fn may_mount() -> bool {
    let tried = std::process::Command::new("unshare").args(["--mount", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

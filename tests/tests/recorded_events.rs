//! Every recorded event has its outcome: through `replay`, and through a real page's event.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, program};
use serde_json::Value;

const SOON: Duration = Duration::from_secs(20);

#[test]
fn through_replay_each_on_its_own() -> Result<()> {
    let home = Home::make("replay")?;
    let ran = program::run(&home, &["replay", "--independent", "-"], events::RECORDING, SOON)?;
    ran.expect_no_panic()?;
    ensure!(ran.code() == Some(0), "{:?}: {}", ran.code(), ran.stderr);
    let lines: Vec<Value> = ran.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let vectors = events::vectors()?;
    ensure!(lines.len() == vectors.len(), "{} lines for {} events", lines.len(), vectors.len());
    for (number, (line, vector)) in (1..).zip(lines.iter().zip(&vectors)) {
        ensure!(line["line"] == number && line["id"] == vector.id.as_str(), "{line}");
        ensure!(line["outcome"] == vector.expected.as_str(), "{line} should be {}: {}", vector.expected, vector.why);
        ensure!(line["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{line}");
    }
    Ok(())
}

#[test]
fn through_replay_as_one_stream_a_second_end_is_ignored() -> Result<()> {
    let home = Home::make("replay-stream")?;
    let end = events::agents_end("s1").to_string();
    let input = format!("{end}\n{end}\nno json\n{{\"id\":\"x\",\"detail\":{}}}\n", events::agents_end("s2"));
    let ran = program::run(&home, &["replay", "-"], &input, SOON)?;
    ensure!(ran.code() == Some(0), "{:?}: {}", ran.code(), ran.stderr);
    let lines: Vec<Value> = ran.stdout.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let outcomes: Vec<&str> = lines.iter().filter_map(|line| line["outcome"].as_str()).collect();
    ensure!(outcomes == ["reset", "ignore", "invalid", "reset"], "{}", ran.stdout);
    ensure!(lines[3]["id"] == "x", "{}", ran.stdout);
    Ok(())
}

#[test]
fn through_the_event_of_a_real_page() -> Result<()> {
    let stage = Stage::named("recorded-events").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    kiosk.enter(&stage, 1)?;
    let mut visit = 1;
    for vector in events::vectors()? {
        let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
        let mark = kiosk.log.mark();
        page.dispatch(&vector.detail)?;
        let read = kiosk.log.wait_after(mark, "status.read", &Value::Null, PATIENCE)?;
        ensure!(
            read.text("outcome") == vector.expected,
            "{} should be {} ({}): {}",
            vector.id,
            vector.expected,
            vector.why,
            read.raw
        );
        if ["reset", "other_end"].contains(&vector.expected.as_str()) {
            visit += 1;
            kiosk.fresh(visit)?;
        }
    }
    kiosk.expect_alive()
}

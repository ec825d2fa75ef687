//! The breakout suite on the real window: whatever is tried, the kiosk stays what it is.

use std::env;
use std::io::Write;

use anyhow::{Context, Result, ensure};
use kiosk_breakout::{catalogue::Attempt, desk::Desk, kiosk::Start, report::Report, runner::Runner};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Stage, program};
use serde_json::Value;

#[test]
fn nobody_gets_out_under_a_window_manager() -> Result<()> {
    suite(&Stage::named("breakout").up()?, |_| true)
}

/// What the page does by itself does not depend on a window manager.
#[test]
fn nobody_gets_out_without_a_window_manager() -> Result<()> {
    suite(&Stage::named("breakout-bare").unmanaged().up()?, Attempt::needs_hands)
}

#[test]
fn the_doctor_attacks_and_says_what_happened() -> Result<()> {
    let stage = Stage::named("breakout-doctor").up()?;
    let arguments = ["doctor", "--attack", "--json", "--only", "dialog-print"];
    let ran = program::run_with(&stage.home, &arguments, "", PATIENCE * 3, |command| {
        command.env("DISPLAY", stage.display.name()).env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address());
    })?;
    ensure!(ran.code() == Some(0), "it ended with {:?}:\n{}\n{}", ran.code(), ran.stdout, ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout)?;
    let rows = report["rows"].as_array().context("no rows")?;
    ensure!(rows.len() == 4 && rows.iter().all(|row| row["verdict"] == "safe"), "{report:#}");
    ensure!(ran.stderr.contains("Leave keyboard and pointer alone"), "no warning: {}", ran.stderr);
    Ok(())
}

fn suite(stage: &Stage, wanted: impl Fn(&Attempt) -> bool) -> Result<()> {
    let start = Start {
        program: program::path()?,
        environment: vec![
            ("DISPLAY".to_owned(), stage.display.name().to_owned()),
            ("DBUS_SESSION_BUS_ADDRESS".to_owned(), stage.bus.address().to_owned()),
        ],
    };
    let mut runner = Runner::new(start, Some(Desk::on(stage.display.name())?), true)?;
    let mut report = Report::default();
    // `KIOSK_ATTEMPT=download` looks at a part of them.
    let part = env::var("KIOSK_ATTEMPT").unwrap_or_default();
    for attempt in runner.attempts().iter().filter(|one| wanted(one) && one.id.contains(&part)) {
        let row = runner.run(attempt)?;
        if env::var_os("KIOSK_ATTEMPT_SHOW").is_some() {
            writeln!(std::io::stderr(), "{row}")?;
        }
        report.rows.push(row);
    }
    report.rows.push(runner.finish()?);
    if stage.display.managed() && "port-".contains(&part) {
        report.rows.extend(runner.ports()?);
    }
    // Past the test runner, which keeps what tests print for itself.
    write!(std::io::stderr(), "{report}")?;
    let left: Vec<String> = report.unsafe_rows().map(ToString::to_string).collect();
    ensure!(left.is_empty(), "unsafe:\n{}", left.join("\n"));
    Ok(())
}

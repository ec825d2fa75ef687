//! `doctor --attack`: the breakout suite against this very machine, on the screen that is there.

use std::{
    env,
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use anyhow::Context;
use kiosk_breakout::{
    desk::Desk,
    kiosk::Start,
    report::{Report, Verdict},
    runner::Runner,
};

use super::Options;

/// Said before anything happens: hands that are not the person's press keys for some minutes.
const WARNING: &str = "The kiosk opens on this screen and is attacked for some minutes: keys are pressed, the pointer moves, windows \
                       come up. Leave keyboard and pointer alone until the table is complete.";

/// Runs the suite and prints the table.
pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let display = env::var("DISPLAY").ok().filter(|name| !name.is_empty());
    anyhow::ensure!(
        display.is_some() || env::var_os("WAYLAND_DISPLAY").is_some(),
        "there is no display: start this in the kiosk's graphical session"
    );
    writeln!(stderr(), "{WARNING}")?;
    let desk = match &display {
        Some(name) => Some(Desk::on(name).context("the display cannot be attacked: it takes no test input")?),
        None => {
            writeln!(stderr(), "Without X11 only what a page can try by itself is tried.")?;
            None
        }
    };
    let start = Start { program: env::current_exe()?, environment: Vec::new() };
    let mut runner = Runner::new(start, desk, false)?;
    let mut report = Report::default();
    let attempts = runner.attempts();
    let wanted = |id: &str| options.only.as_deref().is_none_or(|part| id.contains(part));
    for attempt in attempts.iter().filter(|attempt| wanted(&attempt.id)) {
        let row = runner.run(attempt)?;
        if !options.json {
            writeln!(stdout(), "{row}")?;
        }
        report.rows.push(row);
    }
    let mut rest = vec![runner.finish()?];
    if wanted("port-") {
        rest.extend(runner.ports()?);
    }
    for row in rest {
        if !options.json {
            writeln!(stdout(), "{row}")?;
        }
        report.rows.push(row);
    }
    let count = report.rows.iter().filter(|row| row.verdict == Verdict::Unsafe).count();
    if options.json {
        writeln!(stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        writeln!(stdout(), "{}", report.summary())?;
    }
    Ok(if count == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

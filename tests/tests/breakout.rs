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

/// A kiosk's compositor, as an ordinary user: what a page can try by itself. `KIOSK_ATTEMPT` chooses another part; all of
/// it takes minutes.
#[test]
fn nobody_gets_out_of_cage_as_an_ordinary_user() -> Result<()> {
    let Some(home) = cage::may_run()? else { return Ok(()) };
    let part = env::var("KIOSK_ATTEMPT").unwrap_or_else(|_| "dialog".to_owned());
    let report = cage::attack(&home, &part)?;
    let rows = report["rows"].as_array().context("no rows")?;
    ensure!(rows.len() > 3 && rows.iter().all(|row| row["verdict"] == "safe"), "{report:#}");
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

mod cage {
    //! The compositor cage, without a screen, as a user who is not root.

    use std::fs;
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::path::PathBuf;
    use std::process::Command;

    use anyhow::{Context, Result, ensure};
    use kiosk_tests::home::Home;
    use kiosk_tests::process::Owned;
    use kiosk_tests::program;
    use kiosk_tests::wait::PATIENCE;
    use serde_json::Value;

    /// Debian's user who owns nothing.
    const NOBODY: u32 = 65534;

    /// Only root can be somebody else.
    pub(super) fn may_run() -> Result<Option<Home>> {
        let is_there = |name: &str| Command::new(name).arg(if name == "cage" { "-v" } else { "--version" }).output();
        let tried = Command::new("setpriv").args(["--reuid", "65534", "--clear-groups", "true"]).output();
        if is_there("cage").is_err() || !tried.is_ok_and(|output| output.status.success()) {
            return Ok(None);
        }
        Home::make("breakout-cage").map(Some)
    }

    /// `doctor --attack` inside cage; gives its report.
    pub(super) fn attack(home: &Home, part: &str) -> Result<Value> {
        let root = home.root();
        let program = root.join("support-kiosk");
        fs::copy(program::path()?, &program)?;
        let run = root.join("nobody");
        fs::create_dir(&run)?;
        chown(&run, Some(NOBODY), Some(NOBODY))?;
        fs::set_permissions(&run, fs::Permissions::from_mode(0o700))?;
        for folder in [root.to_owned(), program.clone()] {
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        }
        let (out, err): (PathBuf, PathBuf) = (run.join("out"), run.join("err"));
        let inside = "unset DISPLAY; \"$PROGRAM\" doctor --attack --json --only \"$PART\" >\"$RUN/out\" 2>\"$RUN/err\"";
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups", "cage", "--", "sh", "-c", inside])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", &run)
            .env("RUN", &run)
            .env("XDG_RUNTIME_DIR", &run)
            .env("PROGRAM", &program)
            .env("PART", part)
            .env("WLR_BACKENDS", "headless")
            .env("WLR_LIBINPUT_NO_DEVICES", "1")
            .env("WLR_RENDERER", "pixman")
            .current_dir(&run);
        let log = fs::File::create(root.join("cage.log"))?;
        command.stdout(log.try_clone()?).stderr(log);
        let mut process = Owned::spawn("cage", &mut command)?;
        process.wait_exit(PATIENCE * 20)?;
        let said = fs::read_to_string(&err).unwrap_or_default();
        let report = fs::read_to_string(&out).unwrap_or_default();
        ensure!(!report.is_empty(), "no report; the doctor said:\n{said}");
        serde_json::from_str(&report).context("the report is no JSON")
    }
}

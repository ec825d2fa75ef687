//! The built program: where it is, and running it without a window.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::home::Home;
use crate::log::Log;
use crate::process::{self, Owned};

/// The target folder that this test was built into.
pub fn target() -> Result<PathBuf> {
    let own = env::current_exe()?;
    let folder = own.ancestors().nth(3);
    Ok(folder.context("a test program lives in target/<profile>/deps")?.to_owned())
}

/// The program: `KIOSK_BIN`, else the one that was built beside this test.
pub fn path() -> Result<PathBuf> {
    let path = match env::var_os("KIOSK_BIN") {
        Some(path) => PathBuf::from(path),
        None => {
            let own = env::current_exe()?;
            let profile = own.ancestors().nth(2);
            profile.context("a test program lives in target/<profile>/deps")?.join("support-kiosk")
        }
    };
    ensure!(
        path.is_file(),
        "the program is not at {}: build it (cargo build) or say where it is in KIOSK_BIN",
        path.display()
    );
    Ok(path)
}

/// The program with a home, and with nothing of the environment that would lead out of it.
pub(crate) fn command(home: &Home) -> Result<Command> {
    command_under(home, &[])
}

/// The same, started by a wrapper that becomes the program.
pub(crate) fn command_under(home: &Home, wrapper: &[String]) -> Result<Command> {
    let mut command = match wrapper.split_first() {
        None => process::command(path()?),
        Some((first, arguments)) => {
            let mut command = process::command(first);
            command.args(arguments).arg(path()?);
            command
        }
    };
    command
        .envs(home.environment())
        .env("RUST_BACKTRACE", "1")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("RUST_LOG")
        .current_dir(home.root());
    Ok(command)
}

/// What a run to the end gave.
#[derive(Debug)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Ran {
    /// The exit code; none after a signal.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Fails when it panicked.
    pub fn expect_no_panic(&self) -> Result<()> {
        let panicked = self.stderr.contains("panicked at") || self.code() == Some(101);
        ensure!(!panicked, "it panicked:\n{}", self.stderr);
        Ok(())
    }
}

/// Runs it to its end, without a display and without a bus.
pub fn run(home: &Home, arguments: &[&str], stdin: &str, within: Duration) -> Result<Ran> {
    run_with(home, arguments, stdin, within, |_| {})
}

/// As [`run`], with a last word on the command.
pub fn run_with(
    home: &Home,
    arguments: &[&str],
    stdin: &str,
    within: Duration,
    adjust: impl FnOnce(&mut Command),
) -> Result<Ran> {
    let mut command = command(home)?;
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    adjust(&mut command);
    let mut process = Owned::spawn("support-kiosk", &mut command)?;
    let stdout = Log::of(process.take_stdout()?);
    let stderr = Log::of(process.take_stderr()?);
    if let Some(mut pipe) = process.take_stdin() {
        // A program that does not read its input may close it first.
        drop(pipe.write_all(stdin.as_bytes()));
    }
    let status = process.wait_exit(within).with_context(|| format!("it said:\n{}", stderr.text()))?;
    stdout.wait_end(within)?;
    stderr.wait_end(within)?;
    Ok(Ran { status, stdout: stdout.text(), stderr: stderr.text() })
}

/// Starts it without a display and without a bus, and gives what it prints.
pub fn start(home: &Home, arguments: &[&str]) -> Result<(Owned, Log)> {
    let mut command = command(home)?;
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut process = Owned::spawn("support-kiosk", &mut command)?;
    let stdout = Log::of(process.take_stdout()?);
    Ok((process, stdout))
}

/// Runs a line of the shell in which `"$0"` is the program, as the last argument of a wrapper.
pub fn run_under(home: &Home, wrapper: &[&str], line: &str) -> Result<Ran> {
    let (first, arguments) = wrapper.split_first().context("a wrapper")?;
    let program = path()?.display().to_string();
    let mut command = process::command(first);
    command.args(arguments).arg(line.replace("\"$0\"", &program)).envs(home.environment()).current_dir(home.root());
    let output = command.output().with_context(|| format!("{first} could not be started"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Ran { status: output.status, stdout: text(&output.stdout), stderr: text(&output.stderr) })
}

/// Writes a configuration into the home, where the program looks by itself.
pub(crate) fn write_config(home: &Home, text: &str) -> Result<PathBuf> {
    let folder: &Path = &home.root().join("home/.config/support-kiosk");
    std::fs::create_dir_all(folder)?;
    let file = folder.join("config.toml");
    std::fs::write(&file, text)?;
    Ok(file)
}

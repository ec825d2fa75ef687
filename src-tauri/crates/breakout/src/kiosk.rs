//! The kiosk under attack: a child with a home of its own, locked as the profile `kiosk` is.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::home::Home;
use crate::log::{Line, Log};
use crate::process::{self, Owned, Process};
use crate::server::Server;

/// What everything that the kiosk starts inherits, however far it goes away from it.
const TRACE: &str = "SUPPORT_KIOSK_ATTACK";

/// Variables that would put code or a tool into the kiosk: it must start without them.
const POISON: [(&str, &str); 4] = [
    ("GTK_DEBUG", "interactive"),
    ("GTK_MODULES", "planted"),
    ("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:0"),
    ("TAURI_WEBVIEW_AUTOMATION", "true"),
];

/// How to start it.
#[derive(Debug, Clone)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// Further variables: the display, the session bus.
    pub environment: Vec<(String, String)>,
}

/// The running kiosk. Dropping it ends it and all its processes.
#[derive(Debug)]
pub struct Kiosk {
    /// What it writes.
    pub log: Log,
    process: Owned,
    config: PathBuf,
    start: Start,
}

impl Kiosk {
    /// Starts it on the attack page.
    pub fn start(start: &Start, home: &Home, server: &Server) -> Result<Self> {
        Self::configured(start, home, &configuration(server))
    }

    /// Starts it with a configuration of choice.
    pub fn configured(start: &Start, home: &Home, text: &str) -> Result<Self> {
        let config = home.root().join("attack.toml");
        std::fs::write(&config, text).context("the attack's configuration")?;
        let mut process = spawn(start, home, &config)?;
        let log = Log::of(process.take_stderr()?);
        Ok(Self { log, process, config, start: start.clone() })
    }

    /// Starts the program once more beside this one, and waits for its end.
    pub fn second(&self, home: &Home, within: Duration) -> Result<ExitStatus> {
        spawn(&self.start, home, &self.config)?.wait_exit(within)
    }

    /// Waits for an event behind a place in the log.
    pub fn event(&self, name: &str, fields: &Value, within: Duration) -> Result<Line> {
        self.log.wait_for(name, fields, within)
    }

    /// The newest visit that is fresh.
    #[must_use]
    pub fn visit(&self) -> u64 {
        self.log.all("visit.fresh").last().and_then(|line| line.field("visit").as_u64()).unwrap_or(0)
    }

    /// Whether a visit is on its way, or the page of the last one died.
    #[must_use]
    pub fn is_between_visits(&self) -> bool {
        let lines = self.log.lines();
        let last = |event: &str| lines.iter().rposition(|line| line.event() == event);
        last("visit.started").max(last("chat.died")) > last("visit.fresh")
    }

    /// Asks for a fresh visit, as staff would, and waits for it. Gives how many records its store was born with.
    pub fn reset(&self, within: Duration) -> Result<u64> {
        let next = self.visit() + 1;
        self.process.signal("USR2")?;
        let from = self.log.start();
        let fresh = self.log.wait_line(from, &format!("visit {next} fresh"), within, |line| {
            line.event() == "visit.fresh" && line.field("visit").as_u64() >= Some(next)
        })?;
        self.log.wait_after(from, "receipt", &json!({ "visit": next - 1 }), within)?;
        fresh.number("records")
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Whether it has ended, which no attempt may make it.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.process.try_exit()?.is_some())
    }

    /// All processes that it started, wherever they went; itself is not among them.
    pub fn offspring(&self) -> Result<Vec<Process>> {
        let mut found: Vec<Process> = process::tree(self.pid())?;
        let group = process::group(self.pid())?;
        found.extend(
            group.into_iter().filter(|one| !found.iter().any(|known| known.pid == one.pid)).collect::<Vec<_>>(),
        );
        let traced = process::with_variable(TRACE, &self.config.display().to_string())?;
        found.extend(
            traced.into_iter().filter(|one| !found.iter().any(|known| known.pid == one.pid)).collect::<Vec<_>>(),
        );
        found.retain(|one| one.pid != self.pid());
        Ok(found)
    }
}

fn spawn(start: &Start, home: &Home, config: &Path) -> Result<Owned> {
    let mut command = process::command(&start.program);
    command
        .args(["run", "--config"])
        .arg(config)
        .envs(home.environment())
        .env("NO_AT_BRIDGE", "1")
        .env_remove("RUST_LOG")
        .env(TRACE, config)
        .envs(POISON)
        .envs(start.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(home.root().join("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    Owned::spawn("support-kiosk", &mut command)
}

/// The profile's own lockdown; only what would slow the suite down is different.
fn configuration(server: &Server) -> String {
    format!(
        "profile = \"kiosk\"\n[chat]\nurl = \"{}\"\nframes = [\"{}\"]\n[idle]\nafter_seconds = 0\n[notice]\nseconds = 0\n\
         [clear]\ntimeout_seconds = 1\nattempts = 1\n[notification]\nenabled = false\n[log]\nformat = \"json\"\n",
        server.address(),
        server.frame_origin()
    )
}

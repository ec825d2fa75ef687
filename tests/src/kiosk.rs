//! The running program: its configuration, its log, its processes.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::config::Config;
use crate::log::{Line, Log};
use crate::org::{self, Org};
use crate::pages::Pages;
use crate::process::{self, Owned, Process};
use crate::program;
use crate::screen::{self, Colour};
use crate::stage::Stage;
use crate::wait::{self, PATIENCE};

/// The brand's accent here: the notice's first button has it, and no page does.
pub const BRAND: Colour = [0x12, 0x6a, 0xd2];

/// How to start the program.
#[derive(Debug, Clone)]
pub struct Setup {
    config: Config,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    on_bus: bool,
    is_heard: bool,
    wrapper: Vec<String>,
}

impl Setup {
    /// With this configuration, on the stage's display and bus.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            config,
            arguments: Vec::new(),
            variables: Vec::new(),
            on_bus: true,
            is_heard: false,
            wrapper: Vec::new(),
        }
    }

    /// On a host page that behaves as the query says (see [`Pages::host`]).
    #[must_use]
    pub fn on_page(pages: &Pages, query: &str) -> Self {
        Self::new(Config::new().chat(&pages.host(query), &[&pages.frame_origin()])).branded()
    }

    /// On a stand-in org.
    #[must_use]
    pub fn on_org(org: &Org) -> Self {
        let frames = org.frames();
        let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
        Self::new(Config::new().chat(&org.page(), &frames)).branded()
    }

    fn branded(self) -> Self {
        self.set("brand.accent", screen::name(BRAND))
    }

    /// On the kiosk's own chat page at this port, in front of a stand-in org.
    #[must_use]
    pub fn on_salesforce(org: &Org, port: u16) -> Self {
        let (id, deployment, site, scrt) = org.snippet();
        let config = Config::new()
            .set("salesforce.org_id", id)
            .set("salesforce.deployment", deployment)
            .set("salesforce.site_url", site)
            .set("salesforce.scrt_url", scrt)
            .set("salesforce.port", port)
            .set("brand.accent", screen::name(org::ACCENT));
        Self::new(config)
    }

    /// Sets a key of the configuration.
    #[must_use]
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.config = self.config.set(key, value);
        self
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Started by another program, which gets the program's path and arguments behind its own and becomes it (`exec`).
    #[must_use]
    pub fn under(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|&part| part.to_owned()).collect();
        self
    }

    /// With the accessibility bus, which somebody has brought up (see [`crate::Reader`]).
    #[must_use]
    pub fn heard(mut self) -> Self {
        self.is_heard = true;
        self
    }

    /// Without any session bus.
    #[must_use]
    pub fn without_bus(mut self) -> Self {
        self.on_bus = false;
        self
    }
}

/// The running program; dropping it kills it and all its processes.
#[derive(Debug)]
pub struct Kiosk {
    /// Standard error: one event a line.
    pub log: Log,
    /// Standard output.
    pub output: Log,
    process: Owned,
}

impl Kiosk {
    /// Starts it. It is not up yet when this returns: wait with [`Self::fresh`].
    pub fn start(stage: &Stage, setup: Setup) -> Result<Self> {
        program::write_config(&stage.home, &setup.config.text())?;
        let mut command = program::command_under(&stage.home, &setup.wrapper)?;
        if setup.on_bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", stage.bus.address());
        }
        if !setup.is_heard {
            // The accessibility bus cannot be started on a bus that starts nothing.
            command.env("NO_AT_BRIDGE", "1");
        }
        command.env("DISPLAY", stage.display.name()).args(setup.arguments).envs(setup.variables);
        Self::spawn(&mut command)
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = Owned::spawn("support-kiosk", command)?;
        Ok(Self { log: Log::of(process.take_stderr()?), output: Log::of(process.take_stdout()?), process })
    }

    /// Waits until this visit is fresh: its store proven empty, its page up.
    pub fn fresh(&self, visit: u64) -> Result<Line> {
        let line = self.event("visit.fresh", &json!({"visit": visit}))?;
        ensure!(line.field("records") == 0, "visit {visit} began with records: {}", line.raw);
        Ok(line)
    }

    /// Waits for the rule's word on an event: `reset`, `other_end`, `ignore`, `invalid`.
    pub fn read(&self, visit: u64, outcome: &str) -> Result<Line> {
        self.event("status.read", &json!({"visit": visit, "outcome": outcome}))
    }

    /// Waits until this visit is fresh and its page can be used, with a touch on the welcome scene where there is one.
    pub fn enter(&self, stage: &Stage, visit: u64) -> Result<()> {
        self.fresh(visit)?;
        let scene = wait::until("the front should lift or welcome", PATIENCE, || {
            let scene = self.scene_now();
            Ok(matches!(scene.as_str(), "none" | "welcome").then_some(scene))
        })?;
        if scene == "welcome" {
            let mark = self.log.mark();
            stage.input.click(640, 400)?;
            self.log.wait_after(mark, "scene.shown", &json!({"scene": "none"}), PATIENCE)?;
        }
        Ok(())
    }

    /// Waits for the notice of this visit.
    pub fn notice(&self, visit: u64) -> Result<Line> {
        self.event("notice.shown", &json!({"visit": visit}))
    }

    /// Waits until the reset of this visit is through: the next one fresh, the receipt written, with this cause and
    /// this word on `clearSession`.
    pub fn expect_reset(&self, visit: u64, cause: &str, clear: &str) -> Result<Line> {
        self.fresh(visit + 1)?;
        let receipt = self.receipt(visit)?;
        let expected = json!({"cause": cause, "clear": clear, "end": "fresh", "next": visit + 1, "records": 0});
        ensure!(receipt.has(&expected), "the receipt should say {expected}: {}\n{}", receipt.raw, self.log.text());
        Ok(receipt)
    }

    /// Waits for the receipt of this visit: one of this life of the program, not of what the last one left owed.
    pub fn receipt(&self, visit: u64) -> Result<Line> {
        let fits = json!({"visit": visit});
        let is_own = |line: &Line| line.event() == "receipt" && line.has(&fits) && line.text("cause") != "interrupted";
        self.log.wait_line(self.log.start(), &format!("the receipt of visit {visit}"), PATIENCE, is_own)
    }

    /// Waits until the front shows this scene (again).
    pub fn scene(&self, scene: &str) -> Result<Line> {
        self.event("scene.shown", &json!({"scene": scene}))
    }

    /// The scene that was shown last; empty before the first.
    #[must_use]
    pub fn scene_now(&self) -> String {
        let scenes = self.log.all("scene.shown");
        scenes.last().map(|line| line.text("scene").to_owned()).unwrap_or_default()
    }

    /// Waits for the next event of this name with these fields.
    pub fn event(&self, name: &str, fields: &Value) -> Result<Line> {
        self.log.wait_for(name, fields, PATIENCE)
    }

    /// The main process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The main process and all below it.
    pub fn processes(&self) -> Result<Vec<Process>> {
        process::tree(self.pid())
    }

    /// WebKit's processes whose name begins so: `WebKitWebProces`, `WebKitNetworkPr`.
    pub fn webkit(&self, name: &str) -> Result<Vec<Process>> {
        let mut found = self.processes()?;
        found.retain(|one| one.name.starts_with(name));
        Ok(found)
    }

    /// The memory of the whole tree in bytes, shared pages counted once.
    pub fn memory(&self) -> Result<u64> {
        Ok(self.processes()?.iter().map(Process::pss).sum())
    }

    /// How often the main process has each file open, by its path.
    pub fn files(&self) -> Result<BTreeMap<PathBuf, usize>> {
        let mut files = BTreeMap::new();
        for entry in fs::read_dir(format!("/proc/{}/fd", self.pid()))?.flatten() {
            if let Ok(target) = fs::read_link(entry.path())
                && target.is_absolute()
            {
                *files.entry(target).or_default() += 1;
            }
        }
        Ok(files)
    }

    /// Waits until no file is open more often than it was: what a life of the program has open ends with it.
    pub fn expect_no_more_open(&self, before: &BTreeMap<PathBuf, usize>) -> Result<()> {
        let more = || -> Result<Vec<String>> {
            let more =
                self.files()?.into_iter().filter(|(path, count)| before.get(path).is_some_and(|was| count > was));
            Ok(more.map(|(path, count)| format!("{count} times {}", path.display())).collect())
        };
        let what = || more().unwrap_or_default().join(", ");
        wait::until("no file should be open more often than before", PATIENCE, || Ok(more()?.is_empty().then_some(())))
            .with_context(what)
    }

    /// Sends a signal to the main process, by its name without `SIG`.
    pub fn signal(&self, signal: &str) -> Result<()> {
        self.process.signal(signal)
    }

    /// Asks it to end (SIGTERM).
    pub fn terminate(&self) -> Result<()> {
        self.process.signal("TERM")
    }

    /// Kills it and all its processes at once, as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()
    }

    /// The exit status, when it has ended.
    pub fn try_exit(&mut self) -> Result<Option<ExitStatus>> {
        self.process.try_exit()
    }

    /// Waits for its own end.
    pub fn wait_exit(&mut self, within: Duration) -> Result<ExitStatus> {
        let log = self.log.clone();
        self.process.wait_exit(within).with_context(|| format!("it said:\n{}", log.text()))
    }

    /// Fails when it has ended or anything in its log is a panic.
    pub fn expect_alive(&mut self) -> Result<()> {
        let exited = self.process.try_exit()?;
        let text = self.log.text();
        ensure!(exited.is_none(), "it ended with {exited:?}:\n{text}");
        ensure!(!text.contains("panicked at"), "it panicked:\n{text}");
        Ok(())
    }
}

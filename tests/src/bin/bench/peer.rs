//! The programs that are compared: the kiosk, what a shop would use instead, and the bare engine.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use kiosk_tests::display::Display;
use kiosk_tests::home::Home;
use kiosk_tests::process::{self, Owned, Process};
use kiosk_tests::{Config, Kiosk, Setup, Stage, program};
use serde_json::json;

use crate::limit::Limit;
use crate::machine;
use crate::site::Site;
use crate::tree::{self, Look, MARKER};

/// On a machine without a graphics card the kiosk's pages are drawn on the processor, and the bare engine's by a program that
/// pretends to be a card. With this the bare engine does as the kiosk does.
const ON_THE_PROCESSOR: &[(&str, &str)] = &[("WEBKIT_DISABLE_DMABUF_RENDERER", "1")];

/// The kiosk's name in the table.
pub(crate) const KIOSK: &str = "kiosk";

/// A program that can show a page on the whole screen.
#[derive(Debug)]
pub(crate) enum Peer {
    /// The kiosk.
    Kiosk,
    /// Another program, with a home that it keeps from one start to the next, as it would in a shop.
    Other {
        name: &'static str,
        program: PathBuf,
        arguments: Vec<&'static str>,
        environment: &'static [(&'static str, &'static str)],
        version: String,
        home: Home,
    },
}

/// A program that was started; dropping it ends it and all its processes.
#[derive(Debug)]
pub(crate) struct Running {
    program: Program,
    marker: String,
}

#[derive(Debug)]
enum Program {
    Kiosk(Kiosk),
    Other(Owned),
}

impl Peer {
    /// Those that are installed, the kiosk first, and the names of those that are not.
    pub(crate) fn all() -> Result<(Vec<Self>, Vec<&'static str>)> {
        let mut found = vec![Self::Kiosk];
        let mut left_out = Vec::new();
        // Chromium refuses its own sandbox to root; the only pages that are opened are ours.
        let as_root: &[&str] = if is_root() { &["--no-sandbox"] } else { &[] };
        let chromium = [&["--kiosk", "--no-first-run", "--no-default-browser-check"][..], as_root].concat();
        let others = [
            ("surf -K", on_path("surf"), "surf", vec!["-K", "-F"], &[][..]),
            ("surf -K, no card", on_path("surf"), "surf", vec!["-K", "-F"], ON_THE_PROCESSOR),
            ("MiniBrowser", mini_browser(), "libwebkit2gtk-4.1-0", vec!["--full-screen"], &[]),
            ("chromium --kiosk", on_path("chromium"), "chromium", chromium, &[]),
        ];
        for (name, program, package, arguments, environment) in others {
            match program {
                Some(program) => found.push(Self::Other {
                    name,
                    program,
                    arguments,
                    environment,
                    version: machine::version_of(package),
                    home: Home::make("bench-peer")?,
                }),
                None => left_out.push(name),
            }
        }
        Ok((found, left_out))
    }

    /// Its name in the table.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Kiosk => KIOSK,
            Self::Other { name, .. } => name,
        }
    }

    /// Which version it is.
    pub(crate) fn version(&self) -> String {
        match self {
            Self::Kiosk => env!("CARGO_PKG_VERSION").to_owned(),
            Self::Other { version, .. } => version.clone(),
        }
    }

    /// Starts it on a page, on the stage's display and bus.
    pub(crate) fn start(&self, stage: &Stage, site: &Site, url: &str, limit: &Limit) -> Result<Running> {
        match self {
            Self::Kiosk => Running::kiosk(stage, setup(site, url), limit),
            Self::Other { .. } => self.start_on(&stage.display, stage.bus.address(), url, limit),
        }
    }

    /// Starts one that is not the kiosk on a display of choice.
    pub(crate) fn start_on(&self, display: &Display, bus: &str, url: &str, limit: &Limit) -> Result<Running> {
        let Self::Other { name, program, arguments, environment, home, .. } = self else {
            anyhow::bail!("the kiosk needs a stage");
        };
        let marker = marker();
        let mut wrapper = limit.wrapper()?;
        wrapper.push(program.display().to_string());
        let (first, rest) = wrapper.split_first().context("nothing to start")?;
        let mut command = process::command(first);
        command
            .args(rest)
            .args(arguments)
            .arg(url)
            .envs(home.environment())
            .env("LC_ALL", "C.UTF-8")
            .env("DISPLAY", display.name())
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("NO_AT_BRIDGE", "1")
            .envs(environment.iter().copied())
            .env(MARKER, &marker)
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(home.root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Running { program: Program::Other(Owned::spawn(name, &mut command)?), marker })
    }
}

impl Running {
    /// The kiosk with a setup of choice.
    pub(crate) fn kiosk(stage: &Stage, setup: Setup, limit: &Limit) -> Result<Self> {
        let marker = marker();
        let wrapper = limit.wrapper()?;
        let wrapper: Vec<&str> = wrapper.iter().map(String::as_str).collect();
        let kiosk = Kiosk::start(stage, setup.variable(MARKER, &marker).under(&wrapper))?;
        Ok(Self { program: Program::Kiosk(kiosk), marker })
    }

    /// The kiosk, if this is it.
    pub(crate) fn as_kiosk(&self) -> Result<&Kiosk> {
        match &self.program {
            Program::Kiosk(kiosk) => Ok(kiosk),
            Program::Other(_) => anyhow::bail!("this is not the kiosk"),
        }
    }

    /// Looks at its whole tree.
    pub(crate) fn look(&self) -> Result<Look> {
        tree::look(self.pid(), &self.marker)
    }

    /// All its processes.
    pub(crate) fn processes(&self) -> Result<Vec<Process>> {
        tree::processes(self.pid(), &self.marker)
    }

    fn pid(&self) -> u32 {
        match &self.program {
            Program::Kiosk(kiosk) => kiosk.pid(),
            Program::Other(owned) => owned.pid(),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let left = tree::processes(self.pid(), &self.marker).unwrap_or_default();
        match &mut self.program {
            Program::Kiosk(kiosk) => drop(kiosk.kill()),
            Program::Other(owned) => drop(owned.kill()),
        }
        // It may have ended with the others.
        left.iter().for_each(|one| drop(one.signal("KILL")));
    }
}

/// The kiosk on a page, as it comes, but for what would end a visit or ask for somebody.
pub(crate) fn setup(site: &Site, url: &str) -> Setup {
    let config = Config::new().chat(url, &[&site.frame_origin(), &site.composer_origin()]);
    Setup::new(config).set("log.level", "info").set("notification.enabled", false).set("visit.max_minutes", 0)
}

/// Whether this program can warm up a spare webview (`visit.spare`): its own schema says so.
pub(crate) fn knows_spare() -> Result<bool> {
    let home = Home::make("bench-schema")?;
    let ran = program::run(&home, &["schema"], "", std::time::Duration::from_secs(30))?;
    let schema: serde_json::Value = serde_json::from_str(&ran.stdout)?;
    // The sections are defined beside each other, whatever the definitions are called.
    let sections = ["$defs", "definitions"].iter().filter_map(|name| schema[*name].as_object());
    let mut sections =
        sections.flat_map(serde_json::Map::values).chain(schema["properties"].as_object().map(|all| &all["visit"]));
    Ok(sections.any(|section| section["properties"]["spare"] != json!(null)))
}

fn marker() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// It comes with the engine, in a folder that is on nobody's path.
fn mini_browser() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser")).find(|file| file.is_file())
}

fn is_root() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

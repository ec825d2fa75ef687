//! A small machine: half a core and one gigabyte for each program that is measured, all its processes included.
//!
//! In this order: a scope of systemd; a group of the kernel's (cgroup v2) where this process may divide its own; a group
//! of the older kind (v1). Groups that belong to somebody else are left alone. The display's server is outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};

const MOUNT: &str = "/sys/fs/cgroup";

/// How programs are held back.
#[derive(Debug)]
pub(crate) enum Limit {
    /// Not at all.
    None,
    /// By `systemd-run --scope`, with these arguments before the program.
    Scope(Vec<String>),
    /// By groups of the kernel's, each program in one of its own below each of these folders.
    Groups(Groups),
}

/// Folders in which groups are made, with what is written into each group.
#[derive(Debug)]
pub(crate) struct Groups {
    kinds: Vec<(PathBuf, Settings)>,
    made: Mutex<Vec<PathBuf>>,
    sentence: &'static str,
}

type Settings = &'static [(&'static str, &'static str)];

const V2: Settings = &[("cpu.max", "50000 100000"), ("memory.max", "1073741824"), ("memory.swap.max", "0")];
const V1_CPU: Settings = &[("cpu.cfs_period_us", "100000"), ("cpu.cfs_quota_us", "50000")];
const V1_MEMORY: Settings = &[("memory.limit_in_bytes", "1073741824")];

impl Limit {
    /// None, or the best way that this machine has.
    pub(crate) fn find(slow: bool) -> Result<Self> {
        if !slow {
            return Ok(Self::None);
        }
        if let Some(scope) = scope() {
            return Ok(Self::Scope(scope));
        }
        let kinds = match v2() {
            Some(kinds) => (kinds, "cgroup v2: half a core and 1 GiB for each program"),
            None => v1(),
        };
        let (kinds, sentence) = kinds;
        if kinds.is_empty() {
            bail!(
                "nothing here can hold a program back: no systemd, and no cgroup that may be divided (are you root?)"
            );
        }
        Ok(Self::Groups(Groups { kinds, made: Mutex::default(), sentence }))
    }

    /// What goes before a program that is started now; it becomes the program.
    pub(crate) fn wrapper(&self) -> Result<Vec<String>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Scope(arguments) => Ok(arguments.clone()),
            Self::Groups(groups) => groups.wrapper(),
        }
    }

    /// What was done, for the report.
    pub(crate) fn sentence(&self) -> &str {
        match self {
            Self::None => "none",
            Self::Scope(_) => "systemd-run --scope: half a core and 1 GiB for each program",
            Self::Groups(groups) => groups.sentence,
        }
    }
}

impl Groups {
    fn wrapper(&self) -> Result<Vec<String>> {
        let mut made = self.made.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let name = format!("support-kiosk-bench-{}-{}", std::process::id(), made.len());
        let mut script = String::new();
        for (folder, settings) in &self.kinds {
            let group = folder.join(&name);
            fs::create_dir(&group).with_context(|| format!("no group at {}", group.display()))?;
            made.push(group.clone());
            for (file, value) in *settings {
                // A kernel without swap accounting has no such file.
                if group.join(file).exists() {
                    fs::write(group.join(file), value).with_context(|| format!("{file} of {}", group.display()))?;
                }
            }
            script.push_str(&format!("echo $$ >'{}/cgroup.procs' && ", group.display()));
        }
        script.push_str("exec \"$@\"");
        Ok(["sh", "-c", &script, "sh"].map(str::to_owned).to_vec())
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        let made = self.made.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        // One that still has a process stays; an empty group costs nothing.
        made.iter().for_each(|group| drop(fs::remove_dir(group)));
    }
}

/// A scope, where systemd runs and lets us have one.
fn scope() -> Option<Vec<String>> {
    if !Path::new("/run/systemd/system").is_dir() {
        return None;
    }
    let properties = ["CPUQuota=50%", "MemoryMax=1G", "MemorySwapMax=0"];
    [&[][..], &["--user"][..]].into_iter().find_map(|whose: &[&str]| {
        let mut arguments: Vec<String> = vec!["systemd-run".into()];
        arguments.extend(whose.iter().map(|&part| part.to_owned()));
        arguments.extend(["--scope", "--quiet"].map(str::to_owned));
        arguments.extend(properties.map(|property| format!("--property={property}")));
        arguments.push("--".into());
        let (first, rest) = arguments.split_first()?;
        let mut trial = Command::new(first);
        trial.args(rest).arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        trial.status().is_ok_and(|status| status.success()).then_some(arguments)
    })
}

/// The folder of our own group, where both controllers can be handed on.
fn v2() -> Option<Vec<(PathBuf, Settings)>> {
    let folder = PathBuf::from(format!("{MOUNT}{}", own("")?.trim_end_matches('/')));
    let has = fs::read_to_string(folder.join("cgroup.controllers")).ok()?;
    let has_both = ["cpu", "memory"].iter().all(|wanted| has.split_whitespace().any(|one| one == *wanted));
    let handed_on = || fs::write(folder.join("cgroup.subtree_control"), "+cpu +memory").is_ok();
    (has_both && handed_on()).then(|| vec![(folder, V2)])
}

/// Where our own group is the whole machine: a group that somebody made for us is not ours to divide.
fn v1() -> (Vec<(PathBuf, Settings)>, &'static str) {
    let of = |controller: &str, settings: Settings| {
        let folder = Path::new(MOUNT).join(controller);
        let ours = own(controller).is_some_and(|own| own == "/") && folder.join("cgroup.procs").exists();
        ours.then_some((folder, settings))
    };
    match (of("cpu", V1_CPU), of("memory", V1_MEMORY)) {
        (Some(cpu), Some(memory)) => (vec![cpu, memory], "cgroup v1: half a core and 1 GiB for each program"),
        (Some(cpu), None) => (
            vec![cpu],
            "cgroup v1: half a core for each program; the memory is not limited here, as the group that this machine's \
             owner put us in is not ours to divide (the row of memory says what each program took)",
        ),
        (None, _) => (Vec::new(), ""),
    }
}

/// Our own group under this controller (v1), or in the one hierarchy of v2 (no name).
fn own(controller: &str) -> Option<String> {
    let text = fs::read_to_string("/proc/self/cgroup").ok()?;
    text.lines().find_map(|line| {
        let mut parts = line.splitn(3, ':').skip(1);
        let (names, path) = (parts.next()?, parts.next()?);
        names.split(',').any(|name| name == controller).then(|| path.to_owned())
    })
}

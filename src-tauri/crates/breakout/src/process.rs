//! Processes: started in a group of their own, watched through `/proc`, never left behind.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::wait;

/// A program that we started; dropping it kills its whole process group.
#[derive(Debug)]
pub struct Owned {
    name: String,
    child: Child,
    exited: Option<ExitStatus>,
}

impl Owned {
    /// Starts the program as the leader of a new process group.
    pub fn spawn(name: &str, command: &mut Command) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} could not be started (is it installed?)"))?;
        Ok(Self { name: name.to_owned(), child, exited: None })
    }

    /// The process id, which is the id of its group too.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, named as `kill -s` names it, to this process alone.
    pub fn signal(&self, signal: &str) -> Result<()> {
        ensure!(self.exited.is_none(), "{} has ended already", self.name);
        send(signal, &self.pid().to_string())
    }

    /// The exit status, when it has ended.
    pub fn try_exit(&mut self) -> Result<Option<ExitStatus>> {
        if self.exited.is_none() {
            self.exited = self.child.try_wait()?;
        }
        Ok(self.exited)
    }

    /// Waits for the program's own end.
    pub fn wait_exit(&mut self, within: Duration) -> Result<ExitStatus> {
        let what = format!("{} should end", self.name);
        wait::until(&what, within, || self.try_exit())
    }

    /// Kills the whole group, as a power cut would, and waits until the program is gone.
    pub fn kill(&mut self) -> Result<()> {
        if self.try_exit()?.is_none() {
            send("KILL", &format!("-{}", self.pid()))?;
            self.exited = Some(self.child.wait()?);
        }
        for left in group(self.pid())? {
            // It may end by itself between the look and the signal.
            drop(send("KILL", &left.pid.to_string()));
        }
        Ok(())
    }

    /// Its standard input, once.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Its standard output, once.
    pub fn take_stdout(&mut self) -> Result<ChildStdout> {
        self.child.stdout.take().context("its standard output is not ours")
    }

    /// Its standard error, once.
    pub fn take_stderr(&mut self) -> Result<ChildStderr> {
        self.child.stderr.take().context("its standard error is not ours")
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // A drop cannot report; the group is as good as gone when this fails.
        drop(self.kill());
    }
}

/// A command that the kernel kills when this test program goes without a chance to: by a signal, by a time limit.
///
/// The kernel looks at the thread that starts it, so that thread must live as long as the program is needed.
#[must_use]
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// One line of the process table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its name, as the kernel has it (at most 15 bytes: `WebKitWebProces`).
    pub name: String,
    /// `R`, `S`, `T`, `Z`, ….
    pub state: char,
    parent: u32,
    group: u32,
}

impl Process {
    /// Sends it a signal, named as `kill -s` names it.
    pub fn signal(&self, signal: &str) -> Result<()> {
        send(signal, &self.pid.to_string())
    }

    /// Its proportional share of memory in bytes; 0 when it is gone.
    #[must_use]
    pub fn pss(&self) -> u64 {
        let path = format!("/proc/{}/smaps_rollup", self.pid);
        fs::read_to_string(path).map_or(0, |text| size_in(&text, "Pss:"))
    }

    /// The memory that it alone has, in bytes: what it shares goes up and down with others; 0 when it is gone.
    #[must_use]
    pub fn own_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.pid);
        fs::read_to_string(path).map_or(0, |text| size_in(&text, "RssAnon:"))
    }
}

/// The process and all below it, zombies left out.
pub fn tree(root: u32) -> Result<Vec<Process>> {
    let all = table()?;
    let mut found: Vec<Process> = all.iter().filter(|one| one.pid == root).cloned().collect();
    let mut next = 0;
    while next < found.len() {
        let parent = found[next].pid;
        found.extend(all.iter().filter(|one| one.parent == parent).cloned());
        next += 1;
    }
    Ok(found)
}

/// All members of a process group, orphans included, zombies left out.
pub fn group(id: u32) -> Result<Vec<Process>> {
    Ok(table()?.into_iter().filter(|one| one.group == id).collect())
}

/// All processes that have this in their environment, zombies left out. Those of other users cannot be asked.
pub fn with_variable(name: &str, value: &str) -> Result<Vec<Process>> {
    let wanted = format!("{name}={value}");
    let has = |pid: u32| {
        fs::read(format!("/proc/{pid}/environ"))
            .is_ok_and(|text| text.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes()))
    };
    Ok(table()?.into_iter().filter(|one| has(one.pid)).collect())
}

fn table() -> Result<Vec<Process>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // It may have ended since the folder was read.
        let Ok(text) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        found.extend(parse(pid, &text).filter(|one| one.state != 'Z'));
    }
    Ok(found)
}

/// `pid (name) state parent group …`, where the name may hold anything, brackets too.
fn parse(pid: u32, stat: &str) -> Option<Process> {
    let (head, tail) = stat.rsplit_once(')')?;
    let mut fields = tail.split_whitespace();
    Some(Process {
        pid,
        name: head.split_once('(')?.1.to_owned(),
        state: fields.next()?.chars().next()?,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

/// In the kernel's tables, which count in units of 1,024 bytes; 0 when there is no such line.
fn size_in(text: &str, label: &str) -> u64 {
    text.lines()
        .find_map(|line| line.strip_prefix(label))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kib| kib.parse::<u64>().ok())
        .map_or(0, |kib| kib * 1024)
}

fn send(signal: &str, to: &str) -> Result<()> {
    let output = Command::new("sh").args(["-c", r#"kill -s "$1" -- "$2""#, "sh", signal, to]).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "signal {signal} did not reach {to}: {said}");
    Ok(())
}

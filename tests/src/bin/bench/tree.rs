//! What a program and all that it started takes from the machine, as the kernel counts it.

use std::collections::HashMap;
use std::fs;

use anyhow::Result;
use kiosk_tests::process::{self, Process};

/// In the environment of each program that is measured, so that a process is found that left its family.
pub(crate) const MARKER: &str = "KIOSK_BENCH";

/// A look at a whole tree.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    /// Memory in bytes, shared pages counted once.
    pub(crate) pss: f64,
    pub(crate) processes: f64,
    pub(crate) threads: f64,
    /// Open file descriptors.
    pub(crate) fds: f64,
}

/// What a whole tree has worked since somebody began to look. Threads end and take their counts with them, so it is
/// looked at again and again.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// CPU seconds.
    pub(crate) cpu: f64,
    /// How often a thread went to sleep by itself: each time something had woken it.
    pub(crate) wakes: f64,
    /// What each process (`None`) and each of its threads had at the last look.
    last: HashMap<(u32, Option<u32>), f64>,
}

impl Work {
    /// Adds what was done since the last look; the first one adds nothing.
    pub(crate) fn look(&mut self, processes: &[Process]) {
        let is_first = self.last.is_empty();
        let mut now = HashMap::new();
        for one in processes {
            now.insert((one.pid, None), cpu(one.pid));
            now.extend(wakes(one.pid).map(|(thread, wakes)| ((one.pid, Some(thread)), wakes)));
        }
        for (whose, count) in &now {
            // What is new began with nothing.
            let more = count - self.last.get(whose).copied().unwrap_or(0.);
            match whose.1 {
                _ if is_first => {}
                None => self.cpu += more,
                Some(_) => self.wakes += more,
            }
        }
        self.last = now;
    }
}

/// All processes of the program that was started as `pid` with this marker.
pub(crate) fn processes(pid: u32, marker: &str) -> Result<Vec<Process>> {
    let mut found = process::tree(pid)?;
    for one in process::group(pid)?.into_iter().chain(process::with_variable(MARKER, marker)?) {
        if !found.iter().any(|known| known.pid == one.pid) {
            found.push(one);
        }
    }
    Ok(found)
}

/// Looks at all of them. What ends meanwhile counts for nothing.
pub(crate) fn look(pid: u32, marker: &str) -> Result<Look> {
    let mut sum = Look::default();
    for one in processes(pid, marker)? {
        sum.pss += one.pss() as f64;
        sum.processes += 1.;
        sum.threads += entries(&format!("/proc/{}/task", one.pid));
        sum.fds += entries(&format!("/proc/{}/fd", one.pid));
    }
    Ok(sum)
}

/// CPU seconds of one process, all its threads included.
pub(crate) fn cpu(pid: u32) -> f64 {
    // The kernel's unit for programs is a hundredth of a second, on every machine that Debian runs on.
    const TICKS: f64 = 100.;
    ticks(pid) as f64 / TICKS
}

/// The same as the kernel counts it; 0 when it is gone.
pub(crate) fn ticks(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = text.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().skip(11).take(2));
    fields.map_or(0, |fields| fields.filter_map(|field| field.parse::<u64>().ok()).sum())
}

/// For each thread of a process, how often it went to sleep by itself.
fn wakes(pid: u32) -> impl Iterator<Item = (u32, f64)> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("status")).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        Some((task.file_name().to_str()?.parse().ok()?, line.trim().parse().ok()?))
    })
}

fn entries(folder: &str) -> f64 {
    fs::read_dir(folder).map_or(0., |entries| entries.count() as f64)
}

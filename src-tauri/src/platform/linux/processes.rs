//! The engine's own processes, as the kernel lists them.

use std::{fs, iter};

use super::super::EngineProcesses;

/// The kernel cuts names to fifteen characters.
const NETWORK: &str = "WebKitNetworkPr";
const PAGE: &str = "WebKitWebProces";
/// Between this process and one of the engine there are fewer.
const MOST_HELPERS: usize = 8;

/// Looks at every descendant of this process. What is gone before it is read is not there.
pub(crate) fn engine_processes() -> EngineProcesses {
    let mut found = EngineProcesses::default();
    for process in descendants() {
        match process.name.as_str() {
            NETWORK => found.network.push(process.pid),
            PAGE => found.largest_page = found.largest_page.max(memory(process.pid)),
            _ => {}
        }
    }
    found
}

/// The memory of this process and of the engine's, in bytes; what they share counts once.
pub(crate) fn memory_of_all() -> u64 {
    let all = descendants().into_iter().map(|process| process.pid).chain([std::process::id()]);
    all.map(proportional_memory).sum()
}

/// Whether a process is the engine's, by its name: dead ones have theirs until somebody asks after them.
pub(super) fn is_engine(pid: libc::pid_t) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| is_known(name.trim_end()))
}

fn is_known(name: &str) -> bool {
    name == NETWORK || name == PAGE || name.starts_with("bwrap") || name.starts_with("xdg-dbus-proxy")
}

fn descendants() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let all: Vec<Process> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter_map(read).collect();
    let parent = |pid| all.iter().find(|other| other.pid == pid).map(|other| other.parent);
    let ours: Vec<bool> = all.iter().map(|process| is_ours(process, parent)).collect();
    all.into_iter().zip(ours).filter_map(|(process, ours)| ours.then_some(process)).collect()
}

/// By way of helpers: under the engine's own sandbox there are some in between.
fn is_ours(process: &Process, parent: impl Fn(u32) -> Option<u32>) -> bool {
    let line = iter::successors(Some(process.parent), |pid| parent(*pid));
    line.take(MOST_HELPERS).any(|pid| pid == std::process::id())
}

/// Whether this is the process of a page of ours.
pub(super) fn is_page(pid: u32) -> bool {
    let parent = |pid| read(pid).map(|process| process.parent);
    read(pid).is_some_and(|process| process.name == PAGE && is_ours(&process, parent))
}

/// The processes of pages that there are now.
pub(super) fn page_processes() -> Vec<u32> {
    descendants().into_iter().filter(|process| process.name == PAGE).map(|process| process.pid).collect()
}

/// Kills the processes that hold the stores and the connections; the engine makes a new one for the next page.
pub(crate) fn end_network_processes() {
    kill(engine_processes().network);
}

/// Kills processes of the engine that were there a moment ago.
pub(super) fn kill(pids: impl IntoIterator<Item = u32>) {
    for pid in pids.into_iter().filter_map(|pid| libc::pid_t::try_from(pid).ok()) {
        // SAFETY: a signal to a child of ours; it may be gone by now, and then nothing happens.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
        }
    }
}

struct Process {
    pid: u32,
    parent: u32,
    name: String,
}

/// `/proc/PID/stat`: the name stands in brackets and may hold any character, the state and the parent follow (proc(5)).
fn read(pid: u32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (head, tail) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1;
    if !is_known(name) {
        return None;
    }
    let mut fields = tail.split_whitespace();
    // A zombie is dead: only nobody has said so yet.
    let alive = fields.next()? != "Z";
    let parent = fields.next()?.parse().ok()?;
    alive.then(|| Process { pid, parent, name: name.to_owned() })
}

/// The memory that a process holds, in bytes, without what it shares.
fn memory(pid: u32) -> u64 {
    in_bytes(pid, "status", "RssAnon:").unwrap_or(0)
}

/// The memory that a process holds, in bytes, with its share of what it shares.
fn proportional_memory(pid: u32) -> u64 {
    in_bytes(pid, "smaps_rollup", "Pss:").unwrap_or_else(|| memory(pid))
}

/// What one of the kernel's files on a process says in kilobytes. Others count in pages, and not every machine's are of
/// one size.
fn in_bytes(pid: u32, file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().trim_end_matches("kB").trim_end().parse::<u64>().ok()?.checked_mul(1024)
}

/// A tenth of what another process gets where both want the same core.
const YIELDING: libc::c_int = 10;

/// Once, right after the process has come: threads have what the one had that made them.
pub(super) fn yield_to_others(pid: u32) {
    // SAFETY: no memory is involved; a process that is gone is an error that nobody needs to know.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, pid, YIELDING) };
}

//! The engine's own processes, as the kernel lists them.

use std::fs;

use super::super::EngineProcesses;

/// The kernel cuts names to fifteen characters.
const NETWORK: &str = "WebKitNetworkPr";
const PAGE: &str = "WebKitWebProces";

/// Looks at every descendant of this process. What is gone before it is read is not there.
pub(crate) fn engine_processes() -> EngineProcesses {
    let mut found = EngineProcesses::default();
    let Ok(entries) = fs::read_dir("/proc") else { return found };
    let all: Vec<Process> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).filter_map(read).collect();
    let own = std::process::id();
    let is_ours = |process: &Process| {
        let mut parent = process.parent;
        // Under the engine's own sandbox there are helpers in between.
        for _ in 0..8 {
            if parent == own {
                return true;
            }
            match all.iter().find(|other| other.pid == parent) {
                Some(other) => parent = other.parent,
                None => return false,
            }
        }
        false
    };
    for process in all.iter().filter(|process| is_ours(process)) {
        match process.name.as_str() {
            NETWORK => {
                found.network.push(process.pid);
                found.memory += memory(process.pid);
            }
            PAGE => {
                let memory = memory(process.pid);
                found.largest_page = found.largest_page.max(memory);
                found.memory += memory;
            }
            _ => {}
        }
    }
    found.memory += memory(own);
    found
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
    if name != NETWORK && name != PAGE && !name.starts_with("bwrap") && !name.starts_with("xdg-dbus-proxy") {
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
    let read = || -> Option<u64> {
        let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
        let mut pages = statm.split_whitespace().skip(1).map(str::parse::<u64>);
        let (resident, shared) = (pages.next()?.ok()?, pages.next()?.ok()?);
        Some(resident.saturating_sub(shared) * 4096)
    };
    read().unwrap_or(0)
}

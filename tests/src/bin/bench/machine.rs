//! Facts about the machine, without which no figure means anything.

use std::fs;
use std::process::Command;

use anyhow::Result;
use kiosk_tests::program;
use serde_json::{Value, json};

use crate::limit::Limit;
use crate::peer::Peer;

/// The machine, the programs, and how busy it was at the start.
pub(crate) fn facts(peers: &[Peer], left_out: &[&str], limit: &Limit) -> Result<Value> {
    let program = program::path()?;
    let peers: serde_json::Map<String, Value> =
        peers.iter().map(|peer| (peer.name().to_owned(), peer.version().into())).collect();
    Ok(json!({
        "date": said("date", &["--utc", "+%FT%TZ"]),
        "cpu": line("/proc/cpuinfo", "model name").or_else(|| line("/proc/cpuinfo", "Model")),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": line("/proc/meminfo", "MemTotal"),
        "kernel": fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim(),
        "system": line("/etc/os-release", "PRETTY_NAME").map(|name| name.trim_matches('"').to_owned()),
        "virtual": said("systemd-detect-virt", &[]),
        "load_at_start": fs::read_to_string("/proc/loadavg").unwrap_or_default().trim(),
        "display": "Xvfb, 1280x800, 24 bits, openbox",
        "engine": version_of("libwebkit2gtk-4.1-0"),
        "program": program,
        "optimised": !program.components().any(|part| part.as_os_str() == "debug"),
        "commit": said("git", &["describe", "--always", "--dirty"]),
        "peers": peers,
        "left_out": left_out,
        "limit": limit.sentence(),
    }))
}

/// The version of an installed Debian package; empty when there is none.
pub(crate) fn version_of(package: &str) -> String {
    said("dpkg-query", &["--show", "--showformat=${Version}", package])
}

/// What a program says; empty when it cannot.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// What a file says of a name, behind `:` or `=`.
fn line(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(rest.trim_start().trim_start_matches([':', '=']).trim().to_owned())
}

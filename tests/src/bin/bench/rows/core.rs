//! What criterion found of the core, as `cargo bench` left it beside this program.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::Bench;
use crate::peer::KIOSK;
use crate::report::Row;

/// The other side of each comparison.
const PARSING: &str = "from_slice to a Value";

/// A row for each kind of event; the benchmark's groups are named after them.
pub(crate) fn measure(_: &Bench) -> Result<Vec<Row>> {
    let folder = Path::new("target/criterion");
    let mut rows = Vec::new();
    let mut groups: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("{} is not there: cargo bench --package kiosk-core", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("kiosk").is_dir())
        .collect();
    groups.sort();
    for group in &groups {
        let (own, other) = (Figures::read(&group.join("kiosk"))?, Figures::read(&group.join("value"))?);
        let name = group.file_name().unwrap_or_default().to_string_lossy().replace('_', " ");
        let note = format!(
            "{:.0} bytes an event; the kiosk reads and decides {:.0} thousand events and {:.0} MB a second",
            own.bytes,
            1e6 / own.nanoseconds,
            own.bytes * 1e3 / own.nanoseconds
        );
        rows.push(
            Row::new(format!("core: {name}"), "ns an event")
                .once(KIOSK, own.nanoseconds)
                .once(PARSING, other.nanoseconds)
                .note(note),
        );
        if let (Some(own), Some(other)) = (own.allocations, other.allocations) {
            rows.push(Row::new(format!("core: {name}"), "allocations").once(KIOSK, own).once(PARSING, other));
        }
    }
    ensure!(!rows.is_empty(), "{} has no figures", folder.display());
    Ok(rows)
}

/// One benchmark, for one event.
struct Figures {
    nanoseconds: f64,
    bytes: f64,
    allocations: Option<f64>,
}

impl Figures {
    fn read(folder: &Path) -> Result<Self> {
        let read = |file: &str| -> Result<Value> {
            let path = folder.join(file);
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            Ok(serde_json::from_str(&text)?)
        };
        let times = read("new/estimates.json")?;
        let counts = read("counts.json")?;
        let events = counts["events"].as_f64().context("no count of events")?;
        Ok(Self {
            nanoseconds: times["median"]["point_estimate"].as_f64().context("no median")? / events,
            bytes: counts["bytes"].as_f64().context("no count of bytes")? / events,
            allocations: counts["allocations"].as_f64().map(|all| all / events),
        })
    }
}

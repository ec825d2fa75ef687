//! The log: files where the configuration names a folder, and the system's journal. Lines that are not this program's own
//! events stay out.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Map, Value, json};

use super::{Part, counted};
use crate::{config, log};

/// So much of the newest lines, in bytes.
const MOST: usize = 16 << 20;
/// So many of the journal's entries.
const ENTRIES: &str = "20000";
/// A longer value is no word and no sentence of this program's.
const LONGEST: usize = 200;

/// All that there is.
pub(super) fn parts(explicit: Option<&Path>) -> Vec<Part> {
    let folder = config::settings(explicit).and_then(|config| config.log.folder);
    let mut parts: Vec<Part> = folder.as_deref().map(files).unwrap_or_default();
    parts.extend(journal());
    if parts.is_empty() {
        let about = "no log: there is no journal with entries of this program, and no `log.folder`";
        parts.push(Part::new("log.txt", String::new(), about));
    }
    parts
}

fn files(folder: &Path) -> Vec<Part> {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.strip_prefix(log::FILE.0).and_then(|rest| rest.strip_suffix(log::FILE.1)).is_some_and(|date| {
            date.len() == ".2026-11-22.".len()
                && date.bytes().all(|byte| byte.is_ascii_digit() || b".-".contains(&byte))
        })
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(is_ours)
        .collect();
    // By their dates, the newest first.
    paths.sort_by(|one, other| other.cmp(one));
    let mut room = MOST;
    let mut parts = Vec::new();
    for path in paths {
        let bytes = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let (mut kept, mut count, mut left_out) = (String::new(), 0u64, 0u64);
        for line in text.lines().filter(|line| !line.is_empty()) {
            match own(line) {
                Some(line) if kept.len() + line.len() < room => {
                    count += 1;
                    kept.push_str(&line);
                    kept.push('\n');
                }
                _ => left_out += 1,
            }
        }
        room = room.saturating_sub(kept.len());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        parts.push(Part::new(format!("log/{name}"), kept, counted(&format!("lines of the log: {count}"), left_out)));
    }
    parts
}

/// The line, if it is an event of this program.
fn own(line: &str) -> Option<String> {
    match serde_json::from_str(line) {
        Ok(Value::Object(event)) => event.get("event").is_some_and(Value::is_string).then(|| plain(event).to_string()),
        // As text: `2026-11-22T10:00:00.000000Z  INFO event="visit.fresh" visit=1`.
        _ => {
            let mut words = line.split_whitespace();
            let timed = words.next()?.parse::<jiff::Timestamp>().is_ok();
            let level = matches!(words.next()?, "ERROR" | "WARN" | "INFO" | "DEBUG" | "TRACE");
            let named = line.contains("event=\"");
            // The toolkit's own words are nobody's business elsewhere.
            let foreign = line.contains("event=\"toolkit\"");
            (timed && level && named && !foreign && line.len() <= 4 * LONGEST).then(|| line.to_owned())
        }
    }
}

/// Numbers, truths, and texts that are short.
fn plain(event: Map<String, Value>) -> Value {
    let foreign = event.get("event").is_some_and(|name| name == "toolkit");
    let kept = event.into_iter().filter(|(name, value)| match value {
        Value::String(text) => text.len() <= LONGEST && !(foreign && name == "message"),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::Array(_) | Value::Object(_) => false,
    });
    Value::Object(kept.collect())
}

/// What the journal has of this program's own entries, with the fields that it gave them.
fn journal() -> Option<Part> {
    let output = Command::new("journalctl")
        .args(["--no-pager", "--quiet", "--output=json", "--lines", ENTRIES, "--identifier", log::IDENTIFIER])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (mut kept, mut count) = (String::new(), 0u64);
    for entry in text.lines().filter_map(|line| serde_json::from_str::<Map<String, Value>>(line).ok()) {
        let Some(line) = entry_of(&entry).filter(|line| kept.len() + line.len() < MOST) else { continue };
        count += 1;
        kept.push_str(&line);
        kept.push('\n');
    }
    (count > 0).then(|| Part::new("journal.jsonl", kept, format!("entries of the system's journal: {count}")))
}

/// One entry as a line of the log would be; `None` when it is not one of ours.
fn entry_of(entry: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    text("KIOSK_EVENT")?;
    let at = text("__REALTIME_TIMESTAMP")?.parse().ok().and_then(|at| jiff::Timestamp::from_microsecond(at).ok())?;
    let mut line = Map::new();
    line.insert("timestamp".to_owned(), json!(at.to_string()));
    line.insert("priority".to_owned(), json!(text("PRIORITY")?));
    for (name, value) in entry {
        if let Some(name) = name.strip_prefix(log::FIELD) {
            line.insert(name.to_ascii_lowercase(), value.clone());
        }
    }
    Some(plain(line).to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_this_programs_events_are_kept() {
        for line in [
            r#"{"timestamp":"2026-11-22T10:00:00Z","level":"INFO","event":"visit.fresh","visit":1}"#,
            "2026-11-22T10:00:00.000000Z  INFO event=\"visit.fresh\" visit=1",
        ] {
            assert!(own(line).is_some_and(|kept| kept.contains("visit.fresh")), "{line}");
        }
        for line in [
            "somebody said planted",
            "",
            r#"{"message":"planted"}"#,
            r#"["planted"]"#,
            "2026-11-22T10:00:00.000000Z  INFO planted",
            "2026-11-22T10:00:00.000000Z DEBUG event=\"toolkit\" planted",
        ] {
            assert_eq!(own(line), None, "{line}");
        }
        let odd =
            format!(r#"{{"event":"toolkit","message":"planted","visit":{{"a":"planted"}},"x":"{}"}}"#, "p".repeat(201));
        assert_eq!(own(&odd).unwrap(), r#"{"event":"toolkit"}"#);
    }

    #[test]
    fn an_entry_of_the_journal_becomes_a_line() {
        let entry = json!({
            "__REALTIME_TIMESTAMP": "1800000000000000", "PRIORITY": "6", "MESSAGE": "planted", "_HOSTNAME": "planted",
            "KIOSK_EVENT": "visit.fresh", "KIOSK_VISIT": "1",
        });
        let line = entry_of(entry.as_object().unwrap()).unwrap();
        assert!(line.contains(r#""event":"visit.fresh""#) && line.contains(r#""visit":"1""#), "{line}");
        assert!(!line.contains("planted"), "{line}");
        assert_eq!(entry_of(json!({ "MESSAGE": "x" }).as_object().unwrap()), None);
    }
}

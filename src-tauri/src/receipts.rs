//! `receipts`: what the ledger says, for a person or for a program.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
};

use anyhow::Context;
use kiosk_core::receipt::{Clear, End, Receipt};
use serde::Serialize;
use serde_json::Value;

use crate::ledger;

/// So many of the slowest resets are listed.
const SLOWEST: usize = 5;

/// The ledger in figures.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Summary {
    /// Receipts of visits that were in service.
    visits: u64,
    /// Of those, the ones that somebody used, or whose page told of a conversation.
    used: u64,
    /// The first and the last receipt's time.
    from: Option<String>,
    to: Option<String>,
    /// How many visits each cause ended.
    causes: BTreeMap<&'static str, u64>,
    /// Calls of `clearSession` by what became of them.
    clears_confirmed: u64,
    clears_unconfirmed: u64,
    clears_not_possible: u64,
    /// New visits that never were in service, by cause; `unproven` are failures of the proof.
    discarded: BTreeMap<&'static str, u64>,
    /// Visits after which there was no service for a while.
    out_of_service: u64,
    /// Milliseconds from a visit's end to the next fresh screen: the middle one and the slowest.
    reset_ms_median: Option<u64>,
    slowest: Vec<Slow>,
    /// Lines that are no receipts: at most one for each power cut.
    unreadable: u64,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Slow {
    at: String,
    cause: &'static str,
    reset_ms: u64,
}

/// Prints the summary.
///
/// # Errors
/// A ledger that is there and cannot be read; an output that cannot be written.
pub(crate) fn run(json: bool) -> anyhow::Result<()> {
    let state = ledger::state_folder();
    let mut text = Vec::new();
    for path in ledger::files(&state) {
        let bytes = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        text.extend_from_slice(&bytes);
        text.push(b'\n');
    }
    let summary = summarise(&text);
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&summary)?)?;
    } else if summary.visits == 0 && summary.discarded.is_empty() {
        writeln!(out, "There are no receipts in {} yet.", state.display())?;
    } else {
        out.write_all(sentences(&summary).as_bytes())?;
    }
    Ok(())
}

fn summarise(text: &[u8]) -> Summary {
    let mut summary = Summary::default();
    let mut resets: Vec<Slow> = Vec::new();
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Some((at, receipt)) = read(line) else {
            summary.unreadable += 1;
            continue;
        };
        summary.from.get_or_insert_with(|| at.clone());
        summary.to = Some(at.clone());
        let cause = receipt.cause.name();
        if receipt.end == End::Discarded {
            *summary.discarded.entry(cause).or_default() += 1;
            continue;
        }
        summary.visits += 1;
        summary.used += u64::from(receipt.used);
        *summary.causes.entry(cause).or_default() += 1;
        match receipt.clear {
            Clear::Confirmed => summary.clears_confirmed += 1,
            Clear::Unconfirmed => summary.clears_unconfirmed += 1,
            Clear::NotPossible => summary.clears_not_possible += 1,
            Clear::NotNeeded => {}
        }
        match receipt.end {
            End::Fresh => resets.push(Slow { at, cause, reset_ms: receipt.reset_ms }),
            End::OutOfService | End::Discarded => summary.out_of_service += 1,
        }
    }
    resets.sort_by_key(|slow| std::cmp::Reverse(slow.reset_ms));
    summary.reset_ms_median = resets.get(resets.len() / 2).map(|slow| slow.reset_ms);
    resets.truncate(SLOWEST);
    summary.slowest = resets;
    summary
}

/// A line of the ledger: when, and the receipt.
pub(crate) fn read(line: &[u8]) -> Option<(String, Receipt)> {
    let mut line: Value = serde_json::from_slice(line).ok()?;
    let at = line.as_object_mut()?.remove("at")?.as_str()?.to_owned();
    Some((at, serde_json::from_value(line).ok()?))
}

fn sentences(summary: &Summary) -> String {
    let mut lines = Vec::new();
    let span = match (&summary.from, &summary.to) {
        (Some(from), Some(to)) => format!(", from {from} to {to}"),
        _ => String::new(),
    };
    lines.push(format!("{} visits, {} of them used{span}.", summary.visits, summary.used));
    let causes: Vec<String> = summary.causes.iter().map(|(cause, count)| format!("{cause} {count}")).collect();
    lines.push(format!("Ended by: {}.", causes.join(", ")));
    lines.push(format!(
        "clearSession: {} confirmed, {} unconfirmed, {} not possible.",
        summary.clears_confirmed, summary.clears_unconfirmed, summary.clears_not_possible
    ));
    let unproven = summary.discarded.get("unproven").copied().unwrap_or(0);
    lines.push(match unproven {
        0 => "Every visit's store was proven empty at birth.".to_owned(),
        count => format!("{count} new visits were not proven empty; each was thrown away before anybody saw it."),
    });
    let others: Vec<String> =
        summary.discarded.iter().filter(|(cause, _)| **cause != "unproven").map(|(c, n)| format!("{c} {n}")).collect();
    if !others.is_empty() {
        lines.push(format!("New visits that did not come up: {}.", others.join(", ")));
    }
    if summary.out_of_service > 0 {
        lines.push(format!("Out of service after {} visits.", summary.out_of_service));
    }
    if let Some(median) = summary.reset_ms_median {
        lines.push(format!("From an end to the next fresh screen: {median} ms in the middle. The slowest:"));
        lines.extend(summary.slowest.iter().map(|s| format!("  {:>7} ms  {}  {}", s.reset_ms, s.at, s.cause)));
    }
    if summary.unreadable > 0 {
        lines.push(format!("{} lines could not be read: a power cut leaves one.", summary.unreadable));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: &str = r#"{"at":"2026-11-22T09:00:00Z","attempts":1,"cause":"agent_end","clear":"confirmed","discarded":0,"end":"fresh","lasted_seconds":5,"next":2,"records":0,"reset_ms":332,"used":true,"visit":1}
{"at":"2026-11-22T09:05:00Z","attempts":0,"cause":"unproven","clear":"not_needed","discarded":0,"end":"discarded","lasted_seconds":0,"next":null,"records":null,"reset_ms":9,"used":false,"visit":3}
{"at":"2026-11-2
{"at":"2026-11-22T09:06:00Z","attempts":3,"cause":"idle","clear":"unconfirmed","discarded":1,"end":"fresh","lasted_seconds":90,"next":4,"records":0,"reset_ms":31000,"used":true,"visit":2}
{"at":"2026-11-22T09:07:00Z","attempts":0,"cause":"network","clear":"not_possible","discarded":0,"end":"out_of_service","lasted_seconds":60,"next":null,"records":null,"reset_ms":0,"used":false,"visit":4}
"#;

    #[test]
    fn a_ledger_is_summed_up_and_a_broken_line_is_counted() {
        let summary = summarise(LEDGER.as_bytes());
        assert_eq!((summary.visits, summary.used, summary.unreadable), (3, 2, 1));
        assert_eq!(summary.causes, BTreeMap::from([("agent_end", 1), ("idle", 1), ("network", 1)]));
        assert_eq!((summary.clears_confirmed, summary.clears_unconfirmed, summary.clears_not_possible), (1, 1, 1));
        assert_eq!(summary.discarded, BTreeMap::from([("unproven", 1)]));
        assert_eq!((summary.slowest[0].reset_ms, summary.out_of_service), (31_000, 1));
        let text = sentences(&summary);
        assert!(
            text.contains("3 visits, 2 of them used, from 2026-11-22T09:00:00Z to 2026-11-22T09:07:00Z."),
            "{text}"
        );
        assert!(text.contains("1 new visits were not proven empty"), "{text}");
    }

    #[test]
    fn nothing_is_no_error() {
        assert_eq!(summarise(b""), Summary::default());
        assert_eq!(summarise(b"\xff\xfe\n[]\n{}\n").unreadable, 3);
    }
}

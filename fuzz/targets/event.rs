//! The event reader and the rule, against a second reader that takes the whole event apart, and the rule as one sentence.
//!
//! The input is a recording: one event a line.
#![no_main]

use std::collections::HashSet;

use kiosk_core::{
    event::{Field, Status, Unreadable, read_line},
    rule::{Judge, Outcome},
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// So many ended sessions are certainly remembered.
const REMEMBERED: usize = 4096;

fuzz_target!(|recording: &[u8]| {
    let mut judge = Judge::default();
    let mut ended = HashSet::new();
    for line in recording.split(|byte| *byte == b'\n').take(REMEMBERED) {
        let reading = read_line(line).reading;
        assert_eq!(reading, read_line(line).reading, "the same line, the same reading");
        if let Some(expected) = taken_apart(line) {
            assert_eq!(reading, expected, "{}", String::from_utf8_lossy(line));
        }
        if let Ok(status) = &reading {
            let texts = [&status.entry_type, &status.status, &status.previous, &status.ended_by, &status.session];
            let length: usize = texts.iter().filter_map(|field| field.text()).map(str::len).sum();
            assert!(length <= 3 * line.len(), "what is read is not longer than what was written");
        }

        let alone = Judge::default().judge(&reading);
        assert_eq!(alone.outcome == Outcome::Reset, is_agents_end(&reading));
        assert_eq!(alone.outcome == Outcome::Invalid, is_invalid(&reading));

        let is_end = matches!(alone.outcome, Outcome::Reset | Outcome::OtherEnd);
        let session = reading.as_ref().ok().and_then(|status| status.session.text());
        let is_known = is_end && session.is_some_and(|session| !ended.insert(session.to_owned()));
        let outcome = judge.judge(&reading).outcome;
        assert_eq!(outcome, if is_known { Outcome::Ignore } else { alone.outcome }, "an end counts once");
    }
});

/// The rule: ended, was active, by the agent.
fn is_agents_end(reading: &Result<Status, Unreadable>) -> bool {
    let Ok(status) = reading else { return false };
    let is = |field: &Field, text: &str| field.text() == Some(text);
    (status.entry_type == Field::Missing || is(&status.entry_type, "SessionStatusChanged"))
        && is(&status.status, "Ended")
        && is(&status.previous, "Active")
        && is(&status.ended_by, "Agent")
}

/// What cannot be judged: unreadable, or a status entry with a needed field that is no text.
fn is_invalid(reading: &Result<Status, Unreadable>) -> bool {
    let Ok(status) = reading else { return true };
    let is_other = match &status.entry_type {
        Field::Missing => false,
        Field::Text(kind) => kind != "SessionStatusChanged",
        Field::Wrong => true,
    };
    !is_other && (status.status.text().is_none() || status.previous == Field::Wrong || status.ended_by == Field::Wrong)
}

/// The second reader; `None` where it is stricter than the first (depth, lone surrogates, huge numbers in fields that
/// nobody reads).
fn taken_apart(line: &[u8]) -> Option<Result<Status, Unreadable>> {
    let text = std::str::from_utf8(line).ok()?;
    // The library's own word for raw texts means something else to a reader that takes everything apart.
    if text.contains("$serde_json") {
        return None;
    }
    let line: Value = serde_json::from_str(text).ok()?;
    let detail = line.get("detail").unwrap_or(&line);
    if !detail.is_object() {
        return Some(Err(Unreadable::NoDetail));
    }
    let Some(entry) = detail.get("conversationEntry").filter(|entry| entry.is_object()) else {
        return Some(Err(Unreadable::NoEntry));
    };
    let payload = match entry.get("entryPayload") {
        Some(Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(payload) if payload.is_object() => payload,
            Ok(_) => return Some(Err(Unreadable::BadPayload)),
            Err(_) => return None,
        },
        Some(object @ Value::Object(_)) => object.clone(),
        _ => return Some(Err(Unreadable::NoPayload)),
    };
    let field = |name: &str| match payload.get(name) {
        None | Some(Value::Null) => Field::Missing,
        Some(Value::String(text)) => Field::Text(text.clone()),
        Some(_) => Field::Wrong,
    };
    Some(Ok(Status {
        entry_type: field("entryType"),
        status: field("sessionStatus"),
        previous: field("sessionStatusPrev"),
        ended_by: field("sessionEndedByRole"),
        session: field("sessionId"),
    }))
}

//! The two ways of reading say the same.

use proptest::prelude::*;

use super::{Line, exact, plain};

const RECORDING: &str = include_str!("../../../../../tests/data/session_events.jsonl");
const AGENT_END: &str = r#"{"id":"a","detail":{"conversationEntry":{"entryPayload":"{\"entryType\":\"SessionStatusChanged\",\"sessionStatus\":\"Ended\",\"sessionStatusPrev\":\"Active\",\"sessionEndedByRole\":\"Agent\",\"sessionId\":\"0MwXX\"}"}}}"#;

/// What a line is broken with: at any place, any of these.
const SHARDS: [&str; 26] = [
    "",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\\\"",
    ",",
    ":",
    "null",
    "null,",
    "1e999",
    "-0",
    "true",
    "\\ud800",
    "\\\\ud800",
    "\u{1}",
    "é",
    "\"detail\":{},",
    "\"detail\":\"\\ud800\",",
    "\"conversationEntry\":null,",
    "\"entryPayload\":[{}],",
    "\"entryPayload\":\"{}\",",
    "\\\"sessionStatus\\\":{\\\"a\\\":[1]},",
    "\"sessionId\":1e999,",
];

fn told(line: &Line) -> (Option<&str>, &Result<super::Status, super::Unreadable>) {
    (line.id.as_ref().map(|id| id.get()), &line.reading)
}

/// `plain` may refuse, and may not differ.
fn both(text: &str) -> Result<bool, TestCaseError> {
    let line = plain::line(text);
    if let Some(line) = &line {
        let exactly = exact::line(text);
        prop_assert_eq!(told(line), told(&exactly), "{}", text);
    }
    if let Some(reading) = plain::detail(text) {
        prop_assert_eq!(reading, exact::detail(text), "{}", text);
    }
    Ok(line.is_some())
}

#[test]
fn a_well_formed_event_takes_one_pass() {
    let read = plain::line(AGENT_END).expect("it is well formed");
    assert_eq!(read.reading.expect("it is an event").ended_by.text(), Some("Agent"));
    let unpacked = AGENT_END.replace("\\\"", "\"").replace("\"{", "{").replace("}\"", "}");
    assert!(plain::line(&unpacked).is_some_and(|line| line.reading.is_ok()), "{unpacked}");
}

#[test]
fn the_recording_reads_the_same_both_ways() {
    let plainly = RECORDING.lines().filter(|line| both(line).expect("one reading")).count();
    assert!(plainly * 10 > RECORDING.lines().count() * 9, "only {plainly} in one pass");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_broken_line_reads_the_same_both_ways(
        which in any::<prop::sample::Index>(),
        breaks in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, prop::sample::select(&SHARDS[..])), 1..4),
    ) {
        let lines: Vec<&str> = RECORDING.lines().chain([AGENT_END; 8]).collect();
        let mut text = which.get(&lines).to_string();
        for (at, gone, shard) in breaks {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let from = at.index(places.len());
            let to = (from + gone).min(places.len() - 1);
            text.replace_range(places[from]..places[to], shard);
        }
        both(&text)?;
    }
}

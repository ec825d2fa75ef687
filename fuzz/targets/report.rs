//! What a page may report: read, written out, read again; and how much of it passes.
//!
//! The input is lines: a byte that says how much time passes, then a report as JSON.
#![no_main]

use std::time::Duration;

use kiosk_core::{
    event::{Field, Status},
    flood::{Flood, LONGEST_MESSAGE},
    rule::{Judge, Outcome},
    wire::Report,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|messages: &[u8]| {
    let mut flood = Flood::default();
    let mut judge = Judge::default();
    let mut now = Duration::from_secs(1);
    let mut passed = [0u32; 4];
    for message in messages.split(|byte| *byte == b'\n') {
        let Some((wait, message)) = message.split_first() else { continue };
        now += Duration::from_millis(u64::from(*wait));
        let report = std::str::from_utf8(message)
            .ok()
            .filter(|text| text.len() <= LONGEST_MESSAGE)
            .and_then(|text| serde_json::from_str::<Report>(text).ok());
        if let Some(report) = &report {
            comes_back(report, message.len());
            if let Report::Status(status) = report {
                let reset = judge.judge(&Ok(status.clone())).outcome == Outcome::Reset;
                assert!(!reset || is_agents_end(status));
            }
        }
        if flood.admits(now, report.as_ref()) {
            let (kind, most, every) = allowance(report.as_ref());
            passed[kind] += 1;
            let earned = (now - Duration::from_secs(1)).as_millis() / every;
            assert!(u128::from(passed[kind]) <= most + earned, "more than its allowance");
        }
    }
    // Whatever came: the agent's end passes, unless the page has used that very allowance up.
    let ends = passed[0];
    assert!(flood.admits(now, Some(&agents_end())) || ends >= 32);
});

/// Written out and read again it is the same, and not much longer than it came.
fn comes_back(report: &Report, length: usize) {
    let written = serde_json::to_string(report).expect("a report can be written");
    assert_eq!(serde_json::from_str::<Report>(&written).ok().as_ref(), Some(report), "{written}");
    assert!(written.len() <= 6 * length + 256);
}

fn is_agents_end(status: &Status) -> bool {
    [&status.status, &status.previous, &status.ended_by].map(|field| field.text())
        == [Some("Ended"), Some("Active"), Some("Agent")]
}

/// The kinds with their allowances, told apart a second time: kind, most at once, milliseconds for one more.
fn allowance(report: Option<&Report>) -> (usize, u128, u128) {
    match report {
        Some(Report::Status(status)) if status.status.text() == Some("Ended") => {
            (usize::from(status.ended_by.text() != Some("Agent")), 32, 250)
        }
        Some(Report::Hello | Report::InitError | Report::Status(_) | Report::Unreadable { .. }) | None => (3, 256, 20),
        Some(Report::Conversation { .. }) => (3, 256, 20),
        Some(_) => (2, 64, 100),
    }
}

fn agents_end() -> Report {
    let text = |text: &str| Field::Text(text.to_owned());
    Report::Status(Status { status: text("Ended"), ended_by: text("Agent"), ..Status::default() })
}

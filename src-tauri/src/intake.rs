//! What a message of a chat page has to pass before the framework reads it.
//!
//! The engine hands over messages of every frame, with the page's address for all of them; the framework would read
//! each in full, answer it in the page, and write a frame's wrong key to standard error together with the right one.
//! So the message is looked at here first: its length, its key (only the page itself has it), its command (the chat
//! has one), and whether the page reports more than it may.

use std::{
    borrow::Cow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use kiosk_core::{
    flood::{Flood, LONGEST_MESSAGE},
    wire::Report,
};
use serde::Deserialize;

use crate::refusals;

/// The one command of a chat page.
pub(crate) const COMMAND: &str = "report";

/// The gate of one visit's page.
pub(crate) struct Intake {
    key: String,
    since: Instant,
    flood: Mutex<Flood>,
    passing: AtomicBool,
}

/// A message that the framework may see.
#[derive(Debug, PartialEq)]
pub(crate) enum Passed {
    /// The chat's one command.
    Report {
        /// `None`: it cannot be read.
        report: Option<Report>,
        /// By which the page knows how far its messages have come; 0 where it has none.
        number: u32,
    },
    /// Another command: the rule that it breaks. The framework refuses it too, and answers the page.
    ToBeRefused(&'static str),
}

/// A message, as far as the gate reads it.
#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    cmd: Cow<'a, str>,
    #[serde(borrow, rename = "__TAURI_INVOKE_KEY__")]
    key: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a serde_json::value::RawValue,
}

#[derive(Deserialize)]
struct Payload {
    report: Report,
    #[serde(default)]
    number: u32,
}

impl Intake {
    /// With the key that the framework gave to the page, and to no frame in it.
    pub(crate) fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            since: Instant::now(),
            flood: Mutex::new(Flood::default()),
            passing: AtomicBool::new(false),
        }
    }

    /// Whether the framework may see a message.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(crate) fn judge(&self, message: &str) -> Result<Passed, &'static str> {
        if message.len() > LONGEST_MESSAGE {
            return Err("message_size");
        }
        let Ok(message) = serde_json::from_str::<Message<'_>>(message) else { return Err("message") };
        if message.key != self.key {
            return Err("message_key");
        }
        if message.cmd != COMMAND {
            // No capability allows it; the framework says so to the page.
            return self.admit(None).map(|()| Passed::ToBeRefused("command"));
        }
        let payload: Option<Payload> = serde_json::from_str(message.payload.get()).ok();
        let (report, number) = payload.map_or((None, 0), |payload| (Some(payload.report), payload.number));
        self.admit(report.as_ref()).map(|()| Passed::Report { report, number })
    }

    /// Hands a message that was judged over, and knows that what comes meanwhile was. Says whether it came to its command.
    pub(crate) fn pass(&self, hand_over: impl FnOnce()) -> bool {
        self.passing.store(true, Ordering::SeqCst);
        hand_over();
        // Its command has taken it, or it is still here.
        !self.passing.swap(false, Ordering::SeqCst)
    }

    /// Whether the message that is being dealt with is one that was judged, and not a call by fetch.
    pub(crate) fn is_passing(&self) -> bool {
        self.passing.load(Ordering::SeqCst)
    }

    /// Judges a report that has reached its command. The framework has another way for a page to call commands, by
    /// fetch; what comes that way is counted like the rest.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub(crate) fn judge_arrived(&self, report: Option<&Report>) -> Result<(), &'static str> {
        if self.passing.swap(false, Ordering::SeqCst) { Ok(()) } else { self.admit(report) }
    }

    fn admit(&self, report: Option<&Report>) -> Result<(), &'static str> {
        let now = self.since.elapsed();
        let mut flood = self.flood.lock().unwrap_or_else(PoisonError::into_inner);
        if flood.admits(now, report) { Ok(()) } else { Err(refusals::REPORT_FLOOD) }
    }
}

/// The gates of the two newest visits, for the command: the one that is on, and the one that is made in advance.
#[derive(Default)]
pub(crate) struct Intakes(Mutex<Vec<(u64, Arc<Intake>)>>);

impl Intakes {
    /// A new visit has this gate.
    pub(crate) fn set(&self, visit: u64, intake: Arc<Intake>) {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = newest.len().saturating_sub(1);
        newest.drain(..old);
        newest.push((visit, intake));
    }

    /// The gate of this visit, if it is one of them.
    pub(crate) fn of(&self, visit: u64) -> Option<Arc<Intake>> {
        let newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        newest.iter().find(|(of, _)| *of == visit).map(|(_, intake)| intake.clone())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn message(key: &str, cmd: &str, payload: &Value) -> String {
        json!({"cmd": cmd, "callback": 1, "error": 2, "payload": payload, "__TAURI_INVOKE_KEY__": key}).to_string()
    }

    fn judge(message: &str) -> Result<Passed, &'static str> {
        Intake::new("the key").judge(message)
    }

    fn told(report: Option<Report>, number: u32) -> Result<Passed, &'static str> {
        Ok(Passed::Report { report, number })
    }

    #[test]
    fn the_pages_own_report_passes() {
        assert_eq!(
            judge(&message("the key", "report", &json!({"report": {"report": "hello"}}))),
            told(Some(Report::Hello), 0)
        );
        // The command counts what it cannot read.
        assert_eq!(judge(&message("the key", "report", &json!(7))), told(None, 0));
        let numbered = json!({"report": {"report": "hello"}, "number": 7});
        assert_eq!(judge(&message("the key", "report", &numbered)), told(Some(Report::Hello), 7));
    }

    #[test]
    fn everything_else_is_refused_by_its_rule() {
        let hello = json!({"report": {"report": "hello"}});
        for (text, rule) in [
            (message("", "report", &hello), "message_key"),
            (message("the key ", "report", &hello), "message_key"),
            (message("the key", "report", &json!("x".repeat(LONGEST_MESSAGE))), "message_size"),
            (String::new(), "message"),
            ("[".repeat(LONGEST_MESSAGE), "message"),
            (json!({"cmd": "report", "payload": 1}).to_string(), "message"),
            (json!({"cmd": 1, "payload": 1, "__TAURI_INVOKE_KEY__": "the key"}).to_string(), "message"),
        ] {
            assert_eq!(judge(&text), Err(rule), "{}", &text[..text.len().min(80)]);
        }
    }

    #[test]
    fn another_command_is_left_to_the_framework_to_refuse_and_not_for_ever() {
        let intake = Intake::new("k");
        for cmd in ["front_action", "plugin:window|close", "report\0", ""] {
            assert_eq!(intake.judge(&message("k", cmd, &json!({}))), Ok(Passed::ToBeRefused("command")));
        }
        let close = message("k", "plugin:window|close", &json!({}));
        assert!((0..10_000).any(|_| intake.judge(&close) == Err("report_flood")));
    }

    #[test]
    fn a_flood_ends_at_the_gate_and_an_agents_end_passes_it() {
        let intake = Intake::new("k");
        let status = |status: &str| {
            json!({"report": {"report": "status", "entry_type": "SessionStatusChanged", "status": status, "previous": "Active",
                "ended_by": "Agent", "session": "s"}})
        };
        let busy = message("k", "report", &status("Active"));
        let passed = (0..10_000).filter(|_| intake.judge(&busy).is_ok()).count();
        assert!((256..2000).contains(&passed), "{passed}");
        assert_eq!(intake.judge(&busy), Err("report_flood"));
        assert!(intake.judge(&message("k", "report", &status("Ended"))).is_ok());
    }

    #[test]
    fn what_comes_by_another_way_is_counted_and_what_was_judged_is_not_counted_twice() {
        let intake = Intake::new("k");
        let arrived = (0..10_000).filter(|_| intake.judge_arrived(Some(&Report::Hello)).is_ok()).count();
        assert!(arrived < 2000, "{arrived}");
        let let_through = intake.pass(|| assert_eq!(intake.judge_arrived(Some(&Report::Hello)), Ok(())));
        assert!(let_through);
        assert!(!intake.pass(|| ()), "the framework let nothing through");
        assert_eq!(intake.judge_arrived(Some(&Report::Hello)), Err("report_flood"));
    }
}

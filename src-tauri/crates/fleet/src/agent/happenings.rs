//! What an agent makes of the program's own events: counters, the state of the kiosk, and what the fleet is told.
//!
//! Only known fields with known words and numbers go any further.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Agent, Blocked, Happening, Now};
use crate::{
    disk::Disk,
    report::{Health, Visit},
};

/// One refusal of a kind is told in this time; the others are counted.
const BLOCKED_PAUSE: Duration = Duration::from_secs(60);
/// The longest word that is passed on.
const LONGEST_WORD: usize = 64;

/// Which events are told, and which of their fields.
const TOLD: [(&str, &[&str]); 12] = [
    ("started", &["version", "profile"]),
    ("restarted", &["crashes"]),
    (
        "receipt",
        &[
            "visit",
            "cause",
            "used",
            "lasted_seconds",
            "clear",
            "attempts",
            "discarded",
            "end",
            "reset_ms",
            "next",
            "records",
        ],
    ),
    ("chat.died", &["visit", "reason"]),
    ("front.died", &[]),
    ("front.hung", &[]),
    ("visit.unproven", &["visit", "records"]),
    ("network.lost", &[]),
    ("network.back", &[]),
    ("program.replaced", &[]),
    ("renewal", &["why"]),
    ("renewal.refused", &["why", "reason"]),
];

impl<D: Disk> Agent<D> {
    pub(super) fn on_happening(&mut self, now: Now, happening: &Happening) {
        let word = |field: &str| happening.fields.get(field).and_then(Value::as_str).filter(|word| is_word(word));
        let counters = &mut self.reported.counters;
        let before = (self.reported.health, self.reported.visit);
        match happening.name.as_str() {
            "visit.fresh" => {
                (self.reported.health, self.reported.visit) = (Health::InService, Visit::Untouched);
                self.closed = false;
                if self.desired.in_service() {
                    (self.trial_ends, self.goes_back) = (None, false);
                    self.keep_desired(now, "applied");
                }
            }
            // A conversation that the page tells of without a hand that was seen is one all the same.
            "visit.touched" | "visit.told" | "status.read" | "notice.shown"
                if self.reported.visit == Visit::Untouched =>
            {
                self.reported.visit = Visit::InUse;
            }
            "scene.shown" => match word("scene") {
                Some("identify") => self.on_identified(&Ok(Value::Null)),
                Some("out_of_service") => {
                    (self.reported.health, self.reported.visit) = (Health::OutOfService, Visit::None);
                    self.closed = word("reason") == Some("staff");
                }
                Some("one_moment") => {
                    self.closed = false;
                    if self.reported.health == Health::InService {
                        self.reported.visit = Visit::Resetting;
                    }
                }
                _ => {}
            },
            "identify.refused" => {
                let reason = word("reason").unwrap_or_default().to_owned();
                self.on_identified(&Err(reason));
            }
            "receipt" => {
                if let Some(cause) = word("cause") {
                    *counters.visits.entry(cause.to_owned()).or_default() += 1;
                }
                if let (Some(clear), Some(Value::Bool(true))) = (word("clear"), happening.fields.get("used")) {
                    *counters.clears.entry(clear.to_owned()).or_default() += 1;
                }
                self.changed = true;
            }
            "chat.died" => (counters.deaths, self.changed) = (counters.deaths + 1, true),
            "visit.unproven" => (counters.unproven, self.changed) = (counters.unproven + 1, true),
            "blocked" => {
                if let Some(rule) = word("rule").map(str::to_owned) {
                    // The line of a flood stands for many.
                    let refusals = happening.fields.get("count").and_then(Value::as_u64).unwrap_or(1);
                    self.on_blocked(now, &rule, refusals);
                }
            }
            _ => {}
        }
        if let Some((name, fields)) = TOLD.iter().find(|(name, _)| *name == happening.name) {
            let fields = fields.iter().filter_map(|field| {
                let value = happening.fields.get(*field)?;
                is_plain(value).then(|| ((*field).to_owned(), value.clone()))
            });
            self.tell_fields(now, name, fields.collect());
        }
        if before != (self.reported.health, self.reported.visit) {
            self.changed = true;
            self.visit_since = now.since_start;
            self.look_for_fresh_moment();
        }
    }

    /// A page that tries the same thing a thousand times a second must not fill queue and broker.
    fn on_blocked(&mut self, now: Now, rule: &str, refusals: u64) {
        *self.reported.counters.blocked.entry(rule.to_owned()).or_default() += refusals;
        self.changed = true;
        let known = self.blocked.get_mut(rule);
        let count = match known {
            Some(known) if now.since_start < known.told + BLOCKED_PAUSE => {
                known.since += refusals;
                return;
            }
            Some(known) => known.since + refusals,
            None => refusals,
        };
        self.blocked.insert(rule.to_owned(), Blocked { told: now.since_start, since: 0 });
        self.tell(now, "blocked", json!({ "rule": rule, "count": count }));
    }

    fn on_identified(&mut self, result: &Result<Value, String>) {
        for command in std::mem::take(&mut self.identify) {
            self.on_done(command, result.clone());
        }
    }
}

/// A number, a truth, nothing, or one of this program's own words.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
        Value::String(word) => is_word(word),
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// As this program writes names: no blank, so no sentence; no `/`, `@` or `:`, so no address.
fn is_word(word: &str) -> bool {
    (1..=LONGEST_WORD).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+".contains(&byte))
}

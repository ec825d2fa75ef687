//! The kiosk's agent in the fleet: what it hears from the broker and from its own program, and what it says and does.
//!
//! It sees the program as the log does: by its named events ([`Happening`]). Of those only known fields with known words
//! and numbers go any further.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    command,
    desired::{self, Desired, Document, Offered},
    discovery,
    disk::Disk,
    gate::{Gate, Memory, Refusal},
    key::PublicKey,
    queue::Queue,
    report::{Configuration, Health, Reported, Visit, Waiting},
    topic::{Incoming, Place},
};

/// The file with what the gate remembers.
const COMMANDS: &str = "commands.json";
/// The file with the desired configuration's fate.
const DESIRED: &str = "desired.json";
/// So many events are on their way to the broker at most.
const WINDOW: usize = 32;
/// `reported` is written at most so often,
const REPORT_PAUSE: Duration = Duration::from_secs(1);
/// and at least so often: whoever reads it sees how old it is.
const REPORT_EVERY: Duration = Duration::from_secs(300);
/// One refusal of a kind is told in this time; the others are counted.
const BLOCKED_PAUSE: Duration = Duration::from_secs(60);
/// After so long without a visit nothing of the last one is on the screen.
const COVERED: Duration = Duration::from_secs(5);
/// The longest word that is passed on.
const LONGEST_WORD: usize = 64;

/// Which events are told, and which of their fields.
const TOLD: [(&str, &[&str]); 9] = [
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
];

/// What time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// By a clock that never jumps, from any beginning.
    pub since_start: Duration,
    /// By the clock on the wall, in seconds since 1970.
    pub unix: i64,
}

/// What an agent is made of.
pub struct Settings {
    /// Which kiosk this is.
    pub place: Place,
    /// Whose commands and configurations it follows.
    pub keys: Vec<PublicKey>,
    /// The program's version.
    pub version: String,
    /// The text of the file's configuration, for its hash.
    pub file: String,
    /// Home Assistant is told.
    pub discovery: bool,
    /// So many events are kept for the broker at least.
    pub queue: usize,
    /// How long a configuration from afar has to bring the kiosk into service.
    pub trial: Duration,
    /// What this program can do of what can be commanded.
    pub supported: Vec<command::Name>,
    /// Whether a configuration is valid here; if not, its line and what is wrong.
    pub validate: Validate,
}

/// Judges a configuration's text.
pub type Validate = Box<dyn Fn(&str) -> Result<(), String> + Send>;

/// One event of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Happening {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Map<String, Value>,
}

/// What can happen to an agent.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The broker is there, and the subscriptions are made.
    Connected,
    /// It is gone.
    Disconnected,
    /// Something arrived.
    Message {
        /// Where.
        topic: String,
        /// What.
        payload: Vec<u8>,
    },
    /// The broker has taken the event of this number.
    Delivered(u64),
    /// The program did something.
    Happened(Happening),
    /// An action that has something to tell came to its end.
    Done {
        /// The command that it was for.
        command: Uuid,
        /// What it gave, or why not.
        result: Result<Value, String>,
    },
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// What the command says, unless it has an action of its own.
    Obey(command::Name, Uuid),
    /// Out of service, with words for the people in front of the screen.
    OutOfService(Option<String>),
    /// Start anew: another configuration is to be used.
    Restart,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Publish, at least once.
    Publish {
        /// Where.
        topic: String,
        /// What.
        payload: Vec<u8>,
        /// The broker keeps it for whoever comes later.
        retain: bool,
        /// The event's number, to be given back with [`Input::Delivered`].
        event: Option<u64>,
    },
    /// Something for the program.
    Do(Action),
    /// A line for the log: a command or a configuration was taken or refused.
    Log {
        /// The event's name.
        event: &'static str,
        /// What it was about, a known word.
        what: &'static str,
        /// Why, a known word; empty for what was taken.
        reason: &'static str,
    },
}

/// The agent.
pub struct Agent<D> {
    settings: Settings,
    disk: D,
    gate: Gate,
    desired: Desired,
    queue: Queue,
    reported: Reported,
    /// Since when the visit is what it is.
    visit_since: Duration,
    /// Staff took the kiosk out of service: no configuration and no reset can bring it back, so none is tried.
    closed: bool,
    connected: bool,
    /// The newest event that was sent on this connection.
    sent: u64,
    unacknowledged: BTreeSet<u64>,
    effects: VecDeque<Effect>,
    /// `reported` has changed since it was published.
    changed: bool,
    published: Option<Duration>,
    trial_ends: Option<Duration>,
    blocked: BTreeMap<String, Blocked>,
    /// Commands to show which kiosk this is, until it is shown.
    identify: Vec<Uuid>,
}

#[derive(Clone, Copy, Debug)]
struct Blocked {
    told: Duration,
    since: u64,
}

/// What the program is to run with, as the last life left it. Called once a start, before there is an agent.
pub fn start(disk: &mut dyn Disk) -> Desired {
    let mut desired: Desired = read(disk, DESIRED);
    let before = desired.clone();
    desired.start();
    if desired != before {
        save_desired(disk, &desired);
    }
    desired
}

/// Writes down what became of a configuration before there is an agent. A disk that is full keeps the state before,
/// which counts the starts anew: the trial is longer then, and nothing else.
pub fn save_desired(disk: &mut dyn Disk, desired: &Desired) {
    let _ = disk.write(DESIRED, &serde_json::to_vec(desired).unwrap_or_default());
}

fn read<T: Default + serde::de::DeserializeOwned>(disk: &dyn Disk, name: &str) -> T {
    disk.read(name).and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

impl<D: Disk> Agent<D> {
    /// An agent for a program that runs with what [`start`] said.
    pub fn new(now: Now, settings: Settings, disk: D, desired: Desired) -> Self {
        let memory: Memory = read(&disk, COMMANDS);
        let queue = Queue::open(&disk, settings.queue);
        let gate = Gate::new(settings.place.clone(), settings.keys.clone(), memory);
        let reported = Reported { version: settings.version.clone(), started: now.unix, ..Reported::default() };
        let trial_ends = desired.is_trial().then(|| now.since_start + settings.trial);
        Self {
            settings,
            disk,
            gate,
            desired,
            queue,
            reported,
            visit_since: now.since_start,
            closed: false,
            connected: false,
            sent: 0,
            unacknowledged: BTreeSet::new(),
            effects: VecDeque::new(),
            changed: true,
            published: None,
            trial_ends,
            blocked: BTreeMap::new(),
            identify: Vec::new(),
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Now, input: Input) {
        match input {
            Input::Connected => self.on_connected(now),
            Input::Disconnected => {
                self.connected = false;
                self.unacknowledged.clear();
            }
            Input::Message { topic, payload } => self.on_message(now, &topic, &payload),
            Input::Delivered(number) => {
                if self.unacknowledged.remove(&number) {
                    let told = self.unacknowledged.first().map_or(self.sent, |first| first - 1);
                    self.queue.told(&mut self.disk, told);
                    self.changed |= self.queue.is_empty();
                }
            }
            Input::Happened(happening) => self.on_happening(now, &happening),
            Input::Done { command, result } => self.on_done(command, result),
        }
        self.handle_timeout(now);
    }

    /// Takes in that time has passed. Calling it too early is harmless.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.trial_ends.is_some_and(|end| end <= now.since_start) {
            self.trial_ends = None;
            if self.desired.overdue() {
                self.keep_desired(now, "rolled_back");
                self.effects.push_back(Effect::Do(Action::Restart));
            }
        }
        self.send_events();
        if self.connected && self.report_due().is_some_and(|due| due <= now.since_start) {
            self.report(now);
        }
    }

    /// When [`Agent::handle_timeout`] is to be called next, as [`Now::since_start`].
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Duration> {
        let report = if self.connected { self.report_due() } else { None };
        [self.trial_ends, report].into_iter().flatten().min()
    }

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// How many events are on their way to the broker.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.unacknowledged.len()
    }

    /// What waits for the broker.
    #[must_use]
    pub fn waiting(&self) -> Waiting {
        Waiting { waiting: self.queue.len(), lost: self.queue.lost(), stored: self.queue.is_stored() }
    }

    fn on_connected(&mut self, now: Now) {
        self.connected = true;
        self.sent = 0;
        self.unacknowledged.clear();
        let place = &self.settings.place;
        let online =
            Effect::Publish { topic: place.availability(), payload: b"online".to_vec(), retain: true, event: None };
        self.effects.push_back(online);
        if self.settings.discovery {
            let payload = discovery::payload(place, &self.settings.version).to_string().into_bytes();
            let topic = discovery::topic(place);
            self.effects.push_back(Effect::Publish { topic, payload, retain: true, event: None });
        }
        self.report(now);
    }

    fn on_message(&mut self, now: Now, topic: &str, payload: &[u8]) {
        match self.settings.place.read(topic) {
            Some(Incoming::Command(id)) => self.on_command(now, id, payload),
            // A retained message that was taken away means nothing: the kiosk keeps what it has.
            Some(Incoming::Desired) if payload.is_empty() => {}
            Some(Incoming::Desired) => self.on_desired(now, payload),
            None => {
                // Where a command would be, and under no id: nobody could hear an answer.
                self.count_refused("unknown_topic");
                self.log("command.refused", "command", "unknown_topic");
            }
        }
    }

    fn on_command(&mut self, now: Now, id: Uuid, payload: &[u8]) {
        let admitted = self.gate.admit(now.unix, id, payload).and_then(|order| {
            let name = order.name;
            // Written before it is obeyed: after a crash it must not be let in again.
            let memory = serde_json::to_vec(self.gate.memory()).unwrap_or_default();
            self.disk.write(COMMANDS, &memory).map_err(|_| Refusal::NotStored)?;
            if !self.settings.supported.contains(&name) {
                return Err(Refusal::NotYetSupported);
            }
            if name == command::Name::Screenshot && !self.may_be_pictured(now) {
                return Err(Refusal::InUse);
            }
            // The program would leave it closed as well; here it can be said why.
            if self.closed && matches!(name, command::Name::Reset | command::Name::Reload) {
                return Err(Refusal::Closed);
            }
            Ok(order)
        });
        match admitted {
            Ok(order) => {
                let name = order.name;
                self.reported.counters.commands += 1;
                self.log("command.accepted", name.name(), "");
                self.tell(now, "command.accepted", json!({ "id": id, "name": name.name() }));
                // The others are answered when they are done.
                if !matches!(name, command::Name::Screenshot | command::Name::Identify) {
                    self.answer(id, &json!({ "state": "accepted" }));
                }
                let action = match name {
                    command::Name::Report => return self.report(now),
                    command::Name::OutOfService => Action::OutOfService(order.note),
                    command::Name::Identify => {
                        self.identify.push(id);
                        Action::Obey(name, id)
                    }
                    _ => Action::Obey(name, id),
                };
                self.effects.push_back(Effect::Do(action));
            }
            Err(refusal) => {
                let reason = refusal.name();
                self.count_refused(reason);
                self.log("command.refused", "command", reason);
                self.tell(now, "command.refused", json!({ "id": id, "reason": reason }));
                // A duplicate has its answer already, and that must stay the last one.
                if refusal != Refusal::Duplicate {
                    self.answer(id, &json!({ "state": "refused", "reason": reason }));
                }
            }
        }
        self.changed = true;
    }

    fn count_refused(&mut self, reason: &str) {
        *self.reported.counters.refused.entry(reason.to_owned()).or_default() += 1;
        self.changed = true;
    }

    /// A picture of the screen while somebody writes is a picture of what they write, and so is one in the moment in which
    /// the chat is being covered.
    fn may_be_pictured(&self, now: Now) -> bool {
        match self.reported.visit {
            Visit::Untouched => true,
            Visit::None => now.since_start >= self.visit_since + COVERED,
            Visit::InUse | Visit::Resetting => false,
        }
    }

    fn on_identified(&mut self, result: &Result<Value, String>) {
        for command in std::mem::take(&mut self.identify) {
            self.on_done(command, result.clone());
        }
    }

    fn on_done(&mut self, command: Uuid, result: Result<Value, String>) {
        let answer = match result {
            Ok(value) => json!({ "state": "done", "result": value }),
            Err(reason) => json!({ "state": "failed", "reason": reason }),
        };
        self.answer(command, &answer);
    }

    fn answer(&mut self, command: Uuid, answer: &Value) {
        if self.connected {
            let topic = self.settings.place.result(command);
            let payload = answer.to_string().into_bytes();
            self.effects.push_back(Effect::Publish { topic, payload, retain: false, event: None });
        }
    }

    fn on_desired(&mut self, now: Now, payload: &[u8]) {
        let offered = match Document::read(payload, &self.gate, &self.settings.place) {
            Ok(document) => {
                let valid = (self.settings.validate)(&document.toml);
                self.desired.offer(document.version, document.toml, valid)
            }
            Err(reason) => self.desired.refuse(0, reason),
        };
        match offered {
            Offered::Known => {}
            Offered::Refused => {
                self.count_refused("configuration");
                self.keep_desired(now, "refused");
            }
            Offered::Waiting => {
                self.keep_desired(now, "waiting");
                self.look_for_fresh_moment(now);
            }
        }
    }

    /// Nobody is there who would lose anything: the visit is untouched, or there is none for anybody.
    fn look_for_fresh_moment(&mut self, now: Now) {
        let fresh = match self.reported.health {
            Health::InService => self.reported.visit == Visit::Untouched,
            Health::OutOfService => !self.closed,
            Health::Starting => false,
        };
        if fresh && self.desired.is_waiting() {
            let before = self.desired.clone();
            if self.desired.fresh_moment() {
                if self.keep_desired(now, "trial") {
                    self.effects.push_back(Effect::Do(Action::Restart));
                } else {
                    // A trial that is not on the disk cannot be rolled back: try again at the next fresh moment.
                    self.desired = before;
                }
            }
        }
    }

    /// Whether it could be written down.
    fn keep_desired(&mut self, now: Now, state: &'static str) -> bool {
        let kept = self.disk.write(DESIRED, &serde_json::to_vec(&self.desired).unwrap_or_default()).is_ok();
        let version = self.desired.verdict().map_or(0, |verdict| verdict.version);
        self.log("configuration", state, if kept { "" } else { "not_stored" });
        self.tell(now, "configuration", json!({ "version": version, "state": state }));
        self.changed = true;
        kept
    }

    fn on_happening(&mut self, now: Now, happening: &Happening) {
        let word = |field: &str| happening.fields.get(field).and_then(Value::as_str).filter(|word| is_word(word));
        let counters = &mut self.reported.counters;
        let before = (self.reported.health, self.reported.visit);
        match happening.name.as_str() {
            "visit.fresh" => {
                (self.reported.health, self.reported.visit) = (Health::InService, Visit::Untouched);
                self.closed = false;
                if self.desired.in_service() {
                    self.trial_ends = None;
                    self.keep_desired(now, "applied");
                }
            }
            // A conversation that the page tells of without a hand that was seen is one all the same.
            "visit.touched" | "status.read" | "notice.shown" if self.reported.visit == Visit::Untouched => {
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
            self.look_for_fresh_moment(now);
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

    fn tell(&mut self, now: Now, name: &str, fields: Value) {
        if let Value::Object(fields) = fields {
            self.tell_fields(now, name, fields);
        }
    }

    fn tell_fields(&mut self, now: Now, name: &str, fields: Map<String, Value>) {
        self.queue.push(&mut self.disk, now.unix, name, fields);
    }

    fn log(&mut self, event: &'static str, what: &'static str, reason: &'static str) {
        self.effects.push_back(Effect::Log { event, what, reason });
    }

    fn send_events(&mut self) {
        if !self.connected {
            return;
        }
        let room = WINDOW.saturating_sub(self.unacknowledged.len());
        for (number, event) in self.queue.after(self.sent).take(room) {
            self.sent = *number;
            self.unacknowledged.insert(*number);
            self.effects.push_back(Effect::Publish {
                topic: self.settings.place.event(),
                payload: event.to_string().into_bytes(),
                retain: false,
                event: Some(*number),
            });
        }
    }

    fn report_due(&self) -> Option<Duration> {
        let published = self.published?;
        Some(published + if self.changed { REPORT_PAUSE } else { REPORT_EVERY })
    }

    fn report(&mut self, now: Now) {
        let current = self.desired.current();
        self.reported.configuration = Configuration {
            version: current.map_or(0, |current| current.version),
            hash: desired::hash(current.map_or(&self.settings.file, |current| &current.toml)),
            desired: self.desired.verdict().cloned(),
        };
        self.reported.events = self.waiting();
        self.reported.at = now.unix;
        let payload = serde_json::to_vec(&self.reported).unwrap_or_default();
        let topic = self.settings.place.reported();
        self.effects.push_back(Effect::Publish { topic, payload, retain: true, event: None });
        (self.changed, self.published) = (false, Some(now.since_start));
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

#[cfg(test)]
mod tests;

//! The kiosk's agent in the fleet: what it hears from the broker and from its own program, and what it says and does.
//!
//! It sees the program as the log does: by its named events ([`Happening`]).

mod happenings;
mod io;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use io::{Action, Effect, Happening, Input, Now, Readiness, Settings, Validate};

use crate::{
    command,
    desired::{self, Desired, Document, Offered},
    discovery,
    disk::Disk,
    gate::{Gate, Memory, Refusal},
    queue::Queue,
    report::{Configuration, Health, Reported, Visit, Waiting},
    topic::Incoming,
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
/// After so long it is asked again whether the program would come up.
const ASK_AGAIN: Duration = Duration::from_secs(60);
/// After so long without a visit nothing of the last one is on the screen.
const COVERED: Duration = Duration::from_secs(5);

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
    /// Commands to start anew, until it is known whether that would end well: one that does not come up again is out of
    /// everybody's reach.
    restarts: Vec<Uuid>,
    /// The time of the trial is up: the configuration before is to be used again, unless the kiosk comes into service after all.
    goes_back: bool,
    /// It is being found out whether the program would come up; and when to ask again, where it would not.
    asked: bool,
    ask_again: Option<Duration>,
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
            restarts: Vec::new(),
            goes_back: false,
            asked: false,
            ask_again: None,
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
            Input::Checked(readiness) => self.on_checked(now, readiness),
        }
        self.handle_timeout(now);
    }

    /// Takes in that time has passed. Calling it too early is harmless.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.trial_ends.is_some_and(|end| end <= now.since_start) {
            self.trial_ends = None;
            if self.desired.is_trial() {
                self.goes_back = true;
                self.ask();
            }
        }
        if self.ask_again.is_some_and(|due| due <= now.since_start) {
            self.ask_again = None;
            if self.goes_back {
                self.ask();
            } else {
                self.look_for_fresh_moment();
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
        [self.trial_ends, self.ask_again, report].into_iter().flatten().min()
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
                if !matches!(name, command::Name::Screenshot | command::Name::Identify | command::Name::Restart) {
                    self.answer(id, &json!({ "state": "accepted" }));
                }
                let action = match name {
                    command::Name::Report => return self.report(now),
                    command::Name::OutOfService => Action::OutOfService(order.note),
                    command::Name::Restart => {
                        self.restarts.push(id);
                        return self.ask();
                    }
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
                self.look_for_fresh_moment();
            }
        }
    }

    /// Nobody is there who would lose anything: the visit is untouched, or there is none for anybody.
    fn look_for_fresh_moment(&mut self) {
        if self.is_fresh_moment() && self.desired.is_waiting() && !self.desired.is_trial() && self.ask_again.is_none() {
            self.ask();
        }
    }

    fn is_fresh_moment(&self) -> bool {
        match self.reported.health {
            Health::InService => self.reported.visit == Visit::Untouched,
            Health::OutOfService => !self.closed,
            Health::Starting => false,
        }
    }

    /// Whether the program would come up, before anything starts it anew.
    fn ask(&mut self) {
        if !self.asked {
            self.asked = true;
            self.effects.push_back(Effect::Do(Action::Check));
        }
    }

    fn on_checked(&mut self, now: Now, readiness: Readiness) {
        self.asked = false;
        let commands = std::mem::take(&mut self.restarts);
        let reason = match readiness {
            Readiness::Ready => {
                commands.iter().for_each(|id| self.answer(*id, &json!({ "state": "accepted" })));
                let goes_back = std::mem::take(&mut self.goes_back) && self.desired.overdue();
                if goes_back {
                    self.keep_desired(now, "rolled_back");
                }
                // Somebody may have come meanwhile.
                let tries = self.is_fresh_moment() && self.begin_trial(now);
                if goes_back || tries || !commands.is_empty() {
                    self.effects.push_back(Effect::Do(Action::Restart));
                } else if self.desired.hold_up(None) {
                    self.keep_desired(now, "waiting");
                }
                return;
            }
            Readiness::Later => "the machine is being upgraded or very busy: try again later",
            Readiness::Broken => "the program would not come up again: `support-kiosk check` on the kiosk says why",
        };
        for id in commands {
            self.on_done(id, Err(reason.to_owned()));
        }
        if self.desired.hold_up(Some(reason)) {
            self.keep_desired(now, "waiting");
        }
        if self.goes_back || self.desired.is_waiting() {
            self.ask_again = Some(now.since_start + ASK_AGAIN);
        }
    }

    /// Whether one begins that is on the disk too: another could not be rolled back, and is tried at the next fresh moment.
    fn begin_trial(&mut self, now: Now) -> bool {
        let before = self.desired.clone();
        let begins = self.desired.fresh_moment();
        if begins && !self.keep_desired(now, "trial") {
            self.desired = before;
            return false;
        }
        begins
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

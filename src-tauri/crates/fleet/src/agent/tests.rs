//! The agent in virtual time.

#![allow(clippy::unwrap_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::{
    command::Command,
    desired::State,
    disk,
    key::SecretKey,
    topic::{Place, Target},
};

const UNIX: i64 = 1_800_000_000;

struct Rig {
    agent: Agent<disk::Memory>,
    now: Now,
    effects: Vec<Effect>,
    /// What the program says of itself; `None`: nothing yet.
    readiness: Option<Readiness>,
}

fn secret() -> SecretKey {
    SecretKey::from_seed(&[1; 32])
}

fn place() -> Place {
    Place { site: "berlin".parse().unwrap(), id: "k1".parse().unwrap() }
}

fn settings() -> Settings {
    Settings {
        place: place(),
        keys: vec![secret().public()],
        version: "1.0.0".into(),
        file: String::new(),
        discovery: false,
        queue: 100,
        trial: Duration::from_secs(60),
        supported: vec![
            command::Name::Reset,
            command::Name::Report,
            command::Name::Screenshot,
            command::Name::Identify,
            command::Name::OutOfService,
            command::Name::Restart,
        ],
        validate: Box::new(|toml| if toml == "bad" { Err("line 1, column 1: no".into()) } else { Ok(()) }),
    }
}

impl Rig {
    fn new() -> Self {
        Self::on(disk::Memory::default())
    }

    fn on(mut disk: disk::Memory) -> Self {
        let now = Now { since_start: Duration::ZERO, unix: UNIX };
        let desired = start(&mut disk);
        Self {
            agent: Agent::new(now, settings(), disk, desired),
            now,
            effects: Vec::new(),
            readiness: Some(Readiness::Ready),
        }
    }

    /// The program starts anew, on the same disk.
    fn restart(self) -> Self {
        Self::on(self.agent.disk)
    }

    fn input(&mut self, input: Input) {
        self.agent.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(effect) = self.agent.poll_effect() {
            let is_asked = effect == Effect::Do(Action::Check);
            self.effects.push(effect);
            if let Some(readiness) = self.readiness.filter(|_| is_asked) {
                self.agent.handle(self.now, Input::Checked(readiness));
            }
        }
    }

    fn happens(&mut self, name: &str, fields: Value) {
        let Value::Object(fields) = fields else { panic!("{fields}") };
        self.input(Input::Happened(Happening { name: name.into(), fields }));
    }

    fn wait(&mut self, seconds: u64) {
        let end = self.now.since_start + Duration::from_secs(seconds);
        for _ in 0..1000 {
            let Some(due) = self.agent.poll_timeout().filter(|due| *due <= end) else { break };
            self.now.since_start = due.max(self.now.since_start);
            self.agent.handle_timeout(self.now);
            self.drain();
            assert!(self.agent.poll_timeout().is_none_or(|next| next > self.now.since_start), "it never comes to rest");
        }
        self.now.since_start = end;
        self.now.unix += i64::try_from(seconds).unwrap();
    }

    fn send(&mut self, id: u128, name: &str) {
        let id = Uuid::from_u128(id);
        let target = Target::One(place());
        let command = Command::sign(id, target.clone(), name, self.now.unix, self.now.unix + 60, &secret());
        let payload = serde_json::to_vec(&command).unwrap();
        self.input(Input::Message { topic: target.command(id), payload });
    }

    fn desire(&mut self, version: u64, toml: &str) {
        let document = Document::sign(version, Target::All, toml.into(), &secret());
        let payload = serde_json::to_vec(&document).unwrap();
        self.input(Input::Message { topic: place().desired(), payload });
    }

    fn published(&self, topic: &str) -> Vec<Value> {
        let ours = |effect: &Effect| match effect {
            Effect::Publish { topic: to, payload, .. } if to == topic => Some(serde_json::from_slice(payload).unwrap()),
            _ => None,
        };
        self.effects.iter().filter_map(ours).collect()
    }

    fn answer(&self, id: u128) -> Value {
        self.published(&place().result(Uuid::from_u128(id))).pop().unwrap_or_default()
    }

    fn reported(&mut self) -> Value {
        self.wait(2);
        self.published(&place().reported()).pop().unwrap()
    }

    fn restarts(&self) -> usize {
        self.effects.iter().filter(|effect| **effect == Effect::Do(Action::Restart)).count()
    }

    fn events(&self) -> Vec<Value> {
        self.published(&place().event())
    }
}

#[test]
fn it_says_that_it_is_there_and_how_it_is() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    let Some(Effect::Publish { topic, payload, retain: true, .. }) = rig.effects.first() else { panic!() };
    assert_eq!((topic.as_str(), payload.as_slice()), ("kiosk/v1/berlin/k1/availability", b"online".as_slice()));
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    assert_eq!(rig.reported()["health"], "in_service");
    rig.happens("visit.touched", json!({}));
    assert_eq!(rig.reported()["visit"], "in_use");
    rig.happens("receipt", json!({ "cause": "agent_end", "clear": "confirmed", "used": true }));
    rig.happens("scene.shown", json!({ "scene": "out_of_service" }));
    let reported = rig.reported();
    assert_eq!((&reported["health"], &reported["visit"]), (&json!("out_of_service"), &json!("none")));
    assert_eq!(reported["counters"]["visits"]["agent_end"], 1);
    assert_eq!(reported["counters"]["clears"]["confirmed"], 1);
}

#[test]
fn a_report_is_written_once_a_second_at_most_and_every_five_minutes_at_least() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    for _ in 0..100 {
        rig.happens("chat.died", json!({ "visit": 1, "reason": "crashed" }));
    }
    assert_eq!(rig.published(&place().reported()).len(), 1);
    rig.wait(1);
    assert_eq!(rig.published(&place().reported()).len(), 2);
    rig.wait(600);
    assert_eq!(rig.published(&place().reported()).len(), 4);
}

#[test]
fn a_command_is_obeyed_once_and_answered() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.send(1, "reset");
    assert!(rig.effects.contains(&Effect::Do(Action::Obey(command::Name::Reset, Uuid::from_u128(1)))));
    assert_eq!(rig.answer(1)["state"], "accepted");
    rig.send(1, "reset");
    assert_eq!(rig.answer(1)["state"], "accepted", "a duplicate leaves the answer as it is");
    let mut rig = rig.restart();
    rig.input(Input::Connected);
    rig.now.unix += 31;
    let id = Uuid::from_u128(1);
    let command = Command::sign(id, Target::One(place()), "reset", UNIX, UNIX + 60, &secret());
    let topic = Target::One(place()).command(id);
    rig.input(Input::Message { topic, payload: serde_json::to_vec(&command).unwrap() });
    assert_eq!(rig.answer(1), json!({ "state": "refused", "reason": "replayed" }));
    assert_eq!(rig.reported()["counters"]["refused"]["replayed"], 1);
    assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Do(_))));
}

#[test]
fn a_command_that_cannot_be_remembered_is_not_obeyed() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.agent.disk.full = true;
    rig.send(1, "reset");
    assert_eq!(rig.answer(1)["reason"], "not_stored");
    assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Do(_))));
}

#[test]
fn what_is_neither_a_command_nor_a_document_is_counted() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    for (topic, payload) in [
        ("kiosk/v1/berlin/k1/cmd/x", "{}"),
        ("kiosk/v1/berlin/*/cmd/", "{}"),
        ("kiosk/v1/berlin/k1/desired", "x"),
        // The same again changes nothing, and an empty one means nothing.
        ("kiosk/v1/berlin/k1/desired", "x"),
        ("kiosk/v1/berlin/k1/desired", ""),
    ] {
        rig.input(Input::Message { topic: topic.into(), payload: payload.into() });
    }
    let reported = rig.reported();
    assert_eq!(reported["counters"]["refused"], json!({ "unknown_topic": 2, "configuration": 1 }));
    assert_eq!(rig.events().len(), 1, "only the document has an event");
}

#[test]
fn no_picture_while_a_visit_is_in_use_and_nothing_that_this_version_cannot_do() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.send(1, "screenshot");
    assert!(rig.effects.contains(&Effect::Do(Action::Obey(command::Name::Screenshot, Uuid::from_u128(1)))));
    rig.input(Input::Done { command: Uuid::from_u128(1), result: Ok(json!({ "png": "" })) });
    assert_eq!(rig.answer(1)["state"], "done");
    rig.happens("visit.touched", json!({}));
    rig.send(2, "screenshot");
    assert_eq!(rig.answer(2)["reason"], "in_use");
    // Nor while the chat is being covered, or just was.
    rig.happens("scene.shown", json!({ "scene": "one_moment" }));
    rig.send(5, "screenshot");
    rig.happens("scene.shown", json!({ "scene": "out_of_service" }));
    rig.send(6, "screenshot");
    assert_eq!((&rig.answer(5)["reason"], &rig.answer(6)["reason"]), (&json!("in_use"), &json!("in_use")));
    rig.wait(5);
    rig.send(7, "screenshot");
    assert!(rig.effects.contains(&Effect::Do(Action::Obey(command::Name::Screenshot, Uuid::from_u128(7)))));
    rig.send(3, "reload");
    assert_eq!(rig.answer(3)["reason"], "not_yet_supported");
    rig.send(4, "exec");
    assert_eq!(rig.answer(4)["reason"], "unknown_command");
}

#[test]
fn which_kiosk_it_is_is_answered_when_it_is_on_the_screen() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.send(1, "identify");
    assert_eq!(rig.answer(1), Value::Null, "not yet");
    rig.happens("scene.shown", json!({ "scene": "identify" }));
    assert_eq!(rig.answer(1)["state"], "done");
    assert_eq!(rig.reported()["visit"], "untouched", "it touches nothing");
    rig.send(2, "identify");
    rig.happens("identify.refused", json!({ "reason": "question" }));
    assert_eq!(rig.answer(2), json!({ "state": "failed", "reason": "question" }));
}

#[test]
fn a_note_goes_to_the_screen_and_nowhere_else() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    let (id, target) = (Uuid::from_u128(1), Target::One(place()));
    let note = Some("planted words".to_owned());
    let command =
        Command::sign_with_note(id, target.clone(), "out-of-service", note.clone(), UNIX, UNIX + 60, &secret());
    rig.input(Input::Message { topic: target.command(id), payload: serde_json::to_vec(&command).unwrap() });
    assert!(rig.effects.contains(&Effect::Do(Action::OutOfService(note))));
    rig.reported();
    let others: Vec<&Effect> = rig.effects.iter().filter(|effect| !matches!(effect, Effect::Do(_))).collect();
    assert!(others.len() > 3 && !format!("{others:?}").contains("planted"));
    let planted: Vec<u8> = b"planted".to_vec();
    for effect in others {
        if let Effect::Publish { payload, .. } = effect {
            assert!(!payload.windows(planted.len()).any(|part| part == planted), "{effect:?}");
        }
    }
    let kept = rig.agent.disk.read(COMMANDS).unwrap();
    assert!(!kept.windows(planted.len()).any(|part| part == planted), "nor is it written down with the command");
}

#[test]
fn a_kiosk_that_staff_closed_is_not_reset() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.happens("scene.shown", json!({ "scene": "out_of_service", "reason": "staff" }));
    rig.send(1, "reset");
    assert_eq!(rig.answer(1), json!({ "state": "refused", "reason": "closed" }));
    assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Do(_))));
    // Staff brings it back: from here on it is as any other.
    rig.happens("scene.shown", json!({ "scene": "one_moment" }));
    rig.send(2, "reset");
    assert_eq!(rig.answer(2)["state"], "accepted");
    // One that is out of service by itself tries again at once.
    rig.happens("scene.shown", json!({ "scene": "out_of_service", "reason": "network" }));
    rig.send(3, "reset");
    assert_eq!(rig.answer(3)["state"], "accepted");
}

#[test]
fn events_wait_for_the_broker_in_order_across_a_restart() {
    let mut rig = Rig::new();
    for visit in 1..=70 {
        rig.happens("receipt", json!({ "visit": visit, "cause": "idle" }));
    }
    let mut rig = rig.restart();
    rig.input(Input::Connected);
    assert_eq!(rig.events().len(), WINDOW);
    let mut next = 0;
    while next < rig.events().len() {
        let number = rig.events()[next]["n"].as_u64().unwrap();
        rig.input(Input::Delivered(number));
        next += 1;
    }
    let visits: Vec<u64> = rig.events().iter().map(|event| event["visit"].as_u64().unwrap()).collect();
    assert_eq!(visits, (1..=70).collect::<Vec<_>>());
    assert!(rig.agent.waiting().waiting == 0);
    // What was on its way when the line broke is sent again.
    rig.happens("front.died", json!({}));
    rig.input(Input::Disconnected);
    rig.input(Input::Connected);
    assert_eq!(rig.events().iter().filter(|event| event["event"] == "front.died").count(), 2);
}

#[test]
fn a_page_that_is_refused_on_and_on_does_not_fill_the_queue() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    for _ in 0..500 {
        rig.happens("blocked", json!({ "rule": "navigation", "url": "https://example.com/secret" }));
    }
    assert_eq!(rig.events().len(), 1);
    rig.wait(61);
    rig.happens("blocked", json!({ "rule": "navigation" }));
    assert_eq!(rig.events().pop().unwrap()["count"], 500);
    rig.happens("blocked", json!({ "rule": "navigation", "count": 499 }));
    assert_eq!(rig.reported()["counters"]["blocked"]["navigation"], 1000);
}

#[test]
fn a_configuration_is_tried_when_nobody_is_there_and_kept_when_it_works() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.happens("visit.touched", json!({}));
    rig.desire(5, "good");
    assert_eq!(rig.restarts(), 0, "somebody is there");
    assert_eq!(rig.reported()["configuration"]["desired"]["state"], "waiting");
    rig.happens("visit.fresh", json!({ "visit": 2 }));
    assert_eq!(rig.restarts(), 1);
    let mut rig = rig.restart();
    assert!(rig.agent.desired.is_trial());
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    let reported = rig.reported();
    assert_eq!(reported["configuration"]["version"], 5);
    assert_eq!(reported["configuration"]["hash"], desired::hash("good"));
    assert_eq!(reported["configuration"]["desired"]["state"], "applied");
    // The broker still has it, and hands it over at each connection.
    rig.desire(5, "good");
    rig.wait(1000);
    assert_eq!(rig.restarts(), 0);
}

#[test]
fn a_configuration_is_not_tried_while_staff_has_closed_the_kiosk() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("scene.shown", json!({ "scene": "out_of_service", "reason": "staff" }));
    rig.desire(1, "good");
    assert_eq!(rig.restarts(), 0, "it could not come into service, and would be rolled back");
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    assert_eq!(rig.restarts(), 1);
}

#[test]
fn a_configuration_that_does_not_work_is_rolled_back_by_itself() {
    let mut rig = Rig::new();
    rig.happens("scene.shown", json!({ "scene": "out_of_service" }));
    rig.desire(1, "good");
    assert_eq!(rig.restarts(), 1, "nobody can be in a visit that does not exist");
    let mut rig = rig.restart();
    rig.happens("scene.shown", json!({ "scene": "out_of_service" }));
    rig.wait(59);
    assert_eq!(rig.restarts(), 0);
    rig.wait(2);
    assert_eq!(rig.restarts(), 1);
    let mut rig = rig.restart();
    assert!(rig.agent.desired.current().is_none());
    rig.input(Input::Connected);
    assert_eq!(rig.reported()["configuration"]["desired"]["state"], "rolled_back");
    rig.desire(1, "good");
    assert_eq!(rig.agent.desired.verdict().unwrap().state, State::RolledBack, "it is not tried again");
}

#[test]
fn nothing_starts_a_program_anew_that_would_not_come_up() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    for (id, readiness) in [(1, Readiness::Broken), (2, Readiness::Later)] {
        rig.readiness = Some(readiness);
        rig.send(id, "restart");
        assert_eq!(rig.answer(id)["state"], "failed");
    }
    rig.desire(1, "good");
    rig.wait(300);
    assert_eq!(rig.restarts(), 0);
    let desired = rig.reported()["configuration"]["desired"].clone();
    assert_eq!(desired["state"], "waiting");
    assert!(desired["reason"].as_str().unwrap().contains("later"), "{desired}");
    // Put right, and nobody has to come for it.
    rig.readiness = Some(Readiness::Ready);
    rig.wait(61);
    assert_eq!(rig.restarts(), 1);
    rig.send(3, "restart");
    assert_eq!(rig.answer(3)["state"], "accepted");
    assert_eq!(rig.restarts(), 2);

    // Out of a trial that does not come into service there is no way either, until it is put right.
    let mut rig = rig.restart();
    rig.input(Input::Connected);
    rig.readiness = Some(Readiness::Broken);
    rig.wait(600);
    assert_eq!(rig.restarts(), 0);
    assert_eq!(rig.reported()["configuration"]["version"], 1, "that is what runs");
    rig.readiness = Some(Readiness::Ready);
    rig.wait(61);
    assert_eq!(rig.restarts(), 1);
    assert!(rig.restart().agent.desired.current().is_none());
}

#[test]
fn a_trial_that_comes_into_service_late_while_there_is_no_way_back_has_come() {
    let mut rig = Rig::new();
    rig.happens("scene.shown", json!({ "scene": "out_of_service" }));
    rig.desire(1, "good");
    let mut rig = rig.restart();
    rig.input(Input::Connected);
    rig.readiness = Some(Readiness::Later);
    rig.wait(300);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.happens("visit.touched", json!({ "visit": 1 }));
    rig.readiness = Some(Readiness::Ready);
    rig.wait(300);
    assert_eq!(rig.restarts(), 0, "somebody is there");
    assert_eq!(rig.reported()["configuration"]["desired"]["state"], "applied");
}

#[test]
fn what_is_held_up_hides_no_newer_refusal() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.readiness = Some(Readiness::Broken);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.desire(1, "good");
    assert!(rig.reported()["configuration"]["desired"]["reason"].is_string());
    rig.desire(2, "bad");
    rig.wait(300);
    assert_eq!(rig.reported()["configuration"]["desired"]["reason"], "line 1, column 1: no");
}

#[test]
fn somebody_who_comes_while_it_is_asked_is_not_cut_off() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.readiness = Some(Readiness::Broken);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.desire(1, "good");
    assert!(rig.reported()["configuration"]["desired"]["reason"].is_string());
    rig.readiness = None;
    rig.wait(61);
    rig.happens("visit.touched", json!({ "visit": 1 }));
    rig.input(Input::Checked(Readiness::Ready));
    assert_eq!(rig.restarts(), 0);
    // It was put right: that somebody is there is the one reason now.
    let desired = rig.reported()["configuration"]["desired"].clone();
    assert_eq!((&desired["state"], &desired["reason"]), (&json!("waiting"), &Value::Null));
    rig.readiness = Some(Readiness::Ready);
    rig.happens("visit.fresh", json!({ "visit": 2 }));
    assert_eq!(rig.restarts(), 1);
}

#[test]
fn a_configuration_with_a_mistake_is_refused_with_its_line() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.desire(1, "bad");
    let desired = rig.reported()["configuration"]["desired"].clone();
    assert_eq!((&desired["state"], &desired["reason"]), (&json!("refused"), &json!("line 1, column 1: no")));
    assert_eq!(rig.restarts(), 0);
}

#[test]
fn a_trial_that_cannot_be_written_down_is_not_begun() {
    let mut rig = Rig::new();
    rig.happens("visit.fresh", json!({ "visit": 1 }));
    rig.agent.disk.full = true;
    rig.desire(1, "good");
    assert_eq!(rig.restarts(), 0);
    rig.agent.disk.full = false;
    rig.happens("scene.shown", json!({ "scene": "one_moment" }));
    rig.happens("visit.fresh", json!({ "visit": 2 }));
    assert_eq!(rig.restarts(), 1);
}

#[test]
fn only_known_words_go_out() {
    let mut rig = Rig::new();
    rig.input(Input::Connected);
    rig.happens("receipt", json!({ "visit": 1, "cause": "a secret sentence", "name": "marker", "end": "fresh" }));
    rig.happens("notice.shown", json!({ "cause": "marker" }));
    rig.happens("blocked", json!({ "rule": "https://marker.example/" }));
    rig.wait(5);
    let all: String = rig.effects.iter().map(|effect| format!("{effect:?}")).collect();
    for effect in &rig.effects {
        if let Effect::Publish { payload, .. } = effect {
            let text = String::from_utf8_lossy(payload);
            assert!(!text.contains("marker") && !text.contains("sentence"), "{text}");
        }
    }
    assert!(!all.contains("marker"));
}

proptest! {
    #[test]
    fn no_message_panics_or_moves_it(topic in 0..4_u8, payload in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut rig = Rig::new();
        rig.input(Input::Connected);
        let topic = match topic {
            0 => place().desired(),
            1 => Target::All.command(Uuid::from_u128(1)),
            2 => place().reported(),
            _ => String::from_utf8_lossy(&payload).into_owned(),
        };
        rig.input(Input::Message { topic, payload });
        prop_assert!(!rig.effects.iter().any(|effect| matches!(effect, Effect::Do(_))));
    }
}

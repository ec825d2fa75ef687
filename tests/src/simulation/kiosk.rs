//! One simulated kiosk: the fleet's agent and session as the program has them, and a program that only tells of visits.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kiosk_fleet::agent::{self, Action, Agent, Happening, Input, Settings};
use kiosk_fleet::command::Name;
use kiosk_fleet::disk::Memory;
use kiosk_fleet::key::PublicKey;
use kiosk_fleet::mqtt::{self, Broker, Clock, Told, World};
use kiosk_fleet::report::Waiting;
use kiosk_fleet::topic::Place;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// The kiosk.
pub(super) struct Kiosk {
    program: Arc<Program>,
    /// What starts it, until it is started.
    start: Option<Start>,
    task: Option<JoinHandle<Result<(), String>>>,
}

struct Start {
    place: Place,
    broker: Broker,
    key: PublicKey,
    queue: usize,
    receiver: UnboundedReceiver<Told>,
}

/// What stands in for the program around the fleet's code. Its events are those that the program's log has in a visit,
/// with the same fields.
struct Program {
    told: UnboundedSender<Told>,
    /// The number of the visit that is on.
    visit: Mutex<u64>,
    up_since: Mutex<Option<Instant>>,
    /// Why it has no connection, and how often in a row it had none.
    down: Mutex<(&'static str, u32)>,
    waiting: AtomicUsize,
    lost: AtomicU64,
}

impl Kiosk {
    pub(super) fn new(place: Place, broker: Broker, key: PublicKey, queue: usize) -> Self {
        let (told, receiver) = unbounded_channel();
        let program = Program {
            told,
            visit: Mutex::new(1),
            up_since: Mutex::default(),
            down: Mutex::default(),
            waiting: AtomicUsize::default(),
            lost: AtomicU64::default(),
        };
        let start = Some(Start { place, broker, key, queue, receiver });
        Self { program: Arc::new(program), start, task: None }
    }

    pub(super) fn start(&mut self, runtime: &Runtime) {
        let Some(start) = self.start.take() else { return };
        self.program.fresh(1);
        let mut world = Joint(Arc::clone(&self.program));
        self.task = Some(runtime.spawn(Box::pin(async move {
            let settings = settings(&start);
            let mut disk = Memory::default();
            let desired = agent::start(&mut disk);
            let clock = Clock::default();
            let agent = Agent::new(clock.now(), settings, disk, desired);
            mqtt::run(agent, &clock, &start.broker, &start.place, start.receiver, &mut world).await
        })));
    }

    /// Somebody touches the screen, chats, and the agent ends it.
    pub(super) fn touch(&self) {
        let visit = *lock(&self.program.visit);
        self.program.tell("visit.touched", json!({ "visit": visit }));
        self.program.tell("status.read", json!({ "visit": visit, "outcome": "reset", "reason": "agent" }));
        self.program.tell("notice.shown", json!({ "visit": visit, "cause": "agent_end" }));
    }

    /// The chat is covered.
    pub(super) fn cover(&self) {
        self.program.cover();
    }

    /// The visit is over, and the next one is fresh.
    pub(super) fn end(&self) {
        self.program.end("agent_end", true);
    }

    /// How many visits have ended.
    pub(super) fn visits(&self) -> u64 {
        *lock(&self.program.visit) - 1
    }

    pub(super) fn up_since(&self) -> Option<Instant> {
        *lock(&self.program.up_since)
    }

    /// Why it has no connection, and how often in a row it had none.
    pub(super) fn down(&self) -> (&'static str, u32) {
        *lock(&self.program.down)
    }

    pub(super) fn waiting(&self) -> u64 {
        self.program.waiting.load(Ordering::SeqCst) as u64
    }

    pub(super) fn lost(&self) -> u64 {
        self.program.lost.load(Ordering::SeqCst)
    }

    pub(super) fn stop(&self) {
        drop(self.program.told.send(Told::Stop));
    }

    pub(super) fn ended(&mut self, runtime: &Runtime) -> Result<()> {
        let Some(task) = self.task.take() else { return Ok(()) };
        runtime.block_on(task).context("a kiosk broke down")?.map_err(anyhow::Error::msg)
    }
}

impl Program {
    fn cover(&self) {
        self.tell("scene.shown", json!({ "scene": "one_moment" }));
    }

    fn end(&self, cause: &str, used: bool) {
        let mut visit = lock(&self.visit);
        let clear = if used { "confirmed" } else { "not_needed" };
        let receipt = json!({
            "visit": *visit, "cause": cause, "used": used, "lasted_seconds": 184, "clear": clear,
            "attempts": u8::from(used), "discarded": 0, "end": "fresh", "reset_ms": 312, "next": *visit + 1, "records": 0,
        });
        self.tell("receipt", receipt);
        *visit += 1;
        self.fresh(*visit);
    }

    fn fresh(&self, visit: u64) {
        self.tell("visit.fresh", json!({ "visit": visit, "ms": 312, "records": 0 }));
    }

    fn tell(&self, name: &str, fields: Value) {
        let Value::Object(fields) = fields else { return };
        let happening = Happening { name: name.to_owned(), fields };
        // After the farewell nobody listens.
        drop(self.told.send(Told::Input(Input::Happened(happening))));
    }
}

struct Joint(Arc<Program>);

impl World for Joint {
    fn act(&mut self, action: Action) {
        if matches!(action, Action::Obey(Name::Reset, _)) {
            self.0.cover();
            self.0.end("staff", false);
        }
    }

    fn log(&mut self, _: &'static str, _: &'static str, _: &'static str) {}

    fn link(&mut self, down: Option<&'static str>) {
        *lock(&self.0.up_since) = down.is_none().then(Instant::now);
        let mut tries = lock(&self.0.down);
        *tries = down.map_or_else(Default::default, |reason| (reason, tries.1 + 1));
    }

    fn waiting(&mut self, waiting: Waiting) {
        self.0.waiting.store(waiting.waiting, Ordering::SeqCst);
        self.0.lost.store(waiting.lost, Ordering::SeqCst);
    }
}

fn settings(start: &Start) -> Settings {
    Settings {
        place: start.place.clone(),
        keys: vec![start.key.clone()],
        version: env!("CARGO_PKG_VERSION").to_owned(),
        file: String::new(),
        discovery: false,
        queue: start.queue,
        trial: Duration::from_secs(120),
        supported: vec![Name::Reset, Name::Report],
        validate: Box::new(|_| Err("a simulated kiosk follows no configuration".to_owned())),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

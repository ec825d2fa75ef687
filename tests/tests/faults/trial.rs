//! One cell of the matrix after the other, on a kiosk.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kiosk_tests::gate::{Gate, Mode};
use kiosk_tests::log::{Line, Mark};
use kiosk_tests::pages::{CLEAN, DIRTY, Page};
use kiosk_tests::process::Process;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Config, Kiosk, Pages, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};

use crate::cells::{ANSWER, READY};
use crate::cells::{
    Fault::{self, *},
    Step::{self, *},
};
use crate::table::Row;

/// What a busy machine may add to every bound.
const BUSY: Duration = Duration::from_secs(10);
/// Megabytes of memory for the page: three times what it needs.
const MEMORY: u64 = 700;
/// The kiosk goes out of service after the sixth death in a minute, and is started anew before that.
const DEATHS: usize = 4;

/// One kiosk with its stage, before pages behind a gate.
pub(crate) struct Trial {
    // Declared before the stage: it goes first.
    kiosk: Kiosk,
    gate: Gate,
    pages: Pages,
    stage: Stage,
    front: u32,
    visit: u64,
    loads: usize,
    deaths: usize,
    asks: bool,
    used_up: bool,
}

impl Trial {
    pub(crate) fn begin(name: &str, step: Step) -> Result<Self> {
        let stage = Stage::named(name).up()?;
        let pages = Pages::start()?;
        let port = pages.origin().rsplit(':').next().and_then(|port| port.parse().ok());
        let gate = Gate::before(port.context("the page's port")?)?;
        let asks = step == Question;
        let url = format!("http://localhost:{}/host.html?client=v1", gate.port());
        let config = Config::new()
            .chat(&url, &[&pages.frame_origin()])
            .set("chat.ready_seconds", READY)
            .set("chat.memory_mb", MEMORY)
            .set("notice.seconds", 600)
            // One visit at a time, so that each fault hits the one that it is meant for. What breaks the next one while
            // the notice is up has tests of its own.
            .set("visit.spare", false)
            .set("clear.timeout_seconds", 1)
            .set("clear.attempts", 2)
            .set("idle.after_seconds", if asks { 2 } else { 0 })
            .set("idle.answer_seconds", ANSWER);
        if step == Start {
            gate.set(Mode::Hanging)?;
        }
        let kiosk = Kiosk::start(&stage, Setup::new(config))?;
        let mut trial =
            Self { kiosk, gate, pages, stage, front: 0, visit: 1, loads: 0, deaths: 0, asks, used_up: false };
        kiosk_started(&trial.kiosk)?;
        let first = trial.renderers()?;
        trial.front = first.iter().map(|process| process.pid).min().context("the front has no process")?;
        if step == Start {
            // Before that a process of the engine is not yet one: it has not said hello.
            wait::until_true("the page should be asked for", PATIENCE, || trial.gate.left_hanging() > 0)?;
        } else {
            trial.kiosk.enter(&trial.stage, 1)?;
        }
        Ok(trial)
    }

    pub(crate) fn is_good_for(&self, step: Step) -> bool {
        step != Start && !self.used_up && self.asks == (step == Question) && self.deaths < DEATHS
    }

    /// Brings a visit to the step, breaks it, and waits for what must come of it.
    pub(crate) fn cell(&mut self, fault: Fault, step: Step) -> Result<Row> {
        self.used_up = fault.is_front() || fault == NetworkStopped;
        let visit = self.visit;
        let mut mark = self.kiosk.log.start();
        if step != Start {
            self.arrive()?;
            self.stage.input.click(640, 300)?;
            self.page()?.agent_says("Dana", "Good morning")?;
            mark = self.bring(fault, step, visit)?;
        }
        let begun = Instant::now();
        self.apply(fault)?;
        if !fault.ends_visit(step) {
            self.end(fault, step, visit)?;
        }
        let bound = fault.bound(step);
        let ended = self.kiosk.log.wait_line(mark, "fresh or out of service", bound + BUSY, |line| {
            (line.event() == "visit.fresh" && line.number("visit").is_ok_and(|fresh| step == Start || fresh > visit))
                || (line.event() == "scene.shown" && line.text("scene") == "out_of_service")
        })?;
        let within = ended.at.saturating_duration_since(begun);
        let out = ended.event() != "visit.fresh";
        if out {
            // For the eye alone: until the scene is painted.
            thread::sleep(Duration::from_millis(500));
            self.stage.screen.shot(&format!("out-of-service-{fault:?}-{step:?}"))?;
        }
        self.undo(fault)?;
        let undone = Instant::now();
        let fresh = self.come_back(&ended)?;
        self.visit = fresh.number("visit")?;
        let back = if out { Some(fresh.at.saturating_duration_since(undone)) } else { None };
        self.deaths += self.kiosk.log.all("chat.died").len().saturating_sub(self.deaths);
        self.expect_clean(step)?;
        let end = match back {
            Some(back) => format!("out of service, fresh {:.1} s after", back.as_secs_f32()),
            None => "fresh".to_owned(),
        };
        let mut row = Row::good(&format!("{fault:?}"), &format!("{step:?}"), &end, within);
        row.bound = bound;
        Ok(row)
    }

    /// Waits for the page of the visit that is on.
    fn arrive(&mut self) -> Result<()> {
        let before = self.loads;
        wait::until_true("the page should be loaded", PATIENCE, || self.pages.loads() > before)?;
        self.loads = self.pages.loads();
        self.page()?.launched()?;
        Ok(())
    }

    /// The page of the visit that is on.
    fn page(&self) -> Result<Page<'_>> {
        self.pages.visitor(self.loads)
    }

    fn bring(&self, fault: Fault, step: Step, visit: u64) -> Result<Mark> {
        let page = self.page()?;
        match step {
            Start | Chatting => {}
            Notice => self.agent_ends(visit)?,
            Clearing => {
                if !fault.is_clear() {
                    self.replace_clear(ClearHangs)?;
                    self.agent_ends(visit)?;
                    self.start_over(visit)?;
                }
            }
            NewVisit => {
                let asked = self.gate.left_hanging();
                self.gate.set(Mode::Hanging)?;
                page.event(&events::agents_end(&format!("s{visit}")))?;
                self.kiosk.log.wait_after(
                    self.kiosk.log.start(),
                    "notice.shown",
                    &json!({"visit": visit}),
                    PATIENCE,
                )?;
                let mark = self.kiosk.log.mark();
                visitor::starts_over(&self.stage)?;
                self.kiosk.log.wait_after(mark, "visit.started", &json!({"visit": visit + 1}), PATIENCE)?;
                wait::until_true("the new visit should ask for its page", PATIENCE, || {
                    self.gate.left_hanging() > asked
                })?;
                return Ok(mark);
            }
            // Who touches the screen in the moment in which it changes may have to do it again.
            Question => wait::until("the question should come", PATIENCE, || {
                let scene = self.kiosk.scene_now();
                if scene == "welcome" {
                    self.stage.input.click(640, 300)?;
                    thread::sleep(Duration::from_millis(300));
                }
                Ok((scene == "still_there").then_some(()))
            })?,
        }
        Ok(self.kiosk.log.mark())
    }

    fn apply(&self, fault: Fault) -> Result<()> {
        match fault {
            RendererKilled => self.renderer()?.signal("KILL"),
            RendererStopped => self.renderer()?.signal("STOP"),
            RendererLoops => {
                self.page()?.script_now("page", "setTimeout(() => { for (;;); }, 0)");
                Ok(())
            }
            RendererHoards => {
                let hoard = "const hoard = []; setInterval(() => hoard.push(new Uint8Array(32 << 20).fill(1)), 30)";
                self.page()?.script_now("page", hoard);
                Ok(())
            }
            FrontKilled => self.front()?.signal("KILL"),
            FrontStopped => self.front()?.signal("STOP"),
            NetworkKilled => self.network("KILL"),
            NetworkStopped => self.network("STOP"),
            ServerRefuses => self.gate.set(Mode::Refusing),
            ServerHangs => self.gate.set(Mode::Hanging),
            Server500 => self.gate.set(Mode::Answering(500)),
            Server423 => self.gate.set(Mode::Answering(423)),
            ServerElsewhere => self.gate.set(Mode::Elsewhere(format!("{}/portal", self.pages.frame_origin()))),
            FrameDead => self
                .page()?
                .script("frame", "addEventListener('message', (event) => event.stopImmediatePropagation(), true)"),
            // The page tells of each event, and of the command behind them all: nobody can wait for that.
            Flood => {
                let flood =
                    "const entryPayload = JSON.stringify({ entryType: 'SessionStatusChanged', sessionId: 'flood',
                    sessionStatus: 'Active' });
                  const detail = { conversationEntry: { entryPayload } };
                  for (let n = 0; n < 10000; n++) {
                    dispatchEvent(new CustomEvent('onEmbeddedMessagingSessionStatusUpdate', { detail })); }";
                self.page()?.script_now("page", flood);
                Ok(())
            }
            clear => self.replace_clear(clear),
        }
    }

    fn undo(&self, fault: Fault) -> Result<()> {
        if fault == NetworkStopped {
            // Those that the kiosk ended are gone.
            for process in self.kiosk.webkit("WebKitNetworkPr")? {
                drop(process.signal("CONT"));
            }
        }
        self.gate.set(Mode::Open)
    }

    /// What an agent and a visitor do while it is broken.
    fn end(&self, fault: Fault, step: Step, visit: u64) -> Result<()> {
        match step {
            Chatting => {
                self.agent_ends(visit)?;
                self.start_over(visit)
            }
            Notice => self.start_over(visit),
            Clearing if fault.is_clear() => {
                self.agent_ends(visit)?;
                self.start_over(visit)
            }
            // Nobody answers.
            Question | Clearing | Start | NewVisit => Ok(()),
        }
    }

    fn agent_ends(&self, visit: u64) -> Result<()> {
        self.page()?.event(&events::agents_end(&format!("s{visit}")))?;
        self.reaches(self.kiosk.log.start(), "notice.shown", visit)
    }

    fn start_over(&self, visit: u64) -> Result<()> {
        let mark = self.kiosk.log.mark();
        visitor::starts_over(&self.stage)?;
        self.reaches(mark, "clear.called", visit)
    }

    /// Waits until the visit gets there, or is over before it does: a page that floods may be taken for one that hangs.
    fn reaches(&self, mark: Mark, event: &str, visit: u64) -> Result<()> {
        self.kiosk.log.wait_line(mark, event, PATIENCE, |line| {
            let number = line.number("visit").unwrap_or(0);
            (line.event() == event && number == visit) || (line.event() == "visit.fresh" && number > visit)
        })?;
        Ok(())
    }

    fn replace_clear(&self, fault: Fault) -> Result<()> {
        let script = format!(
            "const api = embeddedservice_bootstrap.userVerificationAPI; const original = api.clearSession;
             api.clearSession = {}",
            fault.clear()
        );
        self.page()?.script("page", &script)
    }

    /// The fault is gone: by itself, or sooner when somebody presses "Try now".
    fn come_back(&self, ended: &Line) -> Result<Line> {
        let out = ended.event() != "visit.fresh";
        let first =
            self.kiosk.log.all("scene.shown").iter().filter(|line| line.text("scene") == "out_of_service").count() <= 2;
        if out && !first {
            thread::sleep(Duration::from_millis(300));
            self.stage.input.key("Return")?;
        }
        let fresh = wait::until("the kiosk should be fresh again", Duration::from_secs(90), || {
            let shown = self.kiosk.log.all("visit.fresh");
            let scene = self.kiosk.scene_now();
            let up = matches!(scene.as_str(), "none" | "welcome");
            Ok(shown.last().filter(|line| up && (!out || line.index > ended.index)).cloned())
        });
        fresh.with_context(|| self.kiosk.log.text())
    }

    /// Nothing of the old visit is there: not on the screen, not in the page, not as a process.
    fn expect_clean(&mut self, step: Step) -> Result<()> {
        if step != Question {
            self.stage.screen.wait_until("clean", PATIENCE, |picture| {
                screen::shows(picture, CLEAN) && !screen::shows(picture, DIRTY)
            })?;
        }
        self.pages.expect_no_leftovers()?;
        wait::until("old processes should go", Duration::from_secs(15), || {
            Ok((self.renderers()?.len() <= 2).then_some(()))
        })
        .with_context(|| format!("{:?}", self.kiosk.processes()))?;
        self.kiosk.expect_alive()
    }

    fn renderers(&self) -> Result<Vec<Process>> {
        self.kiosk.webkit("WebKitWebProces")
    }

    /// The newest visit's.
    fn renderer(&self) -> Result<Process> {
        let chats = self.renderers()?.into_iter().filter(|process| process.pid != self.front);
        chats.max_by_key(|process| process.pid).context("the chat has no process")
    }

    fn front(&self) -> Result<Process> {
        let front = self.renderers()?.into_iter().find(|process| process.pid == self.front);
        front.context("the front has no process")
    }

    /// All of the engine's network processes.
    fn network(&self, signal: &str) -> Result<()> {
        self.kiosk.webkit("WebKitNetworkPr")?.iter().try_for_each(|process| process.signal(signal))
    }
}

fn kiosk_started(kiosk: &Kiosk) -> Result<()> {
    kiosk.log.wait_after(kiosk.log.start(), "visit.started", &Value::Null, PATIENCE)?;
    wait::until("front and chat should have their processes", PATIENCE, || {
        Ok((kiosk.webkit("WebKitWebProces")?.len() >= 2).then_some(()))
    })
}

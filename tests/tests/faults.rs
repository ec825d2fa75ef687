//! The fault matrix: whatever breaks, at whatever step of a visit, it ends fresh or out of service within its bound, and
//! is fresh again when the fault goes. The table at the end says which cell took how long.

use std::env;
use std::fmt;
use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::gate::{Gate, Mode};
use kiosk_tests::log::{Line, Mark};
use kiosk_tests::pages::{CLEAN, DIRTY, Page};
use kiosk_tests::process::Process;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Config, Kiosk, Org, Pages, Service, Setup, Stage, events, screen, visitor};
use serde_json::{Value, json};

/// What a busy machine may add to every bound.
const BUSY: Duration = Duration::from_secs(10);
/// Megabytes of memory for the page: three times what it needs.
const MEMORY: u64 = 700;
/// Seconds until the page must be ready.
const READY: u64 = 5;
/// Seconds that "still there?" waits for an answer; the least that can be configured.
const ANSWER: u64 = 20;
/// The kiosk goes out of service after the sixth death in a minute, and is started anew before that.
const DEATHS: usize = 4;

/// What breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    RendererKilled,
    RendererStopped,
    RendererLoops,
    RendererHoards,
    FrontKilled,
    FrontStopped,
    NetworkKilled,
    NetworkStopped,
    ServerRefuses,
    ServerHangs,
    Server500,
    Server423,
    ServerElsewhere,
    ClearHangs,
    ClearRejects,
    ClearLies,
    ClearResolves,
    ClearThrows,
    ClearIsSlow,
    FrameDead,
    Flood,
}

/// When it breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before the first visit is up.
    Start,
    Chatting,
    Notice,
    Clearing,
    NewVisit,
    Question,
}

use Fault::*;
use Step::*;

const FAULTS: [Fault; 21] = [
    RendererKilled,
    RendererStopped,
    RendererLoops,
    RendererHoards,
    FrontKilled,
    FrontStopped,
    NetworkKilled,
    NetworkStopped,
    ServerRefuses,
    ServerHangs,
    Server500,
    Server423,
    ServerElsewhere,
    ClearHangs,
    ClearRejects,
    ClearLies,
    ClearResolves,
    ClearThrows,
    ClearIsSlow,
    FrameDead,
    Flood,
];
const STEPS: [Step; 6] = [Start, Chatting, Notice, Clearing, NewVisit, Question];

/// Each fault at the step where it hurts most; `make soak` has the others.
const SHORT: [(Fault, Step); 32] = [
    (RendererKilled, Chatting),
    (RendererKilled, Notice),
    (RendererKilled, Clearing),
    (RendererKilled, NewVisit),
    (RendererStopped, Chatting),
    (RendererLoops, Notice),
    (RendererStopped, NewVisit),
    (RendererLoops, Clearing),
    (RendererHoards, Chatting),
    (NetworkKilled, Chatting),
    (NetworkKilled, NewVisit),
    (NetworkStopped, NewVisit),
    (ServerRefuses, Start),
    (Server500, Clearing),
    (ServerElsewhere, Start),
    (Server423, Chatting),
    (ServerHangs, Start),
    (ServerHangs, Chatting),
    (ServerRefuses, Chatting),
    (ClearHangs, Clearing),
    (ClearRejects, Clearing),
    (ClearLies, Clearing),
    (ClearResolves, Clearing),
    (ClearThrows, Clearing),
    (ClearIsSlow, Clearing),
    (FrameDead, Notice),
    (Flood, Chatting),
    (Flood, Notice),
    (RendererKilled, Question),
    (RendererStopped, Question),
    (FrontKilled, Clearing),
    (FrontStopped, Chatting),
];

#[test]
fn each_fault_where_it_hurts_most() -> Result<()> {
    matrix("faults", &SHORT)
}

/// `make soak` runs it: `cargo test -p kiosk-tests --test faults -- --ignored`.
#[test]
#[ignore = "half an hour: make soak"]
fn each_fault_at_each_step() -> Result<()> {
    let all = FAULTS.iter().flat_map(|&fault| STEPS.iter().map(move |&step| (fault, step)));
    let all: Vec<_> = all.filter(|(fault, step)| makes_sense(*fault, *step)).collect();
    matrix("faults-soak", &all)
}

/// A fault of the page needs a page, and one of the clear comes to light in the clear.
fn makes_sense(fault: Fault, step: Step) -> bool {
    match step {
        Start | NewVisit => !fault.needs_page(),
        Clearing => fault != FrameDead,
        Chatting | Notice => !fault.is_clear(),
        Question => !fault.is_clear() && fault != Flood,
    }
}

fn matrix(name: &str, cells: &[(Fault, Step)]) -> Result<()> {
    let mut table = Table::default();
    let mut trial: Option<Trial> = None;
    // `KIOSK_FAULT=Renderer` looks at a part of them.
    let wanted = env::var("KIOSK_FAULT").unwrap_or_default();
    for &(fault, step) in cells.iter().filter(|cell| format!("{cell:?}").contains(&wanted)) {
        // A trial that failed, one that is about to be taken out of service, one without the question: a new kiosk.
        let usable = trial.take().filter(|trial| trial.is_good_for(step));
        let mut next = match usable {
            Some(trial) => trial,
            None => Trial::begin(name, step)?,
        };
        let cell = next.cell(fault, step);
        if cell.is_ok() {
            trial = Some(next);
        } else {
            drop(next);
        }
        table.put(fault, step, cell);
    }
    table.print()?;
    table.expect_good()
}

#[test]
fn a_stream_that_drops_or_repeats_itself() -> Result<()> {
    let stage = Stage::named("faults-stream").up()?;
    let org = Org::start()?;
    let kiosk = Kiosk::start(&stage, Setup::on_org(&org).set("notice.seconds", 2))?;
    let mut table = Table::default();
    kiosk.enter(&stage, 1)?;
    for (visit, (stream, after)) in (1..).zip([("duplicate", 0), ("replay", 0), ("drop", 2), ("replay", 2)]) {
        let conversation = visitor::talks(&stage, &org, "Dana", "Hello", "Good morning")?;
        let begun = Instant::now();
        if after == 0 {
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
        }
        org.end(conversation.id(), "Agent")?;
        if stream == "drop" {
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
        }
        kiosk.notice(visit)?;
        if after != 0 {
            // Under the notice everything comes once more.
            org.faults(&json!({"stream": stream, "stream_drop_s": 2}))?;
            org.replay(conversation.id(), 5)?;
        }
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        let notices = kiosk.log.all("notice.shown");
        let notices = notices.iter().filter(|line| line.field("visit") == visit).count();
        ensure!(notices == 1, "{notices} notices in visit {visit}");
        org.faults(&json!({"stream": "ok"}))?;
        let step = if after == 0 { "Chatting" } else { "Notice" };
        table.rows.push(Row::good(&format!("stream {stream}"), step, "fresh", begun.elapsed()));
    }
    table.print()
}

#[test]
fn no_notification_service_or_one_that_hangs() -> Result<()> {
    let mut table = Table::default();
    for (service, name) in [(Service::Absent, "absent"), (Service::Hanging, "hanging")] {
        let stage = Stage::named(&format!("faults-notification-{name}")).notifications(service).up()?;
        let pages = Pages::start()?;
        let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 1))?;
        kiosk.enter(&stage, 1)?;
        // A service that hangs must not add up either.
        for visit in 1..=3 {
            let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
            wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")
                .with_context(|| kiosk.log.text())?;
            stage.input.click(640, 300)?;
            let begun = Instant::now();
            page.event(&events::agents_end(&format!("n{visit}")))?;
            kiosk.expect_reset(visit, "agent_end", "confirmed")?;
            table.rows.push(Row::good(&format!("notification {name}"), "Notice", "fresh", begun.elapsed()));
        }
        kiosk.log.wait_after(kiosk.log.start(), "notification.failed", &Value::Null, PATIENCE)?;
        kiosk.expect_alive()?;
    }
    table.print()
}

#[test]
fn a_state_folder_that_is_full_or_cannot_be_written() -> Result<()> {
    let mut table = Table::default();
    let tiny = "mount -t tmpfs -o size=16k none \"$XDG_STATE_HOME\" && dd if=/dev/zero of=\"$XDG_STATE_HOME/full\" 2>/dev/null; exec \"$0\" \"$@\"";
    let fixed = "mount -t tmpfs -o ro none \"$XDG_STATE_HOME\" && exec \"$0\" \"$@\"";
    let file = "rmdir \"$XDG_STATE_HOME\" && : > \"$XDG_STATE_HOME\" && exec \"$0\" \"$@\"";
    let device = "mkdir -p \"$XDG_STATE_HOME/support-kiosk\" && ln -s /dev/full \"$XDG_STATE_HOME/support-kiosk/receipts.jsonl\" && exec \"$0\" \"$@\"";
    for (name, script, mounts) in
        [("full", tiny, true), ("read-only", fixed, true), ("a file", file, false), ("/dev/full", device, false)]
    {
        let wrapper: &[&str] = if mounts { &["unshare", "--mount", "sh", "-c", script] } else { &["sh", "-c", script] };
        if mounts && !may_mount() {
            table.rows.push(Row::good(
                &format!("state folder {name}"),
                "Start",
                "skipped: may not mount",
                Duration::ZERO,
            ));
            continue;
        }
        let stage = Stage::named("faults-state").up()?;
        let pages = Pages::start()?;
        let setup = Setup::on_page(&pages, "client=v1").set("notice.seconds", 0).under(wrapper);
        let begun = Instant::now();
        let mut kiosk = Kiosk::start(&stage, setup)?;
        kiosk.enter(&stage, 1)?;
        table.rows.push(Row::good(&format!("state folder {name}"), "Start", "fresh", begun.elapsed()));
        for visit in 1..=2 {
            let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
            wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")
                .with_context(|| kiosk.log.text())?;
            stage.input.click(640, 300)?;
            let begun = Instant::now();
            page.event(&events::agents_end(&format!("d{visit}")))?;
            kiosk.expect_reset(visit, "agent_end", "confirmed")?;
            table.rows.push(Row::good(&format!("state folder {name}"), "Clearing", "fresh", begun.elapsed()));
        }
        // Said once, not at each visit.
        let said = kiosk.log.all("ledger.failed").len();
        ensure!(said == 1, "the ledger's trouble was told {said} times, with the state folder {name}");
        kiosk.expect_alive()?;
    }
    table.print()
}

/// As root, or where a user may have a mount namespace without being root (then `unshare` alone does not do).
fn may_mount() -> bool {
    let tried = std::process::Command::new("unshare").args(["--mount", "true"]).output();
    tried.is_ok_and(|output| output.status.success())
}

impl Fault {
    fn is_clear(self) -> bool {
        matches!(self, ClearHangs | ClearRejects | ClearLies | ClearResolves | ClearThrows | ClearIsSlow)
    }

    fn is_front(self) -> bool {
        matches!(self, FrontKilled | FrontStopped)
    }

    fn is_server(self) -> bool {
        matches!(self, ServerRefuses | ServerHangs | Server500 | Server423 | ServerElsewhere)
    }

    fn needs_page(self) -> bool {
        self.is_clear() || matches!(self, RendererLoops | RendererHoards | FrameDead | Flood)
    }

    /// The kiosk has to find out by itself, with nobody ending the chat.
    fn ends_visit(self, step: Step) -> bool {
        match self {
            RendererKilled | RendererStopped | RendererLoops | RendererHoards | NetworkKilled | NetworkStopped => true,
            ServerRefuses if step == Chatting => true,
            fault if fault.is_clear() => false,
            _ => matches!(step, Start | NewVisit | Clearing),
        }
    }

    /// From the fault, or from the end of the chat behind it, to fresh or out of service.
    fn bound(self, step: Step) -> Duration {
        // The question waits for its answer.
        let answer = if step == Question && !self.ends_visit(step) { ANSWER } else { 0 };
        let seconds = match (self, step) {
            // A server is missed when it was silent twice.
            (ServerRefuses, Chatting) => 20,
            (_, Start | NewVisit) => READY + 10,
            // Two calls of a second each, a pause, the next visit.
            (fault, _) if fault.is_clear() || fault == FrameDead => 5,
            (fault, _) if fault.is_server() => READY + 5,
            _ => 10,
        };
        Duration::from_secs(seconds + answer)
    }

    fn clear(self) -> &'static str {
        match self {
            ClearRejects => "() => Promise.reject('a string')",
            ClearLies => {
                "async () => { for (const name of ['Ready', 'ButtonCreated']) dispatchEvent(new CustomEvent('onEmbeddedMessaging' + name)) }"
            }
            ClearResolves => "async () => {}",
            ClearThrows => "() => { throw new TypeError('broken') }",
            ClearIsSlow => "async (end) => { await Control.pause(700); return original(end) }",
            _ => "() => new Promise(() => {})",
        }
    }
}

/// One kiosk with its stage, before pages behind a gate.
struct Trial {
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
    fn begin(name: &str, step: Step) -> Result<Self> {
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

    fn is_good_for(&self, step: Step) -> bool {
        step != Start && !self.used_up && self.asks == (step == Question) && self.deaths < DEATHS
    }

    /// Brings a visit to the step, breaks it, and waits for what must come of it.
    fn cell(&mut self, fault: Fault, step: Step) -> Result<Row> {
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

#[derive(Default)]
struct Table {
    rows: Vec<Row>,
}

struct Row {
    fault: String,
    step: String,
    ended: String,
    within: Duration,
    bound: Duration,
    verdict: Result<()>,
}

impl Row {
    fn good(fault: &str, step: &str, ended: &str, within: Duration) -> Self {
        let bound = Duration::from_secs(10);
        Self { fault: fault.to_owned(), step: step.to_owned(), ended: ended.to_owned(), within, bound, verdict: Ok(()) }
    }
}

impl Table {
    fn put(&mut self, fault: Fault, step: Step, cell: Result<Row>) {
        self.rows.push(cell.unwrap_or_else(|error| {
            let mut row = Row::good(&format!("{fault:?}"), &format!("{step:?}"), "-", Duration::ZERO);
            row.verdict = Err(error);
            row
        }));
    }

    /// Past the test runner, which would keep it to itself.
    fn print(&self) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n{:<24} | {:<9} | {:<34} | {:>7} | verdict", "fault", "step", "ended", "within")?;
        for row in &self.rows {
            writeln!(out, "{row}")?;
        }
        Ok(())
    }

    fn expect_good(self) -> Result<()> {
        let bad: Vec<String> = self
            .rows
            .into_iter()
            .filter_map(|row| row.verdict.err().map(|error| format!("{} at {}: {error:#}", row.fault, row.step)))
            .collect();
        ensure!(bad.is_empty(), "{}", bad.join("\n\n"));
        Ok(())
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match &self.verdict {
            Ok(()) if self.within > self.bound => "held, on a busy machine",
            Ok(()) => "held",
            Err(_) => "BROKEN",
        };
        let within = format!("{:.1} s", self.within.as_secs_f32());
        write!(f, "{:<24} | {:<9} | {:<34} | {within:>7} | {verdict}", self.fault, self.step, self.ended)
    }
}

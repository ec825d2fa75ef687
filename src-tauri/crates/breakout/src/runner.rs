//! Runs the attempts, one after the other, on one kiosk as long as it is safe; after each, everything is looked at.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use x11rb::protocol::xproto::Window;

use crate::catalogue::{Attempt, Class, Expect, Hand, Over};
use crate::desk::Desk;
use crate::home::Home;
use crate::kiosk::{Kiosk, Start};
use crate::log::{Line, Mark};
use crate::monkey::{Monkey, Move};
use crate::ports;
use crate::report::{Row, Verdict};
use crate::server::Server;

/// The kiosk answers, or shows its own screen, within this time.
const ANSWER: Duration = Duration::from_secs(10);
/// A window above the kiosk is gone, and a new size is taken on, within this time.
const ON_TOP: Duration = Duration::from_secs(2);
/// A refusal is in the log within this time.
const LOGGED: Duration = Duration::from_secs(5);
/// What has not come after this time does not come.
const SETTLED: Duration = Duration::from_millis(80);
/// How long an end of the page by the engine itself may take to come to light.
const MOMENT: Duration = Duration::from_millis(600);
/// How long a script of an attempt may run.
const SCRIPT: Duration = Duration::from_secs(3);
/// The program's start, on a slow machine.
const UP: Duration = Duration::from_secs(60);

/// One run of the suite on one display.
pub struct Runner {
    start: Start,
    home: Home,
    server: Server,
    marker: String,
    desk: Option<Desk>,
    /// Nobody else uses the display, so that its resolution may change.
    own_display: bool,
    kiosk: Option<Trial>,
}

/// A running kiosk, and how it was before any attempt.
struct Trial {
    kiosk: Kiosk,
    window: Option<Window>,
    windows: HashSet<Window>,
    files: HashSet<PathBuf>,
    page: Value,
}

impl Runner {
    /// A run with this program. Without a desk only what a page can do by itself is tried.
    pub fn new(start: Start, desk: Option<Desk>, own_display: bool) -> Result<Self> {
        let marker = format!("planted{}", std::process::id());
        let server = Server::start(&marker)?;
        Ok(Self { start, home: Home::make("attack")?, server, marker, desk, own_display, kiosk: None })
    }

    /// The attempts that can be made here.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        let mut all = crate::catalogue::all(self.server.ports());
        // A window manager keeps what it does not manage above all that it does.
        let managed = self.desk.as_ref().is_some_and(Desk::is_managed);
        all.retain(|one| !(managed && one.hands.contains(&Hand::Map(Over::Unmanaged))));
        all.retain(|one| (self.desk.is_some() || !one.needs_hands()) && (self.own_display || !one.intrusive));
        all
    }

    /// Makes an attempt, and tells what came of it.
    pub fn run(&mut self, attempt: &Attempt) -> Result<Row> {
        let begun = Instant::now();
        let mut trial = match self.kiosk.take() {
            Some(trial) => trial,
            None => self.begin()?,
        };
        let (happened, verdict) = match self.make(&mut trial, attempt) {
            Ok(Outcome { happened, complaint: None }) => (happened, Verdict::Safe),
            Ok(Outcome { happened, complaint: Some(complaint) }) => {
                (format!("{happened}; {complaint}"), Verdict::Unsafe)
            }
            Err(error) => (format!("{error:#}"), Verdict::Unsafe),
        };
        if let Some(desk) = &mut self.desk {
            desk.tidy()?;
        }
        // A page that is of no use is made anew, a kiosk that is of no use too.
        let mut row = Row::new(attempt, happened, verdict, begun.elapsed());
        if verdict == Verdict::Safe && attempt.spoils && trial.kiosk.reset(ANSWER).is_err() {
            row.verdict = Verdict::Unsafe;
            row.happened.push_str("; a reset brought no fresh page");
        }
        if row.verdict == Verdict::Safe && !trial.kiosk.ended()? {
            self.kiosk = Some(trial);
        }
        Ok(row)
    }

    /// Asks the kiosk's own loopback servers as other programs and other pages would. The kiosk under attack is ended.
    ///
    /// # Errors
    /// When a kiosk does not come up.
    pub fn ports(&mut self) -> Result<Vec<Row>> {
        self.kiosk = None;
        ports::attack(&self.start, &self.home)
    }

    /// Lets a monkey make some inputs, and looks at everything afterwards.
    ///
    /// # Errors
    /// What did not hold, or a display that takes no input.
    pub fn play(&mut self, monkey: &mut Monkey, inputs: usize) -> Result<()> {
        let mut trial = match self.kiosk.take() {
            Some(trial) => trial,
            None => self.begin()?,
        };
        let before = self.before(&trial);
        if let Some(desk) = &mut self.desk {
            for _ in 0..inputs {
                match monkey.next_move() {
                    Move::Chord(chord) => desk.chord(&chord)?,
                    Move::Hand(hand) => desk.act(&hand, trial.window)?,
                }
            }
        }
        let game = Attempt { expect: Expect::StaysOrFresh, ..Attempt::default() };
        self.settle(&trial, &game, &before)?;
        let mut complaints = Vec::new();
        self.look(&mut trial, &game, &before, &mut complaints)?;
        ensure!(complaints.is_empty(), "{}\n{}", complaints.join("; "), last_lines(&trial.kiosk));
        self.kiosk = Some(trial);
        Ok(())
    }

    /// After the last attempt: a reset, whose store is proven empty.
    pub fn finish(&mut self) -> Result<Row> {
        let begun = Instant::now();
        let trial = match self.kiosk.take() {
            Some(trial) => trial,
            None => self.begin()?,
        };
        let records = trial.kiosk.reset(ANSWER);
        let (happened, verdict) = match records {
            Ok(0) => ("a fresh visit whose store holds nothing".to_owned(), Verdict::Safe),
            Ok(records) => (format!("the new visit was born with {records} records"), Verdict::Unsafe),
            Err(error) => (format!("{error:#}"), Verdict::Unsafe),
        };
        Ok(Row::last(happened, verdict, begun.elapsed()))
    }

    /// The running kiosk's log, for whoever wants to know more.
    #[must_use]
    pub fn log(&self) -> String {
        self.kiosk.as_ref().map(|trial| trial.kiosk.log.text()).unwrap_or_default()
    }

    fn begin(&self) -> Result<Trial> {
        let kiosk = Kiosk::start(&self.start, &self.home, &self.server)?;
        kiosk.event("visit.fresh", &json!({ "records": 0 }), UP)?;
        let page = self.server.ask("return K.state()", ANSWER);
        ensure!(page.is_some(), "the attack page does not answer:\n{}", kiosk.log.text());
        let mut trial = Trial {
            kiosk,
            window: None,
            windows: HashSet::new(),
            files: HashSet::new(),
            page: page.unwrap_or_default(),
        };
        if let Some(desk) = &self.desk {
            let shown = desk.windows()?;
            trial.window = shown.iter().find(|window| window.pid == Some(trial.kiosk.pid())).map(|window| window.id);
            ensure!(trial.window.is_some(), "the kiosk shows no window: {shown:?}");
            trial.windows = shown.iter().map(|window| window.id).collect();
            wait_for(ON_TOP, || Ok(desk.is_flat()?.then(|| "the screen is blank".to_owned())))?;
        }
        trial.files = self.home.files()?.into_iter().collect();
        Ok(trial)
    }

    fn before(&self, trial: &Trial) -> Before {
        let (log, canary) = (&trial.kiosk.log, self.server.canary().len());
        Before { mark: log.mark(), visit: trial.kiosk.visit(), canary }
    }

    fn make(&mut self, trial: &mut Trial, attempt: &Attempt) -> Result<Outcome> {
        let before = self.before(trial);
        let mut said = None;
        if attempt.gesture {
            let armed = format!(
                "document.addEventListener('click', async () => {{ {} }}, {{ once: true, capture: true }})",
                attempt.script
            );
            if let Some(desk) = &mut self.desk {
                let _ = self.server.ask(&armed, SCRIPT);
                desk.act(&Hand::Click(1, (10, 50)), trial.window)?;
            } else {
                said = self.server.ask(&attempt.script, SCRIPT);
            }
        } else if !attempt.script.is_empty() {
            // A page that leaves, or tries to, may not come back to say anything: what counts is looked at below.
            let within = if attempt.expect == Expect::Quiet { SCRIPT } else { Duration::from_millis(700) };
            said = self.server.ask(&attempt.script, within);
        }
        if attempt.expect == Expect::Fresh {
            // The page that said it is gone; the judge asks the next one.
            said = None;
        }
        for hand in &attempt.hands {
            self.act(trial, hand)?;
        }
        self.settle(trial, attempt, &before)?;
        if !attempt.judge.is_empty() {
            said = Some(self.server.ask(&attempt.judge, SCRIPT).unwrap_or_else(|| json!("the page does not answer")));
        }
        let mut complaints = Vec::new();
        if let Some(complaint) =
            said.as_ref().and_then(Value::as_str).filter(|said| !said.is_empty() && *said != "no end")
        {
            complaints.push(format!("the page says: {complaint}"));
        }
        self.look(trial, attempt, &before, &mut complaints)?;
        let happened = happened(trial, &before);
        Ok(Outcome { happened, complaint: (!complaints.is_empty()).then(|| complaints.join("; ")) })
    }

    fn act(&mut self, trial: &mut Trial, hand: &Hand) -> Result<()> {
        match hand {
            Hand::Reset => {
                trial.kiosk.reset(ANSWER)?;
            }
            Hand::Hostile(hostile) => self.server.set_hostile(*hostile),
            Hand::Second => {
                let status = trial.kiosk.second(&self.home, ANSWER)?;
                ensure!(status.success(), "the second start ended with {status}");
            }
            Hand::Pause(ms) => thread::sleep(Duration::from_millis(*ms)),
            hand => {
                if let Some(desk) = &mut self.desk {
                    desk.act(hand, trial.window)?;
                }
            }
        }
        Ok(())
    }

    /// Waits for what is expected, or for nothing to come any more.
    fn settle(&self, trial: &Trial, attempt: &Attempt, before: &Before) -> Result<()> {
        let log = &trial.kiosk.log;
        match &attempt.expect {
            // What does not come is found missing below.
            Expect::Blocked(rules, _) => {
                drop(log.wait_line(before.mark, "a refusal", LOGGED, |line| is_one_of(line, rules)));
            }
            Expect::Fresh => drop(log.wait_line(before.mark, "a fresh visit", ANSWER * 2, |line| {
                line.event() == "visit.fresh" && line.field("visit").as_u64() > Some(before.visit)
            })),
            // Where the engine ends the page itself, that takes a moment.
            Expect::StaysOrFresh => {
                drop(log.wait_line(before.mark, "anything", MOMENT, |line| !line.event().is_empty()));
            }
            Expect::Quiet | Expect::Rewritten => {}
        }
        thread::sleep(SETTLED);
        if trial.kiosk.is_between_visits() {
            // What comes of it is looked at below.
            wait_for(ANSWER * 2, || Ok(trial.kiosk.is_between_visits().then(String::new)))?;
        }
        Ok(())
    }

    /// All that must hold after every attempt.
    fn look(&self, trial: &mut Trial, attempt: &Attempt, before: &Before, complaints: &mut Vec<String>) -> Result<()> {
        ensure!(!trial.kiosk.ended()?, "the program ended: {}", last_lines(&trial.kiosk));
        if attempt.expect != Expect::Rewritten {
            match self.page_state(trial)? {
                // A size that is being taken back takes a moment to get to the page.
                Some(_) => complaints.extend(wait_for(ON_TOP, || {
                    let state = self.server.ask("return K.state()", SCRIPT).unwrap_or_default();
                    let changed = changed(&trial.page, &state);
                    Ok((!changed.is_empty()).then(|| changed.join(", ")))
                })?),
                None => complaints.push(format!("the page does not answer: {}", last_lines(&trial.kiosk))),
            }
        }
        let visit = trial.kiosk.visit();
        match attempt.expect {
            Expect::Fresh if visit == before.visit => complaints.push("no fresh visit came".to_owned()),
            Expect::Blocked(..) | Expect::Quiet if visit != before.visit => {
                complaints.push("the visit was reset".to_owned());
            }
            _ => {}
        }
        let lines = since(trial, before);
        if let Expect::Blocked(rules, most) = &attempt.expect {
            let named = lines.iter().filter(|line| is_one_of(line, rules)).count();
            if named == 0 {
                complaints.push(format!("no line of the log names the rule ({})", rules.join(", ")));
            } else if named > *most {
                complaints.push(format!("{named} lines of the log say it"));
            }
        }
        if lines.iter().any(|line| line.raw.contains(&self.marker)) {
            complaints.push("the log holds what the page said".to_owned());
        }
        // The engine's processes grumble on the same stream; what comes by the bridge may write no line of its own.
        if attempt.class == Class::Bridge && lines.iter().any(|line| line.event().is_empty()) {
            complaints.push("the log holds a line that is no event".to_owned());
        }
        let canary = self.server.canary();
        if canary.len() > before.canary {
            complaints.push(format!("another server was reached: {}", canary[before.canary..].join(", ")));
        }
        let known = ["WebKitNetworkPr", "WebKitWebProces", "WebKitGPUProces", "bwrap", "xdg-dbus-proxy"];
        // The kiosk's own second start may still be on its way out.
        for process in trial.kiosk.offspring()? {
            if !known.contains(&process.name.as_str()) && process.name != "support-kiosk" {
                complaints.push(format!("a program was started: {}", process.name));
            }
        }
        let files: Vec<PathBuf> =
            self.home.files()?.into_iter().filter(|file| !trial.files.contains(file) && !is_codec_list(file)).collect();
        for file in &files {
            complaints
                .push(format!("a file was written: {}", file.strip_prefix(self.home.root()).unwrap_or(file).display()));
        }
        trial.files.extend(files);
        if let (Some(desk), Some(window)) = (&self.desk, trial.window) {
            complaints.extend(wait_for(ON_TOP, || {
                for shown in desk.windows()? {
                    // What the desktop puts below the kiosk, nobody sees; the kiosk itself shows no second window.
                    if shown.pid == Some(trial.kiosk.pid()) && !trial.windows.contains(&shown.id) {
                        return Ok(Some(format!(
                            "a window came up: {:?} {}x{}",
                            shown.name, shown.width, shown.height
                        )));
                    }
                }
                desk.uncovered(window)
            })?);
            complaints
                .extend(wait_for(ANSWER, || Ok(desk.is_flat()?.then(|| "the screen is one flat colour".to_owned())))?);
        }
        Ok(())
    }

    /// The page's state, when it answers within ten seconds, or within ten seconds of the kiosk's own screen.
    fn page_state(&self, trial: &Trial) -> Result<Option<Value>> {
        let ask = "K.clean(); return K.state()";
        let begun = Instant::now();
        let mut covered = false;
        loop {
            if let Some(state) = self.server.ask(ask, Duration::from_millis(700)) {
                return Ok(Some(state));
            }
            covered |= trial.kiosk.log.all("scene.shown").last().is_some_and(|line| line.text("scene") != "none");
            let patience = if covered { ANSWER * 2 } else { ANSWER };
            if begun.elapsed() > patience {
                return Ok(None);
            }
        }
    }
}

struct Before {
    mark: Mark,
    visit: u64,
    canary: usize,
}

struct Outcome {
    happened: String,
    complaint: Option<String>,
}

fn is_one_of(line: &Line, rules: &[&str]) -> bool {
    line.event() == "blocked" && rules.contains(&line.text("rule"))
}

fn since(trial: &Trial, before: &Before) -> Vec<Line> {
    trial.kiosk.log.since(before.mark)
}

/// What the kiosk did, in its own words: the rules, and a fresh visit.
fn happened(trial: &Trial, before: &Before) -> String {
    let mut rules: Vec<(String, usize)> = Vec::new();
    for line in since(trial, before).iter().filter(|line| line.event() == "blocked") {
        let rule = line.text("rule");
        match rules.iter_mut().find(|(known, _)| known == rule) {
            Some((_, count)) => *count += 1,
            None => rules.push((rule.to_owned(), 1)),
        }
    }
    let mut parts: Vec<String> = rules
        .into_iter()
        .map(
            |(rule, count)| {
                if count == 1 { format!("refused: {rule}") } else { format!("refused: {rule} ({count} times)") }
            },
        )
        .collect();
    if trial.kiosk.visit() > before.visit {
        parts.push("a fresh visit".to_owned());
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// The list of the machine's own codecs, which the engine makes when a page first asks for a film.
fn is_codec_list(file: &Path) -> bool {
    file.components().any(|part| part.as_os_str() == "gstreamer-1.0")
}

/// What is not as it was before any attempt.
fn changed(before: &Value, now: &Value) -> Vec<String> {
    ["href", "origin", "top", "ratio", "inner", "scale", "full", "locked"]
        .into_iter()
        .filter(|name| before[name] != now[name])
        .map(|name| format!("the page's {name} is {} and was {}", now[name], before[name]))
        .collect()
}

fn last_lines(kiosk: &Kiosk) -> String {
    let lines = kiosk.log.lines();
    let from = lines.len().saturating_sub(6);
    lines[from..].iter().map(|line| line.raw.as_str()).collect::<Vec<_>>().join(" | ")
}

/// Looks until there is nothing to complain about; the last complaint when the time is up.
fn wait_for(within: Duration, mut complaint: impl FnMut() -> Result<Option<String>>) -> Result<Option<String>> {
    let begun = Instant::now();
    loop {
        let Some(said) = complaint()? else { return Ok(None) };
        if begun.elapsed() > within {
            return Ok(Some(said));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

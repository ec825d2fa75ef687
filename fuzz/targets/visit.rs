//! The visit machine under any sequence of inputs. What it promises is checked from outside, on its effects alone.
//!
//! Each thing that happens is a letter, with bytes behind it where it needs some, so that a seed can be written by hand.
#![no_main]

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use arbitrary::{Result, Unstructured};
use kiosk_core::{
    config,
    event::{Field, Status, Unreadable},
    language::Language,
    receipt::{Clear, End},
    rule::{Judge, Reason},
    visit::{Death, Effect, Exit, Input, Machine, Note, Now, Pin, Readiness, Renewal, Settings, Staff},
    wire::{Answer, Ask, Cleared, Client, FrontAction, Report, Scene, Settled, StaffAct, StaffView, Step, Trouble},
};
use libfuzzer_sys::fuzz_target;

/// Longer sequences find nothing that shorter ones do not, and take time.
const MOST: usize = 400;

static DEFAULTS: LazyLock<Settings> =
    LazyLock::new(|| Settings::of(&config::parse("").expect("the defaults are right")));

fuzz_target!(|data: &[u8]| {
    let mut bytes = Unstructured::new(data);
    let _ = play(&mut bytes);
});

fn play(bytes: &mut Unstructured<'_>) -> Result<()> {
    let flags: u8 = bytes.arbitrary()?;
    let mut settings = DEFAULTS.clone();
    settings.shared = flags & 1 == 0;
    if flags & 2 != 0 {
        settings.notice = Duration::ZERO;
    }
    if flags & 4 != 0 {
        settings.idle = None;
    }
    let mut rig = Rig::new(settings);
    rig.input(Input::Start { seed: u64::from(flags) });
    for _ in 0..MOST {
        if bytes.is_empty() {
            break;
        }
        happen(&mut rig, bytes)?;
        // From here on silence: a reset that has begun comes to its end all the same.
        if rig.resetting {
            rig.clone().settle();
        }
    }
    Ok(())
}

/// One thing happens.
fn happen(rig: &mut Rig, bytes: &mut Unstructured<'_>) -> Result<()> {
    let letter: u8 = bytes.arbitrary()?;
    let visit = rig.machine.visit();
    // A capital letter: from the visit before.
    let visit = if letter.is_ascii_uppercase() { visit.saturating_sub(1) } else { visit };
    let report = |report| Input::Report { visit, report };
    let input = match letter.to_ascii_lowercase() {
        b'p' => {
            let millis: u16 = bytes.arbitrary()?;
            rig.pass(Duration::from_millis(u64::from(millis)));
            return Ok(());
        }
        b'l' => Input::Listed { visit, records: 0 },
        b'm' => Input::Listed { visit, records: u32::from(bytes.arbitrary::<u8>()?) },
        b'n' => Input::NotListed { visit },
        b'f' => Input::LoadFailed { visit, trouble: *pick(bytes, &[Trouble::Network, Trouble::Certificate])? },
        b'd' => {
            let deaths = [Death::Crashed, Death::Memory, Death::Hung, Death::Closed];
            Input::Died { visit, death: *pick(bytes, &deaths)? }
        }
        b't' => Input::Touched,
        b'x' => Input::Front(*pick(
            bytes,
            &[FrontAction::Start, FrontAction::Continue, FrontAction::Done, FrontAction::Retry],
        )?),
        b'o' => Input::NetworkLost,
        b'b' => Input::NetworkBack,
        b's' => Input::Staff(pick(bytes, &[Staff::Fresh, Staff::InService, Staff::OutOfService(None)])?.clone()),
        b'!' => Input::Knock { locked: locked(bytes)? },
        b'#' => Input::PinTyped,
        b'+' => Input::Pin { check: rig.check, pin: Pin::Right },
        b'-' => Input::Pin { check: u32::from(bytes.arbitrary::<u8>()? % 4), pin: pin(bytes)? },
        b'.' => Input::Hand,
        b'*' => Input::StaffAct(act(bytes)?),
        b'?' => Input::ConfigChecked(if bytes.arbitrary()? { Ok(()) } else { Err("line 1: no".to_owned()) }),
        b'@' => Input::Identify,
        b'6' => Input::Leave,
        b'7' => Input::Front(FrontAction::Language(*pick(bytes, &Language::ALL)?)),
        b'8' => Input::Attended(bytes.arbitrary()?),
        b'9' => Input::CloseWindow,
        b'y' => Input::Reload,
        b'&' => Input::Renew(Renewal::Replaced),
        b'%' => Input::ProgramChecked(*pick(bytes, &[Readiness::Ready, Readiness::Later, Readiness::Broken])?),
        b'z' => Input::Start { seed: 3 },
        b'q' => Input::Stop,
        b'r' => report(Report::Ready { client: client(bytes)? }),
        b'e' => report(Report::Status(agents_end(bytes.arbitrary()?))),
        b'v' => report(Report::Status(status(bytes)?)),
        b'u' => report(Report::Unreadable { why: Unreadable::NoDetail }),
        b'c' => report(Report::Cleared(Cleared {
            attempt: rig.attempt,
            settled: Settled::Resolved,
            ready: true,
            button: true,
            took_ms: 12,
            client: Client::V1,
            deaf: false,
        })),
        b'k' => report(Report::Cleared(Cleared {
            attempt: u32::from(bytes.arbitrary::<u8>()? % 5),
            settled: *pick(bytes, &[Settled::Resolved, Settled::Rejected, Settled::Threw, Settled::Absent])?,
            ready: bytes.arbitrary()?,
            button: bytes.arbitrary()?,
            took_ms: u32::from(bytes.arbitrary::<u16>()?),
            client: client(bytes)?,
            deaf: bytes.arbitrary()?,
        })),
        b'a' => report(Report::Notice { answer: *pick(bytes, &[Answer::StartOver, Answer::KeepReading])? }),
        b'w' => report(Report::Shown),
        b'0' => report(Report::Message { role: Field::Text((*pick(bytes, &["Agent", "EndUser"])?).to_owned()) }),
        b'h' => report(Report::Conversation { step: *pick(bytes, &[Step::Started, Step::Closed])? }),
        b'g' => report(Report::Pong { beat: rig.beat }),
        // The visit that is made in advance, if there is one.
        b'1' => Input::Listed { visit: rig.spare.unwrap_or(visit), records: 0 },
        b'2' => Input::Listed { visit: rig.spare.unwrap_or(visit), records: 1 },
        b'3' => Input::Report { visit: rig.spare.unwrap_or(visit), report: Report::Ready { client: client(bytes)? } },
        b'4' => Input::Died { visit: rig.spare.unwrap_or(visit), death: Death::Crashed },
        b'5' => Input::Report { visit: rig.spare.unwrap_or(visit), report: Report::Status(status(bytes)?) },
        b'j' => report(Report::Pong { beat: u32::from(bytes.arbitrary::<u8>()?) }),
        b'i' => report(Report::InitError),
        _ => report(Report::Hello),
    };
    rig.input(input);
    Ok(())
}

fn pick<'a, T>(bytes: &mut Unstructured<'_>, from: &'a [T]) -> Result<&'a T> {
    let at: u8 = bytes.arbitrary()?;
    Ok(&from[usize::from(at) % from.len()])
}

/// How long no PIN is taken, if it is for some time.
fn locked(bytes: &mut Unstructured<'_>) -> Result<Option<Duration>> {
    let seconds: u8 = bytes.arbitrary()?;
    Ok((seconds > 0).then(|| Duration::from_secs(u64::from(seconds))))
}

fn pin(bytes: &mut Unstructured<'_>) -> Result<Pin> {
    Ok(match bytes.arbitrary::<u8>()? % 4 {
        0 => Pin::Right,
        1 => Pin::Wrong { locked: locked(bytes)? },
        2 => Pin::Locked(Duration::from_secs(u64::from(bytes.arbitrary::<u8>()?))),
        _ => Pin::Gone,
    })
}

fn act(bytes: &mut Unstructured<'_>) -> Result<StaffAct> {
    let acts = [
        StaffAct::Cancel,
        StaffAct::Fresh,
        StaffAct::OutOfService { note: None },
        StaffAct::OutOfService { note: Some("back\nsoon".repeat(40)) },
        StaffAct::InService,
        StaffAct::Reload,
        StaffAct::Leave,
    ];
    Ok(pick(bytes, &acts)?.clone())
}

fn client(bytes: &mut Unstructured<'_>) -> Result<Client> {
    Ok(*pick(bytes, &[Client::V1, Client::V2])?)
}

fn agents_end(session: u8) -> Status {
    let text = |text: &str| Field::Text(text.to_owned());
    Status {
        entry_type: text("SessionStatusChanged"),
        status: text("Ended"),
        previous: text("Active"),
        ended_by: text("Agent"),
        session: Field::Text(session.to_string()),
    }
}

fn status(bytes: &mut Unstructured<'_>) -> Result<Status> {
    let mut field = || -> Result<Field> {
        let words = ["Ended", "Active", "Waiting", "Agent", "EndUser", "New", "Inactive", "Odd"];
        Ok(match bytes.arbitrary::<u8>()? {
            0 => Field::Missing,
            1 => Field::Wrong,
            word => Field::Text(words[usize::from(word) % words.len()].to_owned()),
        })
    };
    Ok(Status {
        entry_type: Field::Missing,
        status: field()?,
        previous: field()?,
        ended_by: field()?,
        session: field()?,
    })
}

/// The page tells of a conversation that is on.
fn tells_of_a_conversation(report: &Report) -> bool {
    match report {
        Report::Conversation { step: Step::Started } | Report::Message { .. } => true,
        Report::Status(status) => matches!(Judge::default().judge(&Ok(status.clone())).reason, Reason::NotEnded(_)),
        _ => false,
    }
}

/// The machine in virtual time, and what its effects have said so far.
#[derive(Clone)]
struct Rig {
    machine: Machine,
    settings: Settings,
    now: Now,
    proven: BTreeSet<u64>,
    ready: BTreeSet<u64>,
    receipts: BTreeSet<u64>,
    /// The visit whose webview is alive, and the one whose page was loaded in it.
    open: Option<u64>,
    loaded: Option<u64>,
    /// Visits whose page told of a conversation while it was their turn.
    told: BTreeSet<u64>,
    /// The visit that is made in advance, and whether its page was loaded.
    spare: Option<u64>,
    spare_loaded: bool,
    /// The call of `clearSession` that runs: visit, attempt, and when it is given up.
    clearing: Option<(u64, u32, Now)>,
    keys_held: bool,
    /// The notice is up: keys must be held.
    noticing: bool,
    uncovered: bool,
    resetting: bool,
    stopped: bool,
    attempt: u32,
    beat: u32,
    /// The newest check of a PIN that was asked for, and the one whose answer is waited for.
    check: u32,
    checking: Option<u32>,
    /// The right PIN was typed in the staff scene that is up.
    unlocked: bool,
    /// The staff scene is what is shown.
    staff: bool,
    /// Staff took the kiosk out of service, and has not put it back.
    closed: bool,
    /// There was a reason to begin anew.
    is_renewal_due: bool,
}

impl Rig {
    fn new(settings: Settings) -> Self {
        Self {
            machine: Machine::new(settings.clone()),
            settings,
            now: Duration::from_secs(1),
            proven: BTreeSet::new(),
            ready: BTreeSet::new(),
            receipts: BTreeSet::new(),
            open: None,
            loaded: None,
            told: BTreeSet::new(),
            spare: None,
            spare_loaded: false,
            clearing: None,
            keys_held: false,
            noticing: false,
            uncovered: false,
            resetting: false,
            stopped: false,
            attempt: 1,
            beat: 0,
            check: 0,
            checking: None,
            unlocked: false,
            staff: false,
            closed: false,
            is_renewal_due: false,
        }
    }

    fn input(&mut self, input: Input) {
        let newest = self.machine.visit();
        match &input {
            Input::Listed { visit, records: 0 } if *visit == newest || Some(*visit) == self.spare => {
                self.proven.insert(*visit);
            }
            Input::Report { visit, report: Report::Ready { .. } } if self.proven.contains(visit) => {
                self.ready.insert(*visit);
            }
            Input::Report { visit, report: Report::Cleared(cleared) }
                if self.clearing.is_some_and(|(of, attempt, _)| of == *visit && attempt == cleared.attempt) =>
            {
                self.clearing = None;
            }
            Input::Report { visit, report }
                if *visit == newest && self.loaded == Some(newest) && tells_of_a_conversation(report) =>
            {
                self.told.insert(*visit);
            }
            Input::Staff(Staff::InService) => self.closed = false,
            Input::StaffAct(StaffAct::InService) if self.unlocked => self.closed = false,
            Input::Pin { check, pin } if self.checking == Some(*check) => {
                self.checking = None;
                self.unlocked = *pin == Pin::Right;
            }
            Input::Stop => {
                self.stopped = true;
                (self.resetting, self.staff, self.closed) = (false, false, false);
            }
            Input::Start { .. } if self.stopped => self.stopped = false,
            _ => {}
        }
        let is_late = input.visit().is_some_and(|visit| visit != newest && Some(visit) != self.spare);
        self.machine.handle(self.now, input);
        let effects = self.drain();
        if is_late {
            let only_noted = effects.iter().all(|effect| matches!(effect, Effect::Log(Note::Late { .. })));
            assert!(only_noted, "a visit that is over changes something: {effects:?}");
        }
    }

    /// Lets time pass, with every deadline in it.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        let mut steps = 0;
        while let Some(at) = self.machine.poll_timeout().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.machine.handle_timeout(self.now);
            self.drain();
            steps += 1;
            assert!(steps < 10_000, "the machine's timers run in a circle");
        }
        self.now = end;
    }

    /// With nobody answering, a reset ends in service or out of it, within the bound.
    fn settle(&mut self) {
        let settings = &self.settings;
        let bound = (settings.clear_timeout + Duration::from_secs(20)) * settings.clear_attempts
            + Duration::from_secs(40)
            + settings.ready;
        let end = self.now + bound;
        while self.resetting {
            let at = self.machine.poll_timeout().expect("a reset waits for nothing");
            assert!(at <= end, "a reset takes longer than its bound");
            self.pass(at.saturating_sub(self.now));
        }
    }

    fn drain(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        while let Some(effect) = self.machine.poll_effect() {
            self.check(&effect);
            effects.push(effect);
        }
        assert!(!self.noticing || self.keys_held, "no key reaches the page while the notice is up");
        assert!(!self.uncovered || self.open.is_some_and(|visit| self.ready.contains(&visit)));
        assert!(!self.stopped || self.spare.is_none(), "nothing waits when the program has ended");
        // Calling it again at the same moment changes nothing.
        self.machine.handle_timeout(self.now.saturating_sub(Duration::from_millis(1)));
        assert!(self.machine.poll_effect().is_none());
        effects
    }

    fn check(&mut self, effect: &Effect) {
        let newest = self.machine.visit();
        match effect {
            Effect::Open { visit, .. } => {
                assert_eq!(*visit, newest);
                assert!(!self.closed, "only staff brings back what staff has closed");
                (self.open, self.loaded, self.clearing, self.spare) = (Some(*visit), None, None, None);
                self.resetting = true;
                self.noticing = false;
            }
            Effect::Prepare { visit } => {
                assert!(Some(*visit) > self.open, "a spare has a number of its own");
                assert!(self.noticing && self.spare.is_none(), "one, and only while the notice is up");
                (self.spare, self.spare_loaded) = (Some(*visit), false);
            }
            Effect::Adopt { visit } => {
                assert_eq!(self.spare.take(), Some(*visit), "only what was made in advance is taken");
                assert!(!self.uncovered || self.ready.contains(visit), "proven and ready, else covered");
                let loaded = self.spare_loaded.then_some(*visit);
                (self.open, self.loaded, self.clearing) = (Some(*visit), loaded, None);
                (self.resetting, self.noticing) = (true, false);
            }
            Effect::Load { visit } if self.spare == Some(*visit) => {
                assert!(self.proven.contains(visit), "a page loads only in a store that is proven empty");
                assert!(!self.spare_loaded, "a page loads once");
                self.spare_loaded = true;
            }
            Effect::Close { visit } if self.spare == Some(*visit) => self.spare = None,
            Effect::Load { visit } => {
                assert_eq!(Some(*visit), self.open);
                assert!(self.proven.contains(visit), "a page loads only in a store that is proven empty");
                assert!(self.loaded.replace(*visit).is_none(), "a page loads once");
            }
            // Out of service: it may have been shown before, so the scene is not what tells.
            Effect::Close { visit } => {
                assert_eq!(*visit, newest);
                self.open = None;
                (self.noticing, self.resetting) = (false, false);
            }
            Effect::Ask { visit, ask } => {
                assert_eq!(Some(*visit), self.open, "nothing of a visit is sent to another");
                match ask {
                    Ask::Clear { attempt, .. } => {
                        if let Some((_, _, until)) = self.clearing {
                            assert!(self.now >= until, "clears never overlap");
                        }
                        assert!(*attempt <= self.settings.clear_attempts);
                        self.clearing = Some((*visit, *attempt, self.now + self.settings.clear_timeout));
                        self.attempt = *attempt;
                        self.resetting = true;
                        self.noticing = false;
                    }
                    Ask::Ping { beat } => self.beat = *beat,
                    _ => {}
                }
            }
            Effect::Notice { visit, .. } => {
                assert_eq!(Some(*visit), self.open);
                self.noticing = true;
            }
            Effect::HoldKeys(hold) => self.keys_held = *hold,
            Effect::Show(scene) => {
                if matches!(scene, Scene::Staff { view: StaffView::Menu { .. } }) {
                    assert!(self.unlocked, "the staff's menu needs the right PIN");
                }
                self.staff = matches!(scene, Scene::Staff { .. });
                if !self.staff {
                    (self.checking, self.unlocked) = (None, false);
                }
                if let Scene::OutOfService { note: Some(note), .. } = scene {
                    assert!(!note.is_empty() && note.chars().count() <= 140 && !note.contains(char::is_control));
                }
                self.uncovered = *scene == Scene::None;
                if self.uncovered {
                    assert!(self.loaded.is_some() && self.ready.contains(&newest), "proven and ready, else covered");
                }
            }
            Effect::CheckPin { check } => (self.check, self.checking) = (*check, Some(*check)),
            Effect::CheckConfig => assert!(self.unlocked, "only staff has the configuration read"),
            Effect::CheckProgram => assert!(self.is_renewal_due, "without a reason nothing begins anew"),
            Effect::Log(Note::RenewalDue { .. }) => self.is_renewal_due = true,
            Effect::Remember(closed) => self.closed = closed.is_some(),
            Effect::Exit(exit) => {
                let renewed = self.is_renewal_due && !self.staff && matches!(exit, Exit::Renew(_));
                assert!(self.unlocked || renewed, "only staff ends the program, or it begins anew");
                // The machine is off already: the program goes, and what was on the screen with it.
                self.stopped = true;
                (self.resetting, self.staff, self.closed, self.uncovered) = (false, false, false, false);
                (self.noticing, self.open) = (false, None);
            }
            Effect::Receipt(receipt) => {
                assert!(self.receipts.insert(receipt.visit), "one receipt a visit");
                assert!(receipt.next.is_none_or(|next| self.ready.contains(&next)));
                assert!(receipt.next.is_none() || receipt.records == Some(0));
                if receipt.end != End::Discarded && self.told.contains(&receipt.visit) {
                    let is_cleared = receipt.used && receipt.clear != Clear::NotNeeded;
                    assert!(is_cleared, "whatever the page told of is cleared: {receipt:?}");
                }
            }
            Effect::Log(Note::Fresh { visit, .. }) => {
                assert_eq!(Some(*visit), self.loaded);
                self.resetting = false;
            }
            _ => {}
        }
    }
}

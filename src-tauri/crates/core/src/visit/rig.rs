//! A rig for tests: the machine in virtual time, with every promise checked at each step.

use std::{collections::BTreeSet, time::Duration};

use super::{Effect, Exit, Input, Machine, Note, Now, Pin, Settings, Staff};
use crate::{
    event::{Field, Status},
    receipt::{Clear, End, Receipt},
    rule::{Judge, Reason},
    wire::{Ask, Cause, Cleared, Client, Report, Scene, Settled, StaffAct, StaffView, Step, Trouble},
};

/// The settings of a kiosk, as the defaults have them.
pub(super) fn settings() -> Settings {
    Settings::of(&crate::config::parse("").expect("the defaults"))
}

#[derive(Clone)]
pub(super) struct Rig {
    pub(super) machine: Machine,
    pub(super) now: Now,
    /// Everything that came out, in order.
    pub(super) effects: Vec<Effect>,
    /// Visits whose store was listed empty, and of those the ones whose page said Ready.
    proven: BTreeSet<u64>,
    ready: BTreeSet<u64>,
    /// Visits whose page is loaded, and of those the ones that told of a conversation while it was their turn.
    loaded: BTreeSet<u64>,
    told: BTreeSet<u64>,
    /// The call of `clearSession` that runs: visit, attempt, and when it is given up.
    clearing: Option<(u64, u32, Now)>,
    receipts: BTreeSet<u64>,
    /// The visit that is on, or on its way, as the effects have it.
    on: u64,
    /// The visit that was prepared, and neither taken nor thrown away.
    spare: Option<u64>,
    /// What was shown last.
    shown: Option<Scene>,
    /// The check of a PIN that runs, and whether a right one opened the staff's menu.
    checking: Option<u32>,
    unlocked: bool,
    /// Staff took the kiosk out of service, and has not put it back.
    closed: bool,
    /// There was a reason to begin anew.
    is_renewal_due: bool,
    /// Visits that somebody touched.
    touched: BTreeSet<u64>,
    settings: Settings,
}

impl Rig {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            machine: Machine::new(settings.clone()),
            now: Duration::from_secs(1),
            effects: Vec::new(),
            proven: BTreeSet::new(),
            ready: BTreeSet::new(),
            loaded: BTreeSet::new(),
            told: BTreeSet::new(),
            clearing: None,
            receipts: BTreeSet::new(),
            on: 0,
            spare: None,
            shown: None,
            checking: None,
            unlocked: false,
            closed: false,
            is_renewal_due: false,
            touched: BTreeSet::new(),
            settings,
        }
    }

    /// A rig whose first visit is in service.
    pub(super) fn in_service(settings: Settings) -> Self {
        let mut rig = Self::new(settings);
        rig.input(Input::Start { seed: 7 });
        rig.come_up();
        rig
    }

    /// The newest visit comes up as it should.
    pub(super) fn come_up(&mut self) {
        let visit = self.visit();
        self.input(Input::Listed { visit, records: 0 });
        self.report(Report::Ready { client: Client::V1 });
        assert_eq!(self.scene(), Scene::None, "the front lifts over a visit that came up");
    }

    pub(super) fn visit(&self) -> u64 {
        self.machine.visit()
    }

    /// The visit that was made in advance.
    pub(super) fn spare(&self) -> Option<u64> {
        self.spare
    }

    pub(super) fn report(&mut self, report: Report) {
        self.input(Input::Report { visit: self.visit(), report });
    }

    pub(super) fn agent_ends(&mut self, session: &str) {
        self.report(Report::Status(status("Ended", "Active", "Agent", session)));
    }

    pub(super) fn cleared(&mut self, attempt: u32) {
        self.report(Report::Cleared(cleared(attempt)));
    }

    pub(super) fn input(&mut self, input: Input) {
        match &input {
            Input::Listed { visit, records: 0 } if *visit == self.visit() || Some(*visit) == self.spare() => {
                self.proven.insert(*visit);
            }
            Input::Report { visit, report: Report::Ready { .. } } if self.proven.contains(visit) => {
                self.ready.insert(*visit);
            }
            Input::Report { visit, report: Report::Cleared(cleared) }
                if self.clearing.is_some_and(|(v, a, _)| v == *visit && a == cleared.attempt) =>
            {
                self.clearing = None;
            }
            Input::Report { visit, report }
                if *visit == self.visit() && self.loaded.contains(visit) && tells_of_a_conversation(report) =>
            {
                self.told.insert(*visit);
            }
            Input::Touched if self.ready.contains(&self.on) && !self.machine.is_overlaid() => {
                self.touched.insert(self.on);
            }
            Input::Staff(Staff::InService) => self.closed = false,
            Input::StaffAct(StaffAct::InService) if self.unlocked => self.closed = false,
            Input::Pin { check, pin } if self.checking == Some(*check) => {
                self.checking = None;
                self.unlocked = *pin == Pin::Right;
            }
            _ => {}
        }
        self.machine.handle(self.now, input);
        self.drain();
    }

    /// Lets time pass, with every deadline in it.
    pub(super) fn pass(&mut self, time: Duration) {
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
    pub(super) fn settle(&mut self) {
        let end = self.now + bound(&self.settings);
        while self.is_resetting() {
            let at = self.machine.poll_timeout().expect("a reset waits for nothing");
            assert!(at <= end, "a reset takes longer than its bound");
            self.pass(at.saturating_sub(self.now));
        }
    }

    fn drain(&mut self) {
        while let Some(effect) = self.machine.poll_effect() {
            self.check(&effect);
            self.effects.push(effect);
        }
        if matches!(self.machine.phase, super::Phase::Off) {
            self.shown = None;
        }
        let spare = self.machine.spare.as_ref().map(|spare| spare.visit);
        assert_eq!(spare, self.spare, "a spare is kept, taken or thrown away, and never forgotten");
        let identify = matches!(self.shown, Some(Scene::Identify { .. }));
        assert_eq!(self.machine.is_identifying(), identify, "it goes when its time is over");
        let staff = matches!(self.shown, Some(Scene::Staff { .. }));
        if let Some(shown) = self.shown.as_ref().filter(|_| !identify && !staff) {
            assert_eq!(*shown, self.machine.scene, "what is below is what is shown");
        }
        assert_eq!(self.machine.panel.is_some(), staff, "the staff scene is above everything, or gone");
        if !staff {
            self.checking = None;
            self.unlocked = false;
        }
    }

    /// What must hold of every effect, whatever happened.
    fn check(&mut self, effect: &Effect) {
        match effect {
            Effect::Open { visit, .. } => {
                assert!(*visit > self.on, "no number is given twice");
                assert!(!self.closed, "only staff brings back what staff has closed");
                self.on = *visit;
                self.clearing = None;
                self.spare = None;
            }
            Effect::Prepare { visit } => {
                assert!(*visit > self.on, "a spare has a number of its own");
                assert_eq!(self.spare.replace(*visit), None, "there is one spare");
            }
            Effect::Adopt { visit } => {
                self.on = *visit;
                assert_eq!(self.spare.take(), Some(*visit), "only what was made in advance is taken");
                assert!(
                    self.shown != Some(Scene::None) || self.ready.contains(visit),
                    "uncovered, only what is proven and ready is put in the old one's place"
                );
                self.clearing = None;
            }
            Effect::Close { visit } if self.spare == Some(*visit) => self.spare = None,
            Effect::Load { visit } => {
                assert!(*visit == self.on || self.spare == Some(*visit));
                assert!(self.proven.contains(visit), "a page loads only in a store that is proven empty");
                self.loaded.insert(*visit);
            }
            Effect::Ask { visit, ask } => {
                assert_eq!(*visit, self.on, "nothing of a visit is sent to another");
                if let Ask::Clear { attempt, .. } = ask {
                    if let Some((_, _, until)) = self.clearing {
                        assert!(self.now >= until, "clears never overlap");
                    }
                    self.clearing = Some((*visit, *attempt, self.now + self.settings.clear_timeout));
                }
            }
            Effect::Notice { visit, .. } => assert_eq!(*visit, self.on),
            Effect::Show(scene) => {
                if *scene == Scene::None {
                    assert!(
                        self.ready.contains(&self.on),
                        "the front lifts only over a visit that is proven and ready"
                    );
                }
                if matches!(scene, Scene::Staff { view: StaffView::Menu { .. } }) {
                    assert!(self.unlocked, "the staff's menu needs the right PIN");
                }
                self.shown = Some(scene.clone());
            }
            Effect::Remember(closed) => self.closed = closed.is_some(),
            Effect::CheckPin { check } => self.checking = Some(*check),
            Effect::CheckConfig => assert!(self.unlocked, "only staff has the configuration read"),
            Effect::CheckProgram => assert!(self.is_renewal_due, "without a reason nothing begins anew"),
            Effect::Log(Note::RenewalDue { .. }) => self.is_renewal_due = true,
            Effect::Exit(exit) => {
                let nobody = match &self.shown {
                    Some(Scene::OutOfService { reason, .. }) => *reason != Trouble::Staff,
                    Some(Scene::Staff { .. } | Scene::Identify { .. }) => false,
                    _ => !self.touched.contains(&self.on),
                };
                let by_itself = matches!(exit, Exit::Renew(_));
                assert!(by_itself || self.unlocked, "only staff ends the program");
                assert!(!by_itself || (self.is_renewal_due && nobody), "it begins anew where nobody is, for a reason");
                // The program is gone, and what was on the screen with it.
                self.shown = None;
            }
            Effect::Receipt(receipt) => {
                assert!(self.receipts.insert(receipt.visit), "one receipt a visit");
                assert!(receipt.next.is_none_or(|next| self.ready.contains(&next)));
                if receipt.end != End::Discarded && self.told.contains(&receipt.visit) {
                    let is_cleared = receipt.used && receipt.clear != Clear::NotNeeded;
                    assert!(is_cleared, "whatever the page told of is cleared: {receipt:?}");
                }
            }
            _ => {}
        }
    }

    /// What the front shows now, or will when the staff scene is gone.
    pub(super) fn scene(&self) -> Scene {
        self.machine.scene.clone()
    }

    /// What is on the screen.
    pub(super) fn shown(&self) -> Scene {
        self.shown.clone().unwrap_or(Scene::None)
    }

    /// The staff's menu, by the right PIN.
    pub(super) fn staff_comes_in(&mut self) {
        self.input(Input::Knock { locked: None });
        self.input(Input::PinTyped);
        let check = self.checking.expect("the PIN is to be checked");
        self.input(Input::Pin { check, pin: Pin::Right });
    }

    pub(super) fn is_in_service(&self) -> bool {
        matches!(self.machine.phase, super::Phase::Serving(_))
    }

    pub(super) fn is_out_of_service(&self) -> bool {
        matches!(self.machine.phase, super::Phase::OutOfService(_))
    }

    /// In the middle of a reset, which must end by itself.
    pub(super) fn is_resetting(&self) -> bool {
        matches!(self.machine.phase, super::Phase::Clearing(_) | super::Phase::Opening(_))
    }

    pub(super) fn clears(&self) -> Vec<u32> {
        let attempt = |effect: &Effect| match effect {
            Effect::Ask { ask: Ask::Clear { attempt, .. }, .. } => Some(*attempt),
            _ => None,
        };
        self.effects.iter().filter_map(attempt).collect()
    }

    pub(super) fn receipts(&self) -> Vec<Receipt> {
        let receipt = |effect: &Effect| match effect {
            Effect::Receipt(receipt) => Some(*receipt),
            _ => None,
        };
        self.effects.iter().filter_map(receipt).collect()
    }

    pub(super) fn notices(&self) -> Vec<(Cause, u32, bool)> {
        let notice = |effect: &Effect| match effect {
            Effect::Notice { cause, seconds, may_keep, .. } => Some((*cause, *seconds, *may_keep)),
            _ => None,
        };
        self.effects.iter().filter_map(notice).collect()
    }
}

/// The longest that a reset can take by itself: every call of `clearSession` with its pause, the proofs, the page.
fn bound(settings: &Settings) -> Duration {
    (settings.clear_timeout + Duration::from_secs(20)) * settings.clear_attempts
        + Duration::from_secs(10) * 4
        + settings.ready
}

/// The page tells of a conversation that is on.
fn tells_of_a_conversation(report: &Report) -> bool {
    match report {
        Report::Conversation { step: Step::Started } | Report::Message { .. } => true,
        Report::Status(status) => matches!(Judge::default().judge(&Ok(status.clone())).reason, Reason::NotEnded(_)),
        _ => false,
    }
}

pub(super) fn status(status: &str, previous: &str, ended_by: &str, session: &str) -> Status {
    let text = |text: &str| Field::Text(text.to_owned());
    Status {
        entry_type: text("SessionStatusChanged"),
        status: text(status),
        previous: text(previous),
        ended_by: text(ended_by),
        session: text(session),
    }
}

/// A clear that went well.
pub(super) fn cleared(attempt: u32) -> Cleared {
    Cleared {
        attempt,
        settled: Settled::Resolved,
        ready: true,
        button: true,
        took_ms: 12,
        client: Client::V1,
        deaf: false,
    }
}

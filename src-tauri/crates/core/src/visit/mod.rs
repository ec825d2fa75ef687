//! The visit machine: from one fresh screen to the next, whatever happens.
//!
//! No clock, no I/O. [`Machine::handle`] takes what happened, [`Machine::poll_effect`] gives what to do, and
//! [`Machine::poll_timeout`] says when to call [`Machine::handle_timeout`]. Calls that come too early, twice or too
//! late change nothing.
//!
//! ```text
//!            Start                 Listed: 0 records        Ready
//!   Off ───────────► Opening/Listing ──────► Opening/Loading ─────► Serving ◄──┐ "still there?" answered
//!                      ▲  │ not empty: again,     │ failed, late      │  └──────┘
//!                      │  │ three times           ▼                   ├─ an end ───────────► Noticing
//!                      │  └───────────────► OutOfService ◄── too      │                        │ countdown,
//!                      └──────── Retry ───────────┘     many deaths   ├─ idle, staff, close    │ "start over"
//!                      ▲                                              ▼                        ▼
//!                      └──────────── settled, given up ─────────── Clearing ◄──────────────────┘
//!                      ▲                                              │
//!                      └───────── died, hung: nothing to clear ───────┘
//! ```
//!
//! While the notice is up the next visit is made in advance ([`spare`]); when it is ready, the way back from Clearing
//! leads to Serving at once.

mod client;
mod identify;
mod io;
mod language;
mod note;
mod opening;
#[cfg(test)]
mod opening_tests;
mod phase;
mod renewal;
mod reset;
mod serving;
mod settings;
mod spare;
mod staff;
mod timers;

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod forged_tests;
#[cfg(test)]
mod identify_tests;
#[cfg(test)]
mod idle_tests;
#[cfg(test)]
mod interrupted_tests;
#[cfg(test)]
mod language_tests;
#[cfg(test)]
mod leaving_tests;
#[cfg(test)]
mod renewal_tests;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sequences;
#[cfg(test)]
mod spare_tests;
#[cfg(test)]
mod staff_tests;
#[cfg(test)]
mod tests;

use std::{collections::VecDeque, time::Duration};

pub use io::{Closed, Death, Effect, Exit, Input, Pin, Readiness, Renewal, Staff, WindowAct};
pub use note::Note;
pub use settings::{Identity, Settings};
pub use timers::{Now, Timer};

use crate::{
    language::Language,
    receipt::Owed,
    rule::Judge,
    wire::{Ask, FrontAction, Report, Scene, Trouble},
};
use phase::{Behind, Clearing, Cover, Ended, Life, Noticing, Opening, Phase, Serving, Stage, Talk, Told};
use timers::Timers;

/// How often the page is asked whether it is alive.
const BEAT: Duration = Duration::from_secs(4);
/// The same while nobody is there and the front covers it.
const BEAT_AT_REST: Duration = Duration::from_secs(30);
/// How long the answer may take.
const BEAT_ANSWER: Duration = Duration::from_secs(5);

/// The machine.
#[derive(Clone, Debug)]
pub struct Machine {
    settings: Settings,
    judge: Judge,
    /// The number of the visit that is on, or on its way; 0 before the first.
    visit: u64,
    /// The last number that was given.
    last: u64,
    /// The visit after this one, made in advance.
    spare: Option<spare::Spare>,
    phase: Phase,
    timers: Timers,
    effects: VecDeque<Effect>,
    /// The visit that ended and whose receipt waits for the next fresh one.
    ended: Option<Ended>,
    /// What the shell remembers of the visit that is on.
    owed: Option<Owed>,
    /// What is shown, or will be when what lies above it is gone; so that a scene is sent once.
    scene: Scene,
    keys_held: bool,
    /// The program is to begin anew; and how many used visits there were since it last was to for their number.
    renewal: Option<renewal::Due>,
    used: u64,
    beat: u32,
    tries: opening::Tries,
    /// The staff scene, when it is up: above whatever the visit shows.
    panel: Option<staff::Panel>,
    /// The screen is kept on.
    kept_on: bool,
    /// One person's desktop: what its window and its tray are.
    client: client::Client,
    /// Counts the checks of a PIN, so that a late answer opens nothing.
    check: u32,
    /// What the newest visit's page speaks, and what is spoken on the screen: the thanks at a visit's end are in its own language, while
    /// the next page comes up in the kiosk's.
    language: Language,
    spoken: Language,
}

impl Machine {
    /// A machine that waits for [`Input::Start`].
    pub fn new(settings: Settings) -> Self {
        let language = settings.language;
        Self {
            settings,
            judge: Judge::default(),
            visit: 0,
            last: 0,
            spare: None,
            phase: Phase::Off,
            timers: Timers::default(),
            effects: VecDeque::new(),
            ended: None,
            owed: None,
            scene: Scene::None,
            keys_held: false,
            renewal: None,
            used: 0,
            beat: 0,
            tries: opening::Tries::default(),
            panel: None,
            kept_on: false,
            client: client::Client::default(),
            check: 0,
            language,
            spoken: language,
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Now, input: Input) {
        self.take_in(now, input);
        self.settle_screen();
        self.settle_owed();
    }

    fn take_in(&mut self, now: Now, input: Input) {
        match input {
            Input::Start { seed } => {
                self.tries.seed(seed);
                if matches!(self.phase, Phase::Off) {
                    self.open(now);
                }
            }
            Input::Interrupted(owed) => self.on_interrupted(now, owed),
            Input::Listed { visit, records } if visit == self.visit => self.on_listed(now, Some(records)),
            Input::NotListed { visit } if visit == self.visit => self.on_listed(now, None),
            Input::LoadFailed { visit, trouble } if visit == self.visit => self.on_load_failed(now, trouble),
            Input::Report { visit, report } if visit == self.visit => self.on_report(now, report),
            Input::Died { visit, death } if visit == self.visit => self.on_died(now, death),
            Input::Listed { visit, .. }
            | Input::NotListed { visit }
            | Input::LoadFailed { visit, .. }
            | Input::Report { visit, .. }
            | Input::Died { visit, .. }
                if self.spare.as_ref().is_some_and(|spare| spare.visit == visit) =>
            {
                self.on_spare(now, input);
            }
            Input::Listed { visit, .. }
            | Input::NotListed { visit }
            | Input::LoadFailed { visit, .. }
            | Input::Report { visit, .. }
            | Input::Died { visit, .. } => self.log(Note::Late { visit }),
            // Whoever touches it has seen it; the visit below has not been touched.
            Input::Touched | Input::Hand | Input::Front(_) if self.is_identifying() => self.end_identify(now),
            // The staff's hands are not the visitor's.
            Input::Touched | Input::Hand | Input::Front(_) | Input::Leave if self.panel.is_some() => self.on_hand(now),
            Input::Touched => self.on_touched(now),
            Input::Hand => self.plan_renewal(now),
            Input::Front(action) => self.on_front(now, action),
            Input::Leave => self.on_leave(now),
            Input::Attended(attended) => self.on_attended(now, attended),
            Input::TrayHost(is_there) => self.on_tray_host(is_there),
            Input::CloseWindow => self.on_close_window(),
            Input::Open => self.on_open(),
            Input::Quiet(quiet) => self.on_quiet(quiet),
            Input::NetworkLost => self.on_network_lost(now),
            Input::NetworkBack => self.on_network_back(now),
            Input::Staff(staff) => self.on_staff(now, staff),
            Input::Identify => self.on_identify(now),
            Input::Knock { locked } => self.on_knock(now, locked),
            Input::PinTyped => self.on_pin_typed(now),
            Input::Pin { check, pin } => self.on_pin(now, check, pin),
            Input::StaffAct(act) => self.on_staff_act(now, act),
            Input::ConfigChecked(checked) => self.on_config_checked(now, checked),
            Input::Reload => self.on_reload(now),
            Input::Renew(why) => self.on_renew(now, why),
            Input::ProgramChecked(readiness) => self.on_program_checked(now, readiness),
            Input::Stop => self.on_stop(now),
        }
    }

    /// Takes in that time has passed. Calling it too early is harmless.
    pub fn handle_timeout(&mut self, now: Now) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Proof => self.on_listed(now, None),
                Timer::Ready => self.on_load_failed(now, Trouble::NeverReady),
                Timer::Idle => self.on_idle(now),
                Timer::TooLong => self.on_too_long(now),
                Timer::Answer => self.on_no_answer(now),
                Timer::Notice => self.on_notice_over(now),
                Timer::Clear => self.on_clear_timed_out(now),
                Timer::ClearAgain => self.call_clear(now),
                Timer::Retry => self.on_retry(now),
                Timer::Beat => self.on_beat(now),
                Timer::BeatAnswer => self.on_died(now, Death::Hung),
                Timer::Spare => self.on_spare_due(now),
                Timer::Cover => self.on_cover_due(),
                Timer::Staff => self.close_panel(now, "nobody_there"),
                Timer::Unlock => self.on_unlock(),
                Timer::Identify => self.show_what_is_below(now),
                Timer::Renewal => self.on_renewal(now),
            }
        }
        self.settle_screen();
        self.settle_owed();
    }

    /// What [`Self::poll_effect`] gives next.
    #[must_use]
    pub fn next_effect(&self) -> Option<&Effect> {
        self.effects.front()
    }

    /// The next thing to do. Call until `None`.
    #[must_use]
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When to call [`Self::handle_timeout`] next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Now> {
        self.timers.next()
    }

    /// The number of the visit that is on, or on its way; 0 before the first.
    pub fn visit(&self) -> u64 {
        self.visit
    }

    /// Something lies above what the visit shows, so that hands are not the visitor's.
    pub fn is_overlaid(&self) -> bool {
        self.panel.is_some() || self.is_identifying()
    }

    /// New settings; they hold for what begins from now on.
    pub fn configure(&mut self, settings: Settings) {
        self.settings = settings;
    }

    fn on_report(&mut self, now: Now, report: Report) {
        match report {
            Report::Hello => self.on_hello(now),
            Report::InitError => {}
            Report::Ready { .. } => self.on_ready(now),
            Report::Status(status) => self.on_status(now, &Ok(status)),
            Report::Unreadable { why } => self.on_status(now, &Err(why)),
            Report::Conversation { step } => self.on_step(now, step),
            Report::Message { role } => self.on_message(now, &role),
            Report::Cleared(cleared) => self.on_cleared(now, cleared),
            Report::Notice { answer } => self.on_answer(now, answer),
            Report::Shown => self.on_shown(now),
            Report::Pong { beat } => self.on_pong(now, beat),
        }
    }

    fn on_front(&mut self, now: Now, action: FrontAction) {
        match action {
            FrontAction::Start | FrontAction::Continue => self.on_touched(now),
            FrontAction::Done => self.on_done(now),
            FrontAction::Retry => {
                if self.timers.is_set(Timer::Retry) {
                    self.on_retry(now);
                }
            }
            FrontAction::Language(language) => self.on_language(now, language),
        }
    }

    /// The heartbeat runs while a page is in service or being cleared.
    fn on_beat(&mut self, now: Now) {
        if !matches!(self.phase, Phase::Serving(_) | Phase::Noticing(_) | Phase::Clearing(_)) {
            return;
        }
        self.beat = self.beat.wrapping_add(1);
        self.ask(Ask::Ping { beat: self.beat });
        self.timers.set(Timer::BeatAnswer, now + BEAT_ANSWER);
    }

    fn on_pong(&mut self, now: Now, beat: u32) {
        if beat != self.beat || !self.timers.is_set(Timer::BeatAnswer) {
            return;
        }
        self.timers.stop(Timer::BeatAnswer);
        let at_rest = matches!(&self.phase, Phase::Serving(Serving { cover: Cover::Welcome, .. }));
        self.timers.set(Timer::Beat, now + if at_rest { BEAT_AT_REST } else { BEAT });
    }

    /// The screen stays on while a visit is in use, also for somebody who only reads or waits.
    fn settle_screen(&mut self) {
        let in_use = match &self.phase {
            // Behind the welcome it is a page that talks by itself, and nobody looks.
            Phase::Serving(Serving { life, cover }) => life.is_used() && *cover != Cover::Welcome,
            Phase::Noticing(_) | Phase::Clearing(_) => true,
            Phase::Off | Phase::Opening(_) | Phase::OutOfService(_) => false,
        };
        let keep = self.settings.keep_on && in_use;
        if self.kept_on != keep {
            self.kept_on = keep;
            self.effects.push_back(Effect::KeepOn(keep));
        }
    }

    fn ask(&mut self, ask: Ask) {
        self.effects.push_back(Effect::Ask { visit: self.visit, ask });
    }

    fn show(&mut self, scene: Scene) {
        if self.scene != scene {
            self.scene = scene.clone();
            if !self.is_overlaid() {
                self.effects.push_back(Effect::Show(scene));
            }
        }
    }

    fn speak(&mut self, language: Language) {
        if self.spoken != language {
            self.spoken = language;
            self.effects.push_back(Effect::Speak(language));
        }
    }

    fn hold_keys(&mut self, hold: bool) {
        if self.keys_held != hold {
            self.keys_held = hold;
            self.effects.push_back(Effect::HoldKeys(hold));
        }
    }

    fn log(&mut self, note: Note) {
        self.effects.push_back(Effect::Log(note));
    }
}

/// A duration in milliseconds, for logs and receipts.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A duration in whole seconds, rounded up, for the person.
fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

//! The staff scene: a PIN pad, and behind it what staff can do.
//!
//! It lies above whatever the visit does. The visit's own timers run on below it, so that a visitor who has left is
//! cleared away as ever, and the scene that shows when staff is gone is the one that holds then.

use std::time::Duration;

use super::{Effect, Exit, Machine, Note, Now, Phase, Pin, Staff, Timer, seconds};
use crate::wire::{PadSaid, Scene, StaffAct, StaffView, Trouble};

/// Untouched for so long, the scene closes by itself.
const UNTOUCHED: Duration = Duration::from_secs(60);
/// A longer note would not fit on the screen, in characters.
const LONGEST_NOTE: usize = 140;
/// A longer sentence on the configuration neither.
const LONGEST_MISTAKE: usize = 600;

/// What is up of the staff scene.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Panel {
    /// The PIN is asked for.
    Pad(Option<PadSaid>),
    /// The PIN was right.
    Menu { reading: bool, mistake: Option<String> },
}

impl Machine {
    pub(super) fn on_knock(&mut self, now: Now, locked: Option<Duration>) {
        if self.panel.is_some() || matches!(self.phase, Phase::Off) {
            return;
        }
        self.timers.stop(Timer::Identify);
        self.log(Note::StaffOpened);
        self.panel = Some(Panel::Pad(None));
        self.on_hand(now);
        self.lock(now, locked);
        self.show_panel(now);
    }

    /// Somebody is busy with the staff scene.
    pub(super) fn on_hand(&mut self, now: Now) {
        if self.panel.is_some() {
            self.timers.set(Timer::Staff, now + UNTOUCHED);
        }
    }

    pub(super) fn on_pin_typed(&mut self, now: Now) {
        let Some(Panel::Pad(said)) = &mut self.panel else { return };
        if *said == Some(PadSaid::Checking) || self.timers.is_set(Timer::Unlock) {
            return;
        }
        *said = Some(PadSaid::Checking);
        self.check = self.check.wrapping_add(1);
        self.effects.push_back(Effect::CheckPin { check: self.check });
        self.on_hand(now);
        self.show_panel(now);
    }

    pub(super) fn on_pin(&mut self, now: Now, check: u32, pin: Pin) {
        if check != self.check || self.panel != Some(Panel::Pad(Some(PadSaid::Checking))) {
            return;
        }
        self.panel = Some(match pin {
            Pin::Right => Panel::Menu { reading: false, mistake: None },
            Pin::Wrong { .. } => Panel::Pad(Some(PadSaid::Wrong)),
            Pin::Locked(_) => Panel::Pad(None),
            Pin::Gone => return self.close_panel(now, "no_pin"),
        });
        if let Pin::Wrong { locked: Some(rest) } | Pin::Locked(rest) = pin {
            self.lock(now, Some(rest));
        }
        self.on_hand(now);
        self.show_panel(now);
    }

    pub(super) fn on_unlock(&mut self) {
        if let Some(Panel::Pad(said)) = &mut self.panel {
            *said = None;
            self.effects.push_back(Effect::Show(pad(None, None)));
        }
    }

    pub(super) fn on_staff_act(&mut self, now: Now, act: StaffAct) {
        match (&mut self.panel, act) {
            (Some(_), StaffAct::Cancel) => self.close_panel(now, "cancel"),
            (Some(Panel::Menu { reading: false, .. }), act) => {
                self.log(Note::StaffActed { act: act.name() });
                self.on_hand(now);
                self.act(now, act);
            }
            // Without the right PIN nothing can be pressed; and while the configuration is read, nothing more.
            _ => {}
        }
    }

    fn act(&mut self, now: Now, act: StaffAct) {
        let name = act.name();
        let staff = match act {
            StaffAct::Fresh => Staff::Fresh,
            StaffAct::OutOfService { note } => Staff::OutOfService(note),
            StaffAct::InService => Staff::InService,
            StaffAct::Reload => {
                self.panel = Some(Panel::Menu { reading: true, mistake: None });
                self.effects.push_back(Effect::CheckConfig);
                return self.show_panel(now);
            }
            StaffAct::Leave => return self.depart(now, Exit::Leave),
            StaffAct::Cancel => return,
        };
        // What comes next is shown once, and not what was there before.
        let before = self.scene.clone();
        self.on_staff(now, staff);
        self.log(Note::StaffClosed { why: name });
        let changed = self.scene != before;
        self.drop_panel();
        if !changed {
            self.refresh_scene(now);
        }
        self.effects.push_back(Effect::Show(self.scene.clone()));
    }

    pub(super) fn on_config_checked(&mut self, now: Now, checked: Result<(), String>) {
        if !matches!(self.panel, Some(Panel::Menu { reading: true, .. })) {
            return;
        }
        match checked {
            Ok(()) => self.depart(now, Exit::Restart),
            Err(mistake) => {
                let mistake = Some(mistake.chars().take(LONGEST_MISTAKE).collect());
                self.panel = Some(Panel::Menu { reading: false, mistake });
                self.on_hand(now);
                self.show_panel(now);
            }
        }
    }

    /// The visit leaves its receipt, then the program ends.
    pub(super) fn depart(&mut self, now: Now, exit: Exit) {
        self.on_stop(now);
        self.effects.push_back(Effect::Exit(exit));
    }

    /// Back to what the visit shows.
    pub(super) fn close_panel(&mut self, now: Now, why: &'static str) {
        if self.panel.is_none() {
            return;
        }
        self.log(Note::StaffClosed { why });
        self.drop_panel();
        self.refresh_scene(now);
        self.effects.push_back(Effect::Show(self.scene.clone()));
        self.plan_renewal(now);
    }

    pub(super) fn drop_panel(&mut self) {
        self.panel = None;
        self.timers.stop(Timer::Staff);
        self.timers.stop(Timer::Unlock);
    }

    /// A countdown that ran on below another scene has less left than when it began.
    pub(super) fn refresh_scene(&mut self, now: Now) {
        let left = |timer| self.timers.rest(timer, now).map(seconds);
        let (answer, retry) = (left(Timer::Answer), left(Timer::Retry));
        match &mut self.scene {
            Scene::StillThere { seconds, .. } => *seconds = answer.unwrap_or(*seconds),
            Scene::Leaving { seconds: Some(seconds) } => *seconds = answer.unwrap_or(*seconds),
            Scene::OutOfService { retry_seconds, .. } => *retry_seconds = retry,
            _ => {}
        }
    }

    fn lock(&mut self, now: Now, locked: Option<Duration>) {
        match locked.filter(|rest| !rest.is_zero()) {
            Some(rest) => self.timers.set(Timer::Unlock, now + rest),
            None => self.timers.stop(Timer::Unlock),
        }
    }

    fn show_panel(&mut self, now: Now) {
        let scene = match &self.panel {
            None => return,
            Some(Panel::Pad(said)) => pad(*said, self.timers.rest(Timer::Unlock, now).map(seconds)),
            Some(Panel::Menu { reading, mistake }) => Scene::Staff {
                view: StaffView::Menu {
                    closed: matches!(self.phase, Phase::OutOfService(Trouble::Staff)),
                    reading: *reading,
                    mistake: mistake.clone(),
                },
            },
        };
        self.effects.push_back(Effect::Show(scene));
    }
}

fn pad(said: Option<PadSaid>, locked_seconds: Option<u32>) -> Scene {
    Scene::Staff { view: StaffView::Pad { said, locked_seconds } }
}

/// A note as it can stand on the screen: one line, not too long; `None` when nothing is left.
pub(super) fn tidy(note: &str) -> Option<String> {
    let words: Vec<&str> =
        note.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let note: String = words.join(" ").chars().take(LONGEST_NOTE).collect();
    (!note.is_empty()).then_some(note)
}

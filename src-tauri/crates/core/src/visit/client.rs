//! One person's desktop: what nobody has seen yet, whether it may disturb, and what closing the window means.

use std::time::Duration;

use super::{Cover, Effect, Machine, Note, Now, Phase, Serving, Talk, Timer, WindowAct, phase::is_answer};
use crate::{event::Field, wire::Cause};

/// Messages that come closer together are one disturbance: the tray counts them, the next notification names them all.
const CLOSE_TOGETHER: Duration = Duration::from_secs(5);

/// What is known of the window and the tray. On a shared machine nothing of it is used.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    /// The window can be seen and has the focus.
    attended: bool,
    /// We hid it.
    hidden: bool,
    /// There is a tray, with our icon in it.
    tray: bool,
    quiet: bool,
    unread: u32,
    /// When the last notification was raised.
    told: Option<Now>,
}

impl Client {
    /// What of it tells two states apart for the visit.
    #[cfg(test)]
    pub(super) fn key(&self) -> String {
        format!("{} {} {} {}", self.attended, self.hidden, self.tray, self.unread.min(1))
    }
}

impl Machine {
    /// Somebody is in front of the window, as far as can be told. A shared screen is always looked at.
    pub(super) fn is_attended(&self) -> bool {
        self.settings.shared || self.client.attended
    }

    pub(super) fn on_attended(&mut self, now: Now, attended: bool) {
        if self.settings.shared || self.client.attended == attended {
            return;
        }
        self.client.attended = attended;
        if !attended {
            return;
        }
        self.client.hidden = false;
        self.forget_messages();
        if matches!(self.phase, Phase::Noticing(_)) && !self.timers.is_set(Timer::Notice) {
            self.count_down(now, self.settings.notice);
        }
    }

    /// Tells that the chat is over, unless "Do not disturb" is ticked.
    pub(super) fn notify(&mut self, cause: Cause) {
        if !self.client.quiet {
            self.effects.push_back(Effect::Notify(cause));
        }
    }

    /// Somebody wrote something.
    pub(super) fn on_message(&mut self, now: Now, role: &Field) {
        let Phase::Serving(Serving { life, cover }) = &mut self.phase else {
            // Before its page can be seen nobody writes in it: these are old words, or the page's own.
            return self.on_talk(now, Talk::goes_on);
        };
        // Nor behind the welcome.
        life.wrote |= *cover != Cover::Welcome && role.text() == Some("EndUser");
        self.on_talk(now, |talk| talk.after_message(role.text()));
        if self.is_attended() || !is_answer(role.text()) {
            return;
        }
        self.client.unread = self.client.unread.saturating_add(1);
        self.show_tray();
        let lately = self.client.told.is_some_and(|told| now.saturating_sub(told) < CLOSE_TOGETHER);
        if !self.client.quiet && !lately {
            self.client.told = Some(now);
            self.effects.push_back(Effect::NotifyMessages { unread: self.client.unread });
        }
    }

    /// Nothing is unread any more: it was seen, or its visit is over.
    pub(super) fn forget_messages(&mut self) {
        self.client.told = None;
        if self.client.unread > 0 {
            self.client.unread = 0;
            self.effects.push_back(Effect::MessagesSeen);
            self.show_tray();
        }
    }

    pub(super) fn on_quiet(&mut self, quiet: bool) {
        if !self.settings.shared {
            self.client.quiet = quiet;
            self.show_tray();
        }
    }

    pub(super) fn on_tray_host(&mut self, is_there: bool) {
        if self.settings.shared {
            return;
        }
        self.client.tray = is_there;
        if is_there {
            self.show_tray();
        } else if self.client.hidden {
            // Nothing is left that could bring it back.
            self.move_window(WindowAct::Present, "tray_gone");
        }
    }

    pub(super) fn on_open(&mut self) {
        self.move_window(WindowAct::Present, "asked");
    }

    /// Closing the window must lose neither it nor a conversation.
    pub(super) fn on_close_window(&mut self) {
        if self.settings.shared {
            return;
        }
        let (act, why) = match (self.settings.close_to_tray, self.client.tray, self.is_in_conversation()) {
            (false, ..) => (WindowAct::Quit, "configured"),
            (true, true, _) => (WindowAct::Hide, "tray"),
            (true, false, true) => (WindowAct::Minimise, "no_tray"),
            (true, false, false) => (WindowAct::Quit, "no_tray"),
        };
        self.move_window(act, why);
    }

    fn is_in_conversation(&self) -> bool {
        match &self.phase {
            Phase::Serving(Serving { life, .. }) => life.told.talk != Talk::None,
            // Its transcript can still be read.
            Phase::Noticing(_) => true,
            _ => false,
        }
    }

    fn move_window(&mut self, act: WindowAct, why: &'static str) {
        self.client.hidden = act == WindowAct::Hide;
        if act != WindowAct::Present {
            self.client.attended = self.settings.shared;
        }
        self.log(Note::Window { act, why });
        self.effects.push_back(Effect::Window(act));
    }

    fn show_tray(&mut self) {
        let Client { unread, quiet, .. } = self.client;
        self.effects.push_back(Effect::Tray { unread, quiet });
    }
}

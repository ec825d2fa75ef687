//! One configuration over another: what a person wrote over the defaults.

use std::ops::Range;

use super::file::{
    Allow, Brand, Chat, Clear, Desktop, File, Greetings, Idle, Log, Metrics, Notice, Notification, Sandbox, Staff,
    Text, Visit, Window,
};

/// Gives a section `over`: each key from the upper layer where it is set, else from the one below. A key that is forgotten here does not
/// compile.
macro_rules! layered {
    ($($section:ident { $($key:ident),+ })+) => {
        $(impl $section {
            fn over(self, below: Self) -> Self {
                Self { $($key: self.$key.or(below.$key)),+ }
            }
        })+
    };
}

layered! {
    Chat { url, allow, frames, ready_seconds, memory_mb }
    Allow { permissions, uploads, downloads, downloads_keep, downloads_mb, printing }
    Brand { name, greeting, logo, accent, background, appearance, dark_background, pictures, slide_seconds }
    Greetings { en, de, fr, es, ja, ar }
    Notice { seconds, keep_reading_times }
    Clear { end_session, timeout_seconds, attempts }
    Idle { after_seconds, in_conversation_seconds, answer_seconds, waiting_cap_seconds }
    Visit { max_minutes, daily_reset_hour, renew_after_visits, spare }
    Staff { pin_hash, gesture, key }
    Window { full_screen, width, height, cursor, keyboard, keep_on, bar, acceleration }
    Notification { enabled, messages }
    Desktop { autostart, close_to_tray, links }
    Log { level, format, folder, files }
    Sandbox { page_port, frame_port, console_port }
    Metrics { listen }
}

impl File {
    /// Where the brand's colours are set: the accent's place goes before the background's.
    pub(super) fn place_of_colors(&self) -> Option<Range<usize>> {
        self.brand.accent.as_ref().or(self.brand.background.as_ref()).map(Text::span)
    }

    /// What is set here, and for the rest what is set `below`.
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            profile: self.profile.or(below.profile),
            language: self.language.or(below.language),
            languages: self.languages.or(below.languages),
            chat: self.chat.over(below.chat),
            allow: self.allow.over(below.allow),
            // A section that is there as a whole or not at all: it chooses where the chat page comes from.
            salesforce: self.salesforce.or(below.salesforce),
            brand: self.brand.over(below.brand),
            greetings: self.greetings.over(below.greetings),
            notice: self.notice.over(below.notice),
            clear: self.clear.over(below.clear),
            idle: self.idle.over(below.idle),
            visit: self.visit.over(below.visit),
            staff: self.staff.over(below.staff),
            window: self.window.over(below.window),
            notification: self.notification.over(below.notification),
            desktop: self.desktop.over(below.desktop),
            log: self.log.over(below.log),
            sandbox: self.sandbox.over(below.sandbox),
            // Likewise a whole: half of one fleet and half of another is none.
            fleet: self.fleet.or(below.fleet),
            metrics: self.metrics.over(below.metrics),
        }
    }
}

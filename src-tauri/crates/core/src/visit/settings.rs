//! What the visit machine needs of the configuration.

use std::time::Duration;

use crate::{config::Config, language::Language};

/// What the machine needs of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A shared machine becomes fresh on every end; one person's desktop on the agent's alone.
    pub shared: bool,
    /// The notice's countdown; zero: no notice, at once.
    pub notice: Duration,
    /// How often the notice may be extended.
    pub keep_reading: u32,
    /// `clearSession`'s argument.
    pub end_session: bool,
    /// How long one call of `clearSession` may take.
    pub clear_timeout: Duration,
    /// How often it is called at most; at least once.
    pub clear_attempts: u32,
    /// Untouched for so long: "still there?". `None`: never.
    pub idle: Option<Duration>,
    /// The same, in a conversation.
    pub idle_in_conversation: Duration,
    /// The same, while a reply is on its way.
    pub idle_waiting: Duration,
    /// How long "still there?" waits for an answer.
    pub answer: Duration,
    /// The longest visit that nobody is asked about. `None`: any.
    pub longest: Option<Duration>,
    /// How long a new page may take to be ready.
    pub ready: Duration,
    /// What is spoken to everybody who has not chosen.
    pub language: Language,
    /// What a person can choose from.
    pub languages: Vec<Language>,
    /// Make the next visit while the notice is read.
    pub spare: bool,
    /// Which kiosk this is, for who asks for it.
    pub identity: Identity,
    /// Whether the window goes to the tray when it is closed (one person's desktop alone).
    pub close_to_tray: bool,
    /// Whether the screen stays on while a visit is in use.
    pub keep_on: bool,
    /// After so many visits the program begins anew. `None`: not for their number.
    pub renew_after: Option<u64>,
}

/// Which kiosk this is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name that people read.
    pub name: String,
    /// Its site and its own name in the fleet, where there is one.
    pub place: Option<(String, String)>,
}

impl Settings {
    /// What a configuration asks of the machine.
    pub fn of(config: &Config) -> Self {
        let shared = config.profile.is_shared();
        Self {
            shared,
            notice: config.notice.after,
            keep_reading: config.notice.keep_reading_times,
            end_session: config.clear.end_session,
            clear_timeout: config.clear.timeout,
            clear_attempts: config.clear.attempts.max(1),
            idle: config.idle.after.filter(|_| shared),
            idle_in_conversation: config.idle.in_conversation,
            idle_waiting: config.idle.waiting_cap,
            answer: config.idle.answer,
            longest: config.visit.max.filter(|_| shared),
            ready: config.chat.ready,
            language: config.language,
            languages: config.languages.clone(),
            spare: config.visit.spare,
            identity: Identity {
                name: config.brand.name.clone(),
                place: config.fleet.as_ref().map(|fleet| (fleet.site.clone(), fleet.id.clone())),
            },
            close_to_tray: config.desktop.close_to_tray,
            keep_on: config.window.keep_on,
            renew_after: config.visit.renew_after.filter(|_| shared),
        }
    }
}

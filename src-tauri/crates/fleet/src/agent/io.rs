//! What an agent is made of, what goes in and what comes out.

use std::time::Duration;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{command, key::PublicKey, topic::Place};

/// What time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// By a clock that never jumps, from any beginning.
    pub since_start: Duration,
    /// By the clock on the wall, in seconds since 1970.
    pub unix: i64,
}

/// What an agent is made of.
pub struct Settings {
    /// Which kiosk this is.
    pub place: Place,
    /// Whose commands and configurations it follows.
    pub keys: Vec<PublicKey>,
    /// The program's version.
    pub version: String,
    /// The text of the file's configuration, for its hash.
    pub file: String,
    /// Home Assistant is told.
    pub discovery: bool,
    /// So many events are kept for the broker at least.
    pub queue: usize,
    /// How long a configuration from afar has to bring the kiosk into service.
    pub trial: Duration,
    /// What this program can do of what can be commanded.
    pub supported: Vec<command::Name>,
    /// Whether a configuration is valid here; if not, its line and what is wrong.
    pub validate: Validate,
}

/// Judges a configuration's text.
pub type Validate = Box<dyn Fn(&str) -> Result<(), String> + Send>;

/// One event of the program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Happening {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Map<String, Value>,
}

/// What can happen to an agent.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The broker is there, and the subscriptions are made.
    Connected,
    /// It is gone.
    Disconnected,
    /// Something arrived.
    Message {
        /// Where.
        topic: String,
        /// What.
        payload: Vec<u8>,
    },
    /// The broker has taken the event of this number.
    Delivered(u64),
    /// The program did something.
    Happened(Happening),
    /// An action that has something to tell came to its end.
    Done {
        /// The command that it was for.
        command: Uuid,
        /// What it gave, or why not.
        result: Result<Value, String>,
    },
    /// The answer to [`Action::Check`].
    Checked(Readiness),
}

/// Whether the program would come up, if it started anew now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It would.
    Ready,
    /// That cannot be said now: an upgrade is under way, or the machine is very busy.
    Later,
    /// It would not: its own file, or something that the file names, has a mistake.
    Broken,
}

/// What the program is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// What the command says, unless it has an action of its own.
    Obey(command::Name, Uuid),
    /// Out of service, with words for the people in front of the screen.
    OutOfService(Option<String>),
    /// Find out whether the program would come up, if it started anew now, and say so with [`Input::Checked`].
    Check,
    /// Start anew, which was checked.
    Restart,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Publish, at least once.
    Publish {
        /// Where.
        topic: String,
        /// What.
        payload: Vec<u8>,
        /// The broker keeps it for whoever comes later.
        retain: bool,
        /// The event's number, to be given back with [`Input::Delivered`].
        event: Option<u64>,
    },
    /// Something for the program.
    Do(Action),
    /// A line for the log: a command or a configuration was taken or refused.
    Log {
        /// The event's name.
        event: &'static str,
        /// What it was about, a known word.
        what: &'static str,
        /// Why, a known word; empty for what was taken.
        reason: &'static str,
    },
}

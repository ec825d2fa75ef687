//! What crosses between Rust and the front.

use serde::{Deserialize, Serialize};

use super::{Cause, Trouble};
use crate::language::Language;

/// What the front shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "scene", rename_all = "snake_case")]
pub enum Scene {
    /// Nothing: the chat is visible.
    None,
    /// The attract screen over an untouched visit.
    Welcome,
    /// A visit ended; the next one is being made.
    OneMoment {
        /// Why it ended; null at the start of the program.
        cause: Option<Cause>,
    },
    /// The question before a reset.
    StillThere {
        /// Seconds to answer.
        seconds: u32,
        /// What led to it.
        why: Asking,
    },
    /// Somebody wants to leave a conversation that is running: really?
    Leaving {
        /// Seconds until it is left without an answer; null: it waits for one (one person's desktop).
        seconds: Option<u32>,
    },
    /// There is no chat for now.
    OutOfService {
        /// Why.
        reason: Trouble,
        /// Seconds until the next try; null while one runs, or when staff must end it.
        retry_seconds: Option<u32>,
        /// The staff's own words.
        note: Option<String>,
    },
    /// Above whatever the visit shows, for a while: which kiosk this is.
    Identify {
        /// The name that people read.
        name: String,
        /// Its site in the fleet; null without a fleet.
        site: Option<String>,
        /// Its own name there.
        id: Option<String>,
    },
    /// Above everything else: what staff sees.
    Staff {
        /// Which part of it.
        view: StaffView,
    },
}

/// The staff scene's two parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "view", rename_all = "snake_case")]
pub enum StaffView {
    /// The PIN is asked for.
    Pad {
        /// What became of the last try; null before the first.
        said: Option<PadSaid>,
        /// Seconds until the next try; null when one may be made now.
        locked_seconds: Option<u32>,
    },
    /// The PIN was right: what staff can do.
    Menu {
        /// Staff has taken the kiosk out of service.
        closed: bool,
        /// The configuration is being read.
        reading: bool,
        /// Why the configuration was not taken, in a sentence.
        mistake: Option<String>,
    },
}

/// What the pad says of the last try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PadSaid {
    /// It is being checked.
    Checking,
    /// It was not the PIN.
    Wrong,
}

impl Scene {
    /// The name in logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Welcome => "welcome",
            Self::OneMoment { .. } => "one_moment",
            Self::StillThere { .. } => "still_there",
            Self::Leaving { .. } => "leaving",
            Self::OutOfService { .. } => "out_of_service",
            Self::Identify { .. } => "identify",
            Self::Staff { .. } => "staff",
        }
    }
}

/// Why the front asks whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Asking {
    /// Nobody touched anything for a while.
    Idle,
    /// The visit is long.
    TooLong,
}

/// What the person does on the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum FrontAction {
    /// "Touch to start".
    Start,
    /// "Yes, continue".
    Continue,
    /// "I am done".
    Done,
    /// "Try now".
    Retry,
    /// Another language, on the welcome.
    Language(Language),
}

/// What staff does in the staff scene. All but the first need the right PIN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "act", rename_all = "snake_case", deny_unknown_fields)]
pub enum StaffAct {
    /// Close the scene; nothing else happens.
    Cancel,
    /// A fresh visit, now.
    Fresh,
    /// Out of service until further notice.
    OutOfService {
        /// Words for the people in front of the screen.
        note: Option<String>,
    },
    /// Back in service.
    InService,
    /// Read the configuration again, and start anew with it.
    Reload,
    /// End the program.
    Leave,
}

impl StaffAct {
    /// The name in logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Fresh => "fresh",
            Self::OutOfService { .. } => "out_of_service",
            Self::InService => "in_service",
            Self::Reload => "reload",
            Self::Leave => "leave",
        }
    }
}

//! What crosses between Rust and the pages: one tagged type for each direction.
//!
//! The pages' own declarations (`ui/types/wire.d.ts`) are generated from these; a test fails when they are stale.

mod bridge;
mod front;

use serde::{Deserialize, Serialize};

pub use bridge::{Answer, Ask, Cleared, Client, NoticeKey, Report, Settled, Step, Words};
pub use front::{Asking, FrontAction, PadSaid, Scene, StaffAct, StaffView};

/// What ended a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The agent ended the chat.
    AgentEnd,
    /// The chat ended in another way.
    OtherEnd,
    /// The visitor closed the chat.
    VisitorClose,
    /// The visitor said "I am done", or asked for a new chat.
    Done,
    /// Nobody answered "still there?".
    Idle,
    /// The visit was too long, and nobody asked for more.
    TooLong,
    /// Staff asked for it.
    Staff,
    /// A new page was asked for, or the program begins anew, and nobody was there.
    Schedule,
    /// Another language was chosen on the welcome, before anybody used the visit.
    Language,
    /// The page's process died.
    Died,
    /// The page stopped answering.
    Hung,
    /// The network was lost.
    Network,
    /// The page never became ready.
    NeverReady,
    /// The page could not be loaded.
    LoadFailed,
    /// The store of a new visit was not proven empty.
    Unproven,
    /// The kiosk itself was stopped.
    Stopped,
    /// The kiosk's program ended in the middle of it: it crashed, was killed, or lost its power.
    Interrupted,
}

/// Why there is no chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The page's server cannot be reached.
    Network,
    /// The page is there, the chat client in it never said it was ready.
    NeverReady,
    /// The page could not be loaded, for a reason that is none of the others.
    PageFailed,
    /// The store was not empty, three times.
    Unproven,
    /// The page died or hung too often.
    Crashed,
    /// The service answers that it is down for maintenance.
    Maintenance,
    /// The server's certificate is not good.
    Certificate,
    /// Another page answers: somebody wants a sign-in.
    OtherPage,
    /// Staff took it out of service.
    Staff,
}

impl Trouble {
    /// The name in logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::NeverReady => "never_ready",
            Self::PageFailed => "page_failed",
            Self::Unproven => "unproven",
            Self::Crashed => "crashed",
            Self::Maintenance => "maintenance",
            Self::Certificate => "certificate",
            Self::OtherPage => "other_page",
            Self::Staff => "staff",
        }
    }
}

impl Cause {
    /// The name in logs and receipts.
    pub fn name(self) -> &'static str {
        match self {
            Self::AgentEnd => "agent_end",
            Self::OtherEnd => "other_end",
            Self::VisitorClose => "visitor_close",
            Self::Done => "done",
            Self::Idle => "idle",
            Self::TooLong => "too_long",
            Self::Staff => "staff",
            Self::Schedule => "schedule",
            Self::Language => "language",
            Self::Died => "died",
            Self::Hung => "hung",
            Self::Network => "network",
            Self::NeverReady => "never_ready",
            Self::LoadFailed => "load_failed",
            Self::Unproven => "unproven",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use ts_rs::{Config, TS};

    use super::*;
    use crate::{
        event::{Status, Unreadable},
        language::{Direction, Language},
    };

    /// The pages' declarations, as they must be. `UPDATE_TYPES=1 cargo test -p kiosk-core types` writes them.
    #[test]
    fn the_pages_types_are_up_to_date() {
        let config = Config::default();
        let mut text = String::from("// Generated from the Rust types; do not edit. `make types` writes it anew.\n");
        macro_rules! declare {
            ($($kind:ty),* $(,)?) => {$(
                text.push_str("\nexport ");
                text.push_str(&<$kind>::decl(&config));
                text.push('\n');
            )*};
        }
        declare!(
            Unreadable,
            Client,
            Step,
            Settled,
            Cleared,
            Answer,
            Status,
            Report,
            Language,
            Direction,
            Words,
            NoticeKey,
            Ask,
            Cause,
            Asking,
            Trouble,
            PadSaid,
            StaffView,
            Scene,
            FrontAction,
            StaffAct,
        );
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../ui/types/wire.d.ts");
        if std::env::var_os("UPDATE_TYPES").is_some() {
            fs::write(&file, &text).expect("the types can be written");
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(committed, text, "ui/types/wire.d.ts is stale: run `make types`");
    }
}

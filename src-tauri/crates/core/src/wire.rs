//! What crosses between Rust and the pages: one tagged type for each direction.
//!
//! The pages' own declarations (`ui/types/wire.d.ts`) are generated from these; a test fails when they are stale.

use serde::{Deserialize, Serialize};

use crate::{
    event::{Field, Status, Unreadable},
    language::{Direction, Language},
};

/// What the bridge in the chat page reports: the argument of the one command that page may call.
///
/// Everything in it is a hint from a page that is not ours. At worst it makes the screen fresh too early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "report", rename_all = "snake_case", deny_unknown_fields)]
pub enum Report {
    /// The bridge is in the page, before any script of the page's own.
    Hello,
    /// `onEmbeddedMessagingReady`: the chat client can be used. It fires again after every clear.
    Ready {
        /// Which client it is.
        client: Client,
    },
    /// `onEmbeddedMessagingInitError`.
    InitError,
    /// `onEmbeddedMessagingSessionStatusUpdate`, as far as the rule looks at it.
    Status(Status),
    /// The same event, when its detail could not be read.
    Unreadable {
        /// Why.
        why: Unreadable,
    },
    /// Something that tells how far the conversation is.
    Conversation {
        /// What happened.
        step: Step,
    },
    /// `onEmbeddedMessageSent`: somebody wrote something. Nothing of the text.
    Message {
        /// `conversationEntry.sender.role`: who.
        #[cfg_attr(test, ts(type = "string | null | false"))]
        role: Field,
    },
    /// A call of `clearSession` came to its end.
    Cleared(Cleared),
    /// The person answered the notice.
    Notice {
        /// How.
        answer: Answer,
    },
    /// The notice is up and painted.
    Shown,
    /// The page answers a heartbeat.
    Pong {
        /// The heartbeat's number.
        beat: u32,
    },
}

/// The generation of Salesforce's host script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// `bootstrap.js`.
    #[default]
    V1,
    /// `init.js`; it sets `window.agentforce_messaging`.
    V2,
}

/// A step of a conversation that is no session status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// `…ConversationStarted` or `…ConversationOpened`.
    Started,
    /// `…ConversationClosed`: the visitor closed it.
    Closed,
}

/// How one call of `clearSession` ended, as the page saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Cleared {
    /// Which attempt this answers.
    pub attempt: u32,
    /// What became of the call.
    pub settled: Settled,
    /// Ready fired between the call and its end.
    pub ready: bool,
    /// ButtonCreated fired between the call and its end.
    pub button: bool,
    /// Milliseconds between the call and its end, by the page's clock.
    pub took_ms: u32,
    /// The client's generation.
    pub client: Client,
    /// The client had lost its connection to the chat frame before the call (v2: no `RPCManager`).
    pub deaf: bool,
}

/// What became of a call of `clearSession`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// Its promise resolved.
    Resolved,
    /// Its promise rejected.
    Rejected,
    /// The call itself threw.
    Threw,
    /// There was nothing to call.
    Absent,
}

/// The person's answer to the notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// "Start over now".
    StartOver,
    /// "Keep reading".
    KeepReading,
}

/// What Rust asks of the bridge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Call `clearSession`.
    Clear {
        /// Comes back in [`Cleared`].
        attempt: u32,
        /// The call's argument.
        end_session: bool,
    },
    /// Put the notice up, or start its countdown anew.
    Notice {
        /// Its words.
        words: Words,
        /// Seconds until the screen becomes fresh.
        seconds: u32,
        /// "Keep reading" is still offered.
        may_keep: bool,
    },
    /// The event that was reported is no end: take the shield away.
    Release,
    /// A key for the notice: the widget keeps all others.
    Key {
        /// What it does.
        key: NoticeKey,
    },
    /// A heartbeat.
    Ping {
        /// Comes back in [`Report::Pong`].
        beat: u32,
    },
    /// Messages may come by the shorter way from now on, if none was sent after this one. It is the shell's, and not the machine's.
    Turn {
        /// The message's number.
        number: u32,
    },
}

/// The sentences of the notice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Words {
    /// Their language, as HTML's `lang` has it.
    pub language: String,
    /// The direction that they are written in.
    pub direction: Direction,
    /// What happened.
    pub title: String,
    /// What it means for the person.
    pub body: String,
    /// The countdown: a sentence for each number of seconds that are left, from 0 on.
    pub countdown: Vec<String>,
    /// The first button.
    pub start_over: String,
    /// The second button.
    pub keep_reading: String,
}

/// The few keys that the notice needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeKey {
    /// Tab: to the next button.
    Next,
    /// Shift+Tab: to the one before.
    Previous,
    /// Enter or Space: press it.
    Press,
}

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
    /// The daily hour.
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use ts_rs::{Config, TS};

    use super::*;

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

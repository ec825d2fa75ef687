//! What crosses between Rust and the bridge in the chat page.

use serde::{Deserialize, Serialize};

use crate::{
    event::{Field, Status, Unreadable},
    language::Direction,
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
        /// The time runs; else the whole of it is shown until it does.
        runs: bool,
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

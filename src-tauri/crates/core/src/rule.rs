//! The reset rule: what one session status event means for the person at the screen.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde::Serialize;

use crate::event::{Field, Status, Unreadable};

/// How many ended sessions are remembered. A kiosk sees a few hundred in a day; the memory stays under 200 KiB.
const REMEMBERED: usize = 4096;

/// What the rule says of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The agent ended an active session: this screen must become fresh.
    Reset,
    /// The session ended in another way.
    OtherEnd,
    /// Nothing ended, or it was known already.
    Ignore,
    /// The event cannot be read.
    Invalid,
}

impl Outcome {
    /// The name in logs and in `replay`'s output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::OtherEnd => "other_end",
            Self::Ignore => "ignore",
            Self::Invalid => "invalid",
        }
    }
}

/// Why the rule said so. It holds nothing of the event's own text, so it can be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Ended, was active, by the agent.
    AgentEnded,
    /// Ended by somebody who is not the agent.
    EndedBy(Role),
    /// Ended, but not out of an active session.
    NotActiveBefore,
    /// Ended, and the event does not say from which status.
    NoPrevious,
    /// Ended, and the event does not say by whom.
    NoRole,
    /// A message, a participant, a typing indicator: another kind of entry.
    OtherEntry,
    /// The session goes on.
    NotEnded(Phase),
    /// A status that this version does not know.
    UnknownStatus,
    /// Ended after it had ended.
    EndedBefore,
    /// This session's end was seen already.
    Repeated,
    /// The event could not be read.
    Unreadable(Unreadable),
    /// `sessionStatus` is missing.
    NoStatus,
    /// A field that the rule needs has the wrong type.
    WrongType(&'static str),
}

/// Who ended a session, by Salesforce's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The visitor.
    EndUser,
    /// A bot.
    Chatbot,
    /// A supervisor.
    Supervisor,
    /// Salesforce itself, for instance after a long silence.
    System,
    /// The routing.
    Router,
    /// A role that this version does not know.
    Unknown,
}

/// Where a session that has not ended stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// New, or waiting for consent: nobody has been asked yet.
    New,
    /// In the queue.
    Waiting,
    /// An agent or a bot is there.
    Active,
    /// The visitor has been silent for long.
    Inactive,
    /// Paused, or in error.
    Other,
}

/// The rule's answer to one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What to do.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
}

/// The rule, with its memory of the sessions that have ended.
#[derive(Clone, Debug, Default)]
pub struct Judge {
    ended: Ended,
}

impl Judge {
    /// Says what an event means. The end of a session counts once, however often and however late it is told.
    pub fn judge(&mut self, reading: &Result<Status, Unreadable>) -> Verdict {
        let verdict = match reading {
            Ok(status) => rule(status),
            Err(unreadable) => Verdict { outcome: Outcome::Invalid, reason: Reason::Unreadable(*unreadable) },
        };
        let is_end = matches!(verdict.outcome, Outcome::Reset | Outcome::OtherEnd);
        let session = reading.as_ref().ok().and_then(|status| status.session.text());
        match session {
            Some(session) if is_end && !self.ended.insert(session) => {
                Verdict { outcome: Outcome::Ignore, reason: Reason::Repeated }
            }
            _ => verdict,
        }
    }
}

/// The rule for one event on its own.
fn rule(event: &Status) -> Verdict {
    use Outcome::{Ignore, Invalid, OtherEnd, Reset};
    let answer = |outcome, reason| Verdict { outcome, reason };

    match &event.entry_type {
        Field::Text(kind) if kind == "SessionStatusChanged" => {}
        Field::Missing => {}
        Field::Text(_) | Field::Wrong => return answer(Ignore, Reason::OtherEntry),
    }
    let status = match &event.status {
        Field::Text(status) => status.as_str(),
        Field::Missing => return answer(Invalid, Reason::NoStatus),
        Field::Wrong => return answer(Invalid, Reason::WrongType("sessionStatus")),
    };
    if event.previous == Field::Wrong {
        return answer(Invalid, Reason::WrongType("sessionStatusPrev"));
    }
    if event.ended_by == Field::Wrong {
        return answer(Invalid, Reason::WrongType("sessionEndedByRole"));
    }
    if status != "Ended" {
        return match phase(status) {
            Some(phase) => answer(Ignore, Reason::NotEnded(phase)),
            None => answer(Ignore, Reason::UnknownStatus),
        };
    }
    match (event.previous.text(), event.ended_by.text()) {
        (Some("Ended"), _) => answer(Ignore, Reason::EndedBefore),
        (Some("Active"), Some("Agent")) => answer(Reset, Reason::AgentEnded),
        (Some("Active"), Some(other)) => answer(OtherEnd, Reason::EndedBy(role(other))),
        (Some("Active"), None) => answer(OtherEnd, Reason::NoRole),
        (Some(_), _) => answer(OtherEnd, Reason::NotActiveBefore),
        (None, _) => answer(OtherEnd, Reason::NoPrevious),
    }
}

fn phase(status: &str) -> Option<Phase> {
    Some(match status {
        "New" | "Consent" => Phase::New,
        "Waiting" => Phase::Waiting,
        "Active" => Phase::Active,
        "Inactive" => Phase::Inactive,
        "Error" | "Paused" => Phase::Other,
        _ => return None,
    })
}

fn role(role: &str) -> Role {
    match role {
        "EndUser" => Role::EndUser,
        "Chatbot" => Role::Chatbot,
        "Supervisor" => Role::Supervisor,
        "System" => Role::System,
        "Router" => Role::Router,
        _ => Role::Unknown,
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::AgentEnded => "the agent ended an active session",
            Self::EndedBy(Role::EndUser) => "the visitor ended the session",
            Self::EndedBy(Role::Chatbot) => "a bot ended the session",
            Self::EndedBy(Role::Supervisor) => "a supervisor ended the session",
            Self::EndedBy(Role::System) => "the system ended the session",
            Self::EndedBy(Role::Router) => "the routing ended the session",
            Self::EndedBy(Role::Unknown) => "somebody with an unknown role ended the session",
            Self::NotActiveBefore => "the session ended, but was not active before",
            Self::NoPrevious => "the session ended; the event does not say whether it was active",
            Self::NoRole => "the session ended; the event does not say by whom",
            Self::OtherEntry => "the event is not a session status",
            Self::NotEnded(Phase::New) => "the session is new",
            Self::NotEnded(Phase::Waiting) => "the session waits in the queue",
            Self::NotEnded(Phase::Active) => "the session is active",
            Self::NotEnded(Phase::Inactive) => "the session is inactive, not ended",
            Self::NotEnded(Phase::Other) => "the session has not ended",
            Self::UnknownStatus => "the session status is not known to this version",
            Self::EndedBefore => "the session had ended before",
            Self::Repeated => "this session's end was told already",
            Self::Unreadable(why) => return why.fmt(f),
            Self::NoStatus => "the payload has no session status",
            Self::WrongType(field) => return write!(f, "{field} has the wrong type"),
        };
        f.write_str(text)
    }
}

/// The sessions whose end is known: the newest ones, by a hash of their id, so that the memory has a bound whatever
/// the page calls them.
#[derive(Clone, Debug, Default)]
struct Ended {
    known: HashSet<u128>,
    order: VecDeque<u128>,
}

impl Ended {
    /// False when the session was there already.
    fn insert(&mut self, session: &str) -> bool {
        let key = (u128::from(hash(0, session)) << 64) | u128::from(hash(1, session));
        if !self.known.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

fn hash(seed: u8, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, text).hash(&mut hasher);
    hasher.finish()
}

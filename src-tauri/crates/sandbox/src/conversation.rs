//! One conversation: its sessions one after the other, its transcript, its agent.

use crate::entry::{CHANNEL_ADDRESS, Entry, Role, Status};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// A conversation, open until the visitor closes it.
#[derive(Debug)]
pub(crate) struct Conversation {
    /// The visitor's choice, a UUID.
    pub(crate) id: String,
    /// Small and readable: what the console calls it.
    pub(crate) number: u64,
    /// Whose it is.
    pub(crate) visitor: u64,
    /// Not closed by the visitor.
    pub(crate) open: bool,
    /// Who answers.
    pub(crate) agent: Option<String>,
    /// The visitor types.
    pub(crate) visitor_typing: bool,
    /// The agent types.
    pub(crate) agent_typing: bool,
    /// The visitor's last message that no agent has received.
    pub(crate) undelivered: Option<String>,
    /// Milliseconds since 1970.
    pub(crate) started: i64,
    sessions: VecDeque<Session>,
    entries: VecDeque<Entry>,
    bytes: usize,
}

/// One messaging session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Salesforce's `0Mw…`.
    pub(crate) id: String,
    /// Where it is.
    pub(crate) status: Status,
    started: i64,
    ended: Option<i64>,
    ended_by: Option<Role>,
}

/// What an end says of the status before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prev {
    /// What it was.
    True,
    /// The field is left out.
    Omit,
    /// Something else.
    Claim(String),
}

impl Conversation {
    /// A conversation that has no session yet.
    pub(crate) fn new(id: &str, number: u64, visitor: u64, now: i64) -> Self {
        Conversation {
            id: id.to_owned(),
            number,
            visitor,
            open: true,
            agent: None,
            visitor_typing: false,
            agent_typing: false,
            undelivered: None,
            started: now,
            sessions: VecDeque::new(),
            entries: VecDeque::new(),
            bytes: 0,
        }
    }

    /// Where its last session is; without one it is as good as ended.
    pub(crate) fn status(&self) -> Status {
        self.sessions.back().map_or(Status::Ended, |session| session.status)
    }

    /// Begins a session and says so.
    pub(crate) fn begin(&mut self, session: String, now: i64) -> Value {
        if self.sessions.len() == MOST_SESSIONS {
            self.sessions.pop_front();
        }
        let session = Session { id: session, status: Status::New, started: now, ended: None, ended_by: None };
        let payload = self.payload(&session, None);
        self.sessions.push_back(session);
        payload
    }

    /// Moves the session on and says so. Nothing when there is no session or it is there already.
    pub(crate) fn turn(&mut self, to: Status, by: Option<Role>, prev: Prev, now: i64) -> Option<Value> {
        let session = self.sessions.back_mut()?;
        let before = session.status;
        if before == to {
            return None;
        }
        session.status = to;
        if to == Status::Ended {
            session.ended = Some(now);
            session.ended_by = by;
        }
        let session = session.clone();
        let prev = match prev {
            Prev::True => Some(json!(before)),
            Prev::Claim(claim) => Some(json!(claim)),
            Prev::Omit => None,
        };
        Some(self.payload(&session, prev))
    }

    /// Adds to the transcript and forgets what no longer fits.
    pub(crate) fn record(&mut self, entry: Entry) {
        self.bytes += weight(&entry);
        self.entries.push_back(entry);
        while self.entries.len() > MOST_ENTRIES || (self.bytes > MOST_BYTES && self.entries.len() > 1) {
            let Some(gone) = self.entries.pop_front() else {
                break;
            };
            self.bytes -= weight(&gone);
        }
    }

    /// The transcript, oldest first.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// As the console and the tests see it.
    pub(crate) fn view(&self, connected: bool) -> Value {
        let messages: Vec<Value> = self
            .entries
            .iter()
            .filter_map(|entry| {
                Some(json!({
                    "id": entry.identifier,
                    "role": entry.sender.role,
                    "name": entry.sender.name,
                    "text": entry.text()?,
                    "time": entry.time,
                }))
            })
            .collect();
        let sessions: Vec<Value> = self
            .sessions
            .iter()
            .map(|session| {
                json!({
                    "id": session.id,
                    "status": session.status,
                    "started": session.started,
                    "ended": session.ended,
                    "ended_by": session.ended_by,
                })
            })
            .collect();
        json!({
            "id": self.id,
            "number": self.number,
            "open": self.open,
            "status": self.status(),
            "session": self.sessions.back().map(|session| &session.id),
            "sessions": sessions,
            "agent": self.agent,
            "agent_typing": self.agent_typing,
            "visitor": {
                "number": self.visitor,
                "connected": connected,
                "typing": self.visitor_typing,
            },
            "messages": messages,
            "started": self.started,
        })
    }

    fn payload(&self, session: &Session, prev: Option<Value>) -> Value {
        let mut payload = json!({
            "entryType": "SessionStatusChanged",
            "id": format!("{}-{:?}", session.id, session.status),
            "sessionId": session.id,
            "conversationIdentifier": self.id,
            "channelAddressIdentifier": CHANNEL_ADDRESS,
            "sessionStatus": session.status,
            "sessionStartTime": session.started,
        });
        if let Some(prev) = prev {
            payload["sessionStatusPrev"] = prev;
        }
        if let Some(ended) = session.ended {
            payload["sessionEndTime"] = json!(ended);
        }
        if let Some(role) = session.ended_by {
            payload["sessionEndedByRole"] = json!(role);
        }
        payload
    }
}

/// Near enough: texts are what makes an entry heavy.
fn weight(entry: &Entry) -> usize {
    256 + entry.text().map_or(0, str::len)
}

const MOST_SESSIONS: usize = 50;
const MOST_ENTRIES: usize = 500;
const MOST_BYTES: usize = 512 * 1024;

//! The org: visitors, their conversations, and what may happen in them. Pure: no clock, no I/O.

mod steps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use crate::{
    conversation::{Conversation, Prev},
    entry::{self, Role, Sender, Status},
    log::{Event, EventLog},
};

/// All that the stand-in org knows.
#[derive(Debug)]
pub(crate) struct Org {
    seed: String,
    issued: u64,
    visitors: BTreeMap<u64, Visitor>,
    conversations: Vec<Conversation>,
    clears: VecDeque<Value>,
    counters: Counters,
    /// `settings.language` of the page that opened the chat frame last.
    language: Option<String>,
}

#[derive(Debug, Default)]
struct Visitor {
    log: EventLog,
    /// Newest last. The one before the newest stays good, as a request may be under way with it.
    tokens: VecDeque<String>,
    streams: usize,
    seen: u64,
}

#[derive(Debug, Default)]
struct Counters {
    visitors: u64,
    conversations: u64,
    tokens: u64,
    sessions: u64,
    sessions_ended: u64,
    clears: u64,
    clears_done: u64,
    events: u64,
}

/// Why the org does not do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such conversation, or it is somebody else's.
    Unknown,
    /// Not in the state it is in.
    Conflict(&'static str),
    /// Never.
    Invalid(&'static str),
}

impl Org {
    /// An empty org. `seed` keeps ids apart between runs.
    pub(crate) fn new(seed: String) -> Self {
        Org::after(0, seed)
    }

    /// An org that knows nothing any more, but takes no visitor for one of the `visitors` before.
    fn after(visitors: u64, seed: String) -> Self {
        Org {
            seed,
            issued: 0,
            visitors: BTreeMap::new(),
            conversations: Vec::new(),
            clears: VecDeque::new(),
            counters: Counters { visitors, ..Counters::default() },
            language: None,
        }
    }

    /// Forgets everybody.
    pub(crate) fn reset(&mut self, seed: String) {
        *self = Org::after(self.counters.visitors, seed);
    }

    // Visitors.

    /// A new visitor with this token.
    pub(crate) fn admit(&mut self, token: String) {
        if self.visitors.len() >= MOST_VISITORS {
            // Whoever was seen least recently; somebody who listens only when all do.
            let stale = self
                .visitors
                .iter()
                .min_by_key(|(_, visitor)| (visitor.streams > 0, visitor.seen))
                .map(|(number, _)| *number);
            if let Some(stale) = stale {
                self.visitors.remove(&stale);
                self.conversations.retain(|conversation| conversation.visitor != stale);
            }
        }
        self.counters.visitors += 1;
        self.counters.tokens += 1;
        let number = self.counters.visitors;
        let visitor = Visitor { tokens: VecDeque::from([token]), seen: self.counters.tokens, ..Visitor::default() };
        self.visitors.insert(number, visitor);
    }

    /// One more token for a visitor.
    pub(crate) fn admit_again(&mut self, visitor: u64, token: String) {
        self.counters.tokens += 1;
        let seen = self.counters.tokens;
        if let Some(visitor) = self.visitors.get_mut(&visitor) {
            visitor.seen = seen;
            visitor.tokens.push_back(token);
            while visitor.tokens.len() > TOKENS_OF_A_VISITOR {
                visitor.tokens.pop_front();
            }
        }
    }

    /// Whose token that is.
    pub(crate) fn visitor(&self, token: &str) -> Option<u64> {
        self.visitors
            .iter()
            .find(|(_, visitor)| visitor.tokens.iter().any(|known| known == token))
            .map(|(number, _)| *number)
    }

    /// A stream of the visitor opens. Where it begins.
    pub(crate) fn listen(&mut self, visitor: u64, last: Option<&str>) -> Option<u64> {
        let visitor = self.visitors.get_mut(&visitor)?;
        visitor.streams += 1;
        Some(visitor.log.after(last))
    }

    /// A stream of the visitor is gone. Whoever is gone types no more.
    pub(crate) fn unlisten(&mut self, number: u64) {
        let Some(visitor) = self.visitors.get_mut(&number) else {
            return;
        };
        visitor.streams = visitor.streams.saturating_sub(1);
        if visitor.streams == 0 {
            for conversation in self.conversations.iter_mut().filter(|conversation| conversation.visitor == number) {
                conversation.visitor_typing = false;
            }
        }
    }

    /// What a stream has still to carry; nothing when the visitor is forgotten.
    pub(crate) fn events(&self, visitor: u64, position: u64) -> Option<Vec<Event>> {
        Some(self.visitors.get(&visitor)?.log.from(position))
    }

    /// The last event's id, whoever it went to.
    pub(crate) fn last_event(&self) -> u64 {
        self.counters.events
    }

    // What a visitor does.

    /// A page opened the chat frame in this language.
    pub(crate) fn note_language(&mut self, language: Option<&str>) {
        let is_tag = |tag: &&str| {
            tag.len() <= 35 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
        };
        self.language = language.filter(is_tag).map(str::to_owned);
    }

    /// Opens a conversation and queues it.
    pub(crate) fn open(&mut self, visitor: u64, id: &str, now: i64) -> Result<(), Refusal> {
        if !is_uuid(id) {
            return Err(Refusal::Invalid("conversationId must be a UUID"));
        }
        if self.conversations.iter().any(|conversation| conversation.id == id) {
            return Err(Refusal::Conflict("a conversation with this id exists"));
        }
        if self.conversations.len() >= MOST_CONVERSATIONS {
            let finished = self.conversations.iter().position(|conversation| !conversation.open);
            self.conversations.remove(finished.unwrap_or(0));
        }
        self.counters.conversations += 1;
        let number = self.counters.conversations;
        self.conversations.push(Conversation::new(id, number, visitor, now));
        let index = self.conversations.len() - 1;
        self.queue(index, true, now);
        Ok(())
    }

    /// The visitor's conversations, newest first.
    pub(crate) fn list(&self, visitor: u64, closed_too: bool, limit: usize) -> Value {
        let own = || self.conversations.iter().filter(|conversation| conversation.visitor == visitor);
        let conversations: Vec<Value> = own()
            .rev()
            .filter(|conversation| conversation.open || closed_too)
            .take(limit)
            .map(|conversation| {
                json!({
                    "conversationId": conversation.id,
                    "startTimestamp": conversation.started,
                    "status": if conversation.open { "OPEN" } else { "CLOSED" },
                })
            })
            .collect();
        json!({
            "openConversationsFound": own().filter(|conversation| conversation.open).count(),
            "closedConversationsFound": own().filter(|conversation| !conversation.open).count(),
            "conversations": conversations,
        })
    }

    /// One of the visitor's conversations.
    pub(crate) fn conversation(&self, visitor: u64, id: &str) -> Result<&Conversation, Refusal> {
        Ok(&self.conversations[self.own(visitor, id)?])
    }

    /// The visitor writes. After an end this queues them again, in the same conversation.
    pub(crate) fn write(&mut self, visitor: u64, id: &str, message: &str, text: &str, now: i64) -> Result<(), Refusal> {
        let index = self.own(visitor, id)?;
        if text.is_empty() || text.chars().count() > LONGEST_TEXT {
            return Err(Refusal::Invalid("a text has 1 to 10000 characters"));
        }
        if message.is_empty() || message.len() > 64 {
            return Err(Refusal::Invalid("a message's id has 1 to 64 characters"));
        }
        if !self.conversations[index].open {
            return Err(Refusal::Conflict("the conversation is closed"));
        }
        // A client that got no answer sends again.
        if self.conversations[index].entries().any(|entry| entry.identifier == message) {
            return Ok(());
        }
        match self.conversations[index].status() {
            Status::Ended => self.queue(index, false, now),
            Status::Inactive => self.turn(index, Status::Active, None, Prev::True, now),
            Status::Active | Status::New | Status::Waiting => {}
        }
        self.conversations[index].visitor_typing = false;
        self.put(index, Sender::visitor(visitor), "Message", entry::message(message, text), message.to_owned(), now);
        self.conversations[index].undelivered = Some(message.to_owned());
        self.acknowledge(index, now);
        Ok(())
    }

    /// The visitor types or stops.
    pub(crate) fn visitor_types(&mut self, visitor: u64, id: &str, on: bool) -> Result<(), Refusal> {
        let index = self.own(visitor, id)?;
        self.conversations[index].visitor_typing = on;
        Ok(())
    }

    /// The visitor ends the session; the conversation stays open.
    pub(crate) fn leave(&mut self, visitor: u64, id: &str, now: i64) -> Result<(), Refusal> {
        let index = self.own(visitor, id)?;
        self.end(index, Role::EndUser, Prev::True, now);
        Ok(())
    }

    /// The visitor closes the conversation.
    pub(crate) fn close(&mut self, visitor: u64, id: &str, now: i64) -> Result<(), Refusal> {
        let index = self.own(visitor, id)?;
        if !self.conversations[index].open {
            return Ok(());
        }
        self.end(index, Role::EndUser, Prev::True, now);
        self.conversations[index].open = false;
        self.tell(
            index,
            Sender::visitor(visitor),
            "CloseConversation",
            json!({ "entryType": "CloseConversation" }),
            now,
        );
        Ok(())
    }

    // What the tests and the console see.

    /// The page tells of a `clearSession`: once when it is called, once more, under the same id, when it is done.
    pub(crate) fn note_clear(&mut self, report: &Value, now: i64) -> Result<(), Refusal> {
        let id = report["id"]
            .as_str()
            .filter(|id| !id.is_empty() && id.len() <= 64)
            .ok_or(Refusal::Invalid("a clear has an id"))?;
        if let Some(known) = self.clears.iter_mut().find(|clear| clear["id"] == id) {
            if known["done"].is_null() {
                known["storage_after"] = report["storage_after"].clone();
                known["done"] = json!(now);
                self.counters.clears_done += 1;
            }
            return Ok(());
        }
        if self.clears.len() == MOST_CLEARS {
            self.clears.pop_front();
        }
        self.counters.clears += 1;
        self.clears.push_back(json!({
            "id": id,
            "end_session": report["end_session"],
            "storage_before": report["storage_before"],
            "storage_after": null,
            "called": now,
            "done": null,
        }));
        Ok(())
    }

    /// All of it, for the console and for tests.
    pub(crate) fn view(&self) -> Value {
        let conversations: Vec<Value> = self
            .conversations
            .iter()
            .map(|conversation| {
                let visitor = self.visitors.get(&conversation.visitor);
                conversation.view(visitor.is_some_and(|visitor| visitor.streams > 0))
            })
            .collect();
        json!({
            "conversations": conversations,
            "clears": self.clears,
            "language": self.language,
            "counters": {
                "clears": self.counters.clears,
                "clears_done": self.counters.clears_done,
                "conversations": self.counters.conversations,
                "events": self.counters.events,
                "open_streams": self.visitors.values().map(|visitor| visitor.streams).sum::<usize>(),
                "sessions_ended": self.counters.sessions_ended,
                "sessions_started": self.counters.sessions,
                "tokens_issued": self.counters.tokens,
                "visitors": self.counters.visitors,
            },
        })
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, c)| match at {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

const MOST_VISITORS: usize = 300;
const MOST_CONVERSATIONS: usize = 200;
const MOST_CLEARS: usize = 100;
const TOKENS_OF_A_VISITOR: usize = 4;
pub(crate) const LONGEST_TEXT: usize = 10_000;

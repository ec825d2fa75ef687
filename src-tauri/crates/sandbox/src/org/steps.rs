//! The steps that all that happens in a conversation is made of.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Value, json};

use super::{Org, Refusal};
use crate::{
    conversation::{Conversation, Prev},
    entry::{self, Entry, Role, Sender, Status},
};

impl Org {
    /// The conversation with this id, or with this number.
    pub(crate) fn find(&self, id: &str) -> Result<usize, Refusal> {
        self.conversations
            .iter()
            .position(|conversation| conversation.id == id || conversation.number.to_string() == id)
            .ok_or(Refusal::Unknown)
    }

    /// The conversation that [`Org::find`] found.
    pub(crate) fn at(&mut self, index: usize) -> &mut Conversation {
        &mut self.conversations[index]
    }

    /// Sends the last events of a conversation's visitor once more.
    pub(crate) fn repeat(&mut self, index: usize, count: usize) {
        if let Some(visitor) = self.visitors.get_mut(&self.conversations[index].visitor) {
            visitor.log.repeat(count);
        }
    }

    pub(super) fn own(&self, visitor: u64, id: &str) -> Result<usize, Refusal> {
        self.conversations
            .iter()
            .position(|conversation| conversation.id == id && conversation.visitor == visitor)
            .ok_or(Refusal::Unknown)
    }

    /// A new session that waits for an agent.
    pub(super) fn queue(&mut self, index: usize, first: bool, now: i64) {
        self.counters.sessions += 1;
        let session = format!("0Mw{}{:07}", self.seed.get(..5).unwrap_or("00000"), self.counters.sessions);
        let payload = self.conversations[index].begin(session, now);
        self.tell(index, Sender::system(), "SessionStatusChanged", payload, now);
        if first {
            let visitor = Sender::visitor(self.conversations[index].visitor);
            self.tell(index, visitor.clone(), "ParticipantChanged", entry::participant(&visitor, "add"), now);
        }
        self.turn(index, Status::Waiting, None, Prev::True, now);
    }

    pub(crate) fn turn(&mut self, index: usize, to: Status, by: Option<Role>, prev: Prev, now: i64) {
        if let Some(payload) = self.conversations[index].turn(to, by, prev, now) {
            self.tell(index, Sender::system(), "SessionStatusChanged", payload, now);
        }
    }

    pub(crate) fn end(&mut self, index: usize, role: Role, prev: Prev, now: i64) {
        if self.conversations[index].status() == Status::Ended {
            return;
        }
        if let Some(agent) = self.conversations[index].agent.clone() {
            self.dismiss(index, &agent, now);
        }
        self.counters.sessions_ended += 1;
        self.turn(index, Status::Ended, Some(role), prev, now);
    }

    pub(crate) fn dismiss(&mut self, index: usize, agent: &str, now: i64) {
        self.stop_typing(index, now);
        self.conversations[index].agent = None;
        let agent = Sender::agent(agent);
        self.tell(index, agent.clone(), "ParticipantChanged", entry::participant(&agent, "remove"), now);
    }

    pub(crate) fn stop_typing(&mut self, index: usize, now: i64) {
        if !std::mem::take(&mut self.conversations[index].agent_typing) {
            return;
        }
        if let Some(agent) = self.conversations[index].agent.clone() {
            let payload = json!({ "entryType": "TypingStoppedIndicator", "timestamp": now });
            self.tell(index, Sender::agent(&agent), "TypingStoppedIndicator", payload, now);
        }
    }

    /// An agent who is there receives what the visitor wrote.
    pub(crate) fn acknowledge(&mut self, index: usize, now: i64) {
        let Some(agent) = self.conversations[index].agent.clone() else {
            return;
        };
        if let Some(message) = self.conversations[index].undelivered.take() {
            let payload = json!({
                "entryType": "DeliveryAcknowledgement",
                "acknowledgedConversationEntryIdentifier": message,
                "acknowledgementTimestamp": now,
            });
            self.tell(index, Sender::agent(&agent), "DeliveryAcknowledgement", payload, now);
        }
    }

    pub(crate) fn inject(&mut self, index: usize, payload: Value, now: i64) {
        let entry_type = payload["entryType"].as_str().unwrap_or("SessionStatusChanged").to_owned();
        let entry = Entry {
            identifier: self.identifier(),
            entry_type: Cow::Owned(entry_type),
            sender: Sender::system(),
            payload,
            time: now,
        };
        self.send(index, &entry);
    }

    pub(crate) fn tell(&mut self, index: usize, sender: Sender, entry_type: &'static str, payload: Value, now: i64) {
        let identifier = self.identifier();
        self.put(index, sender, entry_type, payload, identifier, now);
    }

    pub(crate) fn put(
        &mut self,
        index: usize,
        sender: Sender,
        entry_type: &'static str,
        payload: Value,
        identifier: String,
        now: i64,
    ) {
        let entry = Entry { identifier, entry_type: Cow::Borrowed(entry_type), sender, payload, time: now };
        self.send(index, &entry);
        if !entry.is_fleeting() {
            self.conversations[index].record(entry);
        }
    }

    fn send(&mut self, index: usize, entry: &Entry) {
        let conversation = &self.conversations[index];
        let data: Arc<str> = Arc::from(entry.envelope(&conversation.id).to_string());
        self.counters.events += 1;
        if let Some(visitor) = self.visitors.get_mut(&conversation.visitor) {
            visitor.log.push(self.counters.events, entry.event_name(), data);
        }
    }

    pub(crate) fn identifier(&mut self) -> String {
        self.issued += 1;
        format!("{}-0000-4000-8000-{:012x}", self.seed.get(..8).unwrap_or("00000000"), self.issued)
    }
}

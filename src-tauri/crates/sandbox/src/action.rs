//! What an agent can do to a conversation, and what a test can.

use crate::{
    conversation::Prev,
    entry::{self, Role, Sender, Status},
    org::{LONGEST_TEXT, Org, Refusal},
};
use serde_json::{Value, json};

/// What the agent or a test does to a conversation.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Takes it from the queue.
    Accept {
        /// The agent's name.
        name: String,
    },
    /// Sends any payload as an event, changing nothing.
    Emit(Value),
    /// Ends the session.
    End {
        /// In whose name.
        role: Role,
        /// What it says of the status before.
        prev: Prev,
    },
    /// Marks it inactive.
    Inactive,
    /// Sends the last events again.
    Replay(usize),
    /// Writes.
    Say(String),
    /// Puts it back into the queue.
    Transfer,
    /// Begins or stops typing.
    Typing(bool),
}

impl Org {
    /// Does it, or says why not.
    pub(crate) fn act(&mut self, id: &str, action: Action, now: i64) -> Result<(), Refusal> {
        let index = self.find(id)?;
        let status = self.at(index).status();
        let agent = self.at(index).agent.clone();
        match action {
            Action::Accept { name } => {
                if status != Status::Waiting {
                    return Err(Refusal::Conflict("only a waiting session can be accepted"));
                }
                self.tell(index, Sender::system(), "RoutingResult", entry::routing("Initial"), now);
                self.at(index).agent = Some(name.clone());
                let agent = Sender::agent(&name);
                self.tell(index, agent.clone(), "ParticipantChanged", entry::participant(&agent, "add"), now);
                self.turn(index, Status::Active, None, Prev::True, now);
                self.acknowledge(index, now);
            }
            Action::Emit(payload) => self.inject(index, payload, now),
            Action::End { role, prev } => {
                if status == Status::Ended {
                    return Err(Refusal::Conflict("the session has ended already"));
                }
                self.end(index, role, prev, now);
            }
            Action::Inactive => {
                if status != Status::Active {
                    return Err(Refusal::Conflict("only an active session can become inactive"));
                }
                self.turn(index, Status::Inactive, None, Prev::True, now);
            }
            Action::Replay(count) => {
                self.repeat(index, count);
            }
            Action::Say(text) => {
                let agent = agent.ok_or(Refusal::Conflict("accept the session first"))?;
                if text.is_empty() || text.chars().count() > LONGEST_TEXT {
                    return Err(Refusal::Invalid("a text has 1 to 10000 characters"));
                }
                if status == Status::Inactive {
                    self.turn(index, Status::Active, None, Prev::True, now);
                }
                self.stop_typing(index, now);
                let identifier = self.identifier();
                let payload = entry::message(&identifier, &text);
                self.put(index, Sender::agent(&agent), "Message", payload, identifier, now);
            }
            Action::Transfer => {
                let agent = agent.ok_or(Refusal::Conflict("nobody has accepted the session"))?;
                self.dismiss(index, &agent, now);
                self.tell(index, Sender::system(), "RoutingResult", entry::routing("Transfer"), now);
                self.turn(index, Status::Waiting, None, Prev::True, now);
            }
            Action::Typing(on) => {
                let agent = agent.ok_or(Refusal::Conflict("accept the session first"))?;
                if on {
                    self.at(index).agent_typing = true;
                    let payload = json!({ "entryType": "TypingStartedIndicator", "timestamp": now });
                    self.tell(index, Sender::agent(&agent), "TypingStartedIndicator", payload, now);
                } else {
                    self.stop_typing(index, now);
                }
            }
        }
        Ok(())
    }
}

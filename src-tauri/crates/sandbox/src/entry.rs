//! One conversation entry, in the two shapes the wire has: an object in REST answers, a JSON string on the stream.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Something that happened in a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Unique in the org.
    pub(crate) identifier: String,
    /// The documented type, or whatever a test injected.
    pub(crate) entry_type: Cow<'static, str>,
    /// Who did it.
    pub(crate) sender: Sender,
    /// The payload. A string is an injected one, sent as it is.
    pub(crate) payload: Value,
    /// Milliseconds since 1970.
    pub(crate) time: i64,
}

/// Who wrote an entry.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// Their part.
    pub(crate) role: Role,
    /// What the other side sees.
    pub(crate) name: String,
    /// Stable, opaque.
    pub(crate) subject: String,
}

/// The parts that somebody can have in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "Salesforce's own names")]
pub(crate) enum Role {
    Agent,
    Chatbot,
    EndUser,
    Router,
    Supervisor,
    System,
}

/// Where a messaging session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "Salesforce's own names")]
pub(crate) enum Status {
    Active,
    Ended,
    Inactive,
    New,
    Waiting,
}

impl Entry {
    /// As `GET …/entries` has it.
    pub(crate) fn rest(&self) -> Value {
        self.with_payload(&self.payload)
    }

    /// As the event stream and the page's events have it.
    pub(crate) fn envelope(&self, conversation: &str) -> Value {
        let payload = match &self.payload {
            Value::String(verbatim) => verbatim.clone(),
            object => object.to_string(),
        };
        json!({
            "channelPlatformKey": CHANNEL_PLATFORM_KEY,
            "channelType": "embedded_messaging",
            "channelAddressIdentifier": CHANNEL_ADDRESS,
            "conversationId": conversation,
            "conversationEntry": self.with_payload(&Value::String(payload)),
        })
    }

    /// The name of its event on the stream. An unknown entry travels as a session status, so that a client meets it.
    pub(crate) fn event_name(&self) -> &'static str {
        match self.entry_type.as_ref() {
            "Message" => "CONVERSATION_MESSAGE",
            "ParticipantChanged" => "CONVERSATION_PARTICIPANT_CHANGED",
            "RoutingResult" => "CONVERSATION_ROUTING_RESULT",
            "TypingStartedIndicator" => "CONVERSATION_TYPING_STARTED_INDICATOR",
            "TypingStoppedIndicator" => "CONVERSATION_TYPING_STOPPED_INDICATOR",
            "DeliveryAcknowledgement" => "CONVERSATION_DELIVERY_ACKNOWLEDGEMENT",
            "ReadAcknowledgement" => "CONVERSATION_READ_ACKNOWLEDGEMENT",
            "CloseConversation" => "CONVERSATION_CLOSE_CONVERSATION",
            _ => "CONVERSATION_SESSION_STATUS_CHANGED",
        }
    }

    /// The text, when this is a message.
    pub(crate) fn text(&self) -> Option<&str> {
        (self.entry_type == "Message")
            .then(|| self.payload.pointer("/abstractMessage/staticContent/text"))
            .flatten()
            .and_then(Value::as_str)
    }

    /// Typing comes and goes: it is no part of the transcript.
    pub(crate) fn is_fleeting(&self) -> bool {
        matches!(self.entry_type.as_ref(), "TypingStartedIndicator" | "TypingStoppedIndicator")
    }

    fn with_payload(&self, payload: &Value) -> Value {
        json!({
            "senderDisplayName": self.sender.name,
            "identifier": self.identifier,
            "entryType": self.entry_type,
            "entryPayload": payload,
            "sender": {
                "role": self.sender.role,
                "appType": self.sender.role.app_type(),
                "subject": self.sender.subject,
                "clientIdentifier": self.sender.subject,
            },
            "transcriptedTimestamp": self.time,
            "relatedRecords": [],
            "clientTimestamp": self.time,
            "clientDuration": 0,
        })
    }
}

impl Sender {
    /// The org itself.
    pub(crate) fn system() -> Sender {
        Sender { role: Role::System, name: "System".to_owned(), subject: "system".to_owned() }
    }

    /// The visitor with this number.
    pub(crate) fn visitor(number: u64) -> Sender {
        Sender {
            role: Role::EndUser,
            name: "Guest".to_owned(),
            subject: format!("v2/iamessage/UNAUTH/NA/visitor-{number}"),
        }
    }

    /// An agent by name.
    pub(crate) fn agent(name: &str) -> Sender {
        Sender { role: Role::Agent, name: name.to_owned(), subject: "agent".to_owned() }
    }
}

impl Role {
    fn app_type(self) -> &'static str {
        match self {
            Role::Agent | Role::Supervisor => "agent",
            Role::Chatbot => "chatbot",
            Role::EndUser => "iamessage",
            Role::Router | Role::System => "system",
        }
    }
}

/// Payload of a text message.
pub(crate) fn message(identifier: &str, text: &str) -> Value {
    json!({
        "entryType": "Message",
        "id": identifier,
        "abstractMessage": {
            "messageType": "StaticContentMessage",
            "id": identifier,
            "staticContent": { "formatType": "Text", "text": text },
        },
        "messageReason": null,
    })
}

/// Payload of somebody who comes or goes.
pub(crate) fn participant(who: &Sender, operation: &'static str) -> Value {
    json!({
        "entryType": "ParticipantChanged",
        "entries": [{
            "operation": operation,
            "displayName": who.name,
            "participant": {
                "role": who.role,
                "appType": who.role.app_type(),
                "subject": who.subject,
            },
        }],
    })
}

/// Payload of work that found an agent.
pub(crate) fn routing(kind: &'static str) -> Value {
    json!({ "entryType": "RoutingResult", "routingType": kind, "failureType": "None" })
}

/// The one channel of the stand-in org.
pub(crate) const CHANNEL_ADDRESS: &str = "3f1a6f52-0000-4000-8000-5a4db0c70001";
const CHANNEL_PLATFORM_KEY: &str = "5c0e6d3a-0000-4000-8000-5a4db0c70002";

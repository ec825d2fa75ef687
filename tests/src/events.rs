//! Details of `onEmbeddedMessagingSessionStatusUpdate`, as the host page gets them, and the recorded vectors.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// A session's end; an empty `previous` or `role` is left out, as Salesforce may do.
#[must_use]
pub fn ended(session: &str, previous: &str, role: &str) -> Value {
    let mut payload = json!({
        "entryType": "SessionStatusChanged",
        "id": format!("entry-{session}"),
        "conversationIdentifier": format!("conversation-{session}"),
        "channelAddressIdentifier": "54d566ee-38d0-5f23-b620-b1520ee70108",
        "sessionId": session,
        "sessionStatus": "Ended",
        "sessionStartTime": 1_767_225_600,
        "sessionEndTime": 1_767_226_205,
    });
    for (field, value) in [("sessionStatusPrev", previous), ("sessionEndedByRole", role)] {
        if !value.is_empty() {
            payload[field] = value.into();
        }
    }
    detail(&payload)
}

/// The agent's end of an active session: the one that is a reset.
#[must_use]
pub fn agents_end(session: &str) -> Value {
    ended(session, "Active", "Agent")
}

/// A status that is no end.
#[must_use]
pub fn status(session: &str, status: &str, previous: &str) -> Value {
    detail(&json!({
        "entryType": "SessionStatusChanged",
        "sessionId": session,
        "sessionStatus": status,
        "sessionStatusPrev": previous,
    }))
}

/// The envelope around a payload.
#[must_use]
pub fn detail(payload: &Value) -> Value {
    json!({
        "channelPlatformKey": "90993368-d724-58e4-9354-c715efcdc82a",
        "channelType": "embedded_messaging",
        "channelAddressIdentifier": "54d566ee-38d0-5f23-b620-b1520ee70108",
        "conversationId": "5086d764-dce8-5040-9cd3-7d61ae7936e4",
        "conversationEntry": {
            "senderDisplayName": "Dana R",
            "identifier": "933361ff-0d6e-5996-a754-b043d3d80f5b",
            "entryType": "SessionStatusChanged",
            "entryPayload": payload.to_string(),
            "sender": {"role": "System", "appType": "conversation", "subject": "automated process"},
            "transcriptedTimestamp": 1_767_226_205_123_u64,
            "clientTimestamp": 1_767_226_205_098_u64,
        },
    })
}

/// One recorded event with what the rule must say of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Vector {
    /// Its name.
    pub id: String,
    /// What the page gets.
    pub detail: Value,
    /// `reset`, `other_end`, `ignore` or `invalid`.
    pub expected: String,
    /// Why.
    pub why: String,
}

/// The recording as it is in `tests/data/session_events.jsonl`.
pub const RECORDING: &str = include_str!("../data/session_events.jsonl");

/// All recorded events.
pub fn vectors() -> Result<Vec<Vector>> {
    RECORDING.lines().map(|line| serde_json::from_str(line).with_context(|| format!("not a vector: {line}"))).collect()
}

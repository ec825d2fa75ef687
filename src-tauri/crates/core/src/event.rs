//! Reading a session status event: from any JSON text to the five fields that the rule looks at.
//!
//! The page can dispatch the event with any detail, so nothing here trusts its shape. Fields that the rule does not
//! use are skipped unread: their types, depth and even broken escapes (a lone surrogate) do not matter. Reading makes
//! a fixed number of passes over the text, without recursion, so its time is linear in the size of the input.
//!
//! What is well formed is read in one pass ([`plain`]); whatever that refuses is judged by [`exact`], which alone says
//! what is wrong. Where both read a text, they read the same.

mod exact;
mod plain;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, Visitor},
};
use serde_json::value::RawValue;

/// One field of the payload, as far as the rule is concerned.
///
/// On the wire it is `null`, the text, or `false` for a value of any other type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field {
    /// Absent or `null`.
    #[default]
    Missing,
    /// A string.
    Text(String),
    /// A value of another type.
    Wrong,
}

/// What a session status entry says, before anything is decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Status {
    /// `entryType`: `SessionStatusChanged` or another kind of entry.
    #[cfg_attr(test, ts(type = "string | null | false"))]
    pub entry_type: Field,
    /// `sessionStatus`: where the session is now.
    #[cfg_attr(test, ts(type = "string | null | false"))]
    pub status: Field,
    /// `sessionStatusPrev`: where it was before. Salesforce may leave it out.
    #[cfg_attr(test, ts(type = "string | null | false"))]
    pub previous: Field,
    /// `sessionEndedByRole`: who ended it. Salesforce may leave it out.
    #[cfg_attr(test, ts(type = "string | null | false"))]
    pub ended_by: Field,
    /// `sessionId`: by which a repeated end is known.
    #[cfg_attr(test, ts(type = "string | null | false"))]
    pub session: Field,
}

/// Why an event could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// The text is not JSON (or not UTF-8).
    #[error("the event is not JSON")]
    NotJson,
    /// `detail` is null, a number, a list: anything but an object.
    #[error("the event's detail is not an object")]
    NoDetail,
    /// `detail.conversationEntry` is missing or no object.
    #[error("the event has no conversation entry")]
    NoEntry,
    /// `conversationEntry.entryPayload` is missing or neither text nor object.
    #[error("the conversation entry has no payload")]
    NoPayload,
    /// The payload's text is not a JSON object.
    #[error("the payload is not a JSON object")]
    BadPayload,
    /// The payload is longer than the bridge hands over.
    #[error("the payload is too large")]
    TooLarge,
    /// Reading the detail in the page threw an error.
    #[error("reading the event threw an error")]
    Threw,
}

/// One line of a recording: the event, and the name that the recording gives it.
#[derive(Debug)]
pub struct Line {
    /// The line's `id`, as it was written.
    pub id: Option<Box<RawValue>>,
    /// The event in it.
    pub reading: Result<Status, Unreadable>,
}

/// Reads one line of a recording: an `event.detail`, or an object that has one as `detail` and perhaps an `id`.
pub fn read_line(line: &[u8]) -> Line {
    let Ok(text) = std::str::from_utf8(line) else {
        return Line { id: None, reading: Err(Unreadable::NotJson) };
    };
    plain::line(text).unwrap_or_else(|| exact::line(text))
}

/// Reads an `event.detail`.
///
/// # Errors
/// [`Unreadable`], when the detail has no readable payload. What the payload says is not judged here.
pub fn read_detail(detail: &str) -> Result<Status, Unreadable> {
    plain::detail(detail).unwrap_or_else(|| exact::detail(detail))
}

/// The payload's members that the rule looks at, in the order of [`Status`].
const FIELDS: [&str; 5] = ["entryType", "sessionStatus", "sessionStatusPrev", "sessionEndedByRole", "sessionId"];

/// A member's name as its index among the wanted ones.
struct Name<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        self.visit_bytes(name.as_bytes())
    }
    fn visit_bytes<E: de::Error>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| wanted.as_bytes() == name))
    }
}

impl Status {
    /// Of the values of the [`FIELDS`].
    fn of([entry_type, status, previous, ended_by, session]: [Field; FIELDS.len()]) -> Self {
        Self { entry_type, status, previous, ended_by, session }
    }
}

impl Field {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Missing | Self::Wrong => None,
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Missing => serializer.serialize_none(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Wrong => serializer.serialize_bool(false),
        }
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Text(String),
            Other(de::IgnoredAny),
        }
        Ok(match Option::<Wire>::deserialize(deserializer)? {
            None => Self::Missing,
            Some(Wire::Text(text)) => Self::Text(text),
            Some(Wire::Other(_)) => Self::Wrong,
        })
    }
}

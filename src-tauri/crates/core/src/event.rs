//! Reading a session status event: from any JSON text to the five fields that the rule looks at.
//!
//! The page can dispatch the event with any detail, so nothing here trusts its shape. Fields that the rule does not
//! use are skipped unread: their types, depth and even broken escapes (a lone surrogate) do not matter. Reading makes
//! a fixed number of passes over the text, without recursion, so its time is linear in the size of the input.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeSeed, MapAccess, Visitor},
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
    match members(text, ["id", "detail"]) {
        Ok([id, Some(detail)]) => Line { id: id.map(ToOwned::to_owned), reading: read_detail(detail.get()) },
        Ok([id, None]) => Line { id: id.map(ToOwned::to_owned), reading: read_detail(text) },
        Err(NotAnObject::Json) => Line { id: None, reading: Err(Unreadable::NoDetail) },
        Err(NotAnObject::Text) => Line { id: None, reading: Err(Unreadable::NotJson) },
    }
}

/// Reads an `event.detail`.
///
/// # Errors
/// [`Unreadable`], when the detail has no readable payload. What the payload says is not judged here.
pub fn read_detail(detail: &str) -> Result<Status, Unreadable> {
    let [entry] = members(detail, ["conversationEntry"]).map_err(|e| match e {
        NotAnObject::Json => Unreadable::NoDetail,
        NotAnObject::Text => Unreadable::NotJson,
    })?;
    let entry = entry.ok_or(Unreadable::NoEntry)?;
    let [payload] = members(entry.get(), ["entryPayload"]).map_err(|_| Unreadable::NoEntry)?;
    let payload = payload.ok_or(Unreadable::NoPayload)?.get();
    match payload.as_bytes().first() {
        Some(b'{') => read_payload(payload),
        Some(b'"') => read_payload(&decode(payload).ok_or(Unreadable::BadPayload)?),
        _ => Err(Unreadable::NoPayload),
    }
}

/// Reads the payload's own text.
fn read_payload(payload: &str) -> Result<Status, Unreadable> {
    const NAMES: [&str; 5] = ["entryType", "sessionStatus", "sessionStatusPrev", "sessionEndedByRole", "sessionId"];
    let fields = members(payload, NAMES).map_err(|_| Unreadable::BadPayload)?;
    let [entry_type, status, previous, ended_by, session] = fields.map(|raw| {
        let Some(raw) = raw.map(RawValue::get) else { return Field::Missing };
        match raw.as_bytes().first() {
            Some(b'n') => Field::Missing,
            Some(b'"') => decode(raw).map_or(Field::Wrong, |text| Field::Text(text.into_owned())),
            _ => Field::Wrong,
        }
    });
    Ok(Status { entry_type, status, previous, ended_by, session })
}

/// The content of a JSON string. A lone surrogate becomes a replacement character, as it does when a browser sends it.
fn decode(json: &str) -> Option<Cow<'_, str>> {
    struct Text;
    impl<'de> Visitor<'de> for Text {
        type Value = Cow<'de, str>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }
        fn visit_borrowed_bytes<E: de::Error>(self, v: &'de [u8]) -> Result<Self::Value, E> {
            Ok(String::from_utf8_lossy(v))
        }
        fn visit_bytes<E: de::Error>(self, v: &[u8]) -> Result<Self::Value, E> {
            Ok(Cow::Owned(String::from_utf8_lossy(v).into_owned()))
        }
    }
    let mut json = serde_json::Deserializer::from_str(json);
    // As bytes: the parser then lets a lone surrogate through instead of refusing the whole text.
    let text = json.deserialize_bytes(Text).ok()?;
    json.end().ok()?;
    Some(text)
}

/// Why [`members`] found none.
enum NotAnObject {
    /// It is JSON, of another type.
    Json,
    /// It is not JSON.
    Text,
}

/// The named members of a JSON object, unread; of a member that is there twice the last, as `JSON.parse` has it.
fn members<'a, const N: usize>(json: &'a str, names: [&str; N]) -> Result<[Option<&'a RawValue>; N], NotAnObject> {
    let mut input = serde_json::Deserializer::from_str(json);
    let found = input.deserialize_map(Members(names));
    match found {
        Ok(found) if input.end().is_ok() => Ok(found),
        // The slow path tells apart what the message names; nothing depends on its speed.
        _ if serde_json::from_str::<&RawValue>(json).is_ok() => Err(NotAnObject::Json),
        _ => Err(NotAnObject::Text),
    }
}

struct Members<'n, const N: usize>([&'n str; N]);

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(name) = map.next_key_seed(Name(&self.0))? {
            match name {
                Some(index) => found[index] = Some(map.next_value()?),
                None => {
                    map.next_value::<de::IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

/// A member's name as its index among the wanted ones. Read as bytes: an unwanted name may hold a lone surrogate.
struct Name<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }
    fn visit_bytes<E: de::Error>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| wanted.as_bytes() == name))
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

//! Reading with every case told apart: each object's wanted members are found unread, then read one by one.

use std::{borrow::Cow, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{FIELDS, Field, Line, Name, Status, Unreadable};

/// Reads one line of a recording.
pub(super) fn line(text: &str) -> Line {
    match members(text, ["id", "detail"]) {
        Ok([id, Some(inner)]) => Line { id: id.map(ToOwned::to_owned), reading: detail(inner.get()) },
        Ok([id, None]) => Line { id: id.map(ToOwned::to_owned), reading: detail(text) },
        Err(NotAnObject::Json) => Line { id: None, reading: Err(Unreadable::NoDetail) },
        Err(NotAnObject::Text) => Line { id: None, reading: Err(Unreadable::NotJson) },
    }
}

/// Reads an `event.detail`.
pub(super) fn detail(text: &str) -> Result<Status, Unreadable> {
    let [entry] = members(text, ["conversationEntry"]).map_err(|e| match e {
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
    let fields = members(payload, FIELDS).map_err(|_| Unreadable::BadPayload)?;
    Ok(Status::of(fields.map(|raw| {
        let Some(raw) = raw.map(RawValue::get) else { return Field::Missing };
        match raw.as_bytes().first() {
            Some(b'n') => Field::Missing,
            Some(b'"') => decode(raw).map_or(Field::Wrong, |text| Field::Text(text.into_owned())),
            _ => Field::Wrong,
        }
    })))
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
    // First the whole, as a text: a name alone would be read with a line break in it, which JSON does not allow.
    serde_json::from_str::<&RawValue>(json).map_err(|_| NotAnObject::Text)?;
    serde_json::Deserializer::from_str(json).deserialize_map(Members(names)).map_err(|_| NotAnObject::Json)
}

struct Members<'n, const N: usize>([&'n str; N]);

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<&'de RawValue>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = [None; N];
        while let Some(name) = map.next_key_seed(AnyName(Name(&self.0)))? {
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

/// Read as bytes: a name may hold a lone surrogate.
struct AnyName<'a>(Name<'a>);

impl<'de> DeserializeSeed<'de> for AnyName<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_bytes(self.0)
    }
}

//! Reading in one pass, without a copy: what is wanted is taken where it is met, all else is skipped.
//!
//! What is not well formed is only refused, as `None` or an error of the parser: [`exact`](super::exact) judges it.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{FIELDS, Field, Line, Name, Status, Unreadable};

type Reading = Result<Status, Unreadable>;

/// Reads one line of a recording.
pub(super) fn line(text: &str) -> Option<Line> {
    whole(text, Recorded).flatten()
}

/// Reads an `event.detail`.
pub(super) fn detail(text: &str) -> Option<Reading> {
    whole(text, DETAIL)
}

/// All of the text as one value.
fn whole<'de, S: Shape<'de>>(text: &'de str, shape: S) -> Option<S::Value> {
    let mut input = serde_json::Deserializer::from_str(text);
    let value = As(shape).deserialize(&mut input).ok()?;
    input.end().ok().map(|()| value)
}

/// What is made of a value, by what it turns out to be.
trait Shape<'de>: Sized {
    type Value;

    fn object<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error>;

    fn text<E: Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(self.other())
    }

    fn null(self) -> Self::Value {
        self.other()
    }

    fn other(self) -> Self::Value;
}

/// A line of a recording: an `event.detail`, or an object that has one.
struct Recorded;

impl<'de> Shape<'de> for Recorded {
    type Value = Option<Line>;

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut id, mut detail, mut entry) = (None, None, Err(Unreadable::NoEntry));
        while let Some(name) = map.next_key_seed(Name(&["id", "detail", "conversationEntry"]))? {
            match name {
                Some(0) => id = Some(map.next_value::<&RawValue>()?),
                Some(1) => detail = Some(map.next_value_seed(As(DETAIL))?),
                Some(_) => entry = map.next_value_seed(As(ENTRY))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(Line { id: id.map(ToOwned::to_owned), reading: detail.unwrap_or(entry) }))
    }

    fn other(self) -> Self::Value {
        None
    }
}

/// An object of which one member is read, the last of that name.
#[derive(Clone, Copy)]
struct Holder<S> {
    name: &'static str,
    shape: S,
    missing: Unreadable,
    other: Unreadable,
}

/// `event.detail`.
const DETAIL: Holder<Holder<Payload>> =
    Holder { name: "conversationEntry", shape: ENTRY, missing: Unreadable::NoEntry, other: Unreadable::NoDetail };
/// `detail.conversationEntry`.
const ENTRY: Holder<Payload> =
    Holder { name: "entryPayload", shape: Payload, missing: Unreadable::NoPayload, other: Unreadable::NoEntry };

impl<'de, S: Shape<'de, Value = Reading> + Copy> Shape<'de> for Holder<S> {
    type Value = Reading;

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading, A::Error> {
        let mut reading = Err(self.missing);
        while let Some(wanted) = map.next_key_seed(Name(&[self.name]))? {
            match wanted {
                Some(_) => reading = map.next_value_seed(As(self.shape))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(reading)
    }

    fn other(self) -> Reading {
        Err(self.other)
    }
}

/// `conversationEntry.entryPayload`: an object, or the text of one.
#[derive(Clone, Copy)]
struct Payload;

impl<'de> Shape<'de> for Payload {
    type Value = Reading;

    fn object<A: MapAccess<'de>>(self, map: A) -> Result<Reading, A::Error> {
        Ok(Inner.object(map)?.ok_or(Unreadable::NoPayload))
    }

    fn text<E: Error>(self, text: &str) -> Result<Reading, E> {
        let inner = whole(text, Inner).flatten();
        inner.map(Ok).ok_or_else(|| E::custom("the payload's text is not that of a plain object"))
    }

    fn other(self) -> Reading {
        Err(Unreadable::NoPayload)
    }
}

/// The payload itself.
struct Inner;

impl<'de> Shape<'de> for Inner {
    type Value = Option<Status>;

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = [const { Field::Missing }; FIELDS.len()];
        while let Some(name) = map.next_key_seed(Name(&FIELDS))? {
            match name {
                Some(index) => fields[index] = map.next_value_seed(As(Member))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Some(Status::of(fields)))
    }

    fn other(self) -> Self::Value {
        None
    }
}

/// One of the [`FIELDS`].
struct Member;

impl<'de> Shape<'de> for Member {
    type Value = Field;

    fn object<A: MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::Wrong)
    }

    fn text<E: Error>(self, text: &str) -> Result<Field, E> {
        Ok(Field::Text(text.to_owned()))
    }

    fn null(self) -> Field {
        Field::Missing
    }

    fn other(self) -> Field {
        Field::Wrong
    }
}

/// A shape as the parser wants it.
struct As<S>(S);

impl<'de, S: Shape<'de>> DeserializeSeed<'de> for As<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Shape<'de>> Visitor<'de> for As<S> {
    type Value = S::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<S::Value, A::Error> {
        self.0.object(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<S::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(self.0.other())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<S::Value, E> {
        self.0.text(text)
    }

    fn visit_unit<E: Error>(self) -> Result<S::Value, E> {
        Ok(self.0.null())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<S::Value, E> {
        Ok(self.0.other())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<S::Value, E> {
        Ok(self.0.other())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<S::Value, E> {
        Ok(self.0.other())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<S::Value, E> {
        Ok(self.0.other())
    }
}

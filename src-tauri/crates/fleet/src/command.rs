//! A signed command: what it says, and which bytes are signed.
//!
//! On the wire it is one JSON object, `{"id", "target", "name", "issued", "expires", "key", "signature"}`, with a `"note"`
//! for the people in front of the screen where `out-of-service` has one. What is signed is not that JSON, whose blanks and order anybody may change, but these lines, each ended by a line feed:
//!
//! ```text
//! support-kiosk command 1
//! <id, as a lower-case UUID with hyphens>
//! <target: SITE/ID, SITE/* or */*>
//! <name>
//! <issued, seconds since 1970 in UTC, decimal>
//! <expires, likewise>
//! <note, if there is one>
//! ```
//!
//! No field can hold a line feed, so no two commands have the same bytes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    key::{PublicKey, SecretKey, Signed},
    topic::Target,
};

/// The longest time between issue and expiry, in seconds.
pub const LONGEST_LIFE: i64 = 600;
/// A larger message is no command.
pub const LARGEST: usize = 4096;
/// The longest note, in characters: what fits on the screen.
pub const LONGEST_NOTE: usize = 140;
/// The longest name that is looked at.
const LONGEST_NAME: usize = 32;

/// What can be commanded. Nothing here runs a script or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// A fresh visit, now.
    Reset,
    /// Out of service until told otherwise.
    OutOfService,
    /// Back in service.
    InService,
    /// The chat page anew, as soon as nobody is in a visit.
    Reload,
    /// The program anew.
    Restart,
    /// Show on the screen which kiosk this is.
    Identify,
    /// Publish `reported` now.
    Report,
    /// A picture of the screen, never while a visit is in use.
    Screenshot,
}

impl Name {
    /// All, in the order of their help.
    pub const ALL: [Self; 8] = [
        Self::Reset,
        Self::OutOfService,
        Self::InService,
        Self::Reload,
        Self::Restart,
        Self::Identify,
        Self::Report,
        Self::Screenshot,
    ];

    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::OutOfService => "out-of-service",
            Self::InService => "in-service",
            Self::Reload => "reload",
            Self::Restart => "restart",
            Self::Identify => "identify",
            Self::Report => "report",
            Self::Screenshot => "screenshot",
        }
    }

    /// By its name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }
}

/// A command as it travels. Whether it may be obeyed is [`crate::gate`]'s business.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// Its own number, never used twice.
    pub id: Uuid,
    /// Whom it is for.
    pub target: Target,
    /// What is to be done. Any name may be signed; one that is not known is refused as such.
    pub name: String,
    /// When it was signed, in seconds since 1970.
    pub issued: i64,
    /// When it is void, in seconds since 1970.
    pub expires: i64,
    /// Words for the people in front of the screen, for [`Name::OutOfService`] alone. They are shown and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who signed it.
    pub key: PublicKey,
    /// The signature over [`Command::bytes`].
    pub signature: Signed,
}

impl Command {
    /// A new one, signed.
    #[must_use]
    pub fn sign(id: Uuid, target: Target, name: &str, issued: i64, expires: i64, secret: &SecretKey) -> Self {
        Self::sign_with_note(id, target, name, None, issued, expires, secret)
    }

    /// A new one with a note, signed.
    #[must_use]
    pub fn sign_with_note(
        id: Uuid,
        target: Target,
        name: &str,
        note: Option<String>,
        issued: i64,
        expires: i64,
        secret: &SecretKey,
    ) -> Self {
        let signature = secret.sign(&bytes(id, &target, name, note.as_deref(), issued, expires));
        Self { id, target, name: name.to_owned(), issued, expires, note, key: secret.public(), signature }
    }

    /// Reads one; `None` for what is none.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        if payload.len() > LARGEST {
            return None;
        }
        let command: Self = serde_json::from_slice(payload).ok()?;
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        let named = (1..=LONGEST_NAME).contains(&command.name.len()) && command.name.bytes().all(plain);
        let noted =
            command.note.as_deref().is_none_or(|note| command.name == Name::OutOfService.name() && is_note(note));
        (named && noted).then_some(command)
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        bytes(self.id, &self.target, &self.name, self.note.as_deref(), self.issued, self.expires)
    }

    /// Whether the key that it names signed it.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        self.key.verifies(&self.bytes(), &self.signature)
    }
}

/// One line that fits on the screen.
#[must_use]
pub fn is_note(note: &str) -> bool {
    (1..=LONGEST_NOTE).contains(&note.chars().count()) && !note.contains(char::is_control)
}

fn bytes(id: Uuid, target: &Target, name: &str, note: Option<&str>, issued: i64, expires: i64) -> Vec<u8> {
    let note = note.map(|note| format!("{note}\n")).unwrap_or_default();
    format!("support-kiosk command 1\n{id}\n{target}\n{name}\n{issued}\n{expires}\n{note}").into_bytes()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_signed_bytes_are_these() {
        let secret = SecretKey::from_seed(&[1; 32]);
        let command = Command::sign(
            Uuid::from_u128(0xAB),
            "berlin/*".parse().unwrap(),
            "reset",
            1_700_000_000,
            1_700_000_060,
            &secret,
        );
        assert_eq!(
            String::from_utf8(command.bytes()).unwrap(),
            "support-kiosk command 1\n00000000-0000-0000-0000-0000000000ab\nberlin/*\nreset\n1700000000\n1700000060\n"
        );
        let read = Command::read(&serde_json::to_vec(&command).unwrap()).unwrap();
        assert_eq!(read, command);
        assert!(read.is_signed());
        assert!(!Command { name: "restart".into(), ..read }.is_signed());
    }

    #[test]
    fn a_note_is_signed_with_the_rest_and_bounded() {
        let secret = SecretKey::from_seed(&[1; 32]);
        let sign = |name: &str, note: &str| {
            Command::sign_with_note(Uuid::from_u128(1), Target::All, name, Some(note.to_owned()), 0, 60, &secret)
        };
        let read = |command: &Command| Command::read(&serde_json::to_vec(command).unwrap());
        let closed = sign("out-of-service", "Zurück um zwei");
        assert!(read(&closed).is_some_and(|read| read == closed && read.is_signed()));
        for other in [None, Some("Back at three".to_owned())] {
            assert!(!Command { note: other, ..closed.clone() }.is_signed());
        }
        for (name, note) in
            [("reset", "why"), ("out-of-service", ""), ("out-of-service", "a\nb"), ("out-of-service", &"x".repeat(141))]
        {
            assert!(read(&sign(name, note)).is_none(), "{name} {note}");
        }
        assert!(read(&sign("out-of-service", &"ü".repeat(140))).is_some());
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in Name::ALL {
            assert_eq!(Name::of(name.name()), Some(name));
            assert_eq!(serde_json::to_value(name).unwrap(), name.name());
        }
        assert_eq!(Name::of("exec"), None);
    }

    #[test]
    fn what_is_no_command_is_none() {
        let secret = SecretKey::from_seed(&[1; 32]);
        let command = Command::sign(Uuid::from_u128(1), Target::All, "reset\nx", 0, 1, &secret);
        assert!(Command::read(&serde_json::to_vec(&command).unwrap()).is_none(), "a line feed in a name");
        let fine = Command::sign(Uuid::from_u128(1), Target::All, "reset", 0, 1, &secret);
        let mut value = serde_json::to_value(&fine).unwrap();
        value["more"] = 1.into();
        for payload in [b"".to_vec(), b"{}".to_vec(), vec![b'['; 5000], value.to_string().into_bytes()] {
            assert!(Command::read(&payload).is_none());
        }
    }
}

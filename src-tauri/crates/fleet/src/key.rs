//! Keys that sign commands and configurations: Ed25519 (RFC 8032).
//!
//! A public key is written `ed25519:` and 32 bytes in base64. A secret key's file holds `ed25519-secret:` and its seed.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

const PUBLIC: &str = "ed25519:";
const SECRET: &str = "ed25519-secret:";

/// A key that can tell whether a signature is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

/// A key that can sign. It is shown nowhere but in its own file.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

/// Not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// It is written in another way.
    #[error("a public key is `ed25519:` and 44 characters of base64")]
    Form,
    /// No such key exists, or one whose signatures anybody can make.
    #[error("these 32 bytes are no usable Ed25519 key")]
    Point,
    /// It is written in another way.
    #[error("a secret key is `ed25519-secret:` and 44 characters of base64")]
    SecretForm,
}

/// A signature over some bytes, in base64 on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Signed(Signature);

impl PublicKey {
    /// From its 32 bytes.
    ///
    /// # Errors
    /// [`NotAKey::Point`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, NotAKey> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self).ok_or(NotAKey::Point)
    }

    /// Whether the signature is this key's over these bytes.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &Signed) -> bool {
        self.0.verify_strict(bytes, &signature.0).is_ok()
    }
}

impl SecretKey {
    /// From 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The other half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> Signed {
        Signed(self.0.sign(bytes))
    }

    /// As its file holds it.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("{SECRET}{}\n", BASE64_STANDARD.encode(self.0.to_bytes()))
    }

    /// From its file.
    ///
    /// # Errors
    /// [`NotAKey::SecretForm`].
    pub fn from_file(text: &str) -> Result<Self, NotAKey> {
        bytes(text.trim(), SECRET).map(|seed| Self::from_seed(&seed)).ok_or(NotAKey::SecretForm)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::from_bytes(&bytes(text, PUBLIC).ok_or(NotAKey::Form)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PUBLIC}{}", BASE64_STANDARD.encode(self.0.as_bytes()))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NotAKey;

    fn try_from(text: String) -> Result<Self, NotAKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for Signed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = BASE64_STANDARD.decode(text).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
        bytes.map(|bytes| Self(Signature::from_bytes(&bytes))).ok_or("a signature is 64 bytes in base64")
    }
}

impl From<Signed> for String {
    fn from(signed: Signed) -> Self {
        BASE64_STANDARD.encode(signed.0.to_bytes())
    }
}

fn bytes(text: &str, prefix: &str) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(text.strip_prefix(prefix)?).ok()?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let secret = SecretKey::from_seed(&[7; 32]);
        let public = secret.public();
        assert_eq!(public.to_string().parse(), Ok(public.clone()));
        assert_eq!(SecretKey::from_file(&secret.to_file()).unwrap().public(), public);
        assert!(!format!("{secret:?}").contains(&BASE64_STANDARD.encode([7; 32])));
        for text in ["", "ed25519:", "ed25519:AAAA", "rsa:AAAA", &public.to_string()[1..]] {
            assert!(text.parse::<PublicKey>().is_err(), "{text}");
        }
        // The neutral element: anybody can sign for it.
        let weak = format!("ed25519:{}", BASE64_STANDARD.encode([&[1u8][..], &[0; 31]].concat()));
        assert_eq!(weak.parse::<PublicKey>(), Err(NotAKey::Point));
    }

    #[test]
    fn a_signature_is_over_these_bytes_by_this_key() {
        let (one, two) = (SecretKey::from_seed(&[1; 32]), SecretKey::from_seed(&[2; 32]));
        let signature = one.sign(b"a");
        assert!(one.public().verifies(b"a", &signature));
        assert!(!one.public().verifies(b"b", &signature) && !two.public().verifies(b"a", &signature));
    }
}

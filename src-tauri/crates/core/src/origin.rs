//! An origin: scheme, host and port of an address, the three things that decide whose page it is.
//!
//! Two origins are the same when all three are the same, and in no other case. There are no patterns here: a pattern that is a little
//! too wide is how a look-alike gets in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;
use url::Url;

/// Scheme, host and effective port of an `http` or `https` address, as the WHATWG parser writes them: lower case, punycode, numeric
/// addresses in their one usual notation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Scheme {
    Http,
    Https,
}

impl Origin {
    /// The origin of a parsed address; `None` when it is not `http` or `https`, or has no host.
    ///
    /// A `blob:` address has an origin too in the standard's eyes, but who may use it depends on the place, so that is for
    /// [`crate::address`] to say.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let scheme = Scheme::named(url.scheme())?;
        Some(Self {
            scheme,
            host: url.host_str().filter(|host| !host.is_empty())?.to_owned(),
            port: url.port().unwrap_or(scheme.port()),
        })
    }

    /// `http://localhost:port`: where the kiosk's own chat page is served.
    #[must_use]
    pub fn localhost(port: u16) -> Self {
        Self { scheme: Scheme::Http, host: "localhost".to_owned(), port }
    }

    /// `http` or `https`.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        self.scheme.name()
    }

    /// The host in ASCII, an IPv6 address in its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port in force, the scheme's own when the address named none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether what is said to this origin can be read by nobody on the way: it is encrypted, or does not leave the machine.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.scheme == Scheme::Https || self.is_loopback()
    }

    /// Whether the host is this machine by one of its three certain names. Others (`127.0.0.2`, `a.localhost`) are left out because
    /// not every resolver keeps them at home.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        matches!(self.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")
    }
}

/// The standard's ASCII serialization: the port only where it is not the scheme's own.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host)?;
        if self.port != self.scheme.port() {
            write!(f, ":{}", self.port)?;
        }
        Ok(())
    }
}

/// Why a text is not an origin. Each is a sentence for the person who wrote the text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotAnOrigin {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// A blank, a control character or a backslash somewhere in it.
    #[error("it has a blank, a control character or a backslash in it")]
    Character,
    /// Another scheme than `http` and `https`, or none.
    #[error("it must begin with https:// (or http://)")]
    Scheme,
    /// A pattern instead of a name.
    #[error("it has a `*` in it: every origin must be written out, there are no patterns")]
    Wildcard,
    /// A user name or password before the host.
    #[error("it has a user part (what stands before the `@`)")]
    UserPart,
    /// A path, even if only a slash.
    #[error("it has a path (what begins with the first `/` after the host)")]
    Path,
    /// A question mark or a hash sign.
    #[error("it has a query or a fragment (what begins with `?` or `#`)")]
    Query,
    /// `example.com.`, which is another origin than `example.com`.
    #[error("its host ends with a dot")]
    TrailingDot,
    /// The host or the port cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] url::ParseError),
}

/// Reads an origin that a person wrote. Stricter than the WHATWG parser, which would quietly drop what an origin cannot have.
impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        if text.is_empty() {
            return Err(NotAnOrigin::Empty);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(NotAnOrigin::Character);
        }
        let (scheme, authority) = text.split_once("://").ok_or(NotAnOrigin::Scheme)?;
        Scheme::named(&scheme.to_ascii_lowercase()).ok_or(NotAnOrigin::Scheme)?;
        // In the order in which a reader meets them: `https://a/?b@c` has a path, not a user part.
        match authority.find(['/', '?', '#', '@', '*']).map(|at| authority.as_bytes()[at]) {
            Some(b'/') => return Err(NotAnOrigin::Path),
            Some(b'?' | b'#') => return Err(NotAnOrigin::Query),
            Some(b'@') => return Err(NotAnOrigin::UserPart),
            Some(_) => return Err(NotAnOrigin::Wildcard),
            None => {}
        }
        let origin = Self::of(&Url::parse(text)?).ok_or(NotAnOrigin::Scheme)?;
        // Written as `%2a` it is one too.
        if origin.host.contains('*') {
            return Err(NotAnOrigin::Wildcard);
        }
        if origin.host.ends_with('.') {
            return Err(NotAnOrigin::TrailingDot);
        }
        Ok(origin)
    }
}

impl Serialize for Origin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Scheme {
    fn named(name: &str) -> Option<Self> {
        match name {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn one_origin_has_one_spelling() {
        let cases = [
            ("https://support.example.com", "https://support.example.com"),
            ("HTTPS://Support.Example.COM", "https://support.example.com"),
            ("https://support.example.com:443", "https://support.example.com"),
            ("http://localhost:80", "http://localhost"),
            ("http://localhost:4747", "http://localhost:4747"),
            ("http://2130706433:8080", "http://127.0.0.1:8080"),
            ("http://0x7f.1", "http://127.0.0.1"),
            ("http://[0:0:0:0:0:0:0:1]:81", "http://[::1]:81"),
            ("https://müller.example", "https://xn--mller-kva.example"),
        ];
        for (text, written) in cases {
            assert_eq!(origin(text).to_string(), written);
        }
    }

    #[test]
    fn different_scheme_host_or_port_is_a_different_origin() {
        let one = origin("https://support.example.com");
        for other in [
            "http://support.example.com",
            "http://support.example.com:443",
            "https://support.example.com:444",
            "https://example.com",
            "https://a.support.example.com",
            "https://suppоrt.example.com", // a Cyrillic о
        ] {
            assert_ne!(one, origin(other), "{other}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_its_reason() {
        let cases = [
            ("", NotAnOrigin::Empty),
            (" https://a.example", NotAnOrigin::Character),
            ("https://a.example\n", NotAnOrigin::Character),
            ("https:\\\\a.example", NotAnOrigin::Character),
            ("a.example", NotAnOrigin::Scheme),
            ("https:a.example", NotAnOrigin::Scheme),
            ("ftp://a.example", NotAnOrigin::Scheme),
            ("file:///etc/passwd", NotAnOrigin::Scheme),
            ("tauri://localhost", NotAnOrigin::Scheme),
            ("https://a.example/", NotAnOrigin::Path),
            ("https://a.example/chat", NotAnOrigin::Path),
            ("https:///a.example", NotAnOrigin::Path),
            ("https://a.example?x", NotAnOrigin::Query),
            ("https://a.example#x", NotAnOrigin::Query),
            ("https://me@a.example", NotAnOrigin::UserPart),
            ("https://@a.example", NotAnOrigin::UserPart),
            ("https://*.a.example", NotAnOrigin::Wildcard),
            ("https://%2a.a.example", NotAnOrigin::Wildcard),
            ("https://a%2Ab.example", NotAnOrigin::Wildcard),
            ("*", NotAnOrigin::Scheme),
            ("https://a.example.", NotAnOrigin::TrailingDot),
            ("https://", NotAnOrigin::Unreadable(url::ParseError::EmptyHost)),
            ("https://a.example:99999", NotAnOrigin::Unreadable(url::ParseError::InvalidPort)),
            ("https://1.2.3.4.5", NotAnOrigin::Unreadable(url::ParseError::InvalidIpv4Address)),
        ];
        for (text, reason) in cases {
            assert_eq!(text.parse::<Origin>(), Err(reason), "{text}");
        }
    }

    #[test]
    fn only_this_machine_may_do_without_encryption() {
        for private in ["https://a.example", "http://localhost:1", "http://127.0.0.1", "http://[::1]:9"] {
            assert!(origin(private).is_private(), "{private}");
        }
        for open in ["http://a.example", "http://localhost.example", "http://127.0.0.2", "http://[::2]"] {
            assert!(!origin(open).is_private(), "{open}");
        }
    }

    #[test]
    fn json_is_the_serialization() {
        let one = origin("https://a.example:8443");
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(json, "\"https://a.example:8443\"");
        assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), one);
        assert!(serde_json::from_str::<Origin>("\"https://a.example/\"").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(https?://)?\\PC*") {
            if let Ok(origin) = text.parse::<Origin>() {
                // What it writes, it reads as the same.
                prop_assert_eq!(origin.to_string().parse::<Origin>(), Ok(origin));
            }
        }
    }
}

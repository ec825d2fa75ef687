//! Which address may be the page, and which may be a frame in it. Everything else is refused before it loads.
//!
//! The addresses come from the engine, which asks before each navigation and after each redirect: what is judged is the target. An
//! engine writes an address in one normal form; a text that is not in it (a blank, a backslash before the path, `https:host`) is where
//! two parsers can disagree about the host, so it is refused without asking what it could mean.

use url::Url;

use crate::origin::Origin;

/// The longest address that is looked at, in bytes. Engines load far longer ones; no chat needs them.
pub const MAX_LENGTH: usize = 32 * 1024;

/// The origins that the configuration allows, and the judgement over addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    page: Vec<Origin>,
    frames: Vec<Origin>,
}

/// What the policy says of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// It may load.
    Allow,
    /// It must not load, for this reason.
    Refuse(Rule),
}

/// Why an address is refused. The names go into the log, where the address itself must not: it can carry what a person typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Its origin is not listed for this place.
    Origin,
    /// Its scheme has no business in this place.
    Scheme,
    /// It is longer than [`MAX_LENGTH`].
    TooLong,
    /// Its host ends with a dot.
    TrailingDot,
    /// It is no address, or not in the form in which an engine writes one.
    Unreadable,
    /// It has a user name or a password before the host.
    UserPart,
}

impl Policy {
    /// A policy under which the page may be of the origins `page`, and a frame in it of the origins `frames`. Neither list says
    /// anything about the other place: a page that frames itself needs its origin in both.
    #[must_use]
    pub fn new(page: Vec<Origin>, frames: Vec<Origin>) -> Self {
        Self { page, frames }
    }

    /// May `url` be the page?
    pub fn page(&self, url: &str) -> Verdict {
        verdict(read(url).and_then(|url| listed(&url, &self.page)))
    }

    /// May `url` be a frame in the page?
    ///
    /// Beside the listed origins these are the frames that a listed page or frame fills itself: `about:blank`, `about:srcdoc`, and a
    /// `blob:` of a listed origin. What is in them was written by somebody who is already allowed to be there.
    pub fn frame(&self, url: &str) -> Verdict {
        verdict(read(url).and_then(|url| match url.scheme() {
            "about" if is_empty_document(&url) => Ok(()),
            "blob" => read(url.path()).and_then(|inner| listed(&inner, &self.frames)),
            _ => listed(&url, &self.frames),
        }))
    }
}

/// An address outside the chat, for a browser: web alone, and with a host that a person can judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The address as it was parsed; nothing of it is a command or an option.
    pub address: String,
    /// The host in letters of ASCII, so that no letter looks like another, and the port where it is not the usual one.
    pub host: String,
}

/// The longest address that is shown to a person and handed to a browser, in bytes.
const LONGEST_OUTSIDE: usize = 4096;

/// Reads an address that a person wants to have opened outside of the chat.
///
/// # Errors
/// Why it must not be opened.
pub fn outside(text: &str) -> Result<Outside, Rule> {
    let url = read(text)?;
    let origin = Origin::of(&url).ok_or(Rule::Scheme)?;
    if text.len() > LONGEST_OUTSIDE || url.as_str().len() > LONGEST_OUTSIDE {
        return Err(Rule::TooLong);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Rule::UserPart);
    }
    if origin.host().ends_with('.') {
        return Err(Rule::TrailingDot);
    }
    let host = match url.port() {
        Some(port) => format!("{}:{port}", origin.host()),
        None => origin.host().to_owned(),
    };
    Ok(Outside { address: url.into(), host })
}

impl Rule {
    /// The name for logs and counters; it never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Scheme => "scheme",
            Self::TooLong => "too_long",
            Self::TrailingDot => "trailing_dot",
            Self::Unreadable => "unreadable",
            Self::UserPart => "user_part",
        }
    }
}

fn verdict(result: Result<(), Rule>) -> Verdict {
    match result {
        Ok(()) => Verdict::Allow,
        Err(rule) => Verdict::Refuse(rule),
    }
}

/// Parses an address that is in an engine's normal form.
fn read(text: &str) -> Result<Url, Rule> {
    if text.len() > MAX_LENGTH {
        return Err(Rule::TooLong);
    }
    // The parser would drop or trim these; an engine has already escaped them.
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
        return Err(Rule::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| Rule::Unreadable)?;
    if matches!(url.scheme(), "http" | "https") {
        authority(text)?;
    }
    Ok(url)
}

/// Looks at the host part as it was written, where the parser is more forgiving than this policy.
fn authority(text: &str) -> Result<(), Rule> {
    // Right behind the scheme: a `://` further on, in the path, would have another host looked at than the parser's.
    let rest = text.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")).ok_or(Rule::Unreadable)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || authority.contains('\\') {
        return Err(Rule::Unreadable);
    }
    if authority.contains('@') {
        return Err(Rule::UserPart);
    }
    Ok(())
}

fn listed(url: &Url, origins: &[Origin]) -> Result<(), Rule> {
    let origin = Origin::of(url).ok_or(Rule::Scheme)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Rule::UserPart);
    }
    if origin.host().ends_with('.') {
        return Err(Rule::TrailingDot);
    }
    if origins.contains(&origin) { Ok(()) } else { Err(Rule::Origin) }
}

/// `about:blank` and `about:srcdoc` as the standard matches them. Other `about:` addresses are engines' own pages.
fn is_empty_document(url: &Url) -> bool {
    match url.path() {
        "blank" => true,
        "srcdoc" => url.query().is_none(),
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_web_is_opened_outside_and_its_host_can_be_judged() {
        let host = |text: &str| outside(text).map(|outside| outside.host);
        assert_eq!(host("https://docs.example.com/a?b=c#d").as_deref(), Ok("docs.example.com"));
        assert_eq!(host("http://docs.example.com:8080/").as_deref(), Ok("docs.example.com:8080"));
        assert_eq!(host("https://suppоrt.example.com/").as_deref(), Ok("xn--supprt-zqf.example.com"));
        for (text, rule) in [
            ("file:///etc/passwd", Rule::Scheme),
            ("javascript:alert(1)", Rule::Scheme),
            ("mailto:a@example.com", Rule::Scheme),
            ("support-kiosk://open", Rule::Scheme),
            ("steam://run/1", Rule::Scheme),
            ("data:text/html,a", Rule::Scheme),
            ("blob:https://example.com/1", Rule::Scheme),
            ("about:blank", Rule::Scheme),
            ("https://me@example.com/", Rule::UserPart),
            ("https://example.com./", Rule::TrailingDot),
            ("https:example.com", Rule::Unreadable),
            ("https://exa mple.com", Rule::Unreadable),
            ("--version", Rule::Unreadable),
            ("", Rule::Unreadable),
        ] {
            assert_eq!(outside(text), Err(rule), "{text}");
        }
        assert_eq!(outside(&format!("https://example.com/{}", "a".repeat(5000))), Err(Rule::TooLong));
    }

    const PAGE: &str = "https://support.example.com";
    const FRAME: &str = "https://example.my.site.com";

    fn policy() -> Policy {
        let origins = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
        Policy::new(origins(&[PAGE, "http://127.0.0.1:4747"]), origins(&[FRAME, "https://[2001:db8::1]:8443"]))
    }

    const ALLOW: Verdict = Verdict::Allow;
    const ORIGIN: Verdict = Verdict::Refuse(Rule::Origin);
    const SCHEME: Verdict = Verdict::Refuse(Rule::Scheme);
    const TRAILING_DOT: Verdict = Verdict::Refuse(Rule::TrailingDot);
    const UNREADABLE: Verdict = Verdict::Refuse(Rule::Unreadable);
    const USER_PART: Verdict = Verdict::Refuse(Rule::UserPart);

    /// Address, as the page, as a frame.
    const ATTEMPTS: &[(&str, Verdict, Verdict)] = &[
        // What is meant to work.
        ("https://support.example.com", ALLOW, ORIGIN),
        ("https://support.example.com/", ALLOW, ORIGIN),
        ("https://support.example.com/chat?a=b@c\\d#https://evil.example", ALLOW, ORIGIN),
        ("https://support.example.com:443/chat", ALLOW, ORIGIN),
        ("HTTPS://SUPPORT.EXAMPLE.COM/chat", ALLOW, ORIGIN),
        ("http://127.0.0.1:4747/", ALLOW, ORIGIN),
        ("https://example.my.site.com/ESWSupportWeb/index.html", ORIGIN, ALLOW),
        ("https://[2001:db8::1]:8443/", ORIGIN, ALLOW),
        ("https://[2001:DB8:0:0:0:0:0:1]:8443/", ORIGIN, ALLOW),
        ("about:blank", SCHEME, ALLOW),
        ("about:blank#top", SCHEME, ALLOW),
        ("about:srcdoc", SCHEME, ALLOW),
        ("blob:https://example.my.site.com/0b1c", SCHEME, ALLOW),
        // The same loopback address in its other notations: the same after parsing.
        ("http://2130706433:4747/", ALLOW, ORIGIN),
        ("http://0x7f000001:4747/", ALLOW, ORIGIN),
        ("http://0177.0.0.1:4747/", ALLOW, ORIGIN),
        ("http://127.1:4747/", ALLOW, ORIGIN),
        // Names that look like the listed one.
        ("https://support.example.com.evil.example/", ORIGIN, ORIGIN),
        ("https://evil.support.example.com/", ORIGIN, ORIGIN),
        ("https://support-example.com/", ORIGIN, ORIGIN),
        ("https://supportexample.com/", ORIGIN, ORIGIN),
        ("https://example.com/", ORIGIN, ORIGIN),
        ("https://evil.example/https://support.example.com/", ORIGIN, ORIGIN),
        ("https://evil.example/?support.example.com", ORIGIN, ORIGIN),
        ("https://evil.example/#@support.example.com", ORIGIN, ORIGIN),
        ("https://suppоrt.example.com/", ORIGIN, ORIGIN), // a Cyrillic о
        ("https://xn--supprt-jye.example.com/", ORIGIN, ORIGIN),
        ("https://support.example.com./", TRAILING_DOT, TRAILING_DOT),
        ("https://support.example.com.:443/", TRAILING_DOT, TRAILING_DOT),
        ("https://support.example.com%2e/", TRAILING_DOT, TRAILING_DOT),
        // User parts.
        ("https://support.example.com@evil.example/", USER_PART, USER_PART),
        ("https://evil.example@support.example.com/", USER_PART, USER_PART),
        ("https://me:secret@support.example.com/", USER_PART, USER_PART),
        ("https://@support.example.com/", USER_PART, USER_PART),
        ("https://:@example.my.site.com/", USER_PART, USER_PART),
        // Other scheme, other port.
        ("http://support.example.com/", ORIGIN, ORIGIN),
        ("http://support.example.com:443/", ORIGIN, ORIGIN),
        ("https://support.example.com:8443/", ORIGIN, ORIGIN),
        ("https://127.0.0.1:4747/", ORIGIN, ORIGIN),
        ("http://127.0.0.1/", ORIGIN, ORIGIN),
        ("http://127.0.0.1:47470/", ORIGIN, ORIGIN),
        ("http://localhost:4747/", ORIGIN, ORIGIN),
        ("http://[::1]:4747/", ORIGIN, ORIGIN),
        ("http://[::ffff:127.0.0.1]:4747/", ORIGIN, ORIGIN),
        ("ws://support.example.com/", SCHEME, SCHEME),
        ("wss://support.example.com/", SCHEME, SCHEME),
        ("ftp://support.example.com/", SCHEME, SCHEME),
        // Everything that is not the web.
        ("file:///etc/passwd", SCHEME, SCHEME),
        ("file://support.example.com/etc/passwd", SCHEME, SCHEME),
        ("data:text/html,<script>1</script>", SCHEME, SCHEME),
        ("javascript:alert(1)", SCHEME, SCHEME),
        ("javascript://support.example.com/%0aalert(1)", SCHEME, SCHEME),
        ("view-source:https://support.example.com/", SCHEME, SCHEME),
        ("filesystem:https://example.my.site.com/temporary/a", SCHEME, SCHEME),
        ("resource:///org/gnome", SCHEME, SCHEME),
        ("webkit://gpu", SCHEME, SCHEME),
        ("inspector:///", SCHEME, SCHEME),
        ("tauri://localhost/", SCHEME, SCHEME),
        ("ipc://localhost/report", SCHEME, SCHEME),
        ("asset://localhost/etc/passwd", SCHEME, SCHEME),
        ("http://tauri.localhost/", ORIGIN, ORIGIN),
        ("mailto:me@support.example.com", SCHEME, SCHEME),
        ("tel:+431234", SCHEME, SCHEME),
        ("steam://run/1", SCHEME, SCHEME),
        ("about:config", SCHEME, SCHEME),
        ("about:srcdoc?x", SCHEME, SCHEME),
        ("about:BLANK", SCHEME, SCHEME),
        ("about://blank", SCHEME, SCHEME),
        // Blobs of others.
        ("blob:https://evil.example/0b1c", SCHEME, ORIGIN),
        ("blob:https://support.example.com/0b1c", SCHEME, ORIGIN),
        ("blob:null/0b1c", SCHEME, UNREADABLE),
        ("blob:blob:https://example.my.site.com/0b1c", SCHEME, SCHEME),
        ("blob:about:blank", SCHEME, SCHEME),
        ("blob:https://evil.example@example.my.site.com/0b1c", SCHEME, USER_PART),
        // What no engine writes, and two parsers could read as two hosts.
        ("", UNREADABLE, UNREADABLE),
        ("support.example.com", UNREADABLE, UNREADABLE),
        ("//support.example.com/", UNREADABLE, UNREADABLE),
        ("https:support.example.com/", UNREADABLE, UNREADABLE),
        ("https:/support.example.com/", UNREADABLE, UNREADABLE),
        ("https:///support.example.com/", UNREADABLE, UNREADABLE),
        ("https:support.example.com/://localhost", UNREADABLE, UNREADABLE),
        ("https:/support.example.com/a://localhost", UNREADABLE, UNREADABLE),
        ("https:/me@support.example.com/?://localhost", UNREADABLE, UNREADABLE),
        ("https://", UNREADABLE, UNREADABLE),
        ("https://support.example.com\\@evil.example/", UNREADABLE, UNREADABLE),
        ("https:\\\\support.example.com\\", UNREADABLE, UNREADABLE),
        (" https://support.example.com/", UNREADABLE, UNREADABLE),
        ("https://support.example.com/\n", UNREADABLE, UNREADABLE),
        ("https://sup\tport.example.com/", UNREADABLE, UNREADABLE),
        ("https://support.example.com\0.evil.example/", UNREADABLE, UNREADABLE),
        ("https://support.example.com:99999/", UNREADABLE, UNREADABLE),
        ("https://support.example.com:4747x/", UNREADABLE, UNREADABLE),
        ("https://[::1/", UNREADABLE, UNREADABLE),
        ("https://support.example.com%00/", UNREADABLE, UNREADABLE),
    ];

    #[test]
    fn each_attempt_gets_its_verdict() {
        let policy = policy();
        for (url, page, frame) in ATTEMPTS {
            assert_eq!(policy.page(url), *page, "{url:?} as the page");
            assert_eq!(policy.frame(url), *frame, "{url:?} as a frame");
        }
    }

    #[test]
    fn an_empty_policy_allows_no_page() {
        let nobody = Policy::new(Vec::new(), Vec::new());
        for (url, ..) in ATTEMPTS {
            assert_ne!(nobody.page(url), ALLOW, "{url:?}");
        }
    }

    #[test]
    fn the_length_has_a_limit() {
        let of_length = |length: usize| format!("{PAGE}/{}", "a".repeat(length - PAGE.len() - 1));
        assert_eq!(policy().page(&of_length(MAX_LENGTH)), ALLOW);
        assert_eq!(policy().page(&of_length(MAX_LENGTH + 1)), Verdict::Refuse(Rule::TooLong));
    }

    fn reparsed(url: &str) -> Option<Origin> {
        Origin::of(&Url::parse(url).ok()?)
    }

    /// Texts that are close to something allowed: the listed origins with pieces put before, between and behind.
    fn near() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just(PAGE.to_owned()),
            Just(FRAME.to_owned()),
            Just("support.example.com".to_owned()),
            Just("blob:".to_owned()),
            Just("about:blank".to_owned()),
            Just("https://".to_owned()),
            Just("http://127.0.0.1:4747".to_owned()),
            "[@:/\\\\.?#%\\[\\]\t\n a-z0-9]{0,4}",
            "\\PC{0,3}",
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn whatever_is_allowed_has_a_listed_origin(url in prop_oneof![near(), any::<String>()]) {
            let policy = policy();
            if policy.page(&url) == ALLOW {
                prop_assert!(policy.page.contains(&reparsed(&url).unwrap()));
            }
            if policy.frame(&url) == ALLOW {
                let parsed = Url::parse(&url).unwrap();
                let origin = if parsed.scheme() == "blob" { reparsed(parsed.path()) } else { reparsed(&url) };
                match origin {
                    Some(origin) => prop_assert!(policy.frames.contains(&origin)),
                    None => prop_assert!(is_empty_document(&parsed) && parsed.scheme() == "about"),
                }
            }
        }

        #[test]
        fn a_listed_origin_is_allowed_with_any_path(path in "[a-zA-Z0-9/?#@:.%&=_-]{0,60}") {
            prop_assert_eq!(policy().page(&format!("{PAGE}/{path}")), ALLOW);
        }
    }
}

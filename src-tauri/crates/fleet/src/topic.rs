//! Who a kiosk is in its fleet, and the topics that follow from it.
//!
//! ```text
//! kiosk/v1/<site>/<id>/availability         online | offline (retained; the last will)
//! kiosk/v1/<site>/<id>/reported             what it is and how it is (retained)
//! kiosk/v1/<site>/<id>/event                what happened, in order
//! kiosk/v1/<site>/<id>/desired              the configuration that it shall have (retained)
//! kiosk/v1/<site>/<id>/cmd/<uuid>           a signed command; <id> or <site> and <id> may be `*`: all of them
//! kiosk/v1/<site>/<id>/cmd/<uuid>/result    what became of it
//! ```
//!
//! `*` is an ordinary character to a broker, so a command for a whole site is one message on one topic to which each
//! of its kiosks listens.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every topic begins with.
pub const ROOT: &str = "kiosk/v1";
/// The longest site or kiosk name, in bytes.
pub const LONGEST_NAME: usize = 64;
/// All of them.
const ALL: &str = "*";

/// The name of a site or of a kiosk: letters, digits, `-`, `_` and `.`; so it is one level of a topic and a file name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// Not the name of a site or of a kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to 64 letters, digits, `-`, `_` and `.`, and begins with a letter or a digit")]
pub struct NotAName;

impl FromStr for Name {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let fits = (1..=LONGEST_NAME).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && text.as_bytes()[0].is_ascii_alphanumeric();
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAName) }
    }
}

impl TryFrom<String> for Name {
    type Error = NotAName;

    fn try_from(text: String) -> Result<Self, NotAName> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Where it stands.
    pub site: Name,
    /// Which one it is there.
    pub id: Name,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.site, self.id)
    }
}

impl Place {
    /// Where it says whether it is there.
    #[must_use]
    pub fn availability(&self) -> String {
        format!("{ROOT}/{self}/availability")
    }

    /// Where it says how it is.
    #[must_use]
    pub fn reported(&self) -> String {
        format!("{ROOT}/{self}/reported")
    }

    /// Where it says what happened.
    #[must_use]
    pub fn event(&self) -> String {
        format!("{ROOT}/{self}/event")
    }

    /// Where its configuration is left for it.
    #[must_use]
    pub fn desired(&self) -> String {
        format!("{ROOT}/{self}/desired")
    }

    /// Where it says what became of a command.
    #[must_use]
    pub fn result(&self, command: Uuid) -> String {
        format!("{ROOT}/{self}/cmd/{command}/result")
    }

    /// Everything that it listens to.
    #[must_use]
    pub fn subscriptions(&self) -> Vec<String> {
        let commands = [Target::One(self.clone()), Target::Site(self.site.clone()), Target::All];
        let commands = commands.iter().map(|target| format!("{ROOT}/{target}/cmd/+"));
        [self.desired()].into_iter().chain(commands).collect()
    }

    /// What a message on this topic is to this kiosk; `None`: nothing.
    #[must_use]
    pub fn read(&self, topic: &str) -> Option<Incoming> {
        if topic == self.desired() {
            return Some(Incoming::Desired);
        }
        let (target, command) = topic.strip_prefix(ROOT)?.strip_prefix('/')?.split_once("/cmd/")?;
        let target: Target = target.parse().ok()?;
        let command = exact_uuid(command)?;
        target.means(self).then_some(Incoming::Command(command))
    }
}

/// What arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// The configuration that the kiosk shall have.
    Desired,
    /// A command with this id.
    Command(Uuid),
}

/// Whom something is for: `site/id`, `site/*` or `*/*`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// One kiosk.
    One(Place),
    /// All of a site.
    Site(Name),
    /// All.
    All,
}

/// Not a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a target is SITE/ID, SITE/* or */*")]
pub struct NotATarget;

impl Target {
    /// Whether this kiosk is meant.
    #[must_use]
    pub fn means(&self, place: &Place) -> bool {
        match self {
            Self::One(one) => one == place,
            Self::Site(site) => *site == place.site,
            Self::All => true,
        }
    }

    /// Where a command for it is published.
    #[must_use]
    pub fn command(&self, command: Uuid) -> String {
        format!("{ROOT}/{self}/cmd/{command}")
    }
}

impl FromStr for Target {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, NotATarget> {
        let (site, id) = text.split_once('/').ok_or(NotATarget)?;
        let name = |text: &str| text.parse::<Name>().map_err(|_| NotATarget);
        match (site, id) {
            (ALL, ALL) => Ok(Self::All),
            (site, ALL) => Ok(Self::Site(name(site)?)),
            (site, id) => Ok(Self::One(Place { site: name(site)?, id: name(id)? })),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = NotATarget;

    fn try_from(text: String) -> Result<Self, NotATarget> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(place) => place.fmt(f),
            Self::Site(site) => write!(f, "{site}/{ALL}"),
            Self::All => write!(f, "{ALL}/{ALL}"),
        }
    }
}

/// The kiosk and the last level of a topic that a kiosk publishes: how an administrator's program reads the fleet.
#[must_use]
pub fn published(topic: &str) -> Option<(Place, &str)> {
    let mut levels = topic.strip_prefix(ROOT)?.strip_prefix('/')?.splitn(3, '/');
    let site = levels.next()?.parse().ok()?;
    let id = levels.next()?.parse().ok()?;
    Some((Place { site, id }, levels.next()?))
}

/// A UUID in its one usual form. Others of the same value would be other topics for the same command.
pub(crate) fn exact_uuid(text: &str) -> Option<Uuid> {
    Uuid::parse_str(text).ok().filter(|id| id.to_string() == text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> Place {
        Place { site: "berlin-1".parse().unwrap(), id: "k7".parse().unwrap() }
    }

    #[test]
    fn a_kiosk_hears_what_is_for_it_and_nothing_else() {
        let id = Uuid::from_u128(7);
        let place = place();
        for target in ["berlin-1/k7", "berlin-1/*", "*/*"] {
            let topic = target.parse::<Target>().unwrap().command(id);
            assert_eq!(place.read(&topic), Some(Incoming::Command(id)), "{topic}");
        }
        assert_eq!(place.read("kiosk/v1/berlin-1/k7/desired"), Some(Incoming::Desired));
        for topic in [
            "kiosk/v1/berlin-1/k8/desired",
            "kiosk/v1/berlin-1/k7/reported",
            "kiosk/v1/berlin-1/k8/cmd/00000000-0000-0000-0000-000000000007",
            "kiosk/v1/paris/*/cmd/00000000-0000-0000-0000-000000000007",
            "kiosk/v1/berlin-1/k7/cmd/00000000-0000-0000-0000-000000000007/result",
            "kiosk/v1/berlin-1/k7/cmd/00000000000000000000000000000007",
            "kiosk/v1/berlin-1/k7/cmd/",
            "kiosk/v1//cmd/x",
            "",
        ] {
            assert_eq!(place.read(topic), None, "{topic}");
        }
        assert_eq!(
            place.subscriptions(),
            [
                "kiosk/v1/berlin-1/k7/desired",
                "kiosk/v1/berlin-1/k7/cmd/+",
                "kiosk/v1/berlin-1/*/cmd/+",
                "kiosk/v1/*/*/cmd/+"
            ]
        );
    }

    #[test]
    fn a_target_is_one_of_three_forms() {
        for text in ["a/b", "a/*", "*/*"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for text in ["", "a", "*", "*/b", "a/b/c", "+/b", "a/#", "a/", "/b", "a b/c", "ä/b", "-a/b", "a/\n"] {
            assert_eq!(text.parse::<Target>(), Err(NotATarget), "{text}");
        }
    }

    #[test]
    fn what_a_kiosk_publishes_can_be_read_back() {
        assert_eq!(published(&place().reported()), Some((place(), "reported")));
        let (from, rest) = published("kiosk/v1/a/b/cmd/x/result").unwrap();
        assert_eq!((from.to_string().as_str(), rest), ("a/b", "cmd/x/result"));
        assert_eq!(published("kiosk/v2/a/b/reported"), None);
    }

    proptest! {
        #[test]
        fn no_topic_panics(topic in "(kiosk/v1/)?[a-z*/+#.0-9-]{0,60}") {
            let _ = place().read(&topic);
            let _ = published(&topic);
        }
    }
}

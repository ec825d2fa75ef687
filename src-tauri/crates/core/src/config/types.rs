//! The configuration as the program needs it: nothing is missing, nothing is out of range, every address is parsed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::machine::{Fleet, Log, Metrics, Sandbox, Window};
use super::{Appearance, Chord, Color, PinHash};
use crate::{language::Language, origin::Origin};

/// All that can be configured, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What kind of place the kiosk stands in.
    pub profile: Profile,
    /// What is spoken to staff, and to everybody who has not chosen.
    pub language: Language,
    /// What a person can choose from: the kiosk's own among them, or none at all.
    pub languages: Vec<Language>,
    /// Where the chat page comes from.
    pub source: Source,
    /// What the chat page may be.
    pub chat: Chat,
    /// What is opened to the chat page beyond that.
    pub allow: Allow,
    /// How the kiosk looks.
    pub brand: Brand,
    /// What follows the end of a chat.
    pub notice: Notice,
    /// How the page is asked to clear its session.
    pub clear: Clear,
    /// When nobody seems to be there any more.
    pub idle: Idle,
    /// How long a visit may be.
    pub visit: Visit,
    /// How staff gets in.
    pub staff: Staff,
    /// The window.
    pub window: Window,
    /// The desktop's notifications.
    pub notification: Notification,
    /// One person's own support client.
    pub desktop: Desktop,
    /// What is logged.
    pub log: Log,
    /// The stand-in org.
    pub sandbox: Sandbox,
    /// The fleet's broker. `None`: this kiosk is on its own.
    pub fleet: Option<Fleet>,
    /// Figures for Prometheus.
    pub metrics: Metrics,
}

/// What kind of place the kiosk stands in; it decides what other settings are when nobody sets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Locked and full screen, for a public place.
    Kiosk,
    /// A shared desk: full screen or a window beside other programs.
    Terminal,
    /// One person's own support client.
    Desktop,
}

/// Where the chat page comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The company's own page.
    Url(Url),
    /// The kiosk's own page with Salesforce's snippet in it.
    Salesforce(Salesforce),
    /// The stand-in org that comes with the program.
    Sandbox,
}

/// What Salesforce's snippet needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Salesforce {
    /// The org's identifier: `00D` and 12 or 15 more letters and digits.
    pub org_id: String,
    /// The deployment's developer name: letters, digits and underscores.
    pub deployment: String,
    /// The site that serves script and chat frame.
    pub site_url: Url,
    /// The messaging service.
    pub scrt_url: Url,
    /// The loopback port that serves the chat page: `http://localhost:port`.
    pub port: u16,
    /// The chat's language unless another is chosen, as Salesforce writes it (`en_US`): letters, digits and underscores.
    pub language: String,
}

/// What the chat page may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Chat {
    /// Origins that the page may be. The source's own is the first, except for the sandbox, whose ports are known only when it runs.
    pub allow: Vec<Origin>,
    /// Origins that frames in the page may be; with Salesforce the site's own is the first.
    pub frames: Vec<Origin>,
    /// How long the page may take until it says that it is ready; at least 1 s.
    pub ready: Duration,
    /// How much memory the page may use, in bytes. `None`: any.
    pub memory: Option<u64>,
}

/// What an administrator has opened to the chat page. By default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Permissions that the page gets when it asks.
    pub permissions: Vec<Permission>,
    /// The one folder whose files a person can choose from; absolute.
    pub uploads: Option<PathBuf>,
    /// Where files that the page offers are saved.
    pub downloads: Option<Downloads>,
    /// The one printer, by the name that the system has for it.
    pub printing: Option<String>,
}

/// Files that the page offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloads {
    /// The folder; absolute, and not the one of the uploads.
    pub folder: PathBuf,
    /// Whether they outlive their visit.
    pub keep: bool,
    /// How much one visit may save, in bytes.
    pub most: u64,
}

/// Something that a page can ask for and an administrator can grant. What takes the screen or the pointer away from
/// the kiosk (full screen, pointer lock, a picture of the screen) is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Where the machine stands.
    Location,
    /// Pictures of whoever is in front of it.
    Camera,
    /// What is said in front of it.
    Microphone,
    /// The desktop's notifications.
    Notifications,
    /// Reading the clipboard.
    Clipboard,
}

/// How the kiosk looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Brand {
    /// The name that the person reads; not empty.
    pub name: String,
    /// Sentences for the welcome screen, not empty. A language without one has the program's own.
    pub greetings: BTreeMap<Language, String>,
    /// A picture file, as it was written: a relative path is relative to the configuration file.
    pub logo: Option<PathBuf>,
    /// The colour of buttons.
    pub accent: Color,
    /// The colour behind everything.
    pub background: Color,
    /// In which colours it all is.
    pub appearance: Appearance,
    /// The colour behind everything in the dark: white can be read on it well.
    pub dark_background: Color,
    /// Picture files for the welcome screen, at most [`MOST_PICTURES`], as they were written, like the logo.
    pub pictures: Vec<PathBuf>,
    /// How long each of several pictures stays.
    pub slide: Duration,
}

/// So many pictures can take turns on the welcome screen.
pub const MOST_PICTURES: usize = 20;

/// What follows the end of a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// How long the notice stays; zero means that there is none, and the reset begins at once.
    pub after: Duration,
    /// How often "Keep reading" extends it; at least 10.
    pub keep_reading_times: u32,
}

/// How the page is asked to clear its session.
#[derive(Clone, Debug, PartialEq)]
pub struct Clear {
    /// Whether a verified visitor's session is ended too: `clearSession(true)`.
    pub end_session: bool,
    /// How long one attempt may take; at least 1 s.
    pub timeout: Duration,
    /// How many attempts there are; at least 1.
    pub attempts: u32,
}

/// When nobody seems to be there any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Idle {
    /// Without a conversation: how long nothing may happen until the question "still there?". `None`: it is never asked, in a
    /// conversation neither.
    pub after: Option<Duration>,
    /// The same in a conversation; at least 10 s.
    pub in_conversation: Duration,
    /// How long the question waits for an answer; at least 20 s.
    pub answer: Duration,
    /// How long waiting for the other side (in the queue, for a reply) may hold off the question; at least 60 s.
    pub waiting_cap: Duration,
}

/// How long a visit may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The longest visit; `None` means that there is no limit.
    pub max: Option<Duration>,
    /// The hour of the local day, 0 to 23, at which the program begins anew as soon as nobody is there.
    pub daily_reset: Option<u8>,
    /// The visits after which it does; `None`: not for their number.
    pub renew_after: Option<u64>,
    /// The next visit is made while the notice is read.
    pub spare: bool,
}

/// How staff gets in.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    /// What the PIN is checked against. `None`: the one that `support-kiosk pin` stored, if it did.
    pub pin_hash: Option<PinHash>,
    /// Whether five touches in the top left corner open the staff scene.
    pub gesture: bool,
    /// The keys that open it; `None`: no keys do.
    pub key: Option<Chord>,
}

/// The desktop's notifications.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// Whether one is shown when a chat has ended.
    pub enabled: bool,
    /// Whether one is shown for a message that nobody has seen; in the profile desktop alone.
    pub messages: bool,
}

/// One person's own support client; nothing of it means anything in another profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desktop {
    /// Whether it starts when the person signs in.
    pub autostart: bool,
    /// Whether closing the window leaves the chat in the tray.
    pub close_to_tray: bool,
    /// What becomes of links that lead out of the chat.
    pub links: Links,
}

/// What becomes of links that lead out of the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Links {
    /// The person is asked, with the address in sight; then the system's browser opens it.
    Ask,
    /// Nothing opens.
    Never,
}

impl Profile {
    /// As it is written in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Terminal => "terminal",
            Self::Desktop => "desktop",
        }
    }

    /// Whether many people share it, so that each must find it fresh.
    #[must_use]
    pub fn is_shared(self) -> bool {
        !matches!(self, Self::Desktop)
    }
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Location, Self::Camera, Self::Microphone, Self::Notifications, Self::Clipboard];

    /// As it is written in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Location => "location",
            Self::Camera => "camera",
            Self::Microphone => "microphone",
            Self::Notifications => "notifications",
            Self::Clipboard => "clipboard",
        }
    }
}

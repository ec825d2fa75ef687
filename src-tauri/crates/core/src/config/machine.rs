//! The machine that the kiosk runs on, as it is configured: the window, the log, the sandbox's ports, the fleet, the metrics.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

/// The window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Whether it covers the screen; always in the profile kiosk.
    pub full_screen: bool,
    /// Its width when it does not, in logical pixels.
    pub width: u32,
    /// Its height when it does not, in logical pixels.
    pub height: u32,
    /// Whether the pointer can be seen.
    pub cursor: Cursor,
    /// Whether the screen stays on while somebody uses it, however long they only read.
    pub keep_on: bool,
    /// Where the bar with "I am done" is.
    pub bar: Bar,
    /// Whose keyboard comes up on the screen.
    pub keyboard: ScreenKeyboard,
    /// Whether the graphics card draws the pages.
    pub acceleration: Acceleration,
}

/// Whether the graphics card draws the pages. What it draws looks the same either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Acceleration {
    /// Where there is a card that this user may use.
    Auto,
    /// Always: where there is no card, a program that pretends to be one draws them.
    Always,
    /// Never.
    Never,
}

/// Where the kiosk's own bar is: the brand's name, and "I am done".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Bar {
    /// Above the chat.
    Top,
    /// Below it, where a hand in a wheelchair reaches it on a tall screen.
    Bottom,
    /// Nowhere.
    None,
}

/// Whether the pointer can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cursor {
    /// While a mouse is used: not after a touch, and not when it has not moved for some seconds.
    Auto,
    /// Never.
    Hidden,
    /// Always.
    Shown,
}

/// Whose keyboard comes up on the screen for a text field in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScreenKeyboard {
    /// The kiosk's own, for whoever touches with a finger: not for a mouse, which comes with a keyboard.
    Auto,
    /// Nobody's.
    Off,
    /// The kiosk's own, for fingers and for a mouse.
    BuiltIn,
    /// The desktop's, if it has one.
    System,
}

/// What is logged.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// From which level on.
    pub level: LogLevel,
    /// In which form.
    pub format: LogFormat,
    /// Where files are kept beside standard error; `None`: nowhere.
    pub folder: Option<PathBuf>,
    /// So many files are kept, one a day.
    pub files: usize,
}

/// A level of the log. No level logs anything personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// What stops the kiosk from working.
    Error,
    /// What somebody should look at.
    Warn,
    /// What happens: a few lines for each visit.
    Info,
    /// Why it happens.
    Debug,
    /// Every step.
    Trace,
}

/// The form of a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The ports of the stand-in org, on loopback; 0 is any free one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    /// The page that hosts the chat.
    pub page_port: u16,
    /// The chat frame, on another origin.
    pub frame_port: u16,
    /// The agent's console.
    pub console_port: u16,
}

/// The fleet's broker, and who this kiosk is in the fleet. Paths are as they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// `mqtts://host[:port]`, or `mqtt://` for this machine.
    pub broker: Url,
    /// The site's name: letters, digits, `-`, `_` and `.`.
    pub site: String,
    /// The kiosk's name there, likewise.
    pub id: String,
    /// The user that the broker knows it as.
    pub username: Option<String>,
    /// The file with that user's password.
    pub password_file: Option<PathBuf>,
    /// Who may sign the broker's certificate. `None`: whom the system trusts.
    pub ca_file: Option<PathBuf>,
    /// This kiosk's certificate and key; only with [`Fleet::ca_file`].
    pub client: Option<(PathBuf, PathBuf)>,
    /// Whose commands and configurations are followed: `ed25519:` and 44 characters of base64 each.
    pub command_keys: Vec<String>,
    /// Whether Home Assistant is told.
    pub discovery: bool,
    /// So many events are kept while the broker is away, at least.
    pub queue_events: usize,
    /// How long a configuration from afar has to bring the kiosk into service.
    pub trial: Duration,
}

/// Figures for Prometheus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// Where they can be read. `None`: nowhere.
    pub listen: Option<Listen>,
}

/// A place that only this machine can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// A port on loopback.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Bar {
    /// As it is written in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Top => "top",
            Self::Bottom => "bottom",
            Self::None => "none",
        }
    }
}

impl LogLevel {
    /// As it is written in the file, and as `tracing` names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

impl LogFormat {
    /// As it is written in the file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

//! The configuration as a person writes it: every key may be missing, and values that a later check looks at know their place.
//!
//! The doc comments here are the descriptions in the JSON Schema, and the ranges are the ones that [`super::check`] holds a file to. So
//! they are written for the person who configures a kiosk.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::language::Language;

use super::appearance::Appearance;
use super::machine::{Acceleration, Bar, Cursor, LogFormat, LogLevel, ScreenKeyboard};
use super::types::{Links, Permission, Profile};

/// Text with its place in the file.
pub(super) type Text = Spanned<String>;

/// The configuration of Support Kiosk.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Support Kiosk configuration")]
pub(super) struct File {
    /// What kind of place the kiosk stands in. It decides what other settings are when they are not set.
    #[schemars(with = "Profile", example = &"kiosk")]
    pub(super) profile: Option<Profile>,
    /// The kiosk's language: what it speaks to staff, and to everybody who has not chosen another.
    #[schemars(with = "Language", example = &"en")]
    pub(super) language: Option<Spanned<Language>>,
    /// The languages that a person can choose from on the welcome screen, the kiosk's own among them. None: there is no choice.
    #[schemars(with = "Vec<String>", example = list("en"))]
    pub(super) languages: Option<Spanned<Vec<Text>>>,
    /// The page with the chat, and what it may be.
    pub(super) chat: Chat,
    /// What is opened to the chat page. Nothing, when not set.
    pub(super) allow: Allow,
    /// A Salesforce org, instead of a page of your own (`chat.url`).
    #[schemars(with = "Salesforce")]
    pub(super) salesforce: Option<Spanned<Salesforce>>,
    /// How the kiosk looks.
    pub(super) brand: Brand,
    /// The sentence on the welcome screen in the languages that are not the kiosk's own.
    pub(super) greetings: Greetings,
    /// What follows the end of a chat.
    pub(super) notice: Notice,
    /// How the page is asked to clear the chat.
    pub(super) clear: Clear,
    /// When nobody seems to be there any more.
    pub(super) idle: Idle,
    /// How long a visit may be.
    pub(super) visit: Visit,
    /// How staff gets in: to start over, to close the screen, to leave the kiosk.
    pub(super) staff: Staff,
    /// The window.
    pub(super) window: Window,
    /// The desktop's notifications.
    pub(super) notification: Notification,
    /// One person's own support client (the profile desktop). It means nothing in the other profiles.
    pub(super) desktop: Desktop,
    /// What is logged.
    pub(super) log: Log,
    /// The stand-in org that is used while neither `chat.url` nor `[salesforce]` is set.
    pub(super) sandbox: Sandbox,
    /// The fleet's MQTT broker, and who this kiosk is in the fleet. Without it the kiosk is on its own.
    #[schemars(with = "Fleet")]
    pub(super) fleet: Option<Spanned<Fleet>>,
    /// Figures for Prometheus.
    pub(super) metrics: Metrics,
}

/// The page with the chat, and what it may be.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Chat {
    /// Your own page with the chat in it, with https. http only for this machine (localhost).
    #[schemars(with = "String", example = &"https://support.example.com/chat")]
    pub(super) url: Option<Spanned<String>>,
    /// Further origins that the page may be. The one of `url` is always allowed.
    #[schemars(with = "Vec<String>", example = list("https://support.example.com"))]
    pub(super) allow: Option<Vec<Text>>,
    /// Origins that frames in the page may be. The page's own are always allowed, and with `[salesforce]` the site's.
    #[schemars(with = "Vec<String>", example = list("https://example.my.site.com"))]
    pub(super) frames: Option<Vec<Text>>,
    /// Seconds until the page must have said that it is ready. Later the kiosk says that it is out of service, and tries again.
    #[schemars(with = "u64", range(min = 1, max = 600), example = 30)]
    pub(super) ready_seconds: Option<u64>,
    /// Megabytes of memory that the chat page may use. A page that takes more is replaced by a fresh one. 0: no limit.
    #[schemars(with = "u64", range(min = 0, max = 65_536), example = 1500)]
    pub(super) memory_mb: Option<u64>,
}

/// What is opened to the chat page. Nothing, when not set.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Allow {
    /// What the page gets when it asks for it; everything else is refused.
    #[schemars(with = "Vec<Permission>", example = list("location"))]
    pub(super) permissions: Option<Vec<Text>>,
    /// The folder whose files a person can send. The picker shows these files and nothing else.
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"/srv/kiosk/uploads")]
    pub(super) uploads: Option<Text>,
    /// The folder where files that the page offers are saved, each visit's in a folder of its own. They are never opened.
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"/srv/kiosk/downloads")]
    pub(super) downloads: Option<Text>,
    /// Whether what was saved outlives the visit.
    #[schemars(with = "bool", example = false)]
    pub(super) downloads_keep: Option<bool>,
    /// Megabytes that one visit may save.
    #[schemars(with = "u64", range(min = 1, max = 10_000), example = 100)]
    pub(super) downloads_mb: Option<u64>,
    /// The printer that gets what the page prints, without a dialog. The name is the one that `lpstat -e` lists.
    #[schemars(with = "String", length(min = 1, max = 255), example = &"Front_Desk")]
    pub(super) printing: Option<Text>,
}

/// A Salesforce org, instead of a page of your own (`chat.url`).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Salesforce {
    /// The org's identifier. Setup, Company Information shows it.
    #[schemars(with = "String", required, example = &"00D000000000001")]
    pub(super) org_id: Option<Text>,
    /// The API name of the deployment of Enhanced Web Chat.
    #[schemars(with = "String", required, example = &"Support_Web")]
    pub(super) deployment: Option<Text>,
    /// The site of the deployment: the third value in the code snippet that Salesforce shows.
    #[schemars(with = "String", required, example = &"https://example.my.site.com/ESWSupportWeb")]
    pub(super) site_url: Option<Text>,
    /// The messaging service: `scrt2URL` in the code snippet that Salesforce shows.
    #[schemars(with = "String", required, example = &"https://example.my.salesforce-scrt.com")]
    pub(super) scrt_url: Option<Text>,
    /// The port of `http://localhost:PORT`, where the kiosk serves the page. The org must list that address under CORS and Trusted
    /// URLs. 4747 when not set.
    #[serde(default)]
    #[schemars(with = "u16", range(min = 1024, max = 65535), example = 4747)]
    pub(super) port: Option<u16>,
    /// The language of the chat, for who has not chosen another. The kiosk's language when not set, and en_US for English.
    #[serde(default)]
    #[schemars(with = "String", example = &"en_US")]
    pub(super) language: Option<Text>,
}

/// How the kiosk looks.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Brand {
    /// The name that people read.
    #[schemars(with = "String", length(min = 1, max = 60), example = &"Example Support")]
    pub(super) name: Option<String>,
    /// A sentence on the welcome screen, in the kiosk's language. One of the program's own when not set.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"Hello! How can we help?")]
    pub(super) greeting: Option<String>,
    /// A picture file. A path that does not begin with `/` is looked up beside this file.
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"logo.svg")]
    pub(super) logo: Option<String>,
    /// The colour of buttons. The text on it becomes black or white, whichever can be read better.
    #[schemars(with = "String", example = &"#0b5cab")]
    pub(super) accent: Option<Text>,
    /// The colour behind everything. The text on it becomes black or white, whichever can be read better.
    #[schemars(with = "String", example = &"#ffffff")]
    pub(super) background: Option<Text>,
    /// `light` with the colours above, `dark` with `dark_background`, or `auto`, as the desktop's own colour scheme is.
    #[schemars(with = "Appearance", example = &"light")]
    pub(super) appearance: Option<Appearance>,
    /// The colour behind everything in the dark. The accent becomes lighter where it would not stand out from it.
    #[schemars(with = "String", example = &"#0f1419")]
    pub(super) dark_background: Option<Text>,
    /// Picture files for the welcome screen: PNG, JPEG or WebP on this machine. Several take turns. A path that does not begin with `/` is
    /// looked up beside this file.
    #[schemars(with = "Vec<String>", example = list("welcome.jpg"))]
    pub(super) pictures: Option<Spanned<Vec<Text>>>,
    /// Seconds that each of several pictures stays.
    #[schemars(with = "u64", range(min = 3, max = 3600), example = 10)]
    pub(super) slide_seconds: Option<u64>,
}

/// The sentence on the welcome screen in the languages that are not the kiosk's own. One of the program's own when not set.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Greetings {
    /// In English.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"Hello! How can we help?")]
    pub(super) en: Option<String>,
    /// In German.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"Guten Tag! Wie können wir helfen?")]
    pub(super) de: Option<String>,
    /// In French.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"Bonjour ! Comment pouvons-nous vous aider ?")]
    pub(super) fr: Option<String>,
    /// In Spanish.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"¡Hola! ¿En qué podemos ayudarle?")]
    pub(super) es: Option<String>,
    /// In Japanese.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"いらっしゃいませ。ご用件をお聞かせください。")]
    pub(super) ja: Option<String>,
    /// In Arabic.
    #[schemars(with = "String", length(min = 1, max = 200), example = &"مرحبًا! كيف يمكننا مساعدتكم؟")]
    pub(super) ar: Option<String>,
}

/// What follows the end of a chat.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Notice {
    /// Seconds that the person has to read on before the kiosk starts over. 0: it starts over at once.
    #[schemars(with = "u64", range(max = 600), example = 20)]
    pub(super) seconds: Option<u64>,
    /// How often the person can ask for that time again with "Keep reading".
    #[schemars(with = "u32", range(min = 10, max = 1000), example = 10)]
    pub(super) keep_reading_times: Option<u32>,
}

/// How the page is asked to clear the chat.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Clear {
    /// Whether a signed-in visitor's session is ended on the server too.
    #[schemars(with = "bool", example = true)]
    pub(super) end_session: Option<bool>,
    /// Seconds that one attempt may take. The next person gets a fresh page in any case.
    #[schemars(with = "u64", range(min = 1, max = 60), example = 10)]
    pub(super) timeout_seconds: Option<u64>,
    /// How many attempts there are.
    #[schemars(with = "u32", range(min = 1, max = 10), example = 3)]
    pub(super) attempts: Option<u32>,
}

/// When nobody seems to be there any more.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Idle {
    /// Seconds without a touch or a key until the kiosk asks "still there?". 0: it never asks, in a conversation neither. 60 when not
    /// set, 0 in the profile desktop.
    #[schemars(with = "u64", range(max = 86400), example = 60)]
    pub(super) after_seconds: Option<u64>,
    /// The same while somebody is in a conversation.
    #[schemars(with = "u64", range(min = 10, max = 86400), example = 180)]
    pub(super) in_conversation_seconds: Option<u64>,
    /// Seconds that the question waits for an answer.
    #[schemars(with = "u64", range(min = 20, max = 600), example = 30)]
    pub(super) answer_seconds: Option<u64>,
    /// Seconds that waiting in the queue or for a reply can hold off the question.
    #[schemars(with = "u64", range(min = 60, max = 86400), example = 900)]
    pub(super) waiting_cap_seconds: Option<u64>,
}

/// How long a visit may be.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Visit {
    /// Minutes after which the kiosk asks "still there?" even if somebody is busy with it. 0: no limit. 30 when not set, 0 in the
    /// profile desktop.
    #[schemars(with = "u64", range(max = 1440), example = 30)]
    pub(super) max_minutes: Option<u64>,
    /// The hour of the day at which the program begins anew, as soon as nobody is there. Not set: it does not.
    #[schemars(with = "u8", range(max = 23), example = 4)]
    pub(super) daily_reset_hour: Option<u8>,
    /// After so many visits the program begins anew, when nobody is there. 0: not for their number.
    #[schemars(with = "u64", range(max = 1_000_000), example = 500)]
    pub(super) renew_after_visits: Option<u64>,
    /// Whether the next visit is made while the notice is read, so that it is there at once. For the length of a notice there are two pages.
    #[schemars(with = "bool", example = true)]
    pub(super) spare: Option<bool>,
}

/// How staff gets in: to start over, to close the screen, to leave the kiosk.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Staff {
    /// What the PIN is checked against, as `support-kiosk pin --print` prints it. It goes before a PIN that `support-kiosk pin` stored.
    #[schemars(with = "String", length(min = 1, max = 512), example = &"$argon2id$v=19$m=19456,t=2,p=1$…$…")]
    pub(super) pin_hash: Option<Text>,
    /// Whether five touches in the top left corner within four seconds open the staff scene. Without a PIN nothing does.
    #[schemars(with = "bool", example = true)]
    pub(super) gesture: Option<bool>,
    /// The keys that open the staff scene: at least two of ctrl, alt, shift and super, and a letter, a digit or F1 to F12. Empty: no keys do.
    #[schemars(with = "String", length(max = 40), example = &"ctrl+alt+shift+s")]
    pub(super) key: Option<Text>,
}

/// The window.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Window {
    /// Whether it covers the screen. A kiosk's always does; a terminal's does when not set, a desktop's does not.
    #[schemars(with = "bool", example = true)]
    pub(super) full_screen: Option<Spanned<bool>>,
    /// Its width when it does not cover the screen, in pixels.
    #[schemars(with = "u32", range(min = 320, max = 16384), example = 1024)]
    pub(super) width: Option<u32>,
    /// Its height when it does not cover the screen, in pixels.
    #[schemars(with = "u32", range(min = 320, max = 16384), example = 768)]
    pub(super) height: Option<u32>,
    /// The pointer: `auto` while a mouse is used, `hidden` never, `shown` always.
    #[schemars(with = "Cursor", example = &"auto")]
    pub(super) cursor: Option<Cursor>,
    /// Whether the screen stays on while a visit is in use. true when not set, false in the profile desktop.
    #[schemars(with = "bool", example = true)]
    pub(super) keep_on: Option<bool>,
    /// A slim bar of the kiosk's own, with the brand's name and "I am done": `top`, `bottom` or `none`. `none` when not set, `top` in the
    /// profile terminal.
    #[schemars(with = "Bar", example = &"top")]
    pub(super) bar: Option<Bar>,
    /// The keyboard on the screen: `auto` and `built-in` are the kiosk's own, for fingers or for a mouse too; `system` is the desktop's.
    /// auto when not set, off in the profile desktop.
    #[schemars(with = "ScreenKeyboard", example = &"built-in")]
    pub(super) keyboard: Option<ScreenKeyboard>,
    /// Whether the graphics card draws the pages: `auto` where there is one that this user may use, `always`, `never`.
    #[schemars(with = "Acceleration", example = &"auto")]
    pub(super) acceleration: Option<Acceleration>,
}

/// The desktop's notifications.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Notification {
    /// Whether one is shown when a chat has ended. It never has anything of the chat in it.
    #[schemars(with = "bool", example = true)]
    pub(super) enabled: Option<bool>,
    /// Whether one is shown for an agent's message that nobody has seen, in the profile desktop. It tells that there is one, and nothing of it.
    #[schemars(with = "bool", example = true)]
    pub(super) messages: Option<bool>,
}

/// One person's own support client (the profile desktop). It means nothing in the other profiles.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Desktop {
    /// Whether it starts when the person signs in.
    #[schemars(with = "bool", example = true)]
    pub(super) autostart: Option<bool>,
    /// Whether closing the window leaves the chat in the tray. If not, it ends the program.
    #[schemars(with = "bool", example = true)]
    pub(super) close_to_tray: Option<bool>,
    /// Links that lead out of the chat: `ask` asks and opens the system's browser, `never` opens nothing.
    #[schemars(with = "Links", example = &"ask")]
    pub(super) links: Option<Links>,
}

/// What is logged. No level logs anything personal.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    /// From which level on.
    #[schemars(with = "LogLevel", example = &"info")]
    pub(super) level: Option<LogLevel>,
    /// Lines for people, or one JSON object a line.
    #[schemars(with = "LogFormat", example = &"text")]
    pub(super) format: Option<LogFormat>,
    /// A folder where the same lines are kept in files, one a day.
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"/var/log/support-kiosk")]
    pub(super) folder: Option<Text>,
    /// So many files are kept; the oldest goes.
    #[schemars(with = "u32", range(min = 2, max = 365), example = 14)]
    pub(super) files: Option<u32>,
}

/// The stand-in org that is used while neither `chat.url` nor `[salesforce]` is set.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sandbox {
    /// The port of the page with the chat. 0: any free one.
    #[schemars(with = "u16", range(max = 65535), example = 8080)]
    pub(super) page_port: Option<Spanned<u16>>,
    /// The port of the chat frame. 0: any free one.
    #[schemars(with = "u16", range(max = 65535), example = 8081)]
    pub(super) frame_port: Option<Spanned<u16>>,
    /// The port of the agent's console. 0: any free one.
    #[schemars(with = "u16", range(max = 65535), example = 8082)]
    pub(super) console_port: Option<Spanned<u16>>,
}

/// The fleet's MQTT broker, and who this kiosk is in the fleet. Without it the kiosk is on its own.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Fleet {
    /// The broker, with mqtts. mqtt only for this machine (localhost).
    #[schemars(with = "String", required, example = &"mqtts://broker.example.com:8883")]
    pub(super) broker: Option<Text>,
    /// The site that the kiosk stands at: letters, digits, `-`, `_` and `.`.
    #[schemars(with = "String", required, example = &"berlin-1")]
    pub(super) site: Option<Text>,
    /// The kiosk's name at its site, likewise. No two kiosks of a site may have the same.
    #[schemars(with = "String", required, example = &"kiosk-07")]
    pub(super) id: Option<Text>,
    /// The user that the broker knows the kiosk as.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 256), example = &"berlin-1-kiosk-07")]
    pub(super) username: Option<String>,
    /// The file with that user's password. A path that does not begin with `/` is looked up beside this file, as are the others.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"broker.password")]
    pub(super) password_file: Option<Spanned<String>>,
    /// The certificates, in PEM, that may sign the broker's. Not set: those that the system trusts.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"ca.pem")]
    pub(super) ca_file: Option<Spanned<String>>,
    /// The kiosk's own certificate, in PEM. It needs `key_file` and `ca_file`.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"kiosk.pem")]
    pub(super) cert_file: Option<Spanned<String>>,
    /// The key of that certificate, in PEM.
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 4096), example = &"kiosk.key")]
    pub(super) key_file: Option<Spanned<String>>,
    /// The public keys whose commands and configurations the kiosk follows, as `support-kiosk ctl keys public` prints them. None: it
    /// follows none.
    #[serde(default)]
    #[schemars(with = "Vec<String>", example = list("ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="))]
    pub(super) command_keys: Option<Vec<Text>>,
    /// Whether Home Assistant is told of the kiosk. false when not set.
    #[serde(default)]
    #[schemars(with = "bool", example = true)]
    pub(super) discovery: Option<bool>,
    /// How many events are kept while the broker is away; of more, the oldest go. 5000 when not set.
    #[serde(default)]
    #[schemars(with = "u32", range(min = 100, max = 100_000), example = 5000)]
    pub(super) queue_events: Option<u32>,
    /// Seconds that a configuration from the fleet has to bring the kiosk into service. Later it is rolled back. 120 when not set.
    #[serde(default)]
    #[schemars(with = "u64", range(min = 10, max = 3600), example = 120)]
    pub(super) trial_seconds: Option<u64>,
}

/// Figures for Prometheus.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Metrics {
    /// Where this machine can read them: a loopback address with its port, or `unix:` and a path. Not set: nowhere.
    #[schemars(with = "String", example = &"127.0.0.1:9464")]
    pub(super) listen: Option<Text>,
}

/// The example of a list with one item.
fn list(item: &str) -> [&str; 1] {
    [item]
}

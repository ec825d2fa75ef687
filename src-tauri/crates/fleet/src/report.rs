//! What a kiosk says of itself, retained for whoever asks. Nothing in it tells who is there or what is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desired::Verdict;

/// Whether people can use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// The program is up, and no visit has been in service yet.
    #[default]
    Starting,
    /// A visit is in service, or the next one is being made.
    InService,
    /// There is no chat for now.
    OutOfService,
}

/// What the visit is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visit {
    /// There is none.
    #[default]
    None,
    /// Nobody has touched it.
    Untouched,
    /// Somebody has.
    InUse,
    /// It is over, and the next one is being made.
    Resetting,
}

/// The configuration that the program runs with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// The number of the document that it came in; 0: the file's.
    pub version: u64,
    /// The SHA-256 of its text.
    pub hash: String,
    /// What became of the newest document.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub desired: Option<Verdict>,
}

/// What was counted since the program started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Receipts by what ended the visit.
    pub visits: BTreeMap<String, u64>,
    /// Receipts of used visits by what became of the clear.
    pub clears: BTreeMap<String, u64>,
    /// What was refused to pages and people, by rule.
    pub blocked: BTreeMap<String, u64>,
    /// Deaths and hangs of the page.
    pub deaths: u64,
    /// Stores that were not proven empty.
    pub unproven: u64,
    /// Commands that were obeyed.
    pub commands: u64,
    /// Commands that were not, by reason; `configuration` are documents, `unknown_topic` is what was no command at all.
    pub refused: BTreeMap<String, u64>,
}

/// The events that wait for the broker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// How many wait.
    pub waiting: usize,
    /// How many were lost beyond the bound since the program started.
    pub lost: u64,
    /// Whether the disk takes them.
    pub stored: bool,
}

/// The whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The program's version.
    pub version: String,
    /// When this was written, in seconds since 1970.
    pub at: i64,
    /// When the program started, likewise.
    pub started: i64,
    /// Whether people can use it.
    pub health: Health,
    /// What the visit is about.
    pub visit: Visit,
    /// The configuration.
    pub configuration: Configuration,
    /// What was counted.
    pub counters: Counters,
    /// What waits.
    pub events: Waiting,
}

//! A configuration from afar: tried at a fresh moment, kept when the kiosk comes into service with it, else rolled back.
//!
//! ```text
//!            offered: signed, newer, valid          fresh moment: the program starts anew
//!   nothing ───────────────────────────────► waiting ─────────────────────────────────────► trial
//!      ▲             refused: reason told                                                    │  │
//!      └─────────────────────── applied ◄──────────────── in service ────────────────────────┘  │
//!      └─────────────────────── rolled back ◄──────────── not in service in time, or crashing ──┘
//! ```
//!
//! On the wire it is `{"version", "target", "toml", "key", "signature"}`. Signed are these lines, each ended by a line
//! feed, by one of the keys that sign commands: whoever may only write to the broker can put no page on a screen.
//!
//! ```text
//! support-kiosk desired 1
//! <target: SITE/ID, SITE/* or */*>
//! <version, decimal>
//! <SHA-256 of the TOML text, lower-case hexadecimal>
//! ```

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    gate::Gate,
    key::{PublicKey, SecretKey, Signed},
    topic::{Place, Target},
};

/// A larger document is refused: a configuration file may have 1 MiB, and JSON needs a little more.
pub const LARGEST: usize = 1_200_000;
/// A configuration on trial may start the program so often without coming into service.
pub const STARTS: u32 = 3;

/// The document as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its number: only one that is higher than all before is taken, so an old one cannot be brought back by replaying it.
    pub version: u64,
    /// Whom it is for.
    pub target: Target,
    /// The configuration.
    pub toml: String,
    /// Who signed it.
    pub key: PublicKey,
    /// The signature over [`Document::bytes`].
    pub signature: Signed,
}

impl Document {
    /// A new one, signed.
    #[must_use]
    pub fn sign(version: u64, target: Target, toml: String, secret: &SecretKey) -> Self {
        let signature = secret.sign(&bytes(version, &target, &toml));
        Self { version, target, toml, key: secret.public(), signature }
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        bytes(self.version, &self.target, &self.toml)
    }

    /// Reads one that this kiosk may follow.
    ///
    /// # Errors
    /// Why not, as a sentence without a full stop.
    pub fn read(payload: &[u8], gate: &Gate, place: &Place) -> Result<Self, String> {
        if payload.len() > LARGEST {
            return Err(format!("the document is larger than {LARGEST} bytes"));
        }
        // The parser's words can quote the document; its place is enough.
        let document: Self = serde_json::from_slice(payload)
            .map_err(|error| format!("this is no document: line {}, column {}", error.line(), error.column()))?;
        if !gate.knows(&document.key) {
            return Err("it is signed by a key that this kiosk does not know".to_owned());
        }
        if !document.key.verifies(&document.bytes(), &document.signature) {
            return Err("its signature is wrong".to_owned());
        }
        if !document.target.means(place) {
            return Err("it is for another kiosk".to_owned());
        }
        Ok(document)
    }
}

fn bytes(version: u64, target: &Target, toml: &str) -> Vec<u8> {
    format!("support-kiosk desired 1\n{target}\n{version}\n{}\n", hash(toml)).into_bytes()
}

/// The SHA-256 of a text, in lower-case hexadecimal.
#[must_use]
pub fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A configuration with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// The document's number.
    pub version: u64,
    /// The configuration.
    pub toml: String,
}

/// What became of the newest document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for a fresh moment.
    Waiting,
    /// The program runs with it and has not come into service yet.
    Trial,
    /// The kiosk came into service with it.
    Applied,
    /// It was never tried.
    Refused,
    /// It was tried, and the one before is back.
    RolledBack,
}

/// The newest document's fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The document's number; 0 for one that could not be read.
    pub version: u64,
    /// What became of it.
    pub state: State,
    /// Why, where it is not followed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// What must outlive the process, and all that this machine knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Desired {
    /// The highest number that was taken, whatever became of it.
    highest: u64,
    applied: Option<Version>,
    waiting: Option<Version>,
    trial: Option<Trial>,
    verdict: Option<Verdict>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Trial {
    version: Version,
    /// How often the program was started with it.
    starts: u32,
}

/// What a document did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It is the one that is known already.
    Known,
    /// It will be tried at the next fresh moment.
    Waiting,
    /// It is refused; the reason is in the verdict.
    Refused,
}

impl Desired {
    /// The newest document's fate.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    /// The configuration that the program runs with, unless it is the file's.
    #[must_use]
    pub fn current(&self) -> Option<&Version> {
        self.trial.as_ref().map(|trial| &trial.version).or(self.applied.as_ref())
    }

    /// Whether the program runs with a configuration that has not come into service yet.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Whether a configuration waits for a fresh moment.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// The program starts. Call it once a start, write it down, then run with [`Desired::current`].
    pub fn start(&mut self) {
        if let Some(trial) = &mut self.trial {
            trial.starts += 1;
            if trial.starts > STARTS {
                self.roll_back(&format!("the program started {STARTS} times with it and never came into service"));
            }
        }
    }

    /// A document arrived that is signed and for this kiosk; `valid` says whether its configuration is.
    pub fn offer(&mut self, version: u64, toml: String, valid: Result<(), String>) -> Offered {
        let runs = self.current().is_some_and(|current| current.version == version && current.toml == toml);
        if runs || self.verdict.as_ref().is_some_and(|verdict| verdict.version == version) {
            return Offered::Known;
        }
        if version <= self.highest {
            return self
                .refuse(version, format!("version {version} is not newer than {}, which came before", self.highest));
        }
        self.highest = version;
        if let Err(reason) = valid {
            return self.refuse(version, reason);
        }
        self.waiting = Some(Version { version, toml });
        self.verdict = Some(Verdict { version, state: State::Waiting, reason: None });
        Offered::Waiting
    }

    /// A document arrived that may not be followed.
    pub fn refuse(&mut self, version: u64, reason: String) -> Offered {
        let verdict = Some(Verdict { version, state: State::Refused, reason: Some(reason) });
        if self.verdict == verdict {
            return Offered::Known;
        }
        self.verdict = verdict;
        Offered::Refused
    }

    /// Nobody is in a visit. Whether the program must start anew, with what has waited for that.
    #[must_use]
    pub fn fresh_moment(&mut self) -> bool {
        // One at a time: what runs on trial is judged first.
        if self.trial.is_some() {
            return false;
        }
        let Some(version) = self.waiting.take() else { return false };
        self.verdict = Some(Verdict { version: version.version, state: State::Trial, reason: None });
        self.trial = Some(Trial { version, starts: 0 });
        true
    }

    /// Why what waits cannot be tried now, if there is a reason beside somebody who is there. Whether that is news.
    pub fn hold_up(&mut self, reason: Option<&str>) -> bool {
        let (Some(waiting), None) = (&self.waiting, &self.trial) else { return false };
        // A newer document has its own verdict, which this one must not hide.
        if self.verdict.as_ref().is_some_and(|verdict| verdict.version > waiting.version) {
            return false;
        }
        let reason = reason.map(str::to_owned);
        let verdict = Some(Verdict { version: waiting.version, state: State::Waiting, reason });
        let is_news = self.verdict != verdict;
        self.verdict = verdict;
        is_news
    }

    /// The kiosk came into service. Whether that changed anything.
    pub fn in_service(&mut self) -> bool {
        let Some(trial) = self.trial.take() else { return false };
        self.judge(trial.version.version, State::Applied, None);
        self.applied = Some(trial.version);
        true
    }

    /// The kiosk did not come into service in time. Whether the program must start anew, with the configuration before.
    #[must_use]
    pub fn overdue(&mut self) -> bool {
        let on_trial = self.trial.is_some();
        self.roll_back("the kiosk did not come into service with it in time");
        on_trial
    }

    /// The applied configuration cannot be used any more, for instance after an update: the file's is back.
    pub fn unusable(&mut self, reason: &str) {
        if self.trial.is_some() {
            self.roll_back(reason);
        } else if let Some(applied) = self.applied.take() {
            self.judge(applied.version, State::RolledBack, Some(reason));
        }
    }

    fn roll_back(&mut self, reason: &str) {
        if let Some(trial) = self.trial.take() {
            self.judge(trial.version.version, State::RolledBack, Some(reason));
        }
    }

    /// A newer document that already waits has its own verdict, which this one must not hide.
    fn judge(&mut self, version: u64, state: State, reason: Option<&str>) {
        if self.verdict.as_ref().is_none_or(|verdict| verdict.version <= version) {
            self.verdict = Some(Verdict { version, state, reason: reason.map(str::to_owned) });
        }
    }
}

#[cfg(test)]
mod tests;

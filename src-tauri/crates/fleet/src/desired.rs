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
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gate::Memory;

    fn restarted(desired: &Desired) -> Desired {
        let mut next: Desired = serde_json::from_str(&serde_json::to_string(desired).unwrap()).unwrap();
        next.start();
        next
    }

    fn state(desired: &Desired) -> (u64, State) {
        let verdict = desired.verdict().unwrap();
        (verdict.version, verdict.state)
    }

    fn running(desired: &Desired) -> Option<u64> {
        desired.current().map(|version| version.version)
    }

    #[test]
    fn a_good_one_is_tried_at_a_fresh_moment_and_kept() {
        let mut desired = Desired::default();
        assert_eq!(desired.offer(3, "a".into(), Ok(())), Offered::Waiting);
        assert_eq!((running(&desired), state(&desired)), (None, (3, State::Waiting)));
        // A restart in between loses nothing.
        let mut desired = restarted(&desired);
        assert!(desired.fresh_moment() && !desired.fresh_moment());
        let mut desired = restarted(&desired);
        assert_eq!((running(&desired), state(&desired)), (Some(3), (3, State::Trial)));
        assert!(desired.in_service() && !desired.in_service());
        let desired = restarted(&desired);
        assert_eq!((running(&desired), state(&desired)), (Some(3), (3, State::Applied)));
    }

    #[test]
    fn a_bad_one_is_refused_and_the_old_one_stays() {
        let mut desired = Desired::default();
        assert_eq!(desired.offer(1, "x".into(), Err("line 1, column 1: no".into())), Offered::Refused);
        assert_eq!(desired.offer(1, "x".into(), Err("line 1, column 1: no".into())), Offered::Known);
        assert_eq!(desired.verdict().unwrap().reason.as_deref(), Some("line 1, column 1: no"));
        assert!(!desired.fresh_moment());
        assert_eq!(running(&desired), None);
        // The same number with another text is not a way round.
        assert_eq!(desired.offer(1, "y".into(), Ok(())), Offered::Known);
        assert_eq!(desired.offer(2, "y".into(), Ok(())), Offered::Waiting);
        assert_eq!(desired.offer(1, "x".into(), Ok(())), Offered::Refused, "an older one is no news");
        assert!(desired.fresh_moment(), "and does not take away the newer one");
    }

    #[test]
    fn one_that_never_comes_into_service_is_rolled_back() {
        let mut desired = Desired::default();
        desired.offer(1, "a".into(), Ok(()));
        assert!(desired.fresh_moment());
        let mut desired = restarted(&desired);
        desired.in_service();
        desired.offer(2, "b".into(), Ok(()));
        assert!(desired.fresh_moment());
        let mut overdue = restarted(&desired);
        assert!(overdue.overdue() && !overdue.overdue());
        assert_eq!((running(&restarted(&overdue)), state(&overdue)), (Some(1), (2, State::RolledBack)));

        // The same for one that ends the program each time.
        let mut crashing = desired;
        for _ in 0..STARTS {
            crashing = restarted(&crashing);
            assert_eq!(running(&crashing), Some(2));
        }
        let crashing = restarted(&crashing);
        assert_eq!((running(&crashing), state(&crashing)), (Some(1), (2, State::RolledBack)));
    }

    #[test]
    fn what_comes_during_a_trial_waits_for_its_end() {
        let mut desired = Desired::default();
        desired.offer(1, "a".into(), Ok(()));
        assert!(desired.fresh_moment());
        desired.offer(2, "b".into(), Ok(()));
        assert!(!desired.fresh_moment());
        desired.in_service();
        assert_eq!(state(&desired), (2, State::Waiting));
        assert!(desired.fresh_moment());
    }

    #[test]
    fn an_applied_one_that_an_update_cannot_read_gives_way_to_the_file() {
        let mut desired = Desired::default();
        desired.offer(1, "a".into(), Ok(()));
        assert!(desired.fresh_moment());
        desired.in_service();
        desired.unusable("line 1, column 1: no");
        assert_eq!((running(&desired), state(&desired)), (None, (1, State::RolledBack)));
    }

    #[test]
    fn only_what_is_signed_for_this_kiosk_is_read() {
        let secret = SecretKey::from_seed(&[1; 32]);
        let place = Place { site: "a".parse().unwrap(), id: "b".parse().unwrap() };
        let gate = Gate::new(place.clone(), vec![secret.public()], Memory::default());
        let read = |document: &Document| Document::read(&serde_json::to_vec(document).unwrap(), &gate, &place);
        let fine = Document::sign(1, "a/*".parse().unwrap(), "x = 1\n".into(), &secret);
        assert_eq!(read(&fine).unwrap(), fine);
        assert!(read(&Document { toml: "x = 2\n".into(), ..fine.clone() }).unwrap_err().contains("signature"));
        assert!(read(&Document { version: 2, ..fine.clone() }).unwrap_err().contains("signature"));
        let other = Document::sign(1, "a/c".parse().unwrap(), String::new(), &secret);
        assert!(read(&other).unwrap_err().contains("another kiosk"));
        let stranger = Document::sign(1, Target::All, String::new(), &SecretKey::from_seed(&[2; 32]));
        assert!(read(&stranger).unwrap_err().contains("does not know"));
        for payload in [b"".to_vec(), b"null".to_vec(), vec![b' '; LARGEST + 1]] {
            assert!(Document::read(&payload, &gate, &place).is_err());
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Offer(u64, bool),
        Fresh,
        InService,
        Overdue,
        Restart,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..8_u64, any::<bool>()).prop_map(|(version, valid)| Step::Offer(version, valid)),
            Just(Step::Fresh),
            Just(Step::InService),
            Just(Step::Overdue),
            Just(Step::Restart),
        ]
    }

    proptest! {
        /// Whatever happens in whatever order: what runs untried was offered as valid, and what is not on trial has been in service.
        #[test]
        fn only_the_proven_stays(steps in prop::collection::vec(step(), 0..40)) {
            let mut desired = Desired::default();
            let mut valid = std::collections::HashSet::new();
            let mut proven = std::collections::HashSet::new();
            for step in steps {
                match step {
                    Step::Offer(version, is_valid) => {
                        let outcome = if is_valid { Ok(()) } else { Err("no".to_owned()) };
                        if desired.offer(version, String::new(), outcome) == Offered::Waiting {
                            prop_assert!(is_valid && valid.insert(version), "taken twice or invalid");
                        }
                    }
                    Step::Fresh => drop(desired.fresh_moment()),
                    Step::InService => {
                        if desired.is_trial() {
                            proven.extend(running(&desired));
                        }
                        desired.in_service();
                    }
                    Step::Overdue => drop(desired.overdue()),
                    Step::Restart => desired = restarted(&desired),
                }
                if let Some(version) = running(&desired) {
                    prop_assert!(valid.contains(&version));
                    prop_assert!(desired.is_trial() || proven.contains(&version));
                }
            }
        }

        #[test]
        fn no_payload_panics(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let place = Place { site: "a".parse().unwrap(), id: "b".parse().unwrap() };
            let gate = Gate::new(place.clone(), Vec::new(), Memory::default());
            prop_assert!(Document::read(&payload, &gate, &place).is_err());
        }
    }
}

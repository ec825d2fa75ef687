//! What lets a command in: the right signature, for this kiosk, now, and only once.
//!
//! A command that was let in is remembered until it is void, across restarts: [`Gate::admit`] changes the memory, and
//! whoever calls it must have written [`Gate::memory`] before anything is done. The memory is bounded by refusing, never
//! by forgetting.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    command::{Command, LONGEST_LIFE, Name},
    key::PublicKey,
    topic::Place,
};

/// So many commands that are not yet void are remembered. More in ten minutes is nobody's wish.
pub const MOST: usize = 512;
/// How far the sender's clock may be ahead of this one, in seconds.
pub const SKEW: i64 = 30;
/// A command that comes again within so many seconds was sent again by a broker that missed an answer.
const AGAIN: i64 = 30;

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It is no command: too large, no JSON, a field missing or too many, another id than its topic's.
    Malformed,
    /// Signed by a key that this kiosk does not know.
    UnknownKey,
    /// Not signed by the key that it names.
    BadSignature,
    /// For another kiosk.
    WrongTarget,
    /// It expires more than ten minutes after its issue, or before it.
    TooLongLived,
    /// Issued in the future: one of the two clocks is wrong. Or this clock went back behind what it has seen.
    BadClock,
    /// Too late.
    Expired,
    /// It came again at once, as after a lost answer.
    Duplicate,
    /// It came again later, or something else came under its id.
    Replayed,
    /// Nothing by this name can be commanded.
    UnknownCommand,
    /// More commands are on record than can be kept.
    TooMany,
    /// It could not be remembered, so it must not be obeyed: it could be replayed.
    NotStored,
    /// A visit is in use.
    InUse,
    /// Staff has taken the kiosk out of service, and only `in-service` brings it back.
    Closed,
    /// This version cannot do it.
    NotYetSupported,
}

impl Refusal {
    /// As it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownKey => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::WrongTarget => "wrong_target",
            Self::TooLongLived => "too_long_lived",
            Self::BadClock => "bad_clock",
            Self::Expired => "expired",
            Self::Duplicate => "duplicate",
            Self::Replayed => "replayed",
            Self::UnknownCommand => "unknown_command",
            Self::TooMany => "too_many",
            Self::NotStored => "not_stored",
            Self::InUse => "in_use",
            Self::Closed => "closed",
            Self::NotYetSupported => "not_yet_supported",
        }
    }
}

/// A command that was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// What is to be done.
    pub name: Name,
    /// Words for the people in front of the screen.
    pub note: Option<String>,
}

/// The gate of one kiosk.
#[derive(Clone, Debug)]
pub struct Gate {
    place: Place,
    keys: Vec<PublicKey>,
    memory: Memory,
}

/// What must outlive the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    seen: Vec<Seen>,
    /// Commands that were void until here are forgotten: a clock that shows an earlier time cannot judge any.
    horizon: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    id: Uuid,
    expires: i64,
    /// When it was let in.
    at: i64,
    /// The name is enough to tell another command under the same id; the signature has judged the rest.
    name: String,
}

impl Gate {
    /// A gate that knows these keys and remembers this.
    #[must_use]
    pub fn new(place: Place, keys: Vec<PublicKey>, memory: Memory) -> Self {
        Self { place, keys, memory }
    }

    /// What must be written before an admitted command is obeyed.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Whether this key may sign for this kiosk.
    #[must_use]
    pub fn knows(&self, key: &PublicKey) -> bool {
        self.keys.contains(key)
    }

    /// Lets a command in, once. `now` is in seconds since 1970; `topic_id` is the id in the topic.
    ///
    /// # Errors
    /// Why not.
    pub fn admit(&mut self, now: i64, topic_id: Uuid, payload: &[u8]) -> Result<Order, Refusal> {
        let command = Command::read(payload).filter(|command| command.id == topic_id).ok_or(Refusal::Malformed)?;
        if !self.knows(&command.key) {
            return Err(Refusal::UnknownKey);
        }
        if !command.is_signed() {
            return Err(Refusal::BadSignature);
        }
        if !command.target.means(&self.place) {
            return Err(Refusal::WrongTarget);
        }
        let life = command.expires.checked_sub(command.issued).unwrap_or(i64::MAX);
        if !(1..=LONGEST_LIFE).contains(&life) {
            return Err(Refusal::TooLongLived);
        }
        if let Some(seen) = self.memory.seen.iter().find(|seen| seen.id == command.id) {
            let again = seen.name == command.name && (0..=AGAIN).contains(&now.saturating_sub(seen.at));
            return Err(if again { Refusal::Duplicate } else { Refusal::Replayed });
        }
        if command.issued > now.saturating_add(SKEW) || now < self.memory.horizon {
            return Err(Refusal::BadClock);
        }
        if now >= command.expires {
            return Err(Refusal::Expired);
        }
        let name = Name::of(&command.name).ok_or(Refusal::UnknownCommand)?;
        self.forget_void(now);
        if self.memory.seen.len() >= MOST {
            return Err(Refusal::TooMany);
        }
        self.memory.seen.push(Seen { id: command.id, expires: command.expires, at: now, name: command.name });
        Ok(Order { name, note: command.note })
    }

    fn forget_void(&mut self, now: i64) {
        let horizon = &mut self.memory.horizon;
        self.memory.seen.retain(|seen| {
            let void = seen.expires <= now;
            if void {
                *horizon = (*horizon).max(seen.expires);
            }
            !void
        });
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{key::SecretKey, topic::Target};

    const NOW: i64 = 1_800_000_000;

    fn place() -> Place {
        Place { site: "berlin".parse().unwrap(), id: "k1".parse().unwrap() }
    }

    fn secret() -> SecretKey {
        SecretKey::from_seed(&[1; 32])
    }

    fn gate() -> Gate {
        Gate::new(place(), vec![secret().public()], Memory::default())
    }

    struct Draft {
        id: u128,
        target: &'static str,
        name: &'static str,
        issued: i64,
        life: i64,
        by: u8,
    }

    const FINE: Draft = Draft { id: 1, target: "berlin/k1", name: "reset", issued: NOW, life: 60, by: 1 };

    impl Draft {
        fn sign(&self) -> Command {
            let target: Target = self.target.parse().unwrap();
            let secret = SecretKey::from_seed(&[self.by; 32]);
            Command::sign(
                Uuid::from_u128(self.id),
                target,
                self.name,
                self.issued,
                self.issued.saturating_add(self.life),
                &secret,
            )
        }
    }

    fn admit(gate: &mut Gate, now: i64, command: &Command) -> Result<Name, Refusal> {
        gate.admit(now, command.id, &serde_json::to_vec(command).unwrap()).map(|order| order.name)
    }

    #[test]
    fn a_command_is_let_in_once() {
        for target in ["berlin/k1", "berlin/*", "*/*"] {
            let mut gate = gate();
            let command = Draft { target, ..FINE }.sign();
            assert_eq!(admit(&mut gate, NOW, &command), Ok(Name::Reset));
            assert_eq!(admit(&mut gate, NOW + 1, &command), Err(Refusal::Duplicate));
            assert_eq!(admit(&mut gate, NOW + 40, &command), Err(Refusal::Replayed));
            let other = Draft { target, name: "restart", ..FINE }.sign();
            assert_eq!(admit(&mut gate, NOW + 1, &other), Err(Refusal::Replayed), "another command under its id");
        }
    }

    #[test]
    fn each_refusal_has_its_own_reason() {
        let refused = |now: i64, draft: Draft| admit(&mut gate(), now, &draft.sign()).unwrap_err();
        assert_eq!(refused(NOW, Draft { by: 2, ..FINE }), Refusal::UnknownKey);
        assert_eq!(refused(NOW, Draft { target: "berlin/k2", ..FINE }), Refusal::WrongTarget);
        assert_eq!(refused(NOW, Draft { target: "paris/*", ..FINE }), Refusal::WrongTarget);
        assert_eq!(refused(NOW, Draft { life: 601, ..FINE }), Refusal::TooLongLived);
        assert_eq!(refused(NOW, Draft { life: 0, ..FINE }), Refusal::TooLongLived);
        assert_eq!(refused(NOW, Draft { issued: NOW + SKEW + 1, ..FINE }), Refusal::BadClock);
        assert_eq!(refused(NOW + 60, FINE), Refusal::Expired);
        assert_eq!(refused(NOW, Draft { name: "exec", ..FINE }), Refusal::UnknownCommand);
        assert_eq!(refused(NOW, Draft { issued: i64::MAX, life: 0, ..FINE }), Refusal::TooLongLived);
        assert_eq!(refused(NOW, Draft { issued: i64::MIN, life: 60, ..FINE }), Refusal::Expired);

        let mut changed = FINE.sign();
        changed.expires += 1;
        assert_eq!(admit(&mut gate(), NOW, &changed), Err(Refusal::BadSignature));
        let fine = serde_json::to_vec(&FINE.sign()).unwrap();
        assert_eq!(gate().admit(NOW, Uuid::from_u128(2), &fine), Err(Refusal::Malformed), "another topic");
        assert_eq!(gate().admit(NOW, Uuid::from_u128(1), b"reset"), Err(Refusal::Malformed));
        assert_eq!(
            Gate::new(place(), vec![], Memory::default()).admit(NOW, FINE.sign().id, &fine),
            Err(Refusal::UnknownKey)
        );
    }

    #[test]
    fn the_ends_of_the_times_are_inside() {
        assert_eq!(admit(&mut gate(), NOW, &Draft { life: 600, ..FINE }.sign()), Ok(Name::Reset));
        assert_eq!(admit(&mut gate(), NOW, &Draft { issued: NOW + SKEW, ..FINE }.sign()), Ok(Name::Reset));
        assert_eq!(admit(&mut gate(), NOW + 59, &FINE.sign()), Ok(Name::Reset));
    }

    #[test]
    fn a_restart_allows_no_replay() {
        let mut gate = gate();
        let command = FINE.sign();
        admit(&mut gate, NOW, &command).unwrap();
        let text = serde_json::to_string(gate.memory()).unwrap();
        let mut next = Gate::new(place(), vec![secret().public()], serde_json::from_str(&text).unwrap());
        assert_eq!(admit(&mut next, NOW + 31, &command), Err(Refusal::Replayed));
    }

    #[test]
    fn a_clock_that_is_put_back_allows_no_replay() {
        let mut gate = gate();
        let command = FINE.sign();
        admit(&mut gate, NOW, &command).unwrap();
        // A later command makes the gate forget the first, which is void by then.
        admit(&mut gate, NOW + 100, &Draft { id: 2, issued: NOW + 100, ..FINE }.sign()).unwrap();
        assert_eq!(gate.memory().seen.len(), 1);
        assert_eq!(admit(&mut gate, NOW + 10, &command), Err(Refusal::BadClock));
        assert_eq!(admit(&mut gate, NOW + 100, &command), Err(Refusal::Expired));
    }

    #[test]
    fn the_memory_is_bounded_by_refusing() {
        let mut gate = gate();
        for id in 0..MOST {
            admit(&mut gate, NOW, &Draft { id: id as u128 + 10, ..FINE }.sign()).unwrap();
        }
        assert_eq!(admit(&mut gate, NOW, &FINE.sign()), Err(Refusal::TooMany));
        let later = Draft { issued: NOW + 60, ..FINE }.sign();
        assert_eq!(admit(&mut gate, NOW + 60, &later), Ok(Name::Reset), "the others are void by then");
        assert_eq!(gate.memory().seen.len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However commands, clock and restarts come, none is let in twice, none outside its time.
        #[test]
        fn never_twice(steps in prop::collection::vec((0..6_u128, 0..900_i64, -700..900_i64, 1..700_i64, any::<bool>()), 1..30)) {
            let mut gate = gate();
            let mut let_in = std::collections::HashSet::new();
            for (id, issued, now, life, restart) in steps {
                let (issued, now) = (NOW + issued, NOW + now);
                let command = Draft { id, issued, life, ..FINE }.sign();
                if admit(&mut gate, now, &command).is_ok() {
                    prop_assert!(let_in.insert(command.signature.clone_text()), "let in twice");
                    prop_assert!(now < command.expires && command.issued <= now + SKEW && life <= LONGEST_LIFE);
                }
                prop_assert!(gate.memory().seen.len() <= MOST);
                if restart {
                    let text = serde_json::to_string(gate.memory()).unwrap();
                    gate = Gate::new(place(), vec![secret().public()], serde_json::from_str(&text).unwrap());
                }
            }
        }

        #[test]
        fn no_payload_panics(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(gate().admit(NOW, Uuid::from_u128(1), &payload).is_err());
        }
    }

    impl crate::key::Signed {
        fn clone_text(&self) -> String {
            String::from(*self)
        }
    }
}

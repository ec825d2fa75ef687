//! How staff gets in, as it is written: what a PIN is checked against, and the keys.

use std::fmt;
use std::str::FromStr;

/// The most memory that a check may take, in KiB: more would stop the kiosk for seconds.
const MOST_MEMORY: u32 = 1 << 20;
/// The most rounds.
const MOST_ROUNDS: u32 = 64;
/// The most lanes.
const MOST_LANES: u32 = 16;

/// What a PIN is checked against: a PHC string of Argon2id. Its form is checked, so that a check can neither fail for it nor take for ever.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash(String);

impl PinHash {
    /// The PHC string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whoever reads a log or a report gets nothing to try PINs on.
impl fmt::Debug for PinHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PinHash(…)")
    }
}

/// Why a text is nothing to check a PIN against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPinHash {
    /// It does not have the form.
    #[error("it must begin with `$argon2id$v=19$m=` and have five parts")]
    Form,
    /// A check would take too much.
    #[error("its memory must be from 8 to 1048576 KiB, its rounds from 1 to 64, its lanes from 1 to 16")]
    Cost,
    /// Salt or hash are not there, or have a character in them that they cannot have.
    #[error("its salt or its hash is not base64, or too short or too long")]
    Value,
}

/// PHC string format: `$id$v=version$param=value,…$salt$hash`.
impl FromStr for PinHash {
    type Err = NotAPinHash;

    fn from_str(text: &str) -> Result<Self, NotAPinHash> {
        let parts: Vec<&str> = text.split('$').collect();
        let &["", "argon2id", "v=19", cost, salt, hash] = parts.as_slice() else { return Err(NotAPinHash::Form) };
        let mut numbers = cost.split(',').zip(["m=", "t=", "p="]).map(|(number, name)| {
            let digits = number.strip_prefix(name)?;
            let plain = !digits.starts_with(['0', '+']);
            digits.parse::<u32>().ok().filter(|_| plain)
        });
        let (Some(Some(memory)), Some(Some(rounds)), Some(Some(lanes)), 3) =
            (numbers.next(), numbers.next(), numbers.next(), cost.split(',').count())
        else {
            return Err(NotAPinHash::Form);
        };
        let fits = memory <= MOST_MEMORY && memory / 8 >= lanes && rounds <= MOST_ROUNDS && lanes <= MOST_LANES;
        if !fits {
            return Err(NotAPinHash::Cost);
        }
        // 8 to 48 bytes of salt, 16 to 64 of hash; without padding no length leaves a rest of one.
        let is_base64 = |text: &str, least, most| {
            let known = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
            known && (least..=most).contains(&text.len()) && text.len() % 4 != 1
        };
        if is_base64(salt, 11, 64) && is_base64(hash, 22, 86) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAPinHash::Value)
        }
    }
}

/// Keys that are pressed together: at least two modifiers and a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Ctrl.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
    /// Shift.
    pub shift: bool,
    /// The key with the desktop's logo.
    pub logo: bool,
    /// The key: a lower-case letter or a digit, or `f1` to `f12`.
    pub key: String,
}

/// Why a text names no such keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAChord {
    /// A part is no key.
    #[error("each part must be ctrl, alt, shift or super, and the last a letter, a digit or F1 to F12")]
    Key,
    /// Fewer than two modifiers: somebody who writes would press it.
    #[error("it needs at least two of ctrl, alt, shift and super, so that nobody presses it by chance")]
    Modifiers,
}

impl FromStr for Chord {
    type Err = NotAChord;

    fn from_str(text: &str) -> Result<Self, NotAChord> {
        let lower = text.to_ascii_lowercase();
        let mut parts: Vec<&str> = lower.split('+').map(str::trim).collect();
        let key = parts.pop().unwrap_or_default();
        let is_function = key.strip_prefix('f').is_some_and(|n| (1..=12).any(|number| n == number.to_string()));
        let is_letter = key.len() == 1 && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_function && !is_letter {
            return Err(NotAChord::Key);
        }
        let mut chord = Self { ctrl: false, alt: false, shift: false, logo: false, key: key.to_owned() };
        for part in parts {
            let modifier = match part {
                "ctrl" => &mut chord.ctrl,
                "alt" => &mut chord.alt,
                "shift" => &mut chord.shift,
                "super" => &mut chord.logo,
                _ => return Err(NotAChord::Key),
            };
            *modifier = true;
        }
        let modifiers = [chord.ctrl, chord.alt, chord.shift, chord.logo].into_iter().filter(|held| *held).count();
        if modifiers < 2 { Err(NotAChord::Modifiers) } else { Ok(chord) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3VwcG9ydC1raW9zaw$6nv2yCt2Xz/cXKEP/Hn1tOPTnDuUeRzqYIEqQYGFGKM";

    #[test]
    fn a_hash_is_taken_when_a_check_with_it_can_neither_fail_nor_take_for_ever() {
        let hash: PinHash = HASH.parse().unwrap();
        assert_eq!(hash.as_str(), HASH);
        assert_eq!(format!("{hash:?}"), "PinHash(…)");
        let with = |from: &str, to: &str| HASH.replacen(from, to, 1).parse::<PinHash>().unwrap_err();
        assert_eq!(with("argon2id", "argon2i"), NotAPinHash::Form);
        assert_eq!(with("v=19$", ""), NotAPinHash::Form);
        assert_eq!(with(",p=1", ""), NotAPinHash::Form);
        assert_eq!(with("p=1", "p=1,k=2"), NotAPinHash::Form);
        assert_eq!(with("t=2", "t=0"), NotAPinHash::Form);
        assert_eq!(with("m=19456", "m=4294967295"), NotAPinHash::Cost);
        assert_eq!(with("m=19456", "m=4"), NotAPinHash::Cost);
        assert_eq!(with("t=2", "t=100000"), NotAPinHash::Cost);
        assert_eq!(with("p=1", "p=200"), NotAPinHash::Cost);
        assert_eq!(with("c3VwcG9ydC1raW9zaw", "short"), NotAPinHash::Value);
        assert_eq!(with("6nv2", "6n 2"), NotAPinHash::Value);
        assert_eq!("".parse::<PinHash>().unwrap_err(), NotAPinHash::Form);
        assert_eq!("123456".parse::<PinHash>().unwrap_err(), NotAPinHash::Form);
    }

    #[test]
    fn keys_are_read_however_they_are_written() {
        let chord: Chord = "Ctrl+ALT + shift+S".parse().unwrap();
        assert_eq!(chord, Chord { ctrl: true, alt: true, shift: true, logo: false, key: "s".to_owned() });
        assert_eq!("super+alt+F12".parse::<Chord>().unwrap().key, "f12");
        for text in ["", "+", "ctrl+alt+", "ctrl+alt+f13", "ctrl+alt+f01", "ctrl+alt+ß", "hyper+ctrl+s", "s+ctrl+alt"]
        {
            assert_eq!(text.parse::<Chord>().unwrap_err(), NotAChord::Key, "{text}");
        }
        for text in ["s", "shift+s", "ctrl+ctrl+s"] {
            assert_eq!(text.parse::<Chord>().unwrap_err(), NotAChord::Modifiers, "{text}");
        }
    }
}

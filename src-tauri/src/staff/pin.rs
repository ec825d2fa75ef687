//! The PIN: what is too easy, what is stored of it, and the check.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kiosk_core::config::PinHash;

use crate::kept;

/// Fewer characters are tried out too soon.
const SHORTEST: usize = 6;
/// Of these, so many must differ.
const DIFFERENT: usize = 3;

/// Why a text is no good as a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Weak {
    #[error("it has fewer than 6 characters")]
    Short,
    #[error("it has more than 64 bytes")]
    Long,
    #[error("it has a blank or a control character in it")]
    Unseen,
    #[error("it has fewer than 3 different characters")]
    Same,
    #[error("its characters follow one another, as in 123456")]
    Run,
}

/// Whether a text can be a PIN.
pub(super) fn judge(pin: &str) -> Result<(), Weak> {
    let characters: Vec<u32> = pin.chars().map(u32::from).collect();
    let run = |by: i64| characters.windows(2).all(|two| i64::from(two[1]) - i64::from(two[0]) == by);
    // 7890 and 0987 are runs on a keyboard.
    let round = |from: u32, to: u32| matches!((from, to), (0x39, 0x30) | (0x30, 0x39));
    let keyboard = |by: i64| {
        let follows = |two: &[u32]| i64::from(two[1]) - i64::from(two[0]) == by || round(two[0], two[1]);
        characters.windows(2).all(follows)
    };
    match () {
        () if characters.len() < SHORTEST => Err(Weak::Short),
        () if pin.len() > super::LONGEST => Err(Weak::Long),
        () if pin.chars().any(|c| c.is_whitespace() || c.is_control()) => Err(Weak::Unseen),
        () if characters.iter().collect::<BTreeSet<_>>().len() < DIFFERENT => Err(Weak::Same),
        () if run(1) || run(-1) || keyboard(1) || keyboard(-1) => Err(Weak::Run),
        () => Ok(()),
    }
}

/// What is stored of a PIN: Argon2id with the library's parameters, which are OWASP's (19 MiB, two rounds, one lane),
/// and a random salt.
pub(super) fn hash(pin: &str) -> anyhow::Result<PinHash> {
    let hash = Argon2::default().hash_password(pin.as_bytes()).map_err(|why| anyhow::anyhow!("no hash: {why}"))?;
    Ok(hash.to_string().parse()?)
}

/// The comparison of the hashes takes the same time whatever differs.
pub(super) fn is_right(pin: &str, hash: &PinHash) -> bool {
    let Ok(hash) = PasswordHash::new(hash.as_str()) else { return false };
    Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok()
}

/// Where `support-kiosk pin` stores it.
pub(super) struct Store {
    path: PathBuf,
}

/// Why a stored PIN cannot be used. Then nobody gets in.
#[derive(Debug)]
pub(super) enum Unusable {
    Unreadable(io::ErrorKind),
    /// Others than the kiosk's user can write it.
    Open,
    /// It is no hash.
    Broken,
}

impl fmt::Display for Unusable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(kind) => kind.fmt(formatter),
            Self::Open => formatter.write_str("others may write the file"),
            Self::Broken => formatter.write_str("the file is broken"),
        }
    }
}

impl Store {
    pub(super) fn new(state: &Path) -> Self {
        Self { path: state.join("staff-pin") }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The stored hash; `None` when there is none.
    pub(super) fn load(&self) -> Result<Option<PinHash>, Unusable> {
        let unreadable = |error: io::Error| Unusable::Unreadable(error.kind());
        let Some(bytes) = kept::read_small(&self.path).map_err(unreadable)? else { return Ok(None) };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&self.path).map_err(unreadable)?.permissions().mode();
            if mode & 0o022 != 0 {
                return Err(Unusable::Open);
            }
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| Unusable::Broken)?;
        text.trim_end().parse().map(Some).map_err(|_| Unusable::Broken)
    }

    pub(super) fn save(&self, hash: &PinHash) -> io::Result<()> {
        kept::write_private(&self.path, format!("{}\n", hash.as_str()).as_bytes())
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        kept::remove(&self.path)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        for (pin, why) in [
            ("", Weak::Short),
            ("73915", Weak::Short),
            ("111111", Weak::Same),
            ("121212", Weak::Same),
            ("123456", Weak::Run),
            ("987654", Weak::Run),
            ("567890", Weak::Run),
            ("098765", Weak::Run),
            ("abcdefg", Weak::Run),
            ("739 154", Weak::Unseen),
            ("7391\n54", Weak::Unseen),
        ] {
            assert_eq!(judge(pin), Err(why), "{pin:?}");
        }
        assert_eq!(judge(&"ab3".repeat(30)), Err(Weak::Long));
        for pin in ["739154", "1234567x", "Q7-kx9Wm2", "äöü739"] {
            assert_eq!(judge(pin), Ok(()), "{pin}");
        }
    }

    #[test]
    fn the_right_pin_and_no_other() {
        let hash = hash("739154").unwrap();
        assert!(!hash.as_str().contains("739154"));
        assert!(is_right("739154", &hash));
        for wrong in ["", "739155", "7391540", "73915"] {
            assert!(!is_right(wrong, &hash), "{wrong}");
        }
    }

    #[test]
    fn a_stored_pin_is_for_the_kiosks_user_alone() {
        let folder = kept::Folder::new("pin");
        let store = Store::new(&folder.0);
        assert!(store.load().unwrap().is_none());
        let hash = hash("739154").unwrap();
        store.save(&hash).unwrap();
        assert_eq!(store.load().unwrap(), Some(hash));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(store.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(store.path(), fs::Permissions::from_mode(0o666)).unwrap();
            assert!(matches!(store.load(), Err(Unusable::Open)));
        }
        store.remove().unwrap();
        store.remove().unwrap();
        assert!(store.load().unwrap().is_none());
        kept::write_private(store.path(), b"739154").unwrap();
        assert!(matches!(store.load(), Err(Unusable::Broken)));
    }
}

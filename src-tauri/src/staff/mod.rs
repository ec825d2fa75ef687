//! Staff: the PIN, the attempts at it, and what of the scene is outside the machine.
//!
//! The PIN that somebody types stays here. The machine, the log and the scenes never have it.

mod command;
mod health;
mod knock;
mod lockout;
mod pin;

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kiosk_core::{
    config::{PinHash, Staff},
    visit::{Closed, Pin},
};
use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

pub(crate) use command::run;
pub(crate) use health::Health;
pub(crate) use knock::Knocks;

use crate::kept;
use lockout::{LockOut, Moment};

/// A longer text is no PIN, in bytes.
const LONGEST: usize = 64;

/// A PIN that was typed: wiped from memory when it is not needed any more, and never written anywhere.
pub(crate) struct Typed(Zeroizing<String>);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

/// The staff's desk: checks PINs, and remembers what staff decided.
pub(crate) struct Desk {
    configured: Option<PinHash>,
    pins: pin::Store,
    attempts: Mutex<LockOut>,
    typed: Mutex<Option<Typed>>,
    closed: PathBuf,
}

impl Desk {
    /// With what the configuration says, and files in the program's state folder.
    pub(crate) fn new(staff: &Staff, state: &Path) -> Self {
        Self {
            configured: staff.pin_hash.clone(),
            pins: pin::Store::new(state),
            attempts: Mutex::new(LockOut::new(state)),
            typed: Mutex::new(None),
            closed: state.join("out-of-service.json"),
        }
    }

    /// Somebody made the gesture. `None`: there is no PIN, so nobody gets in. Else how long no PIN is taken. Reads files.
    pub(crate) fn knock(&self) -> Option<Option<Duration>> {
        self.hash()?;
        Some(self.attempts().rest(&Moment::now()))
    }

    /// A PIN was typed; the next check looks at it.
    pub(crate) fn put(&self, typed: Typed) {
        *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = Some(typed);
    }

    /// Checks what was typed. Takes a good part of a second on a small machine, and reads and writes files. The attempt
    /// is written down before the check: a plug that is pulled in between saves nobody an attempt.
    pub(crate) fn check(&self) -> Pin {
        let typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(hash) = self.hash() else { return Pin::Gone };
        let mut attempts = self.attempts();
        let now = Moment::now();
        if let Err(rest) = attempts.begin(&now) {
            return Pin::Locked(rest);
        }
        let right = typed.is_some_and(|Typed(text)| text.len() <= LONGEST && pin::is_right(&text, &hash));
        if right {
            attempts.forget();
            return Pin::Right;
        }
        Pin::Wrong { locked: attempts.rest(&Moment::now()) }
    }

    /// Staff took the kiosk out of service, or put it back: the next start begins so. It is no secret, and a folder that
    /// cannot be written only means that the next start is in service.
    pub(crate) fn remember(&self, closed: Option<&Closed>) {
        let done = match closed {
            Some(closed) => {
                let text = serde_json::to_vec(&Remembered { note: closed.note.clone() }).unwrap_or_default();
                kept::write_private(&self.closed, &text)
            }
            None => kept::remove(&self.closed),
        };
        if let Err(error) = done {
            tracing::error!(event = "staff.not_remembered", reason = %error.kind());
        }
    }

    /// Whether staff took the kiosk out of service in an earlier life of the program.
    pub(crate) fn remembered(&self) -> Option<Closed> {
        let text = kept::read_small(&self.closed).ok()??;
        // A file that cannot be read any more was there all the same.
        let note = serde_json::from_slice::<Remembered>(&text).ok().and_then(|remembered| remembered.note);
        Some(Closed { note })
    }

    fn hash(&self) -> Option<PinHash> {
        if self.configured.is_some() {
            return self.configured.clone();
        }
        self.pins.load().unwrap_or_else(|reason| {
            tracing::error!(event = "staff.pin_unusable", reason = %reason);
            None
        })
    }

    fn attempts(&self) -> std::sync::MutexGuard<'_, LockOut> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    note: Option<String>,
}

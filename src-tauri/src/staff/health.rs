//! What staff sees under "version and health": nothing of anybody's visit.

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Instant,
};

use kiosk_core::{
    config::{Config, Source},
    receipt::{End, Receipt},
};
use serde_json::{Value, json};

use crate::platform;

/// What is known of the network.
const UNKNOWN: u8 = 0;
const REACHED: u8 = 1;
const LOST: u8 = 2;

/// Gathered while the program runs.
pub(crate) struct Health {
    start: Instant,
    config: Option<PathBuf>,
    /// Its site and its name in the fleet.
    kiosk: Option<String>,
    practice: bool,
    network: AtomicU8,
    seen: Mutex<Seen>,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    visits: u64,
    reset: Option<(jiff::Timestamp, &'static str, u64)>,
    proof: Option<jiff::Timestamp>,
}

impl Health {
    /// Begins with the program.
    pub(crate) fn new(config: &Config, path: Option<PathBuf>) -> Self {
        Self {
            start: Instant::now(),
            config: path,
            kiosk: config.fleet.as_ref().map(|fleet| format!("{}/{}", fleet.site, fleet.id)),
            practice: config.source == Source::Sandbox,
            network: AtomicU8::new(UNKNOWN),
            seen: Mutex::default(),
        }
    }

    /// The page's server answers, or does not any more.
    pub(crate) fn network(&self, there: bool) {
        self.network.store(if there { REACHED } else { LOST }, Ordering::Relaxed);
    }

    /// A visit is over.
    pub(crate) fn receipt(&self, receipt: &Receipt) {
        if receipt.end != End::Discarded {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.visits += 1;
            seen.reset = Some((jiff::Timestamp::now(), receipt.cause.name(), receipt.reset_ms));
        }
    }

    /// A visit's store was proven empty, and it is in service.
    pub(crate) fn proven(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).proof = Some(jiff::Timestamp::now());
    }

    /// All of it. Looks at the processes, so not for the main thread.
    pub(crate) fn value(&self) -> Value {
        // The driver writes there, and must not wait for a look at processes.
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let ago = |at: jiff::Timestamp| jiff::Timestamp::now().duration_since(at).as_secs().max(0);
        let network = match (self.practice, self.network.load(Ordering::Relaxed)) {
            (true, _) => "practice",
            (_, REACHED) => "reached",
            (_, LOST) => "lost",
            _ => "unknown",
        };
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "engine": tauri::webview_version().ok(),
            "up_seconds": self.start.elapsed().as_secs(),
            "visits": seen.visits,
            "reset": seen.reset.map(|(at, cause, ms)| json!({ "ago_seconds": ago(at), "cause": cause, "ms": ms })),
            "proof_ago_seconds": seen.proof.map(ago),
            "memory_mb": platform::memory_of_all() >> 20,
            "network": network,
            "kiosk": self.kiosk,
            "config": self.config.as_ref().map(|path| path.display().to_string()),
        })
    }
}

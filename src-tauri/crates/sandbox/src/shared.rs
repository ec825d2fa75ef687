//! What the three servers share: the org behind one lock, the faults, the addresses.

use crate::{
    Options,
    faults::{Faults, Stream},
    org::Org,
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// The one state of a sandbox.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) addresses: Addresses,
    pub(crate) options: Options,
    org: Mutex<Org>,
    faults: Mutex<Switches>,
    changed: watch::Sender<u64>,
    stopped: watch::Receiver<()>,
}

/// Origins without a slash at the end, and the site's URL.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) page: String,
    pub(crate) org: String,
    pub(crate) site: String,
    pub(crate) console: String,
}

#[derive(Debug, Default)]
struct Switches {
    faults: Faults,
    refuse_until: Option<Instant>,
    /// Counts the cuts: a stream that began before the last one ends.
    cuts: u64,
}

/// What a stream has to know of the faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamFault {
    pub(crate) mode: Stream,
    pub(crate) cuts: u64,
}

impl Shared {
    pub(crate) fn new(seed: String, addresses: Addresses, options: Options, stopped: watch::Receiver<()>) -> Self {
        Shared {
            addresses,
            options,
            org: Mutex::new(Org::new(seed)),
            faults: Mutex::default(),
            changed: watch::Sender::new(0),
            stopped,
        }
    }

    /// Looks at the org.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Org) -> T) -> T {
        read(&lock(&self.org))
    }

    /// Changes the org and wakes who waits for changes.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Org, i64) -> T) -> T {
        let done = change(&mut lock(&self.org), now());
        self.wake();
        done
    }

    /// The switches as they stand. A drop that is over is off again.
    pub(crate) fn faults(&self) -> Faults {
        let mut switches = lock(&self.faults);
        switches.expire();
        switches.faults.clone()
    }

    /// What the streams have to know of them.
    pub(crate) fn stream_fault(&self) -> StreamFault {
        let mut switches = lock(&self.faults);
        switches.expire();
        StreamFault { mode: switches.faults.stream, cuts: switches.cuts }
    }

    /// Moves switches and wakes who waits for changes.
    pub(crate) fn set_faults(
        &self,
        change: impl FnOnce(&Faults) -> Result<Faults, serde_json::Error>,
    ) -> Result<Faults, serde_json::Error> {
        let faults = {
            let mut switches = lock(&self.faults);
            switches.expire();
            let faults = change(&switches.faults)?;
            // Both begin with a cut: what is sent again is seen at a new connection only.
            if faults.stream != switches.faults.stream && matches!(faults.stream, Stream::Drop | Stream::Replay) {
                switches.cuts += 1;
            }
            if faults.stream == Stream::Drop {
                switches.refuse_until = Some(Instant::now() + Duration::from_secs(faults.stream_drop_s));
            }
            switches.faults = faults.clone();
            faults
        };
        self.wake();
        Ok(faults)
    }

    /// Forgets everybody, puts every switch back.
    pub(crate) fn reset(&self, seed: String) {
        lock(&self.org).reset(seed);
        {
            let mut switches = lock(&self.faults);
            let cuts = switches.cuts + 1;
            *switches = Switches { cuts, ..Switches::default() };
        }
        self.wake();
    }

    /// Counts changes: of the org and of the faults.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Resolves when the sandbox is dropped.
    pub(crate) async fn stopped(&self) {
        let mut stopped = self.stopped.clone();
        while stopped.changed().await.is_ok() {}
    }

    /// May host the chat and call the wire.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        if origin == self.addresses.org {
            return true;
        }
        if self.options.trusted_origins.is_empty() {
            return ["http://localhost", "http://127.0.0.1"].iter().any(|host| {
                origin.strip_prefix(host).is_some_and(|port| {
                    port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
                })
            });
        }
        self.options.trusted_origins.iter().any(|trusted| trusted == origin)
    }

    fn wake(&self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

impl Addresses {
    pub(crate) fn new(page: u16, org: u16, console: u16) -> Self {
        let org = format!("http://127.0.0.1:{org}");
        Addresses {
            page: format!("http://localhost:{page}"),
            site: format!("{org}{SITE_PATH}"),
            org,
            console: format!("http://127.0.0.1:{console}"),
        }
    }
}

impl Switches {
    fn expire(&mut self) {
        if self.faults.stream == Stream::Drop && self.refuse_until.is_none_or(|until| until <= Instant::now()) {
            self.faults.stream = Stream::Ok;
            self.refuse_until = None;
        }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// So many random bytes, in hexadecimal.
pub(crate) fn random_hex(bytes: usize) -> Result<String, getrandom::Error> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A panic while the lock is held leaves the org as it was at a step's border: good enough to go on with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 18 characters, as real ones have.
pub(crate) const ORG_ID: &str = "00DSB00000KIOSKEAA";
pub(crate) const DEPLOYMENT: &str = "Support_Web";
pub(crate) const SITE_PATH: &str = "/ESWSandbox";

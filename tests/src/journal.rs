//! A stand-in for the system's journal, for a program that finds it at its usual place in a world of its own.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::home::Home;
use crate::kiosk::Setup;
use crate::wait::{self, PATIENCE};

/// Puts the journal's folder at its place, says that standard error is the journal, and becomes the program.
const SCRIPT: &str = "mount -t tmpfs none /run && mkdir -p /run/systemd/journal \
    && mount --bind \"$FAKE_JOURNAL\" /run/systemd/journal \
    && JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec \"$@\"";

/// One entry: its fields.
pub type Entry = BTreeMap<String, String>;

/// The journal.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    entries: Arc<Mutex<Vec<Entry>>>,
}

impl Journal {
    /// One that takes entries.
    pub fn start(home: &Home) -> Result<Self> {
        let folder = home.root().join("journal");
        fs::create_dir_all(&folder)?;
        let journal = Self { folder, entries: Arc::default() };
        journal.again()?;
        Ok(journal)
    }

    /// The program as a service of the system whose journal this is.
    pub fn service(&self, setup: Setup) -> Result<Setup> {
        let mut wrapper = vec!["unshare", "--mount"];
        if fs::metadata("/proc/self")?.uid() != 0 {
            wrapper.push("--map-root-user");
        }
        wrapper.extend(["sh", "-c", SCRIPT, "sh"]);
        Ok(setup.under(&wrapper).variable("FAKE_JOURNAL", &self.folder.to_string_lossy()))
    }

    /// Takes entries, also after [`Self::gone`] or [`Self::deaf`].
    pub fn again(&self) -> Result<()> {
        self.gone();
        let socket = UnixDatagram::bind(self.folder.join("socket"))?;
        let entries = Arc::clone(&self.entries);
        thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(length) = socket.recv(&mut bytes) {
                entries.lock().unwrap_or_else(PoisonError::into_inner).push(parse(&bytes[..length]));
            }
        });
        Ok(())
    }

    /// Its door is gone.
    pub fn gone(&self) {
        drop(fs::remove_file(self.folder.join("socket")));
    }

    /// Its door is there, and nobody reads what comes in. It stays so while the answer is kept.
    pub fn deaf(&self) -> Result<UnixDatagram> {
        self.gone();
        Ok(UnixDatagram::bind(self.folder.join("socket"))?)
    }

    /// The entries of this event.
    #[must_use]
    pub fn all(&self, event: &str) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().filter(|entry| entry.get("KIOSK_EVENT").is_some_and(|name| name == event)).cloned().collect()
    }

    /// Everything, as one text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#?}", self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits for an entry of this event with this field.
    pub fn wait(&self, event: &str, field: &str, value: &str) -> Result<Entry> {
        self.wait_within(PATIENCE, event, field, value)
    }

    fn wait_within(&self, within: Duration, event: &str, field: &str, value: &str) -> Result<Entry> {
        wait::until(&format!("{event} with {field}={value} in the journal"), within, || {
            Ok(self.all(event).into_iter().find(|entry| entry.get(field).is_some_and(|found| found == value)))
        })
    }
}

/// `NAME=value`, or a name, its value's length and the value.
fn parse(bytes: &[u8]) -> Entry {
    let mut entry = Entry::new();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = &rest[..end];
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match line.iter().position(|byte| *byte == b'=') {
            Some(at) => {
                entry.insert(text(&line[..at]), text(&line[at + 1..]));
                rest = &rest[end + 1..];
            }
            None => {
                let Some(length) = rest.get(end + 1..end + 9).and_then(|length| length.try_into().ok()) else { break };
                let length = usize::try_from(u64::from_le_bytes(length)).unwrap_or(usize::MAX);
                let Some(value) = rest.get(end + 9..).and_then(|value| value.get(..length)) else { break };
                entry.insert(text(line), text(value));
                rest = rest.get(end + 10 + length..).unwrap_or_default();
            }
        }
    }
    entry
}

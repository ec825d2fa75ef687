//! The system's journal, in its own protocol (<https://systemd.io/JOURNAL_NATIVE_PROTOCOL/>): one datagram an entry.
//!
//! Each entry has a line for people (`MESSAGE`) and every field of the event by itself (`KIOSK_EVENT`, `KIOSK_VISIT`…), so
//! that `journalctl KIOSK_EVENT=receipt` works. A journal that is gone, or takes nothing any more, never stops the kiosk:
//! entries are counted as lost, and the count is told when it is back.

use std::{
    env, fs,
    os::unix::{fs::MetadataExt, net::UnixDatagram},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, layer::Context};

use super::{FIELD, IDENTIFIER};

const SOCKET: &str = "/run/systemd/journal/socket";
/// The service manager's word that standard error is the journal (systemd.exec(5)): `DEVICE:INODE`.
const STREAM: &str = "JOURNAL_STREAM";
/// So long a journal that has taken everything so far may be busy. Then nothing waits for it until it is back.
const PATIENCE: Duration = Duration::from_millis(50);

/// Writes each event to the journal.
pub(super) struct Journal {
    /// Waits for [`PATIENCE`].
    patient: UnixDatagram,
    /// Does not wait.
    hasty: UnixDatagram,
    /// Entries that it did not take since the last one that it took.
    lost: AtomicU64,
}

impl Journal {
    /// The journal, when standard error goes there anyway and its own door is open.
    pub(super) fn of_this_service() -> Option<Self> {
        let stream = env::var(STREAM).ok()?;
        let stderr = fs::metadata("/proc/self/fd/2").ok()?;
        if stream != format!("{}:{}", stderr.dev(), stderr.ino()) {
            return None;
        }
        let (patient, hasty) = (UnixDatagram::unbound().ok()?, UnixDatagram::unbound().ok()?);
        patient.set_write_timeout(Some(PATIENCE)).ok()?;
        hasty.set_nonblocking(true).ok()?;
        UnixDatagram::unbound().ok()?.connect(SOCKET).ok()?;
        Some(Self { patient, hasty, lost: AtomicU64::new(0) })
    }

    /// By its path each time: the journal may have been started anew.
    fn send(&self, entry: &[u8]) {
        let lost = self.lost.load(Ordering::Relaxed);
        let socket = if lost == 0 { &self.patient } else { &self.hasty };
        if socket.send_to(entry, SOCKET).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        } else if lost > 0 && self.lost.compare_exchange(lost, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let mut entry = Entry::new(Level::WARN);
            entry.put("event", "log.lost");
            entry.put("entries", &lost.to_string());
            if self.hasty.send_to(&entry.finish(), SOCKET).is_err() {
                self.lost.fetch_add(lost, Ordering::Relaxed);
            }
        }
    }
}

impl<S: Subscriber> Layer<S> for Journal {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut entry = Entry::new(*event.metadata().level());
        event.record(&mut entry);
        self.send(&entry.finish());
    }
}

/// An entry in the making.
struct Entry {
    bytes: Vec<u8>,
    /// The event's name and its fields, as a person reads them.
    line: String,
    /// The event's sentence, if it has one.
    sentence: String,
}

impl Entry {
    fn new(level: Level) -> Self {
        let mut entry = Self { bytes: Vec::with_capacity(256), line: String::new(), sentence: String::new() };
        // As syslog(3) counts.
        let priority = match level {
            Level::ERROR => "3",
            Level::WARN => "4",
            Level::INFO => "6",
            _ => "7",
        };
        entry.field("PRIORITY", priority);
        entry.field("SYSLOG_IDENTIFIER", IDENTIFIER);
        entry
    }

    fn put(&mut self, name: &str, value: &str) {
        match name {
            "message" => return value.clone_into(&mut self.sentence),
            "event" => self.line.insert_str(0, value),
            _ => {
                self.line.push(' ');
                self.line.push_str(name);
                self.line.push('=');
                self.line.push_str(value);
            }
        }
        // Capital letters, digits and underlines are all that a field's name may have.
        let name: String = name
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' })
            .collect();
        self.field(&format!("{FIELD}{name}"), value);
    }

    fn field(&mut self, name: &str, value: &str) {
        self.bytes.extend_from_slice(name.as_bytes());
        if value.contains('\n') {
            // A value of more lines says how long it is.
            self.bytes.push(b'\n');
            self.bytes.extend_from_slice(&u64::try_from(value.len()).unwrap_or(u64::MAX).to_le_bytes());
        } else {
            self.bytes.push(b'=');
        }
        self.bytes.extend_from_slice(value.as_bytes());
        self.bytes.push(b'\n');
    }

    fn finish(mut self) -> Vec<u8> {
        let mut line = std::mem::take(&mut self.line);
        if !self.sentence.is_empty() {
            line.push_str(": ");
            line.push_str(&self.sentence);
        }
        self.field("MESSAGE", &line);
        self.bytes
    }
}

impl Visit for Entry {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field.name(), value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field.name(), &format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_a_line_for_people_and_each_field() {
        let mut entry = Entry::new(Level::WARN);
        entry.put("visit", "3");
        entry.put("event", "chat.died");
        entry.put("message", "it died");
        entry.put("two-lines", "a\nb");
        let bytes = entry.finish();
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            text.starts_with("PRIORITY=4\nSYSLOG_IDENTIFIER=support-kiosk\nKIOSK_VISIT=3\nKIOSK_EVENT=chat.died\n")
        );
        assert!(text.contains("KIOSK_TWO_LINES\n\u{3}\0\0\0\0\0\0\0a\nb\n"), "{text:?}");
        assert!(text.contains("chat.died visit=3 two-lines=a\nb: it died\n"), "{text:?}");
    }
}

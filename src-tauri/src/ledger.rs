//! The ledger: one receipt a line, appended and synced, so that a power cut loses at most the last line. A file that is
//! large or old is put aside, and the oldest are thrown away.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use kiosk_core::receipt::{End, Owed, Receipt};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kept;

/// A file of this size is put aside: some ten thousand visits.
const LARGEST: u64 = 2 * 1024 * 1024;
/// So is one whose first receipt is older, in days.
const OLDEST_DAYS: i64 = 31;
/// So many files are kept aside: with the limits above at least a year of a busy kiosk.
const KEPT: usize = 12;

/// The ledger's file.
pub(crate) struct Ledger {
    path: PathBuf,
    /// The kiosks on all of a user's screens write into one file, and each of them counts its own visits.
    screen: String,
    /// What is owed: the visit that is on, on this screen.
    owed: PathBuf,
    /// The last write failed, of a receipt or of what is owed; said once, not at each visit.
    broken: Broken,
}

/// What is kept of a receipt that is owed.
#[derive(Serialize, Deserialize)]
struct Debt {
    visit: u64,
    used: bool,
    /// How long the ledger was then, in bytes. What an earlier version kept does not say.
    #[serde(default)]
    length: Option<u64>,
}

#[derive(Clone, Copy, Default)]
struct Broken {
    receipt: bool,
    owed: bool,
}

impl Ledger {
    /// The ledger in the program's state folder, of the kiosk on this screen.
    pub(crate) fn new(state: &Path, screen: &str) -> Self {
        let owed = state.join(format!("owed-{screen}.json"));
        let screen = screen.to_owned();
        Self { path: state.join("receipts.jsonl"), screen, owed, broken: Broken::default() }
    }

    /// Remembers that a receipt is owed, until it is written.
    pub(crate) fn owe(&mut self, owed: Owed) {
        let debt = Debt { visit: owed.visit, used: owed.used, length: size(&self.path).ok() };
        let text = serde_json::to_vec(&debt).unwrap_or_default();
        let done = kept::write_private(&self.owed, &text);
        self.tell(Broken { owed: done.is_err(), ..self.broken }, done);
    }

    /// The receipt that the last life of the program did not come to write. What cannot be read was never whole.
    pub(crate) fn owed(&self) -> Option<Owed> {
        let text = kept::read_small(&self.owed).ok()??;
        let debt: Debt = serde_json::from_slice(&text).ok()?;
        // It may have ended between writing the receipt and forgetting that it was owed.
        let is_written = debt.length.is_some_and(|length| self.is_written(debt.visit, length));
        (!is_written).then_some(Owed { visit: debt.visit, used: debt.used })
    }

    /// There is a receipt of this visit that was written after the ledger was so long.
    fn is_written(&self, visit: u64, length: u64) -> bool {
        let Ok(now) = size(&self.path) else { return false };
        if now >= length {
            return self.has_receipt(&self.path, length, visit);
        }
        // Shorter is a file that was begun when the one of that length was put aside; else the power took lines of it, and
        // nobody knows which ones are newer.
        let before = aside(&self.path, 1);
        size(&before).is_ok_and(|size| size >= length)
            && (self.has_receipt(&before, length, visit) || self.has_receipt(&self.path, 0, visit))
    }

    /// A file has a whole receipt of this visit, from here on.
    fn has_receipt(&self, path: &Path, from: u64, visit: u64) -> bool {
        let Ok(mut file) = File::open(path) else { return false };
        if file.seek(SeekFrom::Start(from)).is_err() {
            return false;
        }
        let mut lines = BufReader::new(file.take(LARGEST)).split(b'\n').map_while(Result::ok);
        lines.any(|line| {
            let Ok(line) = serde_json::from_slice::<Value>(&line) else { return false };
            // The next life of the program counts anew, and may have thrown away a visit of that number before it was in service.
            line["screen"] == self.screen.as_str()
                && serde_json::from_value::<Receipt>(line)
                    .is_ok_and(|receipt| receipt.visit == visit && receipt.end != End::Discarded)
        })
    }

    /// Writes a receipt, to the log and to the file.
    pub(crate) fn write(&mut self, receipt: &Receipt) {
        let mut line = serde_json::to_value(receipt).unwrap_or_default();
        tracing::info!(
            event = "receipt",
            visit = receipt.visit,
            cause = receipt.cause.name(),
            used = receipt.used,
            lasted_seconds = receipt.lasted_seconds,
            clear = line["clear"].as_str(),
            attempts = receipt.attempts,
            discarded = receipt.discarded,
            end = line["end"].as_str(),
            reset_ms = receipt.reset_ms,
            next = receipt.next,
            records = receipt.records,
        );
        line["at"] = Value::from(jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        line["screen"] = Value::from(self.screen.as_str());
        let mut done = self.append(&line);
        // A visit that was thrown away at birth leaves the one before it owed.
        if done.is_ok() && receipt.end != End::Discarded {
            done = kept::remove(&self.owed);
        }
        self.tell(Broken { receipt: done.is_err(), ..self.broken }, done);
    }

    fn tell(&mut self, now: Broken, done: io::Result<()>) {
        let before = std::mem::replace(&mut self.broken, now);
        if let Err(error) = done
            && !before.receipt
            && !before.owed
        {
            tracing::error!(
                event = "ledger.failed",
                reason = %error.kind(),
                "receipts cannot be written to the state folder; the kiosk goes on, and keeps trying"
            );
        }
    }

    fn append(&self, line: &Value) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        if self.is_full() {
            self.rotate()?;
        }
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&self.path)?;
        // A line that a power cut left half is ended first, so that it spoils nothing but itself.
        let start = if ends_with_newline(&mut file)? { "" } else { "\n" };
        file.write_all(format!("{start}{line}\n").as_bytes())?;
        file.sync_data()
    }
}

impl Ledger {
    fn is_full(&self) -> bool {
        if fs::metadata(&self.path).is_ok_and(|file| file.len() >= LARGEST) {
            return true;
        }
        // Whatever the file is, its first line is short or none of ours.
        let first = File::open(&self.path).ok().and_then(|file| BufReader::new(file.take(4096)).lines().next()?.ok());
        let written = first.and_then(|line| {
            let line: Value = serde_json::from_str(&line).ok()?;
            line["at"].as_str()?.parse::<jiff::Timestamp>().ok()
        });
        // A clock that was set back makes a file that seems to come from the future: it is as good as new.
        written.is_some_and(|at| jiff::Timestamp::now().duration_since(at).as_hours() >= OLDEST_DAYS * 24)
    }

    /// Each file takes the next number. A rename either happened or did not, so a power cut leaves whole files.
    fn rotate(&self) -> io::Result<()> {
        let name = |number: usize| aside(&self.path, number);
        for number in (1..KEPT).rev() {
            match fs::rename(name(number), name(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        fs::rename(&self.path, name(1))
    }
}

/// How long a file is, in bytes; one that is not there is empty.
fn size(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(file) => Ok(file.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn aside(path: &Path, number: usize) -> PathBuf {
    path.with_file_name(format!("receipts.{number}.jsonl"))
}

/// The ledger's files in a state folder, the oldest first.
pub(crate) fn files(state: &Path) -> Vec<PathBuf> {
    let newest = state.join("receipts.jsonl");
    let older = (1..=KEPT).rev().map(|number| aside(&newest, number));
    older.chain([newest.clone()]).filter(|path| path.exists()).collect()
}

fn ends_with_newline(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0u8];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// The program's state folder: `$XDG_STATE_HOME/support-kiosk`, else `~/.local/state/support-kiosk`.
pub(crate) fn state_folder() -> PathBuf {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .unwrap_or_else(std::env::temp_dir)
        .join("support-kiosk")
}

#[cfg(test)]
mod tests;

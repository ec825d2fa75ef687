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
#[allow(clippy::unwrap_used)]
mod tests {
    use kiosk_core::{
        receipt::{Clear, End},
        wire::Cause,
    };

    use super::*;

    fn receipt(visit: u64) -> Receipt {
        Receipt {
            visit,
            cause: Cause::AgentEnd,
            used: true,
            lasted_seconds: 60,
            clear: Clear::Confirmed,
            attempts: 1,
            discarded: 0,
            end: End::Fresh,
            reset_ms: 300,
            next: Some(visit + 1),
            records: Some(0),
        }
    }

    /// A folder of its own, gone afterwards.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("support-kiosk-ledger-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn ledger(&self) -> PathBuf {
            self.0.join("receipts.jsonl")
        }

        /// What a power cut leaves behind when it comes after a receipt was written, and before it was forgotten that it was owed.
        fn forgets_nothing(&self, ledger: &mut Ledger, write: impl FnOnce(&mut Ledger)) {
            let path = self.0.join("owed-0.json");
            let owed = fs::read(&path).unwrap();
            write(ledger);
            fs::write(&path, owed).unwrap();
        }

        fn lines(&self) -> Vec<String> {
            fs::read_to_string(self.ledger()).unwrap().lines().map(str::to_owned).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_line_cut_by_a_power_cut_spoils_nothing_but_itself() {
        let folder = Folder::new("cut");
        let mut ledger = Ledger::new(&folder.0, "0");
        ledger.write(&receipt(1));
        let path = folder.0.join("receipts.jsonl");
        OpenOptions::new().append(true).open(&path).unwrap().write_all(br#"{"at":"2026-0"#).unwrap();
        ledger.write(&receipt(2));
        let lines = folder.lines();
        assert_eq!(lines.len(), 3);
        let visits: Vec<_> =
            lines.iter().filter_map(|line| serde_json::from_str::<Receipt>(&strip(line)).ok()).collect();
        assert_eq!(visits.iter().map(|receipt| receipt.visit).collect::<Vec<_>>(), [1, 2]);
    }

    /// A line without its time.
    fn strip(line: &str) -> String {
        let Ok(mut line) = serde_json::from_str::<Value>(line) else { return line.to_owned() };
        line.as_object_mut().unwrap().remove("at");
        line.to_string()
    }

    #[test]
    fn a_large_file_is_put_aside_and_the_oldest_goes() {
        let folder = Folder::new("large");
        let mut ledger = Ledger::new(&folder.0, "0");
        for round in 0..KEPT + 3 {
            ledger.write(&receipt(u64::try_from(round).unwrap()));
            let path = folder.0.join("receipts.jsonl");
            File::options().append(true).open(&path).unwrap().set_len(LARGEST).unwrap();
        }
        assert_eq!(files(&folder.0).len(), KEPT + 1);
    }

    #[test]
    fn an_old_file_is_put_aside() {
        let folder = Folder::new("old");
        fs::create_dir_all(&folder.0).unwrap();
        fs::write(folder.0.join("receipts.jsonl"), "{\"at\":\"2020-01-01T00:00:00Z\"}\n").unwrap();
        Ledger::new(&folder.0, "0").write(&receipt(1));
        assert_eq!((folder.lines().len(), files(&folder.0).len()), (1, 2));
    }

    #[test]
    fn a_receipt_is_owed_until_it_is_written() {
        let folder = Folder::new("owed");
        let mut ledger = Ledger::new(&folder.0, "0");
        assert_eq!(ledger.owed(), None);
        ledger.owe(Owed { visit: 4, used: false });
        ledger.owe(Owed { visit: 4, used: true });
        ledger.write(&Receipt { end: End::Discarded, ..receipt(5) });
        // Another life of the program, and another screen's.
        assert_eq!(Ledger::new(&folder.0, "0").owed(), Some(Owed { visit: 4, used: true }));
        assert_eq!(Ledger::new(&folder.0, "1").owed(), None);
        ledger.write(&receipt(4));
        assert_eq!(ledger.owed(), None);
        fs::write(folder.0.join("owed-0.json"), "{\"visit\":").unwrap();
        assert_eq!(ledger.owed(), None, "a power cut in the middle of it");
    }

    #[test]
    fn a_receipt_that_is_written_is_owed_no_more_even_if_nobody_remembers() {
        let folder = Folder::new("written");
        let owed = Some(Owed { visit: 4, used: true });
        let mut ledger = Ledger::new(&folder.0, "0");
        // The fourth visit of an earlier life.
        ledger.write(&receipt(4));
        ledger.owe(Owed { visit: 4, used: true });
        assert_eq!(ledger.owed(), owed);
        folder.forgets_nothing(&mut ledger, |ledger| {
            // The fourth of another screen; one of the next life, thrown away at birth; another; and this one's, cut off.
            Ledger::new(&folder.0, "1").write(&receipt(4));
            ledger.write(&Receipt { end: End::Discarded, ..receipt(4) });
            ledger.write(&receipt(5));
            let whole = folder.lines().first().unwrap().clone();
            let half = whole.split_at(whole.len() - 1).0;
            OpenOptions::new().append(true).open(folder.ledger()).unwrap().write_all(half.as_bytes()).unwrap();
        });
        assert_eq!(ledger.owed(), owed);
        folder.forgets_nothing(&mut ledger, |ledger| ledger.write(&receipt(4)));
        assert_eq!(Ledger::new(&folder.0, "0").owed(), None);
        // An earlier version did not keep the length.
        fs::write(folder.0.join("owed-0.json"), r#"{"visit":4,"used":true}"#).unwrap();
        assert_eq!(ledger.owed(), owed);
    }

    #[test]
    fn it_is_found_in_a_file_that_was_put_aside_meanwhile_and_in_the_new_one() {
        let fill = |folder: &Folder| {
            File::options().append(true).open(folder.ledger()).unwrap().set_len(LARGEST).unwrap();
        };
        // The receipt is the first line of the new file.
        let folder = Folder::new("owed-new-file");
        let mut ledger = Ledger::new(&folder.0, "0");
        ledger.write(&receipt(1));
        fill(&folder);
        ledger.owe(Owed { visit: 4, used: true });
        folder.forgets_nothing(&mut ledger, |ledger| ledger.write(&receipt(4)));
        assert_eq!((folder.lines().len(), ledger.owed()), (1, None));

        // Another screen's kiosk began the new file after it.
        let folder = Folder::new("owed-old-file");
        let mut ledger = Ledger::new(&folder.0, "0");
        (1..4).for_each(|visit| ledger.write(&receipt(visit)));
        ledger.owe(Owed { visit: 4, used: true });
        folder.forgets_nothing(&mut ledger, |ledger| {
            ledger.write(&receipt(4));
            fill(&folder);
            Ledger::new(&folder.0, "1").write(&receipt(9));
        });
        assert_eq!((folder.lines().len(), ledger.owed()), (1, None));
    }

    #[test]
    fn a_file_that_lost_lines_says_nothing_of_a_receipt_that_is_owed() {
        let folder = Folder::new("owed-lost");
        let mut ledger = Ledger::new(&folder.0, "0");
        ledger.write(&receipt(4));
        let first = size(&folder.ledger()).unwrap();
        ledger.write(&receipt(5));
        ledger.owe(Owed { visit: 4, used: false });
        File::options().append(true).open(folder.ledger()).unwrap().set_len(first).unwrap();
        assert_eq!(ledger.owed(), Some(Owed { visit: 4, used: false }));
    }

    #[test]
    fn a_folder_that_cannot_be_written_does_not_stop_the_kiosk() {
        let mut ledger = Ledger::new(Path::new("/proc/nowhere"), "0");
        ledger.write(&receipt(1));
        ledger.write(&receipt(2));
        assert!(ledger.broken.receipt);
    }
}

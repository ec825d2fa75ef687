//! The ledger: one receipt a line, appended and synced, so that a power cut loses at most the last line.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use kiosk_core::receipt::Receipt;
use serde_json::Value;

/// The ledger's file.
pub(crate) struct Ledger {
    path: PathBuf,
    /// The last write failed; said once, not at each visit.
    broken: bool,
}

impl Ledger {
    /// The ledger in the program's state folder.
    pub(crate) fn new(state: &Path) -> Self {
        Self { path: state.join("receipts.jsonl"), broken: false }
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
        match self.append(&line) {
            Ok(()) => self.broken = false,
            Err(error) if !self.broken => {
                self.broken = true;
                tracing::error!(
                    event = "ledger.failed",
                    reason = %error.kind(),
                    "receipts cannot be written to the state folder; the kiosk goes on, and keeps trying"
                );
            }
            Err(_) => {}
        }
    }

    fn append(&self, line: &Value) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new().create(true).append(true).read(true).open(&self.path)?;
        // A line that a power cut left half is ended first, so that it spoils nothing but itself.
        let start = if ends_with_newline(&mut file)? { "" } else { "\n" };
        file.write_all(format!("{start}{line}\n").as_bytes())?;
        file.sync_data()
    }
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

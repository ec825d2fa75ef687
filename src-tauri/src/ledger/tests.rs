#![allow(clippy::unwrap_used)]

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
    let visits: Vec<_> = lines.iter().filter_map(|line| serde_json::from_str::<Receipt>(&strip(line)).ok()).collect();
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

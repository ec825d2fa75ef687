//! The files: who may change the configuration, and whether receipts can be written.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::MetadataExt,
    path::Path,
};

use kiosk_core::config::Config;

use super::{Finding, shown};
use crate::{ledger, platform::probe};

/// With less free space than this receipts soon fail, in MB.
const TOO_LITTLE: u64 = 20;
/// With less it is time to look, in MB.
const LITTLE: u64 = 200;
/// The name of a file that is made and removed at once.
const PROBE: &str = ".doctor";

pub(super) fn check(config_file: Option<&Path>, config: Option<&Config>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(file) = config_file.filter(|file| file.exists()) {
        findings.push(permissions(&shown(file), mode(file), file.parent().map_or(0, mode), has_secret(file)));
    }
    let state = ledger::state_folder();
    findings.push(writable("state", &shown(&state), &try_to_write(&state)));
    findings.push(space(existing(&state).and_then(probe::free_bytes)));
    if let Some(downloads) = config.and_then(|config| config.allow.downloads.as_ref()) {
        findings.push(writable("downloads", &shown(&downloads.folder), &try_to_write(&downloads.folder)));
    }
    if let Some(uploads) = config.and_then(|config| config.allow.uploads.as_ref()) {
        findings.push(readable(&shown(uploads), fs::read_dir(uploads).map(|_| ())));
    }
    findings
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).map(|found| found.mode()).unwrap_or_default()
}

/// Whether a hash of the staff's PIN or something like it stands in the file.
fn has_secret(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let keys = text.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once('='));
    keys.map(|(key, _)| key.trim().to_lowercase())
        .any(|key| ["pin", "secret", "password", "token", "private_key"].iter().any(|word| key.contains(word)))
}

fn permissions(file: &str, mode: u32, folder: u32, has_secret: bool) -> Finding {
    const ID: &str = "permissions";
    const ALL_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    if mode & ALL_WRITE != 0 {
        let sentence = format!("Every user of this machine may change {file}: which page opens, and what it may do.");
        return Finding::problem(ID, sentence, format!("Run `chmod o-w {file}`."));
    }
    if folder & ALL_WRITE != 0 && folder & STICKY == 0 {
        let sentence = format!("Every user of this machine may put another file in the place of {file}.");
        return Finding::problem(ID, sentence, "Take the right to write to its folder away from others: `chmod o-w`.");
    }
    if has_secret && mode & 0o004 != 0 {
        let sentence = format!("Every user of this machine may read {file}, and there is a secret in it.");
        return Finding::warning(
            ID,
            sentence,
            format!("Run `chmod o-r {file}`; the kiosk's user must still be able to read it."),
        );
    }
    if mode & 0o020 != 0 {
        let sentence = format!("A whole group may change {file}.");
        return Finding::warning(ID, sentence, format!("Run `chmod g-w {file}`, unless that is what you want."));
    }
    Finding::ok(ID, format!("Only its owner may change {file}."))
}

/// Writes a file and removes it. A folder that is not there is made by the kiosk, so its place is tried.
fn try_to_write(folder: &Path) -> io::Result<()> {
    let place = if folder.exists() { folder } else { existing(folder).ok_or(io::ErrorKind::NotFound)? };
    let file = place.join(PROBE);
    OpenOptions::new().write(true).create(true).truncate(true).open(&file)?;
    fs::remove_file(file)
}

/// The folder, or the nearest above it that is there.
fn existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.exists())
}

fn writable(id: &'static str, folder: &str, written: &io::Result<()>) -> Finding {
    match written {
        Ok(()) => Finding::ok(id, format!("{folder} can be written.")),
        Err(error) => Finding::problem(
            id,
            format!("{folder} cannot be written ({}).", error.kind()),
            "Give the kiosk's user a folder of that name that it owns.",
        ),
    }
}

fn readable(folder: &str, read: io::Result<()>) -> Finding {
    match read {
        Ok(()) => Finding::ok("uploads", format!("{folder} can be read.")),
        Err(error) => Finding::problem(
            "uploads",
            format!("{folder} cannot be read ({}), so nobody can send a file.", error.kind()),
            "Make the folder, and let the kiosk's user read it.",
        ),
    }
}

fn space(free: Option<u64>) -> Finding {
    const ID: &str = "disk";
    let Some(megabytes) = free.map(|bytes| bytes >> 20) else {
        return Finding::unknown(ID, "How much space is free where receipts are kept is not known.");
    };
    let advice = "Make room on the disk. The receipts themselves take a few megabytes at most.";
    let sentence = format!("{megabytes} MB are free where receipts are kept.");
    match megabytes {
        ..TOO_LITTLE => Finding::problem(ID, sentence, advice),
        TOO_LITTLE..LITTLE => Finding::warning(ID, sentence, advice),
        _ => Finding::ok(ID, sentence),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn who_may_change_the_configuration_is_judged() {
        let of = |mode, folder, secret| permissions("c.toml", mode, folder, secret).verdict;
        assert_eq!(of(0o100_644, 0o040_755, false), Verdict::Ok);
        assert_eq!(of(0o100_646, 0o040_755, false), Verdict::Problem);
        assert_eq!(of(0o100_644, 0o040_777, false), Verdict::Problem);
        // In /tmp and its like nobody can replace another's file.
        assert_eq!(of(0o100_644, 0o041_777, false), Verdict::Ok);
        assert_eq!(of(0o100_644, 0o040_755, true), Verdict::Warning);
        assert_eq!(of(0o100_640, 0o040_755, true), Verdict::Ok);
        assert_eq!(of(0o100_664, 0o040_755, false), Verdict::Warning);
    }

    #[test]
    fn a_folder_is_tried_and_left_as_it_was() {
        let folder = std::env::temp_dir().join(format!("support-kiosk-doctor-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(writable("state", "x", &try_to_write(&folder.join("not/there"))).verdict, Verdict::Ok);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let file = folder.join("file");
        fs::write(&file, "pin_hash = \"x\"").unwrap();
        assert!(has_secret(&file));
        fs::write(&file, "# pin = 1\nname = \"pin\"").unwrap();
        assert!(!has_secret(&file));
        assert_eq!(writable("state", "x", &try_to_write(&file)).verdict, Verdict::Problem);
        assert_eq!(readable("x", fs::read_dir(folder.join("none")).map(|_| ())).verdict, Verdict::Problem);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn space_is_judged() {
        let of = |megabytes: u64| space(Some(megabytes << 20)).verdict;
        assert_eq!([of(5), of(100), of(5000)], [Verdict::Problem, Verdict::Warning, Verdict::Ok]);
        assert_eq!(space(None).verdict, Verdict::Unknown);
    }
}

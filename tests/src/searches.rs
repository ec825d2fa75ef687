//! Searching everything that a program leaves behind for words that must not be there.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, process};

use anyhow::Result;

use crate::kiosk::Kiosk;
use crate::stage::Stage;

/// Files beyond this size hold pictures or caches of code, not words; reading them whole would take minutes.
const LARGEST: u64 = 64 << 20;

/// A word that nothing else contains, for this run alone.
#[must_use]
pub fn marker(kind: &str) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.map_or(0, |now| now.subsec_nanos());
    format!("planted{kind}{}x{now}", process::id())
}

/// Where any of the words was found: `marker in place`, one entry each.
pub fn search(stage: &Stage, kiosk: &Kiosk, words: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut look = |place: &str, bytes: &[u8]| {
        for word in words {
            if holds(bytes, word) {
                found.push(format!("{word} in {place}"));
            }
        }
    };
    look("standard error", kiosk.log.text().as_bytes());
    look("standard output", kiosk.output.text().as_bytes());
    for note in stage.notifications.all() {
        look("a notification", format!("{note:?}").as_bytes());
    }
    for file in files(stage)? {
        look(&file.display().to_string(), &read(&file));
    }
    Ok(found)
}

/// Every file below the test's home, and every younger one in the temporary folder.
fn files(stage: &Stage) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    walk(stage.home.root(), None, &mut found)?;
    let since = stage.home.made();
    for entry in fs::read_dir(env::temp_dir())? {
        let path = entry?.path();
        // Other tests' homes and compilers' folders are deep and not this program's.
        if path != stage.home.root() && is_younger(&path, since) {
            if path.is_file() {
                found.push(path);
            } else if path.is_dir() && !path.join("CACHEDIR.TAG").exists() {
                walk(&path, Some(since), &mut found)?;
            }
        }
    }
    Ok(found)
}

fn walk(folder: &Path, since: Option<SystemTime>, found: &mut Vec<PathBuf>) -> Result<()> {
    // A folder of another program may go while we look, or be closed to us.
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        let Ok(kind) = path.symlink_metadata().map(|meta| meta.file_type()) else {
            continue;
        };
        if kind.is_dir() {
            walk(&path, since, found)?;
        } else if kind.is_file() && since.is_none_or(|since| is_younger(&path, since)) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_younger(path: &Path, than: SystemTime) -> bool {
    path.symlink_metadata().and_then(|meta| meta.modified()).is_ok_and(|modified| modified >= than)
}

fn read(file: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A file that has gone holds nothing.
    if let Ok(file) = File::open(file) {
        drop(file.take(LARGEST).read_to_end(&mut bytes));
    }
    bytes
}

/// As UTF-8 or as UTF-16, which WebKit's own files use.
fn holds(bytes: &[u8], word: &str) -> bool {
    let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    contains(bytes, word.as_bytes()) || contains(bytes, &wide)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let Some(first) = part.first() else {
        return true;
    };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(part) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

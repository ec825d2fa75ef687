//! How large the program is, and its package.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::program;

use crate::peer::KIOSK;
use crate::report::Row;

/// Bytes in a megabyte, as a package manager counts.
const MEGABYTE: f64 = 1e6;

/// The program without its symbols, and the newest package, where one was built.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let home = Home::make("bench-size")?;
    let stripped = home.root().join("stripped");
    let status = Command::new("strip").arg("-o").arg(&stripped).arg(program::path()?).status()?;
    ensure!(status.success(), "strip did not work");
    let mut rows = vec![Row::new("size of the stripped program", "MB").once(KIOSK, size(&stripped)?)];
    if let Some(package) = newest_package()? {
        rows.push(Row::new("size of the .deb", "MB").once(KIOSK, size(&package)?).note(package.display().to_string()));
    }
    Ok(rows)
}

fn size(file: &std::path::Path) -> Result<f64> {
    Ok(fs::metadata(file)?.len() as f64 / MEGABYTE)
}

fn newest_package() -> Result<Option<PathBuf>> {
    let Ok(entries) = fs::read_dir("target/package") else {
        return Ok(None);
    };
    let packages =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|kind| kind == "deb"));
    Ok(packages.max_by_key(|path| fs::metadata(path).and_then(|facts| facts.modified()).ok()))
}

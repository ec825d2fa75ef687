//! A mistake in the configuration: told with line and column, exit code 2, and nothing starts.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::{Config, Kiosk, Setup, Stage, program};

const SOON: Duration = Duration::from_secs(20);

#[test]
fn it_names_line_column_and_what_would_be_right_and_no_window_opens() -> Result<()> {
    let stage = Stage::named("bad-configuration").up()?;
    let text = "profile = \"kiosk\"\n[notice]\nsecond = 20\n";
    let mut kiosk = Kiosk::start(&stage, Setup::new(Config::raw(text)))?;
    let status = kiosk.wait_exit(SOON)?;
    ensure!(status.code() == Some(2), "{status}");
    kiosk.log.wait_end(SOON)?;
    let said = kiosk.log.text();
    ensure!(said.contains("config.toml"), "the file: {said}");
    ensure!(said.contains("3:1") || said.contains("line 3, column 1"), "line and column: {said}");
    ensure!(said.contains("second"), "the offending text: {said}");
    ensure!(said.contains("seconds"), "what would be right: {said}");
    ensure!(!said.contains("panicked"), "{said}");
    ensure!(stage.windows()?.is_empty(), "a window: {:?}", stage.windows()?);
    Ok(())
}

#[test]
fn every_kind_of_mistake_ends_with_code_2() -> Result<()> {
    for (text, line) in [
        ("profile = \"kisok\"\n", 1),
        ("[chat]\nurl = 7\n", 2),
        ("[chat]\nurl = \"ftp://example.com/\"\n", 2),
        ("[chat]\nurl = \"not an address\"\n", 2),
        ("[chat\n", 1),
        ("[notice]\nseconds = -1\n", 2),
        ("\n\n[log]\nformat = \"xml\"\n", 4),
        ("[brand]\naccent = \"no colour\"\n", 2),
        // A yellow button on white.
        ("[brand]\nname = \"Example\"\naccent = \"#ffd200\"\n", 3),
    ] {
        let home = Home::make("mistake")?;
        let file = home.root().join("my.toml");
        fs::write(&file, text)?;
        let path = file.display().to_string();
        let ran = program::run(&home, &["--config", &path, "check"], "", SOON)?;
        ran.expect_no_panic()?;
        let said = format!("{}{}", ran.stdout, ran.stderr);
        ensure!(ran.code() == Some(2), "{text:?} ended with {:?}: {said}", ran.code());
        let placed = said.contains(&format!(":{line}:")) || said.contains(&format!("line {line},"));
        ensure!(placed, "{text:?} should be placed in line {line}: {said}");
    }
    Ok(())
}

#[test]
fn what_would_keep_the_kiosk_from_starting_the_check_finds() -> Result<()> {
    let home = Home::make("unusable-files")?;
    let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
    large.resize(3 << 20, 0);
    fs::write(home.root().join("large.png"), large)?;
    fs::write(home.root().join("moving.gif"), b"GIF89a")?;
    fs::write(home.root().join("late.svg"), format!("<!--{}--><svg/>", " ".repeat(512)))?;
    let fleet = "[fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin\"\nid = \"k1\"\n";
    // It is written as a key is, but anybody could sign for it.
    let no_key = format!("ed25519:AQ{}=", "A".repeat(41));
    for (text, line, key, why) in [
        ("[brand]\nlogo = \"moving.gif\"\n".to_owned(), 2, "brand.logo", "neither PNG, JPEG, WebP nor SVG"),
        ("[brand]\nlogo = \"late.svg\"\n".to_owned(), 2, "brand.logo", "neither PNG, JPEG, WebP nor SVG"),
        ("[brand]\nlogo = \"large.png\"\n".to_owned(), 2, "brand.logo", "larger than 2 MiB"),
        (format!("{fleet}command_keys = [\"{no_key}\"]\n"), 5, "fleet.command_keys", "no usable Ed25519 key"),
        (format!("{fleet}ca_file = \"none.pem\"\n"), 5, "fleet.ca_file", "none.pem"),
        (
            format!("{fleet}username = \"u\"\npassword_file = \"none.password\"\n"),
            6,
            "fleet.password_file",
            "none.password",
        ),
    ] {
        let file = home.root().join("my.toml");
        fs::write(&file, &text)?;
        let path = file.display().to_string();
        let checked = program::run(&home, &["--config", &path, "check"], "", SOON)?;
        checked.expect_no_panic()?;
        let said = &checked.stderr;
        ensure!(checked.code() == Some(2), "{text:?} ended with {:?}: {said}", checked.code());
        ensure!(said.contains(&format!(":{line}:")), "{text:?} should be placed in line {line}: {said}");
        ensure!(said.contains(key) && said.contains(why), "{text:?}: {said}");
        // The start says the same.
        let started = program::run(&home, &["--config", &path], "", SOON)?;
        ensure!(started.code() == Some(2) && started.stderr == *said, "{text:?}: {started:?}");
    }
    Ok(())
}

#[test]
fn a_file_that_is_not_there_is_named() -> Result<()> {
    let home = Home::make("absent")?;
    let ran = program::run(&home, &["--config", "/nowhere/kiosk.toml", "check"], "", SOON)?;
    ran.expect_no_panic()?;
    ensure!(ran.code() == Some(2), "{:?}: {}", ran.code(), ran.stderr);
    ensure!(ran.stderr.contains("/nowhere/kiosk.toml"), "{}", ran.stderr);
    Ok(())
}

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
fn a_file_that_is_not_there_is_named() -> Result<()> {
    let home = Home::make("absent")?;
    let ran = program::run(&home, &["--config", "/nowhere/kiosk.toml", "check"], "", SOON)?;
    ran.expect_no_panic()?;
    ensure!(ran.code() == Some(2), "{:?}: {}", ran.code(), ran.stderr);
    ensure!(ran.stderr.contains("/nowhere/kiosk.toml"), "{}", ran.stderr);
    Ok(())
}

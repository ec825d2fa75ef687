//! Without a display: a sentence and an exit code, no panic.

use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::program;

#[test]
fn it_says_so_and_ends() -> Result<()> {
    let home = Home::make("no-display")?;
    let ran = program::run(&home, &[], "", Duration::from_secs(20))?;
    ran.expect_no_panic()?;
    ensure!(ran.code().is_some_and(|code| code != 0), "{:?}: {}", ran.status, ran.stderr);
    let said = ran.stderr.to_lowercase();
    ensure!(said.contains("display"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn a_display_that_does_not_answer() -> Result<()> {
    let home = Home::make("dead-display")?;
    let ran = program::run_with(&home, &["run"], "", Duration::from_secs(20), |command| {
        command.env("DISPLAY", ":4093");
    })?;
    ran.expect_no_panic()?;
    ensure!(ran.code().is_some_and(|code| code != 0), "{:?}: {}", ran.status, ran.stderr);
    ensure!(ran.stderr.contains("4093") || ran.stderr.to_lowercase().contains("display"), "{}", ran.stderr);
    Ok(())
}

#[test]
fn what_needs_no_display_works_without_one() -> Result<()> {
    let home = Home::make("headless")?;
    for arguments in [["--version"].as_slice(), &["--help"], &["schema"], &["check"]] {
        let ran = program::run(&home, arguments, "", Duration::from_secs(20))?;
        ran.expect_no_panic()?;
        ensure!(ran.code() == Some(0), "{arguments:?}: {:?}: {}", ran.code(), ran.stderr);
        ensure!(!ran.stdout.is_empty(), "{arguments:?} says nothing");
    }
    Ok(())
}

//! `support-kiosk preview`: every picture in the language that was asked for, without a display of the caller's own.

use std::fs;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_tests::home::Home;
use kiosk_tests::{program, screen};

#[test]
fn every_size_has_a_folder_when_there_are_several() -> Result<()> {
    let home = Home::make("preview-sizes")?;
    let arguments = ["preview", "--language", "de", "--size", "800x600", "--size", "480x800", "--appearance", "dark"];
    let ran = program::run(&home, &arguments, "", Duration::from_secs(300))?;
    ensure!(ran.code() == Some(0), "{}", ran.stderr);
    for (size, dimensions) in [("800x600", (800, 600)), ("480x800", (480, 800))] {
        let file = home.root().join("preview").join(size).join("de/staff-menu.png");
        let picture = image::load_from_memory(&fs::read(file)?)?.to_rgba8();
        ensure!(picture.dimensions() == dimensions);
        ensure!(screen::share(&picture, screen::whole(&picture), [0x0f, 0x14, 0x19]) > 0.5, "{size} is not dark");
    }
    Ok(())
}

#[test]
fn pictures_of_every_scene_and_the_notice_are_made_without_a_display() -> Result<()> {
    let home = Home::make("preview")?;
    let arguments = ["preview", "--language", "ar", "--size", "800x600", "--out", "pictures"];
    let ran = program::run(&home, &arguments, "", Duration::from_secs(300))?;
    ensure!(ran.code() == Some(0), "{}", ran.stderr);
    let files: Vec<&str> = ran.stdout.lines().collect();
    ensure!(files.len() >= 27, "{files:?}");
    for scene in ["welcome", "one-moment", "still-there", "out-of-service-network", "staff-menu", "notice-agent"] {
        let wanted = format!("pictures/ar/{scene}.png");
        ensure!(files.iter().any(|file| *file == wanted), "{wanted} is not among {files:?}");
    }
    for file in files {
        let picture = image::load_from_memory(&fs::read(home.root().join(file))?)?.to_rgba8();
        ensure!(picture.dimensions() == (800, 600), "{file}: {:?}", picture.dimensions());
        ensure!(!screen::is_flat(&picture), "{file} has one colour");
    }
    Ok(())
}

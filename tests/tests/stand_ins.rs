//! Large libraries that the engine would load in each of its processes: something small stands in for them, and nobody misses them.

use std::fs;

use anyhow::{Result, ensure};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use serde_json::json;

/// Parts of names of libraries: a voice to speak with, a program that pretends to be a graphics card.
const LARGE: [&str; 4] = ["libflite_cmu_us_", "libLLVM", "swrast_dri", "libgallium"];
const OURS: &str = "libkiosk_stand_ins.so";

#[test]
fn no_process_has_a_voice_or_a_drawing_program_and_pages_get_on_without() -> Result<()> {
    let stage = Stage::named("stand-ins").up()?;
    let pages = Pages::start()?;
    let setup = Setup::on_page(&pages, "client=v1").set("window.acceleration", "never");
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    for process in kiosk.processes()? {
        let libraries = libraries(process.pid)?;
        // There are processes beside the engine's.
        let ours = libraries.contains(OURS) || !libraries.contains("libwebkit2gtk");
        ensure!(ours, "{} has nothing that stands in", process.name);
        let large = LARGE.iter().find(|large| libraries.contains(**large));
        ensure!(large.is_none(), "{} has {large:?}", process.name);
    }

    // The voices are the system's own, once a page asks; a card is not there, and a page hears it and lives on.
    let page = pages.visitor(1)?.launched()?;
    page.script(
        "page",
        "const card = document.createElement('canvas').getContext('webgl');
         const voices = speechSynthesis.getVoices().map(({ name, lang }) => name + ' ' + lang);
         Control.tell('asked', { card: card !== null, voices })",
    )?;
    let asked = page.wait_for("asked", &json!({"card": false}), 1)?;
    let voices = asked.fields["voices"].as_array().map_or(0, Vec::len);
    ensure!(voices >= 4, "flite has four voices of English: {asked:?}");

    // The next life has them from its own folder again, and inherits nothing that it would take for somebody's.
    let mark = kiosk.log.mark();
    kiosk.signal("ABRT")?;
    kiosk.log.wait_after(mark, "restarted", &json!({}), PATIENCE)?;
    kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1}), PATIENCE)?;
    let inherited = fs::read_to_string(format!("/proc/{}/environ", kiosk.pid()))?;
    ensure!(!inherited.contains("LD_LIBRARY_PATH="), "the next life was told what the engine is told");
    for process in kiosk.webkit("WebKit")? {
        let libraries = libraries(process.pid)?;
        ensure!(libraries.contains(OURS) && !libraries.contains(LARGE[0]), "{} in the second life", process.name);
    }
    kiosk.expect_alive()
}

#[test]
fn a_program_without_the_folder_runs_on_the_systems_libraries() -> Result<()> {
    let stage = Stage::named("stand-ins-none").up()?;
    let pages = Pages::start()?;
    let alone = "mkdir \"$HOME/alone\" && cp \"$0\" \"$HOME/alone/\" && exec \"$HOME/alone/support-kiosk\" \"$@\"";
    let setup = Setup::on_page(&pages, "client=v1").set("window.acceleration", "never").under(&["sh", "-c", alone]);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    let engine = kiosk.webkit("WebKit")?;
    ensure!(engine.len() >= 3, "the engine's processes were not looked at: {engine:?}");
    for process in engine {
        ensure!(!libraries(process.pid)?.contains(OURS), "{} found the folder all the same", process.name);
    }
    kiosk.expect_alive()
}

#[test]
fn a_stand_in_that_the_engine_cannot_live_with_is_done_without() -> Result<()> {
    let stage = Stage::named("stand-ins-broken").up()?;
    let pages = Pages::start()?;
    // A driver that is not to be found: each page's process ends as soon as it looks for it.
    let broken = "mkdir -p \"$HOME/alone/stand-ins\" && cp \"$0\" \"$HOME/alone/\" \
        && cp \"${0%/*}/libkiosk_stand_ins.so\" \"$HOME/alone/stand-ins/\" \
        && echo '{\"file_format_version\":\"1.0.0\",\"ICD\":{\"library_path\":\"/nowhere/none.so\"}}' \
            >\"$HOME/alone/stand-ins/no-card.json\" \
        && exec \"$HOME/alone/support-kiosk\" \"$@\"";
    let setup = Setup::on_page(&pages, "client=v1").set("window.acceleration", "never").under(&["sh", "-c", broken]);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.log.wait_after(kiosk.log.start(), "visit.fresh", &json!({}), PATIENCE)?;
    // The front's may have been born before the second death; it dies of it yet.
    wait::until("no page's process should be told of it any more", PATIENCE, || {
        let pages = kiosk.webkit("WebKitWeb")?;
        let told =
            |pid| fs::read_to_string(format!("/proc/{pid}/environ")).is_ok_and(|told| told.contains("no-card.json"));
        Ok((pages.len() == 2 && !pages.iter().any(|process| told(process.pid))).then_some(()))
    })?;
    kiosk.expect_alive()
}

fn libraries(pid: u32) -> Result<String> {
    Ok(fs::read_to_string(format!("/proc/{pid}/maps"))?)
}

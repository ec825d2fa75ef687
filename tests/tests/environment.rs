//! Variables that steer a process from outside do not get into the kiosk's, whoever plants them; and what the kiosk tells the
//! engine's processes by one.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use serde_json::json;

/// Name, value, and the entry of the kiosk's list that it falls under.
const PLANTED: &[(&str, &str, &str)] = &[
    ("LD_PRELOAD", "/nowhere/planted.so", "LD_PRELOAD"),
    ("LD_LIBRARY_PATH", "/nowhere/planted", "LD_LIBRARY_PATH"),
    ("LD_AUDIT", "/nowhere/planted.so", "LD_AUDIT"),
    ("GCONV_PATH", "/nowhere/planted", "GCONV_PATH"),
    ("GTK_DEBUG", "interactive", "GTK_DEBUG"),
    ("GTK_MODULES", "planted", "GTK_MODULES"),
    ("GTK_PATH", "/nowhere/planted", "GTK_PATH"),
    ("GTK_EXE_PREFIX", "/nowhere/planted", "GTK_EXE_PREFIX"),
    ("GTK_DATA_PREFIX", "/nowhere/planted", "GTK_DATA_PREFIX"),
    ("GDK_DEBUG", "events", "GDK_DEBUG"),
    ("GDK_PIXBUF_MODULE_FILE", "/nowhere/planted", "GDK_PIXBUF_MODULE_FILE"),
    ("GIO_EXTRA_MODULES", "/nowhere/planted", "GIO_EXTRA_MODULES"),
    ("GST_PLUGIN_PATH", "/nowhere/planted", "GST_PLUGIN_*"),
    ("GST_PLUGIN_SYSTEM_PATH_1_0", "/nowhere/planted", "GST_PLUGIN_*"),
    ("SSLKEYLOGFILE", "/tmp/planted", "SSLKEYLOGFILE"),
    ("WEBKIT_INSPECTOR_SERVER", "127.0.0.1:45678", "WEBKIT_INSPECTOR_*"),
    ("WEBKIT_INSPECTOR_HTTP_SERVER", "127.0.0.1:45679", "WEBKIT_INSPECTOR_*"),
    ("WEBKIT_DEBUG", "Loading", "WEBKIT_DEBUG"),
    ("WEBKIT_EXEC_PATH", "/nowhere/planted", "WEBKIT_EXEC_PATH"),
    ("WEBKIT_INJECTED_BUNDLE_PATH", "/nowhere/planted", "WEBKIT_INJECTED_BUNDLE_PATH"),
    ("WEBKIT_FORCE_SANDBOX", "0", "WEBKIT_FORCE_SANDBOX=0"),
    ("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"),
    ("JSC_planted", "1", "JSC_*"),
    ("TAURI_WEBVIEW_AUTOMATION", "true", "TAURI_*"),
    ("TAURI_AUTOMATION", "true", "TAURI_*"),
];

/// By which the engine's processes are told of the kiosk's own libraries.
const LIBRARIES: &str = "LD_LIBRARY_PATH";

#[test]
fn what_is_planted_is_neither_in_the_program_nor_in_the_engines_processes() -> Result<()> {
    let stage = Stage::named("environment").up()?;
    let pages = Pages::start()?;
    // These a kiosk needs: they stay.
    let kept = [("no_proxy", "localhost,127.0.0.1"), ("GDK_SCALE", "1")];
    let mut setup = Setup::on_page(&pages, "client=v1");
    for (name, value) in PLANTED.iter().map(|(name, value, _)| (name, value)).chain(kept.iter().map(|(n, v)| (n, v))) {
        setup = setup.variable(name, value);
    }
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    for (name, value, entry) in PLANTED {
        let line = json!({"rule": "environment", "name": entry});
        kiosk.log.wait_after(kiosk.log.start(), "blocked", &line, PATIENCE)?;
        for process in kiosk.processes()? {
            let mut there = variables(process.pid).into_iter();
            let found = there.find(|variable| variable.starts_with(&format!("{name}=")));
            // Of these the kiosk has one of its own, for the engine.
            let own = *name == LIBRARIES && found.as_ref().is_some_and(|found| !found.contains(value));
            ensure!(own || found.is_none(), "{name} is in the environment of {} ({})", process.name, process.pid);
        }
    }
    let own = variables(kiosk.pid());
    ensure!(own.len() > 5, "the environment could not be read");
    for (name, value) in kept {
        ensure!(own.contains(&format!("{name}={value}")), "{name} is gone: {own:?}");
    }
    let engine = kiosk.webkit("WebKit")?;
    ensure!(engine.len() >= 3, "the engine's processes were not looked at: {engine:?}");
    kiosk.expect_alive()
}

#[test]
fn the_engine_is_not_told_of_fonts_that_are_missing_in_each_life_of_the_program() -> Result<()> {
    let stage = Stage::named("environment-fonts").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.fresh(1)?;
    let file = stage.home.state().join("fonts.conf");
    let expected = fs::read_to_string(&file)?;
    ensure!(expected.contains("<edit name=\"family\" mode=\"delete\"/>"), "nothing is left out: {expected}");
    expect_fonts(&kiosk, &file)?;

    // Whoever clears the folder takes it from nobody: it is back before the next page's process looks for it.
    fs::remove_file(&file)?;
    kiosk.signal("USR2")?;
    kiosk.fresh(2)?;
    ensure!(fs::read_to_string(&file)? == expected, "it came back as another");

    // A life that inherits the variable does not take its own file for the system's; one without the file writes it.
    fs::remove_file(&file)?;
    let mark = kiosk.log.mark();
    kiosk.signal("ABRT")?;
    kiosk.log.wait_after(mark, "restarted", &json!({}), PATIENCE)?;
    kiosk.log.wait_after(mark, "visit.fresh", &json!({"visit": 1}), PATIENCE)?;
    expect_fonts(&kiosk, &file)?;
    ensure!(fs::read_to_string(&file)? == expected, "the second life knows other fonts");
    kiosk.expect_alive()
}

#[test]
fn an_administrators_own_file_of_fonts_stays() -> Result<()> {
    let stage = Stage::named("environment-own-fonts").up()?;
    let pages = Pages::start()?;
    let own = "/etc/fonts/fonts.conf";
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").variable("FONTCONFIG_FILE", own))?;
    kiosk.fresh(1)?;
    expect_fonts(&kiosk, Path::new(own))?;
    ensure!(!stage.home.state().join("fonts.conf").exists(), "a file that nobody asked for");
    kiosk.expect_alive()
}

fn expect_fonts(kiosk: &Kiosk, file: &Path) -> Result<()> {
    let expected = format!("FONTCONFIG_FILE={}", file.display());
    for process in kiosk.webkit("WebKit")? {
        let variables = variables(process.pid);
        ensure!(variables.contains(&expected), "{} has no {expected}: {variables:?}", process.name);
    }
    Ok(())
}

/// The environment with which a process was started; empty when it is gone.
fn variables(pid: u32) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    bytes.split(|byte| *byte == 0).map(|one| String::from_utf8_lossy(one).into_owned()).collect()
}

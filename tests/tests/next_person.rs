//! The next person finds nothing: all that a browser can keep is planted in one visit, in the page and in its
//! cross-origin frame, and looked for in the next.

use std::collections::HashSet;
use std::fs;
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::leaks::{self, Leaks};
use kiosk_tests::pages::{COMPOSER, DIRTY};
use kiosk_tests::searches::{marker, search};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Config, Kiosk, Pages, Setup, Stage, events, screen};
use serde_json::{Value, json};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, CreateWindowAux, WindowClass};

/// What has to stick in the page, or the trial is worth nothing. In the frame an engine may keep less.
const STICKS: [&str; 10] = [
    "cookie",
    "http_only_cookie",
    "local_storage",
    "session_storage",
    "indexed_db",
    "cache_api",
    "service_worker",
    "http_cache",
    "window_name",
    "history",
];

#[test]
fn nothing_that_was_planted_is_found() -> Result<()> {
    let stage = Stage::named("next-person").up()?;
    let planted = marker("leak");
    let pages = Leaks::start(&planted)?;
    let config =
        Config::new().chat(&pages.page(), &[&pages.frame_origin()]).set("log.level", "trace").set("notice.seconds", 2);
    let mut kiosk = Kiosk::start(&stage, Setup::new(config))?;

    let mut typed = Vec::new();
    let mut loads = HashSet::new();
    kiosk.enter(&stage, 1)?;
    for visit in 1..=3 {
        let load = look(&pages, visit, &loads)?;
        loads.insert(load.clone());
        expect_no_clipboard(&stage, visit)?;
        let word = marker("typed");
        write(&stage, &pages, &load, &word)?;
        typed.push(word);
        // Larger, with the wheel and with a key.
        stage.input.key("ctrl+plus")?;
        wait::until_true("the visit's streams should be open", PATIENCE, || pages.streams(&load) == 2)?;
        let old = renderers(&kiosk)?;

        pages.event(&load, &events::agents_end(&format!("l{visit}")));
        kiosk.notice(visit)?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
        // Not one frame of the old chat after "fresh".
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(1) {
            let seen = stage.screen.look()?;
            if screen::shows(&seen, DIRTY) {
                stage.screen.shot("old-chat")?;
                anyhow::bail!("the old chat is on the screen after visit {} was fresh", visit + 1);
            }
        }
        wait::until("the old visit's streams should be closed", Duration::from_secs(10), || {
            Ok((pages.streams(&load) == 0).then_some(()))
        })?;
        // The front's stays, and what may have been warmed up for this visit.
        wait::until("the old visit's process should be gone", Duration::from_secs(10), || {
            let now = renderers(&kiosk)?;
            Ok((now.intersection(&old).count() == 1).then_some(()))
        })
        .with_context(|| format!("there were {old:?}, there are {:?}", kiosk.processes()))?;
    }
    let words: Vec<&str> = typed.iter().map(String::as_str).chain([planted.as_str()]).collect();
    // The page's own address, which is configured, carries the planted word into the configuration file.
    let found = search(&stage, &kiosk, &words)?;
    let found: Vec<_> = found.into_iter().filter(|one| !one.ends_with("config.toml")).collect();
    ensure!(found.is_empty(), "{found:#?}");
    kiosk.expect_alive()
}

#[test]
fn twenty_five_visits_in_a_row() -> Result<()> {
    many_visits("many-visits", 25, 5)
}

/// `make soak` runs it: `cargo test -p kiosk-tests --test next_person -- --ignored`.
#[test]
#[ignore = "minutes: make soak"]
fn two_hundred_visits_in_a_row() -> Result<()> {
    many_visits("many-visits-soak", 200, 20)
}

/// Each begins with nothing, and the tree of processes stays as it was after the first ones.
fn many_visits(name: &str, visits: u64, settle: u64) -> Result<()> {
    let stage = Stage::named(name).up()?;
    // An impatient hand: each touch is the second or third of the one before, which the toolkit calls by another name.
    stage.home.toolkit("gtk-double-click-time = 60000")?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1").set("notice.seconds", 0))?;
    let mut measured = Vec::new();
    kiosk.enter(&stage, 1)?;
    for visit in 1..=visits {
        let page = pages.visitor(usize::try_from(visit)?)?.launched()?;
        wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")?;
        // Whoever touches in the very moment in which the front lifts means the chat, and is heard.
        stage.input.click(640, 300)?;
        page.wait_for("click", &json!({"type": "click"}), 1)?;
        page.agent_says("Dana", "Good morning")?;
        if visit >= settle {
            wait::until("old processes should go", Duration::from_secs(15), || {
                Ok((renderers(&kiosk)?.len() <= 2).then_some(()))
            })?;
            measured.push(Measured::of(&kiosk)?);
        }
        page.event(&events::agents_end(&format!("m{visit}")))?;
        kiosk.expect_reset(visit, "agent_end", "confirmed")?;
    }
    pages.expect_no_leftovers()?;
    report(&measured)?;

    let (first, last) = (measured.first().context("none")?, measured.last().context("none")?);
    ensure!(last.processes <= first.processes + 1, "{} processes became {}", first.processes, last.processes);
    ensure!(last.files <= first.files + 24, "{} open files became {}", first.files, last.files);
    kiosk.expect_alive()
}

/// What the tree of processes holds.
struct Measured {
    processes: usize,
    files: usize,
    memory: u64,
}

impl Measured {
    fn of(kiosk: &Kiosk) -> Result<Self> {
        let tree = kiosk.processes()?;
        let files = tree.iter().filter_map(|process| fs::read_dir(format!("/proc/{}/fd", process.pid)).ok());
        Ok(Self { processes: tree.len(), files: files.map(Iterator::count).sum(), memory: kiosk.memory()? })
    }
}

/// Past the test runner, which would keep it to itself.
fn report(measured: &[Measured]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nvisit | processes | open files | memory (PSS)")?;
    let step = (measured.len() / 10).max(1);
    for (number, one) in measured.iter().enumerate().step_by(step) {
        let mib = one.memory / 1024 / 1024;
        writeln!(out, "{number:>5} | {:>9} | {:>10} | {mib} MiB", one.processes, one.files)?;
    }
    writeln!(out, "slope: {:.0} KiB a visit", slope(measured) / 1024.0).context("the figures could not be written")
}

/// Least squares: bytes a visit.
#[allow(clippy::cast_precision_loss)] // Far below 2^52.
fn slope(measured: &[Measured]) -> f64 {
    let count = measured.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = measured.iter().map(|one| one.memory as f64).sum::<f64>() / count;
    let (mut above, mut below) = (0.0, 0.0);
    for (number, one) in measured.iter().enumerate() {
        let from = number as f64 - middle;
        above += from * (one.memory as f64 - mean);
        below += from * from;
    }
    if below == 0.0 { 0.0 } else { above / below }
}

/// The visit's page and frame have looked, found nothing, and planted everything.
fn look(pages: &Leaks, visit: u64, before: &HashSet<String>) -> Result<String> {
    let load = wait::until("the page should be loaded", PATIENCE, || {
        Ok(pages.newest().ok().filter(|load| !before.contains(load)))
    })?;
    for place in ["page", "frame"] {
        let found = leaks::found(&pages.told(&load, place, "found")?);
        ensure!(found == json!({}), "the {place} of visit {visit} found {found}");
        let planted = leaks::found(&pages.told(&load, place, "planted")?);
        if visit == 1 {
            // Without the values: a log of this output may lie where the search below looks.
            let names: Vec<_> =
                planted.as_object().into_iter().flatten().filter(|(_, value)| !is_missing(value)).collect();
            let names: Vec<_> = names.into_iter().map(|(name, _)| name.as_str()).collect();
            writeln!(std::io::stdout().lock(), "what sticks in the {place}: {}", names.join(", "))?;
        }
        if place == "page" {
            let missing: Vec<_> = STICKS.iter().filter(|name| is_missing(&planted[**name])).collect();
            ensure!(missing.is_empty(), "these could not be planted in the page: {missing:?}; {planted}");
        }
    }
    Ok(load)
}

fn is_missing(planted: &Value) -> bool {
    planted.is_null() || planted.as_str().is_some_and(|text| text.starts_with("error"))
}

/// Writes into the frame's composer, pastes what the one before may have left, and copies.
fn write(stage: &Stage, pages: &Leaks, load: &str, word: &str) -> Result<()> {
    let seen = stage.screen.wait_until("composer", PATIENCE, |picture| screen::shows(picture, COMPOSER))?;
    let (x, y) = screen::patch(&seen, COMPOSER)?.middle()?;
    stage.input.click(x, y)?;
    wait::until("the composer should take keys", PATIENCE, || {
        stage.input.type_text("x")?;
        Ok(wait::until_true("a key", Duration::from_millis(300), || pages.count(load, "input") > 0).ok())
    })?;
    stage.input.key("ctrl+v")?;
    stage.input.click_with(kiosk_tests::input::Button::Middle, x, y)?;
    let value = || -> Result<String> {
        Ok(pages.told(load, "frame", "input")?["value"].as_str().unwrap_or_default().to_owned())
    };
    // What is typed now arrives after what was pasted. On a busy machine a key can get lost, so it is typed until it shows.
    let pasted = wait::until("a key should arrive after the paste", PATIENCE, || {
        let before = value()?.len();
        stage.input.type_text("x")?;
        let grown =
            wait::until("a key", Duration::from_millis(500), || Ok(Some(value()?).filter(|now| now.len() > before)));
        Ok(grown.ok())
    })?;
    ensure!(pasted.chars().all(|one| one == 'x'), "{pasted:?} was pasted from the visit before");
    wait::until("the word should arrive", PATIENCE, || {
        stage.input.key("ctrl+a")?;
        stage.input.type_text(word)?;
        Ok(wait::until("the word", Duration::from_secs(2), || Ok((value()? == word).then_some(()))).ok())
    })?;
    stage.input.key("ctrl+a")?;
    stage.input.key("ctrl+c")?;
    wait::until("the copy should be on the clipboard", PATIENCE, || {
        let copied = selection(stage, "CLIPBOARD")?;
        Ok((copied.contains(word) && selection(stage, "PRIMARY")?.contains(word)).then_some(()))
    })
}

fn expect_no_clipboard(stage: &Stage, visit: u64) -> Result<()> {
    for name in ["CLIPBOARD", "PRIMARY"] {
        let held = selection(stage, name)?;
        ensure!(held.is_empty(), "{name} holds {held:?} in visit {visit}");
    }
    Ok(())
}

/// What a selection holds, as text; empty when nobody owns it.
fn selection(stage: &Stage, name: &str) -> Result<String> {
    let (display, root) = stage.display.connect()?;
    let atom = |name: &str| -> Result<u32> { Ok(display.intern_atom(false, name.as_bytes())?.reply()?.atom) };
    let (selection, text, into) = (atom(name)?, atom("UTF8_STRING")?, atom("KIOSK_TEST")?);
    if display.get_selection_owner(selection)?.reply()?.owner == x11rb::NONE {
        return Ok(String::new());
    }
    let window = display.generate_id()?;
    let looks = CreateWindowAux::new();
    display.create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &looks)?.check()?;
    display.convert_selection(window, selection, text, into, x11rb::CURRENT_TIME)?.check()?;
    let answer = wait::until("the selection's owner should answer", Duration::from_secs(5), || {
        Ok(display.poll_for_event()?.and_then(|event| match event {
            Event::SelectionNotify(answer) => Some(answer),
            _ => None,
        }))
    })?;
    if answer.property == x11rb::NONE {
        return Ok(String::new());
    }
    let held = display.get_property(true, window, into, AtomEnum::ANY, 0, 1 << 16)?.reply()?;
    Ok(String::from_utf8_lossy(&held.value).into_owned())
}

fn renderers(kiosk: &Kiosk) -> Result<HashSet<u32>> {
    Ok(kiosk.webkit("WebKitWebProces")?.iter().map(|process| process.pid).collect())
}

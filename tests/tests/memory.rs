//! What stays in the memory of the kiosk's own process: neither which keys people pressed nor which frames were painted.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, visitor};
use serde_json::{Value, json};

/// `GenericEvent`, `XI_RawKeyPress` and `XI_RawKeyRelease`, as X numbers them (Xproto.h, XI2.h).
const GENERIC: u64 = 35;
const RAW_KEYS: [u64; 2] = [13, 14];
/// Extensions have their numbers from here on.
const EXTENSIONS: u64 = 128;

/// The display server offers every key of the whole screen to whoever asks for them ("raw" events of the X input extension),
/// and a library that asks and forgets to give them back keeps what each visitor typed, with its time, until the program ends:
/// in reach of a crash dump.
#[test]
fn no_raw_key_stays() -> Result<()> {
    let stage = Stage::named("typed-keys").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1&thief=1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?;
    visitor::touches(&stage, &page)?;
    for count in 1..=4 {
        stage.input.type_text("what somebody typed")?;
        page.wait_for("input", &Value::Null, count * 19)?;
    }
    let kept = raw_keys(&memory(kiosk.pid())?);
    ensure!(kept == 0, "{kept} raw key events are in the memory of the program");
    kiosk.expect_alive()
}

/// A page may move for hours while nobody touches anything.
#[test]
fn no_frame_stays() -> Result<()> {
    let stage = Stage::named("painted-frames").up()?;
    let pages = Pages::start()?;
    let mut kiosk = Kiosk::start(&stage, Setup::on_page(&pages, "client=v1"))?;
    kiosk.enter(&stage, 1)?;
    let page = pages.visitor(1)?.launched()?;
    page.script("page", &MOVES.replace("FRAMES", &FRAMES.to_string()))?;
    page.wait_within("moved", &json!({"frames": FRAMES}), 1, Duration::from_secs(60))?;
    let kept = noted_frames(&memory(kiosk.pid())?);
    ensure!(kept < FRAMES / 4, "{kept} notes of {FRAMES} frames are in the memory of the program");
    kiosk.expect_alive()
}

const FRAMES: usize = 400;

/// Paints so many frames, each of another colour than the last.
const MOVES: &str = "
    let frames = 0;
    const move = () => {
        document.querySelector('h1').style.background = frames % 2 ? 'teal' : 'olive';
        frames += 1;
        if (frames < FRAMES) requestAnimationFrame(move);
        else Control.tell('moved', { frames });
    };
    move();
";

/// What a process can write to, one piece of memory after the other, in words.
fn memory(pid: u32) -> Result<Vec<Vec<u64>>> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut pieces = Vec::new();
    for line in fs::read_to_string(format!("/proc/{pid}/maps"))?.lines() {
        let mut fields = line.split_whitespace();
        let (Some(range), Some(access)) = (fields.next(), fields.next()) else { continue };
        let is_file = fields.nth(3).is_some_and(|name| name.starts_with('/'));
        let (from, to) = range.split_once('-').context("a range")?;
        let (from, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        if is_file || !access.starts_with("rw") || to - from > 1 << 30 {
            continue;
        }
        let mut bytes = vec![0; usize::try_from(to - from)?];
        // Some of what is mapped cannot be read, and some is gone by now.
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            let words = bytes.chunks_exact(8).filter_map(|word| Some(u64::from_ne_bytes(word.try_into().ok()?)));
            pieces.push(words.collect());
        }
    }
    let looked_at: usize = pieces.iter().map(Vec::len).sum();
    ensure!(looked_at > 1 << 17, "the program's memory could not be read");
    Ok(pieces)
}

/// How many events of raw keys (`XIRawEvent`: type, serial number, whether sent, display, extension and kind) there are.
fn raw_keys(memory: &[Vec<u64>]) -> usize {
    let is_raw_key = |event: &&[u64]| {
        let (extension, kind) = (event[4] & 0xffff_ffff, event[4] >> 32);
        event[0] & 0xffff_ffff == GENERIC
            && event[2] & 0xffff_ffff == 0
            && (EXTENSIONS..256).contains(&extension)
            && RAW_KEYS.contains(&kind)
    };
    memory.iter().map(|piece| piece.windows(5).filter(is_raw_key).count()).sum()
}

/// How many notes of frames there are that nobody has read. They lie in blocks of thirty-one, each the window's number and
/// a 1 for "written and not read" (a `WindowId` of tao in a list of crossbeam-channel); what comes first is the compiler's
/// choice, and the first or last of a block may look like no pair.
fn noted_frames(memory: &[Vec<u64>]) -> usize {
    const BLOCK: std::ops::RangeInclusive<usize> = 30..=31;
    let mut kept = 0;
    for piece in memory {
        let mut from = 0;
        while from < piece.len() {
            let window = piece[from];
            let notes = piece[from..].chunks_exact(2).take_while(|note| **note == [window, 1]).count();
            if BLOCK.contains(&notes) && (1..1 << 32).contains(&window) {
                kept += notes;
            }
            from += (notes * 2).max(1);
        }
    }
    kept
}

//! Nothing in the kiosk's own process keeps which keys people pressed.
//!
//! The display server offers every key of the whole screen to whoever asks for them ("raw" events of the X input extension),
//! and a library that asks and forgets to give them back keeps what each visitor typed, with its time, until the program ends:
//! in reach of a crash dump.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, visitor};
use serde_json::Value;

/// `GenericEvent`, `XI_RawKeyPress` and `XI_RawKeyRelease`, as X numbers them (Xproto.h, XI2.h).
const GENERIC: u64 = 35;
const RAW_KEYS: [u64; 2] = [13, 14];
/// Extensions have their numbers from here on.
const EXTENSIONS: u64 = 128;

#[test]
fn no_raw_key_stays_in_the_programs_memory() -> Result<()> {
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
    let kept = raw_keys(kiosk.pid())?;
    ensure!(kept == 0, "{kept} raw key events are in the memory of the program");
    kiosk.expect_alive()
}

/// How many events of raw keys (`XIRawEvent`: type, serial number, whether sent, display, extension and kind) there are in the
/// memory that a process writes to.
fn raw_keys(pid: u32) -> Result<usize> {
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut kept = 0;
    let mut looked_at = 0;
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
        if memory.read_exact_at(&mut bytes, from).is_err() {
            continue;
        }
        looked_at += bytes.len();
        let words: Vec<u64> =
            bytes.chunks_exact(8).filter_map(|word| Some(u64::from_ne_bytes(word.try_into().ok()?))).collect();
        let is_raw_key = |event: &&[u64]| {
            let (extension, kind) = (event[4] & 0xffff_ffff, event[4] >> 32);
            event[0] & 0xffff_ffff == GENERIC
                && event[2] & 0xffff_ffff == 0
                && (EXTENSIONS..256).contains(&extension)
                && RAW_KEYS.contains(&kind)
        };
        kept += words.windows(5).filter(is_raw_key).count();
    }
    ensure!(looked_at > 1 << 20, "the program's memory could not be read");
    Ok(kept)
}

//! From the end of the notice's countdown to the next page that takes a touch, with the sandbox's own page and client.

use anyhow::Result;
use kiosk_tests::Stage;
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK};
use crate::report::Row;
use crate::shift::Shift;

/// Time enough to warm something up while the notice is read.
const NOTICE_SECONDS: u32 = 3;

/// What the resets of one setup gave, in milliseconds.
#[derive(Default)]
struct Resets {
    /// Until a touch arrived in the next page.
    touched: Vec<f64>,
    /// What the kiosk says itself.
    receipts: Vec<f64>,
}

/// Without a spare webview and with one, where the program knows of such a thing.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let note = "from clearSession called in the old page to a touch heard in the next one; somebody touches the screen every \
                8 ms meanwhile. The kiosk's own figure beside it is the receipt's reset_ms";
    let what = "end of countdown to fresh and interactive";
    if !peer::knows_spare()? {
        let only = resets(bench, None)?;
        return Ok(vec![
            Row::new(what, "ms")
                .with(KIOSK, &only.touched)
                .with("its receipts", &only.receipts)
                .note(format!("{note}. This program has no spare webview")),
        ]);
    }
    let (without, with) = (resets(bench, Some(false))?, resets(bench, Some(true))?);
    Ok(vec![
        Row::new(format!("{what}, spare"), "ms")
            .with(KIOSK, &with.touched)
            .with("its receipts", &with.receipts)
            .note(note),
        Row::new(format!("{what}, no spare"), "ms")
            .with(KIOSK, &without.touched)
            .with("its receipts", &without.receipts),
    ])
}

fn resets(bench: &Bench, spare: Option<bool>) -> Result<Resets> {
    let site = &bench.site;
    let stage = Stage::named("bench-reset").up()?;
    let mut setup = peer::setup(site, &site.url("?obey=1")).set("notice.seconds", NOTICE_SECONDS);
    if let Some(spare) = spare {
        setup = setup.set("visit.spare", spare);
    }
    let mut shift = Shift::begin(&stage, site, setup, &bench.limit)?;
    let mut resets = Resets::default();
    // The first reset of a program does some things once; it does not count.
    for count in 0..=bench.options.resets {
        let load = shift.enter()?;
        shift.mark()?;
        site.command(&load, json!({"do": "end"}));
        let cleared = site.next("cleared", Some(&load))?;
        let touched = shift.touch(Some(&load))?;
        let receipt = shift.receipt()?;
        if count > 0 {
            resets.touched.push((touched.at - cleared.at).as_secs_f64() * 1000.);
            resets.receipts.push(receipt);
        }
    }
    Ok(resets)
}

//! From a page's event to the call of `clearSession` in the page, on the page's own clock.

use anyhow::{Result, ensure};
use kiosk_tests::Stage;
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK};
use crate::report::Row;
use crate::shift::Shift;
use crate::stats::Spread;

/// Other events among which the end comes.
const PER_SECOND: u32 = 1000;
/// How long they come before the end does.
const BEFORE_MS: u32 = 150;

/// Each end ends a visit, so this takes as long as that many visits do, twice.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stage = Stage::named("bench-clear").up()?;
    let setup = peer::setup(&bench.site, &bench.site.url("stub?obey=1")).set("notice.seconds", 0);
    let mut shift = Shift::begin(&stage, &bench.site, setup, &bench.limit)?;
    let isolated = bench.site.next("painted", None)?.body["isolated"] == true;
    let (mut idle, mut busy, mut rates, mut floor) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for count in 0..bench.options.clears * 2 {
        let load = shift.enter()?;
        if count == 0 {
            bench.site.command(&load, json!({"do": "floor", "count": bench.options.clears}));
            let told = bench.site.next("floor", Some(&load))?;
            floor.extend(told.body["times"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64));
        }
        // What a fresh visit, and the end of the last one, still have to do is not what is measured.
        shift.rest()?;
        shift.mark()?;
        let is_busy = count % 2 == 1;
        if is_busy {
            bench.site.command(&load, json!({"do": "among", "per_second": PER_SECOND, "ms": BEFORE_MS}));
        } else {
            bench.site.command(&load, json!({"do": "end"}));
        }
        let told = bench.site.next("cleared", Some(&load))?;
        let ms = told.number("ms")?;
        if is_busy {
            rates.push(told.number("per_second")?);
            busy.push(ms);
        } else {
            idle.push(ms);
        }
    }
    let again = shift.kiosk()?.log.all("page.loaded_again").len();
    ensure!(!floor.is_empty(), "the page did not measure the floor");
    let clock = if isolated { "an isolated page's: 0.02 ms" } else { "1 ms: medians are whole milliseconds" };
    let rate = Spread::of(&rates).map_or(0., |rates| rates.median);
    let what = "event to clearSession called";
    Ok(vec![
        Row::new(format!("{what}, idle"), "ms").with(KIOSK, &idle).with("rule in the page", &floor).note(format!(
            "resolution of the page's clock: {clock}; the floor is one event after the other in one page"
        )),
        Row::new(format!("{what}, {PER_SECOND}/s others"), "ms").with(KIOSK, &busy).note(format!(
            "the page sent {rate:.0} other status events a second (median) for {BEFORE_MS} ms before the end and after it; \
             of all pages the engine gave up {again}, which were loaded again"
        )),
    ])
}

//! From the death of the page's process to the next page that takes a touch.

use std::time::Instant;

use anyhow::{Context, Result};
use kiosk_tests::Stage;
use kiosk_tests::process::Process;
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK};
use crate::report::Row;
use crate::shift::Shift;
use crate::tree;

/// So many deaths in a minute are answered at once; more of them would be measured with a pause.
const DEATHS: u64 = 4;

/// On the sandbox's own page.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let (mut touched, mut left) = (Vec::new(), bench.options.crashes);
    while left > 0 {
        let now = left.min(DEATHS);
        touched.extend(crashes(bench, now)?);
        left -= now;
    }
    let note = "from SIGKILL of the page's process to a touch heard in the next page";
    Ok(vec![Row::new("crash to fresh and interactive", "ms").with(KIOSK, &touched).note(note)])
}

fn crashes(bench: &Bench, count: u64) -> Result<Vec<f64>> {
    let site = &bench.site;
    let stage = Stage::named("bench-crash").up()?;
    let mut shift = Shift::begin(&stage, site, peer::setup(site, &site.url("?obey=1")), &bench.limit)?;
    let mut times = Vec::new();
    for _ in 0..count {
        let load = shift.enter()?;
        let renderer = renderer(bench, &shift, &load)?;
        shift.mark()?;
        let killed = Instant::now();
        renderer.signal("KILL")?;
        let touched = shift.touch(Some(&load))?;
        times.push((touched.at - killed).as_secs_f64() * 1000.);
    }
    Ok(times)
}

/// The process that shows this page: the one that is busy while the page is.
fn renderer(bench: &Bench, shift: &Shift, load: &str) -> Result<Process> {
    let all = shift.kiosk()?.webkit("WebKitWebProces")?;
    let before: Vec<f64> = all.iter().map(|one| tree::cpu(one.pid)).collect();
    bench.site.command(load, json!({"do": "spin", "ms": 500}));
    bench.site.next("spun", Some(load))?;
    let spent = all.into_iter().zip(before).map(|(one, before)| (tree::cpu(one.pid) - before, one));
    let busiest = spent.max_by(|(one, _), (other, _)| one.total_cmp(other));
    busiest.map(|(_, process)| process).context("the kiosk has no web process")
}

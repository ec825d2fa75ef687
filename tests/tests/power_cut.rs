//! The power is cut at any moment: the kiosk starts again, fresh, and its ledger can be read.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, program};
use serde_json::Value;

#[test]
fn ten_times_at_any_moment() -> Result<()> {
    cuts("power-cut", 10, 1)
}

/// `make soak` runs it: `cargo test -p kiosk-tests --test power_cut -- --ignored`.
#[test]
#[ignore = "minutes: make soak"]
fn a_hundred_times_at_any_moment() -> Result<()> {
    cuts("power-cut-soak", 100, 2)
}

fn cuts(name: &str, times: u64, seed: u64) -> Result<()> {
    let stage = Stage::named(name).up()?;
    let pages = Pages::start()?;
    let mut random = Random(seed);
    let mut fresh = 0;
    for round in 1..=times {
        let mut kiosk = start(&stage, &pages)?;
        // Before the window is up, while the first visit comes up, while visits end one after the other.
        let moment = Duration::from_millis(random.below(4_000));
        end_visits_for(moment, &stage, &kiosk, &pages)?;
        // The power knows no group: all of it goes at once.
        kill(&kiosk)?;
        kiosk.kill()?;
        fresh += kiosk.log.all("visit.fresh").len();
        drop(kiosk);
        let unreadable = unreadable(&stage).with_context(|| format!("after cut {round}, at {moment:?}"))?;
        ensure!(unreadable <= round, "{unreadable} broken lines after {round} cuts");
    }
    let mut kiosk = start(&stage, &pages)?;
    kiosk.fresh(1)?;
    kiosk.enter(&stage, 1).or_else(|_| kiosk.expect_alive())?;
    pages.expect_no_leftovers()?;
    let before = receipts(&stage)?;
    kiosk.terminate()?;
    kiosk.wait_exit(Duration::from_secs(20))?;
    fresh += kiosk.log.all("visit.fresh").len();
    let after = receipts(&stage)?;
    // Every visit has its one receipt, the interrupted ones too. A line of the log may be cut off with the power.
    let written = usize::try_from(count(&after, "visits"))?;
    let cuts = usize::try_from(times)?;
    ensure!((fresh..=fresh + cuts).contains(&written), "{fresh} visits were fresh, and there are {written} receipts");
    ensure!(count(&after["causes"], "interrupted") > 0, "{after}");
    ensure!(
        count(&after, "visits") == count(&before, "visits") + 1,
        "the last visit has its receipt: {before} {after}"
    );
    Ok(())
}

fn start(stage: &Stage, pages: &Pages) -> Result<Kiosk> {
    Kiosk::start(stage, Setup::on_page(pages, "client=v1").set("notice.seconds", 0))
}

/// Visits that end as fast as they can.
fn end_visits_for(time: Duration, stage: &Stage, kiosk: &Kiosk, pages: &Pages) -> Result<()> {
    let begun = Instant::now();
    let before = pages.loads();
    let mut ended = 0;
    while begun.elapsed() < time {
        let fresh = kiosk.log.all("visit.fresh").len();
        if fresh > ended && pages.loads() >= before + fresh {
            ended = fresh;
            // Somebody is there: a page that ends visits on its own is put out of service.
            stage.input.click(640, 300)?;
            pages.visitor(before + fresh)?.dispatch_now(&events::agents_end(&format!("p{ended}")));
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn kill(kiosk: &Kiosk) -> Result<()> {
    let tree = kiosk.processes()?;
    for process in tree.iter().rev() {
        // It may end by itself because of another one.
        drop(process.signal("KILL"));
    }
    Ok(())
}

/// Lines of the ledger that are no receipts; an error when `receipts` cannot read the rest.
fn unreadable(stage: &Stage) -> Result<u64> {
    let summary = receipts(stage)?;
    // What can be read by the program can be read by anybody.
    let text = fs::read(stage.home.state().join("receipts.jsonl")).unwrap_or_default();
    let broken = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty() && serde_json::from_slice::<Value>(line).is_err())
        .count();
    ensure!(count(&summary, "unreadable") == u64::try_from(broken)?, "{broken} broken lines, and it says {summary}");
    Ok(count(&summary, "unreadable"))
}

fn receipts(stage: &Stage) -> Result<Value> {
    let ran = program::run(&stage.home, &["receipts", "--json"], "", Duration::from_secs(20))?;
    ensure!(ran.code() == Some(0), "receipts failed: {}", ran.stderr);
    Ok(serde_json::from_str(&ran.stdout)?)
}

fn count(summary: &Value, of: &str) -> u64 {
    summary[of].as_u64().unwrap_or_default()
}

/// SplitMix64: the same moments in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (bits ^ (bits >> 31)) % bound
    }
}

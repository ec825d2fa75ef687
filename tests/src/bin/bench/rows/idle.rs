//! What each program costs while nobody is there: the kiosk on its welcome scene, the others on the page.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use kiosk_tests::display::Display;
use kiosk_tests::{Stage, wait};

use crate::Bench;
use crate::peer::{self, Peer, Running};
use crate::report::Row;
use crate::site::PATIENCE;
use crate::tree::Work;

/// What a start still has to do is not what is measured.
const REST: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// All at the same time, each on a display of its own: what is counted is their own CPU time and their own wake-ups.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let site = &bench.site;
    let stage = Stage::named("bench-idle").up()?;
    let mut displays = Vec::new();
    let mut running = Vec::new();
    for peer in &bench.peers {
        site.forget();
        let started = match peer {
            Peer::Kiosk => welcome(bench, &stage)?,
            Peer::Other { .. } => {
                let mut display = Display::start(1280, 800)?;
                display.manage()?;
                let started = peer.start_on(&display, stage.bus.address(), &site.url(""), &bench.limit)?;
                displays.push(display);
                site.next("ready", None).with_context(|| peer.name())?;
                started
            }
        };
        running.push((peer.name(), started));
    }
    thread::sleep(REST);
    crate::picture(&stage, "welcome")?;
    let from = Instant::now();
    let mut work: Vec<Work> = running.iter().map(|_| Work::default()).collect();
    loop {
        for ((_, one), work) in running.iter().zip(&mut work) {
            work.look(&one.processes()?);
        }
        let left = bench.options.idle.saturating_sub(from.elapsed());
        if left.is_zero() {
            break;
        }
        thread::sleep(left.min(BETWEEN_LOOKS));
    }
    let seconds = from.elapsed().as_secs_f64();
    let mut cpu = Row::new("idle: share of a core", "%").note(format!("over {seconds:.0} s"));
    let mut wakes = Row::new("idle: wake-ups a second", "n").note("voluntary context switches of all threads");
    for ((name, _), work) in running.iter().zip(&work) {
        cpu = cpu.once(*name, work.cpu / seconds * 100.);
        wakes = wakes.once(*name, work.wakes / seconds);
    }
    Ok(vec![cpu, wakes])
}

/// The kiosk, once its welcome scene covers an untouched visit.
fn welcome(bench: &Bench, stage: &Stage) -> Result<Running> {
    let setup = peer::setup(&bench.site, &bench.site.url("")).set("idle.after_seconds", 1);
    let running = Running::kiosk(stage, setup, &bench.limit)?;
    let kiosk = running.as_kiosk()?;
    wait::until("the welcome scene should show", PATIENCE, || Ok((kiosk.scene_now() == "welcome").then_some(())))?;
    Ok(running)
}

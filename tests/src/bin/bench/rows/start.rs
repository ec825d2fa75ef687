//! From the start of a process to a painted page, and what the open chat takes of the memory: all programs in turn.

use std::thread;
use std::time::Instant;

use anyhow::{Context, Result};
use kiosk_tests::Stage;
use serde_json::json;

use crate::Bench;
use crate::peer::{KIOSK, Peer};
use crate::report::Row;
use crate::site::PATIENCE;
use crate::tree::Look;

/// What one start of one program gave.
struct Start {
    painted: f64,
    ready: f64,
    /// When the kiosk's front lifted from the page, by its log.
    lifted: Option<f64>,
    settled: Look,
}

/// A B C A B C. A first round fills caches and makes profiles; it does not count.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let stage = Stage::named("bench-start").up()?;
    let mut starts: Vec<Vec<Start>> = bench.peers.iter().map(|_| Vec::new()).collect();
    for round in 0..=bench.options.rounds {
        for (peer, starts) in bench.peers.iter().zip(&mut starts) {
            let start =
                start(bench, &stage, peer, round == 0).with_context(|| format!("{} in round {round}", peer.name()))?;
            if round > 0 {
                starts.push(start);
            }
        }
    }
    let row = |what: &str, unit: &'static str, note: &str, of: fn(&Start) -> f64| {
        let each = bench.peers.iter().zip(&starts);
        each.fold(Row::new(what, unit), |row, (peer, starts)| {
            row.with(peer.name(), &starts.iter().map(of).collect::<Vec<_>>())
        })
        .note(note)
    };
    let lifted: Vec<f64> = starts.iter().flatten().filter_map(|start| start.lifted).collect();
    let settle = format!(
        "{} s after the chat was opened; proportional shares of the whole tree",
        bench.options.settle.as_secs()
    );
    Ok(vec![
        row("start to painted", "ms", "to the second animation frame of the parsed page", |start| start.painted),
        row("start to chat ready", "ms", "to the second animation frame after the chat's button", |start| start.ready),
        Row::new("start to the front lifted from the ready chat", "ms").with(KIOSK, &lifted),
        row("memory with the chat open", "MiB", &settle, |start| start.settled.pss / f64::from(1 << 20)),
        row("processes with the chat open", "n", "", |start| start.settled.processes),
        row("threads with the chat open", "n", "", |start| start.settled.threads),
    ])
}

fn start(bench: &Bench, stage: &Stage, peer: &Peer, is_trial: bool) -> Result<Start> {
    let site = &bench.site;
    site.forget();
    let from = Instant::now();
    let running = peer.start(stage, site, &site.url("?open=1"), &bench.limit)?;
    let painted = site.next("painted", None)?;
    let ready = site.next("ready", Some(&painted.load))?;
    site.next("opened", Some(&painted.load))?;
    let lifted = match running.as_kiosk() {
        Ok(kiosk) => {
            Some(kiosk.log.wait_after(kiosk.log.start(), "scene.shown", &json!({"scene": "none"}), PATIENCE)?.at)
        }
        Err(_) => None,
    };
    if !is_trial {
        thread::sleep(bench.options.settle);
    }
    let milliseconds = |at: Instant| (at - from).as_secs_f64() * 1000.;
    let start = Start {
        painted: milliseconds(painted.at),
        ready: milliseconds(ready.at),
        lifted: lifted.map(milliseconds),
        settled: running.look()?,
    };
    // What the display shows is what was measured.
    crate::picture(stage, &peer.name().replace(' ', "-"))?;
    Ok(start)
}

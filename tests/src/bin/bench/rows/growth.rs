//! Whether anything grows over many visits with a conversation each.

use std::thread;
use std::time::Duration;

use anyhow::Result;
use kiosk_tests::process::Process;
use kiosk_tests::{Stage, wait};
use serde_json::json;

use crate::Bench;
use crate::peer::{self, KIOSK};
use crate::report::Row;
use crate::shift::Shift;
use crate::site::Site;
use crate::stats::Spread;
use crate::tree::Look;

/// How many looks there are.
const LOOKS: u64 = 50;
/// In the composer of the sandbox's open chat.
const COMPOSER: (i16, i16) = (400, 730);
const MIB: f64 = (1 << 20) as f64;
/// How long old processes may take to go before a look.
const REST: Duration = Duration::from_secs(3);

/// The first tenth fills caches; it does not count.
pub(crate) fn measure(bench: &Bench) -> Result<Vec<Row>> {
    // An org of its own: conversations that other rows left behind still wait in the other one's queue.
    let site = &Site::start()?;
    let stage = Stage::named("bench-growth").up()?;
    let renew = bench.options.renew;
    let setup = peer::setup(site, &site.url("?obey=1")).set("notice.seconds", 0);
    let setup = setup.set("visit.renew_after_visits", renew);
    let mut shift = Shift::begin(&stage, site, setup, &bench.limit)?;
    let visits = bench.options.visits;
    let every = (visits / LOOKS).max(1);
    let (mut looks, mut written, mut renewals) = (Vec::new(), 0, 0);
    let mut lasting = Lasting::all();
    for visit in 1..=visits {
        let load = shift.enter()?;
        lasting.iter_mut().try_for_each(|one| one.find(&shift))?;
        if visit.is_multiple_of(every) && visit > visits / 10 {
            thread::sleep(REST);
            lasting.iter_mut().for_each(|one| one.look(visit));
            looks.push((visit, shift.look()?));
        }
        shift.mark()?;
        written += u32::from(converses(site, &stage, &load)?);
        if shift.has_had(renew) {
            shift.renew()?;
            renewals += 1;
        }
    }
    let row = |what: &str, unit: &'static str, of: fn(&Look) -> f64| {
        let points: Vec<(f64, f64)> = looks.iter().map(|(visit, look)| (*visit as f64, of(look))).collect();
        let (first, last) = (points.first().map_or(0., |one| one.1), points.last().map_or(0., |one| one.1));
        let note = format!(
            "after visit {}: {first:.1}; after visit {visits}: {last:.1}",
            looks.first().map_or(0, |one| one.0)
        );
        Row::new(format!("growth of {what}"), unit).slope(KIOSK, &points).note(note)
    };
    let parts = lasting.iter().map(|one| {
        let range = Spread::of(&one.looks.iter().map(|(_, mib)| *mib).collect::<Vec<_>>());
        let note = range.map_or(String::new(), |range| format!("between {:.1} and {:.1}", range.least, range.most));
        Row::new(format!("growth of the memory of {} alone", one.what), "MiB").slope(KIOSK, &one.looks).note(note)
    });
    let whole = [
        row("memory", "MiB", |look| look.pss / MIB),
        row("file descriptors", "n", |look| look.fds),
        row("threads", "n", |look| look.threads),
        row("processes", "n", |look| look.processes).note(format!(
            "{visits} visits with a conversation each; in {written} of them the visitor's line arrived too; the program \
             began anew {renewals} times"
        )),
    ];
    Ok(whole.into_iter().chain(parts).collect())
}

/// A process that is there for many visits.
struct Lasting {
    what: &'static str,
    name: &'static str,
    process: Option<Process>,
    /// Visit and memory, in MiB.
    looks: Vec<(f64, f64)>,
}

impl Lasting {
    /// The window's, and the two oldest that the engine has: the one for our own pages and the one for connections.
    fn all() -> [Self; 3] {
        [
            ("the window", "support-kiosk"),
            ("our own pages", "WebKitWebProces"),
            ("the network's process", "WebKitNetworkPr"),
        ]
        .map(|(what, name)| Self { what, name, process: None, looks: Vec::new() })
    }

    /// Finds it where it is not there yet, or not any more.
    fn find(&mut self, shift: &Shift) -> Result<()> {
        let is_there = |one: &Process| one.own_memory() > 0;
        if !self.process.as_ref().is_some_and(is_there) {
            let all = shift.processes()?;
            self.process = all.into_iter().filter(|one| one.name == self.name).min_by_key(|one| one.pid);
        }
        Ok(())
    }

    fn look(&mut self, visit: u64) {
        let memory = self.process.as_ref().map_or(0, Process::own_memory);
        self.looks.push((visit as f64, memory as f64 / MIB));
    }
}

/// Opens a chat, writes a line, hears the agent, and is left. Says whether the line arrived: a key may be lost while the
/// chat takes the focus, and nobody waits for it for long.
fn converses(site: &Site, stage: &Stage, load: &str) -> Result<bool> {
    let org = &site.org;
    site.command(load, json!({"do": "open"}));
    let id = org.wait_waiting()?.id().to_owned();
    org.accept(&id, "Dana")?;
    stage.input.click(COMPOSER.0, COMPOSER.1)?;
    stage.input.type_text("Hello, I have a question.\n")?;
    for line in ["Good morning, what can I do for you?", "One moment, please.", "That is on its way. Goodbye!"] {
        org.say(&id, line)?;
    }
    let arrived = wait::until("the visitor's line should arrive", Duration::from_secs(2), || {
        Ok(org.conversation(&id)?.has_message("Hello, I have a question.").then_some(()))
    });
    org.end(&id, "Agent")?;
    Ok(arrived.is_ok())
}

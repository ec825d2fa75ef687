//! What was measured, as a table and as JSON.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Plan;
use crate::broker::Broker;

/// The kernel counts a process's time in hundredths of a second.
const TICKS: f64 = 100.;

/// The whole.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Figures {
    /// How many kiosks.
    pub kiosks: usize,
    /// With TLS, users and access list.
    pub guarded: bool,
    /// All connect for the first time.
    pub connect: Storm,
    /// In KiB.
    pub memory: Memory,
    /// One visit, in messages.
    pub visit: Visit,
    /// All visits at once.
    pub traffic: Traffic,
    /// One signed command for all: seconds until the answers were there.
    pub commands: Vec<Spread>,
    /// The broker was stopped, events waited, and it was started again. Times from its start.
    pub restart: Storm,
    /// The broker was killed while events were on their way.
    pub kill: Storm,
    /// Events beyond the bound, counted by the kiosks themselves.
    pub lost_by_kiosks: u64,
    /// What became of all events, until the broker was killed.
    pub proof: Proof,
    /// What the broker had acknowledged and took with it when it was killed.
    pub lost_with_the_broker: u64,
    /// By the last level of the topic.
    pub sizes: Sizes,
}

/// By the last level of the topic.
pub type Sizes = BTreeMap<&'static str, Size>;

/// Many connections at once. Seconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Storm {
    /// Until half of them were connected.
    pub half: f64,
    /// Until 99 of 100 were.
    pub p99: f64,
    /// Until all were.
    pub all: f64,
    /// Connections in the busiest second.
    pub peak: usize,
    /// Until everything that had waited was told; 0 where nothing had.
    pub told: f64,
    /// The broker's processor time.
    pub broker_cpu: f64,
    /// The simulator's own: for all kiosks and the counter.
    pub own_cpu: f64,
}

/// Messages of one kiosk.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Visit {
    /// `event`.
    pub events: f64,
    /// `reported`.
    pub reported: f64,
}

/// Memory in KiB.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Memory {
    /// The process before the first kiosk, in bytes.
    pub before: u64,
    /// For each kiosk when all are in service.
    pub kiosk: f64,
    /// For each kiosk when the broker was away and is back, with what the counter has kept in between.
    pub kiosk_after_restart: f64,
    /// In the broker, for each kiosk.
    pub kiosk_at_broker: f64,
}

/// Events from all kiosks through the broker to one subscriber.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Traffic {
    /// How many arrived.
    pub events: u64,
    /// In so many seconds.
    pub seconds: f64,
    /// So many in each.
    pub per_second: f64,
    /// The broker's processor time for one, in microseconds, with its share of `reported`.
    pub broker_cpu_micros: f64,
    /// The simulator's own, for a kiosk's and the counter's part of it.
    pub own_cpu_micros: f64,
}

/// Seconds.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Spread {
    /// Half of them.
    pub half: f64,
    /// 99 of 100.
    pub p99: f64,
    /// All.
    pub all: f64,
}

/// What the counter found.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct Proof {
    /// How many numbers the kiosks gave to events.
    pub numbers: u64,
    /// How many of them came.
    pub received: u64,
    /// How many the kiosks said were lost beyond the bound.
    pub told_lost: u64,
    /// How many neither came nor were told as lost: must be 0.
    pub missing: u64,
    /// How many came though they were told as lost: on their way when a queue ran over.
    pub told_too_often: u64,
    /// How many came once more.
    pub doubles: u64,
    /// How many came after a later one: must be 0.
    pub out_of_order: u64,
    /// How many visits ended.
    pub visits: u64,
    /// How many of their receipts came.
    pub receipts: u64,
}

/// Messages of one kind.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Size {
    /// How many.
    pub count: u64,
    /// Their payloads' bytes.
    pub payload: u64,
    /// The largest payload.
    pub largest: usize,
    /// Their topics' bytes.
    pub topic: u64,
}

impl Size {
    pub(super) fn add(&mut self, topic: usize, payload: usize) {
        self.count += 1;
        self.topic += topic as u64;
        self.payload += payload as u64;
        self.largest = self.largest.max(payload);
    }
}

impl Figures {
    pub(super) fn of(plan: &Plan) -> Self {
        Self { kiosks: plan.kiosks, guarded: plan.guarded, ..Self::default() }
    }
}

impl Storm {
    pub(super) fn of(start: Instant, ups: impl Iterator<Item = Instant>) -> Self {
        let times: Vec<f64> = ups.map(|up| up.saturating_duration_since(start).as_secs_f64()).collect();
        let Spread { half, p99, all } = Spread::of(times.clone());
        let in_second = |from: &f64| times.iter().filter(|time| (*from..*from + 1.).contains(*time)).count();
        let peak = times.iter().map(in_second).max().unwrap_or(0);
        Self { half, p99, all, peak, ..Self::default() }
    }
}

impl Traffic {
    pub(super) fn of(events: u64, seconds: f64, broker: f64, own: f64) -> Self {
        let count = events.max(1) as f64;
        let micros = |cpu: f64| cpu * 1e6 / count;
        let (broker_cpu_micros, own_cpu_micros) = (micros(broker), micros(own));
        Self { events, seconds, per_second: count / seconds, broker_cpu_micros, own_cpu_micros }
    }
}

impl Spread {
    pub(super) fn of(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
        let at = |percent| at(percent).copied().unwrap_or(0.);
        Self { half: at(50), p99: at(99), all: at(100) }
    }
}

/// What a process has used.
pub(super) struct Use {
    /// Bytes in memory.
    pub(super) memory: u64,
    /// Seconds of processor time.
    pub(super) cpu: f64,
}

impl Use {
    /// Of the broker, or of this process.
    pub(super) fn now(broker: Option<&Broker>) -> Result<Self> {
        let pid = broker.map_or("self".to_owned(), |broker| broker.pid().to_string());
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let (_, stat) = stat.rsplit_once(')').context("a process without a name")?;
        // The fields 14 and 15, and the name is the second.
        let ticks: Vec<f64> = stat.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
        let memory: u64 = memory.context("a process without memory")?.parse()?;
        Ok(Self { memory: memory * 1024, cpu: ticks.iter().sum::<f64>() / TICKS })
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let way = if self.guarded { "TLS, users, access list" } else { "no TLS, no users" };
        writeln!(f, "{} kiosks, one broker, {way}\n", self.kiosks)?;
        let mut row = |name: &str, value: String| writeln!(f, "{name:<52} {value}");
        for (name, storm) in [
            ("all connect", &self.connect),
            ("all come back after a restart of the broker", &self.restart),
            ("all come back after the broker was killed", &self.kill),
        ] {
            row(name, format!("{:.1} s (half {:.1} s, 99 % {:.1} s)", storm.all, storm.half, storm.p99))?;
            row("  connections in the busiest second", storm.peak.to_string())?;
            row(
                "  the broker's processor time",
                format!("{:.2} s (the simulator's: {:.2} s)", storm.broker_cpu, storm.own_cpu),
            )?;
            if storm.told > 0. {
                row("  until all that had waited was told", format!("{:.1} s", storm.told))?;
            }
        }
        for Spread { half, p99, all } in &self.commands {
            row("a signed command answered by all", format!("{all:.2} s (half {half:.2} s, 99 % {p99:.2} s)"))?;
        }
        let traffic = &self.traffic;
        row("events a second, kiosks to broker to subscriber", format!("{:.0}", traffic.per_second))?;
        row(
            "  the broker's processor time for one",
            format!("{:.0} µs (the simulator's: {:.0} µs)", traffic.broker_cpu_micros, traffic.own_cpu_micros),
        )?;
        let Visit { events, reported } = &self.visit;
        row("one visit", format!("{events:.1} messages to event, {reported:.1} to reported"))?;
        let memory = &self.memory;
        row("memory for each kiosk, TLS included", format!("{:.0} KiB", memory.kiosk))?;
        row("  after the restart of the broker", format!("{:.0} KiB", memory.kiosk_after_restart))?;
        row("  in the broker", format!("{:.1} KiB", memory.kiosk_at_broker))?;
        let proof = &self.proof;
        row("events", format!("{} ({} of {} receipts)", proof.numbers, proof.receipts, proof.visits))?;
        row("  came", format!("{}, {} of them again", proof.received, proof.doubles))?;
        row("  lost beyond the bound", format!("{} at the kiosks, {} told so", self.lost_by_kiosks, proof.told_lost))?;
        row("  told as lost, and came", proof.told_too_often.to_string())?;
        row("  missing", proof.missing.to_string())?;
        row("  out of order", proof.out_of_order.to_string())?;
        row("events that a killed broker took with it", self.lost_with_the_broker.to_string())?;
        for (kind, size) in &self.sizes {
            let mean = size.payload / size.count.max(1);
            let topic = size.topic / size.count.max(1);
            let text = format!("{} of {mean} bytes ({} at most), topic {topic}", size.count, size.largest);
            row(&format!("messages: {kind}"), text)?;
        }
        Ok(())
    }
}

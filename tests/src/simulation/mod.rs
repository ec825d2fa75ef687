//! A fleet in one process: the fleet's own code many times over, each kiosk with visits that are only told of, against
//! one real broker.
//!
//! Somebody who counts listens at the broker, and says at the end what was lost: each event has its number, and each
//! visit its receipt.

mod figures;
mod kiosk;
mod tally;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kiosk_fleet::key::SecretKey;
use kiosk_fleet::mqtt;
use kiosk_fleet::topic::Place;
use tokio::runtime::Runtime;

use crate::broker::{ADMIN, Broker};
use crate::home::Home;
use crate::wait;

use figures::Use;
use kiosk::Kiosk;
use tally::Tally;

pub use figures::{Figures, Memory, Proof, Size, Sizes, Spread, Storm, Traffic, Visit};

/// Nothing moves any more when nothing has come for so long.
const QUIET: Duration = Duration::from_secs(2);
/// The kiosks of one site.
const SITE: usize = 50;

/// What is to be simulated.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many kiosks.
    pub kiosks: usize,
    /// How many visits each of them has in each part.
    pub visits: u64,
    /// How many events each of them keeps at least while the broker is away.
    pub queue: usize,
    /// With TLS, a user for each kiosk and the access list, as the package's configuration has it; else without.
    pub guarded: bool,
    /// So long everything stands before the broker is disturbed: after half a minute a kiosk's pauses begin anew.
    pub rest: Duration,
    /// As long as one part may take.
    pub patience: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            kiosks: 1000,
            visits: 10,
            queue: 100,
            guarded: true,
            rest: Duration::from_secs(31),
            patience: Duration::from_secs(300),
        }
    }
}

/// A fleet that is up.
struct Fleet {
    plan: Plan,
    broker: Broker,
    kiosks: Vec<Kiosk>,
    tally: Tally,
    secret: SecretKey,
}

/// Runs it all.
///
/// # Errors
/// A part took longer than the plan allows, or there is no broker.
pub fn run(plan: Plan, say: &mut dyn FnMut(&str)) -> Result<Figures> {
    raise_limits(plan.kiosks)?;
    let home = Home::make("simulation")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut figures = Figures::of(&plan);
    let mut fleet = Fleet::new(plan, &home, &runtime)?;
    say("connecting");
    fleet.connect(&runtime, &mut figures)?;
    say("a visit as it is");
    fleet.one_visit(&mut figures)?;
    say("all visits at once");
    fleet.traffic(&mut figures)?;
    say("a command for all");
    fleet.command(&mut figures)?;
    say("the broker is restarted");
    fleet.restart(&mut figures)?;
    say("the broker is away for longer than the kiosks can keep");
    fleet.beyond(&mut figures)?;
    figures.proof = fleet.proof();
    say("the broker is killed in the middle");
    fleet.kill(&mut figures)?;
    figures.sizes = fleet.tally.sizes();
    say("farewell");
    fleet.farewell(&runtime)?;
    Ok(figures)
}

impl Fleet {
    fn new(plan: Plan, home: &Home, runtime: &Runtime) -> Result<Self> {
        let places: Vec<Place> = (0..plan.kiosks)
            .map(|number| {
                Ok(Place { site: format!("site-{}", number / SITE).parse()?, id: format!("kiosk-{number}").parse()? })
            })
            .collect::<Result<_>>()?;
        let users: Vec<String> = places.iter().map(Place::to_string).collect();
        let users: Vec<(&str, &str)> = users.iter().map(|user| (user.as_str(), user.as_str())).collect();
        let broker = if plan.guarded { Broker::as_packaged(home, &users)? } else { Broker::start(home)? };
        let tls = if plan.guarded {
            let ca = Some(std::fs::read(home.root().join("ca.pem"))?);
            Some(mqtt::Tls { ca, client: None })
        } else {
            None
        };
        let way = |client: String, user: &str, password: &str| mqtt::Broker {
            host: "127.0.0.1".to_owned(),
            port: broker.port(),
            tls: tls.clone(),
            client,
            login: Some((user.to_owned(), password.to_owned())),
        };
        let tally = Tally::start(runtime, &way("counter".to_owned(), ADMIN.0, ADMIN.1), &places)?;
        let secret = SecretKey::from_seed(&[1; 32]);
        let kiosks = places
            .iter()
            .map(|place| {
                let user = place.to_string();
                let client = format!("kiosk-{}-{}", place.site, place.id);
                Kiosk::new(place.clone(), way(client, &user, &user), secret.public(), plan.queue)
            })
            .collect();
        Ok(Self { plan, broker, kiosks, tally, secret })
    }

    fn connect(&mut self, runtime: &Runtime, figures: &mut Figures) -> Result<()> {
        let (mine, brokers) = self.usage()?;
        let start = Instant::now();
        self.kiosks.iter_mut().for_each(|kiosk| kiosk.start(runtime));
        self.all_up()?;
        figures.connect = Storm::of(start, self.kiosks.iter().filter_map(Kiosk::up_since));
        self.until("every kiosk should be told of as in service", |fleet| {
            fleet.tally.in_service() == fleet.plan.kiosks
        })?;
        self.settle()?;
        let (now, at_broker) = self.usage()?;
        figures.connect.broker_cpu = at_broker.cpu - brokers.cpu;
        figures.connect.own_cpu = now.cpu - mine.cpu;
        figures.memory.before = mine.memory;
        figures.memory.kiosk = self.per_kiosk(now.memory, mine.memory);
        figures.memory.kiosk_at_broker = self.per_kiosk(at_broker.memory, brokers.memory);
        Ok(())
    }

    /// One visit each, in which a few seconds pass: how many messages that is.
    fn one_visit(&mut self, figures: &mut Figures) -> Result<()> {
        let before = self.tally.sizes();
        self.kiosks.iter().for_each(Kiosk::touch);
        std::thread::sleep(Duration::from_secs(4));
        self.kiosks.iter().for_each(Kiosk::cover);
        std::thread::sleep(Duration::from_millis(300));
        self.kiosks.iter().for_each(Kiosk::end);
        self.all_told()?;
        self.settle()?;
        let after = self.tally.sizes();
        let each = |kind: &str| {
            let count = |sizes: &Sizes| sizes.get(kind).map_or(0, |size| size.count);
            count(&after).saturating_sub(count(&before)) as f64 / self.plan.kiosks as f64
        };
        figures.visit = Visit { events: each("event"), reported: each("reported") };
        Ok(())
    }

    /// All visits at once: as much as goes through.
    fn traffic(&mut self, figures: &mut Figures) -> Result<()> {
        let ((mine, broker), events) = (self.usage()?, self.tally.events());
        let start = Instant::now();
        self.visits(self.plan.visits);
        self.all_told()?;
        let (seconds, told) = (start.elapsed().as_secs_f64(), self.tally.events() - events);
        let (now, at_broker) = self.usage()?;
        figures.traffic = Traffic::of(told, seconds, at_broker.cpu - broker.cpu, now.cpu - mine.cpu);
        self.settle()
    }

    /// One signed message for all, three times.
    fn command(&mut self, figures: &mut Figures) -> Result<()> {
        for _ in 0..3 {
            let (id, start) = self.tally.command(&self.secret)?;
            self.until("every kiosk should answer", |fleet| fleet.tally.answers(id).len() == fleet.plan.kiosks)?;
            let answers = self.tally.answers(id);
            ensure!(answers.iter().all(|(_, accepted)| *accepted), "not every kiosk has obeyed");
            let times = answers.into_iter().map(|(at, _)| at.duration_since(start).as_secs_f64()).collect();
            figures.commands.push(Spread::of(times));
            self.all_told()?;
            self.settle()?;
        }
        Ok(())
    }

    fn restart(&mut self, figures: &mut Figures) -> Result<()> {
        self.rest()?;
        self.broker.stop()?;
        self.all_down()?;
        self.visits(self.plan.visits);
        let waiting = u64::try_from(self.plan.kiosks)? * self.plan.visits;
        self.until("the events should wait", |fleet| fleet.waiting() >= waiting)?;
        figures.restart = self.come_back()?;
        figures.memory.kiosk_after_restart = self.per_kiosk(Use::now(None)?.memory, figures.memory.before);
        Ok(())
    }

    /// So much happens that not all of it can be kept; then the broker is back, and something happens that can be told.
    fn beyond(&mut self, figures: &mut Figures) -> Result<()> {
        self.broker.stop()?;
        self.all_down()?;
        self.visits(u64::try_from(self.plan.queue)? * 2);
        self.until("every kiosk should have lost something", |fleet| {
            fleet.kiosks.iter().all(|kiosk| kiosk.lost() > 0)
        })?;
        // All of it has happened before the broker is back: what is on its way when the queue runs over counts as lost,
        // and may come all the same.
        let last = std::cell::Cell::new((0, Instant::now()));
        self.until("the queues should stand still", |fleet| {
            let now = fleet.waiting() + fleet.kiosks.iter().map(Kiosk::lost).sum::<u64>();
            if now != last.get().0 {
                last.set((now, Instant::now()));
            }
            last.get().1.elapsed() >= QUIET
        })?;
        self.broker.again()?;
        self.all_up()?;
        self.visits(1);
        self.all_told()?;
        self.settle()?;
        figures.lost_by_kiosks = self.kiosks.iter().map(Kiosk::lost).sum();
        Ok(())
    }

    fn kill(&mut self, figures: &mut Figures) -> Result<()> {
        self.rest()?;
        self.visits(self.plan.visits);
        self.broker.kill()?;
        self.all_down()?;
        self.visits(1);
        let waiting = u64::try_from(self.plan.kiosks)?;
        self.until("the events should wait", |fleet| fleet.waiting() >= waiting)?;
        figures.kill = self.come_back()?;
        figures.lost_with_the_broker = self.proof().missing - figures.proof.missing;
        Ok(())
    }

    /// From the start of the broker until all is as it was.
    fn come_back(&mut self) -> Result<Storm> {
        let (start, mine) = (Instant::now(), Use::now(None)?);
        self.broker.again()?;
        self.all_up()?;
        let mut storm = Storm::of(start, self.kiosks.iter().filter_map(Kiosk::up_since));
        self.until("nothing should wait", |fleet| fleet.waiting() == 0)?;
        storm.told = start.elapsed().as_secs_f64();
        let (now, at_broker) = self.usage()?;
        (storm.broker_cpu, storm.own_cpu) = (at_broker.cpu, now.cpu - mine.cpu);
        self.settle()?;
        Ok(storm)
    }

    fn farewell(&mut self, runtime: &Runtime) -> Result<()> {
        self.kiosks.iter().for_each(Kiosk::stop);
        for kiosk in &mut self.kiosks {
            kiosk.ended(runtime)?;
        }
        self.until("every kiosk should be known to be away", |fleet| fleet.tally.online() == 0)
    }

    fn visits(&self, count: u64) {
        for _ in 0..count {
            self.kiosks.iter().for_each(|kiosk| {
                kiosk.touch();
                kiosk.cover();
                kiosk.end();
            });
        }
    }

    /// What this process and the broker have used.
    fn usage(&self) -> Result<(Use, Use)> {
        Ok((Use::now(None)?, Use::now(Some(&self.broker))?))
    }

    fn rest(&self) -> Result<()> {
        self.until("every connection should last", |fleet| {
            fleet.kiosks.iter().all(|kiosk| kiosk.up_since().is_some_and(|since| since.elapsed() >= fleet.plan.rest))
        })
    }

    fn waiting(&self) -> u64 {
        self.kiosks.iter().map(Kiosk::waiting).sum()
    }

    fn all_up(&self) -> Result<()> {
        self.until("every kiosk should be connected", |fleet| {
            fleet.kiosks.iter().all(|kiosk| kiosk.up_since().is_some())
        })
    }

    fn all_down(&self) -> Result<()> {
        self.until("every kiosk should miss the broker", |fleet| {
            fleet.kiosks.iter().all(|kiosk| kiosk.up_since().is_none())
        })
    }

    /// The newest receipt of each kiosk has been counted.
    fn all_told(&self) -> Result<()> {
        self.until("every receipt should be counted", |fleet| {
            fleet.tally.has_all(fleet.kiosks.iter().map(Kiosk::visits))
        })
    }

    fn settle(&self) -> Result<()> {
        self.until("it should become quiet", |fleet| fleet.tally.quiet_since().elapsed() >= QUIET)
    }

    fn until(&self, what: &str, look: impl Fn(&Self) -> bool) -> Result<()> {
        wait::until_true(what, self.plan.patience, || look(self)).with_context(|| {
            let down: Vec<_> = self.kiosks.iter().filter(|kiosk| kiosk.up_since().is_none()).collect();
            let tries: Vec<_> = down.iter().take(5).map(|kiosk| kiosk.down()).collect();
            let count = down.len();
            format!("{count} kiosks have no connection (reason and tries: {tries:?}), {} events wait", self.waiting())
        })
    }

    fn proof(&self) -> Proof {
        self.tally.proof(self.kiosks.iter().map(Kiosk::visits))
    }

    fn per_kiosk(&self, now: u64, before: u64) -> f64 {
        now.saturating_sub(before) as f64 / 1024. / self.plan.kiosks as f64
    }
}

/// Each kiosk needs a file here and one in the broker, which inherits the limit.
fn raise_limits(kiosks: usize) -> Result<()> {
    let files = kiosks * 2 + 1000;
    let own = format!("--pid={}", std::process::id());
    let raised = Command::new("prlimit").args([own, format!("--nofile={files}:")]).output()?;
    let said = String::from_utf8_lossy(&raised.stderr);
    ensure!(raised.status.success(), "{files} open files are needed, and the limit cannot be raised: {said}");
    Ok(())
}

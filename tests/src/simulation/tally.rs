//! Who counts: a subscriber to everything that the kiosks say.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use kiosk_fleet::command::Command;
use kiosk_fleet::key::SecretKey;
use kiosk_fleet::mqtt::{self, Broker};
use kiosk_fleet::queue::LOST;
use kiosk_fleet::topic::{Place, ROOT, Target, published};
use rumqttc::{AsyncClient, BrokerSessionResumePolicy, Event, Packet, PublishOptions, QoS, SubscribeFilter};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::time::{Duration, sleep};
use uuid::Uuid;

use super::figures::{Proof, Sizes};
use crate::wait::{self, PATIENCE};

/// The last levels that kiosks speak on.
const FILTERS: [&str; 4] = ["availability", "reported", "event", "cmd/+/result"];

/// The counter.
pub(super) struct Tally {
    client: AsyncClient,
    counted: Arc<Mutex<Counted>>,
}

/// When each kiosk answered, and whether it obeyed.
pub(super) type Answers = Vec<(Instant, bool)>;

struct Counted {
    /// In the order of the plan.
    kiosks: Vec<Kiosk>,
    index: HashMap<Place, usize>,
    answers: HashMap<Uuid, HashMap<usize, (Instant, bool)>>,
    sizes: Sizes,
    events: u64,
    last: Instant,
    subscribed: bool,
}

#[derive(Default)]
struct Kiosk {
    /// The numbers of its events.
    numbers: HashSet<u64>,
    highest: u64,
    /// Its receipts by their visits.
    receipts: HashSet<u64>,
    newest_receipt: u64,
    doubles: u64,
    out_of_order: u64,
    told_lost: u64,
    online: bool,
    in_service: bool,
}

impl Tally {
    pub(super) fn start(runtime: &Runtime, broker: &Broker, places: &[Place]) -> Result<Self> {
        let mut options = mqtt::options(broker).map_err(anyhow::Error::msg)?;
        options.set_clean_start(false).set_session_expiry_interval(Some(3600));
        options.set_broker_session_resume_policy(BrokerSessionResumePolicy::AllowBrokerOnly);
        let _guard = runtime.enter();
        let (client, mut eventloop) = AsyncClient::builder(options).capacity(100).try_build()?;
        let counted = Arc::new(Mutex::new(Counted {
            kiosks: places.iter().map(|_| Kiosk::default()).collect(),
            index: places.iter().cloned().enumerate().map(|(index, place)| (place, index)).collect(),
            answers: HashMap::new(),
            sizes: Sizes::new(),
            events: 0,
            last: Instant::now(),
            subscribed: false,
        }));
        let (subscriber, counting) = (client.clone(), Arc::clone(&counted));
        runtime.spawn(async move {
            loop {
                match eventloop.poll().await {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        let filters =
                            FILTERS.map(|last| SubscribeFilter::new(format!("{ROOT}/+/+/{last}"), QoS::AtLeastOnce));
                        drop(subscriber.try_subscribe_many(filters));
                    }
                    Ok(Event::Incoming(Packet::SubAck(_))) => lock(&counting).subscribed = true,
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        lock(&counting).take(&String::from_utf8_lossy(&publish.topic), &publish.payload);
                    }
                    Ok(_) => {}
                    // At once again, so that it is there before the kiosks are.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                }
            }
        });
        let tally = Self { client, counted };
        wait::until_true("the counter should subscribe", PATIENCE, || tally.lock().subscribed)?;
        Ok(tally)
    }

    /// Sends a signed `reset` to all. Its id, and when that was.
    pub(super) fn command(&self, secret: &SecretKey) -> Result<(Uuid, Instant)> {
        let id = Uuid::new_v4();
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        let command = Command::sign(id, Target::All, "reset", now, now + 300, secret);
        let start = Instant::now();
        let options = PublishOptions::new(QoS::AtLeastOnce);
        self.client.try_publish(Target::All.command(id), serde_json::to_vec(&command)?, options).context("publish")?;
        Ok((id, start))
    }

    pub(super) fn answers(&self, id: Uuid) -> Answers {
        self.lock().answers.get(&id).map(|answers| answers.values().copied().collect()).unwrap_or_default()
    }

    /// All events that were counted, doubles too.
    pub(super) fn events(&self) -> u64 {
        self.lock().events
    }

    pub(super) fn quiet_since(&self) -> Instant {
        self.lock().last
    }

    pub(super) fn online(&self) -> usize {
        self.lock().kiosks.iter().filter(|kiosk| kiosk.online).count()
    }

    pub(super) fn in_service(&self) -> usize {
        self.lock().kiosks.iter().filter(|kiosk| kiosk.online && kiosk.in_service).count()
    }

    /// Whether each kiosk's newest receipt is this one.
    pub(super) fn has_all(&self, visits: impl Iterator<Item = u64>) -> bool {
        self.lock().kiosks.iter().zip(visits).all(|(kiosk, visits)| kiosk.newest_receipt == visits)
    }

    pub(super) fn sizes(&self) -> Sizes {
        self.lock().sizes.clone()
    }

    /// What became of all events until now. `visits`: how many have ended at each kiosk.
    pub(super) fn proof(&self, visits: impl Iterator<Item = u64>) -> Proof {
        let counted = self.lock();
        let mut proof = Proof::default();
        for (kiosk, visits) in counted.kiosks.iter().zip(visits) {
            let received = kiosk.numbers.len() as u64;
            proof.numbers += kiosk.highest;
            proof.received += received;
            proof.told_lost += kiosk.told_lost;
            let gaps = kiosk.highest.saturating_sub(received);
            proof.missing += gaps.saturating_sub(kiosk.told_lost);
            proof.told_too_often += kiosk.told_lost.saturating_sub(gaps);
            proof.doubles += kiosk.doubles;
            proof.out_of_order += kiosk.out_of_order;
            proof.visits += visits;
            proof.receipts += kiosk.receipts.len() as u64;
        }
        proof
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        lock(&self.counted)
    }
}

impl Counted {
    fn take(&mut self, topic: &str, payload: &[u8]) {
        self.last = Instant::now();
        let Some((place, rest)) = published(topic) else { return };
        let Some(&index) = self.index.get(&place) else { return };
        let kind = match rest {
            "availability" => "availability",
            "reported" => "reported",
            "event" => "event",
            _ => "result",
        };
        self.sizes.entry(kind).or_default().add(topic.len(), payload.len());
        let value: Value = serde_json::from_slice(payload).unwrap_or_default();
        let Some(kiosk) = self.kiosks.get_mut(index) else { return };
        match kind {
            "availability" => kiosk.online = payload == b"online",
            "reported" => kiosk.in_service = value["health"] == "in_service",
            "event" => {
                self.events += 1;
                kiosk.event(&value);
            }
            _ => {
                let id = rest.strip_prefix("cmd/").and_then(|rest| rest.strip_suffix("/result"));
                if let Some(id) = id.and_then(|id| id.parse().ok()) {
                    let accepted = value["state"] == "accepted";
                    self.answers.entry(id).or_default().entry(index).or_insert((self.last, accepted));
                }
            }
        }
    }
}

impl Kiosk {
    fn event(&mut self, event: &Value) {
        let number = event["n"].as_u64().unwrap_or(0);
        if !self.numbers.insert(number) {
            self.doubles += 1;
            return;
        }
        // A number that comes for the first time after a higher one.
        self.out_of_order += u64::from(number < self.highest);
        self.highest = self.highest.max(number);
        if event["event"] == LOST {
            self.told_lost += event["count"].as_u64().unwrap_or(0);
        }
        if event["event"] == "receipt" {
            let visit = event["visit"].as_u64().unwrap_or(0);
            self.receipts.insert(visit);
            self.newest_receipt = self.newest_receipt.max(visit);
        }
    }
}

fn lock(counted: &Mutex<Counted>) -> MutexGuard<'_, Counted> {
    counted.lock().unwrap_or_else(PoisonError::into_inner)
}

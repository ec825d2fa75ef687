//! A broker that is killed, cut off or slow, one that says anything, one that never stops, messages that nobody would send
//! in good faith, and a full disk: people go on using the kiosk, and what is refused or lost is counted.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use kiosk_fleet::desired::{Document, LARGEST};
use kiosk_fleet::topic::Target;
use kiosk_tests::afar::{self, ROOT, reported, secret, sign};
use kiosk_tests::broker::{Broker, Flood, Message, Watcher};
use kiosk_tests::line::{Line, Quality};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, events, process};
use serde_json::{Value, json};
use uuid::Uuid;

/// A line that passes nothing and closes nothing is noticed when the second ping is due.
const UNTIL_NOTICED: Duration = Duration::from_secs(150);

#[test]
fn the_broker_cut_off_slow_and_killed() -> Result<()> {
    let stage = Stage::named("fleet-line").up()?;
    let pages = Pages::start()?;
    let mut broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let line = Line::to(broker.port())?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, line.port()))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;

    // Cut: nobody is told. Visits go on, and after a while the kiosk notices by itself.
    line.be(Quality::Cut);
    fresh_visits(&kiosk, 1..=2)?;
    kiosk.log.wait_for("fleet.disconnected", &Value::Null, UNTIL_NOTICED)?;
    fresh_visits(&kiosk, 3..=3)?;
    line.be(Quality::Good);
    kiosk.log.wait_for("fleet.connected", &Value::Null, UNTIL_NOTICED)?;
    all_receipts(&watcher, 3)?;

    // Slow: it takes its time, and the connection stands.
    let mark = kiosk.log.mark();
    line.be(Quality::Slow(600));
    fresh_visits(&kiosk, 4..=6)?;
    all_receipts(&watcher, 6)?;
    kiosk.log.none_since(mark, "fleet.disconnected", &Value::Null)?;
    line.be(Quality::Good);

    // Killed: it has written nothing down.
    broker.kill()?;
    kiosk.event("fleet.disconnected", &Value::Null)?;
    fresh_visits(&kiosk, 7..=8)?;
    broker.again()?;
    kiosk.log.wait_for("fleet.connected", &Value::Null, UNTIL_NOTICED)?;
    all_receipts(&watcher, 8)?;
    reported(&watcher, "nothing waits and nothing is lost", |reported| {
        reported["events"] == json!({"waiting": 0, "lost": 0, "stored": true})
            && reported["counters"]["visits"]["staff"] == 8
    })?;
    kiosk.expect_alive()
}

#[test]
fn hostile_messages_on_every_topic() -> Result<()> {
    let stage = Stage::named("fleet-hostile").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, broker.port()))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    let mark = kiosk.log.mark();
    let payloads = hostile();
    let id = |number: usize| Uuid::from_u128(number as u128 + 1);
    let mut commands = 0;
    for target in ["berlin/k1", "berlin/*", "*/*"] {
        for payload in &payloads {
            watcher.publish(&target.parse::<Target>()?.command(id(commands)), payload.clone(), false)?;
            commands += 1;
        }
    }
    // What it never listens to, what is no command's name, and an empty document, which means nothing.
    for last in ["availability", "reported", "event", "cmd/x", "cmd/00000000000000000000000000000001", "cmd/"] {
        for payload in &payloads {
            watcher.publish(&format!("{ROOT}/{last}"), payload.clone(), false)?;
        }
    }
    for payload in payloads.iter().cloned().chain(documents()?) {
        watcher.publish(&format!("{ROOT}/desired"), payload, false)?;
    }
    // What is larger than the kiosk takes, the broker keeps for itself.
    for topic in [format!("{ROOT}/desired"), "berlin/k1".parse::<Target>()?.command(id(1000))] {
        watcher.publish(&topic, vec![b'x'; LARGEST + 300_000], false)?;
    }
    // All of it is refused, with a reason, and counted.
    let refused = reported(&watcher, "the refusals", |reported| {
        let refused = &reported["counters"]["refused"];
        refused["malformed"] == commands
            && refused["unknown_topic"] == payloads.len() * 3
            && refused["configuration"].as_u64() >= Some(6)
    })?;
    ensure!(refused["configuration"]["version"] == 0 && refused["configuration"]["desired"]["state"] == "refused");
    for number in 0..commands {
        let topic = format!("{ROOT}/cmd/{}/result", id(number));
        let answer = watcher.wait(&topic, "an answer", |_| true)?.value();
        ensure!(answer == json!({"state": "refused", "reason": "malformed"}), "{answer}");
    }
    // The right key alone does not make a configuration good: it says where the mistake is, and none of its text.
    let reasons: Vec<String> = watcher
        .all(&format!("{ROOT}/reported"))
        .iter()
        .filter_map(|message| message.value()["configuration"]["desired"]["reason"].as_str().map(str::to_owned))
        .collect();
    ensure!(reasons.iter().all(|reason| reason.len() < 1000), "{reasons:?}");

    // And people use the kiosk meanwhile, on the same connection.
    a_used_visit(&stage, &pages, &kiosk, 1, 1)?;
    kiosk.log.none_since(mark, "fleet.disconnected", &Value::Null)?;
    kiosk.log.none_since(mark, "command.accepted", &Value::Null)?;
    let (id, command) = sign(&secret(), "berlin/k1", "reset", 0, 60)?;
    watcher.publish(&"berlin/k1".parse::<Target>()?.command(id), command, false)?;
    kiosk.expect_reset(2, "staff", "not_needed")?;
    kiosk.expect_alive()
}

#[test]
fn a_broker_that_says_anything() -> Result<()> {
    let stage = Stage::named("fleet-liar").up()?;
    let pages = Pages::start()?;
    let liar = Liar::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, liar.port))?;
    kiosk.fresh(1)?;
    let before: u64 = kiosk.processes()?.iter().take(1).map(process::Process::pss).sum();
    wait::until_true("everything should be said", UNTIL_NOTICED, || liar.said() > Liar::WORDS.len())?;
    a_used_visit(&stage, &pages, &kiosk, 1, 1)?;
    kiosk.event("fleet.disconnected", &Value::Null)?;
    // Nothing is set aside for what is only announced.
    let after: u64 = kiosk.processes()?.iter().take(1).map(process::Process::pss).sum();
    ensure!(after < before + 100_000_000, "{before} bytes before, {after} after");
    kiosk.expect_alive()
}

#[test]
fn a_broker_that_never_stops_and_acknowledges_nothing() -> Result<()> {
    /// Far more than the kiosk's own process needs, and far less than what is sent.
    const MOST: u64 = 400_000_000;
    let stage = Stage::named("fleet-flood").up()?;
    let pages = Pages::start()?;
    let flood = Flood::start()?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, flood.port()))?;
    kiosk.fresh(1)?;
    wait::until_true("commands should come", PATIENCE, || flood.sent() > 0)?;
    a_used_visit(&stage, &pages, &kiosk, 1, 1)?;
    // It ends that connection by itself, and opens another one.
    let mut most = 0;
    wait::until("a second connection on which it tells its events", UNTIL_NOTICED, || {
        most = most.max(kiosk.processes()?.first().map_or(0, process::Process::own_memory));
        Ok((!flood.told(1).is_empty()).then_some(()))
    })?;
    kiosk.event("fleet.disconnected", &json!({"reason": "timeout"}))?;
    ensure!(most < MOST, "{most} bytes");
    // What nobody acknowledged is told again, from the first.
    let (first, second) = (flood.told(0), flood.told(1));
    ensure!(!first.is_empty() && first.first() == second.first(), "{first:?} {second:?}");
    fresh_visits(&kiosk, 2..=2)?;
    kiosk.expect_alive()
}

#[test]
fn a_full_disk_stops_no_visit_and_lets_no_command_in() -> Result<()> {
    if !process::command("unshare").args(["--mount", "true"]).status().is_ok_and(|status| status.success()) {
        // Nobody may mount here; the agent's own tests have a full disk too.
        return Ok(());
    }
    let stage = Stage::named("fleet-full").up()?;
    let pages = Pages::start()?;
    let mut broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let tiny = "mount -t tmpfs -o size=16k none \"$XDG_STATE_HOME\" && dd if=/dev/zero of=\"$XDG_STATE_HOME/full\" 2>/dev/null; exec \"$0\" \"$@\"";
    let setup = setup(&pages, broker.port()).under(&["unshare", "--mount", "sh", "-c", tiny]);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    reported(&watcher, "that nothing can be stored", |reported| reported["events"]["stored"] == false)?;

    // A command that cannot be remembered could be replayed.
    let (id, command) = sign(&secret(), "berlin/k1", "reset", 0, 60)?;
    watcher.publish(&"berlin/k1".parse::<Target>()?.command(id), command, false)?;
    let answer = watcher.wait(&format!("{ROOT}/cmd/{id}/result"), "an answer", |_| true)?.value();
    ensure!(answer == json!({"state": "refused", "reason": "not_stored"}), "{answer}");

    // Visits go on, and while the program lives what happened is told, in order.
    broker.stop()?;
    kiosk.event("fleet.disconnected", &Value::Null)?;
    fresh_visits(&kiosk, 1..=3)?;
    broker.again()?;
    kiosk.log.wait_for("fleet.connected", &Value::Null, UNTIL_NOTICED)?;
    all_receipts(&watcher, 3)?;
    reported(&watcher, "what was refused", |reported| {
        reported["counters"]["refused"]["not_stored"] == 1 && reported["events"]["lost"] == 0
    })?;

    // A configuration that could not be taken back is not tried.
    let toml = format!("[chat]\nurl = \"{}\"\n", pages.host("client=v1"));
    let document = Document::sign(1, "berlin/k1".parse()?, toml, &secret());
    watcher.publish(&format!("{ROOT}/desired"), serde_json::to_vec(&document)?, true)?;
    kiosk.event("configuration", &json!({"reason": "not_stored"}))?;
    a_used_visit(&stage, &pages, &kiosk, 4, 4)?;
    reported(&watcher, "a configuration that waits", |reported| {
        reported["configuration"]["desired"]["state"] == "waiting" && reported["counters"]["visits"]["agent_end"] == 1
    })?;
    ensure!(kiosk.log.all("started").len() == 1, "{}", kiosk.log.text());
    kiosk.expect_alive()
}

fn setup(pages: &Pages, port: u16) -> Setup {
    afar::setup_at(pages, &format!("mqtt://127.0.0.1:{port}")).set("notice.seconds", 0)
}

/// Visits that nobody used, each ended as staff does it.
fn fresh_visits(kiosk: &Kiosk, visits: std::ops::RangeInclusive<u64>) -> Result<()> {
    for visit in visits {
        process::tree(kiosk.pid())?[0].signal("USR2")?;
        kiosk.expect_reset(visit, "staff", "not_needed")?;
    }
    Ok(())
}

/// A visit that somebody uses and the agent ends; `page` is the how manieth the host page is.
fn a_used_visit(stage: &Stage, pages: &Pages, kiosk: &Kiosk, visit: u64, page: usize) -> Result<()> {
    let page = pages.visitor(page)?.launched()?;
    wait::until_true("the front should lift", PATIENCE, || kiosk.scene_now() == "none")?;
    stage.input.click(640, 300)?;
    page.event(&events::agents_end(&format!("s{visit}")))?;
    kiosk.expect_reset(visit, "agent_end", "confirmed")?;
    Ok(())
}

/// The receipts of all visits came, in order, and no event's number is missing.
fn all_receipts(watcher: &Watcher, visits: u64) -> Result<()> {
    let topic = format!("{ROOT}/event");
    let events = || watcher.all(&topic).iter().map(Message::value).collect::<Vec<Value>>();
    wait::until_true("the last receipt should come", UNTIL_NOTICED, || {
        events().iter().any(|event| event["event"] == "receipt" && event["visit"] == visits)
    })?;
    let mut numbers: Vec<u64> = events().iter().filter_map(|event| event["n"].as_u64()).collect();
    let mut receipts: Vec<u64> = events()
        .iter()
        .filter(|event| event["event"] == "receipt")
        .filter_map(|event| event["visit"].as_u64())
        .collect();
    // What was on its way may come once more, and then at once.
    receipts.sort_unstable();
    receipts.dedup();
    ensure!(receipts == (1..=visits).collect::<Vec<_>>(), "{receipts:?}");
    numbers.sort_unstable();
    numbers.dedup();
    ensure!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    Ok(())
}

/// What is neither a command nor a document.
fn hostile() -> Vec<Vec<u8>> {
    let deep = |open: &str, count: usize| open.repeat(count).into_bytes();
    vec![
        b"\0".to_vec(),
        vec![0xff, 0xfe, 0x00, 0xd8],
        b"null".to_vec(),
        b"{\"id\":1e999999,\"version\":-1}".to_vec(),
        b"{\"version\":99999999999999999999999999,\"target\":\"../../etc\",\"toml\":\"\",\"key\":\"\",\"signature\":\"\"}".to_vec(),
        "\u{202e}{\"name\":\"\u{0}reset\"}".as_bytes().to_vec(),
        deep("[", 100_000),
        deep("{\"a\":", 100_000),
        deep("A", LARGEST),
        b"{\"name\":\"exec\",\"name\":\"reset\"}".to_vec(),
    ]
}

/// Documents that are signed by the right key, and are hostile all the same.
fn documents() -> Result<Vec<Vec<u8>>> {
    let sign = |number: u64, toml: String| -> Result<Vec<u8>> {
        let document = Document::sign(number, "berlin/k1".parse()?, toml, &secret());
        Ok(serde_json::to_vec(&document)?)
    };
    Ok(vec![
        sign(1, format!("a = {}", "[".repeat(50_000)))?,
        sign(2, format!("[{}]", vec!["a"; 20_000].join(".")))?,
        sign(3, "\u{0}\u{202e}".repeat(1000))?,
        sign(4, "x".repeat(1_100_000))?,
        sign(u64::MAX, "[chat]\nurl = \"javascript:alert(1)\"\n".to_owned())?,
        sign(u64::MAX, String::new())?,
    ])
}

/// A broker that answers each connection with another lie.
struct Liar {
    port: u16,
    said: Arc<AtomicUsize>,
}

impl Liar {
    /// Each but the first two comes after a CONNACK that is right.
    const WORDS: [&'static [u8]; 5] = [
        // Not MQTT at all.
        b"HTTP/1.1 200 OK\r\n\r\n<html>",
        // Nothing, and the end.
        b"",
        // A message of 268 MB is announced.
        b"\x20\x03\x00\x00\x00\x30\xff\xff\xff\x7f\x00\x01a",
        // A topic that is not UTF-8, in a message that nobody subscribed.
        b"\x20\x03\x00\x00\x00\x30\x07\x00\x02\xff\xfe\x00xx",
        // An acknowledgement for nothing, and a packet that a broker never sends.
        b"\x20\x03\x00\x00\x00\x40\x02\xff\xff\x10\x00",
    ];

    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let said = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&said);
        // It ends with the test's process.
        thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                let word = Self::WORDS[count.load(Ordering::SeqCst) % Self::WORDS.len()];
                // It may be gone already; then it comes again.
                drop(connection.read(&mut [0; 1024]));
                drop(connection.write_all(word));
                count.fetch_add(1, Ordering::SeqCst);
                if !word.is_empty() {
                    // Until the kiosk has had enough of it.
                    drop(connection.set_read_timeout(Some(Duration::from_secs(20))));
                    while matches!(connection.read(&mut [0; 1024]), Ok(1..)) {}
                }
            }
        });
        Ok(Self { port, said })
    }

    fn said(&self) -> usize {
        self.said.load(Ordering::SeqCst)
    }
}

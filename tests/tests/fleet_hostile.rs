//! Malformed, oversized and hostile payloads on every topic that a kiosk or an administrator listens to.

use anyhow::{Result, ensure};
use kiosk_fleet::command::Command;
use kiosk_fleet::desired::Document;
use kiosk_tests::afar::{ROOT, command, secret, setup};
use kiosk_tests::broker::{Broker, Watcher};
use kiosk_tests::home::Home;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Stage, program};
use serde_json::{Value, json};
use uuid::Uuid;

#[test]
fn a_kiosk_refuses_what_is_no_command_and_no_configuration_and_goes_on() -> Result<()> {
    let stage = Stage::named("fleet-hostile").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    // Some of it waits for the kiosk when it comes.
    let retained = format!("{ROOT}/cmd/{}", Uuid::new_v4());
    watcher.publish(&retained, "retained nonsense", true)?;
    watcher.publish(&format!("{ROOT}/desired"), deep(), true)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    let memory = kiosk.memory()?;

    for payload in payloads() {
        for to in ["berlin/k1", "berlin/*", "*/*"] {
            watcher.publish(&format!("kiosk/v1/{to}/cmd/{}", Uuid::new_v4()), payload.clone(), false)?;
        }
        watcher.publish(&format!("{ROOT}/desired"), payload.clone(), false)?;
        watcher.publish(&format!("{ROOT}/cmd/no-uuid"), payload.clone(), false)?;
        // A kiosk hears what comes where itself speaks, if a broker without a list lets it; it means nothing there.
        for last in ["availability", "reported", "event"] {
            watcher.publish(&format!("{ROOT}/{last}"), payload.clone(), false)?;
        }
    }
    // One that is signed, numbered as high as can be, and no configuration: it is refused, and nothing is stuck by it.
    let document = Document::sign(u64::MAX, "berlin/k1".parse()?, "\u{0}[".to_owned(), &secret());
    watcher.publish(&format!("{ROOT}/desired"), serde_json::to_vec(&document)?, false)?;

    // It hears and obeys as before.
    ensure!(command(&watcher, "reset", None)?["state"] == "accepted");
    kiosk.fresh(2)?;
    // The broker keeps back what is larger than the kiosk says it takes.
    let all = u64::try_from(payloads().iter().filter(|payload| payload.len() < 1_000_000).count() * 3)?;
    watcher.wait(&format!("{ROOT}/reported"), "each was counted", |message| {
        let reported = message.value();
        reported["configuration"]["desired"]["state"] == "refused"
            && reported["counters"]["refused"]["malformed"].as_u64().is_some_and(|count| count >= all)
    })?;
    ensure!(kiosk.log.all("started").len() == 1, "{}", kiosk.log.text());
    ensure!(kiosk.log.all("visit.started").len() == 2, "{}", kiosk.log.text());
    let now = kiosk.memory()?;
    ensure!(now < memory + (200 << 20), "{memory} became {now}");
    kiosk.expect_alive()
}

#[test]
fn an_administrators_terminal_obeys_nothing_that_a_broker_says() -> Result<()> {
    let home = Home::make("fleet-hostile-ctl")?;
    let broker = Broker::start(&home)?;
    let watcher = Watcher::start(&broker)?;
    let url = broker.url();
    let ctl =
        |arguments: &[&str]| program::run(&home, &[&["ctl", "--broker", &url], arguments].concat(), "", PATIENCE * 2);
    ctl(&["keys", "new", "key"])?;
    let odd = json!({
        "version": "\u{1b}]0;planted\u{7}\u{1b}[2J1.0\n2.0", "at": i64::MAX, "started": -1, "health": "in_service", "visit": "in_use",
        "configuration": { "version": u64::MAX, "hash": "\u{1b}[31m", "desired": null },
        "counters": {}, "events": { "waiting": 4_000_000_000_u64, "lost": 0, "stored": true },
    });
    for (number, payload) in payloads().into_iter().enumerate() {
        for last in ["availability", "reported", "event"] {
            watcher.publish(&format!("kiosk/v1/berlin/k{number}/{last}"), payload.clone(), true)?;
        }
    }
    watcher.publish("kiosk/v1/paris/odd/reported", odd.to_string(), true)?;
    watcher.publish("kiosk/v1/paris/odd/availability", "online", true)?;
    // No formatter makes a column of so many characters, and no subtraction takes such a time.
    let mut wide = odd.clone();
    wide["version"] = json!("x".repeat(70_000));
    wide["at"] = json!(i64::MIN);
    watcher.publish("kiosk/v1/paris/wide/reported", wide.to_string(), true)?;
    watcher.publish("kiosk/v1/paris/wide/availability", "online", true)?;
    watcher.publish("kiosk/v1/\u{202e}evil/k/availability", "online", true)?;
    watcher.publish("kiosk/v1/paris/last/availability", "online", true)?;
    watcher.wait("kiosk/v1/paris/last/availability", "all of it", |_| true)?;

    for arguments in
        [&["list"][..], &["list", "--json"], &["send", "report", "*/*", "--key", "key", "--yes", "--expires", "1"]]
    {
        let ran = ctl(arguments)?;
        ran.expect_no_panic()?;
        ensure!(ran.code() == Some(1) && ran.stdout.contains("paris/last"), "{ran:?}");
        let obeyed = |letter: char| letter.is_control() && letter != '\n';
        ensure!(!ran.stdout.contains(obeyed) && !ran.stderr.contains(obeyed), "{ran:?}");
        ensure!(!ran.stdout.contains('\u{202e}'), "{ran:?}");
        if arguments == ["list"] {
            ensure!(ran.stdout.contains("paris/wide"), "{ran:?}");
            ensure!(ran.stdout.lines().all(|line| line.chars().count() < 300), "{ran:?}");
        }
    }
    Ok(())
}

/// What somebody might send who wishes no good.
fn payloads() -> Vec<Vec<u8>> {
    let signed = |name: &str| {
        let command = Command::sign(Uuid::new_v4(), kiosk_fleet::topic::Target::All, name, 0, 60, &secret());
        serde_json::to_value(command).unwrap_or_default()
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut value = signed("reset");
        change(&mut value);
        value.to_string().into_bytes()
    };
    vec![
        b"\0".to_vec(),
        b"\xff\xfe\xfd".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        b"1e999999".to_vec(),
        b"\"reset\"".to_vec(),
        b"\x1b[2J\x1b]0;planted\x07".to_vec(),
        deep(),
        vec![b'a'; 900_000],
        vec![b'{'; 5_000_000],
        [b"{\"id\":\"".to_vec(), vec![b'x'; 100_000], b"\"}".to_vec()].concat(),
        with(&|value| value["name"] = json!("reset\u{0}; rm -rf /")),
        with(&|value| value["name"] = json!("../../reset")),
        with(&|value| value["issued"] = json!(1e300)),
        with(&|value| value["expires"] = json!(i64::MIN)),
        with(&|value| value["target"] = json!("#/+")),
        with(&|value| value["key"] = json!("ed25519:AAAA")),
        with(&|value| value["signature"] = json!("")),
        with(&|value| value["note"] = json!("x".repeat(3000))),
        with(&|value| value["more"] = json!({"a": [1, 2, 3]})),
        json!({"version": -1, "toml": 1, "target": [], "key": null, "signature": {}}).to_string().into_bytes(),
        json!({"version": u64::MAX, "toml": "x".repeat(800_000), "target": "*/*", "key": "", "signature": ""})
            .to_string()
            .into_bytes(),
    ]
}

/// Deeper than any reader follows.
fn deep() -> Vec<u8> {
    [vec![b'['; 100_000], vec![b']'; 100_000]].concat()
}

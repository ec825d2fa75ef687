//! A kiosk in its fleet, with a real broker: it says how it is, obeys what is signed and refuses the rest, loses nothing
//! while the broker is away, and tries, keeps or rolls back a configuration from afar.

use std::fs;
use std::net::TcpListener;

use anyhow::{Result, ensure};
use kiosk_fleet::desired::Document;
use kiosk_fleet::key::SecretKey;
use kiosk_fleet::topic::Target;
use kiosk_tests::afar::{ROOT, reported, secret, setup, sign};
use kiosk_tests::broker::{Broker, Watcher};
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Stage, events};
use serde_json::{Value, json};
use uuid::Uuid;

#[test]
fn it_is_seen_obeys_what_is_signed_and_is_missed() -> Result<()> {
    let stage = Stage::named("fleet-commands").up()?;
    let pages = Pages::start()?;
    let user = ("berlin/k1", "its password");
    let broker = Broker::guarded(&stage.home, &[user])?;
    let password = stage.home.root().join("password");
    fs::write(&password, format!("{}\n", user.1))?;
    let watcher = Watcher::start(&broker)?;
    let figures = format!("127.0.0.1:{}", TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
    let setup = setup(&pages, &broker)
        .set("fleet.username", user.0)
        .set("fleet.password_file", password.to_str())
        .set("metrics.listen", figures.as_str());
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    watcher.wait(&format!("{ROOT}/availability"), "online", |message| message.text == "online")?;
    reported(&watcher, "in service", |reported| {
        reported["health"] == "in_service"
            && reported["visit"] == "untouched"
            && reported["configuration"]["version"] == 0
    })?;
    // A picture of the screen, while nobody is there.
    let answer = command(&watcher, "screenshot", |answer| answer["state"] != "accepted")?;
    let png = answer["result"]["png"].as_str().unwrap_or_default();
    ensure!(answer["state"] == "done" && png.starts_with("iVBOR"), "{answer}");

    // What is signed for it, for its site and for all.
    for (next, target) in [(2, "berlin/k1"), (3, "berlin/*"), (4, "*/*")] {
        let (id, signed) = sign(&secret(), target, "reset", 0, 60)?;
        send(&watcher, target, id, &signed)?;
        ensure!(result(&watcher, id, |_| true)?["state"] == "accepted");
        kiosk.expect_reset(next - 1, "staff", "not_needed")?;
    }

    // What is refused, each with its reason.
    let target = "berlin/k1";
    let mine = secret();
    let stranger = SecretKey::from_seed(&[2; 32]);
    let (id, replayed) = sign(&mine, target, "report", 0, 60)?;
    send(&watcher, target, id, &replayed)?;
    result(&watcher, id, |answer| answer["state"] == "accepted")?;
    for (reason, (id, signed)) in [
        ("unknown_key", sign(&stranger, target, "reset", 0, 60)?),
        ("wrong_target", sign(&mine, "berlin/k2", "reset", 0, 60)?),
        ("expired", sign(&mine, target, "reset", -120, 60)?),
        ("bad_clock", sign(&mine, target, "reset", 3600, 60)?),
        ("too_long_lived", sign(&mine, target, "reset", 0, 601)?),
        ("unknown_command", sign(&mine, target, "exec", 0, 60)?),
    ] {
        send(&watcher, target, id, &signed)?;
        let answer = result(&watcher, id, |_| true)?;
        ensure!(answer == json!({"state": "refused", "reason": reason}), "{answer} should say {reason}");
    }
    let (id, signed) = sign(&mine, target, "reset", 0, 60)?;
    send(&watcher, target, id, &signed.replace("\"reset\"", "\"restart\""))?;
    ensure!(result(&watcher, id, |_| true)?["reason"] == "bad_signature");
    watcher.publish(&format!("{ROOT}/cmd/{}", Uuid::from_u128(9)), "reset", false)?;
    ensure!(result(&watcher, Uuid::from_u128(9), |_| true)?["reason"] == "malformed");

    // Nobody gets a picture of what somebody writes.
    stage.input.click(640, 400)?;
    kiosk.event("visit.touched", &Value::Null)?;
    let answer = command(&watcher, "screenshot", |_| true)?;
    ensure!(answer["reason"] == "in_use", "{answer}");

    // Whoever has a kiosk's password can say nothing for another kiosk, and command nobody.
    for topic in ["kiosk/v1/berlin/k2/reported", "kiosk/v1/berlin/k2/desired", &format!("{ROOT}/desired")] {
        Watcher::publish_as(&broker, user, topic, "forged")?;
    }
    watcher.publish("kiosk/v1/berlin/k3/reported", "mine", false)?;
    watcher.wait("kiosk/v1/berlin/k3/reported", "what came after", |message| message.text == "mine")?;
    ensure!(
        watcher.all("kiosk/v1/berlin/k2/reported").is_empty() && watcher.all(&format!("{ROOT}/desired")).is_empty()
    );

    // All of it is counted, and none of it did anything.
    reported(&watcher, "the refusals", |reported| {
        let refused = &reported["counters"]["refused"];
        reported["visit"] == "in_use" && refused["in_use"] == 1 && refused["expired"] == 1 && refused["malformed"] == 1
    })?;
    ensure!(kiosk.log.all("receipt").len() == 3, "{}", kiosk.log.text());

    // So it is in the figures for Prometheus.
    let figures = ureq::get(format!("http://{figures}/metrics")).call()?.body_mut().read_to_string()?;
    for line in [
        "kiosk_visits_total{cause=\"staff\",used=\"false\"} 3",
        "kiosk_commands_total{result=\"expired\"} 1",
        "kiosk_proofs_total{result=\"empty\"} 4",
        "kiosk_reset_seconds_count 3",
        "kiosk_fleet_connected 1",
        "kiosk_in_service 1",
    ] {
        ensure!(figures.lines().any(|found| found == line), "{line} is not in\n{figures}");
    }

    kiosk.expect_alive()?;
    let before = watcher.all(&format!("{ROOT}/availability")).len();
    kiosk.kill()?;
    let after = || watcher.all(&format!("{ROOT}/availability")).split_off(before);
    kiosk_tests::wait::until_true("the last will", PATIENCE, || after().iter().any(|one| one.text == "offline"))
}

#[test]
fn a_restart_allows_no_replay_and_is_no_accident() -> Result<()> {
    let stage = Stage::named("fleet-restart").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker))?;
    kiosk.fresh(1)?;
    let pid = kiosk.pid();
    let (id, signed) = sign(&secret(), "berlin/k1", "restart", 0, 600)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    send(&watcher, "berlin/k1", id, &signed)?;
    result(&watcher, id, |answer| answer["state"] == "accepted")?;
    // The same process, a new life.
    kiosk.event("started", &Value::Null)?;
    kiosk.event("started", &Value::Null)?;
    ensure!(kiosk.receipt(1)?.text("cause") == "stopped");
    kiosk.event("visit.fresh", &Value::Null)?;
    ensure!(kiosk.pid() == pid);
    kiosk.event("fleet.connected", &Value::Null)?;
    send(&watcher, "berlin/k1", id, &signed)?;
    // At once it is a duplicate, on a slow machine a replay; in either case it is not obeyed.
    let refused = kiosk.event("command.refused", &Value::Null)?;
    ensure!(matches!(refused.text("reason"), "duplicate" | "replayed"), "{}", refused.raw);
    ensure!(kiosk.log.all("started").len() == 2, "{}", kiosk.log.text());
    kiosk.terminate()?;
    kiosk.wait_exit(PATIENCE)?;
    let events = events(&watcher);
    ensure!(events.last().is_some_and(|event| event["cause"] == "stopped"), "the last receipt is told: {events:#?}");
    ensure!(watcher.all(&format!("{ROOT}/availability")).last().is_some_and(|last| last.text == "offline"));
    Ok(())
}

/// A page may go on with a conversation while it loads: the visit is in use from its first moment, and no picture is taken.
#[test]
fn a_conversation_that_is_there_before_the_page_is_ready_is_one() -> Result<()> {
    let stage = Stage::named("fleet-resumed").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let resumed = setup(&pages, &broker).set("chat.url", pages.host("client=v1&ready=2000"));
    let mut kiosk = Kiosk::start(&stage, resumed)?;
    pages.visitor(1)?.event(&events::status("s1", "Active", "Waiting"))?;
    kiosk.fresh(1)?;
    kiosk.event("visit.told", &json!({"visit": 1}))?;
    kiosk.event("fleet.connected", &Value::Null)?;
    reported(&watcher, "in use", |reported| reported["visit"] == "in_use")?;
    ensure!(command(&watcher, "screenshot", |_| true)?["reason"] == "in_use");
    kiosk.expect_alive()
}

/// Whoever is out of the fleet cannot be mended from afar.
#[test]
fn nothing_from_afar_starts_it_anew_when_it_would_not_come_up() -> Result<()> {
    let stage = Stage::named("fleet-broken-file").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    let file = stage.home.root().join("home/.config/support-kiosk/config.toml");
    let good = fs::read_to_string(&file)?;
    fs::write(&file, format!("{good}\n[notise]\nseconds = 5\n"))?;
    let refused = command(&watcher, "restart", |_| true)?;
    ensure!(refused["state"] == "failed", "{refused}");
    ensure!(refused["reason"].as_str().is_some_and(|reason| reason.contains("support-kiosk check")), "{refused}");
    desire(&watcher, 1, &format!("[log]\nformat = \"json\"\n[chat]\nurl = \"{}\"\n", pages.host("client=v1")))?;
    reported(&watcher, "waiting", |reported| {
        let desired = &reported["configuration"]["desired"];
        desired["state"] == "waiting" && desired["reason"].is_string()
    })?;
    kiosk.log.none_since(kiosk.log.start(), "restarting", &Value::Null)?;
    ensure!(kiosk.log.all("visit.started").len() == 1, "nobody's visit ended");

    fs::write(&file, good)?;
    let obeyed = command(&watcher, "restart", |_| true)?;
    ensure!(obeyed["state"] == "accepted", "{obeyed}");
    kiosk.event("restarting", &Value::Null)?;
    desired(&watcher, 1, "applied")?;
    kiosk.expect_alive()
}

#[test]
fn out_of_service_lasts_over_a_restart_until_in_service() -> Result<()> {
    let stage = Stage::named("fleet-closed").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    let accepted = |answer: &Value| answer["state"] == "accepted";
    command(&watcher, "out-of-service", accepted)?;
    kiosk.scene("out_of_service")?;
    ensure!(kiosk.receipt(1)?.text("cause") == "staff");
    stage.screen.wait_painted("closed")?;
    reported(&watcher, "out of service", |reported| reported["health"] == "out_of_service")?;

    // Nobody who wants a fresh visit opens it by that: not from afar, and not at another terminal.
    let refused = command(&watcher, "reset", |_| true)?;
    ensure!(refused == json!({"state": "refused", "reason": "closed"}), "{refused}");
    kiosk_tests::process::tree(kiosk.pid())?[0].signal("USR2")?;
    kiosk.event("staff.refused", &json!({"reason": "closed"}))?;
    ensure!(kiosk.scene_now() == "out_of_service");

    // It stays so in the next life of the program.
    command(&watcher, "restart", accepted)?;
    kiosk.event("restarting", &Value::Null)?;
    kiosk.event("staff.still_closed", &Value::Null)?;
    kiosk.scene("out_of_service")?;
    kiosk.event("fleet.connected", &Value::Null)?;
    ensure!(kiosk.log.all("visit.started").len() == 1, "{}", kiosk.log.text());

    command(&watcher, "in-service", accepted)?;
    kiosk.event("visit.fresh", &Value::Null)?;
    reported(&watcher, "in service", |reported| reported["health"] == "in_service")?;
    kiosk_tests::wait::until_true("it is not remembered any more", PATIENCE, || {
        !stage.home.state().join("out-of-service.json").exists()
    })?;
    kiosk.expect_alive()
}

#[test]
fn what_happens_while_the_broker_is_away_is_told_in_order() -> Result<()> {
    let stage = Stage::named("fleet-offline").up()?;
    let pages = Pages::start()?;
    let mut broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker).set("fleet.discovery", true))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    watcher.wait("homeassistant/device/support_kiosk_berlin_k1/config", "a device", |message| {
        message.value()["components"]["problem"]["platform"] == "binary_sensor"
    })?;
    broker.stop()?;
    kiosk.event("fleet.disconnected", &Value::Null)?;
    for visit in 1..=4 {
        kiosk_tests::process::tree(kiosk.pid())?[0].signal("USR2")?;
        kiosk.expect_reset(visit, "staff", "not_needed")?;
    }
    broker.again()?;
    kiosk.event("fleet.connected", &Value::Null)?;
    watcher.wait(&format!("{ROOT}/event"), "the fourth receipt", |message| message.value()["visit"] == 4)?;
    let events = events(&watcher);
    let visits: Vec<u64> = events.iter().filter_map(|event| event["visit"].as_u64()).collect();
    ensure!(visits == [1, 2, 3, 4], "{events:#?}");
    let numbers: Vec<u64> = events.iter().filter_map(|event| event["n"].as_u64()).collect();
    ensure!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    reported(&watcher, "nothing waits", |reported| {
        reported["events"]["waiting"] == 0 && reported["counters"]["visits"]["staff"] == 4
    })?;
    kiosk.expect_alive()
}

#[test]
fn a_configuration_from_afar_is_applied_refused_and_rolled_back() -> Result<()> {
    let stage = Stage::named("fleet-desired").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let mut kiosk = Kiosk::start(&stage, setup(&pages, &broker).set("fleet.trial_seconds", 10))?;
    kiosk.fresh(1)?;
    let page = |url: &str, more: &str| format!("[log]\nformat = \"json\"\n[chat]\nurl = \"{url}\"\n{more}");
    let good = page(&pages.host("client=v1"), "[notice]\nseconds = 7\n[idle]\nafter_seconds = 0\n");

    desire(&watcher, 1, &good)?;
    let applied = desired(&watcher, 1, "applied")?;
    ensure!(applied["configuration"]["version"] == 1, "{applied}");

    // A mistake is told with its line, and nothing changes.
    desire(&watcher, 2, &good.replace("seconds = 7", "secods = 7"))?;
    let refused = desired(&watcher, 2, "refused")?;
    let reason = refused["configuration"]["desired"]["reason"].as_str().unwrap_or_default();
    ensure!(reason.starts_with("line 6, column 1: `[notice]` has no key `secods`"), "{reason}");
    desire(&watcher, 3, &format!("{good}[fleet]\nbroker = \"mqtts://b.example\"\nsite = \"a\"\nid = \"b\"\n"))?;
    desired(&watcher, 3, "refused")?;

    // One that is right and does not work: the page is not there.
    desire(&watcher, 4, &page("http://127.0.0.1:9/", ""))?;
    let back = desired(&watcher, 4, "rolled_back")?;
    ensure!(back["configuration"]["version"] == 1, "{back}");
    reported(&watcher, "in service again", |reported| {
        reported["health"] == "in_service" && reported["configuration"]["desired"]["state"] == "rolled_back"
    })?;
    kiosk.expect_alive()
}

fn send(watcher: &Watcher, target: &str, id: Uuid, signed: &str) -> Result<()> {
    watcher.publish(&target.parse::<Target>()?.command(id), signed, false)
}

fn result(watcher: &Watcher, id: Uuid, wish: impl Fn(&Value) -> bool) -> Result<Value> {
    let topic = format!("{ROOT}/cmd/{id}/result");
    Ok(watcher.wait(&topic, "an answer", |message| wish(&message.value()))?.value())
}

fn command(watcher: &Watcher, name: &str, wish: impl Fn(&Value) -> bool) -> Result<Value> {
    let (id, signed) = sign(&secret(), "berlin/k1", name, 0, 60)?;
    send(watcher, "berlin/k1", id, &signed)?;
    result(watcher, id, wish)
}

fn desire(watcher: &Watcher, version: u64, toml: &str) -> Result<()> {
    let document = Document::sign(version, "berlin/*".parse()?, toml.to_owned(), &secret());
    watcher.publish(&format!("{ROOT}/desired"), serde_json::to_vec(&document)?, true)
}

fn desired(watcher: &Watcher, version: u64, state: &str) -> Result<Value> {
    reported(watcher, state, |reported| {
        let desired = &reported["configuration"]["desired"];
        desired["version"] == version && desired["state"] == state
    })
}

fn events(watcher: &Watcher) -> Vec<Value> {
    watcher.all(&format!("{ROOT}/event")).iter().map(kiosk_tests::broker::Message::value).collect()
}

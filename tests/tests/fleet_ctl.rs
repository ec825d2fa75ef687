//! The fleet from an administrator's terminal, against a real broker and a real kiosk.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};
use kiosk_tests::broker::{Broker, Watcher};
use kiosk_tests::home::Home;
use kiosk_tests::program::{self, Ran};
use kiosk_tests::tls::certificate;
use kiosk_tests::wait::PATIENCE;
use kiosk_tests::{Kiosk, Pages, Setup, Stage};
use serde_json::{Value, json};

#[test]
fn list_send_and_push() -> Result<()> {
    let stage = Stage::named("fleet-ctl").up()?;
    let pages = Pages::start()?;
    let broker = Broker::start(&stage.home)?;
    let url = broker.url();
    let ctl = |arguments: &[&str]| ctl(&stage.home, &[&["--broker", &url], arguments].concat());
    let public = ctl(&["keys", "new", "key"])?.stdout.trim().to_owned();
    ensure!(ctl(&["keys", "public", "key"])?.stdout.trim() == public);
    ensure!(ctl(&["keys", "new", "key"])?.code() == Some(1), "a key is never overwritten");
    ensure!(fs::metadata(stage.home.root().join("key"))?.len() > 0);

    let nobody = ctl(&["send", "reset", "*/*", "--key", "key", "--yes"])?;
    ensure!(nobody.code() == Some(1) && nobody.stderr.contains("no kiosk of */* is there"), "{nobody:?}");

    let setup = Setup::on_page(&pages, "client=v1")
        .set("fleet.broker", broker.url())
        .set("fleet.site", "berlin")
        .set("fleet.id", "k1")
        .set("fleet.command_keys", vec![public]);
    let mut kiosk = Kiosk::start(&stage, setup)?;
    kiosk.fresh(1)?;
    kiosk_tests::wait::until_true("in service on the list", PATIENCE, || {
        ctl(&["list"]).is_ok_and(|list| list.code() == Some(0) && list.stdout.contains("1 of 1 in service"))
    })?;
    let list = ctl(&["list"])?;
    ensure!(list.stdout.contains("berlin/k1  in service  untouched"), "{}", list.stdout);
    ensure!(ctl(&["list", "paris/*", "--json"])?.stdout.is_empty());

    let unasked = ctl(&["send", "reset", "*/*", "--key", "key"])?;
    ensure!(unasked.code() == Some(1) && unasked.stderr.contains("--yes"), "{unasked:?}");
    let sent = ctl(&["send", "reset", "berlin/*", "--key", "key", "--yes"])?;
    ensure!(sent.code() == Some(0) && sent.stdout.contains("berlin/k1  accepted"), "{sent:?}");
    kiosk.expect_reset(1, "staff", "not_needed")?;
    let sent = ctl(&["send", "screenshot", "*/*", "--key", "key", "--yes"])?;
    ensure!(sent.code() == Some(0), "{sent:?}");
    ensure!(fs::read(stage.home.root().join("berlin-k1.png"))?.starts_with(b"\x89PNG"));
    let sent = ctl(&["send", "identify", "*/*", "--key", "key", "--yes"])?;
    ensure!(sent.code() == Some(0) && sent.stdout.contains("berlin/k1  done"), "{sent:?}");
    kiosk.scene("identify")?;
    let sent = ctl(&["send", "reset", "*/*", "--key", "key", "--yes", "--note", "no"])?;
    ensure!(sent.code() == Some(1) && sent.stderr.contains("only out-of-service"), "{sent:?}");
    ensure!(ctl(&["send", "exec", "*/*", "--key", "key", "--yes"])?.code() == Some(2));

    let page = pages.host("client=v1");
    let good = format!("[log]\nformat = \"json\"\n[chat]\nurl = \"{page}\"\n[notice]\nseconds = 9\n");
    write(&stage.home, "bad.toml", "[notice]\nsecods = 1\n")?;
    write(&stage.home, "good.toml", &good)?;
    let bad = ctl(&["push", "bad.toml", "--key", "key", "--yes"])?;
    ensure!(bad.code() == Some(1) && bad.stderr.contains("bad.toml: line 2, column 1"), "{bad:?}");
    let good = ctl(&["push", "good.toml", "--key", "key", "--yes", "--number", "7", "--canary", "1", "--wait", "60"])?;
    ensure!(good.code() == Some(0) && good.stdout.contains("Version 7 works on 1"), "{good:?}");
    ensure!(ctl(&["list"])?.stdout.contains("v7"), "the list shows the version");
    kiosk.expect_alive()
}

#[test]
fn watch_shows_what_happens_until_it_is_ended() -> Result<()> {
    let home = Home::make("fleet-watch")?;
    let broker = Broker::start(&home)?;
    let watcher = Watcher::start(&broker)?;
    let url = broker.url();
    let (mut watch, said) = program::start(&home, &["ctl", "--broker", &url, "watch", "berlin/*"])?;
    // What comes before it listens it does not see: so the same again until it does.
    kiosk_tests::wait::until_true("the first line", PATIENCE, || {
        watcher.publish("kiosk/v1/berlin/k1/availability", "online", false).is_ok()
            && said.text().contains("berlin/k1  online")
    })?;
    let event = r#"{"event":"receipt","n":4,"at":1800000000,"visit":7,"cause":"idle\u001b[2J"}"#;
    watcher.publish("kiosk/v1/paris/k1/event", event, false)?;
    watcher.publish("kiosk/v1/berlin/k2/event", "no JSON", false)?;
    watcher.publish("kiosk/v1/berlin/k1/event", event, false)?;
    watcher.publish("kiosk/v1/berlin/k1/availability", "offline", false)?;
    kiosk_tests::wait::until_true("the last line", PATIENCE, || said.text().contains("berlin/k1  away"))?;
    let text = said.text();
    ensure!(text.contains("2027-01-15T08:00:00Z  berlin/k1  receipt  cause=\"idle\\u001b[2J\" visit=7"), "{text}");
    ensure!(!text.contains("paris") && !text.contains('\u{1b}') && !text.contains("k2"), "{text}");
    watch.signal("INT")?;
    ensure!(watch.wait_exit(PATIENCE)?.code() == Some(0));
    Ok(())
}

#[test]
fn a_configuration_goes_to_a_share_first_and_to_the_rest_when_that_is_well() -> Result<()> {
    let home = Home::make("fleet-canary")?;
    let broker = Broker::start(&home)?;
    let watcher = Watcher::start(&broker)?;
    let url = broker.url();
    ctl(&home, &["keys", "new", "key"])?;
    write(&home, "good.toml", "[notice]\nseconds = 9\n")?;
    // Two kiosks that say what this test wants.
    let say = |id: &str, desired: Value| -> Result<()> {
        let reported = json!({
            "version": "1.0.0", "at": 1, "started": 1, "health": "in_service", "visit": "untouched",
            "configuration": { "version": 0, "hash": "", "desired": desired },
            "counters": {}, "events": { "waiting": 0, "lost": 0, "stored": true },
        });
        watcher.publish(&format!("kiosk/v1/berlin/{id}/availability"), "online", true)?;
        watcher.publish(&format!("kiosk/v1/berlin/{id}/reported"), reported.to_string(), true)
    };
    for id in ["a", "b"] {
        say(id, Value::Null)?;
        watcher.wait(&format!("kiosk/v1/berlin/{id}/reported"), "the broker has it", |_| true)?;
    }
    let push = |number: &str| {
        let arguments =
            ["push", "good.toml", "--key", "key", "--yes", "--canary", "1", "--wait", "60", "--number", number];
        program::start(&home, &[&["ctl", "--broker", &url], &arguments[..]].concat())
    };
    let has = |id: &str, version: u64| {
        let topic = format!("kiosk/v1/berlin/{id}/desired");
        watcher.all(&topic).iter().any(|message| message.value()["version"] == version)
    };

    // The first one refuses: the second never hears of it.
    let (mut first, said) = push("1")?;
    watcher.wait("kiosk/v1/berlin/a/desired", "version 1", |message| message.value()["version"] == 1)?;
    say("a", json!({ "version": 1, "state": "refused", "reason": "line 1, column 1: no" }))?;
    ensure!(first.wait_exit(PATIENCE)?.code() == Some(1), "{}", said.text());
    said.wait_end(PATIENCE)?;
    ensure!(
        said.text().contains("berlin/a  refused: line 1") && said.text().contains("goes no further"),
        "{}",
        said.text()
    );
    ensure!(!has("b", 1));

    // The first one takes it: then the second gets it, and not before.
    let (mut second, said) = push("2")?;
    watcher.wait("kiosk/v1/berlin/a/desired", "version 2", |message| message.value()["version"] == 2)?;
    say("a", json!({ "version": 2, "state": "trial" }))?;
    watcher.wait("kiosk/v1/berlin/a/reported", "the trial", |message| message.text.contains("trial"))?;
    ensure!(!has("b", 2), "it is on trial still");
    say("a", json!({ "version": 2, "state": "applied" }))?;
    ensure!(second.wait_exit(PATIENCE)?.code() == Some(0), "{}", said.text());
    watcher.wait("kiosk/v1/berlin/b/desired", "version 2", |message| message.value()["version"] == 2)?;
    said.wait_end(PATIENCE)?;
    ensure!(said.text().contains("Version 2 works on 1 and is on its way to 1 more"), "{}", said.text());
    Ok(())
}

#[test]
fn at_a_terminal_it_asks_and_shows_how_far_it_is() -> Result<()> {
    let home = Home::make("fleet-terminal")?;
    let broker = Broker::start(&home)?;
    let watcher = Watcher::start(&broker)?;
    ctl(&home, &["keys", "new", "key"])?;
    watcher.publish("kiosk/v1/berlin/k1/availability", "online", true)?;
    watcher.wait("kiosk/v1/berlin/k1/availability", "the broker has it", |_| true)?;
    let send = |answer: &str| {
        let line = format!("\"$0\" ctl --broker {} send report 'berlin/*' --key key --expires 5", broker.url());
        // `script` gives it a terminal.
        let ran = program::run_under(
            &home,
            &["sh", "-c", "echo \"$1\" | script -qec \"$2\" /dev/null", "sh", answer],
            &line,
        )?;
        anyhow::Ok(ran)
    };
    let no = send("n")?;
    ensure!(no.code() == Some(1) && no.stdout.contains("report for 1 of 1 kiosks of berlin/*? [y/N]"), "{no:?}");
    ensure!(!no.stdout.contains("no answer"), "nothing was sent: {no:?}");
    let yes = send("y")?;
    ensure!(yes.stdout.contains("[..............................] 0 of 1"), "{yes:?}");
    ensure!(yes.code() == Some(1) && yes.stdout.contains("berlin/k1  no answer"), "{yes:?}");
    Ok(())
}

#[test]
fn only_with_the_right_certificate_and_password() -> Result<()> {
    let home = Home::make("fleet-tls")?;
    certificate(home.root(), "ca", None, None)?;
    certificate(home.root(), "other", None, None)?;
    certificate(home.root(), "server", None, Some("ca"))?;
    certificate(home.root(), "admin", None, Some("ca"))?;
    write(&home, "password", "right\n")?;
    write(&home, "wrong", "wrong\n")?;
    let passwords = home.root().join("passwords");
    write(&home, "passwords", "admin:right\n")?;
    let hashed = Command::new("mosquitto_passwd").env("PATH", path()).arg("-U").arg(&passwords).status()?;
    ensure!(hashed.success());
    let root = home.root().display();
    let tls = format!("certfile {root}/server.pem\nkeyfile {root}/server.key\n");
    let broker = Broker::start_with(&home, &format!("allow_anonymous false\npassword_file {root}/passwords\n"), &tls)?;
    let url = format!("mqtts://localhost:{}", broker.port());
    let with = |ca: &str, password: &str| {
        let arguments = ["--broker", &url, "--ca-file", ca, "--username", "admin", "--password-file", password, "list"];
        ctl(&home, &arguments)
    };
    let right = with("ca.pem", "password")?;
    ensure!(right.code() == Some(0) && right.stdout.contains("0 of 0 in service"), "{right:?}");
    let stranger = with("other.pem", "password")?;
    ensure!(stranger.code() == Some(1) && stranger.stderr.trim().ends_with(": tls"), "{stranger:?}");
    let wrong = with("ca.pem", "wrong")?;
    ensure!(wrong.code() == Some(1) && wrong.stderr.trim().ends_with(": not_authorized"), "{wrong:?}");
    let open = ctl(&home, &["--broker", "mqtt://broker.example.com", "list"])?;
    ensure!(open.code() == Some(1) && open.stderr.contains("anybody on the way"), "{open:?}");
    drop(broker);

    // A certificate instead of a password.
    let tls = format!("{tls}cafile {root}/ca.pem\nrequire_certificate true\nuse_identity_as_username true\n");
    let broker = Broker::start_with(&home, "allow_anonymous false\n", &tls)?;
    let url = format!("mqtts://localhost:{}", broker.port());
    let without = ctl(&home, &["--broker", &url, "--ca-file", "ca.pem", "list"])?;
    ensure!(without.code() == Some(1), "{without:?}");
    let own = ["--broker", &url, "--ca-file", "ca.pem", "--cert-file", "admin.pem", "--key-file", "admin.key", "list"];
    let own = ctl(&home, &own)?;
    ensure!(own.code() == Some(0), "{own:?}");
    Ok(())
}

fn ctl(home: &Home, arguments: &[&str]) -> Result<Ran> {
    let ran = program::run(home, &[&["ctl"], arguments].concat(), "", PATIENCE * 3)?;
    ran.expect_no_panic()?;
    Ok(ran)
}

fn write(home: &Home, name: &str, text: &str) -> Result<()> {
    Ok(fs::write(home.root().join(name), text)?)
}

fn path() -> String {
    format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default())
}

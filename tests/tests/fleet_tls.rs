//! A kiosk with a certificate of its own, on a broker with the access list that the package brings: it works, and whoever
//! has another kiosk's certificate reads nothing of it and says nothing in its name.

use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, ensure};
use kiosk_fleet::mqtt::{self, Tls};
use kiosk_tests::afar::{ROOT, command, secret};
use kiosk_tests::broker::{ADMIN, Broker, Watcher};
use kiosk_tests::home::Home;
use kiosk_tests::searches::marker;
use kiosk_tests::tls::certificate;
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, process};
use rumqttc::{Client, Event, Packet, PublishOptions, QoS};
use serde_json::Value;
use uuid::Uuid;

#[test]
fn a_kiosk_cannot_read_or_write_anothers_topics() -> Result<()> {
    let stage = Stage::named("fleet-tls").up()?;
    let root = stage.home.root();
    let (broker, port) = broker(&stage.home)?;
    let watcher = Watcher::start(&broker)?;
    let pages = Pages::start()?;
    let setup = |name: &str| {
        let file = |ending: &str| root.join(format!("{name}.{ending}")).display().to_string();
        Setup::on_page(&pages, "client=v1")
            .set("fleet.broker", format!("mqtts://localhost:{port}"))
            .set("fleet.site", "berlin")
            .set("fleet.id", "k1")
            .set("fleet.ca_file", root.join("ca.pem").to_str())
            .set("fleet.cert_file", file("pem"))
            .set("fleet.key_file", file("key"))
            .set("fleet.command_keys", vec![secret().public().to_string()])
    };

    // A certificate that the broker does not know opens nothing, and the kiosk works all the same.
    certificate(root, "strange", Some("berlin/k1"), None)?;
    let kiosk = Kiosk::start(&stage, setup("strange"))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.disconnected", &Value::Null)?;
    ensure!(kiosk.log.all("fleet.connected").is_empty(), "{}", kiosk.log.text());
    drop(kiosk);
    ensure!(watcher.all(&format!("{ROOT}/availability")).is_empty());

    // Somebody with the neighbour's certificate listens to all that there is, before the kiosk says anything.
    let secret_words = marker("desired");
    watcher.publish(&format!("{ROOT}/desired"), secret_words.clone(), true)?;
    watcher.wait(&format!("{ROOT}/desired"), "the broker has it", |_| true)?;
    let neighbour = Neighbour::connect(root, port)?;
    let kiosk = Kiosk::start(&stage, setup("k1"))?;
    kiosk.fresh(1)?;
    kiosk.event("fleet.connected", &Value::Null)?;
    ensure!(command(&watcher, "reset", None)?["state"] == "accepted");
    kiosk.fresh(2)?;
    watcher.wait(&format!("{ROOT}/event"), "a receipt", |message| message.value()["event"] == "receipt")?;

    // And writes wherever it could do harm.
    let id = Uuid::new_v4();
    let forged = marker("forged");
    for topic in ["availability", "reported", "event", "desired", &format!("cmd/{id}"), &format!("cmd/{id}/result")] {
        neighbour.publish(&format!("{ROOT}/{topic}"), &forged)?;
    }
    neighbour.publish(&format!("kiosk/v1/berlin/*/cmd/{id}"), &forged)?;
    neighbour.publish(&format!("kiosk/v1/*/*/cmd/{id}"), &forged)?;
    // Its own topics it has: what comes there comes after all that came before.
    neighbour.publish("kiosk/v1/berlin/k2/event", "its own")?;
    watcher.wait("kiosk/v1/berlin/k2/event", "what came after", |message| message.text == "its own")?;
    watcher.publish("kiosk/v1/berlin/k2/desired", "for it", false)?;
    wait::until_true("what is the neighbour's", PATIENCE, || {
        neighbour.heard().iter().any(|(_, text)| text == "for it")
    })?;

    let foreign: Vec<_> = neighbour.heard().into_iter().filter(|(topic, _)| topic.starts_with(ROOT)).collect();
    ensure!(foreign.is_empty(), "the neighbour reads {foreign:#?}");
    let said: Vec<_> = watcher.everything().into_iter().filter(|message| message.text == forged).collect();
    ensure!(said.is_empty(), "the neighbour wrote {said:#?}");
    ensure!(kiosk.log.all("command.refused").is_empty(), "{}", kiosk.log.text());
    Ok(())
}

/// A broker for the administrator with a password, and on another port for whoever has a certificate.
fn broker(home: &Home) -> Result<(Broker, u16)> {
    let root = home.root();
    certificate(root, "ca", None, None)?;
    certificate(root, "server", None, Some("ca"))?;
    certificate(root, "k1", Some("berlin/k1"), Some("ca"))?;
    certificate(root, "k2", Some("berlin/k2"), Some("ca"))?;
    fs::write(root.join("passwords"), format!("{}:{}\n", ADMIN.0, ADMIN.1))?;
    let hashed = process::command("mosquitto_passwd").arg("-U").arg(root.join("passwords")).status()?;
    ensure!(hashed.success(), "mosquitto_passwd failed");
    fs::write(root.join("acl"), include_str!("../../packaging/mosquitto/acl"))?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = root.display();
    let more = format!(
        "allow_anonymous false\npassword_file {folder}/passwords\nacl_file {folder}/acl\n\
         listener {port} 127.0.0.1\ncertfile {folder}/server.pem\nkeyfile {folder}/server.key\ncafile {folder}/ca.pem\n\
         require_certificate true\nuse_identity_as_username true\n"
    );
    Ok((Broker::start_with(home, &more, "")?, port))
}

/// Whoever has the certificate of `berlin/k2`.
struct Neighbour {
    client: Client,
    heard: Arc<Mutex<Vec<(String, String)>>>,
    answers: std::sync::mpsc::Receiver<()>,
}

impl Neighbour {
    /// Connects, and asks for everything.
    fn connect(root: &std::path::Path, port: u16) -> Result<Self> {
        let tls = Tls {
            ca: Some(fs::read(root.join("ca.pem"))?),
            client: Some((fs::read(root.join("k2.pem"))?, fs::read(root.join("k2.key"))?)),
        };
        let broker =
            mqtt::Broker { host: "localhost".into(), port, tls: Some(tls), client: "neighbour".into(), login: None };
        let options = mqtt::options(&broker).map_err(anyhow::Error::msg)?;
        let (client, mut connection) = Client::builder(options).capacity(100).build();
        let heard: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let (tell, answers) = std::sync::mpsc::channel();
        let (listener, subscriber) = (Arc::clone(&heard), client.clone());
        thread::spawn(move || {
            for event in connection.iter() {
                match event {
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        let filters =
                            ["#", "kiosk/#", "kiosk/v1/berlin/k1/#", "kiosk/v1/berlin/k1/+", "kiosk/v1/+/+/reported"];
                        let more = ["kiosk/v1/berlin/k1/cmd/+/result", "kiosk/v1/+/+/desired", "kiosk/v1/+/+/event"];
                        for filter in filters.into_iter().chain(more) {
                            drop(subscriber.try_subscribe(filter, QoS::AtLeastOnce));
                        }
                    }
                    Ok(Event::Incoming(Packet::SubAck(_) | Packet::PubAck(_))) => drop(tell.send(())),
                    Ok(Event::Incoming(Packet::Publish(publish))) => {
                        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                        let message = (text(&publish.topic), text(&publish.payload));
                        listener.lock().unwrap_or_else(PoisonError::into_inner).push(message);
                    }
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        for _ in 0..8 {
            answers.recv_timeout(PATIENCE).context("the broker does not answer the neighbour")?;
        }
        Ok(Self { client, heard, answers })
    }

    /// Tries to publish, and waits until the broker has had it.
    fn publish(&self, topic: &str, payload: &str) -> Result<()> {
        let options = PublishOptions::new(QoS::AtLeastOnce).retain(true);
        self.client.publish(topic.to_owned(), payload.as_bytes().to_vec(), options)?;
        self.answers.recv_timeout(PATIENCE).context("the broker does not answer the neighbour")
    }

    fn heard(&self) -> Vec<(String, String)> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

//! The guide for administrators does what it says: each of its commands is run, in its order.
//!
//! All three machines are this one, so paths, names and ports are other ones; `sudo`, `apt-get`, `chown` and `systemctl`
//! do nothing here, and what `systemctl` would start the test starts.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use kiosk_fleet::mqtt;
use kiosk_tests::process::{self, Owned};
use kiosk_tests::wait::{self, PATIENCE};
use kiosk_tests::{Kiosk, Pages, Setup, Stage, program};
use rumqttc::{Client, Event, Packet, QoS};
use serde_json::{Value, json};

const GUIDE: &str = include_str!("../../docs/fleet.md");
/// Debian's own, beside which the package's lies.
const DEBIANS: &str = "pid_file /run/mosquitto/mosquitto.pid\n\npersistence true\n\
    persistence_location /var/lib/mosquitto/\n\nlog_dest file /var/log/mosquitto/mosquitto.log\n\n\
    include_dir /etc/mosquitto/conf.d\n";

#[test]
fn every_command_of_the_guide_works() -> Result<()> {
    let stage = Stage::named("fleet-guide").up()?;
    let pages = Pages::start()?;
    let mut machine = Machine::new(&stage, &pages)?;
    let (mut broker, mut kiosk): (Option<Owned>, Option<Kiosk>) = (None, None);
    let mut settings = BTreeMap::new();
    let mut run = 0;
    for Block { kind, text } in blocks(GUIDE) {
        match kind.split_once(' ').unwrap_or((&kind, "")) {
            ("sh", _) => {
                let said = machine.run(&text)?;
                run += 1;
                if let Some(key) = said.lines().find(|line| line.starts_with("ed25519:")) {
                    machine.names.push(("ed25519:…".to_owned(), key.to_owned()));
                }
                if text.contains("systemctl restart mosquitto") {
                    broker = Some(machine.start_broker()?);
                }
                if let (Some(broker), true) = (&broker, text.contains("systemctl reload mosquitto")) {
                    broker.signal("HUP")?;
                }
                if text.contains("systemctl restart support-kiosk-session") {
                    drop(kiosk.take());
                    kiosk = Some(machine.start_kiosk(&stage, &pages, &settings)?);
                }
            }
            ("toml", "kiosk") => settings.extend(machine.settings(&text)?),
            ("yaml", name) => fs::write(machine.folder.join(name), machine.here(&text))?,
            (other, _) => anyhow::bail!("the guide has a block of {other} that nobody tries"),
        }
    }
    ensure!(run >= 10, "only {run} blocks were run");
    ensure!(settings.get("fleet.discovery") == Some(&json!(true)));
    // The kiosk of the last step is on the list, and has a picture from before.
    let list = "support-kiosk ctl $BROKER list";
    wait::until_true("in service at the end", PATIENCE, || {
        machine.run(list).is_ok_and(|said| said.contains("1 of 1 in service"))
    })?;
    ensure!(machine.folder.join("berlin-1-kiosk-07.png").is_file());
    machine.home_assistant_hears()?;
    kiosk.context("the guide starts no kiosk")?.expect_alive()
}

struct Block {
    /// What stands behind the fence.
    kind: String,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut parts = guide.split("\n```");
    parts.next();
    // Every second part lies between two fences.
    parts
        .step_by(2)
        .filter_map(|part| part.split_once('\n'))
        .map(|(kind, text)| Block { kind: kind.to_owned(), text: text.to_owned() })
        .collect()
}

/// All machines of the guide.
struct Machine {
    /// Where its commands are run.
    folder: PathBuf,
    /// Where mosquitto's files are.
    etc: PathBuf,
    tools: PathBuf,
    port: u16,
    /// What is called otherwise here.
    names: Vec<(String, String)>,
    exports: String,
}

impl Machine {
    fn new(stage: &Stage, pages: &Pages) -> Result<Self> {
        let root = stage.home.root();
        let [folder, etc, tools] = ["guide", "mosquitto", "tools"].map(|name| root.join(name));
        for folder in [&folder, &etc, &tools, &etc.join("conf.d"), &etc.join("lib")] {
            fs::create_dir_all(folder)?;
        }
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        std::os::unix::fs::symlink(repository.join("packaging"), folder.join("packaging"))?;
        let kiosk = root.join("home/.config/support-kiosk");
        fs::create_dir_all(&kiosk)?;
        let program = program::path()?;
        // Until somebody presses Ctrl+C, and that is now.
        let kiosks = format!(
            "case \" $* \" in *' watch '*) timeout --signal INT 3 {0} \"$@\" || [ $? = 124 ] ;; *) exec {0} \"$@\" ;; esac",
            program.display()
        );
        for (name, text) in [
            ("sudo", "exec \"$@\""),
            ("apt-get", ":"),
            ("chown", ":"),
            ("systemctl", ":"),
            ("support-kiosk", kiosks.as_str()),
        ] {
            let path = tools.join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n"))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
        let free = || Ok::<u16, std::io::Error>(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port());
        let (port, figures) = (free()?, free()?);
        let names = [
            ("broker.example.com:8883", format!("localhost:{port}")),
            ("broker.example.com", "localhost".to_owned()),
            ("127.0.0.1:9464", format!("127.0.0.1:{figures}")),
            ("/etc/mosquitto", etc.display().to_string()),
            ("/etc/support-kiosk", kiosk.display().to_string()),
            ("https://support.example.com/chat", pages.host("client=v1")),
        ];
        let names = names.into_iter().map(|(there, here)| (there.to_owned(), here)).collect();
        Ok(Self { folder, etc, tools, port, names, exports: String::new() })
    }

    fn here(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (there, here)| text.replace(there, here))
    }

    /// Runs a block; what it exports, the next ones have.
    fn run(&mut self, text: &str) -> Result<String> {
        let text = self.here(text);
        let script = format!("set -euo pipefail\n{}{text}", self.exports);
        let path = format!("{}:{}:/usr/sbin", self.tools.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = process::command("bash");
        command.args(["-c", &script]).env("PATH", path).current_dir(&self.folder).stdin(Stdio::null());
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{text}\n{said}\n{errors}\n{:?}", output.status);
        for line in text.lines().filter(|line| line.starts_with("export ")) {
            self.exports.push_str(&format!("{line}\n"));
        }
        Ok(said)
    }

    /// As systemd would, with Debian's file and what the guide has put beside it.
    fn start_broker(&self) -> Result<Owned> {
        let etc = self.etc.display().to_string();
        let debians = fs::read_to_string("/etc/mosquitto/mosquitto.conf").unwrap_or_else(|_| DEBIANS.to_owned());
        let debians = debians
            .replace("/etc/mosquitto", &etc)
            .replace("/var/lib/mosquitto", &format!("{etc}/lib"))
            .replace("/var/log/mosquitto", &etc)
            .replace("/run/mosquitto", &etc);
        fs::write(self.etc.join("mosquitto.conf"), format!("user root\n{debians}"))?;
        let own = self.etc.join("conf.d/support-kiosk.conf");
        let text = fs::read_to_string(&own)?.replace("listener 8883", &format!("listener {}", self.port));
        fs::write(&own, self.here(&text))?;
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let mut command = process::command("mosquitto");
        let mut broker =
            Owned::spawn("mosquitto", command.env("PATH", path).arg("-c").arg(self.etc.join("mosquitto.conf")))?;
        wait::until("the broker should listen", PATIENCE, || {
            if let Some(status) = broker.try_exit()? {
                let log = fs::read_to_string(self.etc.join("mosquitto.log")).unwrap_or_default();
                anyhow::bail!("mosquitto ended: {status}\n{log}");
            }
            Ok(std::net::TcpStream::connect(("127.0.0.1", self.port)).ok())
        })?;
        Ok(broker)
    }

    /// With the user that the guide makes for it.
    fn home_assistant_hears(&self) -> Result<()> {
        let password = fs::read_to_string(self.folder.join("reader.password"))?.trim().to_owned();
        let way = mqtt::Broker {
            host: "localhost".to_owned(),
            port: self.port,
            tls: Some(mqtt::Tls { ca: Some(fs::read(self.folder.join("ca.pem"))?), client: None }),
            client: "home-assistant".to_owned(),
            login: Some(("reader".to_owned(), password)),
        };
        let options = mqtt::options(&way).map_err(anyhow::Error::msg)?;
        let (client, mut connection) = Client::builder(options).capacity(10).build();
        client.subscribe("homeassistant/#", QoS::AtLeastOnce)?;
        loop {
            let event = connection.recv_timeout(PATIENCE).context("no kiosk has told Home Assistant of itself")??;
            if let Event::Incoming(Packet::Publish(message)) = event {
                let device: Value = serde_json::from_slice(&message.payload)?;
                ensure!(device["state_topic"] == "kiosk/v1/berlin-1/kiosk-07/reported", "{device}");
                return Ok(());
            }
        }
    }

    /// The lines of a block of TOML, by their sections.
    fn settings(&self, text: &str) -> Result<BTreeMap<String, Value>> {
        let (mut section, mut found) = (String::new(), BTreeMap::new());
        for line in self.here(text).lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                name.clone_into(&mut section);
            } else if let Some((key, value)) = line.split_once(" = ") {
                // A text, a truth or a list of texts is written the same in JSON.
                found.insert(format!("{section}.{key}"), serde_json::from_str(value).context(value.to_owned())?);
            }
        }
        Ok(found)
    }

    fn start_kiosk(&mut self, stage: &Stage, pages: &Pages, settings: &BTreeMap<String, Value>) -> Result<Kiosk> {
        let setup = Setup::on_page(pages, "client=v1");
        let setup = settings.iter().fold(setup, |setup, (key, value)| setup.set(key, value.clone()));
        let kiosk = Kiosk::start(stage, setup)?;
        // Whoever types is slower than a kiosk that comes into service.
        let list = "support-kiosk ctl --broker mqtts://broker.example.com:8883 --ca-file ca.pem --username admin \
                    --password-file admin.password list";
        let is_there = |said: String| said.contains("1 of 1 in service");
        wait::until_true("in service on the list", PATIENCE, || self.run(list).is_ok_and(is_there))?;
        Ok(kiosk)
    }
}

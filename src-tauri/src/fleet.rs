//! The kiosk's joint to its fleet: a thread of its own, so that neither a slow broker nor a slow disk holds up a visit.
//!
//! Without `[fleet]` in the configuration nothing of this runs: no thread, no connection, no file.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use anyhow::Context;
use kiosk_core::{
    config::{self, Config},
    visit::{Exit, Input as Machine, Staff},
};
use kiosk_fleet::{
    agent::{self, Action, Agent, Input, Settings},
    command::Name,
    desired::Desired,
    disk::Folder,
    key::PublicKey,
    mqtt::{self, Broker, Clock, Tls, Told, World},
    report::Waiting,
    topic::Place,
};
use serde_json::json;
use tauri::{AppHandle, Manager};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

use crate::{
    config::{Loaded, parse_as},
    driver::Inputs,
    ledger::state_folder,
    metrics::Metrics,
    platform,
    stage::WINDOW,
    tap::Ear,
};

/// How long the end of the program waits for the broker.
const FAREWELL: Duration = Duration::from_secs(3);
/// A password is short.
const LONGEST_PASSWORD: usize = 1024;
const MQTT_PORT: u16 = 1883;
const MQTTS_PORT: u16 = 8883;

/// All that is needed to start, read and checked.
pub(crate) struct Prepared {
    settings: Settings,
    broker: Broker,
    desired: Desired,
    sender: UnboundedSender<Told>,
    receiver: UnboundedReceiver<Told>,
}

/// The running thread.
pub(crate) struct Fleet {
    told: UnboundedSender<Told>,
    ended: oneshot::Receiver<()>,
}

/// Reads what `[fleet]` names, and puts the fleet's configuration in the place of the file's where there is one. `None`:
/// this kiosk is on its own.
///
/// # Errors
/// A key that is none, a file that cannot be read.
pub(crate) fn prepare(loaded: &mut Loaded) -> anyhow::Result<Option<Prepared>> {
    let Some(fleet) = loaded.config.fleet.clone() else { return Ok(None) };
    let path = loaded.path.clone();
    let keys = fleet.command_keys.iter().map(|key| {
        key.parse::<PublicKey>().with_context(|| format!("`fleet.command_keys` has {key} in it, which cannot be used"))
    });
    let keys = keys.collect::<anyhow::Result<_>>()?;
    let place = Place { site: fleet.site.parse()?, id: fleet.id.parse()? };
    let broker = broker(&fleet, &place, path.as_deref())?;
    let mut disk = Folder::new(folder());
    let mut desired = agent::start(&mut disk);
    if let Some(version) = desired.current() {
        match valid(&version.toml, path.as_deref()) {
            Ok(wanted) => {
                let own = loaded.config.clone();
                loaded.config = Config { fleet: own.fleet, metrics: own.metrics, ..wanted };
            }
            Err(reason) => {
                desired.unusable(&reason);
                agent::save_desired(&mut disk, &desired);
            }
        }
    }
    let file = path.as_deref().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    let (sender, receiver) = unbounded_channel();
    let settings = Settings {
        place,
        keys,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        file,
        discovery: fleet.discovery,
        queue: fleet.queue_events,
        trial: fleet.trial,
        supported: Name::ALL.to_vec(),
        validate: Box::new(move |text| valid(text, path.as_deref()).map(drop)),
    };
    Ok(Some(Prepared { settings, broker, desired, sender, receiver }))
}

/// A configuration from the fleet, if this kiosk can run with it. What joins it to the fleet is not the fleet's to say: a
/// mistake there would be the last that the kiosk ever heard.
fn valid(text: &str, path: Option<&Path>) -> Result<Config, String> {
    without_own_sections(parse_as(text, path).map_err(|mistake| mistake.to_string()))
}

/// The rule above, for whoever hands one out.
pub(crate) fn without_own_sections(config: Result<Config, String>) -> Result<Config, String> {
    let config = config?;
    if config.fleet.is_some() || config.metrics.listen.is_some() {
        return Err(
            "`[fleet]` and `[metrics]` are read from the kiosk's own file alone; leave them out here".to_owned()
        );
    }
    Ok(config)
}

/// The broker that a configuration names, with the files that it names beside `path`.
///
/// # Errors
/// A file that cannot be read.
pub(crate) fn broker(fleet: &config::Fleet, place: &Place, path: Option<&Path>) -> anyhow::Result<Broker> {
    let beside = path.and_then(Path::parent).unwrap_or_else(|| Path::new(""));
    let read = |name: &str, path: &Path| {
        let path = beside.join(path);
        fs::read(&path).with_context(|| format!("`fleet.{name}` cannot be read: {}", path.display()))
    };
    let login = match (&fleet.username, &fleet.password_file) {
        (None, _) => None,
        (Some(user), None) => Some((user.clone(), String::new())),
        (Some(user), Some(file)) => {
            let password =
                String::from_utf8(read("password_file", file)?).context("`fleet.password_file` is not UTF-8")?;
            let password = password.trim_end_matches(['\n', '\r']);
            anyhow::ensure!(password.len() <= LONGEST_PASSWORD, "`fleet.password_file` holds more than a password");
            Some((user.clone(), password.to_owned()))
        }
    };
    let tls = if fleet.broker.scheme() == "mqtts" {
        let ca = fleet.ca_file.as_deref().map(|path| read("ca_file", path)).transpose()?;
        let client = fleet.client.as_ref().map(|(cert, key)| Ok((read("cert_file", cert)?, read("key_file", key)?)));
        Some(Tls { ca, client: client.transpose().map_err(|error: anyhow::Error| error)? })
    } else {
        None
    };
    let host = fleet.broker.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = fleet.broker.port().unwrap_or(if tls.is_some() { MQTTS_PORT } else { MQTT_PORT });
    Ok(Broker { host, port, tls, client: format!("kiosk-{}-{}", place.site, place.id), login })
}

impl Prepared {
    /// Who hears what the program does.
    pub(crate) fn ear(&self) -> Ear {
        let sender = self.sender.clone();
        Box::new(move |happening| {
            // After the farewell nobody listens.
            let _ = sender.send(Told::Input(Input::Happened(happening.clone())));
        })
    }

    /// Starts the thread. `exit` is set when the program is to start anew after its end.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(
        self,
        app: &AppHandle,
        inputs: &Inputs,
        exit: Arc<OnceLock<Exit>>,
        metrics: Option<Metrics>,
    ) -> io::Result<Fleet> {
        let Self { settings, broker, desired, sender, receiver } = self;
        let (end, ended) = oneshot::channel();
        let mut joint =
            Joint { app: app.clone(), inputs: inputs.clone(), exit, told: sender.clone(), metrics, down: None };
        thread::Builder::new().name("fleet".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            match runtime {
                Ok(runtime) => {
                    let result = runtime.block_on(async {
                        let clock = Clock::default();
                        let place = settings.place.clone();
                        let agent = Agent::new(clock.now(), settings, Folder::new(folder()), desired);
                        mqtt::run(agent, &clock, &broker, &place, receiver, &mut joint).await
                    });
                    if result.is_err() {
                        tracing::error!(
                            event = "fleet.failed",
                            reason = "tls",
                            "the certificates for the broker cannot be used"
                        );
                    }
                }
                Err(error) => tracing::error!(event = "fleet.failed", reason = %error.kind()),
            }
            // Whoever waits for the farewell may have waited long enough.
            let _ = end.send(());
        })?;
        Ok(Fleet { told: sender, ended })
    }
}

impl Fleet {
    /// Lets what is on its way get there, and says that the kiosk goes.
    pub(crate) async fn farewell(self) {
        let _ = self.told.send(Told::Stop);
        // A thread that hangs must not keep the program from ending.
        let _ = tokio::time::timeout(FAREWELL, self.ended).await;
    }
}

/// What the agent can do to the program.
struct Joint {
    app: AppHandle,
    inputs: Inputs,
    exit: Arc<OnceLock<Exit>>,
    told: UnboundedSender<Told>,
    metrics: Option<Metrics>,
    /// Why the connection is down, so that each reason is logged once.
    down: Option<&'static str>,
}

impl World for Joint {
    fn act(&mut self, action: Action) {
        match action {
            Action::Obey(Name::Reset, _) => self.inputs.send(Machine::Staff(Staff::Fresh)),
            // The machine remembers it over a restart, as it does for staff at the screen.
            Action::OutOfService(note) => self.inputs.send(Machine::Staff(Staff::OutOfService(note))),
            Action::Obey(Name::Identify, _) => self.inputs.send(Machine::Identify),
            Action::Obey(Name::InService, _) => self.inputs.send(Machine::Staff(Staff::InService)),
            // A visit in use gets a new page at its end by itself.
            Action::Obey(Name::Reload, _) => self.inputs.send(Machine::DailyHour),
            Action::Obey(Name::Restart, _) | Action::Restart => {
                // Who said first how the program ends has said it.
                let _ = self.exit.set(Exit::Restart);
                self.inputs.send(Machine::Stop);
            }
            Action::Obey(Name::Screenshot, command) => {
                let told = self.told.clone();
                let done = move |result| {
                    let _ = told.send(Told::Input(Input::Done { command, result }));
                };
                let app = self.app.clone();
                // When the main loop has ended, the answer is not missed by anybody.
                let _ = self.app.run_on_main_thread(move || {
                    let picture = app.get_window(WINDOW).and_then(|window| platform::picture(&window));
                    done(match picture {
                        Some(png) => {
                            Ok(json!({ "png": base64::Engine::encode(&base64::prelude::BASE64_STANDARD, png) }))
                        }
                        None => Err("the window cannot be pictured".to_owned()),
                    });
                });
            }
            // The agent has its own way for these.
            Action::Obey(Name::OutOfService | Name::Report, _) => {}
        }
    }

    fn log(&mut self, event: &'static str, what: &'static str, reason: &'static str) {
        if reason.is_empty() {
            tracing::info!(event, what);
        } else {
            tracing::warn!(event, what, reason);
        }
    }

    fn link(&mut self, down: Option<&'static str>) {
        match down {
            None => tracing::info!(event = "fleet.connected"),
            Some(reason) if self.down != down => tracing::warn!(event = "fleet.disconnected", reason),
            Some(_) => {}
        }
        self.down = down;
    }

    fn waiting(&mut self, waiting: Waiting) {
        if let Some(metrics) = &self.metrics {
            metrics.queue(waiting);
        }
    }
}

fn folder() -> PathBuf {
    state_folder().join("fleet")
}

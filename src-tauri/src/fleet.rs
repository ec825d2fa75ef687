//! The kiosk's joint to its fleet: a thread of its own, so that neither a slow broker nor a slow disk holds up a visit.
//!
//! Without `[fleet]` in the configuration nothing of this runs: no thread, no connection, no file.

mod section;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use kiosk_core::{
    config::Config,
    visit::{self, Exit, Input as Machine, Staff},
};
use kiosk_fleet::{
    agent::{self, Action, Agent, Input, Readiness, Settings},
    command::Name,
    desired::Desired,
    disk::Folder,
    mqtt::{self, Broker, Clock, Told, World},
    report::Waiting,
};
use serde_json::json;
use tauri::{AppHandle, Manager};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

pub(crate) use self::section::{Named, broker, named};

use crate::{
    config::{Loaded, parse_as},
    driver::Inputs,
    ledger::state_folder,
    metrics::Metrics,
    platform, renewal,
    stage::WINDOW,
    tap::Ear,
};

/// How long the end of the program waits for the broker.
const FAREWELL: Duration = Duration::from_secs(3);

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

/// Puts the fleet's configuration in the place of the file's where there is one. `None`: this kiosk is on its own.
pub(crate) fn prepare(loaded: &mut Loaded) -> Option<Prepared> {
    let fleet = loaded.config.fleet.clone()?;
    let Named { place, keys, broker } = loaded.named.take()?;
    let path = loaded.path.clone();
    let mut disk = Folder::new(folder());
    let mut desired = agent::start(&mut disk);
    if let Some(version) = desired.current() {
        match valid(&version.toml, path.as_deref()) {
            Ok(wanted) => {
                let own = loaded.config.clone();
                loaded.config = Config { fleet: own.fleet, metrics: own.metrics, ..wanted.config };
                loaded.logo = wanted.logo;
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
    Some(Prepared { settings, broker, desired, sender, receiver })
}

/// A configuration from the fleet, if this kiosk can run with it. What joins it to the fleet is not the fleet's to say: a
/// mistake there would be the last that the kiosk ever heard.
fn valid(text: &str, path: Option<&Path>) -> Result<Loaded, String> {
    let loaded = parse_as(text, path).map_err(|mistake| mistake.to_string())?;
    let config = without_own_sections(Ok(loaded.config))?;
    Ok(Loaded { config, ..loaded })
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

impl Prepared {
    /// Who hears what the program does.
    pub(crate) fn ear(&self) -> Ear {
        let sender = self.sender.clone();
        Box::new(move |happening| {
            // After the farewell nobody listens.
            let _ = sender.send(Told::Input(Input::Happened(happening.clone())));
        })
    }

    /// Starts the thread. `exit` is set when the program is to start anew after its end; `config` is the file that the command line
    /// named.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(
        self,
        app: &AppHandle,
        inputs: &Inputs,
        exit: Arc<OnceLock<Exit>>,
        metrics: Option<Metrics>,
        config: Option<PathBuf>,
    ) -> io::Result<Fleet> {
        let Self { settings, broker, desired, sender, receiver } = self;
        let (end, ended) = oneshot::channel();
        let mut joint =
            Joint { app: app.clone(), inputs: inputs.clone(), exit, told: sender.clone(), metrics, config, down: None };
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
    /// The configuration file that the command line named.
    config: Option<PathBuf>,
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
            Action::Obey(Name::Reload, _) => self.inputs.send(Machine::Reload),
            Action::Check => {
                let (config, told) = (self.config.clone(), self.told.clone());
                tauri::async_runtime::spawn(async move {
                    let readiness = match renewal::readiness(config).await {
                        visit::Readiness::Ready => Readiness::Ready,
                        visit::Readiness::Later => Readiness::Later,
                        visit::Readiness::Broken => Readiness::Broken,
                    };
                    // After the farewell nobody asks any more.
                    let _ = told.send(Told::Input(Input::Checked(readiness)));
                });
            }
            Action::Restart => {
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
            Action::Obey(Name::OutOfService | Name::Report | Name::Restart, _) => {}
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_from_afar_is_judged_as_the_start_would() {
        let folder = std::env::temp_dir().join(format!("support-kiosk-from-afar-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("config.toml");
        fs::write(folder.join("logo.svg"), "<svg/>").unwrap();
        fs::write(folder.join("logo.gif"), "GIF89a").unwrap();
        let judged = |text: &str| valid(text, Some(&path));

        assert_eq!(judged("[brand]\nlogo = \"logo.svg\"").unwrap().logo, Some(b"<svg/>".to_vec()));
        let reason = judged("[brand]\nlogo = \"logo.gif\"").unwrap_err();
        assert!(reason.contains("line 2, column 8: `brand.logo` cannot be used"), "{reason}");
        // The section is not the fleet's to write, so nothing that it names is looked for.
        let reason = judged(
            "[fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin\"\nid = \"k1\"\nca_file = \"none\"",
        )
        .unwrap_err();
        assert!(reason.contains("leave them out here"), "{reason}");
        fs::remove_dir_all(&folder).unwrap();
    }
}

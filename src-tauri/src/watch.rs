//! What nobody tells the kiosk and it has to look at itself: the engine's processes, the network, the clock on the
//! wall, and whether its own two loops are alive.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kiosk_core::{
    config::{Config, Source},
    visit::{Death, Input, Renewal},
};
use tauri::AppHandle;
use tokio::{net::TcpStream, sync::oneshot, time};
use url::Url;

use crate::{driver::Inputs, platform, refusals, staff::Health, stage};

/// How often the engine's processes are looked at: a death there must be fresh within 10 s.
const PROCESSES: Duration = Duration::from_secs(2);
/// How often the engine is asked whether it is alive while somebody may be there, how often while nobody is, and how
/// long it may take: with the next visit's start a death there is fresh within 10 s too.
const ENGINE: Duration = Duration::from_secs(2);
const ENGINE_AT_REST: Duration = Duration::from_secs(30);
const ENGINE_ANSWER: Duration = Duration::from_secs(5);
/// How often the page's server is called, how long it may take, and how many silences are a lost network.
const NETWORK: Duration = Duration::from_secs(10);
const NETWORK_ANSWER: Duration = Duration::from_secs(4);
const SILENCES: u32 = 2;
/// How often the files that the program runs on are looked at, and how long it is not told again that others are in their place.
const FILES: Duration = Duration::from_secs(20);
const FILES_TOLD: Duration = Duration::from_secs(300);
const FILES_AFTER_RENEWAL: Duration = Duration::from_secs(3600);

/// The number of the visit that is on, for those that only know that something is wrong with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Newest {
    visit: Arc<AtomicU64>,
    at_rest: Arc<AtomicBool>,
}

impl Newest {
    /// A new visit is on.
    pub(crate) fn set(&self, visit: u64) {
        self.visit.store(visit, Ordering::SeqCst);
    }

    /// Nobody is there, and the front covers the chat; or somebody may be.
    pub(crate) fn rest(&self, rest: bool) {
        self.at_rest.store(rest, Ordering::SeqCst);
    }

    pub(crate) fn visit(&self) -> u64 {
        self.visit.load(Ordering::SeqCst)
    }

    fn is_at_rest(&self) -> bool {
        self.at_rest.load(Ordering::SeqCst)
    }
}

/// Starts all watches.
pub(crate) fn start(app: &AppHandle, config: &Config, inputs: &Inputs, newest: Newest, health: Arc<Health>) {
    tauri::async_runtime::spawn(async {
        time::sleep(platform::QUIET).await;
        platform::forget_crashes();
    });
    tauri::async_runtime::spawn(processes(inputs.clone(), newest.clone(), config.chat.memory));
    tauri::async_runtime::spawn(engine(app.clone(), inputs.clone(), newest));
    if let Some(server) = server(config) {
        tauri::async_runtime::spawn(network(server, inputs.clone(), health));
    }
    if let Some(hour) = config.visit.daily_reset {
        tauri::async_runtime::spawn(daily(i8::try_from(hour).unwrap_or(0), inputs.clone()));
    }
    if config.profile.is_shared() {
        tauri::async_runtime::spawn(replaced(inputs.clone()));
    }
    platform::tell_service_manager_ready();
    if let Some(period) = platform::service_manager_watchdog() {
        tauri::async_runtime::spawn(keep_alive(app.clone(), inputs.clone(), period / 3));
    }
}

/// A network process that dies takes the store and the connections of every page with it, and tells nobody. A page
/// that takes all the memory is told by nobody either, until the machine has none.
async fn processes(inputs: Inputs, newest: Newest, limit: Option<u64>) {
    let mut known: Vec<u32> = Vec::new();
    let mut ticks = time::interval(PROCESSES);
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        refusals::settle();
        let now = platform::engine_processes();
        let visit = newest.visit();
        if known.iter().any(|pid| !now.network.contains(pid)) {
            inputs.send(Input::Died { visit, death: Death::Crashed });
        }
        known = now.network;
        if limit.is_some_and(|limit| now.largest_page > limit) {
            inputs.send(Input::Died { visit, death: Death::Memory });
        }
    }
}

/// A network process that hangs tells nobody either: it is found by asking it for something small.
async fn engine(app: AppHandle, inputs: Inputs, newest: Newest) {
    loop {
        time::sleep(if newest.is_at_rest() { ENGINE_AT_REST } else { ENGINE }).await;
        let visit = newest.visit();
        let ((asked, was_asked), (alive, answer)) = (oneshot::channel(), oneshot::channel());
        let window = app.clone();
        let asking = app.run_on_main_thread(move || {
            if let Some(chat) = stage::chat(&window, visit) {
                let _ = chat.with_webview(move |view| {
                    platform::ask_network_process(&view, || {
                        let _ = alive.send(());
                    });
                });
            }
            let _ = asked.send(());
        });
        // A window's loop that hangs is the service manager's business, and no engine's fault.
        if asking.is_err() || was_asked.await.is_err() {
            continue;
        }
        // A question that was dropped: there was no chat to ask through.
        if time::timeout(ENGINE_ANSWER, answer).await.is_err() {
            tracing::warn!(event = "network_process.hung");
            platform::end_network_processes();
            // Every visit goes through it, whichever is on by now.
            inputs.send(Input::Died { visit: newest.visit(), death: Death::Hung });
        }
    }
}

/// The server whose silence means that there is no network: not our own on loopback.
fn server(config: &Config) -> Option<(String, u16)> {
    let url: &Url = match &config.source {
        Source::Url(url) => url,
        Source::Salesforce(org) => &org.site_url,
        Source::Sandbox => return None,
    };
    Some((url.host_str()?.trim_matches(['[', ']']).to_owned(), url.port_or_known_default()?))
}

/// Calls the page's server now and then. Only a server that has answered before can be missed: behind a proxy that
/// this program does not know it never answers, and the page works all the same.
async fn network(server: (String, u16), inputs: Inputs, health: Arc<Health>) {
    let mut answered = false;
    let mut silences = 0;
    let mut lost = false;
    loop {
        let call = time::timeout(NETWORK_ANSWER, TcpStream::connect((server.0.as_str(), server.1))).await;
        if matches!(call, Ok(Ok(_))) {
            answered = true;
            silences = 0;
            health.network(true);
            if lost {
                lost = false;
                tracing::info!(event = "network.back");
                inputs.send(Input::NetworkBack);
            }
        } else if answered {
            silences += 1;
            if silences >= SILENCES && !lost {
                lost = true;
                health.network(false);
                tracing::warn!(event = "network.lost");
                inputs.send(Input::NetworkLost);
            }
        }
        // While something is wrong, look more often: the person is waiting.
        time::sleep(if silences > 0 { NETWORK / 5 } else { NETWORK }).await;
    }
}

/// Once a day, in the configured hour of the wall clock. Looked at each minute, so that a clock that jumps does no harm.
async fn daily(hour: i8, inputs: Inputs) {
    // A program that begins in that hour is new enough for the day.
    let begun = jiff::Zoned::now();
    let mut done = (begun.hour() == hour).then(|| begun.date());
    let mut ticks = time::interval(Duration::from_secs(60));
    loop {
        ticks.tick().await;
        let now = jiff::Zoned::now();
        if now.hour() == hour && done != Some(now.date()) {
            done = Some(now.date());
            inputs.send(Input::Renew(Renewal::Daily));
        }
    }
}

/// An upgrade puts other files in the place of those that this program runs on, and the processes that it starts from then on
/// do not fit to it. While it is under way nothing is started anew: half of it would not run.
async fn replaced(inputs: Inputs) {
    if platform::begun_after_replacement() {
        // What looks replaced in each new life again is no upgrade: it is not begun anew every minute for that.
        time::sleep(FILES_AFTER_RENEWAL).await;
    }
    let mut told = false;
    loop {
        time::sleep(FILES).await;
        let looked = tokio::task::spawn_blocking(|| platform::is_replaced() && !platform::is_being_upgraded());
        if !looked.await.unwrap_or(false) {
            continue;
        }
        if !std::mem::replace(&mut told, true) {
            tracing::warn!(event = "program.replaced");
        }
        inputs.send(Input::Renew(Renewal::Replaced));
        // Told again: what keeps it from coming up may be mended meanwhile.
        time::sleep(FILES_TOLD).await;
    }
}

/// Feeds the service manager's watchdog, as long as the driver and the window's loop both answer.
async fn keep_alive(app: AppHandle, inputs: Inputs, every: Duration) {
    let mut ticks = time::interval(every);
    loop {
        ticks.tick().await;
        let (sender, window) = oneshot::channel();
        let asked = app.run_on_main_thread(move || {
            let _ = sender.send(());
        });
        let window_answers = async { asked.is_ok() && window.await.is_ok() };
        // Without both answers nothing is fed, and the service manager starts the kiosk anew.
        if window_answers.await && inputs.alive().await {
            platform::feed_service_manager();
        }
    }
}

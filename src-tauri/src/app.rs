//! The running program: everything is started here, once, and joined together.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use kiosk_core::{
    config::{self, Config, Source},
    keyboard::{Language, Paint},
    visit::{Exit, Input, Machine, Renewal, Settings, Staff},
};
use tauri::{App, Builder, Manager, RunEvent, Runtime, WindowEvent, async_runtime::block_on};

use crate::{
    capability, commands,
    config::Loaded,
    desktop::{self, Desktop},
    driver::{self, Inputs},
    environment, fleet,
    front::FrontState,
    intake::Intakes,
    ledger::{Ledger, state_folder},
    log,
    metrics::Metrics,
    notify::Notifier,
    platform, refusals,
    single::{self, Start},
    source::ChatSource,
    staff::{Desk, Health},
    stage::{Reads, Stage},
    tap::Tap,
    watch::{self, Newest},
    window, words,
};

/// Runs the kiosk until it is told to stop.
///
/// # Errors
/// What keeps it from starting: no display, a port in use, an engine that does not come up.
pub(crate) fn run(mut loaded: Loaded, explicit: Option<PathBuf>) -> anyhow::Result<()> {
    environment::clean()?;
    let crashes = platform::revive_after_crash();
    let start = single::take();
    let fleet = match start {
        Start::First(_) => fleet::prepare(&mut loaded),
        // Only who has the screen tries a configuration.
        Start::Second => None,
    };
    let config = loaded.config;
    let metrics = config.metrics.listen.is_some().then(Metrics::default);
    let ears = fleet.iter().map(fleet::Prepared::ear).chain(metrics.iter().map(Metrics::ear)).collect();
    let log = log::start(&config.log, Tap::new(ears));
    environment::log_cleared();
    if crashes > 0 {
        tracing::error!(event = "restarted", crashes, "the program crashed and has started itself anew");
    }
    platform::prepare_process(config.window.acceleration, &state_folder())?;
    let lock = match start {
        Start::First(lock) => lock,
        Start::Second => {
            tracing::warn!(
                event = "started.twice",
                "a kiosk is open on this screen already; it was brought to the front"
            );
            return Ok(());
        }
    };
    desktop::settle_autostart(&config, explicit.as_deref());
    let logo = loaded.logo;
    let source = block_on(ChatSource::start(&config, logo.clone()))?;
    tracing::info!(event = "started", version = env!("CARGO_PKG_VERSION"), profile = config.profile.name());
    if let Some(console) = &source.console {
        tracing::info!(event = "sandbox.started", console);
    }

    words::speak(config.language);
    let (inputs, receiver) = driver::channel();
    let logo = logo.map(|bytes| data_address(&bytes));
    let front = FrontState::new(config.language, &config.brand, logo.as_deref(), config.profile.is_shared());
    let desk = Arc::new(Desk::new(&config.staff, &state_folder()));
    let health = Arc::new(Health::new(&config, loaded.path));
    let app = build(Builder::default(), inputs.clone(), front, desk.clone(), health.clone())
        .context("the window system or the web engine did not start")?;
    app.add_capability(capability::chat(&source.origins)?).context("the chat page's capability")?;
    let engine_folder = engine_folder();
    let keys = platform::Keys::default();
    let door = door(&config.staff, desk.clone(), inputs.clone());
    let desktop = Desktop::of(&config, &inputs);
    let place = desktop.as_ref().and_then(|desktop| desktop.last_place(app.handle()));
    window::build(app.handle(), &config, place, &engine_folder, inputs.clone(), keys.clone(), door.clone())
        .context("the kiosk's window could not be made")?;

    let newest = Newest::default();
    let exit = Arc::new(OnceLock::new());
    let ledger = Ledger::new(&state_folder(), &single::screen());
    let owed = ledger.owed();
    let stage = Stage {
        app: app.handle().clone(),
        inputs: inputs.clone(),
        page: source.page.clone(),
        policy: Arc::new(source.policy.clone()),
        allow: Arc::new(config.allow.clone()),
        cursor: config.window.cursor,
        keyboard: keyboard(&config),
        brand: config.brand.clone(),
        own_language: config.language,
        language: config.language,
        chosen: (0, config.language),
        keys,
        desktop: desktop.clone(),
        notifier: config.notification.enabled.then(|| Notifier::new(&config.brand.name, config.profile.is_shared())),
        ledger,
        newest: newest.clone(),
        under_way: Arc::default(),
        unproven: unproven(),
        engine_folder,
        bridges: Vec::new(),
        door,
        desk: desk.clone(),
        health: health.clone(),
        config: explicit.clone(),
        reads: Reads::default(),
        exit: exit.clone(),
    };
    let machine = Machine::new(Settings::of(&config));
    if let Some(owed) = owed {
        inputs.send(Input::Interrupted(owed));
    }
    let handle = app.handle().clone();
    let fleet =
        fleet.map(|fleet| fleet.start(app.handle(), &inputs, exit.clone(), metrics.clone(), explicit)).transpose()?;
    if let (Some(metrics), Some(listen)) = (metrics, config.metrics.listen.clone()) {
        metrics.serve(listen);
    }
    let (parting, own) = (desktop.clone(), inputs.clone());
    tauri::async_runtime::spawn(async move {
        driver::drive(own, receiver, machine, stage).await;
        if let Some(desktop) = parting {
            desktop.farewell();
        }
        // Before the farewell: the fleet hears of these counts too.
        refusals::settle_all();
        if let Some(fleet) = fleet {
            fleet.farewell().await;
        }
        handle.exit(match exit.get() {
            Some(Exit::Restart | Exit::Renew(Renewal::Daily | Renewal::Visits)) => start_anew(log, false),
            Some(Exit::Renew(Renewal::Replaced)) => start_anew(log, true),
            Some(Exit::Leave) | None => {
                platform::stay_down();
                log.finish()
            }
        });
    });
    listen_to_signals(inputs.clone());
    let seconds = inputs.clone();
    lock.on_second(move || seconds.send(Input::Open));
    watch::start(app.handle(), &config, &inputs, newest, health);
    if let Some(closed) = desk.remembered() {
        // Before the start: no visit is begun for nobody.
        tracing::warn!(event = "staff.still_closed", "staff took this kiosk out of service before it was started");
        inputs.send(Input::Staff(Staff::OutOfService(closed.note)));
    }
    if let Some(desktop) = &desktop {
        desktop.start(app.handle());
    }
    inputs.send(Input::Start { seed: seed() });

    app.run(move |app, event| match event {
        // The last window is closed, or the system says so: the running visit leaves its receipt first.
        RunEvent::ExitRequested { code: None, api, .. } => {
            api.prevent_exit();
            inputs.send(Input::Stop);
        }
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. } => {
            api.prevent_close();
            match desktop {
                Some(_) => inputs.send(Input::CloseWindow),
                // A shared machine's window is not closed from the screen.
                None => refusals::refuse("close_window"),
            }
        }
        RunEvent::WindowEvent { event, .. } => {
            if let Some(desktop) = &desktop {
                desktop.window_event(app, &event);
            }
        }
        _ => {}
    });
    drop(source);
    Ok(())
}

/// The application with its commands, on any runtime: the capabilities are tested on one without a display.
pub(crate) fn build<R: Runtime>(
    builder: Builder<R>,
    inputs: Inputs,
    front: FrontState,
    desk: Arc<Desk>,
    health: Arc<Health>,
) -> tauri::Result<App<R>> {
    builder
        .manage(inputs)
        .manage(front)
        .manage(Intakes::default())
        .manage(desk)
        .manage(health)
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())
}

/// The keyboard on the screen. It begins in the chat's language where that is known, else in the kiosk's.
fn keyboard(config: &Config) -> platform::KeyboardPlan {
    let language = match &config.source {
        Source::Salesforce(org) => Language::of_tag(&org.language),
        Source::Url(_) | Source::Sandbox => None,
    };
    platform::KeyboardPlan {
        whose: config.window.keyboard,
        language: language.unwrap_or_else(|| config.language.into()),
        paints: [Paint::of(&config.brand), Paint::of(&config.brand.in_the_dark())],
        appearance: config.brand.appearance,
    }
}

/// The hidden gesture and the keys. Where there is no PIN, nothing opens and nothing is seen.
fn door(staff: &config::Staff, desk: Arc<Desk>, inputs: Inputs) -> Arc<platform::Door> {
    let open = move || {
        let (desk, inputs) = (desk.clone(), inputs.clone());
        tauri::async_runtime::spawn_blocking(move || match desk.knock() {
            Some(locked) => inputs.send(Input::Knock { locked }),
            None => tracing::warn!(event = "staff.refused", reason = "no_pin", owasp = "authz_fail:person,staff"),
        });
    };
    Arc::new(platform::Door::new(staff.gesture, staff.key.clone(), open))
}

/// Starts the program anew in this very process, with the configuration as it is now. Comes back with an exit code only
/// when that cannot be done: then whoever watches over the program must start it.
fn start_anew(log: log::Started, replaced: bool) -> i32 {
    tracing::info!(event = "restarting");
    log.finish();
    let reason = platform::start_anew(replaced);
    tracing::error!(event = "restart.failed", reason = %reason);
    1
}

/// Where the engine may keep what it wants for our own pages. Nothing of a visit gets there, so a machine whose state
/// folder cannot be written may have it anywhere.
fn engine_folder() -> PathBuf {
    let folder = state_folder().join("front");
    match fs::create_dir_all(&folder).and_then(|()| try_writing(&folder)) {
        Ok(()) => folder,
        Err(error) => {
            tracing::warn!(event = "state.unusable", reason = %error.kind());
            std::env::temp_dir().join(format!("support-kiosk-{}", std::process::id()))
        }
    }
}

/// Whether a file can be made there, and has room for a byte.
fn try_writing(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(".probe");
    fs::write(&probe, b"x")?;
    fs::remove_file(&probe)
}

/// The seam for the test that the front does not lift over a store that is not proven empty.
fn unproven() -> u32 {
    if cfg!(debug_assertions) {
        std::env::var("SUPPORT_KIOSK_TEST_UNPROVEN").ok().and_then(|count| count.parse().ok()).unwrap_or(0)
    } else {
        0
    }
}

/// A service manager and Ctrl+C both ask politely: the visit's receipt is written, then the program ends. Staff at
/// another terminal asks for a fresh visit with SIGUSR2; SIGUSR1 is the engine's own, which stops its threads with it.
fn listen_to_signals(inputs: Inputs) {
    #[cfg(unix)]
    tauri::async_runtime::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let streams = (
            signal(SignalKind::terminate()),
            signal(SignalKind::hangup()),
            signal(SignalKind::interrupt()),
            signal(SignalKind::user_defined2()),
        );
        let (Ok(mut terminate), Ok(mut hangup), Ok(mut interrupt), Ok(mut fresh)) = streams else { return };
        loop {
            let input = tokio::select! {
                _ = terminate.recv() => Input::Stop,
                _ = hangup.recv() => Input::Stop,
                _ = interrupt.recv() => Input::Stop,
                _ = fresh.recv() => Input::Staff(Staff::Fresh),
            };
            if matches!(input, Input::Stop) {
                platform::stay_down();
            }
            inputs.send(input);
        }
    });
    #[cfg(not(unix))]
    tauri::async_runtime::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            inputs.send(Input::Stop);
        }
    });
}

/// A picture as an address, for pages that load nothing.
pub(crate) fn data_address(bytes: &[u8]) -> String {
    format!("data:{};base64,{}", image_type(bytes), BASE64_STANDARD.encode(bytes))
}

/// The kind of an image, by its first bytes.
pub(crate) fn image_type(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(512)];
    if head.starts_with(b"\x89PNG") {
        "image/png"
    } else if head.starts_with(b"\xff\xd8\xff") {
        "image/jpeg"
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        "image/webp"
    } else if String::from_utf8_lossy(head).contains("<svg") {
        "image/svg+xml"
    } else {
        "application/octet-stream"
    }
}

fn seed() -> u64 {
    let mut bytes = [0u8; 8];
    // Without random numbers the kiosk's pauses are those of its neighbours; nothing else depends on it.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}

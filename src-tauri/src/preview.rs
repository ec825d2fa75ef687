//! `support-kiosk preview`: pictures of every scene and of the notice, with the configured brand, in every language that is offered.
//! They are taken of the real front in the real engine, on a display of their own where that can be had.

#[cfg(debug_assertions)]
mod audit;

use std::{
    cell::RefCell,
    env, fs,
    io::{BufRead, BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use kiosk_core::{
    config::{Appearance, Config, Source},
    language::Language,
    visit::Input,
    wire::{Ask, Asking, Cause, PadSaid, Report, Scene, StaffView, Trouble},
};
use serde_json::json;
use tauri::{AppHandle, Builder, LogicalPosition, LogicalSize, Manager, Webview, async_runtime::block_on};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    app,
    bridge::Bridge,
    capability,
    config::Loaded,
    driver,
    front::FrontState,
    ledger::state_folder,
    platform,
    source::ChatSource,
    staff::{Desk, Health},
    stage::{self, FRONT, WINDOW},
    window,
};

/// Set for the program that takes the pictures, which runs on a display of its own: which of the sizes it is for.
const ON_STAGE: &str = "SUPPORT_KIOSK_PREVIEW_STAGE";
/// How long a page may take to come up.
const COMES_UP: Duration = Duration::from_secs(30);
/// So long after its frame a scene is on the screen, and what it asked Rust for is in it.
const PAINTED: Duration = Duration::from_millis(400);
/// The engine's first picture of a view takes longer than all that follow.
const FIRST_PAINT: Duration = Duration::from_millis(1_500);
/// What still moves then is an animation.
const STILL: Duration = Duration::from_millis(2_500);

const TWO_FRAMES: &str = "window.previewPainted = false; \
    requestAnimationFrame(() => requestAnimationFrame(() => { window.previewPainted = true; }))";

/// What is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The folder of the pictures.
    pub(crate) out: PathBuf,
    /// One language; `None`: all that are offered.
    pub(crate) language: Option<Language>,
    /// The screens' sizes in pixels.
    pub(crate) sizes: Vec<(u32, u32)>,
    /// Instead of the configured one.
    pub(crate) appearance: Option<Appearance>,
}

/// One picture: its name, the scene, and what is pressed in it first.
struct Shot {
    name: &'static str,
    scene: Scene,
    press: Option<&'static str>,
}

/// Takes the pictures and names the files.
///
/// # Errors
/// No display, a folder that cannot be written, an engine that does not come up.
pub(crate) fn run(loaded: Loaded, options: &Options) -> anyhow::Result<ExitCode> {
    let Some(index) = env::var(ON_STAGE).ok().and_then(|index| index.parse::<usize>().ok()) else {
        return run_for_each(&options.sizes);
    };
    let size = *options.sizes.get(index).context("there is no such size")?;
    let out = match options.sizes[..] {
        [_] => options.out.clone(),
        _ => options.out.join(format!("{}x{}", size.0, size.1)),
    };
    let mut config = loaded.config;
    config.brand.appearance = options.appearance.unwrap_or(config.brand.appearance);
    let languages = match options.language {
        None if config.languages.is_empty() => vec![config.language],
        None => config.languages.clone(),
        Some(language) => {
            anyhow::ensure!(
                language == config.language || config.languages.contains(&language),
                "\"{language}\" is not among the configured `languages`"
            );
            vec![language]
        }
    };
    (config.window.full_screen, config.window.width, config.window.height) = (false, size.0, size.1);
    // The notice lies over a chat page; the practice chat is always there.
    let practice = Source::Sandbox;
    #[cfg(debug_assertions)]
    let practice = if audit::script().is_some() { config.source } else { practice };
    config.source = practice;
    platform::prepare_process(config.window.acceleration, &state_folder())
        .context("`preview` needs a display; where Xvfb is installed it brings its own")?;

    let source = block_on(ChatSource::start(&config, None))?;
    // Nothing here decides. What the pages say is heard only to know when they are ready.
    let (inputs, heard) = driver::channel();
    let logo = loaded.logo.as_deref().map(app::data_address);
    let folder = tempfolder()?;
    let desk = Arc::new(Desk::new(&config.staff, &folder));
    let health = Arc::new(Health::new(&config, loaded.path));
    let front = FrontState::new(config.language, &config.brand, logo.as_deref(), config.profile.is_shared());
    let app = app::build(Builder::default(), inputs.clone(), front, desk, health)
        .context("the window system or the web engine did not start")?;
    app.add_capability(capability::chat(&source.origins)?).context("the chat page's capability")?;
    let door = Arc::new(platform::Door::new(false, None, || {}));
    window::build(app.handle(), &config, None, &folder, inputs, platform::Keys::default(), door)
        .context("the window could not be made")?;

    let done = Arc::new(Mutex::new(Ok(())));
    let (handle, result) = (app.handle().clone(), done.clone());
    thread::spawn(move || {
        let taken = Photographer { app: handle.clone(), heard: heard.into(), config, source: &source, out: &out }
            .take_all(&languages);
        *result.lock().unwrap_or_else(PoisonError::into_inner) = taken;
        handle.exit(0);
    });
    app.run(|_, _| {});
    let _ = fs::remove_dir_all(&folder);
    std::mem::replace(&mut *done.lock().unwrap_or_else(PoisonError::into_inner), Ok(())).map(|()| ExitCode::SUCCESS)
}

/// Runs this very command once for each size, on a display of that size where there can be one.
fn run_for_each(sizes: &[(u32, u32)]) -> anyhow::Result<ExitCode> {
    for (index, size) in sizes.iter().enumerate() {
        let display = Display::start(*size)?;
        let mut again = Command::new(env::current_exe()?);
        again.args(env::args_os().skip(1)).env(ON_STAGE, index.to_string());
        if let Some(display) = &display {
            again.env("DISPLAY", &display.name).env("GDK_BACKEND", "x11").env_remove("WAYLAND_DISPLAY");
        }
        if !again.status()?.success() {
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

struct Photographer<'a> {
    app: AppHandle,
    heard: RefCell<UnboundedReceiver<driver::Message>>,
    config: Config,
    source: &'a ChatSource,
    out: &'a Path,
}

impl Photographer<'_> {
    fn take_all(&self, languages: &[Language]) -> anyhow::Result<()> {
        let front = self.app.get_webview(FRONT).context("the front is missing")?;
        // The brand comes with the front's first question.
        wait_for(&front, "!!window.kiosk && document.documentElement.style.getPropertyValue('--accent') !== ''")?;
        thread::sleep(FIRST_PAINT);
        for language in languages {
            for Shot { name, scene, press } in shots() {
                self.app.state::<FrontState>().set(&scene, *language);
                let shown = serde_json::to_string(&scene)?;
                front.eval(format!("window.kiosk.show({shown}, '{language}')"))?;
                if let Some(press) = press {
                    front.eval(format!("document.querySelector({}).click()", json!(press)))?;
                }
                if scene == Scene::Welcome {
                    wait_for(&front, "document.body.dataset.pictures !== 'coming'")?;
                }
                self.take(&front, *language, name)?;
            }
        }
        for language in languages {
            self.take_notices(&front, *language)?;
        }
        Ok(())
    }

    /// The notice is in the chat page, so there is a page for each language.
    fn take_notices(&self, front: &Webview, language: Language) -> anyhow::Result<()> {
        let bridge = Bridge::new()?;
        let script = bridge.script(&self.config.brand, self.app.invoke_key());
        #[cfg(debug_assertions)]
        let script = audit::opened(script);
        let builder = stage::chat_builder(language as u64, &script, &self.config.brand.now(false));
        let (width, height) = (f64::from(self.config.window.width), f64::from(self.config.window.height));
        let page = self.source.page.in_language(language);
        let cover = front.clone();
        let chat = self.on_main(move |app| {
            let window = app.get_window(WINDOW).ok_or(tauri::Error::WindowNotFound)?;
            let chat = window.add_child(builder, LogicalPosition::new(0., 0.), LogicalSize::new(width, height))?;
            chat.with_webview(|view| platform::place_chat(&view))?;
            cover.hide()?;
            chat.navigate(page)?;
            tauri::Result::Ok(chat)
        })??;
        self.hears(|report| matches!(report, Report::Ready { .. }))?;
        thread::sleep(FIRST_PAINT);
        #[cfg(debug_assertions)]
        if audit::script().is_some() {
            audit::measure(&chat, language, "chat")?;
        }
        for (name, cause) in [("notice-agent", Cause::AgentEnd), ("notice-other", Cause::OtherEnd)] {
            let words = kiosk_words::notice(language, cause, 20, true);
            chat.eval(bridge.call(&Ask::Notice { words, seconds: 20, may_keep: true, runs: true }).script())?;
            if cause == Cause::AgentEnd {
                // Only a new notice says so; another one changes its words.
                self.hears(|report| *report == Report::Shown)?;
            }
            self.take(&chat, language, name)?;
        }
        let cover = front.clone();
        self.on_main(move |_| {
            let _ = chat.with_webview(|view| platform::let_go(&view));
            let _ = chat.close();
            let _ = cover.show();
        })
    }

    /// Takes the picture when nothing moves any more, and says where it is.
    fn take(&self, view: &Webview, language: Language, name: &str) -> anyhow::Result<()> {
        // The first frame has the change in it, the second one begins when the first is on its way to the screen.
        view.eval(TWO_FRAMES)?;
        wait_for(view, "window.previewPainted === true")?;
        #[cfg(debug_assertions)]
        if audit::script().is_some() {
            return audit::measure(view, language, name);
        }
        thread::sleep(PAINTED);
        let until = Instant::now() + STILL;
        let mut last = self.picture()?;
        loop {
            thread::sleep(PAINTED / 2);
            let now = self.picture()?;
            if now == last || Instant::now() > until {
                break;
            }
            last = now;
        }
        let folder = self.out.join(language.code());
        let file = folder.join(name).with_extension("png");
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, &last))
            .with_context(|| format!("{} cannot be written", file.display()))?;
        writeln!(stdout().lock(), "{}", file.display())?;
        Ok(())
    }

    /// Waits until the chat page reports something.
    fn hears(&self, wanted: impl Fn(&Report) -> bool) -> anyhow::Result<()> {
        let until = Instant::now() + COMES_UP;
        while Instant::now() < until {
            match self.heard.borrow_mut().try_recv() {
                Ok(driver::Message::Input(Input::Report { report, .. })) if wanted(&report) => return Ok(()),
                Ok(_) => {}
                Err(_) => thread::sleep(Duration::from_millis(20)),
            }
        }
        anyhow::bail!("the chat page did not come up within {} seconds", COMES_UP.as_secs())
    }

    fn picture(&self) -> anyhow::Result<Vec<u8>> {
        self.on_main(|app| app.get_window(WINDOW).and_then(|window| platform::whole_picture(&window)))?
            .context("the window cannot be photographed")
    }

    /// Does it on the main thread and waits for what comes of it.
    fn on_main<T: Send + 'static>(&self, work: impl FnOnce(&AppHandle) -> T + Send + 'static) -> anyhow::Result<T> {
        let (sender, receiver) = mpsc::channel();
        let app = self.app.clone();
        self.app.run_on_main_thread(move || {
            let _ = sender.send(work(&app));
        })?;
        receiver.recv_timeout(COMES_UP).context("the window does not answer")
    }
}

/// Waits until a script in the page says `true`.
fn wait_for(view: &Webview, script: &str) -> anyhow::Result<()> {
    let until = Instant::now() + COMES_UP;
    while Instant::now() < until {
        let (sender, receiver) = mpsc::channel();
        view.eval_with_callback(script, move |answer| {
            let _ = sender.send(answer == "true");
        })?;
        if receiver.recv_timeout(Duration::from_secs(2)) == Ok(true) {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    anyhow::bail!("a page did not come up within {} seconds", COMES_UP.as_secs())
}

/// Every scene, with what it can say.
fn shots() -> Vec<Shot> {
    let shot = |name, scene| Shot { name, scene, press: None };
    let trouble = |name, reason| {
        let by_staff = reason == Trouble::Staff;
        let note = by_staff.then(|| "Example: back at 2 p.m.".to_owned());
        shot(name, Scene::OutOfService { reason, retry_seconds: (!by_staff).then_some(12), note })
    };
    let pad = |name, said, locked_seconds| shot(name, Scene::Staff { view: StaffView::Pad { said, locked_seconds } });
    let menu = |name, mistake: Option<&str>, press| Shot {
        name,
        scene: Scene::Staff {
            view: StaffView::Menu { closed: false, reading: false, mistake: mistake.map(str::to_owned) },
        },
        press,
    };
    vec![
        shot("welcome", Scene::Welcome),
        shot("one-moment-start", Scene::OneMoment { cause: None }),
        shot("one-moment-thanks", Scene::OneMoment { cause: Some(Cause::Done) }),
        shot("one-moment", Scene::OneMoment { cause: Some(Cause::AgentEnd) }),
        shot("one-moment-broken", Scene::OneMoment { cause: Some(Cause::Died) }),
        shot("one-moment-lost", Scene::OneMoment { cause: Some(Cause::Network) }),
        shot("still-there", Scene::StillThere { seconds: 30, why: Asking::Idle }),
        shot("still-there-too-long", Scene::StillThere { seconds: 30, why: Asking::TooLong }),
        shot("leaving", Scene::Leaving { seconds: Some(30) }),
        trouble("out-of-service-network", Trouble::Network),
        trouble("out-of-service-never-ready", Trouble::NeverReady),
        trouble("out-of-service-page-failed", Trouble::PageFailed),
        trouble("out-of-service-unproven", Trouble::Unproven),
        trouble("out-of-service-crashed", Trouble::Crashed),
        trouble("out-of-service-maintenance", Trouble::Maintenance),
        trouble("out-of-service-certificate", Trouble::Certificate),
        trouble("out-of-service-other-page", Trouble::OtherPage),
        trouble("out-of-service-staff", Trouble::Staff),
        shot(
            "identify",
            Scene::Identify {
                name: "Example 3".to_owned(),
                site: Some("munich".to_owned()),
                id: Some("ground-2".to_owned()),
            },
        ),
        pad("staff-pin", None, None),
        pad("staff-pin-wrong", Some(PadSaid::Wrong), None),
        pad("staff-pin-locked", None, Some(45)),
        menu("staff-menu", None, None),
        menu("staff-menu-mistake", Some("line 3, column 9: `notice.seconds` must be from 0 to 600"), None),
        menu("staff-notes", None, Some("#staff_menu [data-turn=notes]")),
        menu("staff-health", None, Some("#staff_menu [data-turn=health]")),
        menu("staff-leave", None, Some("#staff_menu [data-turn=leaving]")),
    ]
}

/// An X server without a screen. Dropping it ends it.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts one; `None` where Xvfb is not installed but there is another display.
    fn start((width, height): (u32, u32)) -> anyhow::Result<Option<Self>> {
        let started = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-dpi",
                "96",
                "-screen",
                "0",
                &format!("{width}x{height}x24"),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match started {
            Ok(server) => server,
            Err(_) if ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().any(|name| env::var_os(name).is_some()) => {
                return Ok(None);
            }
            Err(_) => anyhow::bail!(
                "there is no display for the pictures: install Xvfb (Debian: `apt install xvfb`), or start this in a \
                 graphical session"
            ),
        };
        let mut line = String::new();
        if let Some(output) = server.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let display = Self { server, name: format!(":{}", line.trim()) };
        anyhow::ensure!(!line.trim().is_empty(), "Xvfb did not start");
        Ok(Some(display))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What the engine writes for our own pages, for as long as the pictures are taken.
fn tempfolder() -> anyhow::Result<PathBuf> {
    let folder = env::temp_dir().join(format!("support-kiosk-preview-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

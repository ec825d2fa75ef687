//! The stage: one window, the chat's webview and above it the front's. Exactly one of the two can be seen.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use kiosk_core::{
    address::Policy,
    config::{Allow, Brand, Cursor},
    language::Language,
    visit::{Death, Effect, Exit, Input, Note, Pin, WindowAct},
    wire::{Ask, NoticeKey, Scene, StaffView, Trouble},
};
use serde_json::{Value, json};
use tauri::{
    AppHandle, LogicalPosition, LogicalSize, Manager, Url, Webview, WebviewUrl, Window,
    webview::{Color, DownloadEvent, NewWindowResponse, PermissionResponse, WebviewBuilder},
};

use crate::{
    brand,
    bridge::Bridge,
    commands::CHAT_LABEL,
    config,
    desktop::Desktop,
    driver::{Inputs, World},
    intake::{Intake, Intakes, Passed},
    ledger::Ledger,
    notify::Notifier,
    pictures, platform, refusals,
    source::Page,
    staff::{Desk, Health},
    watch::Newest,
    words,
};

/// The label of the window and of the front's webview.
pub(crate) const WINDOW: &str = "main";
/// The label of our own pages' webview.
pub(crate) const FRONT: &str = "front";

/// What the front shows, for when it loads, and the brand.
pub(crate) struct FrontState {
    scene: Mutex<(Scene, Language)>,
    brand: Value,
    pictures: Vec<PathBuf>,
}

impl FrontState {
    /// With the kiosk's language, the brand's colours and an optional logo as a data address.
    pub(crate) fn new(language: Language, brand: &Brand, logo: Option<&str>, is_shared: bool) -> Self {
        let pictures = brand.pictures.clone();
        let mut pages = brand::for_pages(brand);
        pages["logo"] = json!(logo);
        pages["shared"] = json!(is_shared);
        pages["pictures"] = json!(pictures.len());
        pages["slide_seconds"] = json!(brand.slide.as_secs());
        Self { scene: Mutex::new((Scene::OneMoment { cause: None }, language)), brand: pages, pictures }
    }

    /// One of the welcome's pictures.
    pub(crate) fn picture(&self, index: usize) -> Option<Vec<u8>> {
        pictures::show(&self.pictures, index)
    }

    /// The answer to the front's question.
    pub(crate) fn value(&self) -> Value {
        let (scene, language) = &*self.scene.lock().unwrap_or_else(PoisonError::into_inner);
        json!({ "scene": scene, "language": language, "brand": self.brand })
    }

    /// Whether the staff's menu, behind the PIN, is what is shown.
    pub(crate) fn shows_staff_menu(&self) -> bool {
        let scene = self.scene.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(scene.0, Scene::Staff { view: StaffView::Menu { .. } })
    }

    /// What is shown from now on, and in which language.
    pub(crate) fn set(&self, scene: &Scene, language: Language) {
        *self.scene.lock().unwrap_or_else(PoisonError::into_inner) = (scene.clone(), language);
    }
}

/// Where a new chat webview comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the place of all others.
    Alone,
    /// Behind the one that is there.
    Behind,
}

/// The world of the real program.
pub(crate) struct Stage {
    pub(crate) app: AppHandle,
    pub(crate) inputs: Inputs,
    pub(crate) page: Page,
    pub(crate) policy: Arc<Policy>,
    pub(crate) allow: Arc<Allow>,
    pub(crate) cursor: Cursor,
    pub(crate) keyboard: platform::KeyboardPlan,
    pub(crate) brand: Brand,
    /// What is spoken to staff, and to everybody who has not chosen.
    pub(crate) own_language: Language,
    /// What is spoken now.
    pub(crate) language: Language,
    /// The visit that was opened last, and what its page is to speak; all others speak the kiosk's own.
    pub(crate) chosen: (u64, Language),
    pub(crate) keys: platform::Keys,
    pub(crate) notifier: Option<Notifier>,
    /// The tray and the window of one person's desktop.
    pub(crate) desktop: Option<Desktop>,
    pub(crate) ledger: Ledger,
    pub(crate) newest: Newest,
    /// How many things the window's thread has been asked for and has not done yet.
    pub(crate) under_way: Arc<AtomicUsize>,
    /// So many new visits are called unproven, whatever their store says. Set by a test, in a build for tests alone.
    pub(crate) unproven: u32,
    /// The engine's folder for our own pages. The chats write nothing there; without it the framework would make a
    /// folder of its own in the user's home.
    pub(crate) engine_folder: PathBuf,
    /// The bridges of the visit that is on, or on its way, and of the one after it.
    pub(crate) bridges: Vec<(u64, Bridge)>,
    /// Where the hidden gesture is noticed.
    pub(crate) door: Arc<platform::Door>,
    pub(crate) desk: Arc<Desk>,
    pub(crate) health: Arc<Health>,
    /// The configuration file that the command line named.
    pub(crate) config: Option<PathBuf>,
    /// How the program ends; said before it does.
    pub(crate) exit: Arc<OnceLock<Exit>>,
}

impl World for Stage {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Open { visit, language } => {
                self.newest.set(visit);
                self.make(visit, language, Place::Alone);
            }
            // Made for whoever comes next.
            Effect::Prepare { visit } => self.make(visit, self.own_language, Place::Behind),
            Effect::Adopt { visit } => self.adopt(visit),
            Effect::Speak(language) => {
                tracing::info!(event = "language.spoken", language = language.code());
                self.language = language;
                words::speak_to_visitor(language);
                self.on_main(|_| platform::bar_speaks());
            }
            Effect::Load { visit } => self.load(visit),
            Effect::Close { visit } => {
                self.on_main(move |app| close_chats(app, |of| of == visit));
            }
            Effect::Ask { visit, ask } => self.ask(visit, &ask),
            Effect::Notice { visit, cause, seconds, may_keep } => {
                let words = kiosk_words::notice(self.language, cause, seconds, self.desktop.is_none());
                self.ask(visit, &Ask::Notice { words, seconds, may_keep });
            }
            Effect::HoldKeys(hold) => {
                self.keys.hold(hold);
                if hold {
                    self.on_main(|_| {
                        platform::close_picker();
                        platform::hide_keyboard();
                    });
                }
            }
            Effect::Show(scene) => self.show(scene),
            Effect::WipeClipboard => self.on_main(|_| platform::wipe_clipboard()),
            Effect::Notify(cause) => {
                if let Some(notifier) = &self.notifier {
                    notifier.raise(cause, self.language);
                }
            }
            Effect::KeepOn(keep) => self.on_main(move |_| platform::keep_screen_on(keep)),
            Effect::NotifyMessages { .. } | Effect::MessagesSeen | Effect::Tray { .. } | Effect::Window(_) => {
                self.at_the_desktop(&effect);
            }
            Effect::Receipt(receipt) => {
                self.health.receipt(&receipt);
                self.ledger.write(&receipt);
            }
            Effect::CheckPin { check } => {
                let (desk, inputs) = (self.desk.clone(), self.inputs.clone());
                tauri::async_runtime::spawn_blocking(move || {
                    let pin = desk.check();
                    log_pin(pin);
                    inputs.send(Input::Pin { check, pin });
                });
            }
            Effect::CheckConfig => {
                let (config, inputs) = (self.config.clone(), self.inputs.clone());
                tauri::async_runtime::spawn_blocking(move || {
                    inputs.send(Input::ConfigChecked(config::check_again(config.as_deref())));
                });
            }
            Effect::Remember(closed) => self.desk.remember(closed.as_ref()),
            Effect::Exit(exit) => {
                let _ = self.exit.set(exit);
                self.inputs.send(Input::Stop);
            }
            Effect::Log(note) => {
                if matches!(note, Note::Fresh { .. }) {
                    self.health.proven();
                }
                if let (Note::Fresh { .. }, Some(notifier)) = (&note, &self.notifier) {
                    notifier.take_away();
                }
                if matches!(note, Note::Fresh { .. }) {
                    // After what was asked of the window before: a hand that comes from here on finds this visit.
                    return self.on_main(move |_| log(&note));
                }
                log(&note);
            }
        }
    }

    fn is_settled(&self) -> bool {
        self.under_way.load(Ordering::SeqCst) == 0
    }
}

impl Stage {
    /// A new visit: a new ephemeral webview comes up behind the front on a blank page, and its store is listed. Where it
    /// is to be alone, the old ones go first.
    fn make(&mut self, visit: u64, language: Language, place: Place) {
        tracing::info!(event = "visit.started", visit);
        if place == Place::Alone {
            self.chosen = (visit, language);
        }
        let inputs = self.inputs.clone();
        if self.unproven > 0 {
            self.unproven -= 1;
            if place == Place::Alone {
                self.on_main(|app| close_chats(app, |_| true));
            }
            return inputs.send(Input::Listed { visit, records: 1 });
        }
        let bridge = match Bridge::new() {
            Ok(bridge) => bridge,
            Err(error) => {
                tracing::error!(event = "visit.failed", visit, reason = %error);
                return inputs.send(Input::NotListed { visit });
            }
        };
        let builder = chat_builder(
            visit,
            &bridge.script(&self.brand, self.app.invoke_key()),
            &self.brand.now(platform::is_dark()),
        )
        .data_directory(self.engine_folder.clone());
        if place == Place::Alone {
            self.bridges.clear();
        }
        self.bridges.push((visit, bridge.clone()));
        let intake = Arc::new(Intake::new(self.app.invoke_key()));
        self.app.state::<Intakes>().set(visit, intake.clone());
        let listener: Arc<dyn platform::Listener> = Arc::new(Ears {
            visit,
            inputs: inputs.clone(),
            app: self.app.clone(),
            newest: self.newest.clone(),
            bridge,
            intake,
        });
        let chat = platform::Chat {
            listener,
            keys: self.keys.clone(),
            policy: self.policy.clone(),
            allow: self.allow.clone(),
            links: self.desktop.as_ref().is_some_and(Desktop::asks_about_links),
            cursor: self.cursor,
            keyboard: self.keyboard,
            visit,
            language,
            door: self.door.clone(),
        };
        self.on_main(move |app| {
            if place == Place::Alone {
                close_chats(app, |_| true);
            }
            if let Err(error) = build_chat(app, builder, visit, chat, inputs.clone()) {
                // The engine's own error: it names no person.
                tracing::error!(event = "visit.failed", visit, reason = %error);
                inputs.send(Input::NotListed { visit });
            }
        });
    }

    /// The visit that was made in advance is on; every other one goes.
    fn adopt(&mut self, visit: u64) {
        self.newest.set(visit);
        self.bridges.retain(|(of, _)| *of == visit);
        let keys = self.keys.clone();
        self.on_main(move |app| {
            close_chats(app, |of| of != visit);
            if let Some(chat) = chat(app, visit).filter(|_| !keys.are_covered()) {
                let _ = chat.with_webview(|view| platform::focus(&view));
            }
        });
    }

    fn load(&self, visit: u64) {
        let language = if self.chosen.0 == visit { self.chosen.1 } else { self.own_language };
        let (page, inputs) = (self.page.in_language(language), self.inputs.clone());
        self.on_main(move |app| {
            let loading = chat(app, visit).map(|chat| chat.navigate(page));
            if !matches!(loading, Some(Ok(()))) {
                inputs.send(Input::LoadFailed { visit, trouble: Trouble::PageFailed });
            }
        });
    }

    fn ask(&self, visit: u64, ask: &Ask) {
        if let Ask::Clear { attempt, .. } = ask {
            tracing::info!(event = "clear.called", visit, attempt);
        }
        let bridge = self.bridges.iter().find(|(of, _)| *of == visit).map(|(_, bridge)| bridge);
        if let Some(call) = bridge.map(|bridge| bridge.call(ask)) {
            self.on_main(move |app| {
                // A page that is gone cannot be asked; its deadline tells the machine.
                let _ = chat(app, visit).map(|chat| chat.eval(call));
            });
        }
    }

    fn show(&self, scene: Scene) {
        let language = if matches!(scene, Scene::Staff { .. }) { self.own_language } else { self.language };
        self.app.state::<FrontState>().set(&scene, language);
        self.keys.cover(scene != Scene::None);
        self.newest.rest(scene == Scene::Welcome);
        let newest = self.newest.clone();
        self.on_main(move |app| {
            if scene != Scene::None {
                platform::close_picker();
                platform::hide_keyboard();
            }
            let Some(front) = app.get_webview(FRONT) else { return log_scene(&scene) };
            let scene_json = serde_json::to_string(&scene).unwrap_or_default();
            let _ = front.eval(format!("window.kiosk && window.kiosk.show({scene_json}, '{language}')"));
            // The chat lies behind the front, painted: to lift the front is to hide it, with nothing blank in between.
            let here = match (&scene, chat(app, newest.visit())) {
                (Scene::None, Some(chat)) => {
                    let _ = front.hide();
                    chat
                }
                _ => {
                    let _ = front.show();
                    front
                }
            };
            let _ = here.with_webview(|view| platform::focus(&view));
            log_scene(&scene);
        });
    }

    /// What only one person's desktop has; a second start wants to see any window.
    fn at_the_desktop(&self, effect: &Effect) {
        match (effect, &self.desktop) {
            (Effect::NotifyMessages { unread }, Some(desktop)) => desktop.tell(&self.app, *unread),
            (Effect::MessagesSeen, Some(desktop)) => desktop.seen(&self.app),
            (Effect::Tray { unread, quiet }, Some(desktop)) => desktop.show_tray(&self.app, *unread, *quiet),
            (Effect::Window(act), Some(desktop)) => desktop.move_window(&self.app, *act),
            (Effect::Window(WindowAct::Present), None) => {
                self.on_main(bring_to_front);
            }
            _ => {}
        }
    }

    fn on_main(&self, work: impl FnOnce(&AppHandle) + Send + 'static) {
        let (app, under_way) = (self.app.clone(), self.under_way.clone());
        under_way.fetch_add(1, Ordering::SeqCst);
        // It fails only when the main loop has ended, and then there is nothing left to do.
        let _ = self.app.run_on_main_thread(move || {
            work(&app);
            under_way.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

/// Whatever lies above the window, or wherever it was put aside.
pub(crate) fn bring_to_front(app: &AppHandle) {
    if let Some(window) = app.get_window(WINDOW) {
        // A window that is gone belongs to a program that ends.
        if let Ok(window) = window.gtk_window() {
            platform::present_window(&window);
        }
    }
}

/// A chat webview as the kiosk wants it; the address policy and the dialogs are the platform's part.
pub(crate) fn chat_builder(visit: u64, script: &str, brand: &Brand) -> WebviewBuilder<tauri::Wry> {
    let refused = refusals::refuse;
    // Every visit is born on a blank page; the chat page is loaded when the store is proven empty.
    WebviewBuilder::new(format!("{CHAT_LABEL}{visit}"), WebviewUrl::CustomProtocol(blank()))
        .incognito(true)
        .devtools(false)
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .focused(false)
        .background_color(background(brand))
        .initialization_script(script)
        .on_new_window(move |_, _| {
            refused("new_window");
            NewWindowResponse::Deny
        })
        .on_download(move |_, event| {
            if matches!(event, DownloadEvent::Requested { .. }) {
                refused("download");
            }
            false
        })
        .on_permission_request(move |_, _| {
            refused("permission");
            PermissionResponse::Deny
        })
        .disable_drag_drop_handler()
}

/// The brand's background, for what is on the screen before a page paints.
pub(crate) fn background(brand: &Brand) -> Color {
    let color = brand.background;
    Color(color.red, color.green, color.blue, 255)
}

fn blank() -> Url {
    static BLANK: std::sync::LazyLock<Url> =
        std::sync::LazyLock::new(|| Url::parse("about:blank").unwrap_or_else(|_| unreachable!("a constant address")));
    BLANK.clone()
}

/// On the main thread.
fn build_chat(
    app: &AppHandle,
    builder: WebviewBuilder<tauri::Wry>,
    visit: u64,
    wiring: platform::Chat,
    inputs: Inputs,
) -> tauri::Result<()> {
    let window = window(app)?;
    let size = window.inner_size()?.to_logical::<f64>(window.scale_factor()?);
    let before = platform::page_processes();
    let chat = window.add_child(builder, LogicalPosition::new(0., 0.), LogicalSize::new(size.width, size.height))?;
    chat.with_webview(move |view| {
        platform::note_birth(&view, before);
        platform::place_chat(&view);
        platform::watch_chat(&view, wiring);
        platform::list_store(&view, move |records| {
            inputs.send(match records {
                Some(records) => Input::Listed { visit, records },
                None => Input::NotListed { visit },
            });
        });
        platform::start_process(&view);
    })
}

/// Destroys the chat webviews of these visits. On the main thread.
fn close_chats(app: &AppHandle, these: impl Fn(u64) -> bool) {
    for (label, chat) in app.webviews() {
        let visit = label.strip_prefix(CHAT_LABEL).and_then(|visit| visit.parse().ok());
        if visit.is_some_and(&these) {
            let _ = chat.with_webview(|view| platform::let_go(&view));
            let _ = chat.close();
        }
    }
}

/// The webview of a visit, if it is still there.
pub(crate) fn chat(app: &AppHandle, visit: u64) -> Option<Webview> {
    app.get_webview(&format!("{CHAT_LABEL}{visit}"))
}

fn window(app: &AppHandle) -> tauri::Result<Window> {
    app.get_window(WINDOW).ok_or(tauri::Error::WindowNotFound)
}

/// What the engine tells about one visit's webview, as inputs.
struct Ears {
    visit: u64,
    inputs: Inputs,
    app: AppHandle,
    newest: Newest,
    bridge: Bridge,
    intake: Arc<Intake>,
}

impl platform::Listener for Ears {
    fn touched(&self) {
        self.inputs.send(Input::Touched);
    }

    fn notice_key(&self, key: NoticeKey) {
        // The notice is in the visit that is on; the one behind it has none.
        if let Some(chat) = chat(&self.app, self.visit).filter(|_| self.visit == self.newest.visit()) {
            let _ = chat.eval(self.bridge.call(&Ask::Key { key }));
        }
    }

    fn died(&self, death: Death) {
        self.inputs.send(Input::Died { visit: self.visit, death });
    }

    fn load_failed(&self, trouble: Trouble) {
        self.inputs.send(Input::LoadFailed { visit: self.visit, trouble });
    }

    fn blocked(&self, rule: &'static str) {
        refusals::refuse_in(Some(self.visit), rule);
    }

    fn passes(&self, message: &str) -> bool {
        let passed = self.intake.judge(message);
        if let Err(rule) | Ok(Passed::ToBeRefused(rule)) = passed {
            self.blocked(rule);
        }
        passed.is_ok()
    }

    fn hand_over(&self, hand_over: &dyn Fn()) {
        self.intake.pass(hand_over);
    }
}

/// Now that it is: a hand that comes from here on finds it.
fn log_scene(scene: &Scene) {
    match scene {
        Scene::OutOfService { reason, .. } => {
            tracing::info!(event = "scene.shown", scene = scene.name(), reason = reason.name());
        }
        _ => tracing::info!(event = "scene.shown", scene = scene.name()),
    }
}

/// The machine's own lines of the log.
fn log(note: &Note) {
    match note {
        Note::Read { visit, verdict } => {
            tracing::info!(event = "status.read", visit, outcome = verdict.outcome.name(), reason = %verdict.reason);
        }
        Note::NoticeShown { visit, cause } => tracing::info!(event = "notice.shown", visit, cause = cause.name()),
        Note::ClearSettled { visit, attempt, result } => {
            tracing::info!(event = "clear.settled", visit, attempt, result);
        }
        Note::Fresh { visit, ms } => tracing::info!(event = "visit.fresh", visit, ms, records = 0),
        Note::Died { visit, death } => tracing::warn!(event = "chat.died", visit, reason = death.name()),
        Note::Unproven { visit, records } => tracing::error!(
            event = "visit.unproven",
            visit,
            records,
            "the store of a new visit was not proven empty; it is thrown away"
        ),
        Note::Late { visit } => tracing::debug!(event = "input.late", visit),
        Note::NotIdentified { reason } => tracing::warn!(event = "identify.refused", reason),
        Note::Window { act, why } => tracing::info!(event = "window", act = act.name(), why),
        Note::StaffOpened => tracing::info!(event = "staff.opened"),
        Note::StaffClosed { why } => tracing::info!(event = "staff.closed", why),
        Note::StaffRefused { reason } => tracing::warn!(event = "staff.refused", reason),
        Note::StaffActed { act } => tracing::warn!(event = "staff.acted", act),
    }
}

/// What became of a try, and never the PIN.
fn log_pin(pin: Pin) {
    match pin {
        Pin::Right => tracing::warn!(event = "staff.pin", result = "right", owasp = "authn_login_success:staff"),
        Pin::Wrong { locked } => {
            tracing::warn!(
                event = "staff.pin",
                result = "wrong",
                owasp = "authn_login_fail:staff",
                locked_seconds = locked.map(|rest| rest.as_secs())
            );
        }
        Pin::Locked(rest) => tracing::warn!(
            event = "staff.pin",
            result = "locked",
            owasp = "authn_login_lock:staff,maxretries",
            locked_seconds = rest.as_secs()
        ),
        Pin::Gone => tracing::warn!(event = "staff.refused", reason = "no_pin", owasp = "authz_fail:person,staff"),
    }
}

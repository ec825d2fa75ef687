//! The stage: one window, the chat's webview and above it the front's. Exactly one of the two can be seen.

mod chats;
mod notes;
mod reads;

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use kiosk_core::{
    address::Policy,
    config::{Allow, Brand, Cursor},
    language::Language,
    visit::{Effect, Exit, Input, Note, WindowAct},
    wire::{Ask, Scene, Trouble},
};
use tauri::{AppHandle, Manager, webview::Color};

use self::{
    chats::{Ears, build_chat, close_chats},
    notes::{log, log_pin, log_read, log_scene},
};
pub(crate) use self::{
    chats::{chat, chat_builder, take_report},
    reads::Reads,
};
use crate::{
    bridge::Bridge,
    config,
    desktop::Desktop,
    driver::{Inputs, World},
    front::FrontState,
    intake::{Intake, Intakes},
    ledger::Ledger,
    notify::Notifier,
    platform, renewal,
    source::Page,
    staff::{Desk, Health},
    watch::Newest,
    words,
};

/// The label of the window and of the front's webview.
pub(crate) const WINDOW: &str = "main";
/// The label of our own pages' webview.
pub(crate) const FRONT: &str = "front";

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
    /// What was read of session events, so that a page in a loop does not fill the log.
    pub(crate) reads: Reads,
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
            Effect::Notice { visit, cause, seconds, may_keep, runs } => {
                let words = kiosk_words::notice(self.language, cause, seconds, self.desktop.is_none());
                self.ask(visit, &Ask::Notice { words, seconds, may_keep, runs });
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
            Effect::Owe(owed) => self.ledger.owe(owed),
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
            Effect::CheckProgram => {
                let (config, inputs) = (self.config.clone(), self.inputs.clone());
                tauri::async_runtime::spawn(async move {
                    inputs.send(Input::ProgramChecked(renewal::readiness(config).await));
                });
            }
            Effect::Remember(closed) => self.desk.remember(closed.as_ref()),
            Effect::Exit(exit) => {
                let _ = self.exit.set(exit);
                self.inputs.send(Input::Stop);
            }
            Effect::Log(Note::Read { visit, verdict }) => {
                if let Some(count) = self.reads.admit(Instant::now(), verdict.outcome.name()) {
                    log_read(visit, &verdict, count);
                }
            }
            Effect::Log(note) => {
                if matches!(note, Note::Fresh { .. }) {
                    self.health.proven();
                    self.reads = Reads::default();
                    self.notifier.iter().for_each(Notifier::take_away);
                }
                if matches!(note, Note::Fresh { .. } | Note::Told { .. }) {
                    // After what was asked of the window before: a hand that comes from here on finds this visit.
                    return self.on_main(move |_| log(&note));
                }
                log(&note);
            }
        }
    }

    fn touched(&mut self) {
        // After the line that says that this visit is fresh, which goes the same way.
        self.on_main(|_| tracing::info!(event = "visit.touched"));
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
            keyboard: self.keyboard.in_language(language, self.own_language),
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
                let _ = chat(app, visit).map(|chat| call.make(&chat));
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

/// The brand's background, for what is on the screen before a page paints.
pub(crate) fn background(brand: &Brand) -> Color {
    let color = brand.background;
    Color(color.red, color.green, color.blue, 255)
}

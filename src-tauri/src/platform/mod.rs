//! The engine, and the only place that names it. Each system's file gives the same few functions.
//!
//! Only Linux has been run. The other systems' file refuses to start rather than pretend: what makes the kiosk safe
//! (the proof, the held keys, the deaths) has to be measured there first.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::time::Instant;

use kiosk_core::{
    address::Policy,
    config::{Allow, Appearance, Brand, Chord, Cursor, ScreenKeyboard},
    keyboard::{self, Paint},
    language::Language,
    visit::Death,
    wire::NoticeKey,
    wire::Trouble,
};

use crate::staff::Knocks;

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod system;

mod machine;

pub(crate) use machine::{Head, Name, Seat, Unreached};
pub(crate) use system::probe;
pub(crate) use system::{
    QUIET, ask, ask_network_process, bar_speaks, before_birth, begun_after_replacement, close_picker, cover_screen,
    dress, end_network_processes, end_process, engine_processes, feed_service_manager, focus, forget_crashes,
    graphics_device, guard_window, has_session_bus, has_tray_library, hide_keyboard, hide_window, is_being_upgraded,
    is_dark, is_replaced, keep_screen_on, let_go, list_store, memory_of_all, note_birth, own_program, paint_untold,
    picture, place_chat, place_front, prepare_process, present_window, revive_after_crash, ring,
    service_manager_watchdog, start_anew, start_process, stay_down, stop_ringing, tell_service_manager_ready,
    watch_chat, watch_front, watch_tray_host, whole_picture, wipe_clipboard, yield_to_chats,
};

/// The device that draws for programs, a graphics card or a part of the processor's chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GraphicsDevice {
    /// This user may use it.
    Allowed,
    /// It is there, for others.
    Denied,
}

/// What the engine tells about a webview. Called on the main thread, so each must return at once.
pub(crate) trait Listener: Send + Sync {
    /// A key, a button, a finger or a wheel.
    fn touched(&self);
    /// A key for the notice, while the page gets none.
    fn notice_key(&self, key: NoticeKey);
    /// The page's process is gone, or the page is.
    fn died(&self, death: Death);
    /// The page did not load.
    fn load_failed(&self, trouble: Trouble);
    /// Something was refused. The rule's name, for the log.
    fn blocked(&self, rule: &'static str);
    /// The number of a message of the page's that the framework may see. What it may not see was refused, and is in the log.
    fn passes(&self, message: &str) -> Option<u32>;
    /// Calls back, and the framework sees the message that has passed. Says whether it let it through.
    fn hand_over(&self, hand_over: &dyn Fn()) -> bool;
    /// A message has come from a page that the framework knows, without the framework.
    fn arrived(&self, message: &str);
}

/// The engine's processes, as far as the kiosk looks at them.
#[derive(Debug, Default)]
pub(crate) struct EngineProcesses {
    /// The processes that hold the stores and the connections.
    pub(crate) network: Vec<u32>,
    /// The memory of the page's process that takes most, in bytes.
    pub(crate) largest_page: u64,
}

/// Whether keys reach the chat page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    held: Arc<AtomicBool>,
    covered: Arc<AtomicBool>,
}

impl Keys {
    /// From now on, no key reaches the page and the notice gets the few that it needs; or they do again.
    pub(crate) fn hold(&self, hold: bool) {
        self.held.store(hold, Ordering::SeqCst);
    }

    /// The front is above the page, so no key is meant for the page, even if it takes the focus.
    pub(crate) fn cover(&self, cover: bool) {
        self.covered.store(cover, Ordering::SeqCst);
    }

    /// The page gets none, and has nothing to ask of anybody: the notice is up, or the front is above it.
    fn are_barred(&self) -> bool {
        self.are_held() || self.are_covered()
    }

    fn are_held(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    pub(crate) fn are_covered(&self) -> bool {
        self.covered.load(Ordering::SeqCst)
    }
}

/// Where staff knocks: every webview shows it what hands do, before the page sees anything of it.
pub(crate) struct Door {
    gesture: bool,
    key: Option<Chord>,
    knocks: Mutex<Knocks>,
    open: Box<dyn Fn() + Send + Sync>,
}

impl Door {
    /// A door that calls `open`, on the main thread.
    pub(crate) fn new(gesture: bool, key: Option<Chord>, open: impl Fn() + Send + Sync + 'static) -> Self {
        Self { gesture, key, knocks: Mutex::default(), open: Box::new(open) }
    }

    /// A touch or a click, at a place in a view of that size.
    fn touch(&self, place: (f64, f64), size: (f64, f64)) {
        let mut knocks = self.knocks.lock().unwrap_or_else(PoisonError::into_inner);
        if self.gesture && knocks.touch(Instant::now(), place, size) {
            (self.open)();
        }
    }

    /// Keys that were pressed together; true when they are the ones that open.
    fn press(&self, pressed: &Chord) -> bool {
        let opens = self.key.as_ref() == Some(pressed);
        if opens {
            (self.open)();
        }
        opens
    }
}

/// The brand's colours as they are now, as a style sheet has them, for the kiosk's own widgets.
#[derive(Clone, Debug)]
pub(crate) struct Colours {
    pub(crate) accent: String,
    pub(crate) accent_ink: String,
    pub(crate) background: String,
    pub(crate) ink: String,
}

impl Colours {
    /// A brand's.
    pub(crate) fn of(brand: &Brand) -> Self {
        Self {
            accent: brand.accent.to_string(),
            accent_ink: brand.accent.ink().to_string(),
            background: brand.background.to_string(),
            ink: brand.background.ink().to_string(),
        }
    }
}

/// The kiosk's own bar beside the chat. It speaks the visitor's language.
pub(crate) struct Bar {
    pub(crate) at_top: bool,
    /// The brand's name.
    pub(crate) name: String,
    /// A hand or a key at the bar.
    pub(crate) touched: Box<dyn Fn() + Send>,
    /// The button was pressed.
    pub(crate) pressed: Box<dyn Fn() + Send>,
}

/// The keyboard on the screen, as it is configured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyboardPlan {
    pub(crate) whose: ScreenKeyboard,
    /// The one that a visit begins with whose person has chosen nothing.
    pub(crate) language: keyboard::Language,
    /// In the light and in the dark.
    pub(crate) paints: [Paint; 2],
    pub(crate) appearance: Appearance,
}

impl KeyboardPlan {
    /// For a visit in this language, on a kiosk that speaks `own`: who has chosen another one finds its letters on the keys.
    pub(crate) fn in_language(self, language: Language, own: Language) -> Self {
        if language == own { self } else { Self { language: language.into(), ..self } }
    }

    /// As it is now.
    fn paint(&self) -> Paint {
        self.paints[usize::from(self.appearance.is_dark(is_dark()))]
    }
}

/// What a chat webview needs to know.
pub(crate) struct Chat {
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) keys: Keys,
    pub(crate) policy: Arc<Policy>,
    /// What is opened to the page.
    pub(crate) allow: Arc<Allow>,
    /// Whether links that lead out of the chat are asked about, for the system's browser.
    pub(crate) links: bool,
    pub(crate) cursor: Cursor,
    pub(crate) keyboard: KeyboardPlan,
    pub(crate) visit: u64,
    /// What is spoken in this visit.
    pub(crate) language: Language,
    pub(crate) door: Arc<Door>,
}

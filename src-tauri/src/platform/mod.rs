//! The engine, and the only place that names it. Each system's file gives the same few functions.
//!
//! Only Linux has been run. The other systems' file refuses to start rather than pretend: what makes the kiosk safe
//! (the proof, the held keys, the deaths) has to be measured there first.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kiosk_core::{address::Policy, visit::Death, wire::NoticeKey, wire::Trouble};

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod system;

pub(crate) use system::{
    QUIET, end_process, engine_processes, feed_service_manager, focus, forget_crashes, guard_window, let_go,
    list_store, picture, place_chat, place_front, prepare_process, revive_after_crash, service_manager_watchdog,
    start_anew, tell_service_manager_ready, watch_chat, watch_front, wipe_clipboard,
};

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
}

/// The engine's processes, as far as the kiosk looks at them.
#[derive(Debug, Default)]
pub(crate) struct EngineProcesses {
    /// The processes that hold the stores and the connections.
    pub(crate) network: Vec<u32>,
    /// The memory of the page's process that takes most, in bytes.
    pub(crate) largest_page: u64,
    /// The memory of all of them and of this process, in bytes, without what they share.
    pub(crate) memory: u64,
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

    fn are_held(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    fn are_covered(&self) -> bool {
        self.covered.load(Ordering::SeqCst)
    }
}

/// What a chat webview needs to know.
pub(crate) struct Chat {
    pub(crate) listener: Arc<dyn Listener>,
    pub(crate) keys: Keys,
    pub(crate) policy: Arc<Policy>,
}

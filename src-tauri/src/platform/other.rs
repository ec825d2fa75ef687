//! Windows and macOS: the same interface, written and not run. The kiosk refuses to start there until somebody has
//! measured what it promises: an ephemeral store that can be listed, keys held at the native view, deaths told.

use std::{path::Path, sync::Arc, time::Duration};

use kiosk_core::config::{Acceleration, Cursor};
use tauri::webview::PlatformWebview;

use super::{Bar, Chat, Door, EngineProcesses, GraphicsDevice, Keys};

/// Why this system cannot run the kiosk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsupported {
    /// Nobody has measured the promises here.
    #[error("this system is not supported yet: only Linux can prove that a visit's store is empty")]
    System,
}

/// A process that has lived for so long has a clean slate.
pub(crate) const QUIET: Duration = Duration::from_secs(60);

pub(crate) fn revive_after_crash() -> u32 {
    0
}

pub(crate) fn forget_crashes() {}

pub(crate) fn stay_down() {}

pub(crate) fn start_anew(_replaced: bool) -> std::io::Error {
    std::io::ErrorKind::Unsupported.into()
}

pub(crate) fn begun_after_replacement() -> bool {
    false
}

pub(crate) fn own_program() -> std::io::Result<std::process::Command> {
    std::env::current_exe().map(std::process::Command::new)
}

pub(crate) fn is_replaced() -> bool {
    false
}

pub(crate) fn is_being_upgraded() -> bool {
    false
}

pub(crate) fn whole_picture(_window: &tauri::Window) -> Option<Vec<u8>> {
    None
}

pub(crate) fn picture(_window: &tauri::Window) -> Option<Vec<u8>> {
    None
}

pub(crate) fn memory_of_all() -> u64 {
    0
}

pub(crate) fn before_birth() -> Vec<u32> {
    Vec::new()
}

pub(crate) fn yield_to_chats(_before: &[u32]) {}

pub(crate) fn ask(_view: &PlatformWebview, _ask: &str, _script: impl FnOnce() -> String) {}

pub(crate) fn note_birth(_view: &PlatformWebview, _before: Vec<u32>) {}

pub(crate) fn graphics_device() -> Option<GraphicsDevice> {
    None
}

pub(crate) fn has_session_bus() -> bool {
    false
}

pub(crate) fn prepare_process(_acceleration: Acceleration, _state: &Path) -> Result<(), Unsupported> {
    Err(Unsupported::System)
}

pub(crate) fn dress(_colours: impl Fn(bool) -> super::Colours + 'static) {}

pub(crate) fn is_dark() -> bool {
    false
}

pub(crate) fn bar_speaks() {}

pub(crate) fn place_front(_front: &PlatformWebview, _keys: Keys, _bar: Option<Bar>, _door: Arc<Door>) {}

pub(crate) fn place_chat(_chat: &PlatformWebview) {}

pub(crate) fn guard_window(_window: &tauri::Window, _keyboard: bool, _covered: impl Fn() + 'static) {}

pub(crate) fn paint_untold(_window: &tauri::Window) {}

pub(crate) fn present_window(_window: &tauri::Window) {}

pub(crate) fn hide_window(_window: &tauri::Window) {}

pub(crate) fn cover_screen(_window: &tauri::Window) {}

pub(crate) fn watch_chat(_view: &PlatformWebview, _chat: Chat) {}

pub(crate) fn watch_front(
    _view: &PlatformWebview,
    _cursor: Cursor,
    _door: Arc<Door>,
    _touched: impl Fn() + 'static,
    _died: impl Fn() + 'static,
) {
}

pub(crate) fn watch_tray_host(_changed: impl Fn(bool) + 'static) {}

pub(crate) fn has_tray_library() -> bool {
    true
}

pub(crate) fn ring(_app_name: &str, _summary: &str, _body: &str, _clicked: impl Fn() + 'static) {}

pub(crate) fn stop_ringing() {}

pub(crate) fn keep_screen_on(_keep: bool) {}

pub(crate) fn close_picker() {}

pub(crate) fn hide_keyboard() {}

pub(crate) fn engine_processes() -> EngineProcesses {
    EngineProcesses::default()
}

pub(crate) fn tell_service_manager_ready() {}

pub(crate) fn service_manager_watchdog() -> Option<Duration> {
    None
}

pub(crate) fn feed_service_manager() {}

pub(crate) fn list_store(_view: &PlatformWebview, done: impl FnOnce(Option<u32>) + 'static) {
    // No proof, no service.
    done(None);
}

pub(crate) fn start_process(_view: &PlatformWebview) {}

pub(crate) fn ask_network_process(_view: &PlatformWebview, alive: impl FnOnce() + 'static) {
    alive();
}

pub(crate) fn end_network_processes() {}

pub(crate) fn end_process(_view: &PlatformWebview) {}

pub(crate) fn let_go(_view: &PlatformWebview) {}

pub(crate) fn focus(_view: &PlatformWebview) {}

pub(crate) fn wipe_clipboard() {}

/// What the doctor looks at: nothing yet.
pub(crate) mod probe {
    use std::path::Path;

    use crate::platform::{Head, Name, Seat, Unreached};

    pub(crate) fn seat() -> Option<Seat> {
        None
    }

    pub(crate) fn has_session_bus() -> bool {
        false
    }

    pub(crate) fn bus_name(_name: &str) -> Name {
        Name::Nobody
    }

    pub(crate) fn ask_server(_is_tls: bool, _host: &str, _port: u16, _request: &str) -> Result<Head, Unreached> {
        Err(Unreached::NoTls)
    }

    pub(crate) fn is_listening(_host: &str, _port: u16) -> bool {
        false
    }

    pub(crate) fn clock_is_kept() -> Option<bool> {
        None
    }

    pub(crate) fn free_bytes(_folder: &Path) -> Option<u64> {
        None
    }
}

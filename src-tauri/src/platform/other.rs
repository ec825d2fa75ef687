//! Windows and macOS: the same interface, written and not run. The kiosk refuses to start there until somebody has
//! measured what it promises: an ephemeral store that can be listed, keys held at the native view, deaths told.

use std::rc::Rc;

use tauri::webview::PlatformWebview;

use super::Chat;

/// Why this system cannot run the kiosk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsupported {
    /// Nobody has measured the promises here.
    #[error("this system is not supported yet: only Linux can prove that a visit's store is empty")]
    System,
}

pub(crate) fn prepare_process() -> Result<(), Unsupported> {
    Err(Unsupported::System)
}

pub(crate) fn watch_chat(_view: &PlatformWebview, _chat: Chat) {}

pub(crate) fn watch_front(_view: &PlatformWebview, _listener: Rc<dyn Fn()>) {}

pub(crate) fn list_store(_view: &PlatformWebview, done: impl FnOnce(Option<u32>) + 'static) {
    // No proof, no service.
    done(None);
}

pub(crate) fn end_process(_view: &PlatformWebview) {}

pub(crate) fn focus(_view: &PlatformWebview) {}

pub(crate) fn wipe_clipboard() {}

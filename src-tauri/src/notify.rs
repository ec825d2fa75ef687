//! The native notification of an end: an extra to the notice, and without a word of the chat.

use kiosk_core::{language::Language, wire::Cause};
use tauri::AppHandle;

use crate::platform;

/// Tells the desktop that a chat has ended.
pub(crate) struct Notifier {
    app_name: String,
    is_shared: bool,
}

impl Notifier {
    /// Notifications in the name of the company.
    pub(crate) fn new(app_name: &str, is_shared: bool) -> Self {
        Self { app_name: app_name.to_owned(), is_shared }
    }

    /// Raises one; the log tells what became of it.
    pub(crate) fn raise(&self, app: &AppHandle, cause: Cause, language: Language) {
        let name = self.app_name.clone();
        let (summary, body) = kiosk_words::notification(language, cause, self.is_shared);
        // It fails only when the main loop has ended.
        let _ = app.run_on_main_thread(move || platform::tell_end(&name, &summary, &body));
    }

    /// Takes the notification away: it is about a visit that is over.
    pub(crate) fn take_away(&self, app: &AppHandle) {
        let _ = app.run_on_main_thread(platform::stop_telling_end);
    }
}

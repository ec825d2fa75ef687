//! What the shell's own widgets say (the bar, the tray, the question about a link, the keyboard on the screen), in the
//! kiosk's language.

use std::sync::OnceLock;

use kiosk_core::language::Language;

static LANGUAGE: OnceLock<Language> = OnceLock::new();

/// From now on in this language. The first call counts.
pub(crate) fn speak(language: Language) {
    let _ = LANGUAGE.set(language);
}

/// A sentence without variables.
pub(crate) fn say(id: &str) -> String {
    kiosk_words::text(language(), id)
}

/// A sentence with one number in it.
pub(crate) fn count(id: &str, number: u32) -> String {
    kiosk_words::counted(language(), id, number)
}

/// The tray's menu: brings the window.
pub(crate) fn tray_open(unread: u32) -> String {
    if unread == 0 { say("tray-open") } else { count("tray-unread", unread) }
}

fn language() -> Language {
    LANGUAGE.get().copied().unwrap_or_default()
}

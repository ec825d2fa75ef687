//! What the shell's own widgets say: those for the person whose desktop it is (the tray) in the kiosk's language, those beside
//! the chat (the bar, the question about a link, the keyboard on the screen) in the visitor's.

use std::sync::{Mutex, OnceLock, PoisonError};

use kiosk_core::language::Language;

static LANGUAGE: OnceLock<Language> = OnceLock::new();
static VISITORS: Mutex<Option<Language>> = Mutex::new(None);

/// From now on in this language. The first call counts.
pub(crate) fn speak(language: Language) {
    let _ = LANGUAGE.set(language);
}

/// The visitor is spoken to in this language, until the next call.
pub(crate) fn speak_to_visitor(language: Language) {
    *VISITORS.lock().unwrap_or_else(PoisonError::into_inner) = Some(language);
}

/// What the visitor is spoken to in: the kiosk's own until somebody chooses.
pub(crate) fn visitors() -> Language {
    VISITORS.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(language)
}

/// A sentence without variables.
pub(crate) fn say(id: &str) -> String {
    kiosk_words::text(language(), id)
}

/// The same for the visitor.
pub(crate) fn say_to_visitor(id: &str) -> String {
    kiosk_words::text(visitors(), id)
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

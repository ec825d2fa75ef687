//! The sentences that the shell itself says: the notice in the chat page and the native notification.

use kiosk_core::wire::{Cause, Words};

/// Over the files that a person can send.
pub(crate) const PICKER_TITLE: &str = "Choose a file to send";
/// When there is none.
pub(crate) const PICKER_EMPTY: &str = "There is no file to send.";
/// The way out of the picker.
pub(crate) const PICKER_CANCEL: &str = "Cancel";

/// Keys of the keyboard on the screen that show a picture, as a screen reader reads them.
pub(crate) const KEY_SPACE: &str = "Space";
/// See [`KEY_SPACE`].
pub(crate) const KEY_BACKSPACE: &str = "Backspace";
/// See [`KEY_SPACE`].
pub(crate) const KEY_ENTER: &str = "Enter";
/// See [`KEY_SPACE`].
pub(crate) const KEY_SHIFT: &str = "Shift";
/// See [`KEY_SPACE`].
pub(crate) const KEY_LETTERS: &str = "Letters";
/// See [`KEY_SPACE`].
pub(crate) const KEY_SYMBOLS: &str = "Digits and signs";
/// See [`KEY_SPACE`].
pub(crate) const KEY_LANGUAGES: &str = "Language of the keyboard";
/// See [`KEY_SPACE`].
pub(crate) const KEY_HIDE: &str = "Hide the keyboard";

/// The notice, by what ended the chat.
pub(crate) fn notice(cause: Cause) -> Words {
    let (title, body) = match cause {
        Cause::AgentEnd => ("The agent has ended this chat", "You can still read it. Nothing more is sent from here."),
        _ => ("This chat has ended", "You can still read it. To ask something else, start over."),
    };
    Words {
        title: title.into(),
        body: body.into(),
        countdown: "The screen is cleared for the next person in {seconds} seconds.".into(),
        start_over: "Start over now".into(),
        keep_reading: "Keep reading".into(),
    }
}

/// The native notification. It can be read by whoever passes, so it says that a chat ended and nothing of it.
pub(crate) fn notification(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::AgentEnd => ("The agent has ended the chat", "The screen is cleared for the next person in a moment."),
        _ => ("The chat has ended", "The screen is cleared for the next person in a moment."),
    }
}

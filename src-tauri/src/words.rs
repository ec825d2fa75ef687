//! The sentences that the shell itself says: the notice in the chat page and the native notification.

use kiosk_core::wire::{Cause, Words};

/// Over the files that a person can send.
pub(crate) const PICKER_TITLE: &str = "Choose a file to send";
/// When there is none.
pub(crate) const PICKER_EMPTY: &str = "There is no file to send.";
/// The way out of the picker.
pub(crate) const PICKER_CANCEL: &str = "Cancel";

/// The bar's button.
pub(crate) const DONE: &str = "I am done";
/// What a screen reader says of it besides.
pub(crate) const DONE_HINT: &str = "Ends the chat and clears the screen. F6 leads here and back to the chat.";

/// The tray's menu: brings the window.
pub(crate) fn tray_open(unread: u32) -> String {
    match unread {
        0 => "Open".to_owned(),
        1 => "Open: 1 new message".to_owned(),
        more => format!("Open: {more} new messages"),
    }
}
/// Ends the chat and begins a new one.
pub(crate) const TRAY_NEW: &str = "New chat";
/// No notifications.
pub(crate) const TRAY_QUIET: &str = "Do not disturb";
/// Ends the program.
pub(crate) const TRAY_QUIT: &str = "Quit";

/// The notification for messages that nobody has seen: that there are some, and nothing of them.
pub(crate) fn messages(unread: u32) -> String {
    match unread {
        1 => "A new message in your chat".to_owned(),
        more => format!("{more} new messages in your chat"),
    }
}
/// What a click does.
pub(crate) const MESSAGES_BODY: &str = "Click to read.";

/// Over the address of a link that leads out of the chat.
pub(crate) const LINK_TITLE: &str = "Open this address in your browser?";
/// Opens it.
pub(crate) const LINK_OPEN: &str = "Open in browser";

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
pub(crate) fn notice(cause: Cause, is_shared: bool) -> Words {
    let (title, body) = match cause {
        Cause::AgentEnd => ("The agent has ended this chat", "You can still read it. Nothing more is sent from here."),
        _ => ("This chat has ended", "You can still read it. To ask something else, start over."),
    };
    Words {
        title: title.into(),
        body: body.into(),
        countdown: if is_shared {
            "The screen is cleared for the next person in {seconds} seconds.".into()
        } else {
            "A new chat begins in {seconds} seconds.".into()
        },
        start_over: "Start over now".into(),
        keep_reading: "Keep reading".into(),
    }
}

/// The native notification. It can be read by whoever passes, so it says that a chat ended and nothing of it.
pub(crate) fn notification(cause: Cause, is_shared: bool) -> (&'static str, &'static str) {
    match cause {
        Cause::AgentEnd if !is_shared => {
            ("The agent has ended the chat", "You can still read it. Then a new one begins.")
        }
        Cause::AgentEnd => ("The agent has ended the chat", "The screen is cleared for the next person in a moment."),
        _ => ("The chat has ended", "The screen is cleared for the next person in a moment."),
    }
}

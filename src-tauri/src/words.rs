//! What the shell's own widgets say: the bar, the tray, the keyboard on the screen. In English, until it is in the Fluent files too.

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

/// The way out of the question.
pub(crate) const CANCEL: &str = "Cancel";

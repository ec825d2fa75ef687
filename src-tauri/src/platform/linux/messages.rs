//! Messages from pages to the program: only those that carry the framework's key get as far as the framework.
//!
//! Every frame can reach the handler, a frame of another origin too. The framework refuses a call without its key, but
//! writes the key that it wants, and the one that came, to standard error: whatever a page says would stand in the log.

use std::{cell::Cell, sync::Arc};

use gtk::glib::{self, object::ObjectExt};
use serde::Deserialize;
use webkit2gtk::{UserContentManagerExt, WebView, WebViewExt};

use super::super::Listener;
use super::{SCRIPT_MESSAGE, block_handlers};

/// A call of the page's is a few hundred bytes; the largest payload that is read at all fits.
const LONGEST: usize = 64 * 1024;

/// The part of a message that says who sent it.
#[derive(Deserialize)]
struct Call {
    #[serde(rename = "__TAURI_INVOKE_KEY__")]
    key: String,
}

/// From now on a message without the key is refused here.
pub(super) fn watch(view: &WebView, listener: Arc<dyn Listener>, key: String) {
    let Some(manager) = view.user_content_manager() else { return };
    let framework = block_handlers(&manager, SCRIPT_MESSAGE);
    // The name under which the framework's library registers it.
    let handler = glib::Quark::from_str("ipc");
    let passing = Cell::new(false);
    manager.connect_script_message_received(None, move |manager, message| {
        if passing.get() {
            return;
        }
        let text = message.js_value().map(|value| value.to_string()).unwrap_or_default();
        if !is_call(&text, &key) {
            return listener.blocked("bridge");
        }
        // The framework's handler stands before this one and was passed over: it gets the message now.
        passing.set(true);
        framework.open(manager, || manager.emit_by_name_with_details::<()>(SCRIPT_MESSAGE, handler, &[message]));
        passing.set(false);
    });
}

fn is_call(text: &str, key: &str) -> bool {
    text.len() <= LONGEST && serde_json::from_str::<Call>(text).is_ok_and(|call| call.key == key)
}

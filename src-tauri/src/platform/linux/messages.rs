//! Messages of a page's scripts: looked at before the shell's own library reads them.

use std::sync::Arc;

use gtk::glib::{self, object::ObjectExt, value::ToValue};
use javascriptcore::ValueExt;
use webkit2gtk::{UserContentManagerExt, WebView, WebViewExt};

use super::{super::Listener, handlers, line};

/// The signal by which they come.
pub(super) const RECEIVED: &str = "script-message-received";
/// The one message handler that a page has.
const CHANNEL: &str = "ipc";

/// Puts a gate in front of the handlers that are connected so far.
pub(super) fn gate(view: &WebView, listener: Arc<dyn Listener>) {
    let Some(manager) = view.user_content_manager() else { return };
    // A signal's handlers run in the order in which they were connected, so the ones before ours stay blocked, and see
    // a message only when ours sends it once more.
    let behind = handlers::block(&manager, RECEIVED);
    let of = view.downgrade();
    manager.connect_script_message_received(None, move |manager, message| {
        // A page can post anything; the bridge posts text. Other values are not even turned into one.
        let text = message.js_value().filter(ValueExt::is_string).map(|value| value.to_str());
        let Some(text) = text else { return listener.blocked("message") };
        let Some(number) = listener.passes(&text) else { return };
        let hand_over = || {
            let own = handlers::block(manager, RECEIVED);
            handlers::set_blocked(manager, &behind, false);
            let channel = glib::Quark::from_str(CHANNEL);
            manager.emit_by_name_with_details_and_values(RECEIVED, channel, &[message.to_value()]);
            handlers::set_blocked(manager, &behind, true);
            handlers::set_blocked(manager, &own, false);
        };
        let let_through = listener.hand_over(&hand_over);
        // What has no number is not the bridge's.
        if let Some(view) = of.upgrade().filter(|_| let_through && number > 0) {
            line::offer(&view, number);
        }
    });
}

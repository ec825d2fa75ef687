//! Dialogs and windows that a page can ask an engine for, and never gets.

use std::sync::Arc;

use kiosk_core::wire::Trouble;
use webkit2gtk::{AuthenticationRequestExt, ColorChooserRequestExt, ScriptDialogType, WebView, WebViewExt};

use super::{super::Listener, beginning::Beginning};

/// Answers each at once: what waits for an answer can hold a reset.
pub(super) fn refuse(view: &WebView, listener: &Arc<dyn Listener>, beginning: Beginning) {
    let refuse = |rule: &'static str| {
        let listener = listener.clone();
        move || listener.blocked(rule)
    };
    let refused = refuse("window_close");
    view.connect_close(move |_| refused());
    let refused = refuse("color_chooser");
    view.connect_run_color_chooser(move |_, request| {
        refused();
        request.cancel();
        true
    });
    let refused = refuse("http_authentication");
    let asked = listener.clone();
    view.connect_authenticate(move |_, request| {
        refused();
        if beginning.refused() {
            // The page's own server wants a name and a password, or a proxy before it.
            asked.load_failed(Trouble::OtherPage);
        }
        request.cancel();
        true
    });
    let refused = refuse("full_screen");
    view.connect_enter_fullscreen(move |_| {
        refused();
        true
    });
    // By the right button, by a key, by a long press.
    let refused = refuse("context_menu");
    view.connect_context_menu(move |_, _, _, _| {
        refused();
        true
    });
    let blocked = listener.clone();
    view.connect_script_dialog(move |_, dialog| {
        blocked.blocked("script_dialog");
        // Answered at once: "leave" for beforeunload, "no" for a question, nothing for a prompt.
        if dialog.dialog_type() == ScriptDialogType::BeforeUnloadConfirm {
            dialog.confirm_set_confirmed(true);
        }
        true
    });
}

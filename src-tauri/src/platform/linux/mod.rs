//! Linux: GTK 3 and WebKitGTK. Everything here runs on the main thread.
#![allow(unsafe_code)]

mod input;
mod policy;
mod processes;
mod revive;

use std::time::Duration;

use gtk::{
    gdk,
    gdk::prelude::WindowExtManual,
    gio, glib,
    glib::{object::ObjectExt, translate::IntoGlib},
    prelude::{BinExt, BoxExt, Cast, ContainerExt, GtkWindowExt, IsA, MonitorExt, OverlayExt, WidgetExt},
};
use kiosk_core::{visit::Death, wire::Trouble};
use tauri::webview::PlatformWebview;
use webkit2gtk::{
    AuthenticationRequestExt, ColorChooserRequestExt, FileChooserRequestExt, ScriptDialogType, WebContextExt,
    WebProcessTerminationReason, WebView, WebViewExt, WebsiteDataManagerExt, WebsiteDataTypes,
};

pub(crate) use processes::engine_processes;
pub(crate) use revive::{QUIET, forget_crashes, revive_after_crash, start_anew};

use super::{Chat, Listener};

/// Why this system cannot run the kiosk.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unsupported {
    /// There is nothing to draw on.
    #[error(
        "there is no display: neither WAYLAND_DISPLAY nor DISPLAY leads to one. Start the kiosk in a graphical \
         session, or under Xvfb"
    )]
    NoDisplay,
}

/// Before anything else of the engine: is there a display, and what does the toolkit say into the log?
pub(crate) fn prepare_process() -> Result<(), Unsupported> {
    // The toolkit's own messages would stand between the log's lines; they name no person, but nobody asked either.
    glib::log_set_default_handler(|domain, level, message| {
        tracing::debug!(event = "toolkit", domain = domain.unwrap_or(""), level = ?level, message);
    });
    gtk::init().map_err(|_| Unsupported::NoDisplay)
}

/// Puts the front above the place where the chats come and go. The shell's own library would stack them one below the
/// other; and a chat that is hidden is not painted, so that lifting the front would show an empty screen first.
pub(crate) fn place_front(front: &PlatformWebview) {
    let front = front.inner();
    let Some(window) = window_of(&front) else { return };
    let overlay = gtk::Overlay::new();
    let chats = gtk::Box::new(gtk::Orientation::Vertical, 0);
    window.remove(&front);
    overlay.add(&chats);
    overlay.add_overlay(&front);
    window.pack_start(&overlay, true, true, 0);
    chats.show();
    overlay.show();
    input::pass_through(&front, chats);
}

/// The box into which the shell's own library puts every webview of a window.
fn window_of(view: &WebView) -> Option<gtk::Box> {
    view.parent()?.downcast().ok()
}

/// Puts a new chat behind the front.
pub(crate) fn place_chat(chat: &PlatformWebview) {
    let chat = chat.inner();
    let Some(window) = window_of(&chat) else { return };
    let overlay = window.children().into_iter().find_map(|child| child.downcast::<gtk::Overlay>().ok());
    let chats = overlay.and_then(|overlay| overlay.child()).and_then(|child| child.downcast::<gtk::Box>().ok());
    if let Some(chats) = chats {
        window.remove(&chat);
        chats.pack_start(&chat, true, true, 0);
    }
}

/// Wires up a chat webview: policy, dialogs, keys, deaths.
pub(crate) fn watch_chat(view: &PlatformWebview, chat: Chat) {
    let view = view.inner();
    // The shell's own library connected handlers that decide otherwise: it destroys the view on `window.close()` and
    // judges a navigation without knowing the frame. They are blocked, and ours take their place.
    block_handlers(&view, "close");
    block_handlers(&view, "decide-policy");
    input::watch(&view, chat.listener.clone(), Some(chat.keys.clone()));
    policy::watch(&view, chat.listener.clone(), chat.policy);
    refuse_dialogs(&view, &chat.listener);

    let listener = chat.listener.clone();
    view.connect_web_process_terminated(move |_, reason| match reason {
        // We ended it ourselves.
        WebProcessTerminationReason::TerminatedByApi => {}
        WebProcessTerminationReason::ExceededMemoryLimit => listener.died(Death::Memory),
        _ => listener.died(Death::Crashed),
    });
    let listener = chat.listener.clone();
    view.connect_load_failed(move |view, _, uri, error| {
        // "Cancelled" and "interrupted by policy" are our own refusals.
        let ours = error.matches(webkit2gtk::NetworkError::Cancelled)
            || error.matches(webkit2gtk::PolicyError::FrameLoadInterruptedByPolicyChange);
        if !ours && is_main(view, uri) {
            listener.load_failed(Trouble::Network);
        }
        // True: no error page of the engine's.
        true
    });
    let listener = chat.listener;
    view.connect_load_failed_with_tls_errors(move |_, _, _, _| {
        listener.load_failed(Trouble::Certificate);
        true
    });
}

/// A failed load of the view's own page, not of a frame in it.
fn is_main(view: &WebView, uri: &str) -> bool {
    view.uri().is_none_or(|page| page == uri || page == "about:blank" || page.is_empty())
}

/// Wires up the front: it tells that somebody is there, and when its process is gone.
pub(crate) fn watch_front(view: &PlatformWebview, touched: impl Fn() + 'static, died: impl Fn() + 'static) {
    let view = view.inner();
    input::watch_touch(&view, touched);
    block_handlers(&view, "close");
    view.connect_context_menu(|_, _, _, _| true);
    view.connect_web_process_terminated(move |_, _| died());
}

/// Tells the service manager, if there is one, that the program is up.
pub(crate) fn tell_service_manager_ready() {
    // Nobody listening is the usual case outside a service.
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
}

/// How often the service manager wants to hear of this program; `None`: it does not.
pub(crate) fn service_manager_watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// Tells the service manager that the program is alive.
pub(crate) fn feed_service_manager() {
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Watchdog]);
}

/// Dialogs, permissions and windows that a page can ask for.
fn refuse_dialogs(view: &WebView, listener: &std::sync::Arc<dyn Listener>) {
    let refuse = |rule: &'static str| {
        let listener = listener.clone();
        move || listener.blocked(rule)
    };
    let refused = refuse("window_close");
    view.connect_close(move |_| refused());
    let refused = refuse("print");
    view.connect_print(move |_, _| {
        refused();
        true
    });
    let refused = refuse("color_chooser");
    view.connect_run_color_chooser(move |_, request| {
        refused();
        request.cancel();
        true
    });
    let refused = refuse("file_chooser");
    view.connect_run_file_chooser(move |_, request| {
        refused();
        request.cancel();
        true
    });
    let refused = refuse("http_authentication");
    view.connect_authenticate(move |_, request| {
        refused();
        request.cancel();
        true
    });
    let refused = refuse("full_screen");
    view.connect_enter_fullscreen(move |_| {
        refused();
        true
    });
    let refused = refuse("web_notification");
    view.connect_show_notification(move |_, _| {
        refused();
        true
    });
    view.connect_context_menu(|_, _, _, _| true);
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

/// Counts the records of a webview's store, of every origin and kind. `None`: it is not ephemeral, or does not answer.
pub(crate) fn list_store(view: &PlatformWebview, done: impl FnOnce(Option<u32>) + 'static) {
    let manager = view.inner().context().and_then(|context| context.website_data_manager());
    let Some(manager) = manager.filter(WebsiteDataManagerExt::is_ephemeral) else { return done(None) };
    let alive = manager.clone();
    manager.fetch(WebsiteDataTypes::ALL, gio::Cancellable::NONE, move |records| {
        drop(alive);
        done(records.ok().map(|records| u32::try_from(records.len()).unwrap_or(u32::MAX)));
    });
}

/// Ends a webview's process, whatever state it is in. The webview itself goes with Tauri's `close`.
pub(crate) fn end_process(view: &PlatformWebview) {
    view.inner().terminate_web_process();
}

/// Lets go of a webview that is about to be closed, so that nothing of its visit outlives it.
pub(crate) fn let_go(view: &PlatformWebview) {
    end_process(view);
    // The shell's own library keeps the view in the handler for its messages, and the view keeps the handler: a circle
    // that holds view, context and store, and in the network process the visit's session, until the program ends.
    if let Some(manager) = view.inner().user_content_manager() {
        for_handlers(&manager, "script-message-received", glib::gobject_ffi::g_signal_handler_disconnect);
    }
}

/// Gives a webview the keyboard.
pub(crate) fn focus(view: &PlatformWebview) {
    view.inner().grab_focus();
}

/// Empties the clipboard and the primary selection.
pub(crate) fn wipe_clipboard() {
    for selection in [gdk::SELECTION_CLIPBOARD, gdk::SELECTION_PRIMARY] {
        let clipboard = gtk::Clipboard::get(&selection);
        // To own it and to own nothing in it: `clear` alone leaves alone what another program put there.
        clipboard.set_text("");
        clipboard.clear();
    }
}

/// Makes a window as large as its monitor: without a window manager nobody else does.
fn cover_monitor(window: &gtk::ApplicationWindow) {
    let screen = WidgetExt::screen(window);
    let monitor = WidgetExt::display(window).primary_monitor().or_else(|| WidgetExt::display(window).monitor(0));
    if let (Some(monitor), Some(_)) = (monitor, screen) {
        let area = monitor.geometry();
        window.move_(area.x(), area.y());
        window.resize(area.width(), area.height());
    }
}

/// How long another window may be on top, and how long a new resolution may settle.
const COVERED: Duration = Duration::from_millis(300);

/// Keeps a full-screen window on top and as large as the screen, whatever maps above it or is plugged in.
pub(crate) fn guard_window(window: &gtk::ApplicationWindow, covered: impl Fn() + 'static) {
    window.set_keep_above(true);
    cover_monitor(window);
    window.connect_focus_out_event(move |window, _| {
        covered();
        let window = window.clone();
        glib::timeout_add_local_once(COVERED, move || {
            window.present();
            if let Some(surface) = window.window() {
                surface.raise();
            }
        });
        glib::Propagation::Proceed
    });
    let Some(screen) = WidgetExt::screen(window) else { return };
    let resized = window.clone();
    screen.connect_size_changed(move |_| cover_monitor(&resized));
    let replugged = window.clone();
    screen.connect_monitors_changed(move |_| cover_monitor(&replugged));
}

/// The widest picture that is made, in pixels.
const WIDEST: i32 = 1280;

/// A picture of the window, as PNG.
pub(crate) fn picture(window: &tauri::Window) -> Option<Vec<u8>> {
    let surface = window.gtk_window().ok()?.window()?;
    let (width, height) = (surface.width().max(1), surface.height().max(1));
    let picture = surface.pixbuf(0, 0, width, height)?;
    let picture = if width > WIDEST {
        picture.scale_simple(WIDEST, (height * WIDEST / width).max(1), gtk::gdk_pixbuf::InterpType::Bilinear)?
    } else {
        picture
    };
    picture.save_to_bufferv("png", &[]).ok()
}

/// Blocks the handlers of a signal that are connected so far.
fn block_handlers(object: &impl IsA<glib::Object>, signal: &str) {
    for_handlers(object, signal, glib::gobject_ffi::g_signal_handler_block);
}

/// Does it to each handler of a signal that is connected so far; it must not be found again afterwards.
fn for_handlers(
    object: &impl IsA<glib::Object>,
    signal: &str,
    act: unsafe extern "C" fn(*mut glib::gobject_ffi::GObject, std::ffi::c_ulong),
) {
    let object = object.upcast_ref::<glib::Object>();
    let Some(id) = glib::subclass::SignalId::lookup(signal, object.type_()) else { return };
    // One by one: the calls that take all matches at once match nothing by a signal alone before GLib 2.78.
    let mask = glib::gobject_ffi::G_SIGNAL_MATCH_ID | glib::gobject_ffi::G_SIGNAL_MATCH_UNBLOCKED;
    // SAFETY: the object is alive for the calls, matching by id and state reads no other argument, and the handler that
    // is acted on was found in this very turn.
    unsafe {
        let object = glib::translate::ToGlibPtr::to_glib_none(object).0;
        loop {
            let handler = glib::gobject_ffi::g_signal_handler_find(
                object,
                mask,
                id.into_glib(),
                0,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            );
            if handler == 0 {
                return;
            }
            act(object, handler);
        }
    }
}

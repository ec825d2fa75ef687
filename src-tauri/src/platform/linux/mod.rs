//! Linux: GTK 3 and WebKitGTK. Everything here runs on the main thread.
#![allow(unsafe_code)]

mod bar;
mod beginning;
mod bell;
mod births;
mod cursor;
mod descriptors;
mod dialogs;
mod downloads;
mod dress;
mod engine;
mod fingers;
mod fonts;
mod handlers;
mod heard;
mod input;
mod keyboard;
mod line;
mod link;
mod messages;
mod painting;
mod permissions;
mod picker;
mod places;
mod policy;
mod printing;
pub(crate) mod probe;
mod processes;
mod replaced;
mod revive;
mod screen;
mod stray;
mod strokes;
mod tray;
mod window;

use std::{cell::Cell, path::Path, rc::Rc, sync::Arc, time::Duration};

use gtk::{gdk, gdk::prelude::WindowExtManual, gio, glib, glib::object::ObjectExt, prelude::WidgetExt};
use kiosk_core::{
    config::{Acceleration, Cursor},
    language::Language,
    visit::Death,
    wire::Trouble,
};
use tauri::webview::PlatformWebview;
use webkit2gtk::{
    LoadEvent, SettingsExt, WebContextExt, WebProcessTerminationReason, WebView, WebViewExt, WebsiteDataManagerExt,
    WebsiteDataTypes,
};

pub(crate) use bar::speaks as bar_speaks;
pub(crate) use bell::{ring, stop_ringing};
pub(crate) use dress::{dress, is_dark};
pub(crate) use keyboard::hide as hide_keyboard;
pub(crate) use line::ask;
pub(crate) use painting::graphics_device;
pub(crate) use places::{place_chat, place_front};
pub(crate) use processes::{end_network_processes, engine_processes, memory_of_all};
pub(crate) use replaced::{is_being_upgraded, is_replaced};
pub(crate) use revive::{
    QUIET, begun_after_replacement, forget_crashes, own_program, revive_after_crash, start_anew, stay_down,
};
pub(crate) use screen::keep_screen_on;
pub(crate) use tray::{has_tray_library, watch_tray_host};
pub(crate) use window::{cover_screen, guard_window, hide_window, paint_untold, present_window};

use super::{Chat, Door};
use beginning::Beginning;
use policy::BLANK;
use processes::page_processes;

/// Closes what the kiosk has opened over the chat: the picker, the question about a link. Nothing is chosen.
pub(crate) fn close_picker() {
    picker::close();
    link::close();
}

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

/// Before anything else of the engine: is there a display, who draws the pages, and what does the toolkit say into the log?
pub(crate) fn prepare_process(acceleration: Acceleration, state: &Path) -> Result<(), Unsupported> {
    // The toolkit's own messages would stand between the log's lines; they name no person, but nobody asked either.
    glib::log_set_default_handler(|domain, level, message| {
        tracing::debug!(event = "toolkit", domain = domain.unwrap_or(""), level = ?level, message);
    });
    // The graphics driver would keep what a page draws with, compiled, in the user's cache folder.
    engine::tell("MESA_SHADER_CACHE_DISABLE", "true");
    engine::stand_in();
    painting::decide(acceleration);
    let fonts = fonts::leave_out_missing(state);
    gtk::init().map_err(|_| Unsupported::NoDisplay)?;
    stray::notice();
    strokes::watch();
    if let Some(fonts) = fonts {
        fonts.renew();
    }
    // The window's own library takes the bus as well, with the toolkit's default: a bus that goes ends the program. All
    // share one connection, so it is told now and not when somebody needs it.
    with_session_bus(|_| {});
    Ok(())
}

/// Makes ready for a page's new process, and gives the processes of pages that there are before it.
pub(crate) fn before_birth() -> Vec<u32> {
    fonts::keep();
    page_processes()
}

/// The processes of pages that have come since yield to the others for as long as they live: the front's. Its page starts at
/// the same time as the first chat's, on machines that have two cores, and the chat is what somebody waits for.
pub(crate) fn yield_to_chats(before: &[u32]) {
    for pid in page_processes().iter().filter(|pid| !before.contains(pid)) {
        processes::yield_to_others(*pid);
    }
}

/// Remembers which processes of pages there were before a chat was made.
pub(crate) fn note_birth(view: &PlatformWebview, before: Vec<u32>) {
    births::note(&view.inner(), before);
}

/// Wires up a chat webview: policy, dialogs, keys, deaths.
pub(crate) fn watch_chat(view: &PlatformWebview, chat: Chat) {
    let view = view.inner();
    // The shell's own library connected handlers that decide otherwise: it destroys the view on `window.close()` and
    // judges a navigation without knowing the frame. They are blocked, and ours take their place.
    handlers::block(&view, "close");
    handlers::block(&view, "decide-policy");
    // It makes the thumb's buttons go back and forward, and would have its say before ours.
    handlers::block(&view, "button-press-event");
    handlers::block(&view, "button-release-event");
    let covered = chat.keys.clone();
    painting::settle(&view, move |view| covered.are_covered() || painting::is_behind_another(view));
    input::watch_door(&view, &view, chat.door);
    let keys = chat.keys.clone();
    bar::watch_key(&view, move || keys.are_covered());
    input::watch(&view, chat.listener.clone(), Some(chat.keys.clone()));
    // The window has the whole screen; a page that takes it within the window is told so, and could pretend.
    if let Some(settings) = WebViewExt::settings(&view) {
        settings.set_enable_fullscreen(false);
        // A page that comes back out of it has no bridge: our script runs in new documents alone.
        settings.set_enable_page_cache(false);
    }
    let (used, keyboard) = (chat.listener.clone(), chat.keyboard);
    keyboard::watch(&view, keyboard, chat.keys.clone(), move || used.touched());
    cursor::watch(&view, chat.cursor);
    let beginning = Beginning::default();
    let saves = chat.allow.downloads.is_some();
    let links = chat.links.then(|| chat.keys.clone());
    policy::watch(&view, chat.listener.clone(), beginning.clone(), chat.policy, saves, links);
    dialogs::refuse(&view, &chat.listener, beginning.clone());
    permissions::watch(&view, chat.listener.clone(), &chat.allow);
    picker::watch(&view, chat.listener.clone(), chat.keys.clone(), chat.allow.uploads.clone(), chat.language);
    speak(&view, chat.language);
    downloads::watch(&view, chat.visit, chat.listener.clone(), chat.allow.downloads.clone());
    printing::watch(&view, chat.listener.clone(), chat.allow.printing.clone());
    messages::gate(&view, chat.listener.clone());
    line::lay(&view, chat.visit, chat.listener.clone());

    let listener = chat.listener.clone();
    view.connect_web_process_terminated(move |_, reason| match reason {
        // We ended it ourselves.
        WebProcessTerminationReason::TerminatedByApi => {}
        WebProcessTerminationReason::ExceededMemoryLimit => listener.died(Death::Memory),
        _ => listener.died(Death::Crashed),
    });
    // After a redirect to `data:` the engine puts its empty answer in place of the page, and then fails.
    let (complete, replaced) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    let loading = (complete.clone(), replaced.clone(), beginning.clone());
    view.connect_load_changed(move |_, event| {
        let (complete, replaced, beginning) = &loading;
        match event {
            LoadEvent::Committed => replaced.set(complete.get()),
            // A load that has failed is finished too.
            LoadEvent::Finished => {
                complete.set(beginning.has_come());
                replaced.set(false);
            }
            _ => {}
        }
    });
    let (listener, visit) = (chat.listener.clone(), chat.visit);
    view.connect_load_failed(move |view, _, uri, error| {
        // "Interrupted by policy" is our own refusal. "Cancelled" is that as well, or a page that moves on while it loads.
        let cancelled = error.matches(webkit2gtk::NetworkError::Cancelled);
        let ours = cancelled || error.matches(webkit2gtk::PolicyError::FrameLoadInterruptedByPolicyChange);
        if replaced.get() && !ours {
            listener.blocked("page_lost");
            listener.died(Death::Closed);
            return true;
        }
        if !ours && is_main(view, uri) {
            listener.load_failed(Trouble::Network);
        }
        // But now and then the engine gives up the page by itself, and would leave it at that.
        if cancelled && uri != BLANK && beginning.given_up() {
            load_again(view, uri, visit);
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

/// Loads the view's page once more, unless the view is gone by then.
fn load_again(view: &WebView, uri: &str, visit: u64) {
    let (view, uri) = (view.downgrade(), uri.to_owned());
    glib::idle_add_local_once(move || {
        if let Some(view) = view.upgrade().filter(|view| view.parent().is_some()) {
            tracing::info!(event = "page.loaded_again", visit);
            view.load_uri(&uri);
        }
    });
}

/// A failed load of the view's own page, not of a frame in it.
fn is_main(view: &WebView, uri: &str) -> bool {
    view.uri().is_none_or(|page| page == uri || page == BLANK || page.is_empty())
}

/// Wires up the front: it tells that somebody is there, and when its process is gone.
pub(crate) fn watch_front(
    view: &PlatformWebview,
    cursor: Cursor,
    door: Arc<Door>,
    touched: impl Fn() + 'static,
    died: impl Fn() + 'static,
) {
    let view = view.inner();
    // Until its page is there it has the brand's colour, as the window has.
    painting::settle(&view, |_| true);
    cursor::watch(&view, cursor);
    fingers::refuse_gestures(&view, |_| {});
    input::watch_door(&view, &view, door);
    input::watch_touch(&view, touched);
    handlers::block(&view, "close");
    view.connect_context_menu(|_, _, _, _| true);
    view.connect_web_process_terminated(move |view, _| {
        // The process that it gets now is not the last chat's.
        births::note(view, before_birth());
        died();
    });
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

/// Starts a webview's process before there is a page for it, so that it comes up while the store is still being listed: the
/// engine starts it for any script. Whoever lists the store does so first, or would wait for the process.
pub(crate) fn start_process(view: &PlatformWebview) {
    view.inner().evaluate_javascript("0", None, None, gio::Cancellable::NONE, |_| {});
}

/// Asks the network process behind a webview for something small. One that hangs never calls back.
pub(crate) fn ask_network_process(view: &PlatformWebview, alive: impl FnOnce() + 'static) {
    if let Some(manager) = view.inner().context().and_then(|context| context.website_data_manager()) {
        let held = manager.clone();
        manager.fetch(WebsiteDataTypes::COOKIES, gio::Cancellable::NONE, move |_| {
            drop(held);
            alive();
        });
    }
}

/// Ends a webview's process, whatever state it is in. The webview itself goes with Tauri's `close`.
pub(crate) fn end_process(view: &PlatformWebview) {
    view.inner().terminate_web_process();
}

/// Lets go of a webview that is about to be closed, so that nothing of its visit outlives it.
pub(crate) fn let_go(view: &PlatformWebview) {
    end_process(view);
    births::end_all_of(&view.inner());
    line::cut(&view.inner());
    stray::take_from(&view.inner());
    // The shell's own library keeps the view in the handler for its messages, and the view keeps the handler: a circle
    // that holds view, context and store, and in the network process the visit's session, until the program ends.
    if let Some(manager) = view.inner().user_content_manager() {
        handlers::disconnect(&manager, messages::RECEIVED);
    }
}

/// Gives a webview the keyboard.
pub(crate) fn focus(view: &PlatformWebview) {
    view.inner().grab_focus();
}

/// Tells a page which language is wanted: in `navigator.language`, and in what its requests say. Before the page is loaded.
fn speak(view: &WebView, language: Language) {
    if let Some(context) = view.context() {
        context.set_preferred_languages(&[language.code()]);
    }
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

/// Whether a session bus is there. Asking a library for one where there is none could start one.
pub(crate) fn has_session_bus() -> bool {
    let in_runtime_folder =
        || std::env::var_os("XDG_RUNTIME_DIR").is_some_and(|folder| Path::new(&folder).join("bus").exists());
    std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() || in_runtime_folder()
}

/// Hands over the session bus, now or soon; `None` without one. A bus that hangs never answers, and holds up nobody. No
/// bus is started for it.
fn with_session_bus(work: impl FnOnce(Option<gio::DBusConnection>) + 'static) {
    if !has_session_bus() {
        return work(None);
    }
    gio::bus_get(gio::BusType::Session, gio::Cancellable::NONE, |bus| {
        if let Ok(bus) = &bus {
            // Else the toolkit ends the program when the bus goes.
            bus.set_exit_on_close(false);
        }
        work(bus.ok());
    });
}

/// The widest picture that is made, in pixels.
const WIDEST: i32 = 1280;

/// A picture of the window in its own size, as PNG.
pub(crate) fn whole_picture(window: &tauri::Window) -> Option<Vec<u8>> {
    let surface = window.gtk_window().ok()?.window()?;
    surface.pixbuf(0, 0, surface.width().max(1), surface.height().max(1))?.save_to_bufferv("png", &[]).ok()
}

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

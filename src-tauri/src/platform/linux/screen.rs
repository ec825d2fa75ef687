//! Keeps the screen on: at the X server, which blanks it by itself, and at the desktop's screen saver, where there is one.

use std::cell::RefCell;

use gtk::{gio, glib::ToVariant};
use x11rb::{
    connection::{Connection, RequestConnection},
    protocol::screensaver::{self, ConnectionExt},
    rust_connection::RustConnection,
};

const SAVER: &str = "org.freedesktop.ScreenSaver";
const PATH: &str = "/org/freedesktop/ScreenSaver";
/// In milliseconds.
const PATIENCE: i32 = 3000;

thread_local! {
    /// Only the main thread has it. Both let go by themselves when the program ends.
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept { on: false, server: None, desktop: None }) };
}

struct Kept {
    on: bool,
    /// The server suspends its saver for as long as this connection asks for it.
    server: Option<RustConnection>,
    /// The desktop's, with what it gave us to take it back.
    desktop: Option<(gio::DBusConnection, u32)>,
}

/// Keeps it on, or leaves it to the system again. On the main thread.
pub(crate) fn keep_screen_on(keep: bool) {
    let (server, desktop) = KEPT.with(|kept| {
        let mut kept = kept.borrow_mut();
        kept.on = keep;
        if keep && kept.server.is_none() {
            kept.server = suspend();
        }
        if keep { (None, None) } else { (kept.server.take(), kept.desktop.take()) }
    });
    // The connection ends, and what it asked for with it.
    drop(server);
    if let Some((bus, cookie)) = desktop {
        release(&bus, cookie);
    }
    if keep {
        inhibit();
    }
    tracing::debug!(event = "screen.kept_on", keep);
}

/// Asks the X server; `None` under Wayland, and where it cannot.
fn suspend() -> Option<RustConnection> {
    let (connection, _) = x11rb::connect(None).ok()?;
    connection.extension_information(screensaver::X11_EXTENSION_NAME).ok()??;
    connection.screensaver_query_version(1, 1).ok()?.reply().ok()?;
    connection.screensaver_suspend(1).ok()?.check().ok()?;
    connection.flush().ok()?;
    Some(connection)
}

/// Asks the desktop's screen saver. Without one the server's is all there is.
fn inhibit() {
    let Ok(bus) = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE) else { return };
    let asked = bus.clone();
    bus.call(
        Some(SAVER),
        PATH,
        SAVER,
        "Inhibit",
        Some(&("support-kiosk", "somebody is in a chat").to_variant()),
        None,
        gio::DBusCallFlags::NO_AUTO_START,
        PATIENCE,
        gio::Cancellable::NONE,
        move |said| {
            let cookie = said.ok().and_then(|said| said.try_child_value(0)).and_then(|cookie| cookie.get::<u32>());
            let Some(cookie) = cookie else { return };
            // The visit may be over by now, or this may be a second answer.
            let spare = KEPT.with(|kept| {
                let mut kept = kept.borrow_mut();
                if kept.on { kept.desktop.replace((asked.clone(), cookie)) } else { Some((asked.clone(), cookie)) }
            });
            if let Some((bus, cookie)) = spare {
                release(&bus, cookie);
            }
        },
    );
}

fn release(bus: &gio::DBusConnection, cookie: u32) {
    bus.call(
        Some(SAVER),
        PATH,
        SAVER,
        "UnInhibit",
        Some(&(cookie,).to_variant()),
        None,
        gio::DBusCallFlags::NO_AUTO_START,
        PATIENCE,
        gio::Cancellable::NONE,
        // A saver that is gone holds nothing.
        |_| {},
    );
}

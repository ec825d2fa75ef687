//! The notification for messages that nobody has seen: one, in the place of the last, with a click that opens the chat.

use std::{cell::RefCell, collections::HashMap};

use gtk::{gio, glib, glib::ToVariant};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// In milliseconds.
const PATIENCE: i32 = 3000;

thread_local! {
    /// Only the main thread has it.
    static BELL: RefCell<Option<Bell>> = const { RefCell::new(None) };
}

struct Bell {
    bus: gio::DBusConnection,
    /// The notification that is up.
    up: Option<u32>,
    clicked: Box<dyn Fn()>,
}

/// Raises it. On the main thread.
pub(crate) fn ring(app_name: &str, summary: &str, body: &str, clicked: impl Fn() + 'static) {
    let texts = [app_name, summary, body].map(ToOwned::to_owned);
    if let Some(bus) = BELL.with(|bell| bell.borrow().as_ref().map(|bell| bell.bus.clone())) {
        return ring_at(&bus, &texts, clicked);
    }
    super::with_session_bus(move |bus| match bus {
        Some(bus) => {
            listen(&bus);
            ring_at(&bus, &texts, clicked);
        }
        None => tracing::warn!(event = "notification.failed", reason = "there is no session bus"),
    });
}

fn ring_at(bus: &gio::DBusConnection, [app_name, summary, body]: &[String; 3], clicked: impl Fn() + 'static) {
    let up = BELL.with(|bell| bell.borrow().as_ref().and_then(|bell| bell.up));
    let hints: HashMap<&str, glib::Variant> = HashMap::from([
        ("category", "im.received".to_variant()),
        ("desktop-entry", "io.supportkiosk.app".to_variant()),
    ]);
    let actions = ["default", ""];
    let call = (app_name, up.unwrap_or(0), "io.supportkiosk.app", summary, body, &actions[..], hints, -1_i32);
    BELL.with(|bell| *bell.borrow_mut() = Some(Bell { bus: bus.clone(), up, clicked: Box::new(clicked) }));
    bus.call(
        Some(SERVICE),
        PATH,
        SERVICE,
        "Notify",
        Some(&call.to_variant()),
        None,
        gio::DBusCallFlags::NONE,
        PATIENCE,
        gio::Cancellable::NONE,
        |said| match said.ok().and_then(|said| said.try_child_value(0)).and_then(|id| id.get::<u32>()) {
            Some(id) => {
                BELL.with(|bell| bell.borrow_mut().as_mut().map(|bell| bell.up = Some(id)));
                tracing::info!(event = "notification.sent", id);
            }
            None => tracing::warn!(event = "notification.failed", reason = "no notification service answers"),
        },
    );
}

/// Takes it away. On the main thread.
pub(crate) fn stop_ringing() {
    let there = BELL.with(|bell| bell.borrow_mut().as_mut().and_then(|bell| Some((bell.bus.clone(), bell.up.take()?))));
    if let Some((bus, id)) = there {
        bus.call(
            Some(SERVICE),
            PATH,
            SERVICE,
            "CloseNotification",
            Some(&(id,).to_variant()),
            None,
            gio::DBusCallFlags::NO_AUTO_START,
            PATIENCE,
            gio::Cancellable::NONE,
            // A service that does not answer shows it a little longer.
            |_| {},
        );
    }
}

/// An ear for what becomes of the notification.
fn listen(bus: &gio::DBusConnection) {
    for member in ["ActionInvoked", "NotificationClosed"] {
        bus.signal_subscribe(
            Some(SERVICE),
            Some(SERVICE),
            Some(member),
            Some(PATH),
            None,
            gio::DBusSignalFlags::NONE,
            |_, _, _, _, member, said| {
                if let Some(id) = said.try_child_value(0).and_then(|id| id.get::<u32>()) {
                    hear(member, id);
                }
            },
        );
    }
}

fn hear(member: &str, id: u32) {
    // Taken out first: what follows can lead back here.
    let clicked = BELL.with(|bell| {
        let mut bell = bell.borrow_mut();
        let bell = bell.as_mut().filter(|bell| bell.up == Some(id))?;
        bell.up = None;
        (member == "ActionInvoked").then(|| std::mem::replace(&mut bell.clicked, Box::new(|| {})))
    });
    if let Some(clicked) = clicked {
        tracing::info!(event = "notification.clicked", id);
        clicked();
    }
}

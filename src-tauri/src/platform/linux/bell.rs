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
    let there = BELL.with(|bell| bell.borrow().as_ref().map(|bell| (bell.bus.clone(), bell.up)));
    let Some((bus, up)) = there.or_else(|| Some((connect()?, None))) else {
        tracing::warn!(event = "notification.failed", reason = "there is no session bus");
        return;
    };
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

/// The bus, with an ear for what becomes of the notification.
fn connect() -> Option<gio::DBusConnection> {
    let bus = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE).ok()?;
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
    Some(bus)
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

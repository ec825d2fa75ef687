//! The desktop's notifications. One for messages that nobody has seen, in the place of the last, with a click that opens
//! the chat; and one for a chat that has ended, which asks nothing.

use std::{cell::RefCell, collections::HashMap};

use gtk::{gio, glib, glib::ToVariant};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How the desktop calls the program: its desktop entry and its icon.
const PROGRAM: &str = "io.supportkiosk.app";
/// A service that takes longer is as good as none: the person has the notice. In milliseconds.
const PATIENCE: i32 = 3000;
/// How long the word of an end stays, in milliseconds.
const END_STAYS: i32 = 10_000;

thread_local! {
    /// Only the main thread has them.
    static BELL: RefCell<Option<Bell>> = const { RefCell::new(None) };
    static END: RefCell<End> = const { RefCell::new(End { number: 0, up: None }) };
}

/// The notification that a chat has ended.
struct End {
    /// Goes up with each, and when it is taken away: an answer of the service that comes later is about an old one.
    number: u32,
    /// The one that is up, and where.
    up: Option<(gio::DBusConnection, u32)>,
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
    let hints: HashMap<&str, glib::Variant> =
        HashMap::from([("category", "im.received".to_variant()), ("desktop-entry", PROGRAM.to_variant())]);
    let actions = ["default", ""];
    let call = (app_name, up.unwrap_or(0), PROGRAM, summary, body, &actions[..], hints, -1_i32);
    BELL.with(|bell| *bell.borrow_mut() = Some(Bell { bus: bus.clone(), up, clicked: Box::new(clicked) }));
    notify(bus, &call.to_variant(), |id| {
        BELL.with(|bell| bell.borrow_mut().as_mut().map(|bell| bell.up = Some(id)));
    });
}

/// Tells for some seconds that a chat has ended. On the main thread.
pub(crate) fn tell_end(app_name: &str, summary: &str, body: &str) {
    let texts = [app_name, summary, body].map(ToOwned::to_owned);
    let number = END.with(|end| end.borrow_mut().next());
    super::with_session_bus(move |bus| {
        let Some(bus) = bus else {
            tracing::warn!(event = "notification.failed", reason = "there is no session bus");
            return;
        };
        let [app_name, summary, body] = &texts;
        let hints: HashMap<&str, glib::Variant> =
            HashMap::from([("transient", true.to_variant()), ("desktop-entry", PROGRAM.to_variant())]);
        let call = (app_name, 0_u32, PROGRAM, summary, body, &[""; 0][..], hints, END_STAYS);
        let at = bus.clone();
        notify(&bus, &call.to_variant(), move |id| {
            let is_over = END.with(|end| {
                let mut end = end.borrow_mut();
                let is_over = end.number != number;
                if !is_over {
                    end.up = Some((at.clone(), id));
                }
                is_over
            });
            if is_over {
                close(&at, id);
            }
        });
    });
}

/// Takes it away: it is about a visit that is over. On the main thread.
pub(crate) fn stop_telling_end() {
    let up = END.with(|end| {
        let mut end = end.borrow_mut();
        end.next();
        end.up.take()
    });
    if let Some((bus, id)) = up {
        close(&bus, id);
    }
}

impl End {
    fn next(&mut self) -> u32 {
        self.number = self.number.wrapping_add(1);
        self.number
    }
}

/// Raises a notification and says in the log what became of it; its number goes to `raised`.
fn notify(bus: &gio::DBusConnection, call: &glib::Variant, raised: impl FnOnce(u32) + 'static) {
    bus.call(
        Some(SERVICE),
        PATH,
        SERVICE,
        "Notify",
        Some(call),
        None,
        gio::DBusCallFlags::NONE,
        PATIENCE,
        gio::Cancellable::NONE,
        |said| match said.ok().and_then(|said| said.try_child_value(0)).and_then(|id| id.get::<u32>()) {
            Some(id) => {
                raised(id);
                tracing::info!(event = "notification.sent", id);
            }
            // The error's own text can hold the bus address; what to do is the same for all.
            None => tracing::warn!(event = "notification.failed", reason = "no notification service answers"),
        },
    );
}

fn close(bus: &gio::DBusConnection, id: u32) {
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

/// Takes it away. On the main thread.
pub(crate) fn stop_ringing() {
    let there = BELL.with(|bell| bell.borrow_mut().as_mut().and_then(|bell| Some((bell.bus.clone(), bell.up.take()?))));
    if let Some((bus, id)) = there {
        close(&bus, id);
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

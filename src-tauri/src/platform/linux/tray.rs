//! Whether the desktop has a place for tray icons (StatusNotifierWatcher, as KDE, GNOME's extension and most bars have
//! it), and whether this machine can put one there.

use std::{cell::RefCell, rc::Rc};

use gtk::{gio, glib, glib::ToVariant};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
/// In milliseconds.
const PATIENCE: i32 = 3000;

/// Calls back with what is so now, and whenever it changes; on the main thread.
pub(crate) fn watch_tray_host(changed: impl Fn(bool) + 'static) {
    let told = Rc::new(RefCell::new(None));
    let changed: Rc<dyn Fn(bool)> = Rc::new(move |is_there| {
        if told.replace(Some(is_there)) != Some(is_there) {
            changed(is_there);
        }
    });
    let Ok(bus) = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE) else {
        return changed(false);
    };
    // Host and watcher come and go by themselves: each change leads to the same question.
    for (sender, interface, member, first) in [
        (Some(WATCHER), WATCHER, None, None),
        (Some("org.freedesktop.DBus"), "org.freedesktop.DBus", Some("NameOwnerChanged"), Some(WATCHER)),
    ] {
        let changed = changed.clone();
        bus.signal_subscribe(
            sender,
            Some(interface),
            member,
            None,
            first,
            gio::DBusSignalFlags::NONE,
            move |bus, _, _, _, _, _| ask(bus, changed.clone()),
        );
    }
    ask(&bus, changed);
    // The subscriptions live as long as the connection, which is the process's own.
    std::mem::forget(bus);
}

fn ask(bus: &gio::DBusConnection, answer: Rc<dyn Fn(bool)>) {
    bus.call(
        Some(WATCHER),
        PATH,
        "org.freedesktop.DBus.Properties",
        "Get",
        Some(&(WATCHER, "IsStatusNotifierHostRegistered").to_variant()),
        None,
        gio::DBusCallFlags::NO_AUTO_START,
        PATIENCE,
        gio::Cancellable::NONE,
        move |said| {
            let is_there = said.ok().and_then(|said| said.try_child_value(0)).and_then(|value| value.as_variant());
            answer(is_there.and_then(|value: glib::Variant| value.get::<bool>()).unwrap_or(false));
        },
    );
}

/// Whether the library that speaks to trays is installed: the crate above it ends the program when it is not.
pub(crate) fn has_tray_library() -> bool {
    [c"libayatana-appindicator3.so.1", c"libappindicator3.so.1"].into_iter().any(|name| {
        // SAFETY: the name is a C string; the library is the one that is about to be used, and stays loaded.
        let library = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY) };
        !library.is_null()
    })
}

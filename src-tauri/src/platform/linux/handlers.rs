//! Handlers of signals that libraries have connected before us, or will not do without us.

use gtk::{
    glib,
    glib::{object::ObjectExt, translate::IntoGlib},
    prelude::{Cast, IsA},
};

/// Blocks the handlers of a signal that are connected so far, and gives them.
pub(super) fn block(object: &impl IsA<glib::Object>, signal: &str) -> Vec<Handler> {
    let unblocked = glib::gobject_ffi::G_SIGNAL_MATCH_UNBLOCKED;
    for_each(object, signal, unblocked, glib::gobject_ffi::g_signal_handler_block)
}

/// Takes the handlers of a signal that are connected so far away for good.
pub(super) fn disconnect(object: &impl IsA<glib::Object>, signal: &str) {
    for_each(object, signal, 0, glib::gobject_ffi::g_signal_handler_disconnect);
}

/// A handler's number at its object.
pub(super) type Handler = std::ffi::c_ulong;

/// Blocks or unblocks handlers of an object that are still connected.
pub(super) fn set_blocked(object: &impl IsA<glib::Object>, handlers: &[Handler], blocked: bool) {
    let object = object.upcast_ref::<glib::Object>();
    for &handler in handlers {
        // SAFETY: the object is alive for the calls, and a handler is acted on only while it is connected.
        unsafe {
            let object = glib::translate::ToGlibPtr::to_glib_none(object).0;
            if glib::gobject_ffi::g_signal_handler_is_connected(object, handler) == glib::ffi::GFALSE {
                continue;
            }
            if blocked {
                glib::gobject_ffi::g_signal_handler_block(object, handler);
            } else {
                glib::gobject_ffi::g_signal_handler_unblock(object, handler);
            }
        }
    }
}

/// Does it to each handler of a signal that is connected so far and in the state; it must not be found again afterwards.
fn for_each(
    object: &impl IsA<glib::Object>,
    signal: &str,
    state: glib::gobject_ffi::GSignalMatchType,
    act: unsafe extern "C" fn(*mut glib::gobject_ffi::GObject, Handler),
) -> Vec<Handler> {
    let mut found = Vec::new();
    let object = object.upcast_ref::<glib::Object>();
    let Some(id) = glib::subclass::SignalId::lookup(signal, object.type_()) else { return found };
    // One by one: the calls that take all matches at once match nothing by a signal alone before GLib 2.78.
    let mask = glib::gobject_ffi::G_SIGNAL_MATCH_ID | state;
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
                return found;
            }
            act(object, handler);
            found.push(handler);
        }
    }
}

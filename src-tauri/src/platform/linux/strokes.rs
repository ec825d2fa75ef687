//! A device that presses keys or buttons faster than hands can: most of it ends before the toolkit has looked at it.
//!
//! Events come before everything else in the main loop. A device that types two thousand keys a second (stuck, or plugged in
//! to type) leaves no turn for the engine's messages: no key arrives in the page, its watchdog takes the engine for hung, and
//! no reset gets through (measured: nothing for half a minute, until the typing ended). What is left of it takes turns
//! with the messages.

use std::{
    cell::RefCell,
    ffi::{CStr, c_char},
    sync::LazyLock,
    time::Instant,
};

use gtk::gdk;
use kiosk_core::flood::Strokes;

use crate::refusals;

thread_local! {
    static STROKES: RefCell<Strokes> = RefCell::default();
}

/// Of the engine's messages (`RunLoopSourcePriority` of its sources), and of our own line.
const OF_MESSAGES: i32 = gtk::glib::ffi::G_PRIORITY_HIGH_IDLE;

/// The toolkit opened the display a moment ago: the source of its events is among the first there are.
const FIRST_SOURCES: u32 = 1000;

/// Looks at each event from now on. Once, after the toolkit is there.
pub(super) fn watch() {
    take_turns();
    // SAFETY: the handler has the signature that the call asks for, and no data that could go away.
    unsafe { gdk::ffi::gdk_event_handler_set(Some(on_event), std::ptr::null_mut(), None) };
}

/// Events and the engine's messages take turns. A click brings more along than its press (crossings of a window manager's
/// grab, say), which nobody can refuse: thousands of them a second kept answers from arriving.
fn take_turns() {
    for id in 1..=FIRST_SOURCES {
        // SAFETY: without a context the call asks the main one; what it gives lives on, as nobody else runs on this thread.
        unsafe {
            let source = gtk::glib::ffi::g_main_context_find_source_by_id(std::ptr::null_mut(), id);
            if !source.is_null() && is_of_events(gtk::glib::ffi::g_source_get_name(source)) {
                gtk::glib::ffi::g_source_set_priority(source, OF_MESSAGES);
            }
        }
    }
}

/// Whether it is the toolkit's name for where a display's events come from: "GDK X11 Event source (:0)".
unsafe fn is_of_events(name: *const c_char) -> bool {
    if name.is_null() {
        return false;
    }
    // SAFETY: of the caller; the library's names end with a nought.
    let name = unsafe { CStr::from_ptr(name) }.to_str();
    name.is_ok_and(|name| name.starts_with("GDK ") && name.contains(" Event source"))
}

/// Every event of every window, before the toolkit gives it to a widget.
unsafe extern "C" fn on_event(event: *mut gdk::ffi::GdkEvent, _: gtk::glib::ffi::gpointer) {
    // SAFETY: the toolkit's event lives for the call.
    if !event.is_null() && unsafe { admits(event) } {
        // SAFETY: this is what the toolkit does with an event when nobody else asks for it.
        unsafe { gtk::ffi::gtk_main_do_event(event) };
    }
}

unsafe fn admits(event: *const gdk::ffi::GdkEvent) -> bool {
    // SAFETY: of the caller's event, whose kind tells which form it has.
    let (kind, code) = unsafe {
        let kind = gdk::ffi::gdk_event_get_event_type(event);
        let code = match kind {
            gdk::ffi::GDK_KEY_PRESS | gdk::ffi::GDK_KEY_RELEASE => {
                Some(u32::from((*event.cast::<gdk::ffi::GdkEventKey>()).hardware_keycode))
            }
            gdk::ffi::GDK_BUTTON_PRESS
            | gdk::ffi::GDK_DOUBLE_BUTTON_PRESS
            | gdk::ffi::GDK_TRIPLE_BUTTON_PRESS
            | gdk::ffi::GDK_BUTTON_RELEASE => Some((*event.cast::<gdk::ffi::GdkEventButton>()).button),
            _ => None,
        };
        (kind, code)
    };
    // A code fits into a byte on every display there is; one that does not is never lost.
    let code = code.and_then(|code| u8::try_from(code).ok());
    let admits = STROKES.with_borrow_mut(|strokes| match (kind, code) {
        (gdk::ffi::GDK_KEY_PRESS, Some(code)) => strokes.admit_key(since_start(), code),
        (gdk::ffi::GDK_KEY_RELEASE, Some(code)) => strokes.admit_release(code),
        (gdk::ffi::GDK_BUTTON_PRESS, Some(button)) => strokes.admit_button(since_start(), button),
        // The toolkit tells a press once more when it is the second or third of a row.
        (gdk::ffi::GDK_DOUBLE_BUTTON_PRESS | gdk::ffi::GDK_TRIPLE_BUTTON_PRESS, Some(button)) => {
            strokes.admit_row(button)
        }
        (gdk::ffi::GDK_BUTTON_RELEASE, Some(button)) => strokes.admit_button_release(button),
        (gdk::ffi::GDK_KEY_PRESS | gdk::ffi::GDK_BUTTON_PRESS | gdk::ffi::GDK_SCROLL, _) => {
            strokes.admit(since_start())
        }
        _ => true,
    });
    // What follows a press was counted with it.
    let is_counted = matches!(kind, gdk::ffi::GDK_KEY_PRESS | gdk::ffi::GDK_BUTTON_PRESS | gdk::ffi::GDK_SCROLL);
    if !admits && is_counted {
        refusals::refuse(refusals::INPUT_FLOOD);
    }
    admits
}

fn since_start() -> std::time::Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

//! The pointer: seen while a mouse is used, and not on a touch screen.

use std::{cell::Cell, rc::Rc, time::Duration};

use gtk::{
    gdk, glib,
    glib::object::ObjectExt,
    prelude::{Cast, DeviceExt, WidgetExt},
};
use kiosk_core::config::Cursor;
use webkit2gtk::WebView;

/// A mouse that has not moved for so long is nobody's.
const REST: Duration = Duration::from_secs(5);

/// Watches over the pointer above a view. The engine gives it a shape whenever the page wants another one, so it is
/// hidden again each time.
pub(super) fn watch(view: &WebView, cursor: Cursor) {
    if cursor == Cursor::Shown {
        return;
    }
    let hidden = Rc::new(Cell::new(true));
    let state = hidden.clone();
    let settle = move |view: &WebView| {
        let Some(window) = view.window() else { return };
        let state = state.clone();
        window.connect_notify_local(Some("cursor"), move |window, _| {
            if state.get()
                && let Some(window) = window.downcast_ref::<gdk::Window>()
            {
                hide(window);
            }
        });
        hide(&window);
    };
    if view.is_realized() {
        settle(view);
    }
    view.connect_realize(settle);
    if cursor == Cursor::Auto {
        show_for_a_mouse(view, hidden);
    }
}

fn show_for_a_mouse(view: &WebView, hidden: Rc<Cell<bool>>) {
    let rest = Rc::new(Cell::new(0_u32));
    view.connect_event(move |view, event| {
        let is_touch = event.device().is_some_and(|device| device.source() == gdk::InputSource::Touchscreen);
        let is_mouse = event.event_type() == gdk::EventType::MotionNotify && !is_touch;
        if is_mouse {
            if hidden.replace(false)
                && let Some(window) = view.window()
            {
                // The engine says the shape with the page's next one.
                window.set_cursor(None);
            }
            let mine = rest.get().wrapping_add(1);
            rest.set(mine);
            let (rest, hidden, view) = (rest.clone(), hidden.clone(), view.downgrade());
            glib::timeout_add_local_once(REST, move || {
                if rest.get() == mine {
                    put_away(&hidden, view.upgrade().as_ref());
                }
            });
        } else if is_touch || event.event_type() == gdk::EventType::TouchBegin {
            put_away(&hidden, Some(view));
        }
        glib::Propagation::Proceed
    });
}

fn put_away(hidden: &Cell<bool>, view: Option<&WebView>) {
    hidden.set(true);
    if let Some(window) = view.and_then(WidgetExt::window) {
        hide(&window);
    }
}

fn hide(window: &gdk::Window) {
    let is_hidden = window.cursor().is_some_and(|cursor| cursor.cursor_type() == gdk::CursorType::BlankCursor);
    if !is_hidden {
        let blank = gdk::Cursor::for_display(&window.display(), gdk::CursorType::BlankCursor);
        window.set_cursor(blank.as_ref());
    }
}

//! The pointer: seen while a mouse is used, and not on a touch screen.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use gtk::{
    gdk, glib,
    glib::object::ObjectExt,
    prelude::{DeviceExt, WidgetExt},
};
use kiosk_core::config::Cursor;
use webkit2gtk::WebView;

/// A mouse that has not moved for so long is nobody's.
const REST: Duration = Duration::from_secs(5);

/// Whether the pointer above a view is hidden, and the shape that the page wants for when it is not.
struct Pointer {
    hidden: Cell<bool>,
    shape: RefCell<Option<gdk::Cursor>>,
    /// The pointer that is not seen. It is known again by itself: under Wayland no cursor says of what kind it is.
    blank: Option<gdk::Cursor>,
    /// Counts the moves, so that a rest is told from a pause.
    moves: Cell<u32>,
}

/// Watches over the pointer above a view. The engine gives it a shape whenever the page wants another one, so it is
/// hidden again each time.
pub(super) fn watch(view: &WebView, cursor: Cursor) {
    if cursor == Cursor::Shown {
        return;
    }
    let pointer = Rc::new(Pointer {
        hidden: Cell::new(true),
        shape: RefCell::default(),
        blank: gdk::Cursor::for_display(&WidgetExt::display(view), gdk::CursorType::BlankCursor),
        moves: Cell::new(0),
    });
    if view.is_realized() {
        pointer.guard(view);
    }
    let own = pointer.clone();
    view.connect_realize(move |view| own.guard(view));
    if cursor == Cursor::Auto {
        show_for_a_mouse(view, &pointer);
    }
}

fn show_for_a_mouse(view: &WebView, pointer: &Rc<Pointer>) {
    let pointer = pointer.clone();
    view.connect_event(move |view, event| {
        // The master device of a touch is a pointer too.
        let source = event.source_device().map(|device| device.source());
        let is_touch =
            source == Some(gdk::InputSource::Touchscreen) || event.event_type() == gdk::EventType::TouchBegin;
        if is_touch {
            pointer.hide(view);
        } else if event.event_type() == gdk::EventType::MotionNotify {
            pointer.show(view);
            let moves = pointer.moves.get().wrapping_add(1);
            pointer.moves.set(moves);
            let (pointer, view) = (pointer.clone(), view.downgrade());
            glib::timeout_add_local_once(REST, move || {
                if let (true, Some(view)) = (pointer.moves.get() == moves, view.upgrade()) {
                    pointer.hide(&view);
                }
            });
        }
        glib::Propagation::Proceed
    });
}

impl Pointer {
    fn guard(self: &Rc<Self>, view: &WebView) {
        let Some(window) = view.window() else { return };
        let own = self.clone();
        window.connect_cursor_notify(move |window| own.keep(window));
        self.keep(&window);
    }

    /// Keeps the shape in mind, and the pointer hidden if it is.
    fn keep(&self, window: &gdk::Window) {
        let shape = window.cursor();
        if self.blank.is_none() || shape == self.blank {
            return;
        }
        self.shape.replace(shape);
        if self.hidden.get() {
            window.set_cursor(self.blank.as_ref());
        }
    }

    fn hide(&self, view: &WebView) {
        self.hidden.set(true);
        if let Some(window) = view.window() {
            self.keep(&window);
        }
    }

    fn show(&self, view: &WebView) {
        if !self.hidden.replace(false) {
            return;
        }
        let Some(window) = view.window() else { return };
        let shape = self.shape.borrow().clone();
        let shape = shape.or_else(|| gdk::Cursor::from_name(&window.display(), "default"));
        window.set_cursor(shape.as_ref());
    }
}

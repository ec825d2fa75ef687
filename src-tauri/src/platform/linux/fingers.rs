//! Several fingers at once: each of our own buttons feels any of them, and the engine one at a time.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gtk::{
    gdk, glib,
    glib::{object::ObjectExt, translate::ToGlibPtrMut},
    prelude::{ButtonExt, IsA, WidgetExt, WidgetExtManual},
};
use webkit2gtk::WebView;

/// Two fingers that zoom or swipe, on a touch screen and on a touch pad: the next person would find it enlarged. The engine sees one
/// finger at a time, and that is the newest: a hand that rests on the screen, or a drop of water, makes nothing deaf.
pub(super) fn refuse_gestures(view: &WebView, refused: impl Fn(&'static str) + 'static) {
    // The engine's finger, as it was told of it last. Its own addresses tell fingers apart.
    let seen = Rc::new(RefCell::new(None::<gdk::Event>));
    // Where the view is hidden under a finger, somebody else is told that it was lifted.
    let unseen = seen.clone();
    view.connect_unmap(move |view| lift(view, unseen.take()));
    view.connect_event(move |view, event| {
        let is_its = |seen: &RefCell<Option<gdk::Event>>| {
            seen.borrow().as_ref().is_some_and(|seen| finger(seen) == finger(event))
        };
        match event.event_type() {
            gdk::EventType::TouchpadPinch | gdk::EventType::TouchpadSwipe => {
                refused("zoom");
                return glib::Propagation::Stop;
            }
            gdk::EventType::TouchBegin => {
                let before = seen.replace(Some(event.clone()));
                // A finger that is alone has none before it: there the end was lost.
                if before.is_some() && !is_alone(event) {
                    refused("zoom");
                }
                lift(view, before);
            }
            gdk::EventType::TouchUpdate if is_its(&seen) => drop(seen.replace(Some(event.clone()))),
            gdk::EventType::TouchEnd | gdk::EventType::TouchCancel if is_its(&seen) => drop(seen.take()),
            gdk::EventType::TouchUpdate | gdk::EventType::TouchEnd | gdk::EventType::TouchCancel => {
                return glib::Propagation::Stop;
            }
            _ => {}
        }
        glib::Propagation::Proceed
    });
}

/// Lifts a finger for the engine, where it was seen last. It counts, as it would have: somebody types a number with two thumbs.
/// Cancelled, the engine would go on to count it, and the two would enlarge the page. The engine alone is told: who else listens
/// has other fingers.
fn lift(view: &WebView, finger: Option<gdk::Event>) {
    let Some(mut end) = finger else { return };
    // SAFETY: it is a touch's event, and stays one.
    unsafe {
        let event: *mut gdk::ffi::GdkEvent = end.to_glib_none_mut().0;
        (*event.cast::<gdk::ffi::GdkEventTouch>()).type_ = gdk::ffi::GDK_TOUCH_END;
    }
    view.emit_by_name::<bool>("touch-event", &[&end]);
}

/// What tells a finger apart from all others that are there; `None`: a mouse.
pub(super) fn finger(event: &gdk::Event) -> Option<usize> {
    event.event_sequence().map(|sequence| sequence.as_ptr() as usize)
}

/// The toolkit's button feels the first finger on a screen alone, and is dead while that one rests somewhere.
pub(super) fn feel_each_finger(button: &gtk::Button) {
    button.add_events(gdk::EventMask::TOUCH_MASK);
    // The toolkit's finger is on this button, and another is: both together are one press.
    let (lone, down) = (Cell::new(false), Cell::new(None::<usize>));
    button.connect_event(move |button, event| {
        let kind = event.event_type();
        if is_alone(event) {
            match kind {
                gdk::EventType::TouchBegin => lone.set(true),
                gdk::EventType::TouchEnd | gdk::EventType::TouchCancel => lone.set(false),
                _ => {}
            }
            return glib::Propagation::Proceed;
        }
        match kind {
            gdk::EventType::TouchBegin if !lone.get() => down.set(finger(event)),
            gdk::EventType::TouchBegin | gdk::EventType::TouchUpdate => {}
            gdk::EventType::TouchEnd => {
                if down.take().is_some_and(|down| Some(down) == finger(event)) && is_on(button, event) {
                    button.clicked();
                }
            }
            gdk::EventType::TouchCancel => down.set(None),
            _ => return glib::Propagation::Proceed,
        }
        glib::Propagation::Stop
    });
}

/// Whether a hand is on the widget that hears of it: its events come from there to the end, wherever it goes.
pub(super) fn is_on(widget: &impl IsA<gtk::Widget>, event: &gdk::Event) -> bool {
    let (width, height) = (widget.allocated_width(), widget.allocated_height());
    event.coords().is_some_and(|(x, y)| (0.0..width.into()).contains(&x) && (0.0..height.into()).contains(&y))
}

/// Whether a finger that comes down is the only one on its screen: that one alone stands for the mouse, on X11 and under
/// Wayland. How long another one has been silent would not tell: a finger that rests is silent too.
fn is_alone(event: &gdk::Event) -> bool {
    event.downcast_ref::<gdk::EventTouch>().is_some_and(gdk::EventTouch::is_emulating_pointer)
}

/// What is beside a widget's buttons is nobody's: the window would hand it to the chat. A second finger comes here only where touches
/// are asked for.
pub(super) fn end_touches(widget: &gtk::EventBox) {
    widget.add_events(gdk::EventMask::TOUCH_MASK | gdk::EventMask::SCROLL_MASK | gdk::EventMask::SMOOTH_SCROLL_MASK);
    for signal in ["button-press-event", "button-release-event", "touch-event", "scroll-event"] {
        widget.connect_local(signal, true, |_| Some(true.into()));
    }
}

//! The bar: the brand's name and "I am done", beside the chat and not over it. A widget, so no page can touch it, cover
//! it or imitate its place.

use std::{cell::RefCell, sync::Arc};

use gtk::{
    gdk, glib, pango,
    prelude::{AtkObjectExt, BoxExt, ButtonExt, ContainerExt, LabelExt, MonitorExt, StyleContextExt, WidgetExt},
};
use kiosk_core::language::Direction;
use webkit2gtk::WebView;

use super::{
    super::{Bar, Colours, Door},
    dress, fingers, input,
};
use crate::words;

/// The key that leads from the chat to the bar and back: where browsers and desktops go on to the next part of a window.
const KEY: gdk::keys::Key = gdk::keys::constants::F6;
/// Text that can be read from two metres is so large a part of the screen's shorter side.
const TEXT: f64 = 0.026;
/// Its size in pixels, at least and at most.
const SMALLEST: f64 = 19.;
const LARGEST: f64 = 48.;
/// A finger's width (WCAG 2.5.5).
const BUTTON: f64 = 48.;

thread_local! {
    /// The bar that is there. Only the main thread has it.
    static BAR: RefCell<Option<(gtk::Box, gtk::Button)>> = const { RefCell::new(None) };
}

/// Makes the bar and puts it into the box with the chats.
pub(super) fn place(base: &gtk::Box, chats: &gtk::Overlay, bar: Bar, door: Arc<Door>) {
    style(base, text_size(base));
    let name = gtk::Label::new(Some(&bar.name));
    name.set_xalign(0.);
    name.set_ellipsize(pango::EllipsizeMode::End);
    let button = gtk::Button::with_label("");
    let row = gtk::Box::new(gtk::Orientation::Horizontal, 24);
    row.pack_start(&name, true, true, 0);
    row.pack_end(&button, false, false, 0);
    row.style_context().add_class("kiosk-bar");
    if bar.at_top {
        row.style_context().add_class("top");
    }
    let frame = gtk::EventBox::new();
    frame.add(&row);

    let pressed = bar.pressed;
    button.connect_clicked(move |_| pressed());
    fingers::feel_each_finger(&button);
    let touched = bar.touched;
    input::watch_touch(&frame, touched);
    if bar.at_top {
        // The screen's corner is the bar's.
        input::watch_door(&frame, base, door);
    }
    fingers::end_touches(&frame);
    let back = chats.clone();
    button.connect_key_press_event(move |_, event| {
        if event.keyval() != KEY {
            return glib::Propagation::Proceed;
        }
        if let Some(chat) = back.children().pop() {
            chat.grab_focus();
        }
        glib::Propagation::Stop
    });

    if bar.at_top {
        base.pack_start(&frame, false, false, 0);
        base.reorder_child(&frame, 0);
    } else {
        base.pack_end(&frame, false, false, 0);
    }
    frame.show_all();
    BAR.with(|there| *there.borrow_mut() = Some((row, button)));
    speaks();
}

/// Says all there is in it in the visitor's language, from the side where that begins.
pub(crate) fn speaks() {
    let Some((row, button)) = BAR.with(|there| there.borrow().clone()) else { return };
    let label = words::say_to_visitor("still-there-done");
    button.set_label(&label);
    if let Some(heard) = button.accessible() {
        heard.set_name(&label);
        heard.set_description(&words::say_to_visitor("bar-hint"));
    }
    let direction = match words::visitors().direction() {
        Direction::Rtl => gtk::TextDirection::Rtl,
        Direction::Ltr => gtk::TextDirection::Ltr,
    };
    row.set_direction(direction);
    for child in row.children() {
        child.set_direction(direction);
    }
}

/// The key that leads to the bar, in a chat's view; `covered` says that the front is above both.
pub(super) fn watch_key(view: &WebView, covered: impl Fn() -> bool + 'static) {
    view.connect_event(move |_, event| {
        let is_ours = event.event_type() == gdk::EventType::KeyPress && event.keyval() == Some(*KEY);
        let bare = event.state().is_none_or(|state| {
            !state.intersects(
                gdk::ModifierType::CONTROL_MASK | gdk::ModifierType::MOD1_MASK | gdk::ModifierType::SHIFT_MASK,
            )
        });
        let button = BAR.with(|there| there.borrow().as_ref().map(|(_, button)| button.clone()));
        match button {
            Some(button) if is_ours && bare && !covered() => {
                button.grab_focus();
                glib::Propagation::Stop
            }
            _ => glib::Propagation::Proceed,
        }
    });
}

/// How much of the window it takes, at the top and at the bottom: what lies over the chat stays off it.
pub(super) fn room() -> (i32, i32) {
    BAR.with(|there| match &*there.borrow() {
        Some((row, _)) if row.style_context().has_class("top") => (row.allocated_height(), 0),
        Some((row, _)) => (0, row.allocated_height()),
        None => (0, 0),
    })
}

/// In pixels, by the screen's shorter side.
fn text_size(base: &gtk::Box) -> f64 {
    let display = WidgetExt::display(base);
    let monitor = display.primary_monitor().or_else(|| display.monitor(0));
    let side = monitor.map_or(800, |monitor| monitor.geometry().width().min(monitor.geometry().height()));
    (f64::from(side) * TEXT).clamp(SMALLEST, LARGEST)
}

fn style(base: &gtk::Box, text: f64) {
    if let Some(screen) = WidgetExt::screen(base) {
        dress::wear(&screen, move |colours| sheet(colours, text));
    }
}

fn sheet(colours: &Colours, text: f64) -> String {
    let Colours { accent, accent_ink, background, ink } = colours;
    let (height, edge) = (BUTTON.max(text * 2.), text * 0.28);
    format!(
        ".kiosk-bar {{ background-color: {background}; padding: {edge}px {wide}px;
            border-top: 1px solid mix({background}, {ink}, 0.16); }}
         .kiosk-bar.top {{ border-top: none; border-bottom: 1px solid mix({background}, {ink}, 0.16); }}
         .kiosk-bar label {{ color: {ink}; font-size: {text}px; font-weight: 600; }}
         .kiosk-bar button {{ min-height: {height}px; min-width: {button}px; padding: 0 {text}px; margin: 0;
            border: none; border-radius: {round}px; background: {accent}; box-shadow: none; text-shadow: none; }}
         .kiosk-bar button label {{ color: {accent_ink}; }}
         .kiosk-bar button:active {{ background: shade({accent}, 0.85); }}
         .kiosk-bar button:focus {{ outline: 4px solid {accent_ink}; outline-offset: -8px; }}",
        wide = text,
        button = text * 8.,
        round = text * 0.6,
    )
}

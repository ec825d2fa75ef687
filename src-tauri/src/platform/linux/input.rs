//! Input at the native widget: where the page, and a cross-origin frame in it, can neither see nor fake it.

use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};

use gtk::{
    gdk, glib,
    prelude::{ContainerExt, DragContextExtManual, WidgetExt},
};
use kiosk_core::wire::NoticeKey;
use webkit2gtk::WebView;

use super::super::{Keys, Listener};

/// A hand on the screen makes hundreds of events a second; the idle timer needs a few.
const OFTEN_ENOUGH: Duration = Duration::from_millis(250);

/// Whoever is in the middle of a sentence when the notice comes up does not mean its button with the next Space or
/// Enter: a key presses it only after a pause in typing.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells of input, and keeps the keys from the page while they are held.
pub(super) fn watch(view: &WebView, listener: Arc<dyn Listener>, keys: Option<Keys>) {
    if let Some(keys) = keys {
        let notice = listener.clone();
        let held = keys.clone();
        let typed = Cell::new(None::<Instant>);
        view.connect_key_press_event(move |_, event| {
            let key = notice_key(event);
            let moves = matches!(key, Some(NoticeKey::Next | NoticeKey::Previous));
            let pause = typed.get().is_none_or(|at: Instant| at.elapsed() >= PAUSE);
            // Somebody who presses Enter again and again means the button, so a key that was too early does not count.
            if key.is_none() || !held.are_held() {
                typed.set(Some(Instant::now()));
            }
            if held.are_covered() {
                return glib::Propagation::Stop;
            }
            if !held.are_held() {
                if is_editing(event) {
                    return glib::Propagation::Proceed;
                }
                notice.blocked("shortcut");
                return glib::Propagation::Stop;
            }
            if let Some(key) = key
                && (moves || pause)
            {
                notice.notice_key(key);
            }
            glib::Propagation::Stop
        });
        view.connect_key_release_event(move |_, _| {
            if keys.are_held() || keys.are_covered() { glib::Propagation::Stop } else { glib::Propagation::Proceed }
        });
    }
    refuse_pointer_tricks(view, &listener);
    watch_touch(view, move || listener.touched());
}

/// Buttons that go back and forward, and whatever is dragged in or out.
fn refuse_pointer_tricks(view: &WebView, listener: &Arc<dyn Listener>) {
    let blocked = listener.clone();
    view.connect_button_press_event(move |_, event| {
        // 4 to 7 are the wheel, which comes as another event; 8 and 9 go back and forward.
        if event.button() <= 3 {
            return glib::Propagation::Proceed;
        }
        blocked.blocked("pointer_button");
        glib::Propagation::Stop
    });
    view.drag_dest_unset();
    let blocked = listener.clone();
    view.connect_drag_begin(move |_, drag| {
        blocked.blocked("drag");
        // The engine is not done with it yet: cancelled at once, it would leave its picture on the screen.
        let drag = drag.clone();
        glib::idle_add_local_once(move || drag.drag_cancel());
    });
}

/// A key that writes or moves in a text. Everything else that an engine or a desktop hangs on a key (print, search,
/// inspect, back, the emoji chooser, a menu) has no business on a kiosk.
fn is_editing(event: &gdk::EventKey) -> bool {
    use gdk::keys::constants as key;
    let pressed = event.keyval();
    let state = event.state();
    if state.intersects(gdk::ModifierType::MOD1_MASK | gdk::ModifierType::SUPER_MASK | gdk::ModifierType::META_MASK) {
        return false;
    }
    if [key::Menu, key::Print, key::Help, key::Back, key::Forward, key::Refresh].contains(&pressed) {
        return false;
    }
    // F1 to F35 lie in one row; Shift+F10 is a menu.
    if (*key::F1..=*key::F35).contains(&*pressed) {
        return false;
    }
    if !state.contains(gdk::ModifierType::CONTROL_MASK) {
        return true;
    }
    let moves = [
        key::Left,
        key::Right,
        key::Up,
        key::Down,
        key::Home,
        key::End,
        key::BackSpace,
        key::Delete,
        key::Return,
        key::KP_Enter,
        key::Control_L,
        key::Control_R,
        key::Shift_L,
        key::Shift_R,
    ];
    // With Shift: "paste as plain text" and "redo". The others are an inspector's.
    let edits: &[char] =
        if state.contains(gdk::ModifierType::SHIFT_MASK) { &['v', 'z'] } else { &['a', 'c', 'v', 'x', 'y', 'z'] };
    moves.contains(&pressed) || pressed.to_unicode().is_some_and(|c| edits.contains(&c.to_ascii_lowercase()))
}

/// A finger that comes down while the front lifts is meant for the chat. The toolkit has the event addressed to the
/// front by then: it would be lost, and the hidden front would take the keyboard with it.
pub(super) fn pass_through(front: &WebView, chats: gtk::Box) {
    front.connect_hide(|front| front.set_can_focus(false));
    front.connect_show(|front| front.set_can_focus(true));
    front.connect_event(move |front, event| {
        if front.is_visible() {
            return glib::Propagation::Proceed;
        }
        if let Some(chat) = chats.children().last() {
            chat.event(event);
        }
        glib::Propagation::Stop
    });
}

/// Calls back for each key, button, finger and wheel, but not too often.
pub(super) fn watch_touch(view: &WebView, touched: impl Fn() + 'static) {
    let last = Cell::new(None::<Instant>);
    view.connect_event(move |_, event| {
        let is_hand = matches!(
            event.event_type(),
            gdk::EventType::KeyPress
                | gdk::EventType::ButtonPress
                | gdk::EventType::Scroll
                | gdk::EventType::TouchBegin
                | gdk::EventType::TouchUpdate
        );
        if is_hand && last.get().is_none_or(|at| at.elapsed() >= OFTEN_ENOUGH) {
            last.set(Some(Instant::now()));
            touched();
        }
        glib::Propagation::Proceed
    });
}

/// The keys that the notice needs. With a modifier they are somebody's shortcut, and nobody's answer.
fn notice_key(event: &gdk::EventKey) -> Option<NoticeKey> {
    let modifiers = event.state() & (gdk::ModifierType::CONTROL_MASK | gdk::ModifierType::MOD1_MASK);
    if !modifiers.is_empty() {
        return None;
    }
    use gdk::keys::constants as key;
    let pressed = event.keyval();
    if pressed == key::ISO_Left_Tab || (pressed == key::Tab && event.state().contains(gdk::ModifierType::SHIFT_MASK)) {
        Some(NoticeKey::Previous)
    } else if pressed == key::Tab {
        Some(NoticeKey::Next)
    } else if [key::Return, key::KP_Enter, key::space].contains(&pressed) {
        Some(NoticeKey::Press)
    } else {
        None
    }
}

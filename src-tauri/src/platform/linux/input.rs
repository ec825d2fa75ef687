//! Input at the native widget: where the page, and a cross-origin frame in it, can neither see nor fake it.

use std::{
    cell::Cell,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use gtk::{
    gdk, glib,
    glib::object::ObjectExt,
    prelude::{BinExt, Cast, ContainerExt, DragContextExtManual, IsA, WidgetExt},
};
use kiosk_core::{config::Chord, wire::NoticeKey};
use webkit2gtk::WebView;

use super::{
    super::{Door, Keys, Listener},
    fingers,
};

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
        let down = Rc::new(Cell::new(None::<u16>));
        let (released, pressed) = (down.clone(), down.clone());
        view.connect_key_press_event(move |view, event| {
            // A key that is held down repeats itself: it was pressed once.
            let repeats = pressed.replace(Some(event.hardware_keycode())) == Some(event.hardware_keycode());
            let key = notice_key(event);
            let moves = matches!(key, Some(NoticeKey::Next | NoticeKey::Previous));
            let pause = typed.get().is_none_or(|at: Instant| at.elapsed() >= PAUSE);
            // Somebody who presses Enter again and again means the button, so a key that was too early does not count.
            if key.is_none() || !held.are_held() {
                typed.set(Some(Instant::now()));
            }
            if held.are_covered() {
                // The page may ask for the focus at any time, and gets it; what is typed is meant for the front.
                if let Some(front) = front_above(view) {
                    front.grab_focus();
                    front.event(event);
                }
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
                && (moves || (pause && !repeats))
            {
                notice.notice_key(key);
            }
            glib::Propagation::Stop
        });
        let elsewhere = down;
        // Whoever has the keyboard now hears of the release.
        view.connect_focus_out_event(move |_, _| {
            elsewhere.set(None);
            glib::Propagation::Proceed
        });
        view.connect_key_release_event(move |_, _| {
            released.set(None);
            if keys.are_barred() { glib::Propagation::Stop } else { glib::Propagation::Proceed }
        });
    }
    refuse_pointer_tricks(view, &listener);
    let zooms = listener.clone();
    fingers::refuse_gestures(view, move |rule| zooms.blocked(rule));
    watch_touch(view, move || listener.touched());
}

/// The front, from a chat's view: both lie in one overlay.
fn front_above(chat: &WebView) -> Option<gtk::Widget> {
    let overlay = super::places::overlay_of(chat)?;
    let base = overlay.child()?;
    overlay.children().into_iter().find(|child| *child != base && child.is_visible())
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

/// A finger that comes down while the front lifts is meant for the chat. By then the toolkit has the event addressed to
/// the front, or to the box that held it: it would be lost, and the hidden front would take the keyboard with it.
pub(super) fn pass_through(front: &WebView, chats: &gtk::Overlay, keys: Keys) {
    front.connect_hide(|front| front.set_can_focus(false));
    front.connect_show(|front| front.set_can_focus(true));
    let give = {
        let (chats, keys) = (chats.clone(), keys.clone());
        move |event: &gdk::Event| {
            let chat = chats.children().pop().filter(|_| !keys.are_covered());
            if let Some(chat) = &chat {
                chat.event(event);
            }
            chat.is_some()
        }
    };
    let given = give.clone();
    front.connect_event(move |front, event| {
        if front.is_visible() && keys.are_covered() {
            return glib::Propagation::Proceed;
        }
        given(event);
        glib::Propagation::Stop
    });
    let Some(window) = front.toplevel() else { return };
    window.connect_event(move |_, event| {
        let is_hand = matches!(
            event.event_type(),
            gdk::EventType::ButtonPress
                // A second and third press come once more under these names, and the engine listens to them alone.
                | gdk::EventType::DoubleButtonPress
                | gdk::EventType::TripleButtonPress
                | gdk::EventType::ButtonRelease
                | gdk::EventType::TouchBegin
                | gdk::EventType::TouchUpdate
                | gdk::EventType::TouchEnd
                | gdk::EventType::TouchCancel
        );
        let widget = || gtk::event_widget(&mut event.clone());
        let nobodys = || widget().is_none_or(|widget| widget.downcast_ref::<WebView>().is_none());
        if is_hand && nobodys() && give(event) { glib::Propagation::Stop } else { glib::Propagation::Proceed }
    });
}

/// Shows the staff's door every touch and every chord, before the widget has seen it. The keys that open it end here. The corner is
/// that of the `whole`, which begins where the widget does.
pub(super) fn watch_door(widget: &impl IsA<gtk::Widget>, whole: &impl IsA<gtk::Widget>, door: Arc<Door>) {
    let whole = whole.as_ref().downgrade();
    widget.connect_event(move |_, event| {
        let kind = event.event_type();
        match kind {
            // A finger may come as a click once more. As a touch it stands for the pointer too, where it is the only one.
            gdk::EventType::ButtonPress | gdk::EventType::TouchBegin
                if kind == gdk::EventType::TouchBegin || !event.is_pointer_emulated() =>
            {
                if let (Some(place), Some(whole)) = (event.coords(), whole.upgrade()) {
                    door.touch(place, (whole.allocated_width().into(), whole.allocated_height().into()));
                }
            }
            gdk::EventType::KeyPress if chord(event).is_some_and(|pressed| door.press(&pressed)) => {
                return glib::Propagation::Stop;
            }
            _ => {}
        }
        glib::Propagation::Proceed
    });
}

/// The keys that are down, by the name that the key has without any modifier.
fn chord(event: &gdk::Event) -> Option<Chord> {
    let state = event.state()?;
    let code = u32::from(event.keycode()?);
    let bare = gdk::Display::default().and_then(|display| gdk::Keymap::for_display(&display)).and_then(|keymap| {
        let found = keymap.translate_keyboard_state(code, gdk::ModifierType::empty(), 0);
        found.map(|(value, ..)| gdk::keys::Key::from(value))
    });
    let key = bare.or_else(|| event.keyval().map(gdk::keys::Key::from))?;
    let name = match key.to_unicode() {
        Some(letter) => letter.to_ascii_lowercase().to_string(),
        None => key.name()?.to_ascii_lowercase(),
    };
    let held = |modifier| state.intersects(modifier);
    Some(Chord {
        ctrl: held(gdk::ModifierType::CONTROL_MASK),
        alt: held(gdk::ModifierType::MOD1_MASK),
        shift: held(gdk::ModifierType::SHIFT_MASK),
        logo: held(gdk::ModifierType::SUPER_MASK | gdk::ModifierType::MOD4_MASK),
        key: name,
    })
}

/// Calls back for each key, button, finger and wheel, but not too often.
pub(super) fn watch_touch(view: &impl IsA<gtk::Widget>, touched: impl Fn() + 'static) {
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

//! The kiosk's window: on top, as large as the screen, and with the keyboard to itself.

use std::{rc::Rc, time::Duration};

use gtk::{
    gdk::{self, prelude::SeatExt},
    glib::{self, object::ObjectExt},
    prelude::{GtkWindowExt, MonitorExt, WidgetExt, WidgetExtManual},
};

/// How long another window may be on top, and how long a new resolution may settle.
const COVERED: Duration = Duration::from_millis(300);
/// How long until the keyboard is asked for again: a menu of our own, or a window manager's, has it for a moment.
const AGAIN: Duration = Duration::from_millis(200);

/// Keeps a full-screen window on top and as large as the screen, whatever maps above it or is plugged in. With
/// `keyboard` no key reaches another program, the window manager included.
pub(crate) fn guard_window(window: &gtk::ApplicationWindow, keyboard: bool, covered: impl Fn() + 'static) {
    let covered = Rc::new(covered);
    window.set_keep_above(true);
    if WidgetExt::display(window).type_().name() != "GdkX11Display" {
        // Under Wayland a program has no say over windows, its own included: a kiosk's compositor shows one program
        // and has no keys of its own.
        return;
    }
    // On every desktop: a wheel or a key that goes to the next one finds the kiosk there.
    window.stick();
    cover_screen(window);
    come_back_up(window, &covered);
    stay_full_screen(window, covered);
    stay_in_place(window);
    if keyboard {
        keep_keyboard(window);
    }
}

/// Keeps the frames of a window from being noted down. The shell's own library writes each one into a list, which it reads by one
/// entry whenever something else happens: a page that moves would fill the memory. Here nobody wants to know of a frame.
pub(crate) fn paint_untold(window: &gtk::ApplicationWindow) {
    // The library begins to listen when the main loop first turns, and a frame comes after all else in it: at the first one
    // everybody is there who ever will be. This handler, too, has then done its work.
    window.connect_draw(|window, _| {
        super::handlers::block(window, "draw");
        glib::Propagation::Proceed
    });
}

/// Brings a window in front of the person, wherever it was put aside. The shell's own library would show all that is in
/// it, the hidden front too.
pub(crate) fn present_window(window: &gtk::ApplicationWindow) {
    window.deiconify();
    window.show();
    // A window manager does not believe a wish without a time. An X server's time is this clock's, in milliseconds.
    let now = u32::try_from((glib::monotonic_time() / 1000) & i64::from(u32::MAX)).unwrap_or(0);
    window.present_with_time(now);
}

/// Takes a window out of sight.
pub(crate) fn hide_window(window: &gtk::ApplicationWindow) {
    window.hide();
}

/// Makes a full-screen window as large as the screen, and keeps it so when that changes. Other windows may lie above it.
pub(crate) fn cover_screen(window: &gtk::ApplicationWindow) {
    if WidgetExt::display(window).type_().name() != "GdkX11Display" {
        return;
    }
    cover_monitor(window);
    let Some(screen) = WidgetExt::screen(window) else { return };
    let resized = window.clone();
    screen.connect_size_changed(move |_| cover_monitor(&resized));
    let replugged = window.clone();
    screen.connect_monitors_changed(move |_| cover_monitor(&replugged));
}

/// Makes a window as large as its monitor: without a window manager nobody else does.
fn cover_monitor(window: &gtk::ApplicationWindow) {
    let screen = WidgetExt::screen(window);
    let monitor = WidgetExt::display(window).primary_monitor().or_else(|| WidgetExt::display(window).monitor(0));
    if let (Some(monitor), Some(_)) = (monitor, screen) {
        let area = monitor.geometry();
        window.move_(area.x(), area.y());
        window.resize(area.width(), area.height());
        // What the toolkit believes to be so already it would not ask for again.
        if let Some(surface) = window.window() {
            surface.move_resize(area.x(), area.y(), area.width(), area.height());
        }
    }
}

/// Whatever comes up above it goes below it again.
fn come_back_up(window: &gtk::ApplicationWindow, covered: &Rc<impl Fn() + 'static>) {
    let told = covered.clone();
    window.connect_focus_out_event(move |window, _| {
        told();
        rise(window);
        glib::Propagation::Proceed
    });
    // A window that takes no keyboard covers the kiosk without its losing the focus.
    let told = covered.clone();
    window.add_events(gdk::EventMask::VISIBILITY_NOTIFY_MASK);
    window.connect_event(move |window, event| {
        let state = event.downcast_ref::<gdk::EventVisibility>().map(gdk::EventVisibility::state);
        if state.is_some_and(|state| state != gdk::VisibilityState::Unobscured) {
            told();
            rise(window);
        }
        glib::Propagation::Proceed
    });
}

fn rise(window: &gtk::ApplicationWindow) {
    let window = window.clone();
    glib::timeout_add_local_once(COVERED, move || {
        window.present();
        if let Some(surface) = window.window() {
            surface.raise();
        }
    });
}

/// What a window manager, or another program by its hand, makes of the window is taken back.
fn stay_full_screen(window: &gtk::ApplicationWindow, covered: Rc<impl Fn() + 'static>) {
    window.connect_window_state_event(move |window, event| {
        let (changed, state) = (event.changed_mask(), event.new_window_state());
        let shrunk = changed.contains(gdk::WindowState::FULLSCREEN) && !state.contains(gdk::WindowState::FULLSCREEN);
        let hidden = changed.contains(gdk::WindowState::ICONIFIED) && state.contains(gdk::WindowState::ICONIFIED);
        if shrunk || hidden {
            covered();
            let window = window.clone();
            // Not at once: a window manager that insists would keep the program busy with itself.
            glib::timeout_add_local_once(COVERED, move || {
                window.deiconify();
                window.fullscreen();
                cover_monitor(&window);
            });
        }
        glib::Propagation::Proceed
    });
}

/// Another program may move and shrink it without a word to anybody.
fn stay_in_place(window: &gtk::ApplicationWindow) {
    window.connect_configure_event(|window, event| {
        let monitor = WidgetExt::display(window).primary_monitor().or_else(|| WidgetExt::display(window).monitor(0));
        let is = (event.position(), event.size());
        let moved = monitor.is_some_and(|monitor| {
            let area = monitor.geometry();
            let size = (u32::try_from(area.width()).unwrap_or(0), u32::try_from(area.height()).unwrap_or(0));
            is != ((area.x(), area.y()), size)
        });
        if moved {
            let window = window.clone();
            glib::timeout_add_local_once(COVERED, move || cover_monitor(&window));
        }
        false
    });
}

/// Holds the keyboard, so that the keys of a window manager (a menu, a picture of the screen, the next window) are keys
/// like any other, and are refused like any other.
fn keep_keyboard(window: &gtk::ApplicationWindow) {
    window.connect_map_event(|window, _| {
        take_keyboard(window);
        glib::Propagation::Proceed
    });
    window.connect_grab_broken_event(|window, _| {
        let window = window.clone();
        glib::timeout_add_local_once(AGAIN, move || take_keyboard(&window));
        glib::Propagation::Proceed
    });
    // A menu of our own gives it back without a word.
    window.connect_focus_in_event(|window, _| {
        take_keyboard(window);
        glib::Propagation::Proceed
    });
    take_keyboard(window);
}

fn take_keyboard(window: &gtk::ApplicationWindow) {
    let (Some(surface), Some(seat)) = (window.window(), WidgetExt::display(window).default_seat()) else { return };
    let said = seat.grab(&surface, gdk::SeatCapabilities::KEYBOARD, true, None, None, None);
    if !matches!(said, gdk::GrabStatus::Success) && surface.is_visible() {
        let window = window.clone();
        glib::timeout_add_local_once(AGAIN, move || take_keyboard(&window));
    }
}
